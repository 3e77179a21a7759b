//! What each office owes by which day, assessed from what the store knows: after a poll with news, and once a day for all.
//!
//! In: sites, the time. Out: states kept and told, each thing once. Never: a request; and nothing is told of a day that was
//! over before a site was first looked at.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use url::Url;

use crate::change::obligation::{
    Coverage, CoverageState, Facts, ListingFacts, Manner, Obligation, Office, Question, Telling, Told, assess, telling,
};
use crate::config::{Attachments, Format, ListingRule, Site};
use crate::model::Event;
use crate::store::{CoverageAsk, CoverageRecord, Store, StoreError, Titles};

/// Days before a due day from which on an obligation is assessed, though nobody is reminded yet: it must be known before
/// its day, so that what is told of it later is news.
const DAYS_AHEAD: i32 = 60;
/// Days after a due day until which it is: a report that is a year late is told; later ones `coverage` shows.
const DAYS_AFTER: i32 = 400;

/// Assesses what these sites owe, keeps the states and tells what is to be told. Gives what became owed.
///
/// For the sites of a round of polls when it ends, and once a day for all: days pass for a site that cannot be polled too.
pub async fn assess_sites(
    store: &Store,
    sites: &[Arc<Site>],
    settings: &Manner,
    now: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    for site in sites {
        let mut manner = site.owes.manner(settings);
        if !site.owes.owed.is_empty() && is_paused(store, site).await? {
            // Nobody is reminded of what nobody looks for.
            manner.remind = Duration::ZERO;
        }
        let today = now.to_zoned(site.timezone.clone()).date();
        for owed in &site.owes.owed {
            let years: Vec<i16> = years(owed, &manner, today).collect();
            for (mut coverage, mut facts) in coverage_of_years(store, site, owed, &years, now, Depth::AsNeeded).await? {
                if !is_news(&coverage, &facts, &manner, today) {
                    continue;
                }
                if is_reminder(&coverage, &facts, &manner, (today, now)) {
                    // Nobody is reminded of what is there as a file.
                    let ask = ask(site, owed, coverage.year, &site.office(), true);
                    coverage = with_files(store, site, ask, &mut facts, now).await?;
                }
                let (obligation, manner) = (Arc::clone(owed), manner.clone());
                let ends_at = owed.ends_at(coverage.year, &site.timezone);
                let (id, place) = (site.id.clone(), Some(place(site, owed, &facts).to_string()));
                let record = CoverageRecord { site: id, obligation, coverage, place, manner, ends_at, today, now };
                events.extend(store.record_coverage(record).await?);
            }
        }
    }
    Ok(events)
}

/// Where a reader can look for what is owed: the listing of its kind, else one that shows a report of the kind, else the
/// home page. What is no page for people is passed over.
fn place<'s>(site: &'s Site, obligation: &Obligation, facts: &Facts) -> &'s Url {
    let is_page = |rule: &&ListingRule| {
        rule.post.is_none() && matches!(rule.format, Format::Html | Format::Datastore | Format::Unit)
    };
    let is_named = |rule: &&ListingRule| rule.kind.as_ref() == Some(&obligation.kind);
    let of_kind: Vec<_> = facts.seen.iter().filter(|seen| seen.kind.as_ref() == Some(&obligation.kind)).collect();
    let shows = |rule: &&ListingRule| of_kind.iter().any(|seen| seen.listings.contains(&rule.place()));
    let pages = || site.listings.iter().filter(is_page);
    pages().find(is_named).or_else(|| pages().find(shows)).map_or(&site.home, |rule| &rule.url)
}

/// Whether a state is another one than before, or something is to be told of it: nothing else is worth a write.
fn is_news(coverage: &Coverage, facts: &Facts, manner: &Manner, today: Date) -> bool {
    let Some((told, state)) = &facts.before else { return true };
    *state != coverage.state || telling(coverage, told, manner, today).is_some()
}

/// Whether somebody would be reminded.
fn is_reminder(coverage: &Coverage, facts: &Facts, manner: &Manner, (today, now): (Date, Timestamp)) -> bool {
    let told = facts.before.as_ref().map_or_else(|| Told::nothing(now, false), |(told, _)| told.clone());
    matches!(telling(coverage, &told, manner, today), Some(Telling::DueSoon { .. }))
}

/// The years whose report is awaited or missed now.
fn years(obligation: &Obligation, manner: &Manner, today: Date) -> impl Iterator<Item = i16> {
    let days_ahead = i32::try_from(manner.remind.as_secs() / (24 * 60 * 60)).unwrap_or(DAYS_AHEAD).max(DAYS_AHEAD);
    let last = today.checked_add(days_ahead.days()).unwrap_or(Date::MAX);
    let first = today.checked_sub(DAYS_AFTER.days()).unwrap_or(Date::MIN);
    let is_near = move |day: Date| first <= day && day <= last;
    let (from, due) = (obligation.first_year, [-3, -2, -1, 0].map(|back| today.year() + back));
    let due_days = due.map(|year| (year, obligation.due_day(year)));
    due_days.into_iter().filter(move |(year, day)| *year >= from && is_near(*day)).map(|(year, _)| year)
}

/// How far an assessment looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// As far as the state needs it.
    AsNeeded,
    /// All evidence, to be shown.
    All,
}

/// The state of one obligation of one site about one year, and the facts that it was made of.
pub async fn coverage_of(
    store: &Store,
    site: &Site,
    obligation: &Arc<Obligation>,
    year: i16,
    now: Timestamp,
    depth: Depth,
) -> Result<(Coverage, Facts), StoreError> {
    let mut assessed = coverage_of_years(store, site, obligation, &[year], now, depth).await?;
    Ok(assessed.pop().expect("invariant: a year that is asked for is assessed"))
}

/// The same for several years, in their order: the store is asked for all of them at once.
pub async fn coverage_of_years(
    store: &Store,
    site: &Site,
    obligation: &Arc<Obligation>,
    years: &[i16],
    now: Timestamp,
    depth: Depth,
) -> Result<Vec<(Coverage, Facts)>, StoreError> {
    let (office, zone) = (site.office(), &site.timezone);
    let judge = |year: i16, facts: &Facts| judge(site, obligation, year, facts, now);
    let asks = |years: &mut dyn Iterator<Item = i16>, are_looked_for| -> Vec<CoverageAsk> {
        years.map(|year| ask(site, obligation, year, &office, are_looked_for)).collect()
    };
    let found = store.coverage_facts(asks(&mut years.iter().copied(), false)).await?;
    let judged = years.iter().zip(found).map(|(year, facts)| (judge(*year, &facts), facts));
    let mut assessed: Vec<(Coverage, Facts)> = judged.collect();
    let is_open = |coverage: &Coverage| {
        let is_over = now >= obligation.ends_at(coverage.year, zone);
        depth == Depth::All || (is_over && !coverage.state.is_found())
    };
    let open: Vec<_> = assessed.iter_mut().filter(|(coverage, _)| is_open(coverage)).collect();
    let looked = asks(&mut open.iter().map(|(coverage, _)| coverage.year), true);
    let facts = store.coverage_facts(looked.clone()).await?;
    for ((place, ask), mut facts) in open.into_iter().zip(looked).zip(facts) {
        facts.listings = of_site_file(site, obligation, &facts.listings);
        *place = (judge(ask.year, &facts), facts);
        let (coverage, facts) = place;
        if coverage.state == CoverageState::Overdue {
            // Nothing is said before the names of all files were looked at; only now they are worth reading.
            *coverage = with_files(store, site, ask, facts, now).await?;
        }
    }
    Ok(assessed)
}

/// The state once the files that reports link to were looked at too.
async fn with_files(
    store: &Store,
    site: &Site,
    ask: CoverageAsk,
    facts: &mut Facts,
    now: Timestamp,
) -> Result<Coverage, StoreError> {
    let are_asked_for = site.fetch.attachments != Attachments::List;
    let (year, titles) = (ask.year, ask.titles.clone());
    facts.seen.extend(store.coverage_files(ask, are_asked_for).await?);
    let obligation = &titles.expect("invariant: whoever looks for a report knows its titles").obligation;
    Ok(judge(site, obligation, year, facts, now))
}

/// What the facts prove.
fn judge(site: &Site, obligation: &Obligation, year: i16, facts: &Facts, now: Timestamp) -> Coverage {
    let kind = site.kinds.get(&obligation.kind).expect("invariant: obligations are read beside their kinds");
    let (office, zone) = (site.office(), &site.timezone);
    assess(&Question { obligation, kind, year, office: &office, zone, is_paused: site.paused, now }, facts)
}

/// Whether a site is left alone: by its file, or by a command, which pauses or retires it.
async fn is_paused(store: &Store, site: &Site) -> Result<bool, StoreError> {
    Ok(site.paused || store.site_state(&site.id).await?.is_aside)
}

fn ask(site: &Site, obligation: &Arc<Obligation>, year: i16, office: &Office, is_looked_for: bool) -> CoverageAsk {
    let (opens, opens_at) = (obligation.opens(year), obligation.opens_at(year, &site.timezone));
    CoverageAsk {
        site: site.id.clone(),
        kind: obligation.kind.clone(),
        year,
        proof_at: obligation.proof_at(year, &site.timezone),
        looked_for_since: is_looked_for.then_some((opens, opens_at)),
        office: office.clone(),
        titles: Some(Titles { obligation: Arc::clone(obligation), kinds: Arc::clone(&site.kinds) }),
    }
}

/// The listings as the site file has them now: what it no longer names proves nothing, what was never walked neither.
fn of_site_file(site: &Site, obligation: &Obligation, known: &[ListingFacts]) -> Vec<ListingFacts> {
    let facts = |rule: &ListingRule| {
        let url = rule.place();
        let is_named = rule.kind.as_ref() == Some(&obligation.kind);
        match known.iter().find(|facts| facts.url == url) {
            Some(facts) => ListingFacts { listing: rule.name.clone(), is_named, ..facts.clone() },
            None => ListingFacts {
                listing: rule.name.clone(),
                url,
                is_named,
                watched_since: None,
                whole_walk: None,
                looked_at: None,
                newest_row: None,
                oldest_row: None,
                below: None,
                reason: Some("it was never walked".to_owned()),
            },
        }
    };
    site.listings.iter().map(facts).collect()
}
