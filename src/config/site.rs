//! Site files. In: the text of `sites/ID.toml`, the families and the networks that may be reached. Out: a [`Site`], or
//! every mistake of the file at once. Never: the network; names of hosts are checked when they are resolved.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use url::{Host, Position, Url};

use super::digest::Reading;
use super::family::{Families, Found};
use super::keys::Keys;
use super::listing::{ensure_first, listings, required_url};
use super::mistake::{Mistake, one_of, quoted, suggestion};
use super::obligations::Obligations;
use super::owes::owes;
use super::rhythm::{Rhythm, rhythm};
use super::rules::{
    Attachments, Expectations, Family, FetchRule, PaceRule, PageRule, Render, Robots, Schedule, Site, WithdrawnAfter,
};
use super::selectors;
use super::settings::Network;
use super::source::Source;
use super::value::{CHARSET, CRON, DIVISION, HEADER_TEXT, HOST, HOURS, PROXY, RECHECK, SPAN, TEXT, URL, ZONE, is_id};
use super::written::{ExpectTable, FetchTable, PaceTable, SiteFile, WithdrawnAfterTable, home_of};
use crate::model::{Hash, SiteId};

/// Shortest time between two requests that any address may be asked at.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// Headers that belong to the connection or are set by the fetcher.
const OWN_HEADERS: [&str; 10] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "te",
    "upgrade",
    "accept-encoding",
    "range",
    "if-none-match",
    "if-modified-since",
];

/// A site file that was read.
#[derive(Debug)]
pub(super) struct Read {
    /// The family it names, whether there is one or not.
    pub(super) family: Option<String>,
    /// The site, or what is wrong.
    pub(super) site: Result<Site, Vec<Mistake>>,
}

/// What a site file may name, and the networks that it may reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) families: &'k Families,
    pub(super) kinds: &'k Obligations,
    pub(super) network: &'k Network,
}

/// Reads one site file.
#[expect(clippy::too_many_lines, reason = "one line a key of the top of the file")]
pub(super) fn read(id: &str, file: &str, text: &str, known: &Known<'_>) -> Read {
    let Known { families, kinds, network } = *known;
    let source = Source::new(file, text);
    let root = source.root();
    let mut keys = Keys::top(&source, &root);
    let written = SiteFile::default();
    let family_id = keys.read("family", &TEXT);
    let family = family_id.as_deref().and_then(|id| family(&keys, id, families));
    let fetch = fetch(keys.table("fetch"));
    let expect = expect(keys.table("expect"));
    let listings = listings(&mut keys, family.as_deref(), &expect, kinds);
    let pages = pages(&mut keys, kinds);
    let urls: Vec<&Url> =
        listings.iter().map(|listing| &listing.url).chain(pages.iter().map(|page| &page.url)).collect();
    let pace = pace(keys.table("pace"), &urls, network);
    let report = keys.table("report").map(selectors::report).unwrap_or_default();
    let timezone = keys.read_or("timezone", &ZONE, &written.timezone);
    let home = keys.read("home", &URL).or_else(|| urls.first().and_then(|url| url.join("/").ok()));
    let rules = Reading {
        report: &report,
        min_body_chars: expect.min_body_chars,
        zone: timezone.iana_name(),
        charset: fetch.charset.as_deref(),
        family: family.as_deref(),
    }
    .digest();
    let name = keys.read("name", &TEXT).unwrap_or_else(|| id.to_owned());
    let division = keys.read("division", &DIVISION);
    let (schedule, rhythm) = schedule(&mut keys, &written);
    let recheck = keys.read_or("recheck", &RECHECK, &written.recheck);
    let paused = keys.flag("paused", written.paused);
    let owes = owes(keys.table("obligations"), division.as_deref(), kinds);
    ensure_whole(id, &keys);
    keys.done(home_of);
    let id = SiteId::new(id);
    let site = home.map(|home| Site {
        id,
        file: Hash::of(text.as_bytes()),
        name,
        home,
        family,
        division,
        timezone,
        schedule,
        rhythm,
        recheck,
        paused,
        pace,
        fetch,
        listings,
        pages,
        report,
        expect,
        kinds: Arc::clone(&kinds.kinds),
        owes,
        rules,
    });
    let site = site.filter(|_| source.is_sound()).ok_or_else(|| source.into_mistakes());
    Read { family: family_id, site }
}

/// Notes what only the file as a whole can lack.
fn ensure_whole(id: &str, keys: &Keys<'_, '_>) {
    if !is_id(id) {
        keys.wrong(
            "name",
            format!("the file's name {} cannot be a site's id", quoted(id)),
            "a-z, 0-9 and hyphens only",
        );
    }
    if !keys.has("listing") && !keys.has("page") {
        keys.missing("listing", "at least one [[listing]] or [[page]] to watch");
    }
}

fn family(keys: &Keys<'_, '_>, id: &str, families: &Families) -> Option<Arc<Family>> {
    match families.find(id) {
        Found::Sound(family) => return Some(Arc::clone(family)),
        Found::Broken => {
            keys.wrong("family", format!("the file of family {} has mistakes", quoted(id)), "them to be mended first");
        }
        Found::Unknown => {
            let meant = suggestion(id, families.ids());
            let known: Vec<&str> = families.ids().collect();
            let known = if known.is_empty() { "a file in families/".to_owned() } else { one_of(&known) };
            keys.wrong("family", format!("there is no family {}{meant}", quoted(id)), known);
        }
    }
    None
}

fn schedule(keys: &mut Keys<'_, '_>, written: &SiteFile) -> (Schedule, Rhythm) {
    let cron = keys.read("cron", &CRON);
    let every = keys.read_or("every", &SPAN, &written.every);
    if keys.has("cron") && keys.has("every") {
        keys.wrong("cron", "stands beside every", "one of the two");
    }
    if every < LEAST_INTERVAL {
        keys.wrong("every", "is under a second", "a longer span, such as \"1h\"");
    }
    let rhythm = rhythm(keys, every);
    (cron.map_or(Schedule::Every(every), Schedule::Cron), rhythm)
}

impl Default for PaceRule {
    /// What a file without `[pace]` means.
    fn default() -> Self {
        let written = PaceTable::default();
        let (min_interval, hours) = (SPAN.known(&written.min_interval), HOURS.known(&written.hours));
        Self { min_interval, concurrent: written.concurrent, hours }
    }
}

fn pace(keys: Option<Keys<'_, '_>>, urls: &[&Url], network: &Network) -> PaceRule {
    let usual = PaceRule::default();
    let Some(mut keys) = keys else { return usual };
    let rule = PaceRule {
        min_interval: keys.read("min_interval", &SPAN).unwrap_or(usual.min_interval),
        concurrent: count(&mut keys, "concurrent", 1..=16, usual.concurrent),
        hours: keys.read("hours", &HOURS).unwrap_or(usual.hours),
    };
    if rule.min_interval < LEAST_INTERVAL {
        let literal = urls.iter().filter(|url| !matches!(url.host(), Some(Host::Domain(_)) | None));
        for url in literal.filter(|url| !network.allows_url(url)) {
            let at = &url[Position::BeforeHost..Position::BeforePath];
            let message = format!("is under 1s, but {at} is not in network.allow");
            keys.wrong("min_interval", message, "at least \"1s\", or the address in network.allow of the settings");
        }
    }
    keys.done(home_of);
    rule
}

impl Default for FetchRule {
    /// What a file without `[fetch]` means.
    fn default() -> Self {
        Self {
            robots: Robots::Obey,
            charset: None,
            headers: Vec::new(),
            cookies: FetchTable::default().cookies,
            attachments: Attachments::Keep,
            proxy: None,
            render: Render::None,
            hosts: Vec::new(),
            twins: Vec::new(),
        }
    }
}

fn fetch(keys: Option<Keys<'_, '_>>) -> FetchRule {
    let Some(mut keys) = keys else { return FetchRule::default() };
    let robots = keys.word("robots", &[("obey", Robots::Obey), ("ignore", Robots::Ignore)], &[]);
    keys.word("tls", &[("strict", ())], &["legacy", "insecure", "pin:"]);
    let attachments = [("keep", Attachments::Keep), ("read", Attachments::Read), ("list", Attachments::List)];
    let renders = [("none", Render::None), ("browser", Render::Browser)];
    let rule = FetchRule {
        robots: robots.unwrap_or(Robots::Obey),
        charset: keys.read("charset", &CHARSET),
        headers: headers(&mut keys),
        cookies: keys.flag("cookies", FetchTable::default().cookies),
        attachments: keys.word("attachments", &attachments, &[]).unwrap_or_default(),
        proxy: keys.read("proxy", &PROXY),
        render: keys.word("render", &renders, &[]).unwrap_or_default(),
        hosts: keys.list("hosts", &HOST),
        twins: keys.list("twins", &HOST),
    };
    keys.done(home_of);
    rule
}

fn headers(keys: &mut Keys<'_, '_>) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in keys.map("headers", &HEADER_TEXT) {
        let lower = name.to_ascii_lowercase();
        // The token of RFC 9110 section 5.6.2.
        let is_token = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        if lower.is_empty() || !is_token {
            keys.wrong("headers", format!("{} is not a header's name", quoted(&name)), "a name such as \"Referer\"");
        } else if OWN_HEADERS.contains(&lower.as_str()) {
            keys.wrong("headers", format!("{} is set by govwatch itself", quoted(&name)), "other headers");
        } else if headers.iter().any(|(other, _)| *other == lower) {
            keys.wrong("headers", format!("{} stands there twice", quoted(&name)), "each name once");
        } else {
            headers.push((lower, value));
        }
    }
    headers
}

fn expect(keys: Option<Keys<'_, '_>>) -> Expectations {
    let written = ExpectTable::default();
    let Some(mut keys) = keys else { return Expectations::default() };
    let expect = Expectations {
        min_entries: count(&mut keys, "min_entries", 1..=10_000, written.min_entries),
        may_be_empty: keys.flag("may_be_empty", written.may_be_empty),
        min_body_chars: count(&mut keys, "min_body_chars", 0..=1_000_000, written.min_body_chars),
        withdrawn_after: withdrawn_after(keys.table("withdrawn_after"), &written.withdrawn_after),
    };
    keys.done(home_of);
    expect
}

fn withdrawn_after(keys: Option<Keys<'_, '_>>, written: &WithdrawnAfterTable) -> WithdrawnAfter {
    let Some(mut keys) = keys else { return WithdrawnAfter::default() };
    let polls = keys.number("polls", 1..=1000).and_then(|polls| u32::try_from(polls).ok());
    let rule =
        WithdrawnAfter { polls: polls.unwrap_or(written.polls), span: keys.read_or("span", &SPAN, &written.span) };
    keys.done(home_of);
    rule
}

fn count(keys: &mut Keys<'_, '_>, key: &'static str, range: std::ops::RangeInclusive<u64>, default: usize) -> usize {
    keys.number(key, range).and_then(|number| usize::try_from(number).ok()).unwrap_or(default)
}

fn pages(site: &mut Keys<'_, '_>, kinds: &Obligations) -> Vec<PageRule> {
    let mut urls = BTreeSet::new();
    let mut pages = Vec::new();
    for mut keys in site.tables("page") {
        let url = required_url(&mut keys);
        let kind = kinds.named(&mut keys);
        if let Some(url) = url {
            ensure_first(&keys, &url, None, &mut urls);
            pages.push(PageRule { url, kind });
        }
        keys.done(home_of);
    }
    pages
}
