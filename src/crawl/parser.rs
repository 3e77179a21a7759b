//! Runs the pure core off the async threads, bounded in number and time.
//!
//! In: a closure over owned data. Out: its result, or a Failure when it panicked or took too long.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::bug;
use crate::error::{Class, Failure, Stage};

/// Longest time a page may take to be read: a thousand times the usual few milliseconds.
const LONGEST_PARSE: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce() + Send>;

/// A bounded number of threads that read pages. Clones share them; they end with the last one.
///
/// The same few threads read everything: each has its own caches of the patterns, which are dear to fill, and the runtime
/// hands blocking work to whichever of its hundreds is idle.
#[derive(Clone)]
pub struct Parser {
    places: Arc<Semaphore>,
    jobs: Sender<Job>,
}

impl Parser {
    /// One page at a time for each core.
    pub fn new(n_cores: usize) -> Self {
        let n_threads = n_cores.max(1);
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..n_threads {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name("parser".to_owned())
                .spawn(move || serve(&queue))
                .expect("invariant: a process may have a few threads");
        }
        Self { places: Arc::new(Semaphore::new(n_threads)), jobs }
    }

    /// Reads one page. **Errors**: `Bug` for a panic; `Layout` for a page that takes too long, whose thread is
    /// given up to end by itself and keeps its place until then.
    pub async fn run<T: Send + 'static>(&self, read: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.expect("invariant: the semaphore is never closed");
        let jobs = self.jobs.clone();
        // Waited for on a thread of the runtime, whose clock stands still for it where a test has stopped it.
        let waiting = tokio::task::spawn_blocking(move || {
            let _place = place;
            let (answer, answered) = mpsc::sync_channel(1);
            // Whoever waited may have given it up.
            let job = move || drop(answer.send(catch_unwind(AssertUnwindSafe(read))));
            jobs.send(Box::new(job)).expect("invariant: the threads live as long as their queue");
            let answer = answered.recv().expect("invariant: every job answers");
            answer.unwrap_or_else(|panic| resume_unwind(panic))
        });
        match tokio::time::timeout(LONGEST_PARSE, waiting).await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => Err(bug(panic)),
            Err(_) => Err(Failure::new(
                Class::Layout,
                Stage::Extract,
                format!("the page took longer than {} s to read; it is given up", LONGEST_PARSE.as_secs()),
            )),
        }
    }
}

/// Does what is asked for, until nobody can ask any more.
fn serve(queue: &Mutex<Receiver<Job>>) {
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(job) = next() {
        job();
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
    async fn a_page_has_its_time_by_the_clock_of_the_world() {
        let parser = Parser::new(1);
        let (go, wait) = mpsc::channel::<()>();
        let reading = parser.run(move || wait.recv().is_ok());
        let letting = async { go.send(()) };
        let (read, let_go) = tokio::join!(reading, letting);
        assert_eq!((read, let_go), (Ok(true), Ok(())), "a clock that stands still ends no reading");
    }
}
