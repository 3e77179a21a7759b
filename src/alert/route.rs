//! Routes: which channels are owed a change, and whether at once or in a digest.
//!
//! In: an Event and its changed text. Out: channels. Pure: no I/O, no clock, not async; it is asked inside the
//! transaction that makes the change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;

use super::digest;
use crate::config::{Audience, ChannelRule, RouteRule};
use crate::model::{Event, EventKind, SiteId};
use crate::store::STDOUT;

/// Whom an event concerns.
pub fn audience(event: EventKind) -> Audience {
    match event {
        EventKind::New
        | EventKind::Copy
        | EventKind::Edited
        | EventKind::Withdrawn
        | EventKind::Restored
        | EventKind::Moved
        | EventKind::DueSoon
        | EventKind::Overdue
        | EventKind::Arrived
        | EventKind::Baseline => Audience::Readers,
        EventKind::SiteBroken
        | EventKind::SiteRecovered
        | EventKind::Redesign
        | EventKind::ChannelBroken
        | EventKind::ChannelRecovered
        | EventKind::Weekly => Audience::Operators,
    }
}

/// Whether an event concerns the whole installation: the site that it is kept with is any one.
pub(super) fn is_of_all(event: EventKind) -> bool {
    matches!(event, EventKind::Weekly | EventKind::ChannelBroken | EventKind::ChannelRecovered)
}

/// The routes of an installation.
#[derive(Debug, Clone)]
pub struct Routes {
    /// Channels that are owed everything, at once.
    everything: Vec<String>,
    of_settings: Vec<Route>,
    divisions: BTreeMap<SiteId, String>,
}

/// A route, ready to be asked.
#[derive(Debug, Clone)]
struct Route {
    rule: RouteRule,
    words: Option<Regex>,
    /// The channels with their zones.
    to: Vec<(String, TimeZone)>,
}

/// A channel that is owed a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedTo {
    /// The channel.
    pub channel: String,
    /// When its digest is sent; `None`: at once.
    pub digest_at: Option<Timestamp>,
}

impl Default for Routes {
    /// What `fetch` prints, and nothing else.
    fn default() -> Self {
        Self::to_all(&[STDOUT.to_owned()])
    }
}

impl Routes {
    /// Every change to these channels.
    pub fn to_all(channels: &[String]) -> Self {
        Self { everything: channels.to_vec(), of_settings: Vec::new(), divisions: BTreeMap::new() }
    }

    /// Every change to what `fetch` prints, and to the others what their routes say. `divisions` are those of the sites.
    pub fn new(routes: &[RouteRule], channels: &[ChannelRule], divisions: BTreeMap<SiteId, String>) -> Self {
        let zone = |id: &String| {
            channels.iter().find(|rule| rule.id == *id).map_or(TimeZone::UTC, |rule| rule.timezone.clone())
        };
        let routes = routes.iter().map(|rule| Route {
            rule: rule.clone(),
            words: rule.words.as_deref().map(|words| Regex::new(words).expect("invariant: the settings compiled it")),
            to: rule.to.iter().map(|id| (id.clone(), zone(id))).collect(),
        });
        Self { everything: vec![STDOUT.to_owned()], of_settings: routes.collect(), divisions }
    }

    /// The channels that are owed an event, each once. At once wins over a digest, an earlier digest over a later one.
    /// A channel is not told of its own troubles: it could not say it.
    pub fn owed_to(&self, event: &Event, text: &dyn Fn() -> String) -> Vec<OwedTo> {
        let mut owed: Vec<OwedTo> =
            self.everything.iter().map(|id| OwedTo { channel: id.clone(), digest_at: None }).collect();
        for route in self.of_settings.iter().filter(|route| self.is_wanted(route, event, text)) {
            for (channel, zone) in &route.to {
                if event.channel.as_ref() == Some(channel) {
                    continue;
                }
                let digest_at = route.rule.digest.map(|digest| digest::next(digest, event.seen_at, zone));
                match owed.iter_mut().find(|known| known.channel == *channel) {
                    // `None`, at once, is the least.
                    Some(known) => known.digest_at = known.digest_at.min(digest_at),
                    None => owed.push(OwedTo { channel: channel.clone(), digest_at }),
                }
            }
        }
        owed
    }

    fn is_wanted(&self, route: &Route, event: &Event, text: &dyn Fn() -> String) -> bool {
        let rule = &route.rule;
        let is_listed = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_some_and(|value| list.iter().any(|wanted| wanted == value))
        };
        let division = self.divisions.get(&event.site);
        let is_division = || division.is_some_and(|code| rule.divisions.iter().any(|part| code.starts_with(part)));
        // What concerns no report, such as a broken site, has no kind.
        let is_kind = (event.report.is_none() && event.kind.is_none()) || is_listed(&rule.kinds, event.kind.as_deref());
        let is_site = || rule.sites.iter().any(|pattern| matches(pattern, event.site.as_str()));
        let is_of_all = is_of_all(event.event);
        rule.events.contains(&event.event)
            && (is_of_all || rule.sites.is_empty() || is_site())
            && (is_of_all || rule.divisions.is_empty() || is_division())
            && is_kind
            && has_field(rule, event)
            && route.words.as_ref().is_none_or(|words| {
                event.title.as_deref().is_some_and(|title| words.is_match(title)) || has_words(words, &text())
            })
    }
}

/// An edit counts where one of the fields differs; what is no edit has none, and one whose lines are lost may have others.
fn has_field(rule: &RouteRule, event: &Event) -> bool {
    let is_wanted = rule.fields.is_empty() || event.fields.iter().any(|field| rule.fields.contains(field));
    is_wanted || event.fields.is_empty() || event.diff.as_deref().is_some_and(are_lines_lost)
}

/// Whether a line that was added or taken away has the words; a text that is no diff counts as a whole.
fn has_words(words: &Regex, text: &str) -> bool {
    if !text.starts_with("--- ") {
        return words.is_match(text);
    }
    text.lines().filter(|line| is_changed(line)).any(|line| words.is_match(&line[1..]))
}

/// Whether a diff is that of a text which the store has lost: it does not show what changed.
pub(crate) fn are_lines_lost(diff: &str) -> bool {
    diff.starts_with("--- ") && !diff.lines().any(is_changed)
}

fn is_changed(line: &str) -> bool {
    line.starts_with(['+', '-']) && !line.starts_with("+++ ") && !line.starts_with("--- ")
}

/// Whether a site's id fits; `*` stands for any letters.
pub(super) fn matches(pattern: &str, id: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| id.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Digest;
    use crate::model::{FieldName, ReportId};

    fn rule(to: &str, events: &[EventKind]) -> RouteRule {
        RouteRule {
            to: vec![to.to_owned()],
            audience: Audience::Readers,
            sites: Vec::new(),
            divisions: Vec::new(),
            kinds: Vec::new(),
            events: events.to_vec(),
            fields: Vec::new(),
            words: None,
            digest: None,
        }
    }

    fn edited() -> Event {
        let mut event = Event::new(EventKind::Edited, SiteId::new("xingxian"), Timestamp::UNIX_EPOCH);
        (event.report, event.kind) = (Some(ReportId(1)), Some("rule-of-law-annual".to_owned()));
        event.title = Some("兴县2025年法治政府建设年度报告".to_owned());
        event.fields = vec![FieldName::Validity];
        event.diff = Some("--- a\n+++ b\n@@ validity @@\n-有效\n+失效\n 不变\n".to_owned());
        event
    }

    /// The channels beside standard output.
    fn told(rules: &[RouteRule], event: &Event) -> Vec<String> {
        let divisions = [(SiteId::new("xingxian"), "141123".to_owned())].into();
        let owed = Routes::new(rules, &[], divisions).owed_to(event, &|| event.diff.clone().unwrap_or_default());
        assert_eq!(owed[0], OwedTo { channel: STDOUT.to_owned(), digest_at: None });
        owed.into_iter().skip(1).map(|owed| owed.channel).collect()
    }

    #[test]
    fn an_edit_whose_lines_are_lost_is_told_whatever_fields_are_wanted() {
        let diff = "--- revision 1\n+++ revision 2\n@@ what revision 1 said is damaged in the store @@\n".to_owned();
        let lost = Event { fields: vec![FieldName::Body], diff: Some(diff), ..edited() };
        let of_validity = RouteRule { fields: vec![FieldName::Validity], ..rule("mail", &[EventKind::Edited]) };
        assert_eq!(told(std::slice::from_ref(&of_validity), &lost), ["mail"]);
        let shown = Event { diff: edited().diff, ..lost };
        assert_eq!(told(&[of_validity], &shown), Vec::<String>::new());
    }

    #[test]
    fn each_condition_lets_through_or_holds_back() {
        let wanted = rule("mail", &[EventKind::Edited]);
        let is_told = |rule: RouteRule| !told(&[rule], &edited()).is_empty();
        let list = |word: &str| vec![word.to_owned()];
        assert!(is_told(wanted.clone()));
        assert!(!is_told(rule("mail", &[EventKind::New])));
        for (sites, is_right) in
            [("*", true), ("xing*", true), ("*xian", true), ("x*g*n", true), ("hz-*", false), ("xing", false)]
        {
            assert_eq!(is_told(RouteRule { sites: list(sites), ..wanted.clone() }), is_right, "{sites}");
        }
        for (division, is_right) in [("14", true), ("141123", true), ("15", false)] {
            assert_eq!(is_told(RouteRule { divisions: list(division), ..wanted.clone() }), is_right, "{division}");
        }
        for (kind, is_right) in [("rule-of-law-annual", true), ("openness-annual", false)] {
            assert_eq!(is_told(RouteRule { kinds: list(kind), ..wanted.clone() }), is_right, "{kind}");
        }
        for (field, is_right) in [(FieldName::Validity, true), (FieldName::Body, false)] {
            assert_eq!(is_told(RouteRule { fields: vec![field], ..wanted.clone() }), is_right, "{field}");
        }
        for (words, is_right) in
            [("法治政府", true), ("失效", true), ("不变", false), ("validity", false), ("^失", true)]
        {
            assert_eq!(is_told(RouteRule { words: Some(words.to_owned()), ..wanted.clone() }), is_right, "{words}");
        }
    }

    #[test]
    fn a_channel_is_owed_once_and_as_early_as_any_route_says() {
        let at_once = rule("mail", &[EventKind::Edited]);
        let daily = RouteRule { digest: Some(Digest::Daily(480)), ..at_once.clone() };
        let weekly = RouteRule { digest: Some(Digest::Weekly(jiff::civil::Weekday::Monday, 0)), ..at_once.clone() };
        let when = |rules: &[RouteRule]| {
            let owed = Routes::new(rules, &[], BTreeMap::new()).owed_to(&edited(), &String::new);
            assert_eq!(owed.len(), 2);
            owed[1].digest_at.map(|at| at.to_string())
        };
        assert_eq!(when(&[daily.clone(), at_once]), None);
        assert_eq!(when(&[weekly, daily]).as_deref(), Some("1970-01-01T08:00:00Z"));
    }

    #[test]
    fn what_concerns_the_whole_installation_passes_routes_of_other_sites() {
        let kinds = [EventKind::Weekly, EventKind::ChannelBroken, EventKind::ChannelRecovered, EventKind::SiteBroken];
        let mut of_sites = rule("hook", &kinds);
        of_sites.sites = vec!["hz-*".to_owned()];
        let of_division = RouteRule { sites: Vec::new(), divisions: vec!["33".to_owned()], ..of_sites.clone() };
        for rule in [of_sites, of_division] {
            let heard = kinds.map(|kind| {
                let event = Event::new(kind, SiteId::new("xingxian"), Timestamp::UNIX_EPOCH);
                told(std::slice::from_ref(&rule), &event).len()
            });
            assert_eq!(heard, [1, 1, 1, 0]);
        }
    }

    #[test]
    fn a_channel_hears_nothing_of_its_own_troubles() {
        let mut broken = Event::new(EventKind::ChannelBroken, SiteId::new("a"), Timestamp::UNIX_EPOCH);
        broken.channel = Some("mail".to_owned());
        let rules = [rule("mail", &[EventKind::ChannelBroken]), rule("hook", &[EventKind::ChannelBroken])];
        assert_eq!(told(&rules, &broken), ["hook"]);
    }
}
