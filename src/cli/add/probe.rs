//! Second pages that nothing on the first one names: the usual addresses, tried one after the other.
//!
//! In: a proposal without a second page. Out: the rule that leads to rows of its own. Never: a rule whose page shows the
//! rows of the first again, as a server does that ignores what it does not know.

use std::collections::HashSet;
use std::sync::Arc;

use url::Url;

use super::look::Looker;
use super::read::Nth;
use crate::config::{Format, Pagination, Site};
use crate::model::{Capture, ListingPage, PageAddress};
use crate::page::decode;
use crate::page::induce::{Proposal, Reason, SURE, confidence, usual_pages};

/// A second page that was found.
struct Found {
    rule: Pagination,
    address: PageAddress,
    page: ListingPage,
    n_new: usize,
}

/// Tries the usual rules, where the page does not say that it is the only one. Gives the rows of the second page and
/// how many of them are its own.
pub(super) async fn pages(
    looker: &Looker,
    proposal: &mut Proposal,
    at: &PageAddress,
    site: &Arc<Site>,
    first: &Arc<Capture>,
) -> Option<(usize, usize)> {
    let is_lost = |reason: &Reason| matches!(reason, Reason::PagerNotFollowed(_));
    let others: Vec<Reason> = proposal.reasons.iter().filter(|reason| !is_lost(reason)).cloned().collect();
    // Nothing is asked for in vain.
    if !proposal.first.next.is_empty() || proposal.is_alone || proposal.is_framed || confidence(&others) < SURE {
        return None;
    }
    let answer = matches!(proposal.format, Format::Json(_)).then(|| decode::text(&first.body, None, None).text);
    for rule in usual_pages(&at.url, proposal, answer.as_deref()) {
        if let Some(found) = tried(looker, proposal, rule, at, site, first).await {
            proposal.reasons = others;
            proposal.pages = Some(found.rule);
            proposal.first.next = vec![found.address];
            return Some((found.page.entries.len(), found.n_new));
        }
    }
    None
}

/// The second page by this rule, where most of its rows are its own.
async fn tried(
    looker: &Looker,
    proposal: &Proposal,
    rule: Pagination,
    at: &PageAddress,
    site: &Arc<Site>,
    first: &Arc<Capture>,
) -> Option<Found> {
    let mut changed = Site::clone(site);
    changed.listings.iter_mut().find(|listing| listing.first_page() == *at)?.pages = Some(rule.clone());
    let changed = Arc::new(changed);
    let address = looker.rows(first, &changed, at, Nth::first(at)).await.ok()?.next.into_iter().next()?;
    let second = looker.ask_own(&address, &changed).await.ok().filter(|capture| capture.status == 200)?;
    let nth = Nth { n_page: 2, post: address.post.clone() };
    let page = looker.rows(&Arc::new(second), &changed, at, nth).await.ok()?;
    let known: HashSet<&Url> = proposal.first.entries.iter().map(|entry| &entry.url).collect();
    let n_new = page.entries.iter().filter(|entry| !known.contains(&entry.url)).count();
    (n_new > 0 && n_new * 2 >= page.entries.len()).then_some(Found { rule, address, page, n_new })
}
