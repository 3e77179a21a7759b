//! Stages 3 to 6 for one capture: decode, kind, then a listing's rows or a report's Document.
//!
//! In: a Capture and the rules of its site, both owned. Out: what the page is. Never: the network or the store; it
//! runs on the parser's threads.

use bytes::Bytes;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::change::drift::ReadAs;
use crate::change::obligation::{Like, Whose};
use crate::change::said;
use crate::config::{ListingRule, Site};
use crate::error::{Class, Failure, Stage};
use crate::model::{Capture, Document, Doubt, Entry, FieldName, ListingPage, Origin, PageKind, Post, Stated};
use crate::page::extract::Reading;
use crate::page::led_up::{self, LedUp};
use crate::page::listing::ListingError;
use crate::page::open::Opened;
use crate::page::parts::{End, Next};
use crate::page::tree::TreeError;
use crate::page::{ReadRules, kind, listing, skeleton};

/// What a report's page turned out to be.
pub(super) struct Judged {
    pub(super) kind: PageKind,
    /// What its address leads to instead.
    pub(super) led_up: Option<LedUp>,
    /// An error, maintenance or login page, or one that shows nothing of what its row promised.
    pub(super) is_strange: bool,
    /// The reading of a page that has any text, completed by the row.
    pub(super) document: Option<Document>,
    /// Where the article goes on that begins on this one.
    pub(super) next: Next,
    /// Texts that the reading points to, to be kept with it.
    pub(super) texts: Vec<Bytes>,
    /// How it was read, for what is usual of its site; `None` for a file.
    pub(super) read_as: Option<ReadAs>,
}

impl Judged {
    /// A file in the place of a page.
    pub(super) fn file(document: Document, texts: Vec<Bytes>) -> Self {
        let document = Some(document);
        let (kind, next) = (PageKind::Report, Next { urls: Vec::new(), end: End::Unsaid });
        Self { kind, led_up: None, is_strange: false, document, next, texts, read_as: None }
    }
}

/// Title and date of the row that leads to a report.
pub(super) type Row = (Option<String>, Option<Stated>);

/// Reads a report's page.
pub(super) fn report(capture: &Capture, site: &Site, row: &Row) -> Result<Judged, Failure> {
    let answer = answer(capture, &site.home);
    let opened = opened(capture, site, &answer)?;
    let kind = opened.kind;
    let led_up = led_up::led_up(&opened, &answer, site.listings.iter().map(|rule| &rule.url));
    let reading = opened.has_text().then(|| opened.reading(&read_rules(site, &capture.final_url)));
    let read = |reading: Reading| (reading.document, Next { urls: reading.others, end: reading.end });
    let (document, next) = reading.map(read).unzip();
    let document = document.map(|document| doubted(document, kind, row.0.as_deref()));
    let is_strange = document.as_ref().is_some_and(|document| is_strange(document, kind, row.0.as_deref()));
    let read_as = document.as_ref().map(|document| read_as(&opened, document));
    let document = document.map(|document| {
        let settled = settled(document, row.0.as_deref(), row.1);
        match row.1 {
            Some(known) => without_clock(settled, known, (capture.fetched_at, &site.timezone)),
            None => settled,
        }
    });
    let next = next.unwrap_or(Next { urls: Vec::new(), end: End::Unsaid });
    Ok(Judged { kind, led_up, is_strange, document, next, texts: Vec::new(), read_as })
}

/// How a page was read by itself, before its row completes it.
fn read_as(opened: &Opened, document: &Document) -> ReadAs {
    ReadAs {
        n_chars: document.n_chars(),
        has_date: document.published.is_some(),
        layout: skeleton::of_body(&opened.tree, document),
    }
}

/// Whether two captures of a report show its text in other elements: the portal was built anew in between.
pub(super) fn is_redrawn(old: &Capture, new: &Capture, site: &Site) -> bool {
    let layout = |capture: &Capture| {
        let opened = opened(capture, site, &answer(capture, &site.home)).ok()?;
        let document = opened.document(&read_rules(site, &capture.final_url));
        skeleton::of_body(&opened.tree, &document)
    };
    layout(old) != layout(new)
}

/// Reads a further page of the article that begins on `first`, and where it goes on; `None` where it is no page with
/// text.
pub(super) fn part(capture: &Capture, site: &Site, first: &Url) -> Option<(Document, Next)> {
    let opened = opened(capture, site, &answer(capture, &site.home)).ok()?;
    let is_page = matches!(opened.kind, PageKind::Report | PageKind::Other);
    let reading = is_page.then(|| opened.reading(&read_rules(site, &capture.final_url)))?;
    // Its number stands in the address that named it.
    let next = reading.pager.behind(first, &capture.url);
    (!reading.document.blocks.is_empty()).then_some((reading.document, next))
}

/// A title that its row shows is none of an error page: papers are about servers and lost pages too.
fn doubted(mut document: Document, kind: PageKind, row_title: Option<&str>) -> Document {
    let shown = document.title.as_deref().zip(row_title);
    if shown.is_some_and(|(title, promised)| said::is_as_promised(promised, title)) {
        document.doubts.retain(|doubt| *doubt != Doubt::ErrorTitle);
    }
    if kind == PageKind::Listing && !document.doubts.contains(&Doubt::LooksLikeListing) {
        document.doubts.push(Doubt::LooksLikeListing);
    }
    document
}

/// Whether a reading is all that a row tells of a report that could not be asked for.
pub(super) fn is_by_row(document: &Document) -> bool {
    document.blocks.is_empty() && document.attachments.is_empty() && document.doubts == [Doubt::NoBody]
}

/// Whether a page is none that a report may begin with: it says so itself, or it is of no known kind and nowhere has
/// the words of its row's title.
fn is_strange(document: &Document, kind: PageKind, row_title: Option<&str>) -> bool {
    /// The beginning of a title is enough to know it by, and rows cut the rest.
    const TITLE_CHARS: usize = 8;
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let beginning: String = bare(row_title.unwrap_or_default()).chars().take(TITLE_CHARS).collect();
    let shown = bare(document.title.as_deref().unwrap_or_default()) + &bare(&document.text());
    document.doubts.contains(&Doubt::ErrorTitle) || (kind == PageKind::Other && !shown.contains(&beginning))
}

/// A reading completed by what the listing's row shows: the title where the page has none, and the day where the page
/// only has a meta tag that names another day (some portals put the time of page generation there).
pub(super) fn settled(mut document: Document, row_title: Option<&str>, row_date: Option<Stated>) -> Document {
    if let (None, Some(title)) = (&document.title, row_title.filter(|title| !title.is_empty())) {
        document.title = Some(title.to_owned());
        document.from.insert(FieldName::Title, Origin::Auto);
    }
    let is_by_meta = document.from.get(&FieldName::Published) == Some(&Origin::Meta);
    // Rows that show no year are read as of the latest one: of the same day in two years, the page knows.
    let month_and_day = |stated: Stated| (stated.date().month(), stated.date().day());
    let is_other_day = |row: Stated| document.published.is_some_and(|page| month_and_day(page) != month_and_day(row));
    match row_date {
        Some(shown) if document.published.is_none() || (is_by_meta && is_other_day(shown)) => {
            document.published = Some(shown);
            // What no page says has no origin of those that a page has.
            document.from.remove(&FieldName::Published);
        }
        _ => {}
    }
    document
}

/// A reading whose hour of publication is that of the request has the day that its row shows: the portal writes the clock
/// there whenever the page is made. One that was published within these minutes states its hour when it is read again.
fn without_clock(mut document: Document, known: Stated, (asked_at, zone): (Timestamp, &TimeZone)) -> Document {
    /// Clocks of servers go wrong by some minutes.
    const AROUND: SignedDuration = SignedDuration::from_mins(10);
    let moment = |stated: Stated| zone.to_ambiguous_zoned(stated.civil()).compatible().ok().map(|at| at.timestamp());
    // A day alone is its midnight: a clock shows that too.
    let stated = document.published.and_then(moment);
    if stated.is_some_and(|stated| stated.duration_since(asked_at).abs() <= AROUND) {
        document.published = Some(known);
        document.from.remove(&FieldName::Published);
    }
    document
}

/// Reads one page of a listing; `n_page` counts from 1, `post` is what was posted for it.
pub(super) fn rows(
    capture: &Capture,
    site: &Site,
    rule: &ListingRule,
    post: Option<&Post>,
    n_page: u32,
    today: Date,
) -> Result<(PageKind, ListingPage), Failure> {
    let answer = answer(capture, &site.home);
    let read = listing::ListingRead {
        rule: Some(rule),
        family: site.family.as_deref(),
        zone: &site.timezone,
        first_url: &rule.url,
        page_url: &capture.final_url,
        post,
        n_page,
        today,
    };
    let (opened, page) =
        Opened::with_rows(capture, site.fetch.charset.as_deref(), &answer, &read).map_err(|error| undecoded(&error))?;
    // The home page has rows too, of everything.
    let is_elsewhere = kind::is_home_redirect(&answer) && rule.url != site.home;
    let kind = if is_elsewhere { PageKind::NotFound } else { opened.kind };
    match page {
        Ok(page) => {
            let layout = skeleton::of_rows(&opened.tree, read.page_url, &page.entries);
            let outside = outside(&opened, site, &read, &page);
            Ok((kind, ListingPage { layout, outside, ..page }))
        }
        // A wall or an error page stands in place of an answer as it does in place of a page.
        Err(_) if matches!(kind, PageKind::Challenge | PageKind::NotFound) => Ok((kind, ListingPage::default())),
        Err(error) => {
            let reason = format!("listing {:?}, page {n_page}: {error}", rule.name);
            Err(Failure::new(class_of(&error), Stage::Listing, reason))
        }
    }
}

/// Links of a page that are no rows, by words that what the office owes could bear.
fn outside(opened: &Opened, site: &Site, read: &listing::ListingRead<'_>, page: &ListingPage) -> Vec<Entry> {
    if site.owes.owed.is_empty() {
        return Vec::new();
    }
    let owed = || site.owes.owed.iter().filter_map(|obligation| site.kinds.get(&obligation.kind).zip(Some(obligation)));
    let office = site.office();
    let is_like = |words: &str| owed().any(|(kind, obligation)| Like { obligation, kind }.may_stand_outside(words));
    listing::outside::links(&opened.tree, read, page, |words| is_like(words) && office.whose(words) != Whose::Others)
}

/// An API that says it failed, or says nothing, may be in order in an hour; one that says something else needs a person.
fn class_of(error: &ListingError) -> Class {
    match error {
        ListingError::Empty | ListingError::Failed(_) => Class::Transient,
        ListingError::OtherFormat { .. } | ListingError::Broken { .. } | ListingError::NoItems { .. } => Class::Layout,
    }
}

fn read_rules<'a>(site: &'a Site, url: &'a Url) -> ReadRules<'a> {
    ReadRules {
        url: Some(url),
        zone: &site.timezone,
        site: Some(&site.report),
        family: site.family.as_deref(),
        min_body_chars: site.expect.min_body_chars,
    }
}

fn answer<'a>(capture: &'a Capture, home: &'a Url) -> kind::Answer<'a> {
    kind::Answer {
        status: capture.status,
        asked: Some(&capture.url),
        landed: Some(&capture.final_url),
        home: Some(home),
    }
}

fn opened(capture: &Capture, site: &Site, answer: &kind::Answer<'_>) -> Result<Opened, Failure> {
    Opened::of(capture, site.fetch.charset.as_deref(), answer).map_err(|error| undecoded(&error))
}

fn undecoded(error: &TreeError) -> Failure {
    Failure::new(Class::Layout, Stage::Decode, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_the_day_that_no_page_states_and_no_year_that_the_page_knows_better() {
        let day = |text: &str| -> Stated { text.parse().expect("a day") };
        let page = |published: &str| Document {
            published: Some(day(published)),
            from: [(FieldName::Published, Origin::Meta)].into(),
            ..Document::default()
        };
        let by_row = |document, row| settled(document, None, Some(day(row)));
        let undated = by_row(Document::default(), "2026-03-18");
        assert_eq!((undated.published, undated.from.is_empty()), (Some(day("2026-03-18")), true));
        let generated = by_row(page("2026-11-02"), "2026-03-18");
        assert_eq!((generated.published, generated.from.is_empty()), (Some(day("2026-03-18")), true));
        let made_at = |asked_at: &str, stated: &str| {
            let document = Document { published: Some(day(stated)), ..Document::default() };
            let asked_at: Timestamp = asked_at.parse().expect("a time");
            let zone = TimeZone::fixed(jiff::tz::offset(8));
            without_clock(document, day("2026-03-18"), (asked_at, &zone)).published
        };
        let made_now = |stated| made_at("2026-03-20T02:00:00Z", stated);
        assert_eq!(made_now("2026-03-20T09:58:30+08:00"), Some(day("2026-03-18")));
        assert_eq!(made_at("2026-03-19T16:00:02Z", "2026-03-20"), Some(day("2026-03-18")), "at midnight");
        for stated in ["2026-03-20", "2026-03-20T09:40:00+08:00", "2026-03-18T10:00:00+08:00"] {
            assert_eq!(made_now(stated), Some(day(stated)));
        }
        let years_ago = by_row(page("2024-03-18"), "2026-03-18");
        assert_eq!((years_ago.published, years_ago.from.len()), (Some(day("2024-03-18")), 1));
    }
}
