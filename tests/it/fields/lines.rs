//! The line under a title: date, source and what else stands there, in any order.

use super::{BODY, Score, TITLE, fields, page};

const DAY: &str = "2024-02-01";

/// The line, and the source it names; all are of the same day.
const LINES: [(&str, Option<&str>); 52] = [
    ("<p>来源：兴县司法局  发布时间：2024-02-01  浏览次数：12</p>", Some("兴县司法局")),
    ("<p>发布时间：2024-02-01 15:11&nbsp;&nbsp;来源：兴县司法局&nbsp;&nbsp;【字体：大 中 小】</p>", Some("兴县司法局")),
    ("<p>浏览次数：<span>33</span>次 发布日期：2024年2月1日 信息来源：县司法局</p>", Some("县司法局")),
    ("<p><span>时间发布：2024-02-01</span><span>稿源：吕梁日报</span><span>编辑：张三</span></p>", Some("吕梁日报")),
    ("<p><span>来源：</span><span>发布时间：2024-02-01</span></p>", None),
    ("<p>来源： 发布时间：2024-02-01 作者：张三</p>", None),
    ("<p>发布时间：2024-02-01 作者：张三 来源：</p>", None),
    ("<p>作者：张三 来源：兴县司法局 责任编辑：李四 时间：2024-02-01</p>", Some("兴县司法局")),
    ("<p>日期：2024-02-01 来源：兴县司法局（责任编辑：李四）</p>", Some("兴县司法局")),
    ("<div><span>2024-02-01 09:15</span> <span>来源：兴县司法局</span> <span>打印</span></div>", Some("兴县司法局")),
    ("<div><span>来源：兴县司法局</span><span>2024-02-01 09:15</span></div>", Some("兴县司法局")),
    ("<div>来源：兴县司法局 | 2024-02-01 | 字号：大 中 小</div>", Some("兴县司法局")),
    ("<div>【来源：兴县司法局】【发布时间：2024-02-01】【打印】【关闭】</div>", Some("兴县司法局")),
    ("<div>[来源：兴县司法局] [时间：2024-02-01] [浏览：<i>3</i>]</div>", Some("兴县司法局")),
    ("<div>（来源：兴县司法局  发布日期：2024-02-01）</div>", Some("兴县司法局")),
    ("<div>文章来源：兴县司法局 更新时间：2024-05-06 发布时间：2024-02-01</div>", Some("兴县司法局")),
    ("<div>发布时间：2024-02-01 更新时间：2024-05-06 稿件来源：兴县司法局</div>", Some("兴县司法局")),
    ("<ul><li>来源：兴县司法局</li><li>发布时间：2024-02-01</li><li>点击量：33</li></ul>", Some("兴县司法局")),
    ("<ul><li>来源：</li><li>发布时间：2024-02-01</li><li>点击量：33</li></ul>", None),
    (
        "<table><tr><td>来源：兴县司法局</td><td>发布时间：2024-02-01</td><td>阅读：3</td></tr></table>",
        Some("兴县司法局"),
    ),
    ("<table><tr><td>来源</td><td>兴县司法局</td><td>时间</td><td>2024-02-01</td></tr></table>", Some("兴县司法局")),
    ("<p>发布日期：2024-02-01　　来源：中国政府网　　访问量：[ 12 ]</p>", Some("中国政府网")),
    ("<p>发布机构：兴县司法局 发布时间：2024-02-01</p>", None),
    ("<p>发布日期：2024/2/1 信息来源:兴县司法局 阅读次数:3</p>", Some("兴县司法局")),
    ("<p>2024年02月01日 15:11 来源: 兴县司法局</p>", Some("兴县司法局")),
    ("<p>2024-02-01 15∶11 稿源：兴县融媒体中心 分享到：</p>", Some("兴县融媒体中心")),
    ("<p>发布时间：24-02-01 来源：兴县司法局</p>", Some("兴县司法局")),
    ("<p>发布时间：二〇二四年二月一日 来源：兴县司法局</p>", Some("兴县司法局")),
    ("<p>发布时间 : ２０２４－０２－０１ 来源 : 兴县司法局</p>", Some("兴县司法局")),
    ("<p>发 布 时 间：2024-02-01 来 源：兴县司法局 字 体：大 中 小</p>", Some("兴县司法局")),
    ("<p>来源：兴县人民政府办公室、兴县司法局 发布时间：2024-02-01</p>", Some("兴县人民政府办公室、兴县司法局")),
    ("<p>来源：“兴县发布”微信公众号 发布时间：2024-02-01</p>", Some("“兴县发布”微信公众号")),
    ("<p>来源：新华社 2024-02-01 10:20:30 字体：【大 中 小】</p>", Some("新华社")),
    ("<p>信息来源：<a href=\"http://www.example.gov.cn/\">兴县司法局</a> 发布时间：2024-02-01</p>", Some("兴县司法局")),
    ("<p>来源：<script>document.write('x')</script> 发布时间：2024-02-01</p>", None),
    ("<p>来源：无 发布时间：2024-02-01</p>", None),
    ("<p>来源：-- 发布时间：2024-02-01</p>", None),
    ("<p>来源：{{item.source}} 发布时间：2024-02-01</p>", None),
    ("<p>来源：null 发布时间：2024-02-01</p>", None),
    ("<p>来源：【大 中 小】 发布时间：2024-02-01</p>", None),
    ("<p>来源：大中小 打印 发布时间：2024-02-01</p>", None),
    ("<p>数据来源：县统计局 发布时间：2024-02-01</p>", None),
    ("<p>图片来源：张三 来源：兴县司法局 发布时间：2024-02-01</p>", Some("兴县司法局")),
    ("<p>发布时间：2024-02-01 撰稿：王五 审核：李四 来源：兴县司法局 浏览量：</p>", Some("兴县司法局")),
    ("<p>供稿：王五 发布时间：2024-02-01</p>", None),
    ("<p>转载来源：人民网 发布时间：2024-02-01</p>", Some("人民网")),
    ("<p>来源：兴县司法局 发布时间：2024-02-01 有效期至：2029-02-01</p>", Some("兴县司法局")),
    ("<p>截止时间：2024-03-05 发布时间：2024-02-01</p>", None),
    ("<p>发布时间：2024-02-01 来源：兴县司法局 截止日期：2024-03-05</p>", Some("兴县司法局")),
    ("<p>发布人：admin 发布时间：2024-02-01 信息来源：兴县司法局</p>", Some("兴县司法局")),
    ("<p>发布时间：2024-02-01 来源：兴县司法局 点击：<b>[次]</b></p>", Some("兴县司法局")),
    ("<p>来源：兴县司法局发布时间：2024-02-01浏览次数：8</p>", Some("兴县司法局")),
];

#[test]
fn date_and_source_are_read_from_every_line_under_a_title() {
    let mut score = Score::default();
    for (line, source) in LINES {
        let mut expected = fields(&[("published", DAY), ("title", TITLE)]);
        expected.extend(source.map(|source| ("source", source.to_owned())));
        let inside = format!(
            "<div class=\"con\"><h1>{TITLE}</h1><div class=\"info\">{line}</div><div class=\"text\">{BODY}</div></div>"
        );
        score.add(
            line,
            &page(TITLE, "", &inside),
            &expected,
            &["published", "source", "title", "written", "effective"],
        );
    }
    score.ensure_good("lines under the title");
}

/// Meta tags, the line under the title, and the day of publication.
const DATES: [(&str, &str, Option<&str>); 16] = [
    ("<meta name=\"PubDate\" content=\"2024-02-01 15:11\">", "", Some("2024-02-01")),
    ("<meta name=\"pubdate\" content=\"2024-02-03 15:11\">", "<p>发布时间：2024-02-01</p>", Some("2024-02-01")),
    ("<meta name=\"PubDate\" content=\"2024-01-03 15:11\">", "<p>发布时间：2024-02-01</p>", Some("2024-02-01")),
    ("<meta name=\"PubDate\" content=\"2024-02-01\">", "<p>2024-02-01 15:11 来源：兴县司法局</p>", Some("2024-02-01")),
    (
        "<meta name=\"PubDate\" content=\"2026-03-05 01:02:03\"><meta name=\"others\" content=\"页面生成时间 2026-03-05 01:02:03\">",
        "",
        None,
    ),
    (
        "<meta name=\"PubDate\" content=\"2026-03-05 01:02:33\"><meta name=\"HtmlGenerateTime\" content=\"2026-03-05 01:02:35\">",
        "",
        None,
    ),
    (
        "<meta name=\"PubDate\" content=\"2026-03-05 01:02:03\"><meta name=\"MakeTime\" content=\"2026-03-05 01:02:03\">",
        "<p>发布日期：2024-02-01</p>",
        Some("2024-02-01"),
    ),
    ("<meta name=\"MakeTime\" content=\"2026-03-05 01:02:03\">", "", None),
    ("<meta name=\"CreateTime\" content=\"2026-03-05 01:02:03\">", "", None),
    (
        "<meta name=\"CreateTime\" content=\"2026-03-05 01:02:03\"><meta name=\"PubDate\" content=\"2026-03-05 01:02:03\">",
        "",
        None,
    ),
    ("<meta name=\"createDate\" content=\"2026-03-05\">", "<p>更新时间：2026-03-05 10:00</p>", None),
    ("", "<p>更新时间：2026-03-05 10:00 来源：兴县司法局</p>", None),
    ("", "<p>生成日期：2026-03-05</p>", None),
    ("", "<p>截止日期：2026-03-05</p>", None),
    ("", "<p>时间：2024-02-01</p>", Some("2024-02-01")),
    ("<meta name=\"PubDate\" content=\"\">", "<p>(2024-02-01)</p>", Some("2024-02-01")),
];

#[test]
fn no_page_generation_time_is_taken_for_a_date_of_publication() {
    let mut score = Score::default();
    for (meta, line, day) in DATES {
        let expected = day.map(|day| ("published", day.to_owned())).into_iter().collect();
        let inside = format!("<div class=\"con\"><h1>{TITLE}</h1>{line}<div class=\"text\">{BODY}</div></div>");
        score.add(&format!("{meta}{line}"), &page(TITLE, meta, &inside), &expected, &["published"]);
    }
    score.ensure_good("dates of publication");
}
