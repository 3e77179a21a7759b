//! Opening a database without ever doing harm to one that is not right.
//!
//! In: a path. Out: a connection with our schema, or an error that leaves the file as it is. Never: starting over on
//! a file that is there, whatever is in it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::Place;
use crate::change::signature::SIGNATURE_RULES;
use crate::store::{StoreError, lock};

/// The schema, one step a file; steps are appended, never edited.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("migrations/0001_first.sql")),
    M::up(include_str!("migrations/0002_attachments.sql")),
    M::up(include_str!("migrations/0003_history.sql")),
    M::up(include_str!("migrations/0004_evidence.sql")),
    M::up(include_str!("migrations/0005_works.sql")),
    M::up(include_str!("migrations/0006_words.sql")),
    M::up(include_str!("migrations/0007_alerts.sql")),
    M::up(include_str!("migrations/0008_daemon.sql")),
    M::up(include_str!("migrations/0009_obligations.sql")),
    M::up(include_str!("migrations/0010_rules.sql")),
    M::up(include_str!("migrations/0011_web.sql")),
    M::up(include_str!("migrations/0012_redesigns.sql")),
    M::up(include_str!("migrations/0013_indexes.sql")),
    M::up(include_str!("migrations/0014_back_dated.sql")),
    M::up(include_str!("migrations/0015_tending.sql")),
    M::up(include_str!("migrations/0016_page.sql")),
    M::up(include_str!("migrations/0017_answers.sql")),
    M::up(include_str!("migrations/0018_order.sql")),
    M::up(include_str!("migrations/0019_elsewhere.sql")),
    M::up(include_str!("migrations/0020_first_pages.sql")),
    M::up(include_str!("migrations/0021_columns.sql")),
    M::up(include_str!("migrations/0022_pieces.sql")),
    M::up(include_str!("migrations/0023_primer.sql")),
    M::up(include_str!("migrations/0024_site_base.sql")),
    M::up(include_str!("migrations/0025_numbers.sql")),
    M::up(include_str!("migrations/0026_amiss.sql")),
    M::up(include_str!("migrations/0027_left.sql")),
    M::up(include_str!("migrations/0028_together.sql")),
    M::up(include_str!("migrations/0029_merges.sql")),
    M::up(include_str!("migrations/0030_again.sql")),
];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);
/// "gvwt" in the file's header: ours, not another program's database.
const APPLICATION_ID: i32 = 0x6776_7774;
/// The first SQLite without the WAL-reset fault, which can corrupt a database with two connections.
/// Source: sqlite.org/changes.html, 3.51.3.
const LEAST_SQLITE: i32 = 3_051_003;
/// How long a locked database is waited for: longer than any batch of another process takes.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// Files up to this size are checked page by page when opened, which every command does: 0.05 s, half of it for the index of
/// words; larger ones when asked.
const LARGEST_CHECKED_BYTES: u64 = 8 << 20;
/// SQLite's file header. Source: sqlite.org/fileformat2.html section 1.3.
const HEADER_BYTES: usize = 100;

/// The schema version of this program.
pub(super) fn known_version() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// Makes the state folder, for this user alone, where it is not there.
pub(super) fn ensure_dir(dir: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let place = Place(dir.to_owned());
    builder.create(dir).map_err(|error| place.unusable(format!("{error}: check the path given as --state")))
}

/// The writer's connection to a database on disk, made where it is not there.
pub(super) fn on_disk(place: &Place) -> Result<Connection, StoreError> {
    ensure_sqlite(place)?;
    // One process at a time makes or migrates; the lock ends with the file handle.
    let _turn = lock(place)?;
    if !place.0.try_exists().map_err(|error| refused(place, &error))? {
        create(place)?;
    }
    ensure_ours(place)?;
    let mut conn = connect(place, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // A refused file is left as it is: closing it must not bring its log into it.
    let keep_log = |conn: &Connection, is_kept| {
        explained(place, conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_kept).map(drop))
    };
    keep_log(&conn, true)?;
    ensure_known(place, &conn)?;
    ensure_sound(place, &conn)?;
    keep_log(&conn, false)?;
    explained(place, conn.pragma_update(None, "journal_mode", "WAL"))?;
    migrate(place, &mut conn)?;
    explained(place, forget_other_signatures(&mut conn))?;
    explained(place, make_room(&conn))?;
    Ok(conn)
}

/// Memory for the one connection that writes.
fn make_room(conn: &Connection) -> rusqlite::Result<()> {
    /// Pages kept, in KiB: those that a batch of reports writes to, or it would write each of them several times.
    const CACHE_KIB: i64 = 16 * 1024;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // What a savepoint may have to take back stays in memory: each job has one, and it is mostly forgotten.
    conn.pragma_update(None, "temp_store", "MEMORY")
}

/// A reader's connection.
pub(super) fn reader(place: &Place) -> Result<Connection, StoreError> {
    connect(place, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// A database in memory with our schema.
pub(super) fn in_memory(place: &Place) -> Result<Connection, StoreError> {
    ensure_sqlite(place)?;
    let mut conn = explained(place, Connection::open_in_memory())?;
    explained(place, settle(&conn))?;
    migrate(place, &mut conn)?;
    Ok(conn)
}

/// Copies everything that is committed into a database in memory.
pub(super) fn copy_to_memory(from: &Connection) -> rusqlite::Result<Connection> {
    /// Pages a step; without a pause, since readers never hold the writer back.
    const STEP_PAGES: i32 = 4096;
    let mut copy = Connection::open_in_memory()?;
    pin(from)?;
    Backup::new(from, &mut copy)?.run_to_completion(STEP_PAGES, Duration::ZERO, None)?;
    settle(&copy)?;
    Ok(copy)
}

/// Begins to read: a transaction sees one state of the database from its first reading on, not from its beginning.
pub(super) fn pin(snapshot: &Connection) -> rusqlite::Result<()> {
    snapshot.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn ensure_sqlite(place: &Place) -> Result<(), StoreError> {
    if rusqlite::version_number() < LEAST_SQLITE {
        return Err(place.unusable(format!(
            "SQLite {} may corrupt it: build govwatch with SQLite 3.51.3 or later",
            rusqlite::version()
        )));
    }
    Ok(())
}

fn lock(place: &Place) -> Result<File, StoreError> {
    let path = place.0.with_extension("lock");
    let refused = |error: io::Error| Place(path.clone()).unusable(format!("{error}: check the folder's permissions"));
    let file = private(&path, OpenOptions::new().create(true).truncate(false)).map_err(refused)?;
    file.lock().map_err(refused)?;
    Ok(file)
}

/// Opens a file for writing that only this user may read.
fn private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true).open(path)
}

/// An empty file that only this user may read; what was there is gone.
pub(super) fn private_file(path: &Path) -> io::Result<()> {
    private(path, OpenOptions::new().create(true).truncate(true)).map(drop)
}

/// Makes an empty database aside and moves it into place, so that a file of that name is always a whole one.
fn create(place: &Place) -> Result<(), StoreError> {
    let aside = Place(place.0.with_extension("new"));
    let made = private(&aside.0, OpenOptions::new().create(true).truncate(true)).map_err(|e| refused(place, &e));
    let made = made.and_then(|_| {
        let mut conn = connect(&aside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        explained(&aside, conn.pragma_update(None, "application_id", APPLICATION_ID))?;
        migrate(&aside, &mut conn)
    });
    let moved = made.and_then(|()| fs::rename(&aside.0, &place.0).map_err(|error| refused(place, &error)));
    moved.and_then(|()| keep_name(place).map_err(|error| refused(place, &error)))
}

/// Brings the file's name to the disk: a power cut must not leave a log without its file.
fn keep_name(place: &Place) -> io::Result<()> {
    match place.0.parent() {
        Some(dir) if cfg!(unix) => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

fn refused(place: &Place, error: &io::Error) -> StoreError {
    place.unusable(format!("{error}: check that this user may read and write it"))
}

/// Reads the header as plain bytes: SQLite itself would already touch the files beside it.
pub(super) fn ensure_ours(place: &Place) -> Result<(), StoreError> {
    let mut file = File::open(&place.0).map_err(|error| refused(place, &error))?;
    let n_bytes = file.metadata().map_err(|error| refused(place, &error))?.len();
    let mut header = [0; HEADER_BYTES];
    if n_bytes == 0 {
        return Err(place.damaged("it is empty"));
    }
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Err(place.damaged("it is not a database"));
    }
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if i64::from(number(68)) != i64::from(APPLICATION_ID) {
        return Err(place.damaged("it is another program's database"));
    }
    let found = number(60);
    if found > known_version() {
        return Err(StoreError::Newer { path: place.0.clone(), found, known: known_version() });
    }
    // 1 stands for 65536, which has no room in two bytes.
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        n => u64::from(n),
    };
    let log = place.0.with_extension("db-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    // A crash in the middle of a checkpoint leaves a short file whose missing pages stand in the log.
    if !has_log && n_bytes < u64::from(number(28)) * page_bytes {
        return Err(place.damaged("it was cut short"));
    }
    Ok(())
}

fn connect(place: &Place, access: OpenFlags) -> Result<Connection, StoreError> {
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = explained(place, Connection::open_with_flags(&place.0, flags))?;
    explained(place, settle(&conn))?;
    Ok(conn)
}

/// What every connection of ours obeys.
fn settle(conn: &Connection) -> rusqlite::Result<()> {
    /// Statements kept prepared: all verbs of a poll.
    const PREPARED: usize = 128;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(PREPARED);
    // Else SQLite, built with STAT4, looks at what is bound to `LIMIT ?` and prepares such a statement anew at each use.
    // Source: sqlite.org/c3ref/c_dbconfig_defensive.html, SQLITE_DBCONFIG_ENABLE_QPSG.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // FULL: a commit outlives a power cut; WAL with NORMAL may lose the last ones. Source: sqlite.org/pragma.html
    conn.pragma_update(None, "synchronous", "FULL")?;
    // A damaged or hostile schema must not run functions of ours.
    conn.pragma_update(None, "trusted_schema", false)
}

/// The version in the log counts too, not only the header's.
fn ensure_known(place: &Place, conn: &Connection) -> Result<(), StoreError> {
    let found: i64 = explained(place, conn.pragma_query_value(None, "user_version", |row| row.get(0)))?;
    match u32::try_from(found) {
        Ok(found) if found > known_version() => {
            Err(StoreError::Newer { path: place.0.clone(), found, known: known_version() })
        }
        Ok(0) | Err(_) => Err(place.damaged("it has no schema of ours")),
        Ok(_) => Ok(()),
    }
}

fn ensure_sound(place: &Place, conn: &Connection) -> Result<(), StoreError> {
    let n_bytes = fs::metadata(&place.0).map_err(|error| refused(place, &error))?.len();
    if n_bytes > LARGEST_CHECKED_BYTES {
        return Ok(());
    }
    let check = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match check.map_err(|error| place.explain(&error))?.as_str() {
        "ok" => Ok(()),
        said => Err(place.damaged(said)),
    }
}

fn migrate(place: &Place, conn: &mut Connection) -> Result<(), StoreError> {
    /// Memory for it, in KiB: tables that are made anew are looked up all over.
    const CACHE_KIB: i64 = 256 * 1024;
    let found: i64 = explained(place, conn.pragma_query_value(None, "user_version", |row| row.get(0)))?;
    let is_behind = u32::try_from(found).is_ok_and(|found| found < known_version());
    if !is_behind {
        return Ok(());
    }
    if found > 0 {
        if let Some(daemon) = place.0.parent().and_then(lock::of_another) {
            return Err(place.unusable(format!(
                "a daemon of an older version is at work on it ({daemon}): stop it, and start it anew with this version"
            )));
        }
        let (path, known) = (place.0.display(), known_version());
        tracing::warn!("bringing {path} up to date, from version {found} to {known}: a large store takes minutes");
    }
    // A table that others point to cannot be made anew else. Source: sqlite.org/lang_altertable.html section 7.
    explained(place, conn.pragma_update(None, "foreign_keys", false))?;
    explained(place, conn.pragma_update(None, "cache_size", -CACHE_KIB))?;
    MIGRATIONS.to_latest(conn).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => place.explain(&err),
        other => StoreError::Bug { reason: format!("cannot bring {} up to date: {other}", place.0.display()) },
    })?;
    explained(place, conn.pragma_update(None, "foreign_keys", true))?;
    // Else the log keeps the size of all that was made anew. What reads the store now does not hold this up.
    let truncated = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    explained(place, truncated)
}

/// Forgets all signatures where another release made them by other rules: they are made anew, a batch a poll.
fn forget_other_signatures(conn: &mut Connection) -> rusqlite::Result<()> {
    let sql = "SELECT signature FROM signatures LIMIT 1";
    let one: Option<Vec<u8>> = conn.query_row(sql, [], |row| row.get(0)).optional()?;
    let rules = one.as_deref().and_then(|signature| signature.first());
    if rules.is_none_or(|rules| *rules == SIGNATURE_RULES) {
        return Ok(());
    }
    let all = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    all.execute_batch(
        "DELETE FROM resembling; DELETE FROM signature_keys; DELETE FROM signatures; UPDATE works SET is_signed = 0",
    )?;
    all.commit()
}

fn explained<T>(place: &Place, result: rusqlite::Result<T>) -> Result<T, StoreError> {
    result.map_err(|error| place.explain(&error))
}
