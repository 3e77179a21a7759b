//! What of a coverage is told, and that each thing is told once: a reminder, "overdue", follow-ups, the late arrival.
//!
//! In: a coverage, what was told before. Out: the next thing to tell, and its event. Never: news of a day that was over
//! before it was first looked at; that is for the `coverage` command.

use std::time::Duration;

use jiff::Timestamp;

use super::assess::{before, days_between};
use super::{Coverage, CoverageState, Obligation, Remark, words};
use crate::model::{Event, EventKind, Owed, SiteId, Why};

/// When something is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// How long before the due day it is reminded of; nothing: never.
    pub remind: Duration,
    /// How long after the due day "overdue" is told again, in order.
    pub follow_ups: Vec<Duration>,
}

impl Default for Manner {
    /// A week before; a week and a month after.
    fn default() -> Self {
        let days = |n: u64| Duration::from_hours(n * 24);
        Self { remind: days(7), follow_ups: vec![days(7), days(30)] }
    }
}

/// What was told of an obligation before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each thing was told or was not")]
pub struct Told {
    /// When it was first assessed.
    pub first_assessed_at: Timestamp,
    /// Whether its day was over by then: then nothing is told of it but an arrival.
    pub is_silent: bool,
    /// Whether its day was reminded of.
    pub is_reminded: bool,
    /// Whether "overdue" was told.
    pub is_overdue_told: bool,
    /// Follow-ups that were told or passed by.
    pub n_follow_ups: u32,
    /// Whether its arrival was told.
    pub is_arrival_told: bool,
}

impl Told {
    /// Before anything was told.
    pub fn nothing(first_assessed_at: Timestamp, is_silent: bool) -> Self {
        Self {
            first_assessed_at,
            is_silent,
            is_reminded: false,
            is_overdue_told: false,
            n_follow_ups: 0,
            is_arrival_told: false,
        }
    }

    /// After this was told.
    #[must_use]
    pub fn and(self, telling: Telling) -> Self {
        match telling {
            Telling::DueSoon { .. } => Self { is_reminded: true, ..self },
            Telling::Overdue { n_follow_ups, .. } => Self { is_overdue_told: true, n_follow_ups, ..self },
            Telling::Arrived { .. } => Self { is_arrival_told: true, ..self },
        }
    }
}

/// Something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Telling {
    /// The day comes near.
    DueSoon {
        /// Days that are left.
        days: i32,
    },
    /// It did not appear.
    Overdue {
        /// Days since the due day.
        days: i32,
        /// Follow-ups that are told or passed by with this one.
        n_follow_ups: u32,
    },
    /// It appeared after its day, or was found after "overdue" was told.
    Arrived {
        /// Days since the due day; 0: it had been on time.
        days: i32,
    },
}

/// The next thing to tell, if there is one. `today` is a day of the site's zone.
pub fn telling(coverage: &Coverage, told: &Told, manner: &Manner, today: jiff::civil::Date) -> Option<Telling> {
    match coverage.state {
        CoverageState::NotDue => {
            let days = whole_days(manner.remind);
            let is_near = days > 0 && today >= before(coverage.due, days);
            let due_soon = Telling::DueSoon { days: days_between(today, coverage.due) };
            (is_near && !told.is_reminded && !told.is_silent).then_some(due_soon)
        }
        CoverageState::Overdue if told.is_silent || told.is_arrival_told => None,
        CoverageState::Overdue => {
            let days = days_between(coverage.due, today);
            // After a long silence one is told, not each that was missed.
            let n_passed = manner.follow_ups.iter().filter(|after| whole_days(**after) <= days).count();
            let n_follow_ups = u32::try_from(n_passed).unwrap_or(u32::MAX).max(told.n_follow_ups);
            let is_news = !told.is_overdue_told || n_follow_ups > told.n_follow_ups;
            is_news.then_some(Telling::Overdue { days, n_follow_ups })
        }
        CoverageState::Late | CoverageState::OnTime if told.is_arrival_told => None,
        CoverageState::OnTime => told.is_overdue_told.then_some(Telling::Arrived { days: 0 }),
        CoverageState::Late => {
            let days = coverage.lag_days.unwrap_or(0);
            let is_seen_since =
                coverage.found.as_ref().is_some_and(|it| it.first_seen_at > told.first_assessed_at && !it.is_baseline);
            (told.is_overdue_told || is_seen_since).then_some(Telling::Arrived { days })
        }
        CoverageState::Unknown => None,
    }
}

/// The event that tells it.
pub fn event(site: &SiteId, obligation: &Obligation, coverage: &Coverage, telling: Telling, now: Timestamp) -> Event {
    let (kind, days) = match telling {
        Telling::DueSoon { days } => (EventKind::DueSoon, days),
        Telling::Overdue { days, .. } => (EventKind::Overdue, days),
        Telling::Arrived { days } => (EventKind::Arrived, days),
    };
    let mut event = Event::new(kind, site.clone(), now);
    event.kind = Some(coverage.kind.clone());
    event.year = Some(coverage.year);
    event.count = u64::try_from(days).ok();
    event.title = Some(format!("{} {}", coverage.year, obligation.name));
    event.reason = Some(words::in_short(obligation, coverage, telling));
    event.why = Some(Why::Obligation(owed(obligation, coverage, kind)));
    if let Some(found) = &coverage.found {
        event.report = found.report;
        event.url = Some(found.url.clone());
        event.title = Some(found.title.clone());
        event.published = found.published.map(crate::model::Stated::day);
    }
    event
}

/// The facts of what is told.
fn owed(obligation: &Obligation, coverage: &Coverage, kind: EventKind) -> Owed {
    let (name, source) = (obligation.name.clone(), obligation.source.clone());
    let mut owed = Owed { name, due: coverage.due, source, listings: None, titles: None, oldest_row: None };
    // What an arrival rests on is the report itself.
    for remark in coverage.remarks.iter().filter(|_| kind == EventKind::Overdue) {
        match remark {
            Remark::LookedAt { listings, titles } => {
                (owed.listings, owed.titles) = (Some(*listings), Some(*titles));
            }
            Remark::ReachesBack { oldest_row } => owed.oldest_row = Some(*oldest_row),
            _ => {}
        }
    }
    owed
}

fn whole_days(span: Duration) -> i32 {
    i32::try_from(span.as_secs() / (24 * 60 * 60)).unwrap_or(i32::MAX)
}
