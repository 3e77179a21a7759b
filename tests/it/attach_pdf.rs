//! PDF files of the producers that offices use, and what may go wrong with them.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use govwatch::model::TextState;
use govwatch::page::attach::{self, Limits, Reading};

fn saved(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/attach/pdf/{name}.pdf", env!("CARGO_MANIFEST_DIR"))).expect("a saved file")
}

fn read(bytes: &[u8]) -> Reading {
    attach::read(bytes, "附件.pdf", &Limits::default())
}

fn assert_says(name: &str, phrases: &[&str]) -> Reading {
    let reading = read(&saved(name));
    // This one leaves no room between the cells of its table, and has no lines.
    let note = (name == "cairo").then_some("the columns of a table are not sure");
    assert_eq!((reading.state, reading.note.as_deref()), (TextState::Text, note), "{name}");
    let words: String = reading.text.split_whitespace().collect();
    for phrase in phrases {
        assert!(words.contains(phrase), "{name} does not say {phrase}: {}", reading.text);
    }
    reading
}

fn assert_refused(bytes: &[u8], state: TextState) {
    let reading = read(bytes);
    assert_eq!((reading.state, reading.text.as_str()), (state, ""), "{:?}", reading.note);
    assert!(reading.note.is_some());
}

/// A PDF file of one page that shows `content`; `stream` holds the page's own entries and the stream as packed.
fn written(resources: &str, filter: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let page = format!(
        "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}>>/Contents 4 0 R>>\nendobj\n\
         4 0 obj\n<</Length {}{filter}>>\nstream\n",
        stream.len()
    );
    file.extend_from_slice(page.as_bytes());
    file.extend_from_slice(stream);
    file.extend_from_slice(b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF\n");
    file
}

/// A font of Adobe's collection of simplified Chinese that is not embedded, under this encoding.
fn chinese_font(encoding: &str) -> String {
    format!(
        "/Font<</F1<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/{encoding}/DescendantFonts[<</Type/Font\
         /Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>\
         /FontDescriptor<</Type/FontDescriptor/FontName/SimSun/Flags 6/FontBBox[0 -120 1000 880]/ItalicAngle 0\
         /Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>]>>>>"
    )
}

fn shown(encoding: &str, content: &str) -> Reading {
    read(&written(&chinese_font(encoding), "", content.as_bytes()))
}

fn deflated(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for chunk in bytes {
        encoder.write_all(&chunk).expect("memory takes bytes");
    }
    encoder.finish().expect("memory takes bytes")
}

#[test]
fn encodings_of_official_papers_are_read_without_embedded_fonts() {
    assert_says(
        "reportlab_unigb_ucs2",
        &[
            "石柱土家族自治县三星乡人民政府2024年度法治政府建设情况报告",
            "(石柱府办发〔2024〕34号)文件要求,坚持以习近平新时代中国特色社会主义思想为指导",
        ],
    );
    assert_says("reportlab_gbk_euc", &["按照中央、省、市法治政府建设工作部署的各项要求"]);
    assert_says("mupdf_china_s", &["全面学习宣传贯彻习近平法治思想,扎实推进各项任务落地见效"]);
}

#[test]
fn embedded_subset_fonts_are_read_by_their_tables_of_characters() {
    for name in ["libreoffice", "cairo"] {
        assert_says(name, &["认真贯彻落实《法治政府建设实施纲要(2015-2020年)》《法治政府建设与责任落实督察工作规定》"]);
    }
}

#[test]
fn rows_of_a_table_are_lines_with_their_cells_apart_by_tabs() {
    for name in ["reportlab_unigb_ucs2", "libreoffice"] {
        let reading = read(&saved(name));
        let rows: Vec<Vec<&str>> = reading.text.lines().map(|line| line.split('\t').map(str::trim).collect()).collect();
        assert!(rows.contains(&vec!["序号", "工作任务", "牵头单位", "完成时限"]), "{name}: {}", reading.text);
        let row = rows.iter().find(|row| row[0] == "2").unwrap_or_else(|| panic!("{name}: {}", reading.text));
        assert_eq!(row[1..3], ["行政执法案卷评查", "市场监管局"], "{name}");
        assert_eq!(row[3].replace(' ', ""), "2024年9月底", "{name}");
        let wrapped = rows.iter().find(|row| row[0] == "3").unwrap_or_else(|| panic!("{name}: {}", reading.text));
        assert_eq!(wrapped[3].replace(' ', ""), "2024年12月底", "{name}");
    }
}

#[test]
fn columns_are_read_one_after_the_other() {
    assert_says(
        "reportlab_two_columns",
        &["2024年以来,在市委、市政府的坚强领导下,陆良县委、县政府坚持以习近平新时代中"],
    );
}

#[test]
fn encodings_by_code_and_by_identity_tell_the_same_characters() {
    let by_code = shown("GBK-EUC-H", "BT /F1 12 Tf 70 700 Td <B9ABB8E6> Tj ET");
    let by_unicode = shown("UniGB-UTF16-H", "BT /F1 12 Tf 70 700 Td <516C544A> Tj ET");
    let by_identity = shown("Identity-H", "BT /F1 12 Tf 70 700 Td <06EA06D8> Tj ET");
    assert_eq!(by_code.text, "公告");
    assert_eq!(by_unicode.text, "公告");
    assert_eq!(by_identity.text.chars().count(), 2);
    assert!(by_identity.text.chars().all(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{}", by_identity.text);
}

#[test]
fn bold_made_by_drawing_twice_is_read_once() {
    let twice = "BT /F1 12 Tf 70 700 Td <516C544A516C> Tj ET BT /F1 12 Tf 70.3 700 Td <516C544A516C> Tj ET";
    assert_eq!(shown("UniGB-UCS2-H", twice).text, "公告公");
    let filled_and_stroked = "BT 2 Tr /F1 12 Tf 70 700 Td <516C544A> Tj ET";
    assert_eq!(shown("UniGB-UCS2-H", filled_and_stroked).text, "公告");
}

#[test]
fn a_line_turned_by_a_quarter_is_one_line() {
    let turned = "BT /F1 12 Tf 0 1 -1 0 300 300 Tm <516C544A> Tj ET BT /F1 12 Tf 0 1 -1 0 280 300 Tm <516C> Tj ET";
    assert_eq!(shown("UniGB-UCS2-H", turned).text, "公告\n公");
}

#[test]
fn a_scanned_paper_has_no_text_layer_whatever_mark_the_scanner_left() {
    assert_refused(&saved("mupdf_scanned"), TextState::NoTextLayer);
    assert_refused(&saved("mupdf_scanned_with_mark"), TextState::NoTextLayer);
}

#[test]
fn a_font_without_its_table_of_characters_is_no_text_layer() {
    let font = chinese_font("Identity-H").replace("(GB1)", "(Identity)");
    assert_refused(&written(&font, "", b"BT /F1 12 Tf 70 700 Td <06EA06D8> Tj ET"), TextState::NoTextLayer);
}

#[test]
fn only_a_password_that_a_reader_must_type_keeps_a_file_shut() {
    assert_refused(&saved("qpdf_password"), TextState::Encrypted);
    assert_says("qpdf_empty_password", &["强化依法行政意识,规范行政执法行为"]);
}

#[test]
fn a_cut_file_is_broken_and_never_half_a_paper() {
    for name in ["reportlab_unigb_ucs2", "libreoffice", "cairo", "qpdf_empty_password"] {
        let whole = saved(name);
        for part in [2, 3, 5, 8, 9] {
            assert_refused(&whole[..whole.len() * part / 10], TextState::Broken);
        }
    }
    assert_refused(b"", TextState::Broken);
    assert_refused(b"%PDF-1.4\nstartxref\n0\n%%EOF", TextState::Broken);
}

#[test]
fn streams_that_inflate_beyond_the_limit_are_refused_before_they_are_kept() {
    let line = || b"BT /F1 12 Tf 70 700 Td <516C544A> Tj ET\n".repeat(1000);
    let bomb = deflated((0..8000).map(|_| line()));
    assert!(bomb.len() < 2_000_000);
    let font = chinese_font("UniGB-UCS2-H");
    assert_refused(&written(&font, "/Filter/FlateDecode", &bomb), TextState::TooLarge);
    let zeros = deflated((0..300).map(|_| vec![0; 1 << 20]));
    let packed_twice = deflated(std::iter::once(zeros));
    assert_refused(&written(&font, "/Filter[/FlateDecode/FlateDecode]", &packed_twice), TextState::TooLarge);
}

#[test]
fn text_and_pages_beyond_the_limits_are_left_out_with_a_note() {
    let whole = read(&saved("reportlab_gbk_euc"));
    let few_bytes = Limits { text_bytes: 1000, ..Limits::default() };
    let cut = attach::read(&saved("reportlab_gbk_euc"), "a.pdf", &few_bytes);
    assert!(cut.text.len() <= 1000 && cut.text.len() > 990, "{}", cut.text.len());
    assert!(whole.text.starts_with(&cut.text));
    assert_eq!(cut.note.as_deref(), Some("cut after 1000 bytes of text"));
    let one_page = Limits { pages: 1, ..Limits::default() };
    let first = attach::read(&saved("reportlab_gbk_euc"), "a.pdf", &one_page);
    assert!(whole.text.starts_with(&first.text) && first.text.len() < whole.text.len());
    assert!(first.note.unwrap().starts_with("the first 1 of "));
}

#[test]
fn forms_that_draw_themselves_end() {
    let resources = "/XObject<</X 4 0 R>>";
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X 4 0 R>>>>";
    assert_refused(&written(resources, form, b"/X Do /X Do /X Do"), TextState::NoTextLayer);
}

#[test]
fn cells_stand_under_their_columns_whatever_is_empty_merged_or_wrapped() {
    let reading = assert_says("reportlab_tables", &["明确责任分工"]);
    let lines: Vec<&str> = reading.text.lines().collect();
    for table in [
        &[
            "序号\t姓名\t成绩\t\t备注",
            "\t\t笔试\t面试",
            "1\t张  三\t80\t\t免面试",
            "2\t李四\t\t90",
            "3\t城关镇人民政府选送的王五\t\t\t第一行说明，第二行说明",
            "\t\t\t合计：1",
        ][..],
        &["科目\t预算\t决算", "一般公共服务\t1,000.00\t1,100.00", "政协事务\t\t50.00", "\t\t7.00", "教育\t20.00"],
        &[
            "序号\t名称\t说明\t数",
            "1\t甲乙丙1\t说明文字较长需要换行的内容说明文字较长需要换行的内容\t10",
            "2\t甲乙丙2\t说明文字较长需要换行的内容\t20",
            "3\t甲乙丙3\t说明文字较长需要换行的内容说明文字较长需要换行的内容\t30",
        ],
        &["名称\t数\t备注", "甲1\t1\t正常", "甲2\t2\t正常", "甲3\t3\t正常", "甲4\t4\t正常"],
    ] {
        assert!(lines.windows(table.len()).any(|window| window == table), "{table:?} is not in\n{}", reading.text);
    }
}

#[test]
fn columns_that_cannot_be_told_are_said_not_to_be_sure() {
    let cells = |y: u32, xs: &[u32]| -> String {
        let shown = |x: &u32| format!("BT /F1 12 Tf {x} {y} Td <516C544A516C> Tj ET ");
        xs.iter().map(shown).collect()
    };
    let told = cells(700, &[70, 170, 270]) + &cells(680, &[70, 270]) + &cells(660, &[170, 270]);
    let reading = shown("UniGB-UCS2-H", &told);
    assert_eq!(reading.text, "公告公\t公告公\t公告公\n公告公\t\t公告公\n\t公告公\t公告公");
    assert_eq!(reading.note, None);
    let wide = format!("BT /F1 12 Tf 70 660 Td <{}> Tj ET ", "516C".repeat(12));
    let unsure = cells(700, &[70, 170, 270]) + &cells(680, &[70, 170, 270]) + &wide + &cells(660, &[270]);
    let reading = shown("UniGB-UCS2-H", &unsure);
    assert!(reading.note.is_some_and(|note| note.contains("columns")), "{}", reading.text);
}

#[test]
fn page_numbers_and_running_heads_are_left_out_and_lines_of_a_paragraph_are_one() {
    let reading = read(&saved("reportlab_tables"));
    assert!(!reading.text.contains("公报") && !reading.text.contains("- 2 -"), "{}", reading.text);
    let lines: Vec<&str> = reading.text.lines().collect();
    let paragraph = |line: &&&str| line.starts_with("为贯彻落实") && line.ends_with("按时完成各项任务。");
    assert_eq!(lines.iter().filter(paragraph).count(), 4, "{}", reading.text);
    assert!(lines.contains(&"一、短句。"), "{}", reading.text);
}
