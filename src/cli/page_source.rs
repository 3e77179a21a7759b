//! Where a page of the commands `extract` and `try` comes from: a saved file, or a URL through gate, robots and pace.

use std::io::{self, Read};
use std::path::Path;

use url::Url;

use super::world;
use crate::clock::Clock;
use crate::config::{Caps, Settings};
use crate::crawl::files;
use crate::fetch::{FetchPlan, Fetched, Limits};
use crate::model::Capture;
use crate::page::attach::{self, Media};

/// The URL a saved page has when nobody says it: enough to make its links absolute and plainly not a real one.
const UNKNOWN_URL: &str = "http://saved-page.invalid/";

/// A saved page or file as if it had just been received with status 200; `-` is standard input. What is larger than a
/// portal may send is not read.
pub(super) fn saved(file: &Path, url: Option<&Url>, caps: Caps) -> Result<Capture, String> {
    let limits = Limits::default().capped(caps);
    let wrong = |why: String| format!("{}: {why}", file.display());
    let mut body = Vec::new();
    let opened: io::Result<Box<dyn Read>> = match file.to_str() {
        Some("-") => Ok(Box::new(io::stdin())),
        _ => std::fs::File::open(file).map(|file| Box::new(file) as Box<dyn Read>),
    };
    let read = opened.and_then(|from| from.take(limits.attachment_bytes + 1).read_to_end(&mut body));
    read.map_err(|error| wrong(said(&error)))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let (most, key) = if is_saved_file(&body, &name) {
        (limits.attachment_bytes, "attachment_bytes")
    } else {
        (limits.page_bytes, "page_bytes")
    };
    if body.len() as u64 > most {
        return Err(wrong(format!(
            "it has more than {most} bytes and was not read; network.{key} in the settings says so"
        )));
    }
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

/// What went wrong with a file, without the number that the system gives it.
pub(super) fn said(error: &io::Error) -> String {
    let said = error.to_string();
    said.split(" (os error").next().unwrap_or(&said).to_owned()
}

/// Whether a capture is a file and not a page: a saved one has no header that says so, its bytes and its name do.
pub(super) fn is_file(capture: &Capture, name: &str) -> bool {
    let is_said_to_be_page = capture.header("content-type").is_some_and(|header| header.starts_with("text/html"));
    files::is_file(capture) || (!is_said_to_be_page && is_saved_file(&capture.body, name))
}

fn is_saved_file(bytes: &[u8], name: &str) -> bool {
    let named = Media::of_name(name).map(|(media, _)| media);
    match Media::of(bytes, "") {
        Media::Html | Media::Xml => false,
        Media::Text | Media::Csv | Media::Other => {
            named.is_some_and(|media| !matches!(media, Media::Html | Media::Xml)) || attach::is_binary(bytes)
        }
        _ => true,
    }
}

/// Whether this is the URL of a saved page that nobody named.
pub(super) fn is_unknown(url: &Url) -> bool {
    url.as_str() == UNKNOWN_URL
}

/// Whether a link was read from a saved page that nobody named.
pub(super) fn is_below_unknown(url: &Url) -> bool {
    !is_unknown(url) && url.as_str().starts_with(UNKNOWN_URL)
}

/// A page from its portal, asked politely and stored nowhere.
pub(super) async fn asked(plan: &FetchPlan, settings: &Settings) -> Result<Capture, String> {
    let fetcher = world::passing_fetcher(settings).map_err(|stop| stop.message)?;
    match fetcher.get(plan).await {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => Ok(capture),
        Err(error) => Err(error.to_string()),
    }
}
