//! Whose file an address belongs to. In: an address, the sites that are there. Out: its site, or the id of a new one.
//! Never: a request.

use std::sync::Arc;

use url::Url;

use super::look::{Looker, Wanted};
use super::plan;
use crate::config::Site;

impl Looker {
    /// The site whose file this listing belongs to: the one of the id, else the one of the host.
    pub(super) fn site_of(&self, url: &Url, id: Option<&str>) -> Option<&Arc<Site>> {
        if let Some(id) = id {
            return self.sites.iter().find(|site| site.id.as_str() == id);
        }
        let bare = |url: &Url| {
            let host = url.host_str().unwrap_or_default();
            (
                host.strip_prefix("www.").unwrap_or(host).to_owned(),
                url.port_or_known_default().filter(|port| ![80, 443].contains(port)),
            )
        };
        let is_of = |site: &&Arc<Site>| {
            let urls = site.listings.iter().map(|listing| &listing.url).chain([&site.home]);
            let is_twin = || site.twins().iter().any(|twin| url.host_str() == Some(twin.as_str()));
            urls.map(bare).any(|host| host == bare(url)) || is_twin()
        };
        self.sites.iter().find(is_of)
    }

    /// What the addresses of one file have in common.
    pub(super) fn key(&self, wanted: &Wanted) -> String {
        let site = |url: &Url| self.site_of(url, wanted.id.as_deref()).map(|site| site.id.to_string());
        let by_url = wanted.url.as_ref().map(|url| site(url).unwrap_or_else(|| plan::id_of(url)));
        wanted.id.clone().or(by_url).unwrap_or_default()
    }

    /// The id of its file: as it is wanted, else that of its site, else by its host.
    pub(super) fn id(wanted: &Wanted, url: &Url, site: Option<&Arc<Site>>) -> String {
        let own = || site.map(|site| site.id.to_string());
        wanted.id.clone().or_else(own).unwrap_or_else(|| plan::id_of(url))
    }
}
