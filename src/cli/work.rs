//! `work`: the reports that carry the same content. In: a report. Out: who published it first, the copies with their lag,
//! and which of them still show old words. A report that was joined wrongly is taken out with `--apart`.

use clap::Args;
use jiff::SignedDuration;

use super::out::clean;
use super::{Context, Exit, Stop, table};
use crate::model::{Member, Report, Words, Work};
use crate::store::Store;

/// Whose work to show, or to mend.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch work 42\n  govwatch work 42 --apart     report 42 is no copy; it stays out\n  govwatch work 42 --rejoin    it is one after all"
)]
pub struct WorkArgs {
    /// Number or URL of the report
    #[arg(value_name = "REPORT")]
    pub report: String,
    /// Take this report out of its work: it was joined wrongly, and is not joined again
    #[arg(long, conflicts_with = "rejoin")]
    pub apart: bool,
    /// Put a report that was taken out back to where its content belongs
    #[arg(long)]
    pub rejoin: bool,
}

/// Runs `work`.
pub async fn run(context: &Context, args: &WorkArgs) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    let report = store.find_report(&args.report).await?;
    mend(&store, &report, args).await?;
    let report = store.find_report(&report.report.to_string()).await?;
    let Some(work) = of(&store, &report).await? else {
        return Err(Stop::new(Exit::Usage, format!("report {} ({}) was not read yet", report.report, title(&report))));
    };
    if context.global.json {
        context.out.json(&work)?;
    } else {
        context.out.text(&text(&work, &report))?;
    }
    Ok(Exit::Done)
}

async fn mend(store: &Store, report: &Report, args: &WorkArgs) -> Result<(), Stop> {
    let refused = |why| Err(Stop::new(Exit::Usage, format!("report {} ({}) {why}", report.report, title(report))));
    if args.apart && !store.part_from_work(report.report).await? {
        return refused("shares its work with no other report");
    }
    if args.rejoin && !store.rejoin_work(report.report).await? {
        return refused("was not taken out of a work");
    }
    Ok(())
}

/// The work of a report; `None` while it was not read.
pub(super) async fn of(store: &Store, report: &Report) -> Result<Option<Work>, Stop> {
    match report.work {
        Some(work) => Ok(store.work(work).await?),
        None => Ok(None),
    }
}

fn title(report: &Report) -> String {
    clean(report.title.as_deref().unwrap_or(&report.url))
}

fn text(work: &Work, report: &Report) -> String {
    let mut text = format!("{}\nwork {}\n\n", title(report), summary(work));
    let mut rows = table::table(&["REPORT", "DATE", "LAG", "WORDS", "STATE", "SITE", "TITLE"]);
    for member in &work.members {
        rows.add_row(row(member));
    }
    text.push_str(&table::text(rows));
    if !work.resembles.is_empty() {
        return text + "\nresembles " + &numbers(work) + "\n";
    }
    text
}

/// A work in one line: its number, who published it first, how many others carry it, and what became of their words.
pub(super) fn summary(work: &Work) -> String {
    let count = |words| work.members.iter().filter(|member| member.words == words).count();
    let mut parts = vec![work.work.to_string()];
    if work.is_apart {
        parts.push("taken out of another one by hand".to_owned());
    }
    if let Some(first) = work.members.first().filter(|_| work.members.len() > 1) {
        let date = first.published.map(|stated| format!(" on {}", stated.date())).unwrap_or_default();
        parts.push(format!("first published by {}{date} (report {})", clean(first.site.as_str()), first.report));
    }
    let others = usize::try_from(work.n_reports).unwrap_or(usize::MAX).saturating_sub(1);
    parts.push(match others {
        0 => "no other report carries it".to_owned(),
        1 => "1 other report carries it".to_owned(),
        _ => format!("{others} other reports carry it"),
    });
    parts.extend(Some(count(Words::Newer)).filter(|&n| n > 0).map(|n| format!("{n} edited since")));
    parts.extend(Some(count(Words::Old)).filter(|&n| n > 0).map(|n| format!("{n} still showing old words")));
    parts.join("; ")
}

/// The reports that a work resembles, by number.
pub(super) fn numbers(work: &Work) -> String {
    let numbers: Vec<String> = work.resembles.iter().map(ToString::to_string).collect();
    let noun = if numbers.len() == 1 { "report" } else { "reports" };
    format!("{noun} {}", numbers.join(", "))
}

fn row(member: &Member) -> [String; 7] {
    let words = match (member.words, member.revision, member.edited_report) {
        (Words::Newer, Some(revision), _) => format!("newer, since revision {}", revision + 1),
        (Words::Old, Some(revision), Some(edited)) => format!("old, as report {edited} revision {revision}"),
        (words, ..) => words.as_str().to_owned(),
    };
    [
        member.report.to_string(),
        table::or_dash(member.published.map(|date| date.date())),
        lag(member.lag_ms),
        words,
        member.state.as_str().to_owned(),
        clean(member.site.as_str()),
        clean(member.title.as_deref().unwrap_or(&member.url)),
    ]
}

/// A lag as people say it: days, or hours and minutes within one.
fn lag(lag_ms: i64) -> String {
    let lag = SignedDuration::from_millis(lag_ms);
    let (hours, minutes) = (lag.as_hours(), lag.as_mins() % 60);
    match (lag_ms, hours) {
        (0, _) => "-".to_owned(),
        (_, -23..=23) => format!("{hours} h {} min", minutes.abs()),
        (_, 24..=47) => "1 day".to_owned(),
        _ => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lag_is_told_in_days_or_within_one() {
        let minutes = |n: i64| lag(n * 60_000);
        assert_eq!(
            [minutes(0), minutes(90), minutes(60 * 30), minutes(60 * 24 * 3)],
            ["-", "1 h 30 min", "1 day", "3 days"]
        );
    }
}
