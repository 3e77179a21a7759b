//! A change as a reader is told of it on a terminal: what, where, which report, and what differs.

use super::out::clean;
use super::{Stop, diff};
use crate::change::render::Colour;
use crate::model::{Event, EventKind, Fact, How};
use crate::store::Store;

/// Weights of ANSI.
const BOLD: &str = "1";
const DIM: &str = "2";

/// The lines that tell an event, the diff of an edit included, without a last line end.
pub async fn told(store: &Store, event: &Event, colour: Colour) -> Result<String, Stop> {
    let mut lines = headlines(event, colour);
    lines.extend(facts(&event.facts).into_iter().map(|fact| format!("    {fact}")));
    if let (Some(_), Some(report), Some(new), Some(old)) = (&event.diff, event.report, event.revision, event.previous) {
        let diff = diff::for_people(store, report, (old, new), colour).await?;
        // The two labels repeat what stands above.
        lines.extend(diff.lines().skip(2).map(|line| format!("    {line}")));
    }
    Ok(lines.join("\n"))
}

/// Facts as people read them, a line each, safe; the first ones of many.
pub(super) fn facts(facts: &[Fact]) -> Vec<String> {
    /// Lines that are read before the hunks.
    const MOST_LINES: usize = 12;
    let mut lines: Vec<String> =
        facts.iter().take(MOST_LINES).map(|fact| format!("* {}", clean(&fact.to_string()))).collect();
    if facts.len() > MOST_LINES {
        lines.push(format!("* and {} more", facts.len() - MOST_LINES));
    }
    lines
}

fn headlines(event: &Event, colour: Colour) -> Vec<String> {
    let mut lines = vec![headline(event, colour)];
    lines.extend(event.url.iter().map(|url| format!("           {}", colour.paint(DIM, &clean(url)))));
    lines.extend(details(event).map(|details| format!("           {}", colour.paint(DIM, &details))));
    lines
}

fn headline(event: &Event, colour: Colour) -> String {
    let code = match event.event {
        EventKind::New
        | EventKind::Restored
        | EventKind::SiteRecovered
        | EventKind::ChannelRecovered
        | EventKind::Arrived => "1;32",
        EventKind::Edited | EventKind::Moved | EventKind::Redesign | EventKind::DueSoon => "1;33",
        EventKind::Withdrawn | EventKind::Overdue | EventKind::SiteBroken | EventKind::ChannelBroken => "1;31",
        EventKind::Copy | EventKind::Baseline | EventKind::Weekly => "1;36",
    };
    let word = colour.paint(code, &format!("{:<10}", event.event.as_str().replace('_', " ")));
    // A word on all sites stands in the name of one.
    let site = if event.event == EventKind::Weekly { "all sites" } else { event.site.as_str() };
    let listing = event.listing.as_deref().map(|name| format!(" · {}", clean(name))).unwrap_or_default();
    let what = match event.event {
        EventKind::Baseline if event.count == Some(1) => "1 report known now".to_owned(),
        EventKind::Baseline => format!("{} reports known now", event.count.unwrap_or(0)),
        EventKind::Redesign => redesign(event),
        EventKind::SiteBroken => clean(event.reason.as_deref().unwrap_or("it cannot be read")),
        EventKind::SiteRecovered => match &event.reason {
            Some(reason) => format!("it can be read again; {}", clean(reason)),
            None => "it can be read again".to_owned(),
        },
        EventKind::ChannelBroken => clean(event.reason.as_deref().unwrap_or("it delivers nothing")),
        EventKind::ChannelRecovered => {
            format!("channel {} delivers again", clean(event.channel.as_deref().unwrap_or_default()))
        }
        EventKind::Weekly | EventKind::DueSoon | EventKind::Overdue => {
            clean(event.reason.as_deref().unwrap_or_default())
        }
        _ => {
            let date = event.published.map(|stated| format!("{}  ", stated.date())).unwrap_or_default();
            format!("{date}{}", colour.paint(BOLD, &clean(event.title.as_deref().unwrap_or("(no title)"))))
        }
    };
    format!("{word} {site}{listing}\n           {what}")
}

/// What most reports of a site or a column have in common.
fn redesign(event: &Event) -> String {
    let count = event.count.unwrap_or(0);
    if event.how == Some(How::Delisted) {
        return format!(
            "{count} reports left this column together, and no word says that they are gone: taken for a column that was split or \
             cleared; find where they are listed now and add it with `govwatch add URL`"
        );
    }
    let names: Vec<&str> = event.fields.iter().map(|field| field.as_str()).collect();
    let what = if names.is_empty() { "their addresses".to_owned() } else { names.join(", ").replace('_', " ") };
    format!("{count} reports changed in the same way ({what}): taken for a redesign")
}

/// How, what and with which doubts, on one line.
fn details(event: &Event) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(event.report.map(|report| format!("report {report}")));
    if let (Some(revision), Some(previous)) = (event.revision, event.previous) {
        parts.push(format!("revision {previous} -> {revision}"));
    }
    parts.extend(event.how.map(|how| how.as_str().replace('_', " ")));
    parts.extend(event.from_url.as_deref().map(|url| format!("from {}", clean(url))));
    let is_beside = matches!(event.event, EventKind::Arrived | EventKind::New);
    parts.extend(event.reason.as_deref().filter(|_| is_beside).map(clean));
    parts.extend(event.class.as_deref().map(|class| format!("class {class}")));
    let names = |words: Vec<&str>| words.join(", ").replace('_', " ");
    if !event.fields.is_empty() && event.event != EventKind::Redesign {
        parts.push(format!("edited: {}", names(event.fields.iter().map(|field| field.as_str()).collect())));
    }
    if !event.resembles.is_empty() {
        let numbers: Vec<String> = event.resembles.iter().map(ToString::to_string).collect();
        parts.push(format!("resembles {}", numbers.join(", ")));
    }
    if !event.doubts.is_empty() {
        parts.push(format!("doubts: {}", names(event.doubts.iter().map(|doubt| doubt.as_str()).collect())));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FieldName, How, ReportId, SiteId};
    use jiff::Timestamp;

    fn event(kind: EventKind) -> Event {
        Event::new(kind, SiteId::new("xingxian"), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_edit_names_its_fields() {
        let mut edited = event(EventKind::Edited);
        edited.title = Some("年度报告\u{1b}[31m".into());
        edited.report = Some(ReportId(7));
        (edited.revision, edited.previous) = (Some(2), Some(1));
        edited.fields = vec![FieldName::Body, FieldName::DocNo];
        let text = headlines(&edited, Colour::None).join("\n");
        assert!(text.contains("report 7; revision 1 -> 2; edited: body, doc no"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_redesign_says_what_changed() {
        let mut redesign = event(EventKind::Redesign);
        redesign.count = Some(12);
        assert!(
            headlines(&redesign, Colour::None)
                .join(" ")
                .contains("12 reports changed in the same way (their addresses)")
        );
        redesign.fields = vec![FieldName::Body, FieldName::Source];
        let said = headlines(&redesign, Colour::None).join(" ");
        assert!(said.ends_with("(body, source): taken for a redesign"), "{said}");
        (redesign.how, redesign.fields) = (Some(How::Delisted), Vec::new());
        let said = headlines(&redesign, Colour::None).join(" ");
        assert!(said.contains("12 reports left this column together, and no word says that they are gone"), "{said}");
    }

    #[test]
    fn a_withdrawal_says_how() {
        let mut withdrawn = event(EventKind::Withdrawn);
        withdrawn.how = Some(How::SoftNotFound);
        assert!(headlines(&withdrawn, Colour::None).join("\n").contains("soft not found"));
    }
}
