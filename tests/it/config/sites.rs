//! What site files and family files mean, and what is said about wrong ones.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use govwatch::config::{Format, Pagination, Recheck, Schedule, Settings, load_sites};
use govwatch::page::tree::Selector;

use super::{SMALLEST, folder, load, mistakes_of, site_of};

/// Every key of a site file, as the README shows them.
const FULL: &str = r#"
#:schema ../site.schema.json
name     = "兴县人民政府"
home     = "http://www.example.gov.cn/"
family   = "trs"                 # optional; what is written here overrides the family
division = "141123"              # GB/T 2260 code, for coverage tables; else from the 网站标识码
timezone = "Asia/Shanghai"
every    = "1h"                  # or cron = "0 7,19 * * *": how often the listings are looked at
recheck  = "decay"               # or "24h"
paused   = false

[pace]                           # by host name; robots.txt and redirects count
min_interval = "3s"
concurrent   = 1
hours        = "00:00-24:00"

[fetch]
robots = "obey"                  # obey | ignore (said in every status)
charset = ""                     # only where pages lie
headers = {}
cookies = false
proxy = ""
tls = "strict"
render = "none"
hosts = []                       # other hosts that entries, pages and attachments may live on

[[listing]]
name    = "法治政府建设年度报告"
url     = "http://www.example.gov.cn/zwgk/fzzfjs/"
format  = "html"
entry   = "ul.list li"
link    = "a::attr(href)"
title   = ["a::attr(title)", "a::text"]
date    = "span::text"
pages   = { kind = "numbered", pattern = "index_{n}.html", first = 1, limit = 2000 }
kind    = "rule-of-law-annual"   # optional: all entries are of this kind
include = "法治政府建设"          # optional patterns on the title; exclude likewise
exclude = ""

[[page]]                         # a single report to watch, without a listing
url = "http://www.example.gov.cn/zwgk/zn.html"

[report]                         # all optional
title = "h1::text"
body  = "div.TRS_Editor"
published = ".info::text"
source = ""
doc_no = ""
index_no = ""
written = ""
validity = ""
strip = [".share", ".crumb"]
attachment = "a::attr(href)"

[expect]
min_entries = 1
may_be_empty = false
min_body_chars = 0
withdrawn_after = { polls = 3, span = "24h" }
"#;

const FAMILY: &str = r#"
name = "TRS WCM"
[[signal]]
html = "TRS_Editor"
score = 10
[[signal]]
url = "t20\\d{6}_\\d+\\.s?html?"
score = 5
[listing]
entry = "ul li"
link = "a::attr(href)"
date = "span::text"
pages = { kind = "script" }
[report]
body = "div.TRS_Editor"
"#;

#[test]
fn the_full_example_is_right_and_means_what_it_says() {
    let dir = folder(&[("xingxian.toml", FULL), ("families/trs.toml", FAMILY)]);
    let loaded = load(&dir, &[]);
    assert_eq!(loaded.mistakes, []);
    let site = &loaded.sites[0];
    let listing = &site.listings[0];
    assert_eq!((site.id.as_str(), site.name.as_str()), ("xingxian", "兴县人民政府"));
    assert_eq!(site.family.as_ref().map(|family| family.signals.len()), Some(2));
    assert_eq!(listing.pages, Some(Pagination::Numbered { pattern: "index_{n}.html".to_owned(), first: 1 }));
    assert_eq!(listing.entry.title.len(), 2);
    assert_eq!((&listing.format, listing.most_pages), (&Format::Html, 2000));
    assert_eq!(site.pages[0].url.path(), "/zwgk/zn.html");
    assert_eq!((site.report.strip.len(), site.report.source.len()), (2, 0));
    assert_eq!(site.expect.withdrawn_after.polls, 3);
}

#[test]
fn two_lines_are_a_site() {
    let site = site_of(SMALLEST);
    assert_eq!((site.name.as_str(), site.home.as_str()), ("site", "http://www.example.gov.cn/"));
    assert_eq!(site.listings[0].name, "/zwgk/fzzfjs/");
    assert_eq!(site.schedule, Schedule::Every(Duration::from_hours(1)));
    assert_eq!(site.recheck, Recheck::Decay);
    assert_eq!(site.pace.hours, (0, 1440));
}

#[test]
fn what_the_site_leaves_open_comes_from_its_family() {
    let own = "family = \"trs\"\n[[listing]]\nurl = \"http://a.gov.cn/\"\nentry = \"tr\"\ndate = \"td::text\"\n";
    let loaded = load(&folder(&[("a.toml", own), ("families/trs.toml", FAMILY)]), &[]);
    let listing = &loaded.sites[0].listings[0];
    assert_eq!(listing.entry.entry.as_ref().map(Selector::as_str), Some("tr"));
    assert_eq!(listing.entry.link[0].as_str(), "a::attr(href)");
    assert_eq!(listing.entry.date[0].as_str(), "td::text");
    assert_eq!(listing.pages, Some(Pagination::Script));
    assert!(loaded.sites[0].report.body.is_empty(), "the family's report rules stay a layer of their own");
}

/// Something wrong of every sort.
const MANY_MISTAKES: &str = r#"name = 3
home = "www.example.gov.cn"
famly = "trs"
timezone = "Asia/Shangai"
every = "soon"
division = "14112"
paused = yes

[pace]
min_interval = "fast"
hours = "9-17"
paused = true

[fetch]
tls = "insecure"
robots = "obay"

[[listing]]
url = "http://a.gov.cn/"
entry = "ul[["
title = ["a::text", "a::html"]
format = "jsn"
include = "(("
pages = { kind = "numbered", pattern = "index.html", name = "p" }

[[listing]]
url = "http://a.gov.cn/"
pages = { kind = "cursor", next = "/next" }

[page]
kind = "x"

[expect]
min_entries = 0
withdrawn_after = { poll = 3 }
"#;

#[test]
fn a_file_with_many_mistakes_names_them_all_at_their_lines() {
    insta::assert_snapshot!(mistakes_of(MANY_MISTAKES).join("\n"), @r#"
    site.toml:1: name: this is a whole number; expected a text
    site.toml:2: home: "www.example.gov.cn" lacks http:// or https://; expected an address such as "http://www.example.gov.cn/zwgk/"
    site.toml:3: famly: is not a key; did you mean "family"?
    site.toml:4: timezone: "Asia/Shangai" is not a time zone; did you mean "Asia/Shanghai"?
    site.toml:5: every: "soon" is not a span of time; expected a span of time such as "3s", "90 min", "1h 30m" or "7 days"
    site.toml:6: division: "14112" is not a division code; expected the six digits of GB/T 2260, such as "141123"
    site.toml:7: this is not TOML: string values must be quoted, expected literal string
    site.toml:10: pace.min_interval: "fast" is not a span of time; expected a span of time such as "3s", "90 min", "1h 30m" or "7 days"
    site.toml:11: pace.hours: "9-17" are not hours of the day; expected from and to, such as "00:00-24:00" or "22:00-06:00"
    site.toml:12: pace.paused: is not a key here; did you mean a line above the first [table]?
    site.toml:15: fetch.tls: this version cannot do "insecure" yet; expected strict
    site.toml:16: fetch.robots: "obay" is not known; did you mean "obey"?
    site.toml:20: listing.entry: "ul[[" is not a CSS selector; expected a CSS selector such as "ul.list li", without ::text or ::attr
    site.toml:21: listing.title: "a::html" is not a CSS selector: after :: comes text or attr(name); expected a CSS selector such as "h1", "h1::text" or "a::attr(href)"
    site.toml:22: listing.format: "jsn" is not known; did you mean "json"?
    site.toml:23: listing.include: "((" is not a pattern: unclosed group; expected a regular expression of Rust's regex crate
    site.toml:24: listing.pages.pattern: "index.html" has no {n}; expected a URL with {n} where the number stands, such as "index_{n}.html"
    site.toml:24: listing.pages.name: says nothing beside kind = "numbered"; expected kind = "query"
    site.toml:27: listing.url: is the URL of a [[listing]] above; expected each URL in one [[listing]]
    site.toml:28: listing.pages.name: is missing; expected it beside kind = "cursor", or {cursor} in post
    site.toml:28: listing.pages: cannot be followed beside format = "html"; expected another kind: a cursor stands in JSON
    site.toml:30: page: [page] is written as one table; expected a list of tables: [[page]]
    site.toml:30: page.url: is missing; expected an address such as "http://www.example.gov.cn/zwgk/"
    site.toml:31: page.kind: there is no kind "x"; expected a kind of obligations.toml
    site.toml:34: expect.min_entries: 0 is out of range; expected a whole number from 1 to 10000
    site.toml:35: expect.withdrawn_after.poll: is not a key; did you mean "polls"?
    "#);
}

#[test]
fn words_of_later_versions_are_known_but_refused() {
    let later = [("[fetch]\ntls = \"pin:00ff\"", "this version cannot do \"pin:00ff\" yet; expected strict")];
    for (key, message) in later {
        let found = mistakes_of(&format!("{SMALLEST}{key}\n"));
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}");
    }
}

#[test]
fn lists_of_tables_and_tables_are_told_apart() {
    let found = mistakes_of("[listing]\nurl = \"http://a.gov.cn/\"\n[[pace]]\nmin_interval = \"5s\"\n");
    insta::assert_snapshot!(found.join("\n"), @r"
    site.toml:1: listing: [listing] is written as one table; expected a list of tables: [[listing]]
    site.toml:3: pace: [[pace]] is written as a list; expected one table: [pace]
    ");
}

#[test]
fn a_site_needs_something_to_watch_and_a_plain_id() {
    assert_eq!(
        mistakes_of("name = \"x\"\n"),
        ["site.toml:1: listing: is missing; expected at least one [[listing]] or [[page]] to watch"]
    );
    let loaded = load(&folder(&[("Xing_Xian.toml", SMALLEST)]), &[]);
    assert!(loaded.mistakes[0].message.contains("cannot be a site's id"), "{:?}", loaded.mistakes);
}

#[test]
fn lines_that_are_no_toml_do_not_hide_the_rest() {
    let text = "name = \"x\nevery = \"1h\"\nevery = \"2h\"\nlist = [1,\n[[listing]]\nurl = \"a\"\n[pace\nhours = 3\n[[page]]\nkind = \"k\"\n";
    insta::assert_snapshot!(mistakes_of(text).join("\n"), @r#"
    site.toml:1: this is not TOML: invalid basic string, expected `"`
    site.toml:3: this is not TOML: duplicate key
    site.toml:4: this is not TOML: unclosed array, expected `]`
    site.toml:6: listing.url: "a" lacks http:// or https://; expected an address such as "http://www.example.gov.cn/zwgk/"
    site.toml:7: this is not TOML: unclosed table, expected `]`
    site.toml:9: page.url: is missing; expected an address such as "http://www.example.gov.cn/zwgk/"
    site.toml:10: page.kind: there is no kind "k"; expected a kind of obligations.toml
    "#);
}

#[test]
fn wrong_files_do_not_stop_the_right_ones() {
    let dir = folder(&[
        ("a.toml", SMALLEST),
        ("b.toml", "[[listing]]\n"),
        ("c.toml", SMALLEST),
        ("obligations.toml", ""),
        ("notes.txt", "no site"),
        (".d.toml", "no site"),
    ]);
    fs::write(dir.path().join("e.toml"), b"name = \"\xd0\xcb\xcf\xd8\"\n").expect("file");
    let loaded = load(&dir, &[]);
    let ids: Vec<_> = loaded.sites.iter().map(|site| site.id.as_str()).collect();
    assert_eq!((ids, loaded.n_files), (vec!["a", "c"], 4));
    let wrong: BTreeSet<_> = loaded.mistakes.iter().map(|one| one.file.rsplit('/').next().unwrap()).collect();
    assert_eq!(wrong, BTreeSet::from(["b.toml", "e.toml", "obligations.toml"]));
}

#[test]
fn naming_sites_loads_these_and_their_families_only() {
    let dir = folder(&[
        ("a.toml", &format!("family = \"trs\"\n{SMALLEST}")),
        ("b.toml", "wrong"),
        ("families/trs.toml", FAMILY),
        ("families/bad.toml", "wrong"),
    ]);
    let loaded = load(&dir, &["a", "a"]);
    assert_eq!((loaded.sites.len(), loaded.n_files), (1, 1));
    assert_eq!((loaded.mistakes, loaded.unknown), (vec![], vec![]));
    assert!(loaded.families.iter().any(|family| family.id == "trs"));
    assert_eq!(load(&dir, &[]).mistakes.len(), 2, "b and the family bad");
}

#[test]
fn a_site_of_a_wrong_or_unknown_family_is_wrong() {
    let site = |family: &str| format!("family = \"{family}\"\n{SMALLEST}");
    let files = [("a.toml", site("bad")), ("b.toml", site("tsr")), ("families/bad.toml", "name = 1".to_owned())];
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let dir = folder(&[files.as_slice(), &[("families/trs.toml", FAMILY)]].concat());
    let loaded = load(&dir, &["a", "b"]);
    let found: Vec<_> = loaded.mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "the file of family \"bad\" has mistakes",
            "there is no family \"tsr\"; did you mean \"trs\"?",
            "this is a whole number"
        ]
    );
}

#[test]
fn an_unknown_site_is_told_with_a_suggestion() {
    let dir = folder(&[("xingxian.toml", SMALLEST)]);
    let told = |name: &str| load(&dir, &[name]).unknown.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told("xingxain"), ["there is no site \"xingxain\"; did you mean \"xingxian\"?"]);
    assert_eq!(told("sites/xingxian.toml"), ["there is no site \"sites/xingxian.toml\"; did you mean \"xingxian\"?"]);
    assert_eq!(told("../xingxian"), ["there is no site \"../xingxian\"; did you mean \"xingxian\"?"]);
    assert_eq!(told("zzz"), ["there is no site \"zzz\""]);
}

#[test]
fn a_fast_pace_is_for_allowed_addresses_only() {
    let text = "[pace]\nmin_interval = \"0s\"\n[[listing]]\nurl = \"http://127.0.0.1:8080/\"\n";
    let dir = folder(&[("a.toml", text)]);
    let with = |allow: &str| {
        let env = BTreeMap::from([("GOVWATCH_NETWORK_ALLOW".to_owned(), allow.to_owned())]);
        load_sites(dir.path(), &[], &Settings::load(None, &env).expect("settings").network).mistakes
    };
    assert_eq!(with("127.0.0.0/8"), []);
    assert_eq!(with("127.0.0.1/32:8080"), []);
    let refused = with("127.0.0.1/32:8081");
    assert_eq!((refused[0].line, refused[0].key.as_deref()), (Some(2), Some("pace.min_interval")));
    assert_eq!(refused[0].message, "is under 1s, but 127.0.0.1:8080 is not in network.allow");
    assert_eq!(mistakes_of(&text.replace("127.0.0.1:8080", "a.gov.cn")), [] as [&str; 0]);
}

#[test]
fn the_rules_digest_follows_what_reads_a_page_and_nothing_else() {
    let of = |text: &str| site_of(text).rules;
    let plain = of(&format!("{SMALLEST}[report]\ntitle = \"h1\"\nbody = [\"p\"]\n"));
    let same = [
        format!("# a comment\npaused = true\nevery='9h'\n{SMALLEST}[report]\nbody = 'p'\ntitle = [ 'h1', ]\n"),
        format!("{SMALLEST}name = \"x\"\n[fetch]\ncookies = true\n[report]\ntitle = \"h1\"\nbody = \"p\"\n"),
    ];
    for text in same {
        assert_eq!(of(&text), plain, "{text}");
    }
    let other = [
        format!("{SMALLEST}[report]\ntitle = \"h2\"\nbody = \"p\"\n"),
        format!("timezone = \"Asia/Urumqi\"\n{SMALLEST}[report]\ntitle = \"h1\"\nbody = \"p\"\n"),
        format!("{SMALLEST}[report]\ntitle = \"h1\"\nbody = \"p\"\n[expect]\nmin_body_chars = 1\n"),
        format!("{SMALLEST}[report]\ntitle = \"h1\"\nbody = \"p\"\n[fetch]\ncharset = \"gbk\"\n"),
    ];
    for text in other {
        assert_ne!(of(&text), plain, "{text}");
    }
}
