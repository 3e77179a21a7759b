//! What `extract` reads pages by, and the way of one page through all stages. In: a capture. Out: a [`Reading`], which
//! a row is made of. Never: the store.

use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;
use url::Url;

use super::extract::ExtractArgs;
use super::{Context, Stop, page_source, world};
use crate::change::fingerprint;
use crate::change::report_kind::Kinds;
use crate::change::signature::Signature;
use crate::config::{Family, Format, ListingRule, Settings, Site, load_families, load_kinds};
use crate::crawl::files;
use crate::fetch::{FetchPlan, Sandbox, What};
use crate::model::{Capture, Document, Doubt, Fingerprint, Hash, ListingPage, PageKind};
use crate::page::open::Opened;
use crate::page::{ReadRules, attach, family, kind, listing};

/// What the stages made of one page: everything that a row says.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// The charset it was decoded by; `None` for a file that is no page.
    pub(super) charset: Option<&'static str>,
    /// What it turned out to be.
    pub(super) page: PageKind,
    /// The CMS family it was recognised as.
    pub(super) family: Option<String>,
    /// What it says as a report.
    pub(super) document: Document,
    /// Which kind of report it shows itself to be, and the year it is about.
    pub(super) kind: Option<String>,
    pub(super) year: Option<i16>,
    /// What it lists; `None` where it is no listing.
    pub(super) listing: Option<ListingPage>,
    /// The hashes of the document; `None` where it is no report.
    pub(super) fingerprint: Option<Fingerprint>,
    /// What near-duplicates are found by.
    pub(super) signature: Option<String>,
}

/// By what the pages are read: the named site's rules, or those of the family that is recognised.
pub(super) struct Rules {
    site: Option<Arc<Site>>,
    families: Vec<Arc<Family>>,
    kinds: Arc<Kinds>,
    zone: TimeZone,
}

impl Rules {
    pub(super) fn of(context: &Context, settings: &Settings, args: &ExtractArgs) -> Result<Self, Stop> {
        let site = match &args.site {
            None => None,
            Some(id) => Some(world::site(context, id, settings)?),
        };
        let (families, _) = load_families(&context.global.sites);
        let families = if args.no_family { Vec::new() } else { families };
        let (kinds, _) = load_kinds(&context.global.sites);
        let zone = site.as_ref().map_or_else(china, |site| site.timezone.clone());
        Ok(Self { site, families, kinds, zone })
    }

    pub(super) async fn ask(&self, url: &Url, settings: &Settings) -> Result<Capture, String> {
        let plan = match &self.site {
            Some(site) => FetchPlan::of(site, url, What::Page),
            None => FetchPlan::of_stranger(url, self.zone.clone()),
        };
        page_source::asked(&plan, settings).await
    }

    /// All stages from bytes to what a row says; a file that is no page is read in the sandbox, under its name.
    pub(super) async fn read(&self, capture: &Capture, name: &str, sandbox: &Sandbox) -> Result<Reading, String> {
        if !page_source::is_file(capture, name) {
            return self.page(capture);
        }
        let (document, texts) = files::document(sandbox, capture, name).await?;
        let fingerprint = Some(fingerprint::of(&document, self.own_rules()));
        let document = with_recognised(document, &texts);
        let (kind, year) = self.kinds.classify(None, &document);
        Ok(Reading {
            kind,
            year,
            charset: None,
            page: PageKind::Report,
            family: None,
            listing: None,
            fingerprint,
            signature: Signature::of(&document).map(|signature| signature.wording()),
            document,
        })
    }

    fn own_rules(&self) -> Hash {
        fingerprint::rules(self.site.as_ref().map_or_else(|| Hash::of(b""), |site| site.rules))
    }

    fn page(&self, capture: &Capture) -> Result<Reading, String> {
        let site = self.site.as_deref();
        let hint = site.and_then(|site| site.fetch.charset.as_deref());
        let home = site.map(|site| &site.home);
        let asked = Some(&capture.url);
        let answer = kind::Answer { status: capture.status, asked, landed: Some(&capture.final_url), home };
        let opened = Opened::of(capture, hint, &answer).map_err(|error| error.to_string())?;
        let url = (!page_source::is_unknown(&capture.final_url)).then_some(&capture.final_url);
        let own = site.and_then(|site| site.family.as_ref());
        let family = own.or_else(|| family::recognise(&self.families, &opened.decoded, url)).map(Arc::as_ref);
        let rules = ReadRules {
            url: Some(&capture.final_url),
            zone: &self.zone,
            site: site.map(|site| &site.report),
            family,
            min_body_chars: site.map_or(0, |site| site.expect.min_body_chars),
        };
        let mut document = if opened.has_text() { opened.document(&rules) } else { Document::default() };
        let is_listing = opened.kind == PageKind::Listing || self.is_answer(capture);
        let listing = is_listing.then(|| self.rows(&opened, capture, family)).transpose()?;
        let page = if is_listing { PageKind::Listing } else { opened.kind };
        if let Some(listing) = &listing {
            let has_rows = !listing.entries.is_empty();
            document.doubts.retain(|doubt| !is_of_reports(*doubt, has_rows));
        }
        let is_report = page == PageKind::Report;
        let (kind, year) = if is_report { self.kinds.classify(None, &document) } else { (None, None) };
        Ok(Reading {
            kind,
            year,
            charset: Some(opened.decoded.charset),
            page,
            family: family.map(|family| family.id.clone()),
            listing,
            fingerprint: is_report.then(|| fingerprint::of(&document, self.own_rules())),
            signature: Signature::of(&document).filter(|_| is_report).map(|signature| signature.wording()),
            document,
        })
    }

    fn rule(&self, capture: &Capture) -> Option<&ListingRule> {
        self.site.iter().flat_map(|site| &site.listings).find(|listing| listing.url == capture.url)
    }

    /// Whether the site file says that this address gives rows in a format of its own.
    fn is_answer(&self, capture: &Capture) -> bool {
        self.rule(capture).is_some_and(|rule| !matches!(rule.format, Format::Html | Format::Datastore))
    }

    fn rows(&self, opened: &Opened, capture: &Capture, family: Option<&Family>) -> Result<ListingPage, String> {
        let rule = self.rule(capture);
        let read = listing::ListingRead {
            rule,
            family,
            zone: &self.zone,
            first_url: rule.map_or(&capture.url, |rule| &rule.url),
            page_url: &capture.final_url,
            post: None,
            n_page: 1,
            today: capture.fetched_at.to_zoned(self.zone.clone()).date(),
        };
        opened.listing(&read).map_err(|error| error.to_string())
    }
}

/// A scan with its recognised words for its text: here they are read and never compared.
fn with_recognised(document: Document, texts: &[Bytes]) -> Document {
    let words = texts.first().and_then(|text| std::str::from_utf8(text).ok());
    match (document.attachments.first(), words) {
        (Some(file), Some(words)) if document.blocks.is_empty() => attach::document(words, file.clone()),
        _ => document,
    }
}

/// Whether a doubt is about what only a report must have. A listing without rows has no body either.
fn is_of_reports(doubt: Doubt, has_rows: bool) -> bool {
    match doubt {
        Doubt::NoTitle | Doubt::ShortBody | Doubt::OnlyImages | Doubt::OnlyAttachments | Doubt::LooksLikeListing => {
            true
        }
        Doubt::NoBody => has_rows,
        _ => false,
    }
}

/// The zone of a page of which no site is known: all of China keeps Beijing's.
pub(super) fn china() -> TimeZone {
    TimeZone::get("Asia/Shanghai").expect("invariant: the zone is bundled")
}
