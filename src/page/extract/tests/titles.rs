//! What a page is called.

use super::*;

#[test]
fn a_heading_goes_before_a_line_of_the_text_that_the_name_of_the_page_has_too() {
    let pages = ["兴县人民政府办公室关于印发河道采…_兴县人民政府", "兴县人民政府办公室关于印发河道...", LONG_TITLE];
    let signs = ["兴县人民政府办公室", "兴县人民政府办公室门户网站", "兴县司法局", "规范性文件_兴县人民政府"];
    for page_title in pages.into_iter().chain(signs) {
        for element in ["<h1>", "<h2>", "<div class=title>", "<div class=a1>"] {
            let head = format!("<h3>规范性文件</h3><p>兴县司法局</p>{element}{LONG_TITLE}");
            let document = titled(page_title, &signed(&head));
            assert_eq!(document.title.as_deref(), Some(LONG_TITLE), "{page_title} {element}");
            assert!(document.text().starts_with("河道采砂管理办法"), "{page_title} {element}: {}", document.text());
        }
    }
    let without = titled(&format!("{LONG_TITLE}_兴县人民政府"), &signed(""));
    assert_eq!(without.title.as_deref(), Some(LONG_TITLE), "no line shows it");
}

#[test]
fn a_heading_is_the_title_whatever_it_has_more_than_the_name_of_the_page() {
    let page_title = format!("{LONG_TITLE}_兴县人民政府");
    for (heading, title) in [
        (format!("[失效]{LONG_TITLE}"), format!("[失效]{LONG_TITLE}")),
        (format!("{LONG_TITLE}【已废止】"), format!("{LONG_TITLE}【已废止】")),
        (format!("{LONG_TITLE}（试行）"), format!("{LONG_TITLE}（试行）")),
        (format!("兴政办发〔2026〕12号 {LONG_TITLE}"), format!("兴政办发〔2026〕12号 {LONG_TITLE}")),
        (LONG_TITLE.replace("管理办法", "管理暂行办法"), LONG_TITLE.replace("管理办法", "管理暂行办法")),
        (LONG_TITLE.replace("关于", "<br>关于") + "[失效]", format!("{LONG_TITLE}[失效]")),
    ] {
        let document = titled(&page_title, &signed(&format!("<h1>{heading}</h1>")));
        assert_eq!(document.title.as_deref(), Some(title.as_str()), "{heading}");
    }
}

#[test]
fn the_headline_of_another_paper_is_no_title() {
    let title = "关于做好抗旱工作的通知";
    let info = "<div>发布时间：2026-10-03 来源：县政府办</div>";
    let other = "<div class=pic-title>兴县人民政府关于做好防汛工作的通知</div>";
    let related = "<h3>关于开展普法宣传活动的通知</h3><div>发布时间：2026-10-09 来源：县司法局</div>";
    for behind in [other, related] {
        let inside = format!("<h1>{title}</h1>{info}<div class=nr>{BODY}{BODY}</div>{behind}");
        let document = titled("兴县人民政府关于做好抗旱工作的通知_兴县人民政府", &inside);
        assert_eq!(document.title.as_deref(), Some(title), "{behind}");
    }
    let above = format!("{other}<h1>{title}</h1>{info}<div class=nr>{BODY}{BODY}</div>");
    assert_eq!(titled("兴县人民政府关于做好抗旱工作的通知", &above).title.as_deref(), Some(title));
    let office = format!("<h1>兴县司法局</h1><div class=nr>{BODY}{BODY}</div>{related}");
    assert_eq!(titled("兴县司法局_兴县人民政府", &office).title.as_deref(), Some("兴县司法局"));
}

#[test]
fn a_title_that_only_table_and_name_of_the_page_state_goes_before_a_line_of_the_text() {
    let title = "关于做好防汛工作的通知";
    let table = |name: &str| {
        format!(
            "<table><tr><th>索引号</th><td>11130534000/2023-00012</td><th>公开日期</th><td>2023年05月06日</td></tr>\
             <tr><th>{name}</th><td colspan=3>{title}</td></tr></table>"
        )
    };
    let list = format!("<ul><li><span>索引号：</span>1/2023-12</li><li><span>信息名称：</span>{title}</li></ul>");
    for table in [table("名称"), table("标　题"), table("信息名称"), list] {
        for under in [
            "<div class=footer>主办单位：兴县人民政府办公室 更新时间：2026-11-28</div>",
            "<div>发布时间：2023-05-06</div>",
            "<div>信息来源：县水利局　发布日期：2023-05-06</div>",
        ] {
            for signed in ["", "<p>兴县水利局</p><p>2023年5月6日</p>"] {
                let inside = format!("{table}<div class=TRS_Editor>{BODY}{BODY}{signed}</div>{under}");
                for page_title in ["关于做好防汛工作的通知-兴县人民政府", "关于做好防汛工作的通知"]
                {
                    let document = titled(page_title, &inside);
                    assert_eq!(document.title.as_deref(), Some(title), "{inside}");
                    assert!(document.text().starts_with("各区人民政府"), "{}", document.text());
                }
            }
        }
    }
    let other = format!("<table><tr><td>名称<td>兴县第1中学<td>人数<td>35</table><h1>{title}</h1><div>{BODY}</div>");
    assert_eq!(titled("关于做好防汛工作的通知-兴县人民政府", &other).title.as_deref(), Some(title));
}

#[test]
fn date_and_source_behind_a_text_make_no_line_of_it_the_title() {
    for signed in ["", "<p>兴县水利局</p><p>2023年5月6日</p>"] {
        let inside = format!(
            "<div class=TRS_Editor>{BODY}{BODY}{signed}</div><div>信息来源：县水利局　发布日期：2023-05-06</div>"
        );
        let document = titled("关于做好防汛工作的通知-兴县人民政府", &inside);
        assert_eq!(document.title.as_deref(), Some("关于做好防汛工作的通知"), "{signed}");
    }
}

#[test]
fn a_heading_of_one_word_is_the_title_where_the_page_is_named_by_its_office() {
    let info = "<div class=info>发布时间：2023-05-06</div>";
    for (heading, word) in [
        ("<h1>公示</h1>", "公示"),
        ("<h1>公告</h1>", "公告"),
        ("<h1>公告栏</h1>", "公告栏"),
        ("<div class=bt>通告</div>", "通告"),
    ] {
        for banner in ["", "<div>兴县人社局</div>"] {
            let inside = format!("{banner}{heading}{info}<div class=con>{BODY}{BODY}</div>");
            assert_eq!(titled("兴县人社局", &inside).title.as_deref(), Some(word), "{inside}");
            assert_eq!(titled("兴县人民政府", &inside).title.as_deref(), Some(word), "{inside}");
        }
    }
    let beside = format!("<h1>县司法局</h1><div>{BODY}{BODY}</div><div class=title>公告</div>");
    assert_eq!(titled("县司法局_兴县人民政府", &beside).title.as_deref(), Some("县司法局"));
    let named = format!("<div class=tit>公示</div>{info}<h1>2023年拟聘用人员名单</h1><div>{BODY}{BODY}</div>");
    assert_eq!(titled("2023年拟聘用人员名单-兴县人社局", &named).title.as_deref(), Some("2023年拟聘用人员名单"));
}
