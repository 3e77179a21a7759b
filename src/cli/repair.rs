//! `govwatch repair`: what a site file should say instead, where its portal was built anew.
//!
//! In: the site file, the store, pages asked for now or kept as evidence. Out: a proposal with what it reads, before and
//! after; the file changed with `--write` alone, its old text beside it. Never: a key changed that reads as it should.

mod answer;
mod edit;
mod pages;
mod propose;
mod told;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use url::Url;

use super::out::clean;
use super::{Context, Exit, Stop, world};
use crate::clock::Clock;
use crate::config::{ListingRule, Settings, Site, SiteReader, write};
use crate::crawl::World;
use crate::store::{KeptPage, ListedRow, Store};

use propose::{Bench, ListingPart, ReportPart};

/// Known rows of a listing that are looked for: some pages of it.
const ROWS_KNOWN: usize = 200;

/// Arguments of `repair`.
#[derive(Debug, Args)]
pub struct RepairArgs {
    /// The site to repair
    #[arg(value_name = "SITE")]
    pub site: String,
    /// Only this listing, by name or URL
    #[arg(long, value_name = "LISTING")]
    pub listing: Option<String>,
    /// A saved page of the listing, instead of asking the portal
    #[arg(long, value_name = "FILE")]
    pub saved: Option<PathBuf>,
    /// The URL of the saved page
    #[arg(long, value_name = "URL", requires = "saved")]
    pub url: Option<Url>,
    /// Ask the portal for nothing: use the pages kept as evidence
    #[arg(long, conflicts_with = "saved")]
    pub stored: bool,
    /// Change the site file; the old text is kept beside it
    #[arg(long)]
    pub write: bool,
    /// The pages are right as they are: what the next poll sees is usual from then on
    #[arg(long, conflicts_with_all = ["write", "saved", "stored", "listing"])]
    pub accept: bool,
}

/// A repair, whole: what was looked at and what the file would say.
#[derive(Debug)]
struct Repair {
    listings: Vec<ListingPart>,
    report: Option<ReportPart>,
    /// Listings that could not be looked at, and why.
    unseen: Vec<String>,
    /// The file with what is sure, and with everything that is proposed.
    sure: String,
    proposed: String,
}

impl Repair {
    /// Takes a part over: `change` makes it into a text. What is not sure is proposed and nothing more.
    fn take<P>(
        &mut self,
        change: impl Fn(&str) -> Result<(String, P), String>,
        reasons: fn(&P) -> &[String],
    ) -> Result<P, String> {
        let (proposed, part) = change(&self.proposed)?;
        if reasons(&part).is_empty() {
            self.sure = if self.sure == self.proposed { proposed.clone() } else { change(&self.sure)?.0 };
        }
        self.proposed = proposed;
        Ok(part)
    }

    /// Why it is not sure; empty where it is.
    fn reasons(&self) -> Vec<String> {
        let of_listing = |part: &ListingPart| {
            part.reasons.iter().map(|reason| format!("listing {:?}: {reason}", part.name)).collect::<Vec<_>>()
        };
        let of_report = self.report.iter().flat_map(|part| part.reasons.iter().map(|why| format!("reports: {why}")));
        self.unseen.iter().cloned().chain(self.listings.iter().flat_map(of_listing)).chain(of_report).collect()
    }
}

/// Runs the command.
pub async fn run(context: &Context, settings: &Settings, args: &RepairArgs) -> Result<Exit, Stop> {
    let site = world::site(context, &args.site, settings)?;
    let store = Store::open_existing(&context.global.state)?;
    if args.accept {
        store.forget_usual(&site.id).await?;
        let line = format!("{}: what the next poll sees is usual from then on", site.id);
        return context.out.line(clean(&line)).map(|()| Exit::Done);
    }
    let file = context.global.sites.join(format!("{}.toml", site.id));
    let text = fs::read_to_string(&file).map_err(|error| unwritable(&file, &error))?;
    let world = world::world(settings, store, Clock::System)?;
    let repair = repaired(context, settings, args, &world, &site, &text).await;
    world.fetcher.close().await;
    let repair = repair?;
    let reasons = repair.reasons();
    let is_to_write = args.write && repair.sure != text;
    let put = || write::edited_file(&file, &text, &repair.sure).map_err(|error| unwritable(&file, &error));
    let former = if is_to_write { Some(put()?) } else { None };
    told::tell(context, &told::Told { site: &site, file: &file, text: &text, repair: &repair, args, former })?;
    Ok(if reasons.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

/// Looks at the listings that are broken, or at all of them, then at reports.
async fn repaired(
    context: &Context,
    settings: &Settings,
    args: &RepairArgs,
    world: &World,
    site: &Arc<Site>,
    text: &str,
) -> Result<Repair, Stop> {
    let kept = world.store.evidence_pages(&site.id).await?;
    let bench = Bench { reader: SiteReader::of(&context.global.sites, &settings.network), id: site.id.as_str() };
    let (sure, proposed) = (text.to_owned(), text.to_owned());
    let mut repair = Repair { listings: Vec::new(), report: None, unseen: Vec::new(), sure, proposed };
    for rule in chosen(site, &kept, args)? {
        let known = world.store.listed_rows(&site.id, &rule.place(), ROWS_KNOWN).await?;
        let looked = match pages::listing(world, site, rule, &kept, args, settings.network.caps).await {
            Ok(page) => repair.take(
                |text| propose::listing(&bench, text, site, rule, &page, known.clone()),
                |part: &ListingPart| &part.reasons,
            ),
            Err(why) => Err(why),
        };
        match looked {
            Ok(part) => repair.listings.push(part),
            Err(why) => repair.unseen.push(format!("listing {:?}: {why}", rule.name)),
        }
    }
    let rows: Vec<(ListedRow, Option<Url>)> = match repair.listings.first() {
        Some(part) => part.rows.clone(),
        None => Vec::new(),
    };
    let pages = pages::reports(world, site, &rows, &kept, args).await?;
    let has_report = kept.iter().any(|page| page.listing.is_none());
    if !pages.is_empty() || has_report {
        match repair.take(|text| propose::report(text, site, &pages), |part: &ReportPart| &part.reasons) {
            Ok(part) => repair.report = Some(part),
            Err(why) => repair.unseen.push(format!("reports: {why}")),
        }
    }
    Ok(repair)
}

/// The listing that is named, else those that are broken, else all.
fn chosen<'s>(site: &'s Site, kept: &[KeptPage], args: &RepairArgs) -> Result<Vec<&'s ListingRule>, Stop> {
    if let Some(named) = &args.listing {
        let is_it = |rule: &&ListingRule| rule.name == *named || rule.url.as_str() == named;
        let found: Vec<&ListingRule> = site.listings.iter().filter(is_it).collect();
        let names: Vec<String> = site.listings.iter().map(|rule| format!("{:?}", rule.name)).collect();
        let unknown = || format!("{}: no listing is called {named:?}; there are {}", site.id, names.join(", "));
        return if found.is_empty() { Err(Stop::new(Exit::Usage, clean(&unknown()))) } else { Ok(found) };
    }
    let is_of_page = |rule: &&ListingRule| args.url.as_ref() == Some(&rule.url);
    let is_broken = |rule: &&ListingRule| kept.iter().any(|page| page.listing.as_ref() == Some(&rule.place()));
    let of_page: Vec<&ListingRule> = site.listings.iter().filter(is_of_page).collect();
    let broken: Vec<&ListingRule> = site.listings.iter().filter(is_broken).collect();
    let chosen = [of_page, broken].into_iter().find(|rules| !rules.is_empty());
    let mut chosen = chosen.unwrap_or_else(|| site.listings.iter().collect());
    if args.saved.is_some() {
        chosen.truncate(1);
    }
    Ok(chosen)
}

fn unwritable(file: &Path, error: &io::Error) -> Stop {
    Stop::new(Exit::SomeFailed, clean(&format!("{}: {error}", file.display())))
}
