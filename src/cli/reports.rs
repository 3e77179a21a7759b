//! `reports`: what the store knows, newest first. In: filters. Out: a table, or a JSON row a report. Never: a write.

use clap::Args;

use super::among::Among;
use super::out::clean;
use super::{Context, Exit, Stop, table};
use crate::model::{Report, ReportState};
use crate::store::{Filter, Store};

/// Reports asked for at once; the list is read page by page, however long it is.
const PAGE: usize = 500;

/// Which reports to list.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch reports --site xingxian --limit 20\n  govwatch reports --kind rule-of-law-annual --since 2026-01-01\n  govwatch reports --standing suspect\n  govwatch --json reports --until 2025-12-31"
)]
pub struct Reports {
    /// Which of them
    #[command(flatten)]
    pub among: Among,
    /// Only reports that stand so: present, suspect, withdrawn or moved
    #[arg(long, value_name = "STATE", value_parser = super::standing)]
    pub standing: Option<ReportState>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", value_parser = super::how_many())]
    pub limit: Option<usize>,
}

/// Runs `reports`.
pub async fn run(context: &Context, args: &Reports) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let mut filter = Filter { state: args.standing, ..args.among.filter(context, &store).await? };
    let mut left = args.limit.unwrap_or(usize::MAX);
    let mut rows = table::table(&["REPORT", "DATE", "STATE", "REV", "SITE", "TITLE"]);
    let mut n_rows = 0;
    while left > 0 {
        filter.limit = left.min(PAGE);
        let page = store.reports(filter.clone()).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some((last.published, last.report));
        left -= page.len();
        n_rows += page.len();
        for report in &page {
            if context.global.json {
                context.out.json(report)?;
            } else {
                rows.add_row(row(report));
            }
        }
    }
    if !context.global.json {
        context.out.text(&if n_rows == 0 { "no such reports\n".to_owned() } else { table::text(rows) })?;
    }
    Ok(Exit::Done)
}

fn row(report: &Report) -> [String; 6] {
    let title = report.title.as_deref().map_or_else(|| clean(&report.url), clean);
    [
        report.report.to_string(),
        table::or_dash(report.published.map(|date| date.date())),
        report.state.as_str().to_owned(),
        table::or_dash(report.revision),
        clean(report.site.as_str()),
        title,
    ]
}
