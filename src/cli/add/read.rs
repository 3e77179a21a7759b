//! How a page is read while it is looked at: by nobody's rules yet, or by those of the file that would be.
//!
//! In: a capture. Out: what can be proposed of it, or the rows that a site's rules give. Never: a request.

use std::sync::Arc;

use super::look::Looker;
use crate::config::Site;
use crate::model::{Capture, ListingPage, PageAddress, PageKind, Post};
use crate::page::asked::Asked;
use crate::page::induce::{self, Hints, Proposal, Reason, Sight};
use crate::page::kind::{self, Answer};
use crate::page::listing::ListingRead;
use crate::page::open::Opened;

impl Looker {
    /// What can be proposed of an answer.
    pub(super) async fn propose(
        &self,
        capture: &Arc<Capture>,
        asked: Option<&Asked>,
        hints: &Hints,
    ) -> Result<Proposal, String> {
        let (capture, asked, hints) = (Arc::clone(capture), asked.cloned(), hints.clone());
        let (families, kinds) = (Arc::clone(&self.families), Arc::clone(&self.kinds));
        let (zone, today) = (self.zone.clone(), self.today);
        let study = move || {
            let opened = opened(&capture, None)?;
            let url = &capture.final_url;
            let (asked, hints) = (asked.as_ref(), &hints);
            let sight = Sight { url, zone: &zone, today, families: &families, kinds: &kinds, asked, hints };
            let mut proposal = induce::propose(&opened, &sight);
            if kind::is_home_redirect(&answer(&capture, None)) {
                proposal.reasons.push(Reason::NotAListing(PageKind::NotFound));
            }
            Ok(proposal)
        };
        self.parser.run(study).await.map_err(|failure| failure.reason)?
    }

    /// What a page of the listing gives by the rules of its site.
    pub(super) async fn rows(
        &self,
        capture: &Arc<Capture>,
        site: &Arc<Site>,
        at: &PageAddress,
        nth: Nth,
    ) -> Result<ListingPage, String> {
        let (capture, site, at, today) = (Arc::clone(capture), Arc::clone(site), at.clone(), self.today);
        let read = move || {
            let opened = opened(&capture, Some(&site))?;
            let rule = site.listings.iter().find(|listing| listing.first_page() == at);
            let first = &at.url;
            let (family, zone) = (site.family.as_deref(), &site.timezone);
            let page_url = &capture.final_url;
            let Nth { n_page, post } = &nth;
            let (post, n_page) = (post.as_ref(), *n_page);
            let read = ListingRead { rule, family, zone, first_url: first, page_url, post, n_page, today };
            opened.listing(&read).map_err(|error| error.to_string())
        };
        self.parser.run(read).await.map_err(|failure| failure.reason)?
    }
}

/// Which page of a walk: its number, and what was posted for it.
#[derive(Debug, Clone)]
pub(super) struct Nth {
    pub(super) n_page: u32,
    pub(super) post: Option<Post>,
}

impl Nth {
    /// The first page.
    pub(super) fn first(at: &PageAddress) -> Self {
        Self { n_page: 1, post: at.post.clone() }
    }
}

/// A page with its kind told; `site` knows its charset and its home page.
pub(super) fn opened(capture: &Capture, site: Option<&Site>) -> Result<Opened, String> {
    let charset = site.and_then(|site| site.fetch.charset.as_deref());
    Opened::of(capture, charset, &answer(capture, site)).map_err(|error| error.to_string())
}

fn answer<'a>(capture: &'a Capture, site: Option<&'a Site>) -> Answer<'a> {
    let (asked, landed) = (Some(&capture.url), Some(&capture.final_url));
    Answer { status: capture.status, asked, landed, home: site.map(|site| &site.home) }
}
