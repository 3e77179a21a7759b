//! Where rows that are known stand on a page that was built anew, and the selectors that read them there.
//!
//! In: the page, and the rows of its listing as they were seen last. Out: proposals, each with what it reads, the best
//! first. Never: a proposal that was not tried by the reader that polls use.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::listing::ListingRead;
use super::located::bare;
use super::open::Opened;
use super::selector_of;
use super::skeleton::path;
use super::tree::{Node, NodeKey, Query, Selector, visible_text};
use super::{date, link};
use crate::config::{EntryRule, ListingRule, Pagination};
use crate::model::{Entry, Stated};

/// Levels of the page that are tried as rows: the one whose rows stand side by side, and those inside it.
const MOST_LEVELS: usize = 6;

/// Selectors of a level that are tried.
const MOST_SELECTORS: usize = 4;

/// A link whose words go on behind a known title may go on for so many characters: a date, a tag.
const MOST_BEHIND: usize = 24;

/// Fewest characters of a title by which a row at another URL is known.
const SHORTEST_TITLE: usize = 6;

/// A row as it was seen last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRow {
    /// Its canonical URL.
    pub url: String,
    /// Its title as shown.
    pub title: String,
    /// Its date.
    pub date: Option<Stated>,
}

/// The page, and how its rows are read.
pub struct RowsPage<'a> {
    /// The page.
    pub opened: &'a Opened,
    /// Where it was found.
    pub url: &'a Url,
    /// The rule of its listing, which fails.
    pub rule: &'a ListingRule,
    /// The zone of its dates.
    pub zone: &'a TimeZone,
    /// The day on which it was received.
    pub today: Date,
    /// The canonical form of a URL.
    pub canonical: fn(&Url) -> String,
}

/// The keys of a listing that say how its rows are read; `None`: the row itself says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowKeys {
    /// The rows; `None`: they are found by themselves.
    pub entry: Option<String>,
    /// The link of a row.
    pub link: Option<String>,
    /// The title of a row.
    pub title: Option<String>,
    /// The date of a row.
    pub date: Option<String>,
}

/// How well rows are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowScore {
    /// Known rows that the page shows anywhere.
    pub n_found: usize,
    /// Known rows that are read with their title and date.
    pub n_right: usize,
    /// Rows that are read.
    pub n_rows: usize,
    /// Rows that are read, are not known and lack the date that known rows have: a menu, most likely.
    pub n_strange: usize,
}

/// Keys, and what they read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProposal {
    /// The keys.
    pub keys: RowKeys,
    /// What they read.
    pub score: RowScore,
}

/// A known row on the page: its link, and which row it is.
type Hit<'t> = (Node<'t>, usize);

/// Proposals for the rows of a page, the best first.
pub fn rows(page: &RowsPage<'_>, known: &[KnownRow]) -> Vec<RowProposal> {
    let hits = hits(page, known);
    let mut proposals = Vec::new();
    for rows in levels(&hits) {
        let nodes: Vec<Node<'_>> = rows.iter().map(|(row, _)| *row).collect();
        for entry in selector_of::of_rows(&page.opened.tree, &nodes).into_iter().take(MOST_SELECTORS) {
            let plain = RowKeys { entry: Some(entry), ..RowKeys::default() };
            let tried = tried(page, known, plain.clone());
            let is_whole = tried.as_ref().is_some_and(|tried| tried.score.n_right == tried.score.n_found);
            proposals.extend(tried);
            if !is_whole {
                proposals.extend(with_parts(page, known, &plain, &rows, &hits));
            }
        }
    }
    proposals.extend(tried(page, known, RowKeys::default()));
    // Of equals the first stays first: the outermost rows, the shortest selector, the fewest keys, rows named at all.
    proposals.sort_by_key(|tried| {
        let RowScore { n_right, n_rows, n_strange, .. } = tried.score;
        (std::cmp::Reverse(n_right), n_strange, std::cmp::Reverse(n_rows))
    });
    proposals
}

/// How well these rows are those that are known.
pub fn score(page: &RowsPage<'_>, known: &[KnownRow], entries: &[Entry]) -> RowScore {
    let n_found = hits(page, known).iter().map(|(_, at)| at).collect::<HashSet<_>>().len();
    score_rows(known, entries, n_found, page.canonical)
}

/// The same for rows that stand in no page, `n_found` of which were found.
pub fn score_rows(known: &[KnownRow], entries: &[Entry], n_found: usize, canonical: fn(&Url) -> String) -> RowScore {
    let are_dated = known.iter().all(|row| row.date.is_some());
    let lookup = Lookup::of(known);
    let (mut right, mut n_strange) = (HashSet::new(), 0);
    for entry in entries {
        match lookup.find(&canonical(&entry.url), &[&entry.title]) {
            Some(at) => {
                let row = &known[at];
                let is_dated = row.date.is_none_or(|date| entry.date.is_some_and(|read| read.date() == date.date()));
                if is_dated && is_same_title(&row.title, &entry.title) {
                    right.insert(at);
                }
            }
            None => n_strange += usize::from(are_dated && entry.date.is_none()),
        }
    }
    RowScore { n_found, n_right: right.len(), n_rows: entries.len(), n_strange }
}

/// The same title, or one of the two cut short by its column.
fn is_same_title(one: &str, other: &str) -> bool {
    let (one, other) = (bare(one), bare(other));
    let is_cut = |short: &str, long: &str| {
        let beginning = short.trim_end_matches(['…', '.', '⋯']);
        beginning.len() < short.len() && !beginning.is_empty() && long.starts_with(beginning)
    };
    one == other || is_cut(&one, &other) || is_cut(&other, &one)
}

/// Known rows by what a page may show of them.
struct Lookup<'k> {
    by_url: HashMap<&'k str, usize>,
    titles: Vec<String>,
}

impl<'k> Lookup<'k> {
    fn of(known: &'k [KnownRow]) -> Self {
        let by_url = known.iter().enumerate().rev().map(|(at, row)| (row.url.as_str(), at)).collect();
        Self { by_url, titles: known.iter().map(|row| bare(&row.title)).collect() }
    }

    /// The row at this URL, or the one that is called so.
    fn find(&self, url: &str, shown: &[&str]) -> Option<usize> {
        if let Some(at) = self.by_url.get(url) {
            return Some(*at);
        }
        let shown: Vec<String> = shown.iter().map(|text| bare(text)).filter(|text| !text.is_empty()).collect();
        let position = |is_it: &dyn Fn(&String, &String) -> bool| {
            let is_shown =
                |title: &String| title.chars().count() >= SHORTEST_TITLE && shown.iter().any(|text| is_it(title, text));
            let mut found = (0..self.titles.len()).filter(|at| is_shown(&self.titles[*at]));
            (found.next(), found.next())
        };
        let whole = position(&|title, text| title == text).0;
        let goes_on = |title: &String, text: &String| {
            text.strip_prefix(title.as_str()).is_some_and(|rest| rest.chars().count() <= MOST_BEHIND)
        };
        // What is cut short may be the beginning of several titles.
        let single = |found: (Option<usize>, Option<usize>)| found.0.filter(|_| found.1.is_none());
        whole
            .or_else(|| single(position(&goes_on)))
            .or_else(|| single(position(&|title, text| is_same_title(title, text))))
    }
}

/// The links of the page that are known rows.
fn hits<'t>(page: &RowsPage<'t>, known: &[KnownRow]) -> Vec<Hit<'t>> {
    let (lookup, base) = (Lookup::of(known), link::base(&page.opened.tree, page.url));
    let anchors = page.opened.tree.root().descendants().filter(|node| node.name() == "a");
    let hit = |anchor: Node<'t>| {
        let url = link::of_anchor(anchor, &base)?;
        let shown = visible_text(anchor);
        let at = lookup.find(&(page.canonical)(&url), &[anchor.attr("title").unwrap_or_default(), &shown])?;
        Some((anchor, at))
    };
    anchors.filter_map(hit).collect()
}

/// Elements around links of known rows that hold one of them each, by level: the level at which most of them stand side
/// by side comes first, the outermost of equals.
fn levels<'t>(hits: &[Hit<'t>]) -> Vec<Vec<Hit<'t>>> {
    let mut under: HashMap<NodeKey, Option<usize>> = HashMap::new();
    for (anchor, at) in hits {
        for node in std::iter::once(*anchor).chain(anchor.ancestors()) {
            let one = under.entry(node.key()).or_insert(Some(*at));
            if *one != Some(*at) {
                *one = None;
            }
        }
    }
    let mut levels: HashMap<String, Vec<Hit<'t>>> = HashMap::new();
    for (anchor, at) in hits {
        let holds_one = |node: &Node<'_>| under.get(&node.key()) == Some(&Some(*at));
        for row in std::iter::once(*anchor).chain(anchor.ancestors()).take_while(holds_one) {
            let Some(parent) = row.parent() else { break };
            let level = levels.entry(format!("{} > {}", path(parent), row.name())).or_default();
            if !level.iter().any(|(known, _)| *known == row) {
                level.push((row, *at));
            }
        }
    }
    let n_rows = |level: &Vec<Hit<'_>>| level.iter().map(|(_, at)| at).collect::<HashSet<_>>().len();
    let depth = |level: &Vec<Hit<'_>>| level.first().map_or(0, |(row, _)| row.ancestors().count());
    let mut levels: Vec<Vec<Hit<'t>>> = levels.into_values().collect();
    levels.sort_by_key(|level| (std::cmp::Reverse(n_rows(level)), depth(level), level[0].0.key()));
    levels.truncate(MOST_LEVELS);
    levels
}

/// What these keys read; `None` where they cannot be compiled.
fn tried(page: &RowsPage<'_>, known: &[KnownRow], keys: RowKeys) -> Option<RowProposal> {
    let queries = |written: &Option<String>| match written {
        Some(written) => Query::parse(written).map(|query| vec![query]),
        None => Ok(Vec::new()),
    };
    let entry = EntryRule {
        entry: keys.entry.as_deref().map(Selector::parse).transpose().ok()?,
        link: queries(&keys.link).ok()?,
        title: queries(&keys.title).ok()?,
        date: queries(&keys.date).ok()?,
    };
    let rule = ListingRule { entry, pages: Some(Pagination::None), ..page.rule.clone() };
    let read = ListingRead {
        rule: Some(&rule),
        family: None,
        zone: page.zone,
        first_url: &rule.url,
        page_url: page.url,
        post: None,
        n_page: 1,
        today: page.today,
    };
    let entries = page.opened.listing(&read).ok()?.entries;
    Some(RowProposal { score: score(page, known, &entries), keys })
}

/// The same rows with their parts named, where they do not say by themselves which is which.
fn with_parts(
    page: &RowsPage<'_>,
    known: &[KnownRow],
    plain: &RowKeys,
    rows: &[Hit<'_>],
    hits: &[Hit<'_>],
) -> Vec<RowProposal> {
    let first = |places: Vec<(Node<'_>, Node<'_>)>| {
        if places.len() < rows.len() { None } else { selector_of::of_first(&places).into_iter().next() }
    };
    let anchor = |row: &Hit<'_>| {
        let is_inside = |hit: &&Hit<'_>| hit.1 == row.1 && hit.0.ancestors().any(|node| node == row.0);
        hits.iter().find(is_inside).map(|hit| hit.0)
    };
    let anchors = rows.iter().filter_map(|row| Some((row.0, anchor(row)?)));
    let link = first(anchors.collect()).map(|selector| format!("{selector}::attr(href)"));
    let titles = rows.iter().filter_map(|row| Some((row.0, titled(row.0, &known[row.1].title)?)));
    let title = first(titles.collect()).map(|selector| format!("{selector}::text"));
    let dates = rows.iter().filter_map(|row| {
        let Some(date) = known[row.1].date else { return Some((row.0, row.0)) };
        Some((row.0, dated(row.0, date, page)?))
    });
    let date = first(dates.collect()).map(|selector| format!("{selector}::text"));
    let with_date = RowKeys { date, ..plain.clone() };
    let with_title = RowKeys { title: title.clone(), ..plain.clone() };
    let with_all = RowKeys { link, title, ..with_date.clone() };
    [with_date, with_title, with_all].into_iter().filter_map(|keys| tried(page, known, keys)).collect()
}

/// The innermost element of a row that says its title and nothing else.
fn titled<'t>(row: Node<'t>, title: &str) -> Option<Node<'t>> {
    let title = bare(title);
    row.descendants().skip(1).filter(|node| bare(&visible_text(*node)) == title).last()
}

/// The innermost element of a row that says its date, in the fewest words.
fn dated<'t>(row: Node<'t>, stated: Stated, page: &RowsPage<'_>) -> Option<Node<'t>> {
    let says = |node: &Node<'t>| {
        let read = date::stated_near(&visible_text(*node), page.zone, page.today);
        read.is_some_and(|read| read.date() == stated.date())
    };
    let inside = row.descendants().skip(1).filter(says);
    inside.min_by_key(|node| (visible_text(*node).len(), std::cmp::Reverse(node.ancestors().count())))
}
