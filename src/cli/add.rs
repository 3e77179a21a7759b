//! `govwatch add`: from the URL of a listing to its site file.
//!
//! In: a URL, a saved page, or a list of many. Out: a site file, or one more listing in the file of its host; before
//! that the rows, pages and reports that it would read. Never: a file that is written while anything speaks against it,
//! or one that was there and is lost.

mod list;
mod look;
mod many;
mod plan;
mod probe;
mod read;
mod row;
mod second;
mod whose;
mod words;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use clap::Args;
use url::Url;

pub(crate) use self::look::{Look, Looker, Wanted};
pub(crate) use self::plan::Plan;
pub(crate) use self::row::word as pages_word;
pub(crate) use self::second::ReportSeen;
use super::out::clean;
use super::{Context, Exit, Stop};
use crate::config::{Settings, is_site_id};
use crate::page::induce::SURE;

/// Arguments of `add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// A listing page (栏目) of the portal, such as its 通知公告
    #[arg(value_name = "URL", required_unless_present_any = ["from", "saved"], value_parser = list::address)]
    pub page: Option<Url>,
    /// The site's id [default: the host without www., dots as hyphens]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// Write what is sure without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Many: a text of a URL a line, OPML, or JSON Lines with `url`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["page", "id", "saved", "url"])]
    pub from: Option<PathBuf>,
    /// A saved page instead of a request
    #[arg(long, value_name = "FILE")]
    pub saved: Option<PathBuf>,
    /// Where the saved page was found
    #[arg(long, value_name = "URL", requires = "saved", conflicts_with = "page", value_parser = list::address)]
    pub url: Option<Url>,
}

/// Runs the command.
pub async fn run(context: &Context, settings: &Settings, args: &AddArgs) -> Result<Exit, Stop> {
    if let Some(id) = args.id.as_deref().filter(|id| !is_site_id(id)) {
        return Err(Stop::new(
            Exit::Usage,
            format!("{:?} cannot be a site's id: a-z, 0-9 and hyphens only", clean(id)),
        ));
    }
    let looker = Looker::of(context, settings)?;
    if let Some(from) = &args.from {
        return many::run(context, &looker, from, args.yes).await;
    }
    let wanted = Wanted {
        url: args.page.clone().or_else(|| args.url.clone()),
        saved: args.saved.clone(),
        id: args.id.clone(),
        name: None,
    };
    let look = looked(context, &looker, &wanted).await?;
    let is_sure = look.is_sure();
    let is_asked = is_sure && !args.yes && !context.global.json && may_ask();
    if !context.global.json {
        context.out.text(&words::shown(&look, !is_asked && !args.yes))?;
        context.out.flush()?;
    }
    let is_written = match &look.plan {
        Some(plan) if is_sure && (args.yes || (is_asked && is_agreed(plan)?)) => write(context, plan)?,
        _ => false,
    };
    if context.global.json {
        context.out.json(&row::of(&look, is_written))?;
    }
    let is_unasked = many::is_to_write(&look) && !args.yes && !is_asked && !context.global.json;
    if is_unasked {
        eprintln!("nothing is written: there is no terminal to ask on; --yes writes it");
    }
    for reason in look.proposal.reasons.iter().filter(|_| !is_sure) {
        eprintln!("unsure: {}", clean(&reason.to_string()));
    }
    Ok(if is_sure && !is_unasked { Exit::Done } else { Exit::SomeFailed })
}

/// The look at one address; a program is told of its failure as of any other result.
async fn looked(context: &Context, looker: &Looker, wanted: &Wanted) -> Result<Look, Stop> {
    let look = looker.look(wanted, None).await;
    if let (Err(stop), true) = (&look, context.global.json) {
        context.out.json(&row::failed(wanted, stop.message.clone()))?;
    }
    look
}

/// Whether a person sits there who can be asked.
fn may_ask() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Asks whether to write.
fn is_agreed(plan: &Plan) -> Result<bool, Stop> {
    let question = match plan {
        Plan::There { .. } => return Ok(false),
        Plan::New { path, .. } => format!("Write {}?", path.display()),
        Plan::Edit { path, .. } => format!("Add this listing to {}?", path.display()),
    };
    ask(&question)
}

fn ask(question: &str) -> Result<bool, Stop> {
    let failed = |error: io::Error| Stop::new(Exit::SomeFailed, format!("cannot ask: {error}"));
    let mut out = io::stdout();
    write!(out, "{question} [y/N] ").and_then(|()| out.flush()).map_err(failed)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(failed)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "是"))
}

/// Writes, and says what was written. Whether there was anything to write.
fn write(context: &Context, plan: &Plan) -> Result<bool, Stop> {
    let said = plan.write().map_err(|message| Stop::new(Exit::SomeFailed, message))?;
    let Some(said) = said else { return Ok(false) };
    if !context.global.json && !context.global.quiet {
        context.out.line(clean(&said))?;
    }
    Ok(true)
}

impl Look {
    /// Whether it may be written without a person's look.
    pub(crate) fn is_sure(&self) -> bool {
        self.plan.is_some() && self.proposal.confidence() >= SURE
    }
}
