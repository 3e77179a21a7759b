//! The day of publication of rows in the forms that templates give it, and the year of those that show none.

use super::*;

const TITLE: &str = "关于公布事项办理情况的公告";

/// The days of rows with this beside each of their links.
fn read_days(page_url: &str, html: &str) -> Vec<String> {
    let page = read(html, None, page_url, 1);
    let day = |entry: &Entry| entry.date.map_or_else(|| "none".to_owned(), |day| day.date().to_string());
    page.entries.iter().map(day).collect()
}

fn beside(fields: [&str; 3]) -> Vec<String> {
    let rows = fields.iter().zip(0..).map(|(field, n)| format!("<li><a href=t{n}.html>{TITLE}{n}</a>{field}</li>"));
    read_days(LISTING, &format!("<ul class=list>{}</ul>", rows.collect::<String>()))
}

#[test]
fn a_day_stands_in_an_attribute_where_its_text_shows_a_part_of_it() {
    for days in [
        [
            "<time datetime=2024-03-20>3天前</time>",
            "<time datetime=2024-03-19>03-19</time>",
            "<time datetime='2024-03-18T08:00:00Z'>2 days ago</time>",
        ],
        [
            "<i title=2024-03-20>03-20</i>",
            "<i title='发布时间：2024-03-19'>昨天</i>",
            "<b title='2024-03-18 09:15'><i>03</i>-18<u>03-18</u></b>",
        ],
    ] {
        assert_eq!(beside(days), ["2024-03-20", "2024-03-19", "2024-03-18"], "{days:?}");
    }
}

#[test]
fn an_attribute_that_the_text_speaks_against_dates_nothing() {
    let days = [
        "<i title=2024-03-20>2025-03-20</i>",
        "<time datetime=2024-03-20>03-04</time>",
        "<i title='2024年3月20日起施行'>03-03</i>",
    ];
    assert_eq!(beside(days), ["2025-03-20", "2026-03-04", "2026-03-03"]);
    assert_eq!(beside(["<p title=2024-03-20>县司法局</p>"; 3]), ["none"; 3]);
}

#[test]
fn days_with_the_year_last_need_a_row_that_tells_their_order() {
    let days = |days: [&str; 3]| beside(days.map(|day| ["<i>", day, "</i>"].concat()).each_ref().map(String::as_str));
    assert_eq!(days(["03-28-2024", "03-05-2024", "02-01-2024"]), ["2024-03-28", "2024-03-05", "2024-02-01"]);
    assert_eq!(days(["03-08-2024", "03-05-2024", "02-01-2024"]), ["none"; 3]);
    assert_eq!(days(["Mar 20, 2024", "19 March 2024", "18-Mar-2024"]), ["2024-03-20", "2024-03-19", "2024-03-18"]);
}

#[test]
fn the_fields_in_the_next_row_of_a_table_are_those_of_the_title_above() {
    let table = |fields: &dyn Fn(usize) -> String| {
        let row = |n: usize| format!("<tr><td><a href=t{n}.html>{TITLE}{n}</a></td></tr><tr>{}</tr>", fields(n));
        read(&format!("<table>{}</table>", (1..5).map(row).collect::<String>()), None, LISTING, 1)
    };
    for fields in [
        |n: usize| format!("<td>发布时间：2026-01-0{n}</td>"),
        |n| format!("<td>发布机构：县司法局</td><td>发布时间：2026-01-0{n} 09:15</td>"),
        |n| format!("<td>来源：县司法局 日期：2026-01-0{n}</td>"),
    ] {
        let page = table(&fields);
        let days: Vec<String> = page.entries.iter().filter_map(|row| Some(row.date?.date().to_string())).collect();
        assert_eq!(days, ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"], "{}", fields(1));
        assert_eq!((page.entries.len(), page.n_broken_rows), (4, 0), "{}", fields(1));
    }
    let other = table(&|n| format!("<td>关于来源：县司法局第{n}号</td><td>2025-01-0{n}</td>"));
    assert_eq!(other.unlinked.len(), 4, "a row without a link");
}
