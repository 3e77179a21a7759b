//! `history`: what happened to a report, oldest first. In: a report. Out: a table, or a JSON row for each. Never: a write.

use clap::Args;

use super::out::clean;
use super::{Context, Exit, Stop, event, table};
use crate::store::{HistoryRow, Store};

/// Whose history to show.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  govwatch history 42\n  govwatch history http://www.example.gov.cn/t42.html")]
pub struct History {
    /// Number or URL of the report
    #[arg(value_name = "REPORT")]
    pub report: String,
}

/// Runs `history`.
pub async fn run(context: &Context, args: &History) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let report = store.find_report(&args.report).await?;
    let rows = store.history(report.report).await?;
    if context.global.json {
        rows.iter().try_for_each(|row| context.out.json(row))?;
        return Ok(Exit::Done);
    }
    context.out.line(report.title.as_deref().map_or_else(|| clean(&report.url), clean))?;
    if rows.is_empty() {
        context.out.line("listed, not read yet")?;
        return Ok(Exit::Done);
    }
    let mut table = table::table(&["SEEN (UTC)", "REV", "EVENT", "WHAT", "CONTENT"]);
    for row in &rows {
        table.add_row(cells(row));
    }
    context.out.text(&table::text(table))?;
    for row in rows.iter().filter(|row| !row.facts.is_empty()) {
        context.out.line(format!("\nrevision {}:", table::or_dash(row.revision)))?;
        event::facts(&row.facts).iter().try_for_each(|fact| context.out.line(format!("  {fact}")))?;
    }
    Ok(Exit::Done)
}

fn cells(row: &HistoryRow) -> [String; 5] {
    let fields: Vec<&str> = row.fields.iter().map(|field| field.as_str()).collect();
    let mut what = row.how.map_or_else(|| fields.join(", "), |how| how.as_str().to_owned());
    if !row.doubts.is_empty() {
        let doubts: Vec<&str> = row.doubts.iter().map(|doubt| doubt.as_str()).collect();
        what = format!("{what}{}doubts: {}", if what.is_empty() { "" } else { "; " }, doubts.join(", "));
    }
    let content = row.content_hash.map(|hash| hash.to_string()[..12].to_owned());
    [
        table::minute(row.seen_at),
        table::or_dash(row.revision),
        row.event.as_str().to_owned(),
        what,
        table::or_dash(content),
    ]
}
