//! Where a listing goes on by words that lead to other columns as well, and by what its script writes.

use super::*;

fn next(link: &str, page_url: &str) -> Option<String> {
    let page = read(&format!("{}{link}", rows(8)), None, page_url, 1);
    page.next.first().map(|page| page.url.to_string())
}

#[test]
fn words_of_more_rows_lead_to_the_page_after_this_one_and_to_no_column() {
    for words in ["加载更多", "更多", "查看更多>>", "[更多]", "更早的文章", "更早", "Older", "« Older Entries", "More"]
    {
        let link = |href: &str| format!("<p><a href='{href}'>{words}</a></p>");
        for (href, after) in [("index_2.html", "index_2.html"), ("?page=2", "?page=2"), ("page/2/", "page/2/")] {
            assert_eq!(next(&link(href), LISTING), Some(format!("{LISTING}{after}")), "{words} {href}");
        }
        let third = read(&format!("{}{}", rows(8), link("index_3.html")), None, &format!("{LISTING}index_2.html"), 2);
        assert_eq!(
            third.next.first().map(|page| page.url.to_string()),
            Some(format!("{LISTING}index_3.html")),
            "{words}"
        );
        for href in ["../zcwj/", "/zwgk/tzgg/more.html", "xx/index_2.html", "index_7.html", "#", "t2.html"] {
            assert_eq!(next(&link(href), LISTING), None, "{words} {href}");
        }
    }
    assert_eq!(next("<p><a href='index_2.html'>更多惠民政策落地见效</a></p>", LISTING), None);
    let worded = "<p><a href=index_2.html>更多</a><a href='?p=2'>下一页</a></p>";
    assert_eq!(next(worded, LISTING), Some(format!("{LISTING}?p=2")), "the next page comes first");
}

#[test]
fn a_link_that_a_script_writes_whole_leads_on() {
    let script = |code: &str| format!("<script>{code}</script>");
    for code in [
        r#"document.write('<a href="index_2.html">下一页</a>');"#,
        r#"document.write("<a href=\"index_2.html\" class=\"n\"><span>下一页</span></a>");"#,
        r#"document.writeln('<a href="index.html">首页</a><a href="index_2.html">下一页 &gt;</a>');"#,
    ] {
        assert_eq!(next(&script(code), LISTING), Some(format!("{LISTING}index_2.html")), "{code}");
    }
    for code in [
        r#"document.write('<a href="index_' + n + '.html">下一页</a>');"#,
        r#"document.write('<a href="' + next + '">下一页</a>');"#,
        r#"document.write('<a href="/tp/index_2.html">下一页</a>');"#,
        r#"// document.write('<a href="index_2.html">下一页</a>');"#,
        r#"var tip = '<a href="index_2.html">下一页</a>';"#,
    ] {
        assert_eq!(next(&script(code), LISTING), None, "{code}");
    }
}
