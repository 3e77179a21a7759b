//! The timeline, and what the web page shows beside it: each by an index, none of them a walk through all that is known.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row, named_params, params};

use super::row::{At, Count, Json, broken};
use super::site;
use crate::model::{ChangeId, Event, EventKind, SiteId, SiteState};
use crate::store::{Aside, Moment, MonthCount, TimelineFilter, TimelinePage};

/// Changes that one page may look at: what is wanted may be rare, and a page is answered in a tenth of a second.
const MOST_LOOKED_AT: usize = 5000;

/// What SQL is asked by; the rest of a filter is compared row by row.
enum By<'a> {
    Site(&'a SiteId),
    Event(EventKind),
    Kind(&'a str),
    Time,
}

impl<'a> By<'a> {
    /// The part of a filter that leaves the fewest.
    fn of(filter: &'a TimelineFilter) -> Self {
        match filter {
            TimelineFilter { site: Some(site), .. } => Self::Site(site),
            TimelineFilter { event: Some(event), .. } => Self::Event(*event),
            TimelineFilter { kind: Some(kind), .. } => Self::Kind(kind),
            _ => Self::Time,
        }
    }

    fn sql(&self) -> &'static str {
        match self {
            Self::Site(_) => BY_SITE,
            Self::Event(_) => BY_EVENT,
            Self::Kind(_) => BY_KIND,
            Self::Time => BY_TIME,
        }
    }

    fn value(&self) -> &str {
        match self {
            Self::Site(site) => site.as_str(),
            Self::Event(event) => event.as_str(),
            Self::Kind(kind) => kind,
            Self::Time => "",
        }
    }
}

macro_rules! timeline_sql {
    ($by:literal) => {
        concat!(
            "SELECT id, seen_at, site, event, kind, body FROM changes WHERE ",
            $by,
            " AND (seen_at, id) < (:at, :id) AND seen_at >= :since AND folded_into IS NULL
            ORDER BY seen_at DESC, id DESC LIMIT :most"
        )
    };
}
pub(super) const BY_SITE: &str = timeline_sql!("site = :by");
pub(super) const BY_EVENT: &str = timeline_sql!("event = :by");
pub(super) const BY_KIND: &str = timeline_sql!("kind = :by");
pub(super) const BY_TIME: &str = timeline_sql!(":by = ''");

/// A page of the timeline, those seen last first. Edits that were folded into a redesign are left out.
pub(in crate::store) fn timeline(conn: &Connection, filter: &TimelineFilter) -> rusqlite::Result<TimelinePage> {
    let by = By::of(filter);
    let end = filter.until.map(|until| Moment { seen_at: until, change: ChangeId(i64::MIN) });
    let top = Moment { seen_at: Timestamp::MAX, change: ChangeId(i64::MAX) };
    let before = filter.before.into_iter().chain(end).min().unwrap_or(top);
    let mut query = conn.prepare_cached(by.sql())?;
    let mut rows = query.query(named_params! {
        ":by": by.value(),
        ":at": At(before.seen_at),
        ":id": before.change,
        ":since": filter.since.map_or(i64::MIN, Timestamp::as_millisecond),
        ":most": Count(MOST_LOOKED_AT),
    })?;
    let mut page = TimelinePage::default();
    let (mut n_looked_at, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        if page.changes.len() == filter.limit {
            page.next = last;
            return Ok(page);
        }
        n_looked_at += 1;
        last = Some(Moment { change: row.get(0)?, seen_at: row.get::<_, At>(1)?.0 });
        page.changes.extend(wanted(row, filter)?);
    }
    page.next = last.filter(|_| n_looked_at == MOST_LOOKED_AT);
    Ok(page)
}

/// The change of a row, where the filter wants it.
fn wanted(row: &Row<'_>, filter: &TimelineFilter) -> rusqlite::Result<Option<(ChangeId, Event)>> {
    let is_one = |column: usize, wanted: Option<&str>| -> rusqlite::Result<bool> {
        let Some(wanted) = wanted else { return Ok(true) };
        Ok(row.get_ref(column)?.as_str_or_null()? == Some(wanted))
    };
    let is_wanted = is_one(2, filter.site.as_ref().map(SiteId::as_str))?
        && is_one(3, filter.event.map(EventKind::as_str))?
        && is_one(4, filter.kind.as_deref())?;
    // Most changes are passed over unread: only what JSON writes otherwise than it is must be read to be compared.
    let body = row.get_ref(5)?.as_str()?;
    let is_written_as_it_is = |c: char| !matches!(c, '"' | '\\' | '\0'..='\u{1f}');
    let may_hold = |word: &String| !word.chars().all(is_written_as_it_is) || body.contains(word.as_str());
    if !is_wanted || !filter.words.iter().all(may_hold) {
        return Ok(None);
    }
    let event: Event = row.get::<_, Json<_>>(5)?.0;
    let text = [event.title.as_deref(), event.diff.as_deref(), event.reason.as_deref()];
    let holds = |word: &String| text.iter().flatten().any(|text| text.contains(word.as_str()));
    Ok(if filter.words.iter().all(holds) { Some((row.get(0)?, event)) } else { None })
}

/// How many reports of a site each month from `since` on is given as the date of; months without one are left out.
pub(in crate::store) fn months(conn: &Connection, site: &SiteId, since: Date) -> rusqlite::Result<Vec<MonthCount>> {
    let mut query = conn.prepare_cached(MONTHS)?;
    let rows = query.query_map(params![site, since.to_string()], |row| {
        let month = format!("{}-01", row.get::<_, String>(0)?).parse().map_err(|error: jiff::Error| broken(error))?;
        Ok(MonthCount { month, n_reports: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0) })
    })?;
    rows.collect()
}

pub(super) const MONTHS: &str = "SELECT substr(coalesce(published, ''), 1, 7), count(*) FROM reports
    WHERE site = ?1 AND coalesce(published, '') >= ?2 GROUP BY 1 ORDER BY 1";

/// The states of all sites that were polled, and what a person decided about them, in the order of their ids: one short
/// row a site.
pub(in crate::store) fn site_states(conn: &Connection) -> rusqlite::Result<Vec<(SiteId, SiteState, Option<Aside>)>> {
    let sql = "SELECT next_due_at, failures, last_success_at, is_broken, class, told, last_news_at,
        aside IS NOT NULL, asked_at IS next_due_at AND asked_at IS NOT NULL, id, aside FROM sites ORDER BY id";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([], |row| {
        let aside = row.get_ref(10)?.as_str_or_null()?.and_then(Aside::named);
        Ok((row.get(9)?, site::state_of(row)?, aside))
    })?;
    rows.collect()
}
