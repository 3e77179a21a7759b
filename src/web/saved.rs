//! Saved searches: filters that a person gave a name to, each with its feeds.
//!
//! In: a name, a page and its query. Out: links. Never: a link that leads elsewhere; only the pages that have filters.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::ask::Asked;
use super::fail::Fail;
use super::shown::shown;
use crate::store::{MOST_SAVED, SavedSearch};

/// The pages that have filters.
const PATHS: [&str; 2] = ["/", "/search"];
/// Longest name: it stands in a line with others.
const MOST_NAME_CHARS: usize = 80;

/// A saved search in the list of all.
pub(super) struct SavedRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) href: String,
    /// The query of its feeds, with its question mark.
    pub(super) feed: String,
}

/// All of them, by their names.
pub(super) async fn rows(web: &Web) -> Result<Vec<SavedRow>, Fail> {
    let row = |SavedSearch { id, name, path, query }| SavedRow {
        id,
        name: shown(&name),
        href: format!("{path}?{query}"),
        feed: format!("?{query}"),
    };
    Ok(web.0.store.searches().await?.into_iter().map(row).collect())
}

/// The filter that a query asks for, whichever of its pages it stands on; with its question mark, empty where it is none.
pub(super) fn filter(asked: &Asked) -> String {
    asked.without(&["before", "after", "page"])
}

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Save {
    name: String,
    path: String,
    query: String,
}

/// Keeps a search under a name.
pub(super) async fn save(State(web): State<Web>, Form(save): Form<Save>) -> Result<Response, Fail> {
    let name: String = save.name.trim().chars().take(MOST_NAME_CHARS).collect();
    let query = filter(&Asked::of(save.query.trim_start_matches('?'))?);
    if name.is_empty() {
        return Err(Fail::wrong("name", &save.name, &"a name of one character at least"));
    }
    if !PATHS.contains(&&*save.path) || query.is_empty() {
        return Err(Fail::wrong("query", &save.query, &"a filter of Today or of Search"));
    }
    let query = query.trim_start_matches('?');
    if !web.0.store.save_search(&name, &save.path, query, web.0.clock.now()).await? {
        let why = format!("{MOST_SAVED} are kept already: remove one first");
        return Err(Fail::wrong("name", &name, &why));
    }
    Ok(Redirect::to("/search#saved").into_response())
}

/// What the button of one sends.
#[derive(Deserialize)]
pub(super) struct Forget {
    id: i64,
}

/// Forgets a search.
pub(super) async fn forget(State(web): State<Web>, Form(forget): Form<Forget>) -> Result<Response, Fail> {
    web.0.store.forget_search(forget.id).await?;
    Ok(Redirect::to("/search#saved").into_response())
}
