//! Articles over several pages, bodies that are pictures or files, and pages that only look so.

use govwatch::model::{Block, BlockKind, Document, Doubt};
use govwatch::page::extract::{self, Reading};
use govwatch::page::parts::{self, End, Next};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode};
use jiff::tz::TimeZone;
use url::Url;

use crate::gold;
use crate::notices::{Names, notices, unusual};

const TEXT: &str = "<p>全县上下认真贯彻落实党中央、国务院决策部署，法治政府建设取得新的进展。</p><p>现将有关情况报告如下，请予审议。</p>";

fn reading(html: &str, url: &str) -> Reading {
    let decoded = decode::text(html.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse(url).expect("a URL");
    let rules = ReadRules { url: Some(&url), zone: &zone, site: None, family: None, min_body_chars: 0 };
    extract::reading(&tree, &decoded, &rules)
}

fn page(inside: &str, under: &str) -> String {
    format!(
        "<html><head><title>法治政府建设情况报告</title></head><body><div><a href='/'>首页</a> <a href='/zwgk/'>公开</a></div>\
         <div><h1>法治政府建设情况报告</h1><div>发布时间：2024-01-02 来源：青禾县司法局</div><div>{inside}</div>{under}</div>\
         <div><a href='/a.html'>关于我们</a></div><p>主办：青禾县人民政府办公室 联系电话：0356-2020202</p></body></html>"
    )
}

fn others(inside: &str, under: &str, url: &str) -> Vec<String> {
    let read = reading(&page(inside, under), url);
    let is_doubted = read.document.doubts.contains(&Doubt::PartOfArticle);
    assert_eq!(is_doubted, !read.others.is_empty(), "a part read alone is doubted, a whole is not");
    read.others.iter().map(Url::to_string).collect()
}

const TRS: &str = "http://www.qinghe.example/zwgk/201510/t20151009_67430.html";

#[test]
fn each_way_of_cutting_an_article_names_its_other_pages() {
    let folder = "http://www.qinghe.example/zwgk/201510/";
    let named = |names: &[&str]| names.iter().map(|name| format!("{folder}{name}")).collect::<Vec<_>>();
    let script = "<script>createPageHTML(3,0,\"t20151009_67430\",\"html\");</script>";
    assert_eq!(others(TEXT, script, TRS), named(&["t20151009_67430_1.html", "t20151009_67430_2.html"]));
    let digits = "<div><span>1</span> <a href='content_2.html'>2</a> <a href='content_3.html'>[3]</a> <a href='content_2.html'>下一页</a></div>";
    let url = format!("{folder}content.html");
    assert_eq!(others(TEXT, digits, &url), named(&["content_2.html", "content_3.html"]));
    assert_eq!(others(&format!("{TEXT}{digits}"), "", &url), named(&["content_2.html", "content_3.html"]));
    let by_query = "<p>1 <a href='?id=7&page=2'>2</a> <a href='show.aspx?id=7&page=3'>3</a></p>";
    assert_eq!(
        others(TEXT, by_query, &format!("{folder}show.aspx?id=7")),
        named(&["show.aspx?id=7&page=2", "show.aspx?id=7&page=3"])
    );
    let next = "<p><a href='./67430_2.shtml'>下一页</a></p>";
    assert_eq!(others(TEXT, next, &format!("{folder}67430.shtml")), named(&["67430_2.shtml"]));
    let hanweb = "<p><a href='art_318_67430_2.html'>2</a></p>";
    assert_eq!(others(TEXT, hanweb, &format!("{folder}art_318_67430.html")), named(&["art_318_67430_2.html"]));
}

#[test]
fn neighbours_listings_footnotes_and_files_are_no_pages_of_an_article() {
    for (inside, under, url) in [
        ("", "<p>下一篇：<a href='t20151010_67431.html'>公告</a></p>", TRS),
        ("", "<p><a href='t20151010_67431.html'>下一页</a></p>", TRS),
        ("", "<script>createPageHTML(30,0,\"index\",\"html\");</script>", TRS),
        ("", "<script>createPageHTML(30,0,\"index\",\"html\");</script>", "http://www.qinghe.example/zwgk/index.html"),
        ("", "<script>createPageHTML(1,0,\"t20151009_67430\",\"html\");</script>", TRS),
        ("", "<script>// createPageHTML(3,0,\"t20151009_67430\",\"html\");</script>", TRS),
        ("", "<p><a href='list_2.html'>2</a></p>", "http://www.qinghe.example/zwgk/list.html"),
        ("<p>见注<a href='#_ftn2'>2</a>。</p>", "", TRS),
        ("", "<p><a href='http://other.example/zwgk/201510/t20151009_67430_2.html'>2</a></p>", TRS),
        ("", "<p><a href='../201511/t20151009_67430_2.html'>2</a></p>", TRS),
        ("", "<p><a href='t20151009_67430_3.html'>3</a></p>", TRS),
    ] {
        assert_eq!(others(&format!("{TEXT}{inside}"), under, url), Vec::<String>::new(), "{inside}{under}");
    }
}

#[test]
fn a_pager_of_a_million_pages_costs_no_more_than_an_article_has() {
    let script = "<script>createPageHTML(1000000,0,\"t20151009_67430\",\"html\");</script>";
    assert!(others(TEXT, script, TRS).len() < 100);
}

#[test]
fn a_pager_that_leaves_pages_out_or_names_only_the_next_says_so_and_the_last_page_says_that_it_is() {
    let folder = "http://www.qinghe.example/zwgk/201510/";
    let at = |name: &str| Url::parse(&format!("{folder}{name}")).expect("a URL");
    let first = at("content.html");
    let link = |n: u32, text: &str| format!("<a href='content_{n}.html'>{text}</a> ");
    let digits = |numbers: &[u32]| numbers.iter().map(|&n| link(n, &n.to_string())).collect::<String>();
    let told = |pager: &str| {
        let read = reading(&page(TEXT, &format!("<p>{pager}</p>")), first.as_str());
        (read.others.len(), read.end)
    };
    assert_eq!(told(&format!("1 {}… {}{}", digits(&[2, 3, 4, 5]), digits(&[12]), link(2, "下一页"))), (4, End::Beyond));
    assert_eq!(told(&link(2, "下一页")), (1, End::Unsaid));
    assert_eq!(told(&format!("{}{}", link(2, "下一页"), link(12, "尾页"))), (1, End::Beyond));
    assert_eq!(told(&format!("{}{}", link(2, "下一页"), link(2, "尾页"))), (1, End::Named));
    assert_eq!(told(&digits(&[2, 3])), (2, End::Named));
    let script = |n: u32| format!("<script>createPageHTML({n},0,\"content\",\"html\");</script>");
    assert_eq!(told(&script(50)), (49, End::Named));
    assert_eq!(told(&script(51)), (49, End::Beyond));

    let behind = |n: u32, pager: &str| {
        let own = at(&format!("content_{n}.html"));
        let next = reading(&page(TEXT, &format!("<p>{pager}</p>")), own.as_str()).pager.behind(&first, &own);
        let names = next.urls.iter().map(|url| url.path().rsplit('/').next().expect("a name").to_owned());
        (names.collect::<Vec<_>>().join(" "), next.end)
    };
    let back = format!("<a href='content.html'>首页</a> {}", link(4, "上一页"));
    let window = format!("{back}{}… {}{}", digits(&[3, 4, 6, 7]), digits(&[12]), link(6, "下一页"));
    assert_eq!(behind(5, &window), ("content_6.html content_7.html".into(), End::Beyond));
    assert_eq!(behind(5, &format!("{back}{}", link(6, "下一页"))), ("content_6.html".into(), End::Unsaid));
    assert_eq!(behind(5, &back), (String::new(), End::Named));
    assert_eq!(behind(5, ""), (String::new(), End::Unsaid));
    assert_eq!(behind(5, &digits(&[9])), (String::new(), End::Beyond));
    assert_eq!(behind(2, &script(3)), (String::new(), End::Named), "the name of the third page");
    let is_at_end = |end: End, first: End| Next { urls: Vec::new(), end }.is_at_end(first);
    assert!(is_at_end(End::Named, End::Beyond) && is_at_end(End::Unsaid, End::Named));
    assert!(!is_at_end(End::Unsaid, End::Unsaid) && !is_at_end(End::Beyond, End::Named));
    assert!(!Next { urls: vec![first.clone()], end: End::Named }.is_at_end(End::Named));
}

#[test]
fn joined_pages_are_one_document() {
    let script = "<script>createPageHTML(2,0,\"t20151009_67430\",\"html\");</script>";
    let file = "<p><a href='P020.pdf'>统计表.pdf</a></p>";
    let first = reading(&page(&format!("{TEXT}{file}"), script), TRS).document;
    let second = format!(
        "<p>法治政府建设情况报告</p><p>二、存在的问题和不足，主要是执法力量薄弱。</p>{file}<p>青禾县司法局</p>"
    );
    let mut second = reading(&page(&second, ""), &TRS.replace(".html", "_1.html")).document;
    second.title = None;
    assert_eq!(first.doubts, [Doubt::PartOfArticle]);
    let n_blocks = first.blocks.len();
    let whole = parts::join([first, second]);
    assert_eq!(whole.doubts, []);
    assert_eq!(whole.attachments.len(), 1);
    assert_eq!(whole.title.as_deref(), Some("法治政府建设情况报告"));
    let text = whole.text();
    assert_eq!(text.matches("法治政府建设情况报告").count(), 0, "the title that the second page repeats: {text}");
    assert!(text.starts_with("全县上下") && text.ends_with("青禾县司法局"));
    assert!(whole.blocks.len() > n_blocks);
    assert_eq!(parts::join([]), Document::default());
}

#[test]
fn tables_of_later_pages_are_counted_on() {
    let row = |table| {
        let mut block = Block::new(BlockKind::Row, "甲\t乙");
        block.row = Some(govwatch::model::RowShape { table, is_header: false, spans: Vec::new() });
        block
    };
    let page = || Document { blocks: vec![row(0), row(1)], ..Document::default() };
    let mut second = page();
    second.blocks.insert(0, Block::new(BlockKind::Paragraph, "续表"));
    let tables: Vec<u32> =
        parts::join([page(), second]).blocks.iter().filter_map(|block| Some(block.row.as_ref()?.table)).collect();
    assert_eq!(tables, [0, 1, 2, 3]);
}

#[test]
fn a_body_of_pictures_or_of_files_without_words_is_said_to_be_one() {
    let doubts = |inside: &str| reading(&page(inside, "<p>上一篇：<a href='1.html'>公告</a></p>"), TRS).document.doubts;
    assert_eq!(doubts("<p><img src='W020240102.jpg'></p><p><img src='W020240103.jpg'></p>"), [Doubt::OnlyImages]);
    let scanned = reading(&page("<p><img src='W1.jpg'></p><p><img src='W2.jpg' alt='第二页'></p>", ""), TRS).document;
    let pictures: Vec<&str> = scanned.blocks.iter().filter_map(|block| block.url.as_ref()).map(Url::path).collect();
    assert_eq!(pictures.iter().map(|path| &path[path.len() - 6..]).collect::<Vec<_>>(), ["W1.jpg", "W2.jpg"]);
    assert_eq!((scanned.blocks.len(), scanned.text().as_str()), (2, ""));
    assert_eq!(doubts("<p align=center><img src='./W020240102.png' width=800></p>"), [Doubt::OnlyImages]);
    assert_eq!(doubts("<p><a href='P020.pdf'><img src='/images/pdf_icon.gif'></a></p>"), [Doubt::OnlyAttachments]);
    assert_eq!(doubts("<p>详见附件。</p>"), []);
    assert_eq!(doubts("<p>附件：<a href='P020.pdf'>统计表.pdf</a></p>"), []);
    assert_eq!(doubts("<p><img src='W020240102.jpg'></p><p>图为会议现场。</p>"), []);
}

#[test]
fn a_line_that_decorates_is_no_body() {
    let decorated = format!("<div><img src='/images/line.png'></div><div>{TEXT}</div>");
    let read = reading(&page(&decorated, ""), TRS).document;
    assert_eq!((read.doubts.as_slice(), read.worded().count()), (&[][..], 2));
    let head = page(TEXT, "").replace("</h1>", "</h1><img src='/images/2024.jpg'>");
    assert_eq!(reading(&head, TRS).document.worded().count(), 2);
}

#[test]
fn whole_pages_have_no_others() {
    let mut made = notices(7, Names::OfFamily);
    made.extend(unusual(7, Names::Meaningless));
    for notice in &made {
        let read = reading(&notice.html, TRS);
        assert_eq!((read.others, read.document.doubts), (Vec::new(), Vec::new()), "{}", notice.title);
    }
    let Some(folder) = gold::folder() else { return };
    for record in gold::reports(&folder) {
        let (decoded, _) = gold::read(&folder, &record);
        let read = reading(&decoded.text, record["url"].as_str().unwrap_or(TRS));
        assert_eq!((read.others, read.document.doubts), (Vec::new(), Vec::new()), "{}", record["id"]);
    }
}

#[test]
fn pictures_right_under_the_title_of_a_flat_page_are_its_body() {
    const TITLE: &str = "兴县关于拟推荐对象的公示";
    let flat = format!(
        "<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div>发布时间：2024-01-02</div>\
         <div class=TRS_Editor><p><img src='p1.jpg'></p><p><img src='p2.jpg'></p></div>\
         <div>主办：兴县人民政府<img src='/badge.png'></div></body></html>"
    );
    let read = reading(&flat, TRS).document;
    assert_eq!((read.doubts.as_slice(), read.blocks.len()), (&[Doubt::OnlyImages][..], 2));
}
