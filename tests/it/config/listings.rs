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
    insta::assert_snapshot!(found.join("\n"), @"");
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
    insta::assert_snapshot!(found.join("\n"), @"");
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
