//! What stands beside the list of a page, such as boxes of other columns with rows and pagers of their own, and what of a row
//! is none of its report.

use super::*;
use crate::page::rows;

fn list(directory: &str, n: usize) -> String {
    let row = |n: usize| {
        format!(
            "<li><a href='{directory}t2026_{n}.html'>关于第{n}号事项办理情况的公告</a><span>2026-02-0{}</span></li>",
            n + 1
        )
    };
    format!("<ul class=list>{}</ul>", (0..n).map(row).collect::<String>())
}

fn read_titled(inside: &str) -> ListingPage {
    read(&format!("<title>通知公告_安丰县人民政府</title><body>{inside}</body>"), None, LISTING, 1)
}

fn next(inside: &str) -> Option<String> {
    read_titled(inside).next.first().map(|page| page.url.path().to_owned())
}

fn days(page: &ListingPage) -> Vec<String> {
    page.entries.iter().filter_map(|entry| entry.date).map(|day| day.date().to_string()).collect()
}

#[test]
fn the_pager_of_another_box_leads_nowhere() {
    let own = list("./", 6);
    let words = "<div><h3>图片新闻</h3><a href='/tp/1.html'>县领导调研</a><a href='/tp/index_2.html'>下一页</a></div>";
    let numbers = "<div><i>1</i><a href='/tp/index_2.html'>2</a><a href='/tp/index_3.html'>3</a></div>";
    let below = "<div><i>1</i><a href='tpxw/index_2.html'>2</a><a href='tpxw/index_3.html'>3</a></div>";
    for other in [words, numbers, below] {
        assert_eq!(next(&format!("{other}{own}")), None, "{other}");
        let pager = "<div><i>1</i><a href='index_2.html'>2</a><a href='index_3.html'>3</a></div>";
        for pager in ["<a href='index_2.html'>下一页</a>", pager] {
            let both = format!("{other}{own}{pager}");
            assert_eq!(next(&both).as_deref(), Some("/zwgk/tzgg/index_2.html"), "{both}");
        }
    }
    let told = read_titled(&format!("{words}{own}")).further;
    assert!(told.is_some(), "a next page that is not followed is told");
    let root = format!("{}<div>{numbers}</div>", list("/art/", 6));
    let page = read(&root, None, "http://x.gov.cn/list.jsp?id=7", 1);
    assert!(page.next.is_empty(), "{:?}", page.next);
}

#[test]
fn pagers_of_icons_of_cells_and_with_a_count_behind_them_lead_on() {
    for pager in [
        "<div><a class=prev href='#'><i></i></a><a class=next href='index_2.html'><i></i></a></div>",
        "<a class=next href='index_2.html'>&gt;</a>",
        "<table><tr><td>1</td><td><a href='index_2.html'>2</a></td><td><a href='index_3.html'>3</a></td></tr></table>",
        "<p><span>1</span><a href='index_2.html'>2</a><a href='index_3.html'>3</a> <em>1</em>/<em>15</em></p>",
    ] {
        let page = format!("{}{pager}", list("./", 6));
        assert_eq!(next(&page).as_deref(), Some("/zwgk/tzgg/index_2.html"), "{pager}");
    }
    let day = |n: u32| format!("<td><a href='d_{n}.html'>{n}</a></td>");
    let week = |from: u32| (from..from + 7).map(day).collect::<String>();
    let calendar = format!("<table><tr>{}</tr><tr>{}</tr></table>", week(1), week(8));
    assert_eq!(next(&format!("{}{calendar}", list("./", 6))), None);
}

#[test]
fn an_empty_column_has_no_rows_of_the_lists_beside_it() {
    let beside = |heading: &str| format!("<div class=left><h3>{heading}</h3>{}</div>", list("/zwgk/gzdt/", 6));
    for heading in ["工作动态", "最新公开"] {
        for own in [
            "<h2>通知公告</h2><ul class=list></ul>",
            "<h2>通知公告</h2><div id=app></div>",
            "<h2>通知公告</h2><iframe src='/list.html'></iframe>",
            "<div class=col-tit>通知公告</div><p>该栏目暂无内容</p>",
            "<p>没有检索到相关信息！</p>",
        ] {
            let page = format!("<title>通知公告_安丰县人民政府</title><div class=right>{own}</div>{}", beside(heading));
            let url = Url::parse(LISTING).expect("url");
            let reader = RowReader { base: &url, page: &url, zone: &TimeZone::UTC, today: date(2026, 3, 5) };
            let found = rows::find(&Tree::parse(&page).expect("tree"), &reader);
            assert!(found.entries.is_empty(), "{heading} {own}: {:?}", found.entries);
        }
    }
}

#[test]
fn the_list_stays_the_page_s_where_its_title_names_the_column_above() {
    let own = format!("<div>通知公告</div>{}<a href='index_2.html'>下一页</a>", list("/art/", 9));
    let page = format!("<title>政务公开_安丰县人民政府</title>{own}{}", list("/xw/", 8).replace(" class=list", ""));
    let read = read(&page, None, "http://x.gov.cn/col/index.html", 1);
    assert!(read.entries.iter().all(|row| row.url.path().starts_with("/art/")), "{:?}", read.entries);
}

#[test]
fn yearly_reports_without_days_are_rows_where_they_lie_in_the_column_s_own_directory() {
    let row = |year: u32| format!("<li><a href='{year}.html'>安丰县人民政府{year}年政府信息公开工作年度报告</a></li>");
    let own = format!("<ul>{}</ul>", (2019..2025).map(row).collect::<String>());
    assert_eq!(read_titled(&own).entries.len(), 6);
    let beside = format!("<div><h3>工作动态</h3>{}</div>", list("/zwgk/gzdt/", 6));
    let both = read_titled(&format!("<h2>通知公告</h2>{own}{beside}"));
    assert!(both.entries.len() == 6 && days(&both).is_empty(), "{:?}", both.entries);
    let menu = own.replace(".html", "/");
    let other = read(&format!("<title>通知公告</title>{menu}{}", list("./", 2)), None, LISTING, 1);
    assert_eq!(other.entries.len(), 2, "directories are columns");
}

#[test]
fn years_between_rows_and_over_months_date_them() {
    let row = |tag: &str, n: u32, day: &str| {
        let cells = format!("<a href='/c/{n}.html'>关于第{n}号事项办理情况的公告</a>");
        if tag == "li" {
            format!("<li>{cells}<i>{day}</i></li>")
        } else {
            format!("<tr><td>{cells}</td><td>{day}</td></tr>")
        }
    };
    for (tag, open, close, year) in [
        ("li", "<ul>", "</ul>", |year: u32| format!("<li class=y>{year}年</li>")),
        ("tr", "<table>", "</table>", |year: u32| format!("<tr><td colspan=2>{year}年</td></tr>")),
        ("li", "<ul>", "</ul>", |year: u32| format!("<h4>{year}年2月</h4>")),
    ] as [(&str, &str, &str, fn(u32) -> String); 3]
    {
        let rows = [year(2024), row(tag, 1, "02-20"), row(tag, 2, "02-11"), year(2023), row(tag, 3, "12-25")].concat();
        let page = read_titled(&format!("{open}{rows}{close}"));
        assert_eq!(days(&page), ["2024-02-20", "2024-02-11", "2023-12-25"], "{rows}");
    }
}

#[test]
fn a_day_that_is_cut_from_a_title_is_its_date_and_ordinals_are_none_of_it() {
    let rows = |row: &str| (1..7).map(|n| row.replace('N', &n.to_string())).collect::<String>();
    for row in [
        "<li><a href='tN.html'>关于公布第N批清单的说明 发布日期：2026-02-0N</a></li>",
        "<li><a href='tN.html'><span>0N</span><span>关于公布第N批清单的说明</span></a><i>2026-02-0N</i></li>",
    ] {
        let page = read_titled(&format!("<ul>{}</ul>", rows(row)));
        let first = &page.entries[0];
        assert_eq!((first.title.as_str(), days(&page).len()), ("关于公布第1批清单的说明", 6), "{row}");
    }
}

#[test]
fn boxes_of_other_columns_below_the_listing_are_none_of_its_parts() {
    let boxed =
        |heading: &str, directory: &str| format!("<div class=box><h3>{heading}</h3>{}</div>", list(directory, 5));
    let page = format!("{}{}", boxed("部门文件", "bmwj/"), boxed("领导活动", "ldhd/"));
    assert_eq!(read_titled(&page).entries.len(), 5);
}

/// Rows that lead to what this gives of each.
fn linked(href: impl Fn(usize) -> String) -> ListingPage {
    let row =
        |n: usize| format!("<li><a href='{}'>关于第{n}号事项办理情况的公告</a><i>2026-02-0{}</i></li>", href(n), n + 1);
    read_titled(&format!("<ul class=list>{}</ul>", (0..6).map(row).collect::<String>()))
}

#[test]
fn rows_that_only_the_route_of_a_script_tells_apart_are_rows() {
    for form in ["detail.html#/art/", "index.html#!/x/", "../show.html#/", "#/art/", "/#/detail?id="] {
        let page = linked(|n| format!("{form}{n}"));
        assert_eq!(page.entries.len(), 6, "{form}");
        assert!(
            page.entries.iter().zip(0..).all(|(row, n)| row.url.as_str().ends_with(&format!("{form}{n}")[2..])),
            "{form}"
        );
    }
    for form in ["detail.html#art", "detail.html#/", "detail.html#!"] {
        let page = linked(|_| form.to_owned());
        assert_eq!((page.entries.len(), page.n_broken_rows), (1, 0), "{form}");
    }
    let lost = linked(|n| format!("detail.html#id={n}"));
    assert_eq!((lost.entries.len(), lost.n_broken_rows), (1, 5), "one page for six rows: that is said");
    assert_eq!(linked(|n| format!("t{n}.html#/top")).entries.len(), 6);
    assert!(linked(|_| "#/".to_owned()).entries.is_empty());
}

/// Rows that are elements with this script, around a link that leads where it says.
fn pressed(script: &str, href: &str) -> ListingPage {
    let row = |n: usize| {
        format!(
            "<li onclick=\"{}\"><a href='{href}'>关于第{n}号事项办理情况的公告</a><i>2026-02-0{}</i></li>",
            script.replace("{n}", &n.to_string()),
            n + 1
        )
    };
    read_titled(&format!("<ul class=list>{}</ul>", (0..6).map(row).collect::<String>()))
}

#[test]
fn a_row_that_a_script_follows_leads_there_where_its_own_link_leads_nowhere() {
    for idle in ["#", "javascript:;", "javascript:void(0)", "javascript:void(0);", ""] {
        for script in ["location.href='t{n}.html'", "window.open('t{n}.html')"] {
            let page = pressed(script, idle);
            let is_right = |(row, n): (&Entry, usize)| {
                row.url.as_str() == format!("{LISTING}t{n}.html")
                    && row.title == format!("关于第{n}号事项办理情况的公告")
            };
            assert!(page.entries.len() == 6 && page.entries.iter().zip(0..).all(is_right), "{idle} {script}");
            assert_eq!(days(&page)[0], "2026-02-01");
        }
        assert!(pressed("choose({n})", idle).entries.is_empty(), "{idle}");
    }
    let own = pressed("location.href='/all.html'", "own.html");
    assert_eq!(own.entries[0].url.as_str(), format!("{LISTING}own.html"), "its link counts");
}
