//! The embedded engine: SQLite in WAL mode with `synchronous = FULL`, one writer, a few readers.
//!
//! In: closures over a connection. Out: their answers, errors explained in words. Every SQL statement of the program
//! stands below this folder.

mod absent;
mod alerts;
mod attachment;
mod back_dated;
mod backup;
mod base;
mod below;
mod capture;
mod content;
mod delivery;
mod evidence;
mod first_page;
mod host;
mod left;
mod listed;
mod listing;
mod listing_status;
mod lost;
mod member;
mod met;
mod moves;
mod number;
mod obligation;
mod open;
mod others;
mod outbox;
mod outside;
mod packed;
mod page;
mod pieces;
#[cfg(test)]
mod plan;
mod prepared;
mod query;
mod recheck;
mod report;
mod resemblance;
mod revision;
mod row;
mod search;
mod session;
mod site;
mod task;
mod tend;
mod thin;
mod timeline;
mod together;
mod told;
mod turn;
mod unindexed;
mod versions;
mod watched;
mod words;
mod work;
mod writer;

/// The verbs by the names that they have outside.
pub(super) mod verbs {
    pub(in crate::store) use super::absent::{in_its_place, in_place_of};
    pub(in crate::store) use super::alerts::{
        list as alerts, retry as retry_alerts, retry_channel, retry_dead, told_by,
    };
    pub(in crate::store) use super::attachment::{known as known_files, record as record_files};
    pub(in crate::store) use super::base::{Nearest, of_report as base_of_report, page as page_of_revision};
    pub(in crate::store) use super::capture::{heads as capture_heads, of_revision as stored_captures};
    pub(in crate::store) use super::content::{bytes as content, keep, readable};
    pub(in crate::store) use super::delivery::{
        claim_due, forget_trouble, give_back, health as channel_health, n_waiting, record_try,
    };
    pub(in crate::store) use super::evidence::{
        end_of_listing as end_evidence, forget_usual, keep_usual_of_listing, keep_usual_of_site, listed_rows,
        pages as evidence_pages, record as record_evidence, usual_of_listing, usual_of_site,
    };
    pub(in crate::store) use super::first_page::keep as keep_first_page;
    pub(in crate::store) use super::host::{
        claim as claim_host, hold_back, keep_robots, note_request, release as release_host, robots, wait_until,
    };
    pub(in crate::store) use super::left::{columns as left_columns, leave as leave_columns};
    pub(in crate::store) use super::listed::{record_page, record_unlinked};
    pub(in crate::store) use super::listing::{
        begin_walk, end_walk, had_pages, listing, record_baseline, settle_baseline, watch_page,
    };
    pub(in crate::store) use super::lost::{Behind, look as look_for_losses, lost_among};
    pub(in crate::store) use super::member::work;
    pub(in crate::store) use super::moves::{
        follow as follow_moves, follow_tokens, held as held_moves, recognise, urls as report_urls,
    };
    pub(in crate::store) use super::obligation::{facts as coverage_facts, files as coverage_files};
    pub(in crate::store) use super::outbox::{held as held_edits, n_read_in_held, owed, redesigns, settle};
    pub(in crate::store) use super::packed::{Against, Base, Packed};
    pub(in crate::store) use super::page::{forget_search, last_poll, make_due, save_search, searches};
    pub(in crate::store) use super::prepared::{Contents, Prepared};
    pub(in crate::store) use super::query::{
        changes, check, document, find as find_reports, heirs, history, reports, revision, stale as stale_reports,
        work_members,
    };
    pub(in crate::store) use super::recheck::{
        keep_rules as keep_recheck_rules, move_ahead as move_rechecks, rows as rechecks, rules as recheck_rules,
    };
    pub(in crate::store) use super::report::record as record_report;
    pub(in crate::store) use super::resemblance::{of_text as resembling, sign_late, unsigned as unsigned_works};
    pub(in crate::store) use super::revision::{prints_before, rebaseline};
    pub(in crate::store) use super::search::search;
    pub(in crate::store) use super::session::{add as add_session, end as end_session, has as has_session};
    pub(in crate::store) use super::site::{begin_poll, record_poll, standing, state as site_state, statuses};
    pub(in crate::store) use super::task::{ask_amiss_now, last_rules, listed_row, read_tasks, to_read};
    pub(in crate::store) use super::tend::{
        beat, last_beat, last_poll_at, mute, n_bytes, note_size, put_aside, rename as rename_site, sizes, tell_weekly,
    };
    pub(in crate::store) use super::thin::{due as to_thin, thin};
    pub(in crate::store) use super::timeline::{months, site_states, timeline};
    pub(in crate::store) use super::together::withheld_together;
    pub(in crate::store) use super::told::record as record_coverage;
    pub(in crate::store) use super::unindexed::index_more;
    pub(in crate::store) use super::watched::{
        census, due, go_by, next_due_at, oldest_overdue, release_unpolled, shift_back, unwatch, watch, watch_only,
    };
    pub(in crate::store) use super::work::{is_text_of_others, part as part_from_work, rejoin as rejoin_work};
}

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::Semaphore;

use super::{BackupFacts, StoreError};
use writer::{Access, Writer};

/// The file's name inside the state folder.
const FILE_NAME: &str = "govwatch.db";
/// Connections that read beside the writer: more than the cores of a small machine help nothing.
const N_READERS: usize = 4;

/// Where the database is, for messages.
#[derive(Debug, Clone)]
struct Place(PathBuf);

impl Place {
    fn unusable(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Unusable { path: self.0.clone(), reason: reason.into() }
    }

    fn damaged(&self, reason: impl Into<String>) -> StoreError {
        StoreError::Damaged { path: self.0.clone(), reason: reason.into() }
    }

    /// What an engine error means for the person who runs the program.
    fn explain(&self, error: &rusqlite::Error) -> StoreError {
        if let Some(reason) = content::lost_of(error) {
            return StoreError::Lost { reason };
        }
        let act = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => return self.damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another process has held it for 30 seconds: wait for it, or stop it"
            }
            Some(ErrorCode::DiskFull) => "the disk is full: free some space; nothing was lost",
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                "check that the folder exists and that this user may read and write it"
            }
            // The shared memory beside the log cannot be made longer then.
            Some(ErrorCode::SystemIoFailure) if is_full(&self.0) => {
                "the disk is full: free some space; nothing was lost"
            }
            Some(ErrorCode::SystemIoFailure) => "check the disk; network file systems are not supported",
            Some(ErrorCode::OperationInterrupted) => return StoreError::TookTooLong,
            // One value that is none of ours, such as a text that was damaged on the disk, too: the others can be read.
            _ => return StoreError::Bug { reason: format!("{error}; `govwatch doctor` reads the whole store") },
        };
        self.unusable(format!("{error}: {act}"))
    }
}

/// Whether the disk of a file has no room left for us.
fn is_full(path: &Path) -> bool {
    /// What SQLite makes its shared memory longer by.
    const LEAST_BYTES: u64 = 32 << 10;
    #[cfg(unix)]
    let n_free = rustix::fs::statvfs(path.parent().unwrap_or(path)).ok().map(|found| found.f_bavail * found.f_frsize);
    #[cfg(not(unix))]
    let n_free = path.parent().and(None);
    n_free.is_some_and(|n_free: u64| n_free < LEAST_BYTES)
}

/// The number of the file at a path.
fn file_at(path: &Path) -> Option<u64> {
    let found = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let file = Some(std::os::unix::fs::MetadataExt::ino(&found));
    #[cfg(not(unix))]
    let file = found.modified().ok().and(None);
    file
}

/// An open database.
#[derive(Debug)]
pub(super) struct Engine {
    place: Place,
    /// The file that was opened; `None` in memory, and where files have no numbers.
    file: Option<u64>,
    /// None for a database in memory, which only its writer can see. Before the writer, so that the writer is the last
    /// to close: only it may bring the log into the file.
    readers: Option<Readers>,
    writer: Writer,
}

#[derive(Debug)]
struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Engine {
    /// Opens the database of this folder, or makes it.
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        open::ensure_dir(dir)?;
        Self::on_disk(&dir.join(FILE_NAME))
    }

    /// Makes the folder, for this user alone.
    pub(super) fn make_folder(dir: &Path) -> Result<(), StoreError> {
        open::ensure_dir(dir)
    }

    /// Opens the database of this folder, which must be there.
    pub(super) fn open_existing(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(FILE_NAME);
        match path.try_exists() {
            Ok(true) => Self::on_disk(&path),
            Ok(false) => Err(StoreError::Missing { dir: dir.to_owned() }),
            Err(error) => Err(Place(path).unusable(format!("{error}: check that this user may read the folder"))),
        }
    }

    /// An empty database that lives as long as it is open.
    pub(super) fn in_memory() -> Result<Self, StoreError> {
        let place = Place(PathBuf::from("the store in memory"));
        let conn = open::in_memory(&place)?;
        Ok(Self { writer: Writer::start(conn, &place)?, place, file: None, readers: None })
    }

    /// A copy in memory of what is committed.
    pub(super) async fn scratch_copy(&self) -> Result<Self, StoreError> {
        let copy = self.read(open::copy_to_memory).await?;
        let place = Place(PathBuf::from("the copy in memory"));
        Ok(Self { writer: Writer::start(copy, &place)?, place, file: None, readers: None })
    }

    /// Writes a checked copy of what is committed to another file.
    pub(super) async fn backup(&self, to: PathBuf) -> Result<u64, StoreError> {
        let path = self.place.0.clone();
        let copying = tokio::task::spawn_blocking(move || backup::write(&open::reader(&Place(path))?, &to));
        copying.await.map_err(|_| StoreError::Bug { reason: "copying the store panicked".to_owned() })?
    }

    /// What a copy holds, once it is found whole.
    pub(super) fn inspect(path: &Path) -> Result<BackupFacts, StoreError> {
        backup::inspect(path)
    }

    fn on_disk(path: &Path) -> Result<Self, StoreError> {
        let place = Place(path.to_owned());
        let conn = open::on_disk(&place)?;
        let idle = (0..N_READERS).map(|_| open::reader(&place)).collect::<Result<Vec<_>, _>>()?;
        let permits = Arc::new(Semaphore::new(idle.len()));
        let readers = Readers { idle: Arc::new(Mutex::new(idle)), permits };
        Ok(Self { writer: Writer::start(conn, &place)?, file: file_at(path), place, readers: Some(readers) })
    }

    /// Whether the file that is open is still the one at its path.
    pub(super) fn ensure_in_place(&self) -> Result<(), StoreError> {
        let is_there = self.file.is_none() || file_at(&self.place.0) == self.file;
        let reason = "the file was moved, removed or replaced while it is open, and what is kept goes where this path does \
                      not lead: stop every govwatch on it, put the file back (with its -wal) or begin anew";
        if is_there { Ok(()) } else { Err(self.place.unusable(reason)) }
    }

    /// Runs `work` in the writer's transaction and answers after the commit. An error takes its writes back.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.writer.run(Access::Write, &self.place, work).await
    }

    /// Runs `work` on the writer's connection outside any transaction: it makes one of its own.
    pub(super) async fn write_alone<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        self.writer.run(Access::Alone, &self.place, work).await
    }

    /// Has the words that wait written, for a search that is to find all that was kept before it. Where the writer is busy
    /// for longer, or cannot write, the search goes on without them and says how many revisions it lacks; so it does where a
    /// test has paused the clock.
    pub(super) async fn write_words(&self) {
        const LONGEST: Duration = Duration::from_secs(1);
        if self.writer.has_words() {
            let written = self.write_alone(|conn| {
                writer::write_words(conn);
                Ok(())
            });
            // A writer that has ended says so to whoever writes.
            let _ = tokio::time::timeout(LONGEST, written).await;
        }
    }

    /// Runs `work` on a reader, on one state of the database.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        match self.readers {
            Some(_) => self.read_then(work, |answer| answer).await,
            None => self.writer.run(Access::Alone, &self.place, work).await,
        }
    }

    /// The same, and goes on with the answer on that thread once it reads no more: to hand it to another one costs as much as
    /// the reading.
    pub(super) async fn read_then<T, U, F>(
        &self,
        work: F,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, StoreError>
    where
        T: Send + 'static,
        U: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let bug = |what: &str| StoreError::Bug { reason: what.to_owned() };
        let Some(readers) = &self.readers else {
            let answer = self.writer.run(Access::Alone, &self.place, work).await?;
            return tokio::task::spawn_blocking(move || then(answer)).await.map_err(|_| bug("what was read panicked"));
        };
        let permits = Arc::clone(&readers.permits);
        let permit = permits.acquire_owned().await.map_err(|_| bug("the readers are closed"))?;
        let idle = Arc::clone(&readers.idle);
        let place = self.place.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = taken.map_or_else(|| open::reader(&place), Ok)?;
            let answer = conn.unchecked_transaction().and_then(|snapshot| work(&snapshot));
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            drop(permit);
            answer.map(then).map_err(|error| place.explain(&error))
        });
        reading.await.map_err(|_| bug("a store reading panicked"))?
    }

    /// The same, ended where SQLite works on it for longer than this. **Errors**: `TookTooLong`.
    pub(super) async fn read_within<T, F>(&self, longest: Duration, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        /// Steps of SQLite's machine between two looks at the clock: about a millisecond.
        const STEPS: i32 = 10_000;
        let limited = move |conn: &Connection| {
            let began = Instant::now();
            conn.progress_handler(STEPS, Some(move || began.elapsed() >= longest))?;
            let answer = work(conn);
            conn.progress_handler(0, None::<fn() -> bool>)?;
            answer
        };
        self.read(limited).await
    }
}
