//! The hosts of a site, and how each is asked. In: a [`Site`]. Out: its fetch rule for one URL. Never: a header of a site
//! sent to a host of others.

use url::{Host, Url};

use super::rules::{FetchRule, Site};

impl Site {
    /// How a URL is asked: `hosts` holds every host of the site, and `headers` is empty for a URL that is none of its own.
    pub fn fetch_rule(&self, url: &Url) -> FetchRule {
        let mut rule = FetchRule { hosts: self.hosts(), ..self.fetch.clone() };
        if !is_one_of(&rule.hosts, url) {
            rule.headers.clear();
        }
        rule
    }

    /// Whether a URL lives on a host of this site.
    pub fn is_own(&self, url: &Url) -> bool {
        is_one_of(&self.hosts(), url)
    }

    /// The names of the home page's host, where the site file gives it any beside its own.
    pub fn twins(&self) -> Vec<String> {
        if self.fetch.twins.is_empty() {
            return Vec::new();
        }
        self.home.host_str().map(str::to_owned).into_iter().chain(self.fetch.twins.iter().cloned()).collect()
    }

    /// Every host that its file names, each with and without `www.`, and those of `fetch.hosts` as they stand.
    fn hosts(&self) -> Vec<String> {
        let listings = self.listings.iter().map(|listing| &listing.url);
        let pages = self.pages.iter().map(|page| &page.url);
        let urls = listings.chain(pages).chain([&self.home]).filter_map(Url::host);
        let literal = |host: &Host<&str>| matches!(host, Host::Ipv4(_) | Host::Ipv6(_));
        let (literals, names): (Vec<_>, Vec<_>) = urls.partition(literal);
        let names = names.iter().map(ToString::to_string).chain(self.twins());
        let both = |name: String| match name.strip_prefix("www.") {
            Some(bare) => [bare.to_owned(), name],
            None => [format!("www.{name}"), name],
        };
        let mut hosts = self.fetch.hosts.clone();
        for host in names.flat_map(both).chain(literals.iter().map(ToString::to_string)) {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        hosts
    }
}

fn is_one_of(hosts: &[String], url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    matches!(url.scheme(), "http" | "https") && hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Network, SiteReader};
    use super::*;

    #[test]
    fn headers_go_to_the_hosts_of_the_site_and_to_no_other() {
        let text =
            "[[listing]]\nurl = \"http://x.gov.cn/a/\"\n[fetch]\nhosts = [\"files.cn\"]\nheaders = { x-key = \"k\" }\n";
        let site = SiteReader::of(Path::new("nowhere"), &Network::default()).site("x", text).expect("site");
        for (url, is_own) in [
            ("http://x.gov.cn/a/index_1.html", true),
            ("https://www.x.gov.cn/", true),
            ("http://files.cn/1.pdf", true),
            ("http://www.files.cn/1.pdf", false),
            ("http://y.gov.cn/", false),
            ("ftp://x.gov.cn/", false),
        ] {
            let url = Url::parse(url).expect("url");
            assert_eq!(
                (site.is_own(&url), site.fetch_rule(&url).headers.len()),
                (is_own, usize::from(is_own)),
                "{url}"
            );
        }
    }
}
