//! The evidence of one row of `coverage` in words, for somebody who has to answer for it. In: a row. Out: lines.

use super::super::out::clean;
use super::super::table::{counted, minute, or_dash};
use super::row::CoverageRow;
use crate::change::obligation::{CoverageState, ListingFacts, words};

/// The lines of a row, with an empty one at the end.
pub(super) fn text(row: &CoverageRow) -> String {
    let mut lines = vec![
        format!("{} {}  {} {}: {}", row.site, row.name, row.kind_name, row.year, row.in_words),
        format!("  owed      by {} ({})", row.due, row.source),
    ];
    if let (Some(title), Some(url)) = (&row.title, &row.url) {
        let report = row.report.map(|report| format!("report {report}: ")).unwrap_or_default();
        lines.push(format!("  found     {report}{title}"));
        lines.push(format!("            {url}"));
        let seen = or_dash(row.first_seen_at.map(minute));
        lines.push(format!("            stated {}, first seen {seen} UTC", or_dash(row.published)));
    }
    let label = match row.state {
        CoverageState::Unknown => "unknown",
        CoverageState::Overdue => "proof",
        _ => "because",
    };
    for remark in &row.remarks {
        lines.push(format!("  {label:<9} {}", words::remark(remark)));
        lines.extend(words::settles(remark, row.site.as_str()).map(|next| format!("            next: {next}")));
    }
    lines.extend(row.listings.iter().flat_map(listing));
    lines.iter().map(|line| format!("{}\n", clean(line))).chain(["\n".to_owned()]).collect()
}

/// What was done with one listing.
fn listing(facts: &ListingFacts) -> [String; 3] {
    let holds = if facts.is_named { ", named for this kind" } else { "" };
    let walk = match &facts.whole_walk {
        Some(walk) => {
            let end = if walk.is_to_the_end { "to the last page" } else { "and not to the last page" };
            let (begun, ended) = (minute(walk.begun_at), minute(walk.ended_at));
            let (pages, rows) = (counted(u64::from(walk.pages), "page"), counted(walk.entries, "row"));
            format!("walked {end} from {begun} to {ended} UTC: {pages}, {rows}")
        }
        None => "not walked to its end since the due day".to_owned(),
    };
    let rows = format!("newest row {}, oldest {}", or_dash(facts.newest_row), or_dash(facts.oldest_row));
    let looked = or_dash(facts.looked_at.map(minute));
    [
        format!("  listing   {}{holds}  {}", facts.listing, facts.url),
        format!("            {walk}"),
        format!(
            "            {rows}; last looked at {looked} UTC, watched since {} UTC",
            or_dash(facts.watched_since.map(minute))
        ),
    ]
}
