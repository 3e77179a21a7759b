//! Shapes of pages whose texts were lost, doubled or misnamed.

use super::*;

const TITLE: &str = "安丰县召开秋季河道整治现场推进会";
const FIRST: &str = "第一段，河道整治工作全面展开，各镇积极行动。";
const SECOND: &str = "第二段，县水利局要求按期完成清淤任务。";

fn read(inside: &str) -> Document {
    read_by(&format!("<html><head><title>{TITLE}_安丰县人民政府</title></head><body>{inside}</body></html>"), None)
}

fn whole() -> String {
    format!("{FIRST}\n{SECOND}")
}

#[test]
fn a_line_between_date_and_text_hides_no_text_whose_box_has_tools_at_its_end() {
    for lead in [
        "导读：部署秋季河道整治。",
        "——县水利局局长的讲话",
        "关键词：河道 清淤",
        "文章来源于：县融媒体中心",
        "（2024年10月8日县政府第三次常务会议通过）",
    ] {
        for tail in ["<div>扫一扫在手机打开当前页</div>", "<div><a href=#>打印</a> <a href=#>关闭</a></div>", ""]
        {
            let page = read(&format!(
                "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08 来源：县水利局</div><div>{lead}</div>\
                 <div class=nr><p>来源：人民网 记者：王明</p><p>{FIRST}</p>\n<p>{SECOND}</p>{tail}</div></div>"
            ));
            assert!(page.text().starts_with(lead) && page.text().ends_with(&whole()), "{lead} {tail}: {}", page.text());
            let page = read(&format!(
                "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08 来源：县水利局</div><div>{lead}</div>\
                 <div class=nr><p>{FIRST}</p>\n<p>{SECOND}</p>{tail}</div></div>"
            ));
            assert!(page.text().ends_with(&whole()), "{lead} {tail}: {}", page.text());
            assert_eq!(page.published.map(|stated| stated.date().to_string()).as_deref(), Some("2024-10-08"));
        }
    }
}

#[test]
fn a_short_notice_is_not_what_leads_to_the_box_beside_it() {
    for beside in [
        "<h3>部门动态</h3><p>县水利局开展巡查，完成清淤任务三十公里，各镇积极行动，成效明显。</p><p><a href=a.html>更多</a></p>",
        "<a href=b.html>县水利局开展巡查，完成清淤任务三十公里，各镇积极行动。</a><p>县水利局开展巡查，完成清淤任务三十公里。</p>",
        "<p>相关阅读</p><p>县水利局开展巡查，完成清淤任务三十公里，各镇积极行动，成效明显。</p>",
    ] {
        let page = read(&format!(
            "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08</div><div>定于明日停水，请储水。</div><div>{beside}</div></div>"
        ));
        assert_eq!(page.text(), "定于明日停水，请储水。", "{beside}");
    }
}

#[test]
fn a_last_paragraph_with_a_break_is_kept_whatever_stands_behind_it() {
    for tail in [
        "<div>扫一扫在手机打开当前页</div>",
        "<div>分享：<a href=#>微信</a></div>",
        "<div>上一篇：<a href=a.html>关于停水的通知</a></div>",
        "<p>附件：<a href=a.pdf>清淤任务表</a></p>",
    ] {
        let page = read(&format!(
            "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08</div><div class=nr><p>{FIRST}</p><p>{SECOND}<br>另悉，资金已全部到位。</p>\
             {tail}</div></div>"
        ));
        let divided = read(&format!(
            "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08</div><div class=nr><div>{FIRST}</div><div>{SECOND}<br>另悉，资金已全部到位。\
             </div>{tail}</div></div>"
        ));
        assert!(
            divided.text().starts_with(&format!("{}\n另悉，资金已全部到位。", whole())),
            "{tail}: {}",
            divided.text()
        );
        assert!(page.text().starts_with(&format!("{}\n另悉，资金已全部到位。", whole())), "{tail}: {}", page.text());
        assert!(!page.text().contains("扫一扫") && !page.text().contains("上一篇"), "{}", page.text());
    }
}

#[test]
fn a_picture_beside_the_date_is_no_body_where_a_text_follows() {
    let text = format!("<p>{FIRST}</p><p>{SECOND}</p>");
    for (picture, tools, body) in [
        ("<img src=/u/20200324.jpg>打印", "<div>分享：<a href=#>微信</a></div>", format!("<div id=zoom>{text}</div>")),
        ("<img src=/u/20200324.jpg>打印", "<div>分享：<a href=#>微信</a></div>", format!("<div class=nr>{text}</div>")),
        ("<p><img src=W0.jpg></p>", "<div>字号：<a>大</a> <a>中</a></div>", format!("<div id=zoom>{text}</div>")),
    ] {
        let page = read(&format!(
            "<div><div><h2>{TITLE}</h2><div><span>日期：2024-10-08</span>{picture}</div></div>{tools}{body}</div>"
        ));
        assert!(page.text().ends_with(&whole()), "{picture}{tools}{body}: {}", page.text());
        assert!(!page.doubts.contains(&Doubt::OnlyImages), "{picture}{tools}{body}");
    }
}

#[test]
fn a_poster_stays_one_whatever_is_said_in_the_footer() {
    for foot in [
        "<div class=bottom><p>本网站由安丰县人民政府组织建设，县政务服务中心维护。地址：安丰县城关镇一号。</p></div>",
        "<div class=intro><p>县水利局开展巡查，完成清淤任务三十公里。</p><p>各镇积极行动，成效明显，群众满意，工作有序推进。</p></div>",
        "<div class=news-content><p>更多内容。</p></div>",
        "<div class=footer><p>本网站由安丰县人民政府主办，未经书面授权，不得转载。地址：安丰县城关镇一号。</p></div>",
        "<h3>部门动态</h3><p>县水利局开展巡查，完成清淤任务三十公里，各镇积极行动，成效明显。</p>",
    ] {
        let page = read(&format!(
            "<div><div><h2>{TITLE}</h2><div>日期：2024-10-08</div><p><img src=W0.jpg></p></div>\
             <div>分享：<a href=#>微信</a></div>{foot}</div>"
        ));
        assert!(page.doubts.contains(&Doubt::OnlyImages), "{foot}: {}", page.text());
    }
}

#[test]
fn a_second_copy_of_the_text_is_not_read() {
    let copy = format!("<ucapcontent><p>{FIRST}</p><p>{SECOND}</p></ucapcontent>");
    let page = read(&format!(
        "<h1>{TITLE}</h1><div>2024-10-08 来源：县水利局</div><div><div id=c1>{copy}</div></div>\
         <div class=elder><div>{copy}</div></div>"
    ));
    assert_eq!(page.text(), whole());
}

#[test]
fn the_host_of_the_portal_in_the_line_of_date_and_source_is_no_text() {
    for tag in ["div", "h6"] {
        let page = read(&format!(
            "<div><h1>{TITLE}</h1><{tag}><span>安丰县人民政府门户网站 www.anfeng.gov.cn</span><span>时间：2024-10-08</span>\
             <span>来源：县水利局</span></{tag}><div class=nr><p>{FIRST}</p><p>{SECOND}</p></div></div>"
        ));
        assert_eq!(page.text(), whole());
        assert_eq!(page.published.map(|stated| stated.date().to_string()).as_deref(), Some("2024-10-08"));
        assert_eq!(page.source.as_deref(), Some("县水利局"));
    }
}

#[test]
fn fields_without_a_colon_are_no_text() {
    for row in [
        "<div class=item><span>{l}</span><span>{v}</span></div>",
        "<li><span>{l}</span>{v}</li>",
        "<p><b>{l}</b><em>{v}</em></p>",
    ] {
        let fields: String =
            [("索引号", "11500101MB1/2024-00012"), ("发布机构", "县水利局"), ("发文字号", "安水发〔2024〕12号")]
                .map(|(label, value)| row.replace("{l}", label).replace("{v}", value))
                .concat();
        let page = read(&format!("<h1>{TITLE}</h1><div>{fields}</div><div id=c><p>{FIRST}</p><p>{SECOND}</p></div>"));
        assert_eq!(page.text(), whole(), "{row}");
        assert_eq!(page.index_no.as_deref(), Some("11500101MB1/2024-00012"), "{row}");
        assert_eq!(page.doc_no.as_deref(), Some("安水发〔2024〕12号"), "{row}");
    }
    let bold = read(&format!(
        "<h1>{TITLE}</h1><div>2024-10-08</div><div id=c><p><b>发布机构</b>应当及时公开。</p><p>{SECOND}</p></div>"
    ));
    assert_eq!(bold.text(), format!("发布机构应当及时公开。\n{SECOND}"), "one alone begins a text");
}

#[test]
fn fields_whose_values_stand_in_the_row_below_are_no_text() {
    let table = "<table><thead><tr><td>索取号</td><td>发布时间</td><td>发布机构</td><td>文件编号</td><td>备注</td></tr></thead>\
         <tr><td>076478684Q/2024-00112</td><td></td><td>县卫生健康委员会</td><td>安卫基层〔2024〕5号</td><td></td></tr></table>";
    let text = format!("<p>{FIRST}</p><p>{SECOND}</p>");
    for inside in [
        format!(
            "<h2 id=ivs_title>{TITLE}<small id=ivs_date>(2024-05-11)</small></h2><div id=ivs_content>{table}{text}</div>"
        ),
        format!("<h2>{TITLE}</h2>{table}<div id=c>{text}</div>"),
    ] {
        let page = read(&inside);
        assert_eq!(page.text(), whole(), "{inside}");
        assert_eq!(page.index_no.as_deref(), Some("076478684Q/2024-00112"), "{inside}");
        assert_eq!(page.doc_no.as_deref(), Some("安卫基层〔2024〕5号"), "{inside}");
        assert_eq!(page.authority.as_deref(), Some("县卫生健康委员会"), "{inside}");
    }
    let many = "<tr><td>1-1</td><td>2024-01-02</td><td>县司法局</td><td>安司〔2024〕1号</td></tr>".repeat(2);
    let head = "<tr><td>索引号</td><td>发布时间</td><td>发布机构</td><td>文号</td></tr>";
    let page = read(&format!(
        "<h1>{TITLE}</h1><div>2024-10-08</div><div id=c><p>{FIRST}</p><table>{head}{many}</table></div>"
    ));
    assert_eq!(page.text().lines().count(), 4, "a table of many papers is text: {}", page.text());
}

#[test]
fn an_arrow_may_stand_before_the_first_name_of_a_breadcrumb() {
    let page = read(&format!(
        "<div class=bread><i></i> <span>&gt;</span><a href=/>首页</a>&nbsp;&gt;&nbsp;<a href=/zw/>政务公开</a>&nbsp;&gt;&nbsp;\
         <a href=/zw/tz/>通知公告</a></div><h1>{TITLE}</h1><div>2024-10-08</div><div class=nr><p>{FIRST}</p><p>{SECOND}</p></div>"
    ));
    assert_eq!(page.breadcrumb, ["首页", "政务公开", "通知公告"]);
}

#[test]
fn the_name_of_an_office_in_the_footer_is_no_title() {
    for (title, office) in [
        ("共建美丽家园", "安丰省水利资源和河湖管理委员会办公室"),
        ("从信息社会迈向智能社会", "安丰省水利资源和河湖管理委员会办公室"),
        ("为人民服务", "安丰省水利厅"),
    ] {
        let page = format!(
            "<html><head><title>{title}_{office}</title></head><body><div class=main><h1 class=title>{title}</h1>\
             <div><span id=pubtime>2024年02月18日 09:15</span><span>来源：县水利局</span></div>\
             <div id=BodyLabel><p>{FIRST}</p><p>{SECOND}</p></div></div><div class=footer><p>{office}</p><p>版权所有</p></div></body></html>"
        );
        let page = read_by(&page, None);
        assert_eq!(page.title.as_deref(), Some(title));
        assert_eq!(page.text(), whole());
    }
}

#[test]
fn a_head_of_files_that_heads_none_is_no_text() {
    let page = |body: &str| {
        read(&format!(
            "<h1>{TITLE}</h1><div>2024-10-08 来源：县水利局</div><div class=TRS_UEDITOR>{body}</div>\
             <div><div id=annex>附件:</div><ul></ul></div>"
        ))
    };
    assert_eq!(page(&format!("<p>{FIRST}</p><p>{SECOND}</p>")).text(), whole());
    let linked =
        format!("<p>{FIRST}</p><p>附件：</p><p><a href=1.docx>附件1.docx</a></p><p><a href=2.docx>附件2.docx</a></p>");
    let linked = read(&format!("<h1>{TITLE}</h1><div>2024-10-08</div><div class=TRS_UEDITOR>{linked}</div>"));
    assert_eq!(linked.text(), format!("{FIRST}\n附件：\n附件1.docx\n附件2.docx"));
    let poster = page("<p><img src=W1.png></p>");
    assert_eq!((poster.text().as_str(), &poster.doubts[..]), ("", &[Doubt::OnlyImages][..]));
}

#[test]
fn a_text_goes_on_behind_the_tools_in_its_middle() {
    let paragraphs = format!("<p>{FIRST}</p><p>{SECOND}</p>").repeat(8);
    let page = read(&format!(
        "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08 来源：县水利局</div><div>（2024年10月8日会议讨论）</div>\
         <div class=nr><p>{FIRST}</p><div><p>责任编辑：王明</p><p>打印</p></div>{paragraphs}</div></div>"
    ));
    assert_eq!(page.text().matches(SECOND).count(), 8, "{}", page.text());
}

#[test]
fn what_stands_beside_a_whole_notice_or_outside_its_article_is_no_text_of_it() {
    let news = "<p>县水利局开展巡查，完成清淤任务三十公里，各镇积极行动，成效明显。</p><p><a href=a.html>更多</a></p>";
    for beside in [
        format!("</div><div class=right><div class=hot>{news}</div></div>"),
        format!("<div class=side>{news}</div></div>"),
        format!("</div><div class=footer>{news}</div>"),
    ] {
        for notice in ["定于明日停水，请储水。", "名单见附件"] {
            let inside = beside.starts_with("<div");
            if inside && notice == "名单见附件" {
                continue;
            }
            let page = read(&format!(
                "<div class=all><div class=main><h1>{TITLE}</h1><div>发布时间：2024-10-08</div><div>{notice}</div>{beside}</div>"
            ));
            assert_eq!(page.text(), notice, "{beside}");
        }
    }
}

#[test]
fn previous_and_next_with_a_break_end_a_text() {
    for tag in ["p", "div"] {
        let page = read(&format!(
            "<div><h1>{TITLE}</h1><div>发布时间：2024-10-08</div><div class=nr><{tag}>{FIRST}</{tag}><{tag}>{SECOND}</{tag}>\
             <{tag}>上一篇：<a href=a.html>关于停水的通知</a><br>下一篇：<a href=b.html>关于供水的通知</a></{tag}>\
             <{tag}>安丰县水利局负责全县水利工作，服务群众。</{tag}></div></div>"
        ));
        assert!(!page.text().contains("关于停水"), "{}", page.text());
    }
}

#[test]
fn a_bold_first_word_and_a_host_in_a_sentence_are_text() {
    let date = "<div>发布时间：2024-10-08 来源：县水利局</div>";
    for first in [
        "<p><strong>发布机构</strong>应当及时公开政府信息，不得拖延。</p>",
        "<p><b>公开主体</b>是县政府。</p><p><b>公开方式</b>为网站公开。</p><p><b>公开时限</b>为二十个工作日。</p>",
        "<p>公示网站 www.anfeng.gov.cn 公示时间：2024年10月8日至10月14日，共5个工作日。</p>",
        "<p>请登录安丰县人民政府网站www.anfeng.gov.cn 时间：2024年10月8日至10月14日</p>",
    ] {
        let page = read(&format!(
            "<div><h1>{TITLE}</h1>{date}<div class=TRS_Editor>{first}<p>{FIRST}</p><p>{SECOND}</p></div></div>"
        ));
        assert!(!page.text().starts_with(FIRST), "{first}");
        let page = read(&format!(
            "<div><h1>{TITLE}</h1><div class=TRS_Editor>{first}<p>{FIRST}</p><p>{SECOND}</p></div></div>"
        ));
        assert_eq!(page.published.map(|day| day.to_string()).as_deref(), Some("2024-01-02"), "by its address: {first}");
    }
}

#[test]
fn a_table_of_one_paper_is_text_and_gives_the_page_no_fields() {
    let table = "<table><tr><td>文号</td><td>发文机关</td><td>成文日期</td><td>名称</td></tr>\
         <tr><td>安政发〔2009〕12号</td><td>安丰县人民政府</td><td>2009-03-01</td><td>关于加强管理的通知</td></tr></table>";
    for body in [format!("<p>{FIRST}</p>{table}<p>特此公告。</p>"), format!("{table}<p>{FIRST}</p><p>特此公告。</p>")]
    {
        let page = read(&format!("<h1>{TITLE}</h1><div>2024-10-08</div><div class=TRS_Editor>{body}</div>"));
        assert_eq!((page.doc_no, page.authority), (None, None), "{body}");
        assert!(page.blocks.iter().any(|block| block.text.contains("〔2009〕12号")), "{body}");
    }
}

#[test]
fn a_hint_or_a_player_over_tools_hides_no_text() {
    let text = format!("<p>{FIRST}</p><p>{SECOND}</p>").repeat(6);
    let date = "<div class=info>发布时间：2026-11-04 09:10　来源：县水利局</div>";
    for (over, under) in [
        ("<div class=wx><p>打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。</p></div>", ""),
        ("<p>堤防秋季巡查于近日完成。</p>", ""),
        (
            "",
            "<div class=dl><span>全文下载</span><ul><li><a href='javascript:;'>word下载</a></li><li><a href='javascript:;'>pdf下载</a></li></ul></div>",
        ),
    ] {
        let page =
            read(&format!("<div class=main><h1>{TITLE}</h1>{over}{date}{under}<div class=nr>{text}</div></div>"));
        assert_eq!(page.text().matches(SECOND).count(), 6, "{over}{under}: {}", page.text());
    }
    let other = format!("<h3>相关解读</h3><div class=jd>{text}</div>");
    let notice = read(&format!("<div class=main><h1>{TITLE}</h1>{date}<p>定于明日停水，请储水。</p>{other}</div>"));
    assert_eq!(notice.text(), "定于明日停水，请储水。");
}
