//! Alerts: what is owed, delivered, given up; how the channels do. Retry, and try a channel.
//!
//! In: the outbox. Out: a page; what is retried is due at once, and whoever delivers sends it. Never: a channel's address
//! or secret.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::ask::{self, Asked};
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{When, shown, title};
use super::texts::Texts;
use super::today::Choice;
use super::{Web, page as pages};
use crate::alert::Channels;
use crate::model::AlertId;
use crate::store::{AlertFilter, AlertRow};

/// Alerts on the page: those that a person looks through.
const NEWEST: usize = 100;
/// The states in the order of the form: what needs somebody first.
const STATES: [&str; 4] = ["dead", "owed", "held", "delivered"];

#[derive(Template)]
#[template(path = "alerts.html", config = "src/web/askama.toml")]
struct AlertsPage {
    frame: Frame,
    /// What the last click did.
    said: Option<String>,
    channels: Vec<ChannelRow>,
    can_test: bool,
    states: Vec<Choice>,
    names: Vec<Choice>,
    rows: Vec<Row>,
    youngest: Option<String>,
}

/// A channel.
struct ChannelRow {
    id: String,
    kind: &'static str,
    works: bool,
    said: String,
    error: String,
}

/// An alert.
struct Row {
    id: AlertId,
    state: String,
    state_word: String,
    channel: String,
    event: String,
    href: Option<String>,
    what: String,
    site: String,
    site_name: String,
    tries: u32,
    next_try: Option<When>,
    error: String,
    can_retry: bool,
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    asked: Asked,
) -> Result<Response, Fail> {
    let t = frame.t;
    let (state, channel) = (state(&asked)?, asked.text("channel"));
    let filter = AlertFilter { channel: channel.map(str::to_owned), state: state.map(str::to_owned), limit: NEWEST };
    let alerts = web.0.store.alerts(filter).await?;
    let channels = channels(&web, t).await?;
    let choice = |value: &str, word: String, chosen: Option<&str>| Choice {
        value: value.to_owned(),
        word,
        is_chosen: chosen == Some(value),
    };
    Ok(pages::html(&AlertsPage {
        said: said(t, &asked),
        can_test: web.0.channels.is_some(),
        states: STATES.iter().map(|word| choice(word, t.alert_word(word), state)).collect(),
        names: channels.iter().map(|row| choice(&row.id, row.id.clone(), channel)).collect(),
        youngest: (alerts.len() == NEWEST).then(|| Texts::with(t.youngest, NEWEST)),
        rows: alerts.iter().map(|alert| row(&web, t, alert)).collect(),
        channels,
        frame,
    }))
}

/// The state that is asked for.
pub(super) fn state(asked: &Asked) -> Result<Option<&str>, Fail> {
    match asked.text("state") {
        Some(word) if !STATES.contains(&word) => {
            Err(Fail::wrong("state", word, &format!("one of {}", STATES.join(", "))))
        }
        state => Ok(state),
    }
}

/// What the last click did, as the way back says it.
fn said(t: &Texts, asked: &Asked) -> Option<String> {
    if let Some(n) = asked.text("retried") {
        return Some(Texts::with(t.retried, shown(n)));
    }
    let tested = shown(asked.text("tested")?);
    Some(match asked.text("error") {
        Some(error) => Texts::with(&Texts::with(t.not_tested, tested), shown(error)),
        None => Texts::with(t.tested, tested),
    })
}

async fn channels(web: &Web, t: &Texts) -> Result<Vec<ChannelRow>, Fail> {
    let rules = web.0.channels.as_ref().map(Channels::rules).unwrap_or_default();
    let mut rows = Vec::with_capacity(rules.len());
    for rule in rules.iter() {
        let health = web.0.store.channel_health(&rule.id).await?;
        let n_waiting = web.0.store.n_waiting(&rule.id, web.0.clock.now()).await?;
        let said = match (health.disabled_at, health.failures) {
            _ if rule.lacks.is_some() => t.lacks.to_owned(),
            (Some(at), _) => Texts::with(t.switched_off, When::of(at).shown),
            (None, 0) if n_waiting > 0 => Texts::with(t.waits_for_rate, n_waiting),
            (None, 0) if health.does_not_reach_all() => t.reaches_some.to_owned(),
            (None, 0) => t.works.to_owned(),
            (None, n) => Texts::with(t.failed_times, n),
        };
        rows.push(ChannelRow {
            id: rule.id.clone(),
            kind: rule.kind.as_str(),
            works: rule.lacks.is_none() && health.works(),
            said,
            error: rule.lacks.as_deref().or(health.error.as_deref()).map(shown).unwrap_or_default(),
        });
    }
    Ok(rows)
}

fn row(web: &Web, t: &Texts, alert: &AlertRow) -> Row {
    Row {
        id: alert.alert,
        state_word: t.alert_word(&alert.state),
        can_retry: matches!(&*alert.state, "owed" | "dead"),
        state: alert.state.clone(),
        channel: shown(&alert.channel),
        event: t.told_word(&alert.event),
        href: alert.report.map(|report| format!("/reports/{report}")),
        what: alert.title.as_deref().map(title).unwrap_or_default(),
        site: ask::encoded(alert.site.as_str()),
        site_name: web.site_name(&alert.site),
        tries: alert.tries,
        next_try: When::maybe(alert.next_try_at),
        error: alert.last_error.as_deref().map(shown).unwrap_or_default(),
    }
}

/// What the button of an alert sends; without one, all that are owed are meant.
#[derive(Deserialize)]
pub(super) struct Retry {
    alert: Option<i64>,
}

/// Makes alerts due now.
pub(super) async fn retry(State(web): State<Web>, Form(retry): Form<Retry>) -> Result<Response, Fail> {
    let alerts: Vec<AlertId> = retry.alert.into_iter().map(AlertId).collect();
    let n_due = web.0.store.retry_alerts(&alerts, web.0.clock.now()).await?;
    if let Some(tools) = &web.0.tools {
        tools.landed.send_modify(|n| *n += 1);
    }
    Ok(Redirect::to(&format!("/alerts?retried={n_due}")).into_response())
}

/// What the button of a channel sends.
#[derive(Deserialize)]
pub(super) struct Test {
    channel: String,
}

/// Sends a message that says that it is a test.
pub(super) async fn test(State(web): State<Web>, Form(test): Form<Test>) -> Result<Response, Fail> {
    let id = &test.channel;
    let known = web.0.channels.as_ref().filter(|channels| channels.rules().iter().any(|rule| rule.id == *id));
    let channels = known.ok_or_else(|| Fail::Unknown(id.clone()))?;
    let to = match channels.test(&web.0.store, id, web.0.clock.now()).await {
        Ok(()) => {
            web.0.store.forget_trouble(id).await?;
            format!("/alerts?tested={}", ask::encoded(id))
        }
        Err(trouble) => format!("/alerts?tested={}&error={}", ask::encoded(id), ask::encoded(&trouble.error)),
    };
    Ok(Redirect::to(&to).into_response())
}
