//! Whatever bytes a portal sends: decoding, dates, listings and page kinds end without a panic.

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
