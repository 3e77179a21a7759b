//! Stage 5, beside the page: the further pages of an article, asked for and joined.
//!
//! In: the first page and where its article goes on. Out: one Document of all, and every capture it was read from. Never: a
//! part taken for the whole without saying so; where one page is missing, or where no page says that it is the last, the
//! doubt of the first stays.

use std::collections::VecDeque;
use std::sync::Arc;

use url::Url;

use super::judge;
use super::visit::{Halt, Missing, Visit};
use crate::fetch::Fetched;
use crate::model::{Capture, Document, Doubt, Validators};
use crate::page::parts::{self, MOST_PAGES, Next};

/// The first page of an article.
pub(super) struct First {
    document: Document,
    url: Url,
    /// The pages that it names.
    next: Next,
}

impl First {
    pub(super) fn of(document: Document, capture: &Capture, next: Next) -> Self {
        Self { document, url: capture.final_url.clone(), next }
    }
}

/// Further pages, in order, and what the last of them says.
struct Further {
    pages: Vec<Document>,
    captures: Vec<Capture>,
    last: Next,
}

/// The whole article, with the captures of its further pages; the first page alone where one of them did not come.
///
/// The first page need not name them all: behind the last one that is named stands what that one names.
pub(super) async fn whole(visit: &Visit<'_>, first: First) -> Result<(Document, Vec<Capture>), Halt> {
    if first.next.urls.is_empty() {
        return Ok((first.document, Vec::new()));
    }
    match further(visit, &first).await? {
        Some(further) => Ok(joined(first, further)),
        None => Ok((first.document, Vec::new())),
    }
}

/// Every further page; `None` where one did not come.
async fn further(visit: &Visit<'_>, first: &First) -> Result<Option<Further>, Halt> {
    let mut read = Further { pages: Vec::new(), captures: Vec::new(), last: first.next.clone() };
    let mut asked = vec![first.url.clone()];
    let mut ahead = VecDeque::from(first.next.urls.clone());
    while let Some(url) = ahead.pop_front() {
        let Some(capture) = fetched(visit, &url).await? else { return Ok(None) };
        asked.push(url);
        let Some((mut pages, captures, last)) = read_parts(visit, first, vec![capture]).await else {
            return Ok(None);
        };
        read.pages.append(&mut pages);
        read.captures.extend(captures);
        if ahead.is_empty() {
            let is_known = last.urls.iter().any(|url| asked.contains(url));
            let n_left = usize::try_from(MOST_PAGES).unwrap_or(usize::MAX).saturating_sub(asked.len());
            let n_ahead = if is_known { 0 } else { n_left };
            ahead.extend(last.urls.iter().take(n_ahead).cloned());
        }
        read.last = last;
    }
    Ok(Some(read))
}

async fn fetched(visit: &Visit<'_>, url: &Url) -> Result<Option<Capture>, Halt> {
    if !visit.is_own(url) {
        return Ok(None);
    }
    match visit.get(url, Validators::default()).await {
        Ok(Fetched::Body(capture)) => Ok(Some(capture)),
        Err(Missing::Halt(halt)) => Err(halt),
        Ok(Fetched::NotModified(_)) | Err(Missing::Fetch(_)) => Ok(None),
    }
}

type Parts = (Vec<Document>, Vec<Capture>, Next);

/// Further pages as read, and what the last of them says; `None` where one is no page with text, or cannot be read.
async fn read_parts(visit: &Visit<'_>, first: &First, captures: Vec<Capture>) -> Option<Parts> {
    let (site, url) = (Arc::clone(visit.site), first.url.clone());
    let reading = visit.world.parser.run(move || {
        let pages: Option<Vec<_>> = captures.iter().map(|capture| judge::part(capture, &site, &url)).collect();
        let (pages, mut nexts): (Vec<Document>, Vec<Next>) = pages?.into_iter().unzip();
        nexts.pop().map(|last| (pages, captures, last))
    });
    // It is missing from this article; the other reports of the poll go on.
    reading.await.unwrap_or_else(|failure| {
        tracing::warn!(site = %visit.site.id, url = %first.url, "a further page was not read: {}", failure.reason);
        None
    })
}

/// The same from captures that are here already.
pub(super) async fn join(visit: &Visit<'_>, first: First, captures: Vec<Capture>) -> (Document, Vec<Capture>) {
    if captures.is_empty() {
        return (first.document, captures);
    }
    match read_parts(visit, &first, captures).await {
        Some((pages, captures, last)) => joined(first, Further { pages, captures, last }),
        None => (first.document, Vec::new()),
    }
}

/// One Document; doubted where the last page is not known to be the last of the article.
fn joined(first: First, further: Further) -> (Document, Vec<Capture>) {
    let Further { pages, captures, last } = further;
    let mut document = parts::join(std::iter::once(first.document).chain(pages));
    if !last.is_at_end(first.next.end) {
        document.doubts.push(Doubt::PartOfArticle);
        document.doubts.sort_unstable();
    }
    (document, captures)
}
