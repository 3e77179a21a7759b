//! Stage 5, beside the page: the further pages of an article, asked for and joined.
//!
//! In: the Document of the first page and where the others are. Out: one Document of all, and every capture it was read
//! from. Never: a part taken for the whole without saying so; where one page is missing, the doubt of the first stays.

use std::sync::Arc;

use url::Url;

use super::judge;
use super::visit::{Halt, Missing, Visit};
use crate::fetch::Fetched;
use crate::model::{Capture, Document, Validators};
use crate::page::parts;

/// The whole article, with the captures of its further pages; the first page alone where one of them did not come.
pub(super) async fn whole(
    visit: &Visit<'_>,
    first: Document,
    others: &[Url],
) -> Result<(Document, Vec<Capture>), Halt> {
    let mut captures = Vec::with_capacity(others.len());
    for url in others {
        if !visit.is_own(url) {
            return Ok((first, Vec::new()));
        }
        match visit.get(url, Validators::default()).await {
            Ok(Fetched::Body(capture)) => captures.push(capture),
            Err(Missing::Halt(halt)) => return Err(halt),
            Ok(Fetched::NotModified(_)) | Err(Missing::Fetch(_)) => return Ok((first, Vec::new())),
        }
    }
    join(visit, first, captures).await
}

/// The same from captures that are here already.
pub(super) async fn join(
    visit: &Visit<'_>,
    first: Document,
    captures: Vec<Capture>,
) -> Result<(Document, Vec<Capture>), Halt> {
    if captures.is_empty() {
        return Ok((first, captures));
    }
    let site = Arc::clone(visit.site);
    let reading = visit.world.parser.run(move || {
        let pages: Option<Vec<Document>> = captures.iter().map(|capture| judge::part(capture, &site)).collect();
        match pages {
            Some(pages) => (parts::join(std::iter::once(first).chain(pages)), captures),
            None => (first, Vec::new()),
        }
    });
    reading.await.map_err(Halt::Failed)
}
