//! `check --live`: whether the first page of each site's first listing still shows rows. In: checked sites. Out: a line
//! a site, or a mistake that names file and listing. Never: the store; the page is asked politely and forgotten.

use std::path::Path;

use super::out::clean;
use super::{Context, Stop, page_source, try_site};
use crate::config::{Mistake, Settings, Site};
use crate::fetch::FetchPlan;
use crate::page::listing::titles_are_dates;

/// Asks every site. Gives how many could not be read as their files say.
pub(super) async fn run(
    context: &Context,
    sites: impl Iterator<Item = &Site>,
    settings: &Settings,
) -> Result<usize, Stop> {
    let mut n_wrong = 0;
    for site in sites {
        match look(site, settings).await {
            Ok(line) if !context.global.json => context.out.line(line)?,
            Ok(_) => {}
            Err(message) => {
                n_wrong += 1;
                say(context, &mistake(&context.global.sites, site, message))?;
            }
        }
    }
    Ok(n_wrong)
}

/// What the first listing shows now.
pub(super) async fn look(site: &Site, settings: &Settings) -> Result<String, String> {
    let Some(listing) = site.listings.first() else {
        return Ok(format!("{}: no listing to look at", site.id));
    };
    let capture = page_source::asked(&FetchPlan::of_page(site, &listing.first_page()), settings).await?;
    let seen = try_site::tried(site, &capture, &[]).map_err(|stop| stop.message)?;
    if seen.entries.len() < listing.expect.min_entries && !listing.expect.may_be_empty {
        let (n, page) = (seen.entries.len(), seen.page.as_str());
        let closer = || format!("look closer with: govwatch try {}", site.id);
        let next = seen.advice.unwrap_or_else(closer);
        return Err(format!("{:?} shows {n} entries ({page}); {next}", listing.name));
    }
    if titles_are_dates(&seen.entries) {
        return Err(format!(
            "{:?}: the titles of its rows are nothing but dates: check `title` (`govwatch repair {}` proposes one)",
            listing.name, site.id
        ));
    }
    let newest = seen.entries.iter().filter_map(|entry| entry.date).max();
    let newest = newest.map_or_else(|| "no dates".to_owned(), |date| format!("newest {}", date.date()));
    Ok(clean(&format!("{}: {} shows {} entries, {newest}", site.id, listing.name, seen.entries.len())))
}

fn mistake(sites: &Path, site: &Site, message: String) -> Mistake {
    let file = sites.join(format!("{}.toml", site.id)).display().to_string();
    let least = || site.listings.first().map(|listing| format!("at least {} entries", listing.expect.min_entries));
    let expected = if message.contains("`title`") { Some("titles of reports".to_owned()) } else { least() };
    Mistake { file, line: None, key: Some("listing".to_owned()), message, expected }
}

fn say(context: &Context, mistake: &Mistake) -> Result<(), Stop> {
    if context.global.json { context.out.json(mistake) } else { context.out.line(clean(&mistake.to_string())) }
}
