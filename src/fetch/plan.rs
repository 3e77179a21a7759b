//! What is asked for, and how. In: a site and an address. Out: a [`FetchPlan`]. Never: a request.

use jiff::tz::TimeZone;
use url::Url;

use crate::config::{FetchRule, PaceRule, Render, Site};
use crate::model::{PageAddress, Post, Validators};

/// What to fetch and how.
#[derive(Debug, Clone)]
pub struct FetchPlan {
    /// The URL to ask.
    pub url: Url,
    /// What is posted to it; `None` asks by GET. A redirect is followed by GET, but for 307 and 308 (RFC 9110 section
    /// 15.4).
    pub post: Option<Post>,
    /// What the last Capture of this URL carried; empty asks unconditionally. Some servers never change an ETag,
    /// so the caller leaves them out now and then.
    pub validators: Validators,
    /// How the site is asked. `hosts` holds every host a redirect may lead to beside that of `url`; `headers` go
    /// to the origin of `url` alone, so they are empty for a URL that is none of the site's own.
    pub rule: FetchRule,
    /// Spacing of requests.
    pub pace: PaceRule,
    /// The zone of `pace.hours`.
    pub zone: TimeZone,
    /// What it is, for its limits.
    pub what: What,
}

/// What is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A listing or a report.
    Page,
    /// A file that a report links to.
    Attachment,
}

impl FetchPlan {
    /// How a site's file says that one of its pages is asked for.
    pub fn of_page(site: &Site, address: &PageAddress) -> Self {
        Self { post: address.post.clone(), ..Self::of(site, &address.url, What::Page) }
    }

    /// How a site's file says that this URL is asked for: by GET, without validators.
    pub fn of(site: &Site, url: &Url, what: What) -> Self {
        Self {
            url: url.clone(),
            post: None,
            validators: Validators::default(),
            rule: site.fetch_rule(url),
            pace: site.pace,
            zone: site.timezone.clone(),
            what,
        }
    }

    /// How a page of which no site is known is asked for: as carefully as one of a site whose file says nothing.
    pub fn of_stranger(url: &Url, zone: TimeZone) -> Self {
        Self {
            url: url.clone(),
            post: None,
            validators: Validators::default(),
            rule: FetchRule { hosts: twins(url), ..FetchRule::default() },
            pace: PaceRule::default(),
            zone,
            what: What::Page,
        }
    }

    /// Whether a browser draws the page. Its file may be the same while what its scripts load is not, so that it is
    /// asked without validators.
    pub(super) fn is_drawn(&self) -> bool {
        self.rule.render == Render::Browser && self.what == What::Page && self.post.is_none()
    }

    /// Whether a host is one of the site's.
    pub(super) fn is_own(&self, host: &str) -> bool {
        self.url.host_str() == Some(host) || self.rule.hosts.iter().any(|own| own == host)
    }
}

/// The other name of a host, with or without `www.`: a portal may send its readers there, whoever they are.
fn twins(url: &Url) -> Vec<String> {
    let Some(url::Host::Domain(name)) = url.host() else { return Vec::new() };
    vec![name.strip_prefix("www.").map_or_else(|| format!("www.{name}"), str::to_owned)]
}
