//! The town's listings, read by the library alone: every row of every page, without network and store.

use std::collections::BTreeSet;

use govwatch::config::{ListingRule, Network, Site, load_sites};
use govwatch::model::{Entry, ListingPage};
use govwatch::page::tree::Tree;
use govwatch::page::{decode, listing};
use url::Url;

use super::{Page, Town};

fn page(site: &Site, rule: &ListingRule, url: &Url, n_page: u32, answer: &Page) -> ListingPage {
    let decoded = decode::text(&answer.body, Some(answer.content_type), None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let read = listing::ListingRead {
        rule: Some(rule),
        family: site.family.as_deref(),
        zone: &site.timezone,
        first_url: &rule.url,
        page_url: url,
        post: None,
        n_page,
        today: jiff::civil::date(2026, 4, 1),
    };
    listing::page(&tree, &decoded, &read).expect("a page of a listing")
}

fn entries(town: &mut Town, site: &Site) -> Vec<Entry> {
    let rule = &site.listings[0];
    let (mut entries, mut next, mut n_page) = (Vec::new(), Some(rule.url.clone()), 0);
    while let Some(url) = next {
        n_page += 1;
        let answer = town.answer(url.host_str().expect("http"), &url[url::Position::BeforePath..]);
        assert_eq!(answer.status, 200, "{url}");
        let page = page(site, rule, &url, n_page, &answer);
        entries.extend(page.entries);
        next = page.next.first().map(|next| next.url.clone());
    }
    entries
}

#[test]
fn every_report_is_found_by_walking_the_listings_and_no_other_url() {
    let mut town = Town::new(1);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in town.site_files() {
        std::fs::write(folder.path().join(name), text).expect("an empty folder");
    }
    let loaded = load_sites(folder.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    for site in &loaded.sites {
        let at = town.sites.iter().position(|other| other.id == site.id.as_str()).expect("its site file");
        let all: BTreeSet<String> = (0..town.sites[at].reports.len()).map(|report| town.url(at, report)).collect();
        let entries = entries(&mut town, site);
        let found: BTreeSet<String> = entries.iter().map(|entry| entry.url.to_string()).collect();
        assert_eq!(found, all, "{}", site.id);
        assert!(entries.iter().all(|entry| entry.date.is_some() && !entry.title.ends_with("...")));
    }
}
