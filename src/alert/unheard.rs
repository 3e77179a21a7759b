//! Routes that stay silent: they name what nothing here has. In: routes, the sites and kinds that there are. Out: each such
//! name. Never: a mistake of it; a site file may come later.

use super::route::matches;
use crate::config::{Loaded, RouteRule, Site, suggestion};

/// A name in a route that fits nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard {
    /// The channels that the route leads to.
    pub to: Vec<String>,
    /// What it says by this name, in words.
    pub reason: String,
    /// Whether other names beside it fit something.
    pub has_others: bool,
}

/// The names in these routes that fit no site and no kind.
pub fn unheard(routes: &[RouteRule], loaded: &Loaded) -> Vec<Unheard> {
    let ids: Vec<&str> = loaded.sites.iter().map(|site| site.id.as_str()).collect();
    let kinds: Vec<&str> = loaded.kinds.iter().map(|kind| kind.id.as_str()).collect();
    let is_site = |pattern: &str| ids.iter().any(|id| matches(pattern, id));
    let is_division =
        |site: &Site, beginning: &str| site.division.as_deref().is_some_and(|it| it.starts_with(beginning));
    let mut found = Vec::new();
    for route in routes {
        let mut say = |reasons: Vec<String>, n_named: usize| {
            let has_others = reasons.len() < n_named;
            found.extend(reasons.into_iter().map(|reason| Unheard { to: route.to.clone(), reason, has_others }));
        };
        let no_kind = |kind: &String| {
            let meant = suggestion(kind, kinds.iter().copied());
            (!kinds.contains(&kind.as_str())).then(|| format!("`kinds` names {kind:?}, which is no kind{meant}"))
        };
        let no_site = |pattern: &String| {
            let meant = suggestion(pattern, ids.iter().copied());
            (!is_site(pattern)).then(|| format!("`sites` names {pattern:?}, and there is no such site{meant}"))
        };
        let no_division = |beginning: &String| {
            let is_known = loaded.sites.iter().any(|site| is_division(site, beginning));
            (!is_known).then(|| format!("`divisions` names {beginning:?}, and no site has such a `division`"))
        };
        say(route.kinds.iter().filter_map(no_kind).collect(), route.kinds.len());
        say(route.sites.iter().filter_map(no_site).collect(), route.sites.len());
        say(route.divisions.iter().filter_map(no_division).collect(), route.divisions.len());
    }
    found
}
