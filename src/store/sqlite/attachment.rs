//! Files that reports link to: what was received of each last, so that the next request can be conditional and the same
//! bytes are not read twice.
//!
//! In: [`FileRecord`]s. Out: [`KnownFile`]s. Never: what a revision says of its files; that stands in its Document.

use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};

use super::row::{At, Json, broken};
use crate::model::{ReportId, Validators};
use crate::store::{FileFound, FileRecord, KnownFile, ReadFile};

/// What is known of the files of a report, in the order of their URLs.
pub(in crate::store) fn known(conn: &Connection, report: ReportId) -> rusqlite::Result<Vec<KnownFile>> {
    let sql = "SELECT url, etag, last_modified, media_type, hash, file, readers, failures, n_conditional, error
        FROM attachments WHERE report = ? ORDER BY url";
    let mut query = conn.prepare_cached(sql)?;
    query.query_map([report], known_file)?.collect()
}

fn known_file(row: &Row<'_>) -> rusqlite::Result<KnownFile> {
    let url: String = row.get(0)?;
    let url = url.parse().map_err(|error| broken(Box::<url::ParseError>::new(error)))?;
    let (failures, n_conditional, error) = (row.get(7)?, row.get(8)?, row.get(9)?);
    let Some(Json(file)) = row.get::<_, Option<Json<_>>>(5)? else {
        return Ok(KnownFile { url, read: None, n_conditional, failures, error });
    };
    let validators = Validators { etag: row.get(1)?, last_modified: row.get(2)? };
    let read = ReadFile { validators, media_type: row.get(3)?, hash: row.get(4)?, file, readers: row.get(6)? };
    Ok(KnownFile { url, read: Some(read), n_conditional, failures, error })
}

/// Keeps what was found of files; one that did not come keeps what is known of it.
pub(in crate::store) fn record(
    conn: &Connection,
    report: ReportId,
    files: &[FileRecord],
    now: Timestamp,
) -> rusqlite::Result<()> {
    for FileRecord { url, found } in files {
        match found {
            FileFound::Read(read) => read_again(conn, report, url.as_str(), read, now)?,
            FileFound::NotModified => asked(conn, report, url.as_str(), None, now)?,
            FileFound::Failed { reason } => asked(conn, report, url.as_str(), Some(reason), now)?,
        }
    }
    Ok(())
}

fn read_again(conn: &Connection, report: ReportId, url: &str, read: &ReadFile, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO attachments (report, url, asked_at, etag, last_modified, media_type, hash, file, readers)
        VALUES (:report, :url, :now, :etag, :last_modified, :media_type, :hash, :file, :readers)
        ON CONFLICT (report, url) DO UPDATE SET asked_at = excluded.asked_at, etag = excluded.etag,
            last_modified = excluded.last_modified, media_type = excluded.media_type, hash = excluded.hash,
            file = excluded.file, readers = excluded.readers, n_conditional = 0, failures = 0, error = NULL";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":report": report,
        ":url": url,
        ":now": At(now),
        ":etag": read.validators.etag,
        ":last_modified": read.validators.last_modified,
        ":media_type": read.media_type,
        ":hash": read.hash,
        ":file": Json(&read.file),
        ":readers": read.readers,
    })?;
    Ok(())
}

fn asked(
    conn: &Connection,
    report: ReportId,
    url: &str,
    error: Option<&String>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO attachments (report, url, asked_at, failures, error)
        VALUES (:report, :url, :now, :error IS NOT NULL, :error)
        ON CONFLICT (report, url) DO UPDATE SET asked_at = excluded.asked_at, error = excluded.error,
            n_conditional = n_conditional + (excluded.error IS NULL),
            failures = CASE WHEN excluded.error IS NULL THEN 0 ELSE failures + 1 END";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":report": report, ":url": url, ":now": At(now), ":error": error,
    })?;
    Ok(())
}
