//! `add --from FILE`: many addresses at once, and a summary of what needs a person.
//!
//! In: a list. Out: a line an address in the order of the list; files where they are agreed to. Never: two writers of a
//! file; the looks run beside each other, the writing does not.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt as _, stream};
use url::Url;

use super::super::out::clean;
use super::super::{Context, Exit, Stop};
use super::look::{Look, Looker, Wanted};
use super::plan::Plan;
use super::{ask, list, may_ask, row};
use crate::page::induce::Reason;

/// Addresses looked at beside each other. Each waits for the pace of its host most of the time.
const LOOKS_AT_ONCE: usize = 64;

/// An address of the list, what was seen there, and its place in the list.
type Looked<'w> = (usize, &'w Wanted, Result<Look, Stop>);

/// What became of the addresses.
#[derive(Debug, Default)]
struct Counts {
    written: usize,
    unwritten: usize,
    there: usize,
    unsure: usize,
    failed: usize,
}

/// Looks at every address of a list, and writes what is sure.
pub(super) async fn run(context: &Context, looker: &Looker, from: &Path, is_agreed: bool) -> Result<Exit, Stop> {
    let usage = |why: String| Stop::new(Exit::Usage, format!("{}: {}", from.display(), clean(&why)));
    let text = std::fs::read_to_string(from).map_err(|error| usage(error.to_string()))?;
    let list::List { wanted, wrong } = list::read(&text).map_err(usage)?;
    for why in &wrong {
        refuse(context, from, why)?;
    }
    let seen = looks(looker, &wanted).await;
    let n_sure = seen.iter().filter(|(_, _, look)| look.as_ref().is_ok_and(is_to_write)).count();
    let may_ask = !is_agreed && n_sure > 0 && !context.global.json && may_ask();
    if may_ask {
        for (_, wanted, look) in &seen {
            context.out.line(line(wanted, look, false))?;
        }
        context.out.flush()?;
    }
    let is_agreed = is_agreed || (may_ask && ask(&format!("Write {n_sure} listings?"))?);
    let mut counts = finished(context, &seen, is_agreed, may_ask)?;
    counts.failed += wrong.len();
    if !context.global.json && !context.global.quiet {
        context.out.line(summary(&counts))?;
    }
    let is_unasked = counts.unwritten > 0 && !may_ask && !context.global.json;
    if is_unasked {
        eprintln!("nothing is written: there is no terminal to ask on; --yes writes what is sure");
    }
    let is_config = seen.iter().any(|(_, _, look)| look.as_ref().is_err_and(|stop| stop.exit == Exit::Config));
    Ok(match counts.unsure + counts.failed {
        _ if is_config => Exit::Config,
        0 if !is_unasked => Exit::Done,
        _ => Exit::SomeFailed,
    })
}

/// Says what of the list is of no use; the rest is looked at.
fn refuse(context: &Context, from: &Path, why: &str) -> Result<(), Stop> {
    eprintln!("{}", clean(&format!("{}: {why}", from.display())));
    if !context.global.json {
        return Ok(());
    }
    context.out.json(&row::failed(&Wanted::default(), why.to_owned()))
}

/// Looks at all, hosts beside each other; listings of one host after each other, each in the file that the one before
/// it makes.
async fn looks<'w>(looker: &Looker, wanted: &'w [Wanted]) -> Vec<Looked<'w>> {
    let mut groups: BTreeMap<String, Vec<(usize, &Wanted)>> = BTreeMap::new();
    for (n, one) in wanted.iter().enumerate() {
        groups.entry(looker.key(one)).or_default().push((n, one));
    }
    let hosts = stream::iter(groups.into_values()).map(|group| async move {
        let (mut looks, mut held) = (Vec::with_capacity(group.len()), None);
        for (n, one) in group {
            let look = looker.look(one, held.as_ref()).await;
            if let Ok(look) = &look
                && is_to_write(look)
            {
                held = look.held();
            }
            looks.push((n, one, look));
        }
        looks
    });
    let mut all: Vec<Looked<'w>> = hosts.buffer_unordered(LOOKS_AT_ONCE).concat().await;
    all.sort_by_key(|(n, _, _)| *n);
    all
}

/// Whether a look is sure of something that is not written yet.
pub(super) fn is_to_write(look: &Look) -> bool {
    look.is_sure() && !matches!(look.plan, Some(Plan::There { .. }))
}

/// Writes what is agreed to and says what became of each. `is_said`: its line stands on the screen already.
fn finished(context: &Context, seen: &[Looked<'_>], is_agreed: bool, is_said: bool) -> Result<Counts, Stop> {
    let mut counts = Counts::default();
    for (_, wanted, look) in seen {
        let mut is_written = false;
        let mut failure = None;
        if let Ok(look) = look
            && let Some(plan) = look.plan.as_ref().filter(|_| is_agreed && is_to_write(look))
        {
            match plan.write() {
                Ok(_) => is_written = true,
                Err(why) => failure = Some(why),
            }
        }
        counts.count(look, is_written, failure.is_some());
        if let Some(why) = &failure {
            eprintln!("govwatch: {}", clean(why));
        }
        if context.global.json {
            let row = look.as_ref().map(|look| row::of(look, is_written));
            context.out.json(&row.unwrap_or_else(|why| row::failed(wanted, why.to_string())))?;
        } else if !is_said {
            context.out.line(line(wanted, look, is_written))?;
            let unwritten = look.as_ref().ok().filter(|look| !is_agreed && is_to_write(look));
            if let Some(plan) = unwritten.and_then(|look| look.plan.as_ref()) {
                context.out.line(plan.text())?;
            }
        }
    }
    Ok(counts)
}

impl Counts {
    fn count(&mut self, look: &Result<Look, Stop>, is_written: bool, is_broken: bool) {
        let count = match look {
            Err(_) => &mut self.failed,
            Ok(_) if is_broken => &mut self.failed,
            Ok(_) if is_written => &mut self.written,
            Ok(look) if matches!(look.plan, Some(Plan::There { .. })) => &mut self.there,
            Ok(look) if look.is_sure() => &mut self.unwritten,
            Ok(_) => &mut self.unsure,
        };
        *count += 1;
    }
}

/// One line an address: what became of it, and what a person must know.
fn line(wanted: &Wanted, look: &Result<Look, Stop>, is_written: bool) -> String {
    let address = wanted.url.as_ref().map_or("-", Url::as_str);
    let said = match look {
        Err(stop) => format!("failed   {address}: {stop}"),
        Ok(look) => {
            let n_rows = look.proposal.first.entries.len();
            let confidence = look.proposal.confidence();
            match &look.plan {
                Some(Plan::There { path }) => format!("there    {address}: in {}", path.display()),
                Some(plan) if look.is_sure() => {
                    let word = if is_written { "written " } else { "sure    " };
                    let notes = notes(&look.proposal.reasons);
                    format!("{word} {address}: {n_rows} rows, {confidence:.2}, {}{notes}", plan.path().display())
                }
                _ => format!("unsure   {address}: {}", reasons(&look.proposal.reasons)),
            }
        }
    };
    clean(&said)
}

/// What must be known of one that is sure.
fn notes(reasons: &[Reason]) -> String {
    let is_note = |reason: &&Reason| matches!(reason, Reason::OtherHosts(_) | Reason::Feed | Reason::Sitemap);
    reasons.iter().filter(is_note).fold(String::new(), |all, note| all + "; " + &note.to_string())
}

/// The grave reasons first; what costs nothing may be the next step.
fn reasons(reasons: &[Reason]) -> String {
    let mut reasons: Vec<&Reason> = reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.cost()));
    reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn summary(counts: &Counts) -> String {
    let told = [
        (counts.written, "written"),
        (counts.unwritten, "sure and not written"),
        (counts.there, "there already"),
        (counts.unsure, "need a person"),
        (counts.failed, "failed"),
    ];
    let told: Vec<String> = told.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let n: usize = counts.written + counts.unwritten + counts.there + counts.unsure + counts.failed;
    format!("{n} {}: {}", if n == 1 { "address" } else { "addresses" }, told.join(", "))
}
