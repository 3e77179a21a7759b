//! Everything on a page that is not the notice.

use super::words::{COLUMNS, DECLARATIONS, NEWS, PROSE, Picker};

/// Bytes of a page: what is missing is filled with script and style, as on real pages.
const PAGE_BYTES: usize = 50_000;

/// Menus of two levels.
pub(super) fn menu(pick: &mut Picker) -> String {
    let (outer, inner) = (pick.name("nav"), pick.name("sub-nav"));
    let mut html = format!("<div class=\"{outer}\"><ul>\n<li><a href=\"/\">首页</a></li>\n");
    for n in 0..6 + pick.below(4) {
        html.push_str(&format!(
            "<li><a href=\"/zwgk/c{n}/\" target=\"_blank\">{}</a><ul class=\"{inner}\">\n",
            pick.of(&COLUMNS)
        ));
        let n_items = 8 + pick.below(8);
        for (at, column) in pick.some(&COLUMNS, n_items).iter().enumerate() {
            html.push_str(&format!(
                "<li><a href=\"/zwgk/c{n}/list_{at}/index.html\" target=\"_blank\" title=\"{column}\">{column}</a></li>\n"
            ));
        }
        html.push_str("</ul></li>\n");
    }
    html + "</ul></div>\n"
}

/// The top of a page: aids, the day, search.
pub(super) fn top(pick: &mut Picker) -> String {
    let (name, day) = (pick.name("top"), pick.fill("D"));
    let search = pick.name("search");
    format!(
        "<div class=\"{name}\"><span>今天是：{day} 星期三</span> <a href=\"#\">无障碍</a> <a href=\"#\">长者模式</a> \
         <a href=\"#\">繁體</a> | <a href=\"/login\">登录</a> <span>本网站支持IPv6</span></div>\n\
         <div class=\"{search}\"><input type=\"text\" value=\"请输入关键字\"><span>热门搜索：</span><a href=\"#\">社保</a><a href=\"#\">公积金</a></div>\n"
    )
}

/// A dialog that a style sheet or the element's own style hides.
pub(super) fn dialog(pick: &mut Picker) -> String {
    let style = pick.of(&[" style=\"display:none\"", " style=\"display: none;\"", ""]);
    let name = pick.name("dialog");
    format!(
        "<div class=\"{name}\"{style}><div><p>您访问的链接即将离开“{}人民政府”门户网站，是否继续？</p><p><a href=\"#\">继续访问</a> <a href=\"#\">放弃</a></p></div></div>\n",
        pick.fill("P")
    )
}

/// Where the page stands.
pub(super) fn crumbs(pick: &mut Picker, title: &str) -> String {
    let (name, column) = (pick.name("crumb"), pick.of(&COLUMNS));
    let last = pick.of(&["正文", "", title]);
    let label = pick.of(&["您当前的位置：", "当前位置：", "您所在的位置 ：", ""]);
    format!(
        "<div class=\"{name}\">{label}<a href=\"/\">首页</a> &gt; <a href=\"/zwgk/\">政务公开</a> &gt; <a href=\"/zwgk/c1/\">{column}</a> &gt; {last}</div>\n"
    )
}

/// The line under a title.
pub(super) fn info(pick: &mut Picker) -> String {
    let (y, m, d) = pick.day();
    let (day, office, name) = (format!("{y}-{m:02}-{d:02}"), pick.fill("PO"), pick.name("info"));
    let line = match pick.below(6) {
        0 => format!(
            "发布时间：{day} 09:{d:02} 来源：{office} 浏览次数：<span id=\"hits\">{m}</span>次 【字体：<a href=\"#\">大</a> <a href=\"#\">中</a> <a href=\"#\">小</a>】"
        ),
        1 => format!("<span>时间：{day}</span><span>来源：{office}</span><span>点击：-</span>"),
        2 => format!("<ul><li>日期：{day} 10:{m:02}</li><li>信息来源：{office}</li><li>字号：大 中 小</li></ul>"),
        3 => format!("{day} 08:{m:02}　　来源：{office}　　打印"),
        4 => format!("<div>来源： {office}</div><div>发布日期：{day}</div><div>分享到：</div>"),
        _ => format!("[发布日期：{day}]　[来源：{office}]　[浏览次数：{d}{m}]　[打印] [关闭]"),
    };
    format!("<div class=\"{name}\">{line}</div>\n")
}

/// What stands under a text in the same column: tools, neighbours, related reports.
pub(super) fn under(pick: &mut Picker) -> String {
    let mut html = String::new();
    if pick.one_in(3) {
        html.push_str(&format!("<div class=\"{}\">（责任编辑：{}）</div>\n", pick.name("editor"), pick.fill("W")));
    }
    let tools = pick.name("tools");
    html.push_str(pick.of(&[
        "",
        "<div style=\"text-align:right\">【打印】 【关闭】</div>\n",
        "<p>扫一扫在手机打开当前页</p>\n",
    ]));
    html.push_str(&format!(
        "<div class=\"{tools}\"><span>分享到：</span><a href=\"#\">微信</a><a href=\"#\">微博</a></div>\n"
    ));
    if !pick.one_in(4) {
        let (name, previous, next) = (pick.name("prevnext"), pick.of(&NEWS), pick.of(&NEWS));
        let (previous, next) = (pick.fill(previous), pick.fill(next));
        html.push_str(&format!(
            "<div class=\"{name}\"><p>上一篇：<a href=\"./t20240101_11.html\">{previous}</a></p><p>下一篇：<a href=\"./t20240103_12.html\">{next}</a></p></div>\n"
        ));
    }
    if pick.one_in(2) {
        let heading = pick.of(&["相关阅读", "相关信息", "延伸阅读", "猜你喜欢"]);
        html.push_str(&list(pick, heading, "related", 5));
    }
    html
}

/// Links with days under a heading.
pub(super) fn list(pick: &mut Picker, heading: &str, name: &str, n: usize) -> String {
    let name = pick.name(name);
    let mut html = format!("<div class=\"{name}\"><h3>{heading}</h3><ul>\n");
    for title in pick.some(&NEWS, n) {
        let (y, m, d) = pick.day();
        let title = pick.fill(title);
        html.push_str(&format!("<li><a href=\"/zwdt/{y}{m:02}/t{y}{m:02}{d:02}_10{m}{d}.html\" title=\"{title}\" target=\"_blank\">{title}</a><span>{y}-{m:02}-{d:02}</span></li>\n"));
    }
    html + "</ul></div>\n"
}

/// Reports with summaries outside of their links.
fn digest(pick: &mut Picker) -> String {
    let name = pick.name("news-box");
    let mut html = format!("<div class=\"{name}\"><div>热点关注</div>\n");
    for title in pick.some(&NEWS, 3) {
        let (title, text) = (pick.fill(title), pick.of(&PROSE));
        html.push_str(&format!("<dl><dt><a href=\"/zwdt/a.html\">{title}</a></dt><dd>{}</dd></dl>\n", pick.fill(text)));
    }
    html + "</div>\n"
}

/// A side column: prose about the place or the office, lists, contacts.
pub(super) fn side(pick: &mut Picker) -> String {
    let (name, box_name) = (pick.name("side"), pick.name("intro"));
    let mut html = format!("<div class=\"{name}\">");
    let heading = pick.of(&["走进本县", "机构简介", "领导简介", "栏目说明"]);
    html.push_str(&format!("<div class=\"{box_name}\"><h4>{heading}</h4>\n"));
    for text in pick.some(&PROSE, 2) {
        html.push_str(&format!("<p>{}</p>\n", pick.fill(text)));
    }
    html.push_str("</div>\n");
    if pick.one_in(2) {
        html.push_str(&list(pick, "热点新闻", "hot", 8));
    } else {
        html.push_str(&digest(pick));
    }
    html + "</div>\n"
}

/// A declaration that everybody sees, below the text.
pub(super) fn declaration(pick: &mut Picker) -> String {
    let (name, text) = (pick.name("statement"), pick.of(&DECLARATIONS[..4]));
    let heading = pick.of(&["<h5>网站声明</h5>", "", "<strong>免责声明</strong><br>"]);
    format!("<div class=\"{name}\">{heading}<p>{text}</p></div>\n")
}

/// Links of friends, as lists and as selects.
fn friends(pick: &mut Picker) -> String {
    let name = pick.name("links");
    let options: String = pick
        .some(&COLUMNS, 14)
        .iter()
        .map(|name| format!("<option value=\"http://www.example.gov.cn/\">{name}网</option>\n"))
        .collect();
    let links: String = pick
        .some(&COLUMNS, 10)
        .iter()
        .map(|name| format!("<a href=\"http://www.example.gov.cn/\">{name}</a>\n"))
        .collect();
    format!(
        "<div class=\"{name}\"><span>友情链接</span><select><option>国务院部门网站</option>{options}</select><div>{links}</div></div>\n"
    )
}

/// The end of a page.
pub(super) fn footer(pick: &mut Picker) -> String {
    let (name, office, place, road) =
        (pick.name("footer"), pick.fill("P人民政府办公室"), pick.fill("P"), pick.fill("R"));
    let text = pick.of(&DECLARATIONS[..4]);
    let (n, other) = (pick.below(9), pick.below(900_000));
    let lines = [
        "<a href=\"/about/\">关于我们</a> | <a href=\"/map/\">网站地图</a> | <a href=\"/contact/\">联系我们</a> | <a href=\"/law/\">隐私声明</a>".to_owned(),
        format!("主办：{place}人民政府　承办：{office}　技术支持：{place}大数据中心"),
        format!("地址：{place}{road}{n}8号　邮编：03{n}000　联系电话：0356-2{other:06}（工作日8:00—18:00）"),
        format!("晋ICP备0{n}000{n}19号-1　网站标识码：1405{n}20001　<img src=\"/ga.png\">晋公网安备1405{n}202000{n}18号"),
        format!("版权所有：{place}人民政府"),
        text.to_owned(),
    ];
    let lines: String = lines.iter().map(|line| format!("<p>{line}</p>\n")).collect();
    friends(pick) + &format!("<div class=\"{name}\">{lines}</div>\n")
}

/// What the head of a page holds beside its title.
pub(super) fn meta(pick: &mut Picker, title: &str) -> String {
    let (y, m, d) = pick.day();
    format!(
        "<meta name=\"SiteName\" content=\"{0}人民政府\">\n<meta name=\"ArticleTitle\" content=\"{title}\">\n<meta name=\"PubDate\" content=\"{y}-{m:02}-{d:02} 10:12\">\n<meta name=\"ContentSource\" content=\"{0}\">\n",
        pick.fill("P")
    )
}

/// A whole page, filled up to its size.
pub(super) fn page(pick: &mut Picker, title: &str, head: &str, inside: &str) -> String {
    let title = match pick.below(8) {
        0 => pick.fill("P人民政府门户网站"),
        1 => title.to_owned(),
        _ => format!("{title}_{}人民政府", pick.fill("P")),
    };
    let mut fill = String::from("<script type=\"text/javascript\">\n");
    let mut n = 0;
    while inside.len() + fill.len() < PAGE_BYTES {
        n += 1;
        fill.push_str(&format!(
            "var slide_{n} = {{ speed: {n}00, text: \"图片新闻，第{n}张。\", url: \"/images/{n}.jpg\" }};\n"
        ));
    }
    format!(
        "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n{head}<style>.a{{margin:0}}</style>\n{fill}</script>\n</head>\n{inside}\n</html>\n"
    )
}
