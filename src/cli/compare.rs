//! `compare`: how much of one report stood in another, such as of this year's in last year's. In: two reports. Out: the
//! shares both ways and a line a paragraph, or a JSON object. Never: a write.

use clap::Args;
use serde_json::{Value, json};

use super::out::clean;
use super::{Context, Exit, Stop, table};
use crate::change::comparison::{self, Comparison, Share, Stood};
use crate::model::{Report, Revision};
use crate::store::Store;

/// Characters of a paragraph that are shown.
const SHOWN_CHARS: usize = 60;

/// Which reports to compare.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch compare 12 42       last year's report, then this year's\n  govwatch --json compare 12 42"
)]
pub struct Compare {
    /// Number or URL of the earlier report
    #[arg(value_name = "A")]
    pub a: String,
    /// Number or URL of the later report
    #[arg(value_name = "B")]
    pub b: String,
}

/// Runs `compare`.
pub async fn run(context: &Context, args: &Compare) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let a = newest(&store, &args.a).await?;
    let b = newest(&store, &args.b).await?;
    if a.0.report == b.0.report {
        let next = "`govwatch diff` compares its revisions";
        return Err(Stop::new(Exit::Usage, format!("A and B are both report {}: {next}", a.0.report)));
    }
    let is_json = context.global.json;
    // Long reports take a while to compare.
    let comparing = tokio::task::spawn_blocking(move || {
        let comparison = comparison::of(&a.1.document, &b.1.document);
        if is_json { object(&a, &b, &comparison).to_string() + "\n" } else { text(&a, &b, &comparison) }
    });
    let text = comparing.await.map_err(|_| Stop::new(Exit::SomeFailed, "comparing the reports failed"))?;
    context.out.text(&text)?;
    Ok(Exit::Done)
}

/// A report with its newest revision.
async fn newest(store: &Store, asked: &str) -> Result<(Report, Revision), Stop> {
    let report = store.find_report(asked).await?;
    let Some(revision) = report.revision else {
        let title = clean(report.title.as_deref().unwrap_or(&report.url));
        return Err(Stop::new(Exit::Usage, format!("report {} ({title}) was not read yet", report.report)));
    };
    let revision = store.revision(report.report, revision).await?;
    Ok((report, revision))
}

fn object(a: &(Report, Revision), b: &(Report, Revision), comparison: &Comparison) -> Value {
    let side = |(report, revision): &(Report, Revision)| {
        json!({
            "report": report.report, "site": report.site, "url": report.url, "title": report.title,
            "published": report.published, "year": report.year, "revision": revision.revision,
        })
    };
    let Comparison { a_in_b, b_in_a, paragraphs } = comparison;
    json!({ "a": side(a), "b": side(b), "a_in_b": a_in_b, "b_in_a": b_in_a, "paragraphs": paragraphs })
}

fn text(a: &(Report, Revision), b: &(Report, Revision), comparison: &Comparison) -> String {
    let named = |name: &str, (report, _): &(Report, Revision)| {
        let title = clean(report.title.as_deref().unwrap_or(&report.url));
        let date = report.published.map(|stated| format!(", {}", stated.date())).unwrap_or_default();
        format!("{name}: report {}{date}  {title}\n", report.report)
    };
    let mut rows = table::table(&["B", "A", "WHAT", "TEXT"]);
    for it in &comparison.paragraphs {
        let moved = if it.is_moved { ", moved" } else { "" };
        let what = match it.state {
            Stood::Same => format!("same{moved}"),
            Stood::Figures => format!("other figures{moved}"),
            Stood::Partly => format!("{} partly{moved}", percent(it.share_ratio)),
            Stood::New => "new".to_owned(),
        };
        let shown: String = clean(&it.text).chars().take(SHOWN_CHARS).collect();
        rows.add_row([(it.block + 1).to_string(), table::or_dash(it.from.map(|at| at + 1)), what, shown]);
    }
    let (in_a, in_b) = (&comparison.b_in_a, &comparison.a_in_b);
    format!(
        "{}{}\nOf B, {} in A; {} is new.\nOf A, {} in B; {} is gone.\n\n{}",
        named("A", a),
        named("B", b),
        stood(in_a, "stood"),
        rest(in_a),
        stood(in_b, "stands"),
        rest(in_b),
        table::text(rows)
    )
}

fn stood(share: &Share, verb: &str) -> String {
    format!(
        "{} {verb} word for word and {} with other figures",
        percent(share.same_ratio),
        percent(share.figures_ratio)
    )
}

fn rest(share: &Share) -> String {
    percent(1.0 - share.same_ratio - share.figures_ratio)
}

fn percent(ratio: f64) -> String {
    format!("{:.0} %", (ratio * 100.0).abs())
}
