//! The look at one address: its page, what can be induced of it, the file that would be, the second page, two reports.
//!
//! In: a URL or a saved page. Out: a [`Look`], its reasons complete. Never: the store, or a request that does not pass
//! gate, robots.txt and pace.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use super::super::out::clean;
use super::super::{Context, Exit, Stop, page_source, world};
use super::plan::{self, Place, Plan, Planned};
use super::read::{Nth, opened};
use super::second::{self, ReportSeen};
use crate::change::report_kind::Kinds;
use crate::clock::Clock;
use crate::config::{Caps, Family, Format, ListingRule, Network, Settings, Site, SiteReader, is_same_page, load_sites};
use crate::crawl::Parser;
use crate::fetch::{FetchError, FetchPlan, Fetched, Fetcher};
use crate::model::{Capture, Entry, ListingPage, PageAddress, PageKind};
use crate::page::asked::Asked;
use crate::page::induce::{Hints, Proposal, Reason};

/// Addresses behind a page that are asked, until one has its rows.
const MOST_BEHIND: usize = 3;

/// What is wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    /// The listing's address; `None` for a saved page whose address nobody said.
    pub(crate) url: Option<Url>,
    /// The saved page.
    pub(crate) saved: Option<PathBuf>,
    /// The id that was asked for.
    pub(crate) id: Option<String>,
    /// The listing's name, where a list says it.
    pub(crate) name: Option<String>,
}

/// What was seen.
#[derive(Debug)]
pub(crate) struct Look {
    /// The first page of the listing.
    pub(crate) at: PageAddress,
    pub(crate) proposal: Proposal,
    /// What to write; `None` where there are no rows to write a rule for.
    pub(crate) plan: Option<Plan>,
    /// Rows of the second page, and how many of them the first does not have.
    pub(crate) page_two: Option<(usize, usize)>,
    pub(crate) reports: Vec<ReportSeen>,
    /// The site that its plan makes.
    site: Option<Arc<Site>>,
}

/// A site whose file is made and not written yet.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(super) site: Arc<Site>,
    pub(super) text: String,
}

impl Look {
    /// Its site and the text of its file, for the next listing of it.
    pub(super) fn held(&self) -> Option<Held> {
        let (Plan::New { text, .. } | Plan::Edit { text, .. }) = self.plan.as_ref()? else { return None };
        Some(Held { site: Arc::clone(self.site.as_ref()?), text: text.clone() })
    }
}

/// Looks at addresses; what is there already is known to it.
pub(crate) struct Looker {
    pub(super) fetcher: Fetcher,
    pub(super) parser: Parser,
    dir: PathBuf,
    pub(super) sites: Vec<Arc<Site>>,
    pub(super) families: Arc<[Arc<Family>]>,
    pub(super) kinds: Arc<Kinds>,
    reader: SiteReader,
    caps: Caps,
    pub(super) zone: TimeZone,
    pub(super) today: Date,
}

impl Looker {
    /// Loads what is there. A folder that is not there yet is made when the first file is written.
    pub(super) fn of(context: &Context, settings: &Settings) -> Result<Self, Stop> {
        let (dir, fetcher) = (context.global.sites.clone(), world::passing_fetcher(settings)?);
        Ok(Self::new(dir, &settings.network, fetcher))
    }

    /// The same for whoever has a fetcher.
    pub(crate) fn new(dir: PathBuf, network: &Network, fetcher: Fetcher) -> Self {
        let loaded = load_sites(&dir, &[], network);
        let (families, _) = crate::config::load_families(&dir);
        let (kinds, _) = crate::config::load_kinds(&dir);
        let zone = TimeZone::get("Asia/Shanghai").expect("invariant: the zone is bundled");
        let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            fetcher,
            parser: Parser::new(n_cores),
            sites: loaded.sites,
            families: families.into(),
            kinds,
            reader: SiteReader::of(&dir, network),
            caps: network.caps,
            today: Clock::System.now().to_zoned(zone.clone()).date(),
            zone,
            dir,
        }
    }

    /// Looks at one address; `held` is its site where another listing of it was found just now. **Errors**: the page did
    /// not come, or cannot be written beside what is there.
    pub(crate) async fn look(&self, wanted: &Wanted, held: Option<&Held>) -> Result<Look, Stop> {
        let asked = wanted.url.as_ref();
        let known = || asked.and_then(|url| self.site_of(url, wanted.id.as_deref()));
        let site = held.map(|held| &held.site).or_else(known);
        let (capture, mut proposal) = self.seen(wanted, site.map(AsRef::as_ref)).await.map_err(failed)?;
        let at = proposal.first_page(&capture.final_url);
        let url = &at.url;
        proposal.names.listing = wanted.name.clone().or(proposal.names.listing);
        let has_rows = proposal.first.is_frame || !proposal.first.entries.is_empty();
        if !has_rows || proposal.page == PageKind::Report {
            return Ok(Look { at, proposal, plan: None, page_two: None, reports: Vec::new(), site: None });
        }
        proposal.reasons.extend(plan::other_hosts(&proposal, url, site.map(AsRef::as_ref)));
        let id = Self::id(wanted, url, site);
        self.mind_files(&id, &at, site, &mut proposal)?;
        let place = Place {
            dir: &self.dir,
            id: &id,
            site,
            text: held.map(|held| held.text.as_str()),
            reader: &self.reader,
            today: self.today,
        };
        let (mut proposal, planned) = self.proven(proposal, &at, &place, &capture).await?;
        let (mut page_two, mut reports) = (None, Vec::new());
        if proposal.first.is_frame {
            self.unframe(&mut proposal, &planned.site, &at, wanted.saved.is_some()).await;
        }
        if wanted.saved.is_some() {
            proposal.reasons.push(Reason::Saved);
            let made = proposal.made_link().map(|link| Reason::LinkNotProven(link.to_owned()));
            proposal.reasons.extend(made);
        } else if !matches!(planned.plan, Plan::There { .. }) {
            (page_two, reports) = second::look(self, &mut proposal, &at, &planned.site, &capture).await;
        }
        // The comments of the file say what was found meanwhile.
        let Planned { plan, site } = plan::planned(&proposal, url, &place)?;
        Ok(Look { at: at.clone(), proposal, plan: Some(plan), page_two, reports, site: Some(site) })
    }

    /// What the files that are there say against it. **Errors**: the id is that of a site of another home.
    fn mind_files(
        &self,
        id: &str,
        at: &PageAddress,
        site: Option<&Arc<Site>>,
        proposal: &mut Proposal,
    ) -> Result<(), Stop> {
        let url = &at.url;
        if let Some(site) = site.filter(|site| !site.is_own(url) && !plan::is_of_owner(url, &site.home)) {
            let home = &site.home;
            let why = format!("{id} is the site of {home}, and {url} is none of its pages: name another --id, or none");
            return Err(Stop::new(Exit::Usage, clean(&why)));
        }
        let is_there = |other: &&Arc<Site>| {
            let is_it = |listing: &ListingRule| is_same_page(&listing.first_page(), at, &other.twins());
            other.id.as_str() != id && other.listings.iter().any(is_it)
        };
        proposal
            .reasons
            .extend(self.sites.iter().find(is_there).map(|other| Reason::InOtherFile(other.id.to_string())));
        Ok(())
    }

    /// The page, and what can be proposed of it or of the API behind it.
    async fn seen(&self, wanted: &Wanted, site: Option<&Site>) -> Result<(Arc<Capture>, Proposal), String> {
        let capture = match (&wanted.saved, &wanted.url) {
            (Some(file), url) => page_source::saved(file, url.as_ref(), self.caps)?,
            (None, Some(url)) => self.ask(&url.clone().into(), site).await?,
            (None, None) => return Err("neither a URL nor a saved page is named".to_owned()),
        };
        let capture = Arc::new(capture);
        let is_saved = wanted.saved.is_some();
        let mut proposal = self.proposed(&capture, site, None, &Hints::default(), is_saved).await?;
        // Nothing is sent to others on a page's word.
        let asks = proposal.asks.iter().filter(|asked| asked.may_be_asked(&capture.final_url));
        for asked in asks.take(if is_saved { 0 } else { MOST_BEHIND }) {
            if let Some(behind) = self.behind(asked, site, &proposal).await {
                return Ok(behind);
            }
        }
        if !is_saved {
            proposal.reasons.extend(proposal.asks.first().map(|asked| Reason::AskedInVain(asked.to_string())));
        }
        if page_source::is_unknown(&capture.final_url) {
            proposal.reasons.push(Reason::NoAddress);
        }
        Ok((capture, proposal))
    }

    /// The answer that a page loads its rows from, and what can be proposed of it under the page's names. Where the page
    /// shows rows itself, it must be the same rows.
    async fn behind(&self, asked: &Asked, site: Option<&Site>, page: &Proposal) -> Option<(Arc<Capture>, Proposal)> {
        let capture = Arc::new(self.ask(&asked.first_page(), site).await.ok()?);
        let proposal = self.proposed(&capture, site, Some(asked), &page.hints, false).await.ok()?;
        let known: HashSet<&Url> = page.first.entries.iter().map(|entry| &entry.url).collect();
        let rows = &proposal.first.entries;
        let n_same = rows.iter().filter(|entry| known.contains(&entry.url)).count();
        if rows.is_empty() || (!page.reasons.iter().any(Reason::is_of_bare_page) && n_same * 2 < rows.len()) {
            return None;
        }
        let (names, kind) = (page.names.clone(), page.kind.clone());
        Some((capture, Proposal { names, kind, ..proposal }))
    }

    /// What can be proposed of an answer. Where its rows hold no links and `hints` tell none, the portal's home page may
    /// show how they are made: the newest reports are linked there.
    async fn proposed(
        &self,
        capture: &Arc<Capture>,
        site: Option<&Site>,
        asked: Option<&Asked>,
        hints: &Hints,
        is_saved: bool,
    ) -> Result<Proposal, String> {
        let proposal = self.propose(capture, asked, hints).await?;
        if !proposal.is_unlinked || is_saved {
            return Ok(proposal);
        }
        let Ok(home) = capture.final_url.join("/") else { return Ok(proposal) };
        let Ok(home) = self.ask(&home.into(), site).await else { return Ok(proposal) };
        let hints = move || Ok(Hints::of(&opened(&home, None)?, &home.final_url));
        match self.parser.run(hints).await.map_err(|failure| failure.reason)? {
            Ok(hints) => self.propose(capture, asked, &hints).await,
            Err::<_, String>(_) => Ok(proposal),
        }
    }

    /// Puts the rows that a script loads into the proposal of the page around them.
    async fn unframe(&self, proposal: &mut Proposal, site: &Arc<Site>, at: &PageAddress, is_saved: bool) {
        let Some(address) = proposal.first.next.first().cloned() else { return };
        if is_saved {
            return proposal.reasons.push(Reason::Frame(address.url));
        }
        let behind = match self.ask_own(&address, site).await {
            Ok(capture) => self.rows(&Arc::new(capture), site, at, Nth { n_page: 2, post: address.post }).await,
            Err(why) => Err(why),
        };
        match behind {
            Ok(page) => proposal.fill(page, self.today),
            Err(why) => proposal.reasons.push(Reason::Unreadable(why)),
        }
    }

    /// Asks for a page that a person named, politely.
    async fn ask(&self, at: &PageAddress, site: Option<&Site>) -> Result<Capture, String> {
        let of_none = || FetchPlan { post: at.post.clone(), ..FetchPlan::of_stranger(&at.url, self.zone.clone()) };
        match self.fetcher.get(&site.map_or_else(of_none, |site| FetchPlan::of_page(site, at))).await {
            // There is no file yet that could name the host.
            Err(FetchError::Elsewhere { from, to, .. }) if site.is_none() => {
                Err(format!("{from} redirects to {to}: if that is the portal, type: govwatch add {to}"))
            }
            answer => came(answer),
        }
    }

    /// Asks for a page that another names, politely, where it lives on a host of the site.
    pub(super) async fn ask_own(&self, address: &PageAddress, site: &Site) -> Result<Capture, String> {
        if !site.is_own(&address.url) {
            return Err(format!("{} lives on a host that `fetch.hosts` does not name", address.url));
        }
        self.get(&FetchPlan::of_page(site, address)).await
    }

    async fn get(&self, plan: &FetchPlan) -> Result<Capture, String> {
        came(self.fetcher.get(plan).await)
    }

    /// The plan whose file reads the proposed rows; without selectors where those do not, and with a grave reason
    /// where nothing does.
    async fn proven(
        &self,
        proposal: Proposal,
        at: &PageAddress,
        place: &Place<'_>,
        capture: &Arc<Capture>,
    ) -> Result<(Proposal, Planned), Stop> {
        let planned = plan::planned(&proposal, &at.url, place)?;
        let page = self.rows(capture, &planned.site, at, Nth::first(at)).await.map_err(failed)?;
        let mut proposal = proposal;
        if matches!(proposal.format, Format::Json(_)) || proposal.post.is_some() {
            // How an answer goes on, or what is asked by POST, is known by its rule alone.
            proposal.first.next.clone_from(&page.next);
            proposal.first.n_pages = page.n_pages;
        }
        if is_same(&page, &proposal.first) || matches!(planned.plan, Plan::There { .. }) {
            return Ok((proposal, planned));
        }
        proposal = proposal.without_selectors();
        let planned = plan::planned(&proposal, &at.url, place)?;
        let page = self.rows(capture, &planned.site, at, Nth::first(at)).await.map_err(failed)?;
        if !is_same(&page, &proposal.first) {
            proposal.reasons.push(Reason::NotReproduced(difference(&page, &proposal.first)));
        }
        Ok((proposal, planned))
    }
}

fn came(answer: Result<Fetched, FetchError>) -> Result<Capture, String> {
    match answer {
        Ok(Fetched::Body(capture) | Fetched::NotModified(capture)) => Ok(capture),
        Err(error) => Err(error.to_string()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by it")]
fn failed(why: String) -> Stop {
    Stop::new(Exit::SomeFailed, clean(&why))
}

/// Whether the file reads what automatic reading found.
fn is_same(one: &ListingPage, other: &ListingPage) -> bool {
    let row = |entry: &Entry| (entry.url.clone(), entry.title.clone(), entry.date);
    one.entries.iter().map(row).eq(other.entries.iter().map(row)) && one.next == other.next
}

fn difference(one: &ListingPage, other: &ListingPage) -> String {
    if one.next == other.next {
        format!("{} rows instead of {}", one.entries.len(), other.entries.len())
    } else {
        "another second page".to_owned()
    }
}
