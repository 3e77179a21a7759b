//! What portals put around a text whose container nobody knows: boxes of links, hints, summaries, rows of other reports.

use super::*;

const TITLE: &str = "安丰县水利局开展堤防秋季巡查";
const INFO: &str = "<div>发布时间：2024-11-04 09:10　来源：县水利局</div>";
const TEXT: [&str; 4] = [
    "本报讯　11月3日，县水利局组织人员对安河堤防开展秋季巡查，重点查看险工险段和涵闸运行情况。",
    "巡查组沿河步行十二公里，登记需要修补的护坡四处，并现场明确整改时限和责任单位。",
    "今年以来，全县共投入资金三百余万元，新建护岸两处，加固堤段一点八公里，拆除违章建筑六处。",
    "下一步，县水利局将继续抓好堤防日常管护，确保冬季行洪安全。",
];

/// A page whose article holds these pieces and the text at `TEXT`.
fn read(pieces: &[&str]) -> Document {
    let text = format!("<p>{}</p>\n", TEXT.join("</p>\n<p>"));
    let inside: String = pieces.iter().map(|piece| piece.replace("TEXT", &text)).collect();
    read_by(
        &format!(
            "<html><head><title>{TITLE}_安丰县人民政府</title></head><body><div><h1>{TITLE}</h1>{inside}</div>\
             <div class=foot>主办：安丰县人民政府办公室</div></body></html>"
        ),
        None,
    )
}

fn text() -> String {
    TEXT.join("\n").replace('　', " ")
}

fn day(page: &Document) -> Option<String> {
    page.published.as_ref().map(|stated| stated.date().to_string())
}

fn rows(day: &str) -> String {
    let titles = ["县水利局召开防火会议", "安丰县举办农民丰收节系列活动", "全县教育工作会议召开"];
    let row = |(n, title): (usize, &&str)| format!("<li><a href=\"/xw/t{n}.html\">{title}</a>{day}</li>");
    titles.iter().enumerate().map(row).collect()
}

#[test]
fn a_box_of_links_before_or_behind_a_text_is_none_of_it_whatever_its_head_says() {
    for head in ["通知公告", "最新信息", "政务公开", "全文下载", "图片新闻"] {
        for day in ["", "<span>2024-10-10</span>", "<span>[10-10]</span>"] {
            for tag in ["h3", "div", "p"] {
                let side = format!("<div class=b1><{tag}>{head}</{tag}><ul>{}</ul></div>", rows(day));
                let before = read(&[INFO, &side, "<div class=nr>TEXT</div>"]);
                assert_eq!(before.text(), text(), "{side}");
                let behind = read(&[INFO, "<div class=nr>TEXT</div>", &side]);
                assert_eq!(behind.text(), text(), "{side}");
            }
        }
    }
}

#[test]
fn a_list_of_the_report_is_its_text_or_its_files() {
    let files = "<div><p>附件</p><p><a href=a.doc>申报表</a></p><p><a href=b.doc>汇总表</a></p></div>";
    let page = read(&[INFO, "<div class=nr>TEXT</div>", files]);
    assert_eq!(page.attachments.len(), 2, "{page:?}");
    // In a container that is known to hold the text alone, a list of papers is the report's.
    let list = format!("<div><p>文件目录</p><ul>{}</ul></div>", rows(""));
    let page = read(&[INFO, &format!("<div id=zoom>TEXT{list}</div>")]);
    assert!(page.text().contains("文件目录") && page.text().contains("全县教育工作会议召开"), "{}", page.text());
    // A page that has nothing else says at least that.
    let page = read(&[INFO, &list]);
    assert!(page.text().contains("文件目录"), "{}", page.text());
}

#[test]
fn a_hint_over_the_tools_hides_no_text() {
    for hint in
        ["点击收听本文", "该文件已归档", "重要提示", "打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。"]
    {
        for tool in ["<div><img src=q.png>扫一扫在手机打开当前页</div>", "<div>分享到：<a href=#>微信</a></div>", ""]
        {
            let page = read(&[INFO, &format!("<div class=b1>{hint}</div>"), tool, "<div class=nr>TEXT</div>"]);
            assert!(page.text().ends_with(&text()), "{hint} {tool}: {}", page.text());
        }
    }
    let notice = "<div class=b1><p>定于明日停水，请储水。</p></div>";
    let scan = "<div>扫一扫在手机打开当前页</div>";
    let page = read(&[INFO, notice, scan, "<div class=nr>TEXT</div>"]);
    assert_eq!(page.text(), "定于明日停水，请储水。", "what stands behind the hint is another's");
}

#[test]
fn date_and_source_are_read_behind_a_summary_that_stands_over_them() {
    for lead in
        ["导读：安河堤防秋季巡查于近日完成。", "打开微信，点击底部的“发现”，使用“扫一扫”即可将网页分享至朋友圈。"]
    {
        for held in ["class=nr", "id=zoom"] {
            let page = read(&[&format!("<div class=zy>{lead}</div>"), INFO, &format!("<div {held}>TEXT</div>")]);
            assert!(page.text().ends_with(&text()), "{lead} {held}: {}", page.text());
            assert!(!page.text().contains("发布时间"), "{lead} {held}: {}", page.text());
            assert_eq!(day(&page).as_deref(), Some("2024-11-04"), "{lead} {held}");
            assert_eq!(page.source.as_deref(), Some("县水利局"), "{lead} {held}");
        }
    }
}

#[test]
fn the_day_of_a_sentence_over_the_text_is_not_that_of_publication() {
    let tip = "<div class=tip>因系统升级维护，本站将于2024年12月28日22:00暂停访问，敬请谅解！</div>";
    let page = read(&[tip, "<div>来源：县水利局</div>", "<div id=zoom>TEXT</div>"]);
    assert_eq!(day(&page).as_deref(), Some("2024-01-02"), "by its address");
    let page = read(&[tip, "<div>县水利局 2024年11月4日</div>", "<div id=zoom>TEXT</div>"]);
    assert_eq!(day(&page).as_deref(), Some("2024-11-04"));
}

#[test]
fn dated_rows_of_other_reports_end_a_text_also_where_a_title_is_as_short_as_its_day() {
    let related = format!("<div><h3>相关阅读</h3><ul>{}</ul></div>", rows("<span>2024-10-10</span>"));
    let page = read(&[INFO, &format!("<div id=zoom>TEXT{related}</div>")]);
    assert_eq!(page.text(), text());
    // A day beside a link is no row where there is a sentence too.
    let signed = "<p>详见<a href=a.html>县水利局</a>公告。2024-10-10</p>";
    let page = read(&[INFO, &format!("<div id=zoom>TEXT{signed}</div>")]);
    assert!(page.text().ends_with("详见县水利局公告。2024-10-10"), "{}", page.text());
}
