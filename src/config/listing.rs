//! `[[listing]]` of a site file. In: its table and the site's family. Out: a [`ListingRule`]; what is wrong is noted.

use std::collections::BTreeSet;

use url::{Position, Url};

use super::keys::Keys;
use super::mistake::quoted;
use super::obligations::Obligations;
use super::pages::pages;
use super::pattern::SHARED_PATTERN;
use super::rules::{EntryRule, Expectations, Family, Format, JsonRule, ListingRule, Pagination};
use super::selectors;
use super::value::{DAY, LINK, POINTER, POST, RECHECK, TEXT, URL};
use super::written::home_of;
use crate::model::Post;

/// The formats by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Html,
    Datastore,
    Unit,
    Json,
    Feed,
    Sitemap,
}

const FORMATS: [(&str, Word); 6] = [
    ("html", Word::Html),
    ("datastore", Word::Datastore),
    ("unit", Word::Unit),
    ("json", Word::Json),
    ("feed", Word::Feed),
    ("sitemap", Word::Sitemap),
];

impl Word {
    /// As it is written.
    fn beside(self) -> String {
        format!("format = {:?}", FORMATS.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word))
    }
}

/// Reads every `[[listing]]` of a site file.
pub(super) fn listings(
    site: &mut Keys<'_, '_>,
    family: Option<&Family>,
    expect: &Expectations,
    kinds: &Obligations,
) -> Vec<ListingRule> {
    let mut names = BTreeSet::new();
    let mut urls = BTreeSet::new();
    let mut listings = Vec::new();
    for mut keys in site.tables("listing") {
        if let Some(listing) = listing(&mut keys, family, expect, kinds) {
            let is_first = ensure_first(&keys, &listing.url, listing.first_page().post, &mut urls);
            if !names.insert(listing.name.clone()) && is_first {
                let taken = format!("{} is taken by a listing above", quoted(&listing.name));
                keys.wrong("name", taken, "a name of its own");
            }
            listings.push(listing);
        }
        keys.done(home_of);
    }
    listings.shrink_to_fit();
    listings
}

fn listing(
    keys: &mut Keys<'_, '_>,
    family: Option<&Family>,
    expect: &Expectations,
    kinds: &Obligations,
) -> Option<ListingRule> {
    let url = required_url(keys);
    let name = keys.read("name", &TEXT);
    let post = keys.read("post", &POST);
    let word = keys.word("format", &FORMATS, &[]).unwrap_or(Word::Html);
    let (format, entry) = rows(keys, word, family);
    let pages = pages(keys, post.as_ref());
    ensure_fitting(keys, word, pages.kind.as_ref());
    let kind = kinds.named(keys);
    let include = keys.read("include", &SHARED_PATTERN);
    let exclude = keys.read("exclude", &SHARED_PATTERN);
    let recheck = keys.read("recheck", &RECHECK);
    let since = keys.read("since", &DAY);
    let url = url?;
    Some(ListingRule {
        name: name.unwrap_or_else(|| url[Position::BeforePath..].to_owned()),
        url,
        post,
        format: format?,
        entry,
        pages: pages.kind.or_else(|| family_pages(word, family?)),
        most_pages: pages.limit,
        since,
        kind,
        include,
        exclude,
        recheck,
        expect: expect.clone(),
    })
}

/// What the rows stand in and how each is read. `None`: a rule that it cannot do without is missing or wrong.
fn rows(keys: &mut Keys<'_, '_>, word: Word, family: Option<&Family>) -> (Option<Format>, EntryRule) {
    let beside = word.beside();
    let deny = |keys: &mut Keys<'_, '_>, denied: &[&'static str]| {
        for key in denied {
            keys.deny(key, &beside);
        }
    };
    match word {
        Word::Html | Word::Datastore | Word::Unit => {
            deny(keys, &["items", "total"]);
            let format = match word {
                Word::Datastore => Format::Datastore,
                Word::Unit => Format::Unit,
                _ => Format::Html,
            };
            (Some(format), with_family(selectors::entry(keys), family))
        }
        Word::Json => {
            deny(keys, &["entry"]);
            let family = family.and_then(|family| family.json.as_ref()).map(|(rule, _)| rule);
            (json(keys, family).map(|rule| Format::Json(Box::new(rule))), EntryRule::default())
        }
        Word::Feed | Word::Sitemap => {
            deny(keys, &["entry", "items", "link", "title", "date", "total"]);
            (Some(if word == Word::Feed { Format::Feed } else { Format::Sitemap }), EntryRule::default())
        }
    }
}

fn with_family(mut entry: EntryRule, family: Option<&Family>) -> EntryRule {
    let Some(family) = family else { return entry };
    let or_family = |own: &mut Vec<_>, theirs: &Vec<_>| {
        if own.is_empty() {
            own.clone_from(theirs);
        }
    };
    entry.entry = entry.entry.or_else(|| family.entry.entry.clone());
    or_family(&mut entry.link, &family.entry.link);
    or_family(&mut entry.title, &family.entry.title);
    or_family(&mut entry.date, &family.entry.date);
    entry
}

/// Reads the pointers of a JSON answer; what is not written comes from the family. `None`: no array of rows is named.
pub(super) fn json(keys: &mut Keys<'_, '_>, family: Option<&JsonRule>) -> Option<JsonRule> {
    let mut rule = JsonRule {
        items: keys.list("items", &POINTER),
        link: keys.list("link", &LINK),
        title: keys.list("title", &POINTER),
        date: keys.list("date", &POINTER),
        total: keys.read("total", &POINTER),
    };
    if let Some(family) = family.filter(|_| !keys.has("items")) {
        let JsonRule { items, link, title, date, total } = family.clone();
        rule.items = items;
        rule.link = if rule.link.is_empty() { link } else { rule.link };
        rule.title = if rule.title.is_empty() { title } else { rule.title };
        rule.date = if rule.date.is_empty() { date } else { rule.date };
        rule.total = rule.total.or(total);
    }
    if rule.items.is_empty() && !keys.has("items") {
        keys.missing("items", format!("{} beside {}", POINTER.expected, Word::Json.beside()));
    }
    if rule.link.is_empty() && !keys.has("link") && (keys.has("title") || keys.has("date")) {
        keys.missing("link", LINK.expected);
    }
    (!rule.items.is_empty()).then_some(rule)
}

/// Notes a way from page to page that cannot be gone in pages of this format.
fn ensure_fitting(keys: &Keys<'_, '_>, word: Word, pages: Option<&Pagination>) {
    let Some(pages) = pages else { return };
    let by_page =
        matches!(pages, Pagination::Next { .. } | Pagination::Script | Pagination::Countdown | Pagination::Dataproxy);
    let by_answer = matches!(pages, Pagination::Cursor { .. });
    let expected = match word {
        Word::Json if by_page => "kind = \"query\", \"offset\", \"numbered\", \"cursor\" or \"none\"",
        Word::Unit | Word::Sitemap if *pages != Pagination::None => "no pages: they are named by what is loaded",
        Word::Html | Word::Datastore | Word::Feed if by_answer => "another kind: a cursor stands in JSON",
        _ => return,
    };
    keys.wrong("pages", format!("cannot be followed beside {}", word.beside()), expected);
}

/// How the pages of a format follow one another in this family.
fn family_pages(word: Word, family: &Family) -> Option<Pagination> {
    match word {
        Word::Html | Word::Datastore => family.pages.clone(),
        Word::Json => family.json.as_ref().and_then(|(_, pages)| pages.clone()),
        Word::Unit | Word::Feed | Word::Sitemap => None,
    }
}

pub(super) fn required_url(keys: &mut Keys<'_, '_>) -> Option<Url> {
    let url = keys.read("url", &URL);
    if !keys.has("url") {
        keys.missing("url", URL.expected);
    }
    url
}

/// Notes a URL that stands in a table above already; whether it does not.
pub(super) fn ensure_first(
    keys: &Keys<'_, '_>,
    url: &Url,
    post: Option<Post>,
    seen: &mut BTreeSet<(Url, Option<String>)>,
) -> bool {
    let mut plain = url.clone();
    plain.set_fragment(None);
    let is_first = seen.insert((plain, post.map(|post| post.body)));
    if !is_first {
        let table = keys.path().trim_end_matches('.');
        keys.wrong("url", format!("is the URL of a [[{table}]] above"), format!("each URL in one [[{table}]]"));
    }
    is_first
}
