//! Today: the timeline of all sites, the newest first, each change with its edited words.
//!
//! In: a filter. Out: a page of the timeline by days. Never: a count of all that there is.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use jiff::civil::Date;
use serde::Deserialize;

use super::ask::{Asked, own_path};
use super::fail::Fail;
use super::frame::Frame;
use super::guard::cookie;
use super::shown::{When, begin, day};
use super::texts::Texts;
use super::told::Told;
use super::{Web, page as pages};
use crate::model::{EventKind, SiteId};
use crate::store::{Moment, TimelineFilter};

/// Changes on one page: with their excerpts they stay far below 100 KB.
const A_PAGE: usize = 30;
/// Sites that a form offers by name; more are found on the page of the sites.
const MOST_OFFERED: usize = 200;
const READ_COOKIE: &str = "govwatch-read";
/// A year.
const KEPT_SECONDS: u32 = 31_536_000;

#[derive(Template)]
#[template(path = "today.html", config = "src/web/askama.toml")]
struct TodayPage {
    frame: Frame,
    form: FilterForm,
    days: Vec<Day>,
    /// The query of the next page, and how far this one looked, where it found few.
    next: Option<String>,
    looked_to: Option<String>,
    /// The query of the first page, on any other.
    first: Option<String>,
    n_unread: usize,
    /// What to mark as read.
    latest: Option<String>,
    back: String,
    /// The filter as a query of the feeds.
    feed: String,
}

/// The changes of a day.
struct Day {
    date: String,
    word: Option<&'static str>,
    changes: Vec<Told>,
}

/// A choice of a form.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) word: String,
    pub(super) is_chosen: bool,
}

/// The filter as it stands in the form.
pub(super) struct FilterForm {
    pub(super) is_blank: bool,
    pub(super) site: String,
    pub(super) sites: Vec<(String, String)>,
    pub(super) kinds: Vec<Choice>,
    pub(super) events: Vec<Choice>,
    pub(super) words: String,
    pub(super) since: String,
    pub(super) until: String,
}

impl FilterForm {
    pub(super) fn of(web: &Web, t: &'static Texts, asked: &Asked) -> Self {
        let is_asked = |name: &str, value: &str| asked.text(name) == Some(value);
        let kind = |(id, name): (String, String)| Choice { is_chosen: is_asked("kind", &id), value: id, word: name };
        let event = |event: &EventKind| Choice {
            value: event.as_str().to_owned(),
            word: t.event_word(*event).to_owned(),
            is_chosen: is_asked("event", event.as_str()),
        };
        let sites = web.sites();
        let offered = sites.values().take(MOST_OFFERED).map(|site| (site.id.to_string(), site.name.clone()));
        Self {
            is_blank: asked.is_blank_but(&["before"]),
            site: asked.or_empty("site"),
            sites: offered.collect(),
            kinds: web.kinds().into_iter().map(kind).collect(),
            events: EventKind::ALL.iter().map(event).collect(),
            words: asked.or_empty("words"),
            since: asked.or_empty("since"),
            until: asked.or_empty("until"),
        }
    }
}

/// The filter that a query asks for.
pub(super) fn filter(asked: &Asked, limit: usize) -> Result<TimelineFilter, Fail> {
    let event = asked.text("event").map(|word| {
        let known = EventKind::ALL.iter().find(|event| event.as_str() == word).copied();
        let words: Vec<&str> = EventKind::ALL.iter().map(|event| event.as_str()).collect();
        known.ok_or_else(|| Fail::wrong("event", word, &format!("one of {}", words.join(", "))))
    });
    let until: Option<Date> = asked.value("until")?;
    let since: Option<Date> = asked.value("since")?;
    Ok(TimelineFilter {
        site: asked.text("site").map(SiteId::new),
        event: event.transpose()?,
        kind: asked.text("kind").map(str::to_owned),
        words: asked
            .text("words")
            .map(|words| words.split_whitespace().map(str::to_owned).collect())
            .unwrap_or_default(),
        since: since.and_then(begin),
        // The day that is named belongs to it.
        until: until.and_then(|day| begin(day.tomorrow().unwrap_or(day))),
        limit,
        before: asked.value::<Moment>("before")?,
    })
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Fail> {
    let found = web.0.store.timeline(filter(&asked, A_PAGE)?).await?;
    let read_to: Option<Moment> = cookie(&headers, READ_COOKIE).and_then(|text| text.parse().ok());
    let t = frame.t;
    let today = day(web.0.clock.now());
    let mut days: Vec<Day> = Vec::new();
    for (change, event) in &found.changes {
        let date = day(event.seen_at).to_string();
        if days.last().is_none_or(|last| last.date != date) {
            let word = match day(event.seen_at) {
                day if day == today => Some(t.today_day),
                day if today.yesterday().is_ok_and(|yesterday| day == yesterday) => Some(t.yesterday),
                _ => None,
            };
            days.push(Day { date, word, changes: Vec::new() });
        }
        let told = Told::of(&web, t, *change, event, read_to);
        days.last_mut().expect("invariant: a day was put there").changes.push(told);
    }
    let first = found.changes.first().map(|(change, event)| Moment { seen_at: event.seen_at, change: *change });
    let looked_to = found.next.filter(|_| found.changes.len() < A_PAGE);
    Ok(pages::html(&TodayPage {
        form: FilterForm::of(&web, t, &asked),
        n_unread: days.iter().flat_map(|day| &day.changes).filter(|told| told.is_unread).count(),
        days,
        next: found.next.map(|next| asked.with("before", Some(&next.to_string()))),
        looked_to: looked_to.map(|moment| Texts::with(t.looked_to, When::of(moment.seen_at).shown)),
        first: asked.text("before").map(|_| format!("/{}", asked.with("before", None))),
        // Read is read from the top of the timeline, never from a page further back.
        latest: first.filter(|_| asked.text("before").is_none()).map(|moment| moment.to_string()),
        back: format!("/{}", asked.with("before", None)),
        feed: asked.with("before", None),
        frame,
    }))
}

/// What the button sends.
#[derive(Deserialize)]
pub(super) struct Read {
    latest: String,
    #[serde(default)]
    back: String,
}

/// Marks the timeline as read, for this browser.
pub(super) async fn mark_read(Form(read): Form<Read>) -> Result<Response, Fail> {
    let latest: Moment = read.latest.parse().map_err(|error| Fail::wrong("latest", &read.latest, &error))?;
    let kept = format!("{READ_COOKIE}={latest}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax");
    Ok(([(SET_COOKIE, kept)], Redirect::to(own_path(&read.back))).into_response())
}
