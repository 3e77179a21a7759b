//! Hanweb's datastore: rows that stand as records of an XML island in a script, and in the answers of its dataproxy; those
//! of newer pages, which hold them as JSON, likewise.
//!
//! In: decoded text of a listing page, or of a dataproxy's answer. Out: the records as HTML fragments, and where the
//! next ones are. Never: an XML parser; the records are HTML in CDATA or escaped, and often neither well formed.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::article_list::{self, ArticleList};
use super::pattern;
use super::tree::Tree;

/// Most records that are read of one store; further pages hold about a hundred each.
const MOST_RECORDS: usize = 10_000;

static RECORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)<record\b[^>]*>(.*?)</record>"));
static NEXT_GROUP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?is)<nextgroup\b[^>]*>(?:\s|<!\[CDATA\[)*<a\b[^>]*?\bhref\s*=\s*["']([^"']+)["']"#));
static TOTAL_PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<totalpage>\s*(\d{1,6})\s*</totalpage>"));
static TOTAL_RECORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)<totalrecord>\s*(\d{1,9})\s*</totalrecord>|\btotalRecord\s*:\s*(\d{1,9})"));

/// The records of one datastore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Datastore {
    /// Each record's HTML.
    pub(super) records: Vec<String>,
    /// Where the next records are, as written.
    pub(super) next_group: Option<String>,
    /// Pages of the dataproxy, where it says.
    pub(super) n_pages: Option<u32>,
    /// Records of the whole listing, where the page says.
    pub(super) n_records: Option<usize>,
    /// Whether the page says that there are more, and not where.
    pub(super) is_beginning: bool,
}

/// The stores of a page: its script islands, or the whole text where it is an answer of the dataproxy.
pub(super) fn stores(tree: &Tree, text: &str) -> Vec<Datastore> {
    if is_answer(text) {
        return vec![store(text, text)];
    }
    if !text.contains("datastore") {
        return listed(tree, text);
    }
    let islands = tree.named("script").map(|script| script.raw_text());
    let islands = islands.filter(|island| island.contains("<datastore") || island.contains("&lt;datastore"));
    let stores: Vec<Datastore> = islands.map(|island| store(&island, text)).collect();
    if stores.is_empty() { listed(tree, text) } else { stores }
}

/// The rows that a script holds in another form, as stores.
fn listed(tree: &Tree, text: &str) -> Vec<Datastore> {
    let of = |list: ArticleList| Datastore {
        is_beginning: list.n_rows > list.records.len(),
        records: list.records,
        next_group: None,
        n_pages: None,
        n_records: Some(list.n_rows),
    };
    article_list::lists(tree, text).into_iter().map(of).collect()
}

/// The store of a column: the one that goes on by the number of the column in the address of its page, else that with the
/// most records: a page may carry a small one for its sidebar.
pub(super) fn own<'s>(stores: &'s [Datastore], page: &Url) -> Option<&'s Datastore> {
    static COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r"/col/col(\d+)/"));
    static OF_COLUMN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)[?&]columnid=(\d+)(?:&|$)"));
    let number = |form: &'static Regex, text: &str| form.captures(text).map(|found| found[1].to_owned());
    let column = number(&COLUMN, page.path());
    let is_own = |store: &Datastore| {
        let next = store.next_group.as_deref().unwrap_or_default();
        column.is_some() && number(&OF_COLUMN, next) == column
    };
    stores.iter().max_by_key(|store| (is_own(store), store.records.len()))
}

/// Whether the whole text is a datastore.
pub(super) fn is_answer(text: &str) -> bool {
    let start = text.trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']);
    let start = match start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest.trim_start(),
        None => start,
    };
    ["<datastore", "&lt;datastore", "<recordset"].iter().any(|mark| start.starts_with(mark))
}

fn store(island: &str, page: &str) -> Datastore {
    let unescaped;
    let xml = if island.contains("&lt;record") {
        unescaped = unescape(island);
        unescaped.as_str()
    } else {
        island
    };
    let records = RECORD.captures_iter(xml).take(MOST_RECORDS).map(|record| content(&record[1])).collect();
    let next_group = NEXT_GROUP.captures(xml).map(|found| unescape(&found[1]));
    let n_pages = TOTAL_PAGE.captures(xml).and_then(|found| found[1].parse().ok());
    let n_records = [xml, page].into_iter().find_map(|text| {
        let found = TOTAL_RECORD.captures(text)?;
        found.get(1).or(found.get(2))?.as_str().parse().ok()
    });
    Datastore { records, next_group, n_pages, n_records, is_beginning: false }
}

/// A record without its CDATA brackets; one that is escaped instead is unescaped.
fn content(record: &str) -> String {
    let record = record.trim();
    let inner = record.strip_prefix("<![CDATA[").map(|rest| rest.strip_suffix("]]>").unwrap_or(rest));
    match inner {
        Some(html) => html.to_owned(),
        None if record.contains("&lt;") => unescape(record),
        None => record.to_owned(),
    }
}

/// One level of XML's five entities.
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&apos;", "'").replace("&amp;", "&")
}

impl Datastore {
    /// How many of its records differ: pinned ones stand there twice.
    pub(super) fn n_different(&self) -> usize {
        self.records.iter().collect::<HashSet<_>>().len()
    }

    /// The next page of the listing. A listing page is followed by its `nextgroup` as it stands, page 1 of the proxy:
    /// the island on the page holds fewer records than one page of the proxy, so that the two overlap. An answer of
    /// the proxy is followed by the next number.
    pub(super) fn next(&self, base: &Url, page_url: &Url) -> Option<Url> {
        if self.records.is_empty() {
            return None;
        }
        if let Some(n) = proxy_page(page_url) {
            let is_last = self.n_pages.is_some_and(|n_pages| n >= n_pages);
            return (!is_last).then(|| with_page(page_url, n + 1));
        }
        if self.n_records.is_some_and(|n_records| self.n_different() >= n_records) {
            return None;
        }
        let next = base.join(self.next_group.as_deref()?.trim()).ok()?;
        matches!(next.scheme(), "http" | "https").then_some(next)
    }
}

/// The number of a dataproxy's page, by its URL.
pub(super) fn proxy_page(url: &Url) -> Option<u32> {
    url.path().contains("dataproxy").then_some(())?;
    let number = url.query()?.split('&').find_map(|pair| pair.strip_prefix("page="))?;
    number.parse().ok()
}

/// The same query with another page; the rest stays as it is written, doubly encoded names too.
fn with_page(url: &Url, page: u32) -> Url {
    let mut next = url.clone();
    let pairs = url.query().unwrap_or_default().split('&');
    let pairs = pairs.map(|pair| if pair.starts_with("page=") { format!("page={page}") } else { pair.to_owned() });
    next.set_query(Some(&pairs.collect::<Vec<_>>().join("&")));
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("url")
    }

    const ISLAND: &str = r#"<div id="1"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=5&columnid=7&webname=%25E5%25AE"></a>]]></nextgroup>
<recordset><record><![CDATA[<li><a href="/art/2022/1/20/art_7_1.html" title="甲">甲...</a><b>2022-01-20</b></li>]]></record>
<record><![CDATA[<li><a href="/art/2022/1/19/art_7_2.html">乙</a><b>2022-01-19</b></li>]]></record></recordset></datastore></script></div>"#;

    #[test]
    fn records_are_read_out_of_the_script() {
        let stores = stores(&Tree::parse(ISLAND).expect("tree"), ISLAND);
        assert_eq!(stores.len(), 1);
        assert_eq!(stores[0].records.len(), 2);
        assert!(stores[0].records[0].starts_with("<li><a href="), "{}", stores[0].records[0]);
    }

    #[test]
    fn escaped_records_are_the_same() {
        let start = ISLAND.find("<datastore").expect("there");
        let end = ISLAND.find("</script").expect("there");
        let escaped = ISLAND[start..end].replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let page = format!("<script type='text/xml'>{escaped}</script>");
        let escaped = stores(&Tree::parse(&page).expect("tree"), &page);
        assert_eq!(escaped, stores(&Tree::parse(ISLAND).expect("tree"), ISLAND));
    }

    #[test]
    fn the_proxy_is_walked_from_its_first_page_to_its_last() {
        let listing = url("http://x.gov.cn/col/col7/index.html");
        let store = stores(&Tree::parse(ISLAND).expect("tree"), ISLAND).remove(0);
        let first = store.next(&listing, &listing).expect("next");
        let query = "appid=1&webid=5&columnid=7&webname=%25E5%25AE";
        assert_eq!(first.as_str(), format!("http://x.gov.cn/module/web/jpage/dataproxy.jsp?page=1&{query}"));
        let answer = "<?xml version='1.0'?>\n<datastore><totalrecord>150</totalrecord><totalpage>2</totalpage><recordset><record><![CDATA[<li></li>]]></record></recordset></datastore>";
        let answer = stores(&Tree::parse(answer).expect("tree"), answer).remove(0);
        let second = answer.next(&first, &first).expect("next");
        assert_eq!(second.as_str(), format!("http://x.gov.cn/module/web/jpage/dataproxy.jsp?page=2&{query}"));
        assert_eq!(answer.next(&second, &second), None);
    }

    #[test]
    fn a_store_that_holds_everything_has_no_next() {
        let page = ISLAND.replace("</div>", "</div><script>$('#1').jpage({totalRecord:2,perPage:15});</script>");
        let listing = url("http://x.gov.cn/col/col7/index.html");
        let store = stores(&Tree::parse(&page).expect("tree"), &page).remove(0);
        assert_eq!(store.next(&listing, &listing), None);
    }
}
