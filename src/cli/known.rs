//! Names that commands are given to choose by. In: a site's id, a kind. Out: nothing, or a stop with what was probably
//! meant. Never: silence about a name that nothing has: "no such reports" would be read as "nothing was published".

use std::collections::BTreeSet;

use super::out::clean;
use super::{Context, Exit, Stop};
use crate::config::{self, suggestion};
use crate::store::{Filter, Store};

/// Stops at a site that has neither a file nor reports, and at a kind that nothing is of.
pub(super) async fn ensure(
    context: &Context,
    store: &Store,
    site: Option<&str>,
    kind: Option<&str>,
) -> Result<(), Stop> {
    if let Some(site) = site {
        let polled = store.statuses(&[]).await?.into_iter().map(|status| status.site.to_string());
        let sites: BTreeSet<String> = polled.chain(config::site_ids(&context.global.sites)).collect();
        ensure_one("site", site, &sites)?;
    }
    if let Some(kind) = kind {
        let (kinds, _) = config::load_kinds(&context.global.sites);
        // Kinds of an earlier obligations.toml stay with their reports.
        let of_it = Filter { kind: Some(kind.to_owned()), limit: 1, ..Filter::default() };
        if store.reports(of_it).await?.is_empty() {
            // People know it by the name that tables and pages show.
            if let Some(known) = kinds.iter().find(|known| known.name == kind) {
                let message =
                    format!("{kind} is the name of a kind, whose id is {}: write --kind {}", known.id, known.id);
                return Err(Stop::new(Exit::Usage, clean(&message)));
            }
            ensure_one("kind", kind, &kinds.iter().map(|kind| kind.id.clone()).collect())?;
        }
    }
    Ok(())
}

fn ensure_one(what: &str, name: &str, known: &BTreeSet<String>) -> Result<(), Stop> {
    if known.contains(name) {
        return Ok(());
    }
    let meant = suggestion(name, known.iter().map(String::as_str));
    Err(Stop::new(Exit::Usage, clean(&format!("there is no {what} {name:?}{meant}"))))
}
