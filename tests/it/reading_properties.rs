//! What holds for any page: reading never fails, scripts are never text, and what a reader does not see changes nothing.

use govwatch::model::{Block, Document};
use govwatch::page::tree::{MOST_DEPTH, Tree};
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Document {
    let decoded = decode::text(bytes, None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    extract::document(
        &tree,
        &decoded,
        &ReadRules { url: None, zone: &zone, site: None, family: None, min_body_chars: 0 },
    )
}

const PIECES: [&str; 24] = [
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<p>",
    "<h1>",
    "</h1>",
    "<a href='1.pdf'>",
    "</a>",
    "<script>var secret = 1;</script>",
    "<!--ZJEG_RSS.content.end-->",
    "<!--ZJEG_RSS.content.begin-->",
    "<ul><li>",
    "当前位置：首页 > 公开",
    "发布时间：2024-01-02 来源：",
    "相关阅读",
    "一、总体情况",
    "<br>",
    "<pre>\n",
    "附件：",
    "各区人民政府，市政府各部门、各直属机构：现将有关事项通知如下。",
];

fn page(paragraphs: &[String], between: &str, attributes: &str, counter: u32, space: &str) -> String {
    let body: Vec<String> = paragraphs.iter().map(|text| format!("<p{attributes}>{space}{text}{space}</p>")).collect();
    format!(
        "<html><head><title>关于做好年度工作的通知</title></head><body><div class='top'>今天是2024年{counter}月1日</div>\
         <h1>关于做好年度工作的通知</h1><div>发布时间：2024-01-02 浏览次数：{counter}</div><div>{}</div>\
         <div>【打印】【关闭】</div><p>上一篇：<a href='{counter}.html'>第{counter}号公告</a></p></body></html>",
        body.join(between)
    )
}

fn blocks(page: &str) -> Vec<Block> {
    read(page.as_bytes()).blocks
}

/// A walk that is quadratic in any of these does not come back.
#[test]
fn a_hostile_page_of_fifty_thousand_elements_is_read() {
    let n = 50_000;
    for page in [
        "<div class='zoom crumb'>".repeat(MOST_DEPTH),
        "<div class='zoom crumb title'>当前位置：<a href='1.pdf'>首页</a></div>".repeat(n),
        format!("<p>{}{}</p>", " ".repeat(n * 4), "<b></b>".repeat(n)),
        "<table><tr><td>".repeat(MOST_DEPTH / 2),
        format!("<title>{0}</title><h1>{0}</h1>{1}", "关于".repeat(n), "<h1>关于</h1>".repeat(n)),
    ] {
        read(page.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read(&bytes);
    }

    #[test]
    fn any_markup_is_read_without_a_panic_and_without_scripts(picks in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let markup: String = picks.into_iter().map(|at| PIECES[at]).collect();
        let document = read(markup.as_bytes());
        prop_assert!(!document.text().contains("secret"));
        prop_assert!(document.blocks.iter().all(|block| !block.text.is_empty() && !block.text.contains('\n')));
    }

    #[test]
    fn chrome_white_space_and_attributes_do_not_change_the_blocks(
        paragraphs in proptest::collection::vec("[\u{4e00}-\u{4eff}]{20,60}，[\u{4e00}-\u{4eff}]{5,30}。", 2..8),
        counter in 1_u32..13,
        other in 1_u32..13,
    ) {
        let plain = blocks(&page(&paragraphs, "", "", counter, ""));
        let texts: Vec<&str> = plain.iter().map(|block| block.text.as_str()).collect();
        prop_assert_eq!(&texts, &paragraphs);
        let spaced = page(&paragraphs, "\n\n", " align=left style='margin:0' class=a", other, "　\u{a0}\u{200b}");
        prop_assert_eq!(&plain, &blocks(&spaced));
        let swapped = page(&paragraphs, "<!-- x -->", " class=a style='margin:0' align=left", other, " ");
        prop_assert_eq!(&plain, &blocks(&swapped));
    }
}
