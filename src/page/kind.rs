//! What a fetched page is: a report, a listing, a page that is gone, a wall, nothing, something else.
//!
//! In: a parsed page and how it was answered. Out: a [`PageKind`]. Only a page that is a report may become a revision:
//! an error page or a wall under status 200 must never be taken for an edited text.
//! Never: what the report says.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use regex::Regex;
use url::Url;

use super::decode::Decoded;
use super::glance::{self, BODY_CHARS, Glance, LONG_PARAGRAPH};
use super::letter::Letter;
use super::listing::shape::{self, Shape};
use super::pattern;
use super::row_pieces::RowReader;
use super::tree::{Tree, collapse, visible_text};
use super::{attachments, datastore, headed, labels, link, rows, title};
use crate::model::{Entry, PageKind};

/// Dated rows that make a listing of a page with little text of its own.
const LEAST_ROWS: usize = 2;

/// Marks of script walls: 瑞数, 网站卫士, 阿里云, 知道创宇, 云锁, 安全狗, 腾讯云.
static WALL_MARKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\$_ts\b|wzws[-_]|acw_sc__v2|__jsl|_\$_[0-9a-f]|yunsuo_session|safedog|TencentCaptcha|geetest_|_guard/|EO_Bot_Ssid",
    )
});
static WALL_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:输入|滑动|完成|点击)\S{0,6}验证|人机验证|安全验证|访问验证|请求(?:已)?被(?:拦截|阻断|拒绝)|访问(?:已)?被(?:拦截|阻断|拒绝|禁止)|访问(?:过于)?频繁|网站防火墙|云防护|创宇盾|安全狗|Web应用防火墙|(?i)access denied|are you a robot|checking your browser|enable javascript and cookies",
    )
});
static GONE_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)找不到(?:了|该|您|你|此|这|页|网页|文件|要)|找不到$|(?:页面|网页|文章|信息|内容|栏目|文件|资源)\S{0,6}(?:不存在|未找到|找不到|没有找到|已(?:被)?删除|已(?:被)?移除|已失效|已下线|已下架|正在审核)|无法找到|不存在或已(?:被)?删除|没有找到(?:您|你|该|页|相关)|404\s*(?:not\s*found|错误|error|页面)|not\s+found|^\s*404\b",
    )
});
static GONE_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:http\s*)?(?:status\s*)?404\b|^\s*错误\s*404|(?:页面|网页|文章|信息)(?:不存在|未找到|找不到)|找不到(?:该|您|此|网)?\S{0,4}(?:页|网页|文件)|not\s+found",
    )
});
static TROUBLE_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:系统|网站|平台|服务器|服务)\S{0,8}(?:维护|升级|繁忙|暂停|关闭|迁移)|维护中|服务(?:暂时)?不可用|暂停(?:服务|访问)|系统(?:错误|异常|出错)|数据库(?:连接)?(?:错误|失败)|internal server error|bad gateway|service unavailable|gateway time-?out|http status 5\d\d|运行时错误|应用程序中的服务器错误",
    )
});

/// How a page was answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer<'a> {
    /// The status of the last response; 200 for a saved page.
    pub status: u16,
    /// The URL asked for.
    pub asked: Option<&'a Url>,
    /// The URL that answered, after redirects.
    pub landed: Option<&'a Url>,
    /// The home page of the site.
    pub home: Option<&'a Url>,
}

/// Whether a page deep within a site was answered by the site's home page: how many portals say that a page is gone.
pub fn is_home_redirect(answer: &Answer<'_>) -> bool {
    let (Some(asked), Some(landed)) = (answer.asked, answer.landed) else { return false };
    let is_home = |url: &Url| answer.home.is_some_and(|home| is_at(home, url)) || place(url) == "/";
    !link::is_same_page(asked, landed) && is_home(landed) && !is_home(asked)
}

/// Whether two addresses are one place, whatever query they have.
fn is_at(one: &Url, other: &Url) -> bool {
    host(one) == host(other) && place(one) == place(other)
}

/// Whether two addresses are one place with the same query.
pub(super) fn is_place(one: &Url, other: &Url) -> bool {
    is_at(one, other) && one.query() == other.query()
}

/// Whether a message is that of a wall or of a portal in trouble.
pub(super) fn says_trouble(message: &str) -> bool {
    WALL_WORDS.is_match(message) || TROUBLE_WORDS.is_match(message)
}

/// Scheme and `www.` come and go on the same site.
pub(super) fn host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}

/// A path with the names of index pages left out.
pub(super) fn place(url: &Url) -> &str {
    let path = url.path();
    match path.rsplit_once('/') {
        Some((_, name)) if is_index(name) && url.query().is_none() => &path[..path.len() - name.len()],
        _ => path,
    }
}

fn is_index(name: &str) -> bool {
    let stem = name.split_once('.').map_or("", |(stem, _)| stem);
    matches!(stem, "index" | "default" | "Index" | "Default")
}

/// Says what a page is.
pub fn of(tree: &Tree, decoded: &Decoded, answer: &Answer<'_>) -> PageKind {
    at_a_glance(tree, decoded, answer).unwrap_or_else(|seen| report_or_listing(tree, decoded, &seen, answer))
}

/// Says what a page is that was asked for its rows. One that has some is a listing: its list need not be looked for again,
/// which costs more than all else.
pub(super) fn of_rows(tree: &Tree, decoded: &Decoded, answer: &Answer<'_>, has_rows: bool) -> PageKind {
    at_a_glance(tree, decoded, answer).unwrap_or_else(|seen| {
        if has_rows { PageKind::Listing } else { report_or_listing(tree, decoded, &seen, answer) }
    })
}

/// What a page is, where its words tell; what was seen of it, where it is a report or a listing or neither.
fn at_a_glance(tree: &Tree, decoded: &Decoded, answer: &Answer<'_>) -> Result<PageKind, Box<Glance>> {
    if matches!(answer.status, 404 | 410) {
        return Ok(PageKind::NotFound);
    }
    let is_answer = matches!(shape::of(&decoded.text), Shape::Unit | Shape::Feed | Shape::Sitemap);
    if is_answer && answer.status < 400 {
        return Ok(PageKind::Listing);
    }
    if !is_page(&decoded.text) {
        return Ok(PageKind::Other);
    }
    let seen = Glance::of(tree);
    if matches!(answer.status, 401 | 403 | 405 | 412 | 418 | 429 | 521) || is_wall(&seen, &decoded.text) {
        return Ok(PageKind::Challenge);
    }
    if answer.status >= 500 {
        return Ok(PageKind::Other);
    }
    if datastore::is_answer(&decoded.text) {
        return Ok(PageKind::Listing);
    }
    if is_gone(&seen) {
        return Ok(PageKind::NotFound);
    }
    if seen.text.is_empty() {
        let has_records = !datastore::stores(tree, &decoded.text).is_empty();
        return Ok(if has_records { PageKind::Listing } else { PageKind::Empty });
    }
    if is_trouble(&seen) {
        return Ok(PageKind::Other);
    }
    Err(Box::new(seen))
}

/// Files that were decoded as if they were text.
fn is_page(text: &str) -> bool {
    let start = text.trim_start();
    let is_file =
        ["%PDF", "PK\u{3}\u{4}", "\u{FFFD}PNG", "GIF8", "Rar!", "{\\rtf"].iter().any(|mark| start.starts_with(mark));
    let is_json = (start.starts_with('{') && !start.starts_with("{{")) || start.starts_with("[{");
    !is_file && !is_json
}

/// Little text in no body of a known content system.
fn is_bare(seen: &Glance) -> bool {
    seen.is_short() && seen.n_body < BODY_CHARS
}

/// Whether a page is titled as a paper and goes on below its title, however little: such papers speak of what is gone
/// and of walls too.
fn is_paper(seen: &Glance) -> bool {
    /// Characters beside the title: 经查，您申请公开的信息不存在。根据《条例》第三十六条，现予告知。
    const LEAST: usize = 30;
    let title = title::of_document(&seen.title);
    title.is_some_and(|title| seen.n_prose >= title.chars().count() + LEAST)
}

/// Whether so little is said that it may be a message of the portal itself.
fn is_message(seen: &Glance) -> bool {
    is_bare(seen) && seen.longest < LONG_PARAGRAPH
}

fn is_wall(seen: &Glance, html: &str) -> bool {
    let is_said = || WALL_WORDS.is_match(seen.said()) || WALL_WORDS.is_match(&seen.title);
    (is_bare(seen) && WALL_MARKS.is_match(html)) || (is_message(seen) && is_said() && !is_paper(seen))
}

fn is_gone(seen: &Glance) -> bool {
    let is_titled = !seen.has_article_tags && seen.n_body < BODY_CHARS && GONE_TITLE.is_match(&seen.title);
    (is_titled || (is_message(seen) && GONE_WORDS.is_match(seen.said()))) && !is_paper(seen)
}

fn is_trouble(seen: &Glance) -> bool {
    let is_said = || TROUBLE_WORDS.is_match(seen.said()) || TROUBLE_WORDS.is_match(&seen.title);
    // For days before it is out of service a portal says so over every report.
    is_message(seen) && is_said() && !labels::shows_publication(&seen.text)
}

/// No page is given a day here: any will do to see whether rows are dated.
const ANY_DAY: Date = date(2100, 12, 31);

fn report_or_listing(tree: &Tree, decoded: &Decoded, seen: &Glance, answer: &Answer<'_>) -> PageKind {
    if seen.has_article_tags || seen.n_body >= BODY_CHARS || Letter::of(tree).is_some() {
        return PageKind::Report;
    }
    if !datastore::stores(tree, &decoded.text).is_empty() {
        return PageKind::Listing;
    }
    let url = answer.landed.or(answer.asked);
    let page = url.cloned().or_else(|| Url::parse("http://page.invalid/").ok());
    let Some(page) = page else { return PageKind::Other };
    let base = link::base(tree, &page);
    let reader = RowReader { base: &base, page: &page, zone: &TimeZone::UTC, today: ANY_DAY };
    let found = rows::find(tree, &reader);
    let n_titles: usize = found.entries.iter().map(|entry| entry.title.chars().count()).sum();
    match seen.longest {
        // The tags of a column without those of an article: what else the page says stands around a list.
        longest if seen.has_column_tags && found.n_dated > 0 && longest < 3 * LONG_PARAGRAPH => PageKind::Listing,
        longest if longest >= LONG_PARAGRAPH && longest * 2 >= n_titles => PageKind::Report,
        _ if seen.n_prose >= headed::LEAST_TEXT && headed::is_text(tree, &seen.title, &found.entries, &base) => {
            PageKind::Report
        }
        _ if found.n_dated >= LEAST_ROWS => PageKind::Listing,
        longest if longest >= LONG_PARAGRAPH => PageKind::Report,
        // Many short paragraphs, as of a report that is one long list of figures.
        _ if seen.n_prose >= 2 * LONG_PARAGRAPH && seen.n_prose >= n_titles => PageKind::Report,
        _ if found.entries.is_empty()
            && !seen.has_column_tags
            && !is_paper(seen)
            && GONE_WORDS.is_match(&visible_text(glance::body(tree))) =>
        {
            PageKind::NotFound
        }
        _ if !seen.has_column_tags && is_headed_file(tree, seen, &found.entries) => PageKind::Other,
        _ if !found.entries.is_empty() || seen.has_column_tags => PageKind::Listing,
        _ => PageKind::Other,
    }
}

/// Whether what looks like a list is a file under the title of a report and its day of publication: in a row, the day
/// stands behind the link. Links over the title are the portal's.
fn is_headed_file(tree: &Tree, seen: &Glance, entries: &[Entry]) -> bool {
    let Some(heading) = tree.root().descendants().find(|node| node.name() == "h1") else { return false };
    let heading = collapse(&visible_text(heading));
    let Some((over, under)) = seen.text.split_once(&heading).filter(|_| !heading.is_empty()) else { return false };
    let (dated, undated): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.date.is_some());
    let [file] = dated[..] else { return false };
    let is_file = attachments::is_file(file.url.as_str());
    let is_under_day = file.date_shown.as_ref().is_some_and(|shown| {
        labels::states_publication(shown) && under.split_once(shown).is_some_and(|(_, rest)| rest.contains(&file.title))
    });
    is_bare(seen)
        && seen.title.starts_with(&heading)
        && is_file
        && is_under_day
        && undated.iter().all(|entry| over.contains(&entry.title))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(html: &str, status: u16) -> PageKind {
        let decoded = Decoded { text: html.to_owned(), charset: "UTF-8", n_replaced: 0 };
        of(&Tree::parse(html).expect("tree"), &decoded, &Answer { status, ..Answer::default() })
    }

    #[test]
    fn the_status_decides_before_the_page_does() {
        let report =
            format!("<meta name=ArticleTitle content=T><div class=TRS_Editor><p>{}</p></div>", "正文".repeat(80));
        assert_eq!(kind(&report, 200), PageKind::Report);
        assert_eq!(kind(&report, 404), PageKind::NotFound);
        assert_eq!(kind(&report, 410), PageKind::NotFound);
        assert_eq!(kind("<p>", 412), PageKind::Challenge);
        assert_eq!(kind("<p>", 521), PageKind::Challenge);
        assert_eq!(kind("<p>Bad Gateway", 502), PageKind::Other);
    }

    #[test]
    fn a_report_about_walls_gone_pages_and_maintenance_is_a_report() {
        for sentence in ["办事群众反映页面不存在、找不到该窗口", "系统维护升级期间暂停服务", "请输入验证码后登录"]
        {
            let page = format!("<title>通知</title><meta name=ArticleTitle content=通知><p>{sentence}</p>");
            assert_eq!(kind(&page, 200), PageKind::Report, "{sentence}");
            let page =
                format!("<title>通知</title><div id=zoom><p>关于网站有关事项的通知：{sentence}，特此通知。</p></div>");
            assert_eq!(kind(&page, 200), PageKind::Report, "{sentence}");
        }
    }

    #[test]
    fn a_short_paper_on_a_lean_page_is_neither_gone_nor_a_wall() {
        let lean = |title: &str, text: &str| {
            kind(&format!("<title>{title}_兴县人民政府</title><h1>{title}</h1><p>{text}</p><p>兴县司法局</p>"), 200)
        };
        let short = "经查，您申请公开的政府信息不存在。根据《政府信息公开条例》第三十六条第四项，现予告知。";
        let enter = "请考生于3月5日前登录报名系统，完成身份验证后打印准考证，逾期系统自动关闭。";
        for (title, text) in [
            ("关于张某申请政府信息公开的答复", short),
            ("关于公布规范性文件清理结果的公告", "经清理，部分规范性文件已失效，不再作为行政管理的依据，现予公布。"),
            ("关于招聘考试有关事项的通知", enter),
            ("关于人机验证安全验证试点工作的通知", "各股室要按照要求做好试点，及时总结，有关情况于月底前报送。"),
        ] {
            let read = lean(title, text);
            assert!(!matches!(read, PageKind::NotFound | PageKind::Challenge), "{title}: {read:?}");
            assert_eq!(lean(title, &text.repeat(5)), PageKind::Report, "{title}");
        }
    }

    #[test]
    fn what_the_portal_itself_says_is_no_paper() {
        for (title, text, told) in [
            ("兴县人民政府", "您访问的页面不存在或已被删除，请返回首页。", PageKind::NotFound),
            ("关于印发细则的通知", "该信息已删除", PageKind::NotFound),
            ("系统提示", "对不起，您要查看的文章不存在，3秒后返回首页。", PageKind::NotFound),
            ("通知公告", "该文章正在审核中，暂时无法查看。", PageKind::NotFound),
            ("安全验证", "请完成验证后继续访问", PageKind::Challenge),
            ("页面不存在", "", PageKind::NotFound),
        ] {
            let page = format!("<title>{title}</title><h1>{title}</h1><p>{text}</p>");
            assert_eq!(kind(&page, 200), told, "{title}: {text}");
        }
    }

    #[test]
    fn a_report_is_one_under_the_word_of_a_portal_that_it_will_be_out_of_service() {
        let text = "县水利局组织人员对安河堤防开展秋季巡查，重点查看险工险段和涵闸运行情况。".repeat(4);
        let word = "因系统升级维护，本站将于近期暂停访问，敬请谅解！";
        let page = |word: &str, info: &str| {
            format!("<title>堤防巡查</title>{word}<h1>堤防巡查</h1><div>{info}</div><div><p>{text}</p></div>")
        };
        let info = "发布时间：2024-11-04 来源：县水利局";
        assert_eq!(kind(&page(&format!("<div>{word}</div>"), info), 200), PageKind::Report);
        assert_eq!(kind(&page(&format!("<div style='display:none'>{word}</div>"), ""), 200), PageKind::Report);
        let alone = format!("<title>兴县人民政府</title><h1>公告</h1><p>{word}</p>");
        assert_eq!(kind(&alone, 200), PageKind::Other);
    }

    #[test]
    fn a_list_that_shows_papers_about_walls_and_lost_pages_is_a_list() {
        let row =
            |title: &str| format!("<li><a href='/t/{}.html'>{title}</a><span>2026-11-03</span></li>", title.len());
        for title in [
            "政府信息不存在告知书",
            "关于404错误链接的通报",
            "关于该信息已删除问题的说明",
            "关于安全验证的通知",
            "Web应用防火墙采购项目中标公告",
            "系统维护期间暂停服务的公告",
        ] {
            let rows = ["关于春耕生产的通知", title, "关于防汛工作的意见", "关于开展普法活动的方案", "公告"].map(row);
            let page = format!("<title>通知公告</title><h2>通知公告</h2><ul>{}</ul>", rows.concat());
            assert_eq!(kind(&page, 200), PageKind::Listing, "{title}");
        }
        let lost = format!("<p>您访问的页面不存在</p><ul>{}</ul>", row("网站首页").repeat(6));
        assert_eq!(kind(&lost, 200), PageKind::NotFound);
    }

    #[test]
    fn files_are_no_pages() {
        assert_eq!(kind("%PDF-1.5 ...", 200), PageKind::Other);
        assert_eq!(kind("{\"data\": []}", 200), PageKind::Other);
        assert_eq!(kind("", 200), PageKind::Empty);
    }

    #[test]
    fn the_home_page_in_place_of_a_deep_one_is_told_apart() {
        let url = |text: &str| Url::parse(text).expect("url");
        let home = url("http://www.x.gov.cn/");
        let is_home = |asked: &str, landed: &str| {
            let (asked, landed) = (url(asked), url(landed));
            is_home_redirect(&Answer { status: 200, asked: Some(&asked), landed: Some(&landed), home: Some(&home) })
        };
        assert!(is_home("http://www.x.gov.cn/a/t20240101_1.html", "http://www.x.gov.cn/"));
        assert!(is_home("http://www.x.gov.cn/a/t20240101_1.html", "https://x.gov.cn/index.html"));
        assert!(!is_home("http://www.x.gov.cn/index.html", "http://www.x.gov.cn/"));
        assert!(!is_home("http://www.x.gov.cn/a/1.html", "http://www.x.gov.cn/b/1.html"));
        assert!(!is_home("http://www.x.gov.cn/a/1.html", "http://www.x.gov.cn/a/1.html"));
    }
}
