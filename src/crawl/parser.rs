//! Runs the pure core off the async threads, bounded in number and time.
//!
//! In: a closure over owned data. Out: its result, or a Failure when it panicked or took too long.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::bug;
use crate::error::{Class, Failure, Stage};

/// Longest time a page may take to be read: a thousand times the usual few milliseconds.
const LONGEST_PARSE: Duration = Duration::from_secs(5);

/// A bounded number of threads that read pages. Clones share the bound.
#[derive(Clone)]
pub struct Parser {
    places: Arc<Semaphore>,
}

impl Parser {
    /// One page at a time for each core.
    pub fn new(n_cores: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(n_cores.max(1))) }
    }

    /// Reads one page. **Errors**: `Bug` for a panic; `Layout` for a page that takes too long, whose thread is
    /// given up to end by itself and keeps its place until then.
    pub async fn run<T: Send + 'static>(&self, read: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.expect("invariant: the semaphore is never closed");
        let thread = tokio::task::spawn_blocking(move || {
            let _place = place;
            read()
        });
        match tokio::time::timeout(LONGEST_PARSE, thread).await {
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
}
