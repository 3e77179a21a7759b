//! OFD files, built here from the published format (GB/T 33190), and what may go wrong with them.

use std::io::{Cursor, Write};

use govwatch::model::TextState;
use govwatch::page::attach::{self, Limits, Reading};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const OFD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"
    Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:Title>不是正文</ofd:Title></ofd:DocInfo>
    <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"#;
const DOCUMENT: &str = r#"<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea>
    <ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>
    <ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/><ofd:TemplatePage ID="8" BaseLoc="/Doc_0/Tpls/Tpl_1/Content.xml"/>
    </ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>
    <ofd:Page ID="2" BaseLoc="Pages/Page_1/Content.xml"/></ofd:Pages></ofd:Document>"#;
const PICTURE: &str = r#"<ofd:ImageObject ID="90" Boundary="0 0 210 297" ResourceID="9"/>"#;

fn page(head: &str, objects: &str) -> String {
    format!(
        r#"<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016">{head}<ofd:Content><ofd:Layer Type="Body" ID="5">{objects}</ofd:Layer></ofd:Content></ofd:Page>"#
    )
}

/// A text object of 五号 text at this place, in millimetres.
fn text(x: f64, y: f64, words: &str) -> String {
    format!(
        r#"<ofd:TextObject ID="6" Boundary="{x} {y} 100 6" Font="3" Size="3.7"><ofd:TextCode X="0" Y="3.2" DeltaX="g {} 3.7">{words}</ofd:TextCode></ofd:TextObject>"#,
        words.chars().count() - 1
    )
}

fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory takes a member");
        writer.write_all(xml.as_bytes()).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes a directory").into_inner()
}

fn two_pages(first: &str, second: &str) -> Vec<u8> {
    packed(&[
        ("OFD.xml", OFD),
        ("Doc_0/Document.xml", DOCUMENT),
        ("Doc_0/Pages/Page_0/Content.xml", first),
        ("Doc_0/Pages/Page_1/Content.xml", second),
        ("Doc_0/Tpls/Tpl_0/Content.xml", &page("", &text(30.0, 10.0, "三星乡人民政府文件"))),
        ("Doc_0/Tpls/Tpl_1/Content.xml", &page("", &text(30.0, 280.0, "抄送各村"))),
    ])
}

fn read(bytes: &[u8]) -> Reading {
    attach::read(bytes, "附件.ofd", &Limits::default())
}

fn assert_text(bytes: &[u8], expected: &str) {
    let reading = read(bytes);
    assert_eq!((reading.state, reading.note.as_deref()), (TextState::Text, None));
    assert_eq!(reading.text, expected);
}

fn assert_refused(bytes: &[u8], state: TextState) {
    let reading = read(bytes);
    assert_eq!((reading.state, reading.text.as_str()), (state, ""), "{:?}", reading.note);
    assert!(reading.note.is_some());
}

#[test]
fn a_saved_paper_is_read_line_by_line() {
    let saved = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attach/ofd/report.ofd")).expect("the case");
    let expected = "三星乡2023年度法治政府建设情况报告\n一、主要举措和成效\n全年共受理行政复议案件15件，办结14件。\n\
         事项\t受理\t办结\n行政复议\t15\t14\n二、存在的不足\n普法宣传的针对性有待加强。\n三星乡人民政府\n2024年1月23日";
    assert_text(&saved, expected);
}

#[test]
fn pages_are_read_in_their_order_between_their_templates() {
    let head =
        r#"<ofd:Template TemplateID="8" ZOrder="Foreground"/><ofd:Template TemplateID="7" ZOrder="Background"/>"#;
    let first = page(
        head,
        &(text(30.0, 40.0, "一、法治政府建设") + &text(67.0, 40.0, "工作情况") + &text(30.0, 50.0, "具体如下。")),
    );
    let second = page("", &text(30.0, 40.0, "二、存在的不足"));
    let expected = "三星乡人民政府文件\n一、法治政府建设\t工作情况\n具体如下。\n抄送各村\n二、存在的不足";
    assert_text(&two_pages(&first, &second), expected);
}

#[test]
fn runs_of_one_line_are_joined_and_cells_of_a_row_are_parted_by_tabs() {
    let row = |y, cells: [&str; 3]| {
        let [a, b, c] = cells;
        text(20.0, y, a) + &text(40.0, y, b) + &text(120.0, y, c)
    };
    let objects = row(40.0, ["序号", "工作任务", "牵头单位"])
        + &row(48.0, ["1", "规范性文件清理", "政府办公室"])
        + &text(20.0, 60.0, "共清理")
        + &text(31.1, 60.0, "12")
        + &text(38.5, 60.2, "件");
    let expected = "序号\t工作任务\t牵头单位\n1\t规范性文件清理\t政府办公室\n共清理12件";
    assert_text(&two_pages(&page("", &objects), &page("", "")), expected);
}

#[test]
fn characters_are_unescaped_and_no_entity_of_its_own_is_expanded() {
    let objects = text(20.0, 40.0, "甲&amp;乙&#x4e19;&bomb;<![CDATA[<丁>]]>");
    let page = format!(r#"<!DOCTYPE x [<!ENTITY bomb "爆炸">]>{}"#, page("", &objects));
    assert_text(&two_pages(&page, "<Page/>"), "甲&乙丙<丁>");
}

#[test]
fn text_turned_by_its_matrix_stands_where_it_is_drawn() {
    let moved = r#"<ofd:TextObject ID="6" Boundary="20 40 10 10" Size="1" CTM="3.7 0 0 3.7 20 30"><ofd:TextCode X="0" Y="0">乙</ofd:TextCode></ofd:TextObject>"#;
    let objects = text(20.0, 66.8, "甲") + moved;
    assert_text(&two_pages(&page("", &objects), &page("", "")), "甲\t乙");
}

#[test]
fn all_documents_of_a_file_are_read() {
    let two = OFD
        .replace("</ofd:OFD>", "<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
    let document = r#"<ofd:Document><ofd:Pages><ofd:Page ID="1" BaseLoc="Content.xml"/></ofd:Pages></ofd:Document>"#;
    let bytes = packed(&[
        ("OFD.xml", &two),
        ("Doc_0/Document.xml", document),
        ("Doc_0/Content.xml", &page("", &text(20.0, 40.0, "正文"))),
        ("Doc_1/Document.xml", document),
        ("Doc_1/Content.xml", &page("", &text(20.0, 40.0, "附件"))),
    ]);
    assert_text(&bytes, "正文\n附件");
}

#[test]
fn a_scanned_paper_has_no_text_layer_whatever_mark_the_scanner_left() {
    let scanned = page("", PICTURE);
    let marked = page("", &(PICTURE.to_owned() + &text(150.0, 290.0, "扫描全能王")));
    assert_refused(&two_pages(&scanned, &scanned), TextState::NoTextLayer);
    assert_refused(&two_pages(&marked, &marked), TextState::NoTextLayer);
    let reading = read(&two_pages(&page("", &text(20.0, 40.0, "关于印发实施意见的通知")), &scanned));
    assert_eq!(reading.text, "关于印发实施意见的通知");
    assert_eq!(reading.note.as_deref(), Some("1 of 2 pages are pictures"));
}

#[test]
fn a_cut_file_or_one_without_its_parts_is_broken() {
    let whole = two_pages(&page("", &text(20.0, 40.0, "正文")), &page("", ""));
    assert_refused(&whole[..whole.len() / 2], TextState::Broken);
    assert_refused(b"", TextState::Broken);
    assert_refused(&packed(&[("OFD.xml", OFD)]), TextState::Broken);
    assert_refused(&two_pages("<ofd:Page><ofd:Content>", &page("", "")), TextState::Broken);
    let empty = packed(&[("OFD.xml", OFD), ("Doc_0/Document.xml", "<Document><Pages/></Document>")]);
    assert_refused(&empty, TextState::Broken);
}

#[test]
fn parts_that_inflate_beyond_the_limit_are_refused() {
    let bomb = page("", &" ".repeat(300 * 1024 * 1024));
    let bytes = two_pages(&bomb, &page("", ""));
    assert!(bytes.len() < 2_000_000);
    assert_refused(&bytes, TextState::TooLarge);
}

#[test]
fn an_encrypted_file_is_told_by_its_list_of_encrypted_parts() {
    assert_refused(&packed(&[("OFD.xml", "?"), ("Encryptions.xml", "<x/>")]), TextState::Encrypted);
}

#[test]
fn elements_nested_without_end_do_not_exhaust_the_stack() {
    let depth = 200_000;
    let nested = "<ofd:PageBlock>".repeat(depth) + &text(20.0, 40.0, "正文") + &"</ofd:PageBlock>".repeat(depth);
    assert_text(&two_pages(&page("", &nested), &page("", "")), "正文");
}

#[test]
fn text_and_pages_beyond_the_limits_are_left_out_with_a_note() {
    let bytes = two_pages(&page("", &text(20.0, 40.0, "一二三四")), &page("", &text(20.0, 40.0, "五六七八")));
    let few_bytes = Limits { text_bytes: 8, ..Limits::default() };
    let cut = attach::read(&bytes, "a.ofd", &few_bytes);
    assert_eq!((cut.text.as_str(), cut.note.as_deref()), ("一二", Some("cut after 8 bytes of text")));
    let one_page = Limits { pages: 1, ..Limits::default() };
    let first = attach::read(&bytes, "a.ofd", &one_page);
    assert_eq!((first.text.as_str(), first.note.as_deref()), ("一二三四", Some("the first 1 of 2 pages were read")));
}
