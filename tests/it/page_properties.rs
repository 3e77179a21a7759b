//! Whatever bytes a portal sends: decoding, dates, listings and page kinds end without a panic.

use govwatch::config::{ListingRule, Network, load_sites};
use govwatch::page::kind::{self, Answer};
use govwatch::page::listing::{self, ListingRead};
use govwatch::page::tree::Tree;
use govwatch::page::{date, decode};
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use url::Url;

/// Pieces that pages are made of, whole and broken.
const PIECES: [&str; 28] = [
    "<ul>",
    "<li>",
    "</li>",
    "<a href='./202611/t20261118_1.html'>",
    "<a href='javascript:window.open(\"/a\")'>",
    "</a>",
    "<tr><td>",
    "</table>",
    "<script>createPageHTML(3,0,'index','html')",
    "</script>",
    "<!--",
    "-->",
    "2026-11-18",
    "２０２６年１１月１８日",
    "03-04",
    "二〇二四年十二月十九日",
    "19",
    "2026-11",
    "<datastore><record><![CDATA[",
    "]]></record>",
    "&lt;record&gt;",
    "关于印发",
    "…",
    "下一页",
    "共3页",
    "<base href='//x'>",
    " ",
    "\u{200B}∶",
];

fn page_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => ".{0,6}"];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_become_text(body in prop::collection::vec(any::<u8>(), 0..400), header in ".{0,40}", hint in "[a-z0-9-]{0,12}") {
        let decoded = decode::text(&body, Some(&header), Some(&hint));
        prop_assert!(decoded.n_replaced <= decoded.text.chars().count());
    }

    #[test]
    fn utf_8_comes_back_as_it_went_in(text in "[^\u{FEFF}\u{FFFE}].{0,200}") {
        prop_assert_eq!(decode::text(text.as_bytes(), Some("text/html; charset=gbk"), None).text, text);
    }

    #[test]
    fn a_date_stands_where_it_is_said_to(text in page_text()) {
        if let Some(found) = date::find(&text, &TimeZone::UTC, Some(date(2026, 11, 20))) {
            prop_assert!(text.get(found.at).is_some_and(|shown| !shown.is_empty()));
        }
    }

    #[test]
    fn any_page_can_be_read_as_a_listing(text in page_text(), n_page in 0_u32..5) {
        let decoded = decode::text(text.as_bytes(), None, None);
        let tree = Tree::parse(&decoded.text).expect("small");
        let url = Url::parse("http://x.gov.cn/zwgk/tzgg/").expect("url");
        let (rule, family, zone, today) = (None, None, &TimeZone::UTC, date(2026, 11, 20));
        let read = ListingRead { rule, family, zone, first_url: &url, page_url: &url, post: None, n_page, today };
        let page = listing::page(&tree, &decoded, &read).expect("a page of a listing");
        prop_assert!(page.entries.iter().all(|entry| !entry.title.is_empty()));
        prop_assert!(page.next_url().is_none_or(|next| *next != url));
        kind::of(&tree, &decoded, &Answer { status: 200, landed: Some(&url), ..Answer::default() });
    }
}

/// Pieces that answers are made of, whole and broken.
const ANSWER_PIECES: [&str; 30] = [
    "{\"rows\":[",
    "{\"u\":\"/a.html\",\"t\":\"关于<em>印发</em>&ldquo;\",\"d\":1794964353}",
    "{\"u\":\"\",\"t\":null}",
    "\"<li><a href=/a.html>标题标题标题</a></li>\"",
    ",",
    "]}",
    "null",
    "[[[[[[",
    "{\"success\":false",
    "<rss version='2.0'><channel>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<item>",
    "</item>",
    "<entry>",
    "<title>A & B",
    "</title>",
    "<link href='/a.html'/>",
    "<link>/b.html</link>",
    "<pubDate>Wed, 18 Nov 2026 09:12:00 CST</pubDate>",
    "<urlset>",
    "<sitemapindex>",
    "<sitemap>",
    "<url>",
    "<loc>/a.html</loc>",
    "</url>",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [<!ENTITY e 'x'>]>",
    "&e;&#38;&#x110000;",
    "<x y='1' y='1'>",
];

fn rules() -> Vec<ListingRule> {
    let sites = tempfile::tempdir().expect("a folder");
    let text = "[[listing]]\nurl = \"http://x.gov.cn/1\"\nformat = \"json\"\nitems = [\"/rows\", \"/data/html\"]\nlink = \"/u\"\ntitle = \"/t\"\ndate = \"/d\"\n\
        [[listing]]\nurl = \"http://x.gov.cn/2\"\nformat = \"feed\"\n[[listing]]\nurl = \"http://x.gov.cn/3\"\nformat = \"sitemap\"\n\
        [[listing]]\nurl = \"http://x.gov.cn/4\"\nformat = \"unit\"\n[[listing]]\nurl = \"http://x.gov.cn/5\"\n";
    std::fs::write(sites.path().join("x.toml"), text).expect("a file");
    let mut loaded = load_sites(sites.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    loaded.sites.pop().expect("a site").listings.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_answer_can_be_read_by_every_format(pieces in prop::collection::vec(prop::sample::select(&ANSWER_PIECES[..]), 0..24)) {
        static RULES: std::sync::LazyLock<Vec<ListingRule>> = std::sync::LazyLock::new(rules);
        let decoded = decode::text(pieces.concat().as_bytes(), None, None);
        let tree = Tree::parse(&decoded.text).expect("small");
        for rule in RULES.iter() {
            let (url, zone, today) = (&rule.url, &TimeZone::UTC, date(2026, 11, 20));
            let read = ListingRead { rule: Some(rule), family: None, zone, first_url: url, page_url: url, post: None, n_page: 1, today };
            if let Ok(page) = listing::page(&tree, &decoded, &read) {
                prop_assert!(page.next.iter().all(|next| next.url != *url));
            }
        }
    }
}
