//! `changes`: what was told before, once more. In: filters. Out: the changes, those seen last first, as `fetch` prints them.
//! Never: a write.

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::day::{begin, day};
use super::{Context, Exit, Stop, event, known};
use crate::model::{EventKind, SiteId};
use crate::store::{Store, TimelineFilter};

/// Changes asked for at once; the list is read page by page, however long it is.
const PAGE: usize = 200;

/// Which changes to show.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  govwatch changes --since 2026-11-20\n  govwatch changes --site xingxian --event withdrawn\n  govwatch --json changes --kind normative-document --since 2026-01-01"
)]
pub struct Changes {
    /// Only of this site
    #[arg(long, value_name = "ID")]
    pub site: Option<String>,
    /// Only of reports of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only of this sort, such as `new`, `edited` or `withdrawn`
    #[arg(long, value_name = "EVENT", value_parser = sort)]
    pub event: Option<EventKind>,
    /// Only with this word in the title or in the changed text; several: with all of them
    #[arg(long, value_name = "WORD")]
    pub word: Vec<String>,
    /// Only seen this day (UTC) or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Only seen this day (UTC) or earlier
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<Date>,
    /// At most so many, those seen last
    #[arg(long, value_name = "N", value_parser = super::how_many())]
    pub limit: Option<usize>,
}

/// Reads the word of an event.
fn sort(written: &str) -> Result<EventKind, String> {
    let known = EventKind::ALL.into_iter();
    known.clone().find(|event| event.as_str() == written).ok_or_else(|| {
        let words: Vec<&str> = known.map(EventKind::as_str).collect();
        format!("an event is one of {}", words.join(", "))
    })
}

/// Runs `changes`.
pub async fn run(context: &Context, args: &Changes) -> Result<Exit, Stop> {
    let store = Store::open_existing(&context.global.state)?;
    known::ensure(context, &store, args.site.as_deref(), args.kind.as_deref()).await?;
    let mut filter = TimelineFilter {
        site: args.site.as_deref().map(SiteId::new),
        kind: args.kind.clone(),
        event: args.event,
        words: args.word.clone(),
        since: args.since.and_then(begin),
        until: args.until.and_then(|day| begin(day.tomorrow().ok()?)),
        ..TimelineFilter::default()
    };
    let mut left = args.limit.unwrap_or(usize::MAX);
    let mut day = None;
    while left > 0 {
        filter.limit = left.min(PAGE);
        let page = store.timeline(filter.clone()).await?;
        left -= page.changes.len();
        for (_, told) in &page.changes {
            if context.global.json {
                context.out.json(told)?;
                continue;
            }
            let seen_on = told.seen_at.to_zoned(TimeZone::UTC).date();
            if day.replace(seen_on) != Some(seen_on) {
                context.out.line(format!("{seen_on} UTC"))?;
            }
            context.out.line(event::told(&store, told, context.out.colour).await?)?;
        }
        if page.next.is_none() {
            break;
        }
        filter.before = page.next;
    }
    if day.is_none() && !context.global.json {
        context.out.line("no such changes")?;
    }
    Ok(Exit::Done)
}
