//! The second portal, `www.xiangzhen.example`: GB18030 that calls itself gb2312, numbered pages, honest
//! `Last-Modified`. In: a path and a moment. Out: a page in UTF-8 with the time it was last changed.

use jiff::civil::DateTime;

use super::html::{Moment, article_meta, column_meta, escape, items, link, paragraphs};
use super::samples::Notice;
use super::shelf::Shelf;

/// Its name in URLs.
pub(super) const HOST: &str = "www.xiangzhen.example";
const NAME: &str = "乡镇法治建设网(演示)";
/// A made-up code: no division has the number 659999.
const SITE_CODE: &str = "6599990002";
const COLUMN: &str = "公文报告";
const COLUMN_PATH: &str = "/gwbg/";
/// Rows of a listing page: three pages for what stands there.
const ROWS: usize = 10;

/// A page and when its content was last changed, in China's civil time.
pub(super) struct Page {
    /// In UTF-8.
    pub(super) html: String,
    /// The posting of the article, or of the newest row.
    pub(super) changed: DateTime,
}

/// The page at this path.
pub(super) fn page(path: &str, moment: &Moment) -> Option<Page> {
    let notices = Shelf::Papers.notices(moment.stage);
    let newest = notices.first()?.published;
    if path == "/" {
        return Some(Page { html: frame(NAME, "", &link(COLUMN_PATH, COLUMN), moment), changed: newest });
    }
    let rest = path.strip_prefix(COLUMN_PATH)?;
    if let Some(at) = notices.iter().position(|notice| article_path(notice) == rest) {
        return Some(Page { html: article(&notices, at, moment), changed: notices[at].published });
    }
    let n_pages = notices.len().div_ceil(ROWS);
    let index = (0..n_pages).find(|&index| rest == listing_path(index) || (index == 0 && rest.is_empty()))?;
    Some(Page { html: listing(&notices, index, moment), changed: newest })
}

/// Page k of the listing, from 0.
fn listing_path(index: usize) -> String {
    if index == 0 { "index.html".to_owned() } else { format!("index_{index}.html") }
}

fn article_path(notice: &Notice) -> String {
    format!("{}/{}.html", notice.published.strftime("%Y/%m"), notice.id)
}

fn listing(notices: &[Notice], index: usize, moment: &Moment) -> String {
    let row = |notice: &Notice| {
        let (day, href) = (notice.published.date(), article_path(notice));
        format!("<li><span>[{day}]</span> <a href=\"{COLUMN_PATH}{href}\">{}</a></li>\n", escape(&notice.title))
    };
    let rows: String = notices.iter().skip(index * ROWS).take(ROWS).map(row).collect();
    let n_pages = notices.len().div_ceil(ROWS);
    let number = |page: usize| link(&listing_path(page), &(page + 1).to_string());
    let numbers: Vec<String> = (0..n_pages).map(number).collect();
    let content = format!(
        "<h2>{COLUMN}</h2>\n<ul class=\"lb\">\n{rows}</ul>\n<p class=\"fy\">共{n_pages}页 {}</p>\n",
        numbers.join(" ")
    );
    frame(&format!("{COLUMN}-{NAME}"), &column_meta(NAME, HOST, SITE_CODE, COLUMN), &content, moment)
}

fn article(notices: &[Notice], at: usize, moment: &Moment) -> String {
    let notice = &notices[at];
    let to = |notice: &Notice| link(&format!("{COLUMN_PATH}{}", article_path(notice)), &notice.title);
    let others = items(notices.iter().take(5).map(to));
    let content = format!(
        "<div id=\"main\">\n<h1>{title}</h1>\n<p class=\"sm\">发布时间:{date} 来源:{office} 影响了:{hits}人</p>\n\
         <div class=\"nr\">\n{paragraphs}</div>\n</div>\n\
         <div class=\"tj\"><h3>猜你想看</h3>{others}</div>\n",
        title = escape(&notice.title),
        date = notice.published.strftime("%Y-%m-%d %H:%M:%S"),
        office = notice.office,
        hits = moment.hits(notice),
        paragraphs = paragraphs(notice, "<p style=\"text-indent:2em\">", "")
    );
    let meta = format!("{}{}", column_meta(NAME, HOST, SITE_CODE, COLUMN), article_meta(notice));
    frame(&format!("{}-{COLUMN}-{NAME}", escape(&notice.title)), &meta, &content, moment)
}

fn frame(title: &str, meta: &str, content: &str, moment: &Moment) -> String {
    format!(
        "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">\n\
         <title>{title}</title>\n{meta}<script>var sid='{token}';</script>\n</head>\n<body>\n\
         <div id=\"head\"><a href=\"/\">首页</a> <a href=\"{COLUMN_PATH}\">{COLUMN}</a> <a href=\"#\">其他范文</a> \
         今天是{today}</div>\n<div id=\"wz\">当前位置:<a href=\"/\">首页</a> &gt; <a href=\"{COLUMN_PATH}\">{COLUMN}</a></div>\n\
         {content}<div id=\"foot\"><p>Copyright &copy; 2008 - {year} 版权所有 {NAME}</p>\
         <p>工业和信息化部 备案号:示ICP备00000002号-3 网站标识码:{SITE_CODE} 本站总访问量:{n_visits}</p></div>\n\
         </body>\n</html>\n",
        token = moment.token(),
        today = moment.today_shown(),
        year = moment.today.year(),
        n_visits = moment.n_visits
    )
}

#[cfg(test)]
mod tests {
    use super::super::Stage;
    use super::*;

    fn at(stage: Stage, path: &str) -> Option<Page> {
        page(path, &Moment { stage, n_visits: 7, today: jiff::civil::date(2026, 3, 2) })
    }

    #[test]
    fn the_listing_has_three_pages_and_every_row_leads_to_an_article() {
        let notices = Shelf::Papers.notices(Stage::Restored);
        assert_eq!(notices.len().div_ceil(ROWS), 3);
        assert!(at(Stage::Restored, "/gwbg/index_2.html").is_some());
        assert!(at(Stage::Restored, "/gwbg/index_3.html").is_none());
        for notice in &notices {
            let found = at(Stage::Restored, &format!("{COLUMN_PATH}{}", article_path(notice))).expect("a page");
            assert!(found.html.contains(notice.paragraphs[0].as_str()));
        }
    }

    #[test]
    fn the_listing_was_changed_when_its_newest_row_was_posted() {
        let [before, after] = [Stage::Published, Stage::Republished].map(|stage| at(stage, "/gwbg/").expect("a page"));
        assert!(before.changed < after.changed);
        assert!(after.html.contains("陆良县2024年度法治政府建设情况报告"));
    }
}
