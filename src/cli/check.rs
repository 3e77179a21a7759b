//! `check`: whether site files, families and settings are right. In: the folder. Out: every mistake with file, line
//! and key, like a compiler's, then how many. Only `--live` uses the network.

use std::collections::BTreeSet;

use clap::Args;

use super::table::counted;
use super::{Context, Exit, Stop, check_live, ensure_known};
use crate::alert::{Unheard, unheard};
use crate::config::{Loaded, Mistake, ReadTwice, Render, Settings, load_sites, read_twice};
use crate::fetch::browser_program;

/// Which sites to check.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch check                 every site file\n  govwatch check xingxian        sites/xingxian.toml and its family\n  govwatch --json check          one JSON object a mistake\n  govwatch check --live          also whether each portal still shows its listing"
)]
pub struct Check {
    /// Sites to check: the stems of their files [default: all]
    #[arg(value_name = "SITE")]
    pub sites: Vec<String>,
    /// Also read the first page of each site's first listing; ends with 1 if one shows too few entries
    #[arg(long)]
    pub live: bool,
}

/// Runs `check`. The settings come with their mistakes, which are told beside those of the site files.
pub async fn run(context: &Context, check: &Check, settings: Result<Settings, Vec<Mistake>>) -> Result<Exit, Stop> {
    let (settings, mut mistakes) = match settings {
        Ok(settings) => (settings, Vec::new()),
        Err(mistakes) => (Settings::default(), mistakes),
    };
    let loaded = load_sites(&context.global.sites, &check.sites, &settings.network);
    ensure_known(&loaded)?;
    mistakes.extend_from_slice(&loaded.mistakes);
    for mistake in &mistakes {
        if context.global.json {
            context.out.json(mistake)?;
        } else {
            context.out.line(super::out::clean(&mistake.to_string()))?;
        }
    }
    for warning in settings.warnings.iter().filter(|_| !context.global.quiet) {
        eprintln!("{}", super::out::clean(&format!("warning: {warning}")));
    }
    for twice in read_twice(&loaded.sites).iter().filter(|_| !context.global.quiet) {
        eprintln!("{}", super::out::clean(&format!("warning: {}", in_words(twice))));
    }
    let are_all_read = check.sites.is_empty() && mistakes.is_empty();
    for silent in unheard(&settings.routes, &loaded).iter().filter(|_| are_all_read && !context.global.quiet) {
        eprintln!("{}", super::out::clean(&format!("warning: {}", of_route(silent))));
    }
    if let Some(warning) = missing_browser(&loaded, &settings).filter(|_| !context.global.quiet) {
        eprintln!("{}", super::out::clean(&warning));
    }
    if !context.global.json && !context.global.quiet {
        context.out.line(summary(&loaded, &mistakes))?;
    }
    let wanted = loaded.sites.iter().filter(|site| !site.paused || !check.sites.is_empty()).map(AsRef::as_ref);
    let n_wrong = if check.live { check_live::run(context, wanted, &settings).await? } else { 0 };
    Ok(match (mistakes.len(), n_wrong) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::SomeFailed,
        (_, _) => Exit::Config,
    })
}

/// What the sites that want a browser cannot have: their files are right, and they will fail.
fn missing_browser(loaded: &Loaded, settings: &Settings) -> Option<String> {
    let wanting = loaded.sites.iter().filter(|site| site.fetch.render == Render::Browser);
    let ids: Vec<&str> = wanting.map(|site| site.id.as_str()).collect();
    let why = browser_program(settings.browser.path.as_deref()).err().filter(|_| !ids.is_empty())?;
    Some(format!("warning: {} cannot be read here, as `fetch.render` wants a browser: {why}", ids.join(", ")))
}

/// What a route names that nothing here has.
pub(super) fn of_route(Unheard { to, reason, has_others }: &Unheard) -> String {
    let holds = if *has_others { "; the other names of the route hold" } else { ": it is never told anything" };
    format!("a [[route]] to {}: {reason}{holds}", to.join(", "))
}

/// A column that two site files name, and what comes of it.
pub(super) fn in_words(ReadTwice { first, again }: &ReadTwice<'_>) -> String {
    format!(
        "{}: listing {} is {} of {}, {}: each report is told twice, as new and as a copy; remove it from one of the two, \
         or say which rows each wants with `include` and `exclude`",
        again.0.id, again.1.name, first.1.name, first.0.id, first.1.url
    )
}

fn summary(loaded: &Loaded, mistakes: &[Mistake]) -> String {
    let files = counted(loaded.n_files, "site file");
    let wrong: BTreeSet<&str> = mistakes.iter().map(|mistake| mistake.file.as_str()).collect();
    match (mistakes.len(), loaded.sites.iter().find(|site| !site.paused)) {
        (0, Some(site)) => format!("{files}, all right. Poll one with: govwatch fetch {}", site.id),
        (0, None) if loaded.n_files > 0 => format!("{files}, all right."),
        (0, None) => "no site files yet: a portal is one file of a few lines, see the README".to_owned(),
        (n, _) => format!("{files}, {} in {}", counted(n, "mistake"), counted(wrong.len(), "file")),
    }
}
