//! A look in words, for a person who decides whether it is right: rows, pages, reports, reasons, the file.
//!
//! In: a [`Look`]. Out: text that is safe for a terminal. Never: a judgement; the reasons have it.

use std::fmt::Write as _;

use super::super::out::clean;
use super::super::table;
use super::look::Look;
use super::plan::Plan;
use super::row::word;
use super::second::ReportSeen;
use crate::model::Origin;
use crate::page::induce::SURE;

/// Rows of the listing that are shown.
const ROWS_SHOWN: usize = 10;

/// Everything that was seen. `is_whole`: the file's text too, which is all there will be of it.
pub(super) fn shown(look: &Look, is_whole: bool) -> String {
    let mut shown = head(look);
    if look.proposal.first.entries.is_empty() {
        return shown;
    }
    shown.push('\n');
    shown.push_str(&rows(look));
    let _ = writeln!(shown, "\npages       {}", pages(look));
    for report in &look.reports {
        let _ = writeln!(shown, "report      {}", self::report(report));
    }
    let confidence = look.proposal.confidence();
    let verdict = if confidence >= SURE { "sure" } else { "unsure" };
    let _ = writeln!(shown, "confidence  {confidence:.2} ({verdict})");
    for reason in &look.proposal.reasons {
        let _ = writeln!(shown, "            - {}", clean(&reason.to_string()));
    }
    shown.push_str(&file(look, is_whole));
    shown
}

fn head(look: &Look) -> String {
    let proposal = &look.proposal;
    let family = proposal.family.as_ref().map_or("no known family", |family| family.name.as_str());
    let names = [proposal.names.site.as_deref(), proposal.names.listing.as_deref()];
    let names: Vec<String> = names.into_iter().flatten().map(clean).collect();
    let kind = proposal.kind.as_deref().map_or_else(String::new, |kind| format!(", kind {kind}"));
    format!(
        "{}\n{}{}{} ({}{kind})\n",
        clean(look.at.url.as_str()),
        names.join(", "),
        if names.is_empty() { "" } else { ": " },
        proposal.page.as_str().replace('_', " "),
        clean(family)
    )
}

fn rows(look: &Look) -> String {
    let entries = &look.proposal.first.entries;
    let mut rows = table::table(&["DATE", "TITLE", "URL"]);
    for entry in entries.iter().take(ROWS_SHOWN) {
        let date = table::or_dash(entry.date.map(|date| date.date()));
        rows.add_row([date, clean(&entry.title), clean(entry.url.as_str())]);
    }
    let mut shown = table::text(rows);
    let n_rows = entries.len();
    let _ = match n_rows {
        1 => writeln!(shown, " 1 row"),
        n if n <= ROWS_SHOWN => writeln!(shown, " {n} rows"),
        n => writeln!(shown, " {ROWS_SHOWN} of {n} rows"),
    };
    shown
}

fn pages(look: &Look) -> String {
    let proposal = &look.proposal;
    let (first, rule) = (&proposal.first, proposal.pages.as_ref());
    let mut said = match (rule, first.next_url()) {
        (Some(rule), Some(next)) => format!("{}, the second is {}", word(rule), clean(next.as_str())),
        (Some(rule), None) => format!("{}, there is one now", word(rule)),
        (None, Some(next)) => format!("each tells the next, the second is {}", clean(next.as_str())),
        (None, None) => "one".to_owned(),
    };
    if let Some(n_pages) = first.n_pages {
        let _ = write!(said, ", {n_pages} are stated");
    }
    if let Some((n_rows, n_new)) = look.page_two {
        let _ = write!(said, "; it has {n_rows} rows, {n_new} of them its own");
    }
    said
}

fn report(report: &ReportSeen) -> String {
    let by = |origin: Option<Origin>| origin.map_or("nothing", by);
    let published = report.published.map_or_else(|| "no date".to_owned(), |date| date.to_string());
    format!(
        "{published}  {}\n            title by {}, body by {}: {} characters, {} attachments; {}",
        report.title.as_deref().map_or_else(|| "no title".to_owned(), clean),
        by(report.from.0),
        by(report.from.1),
        report.n_chars,
        report.n_attachments,
        clean(report.url.as_str())
    )
}

fn by(origin: Origin) -> &'static str {
    match origin {
        Origin::Site => "the site file",
        Origin::Family => "its family",
        Origin::Meta => "meta tags",
        Origin::Auto => "automatic reading",
    }
}

fn file(look: &Look, is_whole: bool) -> String {
    let Some(plan) = &look.plan else { return String::new() };
    let path = plan.path().display();
    let place = match plan {
        Plan::New { .. } if is_whole => format!("{path} would be (nothing is written):"),
        Plan::New { .. } => format!("{path}:"),
        Plan::Edit { .. } if is_whole => format!("{path} would get this listing (nothing is written):"),
        Plan::Edit { .. } => format!("{path} gets this listing:"),
        Plan::There { .. } => format!("{path} has this listing already"),
    };
    format!("\n{place}\n\n{}\n", plan.text())
}
