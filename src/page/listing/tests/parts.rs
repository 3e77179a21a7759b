//! Which rows of a page are those of its list: all of its parts, and none of the lists beside it.

use super::*;

/// The titles that a page of a column, of this name, has for rows.
fn titles(column: &str, inside: &str) -> Vec<String> {
    titles_at(LISTING, column, inside)
}

fn titles_at(page: &str, column: &str, inside: &str) -> Vec<String> {
    let html = format!(
        "<html><head><title>{column}_安丰县人民政府</title></head><body><div class=nav><ul><li><a href=/>首页</a></li>\
         <li><a href=/zwgk/>政务公开</a></li></ul></div><div class=main>{inside}</div><div class=footer>\
         <a href=/about.html>网站地图</a></div></body></html>"
    );
    read(&html, None, page, 1).entries.into_iter().map(|entry| entry.title).collect()
}

/// Rows `from..to` of a list, each with its own title, in a directory.
fn some(from: usize, to: usize, directory: &str, is_dated: bool) -> String {
    let row = |n: usize| {
        let day = if is_dated { format!("<span>2026-02-{:02}</span>", 28 - n % 28) } else { String::new() };
        format!("<li><a href='{directory}{}.html'>{}</a>{day}</li>", 10_000 + n, title(n))
    };
    (from..to).map(row).collect()
}

fn title(n: usize) -> String {
    format!("关于第{n}号事项办理情况的通知公告")
}

fn expected(n: usize) -> Vec<String> {
    (0..n).map(title).collect()
}

#[test]
fn a_list_that_is_cut_into_parts_is_read_whole() {
    let part = |from: usize, to: usize| some(from, to, "./202602/content_", true);
    for (whole, name) in [
        (format!("<div class=box><ul>{}</ul></div><div class=box><ul>{}</ul></div>", part(0, 4), part(4, 9)), "boxes"),
        (
            format!(
                "<div class=m><h4>3月</h4><ul>{}</ul></div><div class=m><h4>2月</h4><ul>{}</ul></div>",
                part(0, 2),
                part(2, 9)
            ),
            "months",
        ),
        (
            format!("<table><tr><td><ul>{}</ul></td><td><ul>{}</ul></td></tr></table>", part(0, 5), part(5, 9)),
            "columns",
        ),
        (
            format!(
                "<div class='con on'><ul class=list>{}</ul></div><div class='con hide'><ul class=list>{}</ul></div>",
                part(0, 4),
                part(4, 9)
            ),
            "tabs",
        ),
        (format!("<ul class=top>{}</ul><ul class=list>{}</ul>", part(0, 2), part(2, 9)), "pinned rows"),
    ] {
        let page = format!("<h2>通知公告</h2>{whole}");
        assert_eq!(titles("通知公告", &page), expected(9), "{name}");
    }
}

#[test]
fn parts_whose_reports_do_not_lie_below_the_listing_are_told_by_their_addresses_and_headings() {
    const COLUMN: &str = "http://x.gov.cn/col/col1234/index.html";
    let own = |from: usize, to: usize| some(from, to, "/art/2026/2/3/art_1234_", true);
    let parts = format!("<div class=box><ul>{}</ul></div><div class=box><ul>{}</ul></div>", own(0, 4), own(4, 9));
    assert_eq!(titles_at(COLUMN, "通知公告", &parts), expected(9));
    for (heading, directory, n) in [
        ("", "/art/2026/2/3/art_99_", 8),
        ("<h3>要闻动态</h3>", "/art/2026/2/3/art_99_", 8),
        ("<h3>要闻动态</h3>", "/art/2026/2/3/art_1234_", 9),
    ] {
        let other = some(8, 9, directory, true);
        let page = format!("<div class=box><ul>{}</ul></div><div class=box>{heading}<ul>{other}</ul></div>", own(0, 8));
        assert_eq!(titles_at(COLUMN, "通知公告", &page), expected(n), "{heading} {directory}");
    }
    // Where the listing has no number, the heading alone tells.
    for (heading, n) in [("", 9), ("<h3>要闻动态</h3>", 8)] {
        let (own, other) = (own(0, 8), own(8, 9));
        let page = format!("<div class=box><ul>{own}</ul></div><div class=box>{heading}<ul>{other}</ul></div>");
        assert_eq!(titles("通知公告", &page), expected(n), "{heading}");
    }
}

#[test]
fn what_stands_under_the_name_of_the_column_is_its_list_however_short() {
    const COLUMN: &str = "http://x.gov.cn/col/col1234/index.html";
    let side = |is_dated: bool| some(50, 60, "/art/2026/2/3/art_99_", is_dated);
    for n in [1, 2, 3, 5] {
        for (is_dated, is_own_dated) in [(true, true), (true, false), (false, true), (false, false)] {
            let own =
                format!("<h2>通知公告</h2><ul class=list>{}</ul>", some(0, n, "/art/2026/2/3/art_1234_", is_own_dated));
            let beside =
                format!("<div class=box><div class=tit><h3>要闻动态</h3></div><ul>{}</ul></div>", side(is_dated));
            assert_eq!(
                titles_at(COLUMN, "通知公告", &format!("{own}{beside}")),
                expected(n),
                "{n} {is_dated} {is_own_dated}"
            );
            assert_eq!(
                titles_at(COLUMN, "通知公告", &format!("{beside}{own}")),
                expected(n),
                "{n} {is_dated} {is_own_dated}"
            );
        }
    }
}

#[test]
fn of_two_lists_under_one_name_the_one_with_the_number_of_the_column_is_read() {
    const COLUMN: &str = "http://x.gov.cn/col/col1234/index.html";
    let own = format!("<h2>通知公告</h2><ul class=list>{}</ul>", some(0, 3, "/art/2026/2/3/art_1234_", true));
    let side = some(50, 60, "/art/2026/2/3/art_99_", true);
    let beside = format!("<div class=box><div class=tit><h3>通知公告</h3></div><ul>{side}</ul></div>");
    assert_eq!(titles_at(COLUMN, "通知公告", &format!("{own}{beside}")), expected(3));
}

#[test]
fn a_column_may_be_called_like_a_list_of_others() {
    for name in ["最新政策", "热点回应", "相关政策"] {
        for is_dated in [true, false] {
            let page = format!("<h2>{name}</h2><ul class=list>{}</ul>", some(0, 4, "./202602/content_", is_dated));
            assert_eq!(titles(name, &page), expected(4), "{name} {is_dated}");
        }
    }
    for class in ["head-con", "link", "menu_right", "tool-box"] {
        let page = format!("<div class={class}><ul>{}</ul></div>", some(0, 6, "./202602/content_", false));
        assert_eq!(titles("通知公告", &page), expected(6), "{class}");
    }
}

#[test]
fn an_empty_column_has_none_of_the_rows_beside_it() {
    let hot = format!("<div class=right-hot><h3>热点信息</h3><ul>{}</ul></div>", some(0, 5, "/xwzx/yw/202602/", true));
    for word in ["暂无数据", "暂无内容！", "没有相关信息"] {
        assert_eq!(titles("通知公告", &format!("<h2>通知公告</h2><ul><li>{word}</li></ul>{hot}")), [""; 0], "{word}");
    }
    // One that has rows of its own has them whatever is said beside them.
    let own = some(0, 3, "./202602/content_", true);
    let page = format!("<h2>通知公告</h2><ul>{own}</ul><div><p>暂无数据</p></div>{hot}");
    assert_eq!(titles("通知公告", &page), expected(3));
}

#[test]
fn rows_within_many_elements_are_read() {
    let cell = |n: usize| {
        format!(
            "<tr><td><table><tr><td><font><a href='./202602/content_{n}.html'>{}</a></font><span>2026-02-03</span></td></tr>\
             </table></td></tr>",
            title(n)
        )
    };
    let page = format!("<table>{}</table>", (0..9).map(cell).collect::<String>());
    assert_eq!(titles("通知公告", &page), expected(9));
    let deep = |n: usize| {
        let link = format!("<a href='./202602/content_{n}.html'>{}</a>", title(n));
        format!("<div>{}{link}{}<em>2026-02-03</em></div>", "<div>".repeat(5), "</div>".repeat(5))
    };
    assert_eq!(titles("通知公告", &(0..9).map(deep).collect::<String>()), expected(9));
}

#[test]
fn rows_that_a_script_opens_are_read() {
    for row in [
        "<li><a href=\"javascript:openurl('./202602/N.html')\">TITLE</a><span>2026-02-03</span></li>",
        "<li><a href=\"javascript:;\" data-url=\"./202602/N.html\">TITLE</a><span>2026-02-03</span></li>",
        "<li><a href=\"#\" onclick=\"openNew('./202602/N.html')\">TITLE</a><span>2026-02-03</span></li>",
        "<li onclick=\"location.href='./202602/N.html'\"><p>TITLE</p><span>2026-02-03</span></li>",
        "<li data-url=\"./202602/N.html\"><p>TITLE</p><span>2026-02-03</span></li>",
    ] {
        let rows: String = (0..6).map(|n| row.replace('N', &n.to_string()).replace("TITLE", &title(n))).collect();
        let html = format!("<title>通知公告</title><ul>{rows}</ul>");
        let page = read(&html, None, LISTING, 1);
        let read: Vec<(String, Option<String>)> = page
            .entries
            .iter()
            .map(|entry| (entry.title.clone(), entry.date.as_ref().map(|day| day.date().to_string())))
            .collect();
        let wanted: Vec<_> = expected(6).into_iter().map(|title| (title, Some("2026-02-03".to_owned()))).collect();
        assert_eq!(read, wanted, "{row}");
        assert_eq!(page.entries[1].url.as_str(), "http://x.gov.cn/zwgk/tzgg/202602/1.html", "{row}");
    }
}

#[test]
fn of_two_stores_the_one_of_the_column_is_read() {
    const COLUMN: &str = "http://x.gov.cn/col/col1234/index.html";
    let store = |from: usize, to: usize, column: usize| {
        let record = |n: usize| {
            format!(
                "<record><![CDATA[<li><a href='/art/2026/2/3/art_{column}_{n}.html'>{}</a><span>2026-02-03</span></li>]]></record>",
                title(n)
            )
        };
        let records: String = (from..to).map(record).collect();
        format!(
            "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=1&columnid={column}&unitid=7'>\
             </a>]]></nextgroup><recordset>{records}</recordset></datastore></script>"
        )
    };
    let page = format!("{}{}", store(50, 60, 99), store(0, 3, 1234));
    assert_eq!(titles_at(COLUMN, "通知公告", &page), expected(3));
    assert_eq!(titles_at(LISTING, "通知公告", &page).len(), 10, "nothing says which is the column's");
}
