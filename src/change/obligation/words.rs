//! Coverage in plain words: what is said of an office, on what evidence, and what would settle what is not known.
//!
//! Text from portals stands in these words as it is: whoever prints them cleans them.

use jiff::Timestamp;

use super::{Coverage, CoverageState, Obligation, Remark, Seen, SeenIn, Telling, YearBy};
use crate::change::render::Lang;

mod chinese;

pub use chinese::in_short as in_short_chinese;

/// Titles that are named, of more than these the number.
const MOST_TITLES: usize = 3;

/// One sentence for an alert.
pub fn in_short(obligation: &Obligation, coverage: &Coverage, telling: Telling) -> String {
    let Obligation { name, source, .. } = obligation;
    let Coverage { year, due, .. } = coverage;
    match telling {
        Telling::DueSoon { days: 0 } => format!("the {name} about {year} is due today and was not seen yet ({source})"),
        Telling::DueSoon { days } => {
            format!("the {name} about {year} is due by {due}, in {}, and was not seen yet ({source})", counted(days))
        }
        Telling::Overdue { days, .. } => format!(
            "the {name} about {year} was due by {due} and is not on this site, {} later: {} ({source})",
            counted(days),
            coverage.remarks.iter().map(remark).collect::<Vec<_>>().join("; ")
        ),
        Telling::Arrived { days: 0 } => {
            format!("the {name} about {year}, told as overdue, is found and was on time: what was told is taken back")
        }
        Telling::Arrived { days } => {
            format!("the {name} about {year} appeared {} after it was due on {due}", counted(days))
        }
    }
}

/// The words of one language, as the web page says them. `minute` writes an instant.
#[derive(Debug, Clone, Copy)]
pub struct Voice {
    /// The language.
    pub lang: Lang,
    /// How an instant is written.
    pub minute: fn(Timestamp) -> String,
}

impl Voice {
    /// The state in words.
    pub fn state(self, coverage: &Coverage) -> String {
        match self.lang {
            Lang::En => state(coverage),
            Lang::Zh => chinese::state(coverage),
        }
    }

    /// One remark as a clause.
    pub fn remark(self, remark: &Remark) -> String {
        match self.lang {
            Lang::En => english(remark, self.minute),
            Lang::Zh => chinese::remark(remark, self.minute),
        }
    }

    /// What a person may do about a gap of the proof at a site; `None`: nothing, or only wait.
    pub fn settles(self, remark: &Remark, site: &str) -> Option<String> {
        match self.lang {
            Lang::En => settles(remark, site),
            Lang::Zh => chinese::settles(remark, site),
        }
    }
}

/// The state in words.
pub fn state(coverage: &Coverage) -> String {
    match (coverage.state, coverage.lag_days) {
        (CoverageState::NotDue, _) => "not due".to_owned(),
        (CoverageState::OnTime, _) => "on time".to_owned(),
        (CoverageState::Late, Some(days)) => format!("late by {}", counted(days)),
        (CoverageState::Late, None) => "late".to_owned(),
        (CoverageState::Overdue, Some(days)) => format!("overdue for {}", counted(days)),
        (CoverageState::Overdue, None) => "overdue".to_owned(),
        (CoverageState::Unknown, _) => "unknown".to_owned(),
    }
}

/// One remark as a clause, with instants in UTC.
pub fn remark(remark: &Remark) -> String {
    english(remark, minute)
}

#[expect(clippy::too_many_lines, reason = "one arm a remark")]
fn english(remark: &Remark, minute: fn(Timestamp) -> String) -> String {
    match remark {
        Remark::SeenInTime => "it was seen here by its day".to_owned(),
        Remark::RowOnly => "its page could not be read: that it is the report is known by its row alone".to_owned(),
        Remark::StatedOnly => "the day is the one that the page or its listing states".to_owned(),
        Remark::BackDated { missed_at } => format!(
            "its stated day is on time, but the listing was walked to its end on {} without it: dated back, or put there later",
            minute(*missed_at)
        ),
        Remark::Redated { from } => {
            format!("its page stated {from} when it was read first; the day was edited to one that is on time")
        }
        Remark::SeenLater { days } => format!("it was first seen {} after its stated day", counted(*days)),
        Remark::Withdrawn => "it was withdrawn since".to_owned(),
        Remark::Replaced { reports } => format!("it was withdrawn since, and in its place stands {}", titles(reports)),
        Remark::YearUnnamed { by: YearBy::Text } => "its title names no year, its text does".to_owned(),
        Remark::YearUnnamed { by: YearBy::Day } => {
            "neither its title nor its text names its year: it is taken for that of the year before its day".to_owned()
        }
        Remark::Undated => "a report is there, but nothing says when it appeared".to_owned(),
        Remark::YearAssumed => "a report is there, but only a row without a year says when it appeared".to_owned(),
        Remark::Paused => "the site is paused".to_owned(),
        Remark::Trouble { reason } => format!("the site cannot be read now: {reason}"),
        Remark::NoPlace => "no listing of this site is known to hold this kind of report".to_owned(),
        Remark::OfOtherYear { listing, year } => {
            format!("listing {listing:?} is the column of {year}: the report stands in that of another year")
        }
        Remark::NotWalked { listing, since_at, reason } => {
            let why = reason.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            format!("listing {listing:?} was not walked to its end since {}{why}", minute(*since_at))
        }
        Remark::NotToTheEnd { listing, oldest_row } => {
            let to = oldest_row.map(|day| format!(" above {day}")).unwrap_or_default();
            format!("walks of listing {listing:?} end before its last page{to}")
        }
        Remark::NewestOnly { listing, oldest_row } => {
            let to = oldest_row.map(|day| format!(", down to {day}")).unwrap_or_default();
            format!(
                "listing {listing:?} may show its newest rows only{to}: what left it before it was looked at nobody saw"
            )
        }
        Remark::NotLately { listing, looked_at } => {
            let last = looked_at.map(|at| format!(", last on {}", minute(at))).unwrap_or_default();
            format!("listing {listing:?} was not looked at lately{last}")
        }
        Remark::NotWatchedThen => {
            "watching began after the due day, and no listing for this kind reaches back to before it".to_owned()
        }
        Remark::Unread { reports } => format!("listed and not read yet: {}", titles(reports)),
        Remark::MayBe { reports } => format!("may be it: {}", titles(reports)),
        Remark::Outside { listing, reports } => {
            format!("on the page of listing {listing:?}, outside its rows: {}", titles(reports))
        }
        Remark::OfOthers { reports } => {
            format!("of this kind and year, but in another office's name: {}", titles(reports))
        }
        Remark::Elsewhere { reports } => format!("on another site in this office's name: {}", titles(reports)),
        Remark::ReachesBack { oldest_row } => format!(
            "watching began after the due day: the listing shows rows since {oldest_row}, but it may have been taken away before"
        ),
        Remark::LookedAt { listings, titles } => format!(
            "{} walked to the end since, and {} looked at without finding it",
            if *listings == 1 { "1 listing was".to_owned() } else { format!("{listings} listings were") },
            if *titles == 1 { "1 title was".to_owned() } else { format!("{titles} titles were") }
        ),
    }
}

/// What a person may do about a gap of the proof at a site; `None`: nothing, or only wait.
pub fn settles(remark: &Remark, site: &str) -> Option<String> {
    let next = match remark {
        Remark::Paused => "set paused = false in the site file",
        Remark::Trouble { .. } => "see `govwatch status -v`",
        Remark::NoPlace => "give the listing that holds it `kind = ...`, or add one with `govwatch add`",
        Remark::OfOtherYear { .. } => "add the column of that year, or the one above all years, with `govwatch add`",
        Remark::NotWalked { .. } | Remark::NotLately { .. } => {
            return Some(format!("poll the site: `govwatch fetch {site} --full`"));
        }
        Remark::NotToTheEnd { .. } => {
            "`govwatch status -v` says why they end: state `pages`, raise `pages.limit` or move `since` back, then poll the site"
        }
        Remark::NewestOnly { .. } => {
            "add its archive with `govwatch add`, where it has one, or look at the portal yourself"
        }
        Remark::NotWatchedThen | Remark::Undated | Remark::YearAssumed => "look at the portal yourself",
        Remark::Unread { .. } | Remark::RowOnly => "poll the site again; `govwatch status` says why pages fail",
        Remark::MayBe { .. } => {
            "look at them; a `kind` on the listing or a pattern in obligations.toml tells them for good"
        }
        Remark::Outside { .. } => {
            "look at it; where it is the report or leads to it, let `entry` of that listing take it too, or add the list that holds it with `govwatch add`"
        }
        Remark::OfOthers { .. } => "look at them; `office` under [obligations] of the site file says which are its own",
        Remark::Elsewhere { .. } => "look whether that is the publication that is owed",
        Remark::SeenInTime
        | Remark::StatedOnly
        | Remark::BackDated { .. }
        | Remark::Redated { .. }
        | Remark::SeenLater { .. }
        | Remark::Withdrawn
        | Remark::Replaced { .. }
        | Remark::YearUnnamed { .. }
        | Remark::ReachesBack { .. }
        | Remark::LookedAt { .. } => return None,
    };
    Some(next.to_owned())
}

/// The first titles, each with where it stands.
fn titles(reports: &[Seen]) -> String {
    let shown = reports.iter().take(MOST_TITLES).map(|seen| {
        let day = seen.published.map(|day| format!(", {day}")).unwrap_or_default();
        let place = match (seen.seen_in, seen.report) {
            (SeenIn::Attachment | SeenIn::Enclosed, Some(report)) => {
                format!("a file of report {report} of {}", seen.site)
            }
            (SeenIn::PassedOver, _) => format!("a row that the file of {} leaves out", seen.site),
            (SeenIn::Unlinked, _) => format!("a row on {} without a link", seen.site),
            (SeenIn::Outside, _) => format!("a link to {}", seen.url),
            (_, Some(report)) => format!("report {report} of {}", seen.site),
            (_, None) => seen.url.clone(),
        };
        format!("{:?} ({place}{day})", seen.title)
    });
    let mut shown: Vec<String> = shown.collect();
    shown.extend((reports.len() > MOST_TITLES).then(|| format!("and {} more", reports.len() - MOST_TITLES)));
    shown.join(", ")
}

fn counted(days: i32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
