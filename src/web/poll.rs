//! A poll that a person asks for, and how a site's last one goes.
//!
//! In: a site. Out: the site due now, which the daemon polls as it polls whatever is due; the state of its last poll as
//! the store has it. Never: a poll beside the daemon's own.

use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::fail::Fail;
use super::guard::Caller;
use super::shown::{When, shown};
use super::sites::standings;
use super::texts::Texts;
use super::{Web, ask};
use crate::model::{SiteId, SiteStatus};
use crate::store::{Counts, LastPoll};

/// How the last poll of a site goes, or went.
pub(super) struct PollPart {
    /// The word of the store, or `waiting`, and that of the reader.
    pub(super) state: &'static str,
    pub(super) word: &'static str,
    pub(super) began: Option<When>,
    pub(super) ended: Option<When>,
    pub(super) said: String,
    pub(super) reason: String,
    /// Whether the page shows it anew by itself.
    pub(super) is_live: bool,
    /// Whether a poll can be asked for.
    pub(super) may_ask: bool,
}

impl PollPart {
    pub(super) async fn of(web: &Web, t: &'static Texts, status: &SiteStatus) -> Result<Self, Fail> {
        let last = web.0.store.last_poll(&status.site).await?;
        let is_watched = web.has_tools() && web.sites().contains_key(&status.site) && !status.is_left_alone();
        let is_due = status.next_due_at.is_none_or(|due| due <= web.0.clock.now());
        let state = match last.as_ref().map(|poll| &*poll.state) {
            Some("open") => "open",
            _ if is_watched && is_due => "waiting",
            Some("done") => "done",
            Some("failed") => "failed",
            Some(_) => "interrupted",
            None => "never",
        };
        let is_over = !matches!(state, "open" | "waiting");
        Ok(Self {
            state,
            word: t.poll_word(state),
            began: last.as_ref().filter(|_| state != "waiting").map(|poll| When::of(poll.started_at)),
            ended: When::maybe(last.as_ref().filter(|_| is_over).and_then(|poll| poll.ended_at)),
            said: match (&last, state) {
                (Some(poll), "open") => under_way(t, poll, status),
                (Some(LastPoll { counts: Some(counts), .. }), _) if is_over => done(t, counts),
                _ => String::new(),
            },
            reason: last.and_then(|poll| poll.reason).filter(|_| is_over).as_deref().map(shown).unwrap_or_default(),
            is_live: is_watched && !is_over,
            may_ask: is_watched && is_over,
        })
    }
}

/// How far it has come: listings, and reports that wait.
fn under_way(t: &Texts, poll: &LastPoll, status: &SiteStatus) -> String {
    let n_waiting: u64 = status.listings.iter().map(|listing| listing.pending).sum();
    let walked = Texts::with(&Texts::with(t.n_walked, poll.n_walked), status.listings.len());
    format!("{walked}{}{}", t.choose("；", "; "), Texts::with(t.n_to_read, n_waiting))
}

/// What it did, with what was told first.
fn done(t: &'static Texts, counts: &Counts) -> String {
    use crate::model::EventKind as Event;
    let told = [
        (Event::New, counts.new),
        (Event::Copy, counts.copies),
        (Event::Edited, counts.edited),
        (Event::Withdrawn, counts.withdrawn),
        (Event::Restored, counts.restored),
        (Event::Moved, counts.moved),
    ];
    let told = told.iter().filter(|(_, n)| *n > 0).map(|(event, n)| format!("{} {n}", t.event_word(*event)));
    let mut said: Vec<String> = told.collect();
    said.push(Texts::with(t.n_read, counts.reports_read));
    said.push(Texts::with(t.n_requests, counts.requests));
    said.join(t.choose("，", ", "))
}

/// Makes a site due now.
pub(super) async fn ask(
    State(web): State<Web>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let tools = web.tools(caller)?;
    let site = SiteId::new(id);
    if !web.0.store.make_due(&site, web.0.clock.now()).await? {
        let is_known = standings(&web).await?.contains_key(&site);
        return Err(if is_known { Fail::NotWatched(site.to_string()) } else { Fail::Unknown(site.to_string()) });
    }
    tracing::info!(%site, from = %caller.address, "web page: a poll is asked for");
    tools.wants_polls.notify_one();
    Ok(Redirect::to(&format!("/sites/{}#poll", ask::encoded(site.as_str()))).into_response())
}
