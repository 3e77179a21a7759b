//! Where title, text and date of reports that are known stand on pages that were built anew, and the selectors that read
//! them there.
//!
//! In: pages of known reports and what they said last. Out: for each key of `[report]` that needs one, the selector to
//! put before those that stand there; what is read before and after. Never: a selector taken away; stored pages of the
//! former template are read by it.

use jiff::tz::TimeZone;
use url::Url;

use super::located::{Located, bare, common};
use super::open::Opened;
use super::tree::{Node, Query, visible_text};
use super::{ReadRules, date, selector_of};
use crate::config::{Family, ReportRule};
use crate::model::{Document, FieldName, Origin};

/// Blocks of a text that its container is found by: the longest ones stand nowhere else on the page.
const MOST_BLOCKS: usize = 6;

/// Characters of a block that are looked for.
const CHARS_LOOKED_FOR: usize = 40;

/// Boxes around a text that are tried as its container.
const MOST_BOXES: usize = 4;

/// Selectors that are tried of one element.
const MOST_SELECTORS: usize = 5;

/// Longest text of an element that can be one field, in characters.
const LONGEST_FIELD: usize = 120;

/// Texts are the same that differ by less than this part, in hundredths: a line of chrome, a lost footnote.
const LEAST_SAME: usize = 95;

/// Elements that editors write texts with; none of them is the box of a text.
const OF_TEXT: [&str; 14] = ["p", "span", "font", "b", "strong", "i", "em", "u", "a", "h1", "h2", "h3", "h4", "li"];

/// A known report, on the page that it has now.
pub struct KnownReport<'a> {
    /// The page.
    pub opened: &'a Opened,
    /// Where it was found.
    pub url: &'a Url,
    /// What it said last.
    pub said: &'a Document,
}

/// By what reports are read.
#[derive(Clone, Copy)]
pub struct ReportRules<'a> {
    /// The zone of their dates.
    pub zone: &'a TimeZone,
    /// Their family.
    pub family: Option<&'a Family>,
    /// The `[report]` of the site file, which fails.
    pub site: &'a ReportRule,
}

/// How well known reports are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReportScore {
    /// Reports that were tried.
    pub n_reports: usize,
    /// Those whose title is right.
    pub n_titles: usize,
    /// Those whose text is right.
    pub n_bodies: usize,
    /// Those whose date is right.
    pub n_dates: usize,
    /// Those of which all three are.
    pub n_right: usize,
    /// Values that a selector of the site file gave.
    n_by_site: usize,
    /// How much of the texts is right, in hundredths of each, together.
    same: usize,
    /// Values of other fields that are right.
    n_others: usize,
}

/// A key of `[report]` and the selector to put first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportKey {
    /// The key.
    pub key: FieldName,
    /// The selector.
    pub selector: String,
}

/// What to put into `[report]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportProposal {
    /// Key by key.
    pub keys: Vec<ReportKey>,
    /// Keys of the file that find nothing, and for which nothing was found.
    pub dead: Vec<FieldName>,
    /// What the file reads as it is.
    pub before: ReportScore,
    /// What it reads with the keys.
    pub after: ReportScore,
}

/// The keys of which selectors may be proposed, the most important first.
const KEYS: [FieldName; 9] = [
    FieldName::Body,
    FieldName::Title,
    FieldName::Published,
    FieldName::Source,
    FieldName::Authority,
    FieldName::DocNo,
    FieldName::IndexNo,
    FieldName::Written,
    FieldName::Validity,
];

/// What to put into `[report]` so that these reports say what they said.
pub fn keys(reports: &[KnownReport<'_>], rules: ReportRules<'_>) -> ReportProposal {
    let mut rule = rules.site.clone();
    let before = score(reports, rules, &rule);
    let mut proposal = ReportProposal { before, after: before, ..ReportProposal::default() };
    for key in KEYS {
        if !is_needed(reports, rules, &rule, key) {
            continue;
        }
        match better(reports, rules, &rule, key, proposal.after) {
            Some((selector, better, score)) => {
                (rule, proposal.after) = (better, score);
                proposal.keys.push(ReportKey { key, selector });
            }
            None if !queries(&rule, key).is_empty() => proposal.dead.push(key),
            None => {}
        }
    }
    proposal
}

/// How well reports are read by a rule.
pub fn score(reports: &[KnownReport<'_>], rules: ReportRules<'_>, rule: &ReportRule) -> ReportScore {
    let mut score = ReportScore { n_reports: reports.len(), ..ReportScore::default() };
    for report in reports {
        let read = read(report, rules, rule);
        let (title, published) =
            (has(&read, report.said, FieldName::Title), has(&read, report.said, FieldName::Published));
        let same = sameness(&report.said.text(), &read.text());
        score.n_titles += usize::from(title);
        score.n_dates += usize::from(published);
        score.n_bodies += usize::from(same >= LEAST_SAME);
        score.n_right += usize::from(title && published && same >= LEAST_SAME);
        score.same += same;
        score.n_by_site += read.from.values().filter(|origin| **origin == Origin::Site).count();
        score.n_others += KEYS[3..].iter().filter(|key| has(&read, report.said, **key)).count();
    }
    score
}

fn read(report: &KnownReport<'_>, rules: ReportRules<'_>, rule: &ReportRule) -> Document {
    let read = ReadRules {
        url: Some(report.url),
        zone: rules.zone,
        site: Some(rule),
        family: rules.family,
        min_body_chars: 0,
    };
    report.opened.document(&read)
}

/// Whether a key of the file finds nothing any more, or the field says something else without one.
fn is_needed(reports: &[KnownReport<'_>], rules: ReportRules<'_>, rule: &ReportRule, key: FieldName) -> bool {
    let is_named = !queries(rule, key).is_empty();
    let needs = |report: &KnownReport<'_>| {
        let read = read(report, rules, rule);
        let is_dead = is_named && says(report.said, key).is_some() && read.from.get(&key) != Some(&Origin::Site);
        let is_wrong = match key {
            FieldName::Body => sameness(&report.said.text(), &read.text()) < LEAST_SAME,
            key => {
                !has(&read, report.said, key) && (is_named || matches!(key, FieldName::Title | FieldName::Published))
            }
        };
        is_dead || is_wrong
    };
    reports.iter().any(needs)
}

/// The selector for a key that reads more right than before, with the rule that it makes.
fn better(
    reports: &[KnownReport<'_>],
    rules: ReportRules<'_>,
    rule: &ReportRule,
    key: FieldName,
    before: ReportScore,
) -> Option<(String, ReportRule, ReportScore)> {
    let mut best: Option<(String, ReportRule, ReportScore)> = None;
    let worth = |score: &ReportScore| {
        (score.n_bodies, score.same, score.n_titles, score.n_dates, score.n_others, score.n_by_site)
    };
    for selector in candidates(reports, rules, key) {
        let Ok(query) = Query::parse(&selector) else { continue };
        let mut tried = rule.clone();
        queries_mut(&mut tried, key).insert(0, query);
        let score = score(reports, rules, &tried);
        let least = best.as_ref().map_or(&before, |(_, _, score)| score);
        if worth(&score) > worth(least) {
            best = Some((selector, tried, score));
        }
    }
    best
}

/// Selectors for a field, from the first report that shows it; the others bear them out.
fn candidates(reports: &[KnownReport<'_>], rules: ReportRules<'_>, key: FieldName) -> Vec<String> {
    let of = |report: &KnownReport<'_>| {
        let root = report.opened.tree.root();
        let elements = match key {
            FieldName::Body => boxes(root, report.said),
            key => fields(root, report.said, rules, key),
        };
        let named = |element: Node<'_>| selector_of::of_first(&[(root, element)]).into_iter().take(MOST_SELECTORS);
        let selectors: Vec<String> = elements.into_iter().flat_map(named).collect();
        let suffix = if key == FieldName::Body { "" } else { "::text" };
        selectors.into_iter().map(|selector| format!("{selector}{suffix}")).collect::<Vec<_>>()
    };
    reports.iter().map(of).find(|selectors| !selectors.is_empty()).unwrap_or_default()
}

/// The boxes around a text, the innermost first.
fn boxes<'t>(root: Node<'t>, said: &Document) -> Vec<Node<'t>> {
    let located = Located::of(root);
    let mut blocks: Vec<&str> = said.worded().map(|block| block.text.as_str()).collect();
    blocks.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let single = |words: &str| <[Node<'t>; 1]>::try_from(located.places(words)).ok().map(|[node]| node);
    // A text that stands twice on a page is one of its title or of a summary. One that was edited since is found by its
    // beginning.
    let place = |text: &&str| {
        let beginning = || text.chars().take(CHARS_LOOKED_FOR).collect::<String>();
        single(text).or_else(|| single(&beginning()))
    };
    let places = blocks.iter().take(MOST_BLOCKS).filter_map(place);
    let all_of_longest =
        || located.places(blocks.first()?).into_iter().reduce(|one, other| common(one, other).unwrap_or(one));
    let inside = places.reduce(|one, other| common(one, other).unwrap_or(one)).or_else(all_of_longest);
    let Some(inside) = inside else { return Vec::new() };
    let around = std::iter::once(inside).chain(inside.ancestors());
    let is_box = |node: &Node<'_>| !OF_TEXT.contains(&node.name()) && !matches!(node.name(), "tr" | "tbody" | "table");
    around.take_while(|node| !matches!(node.name(), "body" | "html")).filter(is_box).take(MOST_BOXES).collect()
}

/// Elements that say a field and little else: headings first, then the fewest words, the innermost of equals.
fn fields<'t>(root: Node<'t>, said: &Document, rules: ReportRules<'_>, key: FieldName) -> Vec<Node<'t>> {
    let Some(value) = says(said, key) else { return Vec::new() };
    let value = bare(&value);
    let is_date = matches!(key, FieldName::Published | FieldName::Written);
    let day = if key == FieldName::Written { said.written } else { said.published };
    let mut found: Vec<(bool, usize, Node<'t>)> = Vec::new();
    for node in root.descendants().filter(|node| !matches!(node.name(), "html" | "body" | "head" | "title" | "script"))
    {
        let text = visible_text(node);
        let n_chars = text.chars().count();
        if n_chars == 0 || n_chars > LONGEST_FIELD + value.chars().count() || is_in_head(node) {
            continue;
        }
        let shows = if is_date {
            date::stated(&text, rules.zone).is_some_and(|read| day.is_some_and(|day| day.date() == read.date()))
        } else {
            bare(&text).contains(&value)
        };
        if shows {
            found.push((!matches!(node.name(), "h1" | "h2" | "h3"), n_chars, node));
        }
    }
    // Innermost last in document order: among equals the outer one has more of a name.
    found.sort_by_key(|(is_plain, n_chars, _)| (*is_plain && key == FieldName::Title, *n_chars));
    found.into_iter().map(|(_, _, node)| node).take(MOST_BOXES).collect()
}

fn is_in_head(node: Node<'_>) -> bool {
    node.ancestors().any(|around| matches!(around.name(), "head" | "script" | "style" | "template"))
}

/// Whether a reading says of a field what the report said; what it did not say cannot be wrong.
fn has(read: &Document, said: &Document, key: FieldName) -> bool {
    let Some(value) = says(said, key) else { return true };
    match key {
        FieldName::Published => read.published.zip(said.published).is_some_and(|(now, then)| now.date() == then.date()),
        FieldName::Written => read.written.zip(said.written).is_some_and(|(now, then)| now.date() == then.date()),
        key => says(read, key).is_some_and(|now| bare(&now) == bare(&value)),
    }
}

/// The value of a field as text.
fn says(document: &Document, key: FieldName) -> Option<String> {
    match key {
        FieldName::Title => document.title.clone(),
        FieldName::Body => Some(document.text()).filter(|text| !text.is_empty()),
        FieldName::Published => document.published.map(|stated| stated.to_string()),
        FieldName::Source => document.source.clone(),
        FieldName::Authority => document.authority.clone(),
        FieldName::DocNo => document.doc_no.clone(),
        FieldName::IndexNo => document.index_no.clone(),
        FieldName::Written => document.written.map(|stated| stated.to_string()),
        FieldName::Validity => document.validity.clone(),
        _ => None,
    }
}

/// How much of a text another one says, and no more, in hundredths: by its lines.
fn sameness(said: &str, read: &str) -> usize {
    let (said_bare, read_bare) = (bare(said), bare(read));
    if said_bare == read_bare {
        return 100;
    }
    let kept = said.lines().map(bare).filter(|line| !line.is_empty() && read_bare.contains(line.as_str()));
    let n_kept: usize = kept.map(|line| line.len()).sum();
    let n_all = said_bare.len().max(read_bare.len());
    (n_kept.min(n_all) * 100).checked_div(n_all).unwrap_or(100)
}

/// The selectors of a key.
pub fn queries(rule: &ReportRule, key: FieldName) -> &[Query] {
    match key {
        FieldName::Title => &rule.title,
        FieldName::Body => &rule.body,
        FieldName::Published => &rule.published,
        FieldName::Source => &rule.source,
        FieldName::Authority => &rule.authority,
        FieldName::DocNo => &rule.doc_no,
        FieldName::IndexNo => &rule.index_no,
        FieldName::Written => &rule.written,
        FieldName::Validity => &rule.validity,
        _ => &[],
    }
}

fn queries_mut(rule: &mut ReportRule, key: FieldName) -> &mut Vec<Query> {
    match key {
        FieldName::Title => &mut rule.title,
        FieldName::Published => &mut rule.published,
        FieldName::Source => &mut rule.source,
        FieldName::Authority => &mut rule.authority,
        FieldName::DocNo => &mut rule.doc_no,
        FieldName::IndexNo => &mut rule.index_no,
        FieldName::Written => &mut rule.written,
        FieldName::Validity => &mut rule.validity,
        _ => &mut rule.body,
    }
}
