//! A repair as people and programs read it. In: what was looked at and proposed. Out: tables and a diff, or one JSON
//! object. Never: text of a portal that was not cleaned.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use similar::TextDiff;

use super::super::out::clean;
use super::super::{Context, Stop, table};
use super::propose::{KeyChange, ListingPart, ReportPart};
use super::{Repair, RepairArgs};
use crate::config::Site;

/// Rows that are shown of each listing.
const ROWS_SHOWN: usize = 3;

/// Everything that is told of one repair.
pub(super) struct Told<'a> {
    pub(super) site: &'a Site,
    pub(super) file: &'a Path,
    pub(super) text: &'a str,
    pub(super) repair: &'a Repair,
    pub(super) args: &'a RepairArgs,
    /// Where the old text is kept, where the file was changed.
    pub(super) former: Option<PathBuf>,
}

/// Tells it.
pub(super) fn tell(context: &Context, told: &Told<'_>) -> Result<(), Stop> {
    if context.global.json {
        return context.out.json(&object(told));
    }
    for part in &told.repair.listings {
        context.out.text(&listing(part))?;
    }
    if let Some(part) = &told.repair.report {
        context.out.text(&report(part))?;
    }
    let diff = diff(told);
    if diff.is_empty() {
        context.out.line("nothing to change was found in the site file")?;
    }
    for line in diff.lines() {
        context.out.line(clean(line))?;
    }
    for reason in told.repair.reasons() {
        context.out.line(clean(&format!("not sure: {reason}")))?;
    }
    end(context, told, diff.is_empty())
}

/// What became of the file, and what to do next.
fn end(context: &Context, told: &Told<'_>, is_same: bool) -> Result<(), Stop> {
    let file = clean(&told.file.display().to_string());
    let is_whole = told.repair.sure == told.repair.proposed;
    let line = match (&told.former, told.args.write) {
        _ if is_same => return Ok(()),
        (Some(former), _) => {
            let what = if is_whole { "is changed" } else { "is changed where that is sure" };
            let former = clean(&former.display().to_string());
            format!("{file} {what}; the old text is in {former}. Next: govwatch fetch {}", told.site.id)
        }
        (None, true) => format!("{file} is left as it is; change it by hand where you know better"),
        (None, false) if is_whole => "nothing is written yet; --write changes the file".to_owned(),
        (None, false) => "nothing is written yet; --write changes the file where that is sure".to_owned(),
    };
    context.out.line(line)
}

fn diff(told: &Told<'_>) -> String {
    let name = told.file.display().to_string();
    let diff = TextDiff::from_lines(told.text, told.repair.proposed.as_str());
    diff.unified_diff().context_radius(2).header(&name, &format!("{name} (proposed)")).to_string()
}

fn listing(part: &ListingPart) -> String {
    let mut rows = table::table(&["", "ROWS", "KNOWN ROWS READ RIGHT", "STRANGE"]);
    for (when, score) in [("before", &part.before), ("after", &part.after)] {
        let right = format!("{} of {}", score.n_right, score.n_found);
        rows.add_row([when.to_owned(), score.n_rows.to_string(), right, score.n_strange.to_string()]);
    }
    let head = clean(&format!("listing {:?}, {} ({})", part.name, part.url, part.from));
    let shown = part.entries.iter().take(ROWS_SHOWN).map(|entry| {
        let date = entry.date.map_or_else(|| "no date   ".to_owned(), |date| date.date().to_string());
        clean(&format!("  {date}  {}  {}", entry.title, entry.url)) + "\n"
    });
    format!("{head}\n{}{}{}", table::text(rows), changes(&part.keys), shown.collect::<String>())
}

fn report(part: &ReportPart) -> String {
    let mut rows = table::table(&["", "REPORTS", "TITLE RIGHT", "TEXT RIGHT", "DATE RIGHT"]);
    for (when, score) in [("before", &part.before), ("after", &part.after)] {
        let numbers = [score.n_reports, score.n_titles, score.n_bodies, score.n_dates].map(|n| n.to_string());
        rows.add_row(std::iter::once(when.to_owned()).chain(numbers));
    }
    format!("reports\n{}{}", table::text(rows), changes(&part.keys))
}

fn changes(keys: &[KeyChange]) -> String {
    let or_none = |written: &[String]| if written.is_empty() { "(none)".to_owned() } else { written.join(", ") };
    let line = |change: &KeyChange| {
        clean(&format!("  {}: {}  ->  {}", change.key, or_none(&change.old), or_none(&change.new))) + "\n"
    };
    keys.iter().map(line).collect()
}

/// The keys of the JSON contract.
fn object(told: &Told<'_>) -> Value {
    let listings = told.repair.listings.iter().map(|part| {
        json!({
            "listing": part.name, "url": part.url, "page": part.from, "keys": part.keys,
            "before": {"rows": part.before.n_rows, "known": part.before.n_found, "right": part.before.n_right,
                "strange": part.before.n_strange},
            "after": {"rows": part.after.n_rows, "known": part.after.n_found, "right": part.after.n_right,
                "strange": part.after.n_strange},
            "entries": part.entries, "reasons": part.reasons,
        })
    });
    let report = told.repair.report.as_ref().map(|part| {
        json!({
            "keys": part.keys,
            "before": {"reports": part.before.n_reports, "titles": part.before.n_titles, "bodies": part.before.n_bodies,
                "dates": part.before.n_dates, "right": part.before.n_right},
            "after": {"reports": part.after.n_reports, "titles": part.after.n_titles, "bodies": part.after.n_bodies,
                "dates": part.after.n_dates, "right": part.after.n_right},
            "reasons": part.reasons,
        })
    });
    let reasons = told.repair.reasons();
    json!({
        "site": told.site.id, "file": told.file.display().to_string(), "listings": listings.collect::<Vec<_>>(),
        "report": report, "is_sure": reasons.is_empty(), "reasons": reasons, "diff": diff(told),
        "is_written": told.former.is_some(),
    })
}
