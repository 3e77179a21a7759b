//! What to put into a site file, tried by the very way that polls read. In: the file's text, pages, what is known. Out: a
//! part of the repair, with what is read before and after. Never: I/O; it runs on a thread that may be slow.

use serde::Serialize;
use url::Url;

use super::answer;
use super::edit::{self, Nth};
use super::pages::{Page, ReportPage};
use crate::change::canonical::canonical;
use crate::config::{Format, ListingRule, Site, SiteReader};
use crate::model::{Capture, Entry, FieldName, ListingPage};
use crate::page::kind;
use crate::page::listing::{ListingRead, is_bare_date, titles_are_dates};
use crate::page::open::Opened;
use crate::page::relocate::{self, KnownRow, RowKeys, RowScore, RowsPage};
use crate::page::relocate_report::{self, KnownReport, ReportKey, ReportRules, ReportScore};
use crate::page::tree::Query;
use crate::store::ListedRow;

/// Proposals that are loaded and tried as a poll would: the best by the page alone is nearly always it.
const MOST_TRIED: usize = 4;

/// A repair is sure where so many of the known rows or reports are read right, in hundredths.
const LEAST_RIGHT: usize = 95;

/// Known rows that a page must show before anything is proposed by them.
const LEAST_FOUND: usize = 3;

/// What makes a text the site of this id.
pub(super) struct Bench<'a> {
    pub(super) reader: SiteReader,
    pub(super) id: &'a str,
}

impl Bench<'_> {
    fn site(&self, text: &str) -> Result<Site, String> {
        self.reader
            .site(self.id, text)
            .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

/// A key of the file, what stood there and what is put there; empty: nothing.
#[derive(Debug, Clone, Serialize)]
pub(super) struct KeyChange {
    pub(super) key: String,
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
}

/// A listing, looked at.
#[derive(Debug, Clone)]
pub(super) struct ListingPart {
    pub(super) name: String,
    pub(super) url: Url,
    pub(super) from: &'static str,
    pub(super) before: RowScore,
    pub(super) after: RowScore,
    pub(super) keys: Vec<KeyChange>,
    /// Rows as they would be read.
    pub(super) entries: Vec<Entry>,
    /// Known rows with the URLs that they have now.
    pub(super) rows: Vec<(ListedRow, Option<Url>)>,
    /// Why it is not sure.
    pub(super) reasons: Vec<String>,
}

/// The reports, looked at.
#[derive(Debug, Clone)]
pub(super) struct ReportPart {
    pub(super) before: ReportScore,
    pub(super) after: ReportScore,
    pub(super) keys: Vec<KeyChange>,
    pub(super) reasons: Vec<String>,
}

/// Looks for the rows of a listing; gives the text with the keys that read them, where any do better than the file.
pub(super) fn listing(
    bench: &Bench<'_>,
    text: &str,
    site: &Site,
    rule: &ListingRule,
    page: &Page,
    known: Vec<ListedRow>,
) -> Result<(String, ListingPart), String> {
    if matches!(rule.format, Format::Json(_)) {
        return answer::listing(bench, text, site, rule, page, known);
    }
    let opened = opened(&page.capture, site)?;
    let rows: Vec<KnownRow> = known.iter().map(known_row).collect();
    let view = view(&opened, site, rule, page);
    let now = read(&view, site, rule);
    let before = relocate::score(&view, &rows, &now.entries);
    let is_well = is_right(before.n_right, before.n_found) && before.n_strange == 0 && before.n_found >= LEAST_FOUND;
    // Polls have taken the dates for titles since, so that the known rows have them too.
    let has_dates = titles_are_dates(&now.entries);
    let before = if has_dates { RowScore { n_right: 0, ..before } } else { before };
    let as_it_is = Tried { text: text.to_owned(), score: before, read: now, keys: None };
    let nth = nth(site, rule);
    let (best, refused) =
        if is_well || has_dates { (as_it_is, None) } else { best(bench, as_it_is, nth, &view, &rows) };
    let Tried { text: mut written, score: mut after, mut read, keys } = best;
    let mut changes = keys.map(|keys| row_changes(rule, &keys)).unwrap_or_default();
    if has_dates && let Some((tried, by_itself, score)) = with_titles(bench, &written, nth, &view, &rows) {
        changes.push(left_out("title", rule.entry.title.iter().map(|query| query.as_str().to_owned()).collect()));
        (written, read, after) = (tried, by_itself, score);
    }
    if let Some((tried, by_itself)) = without_pages(bench, &written, nth, &view, &read) {
        changes.push(left_out("pages", edit::pages(text, nth).into_iter().collect()));
        (written, read) = (tried, by_itself);
    }
    let part = ListingPart {
        name: rule.name.clone(),
        url: rule.url.clone(),
        from: page.from,
        before,
        after,
        keys: changes,
        rows: placed(known, &rows, &read.entries),
        entries: read.entries,
        reasons: refused.into_iter().chain(doubts(&after, rows.len())).collect(),
    };
    Ok((written, part))
}

/// A page as proposals are tried on it.
pub(super) fn view<'a>(opened: &'a Opened, site: &'a Site, rule: &'a ListingRule, page: &'a Page) -> RowsPage<'a> {
    RowsPage {
        opened,
        url: &page.capture.final_url,
        rule,
        zone: &site.timezone,
        today: page.capture.fetched_at.to_zoned(site.timezone.clone()).date(),
        canonical,
    }
}

/// Which `[[listing]]` of the file a rule is.
pub(super) fn nth<'r>(site: &Site, rule: &'r ListingRule) -> Nth<'r> {
    let place = rule.place();
    let at = site.listings.iter().position(|listing| listing.place() == place).unwrap_or_default();
    Nth { at, url: &rule.url }
}

/// A text of the site file, and what a poll would read by it.
struct Tried {
    text: String,
    score: RowScore,
    read: ListingPage,
    /// The keys that were put into it; `None`: it is the file as it is.
    keys: Option<RowKeys>,
}

/// The best of the proposals, each loaded as the site's file, or the file as it is; and why its owner must change it.
fn best(
    bench: &Bench<'_>,
    as_it_is: Tried,
    nth: Nth<'_>,
    view: &RowsPage<'_>,
    rows: &[KnownRow],
) -> (Tried, Option<String>) {
    let text = as_it_is.text.clone();
    let worth = |score: &RowScore| (score.n_right, std::cmp::Reverse(score.n_strange));
    let mut best = as_it_is;
    for proposal in relocate::rows(view, rows).into_iter().take(MOST_TRIED) {
        let tried = match edit::listing(&text, nth, &proposal.keys) {
            Ok(tried) => tried,
            Err(why) => return (best, Some(why)),
        };
        let Some((read, score)) = tried_out(bench, &tried, view, rows) else { continue };
        if worth(&score) > worth(&best.score) {
            best = Tried { text: tried, score, read, keys: Some(proposal.keys) };
        }
    }
    (best, None)
}

fn is_right(n_right: usize, n: usize) -> bool {
    n_right > 0 && n_right * 100 >= n * LEAST_RIGHT
}

/// Why rows as read may not be those of the listing.
pub(super) fn doubts(score: &RowScore, n_known: usize) -> Vec<String> {
    let RowScore { n_found, n_right, n_rows, n_strange } = *score;
    let mut reasons = Vec::new();
    if n_known < LEAST_FOUND {
        reasons.push(format!("only {n_known} rows of it are known"));
    } else if n_found < LEAST_FOUND {
        reasons.push(format!("the page shows {n_found} of {n_known} known rows: it may be another page"));
    }
    if n_found >= LEAST_FOUND && !is_right(n_right, n_found) {
        reasons.push(format!("{n_right} of {n_found} known rows are read right"));
    }
    if n_strange * 100 > n_rows * (100 - LEAST_RIGHT) {
        reasons.push(format!("{n_strange} of {n_rows} rows are not known and have no date"));
    }
    reasons
}

pub(super) fn known_row(row: &ListedRow) -> KnownRow {
    KnownRow { url: row.url.clone(), title: row.title.clone(), date: row.date }
}

/// Known rows with the URLs at which the page has them, those on the page first.
pub(super) fn placed(known: Vec<ListedRow>, rows: &[KnownRow], entries: &[Entry]) -> Vec<(ListedRow, Option<Url>)> {
    let now_at = |row: &KnownRow| {
        let by_url = entries.iter().find(|entry| canonical(&entry.url) == row.url);
        let titled = || entries.iter().find(|entry| entry.title == row.title && entry.date == row.date);
        by_url.or_else(titled).map(|entry| entry.url.clone())
    };
    let mut placed: Vec<_> = known.into_iter().zip(rows).map(|(listed, row)| (listed, now_at(row))).collect();
    placed.sort_by_key(|(_, now_at)| now_at.is_none());
    placed
}

/// What a text would read, loaded as the site's file.
fn tried_out(bench: &Bench<'_>, text: &str, view: &RowsPage<'_>, rows: &[KnownRow]) -> Option<(ListingPage, RowScore)> {
    let read = read_by(bench, text, view)?;
    let score = relocate::score(view, rows, &read.entries);
    Some((read, score))
}

/// What the listing of a page gives by this text.
pub(super) fn read_by(bench: &Bench<'_>, text: &str, view: &RowsPage<'_>) -> Option<ListingPage> {
    let site = bench.site(text).ok()?;
    let rule = site.listings.iter().find(|listing| listing.place() == view.rule.place())?;
    Some(read(view, &site, rule))
}

pub(super) fn read(view: &RowsPage<'_>, site: &Site, rule: &ListingRule) -> ListingPage {
    let post = rule.first_page().post;
    let read = ListingRead {
        rule: Some(rule),
        family: site.family.as_deref(),
        zone: view.zone,
        first_url: &rule.url,
        page_url: view.url,
        post: post.as_ref(),
        n_page: 1,
        today: view.today,
    };
    // What the proposed rule cannot read, it reads no row of.
    view.opened.listing(&read).unwrap_or_default()
}

/// The text without `pages`, where the file's way to the next page is not on the page and the page has one of its own.
fn without_pages(
    bench: &Bench<'_>,
    text: &str,
    nth: Nth<'_>,
    view: &RowsPage<'_>,
    read: &ListingPage,
) -> Option<(String, ListingPage)> {
    view.rule.pages.as_ref()?;
    let tried = edit::without(text, nth, "pages").ok()?;
    let tried_site = bench.site(&tried).ok()?;
    // The body of its first page depends on `pages` too.
    let tried_rule = tried_site.listings.get(nth.at)?;
    let by_itself = self::read(view, &tried_site, tried_rule);
    let is_on_page = |url: &Url| {
        let file = url.path().rsplit('/').next().unwrap_or_default();
        !file.is_empty() && view.opened.decoded.text.contains(file)
    };
    let next = by_itself.next_url()?;
    let is_other = read.next_url().is_none_or(|now| now != next && !is_on_page(now));
    (is_other && is_on_page(next)).then_some((tried, by_itself))
}

/// The text without `title`, where titles are found then that are more than the date of their row, and how well.
fn with_titles(
    bench: &Bench<'_>,
    text: &str,
    nth: Nth<'_>,
    view: &RowsPage<'_>,
    rows: &[KnownRow],
) -> Option<(String, ListingPage, RowScore)> {
    let tried = edit::without(text, nth, "title").ok()?;
    let by_itself = read_by(bench, &tried, view)?;
    let is_well = !by_itself.entries.is_empty() && !titles_are_dates(&by_itself.entries);
    let score = relocate::score(view, &titled(rows, &by_itself.entries), &by_itself.entries);
    is_well.then_some((tried, by_itself, score))
}

fn left_out(key: &str, old: Vec<String>) -> KeyChange {
    KeyChange { key: key.to_owned(), old, new: Vec::new() }
}

/// Known rows by the titles of the page, where a date was taken for theirs.
fn titled(rows: &[KnownRow], entries: &[Entry]) -> Vec<KnownRow> {
    let shown = |row: &KnownRow| entries.iter().find(|entry| canonical(&entry.url) == row.url);
    let titled = |row: &KnownRow| {
        let title = shown(row).filter(|_| is_bare_date(&row.title)).map_or(&row.title, |entry| &entry.title);
        KnownRow { url: row.url.clone(), title: title.clone(), date: row.date }
    };
    rows.iter().map(titled).collect()
}

fn row_changes(rule: &ListingRule, keys: &RowKeys) -> Vec<KeyChange> {
    let written = |queries: &[Query]| queries.iter().map(|query| query.as_str().to_owned()).collect::<Vec<_>>();
    let entry: Vec<String> = rule.entry.entry.iter().map(|entry| entry.as_str().to_owned()).collect();
    let all = [
        ("entry", entry, &keys.entry),
        ("link", written(&rule.entry.link), &keys.link),
        ("title", written(&rule.entry.title), &keys.title),
        ("date", written(&rule.entry.date), &keys.date),
    ];
    let change = |(key, old, new): (&str, Vec<String>, &Option<String>)| {
        let new: Vec<String> = new.iter().cloned().collect();
        (old != new).then(|| KeyChange { key: key.to_owned(), old, new })
    };
    all.into_iter().filter_map(change).collect()
}

/// Looks for the parts of reports; gives the text with the selectors that read them.
pub(super) fn report(text: &str, site: &Site, pages: &[ReportPage]) -> Result<(String, ReportPart), String> {
    let opened: Vec<(Opened, &ReportPage)> =
        pages.iter().filter_map(|page| Some((self::opened(&page.capture, site).ok()?, page))).collect();
    let known: Vec<KnownReport<'_>> = opened
        .iter()
        .map(|(opened, page)| KnownReport { opened, url: &page.capture.final_url, said: &page.said })
        .collect();
    let rules = ReportRules { zone: &site.timezone, family: site.family.as_deref(), site: &site.report };
    let found = relocate_report::keys(&known, rules);
    let former = |key: FieldName| relocate_report::queries(&site.report, key).to_vec();
    let written = if found.keys.is_empty() {
        text.to_owned()
    } else {
        edit::report(text, &found.keys, |key: &ReportKey| former(key.key))?
    };
    let change = |key: &ReportKey| {
        let old: Vec<String> = former(key.key).iter().map(|query| query.as_str().to_owned()).collect();
        let new = std::iter::once(key.selector.clone()).chain(old.clone()).collect();
        KeyChange { key: format!("report.{}", key.key), old, new }
    };
    let mut reasons = Vec::new();
    if known.is_empty() {
        reasons.push("no known report could be read anew".to_owned());
    } else if !is_right(found.after.n_right, found.after.n_reports) {
        reasons.push(format!("{} of {} known reports say what they said", found.after.n_right, found.after.n_reports));
    }
    reasons.extend(found.dead.iter().map(|key| format!("nothing was found in the place of report.{key}")));
    let part =
        ReportPart { before: found.before, after: found.after, keys: found.keys.iter().map(change).collect(), reasons };
    Ok((written, part))
}

pub(super) fn opened(capture: &Capture, site: &Site) -> Result<Opened, String> {
    let (asked, landed) = (Some(&capture.url), Some(&capture.final_url));
    let answer = kind::Answer { status: capture.status, asked, landed, home: Some(&site.home) };
    Opened::of(capture, site.fetch.charset.as_deref(), &answer).map_err(|error| error.to_string())
}
