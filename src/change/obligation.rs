//! What an office must publish by which day, and whether it did: the law, the facts, and what they prove.
//!
//! In: an [`Obligation`], the facts that the store has of one site, `now`. Out: a [`Coverage`]: its state, and why.
//! Never: "overdue" without proof; where the proof has a gap the state is unknown, and the gap is named.

mod assess;
mod facts;
mod folder;
mod like;
mod office;
mod prove;
mod tell;
pub mod words;

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;
use serde::{Deserialize, Serialize};

pub use assess::{Coverage, Question, Remark, YearBy, assess};
pub use facts::{Below, Facts, ListingFacts, PageSeen, Seen, SeenIn, WalkFacts};
pub use like::Like;
pub use office::{Office, Whose};
pub use tell::{Manner, Telling, Told, event, telling};

/// What sort of office a site belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A government of some level.
    Government,
    /// A department of a government.
    Department,
}

/// Of which level an office is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The State Council and its departments.
    National,
    /// 省、自治区、直辖市.
    Province,
    /// 地级市、自治州、盟.
    City,
    /// 县、区、县级市、旗.
    County,
    /// 乡、镇、街道.
    Township,
}

impl Level {
    /// The level of a GB/T 2260 code, whose last pairs are zero above the county. Townships share their county's code.
    pub fn of_division(code: &str) -> Option<Self> {
        match (code.get(2..4)?, code.get(4..6)?) {
            ("00", "00") => Some(Self::Province),
            (_, "00") => Some(Self::City),
            _ => Some(Self::County),
        }
    }
}

/// Who must publish which kind of report by which day.
#[derive(Debug, Clone)]
pub struct Obligation {
    /// The kind of report.
    pub kind: String,
    /// What people call it: 法治政府建设年度报告.
    pub name: String,
    /// Whom it binds; empty: every unit.
    pub units: Vec<Unit>,
    /// Of which levels; empty: of all.
    pub levels: Vec<Level>,
    /// Where the GB/T 2260 code begins with one of these; empty: everywhere.
    pub divisions: Vec<String>,
    /// The last day on which it is on time, month and day, in the year after the one that it reports on.
    pub due: (i8, i8),
    /// The first year that it was owed for.
    pub first_year: i16,
    /// How long after that day the walks begin that may prove that it did not appear: portals build their pages late.
    pub grace: Duration,
    /// Patterns on titles that may be it though its kind was not told; they hold back "overdue".
    pub near: Vec<Regex>,
    /// Patterns on titles that are near and never it.
    pub far: Vec<Regex>,
    /// The rule that says so.
    pub source: String,
}

/// A report about a year may appear in the last month of that year; what is older is about another one.
const OPENS: (i8, i8) = (12, 1);

impl Obligation {
    /// Whether it binds an office of this sort.
    pub fn binds(&self, unit: Unit, level: Option<Level>, division: Option<&str>) -> bool {
        let is_level = self.levels.is_empty() || level.is_some_and(|level| self.levels.contains(&level));
        let is_place = self.divisions.is_empty()
            || division.is_some_and(|code| self.divisions.iter().any(|prefix| code.starts_with(prefix.as_str())));
        (self.units.is_empty() || self.units.contains(&unit)) && is_level && is_place
    }

    /// The last day on which the report about this year is on time.
    pub fn due_day(&self, year: i16) -> Date {
        let (month, day) = self.due;
        Date::new(year.saturating_add(1), month, day).unwrap_or(Date::MAX)
    }

    /// The first day on which a report about this year may appear.
    pub fn opens(&self, year: i16) -> Date {
        Date::new(year, OPENS.0, OPENS.1).unwrap_or(Date::MIN)
    }

    /// When that day begins, in the zone of the site.
    pub fn opens_at(&self, year: i16, zone: &TimeZone) -> Timestamp {
        self.opens(year).to_zoned(zone.clone()).map_or(Timestamp::MIN, |midnight| midnight.timestamp())
    }

    /// When the due day is over, in the zone of the site.
    pub fn ends_at(&self, year: i16, zone: &TimeZone) -> Timestamp {
        let after = self.due_day(year).tomorrow().unwrap_or(Date::MAX);
        after.to_zoned(zone.clone()).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Walks that begin at this instant or later may prove that the report did not appear.
    pub fn proof_at(&self, year: i16, zone: &TimeZone) -> Timestamp {
        let grace = SignedDuration::try_from(self.grace).unwrap_or(SignedDuration::MAX);
        self.ends_at(year, zone).checked_add(grace).unwrap_or(Timestamp::MAX)
    }

    /// The newest instant of that kind that has passed: whole walks of before it prove nothing about the last due day.
    pub fn last_proof_at(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let this_year = now.to_zoned(zone.clone()).year();
        let passed = (0..3).map(|back| self.proof_at(this_year - back, zone));
        passed.filter(|at| *at <= now).max()
    }
}

/// Whether a report was published as owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverageState {
    /// Its day is not over, and it was not seen yet.
    NotDue,
    /// It was there by its day.
    OnTime,
    /// It appeared after its day.
    Late,
    /// It is proved not to have appeared.
    Overdue,
    /// Nothing is proved.
    Unknown,
}

impl CoverageState {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotDue => "not_due",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Overdue => "overdue",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the report was found.
    pub fn is_found(self) -> bool {
        matches!(self, Self::OnTime | Self::Late)
    }
}

#[cfg(test)]
mod tests;
