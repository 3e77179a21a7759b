//! What a drawn page asks for, asked by the fetcher.
//!
//! In: a request that may be made. Out: its answer, or why the page cannot be drawn whole. Never: a page drawn around a
//! hole: where data of the site's own did not come, the rows that are missing would look like rows that were taken down.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;

use super::verdict::Ask;
use crate::error::Class;
use crate::fetch::body::Answer;
use crate::fetch::{FetchError, FetchPlan, Fetcher, Trip, error};

/// Bytes of scripts that are kept: portals have some 2 MB of them.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// The scripts that the pages of one poll share: they are asked for once.
#[derive(Default)]
pub(crate) struct Scripts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: HashMap<Url, Arc<Answer>>,
    n_bytes: usize,
}

impl Scripts {
    pub(super) fn get(&self, url: &Url) -> Option<Arc<Answer>> {
        self.kept().answers.get(url).cloned()
    }

    fn keep(&self, url: Url, answer: &Arc<Answer>) {
        let mut kept = self.kept();
        if answer.status == 200 && kept.n_bytes + answer.body.len() <= MOST_BYTES {
            kept.n_bytes += answer.body.len();
            kept.answers.insert(url, Arc::clone(answer));
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().expect("invariant: no holder of the scripts panics")
    }
}

/// What came of a request.
pub(super) struct Asked {
    /// By which the browser is answered.
    pub(super) id: String,
    /// Where it was asked.
    pub(super) url: Url,
    pub(super) result: Result<Given, FetchError>,
    pub(super) network_time: Duration,
    pub(super) wire_bytes: u64,
    pub(super) n_requests: u32,
}

/// What the page is given.
pub(super) enum Given {
    Answer(Arc<Answer>),
    /// Nothing: the rules forbid it, whatever the page makes of that.
    Nothing(FetchError),
}

impl Fetcher {
    /// Asks for what a page wants, within the network time that it has left.
    pub(super) async fn ask_for_page(&self, plan: &FetchPlan, id: String, ask: Ask, time: Duration) -> Asked {
        let Ask { url, post, headers, is_script } = ask;
        let mut trip = Trip { post, time, of_script: Some(headers), ..Trip::of(plan, &self.shared.limits) };
        trip.at = url.clone();
        let result = match self.follow(plan, &mut trip).await {
            Ok(answer) => whole(&trip.at, Arc::new(answer)),
            Err(error) => forbidden(error),
        };
        if let (true, Ok(Given::Answer(answer))) = (is_script, &result) {
            self.scripts.keep(url.clone(), answer);
        }
        let network_time = time.saturating_sub(trip.time);
        Asked { id, url, result, network_time, wire_bytes: trip.wire_bytes, n_requests: trip.n_requests }
    }
}

/// An answer that a page can be drawn with: a file that is not there is one, a server in trouble is none.
fn whole(url: &Url, answer: Arc<Answer>) -> Result<Given, FetchError> {
    let status = answer.status;
    let failure = FetchError::Status { url: url.clone(), status, meaning: error::meaning_of(status) };
    let is_whole = !error::is_refusal(status) || failure.class() == Class::Layout;
    if is_whole { Ok(Given::Answer(answer)) } else { Err(failure) }
}

/// A request that our own rules forbid leaves a hole that the site's author can be told of; any other failure may be
/// another one at the next poll.
fn forbidden(error: FetchError) -> Result<Given, FetchError> {
    match error {
        FetchError::Refused { .. } | FetchError::Forbidden { .. } | FetchError::Elsewhere { .. } => {
            Ok(Given::Nothing(error))
        }
        error => Err(error),
    }
}
