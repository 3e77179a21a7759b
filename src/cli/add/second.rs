//! The second look: whether the next page and two reports are what the first page promised.
//!
//! In: a proposal and the site that its file makes. Out: what was seen; what is odd goes to the reasons. Never: more than
//! three pages of a portal.

use std::collections::HashSet;
use std::sync::Arc;

use url::Url;

use super::look::Looker;
use super::probe;
use super::read::{Nth, opened};
use crate::config::Site;
use crate::crawl::files;
use crate::model::{Capture, Entry, FieldName, Origin, PageAddress, PageKind, Stated};
use crate::page::ReadRules;
use crate::page::induce::{Proposal, Reason};

/// Reports that are read.
const REPORTS_READ: usize = 2;

/// Fewest letters of a title that another may contain to be the same.
const LEAST_TITLE: usize = 4;

/// A report as it was read.
#[derive(Debug, Clone)]
pub(crate) struct ReportSeen {
    pub(crate) url: Url,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<Stated>,
    pub(crate) n_chars: usize,
    pub(crate) n_attachments: usize,
    /// Which rules gave title and body.
    pub(crate) from: (Option<Origin>, Option<Origin>),
    kind: PageKind,
}

impl ReportSeen {
    /// Whether it is the report that a row names.
    fn is_of(&self, entry: &Entry) -> bool {
        let has_title =
            !entry.title.is_empty() && self.title.as_deref().is_some_and(|title| is_alike(title, &entry.title));
        has_title && matches!(self.kind, PageKind::Report | PageKind::Other)
    }
}

/// Rows of the second page and how many of them are its own; the reports.
pub(super) type Seen = (Option<(usize, usize)>, Vec<ReportSeen>);

/// Looks at the second page and at reports.
pub(super) async fn look(
    looker: &Looker,
    proposal: &mut Proposal,
    at: &PageAddress,
    site: &Arc<Site>,
    first: &Arc<Capture>,
) -> Seen {
    let page_two = match probe::pages(looker, proposal, at, site, first).await {
        Some(found) => Some(found),
        None => page_two(looker, proposal, at, site).await,
    };
    let mut reports = Vec::new();
    let mut n_right = 0;
    for entry in chosen(&proposal.first.entries, site) {
        match report(looker, &entry.url, site).await {
            Ok(None) => {}
            Ok(Some(seen)) => {
                n_right += usize::from(seen.is_of(&entry));
                proposal.reasons.extend(odd(&seen, &entry));
                reports.push(seen);
            }
            Err(why) => proposal.reasons.push(Reason::ReportFailed { url: entry.url.clone(), why }),
        }
    }
    if let Some(link) = proposal.made_link().filter(|_| n_right < REPORTS_READ) {
        proposal.reasons.push(Reason::LinkNotProven(link.to_owned()));
    }
    (page_two, reports)
}

async fn page_two(
    looker: &Looker,
    proposal: &mut Proposal,
    at: &PageAddress,
    site: &Arc<Site>,
) -> Option<(usize, usize)> {
    let next = proposal.first.next.first()?.clone();
    let nth = Nth { n_page: if proposal.is_framed { 3 } else { 2 }, post: next.post.clone() };
    let page = match looker.ask_own(&next, site).await {
        Ok(capture) if matches!(capture.status, 404 | 410) => Err(format!("{} answers {}", next.url, capture.status)),
        Ok(capture) => looker.rows(&Arc::new(capture), site, at, nth).await,
        Err(why) => Err(why),
    };
    let page = match page {
        Ok(page) => page,
        Err(why) => {
            proposal.reasons.push(Reason::PageTwoFailed(why));
            return None;
        }
    };
    let known: HashSet<&Url> = proposal.first.entries.iter().map(|entry| &entry.url).collect();
    let n_new = page.entries.iter().filter(|entry| !known.contains(&entry.url)).count();
    // The first page of a dataproxy holds the rows of the page before it, and some more where there are any.
    let is_proxy = proposal.pages == Some(crate::config::Pagination::Dataproxy);
    if page.entries.is_empty() {
        proposal.reasons.push(Reason::PageTwoEmpty);
    } else if n_new == 0 && !is_proxy {
        proposal.reasons.push(Reason::PageTwoSame);
    }
    Some((page.entries.len(), n_new))
}

/// The first report and one from the middle, of those that may be asked and are no files.
fn chosen(entries: &[Entry], site: &Site) -> Vec<Entry> {
    let own = |entry: &&Entry| site.is_own(&entry.url);
    let pages: Vec<&Entry> = entries.iter().filter(own).filter(|entry| !is_file(&entry.url)).collect();
    let middle = pages.len() / 2;
    let at = if middle == 0 { vec![0] } else { vec![0, middle] };
    at.into_iter().filter_map(|at| pages.get(at).map(|entry| (*entry).clone())).take(REPORTS_READ).collect()
}

fn is_file(url: &Url) -> bool {
    let end = url.path().rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
    ["pdf", "doc", "docx", "xls", "xlsx", "wps", "et", "ofd", "rar", "zip", "ppt", "pptx"].contains(&end.as_str())
}

/// Reads a report; nothing for a file, which is read when the site is polled.
async fn report(looker: &Looker, url: &Url, site: &Arc<Site>) -> Result<Option<ReportSeen>, String> {
    let capture = looker.ask_own(&url.clone().into(), site).await?;
    if files::is_file(&capture) {
        return Ok(None);
    }
    let (url, site) = (url.clone(), Arc::clone(site));
    let read = move || seen(&capture, url, &site);
    looker.parser.run(read).await.map_err(|failure| failure.reason)?.map(Some)
}

fn seen(capture: &Capture, url: Url, site: &Site) -> Result<ReportSeen, String> {
    let opened = opened(capture, Some(site))?;
    let rules = ReadRules {
        url: Some(&capture.final_url),
        zone: &site.timezone,
        site: Some(&site.report),
        family: site.family.as_deref(),
        min_body_chars: 0,
    };
    let document = opened.document(&rules);
    let from = |field| document.from.get(&field).copied();
    Ok(ReportSeen {
        url,
        published: document.published,
        n_chars: document.n_chars(),
        n_attachments: document.attachments.len(),
        from: (from(FieldName::Title), from(FieldName::Body)),
        kind: opened.kind,
        title: document.title,
    })
}

/// What of a report is not as its row says.
fn odd(seen: &ReportSeen, entry: &Entry) -> Vec<Reason> {
    let url = seen.url.clone();
    match seen.kind {
        PageKind::Report | PageKind::Other => {}
        PageKind::Listing => return vec![Reason::NotAReport { url, kind: seen.kind }],
        kind => return vec![Reason::ReportFailed { url, why: kind.as_str().replace('_', " ") }],
    }
    let mut reasons = Vec::new();
    let is_alike = |title: &str| entry.title.is_empty() || is_alike(title, &entry.title);
    if !seen.title.as_deref().is_some_and(is_alike) {
        reasons.push(Reason::OtherTitle { url: url.clone(), title: seen.title.clone() });
    }
    match (seen.published, entry.date) {
        (None, _) => reasons.push(Reason::ReportUndated(url.clone())),
        (Some(published), Some(date)) if published.date() != date.date() => {
            let n_days = (published.date() - date.date()).get_days();
            reasons.push(Reason::OtherDate { url: url.clone(), n_days });
        }
        _ => {}
    }
    if seen.n_chars == 0 && seen.n_attachments == 0 {
        reasons.push(Reason::NoBody(url));
    }
    reasons
}

/// Whether a row and a report name the same thing: one title is the other, or a part of it.
fn is_alike(one: &str, other: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let (one, other) = (letters(one), letters(other));
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    short.chars().count() >= LEAST_TITLE.min(long.chars().count()) && long.contains(&short)
}
