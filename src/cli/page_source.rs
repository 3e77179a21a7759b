//! Where a page of the commands `extract` and `try` comes from: a saved file, or a URL through gate, robots and pace.

use std::path::Path;

use url::Url;

use super::extract_stages::china;
use super::world;
use crate::clock::Clock;
use crate::config::{FetchRule, PaceRule, Settings};
use crate::fetch::{FetchPlan, Fetched, What};
use crate::model::{Capture, PageAddress, Validators};

/// The URL a saved page has when nobody says it: enough to make its links absolute and plainly not a real one.
const UNKNOWN_URL: &str = "http://saved-page.invalid/";

/// A saved page as if it had just been received with status 200.
pub(super) fn saved(file: &Path, url: Option<&Url>) -> Result<Capture, String> {
    let body = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let url = url.cloned().unwrap_or_else(|| UNKNOWN_URL.parse().expect("invariant: a valid URL"));
    Ok(Capture {
        final_url: url.clone(),
        url,
        status: 200,
        headers: Vec::new(),
        body: body.into(),
        fetched_at: Clock::System.now(),
        wire_bytes: 0,
        n_requests: 0,
    })
}

/// Whether this is the URL of a saved page that nobody named.
pub(super) fn is_unknown(url: &Url) -> bool {
    url.as_str() == UNKNOWN_URL
}

/// A page from its portal, asked politely and stored nowhere.
pub(super) async fn asked(url: &Url, rule: FetchRule, pace: PaceRule, settings: &Settings) -> Result<Capture, String> {
    asked_at(&url.clone().into(), rule, pace, settings).await
}

/// A page of a listing, which may be asked for by POST.
pub(super) async fn asked_at(
    address: &PageAddress,
    rule: FetchRule,
    pace: PaceRule,
    settings: &Settings,
) -> Result<Capture, String> {
    let fetcher = world::passing_fetcher(settings).map_err(|stop| stop.message)?;
    let plan = FetchPlan {
        url: address.url.clone(),
        post: address.post.clone(),
        validators: Validators::default(),
        rule,
        pace,
        zone: china(),
        what: What::Page,
    };
    match fetcher.get(&plan).await {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => Ok(capture),
        Err(error) => Err(error.to_string()),
    }
}
