//! Pages on which what stands beside a report looks like a part of it.

use govwatch::model::Document;

use crate::short_notices::read;

const TITLE: &str = "兴县人民政府关于印发临时救助实施细则的通知";
const BODY: &str = "<p>各乡镇人民政府，县直各部门：</p><p>现将《临时救助实施细则》印发给你们，请遵照执行。执行中遇到的问题，请径向县民政局反映。\
     本细则自印发之日起施行，有效期五年。各乡镇应当于每季度末报送救助情况，县民政局汇总后按规定公开。</p>";

/// A page whose report begins with these elements and ends with those.
fn page(head: &str, before: &str, behind: &str) -> Document {
    read(&format!(
        "<html><head><title>{TITLE}</title>{head}</head><body>{before}<div class=main><div class=article><h1>{TITLE}</h1>\
         <div class=info>发布时间：2024-01-25 来源：兴县民政局</div><div id=zoom>{BODY}</div>{behind}</div></body></html>"
    ))
}

fn files(document: &Document) -> Vec<&str> {
    document.attachments.iter().map(|file| file.title.as_str()).collect()
}

#[test]
fn files_of_a_list_beside_the_report_are_not_its_own() {
    let latest = "<ul><li><a href='/f/1.pdf'>关于公布行政许可事项的公告</a></li><li><a href='/f/2.pdf'>2023年部门决算</a></li></ul>";
    let own = "<p>附件：<a href='P1.doc'>临时救助申请表.doc</a></p>";
    for behind in [
        format!("{own}</div><div class=r-list><h3>最新公开</h3>{latest}</div></div>"),
        format!(
            "{own}<div>上一篇：<a href='1.html'>关于调整低保标准的通知</a></div><div class=box>{latest}</div></div></div>"
        ),
        format!("{own}<div class=box><h3>相关文件</h3>{latest}</div></div></div>"),
    ] {
        assert_eq!(files(&page("", "", &behind)), ["临时救助申请表.doc"], "{behind}");
    }
}

#[test]
fn files_that_are_called_annexes_are_its_own_wherever_they_stand() {
    let list = "<a href='P1.doc'>临时救助申请表</a><br><a href='P2.xls'>资金测算表</a>";
    for behind in [
        format!("</div><div class=fj><p>附件下载：</p><div>{list}</div></div></div>"),
        format!("<div>下一篇：没有了</div><p>附件：{list}</p></div></div>"),
        format!("<div class=fj>{list}</div></div></div>"),
        format!("<p>政策解读：<a href='1.html'>一图读懂细则</a></p><p>申请材料如下</p><div>{list}</div></div></div>"),
    ] {
        assert_eq!(files(&page("", "", &behind)), ["临时救助申请表", "资金测算表"], "{behind}");
    }
    let named =
        "</div><ul><li><a href='P1.doc'>附件1.申请表</a></li><li><a href='P2.xls'>附件2.测算表</a></li></ul></div>";
    assert_eq!(files(&page("", "", named)), ["附件1.申请表", "附件2.测算表"]);
}

#[test]
fn files_whose_address_tells_nothing_are_told_by_their_words_and_their_place() {
    for own in [
        "<p>附件：<a href='/cms/file/download?id=ab12'>申请表.docx</a></p>",
        "<p>附件1：<a href='/api/file/ab12cd34'>申请表.docx</a></p>",
        "<p><a href='javascript:void(0)' onclick=\"window.open('/files/2026/report.pdf')\">申请表.docx</a></p>",
    ] {
        assert_eq!(files(&page("", "", &format!("{own}</div></div>"))), ["申请表.docx"], "{own}");
    }
    let list =
        "<p>附件：</p><ul><li><a href='/api/file/1'>申请表</a></li><li><a href='/api/file/2'>测算表</a></li></ul>";
    assert_eq!(files(&page("", "", &format!("{list}</div></div>"))), ["申请表", "测算表"]);
    for other in [
        "<p>附件1：<a href='/zwgk/202401/t20240102_7.html'>申请表.docx</a></p>",
        "<p>附件：<a href='/apply/'>申报平台</a></p>",
        "<p>附件：<a href='/content.jsp?id=7'>申请表</a></p>",
        "<p>详见<a href='/api/page/7'>办事指南</a></p>",
    ] {
        assert!(files(&page("", "", &format!("{other}</div></div>"))).is_empty(), "{other}");
    }
}

#[test]
fn files_are_where_the_base_of_the_page_says() {
    let document = page("<base href='/zwgk/wj/'>", "", "<p>附件：<a href='P1.doc'>申请表.doc</a></p></div></div>");
    assert_eq!(document.attachments[0].url.as_str(), "http://www.qinghe.example/zwgk/wj/P1.doc");
}

#[test]
fn a_bar_of_columns_is_no_breadcrumb() {
    for bar in ["首页 | 政务公开 | 规范性文件", "首页/政务公开/规范性文件", "首页\u{3000}|\u{3000}政务公开"]
    {
        let document = page("", &format!("<div>{bar}</div>"), "</div></div>");
        assert_eq!((document.breadcrumb.len(), document.column), (0, None), "{bar}");
    }
    let document = page("", "<div>首页 &gt; 政务公开 &gt; 规范性文件</div>", "</div></div>");
    assert_eq!(document.breadcrumb, ["首页", "政务公开", "规范性文件"]);
    assert_eq!(document.column.as_deref(), Some("规范性文件"));
}

#[test]
fn the_paper_itself_is_dated_and_not_what_it_forwards() {
    let signed = "<p>兴县人民政府办公室</p><p>2024年1月23日</p><p>附件</p><p>吕梁市临时救助办法</p><p>第一条 为了规范临时救助，制定本办法。</p>\
         <p>第二条 本办法自2023年12月1日起施行，由市民政局负责解释。</p><p>吕梁市人民政府</p><p>2023年11月2日</p>";
    let document = read(&format!(
        "<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div>发布时间：2024-01-25</div>\
         <div id=zoom>{BODY}{signed}</div></body></html>"
    ));
    assert!(document.text().ends_with("2023年11月2日"), "{}", document.text());
    assert_eq!(document.written.map(|day| day.to_string()).as_deref(), Some("2024-01-23"));
}

#[test]
fn a_text_that_begins_like_a_field_keeps_its_first_sentence() {
    for first in [
        "来源：根据《救助工作规定》的要求，县民政局汇总各乡镇材料形成本报告，供社会各界监督。",
        "发布机构：兴县人民政府办公室负责本报告的编制和发布，数据统计期限为2025年1月1日至12月31日。",
    ] {
        let document = read(&format!(
            "<html><head><title>{TITLE}</title></head><body><div class=article><h1>{TITLE}</h1><div class=info>发布时间：2024-01-25 \
             来源：兴县民政局</div><div class=txt><p>{first}</p>{BODY}</div></div></body></html>"
        ));
        assert!(document.text().starts_with(first), "{}", document.text());
        assert_eq!((document.source.as_deref(), document.authority.as_deref()), (Some("兴县民政局"), None));
    }
}

#[test]
fn a_number_of_announcements_is_a_document_number_only_of_an_office() {
    let number = |head: &str| {
        let lines = format!("<p>{}</p>", head.replace('/', "</p><p>"));
        let document = read(&format!(
            "<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id=zoom>{lines}{BODY}</div></body></html>"
        ));
        document.doc_no
    };
    for none in ["国有建设用地使用权挂牌出让公告/第3号", "公开招聘公告（第3号）", "停水停电通告/第12号"]
    {
        assert_eq!(number(none), None, "{none}");
    }
    for own in [
        "兴县自然资源局公告/第3号",
        "兴县人民政府令/第12号",
        "兴县森林防火指挥部令/第1号",
        "兴县人民政府封山禁牧令/第2号",
    ] {
        assert_eq!(number(own), Some(own.replace('/', "")), "{own}");
    }
}
