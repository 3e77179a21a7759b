//! Saved pages of every make, and traps: right or unsure, never wrong with confidence.

use serde_json::Value;

use super::kinds::{Kind, kinds};
use super::traps::traps;
use super::{Desk, Verdict, entries, told};

fn note(row: &Value) -> String {
    let reasons = row["reasons"].as_array().expect("a list").iter().filter_map(Value::as_str);
    format!("{} {}", row["confidence"], reasons.collect::<Vec<_>>().join("; "))
}

/// What was read of the first page of a make, beside what stands on it.
pub(super) fn judged(kind: &Kind, row: &Value, code: Option<i32>) -> (String, Verdict, String) {
    let pages = &row["pages"];
    let next = (kind.n_pages() > 1).then(|| kind.rows_url(2));
    let is_right = entries(row) == kind.rows(1)
        && pages["kind"].as_str().unwrap_or_default() == kind.pages
        && pages["next"].as_str() == next.as_deref();
    let verdict = match (code, is_right) {
        (Some(0), true) => Verdict::Right,
        (Some(0), false) => Verdict::Wrong,
        _ => Verdict::Unsure,
    };
    (kind.name.to_owned(), verdict, format!("{} {}", note(row), row["text"].as_str().unwrap_or_default()))
}

#[test]
fn every_make_of_listing_is_read_right_from_its_first_page() {
    let desk = Desk::new();
    let makes = kinds();
    let (frames, pages): (Vec<&Kind>, Vec<&Kind>) = makes.iter().partition(|kind| kind.is_frame());
    let verdicts: Vec<_> = pages
        .into_iter()
        .map(|kind| {
            desk.write("page.html", kind.page(1));
            let (row, code) = desk.saved(&desk.path("page.html"), &kind.url(1));
            judged(kind, &row, code)
        })
        .collect();
    let (right, all) = told("saved", &verdicts);
    assert!(right * 100 >= all * 90, "{right} of {all} right");
    for kind in frames {
        desk.write("page.html", &kind.served()[0].1);
        let (row, code) = desk.saved(&desk.path("page.html"), &kind.url(1));
        assert_eq!(code, Some(1), "{}: its rows are not on it", kind.name);
        assert!(note(&row).contains("a script"), "{}: {}", kind.name, note(&row));
    }
}

#[test]
fn a_page_in_gb18030_is_read_like_its_twin_in_utf_8() {
    let desk = Desk::new();
    let kind = &kinds()[0];
    let html = kind.page(1).replace("charset='utf-8'", "charset='gb2312'");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&html);
    desk.write("page.html", bytes);
    let (row, code) = desk.saved(&desk.path("page.html"), &kind.url(1));
    assert_eq!(judged(kind, &row, code).1, Verdict::Right, "{row}");
}

#[test]
fn no_trap_is_walked_into_with_confidence() {
    let desk = Desk::new();
    let verdicts: Vec<_> = traps()
        .iter()
        .map(|trap| {
            desk.write("page.html", &trap.html);
            let (row, code) = desk.saved(&desk.path("page.html"), &trap.url);
            let verdict = if code == Some(0) { Verdict::Wrong } else { Verdict::Unsure };
            assert!(!row["reasons"].as_array().expect("a list").is_empty(), "{} says no reason", trap.name);
            (trap.name.to_owned(), verdict, note(&row))
        })
        .collect();
    told("trap", &verdicts);
}

#[test]
fn a_further_page_of_a_listing_says_where_the_first_one_is() {
    let desk = Desk::new();
    let said = |name: &str| {
        let trap = traps().into_iter().find(|trap| trap.name == name).expect("there");
        desk.write("page.html", &trap.html);
        note(&desk.saved(&desk.path("page.html"), &trap.url).0)
    };
    for (name, reason) in [
        (
            "createPageHTML A, page 2",
            "this is page 2 of 12; add the first page: http://trap.example/zwgk/tzgg/index.html",
        ),
        (
            "createPageHTML B, page 3",
            "this is page 3 of 12; add the first page: http://trap.example/zwgk/tzgg/index.html",
        ),
        ("words, page 2", "this is page 2 of 12; add the first page: http://trap.example/zwgk/tzgg/index.html"),
        ("links, page 2", "this is not the first page of the listing; add its first page"),
        ("?page=3", "this is page 3 of the listing; add the first page: http://trap.example/zwgk/tzgg/list.jsp?page=1"),
    ] {
        let said = said(name);
        assert!(said.contains(reason), "{name}: {said}");
    }
}

#[test]
fn a_list_in_a_frame_is_named() {
    let desk = Desk::new();
    let trap = traps().into_iter().find(|trap| trap.name == "list in a frame").expect("there");
    desk.write("page.html", &trap.html);
    let said = note(&desk.saved(&desk.path("page.html"), &trap.url).0);
    assert!(said.contains("a frame of the page shows http://trap.example/zwgk/tzgg/list_gg.html: add"), "{said}");
}

#[test]
fn a_saved_page_without_an_address_is_unsure() {
    let desk = Desk::new();
    desk.write("page.html", kinds()[0].page(1));
    let (rows, code) = desk.rows(&["add", "--saved", "page.html"]);
    assert_eq!(code, Some(1));
    assert!(note(&rows[0]).contains("--url"), "{}", rows[0]);
}

/// A column with these rows, under the head of its portal and a path that ends with its own name.
fn column(name: &str, rows: &str) -> String {
    format!(
        "<html><head><title>{name}_青溪县人民政府门户网站</title></head><body><div class='head'><h2>青溪县人民政府</h2>\
         <ul class='nav'><li><a href='/'>首页</a></li><li><a href='/hd/'>互动交流</a></li></ul></div><div class='crumb'>您现在的位置：\
         <a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; {name}</div>{rows}</body></html>"
    )
}

#[test]
fn a_newest_row_without_a_link_stays_in_reach_of_the_selector() {
    let desk = Desk::new();
    let row = |n: usize| {
        format!("<tr><td><a href='t2026110{n}_{n}.html'>关于印发第{n}批清单的通知</a></td><td>2026-11-0{n}</td></tr>")
    };
    let rows: String = (1..8).rev().map(row).collect();
    for link in ["javascript:void(0)", "#", ""] {
        let first = format!("<tr><td><a href='{link}'>关于印发第9批清单的通知</a></td><td>2026-11-09</td></tr>");
        for (head, entry) in [("", "table.lb tr"), ("<tr><th>标题</th><th>日期</th></tr>", "table.lb tr:has(td)")] {
            desk.write("page.html", column("规范性文件", &format!("<table class='lb'>{head}{first}{rows}</table>")));
            let (row, code) = desk.saved(&desk.path("page.html"), "http://www.qingxi.example/zwgk/gfxwj/");
            let text = row["text"].as_str().unwrap_or_default();
            assert!(text.contains(&format!("entry = \"{entry}\"")), "{link} {head}: {text}");
            assert!(note(&row).contains("1 rows have no link"), "{}", note(&row));
            assert_eq!((code, entries(&row).len()), (Some(0), 7), "{link} {head}");
        }
    }
}

#[test]
fn a_column_whose_page_is_titled_as_the_last_step_to_it_is_named_by_that_step() {
    let desk = Desk::new();
    let row = |n: usize| {
        let year = 2025 - n;
        format!(
            "<dl><dt><a href='t{year}0322_{n}.html'>青溪县人民政府{}年法治政府建设工作情况报告</a></dt><dd>{year}-03-22</dd></dl>",
            year - 1
        )
    };
    let rows: String = (0..8).map(row).collect();
    let name = "法治政府建设年度报告";
    desk.write("page.html", column(name, &format!("<section class='news-box'>{rows}</section>")));
    let url = "http://www.qingxi.example/zwgk/fzzf/";
    let (row, _) = desk.saved(&desk.path("page.html"), url);
    let text = row["text"].as_str().unwrap_or_default();
    assert!(text.contains(&format!("name  = \"{name}\"")) && text.contains("kind  = \"rule-of-law-annual\""), "{text}");
    let (rows, _) = desk.rows(&["extract", "page.html", "--url", url]);
    assert_eq!(rows[0]["breadcrumb"], serde_json::json!(["首页", "政务公开", name]), "{}", rows[0]);
}
