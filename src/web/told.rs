//! A change as a reader of the page is told of it: what, where, when, and the edited words.

use super::excerpt::{self, Excerpt};
use super::shown::{When, shown, title};
use super::texts::Texts;
use super::{Web, ask};
use crate::alert::reason_in_chinese;
use crate::change::render::Lang;
use crate::model::{ChangeId, Event, EventKind};
use crate::store::Moment;

/// One change of the timeline.
pub(super) struct Told {
    /// Its number: what the page is linked at.
    pub(super) change: ChangeId,
    /// The word of the JSON contract, and of the style.
    pub(super) event: &'static str,
    pub(super) word: &'static str,
    pub(super) is_unread: bool,
    pub(super) when: When,
    pub(super) site: String,
    pub(super) site_name: String,
    /// The channel that it is about, which is of no site: as an address and as people know it.
    pub(super) channel: Option<(String, String)>,
    pub(super) listing: Option<String>,
    /// Title of the report, or what is said of the site.
    pub(super) title: String,
    /// Where the report is shown.
    pub(super) href: Option<String>,
    /// Where its two revisions are compared.
    pub(super) compare: Option<String>,
    pub(super) published: Option<String>,
    pub(super) kind: Option<String>,
    /// How, from where, with which doubts.
    pub(super) details: Vec<String>,
    pub(super) excerpt: Excerpt,
}

impl Told {
    /// A change; `read_to`: where the reader has marked the timeline as read.
    pub(super) fn of(web: &Web, t: &'static Texts, change: ChangeId, event: &Event, read_to: Option<Moment>) -> Self {
        let here = Moment { seen_at: event.seen_at, change };
        let compare = match (event.report, event.previous, event.revision) {
            (Some(report), Some(old), Some(new)) => Some(format!("/reports/{report}/compare?old={old}&new={new}")),
            _ => None,
        };
        Self {
            change,
            event: event.event.as_str(),
            word: t.event_word(event.event),
            is_unread: read_to.is_some_and(|read_to| here > read_to),
            when: When::of(event.seen_at),
            site: ask::encoded(event.site.as_str()),
            site_name: web.site_name(&event.site),
            channel: event.channel.as_deref().map(|channel| (ask::encoded(channel), shown(channel))),
            listing: event.listing.as_deref().map(shown),
            title: said(t, event),
            href: event.report.map(|report| format!("/reports/{report}")),
            compare,
            published: event.published.map(|date| date.date().to_string()),
            // A listing of one kind is usually named like it.
            kind: event
                .kind
                .as_deref()
                .map(|kind| web.kind_name(kind))
                .filter(|kind| event.listing.as_ref() != Some(kind)),
            details: details(t, event),
            excerpt: event.diff.as_deref().map(|diff| excerpt::of(diff, t)).unwrap_or_default(),
        }
    }
}

/// The title of the report, or what happened to the site.
pub(super) fn said(t: &Texts, event: &Event) -> String {
    let count = event.count.unwrap_or(0);
    match event.event {
        EventKind::Baseline => Texts::with(t.n_known, count),
        EventKind::Redesign if event.how.is_some() => Texts::with(t.n_left, count),
        EventKind::Redesign => Texts::with(t.n_alike, count),
        EventKind::ChannelRecovered => t.can_send_again.to_owned(),
        EventKind::SiteBroken | EventKind::ChannelBroken | EventKind::Weekly => reason(t, event).unwrap_or_default(),
        EventKind::SiteRecovered => t.can_read_again.to_owned(),
        _ => event.title.as_deref().map_or_else(|| t.no_title.to_owned(), title),
    }
}

/// Why it is told, in the reader's language and the portals' time.
fn reason(t: &Texts, event: &Event) -> Option<String> {
    let reason = match t.language() {
        Lang::En => event.reason.clone(),
        Lang::Zh => reason_in_chinese(event, |at| When::of(at).shown),
    };
    reason.as_deref().map(shown)
}

fn details(t: &Texts, event: &Event) -> Vec<String> {
    let mut details = Vec::new();
    // What is known of an obligation or speaks against a date; that of a breakage stands for the title.
    let is_beside =
        matches!(event.event, EventKind::DueSoon | EventKind::Overdue | EventKind::Arrived | EventKind::New);
    details.extend(reason(t, event).filter(|_| is_beside));
    details.extend(event.how.map(|how| t.how_word(how).to_owned()));
    details.extend(event.from_url.as_deref().map(|url| Texts::with(t.moved_from, shown(url))));
    if !event.fields.is_empty() {
        let fields: Vec<&str> = event.fields.iter().map(|field| t.field_word(*field)).collect();
        details.push(Texts::with(t.edited_fields, fields.join(t.choose("、", ", "))));
    }
    if event.event == EventKind::Copy {
        details.push(t.copy_of.to_owned());
    }
    if !event.resembles.is_empty() {
        let reports: Vec<String> = event.resembles.iter().map(ToString::to_string).collect();
        details.push(Texts::with(t.resembles, reports.join(t.choose("、", ", "))));
    }
    if !event.doubts.is_empty() {
        details.push(format!("{}{}{}", t.doubts, t.choose("：", ": "), t.doubt_words(&event.doubts)));
    }
    details
}
