//! Runs the pure core off the async threads, bounded in number and time.
//!
//! In: a closure over owned data. Out: its result, or a Failure when it panicked or took too long.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::bug;
use crate::error::{Class, Failure, Stage};

/// Longest time a page may take to be read: a thousand times the usual few milliseconds.
const LONGEST_PARSE: Duration = Duration::from_secs(5);

/// Threads in the place of those that a page keeps for longer: no page ever did, so more than a few readings tell of a mistake of
/// ours, and a machine that only reads such pages is none to save.
const MOST_SPARE: usize = 4;

/// What a thread does next; whether it goes on afterwards.
type Job = Box<dyn FnOnce() -> bool + Send>;

/// A bounded number of threads that read pages. Clones share them; they end with the last one.
///
/// The same few threads read everything: each has its own caches of the patterns, which are dear to fill, and the runtime
/// hands blocking work to whichever of its hundreds is idle.
#[derive(Clone)]
pub struct Parser {
    places: Arc<Semaphore>,
    spares: Arc<Semaphore>,
    jobs: Sender<Job>,
    queue: Arc<Mutex<Receiver<Job>>>,
}

impl Parser {
    /// One page at a time for each core.
    pub fn new(n_cores: usize) -> Self {
        let n_threads = n_cores.max(1);
        let (jobs, queue) = mpsc::channel();
        let (places, spares) = (Arc::new(Semaphore::new(n_threads)), Arc::new(Semaphore::new(MOST_SPARE)));
        let parser = Self { places, spares, jobs, queue: Arc::new(Mutex::new(queue)) };
        for _ in 0..n_threads {
            parser.begin_thread().expect("invariant: a process may have a few threads");
        }
        parser
    }

    fn begin_thread(&self) -> io::Result<()> {
        let queue = Arc::clone(&self.queue);
        std::thread::Builder::new().name("parser".to_owned()).spawn(move || serve(&queue)).map(drop)
    }

    /// Reads one page. **Errors**: `Bug` for a panic; `Layout` for a page that takes too long, whose thread is
    /// given up to end by itself; another one takes its place, as far as there are spare ones.
    pub async fn run<T: Send + 'static>(&self, read: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.expect("invariant: the semaphore is never closed");
        let (jobs, spares) = (self.jobs.clone(), Arc::clone(&self.spares));
        // Whether it has ended or was given up, whichever came first.
        let is_settled = Arc::new(AtomicBool::new(false));
        let settles = Arc::clone(&is_settled);
        // Waited for on a thread of the runtime, whose clock stands still for it where a test has stopped it.
        let waiting = tokio::task::spawn_blocking(move || {
            let (answer, answered) = mpsc::sync_channel(1);
            let job = move || {
                let read = catch_unwind(AssertUnwindSafe(read));
                let is_in_time = !settles.swap(true, Ordering::AcqRel);
                // Whoever waited may have given it up.
                drop(answer.send((read, is_in_time)));
                is_in_time
            };
            jobs.send(Box::new(job)).expect("invariant: the threads live as long as their queue");
            let (read, is_in_time) = answered.recv().expect("invariant: every job answers");
            if !is_in_time {
                // Another thread has its place.
                place.forget();
                spares.add_permits(1);
            }
            read.unwrap_or_else(|panic| resume_unwind(panic))
        });
        match tokio::time::timeout(LONGEST_PARSE, waiting).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => Err(bug(panic)),
            Err(_) => {
                self.give_up(&is_settled);
                Err(Failure::new(
                    Class::Layout,
                    Stage::Extract,
                    format!("the page took longer than {} s to read; it is given up", LONGEST_PARSE.as_secs()),
                ))
            }
        }
    }

    /// Has another thread take the place of one that is kept.
    fn give_up(&self, is_settled: &AtomicBool) {
        let Ok(spare) = self.spares.try_acquire() else {
            tracing::error!(
                "one more page keeps a thread, and there is no spare one; restart govwatch, and report its URL"
            );
            return;
        };
        // A thread too many takes work and no place; one too few would hold up all.
        if let Err(error) = self.begin_thread() {
            tracing::error!("a page keeps a thread, and no other one can be begun: {error}");
            return;
        }
        if !is_settled.swap(true, Ordering::AcqRel) {
            spare.forget();
            self.places.add_permits(1);
        }
    }
}

/// Does what is asked for, until nobody can ask any more, or others do it.
fn serve(queue: &Mutex<Receiver<Job>>) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(job) = next() {
        if !job() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_the_failure_of_that_page_alone() {
        let parser = Parser::new(1);
        let failure = parser.run(|| -> u8 { panic!("broken invariant") }).await.expect_err("it panicked");
        assert_eq!(failure.class, Class::Bug);
        assert_eq!(parser.run(|| 7).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_is_never_read_keeps_no_place_of_the_others() {
        let parser = Parser::new(1);
        let (go, wait) = mpsc::channel::<()>();
        let reading = tokio::spawn({
            let parser = parser.clone();
            async move { parser.run(move || wait.recv().is_ok()).await }
        });
        while parser.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::advance(LONGEST_PARSE * 2).await;
        let failure = reading.await.expect("it gives up").expect_err("it took too long");
        assert_eq!(failure.class, Class::Layout);
        assert_eq!(parser.run(|| 7).await, Ok(7), "another thread reads");
        go.send(()).expect("it still waits");
        while parser.spares.available_permits() < MOST_SPARE {
            tokio::task::yield_now().await;
        }
        assert_eq!(parser.run(|| 8).await, Ok(8));
        assert_eq!(parser.places.available_permits(), 1, "its place is not given back twice");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_has_its_time_by_the_clock_of_the_world() {
        let parser = Parser::new(1);
        let (go, wait) = mpsc::channel::<()>();
        let reading = parser.run(move || wait.recv().is_ok());
        let letting = async { go.send(()) };
        let (read, let_go) = tokio::join!(reading, letting);
        assert_eq!((read, let_go), (Ok(true), Ok(())), "a clock that stands still ends no reading");
    }
}
