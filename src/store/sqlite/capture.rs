//! Captures: answers as they were received, each a row that points to its body.
//!
//! In: a capture whose body is packed. Out: the same, or all of it but the body. Never: a header line lost or moved; what
//! many captures say alike stands once.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::content::{self, ContentId};
use super::packed::Packed;
use super::row::{At, Count, Json, broken};
use crate::model::{Capture, Hash, ReportId};
use crate::store::CaptureHead;

/// Header lines in the order in which they came: name and value.
type Headers = Vec<(String, String)>;

/// A capture, but for its body.
struct Head {
    url: String,
    final_url: String,
    status: u16,
    headers: Headers,
    /// `None`: damaged; a second copy of the body may be sound.
    hash: Option<Hash>,
    body: ContentId,
    n_bytes: u64,
    fetched_at: At,
    wire_bytes: u64,
    n_requests: u32,
}

impl Head {
    /// What it is read from: captures `c`, each with its report, its body and its set of header lines.
    const COLUMNS: &str =
        "c.url, r.url, c.final_url, c.status, iif(c.header_set IS NULL, NULL, coalesce(h.lines, '')), c.headers, b.hash, c.body, b.n_bytes, c.fetched_at,
        c.wire_bytes, c.n_requests";
    const BESIDE: &str = "LEFT JOIN contents b ON b.id = c.body LEFT JOIN reports r ON r.id = c.report
        LEFT JOIN header_sets h ON h.id = c.header_set";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let or = |url: String, other: &str| if url.is_empty() { other.to_owned() } else { url };
        let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let url = or(row.get(0)?, &row.get::<_, Option<String>>(1)?.unwrap_or_default());
        let headers = headers(row, 4).map_err(|_| content::lost(format!("the header lines of {url} are damaged")))?;
        Ok(Self {
            final_url: or(row.get(2)?, &url),
            url,
            status: row.get(3)?,
            headers,
            hash: row.get(6).ok().flatten(),
            body: row.get(7)?,
            n_bytes: number(row.get(8)?),
            fetched_at: row.get(9)?,
            wire_bytes: number(row.get(10)?),
            n_requests: row.get(11)?,
        })
    }

    fn without_body(self) -> rusqlite::Result<CaptureHead> {
        Ok(CaptureHead {
            url: self.url,
            final_url: self.final_url,
            status: self.status,
            headers: self.headers,
            body: self.hash.ok_or_else(|| content::gone(self.body))?,
            n_bytes: self.n_bytes,
            wire_bytes: self.wire_bytes,
            fetched_at: self.fetched_at.0,
        })
    }

    fn with_body(self, conn: &Connection) -> rusqlite::Result<Capture> {
        let url = |text: &str| text.parse().map_err(|error| broken(Box::<url::ParseError>::new(error)));
        Ok(Capture {
            url: url(&self.url)?,
            final_url: url(&self.final_url)?,
            status: self.status,
            headers: self.headers,
            body: content::bytes_of(conn, self.body)?.into(),
            fetched_at: self.fetched_at.0,
            wire_bytes: self.wire_bytes,
            n_requests: self.n_requests,
        })
    }
}

/// Keeps a capture, of a report or of a listing; its body must be packed with it.
pub(super) fn keep(
    conn: &Connection,
    report: Option<ReportId>,
    capture: &Capture,
    body: &Packed,
) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO captures (report, url, final_url, status, header_set, headers, body, fetched_at, wire_bytes,
            n_requests)
        VALUES (:report, coalesce((SELECT '' FROM reports WHERE id = :report AND url = :url), :url), :final_url, :status,
            :header_set, :headers, :body, :fetched_at, :wire_bytes, :n_requests)";
    let (lines, own) = split(&capture.headers);
    conn.prepare_cached(sql)?.insert(named_params! {
        ":report": report,
        ":url": capture.url.as_str(),
        // Most pages come from where they were asked for.
        ":final_url": if capture.final_url == capture.url { "" } else { capture.final_url.as_str() },
        ":status": capture.status,
        ":header_set": (!lines.is_empty()).then(|| header_set(conn, &lines)).transpose()?,
        ":headers": (!own.is_empty()).then_some(Json(own)),
        ":body": content::keep(conn, body)?,
        ":fetched_at": At(capture.fetched_at),
        ":wire_bytes": i64::try_from(capture.wire_bytes).unwrap_or(i64::MAX),
        ":n_requests": capture.n_requests,
    })
}

/// Writes out the URL of the captures of a report that is about to get another one.
pub(super) fn keep_urls(conn: &Connection, report: ReportId) -> rusqlite::Result<()> {
    let sql = "UPDATE captures SET url = (SELECT url FROM reports WHERE id = ?1) WHERE report = ?1 AND url = ''";
    conn.prepare_cached(sql)?.execute([report]).map(drop)
}

/// The captures that a revision was read from, the first page first; empty where none is kept.
pub(in crate::store) fn of_revision(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Vec<Capture>> {
    heads_of_revision(conn, report, revision)?.into_iter().map(|head| head.with_body(conn)).collect()
}

/// What a revision was read from, without the bodies: its page, then the other pages of the same article; empty, and a line
/// in the log, where one of them is damaged.
pub(in crate::store) fn heads(
    conn: &Connection,
    report: ReportId,
    revision: u32,
) -> rusqlite::Result<Vec<CaptureHead>> {
    let heads = heads_of_revision(conn, report, revision);
    let heads = heads.and_then(|heads| heads.into_iter().map(Head::without_body).collect());
    Ok(content::readable("of a page", heads)?.unwrap_or_default())
}

fn heads_of_revision(conn: &Connection, report: ReportId, revision: u32) -> rusqlite::Result<Vec<Head>> {
    let mut query = conn.prepare_cached(&by_revision())?;
    query.query_map(params![report, revision], Head::read)?.collect()
}

/// One capture by its number.
pub(super) fn of_number(conn: &Connection, id: i64) -> rusqlite::Result<Capture> {
    numbered(conn, id)?.with_body(conn)
}

/// One capture by its number, without its body; `None` where it is damaged or gone.
pub(super) fn head(conn: &Connection, id: i64) -> rusqlite::Result<Option<CaptureHead>> {
    let head = numbered(conn, id).and_then(Head::without_body).optional();
    Ok(content::readable("of a page", head)?.flatten())
}

/// Whether the header lines of a capture can be read.
pub(super) struct HeadCondition {
    pub(super) capture: i64,
    pub(super) report: Option<ReportId>,
    pub(super) is_damaged: bool,
}

/// The captures behind this one, so many at most.
pub(super) fn conditions(conn: &Connection, behind: i64, limit: usize) -> rusqlite::Result<Vec<HeadCondition>> {
    let sql = "SELECT c.id, c.report, iif(c.header_set IS NULL, NULL, coalesce(h.lines, '')), c.headers
        FROM captures c LEFT JOIN header_sets h ON h.id = c.header_set WHERE c.id > ? ORDER BY c.id LIMIT ?";
    let condition = |row: &Row<'_>| {
        let (capture, report) = (row.get(0)?, row.get(1)?);
        Ok(HeadCondition { capture, report, is_damaged: headers(row, 2).is_err() })
    };
    conn.prepare_cached(sql)?.query_map(params![behind, Count(limit)], condition)?.collect()
}

fn numbered(conn: &Connection, id: i64) -> rusqlite::Result<Head> {
    conn.prepare_cached(&by_number())?.query_row([id], Head::read)
}

/// What reads one capture.
pub(super) fn by_number() -> String {
    format!("SELECT {} FROM captures c {} WHERE c.id = ?", Head::COLUMNS, Head::BESIDE)
}

/// What reads those of a revision.
pub(super) fn by_revision() -> String {
    let (columns, beside) = (Head::COLUMNS, Head::BESIDE);
    format!(
        "SELECT {columns}, 0 FROM revisions v JOIN captures c ON c.id = v.capture {beside}
        WHERE v.report = ?1 AND v.revision = ?2
        UNION ALL
        SELECT {columns}, p.position FROM parts p JOIN captures c ON c.id = p.capture {beside}
        WHERE p.report = ?1 AND p.revision = ?2 ORDER BY 13"
    )
}

/// The number of a set of header lines, which many captures have.
fn header_set(conn: &Connection, lines: &[(&str, Option<&str>)]) -> rusqlite::Result<i64> {
    let known = "SELECT id FROM header_sets WHERE lines = ?";
    if let Some(id) = conn.prepare_cached(known)?.query_row([Json(lines)], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    conn.prepare_cached("INSERT INTO header_sets (lines) VALUES (?)")?.insert([Json(lines)])
}

/// What a portal sends with each answer, and the values that this one has of its own.
fn split(headers: &Headers) -> (Vec<(&str, Option<&str>)>, Vec<&str>) {
    let lines = headers.iter().map(|(name, value)| (&**name, (!is_own(name, value)).then_some(&**value))).collect();
    (lines, headers.iter().filter(|(name, value)| is_own(name, value)).map(|(_, value)| &**value).collect())
}

/// The header lines of a capture, in two columns: a set, empty where it is gone, and the values of its own.
fn headers(row: &Row<'_>, at: usize) -> rusqlite::Result<Headers> {
    match row.get(at)? {
        Some(Json(lines)) => joined(lines, row.get::<_, Option<Json<_>>>(at + 1)?.map_or_else(Vec::new, |own| own.0)),
        None => Ok(row.get::<_, Option<Json<_>>>(at + 1)?.map_or_else(Vec::new, |whole| whole.0)),
    }
}

/// The same lines again.
fn joined(lines: Vec<(String, Option<String>)>, own: Vec<String>) -> rusqlite::Result<Headers> {
    let mut own = own.into_iter();
    let lines = lines.into_iter().map(|(name, value)| Some((name, value.or_else(|| own.next())?)));
    let lines: Option<Headers> = lines.collect();
    lines.filter(|_| own.next().is_none()).ok_or_else(|| broken("headers that are not those of their set"))
}

/// Whether the next answer of a portal likely has another value: a date, a length, a version of the page, a token.
fn is_own(name: &str, value: &str) -> bool {
    /// Where digits say a charset, a time to live or the version of a server.
    const OF_PORTAL: [&str; 7] = [
        "cache-control",
        "content-type",
        "keep-alive",
        "server",
        "strict-transport-security",
        "x-powered-by",
        "x-xss-protection",
    ];
    value.bytes().any(|byte| byte.is_ascii_digit()) && !OF_PORTAL.contains(&name)
}
