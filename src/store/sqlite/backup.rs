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
    {
        let backup = Backup::new(from, &mut into).map_err(explain)?;
        while backup.step(STEP_PAGES).map_err(explain)? != StepResult::Done {
            // A step that finds the file locked comes back at once.
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    // One file, that may be moved about: a copy needs no log beside it.
    into.pragma_update(None, "journal_mode", "DELETE").map_err(explain)?;
    let said: String = into.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(explain)?;
    if said == "ok" { Ok(()) } else { Err(place.damaged(said)) }
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
    Ok(BackupFacts {
        schema: count("PRAGMA user_version")?,
        n_sites: count("SELECT count(*) FROM sites")?,
        n_reports: count("SELECT count(*) FROM reports")?,
        last_poll_at: super::tend::last_poll_at(&conn).map_err(explain)?,
    })
}
