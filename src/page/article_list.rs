//! Rows that stand whole in a script of the page, which draws them by a template: `articleList: [{"title": .., "pubDate":
//! .., "urls": "{\"pc\": ..}"}]`.
//!
//! In: a tree, the text of its page. Out: each row as HTML, how many the column has. **Source**: Hanweb's columns with
//! handlebars, seen in 2026 on portals of 江西. Never: what the script loads later.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Deserializer, Value};

use super::pattern;
use super::tree::{Tree, visible_text};

/// The name of the rows.
const NAME: &str = "articleList";

/// Longest script that is read, in bytes; fifty rows take some 50,000.
const LONGEST: usize = 8 << 20;

static ROWS: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\barticleList["']?\s*[:=]\s*\["#));
static OF_COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["']?articleCount["']?\s*:\s*["']?(\d{1,9})"#));
static COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bchannelsTagSelf\s*=\s*\{([^;]*)"));

/// The rows of a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ArticleList {
    /// Each row's HTML.
    pub(super) records: Vec<String>,
    /// Rows of the whole column, as the page says.
    pub(super) n_rows: usize,
}

/// The rows that stand in the scripts of a page.
pub(super) fn lists(tree: &Tree, text: &str) -> Vec<ArticleList> {
    if !text.contains(NAME) {
        return Vec::new();
    }
    let scripts: Vec<String> = tree.named("script").map(|script| script.raw_text()).collect();
    let of_column = |script: &String| {
        let column = COLUMN.captures(script)?;
        OF_COLUMN.captures(column.get(1)?.as_str())?[1].parse().ok()
    };
    // Without a word on its own column the page holds a list of others beside what it shows.
    let Some(n_rows) = scripts.iter().find_map(of_column) else { return Vec::new() };
    let found = scripts.iter().filter(|script| script.len() <= LONGEST).filter_map(|script| records(script));
    found.map(|records| ArticleList { records, n_rows }).collect()
}

/// The rows of the first list of a script that has some.
fn records(script: &str) -> Option<Vec<String>> {
    ROWS.find_iter(script).find_map(|found| {
        let rows = &script[found.end() - 1..];
        let Value::Array(rows) = Deserializer::from_str(rows).into_iter().next()?.ok()? else { return None };
        let records: Vec<String> = rows.iter().filter_map(record).collect();
        (!records.is_empty()).then_some(records)
    })
}

/// A row as its template would show it; a row without its title, its day or its link is none.
fn record(row: &Value) -> Option<String> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let (title, day) = (plain(text("title")?), text("pubDate")?);
    let link = address(row.get("urls")?)?;
    let [title, link, day] = [title.as_str(), link.as_str(), day].map(escaped);
    Some(format!(r#"<li><a href="{link}" title="{title}">{title}</a><span>{day}</span></li>"#))
}

/// The address for readers at a desk: of an object, or of one that is written as a text.
fn address(urls: &Value) -> Option<String> {
    let of = |urls: &Value| urls.get("pc").and_then(Value::as_str).map(|link| link.trim().to_owned());
    let link = match urls {
        Value::String(written) => of(&serde_json::from_str(written).ok()?),
        urls => of(urls),
    };
    link.filter(|link| !link.is_empty())
}

/// A title without its tags.
fn plain(title: &str) -> String {
    let is_marked = title.contains(['<', '&']);
    let of_markup = || Tree::parse_fragment(title).ok().map(|tree| visible_text(tree.root()));
    is_marked.then(of_markup).flatten().unwrap_or_else(|| title.to_owned())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Vec<ArticleList> {
        let page = format!("<script>{script}</script>");
        lists(&Tree::parse(&page).expect("a small page"), &page)
    }

    #[test]
    fn rows_of_a_script_are_read_as_the_template_shows_them() {
        let script = r#"var channelsTagSelf = {"code":"col7","articleCount":9,"childCount":0};
            var listData = { articleList: [
            {"title":"甲&amp;乙<b>的</b>通知","pubDate":"2026-03-02 09:10","urls":"{\"pc\":\"/col/col7/content/content_1.html\"}"},
            {"title":"丙","pubDate":"2026-03-01","urls":{"pc":"/col/col7/content/content_2.html"},"articleFiles":[{}]},
            {"title":"丁","pubDate":"2026-03-01","urls":"{}"}], };"#;
        let first = r#"<li><a href="/col/col7/content/content_1.html" title="甲&amp;乙的通知">甲&amp;乙的通知</a><span>2026-03-02 09:10</span></li>"#;
        let second = r#"<li><a href="/col/col7/content/content_2.html" title="丙">丙</a><span>2026-03-01</span></li>"#;
        let records = vec![first.to_owned(), second.to_owned()];
        assert_eq!(read(script), [ArticleList { records, n_rows: 9 }]);
    }

    #[test]
    fn what_is_no_list_of_reports_has_no_rows() {
        for script in [
            "var listData = { articleList: [] };",
            "var listData = { articleList: data.rows };",
            "articleList: [{title: '甲', pubDate: '2026-03-02'}]",
            r#"articleList: [{"title":"甲","urls":"{\"pc\":\"/1.html\"}"}]"#,
            r#"articleList: [{"title":"甲","pubDate":"2026-03-02"#,
            "articleList: [[[[",
            r#"var hot = {articleList: [{"title":"甲","pubDate":"2026-03-02","urls":"{\"pc\":\"/1.html\"}"}]}"#,
        ] {
            assert_eq!(read(script), [], "{script}");
        }
    }
}
