//! The formats of a listing and the ways from page to page: what each needs, and what says nothing beside it.

use govwatch::config::{Format, Pagination};
use govwatch::model::PostForm;

use super::{folder, load, mistakes_of, site_of};

fn mistakes(keys: &str) -> Vec<String> {
    mistakes_of(&format!("[[listing]]\nurl = \"http://a.gov.cn/\"\n{keys}\n"))
}

#[test]
fn each_format_says_what_it_needs_and_what_it_cannot_use() {
    let found: Vec<String> = [
        "format = \"json\"",
        "format = \"json\"\nitems = \"data.rows\"\nlink = \"/col/{id}\"\ntitle = \"/t~2\"",
        "format = \"json\"\nitems = \"/rows\"\ntitle = \"/t\"\nentry = \"li\"",
        "format = \"json\"\nitems = \"/rows\"\npages = { kind = \"script\" }",
        "items = \"/rows\"\ntotal = \"/n\"",
        "format = \"feed\"\ntitle = \"a::text\"",
        "format = \"sitemap\"\npages = { kind = \"query\", name = \"p\" }",
        "pages = { kind = \"cursor\", next = \"/next\", name = \"c\" }",
    ]
    .iter()
    .flat_map(|keys| mistakes(keys))
    .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    site.toml:1: listing.items: is missing; expected a JSON pointer such as "/data/results" beside format = "json"
    site.toml:4: listing.items: "data.rows" is not one: a JSON pointer begins with /; expected a JSON pointer such as "/data/results"
    site.toml:5: listing.link: "/col/{id}" is not one: a JSON pointer begins with /; expected a JSON pointer such as "/url", or a pattern such as "/content/post_{/id}.html"
    site.toml:6: listing.title: "/t~2" is not one: ~ stands only in ~0 (for ~) and ~1 (for /); expected a JSON pointer such as "/data/results"
    site.toml:1: listing.link: is missing; expected a JSON pointer such as "/url", or a pattern such as "/content/post_{/id}.html"
    site.toml:6: listing.entry: says nothing beside format = "json"; expected it to be left out
    site.toml:5: listing.pages: cannot be followed beside format = "json"; expected kind = "query", "offset", "numbered", "cursor" or "none"
    site.toml:3: listing.items: says nothing beside format = "html"; expected it to be left out
    site.toml:4: listing.total: says nothing beside format = "html"; expected it to be left out
    site.toml:4: listing.title: says nothing beside format = "feed"; expected it to be left out
    site.toml:4: listing.pages: cannot be followed beside format = "sitemap"; expected no pages: they are named by what is loaded
    site.toml:3: listing.pages: cannot be followed beside format = "html"; expected another kind: a cursor stands in JSON
    "#);
}

#[test]
fn what_is_posted_goes_with_the_way_from_page_to_page() {
    let found: Vec<String> = [
        "post = \"page={n}&start={offset}\"",
        "post = '{\"page\": {n}'",
        "post = \"start={offset}\"",
        "post = \"c={cursor}\"",
        "post = \"page={n}\"\npages = { kind = \"query\", name = \"page\" }",
        "post = \"page={n}\"\npages = { kind = \"none\" }",
        "post = \"col=1\"\npages = { kind = \"offset\", step = 20 }",
        "pages = { kind = \"offset\", name = \"start\" }",
        "pages = { step = 20 }",
    ]
    .iter()
    .flat_map(|keys| mistakes(keys))
    .collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    site.toml:3: listing.post: "page={n}&start={offset}" cannot be sent: it holds {n} and {offset}; expected a form such as "page={n}&size=20", or JSON such as '{"pageNo": {n}}'
    site.toml:3: listing.post: "{\"page\": {n}" cannot be sent: it is not JSON: EOF while parsing an object at line 1 column 10; expected a form such as "page={n}&size=20", or JSON such as '{"pageNo": {n}}'
    site.toml:1: listing.pages: is missing; expected pages = { kind = "offset", step = 20 } beside {offset}
    site.toml:1: listing.pages: is missing; expected pages = { kind = "cursor", next = "/cursor" } beside {cursor}
    site.toml:4: listing.pages.name: stands beside {n} of post; expected one of the two
    site.toml:3: listing.post: holds {n}, which says nothing beside kind = "none"; expected kind = "query"
    site.toml:4: listing.pages.name: is missing; expected it beside kind = "offset", or {offset} in post
    site.toml:3: listing.pages.step: is missing; expected it beside kind = "offset"
    site.toml:3: listing.pages.kind: is missing beside step; expected kind = "offset"
    "#);
}

#[test]
fn a_body_with_a_number_counts_pages_from_one() {
    let site = site_of("[[listing]]\nurl = \"http://a.gov.cn/list\"\npost = \"col=1&page={n}\"\n");
    let listing = &site.listings[0];
    assert_eq!(listing.pages, Some(Pagination::Query { name: None, first: 2 }));
    let post = listing.first_page().post.expect("a body");
    assert_eq!((post.form, post.body.as_str()), (PostForm::Urlencoded, "col=1&page=1"));
    let offsets = "post = '{\"from\": {offset}}'\npages = { kind = \"offset\", step = 20, first = 21 }\n";
    let site = site_of(&format!("[[listing]]\nurl = \"http://a.gov.cn/list\"\n{offsets}"));
    let post = site.listings[0].first_page().post.expect("a body");
    assert_eq!((post.form, post.body.as_str()), (PostForm::Json, "{\"from\": 1}"));
}

#[test]
fn two_listings_may_share_a_url_and_differ_in_what_they_post() {
    let listing = |name: &str, post: &str| {
        format!("[[listing]]\nname = \"{name}\"\nurl = \"http://a.gov.cn/list\"\npost = \"{post}\"\n")
    };
    let site = site_of(&(listing("甲", "col=1&page={n}") + &listing("乙", "col=2&page={n}")));
    assert_ne!(site.listings[0].place(), site.listings[1].place());
    let twice = listing("甲", "col=1&page={n}") + &listing("乙", "col=1&page={n}");
    assert!(mistakes_of(&twice)[0].contains("is the URL of a [[listing]] above"));
}

#[test]
fn a_family_may_know_how_its_answers_are_read() {
    let own = "family = \"ucap\"\n[[listing]]\nurl = \"http://a.gov.cn/searchList/1?page=1\"\nformat = \"json\"\ndate = \"/day\"\n";
    let loaded = load(&folder(&[("a.toml", own)]), &[]);
    assert_eq!(loaded.mistakes, []);
    let listing = &loaded.sites[0].listings[0];
    let Format::Json(rule) = &listing.format else { panic!("{:?}", listing.format) };
    assert_eq!((rule.items[0].as_str(), rule.date[0].as_str()), ("/data/results", "/day"));
    assert_eq!(listing.pages, Some(Pagination::Query { name: Some("page".to_owned()), first: 2 }));
}
