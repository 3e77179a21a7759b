//! Pages of listings by rules and by themselves, and where they go on.

mod beside;
mod days;
mod onward;
mod parts;
mod scripted;

use super::*;
use crate::config::{EntryRule, Expectations, Pagination};
use crate::page::tree::{Query, Selector};
use jiff::civil::date;

const LISTING: &str = "http://x.gov.cn/zwgk/tzgg/";

fn query(written: &str) -> Query {
    Query::parse(written).expect("query")
}

fn rule(entry: EntryRule, pages: Option<Pagination>) -> ListingRule {
    ListingRule {
        name: "通知公告".to_owned(),
        url: Url::parse(LISTING).expect("url"),
        post: None,
        format: Format::Html,
        entry,
        pages,
        most_pages: 2000,
        since: None,
        kind: None,
        include: None,
        exclude: None,
        recheck: None,
        expect: Expectations::default(),
    }
}

fn read(html: &str, rule: Option<&ListingRule>, page_url: &str, n_page: u32) -> ListingPage {
    let decoded = Decoded { text: html.to_owned(), charset: "UTF-8", n_replaced: 0 };
    let (first_url, page_url) = (Url::parse(LISTING).expect("url"), Url::parse(page_url).expect("url"));
    let zone = TimeZone::UTC;
    let today = date(2026, 3, 5);
    let (first_url, page_url, zone) = (&first_url, &page_url, &zone);
    let read = ListingRead { rule, family: None, zone, first_url, page_url, post: None, n_page, today };
    page(&Tree::parse(html).expect("tree"), &decoded, &read).expect("a page of a listing")
}

fn rows(n: usize) -> String {
    let row =
        |i: usize| format!("<li><a href='./t{i}.html'>关于第{i}号事项的通知公告</a><i>03-0{}</i></li>", i % 4 + 1);
    format!("<ul class=list>{}</ul>", (0..n).map(row).collect::<String>())
}

fn by_rule() -> EntryRule {
    let entry = Some(Selector::parse("ul.list li").expect("selector"));
    EntryRule { entry, link: vec![query("a::attr(href)")], title: vec![query("a::text")], date: vec![query("i::text")] }
}

#[test]
fn a_sites_rule_reads_rows_and_counts_those_without_a_link() {
    let html = format!(
        "{}<ul class=list><li>没有链接的一行</li><li></li><li><a href='./t0.html'>又一次</a></li></ul>",
        rows(3)
    );
    let page = read(&html, Some(&rule(by_rule(), None)), LISTING, 1);
    assert_eq!((page.entries.len(), page.n_broken_rows), (3, 1));
    assert_eq!(page.entries[0].title, "关于第0号事项的通知公告");
    assert_eq!(page.entries[0].date.map(|date| date.to_string()).as_deref(), Some("2026-03-01"));
    assert_eq!(page.entries[0].date_shown.as_deref(), Some("03-01"));
}

/// What a row in a list of its own kind says, and whether it is dated.
fn of_row(row: &str) -> Vec<(String, Option<String>)> {
    let html = format!("{}<ul class=list>{row}</ul>", rows(4));
    let found = read(&html, None, LISTING, 1).entries.into_iter().skip(4);
    found.map(|entry| (entry.title, entry.date.map(|date| date.to_string()))).collect()
}

#[test]
fn a_day_in_chinese_characters_is_the_date_of_its_row_whatever_its_zeros() {
    let dated = |shown: &str| {
        let found = of_row(&format!("<li><a href='./t9.html'>关于停水的通知公告</a><i>{shown}</i></li>"));
        found == [("关于停水的通知公告".to_owned(), Some("2026-03-01".to_owned()))]
    };
    for shown in ["二〇二六年三月一日", "二零二六年三月一日", "二○二六年三月一日", "２０２６年３月１日"]
    {
        assert!(dated(shown), "{shown}");
    }
    assert_eq!(of_row("<li><a href='./t9.html'>二零二六年三月一日</a></li>"), [], "a date is no title");
    let title = "二零二六年三月一日起停水的公告";
    let found = of_row(&format!("<li><a href='./t9.html'>{title}</a><i>03-02</i></li>"));
    assert_eq!(found, [(title.to_owned(), Some("2026-03-02".to_owned()))]);
}

#[test]
fn a_link_within_a_link_keeps_the_title_before_it() {
    let cell = "<table><tr><td><a href='./t8.html'>附</a>件</td></tr></table>";
    let found = of_row(&format!("<li><a href='./t9.html'>关于停水的通知公告{cell}尾</a><i>03-02</i></li>"));
    assert_eq!(found, [("关于停水的通知公告".to_owned(), Some("2026-03-02".to_owned()))]);
}

#[test]
fn code_in_a_row_is_neither_its_title_nor_its_date() {
    let row = "<li><script>var a = \"2026-03-03\";</script><style>a {}</style><a href='./t9.html'>关于停水的通知公告</a></li>";
    assert_eq!(of_row(row), [("关于停水的通知公告".to_owned(), None)]);
}

#[test]
fn a_sites_rule_that_finds_nothing_is_not_replaced_by_a_guess() {
    let mut dead = by_rule();
    dead.entry = Some(Selector::parse("ul.gone li").expect("selector"));
    assert_eq!(read(&rows(5), Some(&rule(dead, None)), LISTING, 1).entries, []);
    let automatic = read(&rows(5), Some(&rule(EntryRule::default(), None)), LISTING, 1);
    assert_eq!(automatic.entries.len(), 5);
}

#[test]
fn pages_follow_the_rule_of_the_site() {
    let next = |pages: Pagination, html: &str, page_url: &str, n_page| {
        let page = read(html, Some(&rule(by_rule(), Some(pages))), page_url, n_page);
        page.next_url().map(|next| next.as_str().trim_start_matches("http://x.gov.cn/zwgk/tzgg").to_owned())
    };
    let numbered = || Pagination::Numbered { pattern: "index_{n}.html".into(), first: 1 };
    let third = "http://x.gov.cn/zwgk/tzgg/index_2.html";
    assert_eq!(next(numbered(), &rows(3), LISTING, 1).as_deref(), Some("/index_1.html"));
    assert_eq!(next(numbered(), &rows(3), third, 3).as_deref(), Some("/index_3.html"));
    assert_eq!(next(numbered(), "<p>", third, 3), None);
    assert_eq!(next(numbered(), &format!("{}共3页", rows(3)), third, 3), None);
    let query_rule = || Pagination::Query { name: Some("page".into()), first: 2 };
    assert_eq!(next(query_rule(), &rows(3), LISTING, 1).as_deref(), Some("/?page=2"));
    let link = || Pagination::Next { link: query("a.more::attr(href)") };
    assert_eq!(
        next(link(), &format!("{}<a class=more href=p2.html>", rows(3)), LISTING, 1).as_deref(),
        Some("/p2.html")
    );
    assert_eq!(next(link(), &format!("{}<a class=more href='#'>", rows(3)), LISTING, 1), None);
    assert_eq!(next(Pagination::None, &format!("{}<a href=p2.html>下一页</a>", rows(3)), LISTING, 1), None);
}

#[test]
fn the_next_page_is_found_by_whatever_a_pager_shows_of_it() {
    let next = |pager: &str| {
        let page = read(&format!("{}{pager}", rows(8)), None, LISTING, 1);
        page.next_url().map(|next| next.as_str().trim_start_matches("http://x.gov.cn/zwgk/tzgg/").to_owned())
    };
    for pager in [
        "<div class=pagination><span>1</span><a href=fz-p2.html>2</a></div>",
        "<ul class='pagination'><li class=active><a href='javascript:;'>1</a></li><li><a href=fz-p2.html>2</a></li><li><a href=fz-p9.html>9</a></li></ul>",
        "<div class='page-nav'><a href=fz-p2.html>&gt;</a></div>",
        "<p><b>1</b> <a href=fz-p2.html>2</a> <a href=fz-p2.html>»</a></p>",
        "<p><a rel=next href=fz-p2.html>›</a></p>",
        "<p><a href=fz-p2.html><img src=n.gif alt=下一页></a></p>",
        "<p><a href=fz-p2.html aria-label=下一页><i></i></a></p>",
        "<p><a href=fz-p2.html>下&nbsp;一&nbsp;页</a></p>",
    ] {
        assert_eq!(next(pager).as_deref(), Some("fz-p2.html"), "{pager}");
    }
    for none in [
        "<div class=box><span>1</span><a href=2.html>2</a></div>",
        "<div class=pagination><a href=fz-p1.html>1</a><a href=fz-p2.html>2</a></div>",
        "<div class=pagination><span>3</span><a href=fz-p2.html>2</a></div>",
        "<div class=crumb>首页 <a href=zwgk.html>&gt;</a> 通知公告</div>",
        "<p><a href=zt.html><img src=n.gif alt=专题></a></p>",
    ] {
        assert_eq!(next(none), None, "{none}");
    }
}

#[test]
fn a_next_page_beyond_the_last_one_is_none() {
    let pager = |next: u32| format!("{}<a href=p{next}.html>下一页</a><a href=p4.html>尾页</a>", rows(8));
    let at = |n: u32| format!("http://x.gov.cn/zwgk/tzgg/p{n}.html");
    let middle = read(&pager(3), None, &at(2), 2);
    assert_eq!((middle.next_url().is_some(), middle.n_pages), (true, Some(4)));
    let last = read(&pager(5), None, &at(4), 4);
    assert_eq!((last.next_url(), last.n_pages), (None, Some(4)));
    let to_itself = format!("{}<a href=p3.html>下一页</a><a href=p3.html>尾页</a>", rows(8));
    let last = read(&to_itself, None, &at(3), 3);
    assert_eq!((last.next_url(), last.n_pages), (None, Some(3)));
}

#[test]
fn a_next_link_that_goes_nowhere_new_is_the_end() {
    let next = |html: &str, page_url: &str, n_page| read(html, None, page_url, n_page).next_url().map(Url::to_string);
    let at = |href: &str| format!("{}<div>1 2 <a href='{href}'>下一页 ></a></div>", rows(3));
    assert_eq!(next(&at("index_2.html"), LISTING, 1).as_deref(), Some("http://x.gov.cn/zwgk/tzgg/index_2.html"));
    assert_eq!(next(&at("index_9.html"), "http://x.gov.cn/zwgk/tzgg/index_9.html", 9), None);
    assert_eq!(next(&at("./"), "http://x.gov.cn/zwgk/tzgg/index_9.html", 9), None);
    assert_eq!(next(&at("javascript:void(0)"), LISTING, 1), None);
}

#[test]
fn countdown_pages_are_followed_to_the_first_ever_written() {
    let html = |links: &str| format!("{}<div>{links}</div>", rows(3));
    let first = Url::parse("http://x.edu.cn/tzgg.htm").expect("url");
    let next = |html: &str, page_url: &str, n_page| {
        let pages = Some(Pagination::Countdown);
        let rule = rule(by_rule(), pages);
        let page_url = Url::parse(page_url).expect("url");
        let decoded = Decoded { text: html.to_owned(), charset: "UTF-8", n_replaced: 0 };
        let (zone, today) = (TimeZone::UTC, date(2026, 3, 5));
        let (rule, page_url) = (Some(&rule), &page_url);
        let (family, zone, first_url) = (None, &zone, &first);
        let read = ListingRead { rule, family, zone, first_url, page_url, post: None, n_page, today };
        let page = page(&Tree::parse(html).expect("tree"), &decoded, &read).expect("a page of a listing");
        page.next_url().map(|next| next.path().to_owned())
    };
    assert_eq!(
        next(&html("<a href='tzgg/23.htm'>下页</a>"), "http://x.edu.cn/tzgg.htm", 1).as_deref(),
        Some("/tzgg/23.htm")
    );
    assert_eq!(next(&html("共24页"), "http://x.edu.cn/tzgg.htm", 1).as_deref(), Some("/tzgg/23.htm"));
    assert_eq!(next(&html(""), "http://x.edu.cn/tzgg/23.htm", 2).as_deref(), Some("/tzgg/22.htm"));
    assert_eq!(next(&html(""), "http://x.edu.cn/tzgg/1.htm", 24), None);
}

#[test]
fn a_row_that_is_deeply_nested_is_read_all_the_same() {
    let nested = format!("{}<a href='/a.html'>标题标题标题标题</a>2026-01-01", "<div>".repeat(3_000));
    let titles: Vec<String> = read(&nested, None, LISTING, 1).entries.into_iter().map(|entry| entry.title).collect();
    assert_eq!(titles, ["标题标题标题标题"]);
}

#[test]
fn a_page_of_many_kinds_of_rows_is_given_up() {
    let tag = |i: usize| format!("<x{i}><a href='/{i}.html'>标题标题标题</a></x{i}>");
    let tags = (0..3_000).map(tag).collect::<Vec<_>>().concat();
    let page = format!("<div>{tags}{}</div>", "<b></b>".repeat(30_000));
    assert_eq!(read(&page, None, LISTING, 1).entries, []);
}
