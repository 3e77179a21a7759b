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

#[test]
fn of_the_days_of_a_row_that_of_an_update_is_the_last_to_count() {
    for days in [
        ["<i>更新时间：2026-02-20</i><i>成文日期：2026-01-02</i>"; 3],
        ["<p><b>更新时间：</b><i>2026-02-20</i><b>落款日期：</b><i>2026-01-02</i></p>"; 3],
        ["<p>更新时间：2026-02-20 成文日期：2026-01-02</p>"; 3],
        ["<i>成文日期：2025-12-02</i><i>更新时间：2026-02-20</i><i>发布时间：2026-01-02</i>"; 3],
        ["<i>更新时间：2026-01-02</i>"; 3],
        ["<i>2026-01-02</i><i>更新时间：2026-02-20</i>"; 3],
    ] {
        assert_eq!(beside(days), ["2026-01-02"; 3], "{}", days[0]);
    }
}

/// Rows without years below this.
fn below(above: &str, page_url: &str) -> Vec<String> {
    let row = |n: usize| format!("<li><a href=/a/t{n}.html>{TITLE}{n}</a><i>0{n}-05</i></li>");
    read_days(page_url, &format!("{above}<div><ul class=list>{}</ul></div>", (1..4).map(row).collect::<String>()))
}

const OF_2023: [&str; 3] = ["2023-01-05", "2023-02-05", "2023-03-05"];
const NEAREST: [&str; 3] = ["2026-01-05", "2026-02-05", "2026-03-05"];

#[test]
fn rows_are_of_the_year_of_the_chosen_tab_or_of_the_directory_of_their_page() {
    for tabs in [
        "<p><a href='?y=2024'>2024年</a><a class=on href='?y=2023'>2023年</a><a href='?y=2022'>2022年</a></p>",
        "<ul><li><a href=a/>2024</a><li class='tab is-active'><a href=b/>2023</a></ul>",
    ] {
        assert_eq!(below(tabs, LISTING), OF_2023, "{tabs}");
    }
    for page in ["http://x.gov.cn/zwgk/2023/index.html", "http://x.gov.cn/zwgk/2023/"] {
        assert_eq!(below("", page), OF_2023, "{page}");
    }
}

#[test]
fn other_tabs_and_directories_tell_no_year() {
    for tabs in [
        "<p><a href='?y=2024'>2024年</a><a href='?y=2023'>2023年</a></p>",
        "<p><a href='?y=2024'>2024年</a><a class=on href='?y=2023'>2023年工作要点</a></p>",
        "<p><a class=on href=a>2024年</a><a class=on href=b>2023年</a></p>",
        "<p><a class=on href=a>2027年</a><a href=b>2026年</a></p>",
        "<p><a href=a>2024年</a><a class=icon-on href=b>2023年</a></p>",
        // The rows of all stand on this page.
        "<ul><li>2024年</li><li class=on>2023年</li></ul>",
        "<ul><li><a href='#y2024'>2024年</a></li><li class=on><a href='#y2023'>2023年</a></li></ul>",
        // Those of another box.
        "<div><h3>政府公报</h3><ul><li class=on><a href=/gb/2023/>2023年</a><li><a href=/gb/2022/>2022年</a></ul></div>",
        "<div><p>统计年鉴</p><a class=on href=/nj/2023/>2023</a><a href=/nj/2022/>2022</a></div>",
    ] {
        assert_eq!(below(tabs, LISTING), NEAREST, "{tabs}");
    }
    let tabs = "<p><a href='?y=2024'>2024年</a><a class=on href='?y=2023'>2023年</a></p>";
    let row = |n: usize| format!("<li><a href=/a/t{n}.html>{TITLE}{n}</a><i>0{n}-05</i></li>");
    let rows = format!("<div><ul class=list>{}</ul></div>", (1..4).map(row).collect::<String>());
    assert_eq!(read_days(LISTING, &format!("{rows}<div>{tabs}</div>")), NEAREST, "behind the list");
    let headed = format!("<title>通知公告</title><div><h2>通知公告</h2>{tabs}</div>{rows}");
    assert_eq!(read_days(LISTING, &headed), OF_2023, "beside the name of the column");
    for page in [
        "http://x.gov.cn/info/2023/index.htm",
        "http://x.gov.cn/22560/2023/index.html",
        "http://x.gov.cn/zt/2023/rdhz/",
        "http://x.gov.cn/2027/",
    ] {
        assert_eq!(below("", page), NEAREST, "{page}");
    }
}

#[test]
fn a_day_that_the_title_of_a_link_writes_out_tells_the_year() {
    let row =
        |n: usize, title: &str| format!("<li><a href=t{n}.html title='{title}'>{TITLE}{n}</a><i>0{n}-05</i></li>");
    let days = |title: &dyn Fn(usize) -> String| {
        let rows: String = (1..4).map(|n| row(n, &title(n))).collect();
        let mut rule = rule(by_rule(), None);
        let html = format!("<ul class=list>{rows}</ul>");
        rule.entry.title.clear();
        let ruled = read(&html, Some(&rule), LISTING, 1).entries;
        let itself = read_days(LISTING, &html);
        let ruled: Vec<String> = ruled.iter().filter_map(|row| Some(row.date?.date().to_string())).collect();
        assert_eq!(ruled, itself);
        itself
    };
    assert_eq!(days(&|n| format!("2023-0{n}-05")), OF_2023);
    assert_eq!(days(&|n| format!("标题：2024年1月1日的公告\n发布时间：2023-0{n}-05 09:15")), OF_2023);
    assert_eq!(days(&|n| format!("2023-0{n}-06")), NEAREST, "another day");
}

/// The days of rows that show these.
fn shown(days: &[&str]) -> Vec<String> {
    let rows = days.iter().zip(0..).map(|(day, n)| format!("<li><a href=/a/t{n}.html>{TITLE}{n}</a><i>{day}</i></li>"));
    read_days(LISTING, &format!("<ul class=list>{}</ul>", rows.collect::<String>()))
}

#[test]
fn rows_that_are_newest_first_go_back_over_the_turns_of_years() {
    let days = ["03-04", "02-04", "01-05", "12-20", "11-28", "03-01", "01-09", "12-01", "11-01"];
    let years = ["2026", "2026", "2026", "2025", "2025", "2025", "2025", "2024", "2024"];
    let told: Vec<String> = years.iter().zip(days).map(|(year, day)| [year, "-", day].concat()).collect();
    assert_eq!(shown(&days), told);
    for (days, nearest) in [
        (["01-20", "03-04", "03-01", "02-01"], ["2026-01-20", "2026-03-04", "2026-03-01", "2026-02-01"]),
        (["03-04", "03-01", "03-03", "12-01"], ["2026-03-04", "2026-03-01", "2026-03-03", "2025-12-01"]),
        (["12-01", "12-05", "12-09", "12-13"], ["2025-12-01", "2025-12-05", "2025-12-09", "2025-12-13"]),
    ] {
        assert_eq!(shown(&days), nearest, "in another order");
    }
}

#[test]
fn the_annual_report_of_a_year_is_published_in_the_next_one() {
    let days = |title: &str| {
        let row = |n: usize| format!("<li><a href=t{n}.html>{title}</a><i>0{n}-05</i></li>");
        read_days(
            "http://x.gov.cn/zwgk/fzzfndbg/2023/",
            &format!("<ul class=list>{}</ul>", (1..4).map(row).collect::<String>()),
        )
    };
    for title in ["青松镇2023年法治政府建设年度报告", "县司法局2023年政府信息公开工作年报"]
    {
        assert_eq!(days(title), ["2024-01-05", "2024-02-05", "2024-03-05"], "{title}");
    }
    for title in ["关于报送2022年度报告的通知", "2023年第一季度统计报告", "2023年上半年法治政府建设年度报告"]
    {
        assert_eq!(days(title), OF_2023, "{title}");
    }
}

#[test]
fn rows_that_a_selector_finds_are_of_the_year_above_them_too() {
    let list = |href: &str, shown: &str| {
        format!("<ul class=list><li><a href='{href}'>关于停水的通知公告</a><i>{shown}</i></li></ul>")
    };
    let of_address = list("./202304/t20230405_9.html", "04-05");
    let lists = format!("<h3>2025年</h3>{}<h3>2024</h3>{}", list("./t1.html", "02-03"), list("./t2.html", "12-05"));
    for dated in [by_rule(), EntryRule { date: Vec::new(), ..by_rule() }] {
        let page = read(&format!("{lists}<h3>2022</h3>{of_address}"), Some(&rule(dated, None)), LISTING, 1);
        let days: Vec<_> =
            page.entries.iter().filter_map(|entry| entry.date).map(|day| day.date().to_string()).collect();
        assert_eq!(days, ["2025-02-03", "2024-12-05", "2023-04-05"]);
    }
}
