//! Rows that stand in a script of the page.

use super::*;

/// A column whose script holds three rows, drawn by a template, beside a menu.
fn page_of(n_rows: u32) -> String {
    let row = |n: u32| {
        format!(
            r#"{{"title":"关于第{n}号事项办理情况的公告","pubDate":"2026-02-0{n} 09:1{n}","urls":"{{\"pc\":\"/xx/col/col7/content/content_{n}.html\"}}"}}"#
        )
    };
    let rows: Vec<String> = (1..4).rev().map(row).collect();
    format!(
        "<head><title>通知公告</title><meta name=ColumnName content=通知公告></head><body><ul><li><a href=/xx/>首页</a></li><li>\
         <a href=/xx/zwgk/>政务公开</a></li></ul><script>var channelsTagSelf = {{\"code\":\"col7\",\"articleCount\":{n_rows}}};\
         var listData = {{ articleList: [{}], }};</script><div id=1></div><script id=div1 type='text/x-handlebars-template'>\
         <ul>{{{{#each data}}}}<li><a href='{{{{pcUrl}}}}'>{{{{title}}}}</a></li>{{{{/each}}}}</ul></script></body>",
        rows.join(",")
    )
}

#[test]
fn rows_that_stand_whole_in_a_script_are_read_without_a_selector() {
    let page = read(&page_of(3), None, LISTING, 1);
    let first = page.entries.first().expect("a row");
    assert_eq!(page.entries.len(), 3);
    assert_eq!(first.title, "关于第3号事项办理情况的公告");
    assert_eq!(first.url.as_str(), "http://x.gov.cn/xx/col/col7/content/content_3.html");
    assert_eq!(first.date.map(|date| date.date()), Some(date(2026, 2, 3)));
    assert_eq!((page.next.len(), page.further, page.advice), (0, None, None));
}

#[test]
fn rows_that_a_script_does_not_hold_are_told() {
    let further = |rule: Option<&ListingRule>| read(&page_of(444), rule, LISTING, 1).further;
    assert!(further(None).is_some_and(|further| further.contains("共444条")));
    assert_eq!(further(Some(&rule(EntryRule::default(), Some(Pagination::None)))), None);
}

#[test]
fn a_list_of_others_in_a_script_takes_the_place_of_no_rows() {
    let rows = (10..25)
        .rev()
        .map(|n| format!("<li><a href=art_{n}.html>关于第{n}号事项的公告</a><span>2026-03-{n}</span></li>"))
        .collect::<Vec<_>>()
        .concat();
    let hot = r#"{articleList: [{"title":"热点新闻","pubDate":"2026-03-02","urls":"{\"pc\":\"/hot/1.html\"}"}]}"#;
    let page = |script: &str| {
        let pager = "<div class=page>共 5 页 <a href=index_2.html>下一页</a></div>";
        read(
            &format!(
                "<body><h2>通知公告</h2><ul class=list>{rows}</ul>{pager}<script>var hot = {script};</script></body>"
            ),
            None,
            LISTING,
            1,
        )
    };
    let (with, without) = (page(hot), page("{}"));
    assert_eq!((with.entries.len(), with.next.len()), (15, 1));
    assert_eq!((with.entries, with.next), (without.entries, without.next));
}

#[test]
fn a_site_file_names_them_a_datastore() {
    let rule = ListingRule { format: Format::Datastore, ..rule(EntryRule::default(), None) };
    assert_eq!(read(&page_of(3), Some(&rule), LISTING, 1).entries, read(&page_of(3), None, LISTING, 1).entries);
}
