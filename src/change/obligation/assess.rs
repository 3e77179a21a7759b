//! From facts to a state. In: an obligation, a year, what was seen. Out: a [`Coverage`] with what speaks for it.
//!
//! A report that was found decides by its days alone; only where none was found the walks are asked for a proof.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use super::office::Office;
use super::prove;
use super::{CoverageState, Facts, Like, Obligation, PageSeen, Seen, SeenIn};
use crate::change::fingerprint::bare;
use crate::change::paper_title::paper;
use crate::change::report_kind::Kind;
use crate::change::year;
use crate::model::ReportState;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// The rule.
    pub obligation: &'q Obligation,
    /// How a report of that kind is told.
    pub kind: &'q Kind,
    /// The year that the report is about.
    pub year: i16,
    /// Whose report it is.
    pub office: &'q Office,
    /// The zone of the site.
    pub zone: &'q TimeZone,
    /// Whether its file leaves the site alone.
    pub is_paused: bool,
    /// The time.
    pub now: Timestamp,
}

/// Whether one office published one report, and why that is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The kind of report.
    pub kind: String,
    /// The year that it is about.
    pub year: i16,
    /// Its state.
    pub state: CoverageState,
    /// The last day on which it is on time.
    pub due: Date,
    /// Days between that day and its appearance (late) or today (overdue).
    pub lag_days: Option<i32>,
    /// The report that was found.
    pub found: Option<Seen>,
    /// What speaks for the state; where it is unknown, each gap of the proof.
    pub remarks: Vec<Remark>,
}

/// One thing that speaks for a state, or that keeps it from being known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Remark {
    /// It was seen by its day: nothing rests on what the page states.
    SeenInTime,
    /// Only the day that its page or listing states says when it appeared.
    StatedOnly,
    /// Its page was never read: that it is the report is known by its row alone.
    RowOnly,
    /// Its stated day is on time, but a whole walk after the due day ended without it: it is dated back, or stood elsewhere.
    BackDated {
        /// When that walk began, UTC.
        missed_at: Timestamp,
    },
    /// Its page stated a day that is late when it was read first; it states one that is on time since it was edited.
    Redated {
        /// The day that it stated then.
        from: Date,
    },
    /// It was first seen so many days after its stated day.
    SeenLater {
        /// The days.
        days: i32,
    },
    /// It was withdrawn since.
    Withdrawn,
    /// It was withdrawn since, and another one stands in its place.
    Replaced {
        /// What stands there.
        reports: Vec<Seen>,
    },
    /// Its title names no year.
    YearUnnamed {
        /// What the year was told by.
        by: YearBy,
    },
    /// It was found, and nothing says when it appeared.
    Undated,
    /// It was found, and only a row without a year says when it appeared.
    YearAssumed,
    /// Polls are switched off.
    Paused,
    /// The site cannot be read now.
    Trouble {
        /// Why.
        reason: String,
    },
    /// No listing of the site is known to hold reports of this kind.
    NoPlace,
    /// A listing that holds the kind is a column of another year, as its address says.
    OfOtherYear {
        /// The listing.
        listing: String,
        /// Its year.
        year: i16,
    },
    /// A listing was not walked to its end since the proof may begin.
    NotWalked {
        /// The listing.
        listing: String,
        /// From when on a walk would prove something, UTC.
        since_at: Timestamp,
        /// Why its last walk did not.
        reason: Option<String>,
    },
    /// The walks of a listing are made to stop above the time in question.
    NotToTheEnd {
        /// The listing.
        listing: String,
        /// The day down to which it was seen.
        oldest_row: Option<Date>,
    },
    /// A listing shows its newest rows only, or may: what left it in the time in question may be the report.
    NewestOnly {
        /// The listing.
        listing: String,
        /// The day of the oldest row that it shows.
        oldest_row: Option<Date>,
    },
    /// A listing has not been looked at lately.
    NotLately {
        /// The listing.
        listing: String,
        /// When it was, UTC.
        looked_at: Option<Timestamp>,
    },
    /// Watching began after the due day, and no listing that holds the kind reaches back to before it.
    NotWatchedThen,
    /// Rows that may be it and were not read yet.
    Unread {
        /// The rows.
        reports: Vec<Seen>,
    },
    /// Titles that may be it, of no kind, another year, or no year.
    MayBe {
        /// Where they stand.
        reports: Vec<Seen>,
    },
    /// Links on the pages of a listing, outside the rows that its site file reads, by the words of the report.
    Outside {
        /// The listing.
        listing: String,
        /// Where they lead.
        reports: Vec<Seen>,
    },
    /// Reports of the kind and year whose title names another office.
    OfOthers {
        /// The reports.
        reports: Vec<Seen>,
    },
    /// Reports of the kind and year on other sites whose title names this office.
    Elsewhere {
        /// The reports.
        reports: Vec<Seen>,
    },
    /// Watching began after the due day: it is not there, but it may have been taken away before.
    ReachesBack {
        /// The oldest row of a listing that holds the kind.
        oldest_row: Date,
    },
    /// What was looked at without finding it.
    LookedAt {
        /// Listings that were walked whole since.
        listings: u64,
        /// Titles of the time in question.
        titles: u64,
    },
}

/// What the year of a report was told by whose title names none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum YearBy {
    /// The head of its text names it, and the day of its publication may speak for another one.
    Text,
    /// It is the year before its publication: its text names no other.
    Day,
}

/// The state of an obligation, as far as the facts prove one.
pub fn assess(question: &Question<'_>, facts: &Facts) -> Coverage {
    let Question { obligation, year, zone, now, .. } = *question;
    let due = obligation.due_day(year);
    let is_over = now >= obligation.ends_at(year, zone);
    let dated = question.its_own(facts).map(|seen| (dated(question, seen), seen));
    // Of two that were in time the one that still stands.
    let is_gone = |seen: &Seen| seen.state == ReportState::Withdrawn;
    let best = dated.min_by_key(|(dated, seen)| (dated.rank(), is_gone(seen), dated.lag_days, seen.first_seen_at));
    let coverage = |state, lag_days, found, remarks| {
        let kind = obligation.kind.clone();
        Coverage { kind, year, state, due, lag_days, found, remarks }
    };
    match best {
        Some((Dated { state, lag_days, mut remarks }, seen)) => {
            remarks.extend(question.year_by(seen).map(|by| Remark::YearUnnamed { by }));
            remarks.extend(matches!(seen.page, PageSeen::Unread | PageSeen::RowOnly).then_some(Remark::RowOnly));
            if is_gone(seen) {
                let reports: Vec<Seen> = question.its_own(facts).filter(|it| !is_gone(it)).take(1).cloned().collect();
                remarks.push(if reports.is_empty() { Remark::Withdrawn } else { Remark::Replaced { reports } });
            }
            coverage(state, lag_days, Some(seen.clone()), remarks)
        }
        None if !is_over => coverage(CoverageState::NotDue, None, None, Vec::new()),
        None => match prove::gaps(question, facts) {
            gaps if gaps.is_empty() => {
                let lag_days = days_between(due, now.to_zoned(zone.clone()).date());
                coverage(CoverageState::Overdue, Some(lag_days), None, prove::proof(question, facts))
            }
            gaps => coverage(CoverageState::Unknown, None, None, gaps),
        },
    }
}

impl Question<'_> {
    /// What was found of the kind and year that is this office's own.
    fn its_own<'f>(&self, facts: &'f Facts) -> impl Iterator<Item = &'f Seen> {
        facts.seen.iter().filter(|seen| self.is_of_kind_and_year(seen) && self.is_offices(seen))
    }

    /// Whether it is this office's own, as far as its title tells, and its text where the title names nobody.
    fn is_offices(&self, seen: &Seen) -> bool {
        let like = Like { obligation: self.obligation, kind: self.kind };
        let is_said_of_others = |text: &String| like.titles_in(text).any(|title| self.office.is_anothers(&title));
        self.office.is_own(&seen.title)
            && !(self.office.names_nobody(&seen.title) && seen.text.as_ref().is_some_and(is_said_of_others))
    }

    /// Whether a title is of the kind and year. A file tells both by its name; a row that is not followed is none.
    pub(super) fn is_of_kind_and_year(&self, seen: &Seen) -> bool {
        match seen.seen_in {
            SeenIn::Row => {
                let is_of_kind = seen.kind.as_deref() == Some(&self.obligation.kind);
                // What is asked of a text comes behind what a day answers: it costs a hundred times as much.
                let may_be_of_year = is_of_kind && !self.is_before_its_time(seen);
                may_be_of_year && self.year_of(seen) == Some(self.year) && self.is_borne_out(&seen.title)
            }
            SeenIn::Attachment => self.kind.is_titled(stem(&seen.title)) && year::of(&seen.title) == Some(self.year),
            SeenIn::Enclosed | SeenIn::PassedOver | SeenIn::Unlinked | SeenIn::Outside => false,
        }
    }

    /// Whether a title bears out the kind that its listing or its page gave it: a column of such reports may show others too.
    pub(super) fn is_borne_out(&self, title: &str) -> bool {
        let title = bare(title);
        let called = paper(&title).title;
        let like = Like { obligation: self.obligation, kind: self.kind };
        self.is_credible(&called) && (like.may_stand_there(&title) || like.may_stand_there(&called))
    }

    /// The year that a report of the kind is about. Where its title names none its text is asked anew: what is stored may
    /// have been told by the day alone.
    pub(super) fn year_of(&self, seen: &Seen) -> Option<i16> {
        seen.text.as_ref().map_or(seen.year, |text| year::of_kind(self.kind, &seen.title, seen.published, text))
    }

    /// What its year was told by, where its title names none.
    fn year_by(&self, seen: &Seen) -> Option<YearBy> {
        let text = seen.text.as_ref().filter(|_| year::of(&seen.title).is_none())?;
        Some(if year::names(text, self.year) { YearBy::Text } else { YearBy::Day })
    }

    /// Whether it appeared before a report about the year could: it is named after the year in which it was published.
    /// What was watched appearing in time appeared then, whatever day it states.
    fn is_before_its_time(&self, seen: &Seen) -> bool {
        let opens = self.obligation.opens(self.year);
        let first_seen = seen.first_seen_at.to_zoned(self.zone.clone()).date();
        let is_in_time = seen.first_seen_at < self.obligation.ends_at(self.year, self.zone);
        let is_watched = !seen.is_baseline && first_seen >= opens && is_in_time;
        first_seen < opens || (!is_watched && seen.published.is_some_and(|stated| stated < opens))
    }
}

/// The name of a file without what tells its type.
fn stem(name: &str) -> &str {
    /// `.html`, and no more: what follows a dot further ahead is a part of the name.
    const LONGEST: usize = 4;
    let is_type = |ext: &str| ext.len() <= LONGEST && ext.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.trim().rsplit_once('.').filter(|(_, ext)| is_type(ext)).map_or(name, |(stem, _)| stem)
}

/// What a report's days say.
struct Dated {
    state: CoverageState,
    lag_days: Option<i32>,
    remarks: Vec<Remark>,
}

impl Dated {
    fn rank(&self) -> u8 {
        match self.state {
            CoverageState::OnTime => 0,
            CoverageState::Late => 1,
            _ => 2,
        }
    }
}

/// Three clocks: what is stated, when it was first seen, and which walks went without it. That it was seen by its day
/// needs no other word; where it was seen later, its own word counts unless a walk speaks against it.
fn dated(question: &Question<'_>, seen: &Seen) -> Dated {
    let due = question.obligation.due_day(question.year);
    let first_seen = seen.first_seen_at.to_zoned(question.zone.clone()).date();
    let on_time = |remarks| Dated { state: CoverageState::OnTime, lag_days: None, remarks };
    let late = |day, remarks| Dated { state: CoverageState::Late, lag_days: Some(days_between(due, day)), remarks };
    let unknown = |why| Dated { state: CoverageState::Unknown, lag_days: None, remarks: vec![why] };
    if seen.first_seen_at < question.obligation.ends_at(question.year, question.zone) {
        return on_time(vec![Remark::SeenInTime]);
    }
    if seen.is_year_assumed && question.year_by(seen) == Some(YearBy::Day) {
        return unknown(Remark::YearAssumed);
    }
    match (seen.published, seen.missed_at) {
        (Some(stated), Some(missed_at)) if stated <= due => late(first_seen, vec![Remark::BackDated { missed_at }]),
        (Some(stated), None) if stated <= due && seen.stated_first.is_some_and(|first| first > due) => {
            let from = seen.stated_first.unwrap_or(stated);
            late(from, vec![Remark::Redated { from }])
        }
        (Some(stated), None) if stated <= due => {
            let days = days_between(stated, first_seen);
            on_time(if seen.is_baseline { vec![Remark::StatedOnly] } else { vec![Remark::SeenLater { days }] })
        }
        (Some(_), None) if seen.is_year_assumed => unknown(Remark::YearAssumed),
        (Some(stated), _) => late(stated, vec![Remark::StatedOnly]),
        (None, Some(_)) => late(first_seen, Vec::new()),
        (None, None) => unknown(Remark::Undated),
    }
}

/// Whole days from one day to another; negative where the second comes first.
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// A day so many days before another one.
pub(super) fn before(day: Date, days: i32) -> Date {
    day.checked_sub(days.days()).unwrap_or(Date::MIN)
}
