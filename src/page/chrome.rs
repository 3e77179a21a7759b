//! The words of page chrome: what portals print around a report.
//!
//! In: one line. Out: whether nothing but chrome stands in it. Never: zones; inside a body these words are text, so
//! only the seams of a body are asked. **Source**: lines of 125 report pages of 73 government sites.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexSet};

use super::compiled::spelt;
use super::labels;
use super::pattern;

/// How much of a line a pattern speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The whole line is chrome.
    Line,
    /// The match is chrome; the rest of the line must be chrome too.
    Span,
}

/// Longest line, in characters, that may be pieces of chrome side by side: 发布时间, 来源, 浏览次数, 字体, 打印.
const LONGEST_LINE: usize = 120;

/// Longest line that any pattern is tried on.
const LONGEST_OF_ALL: usize = 300;

/// Abbreviations of the provinces, which begin the numbers of ICP and police records.
const PROVINCES: &str = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川蜀青藏琼宁]";

/// Scope, most characters of a line that it is tried on, pattern. `%P` stands for [`PROVINCES`].
const PATTERNS: [(Scope, usize, &str); 61] = [
    // Counters, before the buttons that are named as they are.
    (
        Scope::Span,
        60,
        r"(?:(?:本文|本页面?|该文|此文章?|文章|信息|总|今日|当前|累计|已|被|共)*(?:浏览|阅读|点击|访问|查看|查阅|观看|播放|点播|收听|下载|收藏|转发|分享|评论|回复|点赞|热度|人气|关注度|访客|订阅|围观|在线|在看|喜欢|顶|踩|已阅|阅)(?:率|次数|量|数|人数|人次|热度|统计)?|PV|UV|(?i:hits?|views?|reads?|likes?))\s*[：:]?\s*[\[（(]?\s*(?:\d[\d,.]*\s*[万wWkK+]?|加载中|统计中|(?i:loading))\s*[.…]*\s*[\]）)]?\s*(?:人次|次|人|℃|°C?)?",
    ),
    (
        Scope::Span,
        60,
        r"(?:(?:本文|此文章?|该文|文章|本页面?|信息)*(?:已|共|总共|累计)*(?:有|被)?\s*)?\d[\d,.]*\s*[万+]?\s*(?:人次|次|人)?\s*(?:浏览|阅读|点击|访问|查看|观看|播放|围观|参与|分享|点赞|评论|(?i:views?|reads?|hits?|likes?))过?",
    ),
    (
        Scope::Span,
        60,
        r"您是(?:本文|本页|本站)?的?第\s*\d+\s*位(?:读者|访客|访问者|浏览者|来访者)?|约\s*\d+\s*分钟|[👁👍❤♥👎]\s*\d*",
    ),
    (
        Scope::Line,
        20,
        r"^\s*(?:评论|内容|正文)?(?:正在)?(?:努力)?加载中?\s*[，,]?(?:请稍[候后等])?\s*[.…。]+$|^\s*正在加载[，,]?请稍[候后等]\s*[.…。]*$",
    ),
    (Scope::Line, 12, r"^\s*\d+\s*(?:秒|分钟|小时|天)前\s*$"),
    (
        Scope::Line,
        60,
        r"^\s*[^，。；、\d]{0,12}天气(?:预报)?\s*[：:]\s*.{0,40}[℃°]|^\s*(?:今天|今日|明天)?\s*(?:晴|多云|阴|小雨|中雨|大雨|阵雨|雷阵雨|小雪|中雪|大雪|雾|霾)\S{0,6}\s*-?\d{1,2}\s*℃.{0,24}$|^\s*空气质量(?:指数)?\s*[：:]?\s*\d+\s*\S{0,4}$",
    ),
    // Breadcrumbs, with and without a label.
    (Scope::Line, 200, r"^\s*(?:您?(?:当前|现在|目前)?(?:所在|的)?(?:的)?位置|当前路径|现在位置)\s*(?:是\s*)?[：:]"),
    (Scope::Line, 200, r"^\s*(?:网站)?首\s*页\s*(?:>{1,2}|＞|»|›|→|/|－|-|\|)\s*\S"),
    // Font, print, close, share.
    (
        Scope::Span,
        LONGEST_LINE,
        r"[【\[〖（(]?\s*字\s*[体号]\s*[大小]*\s*[：:]?\s*[【\[〖（(]?\s*(?:默认|超大|特大|大|放大)\s*[\]】]?\s*[\[【|/、]?\s*(?:中|小|大|正常)(?:\s*[\]】]?\s*[\[【|/、]?\s*(?:小|中|大|超大|缩小))?\s*[】\]〗）)]?",
    ),
    (
        Scope::Line,
        20,
        r"^\s*(?:A\s*[+-]?\s*)?[【\[]?\s*大\s*[\]】]?\s*[\[【]?\s*(?:A\s*[+-]?\s*)?中\s*[\]】]?\s*[\[【]?\s*(?:A\s*[+-]?\s*)?小\s*[】\]]?\s*$",
    ),
    (Scope::Span, LONGEST_LINE, r"字\s*[体号]\s*[：:]"),
    (
        Scope::Span,
        60,
        r"[【\[]?\s*(?:我要)?(?:打印(?:本页|此页|本文|文章|页面)?|打\s*印|保存(?:本页)?|收藏(?:本页)?|加入收藏|复制链接|下载(?:文字版|图片版|PDF版))\s*[】\]]?",
    ),
    (Scope::Span, 60, r"[【\[]?\s*关\s*闭(?:窗口|本页|页面|当前页面|此页|网页)?\s*[】\]]?"),
    (Scope::Span, 60, r"[【\[]?\s*返回(?:顶部|首页|上一?级|上一?页|列表|目录)?\s*[】\]]?"),
    // A sentence begins so too: 分享改革发展成果，是人民群众的期盼。
    (
        Scope::Line,
        40,
        r"^\s*(?:我要)?分\s*享(?:本页|本文|此文|文章|页面|链接|按钮)?(?:(?:到|至)\s*[：:]?.{0,24}|\s*[：:].{0,24}|\s*)$",
    ),
    (Scope::Span, LONGEST_LINE, r"分享(?:到|至)?\s*[：:]"),
    (
        Scope::Span,
        60,
        r"(?:打开|用|使用)?(?:微信|手机)?[，,]?[“”「]?扫(?:一扫|码|描).{0,8}(?:手机|微信|当前页|二维码|关注|分享|下载|打开).{0,12}",
    ),
    (Scope::Line, 12, r"^\s*(?:微信|手机|移动端)?扫(?:一扫|码|描)"),
    // Aids, header, footer.
    (
        Scope::Span,
        30,
        r"(?:进入|打开|开启|切换|关闭|退出)?(?:网站|页面)?(?:无障碍|长者|适老化|(?:关怀|老年人?|大字)(?:模式|专版|版))(?:无障碍|适老化?|浏览|阅读|辅助|服务|模式|助手|助残|通道|专区|专版|工具|版本|版)*",
    ),
    // What reads the page to its readers, or shows it in pictures.
    (
        Scope::Span,
        60,
        r"(?:开启|打开|关闭|退出|点击)?(?:读屏|语音(?:播报|朗读)|(?:收)?听(?:本文|全文)|朗读(?:本文|全文)|(?:全文|智能)朗读)(?:专用|模式|功能)?|\d{1,2}:\d{2}\s*/\s*\d{1,2}:\d{2}",
    ),
    (Scope::Line, 80, r"^\s*(?:您|你)(?:使用)?的浏览器(?:版本)?(?:暂)?(?:不支持|过低|太低)"),
    (Scope::Line, 80, r"^\s*(?:请)?打开微信[，,].{0,30}扫一扫.{0,24}(?:朋友圈|好友|分享)"),
    (Scope::Span, 60, r"(?:本?网站|本站)?(?:已)?支持\s*I[Pp][Vv]6"),
    (
        Scope::Span,
        300,
        r"(?:ICP备案(?:号|序号)?\s*[：:]\s*)?%P\s*ICP\s*[备证]\s*(?:案)?\s*\d{5,10}\s*号?(?:\s*[-－—]\s*\d{1,3})?",
    ),
    (Scope::Line, 200, r"%P\s*公网安备\s*[：:]?\s*\d{11,14}\s*号?"),
    (Scope::Line, 200, r"(?:政府)?(?:网站)?标识码\s*[：:]?\s*(?:bm\d{8}|\d{10})"),
    (
        Scope::Line,
        200,
        r"^\s*(?:(?:网站)?(?:主办|承办|主管|协办|运维|运行维护|维护|管理|制作|技术支持|版权所有)(?:单位|方)?)\s*[：:]\s*\S",
    ),
    // What a portal declares of its works.
    (
        Scope::Line,
        LONGEST_OF_ALL,
        r"^[\s【\[]*(?:(?:版权(?:与|和|及)?免责|免责|版权|特别|网站|郑重)(?:声明|说明)[】\]]?\s*[：:]|(?:\d\s*[、.．]\s*)?凡(?:是)?(?:本网|本站)?注明).{0,80}(?:本网|本站|转载|凡注明)",
    ),
    (Scope::Line, LONGEST_LINE, r"版权所有|Copyright|©|&copy;|All\s+Rights?\s+Reserved"),
    (
        Scope::Line,
        60,
        r"^\s*(?:关于我们|关于本站|网站地图|站点地图|联系我们|网站声明|隐私(?:安全|声明|保护)|使用帮助|法律声明|版权声明|联系方式)(?:\s*[|｜丨·]?\s*(?:关于我们|关于本站|网站地图|站点地图|联系我们|网站声明|隐私(?:安全|声明|保护)|使用帮助|法律声明|版权声明|RSS订阅))*\s*$",
    ),
    (
        Scope::Span,
        LONGEST_LINE,
        r"(?:浏览|阅读|点击|访问|查看)\s*(?:次数|量|数|人数|人次)?\s*[：:]\s*(?:\[?\s*[-\d,.万]*\s*\]?\s*次?)|(?:浏览|阅读|访问|点击)(?:次数|量|数|人次)\s*\d*|已有\s*\d+\s*人(?:浏览|阅读)|您是第\s*\d+\s*位",
    ),
    (Scope::Line, 12, r"^\s*-?\s*\d*\s*次\s*$"),
    (Scope::Line, 12, r"^\s*(?:点赞|赞|有用|\d+\s*人(?:点赞|觉得有用))\s*\d*\s*$"),
    // What readers are asked.
    (
        Scope::Line,
        40,
        r"^\s*(?:您|你)(?:觉得|认为|对)(?:这篇|这条|本|该|此)(?:文章?|文档|页面?|信息|内容)的?(?:是否|对您|评价|满意|有没有)|^(?:\s*(?:非常满意|基本满意|不满意|很?满意|一般|有用|没用|有帮助|没帮助|提交)){2,}\s*$",
    ),
    (
        Scope::Line,
        60,
        r"^\s*(?:网友|最新|全部|我的)评论(?:\s*[（(]\s*\d*\s*[）)])?\s*$|^\s*文明上网[，,、]?理性(?:发言|评论)|^\s*(?:已有|共有?)?\s*\d+\s*条评论[，,]?\s*(?:共?\s*\d+\s*人参与)?\s*$",
    ),
    // Neighbours.
    (
        Scope::Line,
        100,
        r"^\s*[【\[<«]?\s*(?:上|下)\s*[一1]\s*(?:篇|条|页|则)(?:文章|新闻|信息)?\s*[】\]]?\s*(?:[：:>»]|没有|已|$)",
    ),
    (
        Scope::Line,
        40,
        r"^\s*[【\[]?(?:相关(?:阅读|链接|解读|新闻|文件|稿件|信息|文档|文章|报道|内容|政策)|关联(?:政策|文件|内容|稿件|阅读)|延伸阅读|猜你(?:想看|喜欢)|热点(?:新闻|推荐|文章)|推荐阅读|最新(?:文章|发布)|热门(?:文章|搜索|推荐))\s*[】\]]?\s*[：:>》]*\s*(?:更多.*)?$",
    ),
    // Who made it.
    (
        Scope::Span,
        LONGEST_LINE,
        r"[（(【\[]?\s*(?:责任编辑|责\s*编|编\s*辑|网络编辑|编\s*审|审\s*核|审\s*签|校\s*对|初\s*审|复\s*审|终\s*审|一\s*审|二\s*审|三\s*审|录入(?:人|者)?|供稿|撰稿)(?:人员?)?\s*[：:]\s*[^\s）)】\]]{0,12}\s*[）)】\]]?",
    ),
    (
        Scope::Span,
        LONGEST_LINE,
        r"(?:信息|文章|稿件|新闻|内容)?(?:来\s*源|稿源|出处|提供单位)\s*[：:]\s*[^\s【\[|]{0,40}",
    ),
    (
        Scope::Span,
        LONGEST_LINE,
        r"(?:发\s*布|发\s*文|发\s*表|公\s*开|刊\s*发|上\s*传|录\s*入|时\s*间\s*发\s*布)?(?:时\s*间|日\s*期)\s*[：:]\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:[\s\u{a0}T]*\d{1,2}[:：∶]\d{2}(?:[:：∶]\d{2})?)?",
    ),
    (Scope::Span, LONGEST_LINE, r"(?:更新|修改)(?:时间|日期)\s*[：:]\s*\d{4}\S{0,20}"),
    (Scope::Span, LONGEST_LINE, r"(?:发\s*布|发\s*表)(?:时\s*间|日\s*期)\s*[：:]"),
    (Scope::Span, 60, r"分享到(?:微信|微博|QQ空间|朋友圈|新浪微博)?"),
    (Scope::Span, 30, r"新浪微博|腾讯微博|微博|微信好友|微信|QQ空间|QQ好友|朋友圈|人人网|豆瓣|更多"),
    (Scope::Line, 80, r"点击(?:屏幕)?右上角.{0,12}分享|分享给您的好友"),
    (Scope::Line, 16, r"^\s*(?:相关附件|附件下载|附件列表|附件清单)\s*[：:]?\s*$"),
    (
        Scope::Span,
        60,
        r"(?:字体|文字|页面)(?:显示|大小|选择|设置|颜色)?\s*[：:]?\s*[【\[（(]?\s*(?:特大|超大|大|默认)\s*[|｜/、]?\s*(?:大\s*[|｜/、]?\s*)?中\s*[|｜/、]?\s*小\s*[】\]）)]?",
    ),
    (
        Scope::Span,
        60,
        r"视力保护色\s*[：:]?|背景色\s*[：:]?|朗读|播放语音|手机浏览|我要评论|RSS(?:订阅)?|(?:PDF|Word|WORD)\s*下载|导出(?:PDF|Word)?",
    ),
    (
        Scope::Line,
        12,
        r"^\s*(?:大|T|A|A\+|\+)?\s*[|｜/]?\s*(?:大|特大)\s*[|｜/]\s*中\s*[|｜/]\s*小\s*$|^\s*(?:评论|点赞|收藏|转发|下载|导出|放大|缩小|正常|默认|大|中|小)\s*[（(]?\d*[）)]?\s*$",
    ),
    // The buttons of a tool bar that are one line.
    (Scope::Span, 30, r"放大|缩小|正常|默认|恢复|分享|收藏|转发|播放|暂停|停止"),
    // Corrections, dialogs, languages, robots, links.
    (Scope::Span, 40, r"(?:我要|政府|网站|页面|内容|信息|文章|本文|一键)*(?:纠错|找错|挑错)"),
    (Scope::Line, 80, r"您(?:访问|点击)的链接即将离开|继续访问\s*放弃"),
    (
        Scope::Line,
        30,
        r"^\s*(?:简体(?:版)?|繁體|繁体(?:版)?|English|EN|手机版|登录|注册|退出)(?:\s*[|｜丨]?\s*(?:简体(?:版)?|繁體|繁体(?:版)?|English|EN|手机版|登录|注册|退出))*\s*$",
    ),
    (Scope::Span, 20, r"(?:政务)?智能(?:问答|机器人|客服)"),
    (Scope::Line, 20, r"^\s*hi！我是"),
    (Scope::Line, 40, r"^\s*(?:友情链接|网站导航|快速链接|国务院部门网站|各?省(?:区市|、自治区).*网站)\s*[：:]?\s*$"),
    (Scope::Line, 60, r"^\s*(?:本文|文章)?(?:二维码|链接|网址)\s*[：:]?\s*$"),
    (Scope::Line, 40, r"^\s*(?:转到|跳转到?)?第\s*\d*\s*页|^\s*共\s*\d+\s*页"),
    (Scope::Line, 40, r"^\s*(?:主办单位|网站管理|网站维护)[^，。]{0,30}$"),
    (Scope::Line, 30, r"^\s*(?:手机|电脑)?(?:客户端|微信公众号|官方微[博信])\s*$"),
    (
        Scope::Line,
        40,
        r"^\s*(?:(?:欢迎|敬请|请)?(?:扫码|长按)?关注).{0,20}(?:微信)?(?:公众|订阅|服务)号(?:[，,]\s*(?:获取|了解|查看).{0,10})?\s*$",
    ),
];

/// The patterns of one scope, all tried at once. Those of both together make so many states that the automaton is built anew
/// on every page, which costs more than all else that is read of it.
struct Patterns {
    set: RegexSet,
    written: Vec<String>,
    /// Each by itself, once it was found: most never are.
    each: Vec<OnceLock<Regex>>,
    most_chars: Vec<usize>,
}

impl Patterns {
    fn of(scope: Scope) -> Self {
        let chosen = PATTERNS.iter().filter(|(of, ..)| *of == scope);
        let (written, most_chars): (Vec<String>, Vec<usize>) =
            chosen.map(|&(_, most_chars, written)| (written.replace("%P", PROVINCES), most_chars)).unzip();
        let spelt = written.iter().map(|written| spelt(written));
        let set = RegexSet::new(spelt).expect("invariant: the patterns are valid");
        let each = written.iter().map(|_| OnceLock::new()).collect();
        Self { set, written, each, most_chars }
    }

    fn each(&self, at: usize) -> &Regex {
        self.each[at].get_or_init(|| pattern(&self.written[at]))
    }

    /// The numbers of the patterns that match a line of so many characters, in the order of the table.
    fn matching(&self, line: &str, n_chars: usize) -> impl Iterator<Item = usize> {
        self.set.matches(line).into_iter().filter(move |&at| n_chars <= self.most_chars[at])
    }
}

static LINES: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(Scope::Line));
static SPANS: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(Scope::Span));

/// The head of a block of links to other reports, and the links of its kind that stand alone.
pub(super) static RELATED: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^[\s【\[（(]*(?:点击)?(?:查看)?(?:相关(?:阅读|链接|解读|新闻|文件|稿件|信息|文档|文章|报道|内容|政策)|关联(?:政策|文件|内容|稿件|阅读)|",
        r"(?:政策|图文|图片|文字|视频|音频|专家|部门|文件)?解读|一图读懂|图解|延伸阅读|猜你(?:想看|喜欢)|热点(?:新闻|推荐|文章)|推荐阅读|",
        r"最新(?:文章|发布)|热门(?:文章|搜索|推荐)|政策原文|原文链接|解读链接)",
    );
    pattern(written)
});

/// The head of a notice about the portal itself.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    let written = r"^[\s【\[]*(?:版权(?:与|和|及)?免责声明|免责声明|版权声明|版权说明|特别声明|网站声明)[\s】\]：:]*$";
    pattern(written)
});

/// The words with which lines about sharing begin.
static SHARED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:打开|用)?(?:微信|手机)?[，,]?[“”]?扫一扫|^\s*分享(?:到|至)?\s*[：:]"));

/// Lines that stand behind a report and nowhere within it.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^\s*[【\[<«]?\s*(?:上|下)\s*[一1]\s*(?:篇|条)(?:文章|新闻|信息)?\s*[】\]]?\s*(?:[：:>»]|没有|已|$)|",
        r"^(?:打开|用)?(?:微信|手机)?[，,]?[“”]?扫一扫|^\s*分享(?:到|至)?\s*[：:]|",
        r"^[\s【\[]*(?:相关(?:阅读|链接|解读|新闻|稿件|文章|报道|推荐)|关联(?:稿件|阅读)|延伸阅读|猜你(?:想看|喜欢)|热点(?:新闻|推荐|文章)|推荐阅读|热门(?:文章|推荐))[\s】\]：:]*$",
    );
    pattern(written)
});

/// What the first line of a notice about the portal itself speaks of; 版权 alone is of a call for works too.
static PORTAL: LazyLock<Regex> = LazyLock::new(|| pattern("本网|本站|本(?:门户|政府|官方)网站|转载|凡注明"));

/// Whether a line heads what may be a notice about the portal itself: papers have such headings too.
pub(super) fn is_notice(line: &str) -> bool {
    NOTICE.is_match(line)
}

/// Whether a line heads a notice that the next line shows to be about the portal itself.
pub(super) fn is_notice_over(line: &str, next: &str) -> bool {
    is_notice(line) && PORTAL.is_match(next)
}

/// Whether a line stands behind a report: what follows is chrome as long as it is little.
pub(super) fn is_behind(line: &str) -> bool {
    line.chars().count() <= 60 && BEHIND.is_match(line) && !is_said(line)
}

/// Letters and figures of a sentence that are more than the words of its tools.
const LEAST_SAID: usize = 8;

/// The tools of sharing, by their names.
static TOOLS: LazyLock<Regex> = LazyLock::new(|| {
    let written = "新浪微博|腾讯微博|微博|微信好友|微信|QQ空间|QQ好友|朋友圈|人人网|豆瓣|分享(?:到|至)?|扫一扫";
    pattern(written)
});

/// What a hint at a code or at sharing asks for.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    let written =
        "当前页|本页|此页|网页|关注|公众号|客户端|更多|打开|查看|阅读|浏览|[给与](?:您的)?(?:好友|朋友)|版权|备案";
    pattern(written)
});

/// Whether a line begins with the words of sharing or of a code to scan.
pub(super) fn is_shared(line: &str) -> bool {
    SHARED.is_match(line)
}

/// Whether a line that begins with the words of sharing says something as a sentence of the text does:
/// 分享到：微信、微博等平台的做法值得推广。
pub(super) fn is_said(line: &str) -> bool {
    let is_sentence = line.ends_with(['。', '！', '？']) && !ASKED.is_match(line);
    let n_said = || TOOLS.replace_all(line, "").chars().filter(|c| c.is_alphanumeric()).count();
    is_sentence && SHARED.is_match(line) && n_said() >= LEAST_SAID
}

/// A clock: when the page is read, printed or was generated. The whole line is one; a sentence that begins so is not.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    // 生成日期 labels the day of writing in a disclosure table, and says nothing of the page.
    let written = concat!(
        r"^[\s【\[（(]*(?:您好[，,！!]?\s*)?",
        r"(?:(?:今天|今日|现在(?:时间|日期)?|当前(?:时间|日期))\s*(?:是|为)?\s*[：:]?|",
        r"(?:(?:系统|服务器|北京|访问|浏览|登录|打印)\s*(?:时间|日期)|(?:本?(?:页面|网页|页))?生成时间|本?(?:页面|网页|页)生成日期)\s*(?:是|为)?\s*[：:]?\s*[12]\d)",
        r"(?:[\d\s年月日时点分秒:：∶/.,，\-]|星期|周|农历|上午|下午|[一二三四五六七八九十廿正冬腊初闰日天])*",
        r"(?:欢迎.{0,30})?[\s】\]）)]*$",
    );
    pattern(written)
});

/// Longest clock, in characters: day, weekday, the day of the lunar calendar, time.
const LONGEST_CLOCK: usize = 60;

/// Whether a line tells the time at which the page is read or was generated.
pub(super) fn is_clock(line: &str) -> bool {
    line.len() <= LONGEST_CLOCK * 3 && CLOCK.is_match(line)
}

/// Whether a line holds nothing but chrome.
pub(super) fn is_chrome(line: &str) -> bool {
    let n_chars = line.chars().count();
    if n_chars > LONGEST_OF_ALL {
        return false;
    }
    if LINES.matching(line, n_chars).next().is_some() || is_clock(line) {
        return true;
    }
    if n_chars > LONGEST_LINE {
        return false;
    }
    let mut rest = Cow::Borrowed(line);
    for at in SPANS.matching(line, n_chars) {
        rest = SPANS.each(at).replace_all(&rest, " ").into_owned().into();
    }
    // A share and a sentence are said of something, and no counter.
    !rest.chars().any(|c| c.is_alphanumeric() || matches!(c, '。' | '%' | '％')) && !labels::begins_sentence(line)
}

/// Whether a line begins a block of links to other reports, or is such a link: 政策解读：..., 相关阅读.
pub(super) fn is_related(line: &str) -> bool {
    RELATED.is_match(line)
}

#[cfg(test)]
mod tests;
