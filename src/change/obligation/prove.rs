//! Whether it is proved that a report did not appear. In: the facts. Out: every gap of the proof; none: it is proved.
//!
//! The proof: a listing that is known to hold the kind, and every other listing of the site, was walked to its end after
//! the due day and seen lately; no title, no file and no other site shows anything that may be it.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::SignedDuration;
use regex::Regex;
use url::Url;

use super::assess::{Question, Remark};
use super::folder;
use super::office::Whose;
use super::{Below, Facts, Like, ListingFacts, PageSeen, Seen, SeenIn};
use crate::change::canonical::canonical;
use crate::change::fingerprint::bare;
use crate::change::year;
use crate::page::pattern;

/// How old the last look at a listing may be: all pages are walked weekly, and a day more for a site that was busy.
const LATELY: SignedDuration = SignedDuration::from_hours(8 * 24);
/// Years before the one in question whose own report shows where the office puts them.
const YEARS_BEFORE: i16 = 2;
/// Most titles that a remark repeats: enough to look at, few enough to read.
const MOST_SHOWN: usize = 20;

/// What a report calls itself. A listing may say that all its rows are reports, and hold a plan or a notice among them.
static PAPER: LazyLock<Regex> = LazyLock::new(|| pattern("报告|报表|年报|总结|情况"));
/// What is no report, whatever its listing says.
static NO_PAPER: LazyLock<Regex> =
    LazyLock::new(|| pattern("(?:通知|方案|要点|解读|简报|纪要|意见|函)(?:\\([^)]*\\))?$"));

/// What keeps the proof from being whole.
pub(super) fn gaps(question: &Question<'_>, facts: &Facts) -> Vec<Remark> {
    let mut gaps = Vec::new();
    gaps.extend((question.is_paused || facts.is_aside).then_some(Remark::Paused));
    gaps.extend(facts.trouble.clone().map(|reason| Remark::Trouble { reason }));
    let holders: Vec<&ListingFacts> = facts.listings.iter().filter(|it| question.holds_kind(it, facts)).collect();
    let of_other_years = facts.listings.iter().filter_map(|listing| question.of_other_year(listing, facts));
    gaps.extend(of_other_years);
    if holders.is_empty() {
        gaps.push(Remark::NoPlace);
    } else if !holders.iter().any(|holder| reaches_back(question, holder)) {
        gaps.push(Remark::NotWatchedThen);
    }
    gaps.extend(facts.listings.iter().filter_map(|listing| gap_of(question, listing)));
    gaps.extend(of_titles(question, facts));
    gaps
}

/// What the proof rests on.
pub(super) fn proof(question: &Question<'_>, facts: &Facts) -> Vec<Remark> {
    let proof_at = question.obligation.proof_at(question.year, question.zone);
    let walked = facts.listings.iter().filter(|it| it.whole_walk.is_some_and(|walk| walk.begun_at >= proof_at));
    let looked_at =
        Remark::LookedAt { listings: walked.count() as u64, titles: facts.seen.len() as u64 + facts.n_unlike };
    let holders: Vec<&ListingFacts> = facts.listings.iter().filter(|it| question.holds_kind(it, facts)).collect();
    let was_watched = holders.iter().any(|holder| was_watched(question, holder));
    let oldest = holders.iter().filter_map(|holder| holder.oldest_row).min().filter(|_| !was_watched);
    let reaches_back = oldest.map(|oldest_row| Remark::ReachesBack { oldest_row });
    [looked_at].into_iter().chain(reaches_back).collect()
}

impl Question<'_> {
    /// Whether a listing should hold the report.
    fn holds_kind(&self, listing: &ListingFacts, facts: &Facts) -> bool {
        self.is_of_kind(listing, facts) && self.of_other_year(listing, facts).is_none()
    }

    /// Whether a listing holds reports of the kind: its file says so, or the office's own one of a year before stands there.
    fn is_of_kind(&self, listing: &ListingFacts, facts: &Facts) -> bool {
        let before = self.year - YEARS_BEFORE..self.year;
        listing.is_named || self.years_in(listing, facts).any(|year| before.contains(&year))
    }

    /// The years of the office's own reports of the kind that stand in a listing.
    fn years_in(&self, listing: &ListingFacts, facts: &Facts) -> impl Iterator<Item = i16> {
        let is_of_kind = |seen: &&Seen| seen.kind.as_deref() == Some(&self.obligation.kind);
        let shows = |seen: &&Seen| {
            seen.listings.contains(&listing.url) && self.is_borne_out(&seen.title) && self.office.is_own(&seen.title)
        };
        facts.seen.iter().filter(is_of_kind).filter(shows).filter_map(|seen| self.year_of(seen))
    }

    /// That a listing of the kind is a column of another year: the report stands in one that nobody watches. Where it holds
    /// a report, that tells whether it is named after the year of publication.
    fn of_other_year(&self, listing: &ListingFacts, facts: &Facts) -> Option<Remark> {
        let folder = folder::year_of(listing).filter(|_| self.is_of_kind(listing, facts))?;
        let ahead: Vec<i16> = self.years_in(listing, facts).map(|year| folder - year).collect();
        let ahead = if ahead.is_empty() { vec![0, 1] } else { ahead };
        let is_other = !ahead.iter().any(|ahead| self.year + ahead == folder);
        is_other.then(|| Remark::OfOtherYear { listing: listing.listing.clone(), year: folder })
    }
}

/// An address of the site file as those of links are written.
fn canonical_of(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| canonical(&url))
}

/// An address without what tells no column from another: scheme, `www.`, the name of an index page.
fn column(url: &str) -> &str {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.strip_prefix("www.").unwrap_or(url);
    let is_index = |(_, page): &(&str, &str)| page.starts_with("index.") || page.starts_with("default.");
    url.rsplit_once('/').filter(is_index).map_or(url, |(folder, _)| folder).trim_end_matches('/')
}

/// Whether a listing would show the report, had it been there before watching began.
fn reaches_back(question: &Question<'_>, listing: &ListingFacts) -> bool {
    let opens = question.obligation.opens(question.year);
    was_watched(question, listing) || listing.oldest_row.is_some_and(|oldest| oldest < opens)
}

/// Whether a listing was watched before the due day was over.
fn was_watched(question: &Question<'_>, listing: &ListingFacts) -> bool {
    listing.watched_since.is_some_and(|at| at < question.obligation.ends_at(question.year, question.zone))
}

fn gap_of(question: &Question<'_>, facts: &ListingFacts) -> Option<Remark> {
    let since_at = question.obligation.proof_at(question.year, question.zone);
    let listing = facts.listing.clone();
    let Some(walk) = facts.whole_walk.filter(|walk| walk.begun_at >= since_at && walk.ended_at <= question.now) else {
        return Some(Remark::NotWalked { listing, since_at, reason: facts.reason.clone() });
    };
    let opens = question.obligation.opens(question.year);
    if !walk.is_to_the_end && walk.oldest_row.is_none_or(|oldest| oldest > opens) {
        return Some(Remark::NotToTheEnd { listing, oldest_row: walk.oldest_row });
    }
    if walk.is_to_the_end && facts.below.is_some_and(|below| may_have_dropped(question, facts, below)) {
        return Some(Remark::NewestOnly { listing, oldest_row: walk.oldest_row });
    }
    let looked_at = facts.looked_at.max(Some(walk.ended_at));
    let is_late = looked_at.is_none_or(|at| question.now.duration_since(at) > LATELY);
    is_late.then_some(Remark::NotLately { listing, looked_at })
}

/// Whether a row of the time in question may have left a listing before anybody saw it: it was not watched all that time, and
/// nothing tells that it shows all that it ever held.
fn may_have_dropped(question: &Question<'_>, facts: &ListingFacts, below: Below) -> bool {
    let opens = question.obligation.opens(question.year);
    let opens_at = question.obligation.opens_at(question.year, question.zone);
    let was_seen = facts.watched_since.is_some_and(|at| at <= opens_at)
        || below.oldest_walked.is_some_and(|oldest| oldest <= opens);
    !below.shows_end && (below.has_gap || !was_seen)
}

/// Titles that may be the report.
fn of_titles(question: &Question<'_>, facts: &Facts) -> impl Iterator<Item = Remark> {
    let shown = |reports: Vec<&Seen>| reports.into_iter().take(MOST_SHOWN).cloned().collect::<Vec<Seen>>();
    // Where a person has said whose reports count, those of others are left aside.
    let may_be_own =
        |seen: &&Seen| question.office.own.is_none() || question.office.whose(&seen.title) != Whose::Others;
    let of_kind = facts.seen.iter().filter(|seen| question.is_of_kind_and_year(seen));
    let of_others: Vec<&Seen> = of_kind.filter(may_be_own).collect();
    let unread: Vec<&Seen> = facts.seen.iter().filter(|seen| question.may_turn_out(seen)).collect();
    let may_be: Vec<&Seen> = facts.seen.iter().filter(|seen| question.may_be(seen)).collect();
    let remarks = [
        (!of_others.is_empty()).then(|| Remark::OfOthers { reports: shown(of_others) }),
        (!unread.is_empty()).then(|| Remark::Unread { reports: shown(unread) }),
        (!may_be.is_empty()).then(|| Remark::MayBe { reports: shown(may_be) }),
        (!facts.elsewhere.is_empty()).then(|| Remark::Elsewhere { reports: shown(facts.elsewhere.iter().collect()) }),
    ];
    remarks.into_iter().flatten().chain(question.linked_outside(facts))
}

impl Like<'_> {
    /// Whether a title is that of a paper which is no report, whatever its listing says.
    pub fn is_no_paper(self, title: &str) -> bool {
        NO_PAPER.is_match(&bare(title))
    }
}

impl Question<'_> {
    fn like(&self) -> Like<'_> {
        Like { obligation: self.obligation, kind: self.kind }
    }

    /// Whether a row whose page was not read may turn out to be it.
    fn may_turn_out(&self, seen: &Seen) -> bool {
        let may_be_read = match seen.page {
            PageSeen::Unread => self.like().may_turn_out(&bare(&seen.title)),
            PageSeen::RowOnly => self.like().may_be_by_row(&seen.title, None),
            PageSeen::Read | PageSeen::MuteBeside => false,
        };
        may_be_read && seen.kind.is_none() && self.is_of_the_time(seen)
    }

    /// Whether a title that was not told to be it may be it after all.
    fn may_be(&self, seen: &Seen) -> bool {
        // Whose it is comes last: it costs more than all the rest, and most titles are about something else.
        seen.seen_in != SeenIn::Outside
            && !self.is_of_kind_and_year(seen)
            && self.is_like_it(seen)
            && self.office.whose(&seen.title) != Whose::Others
    }

    /// The links on the pages of the listings, outside their rows, that may be it; each of the first listing that shows it.
    fn linked_outside(&self, facts: &Facts) -> Vec<Remark> {
        let mut told: HashSet<&str> = HashSet::new();
        let mut remarks = Vec::new();
        for listing in &facts.listings {
            let of_listing = |seen: &&Seen| seen.seen_in == SeenIn::Outside && seen.listings.contains(&listing.url);
            let links =
                facts.seen.iter().filter(of_listing).filter(|seen| self.may_stand_outside(seen, listing, facts));
            let links = links.filter(|seen| told.insert(&seen.url)).take(MOST_SHOWN);
            let reports: Vec<Seen> = links.cloned().collect();
            if !reports.is_empty() {
                remarks.push(Remark::Outside { listing: listing.listing.clone(), reports });
            }
        }
        remarks
    }

    /// Whether a link outside the rows of a listing is one to the report, as far as its words tell.
    fn may_stand_outside(&self, seen: &Seen, listing: &ListingFacts, facts: &Facts) -> bool {
        let is_its_year = year::of(&seen.title) == Some(self.year) && self.is_of_the_time(seen);
        if !is_its_year || !self.like().may_stand_outside(&seen.title) {
            return false;
        }
        // A bare year is that of a column, and beside other papers one of these; a page of the site file is watched.
        let is_scripted = seen.url == canonical_of(&listing.url);
        let is_general = Like::names_no_matter(&seen.title);
        let is_watched = || facts.listings.iter().any(|it| column(&canonical_of(&it.url)) == column(&seen.url));
        let may_lead_to_it =
            if is_scripted { !is_general } else { !is_watched() && (!is_general || self.holds_kind(listing, facts)) };
        may_lead_to_it && self.office.whose(&seen.title) != Whose::Others
    }

    /// Whether kind, year and day of a title leave it open that it is the report, whoever's it is.
    fn is_like_it(&self, seen: &Seen) -> bool {
        let of_kind = seen.kind.as_deref() == Some(&self.obligation.kind);
        if !of_kind && !self.is_of_the_time(seen) {
            return false;
        }
        let titled = bare(&seen.title);
        match (of_kind, self.year_of(seen)) {
            // Without a year, or with that of its publication, or with last year's title left on it.
            (true, None) => self.is_of_the_time(seen),
            (true, Some(year)) if year == self.year + 1 => self.is_of_the_time(seen) && !self.is_of_next_time(seen),
            (true, Some(year)) if year == self.year - 1 => self.is_of_the_time(seen),
            // Of a year that is still to come: a slip.
            (true, Some(year)) if year > self.year + 1 => self.is_of_the_time(seen) && !self.is_of_next_time(seen),
            // Of its listing's kind, by a title that does not bear it out.
            (true, Some(year)) if year == self.year => !NO_PAPER.is_match(&titled),
            // Its text gives it a year that its title does not, and it came when this one was awaited.
            (true, Some(_)) => seen.text.is_some() && self.is_of_the_time(seen) && !self.is_of_next_time(seen),
            (false, _) => {
                let is_like = self.like().is_like(&titled, seen.kind.as_deref());
                let may_be = is_like || (seen.page == PageSeen::MuteBeside && self.like().may_be_beside(&titled));
                may_be && year::of(&seen.title).is_none_or(|year| year == self.year)
            }
        }
    }

    /// Whether a title bears out the kind that its listing or its page gave it.
    pub(super) fn is_credible(&self, title: &str) -> bool {
        let title = bare(title);
        let is_not = self.kind.not.iter().any(|pattern| pattern.is_match(&title));
        !is_not && (self.kind.is_bare_titled(&title) || PAPER.is_match(&title))
    }

    /// Whether it appeared when the report in question may have appeared, as far as is known.
    fn is_of_the_time(&self, seen: &Seen) -> bool {
        let first_seen = || seen.first_seen_at.to_zoned(self.zone.clone()).date();
        seen.published.unwrap_or_else(first_seen) >= self.obligation.opens(self.year)
    }

    /// Whether it appeared when the report about the year after is awaited.
    fn is_of_next_time(&self, seen: &Seen) -> bool {
        let opens = self.obligation.opens(self.year + 1);
        !seen.is_year_assumed && seen.published.is_some_and(|stated| stated >= opens)
    }
}
