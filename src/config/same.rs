//! Columns under two addresses, and columns that two site files name. In: addresses, sites. Out: whether they are one.
//! Never: a request; what a portal serves there is not looked at.

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;
use url::Url;

use super::rules::{ListingRule, Site};
use crate::model::PageAddress;

/// The same page, whatever its scheme, `www.`, the name of its folder's index, and which of its twins the host is.
pub fn is_same_page(one: &PageAddress, other: &PageAddress, twins: &[String]) -> bool {
    plain(&one.url, twins) == plain(&other.url, twins) && one.post == other.post
}

/// A column that two sites read for the same rows: each report of it is told twice, as new and as a copy.
#[derive(Debug, Clone, Copy)]
pub struct ReadTwice<'s> {
    /// The site that comes first, and its listing.
    pub first: (&'s Site, &'s ListingRule),
    /// The other one.
    pub again: (&'s Site, &'s ListingRule),
}

/// Every column that two of these sites read, unless one of them is paused: each with the first site that names it.
pub fn read_twice(sites: &[Arc<Site>]) -> Vec<ReadTwice<'_>> {
    let mut known: HashMap<_, (&Site, &ListingRule)> = HashMap::new();
    let mut twice = Vec::new();
    for site in sites.iter().map(Arc::as_ref).filter(|site| !site.paused) {
        for rule in &site.listings {
            let wanted = [&rule.include, &rule.exclude].map(|rows| rows.as_deref().map(Regex::as_str));
            let post = rule.first_page().post.map(|post| post.body);
            let first = *known.entry((plain(&rule.url, &[]), post, wanted)).or_insert((site, rule));
            if first.0.id != site.id {
                twice.push(ReadTwice { first, again: (site, rule) });
            }
        }
    }
    twice
}

/// What tells a page from others: nothing of a host that is one of the twins.
fn plain(url: &Url, twins: &[String]) -> (String, Option<u16>, String, String) {
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    let host = bare(url.host_str().unwrap_or_default());
    let is_twin = twins.iter().any(|twin| bare(twin) == host);
    let (folder, name) = url.path().rsplit_once('/').unwrap_or_default();
    let is_index = name.rsplit_once('.').is_some_and(|(stem, _)| matches!(stem, "index" | "default"));
    let name = if is_index { "" } else { name };
    let port = url.port_or_known_default().filter(|port| ![80, 443].contains(port));
    let host = if is_twin { String::new() } else { host };
    (host, port, format!("{folder}/{name}"), url.query().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Network, SiteReader};
    use super::*;

    fn site(id: &str, text: &str) -> Arc<Site> {
        Arc::new(SiteReader::of(Path::new("nowhere"), &Network::default()).site(id, text).expect("site"))
    }

    #[test]
    fn one_page_under_several_addresses_is_one() {
        let is_one = |one: &str, other: &str| {
            let at = |url: &str| PageAddress::from(url.parse::<Url>().expect("url"));
            is_same_page(&at(one), &at(other), &["www.x.gov.cn".to_owned(), "x.old.cn".to_owned()])
        };
        assert!(is_one("http://www.x.gov.cn/gg/", "https://x.gov.cn/gg/index.html"));
        assert!(is_one("http://www.x.gov.cn/gg/", "http://x.old.cn/gg/#top"));
        assert!(!is_one("http://www.x.gov.cn/gg/", "http://www.x.gov.cn/gg/?page=2"));
        assert!(!is_one("http://www.x.gov.cn/gg/", "http://www.y.gov.cn/gg/"));
        assert!(!is_one("http://www.x.gov.cn/gg/", "http://www.x.gov.cn/gg/index_1.html"));
    }

    #[test]
    fn one_column_of_two_site_files_is_found_unless_they_want_other_rows() {
        let listing = |url: &str, more: &str| format!("[[listing]]\nurl = \"{url}\"\n{more}\n");
        let first = site("a", &listing("http://www.x.gov.cn/tzgg/", ""));
        for (url, more, n) in [
            ("https://x.gov.cn/tzgg/index.html", "", 1),
            ("http://www.x.gov.cn/tzgg/", "include = \"司法\"", 0),
            ("http://www.x.gov.cn/gsgg/", "", 0),
            ("http://www.y.gov.cn/tzgg/", "", 0),
        ] {
            let sites = [Arc::clone(&first), site("b", &listing(url, more))];
            let twice = read_twice(&sites);
            assert_eq!(twice.len(), n, "{url} {more}");
            assert!(twice.iter().all(|it| it.first.0.id.as_str() == "a" && it.again.0.id.as_str() == "b"));
        }
        let paused = format!("paused = true\n{}", listing("http://www.x.gov.cn/tzgg/", ""));
        assert!(read_twice(&[first, site("b", &paused)]).is_empty());
    }
}
