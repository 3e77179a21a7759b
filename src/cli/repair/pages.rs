//! The pages that a repair looks at: asked for anew through gate and pace, kept as evidence, or saved by a person.
//!
//! In: a site and its store. Out: captures. Never: anything written to the store but the pace of hosts.

use std::path::Path;

use url::Url;

use super::super::page_source;
use super::RepairArgs;
use crate::config::{Caps, ListingRule, Site};
use crate::crawl::World;
use crate::fetch::{FetchPlan, Fetched};
use crate::model::{Capture, Document, PageAddress};
use crate::page::kind::{self, Answer};
use crate::store::{KeptPage, ListedRow, StoreError};

/// Reports that a proposal is tried on: one may be odd, three rarely are.
const REPORTS_TRIED: usize = 3;

/// Known rows that are looked at for such reports.
const ROWS_LOOKED_AT: usize = 12;

/// Fewest characters of a report that a proposal can be tried on.
const LEAST_CHARS: usize = 40;

/// A page and where it came from, in words.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) capture: Capture,
    pub(super) from: &'static str,
}

/// A known report with the page that it has now.
#[derive(Debug, Clone)]
pub(super) struct ReportPage {
    pub(super) capture: Capture,
    pub(super) said: Document,
}

/// The page of a listing as it is now. **Errors**: why there is none, in words.
pub(super) async fn listing(
    world: &World,
    site: &Site,
    rule: &ListingRule,
    kept: &[KeptPage],
    args: &RepairArgs,
    caps: Caps,
) -> Result<Page, String> {
    if let Some(file) = &args.saved {
        let url = args.url.as_ref().unwrap_or(&rule.url);
        return page_source::saved(Path::new(file), Some(url), caps).map(|capture| Page { capture, from: "saved" });
    }
    let place = rule.place();
    let kept = kept.iter().rev().find(|page| page.listing.as_ref() == Some(&place)).map(|page| &page.capture);
    let kept = kept.map(|capture| Page { capture: capture.clone(), from: "kept as evidence" });
    if args.stored {
        return kept.ok_or_else(|| "no page of it is kept as evidence".to_owned());
    }
    match asked(world, site, &rule.first_page()).await {
        // What is kept of a page that is gone would be mended for nothing.
        Ok(capture) if matches!(capture.status, 404 | 410) => Err(gone(rule, &format!("answers {}", capture.status))),
        Ok(capture) if is_home(&capture, site) => Err(gone(rule, "leads to the home page")),
        Ok(capture) => Ok(Page { capture, from: "asked for now" }),
        Err(why) => kept.ok_or(why),
    }
}

/// What is to be done about a listing that is not there any more.
fn gone(rule: &ListingRule, what: &str) -> String {
    format!(
        "{} {what}: the listing is gone from there. Look for its column on the portal and write the new address as the \
         `url` of this [[listing]]: under the same `name` its reports keep their history, and what appeared meanwhile is \
         told as new",
        rule.url
    )
}

fn is_home(capture: &Capture, site: &Site) -> bool {
    let answer = Answer {
        status: capture.status,
        asked: Some(&capture.url),
        landed: Some(&capture.final_url),
        home: Some(&site.home),
    };
    kind::is_home_redirect(&answer)
}

/// Known reports with their present pages: at the URLs that their rows have now, else as they were listed last.
pub(super) async fn reports(
    world: &World,
    site: &Site,
    rows: &[(ListedRow, Option<Url>)],
    kept: &[KeptPage],
    args: &RepairArgs,
) -> Result<Vec<ReportPage>, StoreError> {
    let mut pages = Vec::new();
    if !args.stored && args.saved.is_none() {
        for (row, now_at) in rows.iter().take(ROWS_LOOKED_AT) {
            let Some(said) = said(world, row).await? else { continue };
            let url = now_at.clone().or_else(|| Url::parse(&row.as_listed_url).ok());
            let Some(url) = url.filter(|url| site.is_own(url)) else { continue };
            // One that does not come says nothing of the others.
            if let Ok(capture) = asked(world, site, &url.into()).await {
                pages.push(ReportPage { capture, said });
            }
            if pages.len() == REPORTS_TRIED {
                break;
            }
        }
        return Ok(pages);
    }
    for page in kept.iter().filter(|page| page.listing.is_none()) {
        let Ok(report) = world.store.find_report(page.capture.url.as_str()).await else { continue };
        let Some(revision) = report.revision else { continue };
        let said = world.store.document(report.report, revision).await?;
        pages.push(ReportPage { capture: page.capture.clone(), said });
    }
    Ok(pages)
}

/// What a report said last, where it said enough to be found by.
async fn said(world: &World, row: &ListedRow) -> Result<Option<Document>, StoreError> {
    let report = world.store.find_report(&row.report.to_string()).await?;
    let Some(revision) = report.revision else { return Ok(None) };
    let document = world.store.document(row.report, revision).await?;
    Ok(Some(document).filter(|document| document.n_chars() >= LEAST_CHARS))
}

async fn asked(world: &World, site: &Site, address: &PageAddress) -> Result<Capture, String> {
    match world.fetcher.get(&FetchPlan::of_page(site, address)).await {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => Ok(capture),
        Err(error) => Err(error.to_string()),
    }
}
