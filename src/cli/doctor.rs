//! `doctor`: what is wrong with this installation. In: settings, site files, the store, the machine. Out: a line a check,
//! ok, warn or wrong, each with the next step. Never: a repair; and the network only with `--live`.

mod machine;
mod store;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::out::clean;
use super::{Context, Exit, Stop, check, check_live};
use crate::alert::unheard;
use crate::clock::Clock;
use crate::config::{Loaded, Mistake, Settings, load_sites, read_twice};

/// What to look at.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch doctor\n  govwatch doctor --quick           without reading the whole database\n  govwatch doctor --live            also whether each portal answers\n  govwatch doctor --backup copy.db  whether a copy is whole, and what it holds"
)]
pub struct DoctorArgs {
    /// Leave out what takes minutes on a large store: reading all of it
    #[arg(long)]
    pub quick: bool,
    /// Also ask the first listing of each site
    #[arg(long)]
    pub live: bool,
    /// Look at a copy of a store instead of this installation
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "live"])]
    pub backup: Option<PathBuf>,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Wrong,
}

/// One check: a row of `doctor --json`.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    message: String,
    next: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, state: State::Ok, message: message.into(), next: None }
    }

    fn warn(check: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { check, state: State::Warn, message: message.into(), next: Some(next.into()) }
    }

    fn wrong(check: &'static str, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { check, state: State::Wrong, message: message.into(), next: Some(next.into()) }
    }
}

/// Runs `doctor`. The settings come with their mistakes, which are findings.
pub async fn run(context: &Context, args: &DoctorArgs, settings: Result<Settings, Vec<Mistake>>) -> Result<Exit, Stop> {
    if let Some(file) = &args.backup {
        return tell(context, &[store::copy(file).await]);
    }
    let now = Clock::System.now();
    let (settings, mut findings) = of_settings(settings);
    let loaded = load_sites(&context.global.sites, &[], &settings.network);
    findings.extend(of_sites(context, &loaded));
    let mend = "mend the [[route]] in the settings, or add the site";
    let silent = unheard(&settings.routes, &loaded);
    findings.extend(silent.iter().map(|silent| Finding::warn("settings", check::of_route(silent), mend)));
    findings.extend(store::findings(&context.global.state, &settings, now, args.quick).await);
    findings.extend(machine::findings(&context.global.state, &loaded, &settings));
    if args.live {
        findings.extend(live(&loaded, &settings).await);
    }
    tell(context, &findings)
}

fn of_settings(settings: Result<Settings, Vec<Mistake>>) -> (Settings, Vec<Finding>) {
    let settings = match settings {
        Ok(settings) => settings,
        Err(mistakes) => {
            let wrong =
                |mistake: &Mistake| Finding::wrong("settings", mistake.to_string(), "mend the line that is named");
            return (Settings::default(), mistakes.iter().map(wrong).collect());
        }
    };
    let contact = match &settings.contact {
        Some(contact) => Finding::ok("contact", format!("portals are told {contact}")),
        None => Finding::warn(
            "contact",
            "portals are not told whom to ask about our requests",
            "write contact = \"https://..\" or an address into govwatch.toml",
        ),
    };
    let warning = |warning: &Mistake| {
        Finding::warn("settings", warning.to_string(), "mend what is named; all else works meanwhile")
    };
    let mut findings: Vec<Finding> = settings.warnings.iter().map(warning).collect();
    if findings.is_empty() {
        findings.push(Finding::ok("settings", "right"));
    }
    findings.push(contact);
    (settings, findings)
}

fn of_sites(context: &Context, loaded: &Loaded) -> Vec<Finding> {
    let wrong = |mistake: &Mistake| {
        Finding::wrong("sites", mistake.to_string(), "mend the line that is named; the others are polled")
    };
    let mut findings: Vec<Finding> = loaded.mistakes.iter().map(wrong).collect();
    let n_sites = loaded.sites.len();
    findings.push(match n_sites {
        0 => Finding::warn(
            "sites",
            format!("no site in {}", context.global.sites.display()),
            "govwatch add URL writes a file for a portal",
        ),
        _ => Finding::ok("sites", format!("{n_sites} in {}", context.global.sites.display())),
    });
    let twice = read_twice(&loaded.sites);
    let remove = "remove it from one of the two site files";
    findings.extend(twice.iter().map(|twice| Finding::warn("sites", check::in_words(twice), remove)));
    findings
}

async fn live(loaded: &Loaded, settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for site in loaded.sites.iter().filter(|site| !site.paused) {
        findings.push(match check_live::look(site, settings).await {
            Ok(line) => Finding::ok("live", line),
            Err(message) => {
                Finding::wrong("live", format!("{}: {message}", site.id), format!("govwatch try {}", site.id))
            }
        });
    }
    findings
}

/// The store weighs more than the files, and the files more than the rest.
fn tell(context: &Context, findings: &[Finding]) -> Result<Exit, Stop> {
    for finding in findings {
        if context.global.json {
            context.out.json(finding)?;
        } else if !context.global.quiet || finding.state != State::Ok {
            context.out.line(clean(&in_words(finding)))?;
        }
    }
    let is_wrong = |checks: &[&str]| {
        findings.iter().any(|finding| finding.state == State::Wrong && checks.contains(&finding.check))
    };
    Ok(match () {
        () if is_wrong(&["store", "backup"]) => Exit::Store,
        () if is_wrong(&["settings", "sites"]) => Exit::Config,
        () if findings.iter().any(|finding| finding.state == State::Wrong) => Exit::SomeFailed,
        () => Exit::Done,
    })
}

fn in_words(finding: &Finding) -> String {
    let Finding { check, state, message, next } = finding;
    let state = match state {
        State::Ok => "ok",
        State::Warn => "warn",
        State::Wrong => "wrong",
    };
    let next = next.as_ref().map(|next| format!("; next: {next}")).unwrap_or_default();
    format!("{state:<5}  {check:<9}  {message}{next}")
}
