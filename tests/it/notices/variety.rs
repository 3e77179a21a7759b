//! Bodies of shapes that are rare, each in a page like the others: lists, poems, tables only, questions and answers.

use super::bodies::Body;
use super::words::{NEWS, PROSE, Picker};
use super::{Names, Notice, chrome};

/// A shape: its name, its lines, its markup.
struct Shape {
    name: &'static str,
    lines: Vec<String>,
    html: String,
    files: Vec<String>,
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

fn each(lines: &[String], open: &str, close: &str) -> String {
    lines.iter().map(|line| format!("{open}{line}{close}\n")).collect()
}

fn shape(name: &'static str, lines: &[&str], html: impl Fn(&[String]) -> String) -> Shape {
    let lines = owned(lines);
    Shape { name, html: html(&lines), lines, files: Vec::new() }
}

const RULES: [&str; 4] = [
    "凡在本辖区内从事餐饮服务的单位和个人，均应当遵守本公约。",
    "店外不得堆放杂物，不得占道经营。",
    "餐厨垃圾应当交由有资质的单位收运，不得倒入雨水管道。",
    "对违反公约且拒不改正的，由行业协会予以通报。",
];

const POEM: [&str; 8] = [
    "春风拂过清水河",
    "两岸杨柳绿如烟",
    "村头老井依旧在",
    "书声琅琅到窗前",
    "修路架桥通四海",
    "果香飘过万重山",
    "莫道乡关无觅处",
    "灯火阑珊是家园",
];

const TABLE: [[&str; 4]; 6] = [
    ["单位编码", "单位名称", "科目编码", "本年支出合计"],
    ["201", "一般公共服务支出", "20101", "1,203.55"],
    ["204", "公共安全支出", "20402", "88.10"],
    ["205", "教育支出", "20502", "10,771.02"],
    ["208", "社会保障和就业支出", "20805", "642.00"],
    ["", "合计", "", "12,704.67"],
];

const SEAM_WORDS: [&str; 6] = [
    "来源地为本县的农产品，可以申请使用地理标志，申请人应当如实填写。",
    "公示时间：2024年3月4日至2024年3月8日",
    "申请表可在大厅打印，也可点击首页下载专区下载。",
    "分享成功经验的单位，请于月底前报送材料。",
    "相关信息并不定期更新，请以窗口公告为准。",
    "联系电话：0356-2023456",
];

fn lists() -> Vec<Shape> {
    let table_lines: Vec<String> = TABLE.iter().map(|row| row.join("\t")).collect();
    let rows: String = TABLE
        .iter()
        .map(|row| format!("<tr>{}</tr>", row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>()))
        .collect();
    let names: Vec<String> =
        ["周建平", "何丽", "许文斌", "马晓燕", "高志远", "罗桂兰"].iter().map(|&name| name.to_owned()).collect();
    let files: Vec<String> = (1..=4).map(|n| format!("附件{n}：{}年统计表.xls", 2018 + n)).collect();
    let links: String = files
        .iter()
        .enumerate()
        .map(|(n, name)| format!("<p><a href=\"./P02024010{n}.xls\">{name}</a></p>\n"))
        .collect();
    vec![
        shape("list", &RULES, |lines| format!("<ul>{}</ul>", each(lines, "<li>", "</li>"))),
        shape("ordered list", &RULES, |lines| format!("<div><ol>{}</ol></div>", each(lines, "<li><p>", "</p></li>"))),
        shape("definitions", &RULES, |lines| {
            let pairs = lines.chunks(2).map(|pair| format!("<dt>{}</dt><dd>{}</dd>\n", pair[0], pair[1]));
            format!("<dl>{}</dl>", pairs.collect::<String>())
        }),
        Shape {
            name: "table only",
            html: format!("<div><table border=1>{rows}</table></div>"),
            lines: table_lines,
            files: Vec::new(),
        },
        Shape {
            name: "names",
            html: format!("<div>{}</div>", each(&names, "<p>", "</p>")),
            lines: names,
            files: Vec::new(),
        },
        Shape { name: "files only", html: format!("<div>{links}</div>"), lines: files.clone(), files },
    ]
}

fn plain() -> Vec<Shape> {
    vec![
        shape("article", &RULES, |lines| format!("<article>{}</article>", each(lines, "<p>", "</p>"))),
        shape("siblings", &RULES, |lines| each(lines, "<p>", "</p>")),
        shape("sibling parts", &RULES, |lines| {
            let parts = lines.chunks(2).map(|pair| format!("<div class=\"part\">{}</div>", each(pair, "<p>", "</p>")));
            parts.collect()
        }),
        shape("one sentence", &["经研究，同意你单位的请示。"], |lines| format!("<div>{}</div>", lines[0])),
        shape("poem", &POEM, |lines| format!("<div>{}</div>", each(lines, "", "<br>"))),
        shape("centred", &RULES, |lines| {
            format!("<div>{}</div>", each(lines, "<p style=\"text-align:center\">", "</p>"))
        }),
        shape("seam words", &SEAM_WORDS, |lines| format!("<div>{}</div>", each(lines, "<p>", "</p>"))),
        shape(
            "question",
            &["问：户口迁移需要哪些材料？", "答：需要本人身份证、户口簿和准迁证明，可就近到派出所办理。"],
            |lines| format!("<div><div>{}</div><div>{}</div></div>", lines[0], lines[1]),
        ),
    ]
}

/// 200 KB of body.
fn long(pick: &mut Picker) -> Shape {
    let mut lines = Vec::new();
    let mut n_bytes = 0;
    while n_bytes < 200_000 {
        let text = pick.of(&PROSE);
        let text = pick.fill(text);
        n_bytes += text.len();
        lines.push(text);
    }
    Shape { name: "long", html: format!("<div>{}</div>", each(&lines, "<p>", "</p>")), lines, files: Vec::new() }
}

/// Every shape once in each of five pages: a side column behind; prose before; summaries longer than the body beside;
/// everything in one element; no line of date and source.
pub(crate) fn unusual(seed: u64, names: Names) -> Vec<Notice> {
    let mut pick = Picker::new(seed, names);
    let mut shapes = lists();
    shapes.extend(plain());
    shapes.push(long(&mut pick));
    let mut notices = Vec::new();
    for shape in &shapes {
        for build in [behind, before, beside, flat, undated] {
            let title = pick.fill("关于T有关事项的公告");
            let html = build(&mut pick, &title, &shape.html);
            let body = Body { title, paragraphs: shape.lines.clone(), ..Body::default() };
            let mut notice = Notice::of(shape.name, html, &body);
            notice.files.clone_from(&shape.files);
            if shape.name == "table only" {
                notice.rows.clone_from(&shape.lines);
            }
            notices.push(notice);
        }
    }
    notices
}

fn summaries(pick: &mut Picker) -> String {
    let mut html = String::from("<div><h3>相关报道</h3>");
    for _ in 0..4 {
        let (title, text) = (pick.of(&NEWS), pick.of(&PROSE));
        html.push_str(&format!(
            "<div><a href=\"/a/t20240102_3.html\">{}</a><p>{}</p></div>\n",
            pick.fill(title),
            pick.fill(text)
        ));
    }
    html + "</div>"
}

fn behind(pick: &mut Picker, title: &str, html: &str) -> String {
    let parts = [
        chrome::top(pick),
        chrome::menu(pick),
        format!(
            "<div><div>{}<h1>{title}</h1>{}{html}{}</div>",
            chrome::crumbs(pick, title),
            chrome::info(pick),
            chrome::under(pick)
        ),
        format!("{}</div>{}", chrome::side(pick), chrome::footer(pick)),
    ];
    chrome::page(pick, title, "", &format!("<body>{}</body>", parts.concat()))
}

fn before(pick: &mut Picker, title: &str, html: &str) -> String {
    let parts = [
        chrome::top(pick),
        chrome::menu(pick),
        format!("<div>{}</div><div>{}", chrome::side(pick), chrome::crumbs(pick, title)),
        format!("<h2>{title}</h2>{}<div>{html}</div></div>", chrome::info(pick)),
        chrome::footer(pick),
    ];
    chrome::page(pick, title, "", &format!("<body>{}</body>", parts.concat()))
}

fn beside(pick: &mut Picker, title: &str, html: &str) -> String {
    let parts = [
        chrome::top(pick),
        chrome::menu(pick),
        chrome::crumbs(pick, title),
        format!("<div><h1>{title}</h1>{}<div><div>{html}</div>{}</div></div>", chrome::info(pick), summaries(pick)),
        chrome::declaration(pick),
        chrome::footer(pick),
    ];
    chrome::page(pick, title, "", &format!("<body>{}</body>", parts.concat()))
}

fn flat(pick: &mut Picker, title: &str, html: &str) -> String {
    let parts = [
        chrome::top(pick),
        chrome::menu(pick),
        chrome::crumbs(pick, title),
        format!("<h1>{title}</h1>{}<div>{html}</div>{}", chrome::info(pick), chrome::under(pick)),
        chrome::side(pick),
        chrome::declaration(pick),
        chrome::footer(pick),
    ];
    chrome::page(pick, title, "", &format!("<body>{}</body>", parts.concat()))
}

fn undated(pick: &mut Picker, title: &str, html: &str) -> String {
    let parts = [
        chrome::top(pick),
        chrome::menu(pick),
        format!(
            "<div><div>{}<h3>{title}</h3><div>{html}</div>{}</div>",
            chrome::crumbs(pick, title),
            chrome::under(pick)
        ),
        format!("{}</div>{}", chrome::side(pick), chrome::footer(pick)),
    ];
    chrome::page(pick, title, "", &format!("<body>{}</body>", parts.concat()))
}
