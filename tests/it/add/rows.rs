//! Rows that hold more than a title and a day, and reports beside the list: `add` reads them right or is unsure.

use serde_json::Value;

use super::kinds::Row;
use super::{Desk, entries};

const PAGE: &str = "http://www.qingxi.example/zwgk/tzgg/";

/// What `add` says of a page with this in its main part.
fn told(main: &str) -> (Value, Option<i32>) {
    let desk = Desk::new();
    desk.write(
        "page.html",
        format!(
            "<html><head><title>通知公告_青溪县人民政府</title></head><body><div class='head'><ul class='nav'><li><a href='/'>首页</a>\
             </li><li><a href='/hd/'>互动交流</a></li></ul></div><div class='crumb'><a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开\
             </a> &gt; 通知公告</div><div class='main'><div class='left'><ul><li><a href='/zwgk/zcwj/'>政策文件</a></li><li>\
             <a href='/zwgk/tzgg/'>通知公告</a></li></ul></div><div class='right'>{main}</div></div></body></html>"
        ),
    );
    desk.saved(&desk.path("page.html"), PAGE)
}

/// The row of the report `n`, the newest first.
fn row(n: usize) -> Row {
    (title(n), format!("{PAGE}t2026_{n}.html"), Some(day(n)))
}

fn title(n: usize) -> String {
    format!("青溪县关于农村供水工程维修养护的第{n}号通知")
}

fn day(n: usize) -> String {
    format!("2026-09-{:02}", 28 - n)
}

fn link(n: usize) -> String {
    format!("<a href='t2026_{n}.html'>{}</a>", title(n))
}

fn span(n: usize) -> String {
    format!("<span>{}</span>", day(n))
}

/// The rows of a page and its own words, where `add` is sure of them.
fn sure(main: &str) -> (Vec<Row>, String) {
    let (told, code) = told(main);
    assert_eq!(code, Some(0), "{told}");
    (entries(&told), told["text"].as_str().unwrap_or_default().to_owned())
}

fn list(rows: impl Iterator<Item = String>) -> String {
    format!("<ul>{}</ul>", rows.map(|row| format!("<li>{row}</li>")).collect::<Vec<_>>().concat())
}

fn all(n_rows: usize) -> Vec<Row> {
    (0..n_rows).map(row).collect()
}

#[test]
fn what_goes_with_a_report_is_not_the_report_of_its_row() {
    let long = "图解：一图读懂青溪县关于进一步加强农村供水工程维修养护工作的实施方案和配套措施";
    let explained = |n: usize| format!("<a class='jd' href='/jd/{n}.html'>{long}{n}</a>");
    let beside = list((0..9).map(|n| link(n) + &explained(n) + &span(n)));
    let below = list((0..9).map(|n| format!("<p>{}{}</p><p>相关解读：{}</p>", link(n), span(n), explained(n))));
    let some = list((0..9).map(|n| link(n) + &span(n) + &if n % 3 == 0 { explained(n) } else { String::new() }));
    for main in [beside, below, some] {
        assert_eq!(sure(&main).0, all(9), "{main}");
    }
}

#[test]
fn the_day_of_publication_dates_a_row_whatever_days_stand_before_it() {
    for (made, shown) in [("成文日期：2026-01-0", "发布日期："), ("成文：2025-12-0", "发布：")] {
        let line = |n: usize| format!("<p>青政办发〔2026〕{n}号　{made}{n}　{shown}{}</p>", day(n));
        let (rows, text) = sure(&list((1..9).map(|n| link(n) + &line(n))));
        assert_eq!(rows, (1..9).map(row).collect::<Vec<_>>());
        assert!(!text.contains("\ndate "), "a selector gives the first day of a text: {text}");
    }
}

#[test]
fn a_row_whose_link_says_no_more_than_details_is_named_by_its_heading() {
    let summary = "为做好全县农村供水工程的维修养护，经县人民政府常务会议研究，现将有关事项通知如下，请认真抓好落实。";
    for (open, close, button) in
        [("<h4>", "</h4>", "查看详情&gt;"), ("<div class='bt'>", "</div>", "查看更多"), ("<p>", "</p>", "详情")]
    {
        let row_of = |n: usize| {
            let (title, date) = (title(n), span(n));
            format!(
                "<div class='it'>{open}{title}{close}<p>{summary}</p>{date}<a class='more' href='t2026_{n}.html'>{button}</a></div>"
            )
        };
        let main = format!("<div class='lb'>{}</div>", (0..9).map(row_of).collect::<Vec<_>>().concat());
        assert_eq!(sure(&main).0, all(9), "{open}");
    }
}

/// A page of a list with this above it, and the rows from the second on.
fn beneath(above: &str) -> String {
    format!(
        "{above}<ul class='lb'>{}</ul>",
        (1..9).map(|n| format!("<li>{}{}</li>", link(n), span(n))).collect::<Vec<_>>().concat()
    )
}

#[test]
fn a_report_above_the_list_that_is_none_of_its_rows_makes_add_unsure() {
    let first = link(0);
    for above in [
        format!("<div class='headline'><h2>{first}</h2></div>"),
        format!("<div class='hl'><p>{first}</p><p>{}</p></div>", day(0)),
        format!("<p class='zd'><img src='/i/top.gif'>{first} {}</p>", day(0)),
        format!("<dl class='zd'><dt>{first}</dt><dd>{}</dd></dl>", day(0)),
        format!("<div class='pic'><a href='t2026_0.html'><img src='/u/1.jpg' alt='{}'></a></div>", title(0)),
    ] {
        let (told, code) = told(&beneath(&above));
        assert_eq!(code, Some(1), "{above}: {told}");
        assert!(told["reasons"].to_string().contains(&title(0)), "{above}: {told}");
    }
}

#[test]
fn a_pinned_row_in_a_list_of_its_own_is_a_row() {
    let pinned = format!("<ul class='zd'><li><i>顶</i>{}{}</li></ul>", link(0), span(0));
    assert_eq!(sure(&beneath(&pinned)).0, all(9));
}

#[test]
fn what_repeats_a_row_above_the_list_or_is_of_another_make_leaves_add_sure() {
    let slide = |n: usize| {
        format!("<div class='slide'><a href='t2026_{n}.html'><img src='/u/{n}.jpg'><span>{}</span></a></div>", title(n))
    };
    let slider = |shown: [usize; 4]| format!("<div class='sw'>{}</div>", shown.map(slide).concat());
    for above in [
        slider([1, 2, 3, 4]),
        slider([1, 2, 30, 31]),
        format!("<div class='headline'><h2>{}</h2></div>", link(1)),
        "<p>更多内容请见<a href='/zt/2026/fxkh/'>青溪县防汛抗旱工作专题专栏</a></p>".to_owned(),
        "<h3>热点推荐</h3><div><a href='t2026_40.html'>青溪县召开全县农村供水工作推进会议</a></div>".to_owned(),
    ] {
        assert_eq!(sure(&beneath(&above)).0, (1..9).map(row).collect::<Vec<_>>(), "{above}");
    }
}

#[test]
fn two_reports_in_one_row_are_two_rows() {
    let pairs = |cell: fn(usize) -> String, open: &str, close: &str| {
        (0..7).map(|n| format!("{open}{}{}{close}", cell(2 * n), cell(2 * n + 1))).collect::<Vec<_>>().concat()
    };
    let table = |cell| format!("<table width='100%'>{}</table>", pairs(cell, "<tr>", "</tr>"));
    for main in [
        table(|n| format!("<td>·{}</td><td>{}</td>", link(n), day(n))),
        table(|n| format!("<td>{} [{}]</td>", link(n), day(n))),
        format!("<ul>{}</ul>", pairs(|n| format!("<p>{}{}</p>", link(n), span(n)), "<li>", "</li>")),
        format!("<ul>{}</ul>", pairs(|n| format!("{}{}", link(n), span(n)), "<li>", "</li>")),
    ] {
        assert_eq!(sure(&main).0, all(14), "{main}");
    }
}

#[test]
fn the_office_of_a_report_is_no_row_of_its_own_though_a_day_stands_behind_it() {
    let row_of = |n: usize| {
        let (report, day) = (link(n), day(n));
        format!(
            "<tr><td>{report}</td><td>2026-01-01</td><td><a href='/bm/{n}.html'>县水利局</a></td><td>发布日期：{day}</td></tr>"
        )
    };
    let main = format!("<table>{}</table>", (0..9).map(row_of).collect::<Vec<_>>().concat());
    assert_eq!(sure(&main).0, all(9));
}

#[test]
fn rows_that_a_script_shows_in_one_page_are_told() {
    for form in ["detail.html#/art/", "index.html#!/x/", "#/art/"] {
        let rows = list((0..9).map(|n| format!("<a href='{form}{n}'>{}</a>{}", title(n), span(n))));
        let (told, code) = told(&rows);
        assert_eq!(code, Some(1), "{form}: {told}");
        assert_eq!(told["entries"].as_array().map(Vec::len), Some(9), "{form}: {told}");
        assert!(told["reasons"].to_string().contains("browser"), "{form}: {told}");
    }
}

#[test]
fn rows_in_a_script_of_the_page_are_rows_and_those_it_lacks_are_told() {
    let row = |n: usize| {
        format!(
            r#"{{"title":"{}","pubDate":"{} 09:00","urls":"{{\"pc\":\"/zwgk/tzgg/t2026_{n}.html\"}}"}}"#,
            title(n),
            day(n)
        )
    };
    let rows: Vec<String> = (0..9).map(row).collect();
    let script = |n_rows: usize| {
        format!(
            "<script>var channelsTagSelf = {{\"articleCount\":{n_rows}}}; var listData = {{ articleList: [{}], }};</script><div id=1></div>",
            rows.join(",")
        )
    };
    let (whole, code) = told(&script(9));
    assert_eq!(code, Some(0), "{whole}");
    let found: Vec<Row> = entries(&whole)
        .into_iter()
        .map(|(title, url, day)| (title, url, day.map(|day| day[..10].to_owned())))
        .collect();
    assert_eq!(found, all(9));
    assert!(whole["text"].as_str().is_some_and(|file| file.contains("format = \"datastore\"")), "{whole}");
    let (cut, code) = told(&script(444));
    assert_eq!((entries(&cut).len(), code), (9, Some(1)), "{cut}");
    assert!(cut.to_string().contains("more rows"), "{cut}");
}
