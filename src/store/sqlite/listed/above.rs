//! Which rows of a page that nobody knew are news, and which were there all along.
//!
//! In: the known rows of the page, and where its walk stands. Out: what they tell of the others. Never: a write.

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::met::Met;
use super::super::row::At;
use super::Ground;
use crate::model::Stated;
use crate::store::{Bound, EntryRecord, Stands};

/// Rows of a page that show that it is the same column at another address, and those that do where they are most of it.
const LEAST: usize = 4;
const LEAST_OF_MOST: usize = 3;

/// What the known rows of a page tell of those that nobody knew.
pub(super) struct Above {
    /// The last row that an earlier walk saw.
    lowest_old: Option<usize>,
    /// The last row that any walk saw, this one too.
    lowest_known: Option<usize>,
    /// What it shows of the listing at another address.
    former: Option<Former>,
}

/// What a page shows of a column that moved.
struct Former {
    /// Its last row that stood in the listing at its former address.
    lowest: usize,
    /// The day from which on rows above that one may have appeared since.
    since: Date,
    /// The newest day that was seen there: what is newer is new, wherever it stands.
    newest: Option<Date>,
}

impl Former {
    /// Whether a row at this place has appeared since: above known rows, or newer than all of them, as under rows that are
    /// pinned.
    fn is_news(&self, at: usize, entry: &EntryRecord) -> bool {
        let day = entry.date.map(|date| date.date());
        let is_newest = day.is_some_and(|day| self.newest.is_some_and(|newest| day > newest));
        is_newest || (at < self.lowest && day.is_none_or(|day| day >= self.since))
    }
}

/// What a page shows of the listing at another address: a column that moved. Of another column a few rows may stand in both,
/// and a few may be pinned above the news. Behind the first page with such rows there is no news.
fn of_former(conn: &Connection, ground: &Ground, found: &[Met]) -> rusqlite::Result<Option<Former>> {
    /// Papers are dated by the day on which they were signed, and appear some days later.
    const SIGNED_BEFORE: SignedDuration = SignedDuration::from_hours(7 * 24);
    let is_asked = !ground.is_baselined && !ground.is_below_former;
    let Some(former) = ground.former.filter(|_| is_asked) else { return Ok(None) };
    let mut query = conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM listed WHERE listing = ? AND report = ?)")?;
    let mut stood = Vec::new();
    for (at, known) in found.iter().enumerate() {
        if let Met::Elsewhere(report) = known
            && query.query_row(params![former, report], |row| row.get(0))?
        {
            stood.push(at);
        }
    }
    let is_most = stood.len() >= LEAST_OF_MOST && stood.len() * 2 > found.len();
    let Some(&lowest) = stood.last().filter(|_| is_most || stood.len() >= LEAST) else { return Ok(None) };
    let sql = "SELECT looked_at, (SELECT max(date) FROM listed WHERE listing = ?1 AND date IS NOT NULL)
        FROM listings WHERE id = ?1 AND looked_at IS NOT NULL";
    let last = |row: &Row<'_>| Ok((row.get::<_, At>(0)?, row.get::<_, Option<Stated>>(1)?));
    let last = conn.prepare_cached(sql)?.query_row([former], last).optional()?;
    Ok(last.map(|(at, newest)| {
        let newest = newest.map(|newest| newest.date());
        let looked_at = at.0.to_zoned(TimeZone::UTC).date().saturating_sub(SIGNED_BEFORE);
        // A portal that was left as it was is looked at in vain: what is newer than all it showed is new.
        let after = newest.and_then(|newest| newest.tomorrow().ok());
        let since = after.map_or(looked_at, |after| looked_at.min(after));
        Former { lowest, since, newest }
    }))
}

impl Above {
    pub(super) fn of(conn: &Connection, ground: &Ground, found: &[Met]) -> rusqlite::Result<Self> {
        // A pinned row stands on every page: only where it was not met before in this walk does it tell what is old.
        let is_old = |known: &Met| matches!(known, Met::Row(_, row) if row.first_walk < ground.look && row.last_walk != ground.walk);
        Ok(Self {
            lowest_old: found.iter().rposition(is_old),
            lowest_known: found.iter().rposition(|known| matches!(known, Met::Row(..))),
            former: of_former(conn, ground, found)?,
        })
    }

    /// Whether an unknown row at this place was there all along.
    pub(super) fn is_old(&self, ground: &Ground, at: usize, entry: &EntryRecord) -> bool {
        let is_under_known = || self.lowest_known.is_some_and(|lowest| at > lowest);
        // Where a walk was made to stop, the rows below were there: they are no news when it may go on.
        let is_bygone = |since: Date| entry.date.is_some_and(|date| date.date() < since);
        let is_beyond = |bound: Bound| {
            ground.page_no > bound.n_pages
                || (ground.page_no == bound.n_pages && is_under_known())
                || bound.since.is_some_and(is_bygone)
        };
        if ground.is_baselined && ground.news_since.is_some_and(|day| self.is_read_late(day, at, entry)) {
            return true;
        }
        match ground.stands {
            Stands::Again => !ground.is_baselined && is_under_known(),
            Stands::Resumed => !ground.is_baselined || ground.bound.is_some_and(is_beyond),
            Stands::Below | Stands::Above if ground.is_baselined => ground.bound.is_some_and(is_beyond),
            Stands::Below | Stands::Above => {
                // What appeared above the known rows of a column since it was last looked at, at its former address.
                let is_news_of_former = self.former.as_ref().is_some_and(|former| former.is_news(at, entry));
                !is_news_of_former && self.lowest_old.is_none_or(|lowest| at > lowest)
            }
        }
    }

    /// Whether a row stood there before that day and other rules did not see it. One of that very day, or without a date,
    /// is news only above a known row.
    fn is_read_late(&self, day: Date, at: usize, entry: &EntryRecord) -> bool {
        let is_not_above = || self.lowest_known.is_none_or(|lowest| at > lowest);
        match entry.date.map(|date| date.date()) {
            Some(date) if date != day => date < day,
            _ => is_not_above(),
        }
    }

    /// Whether the rows of this walk on earlier pages stand above known ones, and from which day on: they appeared since.
    pub(super) fn news_above(&self, ground: &Ground) -> Option<Date> {
        let is_first_look = !ground.is_baselined && matches!(ground.stands, Stands::Below | Stands::Above);
        match (self.lowest_old, &self.former) {
            _ if !is_first_look => None,
            (Some(_), _) => Some(Date::MIN),
            (None, former) => former.as_ref().map(|former| former.since),
        }
    }

    /// Whether rows of the page stood in the listing at its former address.
    pub(super) fn is_over_former(&self) -> bool {
        self.former.is_some()
    }
}
