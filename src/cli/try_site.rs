//! `govwatch try`: what each stage makes of one page, selector by selector. For people who write site files.
//!
//! Nothing is stored; a URL passes gate, robots and pace like any other.

mod selectors;
mod words;

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use url::Url;

use super::{Context, Exit, Stop, page_source, world};
use crate::config::{Family, Format, ListingRule, Settings, Site, load_families};
use crate::fetch::FetchPlan;
use crate::model::{Capture, Document, ListingPage, PageKind};
use crate::page::open::Opened;
use crate::page::{ReadRules, family, kind, listing};

use selectors::SelectorTried;

/// Arguments of `try`.
#[derive(Debug, Args)]
pub struct TryArgs {
    /// The site whose file is tried
    #[arg(value_name = "SITE")]
    pub site: String,
    /// A page of it, or a saved one; the first listing when left out
    #[arg(value_name = "URL|FILE")]
    pub page: Option<String>,
    /// The URL of a saved page
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,
}

/// One object a page.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    site: String,
    url: String,
    status: u16,
    n_bytes: usize,
    charset: &'static str,
    n_replaced: usize,
    family: Option<String>,
    recognised: Option<String>,
    pub(super) page: PageKind,
    listing: Option<String>,
    selectors: Vec<SelectorTried>,
    document: Option<Document>,
    left_out: Vec<String>,
    rows_by: Option<&'static str>,
    pub(super) entries: Vec<crate::model::Entry>,
    next: Option<Url>,
    n_pages: Option<u32>,
    n_broken_rows: usize,
    pub(super) advice: Option<String>,
    /// The browser that drew it.
    drawn_by: Option<String>,
    /// Origins that it was drawn without.
    drawn_without: Vec<String>,
}

/// Runs the command.
pub async fn run(context: &Context, settings: &Settings, args: &TryArgs) -> Result<Exit, Stop> {
    let site = world::site(context, &args.site, settings)?;
    let capture = capture(args, &site, settings).await?;
    let (families, _) = load_families(&context.global.sites);
    let tried = tried(&site, &capture, &families)?;
    if context.global.json {
        context.out.json(&tried)?;
    } else {
        context.out.line(words::of(&tried))?;
    }
    context.out.flush()?;
    Ok(Exit::Done)
}

/// The page that was named, or the first page of the first listing.
async fn capture(args: &TryArgs, site: &Site, settings: &Settings) -> Result<Capture, Stop> {
    let failed = |message: String| Stop::new(Exit::SomeFailed, format!("{}: {message}", site.id));
    let named = args.page.as_deref();
    let address = match named {
        None => site.listings.first().map(ListingRule::first_page),
        Some(named) if named.starts_with("http://") || named.starts_with("https://") => {
            let url = Url::parse(named).map_err(|error| failed(format!("{named}: {error}")))?;
            let listing = site.listings.iter().find(|listing| listing.url == url);
            Some(listing.map_or_else(|| url.into(), ListingRule::first_page))
        }
        Some(_) => None,
    };
    match (address, named) {
        (Some(at), _) => page_source::asked(&FetchPlan::of_page(site, &at), settings).await.map_err(failed),
        (None, Some(file)) => {
            page_source::saved(Path::new(file), args.url.as_ref(), settings.network.caps).map_err(failed)
        }
        (None, None) => Err(failed("it has no [[listing]]; name a URL or a saved page".to_owned())),
    }
}

/// What every stage makes of this page.
pub(super) fn tried(site: &Site, capture: &Capture, families: &[Arc<Family>]) -> Result<Tried, Stop> {
    let opened = opened(site, capture)?;
    let rule = site.listings.iter().find(|listing| listing.url == capture.url);
    let is_listing = rule.is_some() || opened.kind == PageKind::Listing;
    let rows = if is_listing { rows(&opened, site, rule, capture)? } else { ListingPage::default() };
    let rules = ReadRules {
        url: Some(&capture.final_url),
        zone: &site.timezone,
        site: Some(&site.report),
        family: site.family.as_deref(),
        min_body_chars: site.expect.min_body_chars,
    };
    let reading = (!is_listing).then(|| opened.reading(&rules));
    let (document, left_out) = reading.map(|reading| (reading.document, reading.left_out)).unzip();
    let recognised = family::recognise(families, &opened.decoded, Some(&capture.final_url));
    Ok(Tried {
        site: site.id.to_string(),
        url: capture.url.to_string(),
        status: capture.status,
        n_bytes: capture.body.len(),
        charset: opened.decoded.charset,
        n_replaced: opened.decoded.n_replaced,
        family: site.family.as_ref().map(|family| family.id.clone()),
        recognised: recognised.map(|family| family.id.clone()),
        page: if rows.entries.is_empty() { opened.kind } else { PageKind::Listing },
        listing: rule.map(|rule| rule.name.clone()),
        selectors: selectors_tried(&opened, site, rule, is_listing),
        document,
        left_out: left_out.unwrap_or_default(),
        rows_by: is_listing.then(|| rows_by(&opened, site, rule, &rows)),
        next: rows.next_url().cloned(),
        n_pages: rows.n_pages,
        entries: rows.entries,
        n_broken_rows: rows.n_broken_rows,
        advice: rows.advice.or(rows.further.filter(|_| rows.next.is_empty())),
        drawn_by: capture.header(Capture::DRAWN_BY).map(str::to_owned),
        drawn_without: drawn_without(capture),
    })
}

fn opened(site: &Site, capture: &Capture) -> Result<Opened, Stop> {
    let (asked, landed) = (Some(&capture.url), Some(&capture.final_url));
    let answer = kind::Answer { status: capture.status, asked, landed, home: Some(&site.home) };
    Opened::of(capture, site.fetch.charset.as_deref(), &answer)
        .map_err(|error| Stop::new(Exit::SomeFailed, error.to_string()))
}

fn drawn_without(capture: &Capture) -> Vec<String> {
    let origins = capture.header(Capture::DRAWN_WITHOUT).unwrap_or_default();
    origins.split_whitespace().map(str::to_owned).collect()
}

fn selectors_tried(opened: &Opened, site: &Site, rule: Option<&ListingRule>, is_listing: bool) -> Vec<SelectorTried> {
    match rule.map(|rule| &rule.format) {
        Some(Format::Json(rule)) => selectors::of_answer(&opened.decoded.text, rule),
        _ if is_listing => selectors::of_rows(&opened.tree, site, rule),
        _ => selectors::of_report(&opened.tree, site),
    }
}

fn rows(opened: &Opened, site: &Site, rule: Option<&ListingRule>, capture: &Capture) -> Result<ListingPage, Stop> {
    let post = rule.and_then(|rule| rule.first_page().post);
    let read = listing::ListingRead {
        rule,
        family: site.family.as_deref(),
        zone: &site.timezone,
        first_url: rule.map_or(&capture.url, |rule| &rule.url),
        page_url: &capture.final_url,
        post: post.as_ref(),
        n_page: 1,
        today: capture.fetched_at.to_zoned(site.timezone.clone()).date(),
    };
    opened.listing(&read).map_err(|error| Stop::new(Exit::SomeFailed, format!("{}: {error}", capture.url)))
}

/// Which rule gave the rows: a selector outweighs what the page shows by itself.
fn rows_by(opened: &Opened, site: &Site, rule: Option<&ListingRule>, rows: &ListingPage) -> &'static str {
    let selector = rule.and_then(|rule| rule.entry.entry.as_ref());
    let familys = site.family.as_ref().and_then(|family| family.entry.entry.as_ref());
    let has_records = opened.decoded.text.contains("<datastore") || opened.decoded.text.contains("&lt;datastore");
    match (rows.entries.is_empty(), selector.or(familys)) {
        (true, _) => "nothing",
        (false, Some(selector)) if opened.tree.select(selector).next().is_some() => {
            if Some(selector) == familys {
                "the family"
            } else {
                "the site file"
            }
        }
        _ if rule.is_some_and(|rule| matches!(rule.format, Format::Json(_))) => "the pointers of the site file",
        _ if has_records || rule.is_some_and(|rule| rule.format == Format::Datastore) => "the records of a datastore",
        _ => "automatic reading",
    }
}
