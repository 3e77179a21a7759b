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
        let mut say = |reason: String| found.push(Unheard { to: route.to.clone(), reason });
        for kind in route.kinds.iter().filter(|kind| !kinds.contains(&kind.as_str())) {
            say(format!("`kinds` names {kind:?}, which is no kind{}", suggestion(kind, kinds.iter().copied())));
        }
        for pattern in route.sites.iter().filter(|pattern| !is_site(pattern)) {
            say(format!(
                "`sites` names {pattern:?}, and there is no such site{}",
                suggestion(pattern, ids.iter().copied())
            ));
        }
        let divisions = route.divisions.iter();
        for beginning in divisions.filter(|it| !loaded.sites.iter().any(|site| is_division(site, it))) {
            say(format!("`divisions` names {beginning:?}, and no site has such a `division`"));
        }
    }
    found
}
