//! The first portal, `www.fazhi.example`: UTF-8, built as TRS WCM builds its pages, a `createPageHTML` pager, no
//! validators. In: a path and a moment. Out: a page, or nothing where the path leads nowhere.

use super::Stage;
use super::html::{Moment, article_meta, column_meta, cut, escape, items, link, paragraphs};
use super::samples::Notice;
use super::shelf::Shelf;

/// Its name in URLs.
pub(super) const HOST: &str = "www.fazhi.example";
const NAME: &str = "法治政府建设信息网(演示)";
/// A made-up code: no division has the number 659999.
const SITE_CODE: &str = "6599990001";
/// Rows of a listing page: few enough that each listing has more than one page.
const ROWS: usize = 8;
/// Characters of a title that a row shows; the whole one stands in the link's `title`.
const SHOWN_CHARS: usize = 30;

struct Column {
    shelf: Shelf,
    path: &'static str,
    name: &'static str,
}

const COLUMNS: [Column; 2] = [
    Column { shelf: Shelf::Annual, path: "/fzzfjs/ndbg/", name: "法治政府建设年度报告" },
    Column { shelf: Shelf::Notices, path: "/zwgk/tzgg/", name: "通知公告" },
];

/// The class names of the templates: what a redesign changes.
struct Template {
    list: &'static str,
    row: (&'static str, &'static str),
    date: &'static str,
    article: &'static str,
    title: (&'static str, &'static str),
    info: &'static str,
    published: &'static str,
    source: &'static str,
    body: &'static str,
}

const BEFORE: Template = Template {
    list: "<ul class=\"news-list\">",
    row: ("<li>", "</li>"),
    date: "row-date",
    article: "article",
    title: ("<h1 class=\"article-title\">", "</h1>"),
    info: "article-info",
    published: "time",
    source: "source",
    body: "<div class=\"TRS_Editor\">",
};

const AFTER: Template = Template {
    list: "<div class=\"rows\">",
    row: ("<div class=\"row\">", "</div>"),
    date: "row-day",
    article: "detail",
    title: ("<h2 class=\"detail-heading\">", "</h2>"),
    info: "detail-meta",
    published: "detail-day",
    source: "detail-origin",
    body: "<div class=\"detail-content\">",
};

fn template(stage: Stage) -> &'static Template {
    if stage >= Stage::Redesigned { &AFTER } else { &BEFORE }
}

/// The page at this path.
pub(super) fn page(path: &str, moment: &Moment) -> Option<String> {
    if path == "/" {
        return Some(home(moment));
    }
    let column = COLUMNS.iter().find(|column| path.starts_with(column.path))?;
    let rest = &path[column.path.len()..];
    let notices = column.shelf.notices(moment.stage);
    if let Some(at) = notices.iter().position(|notice| article_path(notice) == rest) {
        return Some(article(column, &notices, at, moment));
    }
    let n_pages = notices.len().div_ceil(ROWS);
    let index = (0..n_pages).find(|&index| rest == listing_path(index) || (index == 0 && rest.is_empty()))?;
    Some(listing(column, &notices, index, moment))
}

/// Page k of a listing, from 0.
fn listing_path(index: usize) -> String {
    if index == 0 { "index.shtml".to_owned() } else { format!("index_{index}.shtml") }
}

/// Month folder, day and number: the form of TRS WCM.
fn article_path(notice: &Notice) -> String {
    format!("{}/t{}_{}.shtml", notice.published.strftime("%Y%m"), notice.published.strftime("%Y%m%d"), notice.id)
}

fn home(moment: &Moment) -> String {
    frame(NAME, "", &items(COLUMNS.iter().map(|column| link(column.path, column.name))), moment)
}

fn listing(column: &Column, notices: &[Notice], index: usize, moment: &Moment) -> String {
    let template = template(moment.stage);
    let row = |notice: &Notice| {
        let (open, close) = template.row;
        format!(
            "{open}<a href=\"./{}\" title=\"{}\" target=\"_blank\">{}</a><span class=\"{}\">{}</span>{close}\n",
            article_path(notice),
            escape(&notice.title),
            escape(&cut(&notice.title, SHOWN_CHARS)),
            template.date,
            notice.published.date()
        )
    };
    let rows: String = notices.iter().skip(index * ROWS).take(ROWS).map(row).collect();
    let list_end = if template.list.starts_with("<ul") { "</ul>" } else { "</div>" };
    let n_pages = notices.len().div_ceil(ROWS);
    let content = format!(
        "{}<div class=\"list-box\">\n{}\n{rows}{list_end}\n</div>\n<div class=\"page\"><script>\n\
         createPageHTML({n_pages}, {index}, \"index\", \"shtml\");\n</script></div>\n",
        crumb(column),
        template.list
    );
    let meta = column_meta(NAME, HOST, SITE_CODE, column.name);
    frame(&format!("{}_{NAME}", column.name), &meta, &content, moment)
}

fn article(column: &Column, notices: &[Notice], at: usize, moment: &Moment) -> String {
    let notice = &notices[at];
    let template = template(moment.stage);
    let content = format!(
        "{crumb}<div class=\"{article}\">\n{title_open}{title}{title_close}\n<div class=\"{info}\">\n\
         <span class=\"{published}\">时间:{date}</span> <span class=\"font\">字号: <a>大</a> <a>中</a> <a>小</a></span>\n\
         <span class=\"origin\">来源: <b class=\"{source}\">{office}</b></span> <span>浏览次数:<em>{hits}</em></span>\n\
         </div>\n{body}\n{paragraphs}</div>\n{after}</div>\n",
        crumb = crumb(column),
        article = template.article,
        title_open = template.title.0,
        title = escape(&notice.title),
        title_close = template.title.1,
        info = template.info,
        published = template.published,
        date = notice.published.strftime("%Y-%m-%d %H:%M"),
        source = template.source,
        office = notice.office,
        hits = moment.hits(notice),
        body = template.body,
        paragraphs = paragraphs(notice, "<p>", "\u{3000}\u{3000}"),
        after = after_article(column, notices, at)
    );
    let meta = format!("{}{}", column_meta(NAME, HOST, SITE_CODE, column.name), article_meta(notice));
    frame(&format!("{}_{}_{NAME}", escape(&notice.title), column.name), &meta, &content, moment)
}

/// Share box, neighbours and related articles: the neighbours change when something newer is posted.
fn after_article(column: &Column, notices: &[Notice], at: usize) -> String {
    let to = |notice: &Notice| link(&format!("{}{}", column.path, article_path(notice)), &notice.title);
    let neighbour = |at: Option<usize>| at.and_then(|at| notices.get(at)).map_or_else(|| "没有了".to_owned(), to);
    let related = items(notices.iter().take(4).map(to));
    format!(
        "<div class=\"share\">分享到: <a>微信</a> <a>微博</a> <a>QQ空间</a> <a>打印</a> <a>关闭</a></div>\n\
         <div class=\"prevnext\"><p>上一篇:{}</p><p>下一篇:{}</p></div>\n\
         <div class=\"related\"><h3>相关阅读</h3>{related}</div>\n",
        neighbour(at.checked_sub(1)),
        neighbour(Some(at + 1))
    )
}

fn crumb(column: &Column) -> String {
    let here = link(column.path, column.name);
    format!("<div class=\"crumb\">当前位置:{} &gt; <a href=\"#\">政务公开</a> &gt; {here}</div>\n", link("/", "首页"))
}

fn frame(title: &str, meta: &str, content: &str, moment: &Moment) -> String {
    let columns = COLUMNS.iter().map(|column| link(column.path, column.name));
    let menu = items(std::iter::once(link("/", "首页")).chain(columns));
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n{meta}\
         <link rel=\"stylesheet\" href=\"/css/style.css?v={n_visits}\">\n\
         <script>var _token = \"{token}\"; var opened = new Date();</script>\n</head>\n<body>\n\
         <div class=\"top\"><a href=\"#\">中国政府网</a> | <a href=\"#\">省政府</a> | <a href=\"#\">市政府</a> \
         <a href=\"#\">无障碍浏览</a> <span>今天是 {today}</span> <span>网站支持IPv6</span></div>\n\
         <div class=\"nav\">{menu}</div>\n{content}\
         <div class=\"footer\"><p>主办单位:{NAME} 网站标识码:{SITE_CODE}</p>\
         <p>ICP备案号:示ICP备00000001号-1 示公网安备 00000000000001号</p><p>Copyright © 2023 - {year} 版权所有</p></div>\n\
         </body>\n</html>\n",
        n_visits = moment.n_visits,
        token = moment.token(),
        today = moment.today_shown(),
        year = moment.today.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(stage: Stage, path: &str) -> Option<String> {
        page(path, &Moment { stage, n_visits: 7, today: jiff::civil::date(2026, 3, 2) })
    }

    #[test]
    fn every_row_leads_to_an_article_at_every_stage() {
        for stage in Stage::ALL {
            for column in &COLUMNS {
                let notices = column.shelf.notices(stage);
                assert!(notices.len() > ROWS, "{} has one page only", column.name);
                for notice in &notices {
                    let found = at(stage, &format!("{}{}", column.path, article_path(notice)));
                    assert!(found.expect("a page").contains(notice.paragraphs[0].as_str()));
                }
                let last = notices.len().div_ceil(ROWS);
                assert!(at(stage, &format!("{}{}", column.path, listing_path(last - 1))).is_some());
                assert!(at(stage, &format!("{}{}", column.path, listing_path(last))).is_none());
            }
        }
    }

    #[test]
    fn a_withdrawn_report_has_neither_row_nor_page() {
        let path = "/fzzfjs/ndbg/202301/t20230117_10871500.shtml";
        assert!(at(Stage::Edited, path).is_some());
        assert!(at(Stage::Withdrawn, path).is_none());
        assert!(at(Stage::Restored, path).is_some());
    }

    #[test]
    fn a_redesign_leaves_no_class_name_of_the_old_templates() {
        let page = at(Stage::Redesigned, "/fzzfjs/ndbg/202402/t20240201_10912200.shtml").expect("a page");
        for dead in ["article-title", "TRS_Editor", "class=\"time\"", "class=\"source\""] {
            assert!(!page.contains(dead), "{dead} is still there");
        }
        assert!(!at(Stage::Redesigned, "/fzzfjs/ndbg/").expect("a page").contains("news-list"));
    }
}
