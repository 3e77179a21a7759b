//! What the parts of a body are: headings and how they lie within one another, items, rows in the columns of their
//! table, pictures, who signs.

use std::fmt::Write as _;

use govwatch::change::fingerprint;
use govwatch::model::{Block, BlockKind, Document, Hash, Span};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

const PROSE: &str =
    "本县认真贯彻落实上级部署，扎实推进法治政府建设，依法全面履行政府职能，各项工作取得新的进展和成效。";

fn read(body: &str) -> Document {
    let page = format!(
        "<html><head><title>关于印发实施细则的通知</title></head><body><div class=top><img src=/banner.jpg></div>\
         <h1>关于印发实施细则的通知</h1><div class=TRS_Editor>{body}</div>\
         <div class=foot><img src=/foot.jpg>版权所有</div></body></html>"
    );
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.a.gov.cn/zwgk/202401/t1.html").expect("url");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::document(&tree, &decoded, &rules)
}

/// Lines as paragraphs, each followed by prose where it ends in `+`.
fn lines(lines: &[&str]) -> Document {
    let mut body = String::new();
    for line in lines {
        let _ = match line.strip_suffix('+') {
            Some(line) => write!(body, "<p>{line}</p><p>{PROSE}</p>"),
            None => write!(body, "<p>{line}</p>"),
        };
    }
    read(&body)
}

fn headings(document: &Document) -> Vec<(u8, &str)> {
    let headings = document.blocks.iter().filter(|block| block.kind == BlockKind::Heading);
    headings.map(|block| (block.level.expect("a level"), block.text.as_str())).collect()
}

fn of(document: &Document, kind: BlockKind) -> Vec<&str> {
    document.blocks.iter().filter(|block| block.kind == kind).map(|block| block.text.as_str()).collect()
}

fn rows(document: &Document) -> Vec<&Block> {
    document.blocks.iter().filter(|block| block.kind == BlockKind::Row).collect()
}

fn texts(document: &Document) -> Vec<&str> {
    rows(document).iter().map(|row| row.text.as_str()).collect()
}

fn headers(document: &Document) -> Vec<bool> {
    rows(document).iter().map(|row| row.row.as_ref().expect("a place").is_header).collect()
}

fn spans(document: &Document, row: usize) -> &[Span] {
    &rows(document)[row].row.as_ref().expect("a place").spans
}

#[test]
fn numberings_lie_within_one_another_as_papers_use_them() {
    let document = lines(&[
        "一、总体情况+",
        "（一）主要举措+",
        "1.加强领导+",
        "（1）建章立制+",
        "2．强化监督+",
        "二、下一步打算+",
    ]);
    let levels = [
        (1, "一、总体情况"),
        (2, "（一）主要举措"),
        (3, "1.加强领导"),
        (4, "（1）建章立制"),
        (3, "2．强化监督"),
        (1, "二、下一步打算"),
    ];
    assert_eq!(headings(&document), levels);
    let rules = lines(&["第一章 总则+", "第一节 目的+", "第一条 本办法自印发之日起施行。", "第二章 附则+"]);
    assert_eq!(headings(&rules), [(1, "第一章 总则"), (2, "第一节 目的"), (1, "第二章 附则")]);
    let plan = lines(&["1 总则+", "1.1 编制目的+", "1.1.1 依据+", "2 组织体系+"]);
    assert_eq!(headings(&plan), [(1, "1 总则"), (2, "1.1 编制目的"), (3, "1.1.1 依据"), (1, "2 组织体系")]);
}

#[test]
fn sentences_and_lists_are_no_headings_however_they_are_numbered() {
    let none = |given: &[&str]| assert_eq!(headings(&lines(given)), [], "{given:?}");
    none(&[PROSE, "1.全年办理行政复议案件15件，同比下降3%。", "2.开展执法检查6次。", "3.培训执法人员。+"]);
    none(&["申请人应当提交下列材料：", "1.身份证明", "2.户口簿", "3.申请表", PROSE]);
    none(&["申请人应当提交下列材料：", "（一）身份证明", "（二）户口簿", "（三）申请表", PROSE]);
    none(&[PROSE, "2023年全县共办理", "1.5亿元投入使用+", "15 件行政复议案件+"]);
    none(&[PROSE, "一、坚持党的领导，压实工作责任。+", "二、", PROSE]);
    let voted =
        lines(&["1.甲项工作", PROSE, "2.办理了乙项工作，完成全年任务。", "3.办理了丙项工作。", "4.办理了丁项工作。"]);
    assert_eq!(headings(&voted), [], "one of many sentences");
}

#[test]
fn bold_numbered_lines_with_a_full_stop_are_headings() {
    let document = lines(&[
        "<b>一、坚持党的领导。</b>+",
        "<span style='font-weight:bold'>二、强化监督。</span>+",
        "三、不是标题。+",
    ]);
    assert_eq!(headings(&document), [(1, "一、坚持党的领导。"), (1, "二、强化监督。")]);
}

#[test]
fn heading_elements_take_the_levels_that_the_text_uses() {
    let p = format!("<p>{PROSE}</p>");
    let plain = read(&format!("<h2>背景</h2>{p}<h4>依据</h4>{p}<h2>内容</h2>{p}"));
    assert_eq!(headings(&plain), [(1, "背景"), (2, "依据"), (1, "内容")]);
    let mixed = read(&format!("<h2>一、背景</h2>{p}<h3>（一）依据</h3>{p}<h3>说明</h3>{p}<h4>附注</h4>{p}"));
    assert_eq!(headings(&mixed), [(1, "一、背景"), (2, "（一）依据"), (2, "说明"), (3, "附注")]);
    let sentence = read(&format!("{p}<h3>对本次招标提出询问，请与下列人员联系。</h3>{p}"));
    assert_eq!(headings(&sentence), []);
}

#[test]
fn items_know_how_deep_their_list_is_nested() {
    let document = read(&format!(
        "<p>{PROSE}</p><ul><li>甲<ol><li>甲之一</li><li><p>甲之二</p><p>续段</p></li></ol></li><li>乙</li></ul>"
    ));
    let items = document.blocks.iter().filter(|block| block.kind == BlockKind::Item);
    let items: Vec<(u8, &str)> = items.map(|block| (block.level.expect("a level"), block.text.as_str())).collect();
    assert_eq!(items, [(1, "甲"), (2, "甲之一"), (2, "甲之二"), (1, "乙")]);
    let laid_out = read(&format!("<ul><li><p>{PROSE}</p><ul><li>甲</li></ul><p>{PROSE}</p></li></ul>"));
    let inner = laid_out.blocks.iter().find(|block| block.text == "甲").expect("the item");
    assert_eq!(inner.level, Some(1), "a list around the whole body is layout");
}

#[test]
fn every_cell_stands_in_its_column_and_spans_are_told() {
    let document = read(&format!(
        "<p>{PROSE}</p><table><caption>表一</caption><tr><th rowspan=2>单位<th colspan='2'>案件</tr><tr><th>新收<th>办结</tr>\
         <tr><td rowspan=0>甲局<td>5<td>4</tr><tr><td>6<td></tr></table>"
    ));
    assert_eq!(texts(&document), ["单位\t案件", "\t新收\t办结", "甲局\t5\t4", "\t6"]);
    assert_eq!(headers(&document), [true, true, false, false]);
    let span = |column, columns, rows| Span { column, columns, rows };
    assert_eq!(spans(&document, 0), [span(0, 1, 2), span(1, 2, 1)]);
    assert_eq!(spans(&document, 2), [span(0, 1, 2)]);
    assert_eq!(document.blocks[1].text, "表一", "the caption stands before its table");
}

#[test]
fn head_and_foot_are_shown_where_a_browser_shows_them() {
    let document = read(&format!(
        "<p>{PROSE}</p><table><tfoot><tr><td>合计<td>9</tfoot><tbody><tr><td>甲<td>5<tr><td>乙<td>4</tbody>\
         <thead><tr><td>单位<td>件数</thead></table>"
    ));
    assert_eq!(texts(&document), ["单位\t件数", "甲\t5", "乙\t4", "合计\t9"]);
    assert_eq!(headers(&document), [true, false, false, false]);
}

#[test]
fn header_rows_are_told_by_what_stands_below_them() {
    let table = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("<tr><td>{}</tr>", row.replace('|', "<td>")));
        headers(&read(&format!("<p>{PROSE}</p><table>{}</table>", rows.collect::<String>())))
    };
    assert_eq!(table(&["序号|单位|地址", "1|甲局|东街", "2|乙局|西街"]), [true, false, false]);
    assert_eq!(table(&["指标|2023年|2024年", "产量|5.1|6.2", "占比|3%|4%"]), [true, false, false]);
    assert_eq!(table(&["<b>姓名</b>|<b>职务</b>", "张三|科长", "李四|科员"]), [true, false, false]);
    assert_eq!(table(&["姓名|张三", "电话|3728", "住址|东街"]), [false, false, false], "names and values");
    assert_eq!(table(&["甲局|张三|科长", "乙局|李四|科员"]), [false, false], "nothing tells it");
    assert_eq!(table(&["1|2|3", "4|5|6"]), [false, false]);
}

#[test]
fn spans_made_to_enlarge_a_page_cost_nothing() {
    let wide = "<td colspan=1000 rowspan=65534>甲".repeat(120);
    let narrow = "<tr><td>乙<td>丙</tr>".repeat(20_000);
    let document = read(&format!("<p>{PROSE}</p><table><tr>{wide}</tr>{narrow}</table>"));
    let n_bytes: usize = rows_bytes(&document);
    assert!(n_bytes < 1_000_000, "{n_bytes} bytes of rows");
    assert_eq!(rows(&document).len(), 20_001);
    let useless = read(&format!("<p>{PROSE}</p><table><tr><td colspan=900>甲<td>1<tr><td colspan=900>乙<td>2</table>"));
    assert_eq!(texts(&useless), ["甲\t1", "乙\t2"], "columns in which nothing begins are none");
}

fn rows_bytes(document: &Document) -> usize {
    rows(document).iter().map(|row| row.text.len()).sum()
}

#[test]
fn tables_inside_a_layout_table_are_counted_and_the_layout_gives_paragraphs() {
    let inner = "<table><tr><td>甲<td>5</tr><tr><td>乙<td>6</tr></table>";
    let document = read(&format!("<table><tr><td><p>{PROSE}</p>{inner}<p>{PROSE}</p>{inner}</td></tr></table>"));
    let tables: Vec<u32> = rows(&document).iter().map(|row| row.row.as_ref().expect("a place").table).collect();
    assert_eq!(tables, [0, 0, 1, 1]);
    assert_eq!(of(&document, BlockKind::Paragraph).len(), 2);
}

#[test]
fn pictures_of_the_body_stand_where_they_are_shown_and_are_no_text() {
    let document = read(&format!(
        "<p>{PROSE}</p><p><img src='./W0.jpg' alt='一图\n读懂'></p><p>前<img data-original=/b.png src=/loading.gif>后，共同推进。</p>\
         <p><img src='data:image/png;base64,{}'></p><p>{PROSE}</p><img oldsrc=P1.png><p><img src=x.gif width=1 height=1>\
         <img src=/images/icon_pdf.gif><img src=/face/1.png style='width: 20px'></p>",
        "A".repeat(400)
    ));
    let images = document.blocks.iter().enumerate().filter(|(_, block)| block.kind == BlockKind::Image);
    let images: Vec<(usize, &str, Option<&str>)> =
        images.map(|(at, block)| (at, block.text.as_str(), block.url.as_ref().map(Url::as_str))).collect();
    let expected = [
        (1, "一图 读懂", Some("http://www.a.gov.cn/zwgk/202401/W0.jpg")),
        (3, "", Some("http://www.a.gov.cn/b.png")),
        (4, "", None),
        (6, "", Some("http://www.a.gov.cn/zwgk/202401/P1.png")),
    ];
    assert_eq!(images, expected);
    assert_eq!(document.text(), format!("{PROSE}\n前后，共同推进。\n{PROSE}"));
}

#[test]
fn who_signs_and_the_day_close_the_paper() {
    let signed =
        |given: &[&str]| of(&lines(given), BlockKind::Signature).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(signed(&[PROSE, "兴县人民政府", "2024年1月23日"]), ["兴县人民政府", "2024年1月23日"]);
    assert_eq!(
        signed(&[PROSE, "兴县司法局", "兴县财政局（代章）", "二〇二四年一月二十三日", "（此件公开发布）"]),
        ["兴县司法局", "兴县财政局（代章）", "二〇二四年一月二十三日"]
    );
    assert_eq!(signed(&[PROSE, "兴县司法局 2024 年 1 月 23 日"]), ["兴县司法局 2024 年 1 月 23 日"]);
    let listed = ["附件：1.实施细则.doc", "2.申请表.xls"];
    assert_eq!(signed(&[PROSE, "兴县司法局", "2024年1月23日", listed[0], listed[1]]).len(), 2);
    assert_eq!(signed(&[PROSE, listed[0], listed[1], "兴县司法局", "2024年1月23日"]).len(), 2);
    assert_eq!(signed(&[PROSE, "县 长：张三", "2024年1月23日", "第一条 本办法自印发之日起施行。", PROSE]).len(), 2);
    assert_eq!(
        signed(&[PROSE, "兴县司法局", "2024年1月23日", "（联系科室：办公室）", "2024年工作方案", PROSE]).len(),
        2
    );
    assert_eq!(signed(&[PROSE, "兴县司法局", "2024年1月23日", "附件1", "临时救助实施细则", PROSE, PROSE]).len(), 2);
}

#[test]
fn offices_and_days_in_the_middle_of_the_text_sign_nothing() {
    let none = |given: &[&str]| assert!(of(&lines(given), BlockKind::Signature).is_empty(), "{given:?}");
    none(&["兴县人民政府", "2024年1月23日", PROSE, PROSE]);
    none(&[PROSE, "兴县人民政府", "2024年1月23日", PROSE]);
    none(&[PROSE, "报名时间：2024年1月23日"]);
    none(&[PROSE, "截止日期为：", "2024年1月23日"]);
    none(&[PROSE, PROSE, "2024年1月23日"]);
}

#[test]
fn columns_made_of_spaces_stay_legible_and_are_in_no_hash() {
    let names = |gap: &str| read(&format!("<p>{PROSE}</p><p>张　三{gap}李　四{gap}王小五</p><p>{PROSE}</p>"));
    let apart = names("　　　");
    assert_eq!(apart.blocks[1].text, "张 三　　李 四　　王小五");
    let together = names(" ");
    assert_eq!(together.blocks[1].text, "张 三 李 四 王小五");
    let body = |document: &Document| fingerprint::of(document, fingerprint::rules(Hash::of(b""))).body_hash;
    assert_eq!(body(&apart), body(&together));
    let lines = read(&format!("<p>{PROSE}</p><pre>甲局  5\n乙局  6\n</pre><p>{PROSE}</p>"));
    assert_eq!(lines.text().lines().nth(1), Some("甲局　　5"));
    assert_eq!(lines.text().lines().nth(2), Some("乙局　　6"));
}
