//! One report with everything a body can hold, in each format. Markdown is read back by a reader of CommonMark and
//! GFM, HTML by the parser that reads portals.

use jiff::Timestamp;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use url::Url;

use super::*;
use crate::model::{
    AttachedFile, Attachment, Block, BlockKind, EventKind, Fingerprint, Hash, ReportId, ReportState, RowShape, SiteId,
    Span, TextState,
};
use crate::page::tree::{Selector, Tree};

const STYLE: Style = Style { width: 60, colour: Colour::None };

fn url(path: &str) -> Url {
    Url::parse("http://www.a.gov.cn/").and_then(|base| base.join(path)).expect("url")
}

fn block(kind: BlockKind, text: &str) -> Block {
    Block::new(kind, text)
}

fn levelled(kind: BlockKind, level: u8, text: &str) -> Block {
    Block { level: Some(level), ..Block::new(kind, text) }
}

fn row(table: u32, is_header: bool, text: &str, spans: &[(u32, u32, u32)]) -> Block {
    let spans = spans.iter().map(|&(column, columns, rows)| Span { column, columns, rows }).collect();
    Block { row: Some(RowShape { table, is_header, spans }), ..Block::new(BlockKind::Row, text) }
}

fn blocks() -> Vec<Block> {
    vec![
        levelled(BlockKind::Heading, 1, "一、总体情况"),
        block(BlockKind::Paragraph, "全年*办理*<b>15</b>件 | [见](javascript:1)。"),
        levelled(BlockKind::Heading, 2, "（一）清单"),
        levelled(BlockKind::Item, 1, "1. 甲"),
        levelled(BlockKind::Item, 2, "甲之一"),
        levelled(BlockKind::Item, 1, "乙"),
        row(0, true, "单位\t案件", &[(0, 1, 2), (1, 2, 1)]),
        row(0, true, "\t新收\t办结", &[]),
        row(0, false, "甲|局\t5\t4", &[(0, 1, 2)]),
        row(0, false, "\t6", &[]),
        row(1, false, "姓名\t张三", &[]),
        Block { url: Some(url("/W0.jpg?a=1&copy;")), ..block(BlockKind::Image, "一图[读懂]") },
        block(BlockKind::Signature, "兴县人民政府"),
        block(BlockKind::Signature, "2024年1月23日"),
    ]
}

fn attachments() -> Vec<Attachment> {
    let file = |state, n_chars| {
        Some(AttachedFile {
            bytes_hash: Hash::of(b"a"),
            n_bytes: 1_234_567,
            state,
            text_hash: None,
            n_chars,
            confidence: None,
            note: None,
        })
    };
    let linked = |path: &str, title: &str| Attachment::linked(url(path), title, Some("application/pdf".into()));
    vec![
        Attachment { file: file(TextState::Text, 4_213), ..linked("/1.pdf", "附件1 *细则*.pdf") },
        Attachment { file: file(TextState::NoTextLayer, 0), ..linked("/2.pdf", "附件2\u{1b}[31m.pdf") },
        linked("/3.pdf", "附件3.pdf"),
    ]
}

fn written(document: Document, format: Format, files: &[(usize, String)]) -> String {
    written_without(document, format, files, &[])
}

fn written_without(document: Document, format: Format, files: &[(usize, String)], missing: &[(Url, String)]) -> String {
    let report = Report {
        report: ReportId(1),
        site: SiteId::new("a"),
        listing: None,
        url: "http://www.a.gov.cn/1.html".into(),
        title: None,
        published: None,
        kind: None,
        year: None,
        revision: Some(1),
        content_hash: None,
        work: None,
        resembles: Vec::new(),
        first_seen_at: Timestamp::UNIX_EPOCH,
        last_seen_at: Timestamp::UNIX_EPOCH,
        state: ReportState::Present,
        absent_at: None,
        moved_to: None,
    };
    let hash = Hash::of(b"");
    let fingerprint =
        Fingerprint { rules: hash, body_hash: hash, content_hash: hash, metadata_hash: hash, attachments_hash: hash };
    let revision = Revision {
        report: ReportId(1),
        revision: 1,
        event: EventKind::New,
        seen_at: Timestamp::UNIX_EPOCH,
        fields: Vec::new(),
        fingerprint,
        doubts: document.doubts.clone(),
        document,
        capture: Some(hash),
        last_modified: None,
    };
    Shown { missing, ..Shown::of(&report, &revision, files) }.written(format, STYLE)
}

fn document() -> Document {
    Document {
        title: Some("关于印发<细则>的通知".into()),
        source: Some("兴县人民政府".into()),
        blocks: blocks(),
        attachments: attachments(),
        ..Document::default()
    }
}

const TEXT: &str = "\
关于印发<细则>的通知

URL:        http://www.a.gov.cn/1.html
First seen: 1970-01-01 00:00 UTC
Source:     兴县人民政府
Revision:   1 (new, seen 1970-01-01 00:00 UTC)

一、总体情况

全年*办理*<b>15</b>件 | [见](javascript:1)。

（一）清单

  1. 甲
    • 甲之一
  • 乙

┌───────┬──────┬──────┐
│ 单位  ┆ 案件 ┆      │
╞═══════╪══════╪══════╡
│       ┆ 新收 ┆ 办结 │
│ 甲|局 ┆ 5    ┆ 4    │
│       ┆ 6    ┆      │
└───────┴──────┴──────┘

┌──────┬──────┐
│ 姓名 ┆ 张三 │
└──────┴──────┘

[image: 一图[读懂]] http://www.a.gov.cn/W0.jpg?a=1&copy;

                                                兴县人民政府
                                               2024年1月23日

Attachments
1. 附件1 *细则*.pdf
   PDF, 1.2 MB, 4,213 characters
   http://www.a.gov.cn/1.pdf
2. 附件2[31m.pdf
   PDF, 1.2 MB, scanned, no text layer
   http://www.a.gov.cn/2.pdf
3. 附件3.pdf
   PDF, not read yet
   http://www.a.gov.cn/3.pdf
";

#[test]
fn a_terminal_shows_a_report_as_a_person_reads_it() {
    assert_eq!(written(document(), Format::Text, &[]), TEXT);
}

#[test]
fn a_table_is_never_wider_than_the_terminal() {
    let long = "依法全面履行政府职能".repeat(6);
    let wide = Document { blocks: vec![row(0, false, &format!("甲\t{long}"), &[])], ..Document::default() };
    let text = written(wide, Format::Text, &[]);
    let drawn: Vec<&str> = text.lines().filter(|line| line.starts_with(['│', '┌', '├', '└'])).collect();
    assert!(drawn.len() > 3, "{text}");
    assert!(drawn.iter().all(|line| unicode_width::UnicodeWidthStr::width(*line) <= STYLE.width), "{text}");
    let n_shown = text.matches('能').count();
    assert_eq!(n_shown, 6, "wrapped, nothing cut: {text}");
    let many = Document { blocks: vec![row(0, false, &["5"; 40].join("\t"), &[])], ..Document::default() };
    assert!(written(many, Format::Text, &[]).contains("5 | 5 | 5"));
}

/// What a reader of GFM makes of Markdown: an outline of its elements.
fn outline(markdown: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let mut outline = Vec::new();
    let mut text = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(tag) => {
                if matches!(tag, Tag::List(_)) && !text.is_empty() {
                    outline.push(format!("{}: {}", open.join(" "), std::mem::take(&mut text)));
                }
                open.push(name(&tag));
            }
            Event::End(end) => {
                if !text.is_empty() && !matches!(end, TagEnd::Strong | TagEnd::Link | TagEnd::Image) {
                    outline.push(format!("{}: {}", open.join(" "), std::mem::take(&mut text)));
                }
                open.pop();
            }
            Event::Text(run) => text.push_str(&run),
            Event::HardBreak => text.push('⏎'),
            other => put(&mut text, format_args!("{other:?}")),
        }
    }
    outline
}

fn name(tag: &Tag<'_>) -> String {
    match tag {
        Tag::Heading { level, .. } => level.to_string(),
        Tag::Paragraph => "p".into(),
        Tag::List(first) => if first.is_some() { "ol" } else { "ul" }.into(),
        Tag::Item => "li".into(),
        Tag::Table(_) => "table".into(),
        Tag::TableHead => "head".into(),
        Tag::TableRow => "tr".into(),
        Tag::TableCell => "td".into(),
        Tag::Image { dest_url, .. } => format!("image({dest_url})"),
        Tag::Link { dest_url, .. } => format!("a({dest_url})"),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_reader_of_markdown_sees_the_parts_and_no_markup_of_a_portal() {
    let markdown = written(document(), Format::Markdown, &[]);
    let seen = outline(&markdown);
    let expected = [
        "h1: 关于印发<细则>的通知",
        "h2: 一、总体情况",
        "p: 全年*办理*<b>15</b>件 | [见](javascript:1)。",
        "h3: （一）清单",
        "ul li: 1. 甲",
        "ul li ul li: 甲之一",
        "ul li: 乙",
        "table head td: 单位",
        "table head td: 案件",
        "table tr td: 新收",
        "table tr td: 办结",
        "table tr td: 甲|局",
        "table tr td: 5",
        "table tr td: 4",
        "table tr td: 6",
        "table tr td: 姓名",
        "table tr td: 张三",
        "p: 一图[读懂]",
        "p: 兴县人民政府⏎2024年1月23日",
        "h2: Attachments",
        "ol li: 附件1 *细则*.pdf (PDF, 1.2 MB, 4,213 characters)",
        "ol li: 附件2[31m.pdf (PDF, 1.2 MB, scanned, no text layer)",
        "ol li: 附件3.pdf (PDF, not read yet)",
    ];
    let heads = ["ul li: URL", "ul li: First", "ul li: Source", "ul li: Revision"];
    let is_body = |line: &&str| !heads.iter().any(|head| line.starts_with(head));
    let body: Vec<&str> = seen.iter().map(String::as_str).filter(is_body).collect();
    assert_eq!(body, expected, "{markdown}");
    let destinations: Vec<String> = Parser::new(&markdown)
        .filter_map(|event| match event {
            Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
            _ => None,
        })
        .collect();
    let paths = ["1.html", "W0.jpg?a=1&copy;", "1.pdf", "2.pdf", "3.pdf"];
    assert_eq!(destinations, paths.map(|path| format!("http://www.a.gov.cn/{path}")));
}

#[test]
fn a_table_in_markdown_has_as_many_columns_as_its_widest_row() {
    let blocks = vec![
        row(0, false, "表1 案件统计", &[(0, 3, 1)]),
        row(0, true, "单位\t件数", &[]),
        row(0, false, "甲\t5\t6", &[]),
    ];
    let markdown = written(Document { blocks, ..Document::default() }, Format::Markdown, &[]);
    let seen = outline(&markdown);
    let table: Vec<&str> = seen.iter().rev().take(6).rev().map(String::as_str).collect();
    let expected = [
        "p: 表1 案件统计",
        "table head td: 单位",
        "table head td: 件数",
        "table tr td: 甲",
        "table tr td: 5",
        "table tr td: 6",
    ];
    assert_eq!(table, expected, "{markdown}");
}

#[test]
fn a_page_of_html_has_the_parts_and_loads_nothing() {
    let html = written(document(), Format::Html, &[]);
    let tree = Tree::parse(&html).expect("a small page");
    let all = |css: &str| {
        let selector = Selector::parse(css).expect("selector");
        tree.root().select(&selector).map(|node| node.raw_text()).collect::<Vec<_>>()
    };
    assert_eq!(all("h2"), ["一、总体情况", "Attachments"]);
    assert_eq!(all("h3"), ["（一）清单"]);
    assert_eq!(all("ul > li > ul > li"), ["甲之一"]);
    assert_eq!(all("ul").len(), 2);
    assert_eq!(all("table").len(), 2);
    assert_eq!(all("th[rowspan='2']"), ["单位"]);
    assert_eq!(all("th[colspan='2']"), ["案件"]);
    assert_eq!(all("td[rowspan='2']"), ["甲|局"]);
    let rows = all("tr").iter().map(|row| row.trim().to_owned()).collect::<Vec<_>>();
    assert_eq!(rows, ["单位案件", "新收办结", "甲|局54", "6", "姓名张三"]);
    assert_eq!(all("table tr:nth-child(2) th").len(), 2, "covered places are no cells");
    assert_eq!(all("p.signature"), ["兴县人民政府2024年1月23日"]);
    assert_eq!(all("figure").len(), 1);
    assert_eq!(all("[src], [href], script, img, a, b"), [] as [&str; 0]);
}

#[test]
fn a_page_without_words_says_what_it_has_instead() {
    let image = || block(BlockKind::Image, "");
    let only_images = Document { blocks: vec![image(), image(), image()], ..Document::default() };
    let only_files = Document { attachments: attachments(), ..Document::default() };
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let images = written(only_images.clone(), format, &[]);
        assert!(images.contains("The page has no text: it shows 3 pictures."), "{images}");
        let files = written(only_files.clone(), format, &[]);
        assert!(files.contains("What it says stands in its attachments:"), "{files}");
        let nothing = written(Document::default(), format, &[]);
        assert!(nothing.contains("The page has no text."), "{nothing}");
        assert!(!written(document(), format, &[]).contains("The page has no text"));
    }
}

#[test]
fn texts_of_attachments_stand_under_their_titles_after_the_body() {
    let files = [(2, "第一条 <目的>。\n甲\t5\n乙\t6\n".to_owned()), (9, "无此附件".to_owned())];
    let text = written(document(), Format::Text, &files);
    let expected = "附件3.pdf\n─────────\n\n第一条 <目的>。\n\n┌────┬───┐\n│ 甲 ┆ 5 │\n│ 乙 ┆ 6 │\n└────┴───┘\n";
    assert!(text.ends_with(expected), "{text}");
    let seen = outline(&written(document(), Format::Markdown, &files));
    assert_eq!(seen[seen.len() - 6..][..2], ["h2: 附件3.pdf", "p: 第一条 <目的>。"]);
    assert!(
        written(document(), Format::Html, &files).contains("<h2>附件3.pdf</h2>\n<p>第一条 &lt;目的&gt;。</p>\n<table>")
    );
}

#[test]
fn a_file_that_never_came_and_one_that_was_not_read_whole_say_why() {
    let mut attachments = attachments();
    attachments[0].file.as_mut().expect("read").note = Some("2 of 3 pages are pictures".to_owned());
    let missing = [(attachments[2].url.clone(), "answered 404".to_owned())];
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let document = Document { attachments: attachments.clone(), ..Document::default() };
        let text = written_without(document, format, &[], &missing);
        assert!(text.contains("not read yet: answered 404"), "{text}");
        assert!(text.contains("4,213 characters; 2 of 3 pages are pictures"), "{text}");
    }
}
