//! A copy of a database that is in use. In: a reader's connection and a path. Out: a whole database there, checked.
//!
//! Never: half a file under the name that was asked for; it is made aside and moved into place when it is sound.

use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::Place;
use crate::store::{BackupFacts, StoreError};

/// Pages a step: 4 MiB, so that the copy ends soon and a busy disk is not held for long.
const STEP_PAGES: i32 = 1024;

/// Copies what is committed into a file beside `to`, checks it, and moves it there. Gives its size.
pub(super) fn write(from: &Connection, to: &Path) -> Result<u64, StoreError> {
    let aside = to.with_added_extension("part");
    let place = Place(aside.clone());
    let made = copy(from, &aside, &place).and_then(|()| keep(&aside, to, &place));
    if made.is_err() {
        // It is ours, and worth nothing.
        drop(fs::remove_file(&aside));
    }
    made
}

fn copy(from: &Connection, aside: &Path, place: &Place) -> Result<(), StoreError> {
    let private = super::open::private_file(aside);
    private.map_err(|error| place.unusable(format!("{error}: check the folder and its permissions")))?;
    let explain = |error| place.explain(&error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut into = Connection::open_with_flags(aside, flags).map_err(explain)?;
    // A step that finds the file locked comes back at once.
    copy_pages(from, &mut into, || std::thread::sleep(Duration::from_millis(1))).map_err(explain)?;
    // One file, that may be moved about: a copy needs no log beside it.
    into.pragma_update(None, "journal_mode", "DELETE").map_err(explain)?;
    let said: String = into.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(explain)?;
    if said == "ok" { Ok(()) } else { Err(place.damaged(said)) }
}

/// Copies one state of the database: a copy that began anew with each commit of others would never end on a busy store.
fn copy_pages(from: &Connection, into: &mut Connection, mut pause: impl FnMut()) -> rusqlite::Result<()> {
    let snapshot = from.unchecked_transaction()?;
    super::open::pin(&snapshot)?;
    let backup = Backup::new(&snapshot, into)?;
    while backup.step(STEP_PAGES)? != StepResult::Done {
        pause();
    }
    Ok(())
}

fn keep(aside: &Path, to: &Path, place: &Place) -> Result<u64, StoreError> {
    let kept = || {
        let file = File::open(aside)?;
        file.sync_all()?;
        let n_bytes = file.metadata()?.len();
        fs::rename(aside, to)?;
        if let Some(dir) = to.parent().filter(|_| cfg!(unix)) {
            let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
            File::open(dir)?.sync_all()?;
        }
        Ok(n_bytes)
    };
    kept().map_err(|error: std::io::Error| place.unusable(format!("{error}: check the folder and its permissions")))
}

/// What a copy holds, once it is found whole. The file is only read.
pub(super) fn inspect(path: &Path) -> Result<BackupFacts, StoreError> {
    let place = Place(path.to_owned());
    super::open::ensure_ours(&place)?;
    let explain = |error| place.explain(&error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(explain)?;
    if let Some(problem) = super::query::check(&conn).map_err(explain)?.into_iter().next() {
        return Err(place.damaged(problem));
    }
    let count = |sql| conn.query_row(sql, [], |row| row.get::<_, u32>(0)).map_err(explain);
    let schema = count("PRAGMA user_version")?;
    let is_ours = schema == super::open::known_version();
    Ok(BackupFacts {
        schema,
        losses: if is_ours { Some(super::lost::all(&conn).map_err(explain)?) } else { None },
        n_sites: count("SELECT count(*) FROM sites")?,
        n_reports: count("SELECT count(*) FROM reports")?,
        last_poll_at: super::tend::last_poll_at(&conn).map_err(explain)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_ends_though_others_commit_between_its_steps() {
        let dir = tempfile::TempDir::new().unwrap();
        let open = || Connection::open(dir.path().join("busy.db")).unwrap();
        let (writer, reader) = (open(), open());
        writer.pragma_update(None, "journal_mode", "wal").unwrap();
        writer.execute_batch("CREATE TABLE pages (data BLOB)").unwrap();
        let put = || writer.execute("INSERT INTO pages VALUES (zeroblob(4000000))", []).unwrap();
        let n_put: usize = (0..3).map(|_| put()).sum();
        assert_eq!(n_put, 3);
        let mut into = Connection::open_in_memory().unwrap();
        let mut n_pauses = 0;
        copy_pages(&reader, &mut into, || {
            n_pauses += 1;
            assert!(n_pauses < 10, "it begins anew with each commit");
            put();
        })
        .unwrap();
        let n_rows: u32 = into.query_row("SELECT count(*) FROM pages", [], |row| row.get(0)).unwrap();
        assert_eq!((n_rows, n_pauses > 1), (3, true), "what it held when the copy began");
    }
}
