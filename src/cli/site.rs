//! `site`: what a person decides about a site, whatever its file says. In: the store, and the file for a new name. Out:
//! a line that says what holds now. Never: history that goes with a decision.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::out::clean;
use super::{Context, Exit, Stop, ensure_known, world};
use crate::config::{Settings, is_site_id, load_sites, site_ids};
use crate::model::SiteId;
use crate::store::{Aside, Lock, Muted, Store, StoreError};

/// What to do with a site.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch site acknowledge xingxian     no more word of this breakage\n  govwatch site rename xingxian xing-county\n  govwatch site retire xingxian         the portal is gone for good"
)]
pub struct SiteArgs {
    /// The decision.
    #[command(subcommand)]
    pub decision: Decision,
}

/// The decisions.
#[derive(Debug, Subcommand)]
pub enum Decision {
    /// Leaves a site alone until it is resumed
    Pause(Named),
    /// Polls a site again that was paused or retired
    Resume(Named),
    /// Polls a site no longer, its portal being gone; its history stays
    Retire(Named),
    /// Tells operators nothing of a site's troubles
    Mute(Named),
    /// Tells them again
    Unmute(Named),
    /// Tells operators nothing more of this breakage; that the site is back is told
    Acknowledge(Named),
    /// Gives a site another id, its file and all that is known of it
    Rename {
        /// Its id
        #[arg(value_name = "OLD")]
        from: String,
        /// Its new id: a-z, 0-9 and hyphens
        #[arg(value_name = "NEW")]
        to: String,
    },
}

/// The site that is meant.
#[derive(Debug, Args)]
pub struct Named {
    /// The site, by id
    #[arg(value_name = "SITE")]
    pub site: String,
}

/// Runs `site`.
pub async fn run(context: &Context, settings: &Settings, args: &SiteArgs) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let named = match &args.decision {
        Decision::Rename { from, to } => {
            let holds = rename(context, &store, from, to).await?;
            follow(context, settings, &store, from, to).await?;
            return say(context, to, &holds);
        }
        Decision::Pause(named)
        | Decision::Resume(named)
        | Decision::Retire(named)
        | Decision::Mute(named)
        | Decision::Unmute(named)
        | Decision::Acknowledge(named) => named,
    };
    let site = known(context, settings, &store, &named.site).await?;
    if matches!(args.decision, Decision::Acknowledge(_)) && !store.site_state(&site).await?.is_broken {
        return say(context, site.as_str(), "is not broken: there is nothing to acknowledge");
    }
    let mut holds = decide(&store, &site, &args.decision).await?;
    let has_file = || site_ids(&context.global.sites).iter().any(|id| id == site.as_str());
    if matches!(args.decision, Decision::Resume(_)) && !has_file() {
        holds = format!("is polled once it has a file: there is no {site}.toml in {}", context.global.sites.display());
    }
    say(context, site.as_str(), &holds)
}

/// Keeps a decision. Gives what holds now.
async fn decide(store: &Store, site: &SiteId, decision: &Decision) -> Result<String, StoreError> {
    let (aside, muted) = match decision {
        Decision::Pause(_) => (Some(Some(Aside::Paused)), None),
        Decision::Retire(_) => (Some(Some(Aside::Retired)), None),
        Decision::Resume(_) => (Some(None), None),
        Decision::Mute(_) => (None, Some(Some(Muted::Always))),
        Decision::Acknowledge(_) => (None, Some(Some(Muted::UntilRecovered))),
        Decision::Unmute(_) => (None, Some(None)),
        Decision::Rename { .. } => (None, None),
    };
    if let Some(aside) = aside {
        store.put_aside(site, aside).await?;
    }
    if let Some(muted) = muted {
        store.mute(site, muted).await?;
    }
    Ok(match decision {
        Decision::Pause(_) => format!("is left alone until: govwatch site resume {site}"),
        Decision::Retire(_) => "is polled no longer; its history stays, its file may go".to_owned(),
        Decision::Resume(_) => "is polled as its file says".to_owned(),
        Decision::Mute(_) => {
            format!("is muted: operators hear nothing of its troubles until: govwatch site unmute {site}")
        }
        Decision::Acknowledge(_) => "is acknowledged: operators hear of it when it is back".to_owned(),
        Decision::Unmute(_) | Decision::Rename { .. } => "is told of again".to_owned(),
    })
}

/// A site that has a file or a history.
async fn known(context: &Context, settings: &Settings, store: &Store, name: &str) -> Result<SiteId, Stop> {
    let site = SiteId::new(name);
    if store.statuses(&[]).await?.iter().all(|status| status.site != site) {
        ensure_known(&load_sites(&context.global.sites, &[name.to_owned()], &settings.network))?;
    }
    Ok(site)
}

/// The store first: what is known of the site must not be met by a file of another name before it has that name.
async fn rename(context: &Context, store: &Store, from: &str, to: &str) -> Result<String, Stop> {
    let usage = |message: String| Stop::new(Exit::Usage, clean(&message));
    if !is_site_id(to) {
        return Err(usage(format!("{to:?} cannot be the id of a site: a-z, 0-9 and hyphens only")));
    }
    if let Some(owner) = Lock::holder(&context.global.state) {
        return Err(usage(format!("a daemon is at work ({owner}), and may be polling {from}: stop it first")));
    }
    let file = |id: &str| context.global.sites.join(format!("{id}.toml"));
    let (old, new): (PathBuf, PathBuf) = (file(from), file(to));
    if new.symlink_metadata().is_ok() {
        return Err(usage(format!("{} is there already: choose another id", new.display())));
    }
    let (old_id, new_id) = (SiteId::new(from), SiteId::new(to));
    let is_renamed = store.rename_site(&old_id, &new_id).await?;
    if !is_renamed && store.statuses(&[]).await?.iter().any(|status| status.site == new_id) {
        return Err(usage(format!("{to} is the id of another site: choose another one")));
    }
    match fs::rename(&old, &new) {
        Ok(()) => Ok(format!("was {from}, with all that is known of it; its file is {} now", new.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_renamed => Ok(format!(
            "was {from}, with all that is known of it; it has no file in {}",
            context.global.sites.display()
        )),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(usage(format!("there is no site {from:?}: neither a file nor a history; `govwatch status` lists them")))
        }
        Err(error) => {
            store.rename_site(&new_id, &old_id).await?;
            Err(usage(format!("{} cannot be renamed: {error}; nothing was changed", old.display())))
        }
    }
}

/// What else goes by the id of a site: its feeds take the new one, and routes that name the old one are told of.
async fn follow(context: &Context, settings: &Settings, store: &Store, from: &str, to: &str) -> Result<(), Stop> {
    let sites = load_sites(&context.global.sites, &[to.to_owned()], &settings.network).sites;
    let channels = world::channels(settings, &world::passing_fetcher(settings)?, &sites);
    if let Err(trouble) = channels.rename_site(store, &SiteId::new(from), &SiteId::new(to)).await {
        eprintln!("{}", clean(&format!("warning: its feeds still go by {from}: {}", trouble.error)));
    }
    for route in settings.routes.iter().filter(|route| route.sites.iter().any(|id| id == from)) {
        let (to_whom, to) = (route.to.join(", "), clean(to));
        eprintln!(
            "{}",
            clean(&format!(
                "warning: the [[route]] to {to_whom} names {from}: write {to} there, or it tells nothing of it"
            ))
        );
    }
    Ok(())
}

/// What holds now: one row of `site --json`.
#[derive(Debug, Serialize)]
struct SiteRow<'a> {
    site: &'a str,
    message: &'a str,
}

fn say(context: &Context, site: &str, message: &str) -> Result<Exit, Stop> {
    if context.global.json {
        context.out.json(&SiteRow { site, message })?;
    } else if !context.global.quiet {
        context.out.line(clean(&format!("{site} {message}")))?;
    }
    Ok(Exit::Done)
}
