//! Where a title stands and how: meta tag, heading, `<title>` with the names of its site, several lines.

use super::{BODY, Score, TITLE, fields, page};

const INFO: &str = "<div class=\"info\">发布时间：2024-02-01 来源：兴县司法局</div>";

/// `<title>`, meta tags, head of the page; `{T}` stands for the title, `{A}` and `{B}` for its halves,
/// `{I}` for the line of date and source, `{X}` for a name of the site.
const HEADS: [(&str, &str, &str); 44] = [
    ("{T}", "", "<h1>{T}</h1>{I}"),
    ("{T}_兴县人民政府", "", "<h1>{T}</h1>{I}"),
    ("{T}-兴县人民政府网", "", "<h1>{T}</h1>{I}"),
    ("{T} - 兴县人民政府门户网站", "", "<h2 class=\"title\">{T}</h2>{I}"),
    ("{T}_政务公开_兴县人民政府", "", "{I}"),
    ("{T}--兴县人民政府", "", "<p align=\"center\"><b>{T}</b></p>{I}"),
    ("{T}|兴县人民政府", "", "<div class=\"title\">{T}</div>{I}"),
    ("{T}——兴县人民政府门户网站", "", "<h3>{T}</h3>{I}"),
    ("兴县人民政府 {T}", "", "<h1>{T}</h1>{I}"),
    ("兴县人民政府门户网站_{T}", "", "<div class=\"bt\">{T}</div>{I}"),
    ("兴县人民政府-政务公开-{T}", "", "<div class=\"bt\">{T}</div>{I}"),
    ("兴县人民政府", "", "<h1>{T}</h1>{I}"),
    ("兴县人民政府", "", "<div class=\"article-title\">{T}</div>{I}"),
    ("兴县人民政府", "", "<p style=\"text-align:center\"><strong>{T}</strong></p>{I}"),
    ("", "", "<h1>{T}</h1>{I}"),
    ("", "", "<p align=center><b>{T}</b></p>{I}"),
    ("信息公开", "", "<div class=\"xl_title\"><p>{T}</p></div>{I}"),
    ("文章详情页", "", "<h1>{T}</h1>{I}"),
    ("无标题文档", "", "<h1>{T}</h1>{I}"),
    ("Untitled Document", "", "<h1>{T}</h1>{I}"),
    ("{T}", "", "<h1>{A}<br>{B}</h1>{I}"),
    ("{T}_兴县人民政府", "", "<h1><p>{A}</p><p>{B}</p></h1>{I}"),
    ("{T}", "", "<div class=\"title\">{A}<br/>{B}</div>{I}"),
    ("兴县人民政府", "", "<h1>{A}<br>{B}</h1>{I}"),
    ("兴县人民政府", "", "<h1><p>{A}</p><p>{B}</p></h1>{I}"),
    ("兴县人民政府", "", "<div class=\"tit\"><span>{A}</span><br><span>{B}</span></div>{I}"),
    ("{A}...", "", "<h1>{T}</h1>{I}"),
    ("{A}…_兴县人民政府", "", "<h1>{T}</h1>{I}"),
    ("{A}...-兴县人民政府网", "", "<div class=\"title\">{T}</div>{I}"),
    (
        "{T}",
        "",
        "<div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"/zwgk/\">政务公开</a> &gt; {A}...</div><h1>{T}</h1>{I}",
    ),
    (
        "{T}",
        "",
        "<div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; <a href=\"/zwgk/\">政务公开</a> &gt; {T}</div><h1>{T}</h1>{I}",
    ),
    ("{X}", "<meta name=\"ArticleTitle\" content=\"{T}\">", "<h1>{T}</h1>{I}"),
    ("{X}", "<meta name=\"ArticleTitle\" content=\"{T}\">", "<h1>{A}<br>{B}</h1>{I}"),
    ("{X}", "<meta name=\"ArticleTitle\" content=\"{A}...\">", "<h1>{T}</h1>{I}"),
    ("{X}", "<meta name=\"ArticleTitle\" content=\"{A}&lt;br&gt;{B}\">", "<h1>{A}<br>{B}</h1>{I}"),
    ("{X}", "<meta name=\"ArticleTitle\" content=\"\">", "<h1>{T}</h1>{I}"),
    (
        "{T}_兴县人民政府",
        "<meta name=\"ArticleTitle\" content=\"兴县人民政府\"><meta name=\"SiteName\" content=\"兴县人民政府\">",
        "<h1>{T}</h1>{I}",
    ),
    ("{X}", "<meta name=\"articletitle\" content=\" {T} \">", "{I}"),
    ("{T}", "", "<h1><a href=\"/\"><img alt=\"兴县人民政府\"></a></h1><h2>{T}</h2>{I}"),
    ("{T}", "", "<h1 class=\"logo\">兴县人民政府</h1><div class=\"title\">{T}</div>{I}"),
    ("兴县人民政府", "", "<h1 class=\"logo\">兴县人民政府门户网站</h1><div class=\"content-title\">{T}</div>{I}"),
    ("{T}_兴县人民政府", "", "<h1>{T}</h1><h2>（征求意见稿）</h2>{I}"),
    ("{T}", "", "<h1>{T}</h1>{I}<p style=\"text-align:center\"><b>{T}</b></p>"),
    ("{T}", "", "<table><tr><td class=\"title\">{T}</td></tr><tr><td>发布时间：2024-02-01</td></tr></table>"),
];

#[test]
fn the_title_is_found_in_every_head() {
    let mut score = Score::default();
    let (one, two) = TITLE.split_at(TITLE.find("关于").expect("halves"));
    let parts = [("{T}", TITLE), ("{A}", one), ("{B}", two), ("{I}", INFO), ("{X}", "兴县人民政府网")];
    let fill = |written: &str| parts.iter().fold(written.to_owned(), |text, (mark, part)| text.replace(mark, part));
    for (page_title, meta, head) in HEADS {
        let name = format!("{page_title} {meta} {head}");
        let inside = format!("<div class=\"con\">{}<div class=\"text\">{BODY}</div></div>", fill(head));
        score.add(&name, &page(&fill(page_title), &fill(meta), &inside), &fields(&[("title", TITLE)]), &["title"]);
    }
    score.ensure_good("titles");
}
