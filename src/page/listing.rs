//! A listing page read: its rows, and the page after it.
//!
//! In: a parsed page, the rules of its listing or none. Out: a [`ListingPage`]: each URL once, in page order, dates and
//! titles as shown. Order of trust: the site's rule, the family's, the page's own structure.
//! Never: filters by title, follows a link, or makes addresses canonical.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::datastore::{self, Datastore};
use super::decode::Decoded;
use super::pagination::{self, PageAtHand};
use super::row::RowReader;
use super::tree::{Node, Query, Take, Tree};
use super::{date, link, rows};
use crate::config::{EntryRule, Family, Format, ListingRule};
use crate::model::{Entry, ListingPage, PageAddress};

/// Most entries of one page; the biggest real ones, unpaged annual indexes, have some 2,000.
const MOST_ENTRIES: usize = 10_000;

/// What a reading of a listing page knows beside the page.
#[derive(Debug, Clone, Copy)]
pub struct ListingRead<'a> {
    /// The site file's rule.
    pub rule: Option<&'a ListingRule>,
    /// The CMS family of the site or, where it names none, of the page.
    pub family: Option<&'a Family>,
    /// The zone of its dates.
    pub zone: &'a TimeZone,
    /// The first page of the listing.
    pub first_url: &'a Url,
    /// The page being read, where it was found after redirects.
    pub page_url: &'a Url,
    /// Its place in the walk, from 1.
    pub n_page: u32,
    /// The site's day: dates without a year are the nearest ones not after it.
    pub today: Date,
}

/// Reads a page of a listing.
///
/// **Shape**: entries in page order, each URL once, at most 10,000; `next` is `None` on the last page.
pub fn page(tree: &Tree, decoded: &Decoded, read: &ListingRead<'_>) -> ListingPage {
    let base = link::base(tree, read.page_url);
    let reader = RowReader { base: &base, page: read.page_url, zone: read.zone, today: read.today };
    let stores = datastore::stores(tree, &decoded.text);
    let mut rows = by_site(tree, &stores, read, &reader)
        .or_else(|| by_family(tree, &stores, read, &reader))
        .unwrap_or_else(|| by_itself(tree, &stores, &reader));
    keep_each_once(&mut rows.entries);
    let has_entries = !rows.entries.is_empty();
    let next = pagination::next(&PageAtHand { tree, base: &base, stores: &stores, has_entries }, read);
    ListingPage {
        entries: rows.entries,
        next: next.url.map(PageAddress::from).into_iter().collect(),
        n_pages: next.n_pages,
        n_broken_rows: rows.n_broken,
        ..ListingPage::default()
    }
}

/// Rows as far as they could be read.
#[derive(Debug, Default)]
struct Rows {
    entries: Vec<Entry>,
    n_broken: usize,
}

/// A rule that a person wrote is final: where it finds nothing, the layout changed, and a guess would tell a menu as
/// news.
fn by_site(tree: &Tree, stores: &[Datastore], read: &ListingRead<'_>, reader: &RowReader<'_>) -> Option<Rows> {
    let rule = read.rule?;
    if rule.format == Format::Datastore {
        return Some(records(stores, &rule.entry, reader));
    }
    let rows = is_written(&rule.entry).then(|| by_rule(tree, &rule.entry, reader))?;
    Some(if rows.entries.is_empty() && !stores.is_empty() { records(stores, &rule.entry, reader) } else { rows })
}

fn by_family(tree: &Tree, stores: &[Datastore], read: &ListingRead<'_>, reader: &RowReader<'_>) -> Option<Rows> {
    let family = read.family.filter(|family| is_written(&family.entry) && stores.is_empty())?;
    Some(by_rule(tree, &family.entry, reader)).filter(|rows| !rows.entries.is_empty())
}

fn by_itself(tree: &Tree, stores: &[Datastore], reader: &RowReader<'_>) -> Rows {
    let in_records = records(stores, &EntryRule::default(), reader);
    if !in_records.entries.is_empty() {
        return in_records;
    }
    let found = rows::find(tree, reader);
    Rows { entries: found.entries, n_broken: found.n_broken + in_records.n_broken }
}

fn is_written(rule: &EntryRule) -> bool {
    rule.entry.is_some() || !rule.link.is_empty()
}

fn by_rule(tree: &Tree, rule: &EntryRule, reader: &RowReader<'_>) -> Rows {
    let root = tree.root();
    let matched: Vec<Node<'_>> = match &rule.entry {
        Some(selector) => tree.select(selector).collect(),
        None => rule.link.iter().map(|query| query.elements(root)).find(|found| !found.is_empty()).unwrap_or_default(),
    };
    let mut rows = Rows::default();
    for row in matched {
        add(&mut rows, row, rule, reader);
    }
    rows
}

/// The store with the most rows: a page may carry a small one for its sidebar.
fn records(stores: &[Datastore], rule: &EntryRule, reader: &RowReader<'_>) -> Rows {
    let Some(store) = stores.iter().max_by_key(|store| store.records.len()) else { return Rows::default() };
    let mut rows = Rows::default();
    for record in &store.records {
        match Tree::parse_fragment(record) {
            Ok(fragment) => add(&mut rows, fragment.root(), rule, reader),
            Err(_) => rows.n_broken += 1,
        }
    }
    rows
}

/// Reads one row by its rule; what the rule does not name is found in the row itself.
fn add(rows: &mut Rows, node: Node<'_>, rule: &EntryRule, reader: &RowReader<'_>) {
    let row = reader.scan(node);
    if row.is_template {
        return;
    }
    let own = row.read(reader, None).entry;
    let linked = if rule.link.is_empty() {
        own.as_ref().map(|entry| entry.url.clone())
    } else {
        rule.link.iter().find_map(|query| linked(query, node, rule, reader))
    };
    let title = first(&rule.title, node).or_else(|| Some(own.as_ref()?.title.clone()));
    let (Some(url), Some(title)) = (linked, title.filter(|title| !title.is_empty())) else {
        rows.n_broken += usize::from(!row.is_empty());
        return;
    };
    let (mut date, mut date_shown) = own.map(|entry| (entry.date, entry.date_shown)).unwrap_or_default();
    if !rule.date.is_empty() {
        date_shown = first(&rule.date, node);
        date = date_shown.as_deref().and_then(|shown| date::stated_near(shown, reader.zone, reader.today));
    }
    rows.entries.push(Entry { url, title, date, date_shown });
}

fn linked(query: &Query, row: Node<'_>, rule: &EntryRule, reader: &RowReader<'_>) -> Option<Url> {
    let elements = if rule.entry.is_some() { query.elements(row) } else { vec![row] };
    elements.into_iter().find_map(|node| match query.take() {
        Take::Attr(name) if name != "href" => link::resolve(node.attr(name)?, reader.base),
        _ => link::of_anchor(node, reader.base),
    })
}

fn first(queries: &[Query], row: Node<'_>) -> Option<String> {
    queries.iter().find_map(|query| query.first(row)).map(|value| super::tree::collapse(&value))
}

/// The first row of a page stays; fragments do not make another page.
fn keep_each_once(entries: &mut Vec<Entry>) {
    let mut seen: HashSet<Url> = HashSet::new();
    entries.retain(|entry| {
        let mut page = entry.url.clone();
        page.set_fragment(None);
        seen.insert(page)
    });
    entries.truncate(MOST_ENTRIES);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Expectations, Pagination};
    use crate::page::tree::Selector;
    use jiff::civil::date;

    const LISTING: &str = "http://x.gov.cn/zwgk/tzgg/";

    fn query(written: &str) -> Query {
        Query::parse(written).expect("query")
    }

    fn rule(entry: EntryRule, pages: Option<Pagination>) -> ListingRule {
        ListingRule {
            name: "通知公告".to_owned(),
            url: Url::parse(LISTING).expect("url"),
            format: Format::Html,
            entry,
            pages,
            most_pages: 2000,
            since: None,
            kind: None,
            include: None,
            exclude: None,
            recheck: None,
            expect: Expectations::default(),
        }
    }

    fn read(html: &str, rule: Option<&ListingRule>, page_url: &str, n_page: u32) -> ListingPage {
        let decoded = Decoded { text: html.to_owned(), charset: "UTF-8", n_replaced: 0 };
        let (first_url, page_url) = (Url::parse(LISTING).expect("url"), Url::parse(page_url).expect("url"));
        let zone = TimeZone::UTC;
        let today = date(2026, 3, 5);
        let (first_url, page_url, zone) = (&first_url, &page_url, &zone);
        let read = ListingRead { rule, family: None, zone, first_url, page_url, n_page, today };
        page(&Tree::parse(html).expect("tree"), &decoded, &read)
    }

    fn rows(n: usize) -> String {
        let row =
            |i: usize| format!("<li><a href='./t{i}.html'>关于第{i}号事项的通知公告</a><i>03-0{}</i></li>", i % 4 + 1);
        format!("<ul class=list>{}</ul>", (0..n).map(row).collect::<String>())
    }

    fn by_rule() -> EntryRule {
        let entry = Some(Selector::parse("ul.list li").expect("selector"));
        EntryRule {
            entry,
            link: vec![query("a::attr(href)")],
            title: vec![query("a::text")],
            date: vec![query("i::text")],
        }
    }

    #[test]
    fn a_sites_rule_reads_rows_and_counts_those_without_a_link() {
        let html = format!(
            "{}<ul class=list><li>没有链接的一行</li><li></li><li><a href='./t0.html'>又一次</a></li></ul>",
            rows(3)
        );
        let page = read(&html, Some(&rule(by_rule(), None)), LISTING, 1);
        assert_eq!((page.entries.len(), page.n_broken_rows), (3, 1));
        assert_eq!(page.entries[0].title, "关于第0号事项的通知公告");
        assert_eq!(page.entries[0].date.map(|date| date.to_string()).as_deref(), Some("2026-03-01"));
        assert_eq!(page.entries[0].date_shown.as_deref(), Some("03-01"));
    }

    #[test]
    fn a_sites_rule_that_finds_nothing_is_not_replaced_by_a_guess() {
        let mut dead = by_rule();
        dead.entry = Some(Selector::parse("ul.gone li").expect("selector"));
        assert_eq!(read(&rows(5), Some(&rule(dead, None)), LISTING, 1).entries, []);
        let automatic = read(&rows(5), Some(&rule(EntryRule::default(), None)), LISTING, 1);
        assert_eq!(automatic.entries.len(), 5);
    }

    #[test]
    fn pages_follow_the_rule_of_the_site() {
        let next = |pages: Pagination, html: &str, page_url: &str, n_page| {
            let page = read(html, Some(&rule(by_rule(), Some(pages))), page_url, n_page);
            page.next_url().map(|next| next.as_str().trim_start_matches("http://x.gov.cn/zwgk/tzgg").to_owned())
        };
        let numbered = || Pagination::Numbered { pattern: "index_{n}.html".into(), first: 1 };
        let third = "http://x.gov.cn/zwgk/tzgg/index_2.html";
        assert_eq!(next(numbered(), &rows(3), LISTING, 1).as_deref(), Some("/index_1.html"));
        assert_eq!(next(numbered(), &rows(3), third, 3).as_deref(), Some("/index_3.html"));
        assert_eq!(next(numbered(), "<p>", third, 3), None);
        assert_eq!(next(numbered(), &format!("{}共3页", rows(3)), third, 3), None);
        let query_rule = || Pagination::Query { name: "page".into(), first: 2 };
        assert_eq!(next(query_rule(), &rows(3), LISTING, 1).as_deref(), Some("/?page=2"));
        let link = || Pagination::Next { link: query("a.more::attr(href)") };
        assert_eq!(
            next(link(), &format!("{}<a class=more href=p2.html>", rows(3)), LISTING, 1).as_deref(),
            Some("/p2.html")
        );
        assert_eq!(next(link(), &format!("{}<a class=more href='#'>", rows(3)), LISTING, 1), None);
        assert_eq!(next(Pagination::None, &format!("{}<a href=p2.html>下一页</a>", rows(3)), LISTING, 1), None);
    }

    #[test]
    fn a_next_link_that_goes_nowhere_new_is_the_end() {
        let next =
            |html: &str, page_url: &str, n_page| read(html, None, page_url, n_page).next_url().map(Url::to_string);
        let at = |href: &str| format!("{}<div>1 2 <a href='{href}'>下一页 ></a></div>", rows(3));
        assert_eq!(next(&at("index_2.html"), LISTING, 1).as_deref(), Some("http://x.gov.cn/zwgk/tzgg/index_2.html"));
        assert_eq!(next(&at("index_9.html"), "http://x.gov.cn/zwgk/tzgg/index_9.html", 9), None);
        assert_eq!(next(&at("./"), "http://x.gov.cn/zwgk/tzgg/index_9.html", 9), None);
        assert_eq!(next(&at("javascript:void(0)"), LISTING, 1), None);
    }

    #[test]
    fn countdown_pages_are_followed_to_the_first_ever_written() {
        let html = |links: &str| format!("{}<div>{links}</div>", rows(3));
        let first = Url::parse("http://x.edu.cn/tzgg.htm").expect("url");
        let next = |html: &str, page_url: &str, n_page| {
            let pages = Some(Pagination::Countdown);
            let rule = rule(by_rule(), pages);
            let page_url = Url::parse(page_url).expect("url");
            let decoded = Decoded { text: html.to_owned(), charset: "UTF-8", n_replaced: 0 };
            let (zone, today) = (TimeZone::UTC, date(2026, 3, 5));
            let (rule, page_url) = (Some(&rule), &page_url);
            let read = ListingRead { rule, family: None, zone: &zone, first_url: &first, page_url, n_page, today };
            page(&Tree::parse(html).expect("tree"), &decoded, &read).next_url().map(|next| next.path().to_owned())
        };
        assert_eq!(
            next(&html("<a href='tzgg/23.htm'>下页</a>"), "http://x.edu.cn/tzgg.htm", 1).as_deref(),
            Some("/tzgg/23.htm")
        );
        assert_eq!(next(&html("共24页"), "http://x.edu.cn/tzgg.htm", 1).as_deref(), Some("/tzgg/23.htm"));
        assert_eq!(next(&html(""), "http://x.edu.cn/tzgg/23.htm", 2).as_deref(), Some("/tzgg/22.htm"));
        assert_eq!(next(&html(""), "http://x.edu.cn/tzgg/1.htm", 24), None);
    }

    #[test]
    fn a_page_of_deep_nesting_is_given_up() {
        let nested = format!("{}<a href='/a.html'>标题标题标题标题</a>2026-01-01", "<div>".repeat(3_000));
        read(&nested, None, LISTING, 1);
    }

    #[test]
    fn a_page_of_many_kinds_of_rows_is_given_up() {
        let tag = |i: usize| format!("<x{i}><a href='/{i}.html'>标题标题标题</a></x{i}>");
        let tags = (0..3_000).map(tag).collect::<Vec<_>>().concat();
        read(&format!("<div>{tags}{}</div>", "<b></b>".repeat(30_000)), None, LISTING, 1);
    }
}
