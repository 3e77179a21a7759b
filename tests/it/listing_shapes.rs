//! The same four rows in every shape that templates give them, each beside a menu and a longer list of news: all must
//! be read alike without any rule.

use govwatch::page::decode;
use govwatch::page::listing::{self, ListingRead};
use govwatch::page::tree::Tree;
use jiff::civil::date;
use jiff::tz::TimeZone;
use url::Url;

const ROWS: [(&str, &str, &str); 4] = [
    ("./202611/t20261118_904.html", "关于做好2026年度法治政府建设工作的通知", "2026-11-18"),
    ("./202611/t20261112_903.html", "青溪县人民政府关于废止部分规范性文件的决定", "2026-11-12"),
    ("./202610/t20261030_902.html", "县城东片区供水管网改造停水公告", "2026-10-30"),
    ("./202610/t20261021_901.html", "2025年政府信息公开工作年度报告", "2026-10-21"),
];

fn each(row: impl Fn(&str, &str, &str) -> String) -> String {
    ROWS.iter().map(|(href, title, day)| row(href, title, day)).collect::<Vec<_>>().concat()
}

#[expect(clippy::too_many_lines, reason = "a table of shapes")]
fn shapes() -> Vec<(&'static str, String)> {
    let cut = |title: &str| title.chars().take(9).collect::<String>();
    let summary = "各乡镇人民政府：自2026年1月1日起施行的办法现予公布，请认真贯彻执行，有关事项如下。";
    vec![
        ("terms", format!("<dl>{}</dl>", each(|h, t, d| format!("<dt><a href='{h}'>{t}</a></dt><dd>{d}</dd>")))),
        ("paragraphs", format!("<div>{}</div>", each(|h, t, d| format!("<p><a href='{h}'>{t}</a>{d}</p>")))),
        (
            "a table a row",
            each(|h, t, d| format!("<table><tr><td><a href='{h}'>{t}</a></td><td>[{d}]</td></tr></table>")),
        ),
        (
            "no year",
            format!("<ul>{}</ul>", each(|h, t, d| format!("<li><i>{}</i><a href='{h}'>{t}</a></li>", &d[5..]))),
        ),
        (
            "category",
            format!(
                "<ul>{}</ul>",
                each(|h, t, d| format!("<li>[<a href='/lm/'>通知公告栏目</a>]<a href='{h}'>{t}</a>{d}</li>"))
            ),
        ),
        (
            "summary",
            format!(
                "<div>{}</div>",
                each(|h, t, d| {
                    format!(
                        "<div class=i><h3><a href='{h}'>{t}</a></h3><p>{summary}<a href='{h}'>[详细]</a></p><b>来源：县政府办</b><b>{d}</b></div>"
                    )
                })
            ),
        ),
        (
            "date in the link",
            format!("<ul>{}</ul>", each(|h, t, d| format!("<li><a href='{h}'><em>·</em>{t}<b>{d}</b></a></li>"))),
        ),
        (
            "cut lists",
            format!("<div>{}</div>", each(|h, t, d| format!("<ul class=x><li><a href='{h}'>{t}</a>{d}</li></ul><hr>"))),
        ),
        ("flat", format!("<div>{}</div>", each(|h, t, d| format!("<a href='{h}'>{t}</a><b>{d}</b><br>")))),
        ("flat, date first", format!("<div>{}</div>", each(|h, t, d| format!("<b>{d}</b><a href='{h}'>{t}</a><br>")))),
        (
            "button",
            format!(
                "<table>{}</table>",
                each(|h, t, d| format!("<tr><td>{t}</td><td>{d}</td><td><a href='{h}'>查看</a></td></tr>"))
            ),
        ),
        (
            "index numbers",
            format!(
                "<table>{}</table>",
                each(|h, t, d| {
                    format!(
                        "<tr><td>000014348/2026-00282</td><td><a href='{h}' title='{t}'>{}…</a></td><td>{d}</td></tr>",
                        cut(t)
                    )
                })
            ),
        ),
    ]
}

/// Title, path below the listing, and date of each entry.
fn read(main: &str) -> Vec<(String, String, Option<String>)> {
    let news = (10..18).map(|day| format!("<li><a href='/xwzx/202611/t202611{day}_1.html'>青溪县召开重点工作第{day}次推进会议</a><b>2026-11-{day}</b></li>"));
    let news = news.collect::<Vec<_>>().concat();
    let html = format!(
        "<title>通知公告</title><div id=nav><ul><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li></ul></div>\
         <div>当前位置：<a href='/'>首页</a> &gt; <a href='./'>通知公告</a></div>{main}<div><h3>最新信息</h3><ul>{news}</ul></div>"
    );
    let decoded = decode::text(html.as_bytes(), None, None);
    let url = Url::parse("http://www.qingxi.example/zwgk/tzgg/").expect("url");
    let (rule, family, zone, today) = (None, None, &TimeZone::UTC, date(2026, 11, 20));
    let read = ListingRead { rule, family, zone, first_url: &url, page_url: &url, post: None, n_page: 1, today };
    let page = listing::page(&Tree::parse(&decoded.text).expect("tree"), &decoded, &read).expect("a page of a listing");
    let row = |entry: govwatch::model::Entry| {
        let path = url.make_relative(&entry.url).unwrap_or_default();
        (entry.title, format!("./{path}"), entry.date.map(|date| date.to_string()))
    };
    page.entries.into_iter().map(row).collect()
}

#[test]
fn the_same_rows_are_read_in_every_shape() {
    for (shape, main) in shapes() {
        let expected = ROWS.map(|(href, title, day)| (title.to_owned(), href.to_owned(), Some(day.to_owned())));
        assert_eq!(read(&main), expected, "{shape}");
    }
}

#[test]
fn rows_without_dates_and_a_single_row_are_lists_too() {
    let undated = format!("<ul>{}</ul>", each(|href, title, _| format!("<li><a href='{href}'>{title}</a></li>")));
    let expected = ROWS.map(|(href, title, _)| (title.to_owned(), href.to_owned(), None));
    assert_eq!(read(&undated), expected);
    let (href, title, day) = ROWS[0];
    let single = read(&format!("<ul><li><a href='{href}'>{title}</a><b>{day}</b></li></ul>"));
    assert_eq!(single, [(title.to_owned(), href.to_owned(), Some(day.to_owned()))]);
}
