//! Reading: reports, revisions, histories and changes, page by page, newest first. Never: a write.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, named_params, params};

use super::content::ContentId;
use super::row::{At, Json, Word, instant};
use super::{capture, content};
use crate::model::{
    ChangeId, Document, Doubt, Event, EventKind, Fingerprint, Hash, Report, ReportId, ReportState, Revision, SiteId,
    WorkId,
};
use crate::store::{ChangeFilter, Filter, HistoryRow};

pub(super) const REPORT: &str = "SELECT r.id, r.site, l.name, r.url, r.title, r.published, r.kind, r.year, r.revision,
        v.content_hash, r.work, r.first_seen_at, r.last_seen_at, r.state, r.absent_at,
        (SELECT json_group_array((SELECT min(m.id) FROM reports m WHERE m.work = s.other))
            FROM resembling s WHERE s.work = r.work), r.moved_to
    FROM reports r LEFT JOIN listings l ON l.id = r.listing
    LEFT JOIN revisions v ON v.report = r.id AND v.revision = r.revision";

pub(super) fn report(row: &Row<'_>) -> rusqlite::Result<Report> {
    Ok(Report {
        report: row.get(0)?,
        site: row.get(1)?,
        listing: row.get(2)?,
        url: row.get(3)?,
        title: row.get(4)?,
        published: row.get(5)?,
        kind: row.get(6)?,
        year: row.get(7)?,
        revision: row.get(8)?,
        content_hash: row.get(9)?,
        work: row.get(10)?,
        first_seen_at: row.get::<_, At>(11)?.0,
        last_seen_at: row.get::<_, At>(12)?.0,
        state: row.get::<_, Word<_>>(13)?.0,
        absent_at: instant(row.get(14)?),
        resembles: row.get::<_, Json<Vec<Option<ReportId>>>>(15)?.0.into_iter().flatten().collect(),
        moved_to: row.get(16)?,
    })
}

/// Conditions and what stands for their placeholders.
#[derive(Default)]
pub(super) struct Where {
    pub(super) conditions: Vec<&'static str>,
    pub(super) given: Vec<(&'static str, Box<dyn ToSql>)>,
}

impl Where {
    fn and<T: ToSql + 'static>(&mut self, condition: &'static str, name: &'static str, value: Option<T>) {
        if let Some(value) = value {
            self.conditions.push(condition);
            self.given.push((name, Box::new(value)));
        }
    }

    pub(super) fn all<T>(
        &self,
        conn: &Connection,
        select: &str,
        order: &str,
        limit: usize,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let sql = self.sql(select, order, limit);
        let given: Vec<(&str, &dyn ToSql)> = self.given.iter().map(|(name, value)| (*name, &**value)).collect();
        conn.prepare_cached(&sql)?.query_map(&given[..], read)?.collect()
    }

    fn sql(&self, select: &str, order: &str, limit: usize) -> String {
        let conditions = if self.conditions.is_empty() { "1".to_owned() } else { self.conditions.join(" AND ") };
        format!("{select} WHERE {conditions} ORDER BY {order} LIMIT {limit}")
    }
}

pub(super) const NEWEST: &str = "coalesce(r.published, '') DESC, r.id DESC";

pub(super) fn reports_where(filter: &Filter) -> Where {
    let mut wanted = Where::default();
    wanted.and("r.site = :site", ":site", filter.site.clone());
    wanted.and("r.kind = :kind", ":kind", filter.kind.clone());
    wanted.and("r.state = :state", ":state", filter.state.map(ReportState::as_str));
    wanted.and("coalesce(r.published, '') >= :since", ":since", filter.since.map(|day| day.to_string()));
    // A moment of the last day sorts after the day itself and before the day that follows.
    let end = filter.until.map(|day| day.tomorrow().unwrap_or(day).to_string());
    wanted.and("coalesce(r.published, '') < :end AND r.published IS NOT NULL", ":end", end);
    if let Some((published, last)) = &filter.after {
        let published = published.map(|date| date.to_string()).unwrap_or_default();
        wanted.and("(coalesce(r.published, ''), r.id) < (:published, :last)", ":published", Some(published));
        wanted.given.push((":last", Box::new(*last)));
    }
    wanted
}

/// The SQL of a filter, for a test that asks for its plan.
#[cfg(test)]
pub(super) fn reports_sql(filter: &Filter) -> String {
    reports_where(filter).sql(REPORT, NEWEST, filter.limit)
}

/// Reports, newest stated date first; undated ones last.
pub(in crate::store) fn reports(conn: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Report>> {
    reports_where(filter).all(conn, REPORT, NEWEST, filter.limit, report)
}

/// The reports with this number or URL, canonical or as a row links it.
pub(in crate::store) fn find(conn: &Connection, asked: &str, canonical: Option<&str>) -> rusqlite::Result<Vec<Report>> {
    if let Ok(number) = asked.parse::<i64>() {
        let found = conn.prepare_cached(&format!("{REPORT} WHERE r.id = ?"))?.query_row([number], report).optional()?;
        return Ok(found.into_iter().collect());
    }
    let sql = format!(
        "{REPORT} WHERE r.id IN (SELECT id FROM reports WHERE url IN (?1, ?2)
            UNION SELECT report FROM listed WHERE url = ?1
            UNION SELECT report FROM former_urls WHERE url IN (?1, ?2)) ORDER BY r.id"
    );
    let mut query = conn.prepare_cached(&sql)?;
    let mut found: Vec<Report> =
        query.query_map(params![asked, canonical], report)?.collect::<rusqlite::Result<_>>()?;
    // One that answers to exactly this URL outweighs those that only link it so.
    if found.iter().filter(|report| report.url == asked).count() == 1 {
        found.retain(|report| report.url == asked);
    }
    Ok(found)
}

/// The reports of a work, in the order of first sight.
pub(in crate::store) fn work_members(conn: &Connection, work: WorkId) -> rusqlite::Result<Vec<Report>> {
    conn.prepare_cached(&format!("{REPORT} WHERE r.work = ? ORDER BY r.id"))?.query_map([work], report)?.collect()
}

/// The later reports of the same site that are the same text now, two at most: more are no single one. One with another
/// title is of the same day, and appeared after the report was last served: two notices of one form live side by side.
pub(in crate::store) fn heirs(conn: &Connection, report: ReportId) -> rusqlite::Result<Vec<ReportId>> {
    conn.prepare_cached(HEIRS)?.query_map([report], |row| row.get(0))?.collect()
}

pub(super) const HEIRS: &str =
    "SELECT r.id FROM reports o JOIN revisions ov ON ov.report = o.id AND ov.revision = o.revision
    CROSS JOIN reports r ON r.work = o.work AND r.site = o.site AND r.id > o.id AND r.state = 'present'
    JOIN revisions v ON v.report = r.id AND v.revision = r.revision AND (v.content_hash = ov.content_hash
        OR (v.body_hash = ov.body_hash AND substr(r.published, 1, 10) = substr(o.published, 1, 10)
            AND r.first_seen_at > o.last_seen_at))
    WHERE o.id = ? ORDER BY r.id LIMIT 2";

/// What happened to a report, oldest first: its revisions, and what was told without one.
pub(in crate::store) fn history(conn: &Connection, report: ReportId) -> rusqlite::Result<Vec<HistoryRow>> {
    let sql = "SELECT v.revision, v.event, v.seen_at, v.fields, v.content_hash,
            CASE WHEN v.revision > 1 THEN v.revision - 1 END, NULL, coalesce(v.change, 0),
            coalesce(t.body -> '$.facts', '[]'), coalesce(t.body -> '$.doubts', '[]'),
            CASE WHEN v.change IS NULL THEN v.document END
        FROM revisions v LEFT JOIN changes t ON t.id = v.change WHERE v.report = ?1
        UNION ALL
        SELECT c.revision, c.event, c.seen_at, c.body -> '$.fields', v.content_hash, c.body ->> '$.previous',
            c.body ->> '$.how', c.id, coalesce(c.body -> '$.facts', '[]'),
            coalesce(c.body -> '$.doubts', '[]'), NULL
        FROM changes c LEFT JOIN revisions v ON v.report = c.report AND v.revision = c.revision
        WHERE c.report = ?1 AND (v.change IS NULL OR v.change <> c.id)
        AND NOT (c.event = 'withdrawn' AND c.folded_into IS NOT NULL)
        ORDER BY 3, 8, 1";
    let mut query = conn.prepare_cached(sql)?;
    let rows = query.query_map([report], |row| {
        // A baseline is told once for all: what is doubted of one of its reports stands with the report alone.
        let untold: Option<ContentId> = row.get(10)?;
        let untold = untold.map(|untold| content::readable_document(conn, untold)).transpose()?.flatten();
        Ok(HistoryRow {
            report,
            revision: row.get(0)?,
            event: row.get::<_, Word<_>>(1)?.0,
            seen_at: row.get::<_, At>(2)?.0,
            fields: row.get::<_, Json<_>>(3)?.0,
            facts: row.get::<_, Json<_>>(8)?.0,
            content_hash: row.get(4)?,
            previous: row.get(5)?,
            doubts: untold.map_or_else(|| row.get::<_, Json<_>>(9).map(|doubts| doubts.0), |said| Ok(said.doubts))?,
            how: row.get::<_, Option<Word<_>>>(6)?.map(|word| word.0),
        })
    })?;
    rows.collect()
}

/// One revision with its Document.
pub(in crate::store) fn revision(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Option<Revision>> {
    let sql = "SELECT v.event, v.seen_at, v.fields, v.rules, v.body_hash, v.content_hash, v.metadata_hash,
            v.attachments_hash, v.document, r.absent_at IS NOT NULL, v.capture
        FROM revisions v JOIN reports r ON r.id = v.report
        WHERE v.report = ? AND v.revision = ?";
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query(params![report, revision])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let document = content::document(conn, row.get(8)?)?;
    let back_dated = row.get::<_, bool>(9)?.then_some(Doubt::BackDated);
    let capture = row.get::<_, Option<_>>(10)?.map(|id| capture::head(conn, id)).transpose()?.flatten();
    let is_last_modified = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("last-modified");
    let last_modified = capture.as_ref().and_then(|capture| capture.headers.iter().find(is_last_modified));
    Ok(Some(Revision {
        report,
        revision,
        event: row.get::<_, Word<_>>(0)?.0,
        seen_at: row.get::<_, At>(1)?.0,
        fields: row.get::<_, Json<_>>(2)?.0,
        fingerprint: Fingerprint {
            rules: row.get(3)?,
            body_hash: row.get(4)?,
            content_hash: row.get(5)?,
            metadata_hash: row.get(6)?,
            attachments_hash: row.get(7)?,
        },
        doubts: document.doubts.iter().copied().chain(back_dated).collect(),
        document,
        last_modified: last_modified.map(|(_, date)| date.clone()),
        capture: capture.map(|capture| capture.body),
    }))
}

/// The Document of a revision.
pub(in crate::store) fn document(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Option<Document>> {
    let sql = "SELECT document FROM revisions WHERE report = ? AND revision = ?";
    let found = conn.prepare_cached(sql)?.query_row(params![report, revision], |row| row.get(0)).optional()?;
    found.map(|said| content::document(conn, said)).transpose()
}

/// Newest revisions of a site that were read by other rules and can be read again from their captures.
pub(in crate::store) fn stale(
    conn: &Connection,
    site: &SiteId,
    rules: Hash,
    limit: usize,
) -> rusqlite::Result<Vec<(ReportId, u32)>> {
    let mut query = conn.prepare_cached(STALE)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map(named_params! {":site": site, ":rules": rules, ":limit": limit}, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    rows.collect()
}

/// Two ranges of an index instead of `<>`, which would read all that are up to date.
pub(super) const STALE: &str = "SELECT r.id, r.revision FROM reports r
        JOIN revisions v ON v.report = r.id AND v.revision = r.revision
        WHERE r.site = :site AND r.rules < :rules AND v.capture IS NOT NULL
    UNION ALL SELECT r.id, r.revision FROM reports r
        JOIN revisions v ON v.report = r.id AND v.revision = r.revision
        WHERE r.site = :site AND r.rules > :rules AND v.capture IS NOT NULL
    LIMIT :limit";

/// Changes, those seen last first.
pub(in crate::store) fn changes(conn: &Connection, filter: &ChangeFilter) -> rusqlite::Result<Vec<(ChangeId, Event)>> {
    let mut wanted = Where::default();
    wanted.and("c.site = :site", ":site", filter.site.clone());
    wanted.and("c.report = :report", ":report", filter.report);
    wanted.and("c.kind = :kind", ":kind", filter.kind.clone());
    wanted.and("c.event = :event", ":event", filter.event.map(EventKind::as_str));
    wanted.and("c.seen_at >= :since", ":since", filter.since.map(At));
    wanted.and("c.seen_at < :until", ":until", filter.until.map(At));
    wanted.and("c.id < :before", ":before", filter.before);
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, Json<Event>>(1)?.0));
    wanted.all(conn, "SELECT c.id, c.body FROM changes c", "c.id DESC", filter.limit, read)
}

/// What SQLite finds wrong with the database; empty: nothing.
pub(in crate::store) fn check(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut problems: Vec<String> =
        conn.prepare("PRAGMA integrity_check")?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    problems.retain(|said| said != "ok");
    let mut keys = conn.prepare("PRAGMA foreign_key_check")?;
    let broken = keys.query_map([], |row| {
        let row_id = row.get::<_, Option<i64>>(1)?.map_or_else(String::new, |id| format!(" {id}"));
        Ok(format!("a row{row_id} of {} points to what is gone", row.get::<_, String>(0)?))
    })?;
    for key in broken {
        problems.push(key?);
    }
    Ok(problems)
}
