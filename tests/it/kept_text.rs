//! Text that looks like what portals put around a report, and is the report.

use std::fmt::Write as _;

use govwatch::config::ReportRule;
use govwatch::model::{BlockKind, Document, Doubt};
use govwatch::page::tree::{Query, Tree};
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;
use url::Url;

const PROSE: &str =
    "本县认真贯彻落实上级部署，扎实推进法治政府建设，依法全面履行政府职能，各项工作取得新的进展和成效。";

fn read_by(page: &str, site: Option<&ReportRule>) -> Document {
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a page within limits");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    let url = Url::parse("http://www.a.gov.cn/zwgk/202401/t20240102_1.html").expect("url");
    extract::document(
        &tree,
        &decoded,
        &ReadRules { url: Some(&url), zone: &zone, site, family: None, min_body_chars: 0 },
    )
}

fn page(title: &str, inside: &str) -> String {
    format!(
        "<html><head><title>{title}</title></head><body><div><a href='/'>首页</a> <a href='/zwgk/'>公开</a></div><h1>{title}</h1>\
         <div class=info>发布时间：2024-01-02 来源：兴县民政局</div>{inside}<p>主办：兴县人民政府办公室</p></body></html>"
    )
}

/// The body in a container that is known, and in one that only its place tells.
fn bodies(title: &str, inside: &str) -> [String; 2] {
    ["<div id=zoom>", "<div>"].map(|open| read_by(&page(title, &format!("{open}{inside}</div>")), None).text())
}

fn paragraphs(lines: &[&str]) -> String {
    lines.iter().fold(String::new(), |mut all, line| {
        let _ = write!(all, "<p>{line}</p>");
        all
    })
}

#[test]
fn the_first_row_of_a_table_of_data_is_read_whatever_its_columns_are_called() {
    for rows in [
        ["地区|面积|人口", "兴县|3168|28", "临县|2979|65"],
        ["文件名称|发文字号|制定机关", "临时救助办法|兴政发〔2020〕3号|县政府", "优抚办法|兴政发〔2021〕5号|县政府"],
        ["责任部门|任务|时限", "民政局|临时救助|3月", "司法局|普法|5月"],
        ["发布单位|公告数", "民政局|12", "司法局|15"],
        ["作者|作品", "张三|春", "李四|秋"],
        ["备注|数量", "新增|3", "续建|5"],
    ] {
        let table = rows.map(|row| format!("<tr><td>{}</tr>", row.replace('|', "<td>"))).concat();
        let text = rows.join("\n").replace('|', "\t");
        for under in ["", "<p>以上数据截至2023年底，由各乡镇核实后报送，供有关部门参考使用。</p>"]
        {
            for read in bodies("2023年各县区有关情况表", &format!("<table>{table}</table>{under}")) {
                assert!(read.starts_with(&text), "{rows:?}: {read}");
            }
        }
    }
}

#[test]
fn a_disclosure_table_is_no_text_however_it_is_written() {
    let fields = ["索引号|000014349/2024-00110", "发文机关|兴县人民政府", "名称|关于临时救助的通知", "主题分类|民政"];
    let table = |rows: &[&str]| {
        let rows = rows.iter().map(|row| format!("<tr><td>{}</tr>", row.replace('|', "<td>")));
        format!("<table>{}</table><p>{PROSE}</p><p>{PROSE}</p>", rows.collect::<String>())
    };
    let whole = format!("{PROSE}\n{PROSE}");
    let wide = "索引号|000014349/2024-00110|主题分类|民政";
    for rows in [&fields[..], &[wide, "名称|关于临时救助的通知|有效期|"], &["发布机构|兴县人民政府"]]
    {
        for read in bodies("关于临时救助的通知", &table(rows)) {
            assert_eq!(read, whole, "{rows:?}");
        }
    }
    let lines = fields.map(|field| field.replace('|', "：").replace("名称", "标题"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).chain([PROSE, PROSE]).collect();
    for read in bodies("关于临时救助的通知", &paragraphs(&lines)) {
        assert_eq!(read, whole);
    }
}

#[test]
fn a_text_that_begins_with_what_it_is_about_is_read_from_its_first_line() {
    let guide = ["服务对象：60周岁以上老年人", "有效期：五年", "责任部门：民政局", PROSE, PROSE];
    for read in bodies("老年人优待证办事指南", &paragraphs(&guide)) {
        assert_eq!(read, guide.join("\n"));
    }
    let site = ReportRule { body: vec![Query::parse("#zoom").expect("selector")], ..ReportRule::default() };
    let named = page("老年人优待证办事指南", &format!("<div id=zoom>{}</div>", paragraphs(&guide)));
    assert_eq!(read_by(&named, Some(&site)).text(), guide.join("\n"));
    let head = [
        "发布时间：2024-01-02 来源：兴县民政局",
        "作者：张三",
        "浏览次数：12",
        "文号：兴政发〔2024〕1号",
        PROSE,
        PROSE,
    ];
    for read in bodies("关于临时救助的通知", &paragraphs(&head)) {
        assert_eq!(read, format!("{PROSE}\n{PROSE}"));
    }
}

#[test]
fn a_heading_called_like_a_notice_of_the_portal_ends_no_report() {
    let ours = ["特别声明", "本次招聘不收取任何费用，不委托任何机构举办辅导班，请考生注意甄别，谨防上当受骗。"];
    let text = [PROSE, PROSE, ours[0], ours[1], "三、联系方式", PROSE, PROSE];
    for read in bodies("兴县2024年公开招聘公告", &paragraphs(&text)) {
        assert_eq!(read, text.join("\n"));
    }
    let parts = format!("<div>{}</div><div>{}</div>", paragraphs(&text[..2]), paragraphs(&text[2..]));
    for read in bodies("兴县2024年公开招聘公告", &parts) {
        assert_eq!(read, text.join("\n"));
    }
    let works = ["版权说明", "应征作品的版权归主办单位所有，作者享有署名权，主办单位有权展览、出版应征作品。"];
    let text = [PROSE, works[0], works[1], PROSE];
    for read in bodies("兴县2024年摄影作品征集公告", &paragraphs(&text)) {
        assert_eq!(read, text.join("\n"));
    }
    let portal = format!("本网站所载信息版权归兴县人民政府所有，转载须注明来源。{PROSE}{PROSE}");
    let noticed = [PROSE, PROSE, "版权声明", &portal, PROSE];
    for read in bodies("兴县2024年公开招聘公告", &paragraphs(&noticed)) {
        assert_eq!(read, format!("{PROSE}\n{PROSE}"), "what the portal says of itself is long");
    }
}

/// The text of a body in an element that is known.
fn held(lines: &[&str]) -> String {
    let html = page("关于临时救助的通知", &format!("<div id=zoom>{}</div>", paragraphs(lines)));
    read_by(&html, None).text()
}

#[test]
fn a_line_of_chrome_between_paragraphs_is_left_out_alone() {
    let text = [PROSE, PROSE, PROSE, PROSE, PROSE, PROSE, "三、工作要求", "各单位要抓好落实，每月底前报送。"];
    for chrome in [
        &["分享到："][..],
        &["分享到：", "微信 微博 QQ空间"],
        &["扫一扫在手机打开当前页"],
        &["【打印】 【关闭】", "扫一扫在手机打开当前页", "分享到："],
        &["相关阅读"],
        &["【延伸阅读】"],
    ] {
        for at in [2, 6] {
            let lines: Vec<&str> = text[..at].iter().chain(chrome).chain(&text[at..]).copied().collect();
            let read = held(&lines);
            assert!(read.ends_with(&text[at..].join("\n")), "{chrome:?} at {at}: {read}");
            assert!(!read.contains(chrome[chrome.len() - 1]), "{chrome:?} at {at}: {read}");
        }
    }
    let signed = [PROSE, PROSE, PROSE, PROSE, "分享到：", "兴县民政局", "2024年1月2日"];
    assert!(held(&signed).ends_with(&format!("{PROSE}\n兴县民政局\n2024年1月2日")), "{}", held(&signed));
}

#[test]
fn a_sentence_that_begins_as_chrome_does_is_text_wherever_it_stands() {
    for said in [
        "分享到：微信、微博等平台的做法值得推广，共分享 35 个案例。",
        "扫一扫查询系统已在全县35个窗口上线运行，群众反映良好。",
    ] {
        for lines in [[PROSE, PROSE, PROSE, PROSE, said], [PROSE, PROSE, said, PROSE, PROSE]] {
            assert_eq!(held(&lines), lines.join("\n"));
        }
    }
}

#[test]
fn what_stands_behind_a_report_is_left_out_whole() {
    let portal = "版权归兴县人民政府所有，未经许可不得转载。";
    let hint = "扫一扫，在手机上打开当前页。";
    for behind in [
        &["分享到：", "微信 微博"][..],
        &["扫一扫在手机打开当前页", "分享到：", hint],
        &["分享到：", "扫描二维码，关注我们的公众号，了解更多信息。"],
        &["分享到：", portal],
        &["分享到：", "上一篇：没有了", "下一篇：关于做好抗旱工作的通知。"],
        &["分享到：", "免责声明", "兴县人民政府不对所载信息的准确性负责。"],
        &["相关阅读", "<a href='1.html'>全县救助工作会议召开</a>", "会议指出，要做好救助工作。"],
    ] {
        let lines: Vec<&str> = [PROSE; 6].iter().chain(behind).copied().collect();
        assert_eq!(held(&lines), [PROSE; 6].join("\n"), "{behind:?}");
    }
}

#[test]
fn the_pager_of_an_article_is_no_text_and_figures_are() {
    let pagers = [
        "<p>上一页 1 2 3 下一页</p>",
        "<p>下一页 2 3</p>",
        "<p>上一页 <b>1</b> <a href='t20240102_1_2.html'>2</a> <a href='t20240102_1_2.html'>下一页</a></p>",
        "<ul><li>上一页<li>1<li><a href='t20240102_1_2.html'>2</a><li>下一页</ul>",
        "<div class=pager>首页 上一页 [1] [2] ... [12] 下一页 尾页</div>",
    ];
    for pager in pagers {
        for behind in [&[][..], &["附件：任务分解表"]] {
            let inside = format!("{}{pager}{}", paragraphs(&[PROSE, "1 2 3", PROSE]), paragraphs(behind));
            let whole = [&[PROSE, "1 2 3", PROSE], behind].concat().join("\n");
            let html = page("关于临时救助的通知", &format!("<div id=zoom>{inside}</div>"));
            assert_eq!(read_by(&html, None).text(), whole, "{pager}");
        }
    }
}

#[test]
fn titles_and_lines_that_hold_a_word_of_the_page_are_no_chrome() {
    for title in ["兴县干部容错纠错实施办法", "关于推进无障碍环境建设的通知", "长者食堂管理办法", "智能客服建设方案"]
    {
        let text = [title, PROSE, PROSE, title];
        let html = page(title, &format!("<div id=zoom>{}</div>", paragraphs(&text))).replace("<title>", "<title>兴县-");
        let read = read_by(&html, None);
        assert_eq!(read.title.as_deref(), Some(title));
        assert!(read.text().ends_with(&format!("{PROSE}\n{PROSE}\n{title}")), "{}", read.text());
    }
}

#[test]
fn a_hidden_dialog_is_no_report_and_a_hidden_page_is() {
    let agreement = format!("<h3>用户协议</h3>{}", paragraphs(&[PROSE; 8]));
    let linked = "<div><a href='P020240102.pdf'><img src='/images/pdf_icon.gif'></a></div>";
    for hidden in ["<div style='display:none'>", "<div class='layer hide'>", "<dialog>", "<div hidden role=dialog>"] {
        let html = page("关于临时救助的通知", &format!("{linked}{hidden}{agreement}</div></dialog>"));
        let read = read_by(&html, None);
        assert!(!read.text().contains("用户协议") && !read.text().contains("本县"), "{hidden}: {}", read.text());
        assert_eq!(read.doubts, [Doubt::OnlyAttachments], "{hidden}");
    }
    let title = "关于临时救助的通知";
    let body = format!("<div id=zoom>{}</div>", paragraphs(&[PROSE; 6]));
    let dialog = "<div class=modal><h3>用户协议</h3><p>请先阅读本协议，并点击同意。</p></div>";
    for html in [
        format!(
            "<title>{title}</title><body><div id=app style='display:none'><h1>{title}</h1>{body}{dialog}</div></body>"
        ),
        format!("<title>{title}</title><body><h1>{title}</h1><div style='display:none'>{body}{dialog}</div></body>"),
        format!(
            "<title>{title}</title><body><ul>{}</ul><div><h1>{title}</h1><div class=hide>{body}</div></div></body>",
            "<li><a href='/'>链接</a></li>".repeat(200)
        ),
    ] {
        let read = read_by(&html, None).text();
        assert_eq!(read, [PROSE; 6].join("\n"), "{html}");
    }
}

#[test]
fn pictures_between_the_paragraphs_that_a_site_names_are_read() {
    let site = ReportRule { body: vec![Query::parse(".content p").expect("selector")], ..ReportRule::default() };
    let inside = format!(
        "<div class=content><p>{PROSE}</p><p><img src='1.jpg'></p><p>{PROSE}</p><p>{PROSE}<img src='2.jpg'></p></div>\
         <div><img src='foot.jpg'></div>"
    );
    let read = read_by(&page("关于临时救助的通知", &inside), Some(&site));
    let kinds: Vec<(BlockKind, &str)> = read
        .blocks
        .iter()
        .map(|block| (block.kind, block.url.as_ref().and_then(|url| url.path().rsplit('/').next()).unwrap_or_default()))
        .collect();
    let text = (BlockKind::Paragraph, "");
    assert_eq!(kinds, [text, (BlockKind::Image, "1.jpg"), text, text, (BlockKind::Image, "2.jpg")]);
}

#[test]
fn pictures_in_elements_as_deep_as_may_be_cost_one_look_each() {
    // Looked at with all that stands around them and around the title, they would cost 3.6e11 comparisons.
    let deep = "<div>".repeat(1_900);
    let shut = "</div>".repeat(1_900);
    let pictures = "<img src=a>".repeat(100_000);
    let title = "关于临时救助的通知";
    let html = format!("<title>{title}</title><body>{deep}<h1>{title}</h1>{shut}{deep}{pictures}");
    let read = read_by(&html, None);
    assert_eq!(read.title.as_deref(), Some(title));
    assert_eq!(read.doubts, [Doubt::OnlyImages]);
}
