//! The words of office files: one file of each type as real programs write it, and what is wrong with others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use govwatch::model::TextState;
use govwatch::page::attach::{self, Limits, Media, Reading};

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach/office").join(name)).unwrap()
}

fn read(name: &str) -> Reading {
    attach::read(&bytes(name), name, &Limits::default())
}

fn text(name: &str) -> String {
    let reading = read(name);
    assert_eq!(reading.state, TextState::Text, "{name}: {:?}", reading.note);
    reading.text
}

/// Asserts that the lines stand in the text in this order, whole and side by side.
fn assert_lines(name: &str, text: &str, expected: &[&str]) {
    let lines: Vec<&str> = text.lines().collect();
    let is_there = lines.windows(expected.len()).any(|window| window == expected);
    assert!(is_there, "{name} has not {expected:?} but\n{text}");
}

const REPORT_TABLE: [&str; 4] = [
    "序号\t项目\t2023年\t2024年\t备注",
    "1\t行政处罚\t12\t9",
    "2\t行政复议\t3\t\t含调解1件",
    "3\t行政诉讼\t0\t1\t胜诉",
];

#[test]
fn a_word_document_gives_its_paragraphs_and_its_table_row_by_row() {
    for name in ["report.doc", "report.docx"] {
        let text = text(name);
        assert_lines(name, &text, &REPORT_TABLE);
        assert!(text.lines().next().is_some_and(|title| title.contains("三星乡")), "{name}: {text}");
        assert!(text.contains("石柱府办发〔2024〕34号"), "{name}");
    }
}

#[test]
fn both_forms_of_a_word_document_say_the_same() {
    assert_eq!(text("report.doc"), text("report.docx"));
}

#[test]
fn a_wps_file_is_read_as_the_word_document_that_it_is() {
    let reading = attach::read(&bytes("report.doc"), "report.wps", &Limits::default());
    assert_eq!(reading.state, TextState::Text);
    assert_lines("report.wps", &reading.text, &REPORT_TABLE);
}

#[test]
fn deleted_and_hidden_words_and_the_codes_of_fields_are_left_out() {
    for name in ["tracked_and_hidden.docx", "tracked_and_hidden.doc", "tracked_and_hidden.rtf"] {
        let text = text(name);
        assert_lines(name, &text, &["第一行", "第二行", "可见的字", "原定五月完成"]);
        for left_out in ["隐藏文字", "三月", "PAGE"] {
            assert!(!text.contains(left_out), "{name} says {left_out}");
        }
        assert_lines(name, &text, &["序号\t事项\t件数\t备注", "1\t行政复议\t15", "2\t行政应诉\t\t无"]);
        assert!(text.lines().any(|line| line.starts_with("合计") && line.ends_with("十五件")), "{name}: {text}");
        for once in ["江源区人民政府文件", "江源区司法局印发"] {
            assert_eq!(text.matches(once).count(), 1, "{name}: {once}");
        }
    }
}

#[test]
fn cells_of_a_row_with_merged_ones_stand_under_their_columns() {
    let rows = [
        "单位\t岗位\t\t\t备注",
        "\t名称\t人数\t学历",
        "医院\t内科\t1\t硕士\t无",
        "\t外科\t2\t本科",
        "合计\t\t3",
        "\t\t其中\t1\t另定",
    ];
    assert_lines("merged.docx", &text("merged.docx"), &rows);
    let rtf = b"{\\rtf1\\ansi\\trowd\\cellx1000\\cellx3000\\cellx4000\\intbl a\\cell b\\cell c\\cell\\row\
        \\trowd\\cellx1010\\cellx2000\\cellx3000\\cellx4000\\intbl 1\\cell 2\\cell 3\\cell 4\\cell\\row\\pard end\\par}";
    assert_eq!(attach::read(rtf, "a.rtf", &Limits::default()).text, "a\tb\t\tc\n1\t2\t3\t4\nend");
    // The first three of its four columns are one in the last row.
    for name in ["tracked_and_hidden.docx", "tracked_and_hidden.doc", "tracked_and_hidden.rtf"] {
        assert!(text(name).lines().any(|line| line == "合计\t\t\t十五件"), "{name}: {}", text(name));
    }
}

#[test]
fn the_numbers_of_a_list_stand_before_its_paragraphs() {
    let name = "tracked_and_hidden.docx";
    assert_lines(name, &text(name), &["1. 加强组织领导", "2. 完善工作机制"]);
}

#[test]
fn a_workbook_gives_its_sheets_row_by_row_with_dates_and_shares_as_shown() {
    for name in ["formats.xlsx", "formats_office.xls"] {
        let reading = read(name);
        assert_eq!(reading.state, TextState::Text, "{name}: {:?}", reading.note);
        let rows = [
            "执法统计",
            "2023年行政执法统计表",
            "序号\t单位\t日期\t比例\t金额",
            "1\t司法局\t2023-03-15\t12.34%\t1,234,567.50",
            "2\t公安局\t2023-12-01\t50.00%\t0.3",
        ];
        assert_lines(name, &reading.text, &rows);
        assert_lines(name, &reading.text, &["隐藏表", "\t藏起来的"]);
        assert!(reading.note.is_some_and(|note| note.contains("hidden")), "{name}");
    }
    for name in ["formats.xls", "formats_office.xlsx"] {
        let text = text(name);
        let rows = [
            "人员名单",
            "姓名\t职务\t任职日期\t到会率",
            "张三\t局长\t2023-03-15\t98.5%",
            "李四\t副局长\t2023-03-16\t100.0%",
        ];
        assert_lines(name, &text, &rows);
        assert_lines(name, &text, &["附表", "附表一"]);
        assert!(!text.contains("空表"), "{name}");
    }
}

#[test]
fn slides_come_in_their_order_with_tables_and_notes() {
    for name in ["slides.pptx", "slides.ppt"] {
        let text = text(name);
        assert_lines(name, &text, &["事项\t时限\t责任人", "普法\t\t王五", "复议\t七月\t赵六"]);
        assert_lines(name, &text, &["加强组织领导", "完善工作机制"]);
        let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{name} has not {words}: {text}"));
        assert!(place("江源区法治政府建设情况") < place("讲稿:先讲成绩。"), "{name}");
        assert!(place("讲稿:先讲成绩。") < place("下一步工作"), "{name}");
    }
}

#[test]
fn half_a_file_is_broken() {
    for name in [
        "report.doc",
        "report.docx",
        "formats.xls",
        "formats.xlsx",
        "slides.ppt",
        "slides.pptx",
        "tracked_and_hidden.rtf",
    ] {
        let whole = bytes(name);
        let reading = attach::read(&whole[..whole.len() / 2], name, &Limits::default());
        assert_eq!(reading.state, TextState::Broken, "{name}: {:?}", reading.text);
        assert!(reading.note.is_some(), "{name}");
    }
}

#[test]
fn a_file_with_a_password_is_encrypted() {
    for name in ["password.docx", "password.xlsx"] {
        assert_eq!(read(name).state, TextState::Encrypted, "{name}");
    }
    // The flag of the file information block, and the record that stands before encrypted ones.
    let mut doc = bytes("report.doc");
    let block = find(&doc, b"\xEC\xA5");
    doc[block + 0x0B] |= 1;
    assert_eq!(attach::read(&doc, "a.doc", &Limits::default()).state, TextState::Encrypted);
    let mut xls = bytes("formats.xls");
    let book = find(&xls, b"\x09\x08");
    xls[book + 20] = 0x2F;
    xls[book + 21] = 0;
    assert_eq!(attach::read(&xls, "a.xls", &Limits::default()).state, TextState::Encrypted);
}

fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).unwrap()
}

/// A package of these parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("[Content_Types].xml", &b"<Types/>"[..])].iter().chain(parts) {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_member_that_inflates_beyond_the_limit_is_too_large() {
    let limits = Limits { inflated_bytes: 1024 * 1024, ..Limits::default() };
    let spaces = vec![b' '; 2 * 1024 * 1024];
    for (name, part) in
        [("a.docx", "word/document.xml"), ("a.xlsx", "xl/workbook.xml"), ("a.pptx", "ppt/presentation.xml")]
    {
        let bomb = package(&[(part, &spaces)]);
        assert!(bomb.len() < 100_000);
        assert_eq!(attach::read(&bomb, name, &limits).state, TextState::TooLarge, "{name}");
    }
}

/// A workbook of one sheet.
fn workbook(sheet: &str) -> Vec<u8> {
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="一" r:id="rId1"/></sheets></workbook>"#;
    let relations =
        r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let parts = [
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    package(&parts)
}

#[test]
fn a_sheet_that_claims_all_cells_costs_what_it_holds() {
    let sheet = r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>
        <row r="1048576"><c r="C1048576"><v>2</v></c><c r="XFD1048576"><v>3</v></c></row></sheetData></worksheet>"#;
    let reading = attach::read(&workbook(sheet), "a.xlsx", &Limits::default());
    assert_eq!((reading.state, reading.text.as_str()), (TextState::Text, "一\n1\n\t\t2"));
    assert!(reading.note.is_some_and(|note| note.contains("column")));
}

#[test]
fn the_text_of_a_sheet_ends_at_the_limit() {
    let mut rows = String::new();
    for row in 1..=1000 {
        write!(rows, r#"<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>甲乙丙丁</t></is></c></row>"#).unwrap();
    }
    let limits = Limits { text_bytes: 1000, ..Limits::default() };
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let reading = attach::read(&workbook(&sheet), "a.xlsx", &limits);
    assert_eq!(reading.state, TextState::Text);
    assert!(reading.text.len() <= 1000 && reading.text.contains("甲乙丙丁"), "{}", reading.text.len());
    assert!(reading.note.is_some_and(|note| note.contains("limit")));
}

#[test]
fn a_million_open_braces_and_tables_in_tables_end_in_a_reading() {
    let braces = [b"{\\rtf1 ".as_slice(), &vec![b'{'; 1_000_000]].concat();
    assert_eq!(attach::read(&braces, "a.rtf", &Limits::default()).state, TextState::Broken);
    let depth = 20_000;
    let deep = [
        "<w:tbl><w:tr><w:tc>".repeat(depth),
        "<w:p><w:r><w:t>底</w:t></w:r></w:p>".to_owned(),
        "</w:tc></w:tr></w:tbl>".repeat(depth),
    ];
    let xml = format!("<w:document>{}</w:document>", deep.concat());
    let reading = attach::read(&package(&[("word/document.xml", xml.as_bytes())]), "a.docx", &Limits::default());
    assert_eq!((reading.state, reading.text.as_str()), (TextState::Text, "底"));
}

#[test]
fn the_text_of_a_text_box_stands_once() {
    let text_box = "<wps:txbx><w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></wps:txbx>";
    let xml = format!(
        "<w:document><w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice>{text_box}</mc:Choice>\
         <mc:Fallback>{text_box}</mc:Fallback></mc:AlternateContent></w:r></w:p></w:document>"
    );
    let reading = attach::read(&package(&[("word/document.xml", xml.as_bytes())]), "a.docx", &Limits::default());
    assert_eq!(reading.text, "框内\n正文");
}

#[test]
fn rtf_is_read_by_its_code_pages_and_its_unicode() {
    let rtf = b"{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset136 M;}}{\\*\\generator x;}\
        \\f0\\'b7\\'a8\\'d6\\'ce\\uc1\\u25919?\\u-10179?\\u-8704? {\\f1\\'a5\\'5f}{\\v x}{\\field{\\*\\fldinst PAGE}{\\fldrslt 7}}\\par\
        \\trowd\\intbl \\'d2\\'bb\\cell\\cell 2\\cell\\row\\pard end{\\footnote note}\\par{\\pict 00ff}}";
    let reading = attach::read(rtf, "a.rtf", &Limits::default());
    assert_eq!(reading.media, Media::Rtf);
    assert_eq!(reading.text, "法治政😀 北7\n一\t\t2\nend\nnote");
}

#[test]
fn a_document_that_holds_a_closed_file_is_open_itself() {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes("report.doc"))).unwrap();
    file.create_storage_all("/ObjectPool/_1700000000").unwrap();
    for name in ["EncryptedPackage", "WordDocument"] {
        let mut stream = file.create_stream(format!("/ObjectPool/_1700000000/{name}")).unwrap();
        stream.write_all(&[7; 5000]).unwrap();
    }
    file.flush().unwrap();
    let reading = attach::read(&file.into_inner().into_inner(), "report.doc", &Limits::default());
    assert_eq!((reading.media, reading.state), (Media::Doc, TextState::Text), "{:?}", reading.note);
    assert_eq!(reading.text, text("report.doc"));
}
