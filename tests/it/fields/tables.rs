//! Disclosure tables in every layout, with and without empty values.

use super::{BODY, Fields, Score, TITLE, fields, page};

type Pairs<'p> = [(&'p str, &'p str)];

fn rows(pairs: &Pairs<'_>, n: usize, cells: impl Fn(&str, &str) -> String) -> String {
    let rows: Vec<String> = pairs
        .chunks(n)
        .map(|row| format!("<tr>{}</tr>", row.iter().map(|(label, value)| cells(label, value)).collect::<String>()))
        .collect();
    format!("<table class=\"xxgk\">{}</table>", rows.join("\n"))
}

fn each(pairs: &Pairs<'_>, cell: impl Fn(&str, &str) -> String) -> String {
    pairs.iter().map(|(label, value)| cell(label, value)).collect()
}

/// Every way of writing a table, with its name.
#[expect(clippy::too_many_lines, reason = "a table: one entry a layout")]
fn layouts(pairs: &Pairs<'_>) -> Vec<(&'static str, String)> {
    let td = |label: &str, value: &str| format!("<td>{label}：</td><td>{value}</td>");
    let ul = |inside: String| format!("<ul class=\"xxgk\">{inside}</ul>");
    let div = |inside: String| format!("<div class=\"xxgk\">{inside}</div>");
    vec![
        ("one pair a row", rows(pairs, 1, td)),
        ("two pairs a row", rows(pairs, 2, td)),
        ("three pairs a row", rows(pairs, 3, td)),
        ("no colons", rows(pairs, 2, |label, value| format!("<td><b>{label}</b></td><td>{value}</td>"))),
        ("th and td", rows(pairs, 2, |label, value| format!("<th>{label}</th><td>{value}</td>"))),
        ("both in one cell", rows(pairs, 2, |label, value| format!("<td><b>{label}：</b>{value}</td>"))),
        (
            "spans in one cell",
            rows(pairs, 2, |label, value| format!("<td><span>{label}:</span>&nbsp;<span>{value}</span></td>")),
        ),
        (
            "paragraphs in cells",
            rows(pairs, 2, |label, value| format!("<td><p>{label}</p></td><td><p>{value}</p></td>")),
        ),
        ("a table in a table", format!("<table><tr><td>{}</td></tr></table>", rows(pairs, 2, td))),
        ("items", ul(each(pairs, |label, value| format!("<li>{label}：{value}</li>")))),
        (
            "items of spans",
            ul(each(pairs, |label, value| format!("<li><span>{label}：</span><span>{value}</span></li>"))),
        ),
        (
            "items without colons",
            ul(each(pairs, |label, value| format!("<li><strong>{label}</strong><span>{value}</span></li>"))),
        ),
        ("items of paragraphs", ul(each(pairs, |label, value| format!("<li><p>{label}：</p><p>{value}</p></li>")))),
        (
            "items of divs",
            ul(each(pairs, |label, value| {
                format!("<li><div class=\"l\">{label}</div><div class=\"r\">{value}</div></li>")
            })),
        ),
        ("brackets", ul(each(pairs, |label, value| format!("<li>【{label}】{value}</li>")))),
        ("brackets and colons", ul(each(pairs, |label, value| format!("<li>[{label}]：{value}</li>")))),
        (
            "a list of terms",
            format!("<dl>{}</dl>", each(pairs, |label, value| format!("<dt>{label}：</dt><dd>{value}</dd>"))),
        ),
        ("paragraphs", div(each(pairs, |label, value| format!("<p><b>{label}：</b>{value}</p>")))),
        ("neighbouring divs", div(each(pairs, |label, value| format!("<div>{label}：</div><div>{value}</div>")))),
        (
            "rows of divs",
            div(each(pairs, |label, value| format!("<div class=\"row\"><div>{label}：</div><div>{value}</div></div>"))),
        ),
        (
            "rows of labels",
            div(each(pairs, |label, value| {
                format!("<div class=\"row\"><label>{label}</label><span>{value}</span></div>")
            })),
        ),
        ("line breaks", div(each(pairs, |label, value| format!("<b>{label}：</b>{value}<br>")))),
        ("ratio signs", ul(each(pairs, |label, value| format!("<li>{label}∶ {value}</li>")))),
    ]
}

const JUDGED: [&str; 9] =
    ["published", "authority", "index_no", "doc_no", "written", "validity", "effective", "repealed", "topic"];

/// Its name, its labels and values, and what they say.
type Table = (&'static str, Vec<(&'static str, &'static str)>, Fields);

/// Tables with every field, with empty values, and with other labels.
#[expect(clippy::too_many_lines, reason = "a table: one line a field")]
fn tables() -> Vec<Table> {
    let whole = vec![
        ("索 引 号", "111423LL00100/2024-00123"),
        ("主题分类", "综合政务\\政务公开"),
        ("发文机关", "兴县人民政府办公室"),
        ("成文日期", "2024年01月23日"),
        ("标　　题", TITLE),
        ("发文字号", "兴政办发〔2024〕5号"),
        ("发布日期", "2024-02-01"),
        ("有&nbsp;效&nbsp;性", "有效"),
        ("施行日期", "2024年3月1日"),
        ("废止日期", "2029-02-28"),
        ("主 题 词", "法治政府；工作要点"),
        ("公开方式", "主动公开"),
    ];
    let said = [
        ("index_no", "111423LL00100/2024-00123"),
        ("topic", "综合政务\\政务公开"),
        ("authority", "兴县人民政府办公室"),
        ("written", "2024-01-23"),
        ("doc_no", "兴政办发〔2024〕5号"),
        ("published", "2024-02-01"),
        ("validity", "有效"),
        ("effective", "2024-03-01"),
        ("repealed", "2029-02-28"),
    ];
    let empty = vec![
        ("信息索引号", ""),
        ("信息分类", ""),
        ("发布机构", "兴县司法局"),
        ("生成日期", "2024-01-23"),
        ("名称", TITLE),
        ("文号", ""),
        ("公开日期", "2024-02-01"),
        ("时效", ""),
        ("生效日期", ""),
        ("失效日期", "&nbsp;"),
        ("内容概述", ""),
        ("公开时限", ""),
    ];
    let odd = vec![
        ("索引号", "014000001/2024-01234"),
        ("组配分类", "规范性文件"),
        ("公开责任部门", "兴县民政局"),
        ("发文日期", "二〇二四年一月二十三日"),
        ("公开范围", "全社会"),
        ("文件编号", "兴民发[2024]012 号"),
        ("发布时间", "2024-02-01 15:11"),
        ("效力状态", "已废止"),
        ("实施日期", "2024.3.1"),
        ("废止时间", "２０２５年２月２８日"),
        ("信息名称", TITLE),
        ("是否有效期", ""),
    ];
    let odd_said = [
        ("index_no", "014000001/2024-01234"),
        ("topic", "规范性文件"),
        ("authority", "兴县民政局"),
        ("written", "2024-01-23"),
        ("doc_no", "兴民发〔2024〕12号"),
        ("published", "2024-02-01"),
        ("validity", "已废止"),
        ("effective", "2024-03-01"),
        ("repealed", "2025-02-28"),
    ];
    vec![
        ("whole", whole, fields(&said)),
        (
            "empty",
            empty,
            fields(&[("authority", "兴县司法局"), ("published", "2024-02-01"), ("written", "2024-01-23")]),
        ),
        ("odd", odd, fields(&odd_said)),
    ]
}

#[test]
fn a_disclosure_table_over_the_title_is_read_in_every_layout() {
    let mut score = Score::default();
    for (which, pairs, expected) in tables() {
        for (layout, table) in layouts(&pairs) {
            let inside = format!("{table}<h1>{TITLE}</h1><div id=\"zoom\">{BODY}</div>");
            score.add(&format!("{which}, {layout}"), &page(TITLE, "", &inside), &expected, &JUDGED);
        }
    }
    score.ensure_good("tables over the title");
}

#[test]
fn a_disclosure_table_under_the_title_is_read_in_every_layout() {
    let mut score = Score::default();
    for (which, pairs, expected) in tables() {
        for (layout, table) in layouts(&pairs) {
            let inside = format!("<div class=\"con\"><h1>{TITLE}</h1>{table}<div class=\"text\">{BODY}</div></div>");
            score.add(&format!("{which}, {layout}"), &page(TITLE, "", &inside), &expected, &JUDGED);
        }
    }
    score.ensure_good("tables under the title");
}

#[test]
fn a_disclosure_table_behind_the_body_is_read_in_every_layout() {
    let mut score = Score::default();
    for (which, pairs, expected) in tables() {
        for (layout, table) in layouts(&pairs) {
            let inside = format!(
                "<h1>{TITLE}</h1><div id=\"zoom\">{BODY}</div><div class=\"info\">{table}</div><div>上一篇：<a href=\"1.html\">无</a></div>"
            );
            score.add(&format!("{which}, {layout}"), &page(TITLE, "", &inside), &expected, &JUDGED);
        }
    }
    score.ensure_good("tables behind the body");
}

#[test]
fn a_disclosure_table_in_a_closed_box_is_read_in_every_layout() {
    let mut score = Score::default();
    for (which, pairs, expected) in tables() {
        for (layout, table) in layouts(&pairs) {
            let inside = format!(
                "<div class=\"box\"><a class=\"more\">展开</a><div class=\"fold\" style=\"display: none\">{table}</div></div>\
                 <h1>{TITLE}</h1><div id=\"zoom\">{BODY}</div>"
            );
            score.add(&format!("{which}, {layout}"), &page(TITLE, "", &inside), &expected, &JUDGED);
        }
    }
    score.ensure_good("tables in a closed box");
}
