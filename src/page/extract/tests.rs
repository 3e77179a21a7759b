//! Report pages, read whole.

use jiff::tz::TimeZone;
use url::Url;

use super::*;
use crate::model::Doubt;
use crate::page::decode;

mod around;
mod shapes;
mod titles;

const BODY: &str = "<p>各区人民政府，市政府各部门、各直属机构：</p><p>现将《临时救助实施细则》印发给你们，请遵照执行。\
     执行中遇到的问题，请径向市民政局反映。本细则自印发之日起施行，有效期五年。</p>";

fn read_by(page: &str, site: Option<&ReportRule>) -> Document {
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.a.gov.cn/zwgk/202401/t20240102_1.html").expect("url");
    document(&tree, &decoded, &ReadRules { url: Some(&url), zone: &zone, site, family: None, min_body_chars: 0 })
}

fn page(inside: &str) -> String {
    format!("<html><head><title>关于印发细则的通知</title></head><body>{inside}</body></html>")
}

fn query(written: &str) -> Vec<Query> {
    vec![Query::parse(written).expect("selector")]
}

#[test]
fn a_site_selector_goes_before_everything_else_and_a_dead_one_is_doubted() {
    let page = page(&format!(
        "<h1>关于印发细则的通知</h1><h2 class=t>另一个标题是这样的</h2><div class=b><p>只有这一句是正文。</p></div>{BODY}"
    ));
    let mut rule = ReportRule { title: query(".t::text"), body: query(".b"), ..ReportRule::default() };
    let document = read_by(&page, Some(&rule));
    assert_eq!(document.title.as_deref(), Some("另一个标题是这样的"));
    assert_eq!(document.text(), "只有这一句是正文。");
    assert_eq!((document.from[&FieldName::Title], document.from[&FieldName::Body]), (Origin::Site, Origin::Site));
    assert_eq!(document.doubts, []);
    rule.body = query(".gone");
    let document = read_by(&page, Some(&rule));
    assert_eq!(document.from[&FieldName::Body], Origin::Auto);
    assert_eq!(document.doubts, [Doubt::DeadSelector]);
}

#[test]
fn a_day_and_an_office_without_labels_under_a_title_are_no_text() {
    for info in [
        "<div><span>2024-01-02</span> <span>安丰县融媒体中心</span></div>",
        "<div>2024-01-02 安丰县融媒体中心 浏览：37</div>",
        "<div>2024-01-02 | 县司法局 | 37</div>",
        "<div>发布于 2024-01-02 由 办公室 发布</div>",
        "<div>2024-01-02　星期二　县司法局　字体：大 中 小</div>",
    ] {
        for tools in ["", "<div>字号：<a>大</a> <a>中</a> <a>小</a></div>", "<div>分享到：</div>"] {
            let page = page(&format!("<div class=tit>关于印发细则的通知</div>{info}{tools}<div class=nr>{BODY}</div>"));
            let document = read_by(&page, None);
            assert!(document.text().starts_with("各区人民政府"), "{info}{tools}: {}", document.text());
            assert!(document.text().ends_with("有效期五年。"), "{info}{tools}: {}", document.text());
            assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2024-01-02"), "{info}{tools}");
        }
    }
    let adopted = page(&format!("<h1>关于印发细则的通知</h1><p>（2024年1月2日常务会议通过）</p><div>{BODY}</div>"));
    assert!(read_by(&adopted, None).text().contains("常务会议通过"));
    let signed = page("<h1>关于放假的通知</h1><div><p>定于周五放假一天</p><p>县司法局 2024年1月2日</p></div>");
    assert!(read_by(&signed, None).text().starts_with("定于周五"), "{}", read_by(&signed, None).text());
}

#[test]
fn a_stamp_or_a_mark_at_the_title_is_the_validity() {
    let validity = |head: &str| read_by(&page(&format!("{head}<div class=nr>{BODY}</div>")), None).validity;
    let title = "<h1>关于印发细则的通知</h1>";
    for (head, expected) in [
        (format!("{title}<p>2024-01-02</p><img src='/i/sx.png' alt='已失效'>"), Some("已失效")),
        (format!("<div><img src='/i/fz.png' title='废止'>{title}</div>"), Some("废止")),
        (format!("{title}<p>【已废止】</p>"), Some("已废止")),
        ("<h1>关于印发细则的通知【已废止】</h1>".to_owned(), Some("已废止")),
        ("<h1>关于印发细则的通知 <span>已失效</span></h1>".to_owned(), Some("已失效")),
        ("<h1>关于废止细则的通知</h1>".to_owned(), None),
        ("<h1>关于宣布部分文件失效的决定</h1>".to_owned(), None),
        (format!("{title}<img src='/i/1.png' alt='县政府大楼'>"), None),
        (title.to_owned(), None),
    ] {
        assert_eq!(validity(&head).as_deref(), expected, "{head}");
    }
    let of_another = format!("{title}<div class=nr>{BODY}</div><div><img src='/i/sx.png' alt='失效'>相关文件</div>");
    assert_eq!(read_by(&page(&of_another), None).validity, None, "it stands behind the text");
}

/// A page with another `<title>` than [`page`].
fn titled(page_title: &str, inside: &str) -> Document {
    read_by(&page(inside).replace("<title>关于印发细则的通知<", &format!("<title>{page_title}<")), None)
}

/// The title of the pages below, whose text has parts of it in lines of their own.
const LONG_TITLE: &str = "兴县人民政府办公室关于印发河道采砂管理办法的通知";

fn signed(head: &str) -> String {
    let text = format!("<p><b>河道采砂管理办法</b></p>{BODY}<p>兴县人民政府办公室</p><p>2026年9月28日</p>");
    format!("<div>{head}</div><div>发布时间：2026-10-03 来源：兴县政府网</div><div class=nr>{text}</div>")
}

#[test]
fn a_day_in_chinese_digits_dates_a_report_and_its_counter_is_no_text() {
    for (info, source) in [
        ("<div>二〇二六年十月三日　来源：兴县司法局　阅读：NNN</div>", Some("兴县司法局")),
        ("<div>二〇二六年十月三日 来源：兴县司法局 浏览次数：NNN次</div>", Some("兴县司法局")),
        ("<div>阅读：NNN　来源：兴县司法局　二〇二六年十月三日</div>", Some("兴县司法局")),
        ("<div>时间：二〇二六年十月三日 来源：兴县司法局 阅读：NNN</div>", Some("兴县司法局")),
        ("<div>二〇二六年十月三日</div><div>来源：兴县司法局 阅读：NNN</div>", Some("兴县司法局")),
        ("<div>来源：兴县司法局 阅读：NNN</div><div>二〇二六年十月三日</div>", Some("兴县司法局")),
        ("<div><span>二〇二六年十月三日</span> <span>兴县司法局</span> <span>NNN次</span></div>", None),
    ] {
        let of = |n: &str| {
            page(&format!("<div class=tit>关于印发细则的通知</div>{info}<div>{BODY}</div>").replace("NNN", n))
        };
        let document = read_by(&of("640"), None);
        assert!(document.text().starts_with("各区人民政府"), "{info}: {}", document.text());
        assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2026-10-03"), "{info}");
        assert_eq!(document.source.as_deref(), source, "{info}");
        assert_eq!(read_by(&of("977"), None).blocks, document.blocks, "{info}");
    }
    let signed = page(
        "<h1>关于印发细则的通知</h1><div><p>兴县司法局</p><p>二〇二六年十月三日</p><p>现将细则印发，请执行。</p></div>",
    );
    assert!(read_by(&signed, None).text().starts_with("兴县司法局"), "{}", read_by(&signed, None).text());
}

#[test]
fn a_mark_wherever_it_stands_at_the_title_is_the_validity() {
    let validity = |head: &str| read_by(&page(&format!("<div>{head}</div><div class=nr>{BODY}</div>")), None).validity;
    let (title, info) = ("<h1>关于印发细则的通知</h1>", "<div>发布时间：2024-01-02 来源：县司法局 ");
    for (head, expected) in [
        (format!("{title}{info}<span>【失效】</span></div>"), Some("失效")),
        (format!("{title}{info}<span>已废止</span></div>"), Some("已废止")),
        (
            format!("{title}{info}</div><div><i></i>本文件已于2026年12月1日废止</div>"),
            Some("本文件已于2026年12月1日废止"),
        ),
        (format!("{title}{info}</div><p>此件已失效</p>"), Some("此件已失效")),
        (
            format!("{title}{info}</div><p>该办法自二〇二六年一月一日起废止。</p>"),
            Some("该办法自二〇二六年一月一日起废止"),
        ),
        (format!("<div>【失效】</div>{title}{info}</div>"), Some("失效")),
        (format!("<h1>[失效]关于印发细则的通知</h1>{info}</div>"), Some("失效")),
        (format!("<h1>已废止 关于印发细则的通知</h1>{info}</div>"), Some("已废止")),
        (format!("<h1>关于印发细则的通知<span>失效</span></h1>{info}</div>"), Some("失效")),
        (format!("<h1><b>撤销</b>行政许可决定书</h1>{info}</div>"), None),
        (format!("<h1><span>废止</span><span>《旧细则》的决定</span></h1>{info}</div>"), None),
        (format!("{title}{info}<span>有效</span> <span>失效</span></div>"), None),
        (format!("<ul><li>现行有效</li></ul>{title}{info}</div>"), None),
        (format!("<div>有效</div><div>失效</div>{title}{info}</div>"), None),
        (format!("{title}{info}</div><p>相关文件：《旧细则》（已废止）</p>"), None),
        (format!("{title}{info}</div><p>原细则同时废止。</p>"), None),
        (format!("{title}{info}</div><p>本细则自2024年1月1日起施行。</p>"), None),
    ] {
        assert_eq!(validity(&head).as_deref(), expected, "{head}");
    }
}

#[test]
fn a_mark_at_the_heading_counts_where_the_tags_of_the_page_do_not_have_it() {
    let inside = format!("<h1>关于印发细则的通知[失效]</h1><div>{BODY}</div>");
    let tagged = page(&inside).replace("<head>", "<head><meta name=ArticleTitle content=关于印发细则的通知>");
    let document = read_by(&tagged, None);
    assert_eq!((document.title.as_deref(), document.validity.as_deref()), (Some("关于印发细则的通知"), Some("失效")));
}

#[test]
fn the_answer_to_a_question_and_the_pressed_one_of_several_buttons_are_the_validity() {
    let table = |label: &str, value: &str| {
        let cells = format!("<tr><th>索引号</th><td>1/2026-12</td><th>{label}</th><td>{value}</td></tr>");
        let more = "<tr><th>发文机关</th><td>县司法局</td><th>成文日期</th><td>2026-09-28</td></tr>";
        let table = format!("<table>{cells}{more}</table><h1>关于印发细则的通知</h1><div>{BODY}</div>");
        read_by(&page(&table), None).validity
    };
    assert_eq!(table("是否有效", "否").as_deref(), Some("失效"));
    assert_eq!(table("是否有效", "是").as_deref(), Some("有效"));
    let buttons = |one: &str, other: &str| format!("<input type=radio {one}>有效 <input type=radio {other}>失效");
    assert_eq!(table("有效性", &buttons("checked", "")).as_deref(), Some("有效"));
    assert_eq!(table("有效性", &buttons("", "checked")).as_deref(), Some("失效"));
    assert_eq!(table("有效性", &buttons("", "")), None);
}

#[test]
fn the_buttons_of_a_search_hide_no_mark_at_the_title() {
    let search = "<div>时效性：<input type=radio checked>有效 <input type=radio>失效</div>";
    let inside = format!(
        "{search}<h1>【失效】关于印发细则的通知</h1><div>发布时间：2024-01-02 来源：县司法局</div><div>{BODY}</div>"
    );
    assert_eq!(read_by(&page(&inside), None).validity.as_deref(), Some("失效"));
}

#[test]
fn a_bar_between_day_and_fields_hides_no_day() {
    let info = "2026-10-03 09:10:22　|　索引号：141123/2026-00012　|　来源：县政府办　|　有效性：部分失效";
    let document = read_by(&page(&format!("<h1>关于印发细则的通知</h1><div>{info}</div><div>{BODY}</div>")), None);
    assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2026-10-03T09:10:22+08:00"));
    assert_eq!(document.validity.as_deref(), Some("部分失效"));
}

#[test]
fn what_the_site_strips_is_never_text() {
    let rule = ReportRule { strip: vec![Selector::parse(".ad").expect("selector")], ..ReportRule::default() };
    let page =
        page(&format!("<h1>关于印发细则的通知</h1><div>{BODY}<p class=ad>扫描本码，了解更多，关注我们。</p></div>"));
    assert!(!read_by(&page, Some(&rule)).text().contains("扫描"));
}

#[test]
fn a_page_hidden_until_its_scripts_run_is_read_and_a_hidden_copy_is_not() {
    let hidden = page(&format!(
        "<div id=app style='display:none'><h1>关于印发细则的通知</h1><div>{BODY}{BODY}{BODY}{BODY}</div></div>"
    ));
    assert!(read_by(&hidden, None).text().starts_with("各区人民政府"));
    let copied = page(&format!("<h1>关于印发细则的通知</h1><div>{BODY}</div><div style='display:none'>{BODY}</div>"));
    assert_eq!(read_by(&copied, None).blocks.len(), 2);
}

#[test]
fn files_are_told_from_pages_and_each_stands_once() {
    let page = page(&format!(
        "<a href='/app.apk'>APP下载</a><h1>关于印发细则的通知</h1><div id=zoom>{BODY}<p><a href='./P020.pdf'>细则.pdf</a>\
         <a href='./P020.pdf'></a></p></div><p>附件：<a href='/down/download.jsp?id=3'>附件2</a></p><a href='1.html'>解读</a>"
    ));
    let document = read_by(&page, None);
    let files: Vec<(&str, &str)> =
        document.attachments.iter().map(|file| (file.url.as_str(), file.title.as_str())).collect();
    assert_eq!(
        files,
        [
            ("http://www.a.gov.cn/zwgk/202401/P020.pdf", "细则.pdf"),
            ("http://www.a.gov.cn/down/download.jsp?id=3", "附件2"),
        ]
    );
    assert_eq!(document.attachments[0].media_type.as_deref(), Some("application/pdf"));
}

#[test]
fn a_file_shown_in_place_is_an_attachment_whatever_follows_it() {
    let footer = "<div class=footer><p>主办：兴县人民政府</p><p>联系电话：0358-6322012　邮编：033600</p></div>";
    let info = "<div class=info>发布时间：2024-01-02 来源：县司法局</div>";
    for shown in [
        "<iframe src='/files/a.pdf'></iframe>",
        "<embed src='/files/a.pdf'>",
        "<object data='/files/a.pdf'></object>",
        "<a href='/files/a.pdf'><img src='/i/pdf.png'></a>",
        "<script>showVsbpdfIframe('/files/a.pdf', '100%')</script>",
    ] {
        for text in [BODY, ""] {
            let page = page(&format!("<h1>关于印发细则的通知</h1>{info}<div class=con>{text}{shown}</div>{footer}"));
            let document = read_by(&page, None);
            let files: Vec<&str> = document.attachments.iter().map(|file| file.url.as_str()).collect();
            assert_eq!(files, ["http://www.a.gov.cn/files/a.pdf"], "{shown} {text}");
            assert!(!document.text().contains("邮编"), "{shown} {text}: {}", document.text());
        }
    }
    let in_footer = page(&format!(
        "<h1>关于印发细则的通知</h1>{info}<div>{BODY}</div><div class=footer><iframe src='/files/a.pdf'></iframe><p>主办：兴县人民政府</p></div>"
    ));
    assert!(read_by(&in_footer, None).attachments.is_empty());
}

#[test]
fn a_bad_page_says_what_is_wrong_with_it() {
    let doubts = |page: &str| read_by(page, None).doubts;
    assert_eq!(doubts(""), [Doubt::NoTitle, Doubt::NoBody]);
    let whole = page(&format!("<h1>关于印发细则的通知</h1><div>{BODY}</div>"));
    assert_eq!(doubts(&whole), []);
    assert_eq!(doubts(whole.trim_end_matches("</body></html>")), [Doubt::CutPage]);
    assert_eq!(doubts(&format!("{}<div cla", whole.trim_end_matches("</body></html>"))), [Doubt::CutPage]);
    let unfilled =
        page("<h1>关于印发细则的通知</h1><div><p>{{item.title}}，{{item.date}}，请稍候，正在加载。</p></div>");
    assert_eq!(doubts(&unfilled), [Doubt::Unfilled]);
    let error = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><p>您访问的页面不存在，请检查网址。</p></body></html>";
    assert_eq!(doubts(error), [Doubt::ErrorTitle]);
    let paper = page(&format!("<h1>高清监控系统维护项目中标公告</h1><div>{BODY}{BODY}</div>"));
    assert_eq!(doubts(&paper), []);
}

#[test]
fn the_date_of_a_rebuild_gives_way_to_the_one_under_the_title() {
    let page = |meta: &str| {
        format!(
            "<html><head><meta name=pubdate content='{meta}'></head><body><h1>关于印发细则的通知</h1>\
             <div>发布时间：2024-01-02 来源：市民政局</div><div>{BODY}</div></body></html>"
        )
    };
    let published = |meta: &str| read_by(&page(meta), None).published.map(|stated| stated.to_string());
    assert_eq!(published("2024-01-02 09∶15").as_deref(), Some("2024-01-02T09:15:00+08:00"));
    assert_eq!(published("2024-05-02 09:15").as_deref(), Some("2024-01-02"));
}

#[test]
fn a_clock_is_neither_a_date_nor_text() {
    for clock in [
        "今天是2026年11月26日 星期四",
        "今天是2026年11月26日 星期四 12:03:05",
        "当前时间：2026-11-26 12:00:00",
        "打印时间：2026-11-26",
        "访问时间：2026年11月26日 星期四",
        "生成时间：2026-11-26 12:00",
    ] {
        let document =
            read_by(&page(&format!("<h1>关于印发细则的通知</h1><div class=info>{clock}</div><div>{BODY}</div>")), None);
        assert_eq!(document.published.map(|stated| stated.to_string()).as_deref(), Some("2024-01-02"), "{clock}");
        assert!(document.text().starts_with("各区人民政府"), "{clock}: {}", document.text());
    }
}

#[test]
fn date_and_source_over_a_body_without_words_are_no_body() {
    let pictures = "<p><img src='./W020250201.jpg' width=800></p>";
    for (body, doubt) in [
        (pictures, Doubt::OnlyImages),
        ("<video src='/v/1.mp4' controls></video>", Doubt::NoBody),
        ("<p>&nbsp;</p>", Doubt::NoBody),
    ] {
        for (info, source) in
            [("2025-02-01 来源：县政府办", Some("县政府办")), ("发布日期：2025年2月1日", None), ("2025-02-01", None)]
        {
            let html = page(&format!(
                "<h1>清河县2024年财政决算公开</h1><div class=info>{info}</div><div class=con>{body}</div><div>责任编辑：王某</div>"
            ));
            let document = read_by(&html, None);
            let published = document.published.map(|stated| stated.to_string());
            assert_eq!((document.text().as_str(), published.as_deref()), ("", Some("2025-02-01")), "{info} {body}");
            assert_eq!(document.source.as_deref(), source, "{info} {body}");
            assert_eq!(document.doubts, [doubt], "{info} {body}");
        }
    }
}

#[test]
fn an_annex_stands_behind_previous_and_next_too() {
    let annex = "<p>附件：<a href='P020.pdf'>任务分解表.pdf</a></p>";
    let neighbours = "<p>上一篇：<a href='1.html'>关于公布名单的通知</a></p><p>下一篇：没有了</p>";
    let text =
        |inside: &str| read_by(&page(&format!("<h1>关于印发细则的通知</h1><div id=zoom>{inside}</div>")), None).text();
    let plain = text(&format!("{BODY}{BODY}{annex}"));
    assert!(plain.ends_with("\n附件：任务分解表.pdf"), "{plain}");
    assert_eq!(text(&format!("{BODY}{BODY}{neighbours}{annex}")), plain);
    assert_eq!(text(&format!("{BODY}{BODY}{annex}{neighbours}")), plain);
}

#[test]
fn eight_digits_behind_a_label_under_the_title_are_the_day() {
    for info in ["日期：20190703　作者：张三　编辑：李四", "发布日期：20190703 来源：县司法局", "发布时间：20190703"]
    {
        let document = titled(
            "关于印发细则的通知",
            &format!("<h1>关于印发细则的通知</h1><div>{info}</div><div>{BODY}{BODY}</div>"),
        );
        assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2019-07-03"), "{info}");
        assert!(document.text().starts_with("各区人民政府"), "{info}: {}", document.text());
    }
}
