//! The one writer: a thread that owns the connection. In: jobs over a bounded channel. Out: answers after COMMIT.
//!
//! What is queued is run in one transaction, a savepoint each (group commit: one fsync for many jobs). A job that
//! fails takes back its own writes only. Where polls are busy, a batch waits some milliseconds for more. The words of
//! what was kept are written once many wait, or after a moment. Never: network.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::runtime::{self, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::{Place, words};
use crate::store::StoreError;

/// Jobs that may wait: more than one machine's polls hold at once; then the callers wait.
const LONGEST_QUEUE: usize = 1024;
/// Most jobs of one transaction: enough to hide the fsync, few enough that nobody waits long.
const LARGEST_BATCH: usize = 256;

/// Jobs of a batch from which on polls are busy, and the next batch waits for more.
const BUSY: usize = 8;
/// How long it waits at a time, for as long as that brings more, and in all: a poll that asks once a second does not
/// notice it.
const NAP: Duration = Duration::from_millis(2);
const N_NAPS: usize = 10;

/// The writer thread's sending end; dropping it finishes what is queued and closes the database.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    has_words: Arc<AtomicBool>,
}

/// Whether a job runs inside the batch's transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// It writes.
    Write,
    /// It only reads, or makes a transaction of its own; it runs alone.
    Alone,
}

/// Work for the writer, its answer kept until the commit.
trait Job: Send {
    fn access(&self) -> Access;
    /// Does the work; false: its writes must be taken back.
    fn run(&mut self, conn: &Connection) -> bool;
    /// Sends the answer, or the failure of the whole transaction.
    fn reply(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Task<T, F> {
    access: Access,
    work: Option<F>,
    place: Place,
    outcome: Option<Result<T, StoreError>>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: FnOnce(&Connection) -> rusqlite::Result<T> + Send> Job for Task<T, F> {
    fn access(&self) -> Access {
        self.access
    }

    fn run(&mut self, conn: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        let done = match catch_unwind(AssertUnwindSafe(|| work(conn))) {
            Ok(done) => done.map_err(|error| self.place.explain(&error)),
            Err(_) => Err(StoreError::Bug { reason: "a store job panicked".to_owned() }),
        };
        let is_done = done.is_ok();
        self.outcome = Some(done);
        is_done
    }

    fn reply(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { outcome, answer, .. } = *self;
        let never_run = || Err(StoreError::Bug { reason: "a store job was never run".to_owned() });
        // The caller may have gone away, as a poll that is interrupted; what was written stays written.
        let _ = answer.send(committed.and_then(|()| outcome.unwrap_or_else(never_run)));
    }
}

impl Writer {
    /// Starts the thread on this connection.
    pub(super) fn start(conn: Connection, place: &Place) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(LONGEST_QUEUE);
        let here = place.clone();
        let has_words = Arc::new(AtomicBool::new(false));
        let known = Arc::clone(&has_words);
        let spawned = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            let clock = runtime::Builder::new_current_thread().enable_time().build().ok();
            serve(&conn, &mut Queue { jobs: queue, clock, has_words: known }, &here);
        });
        let thread = spawned.map_err(|error| place.unusable(format!("no thread for the store: {error}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), has_words })
    }

    /// Whether words of what was kept wait to be written.
    pub(super) fn has_words(&self) -> bool {
        self.has_words.load(Ordering::Acquire)
    }

    /// Runs `work` and answers after it is committed.
    pub(super) async fn run<T, F>(&self, access: Access, place: &Place, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let ended = || StoreError::Bug { reason: "the store's writer has ended".to_owned() };
        let (answer, answered) = oneshot::channel();
        let task = Task { access, work: Some(work), place: place.clone(), outcome: None, answer };
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.send(Box::new(task)).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so to its callers.
            let _ = thread.join();
        }
    }
}

/// What the writer is asked for.
struct Queue {
    jobs: mpsc::Receiver<Box<dyn Job>>,
    /// What it waits by; `None`: no words wait for others.
    clock: Option<Runtime>,
    /// Whether words wait.
    has_words: Arc<AtomicBool>,
}

impl Queue {
    /// The next job; what waits to be indexed is written where it is due before one comes. None: there are no more.
    fn next(&mut self, conn: &Connection) -> Option<Box<dyn Job>> {
        let due = words::due().map(Instant::from_std);
        self.has_words.store(due.is_some(), Ordering::Release);
        let Some(due) = due else { return self.jobs.blocking_recv() };
        let jobs = &mut self.jobs;
        if due > Instant::now()
            && let Some(clock) = &self.clock
            && let Ok(next) = clock.block_on(async { timeout_at(due, jobs.recv()).await })
        {
            return next;
        }
        write_words(conn);
        self.has_words.store(false, Ordering::Release);
        self.jobs.blocking_recv()
    }
}

/// Writes the words that wait. Where that fails, their revisions are marked, and indexed later.
pub(super) fn write_words(conn: &Connection) {
    match catch_unwind(AssertUnwindSafe(|| words::flush(conn))) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("texts were not indexed, a later run goes on: {error}"),
        Err(_) => tracing::error!("indexing texts panicked, a later run goes on"),
    }
}

fn serve(conn: &Connection, queue: &mut Queue, place: &Place) {
    let mut waiting: Option<Box<dyn Job>> = None;
    let mut n_before = 0;
    while let Some(mut first) = waiting.take().or_else(|| queue.next(conn)) {
        if first.access() == Access::Alone {
            first.run(conn);
            first.reply(Ok(()));
            continue;
        }
        let mut batch = vec![first];
        waiting = take(&mut queue.jobs, &mut batch);
        if n_before >= BUSY && waiting.is_none() {
            waiting = linger(&mut queue.jobs, &mut batch);
        }
        n_before = batch.len();
        let committed = commit(conn, &mut batch).map_err(|error| place.explain(&error));
        // Before the answers: whoever searches next must know.
        queue.has_words.store(words::n_waiting() > 0, Ordering::Release);
        for job in batch {
            job.reply(committed.clone());
        }
    }
    write_words(conn);
}

/// Takes the jobs that are queued into the batch; gives the first that must run alone.
fn take(queue: &mut mpsc::Receiver<Box<dyn Job>>, batch: &mut Vec<Box<dyn Job>>) -> Option<Box<dyn Job>> {
    while batch.len() < LARGEST_BATCH {
        match queue.try_recv() {
            Ok(job) if job.access() == Access::Write => batch.push(job),
            other => return other.ok(),
        }
    }
    None
}

/// Waits for more jobs as long as they keep coming: what a commit costs, it costs for all of them once.
fn linger(queue: &mut mpsc::Receiver<Box<dyn Job>>, batch: &mut Vec<Box<dyn Job>>) -> Option<Box<dyn Job>> {
    for _ in 0..N_NAPS {
        let n_before = batch.len();
        if n_before == LARGEST_BATCH {
            break;
        }
        std::thread::sleep(NAP);
        let alone = take(queue, batch);
        if alone.is_some() || batch.len() == n_before {
            return alone;
        }
    }
    None
}

/// Runs a batch in one transaction. On error nothing of it is kept.
fn commit(conn: &Connection, batch: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    // IMMEDIATE: a second process waits here, before anything was read that it might change.
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let run = |batch: &mut [Box<dyn Job>]| {
        for job in batch {
            let n_waiting = words::n_waiting();
            conn.execute_batch("SAVEPOINT job")?;
            if !job.run(conn) {
                conn.execute_batch("ROLLBACK TO job")?;
                words::forget_behind(n_waiting);
            }
            conn.execute_batch("RELEASE job")?;
        }
        conn.execute_batch("COMMIT")
    };
    run(batch).inspect_err(|_| {
        // Also what waited before, some of which a job may have written in vain: all of it is marked.
        words::forget_behind(0);
        if !conn.is_autocommit() {
            // Its own failure would hide the first one, which is the one to tell.
            let _ = conn.execute_batch("ROLLBACK");
        }
    })
}
