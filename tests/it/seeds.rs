//! The sample reports, each inside the pages of several content management systems, are read to the character.

use govwatch::model::{Document, Origin};
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode, extract};
use jiff::tz::TimeZone;

const SEEDS: [(&str, &str); 5] = [
    ("中共兴县县委兴县人民政府关于2023年法治政府建设工作的年度报告", include_str!("seeds/000.txt")),
    ("江源区2022年法治政府建设情况报告", include_str!("seeds/001.txt")),
    ("陆良县2024年法治政府建设年度报告", include_str!("seeds/002.txt")),
    ("法治政府建设示范创建工作实施意见(乡镇)", include_str!("seeds/003.txt")),
    ("石柱土家族自治县三星乡人民政府2024年度法治政府建设情况报告", include_str!("seeds/004.txt")),
];

fn paragraphs(body: &str, open: &str, close: &str) -> String {
    let escaped = body.trim_end().replace('&', "&amp;").replace('<', "&lt;");
    format!("{open}{}{close}", escaped.replace('\n', &format!("{close}{open}")))
}

const TOP: &str = concat!(
    "<div><a href='http://www.gov.cn'>中国政府网</a> | <a href='/'>山西省政府</a> <a href='#'>无障碍浏览</a> ",
    "今天是2024年12月19日 网站支持IPv6</div><ul><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li></ul>",
    "<div class='crumb'>当前位置：<a href='/'>首页</a> &gt; <a href='/a/'>法治政府建设</a> &gt; <a href='/a/b/'>年度报告</a></div>",
);

const BOTTOM: &str = concat!(
    "<div class='ewm'>扫一扫在手机打开当前页</div><p>【打印】【关闭】</p><p>（责任编辑：张三）</p>",
    "<p>上一篇：<a href='1.html'>关于公布行政执法主体的公告</a></p><p>下一篇：没有了</p>",
    "<div><h3>相关阅读</h3><ul><li><a href='2.html'>某县2021年法治政府建设情况报告</a><span>2022-01-20</span></li></ul></div>",
    "<div>主办单位：某县人民政府办公室　版权所有 <a href='#'>晋ICP备05000001号</a> 网站标识码：1411230001</div>",
);

/// TRS: meta tags, the editor's class, style inside it.
fn trs(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>{title}_某县人民政府</title><meta name='PubDate' content='2024-02-01 15:11'>\
         <meta name='ArticleTitle' content='{title}'><meta name='ContentSource' content='兴县司法局'></head><body>{TOP}\
         <h1>{title}</h1><div class='info'>时间：2024-02-01 15:11 来源：兴县司法局 浏览次数：<span>12</span>次 字体：[大][中][小]</div>\
         <div class='TRS_Editor'><style>.TRS_Editor p{{margin:0}}</style><div class='TRS_Editor'>{}</div></div>{BOTTOM}</body></html>",
        paragraphs(body, "<p>　　", "</p>\n")
    )
}

/// A page of 2005: layout tables, no class, lines broken by `<br>`.
fn old(title: &str, body: &str) -> String {
    format!(
        "<html><head><title>{title}</title></head><body><table><tr><td>{TOP}</td></tr><tr><td><table><tr><td align=center>\
         <font size=5>{title}</font></td></tr><tr><td align=center>发布时间：2024-02-01　来源：兴县司法局　【字体：大 中 小】</td></tr>\
         <tr><td>{}</td></tr></table></td></tr><tr><td>{BOTTOM}</td></tr></table></body></html>",
        paragraphs(body, "&nbsp;&nbsp;&nbsp;&nbsp;", "<br>")
    )
}

/// UCAP: custom elements, a page-generation time that poses as the date of publication, a hidden dialog.
fn ucap(title: &str, body: &str) -> String {
    format!(
        "<html><head><title>{title}</title><meta name='others' content='页面生成时间 2024-05-24 10:00:43'>\
         <meta name='PubDate' content='2024-05-24 10:00:43'></head><body>{TOP}<h1><ucaptitle>{title}</ucaptitle></h1>\
         <div>来源：<ucapsource>兴县司法局</ucapsource> 发布日期：<publishtime>2024-02-01 15:11:00</publishtime></div>\
         <div id='x'><ucapcontent>{}</ucapcontent></div>{BOTTOM}<div style='display: none'><p>您访问的链接即将离开\
         “某县人民政府”网站，是否继续？</p></div></body></html>",
        paragraphs(body, "<p><span>", "</span></p>")
    )
}

/// No name that says anything: every paragraph an element of its own.
fn nameless(title: &str, body: &str) -> String {
    format!(
        "<html><head><title>{title} - 某县人民政府门户网站</title></head><body>{TOP}<div><div>{title}</div><div><span>\
         2024年2月1日 15:11</span> <span>来源：兴县司法局</span> <a href='javascript:print()'>打印</a></div><div>{}</div>\
         </div>{BOTTOM}</body></html>",
        paragraphs(body, "<div>", "</div>")
    )
}

fn read(page: &str) -> Document {
    let decoded = decode::text(page.as_bytes(), None, None);
    let tree = Tree::parse(&decoded.text).expect("a small page");
    let zone = TimeZone::get("Asia/Shanghai").expect("bundled zone");
    extract::document(
        &tree,
        &decoded,
        &ReadRules { url: None, zone: &zone, site: None, family: None, min_body_chars: 0 },
    )
}

#[test]
fn every_sample_report_is_read_to_the_character_in_every_template() {
    for (title, body) in SEEDS {
        for (name, template) in
            [("trs", trs as fn(&str, &str) -> String), ("old", old), ("ucap", ucap), ("nameless", nameless)]
        {
            let document = read(&template(title, body));
            assert_eq!(document.text(), body.trim_end(), "{name}: {title}");
            assert_eq!(document.title.as_deref(), Some(title), "{name}");
            assert_eq!(
                document.published.map(|at| at.date().to_string()).as_deref(),
                Some("2024-02-01"),
                "{name}: {title}"
            );
            assert_eq!(document.source.as_deref(), Some("兴县司法局"), "{name}: {title}");
            assert_eq!(document.breadcrumb, ["首页", "法治政府建设", "年度报告"], "{name}: {title}");
            assert_eq!(document.site_code.as_deref(), Some("1411230001"), "{name}: {title}");
            assert_eq!(document.doc_no, None, "{name}: {title}");
            assert_eq!(document.doubts, [], "{name}: {title}");
        }
    }
}

#[test]
fn a_generation_time_is_no_date_of_publication() {
    let (title, body) = SEEDS[1];
    let document = read(&ucap(title, body));
    assert_eq!(document.published.map(|at| at.to_string()).as_deref(), Some("2024-02-01T15:11:00+08:00"));
    assert_eq!(document.from[&govwatch::model::FieldName::Published], Origin::Auto);
}
