//! What stands around a text, as portals write it in other places than they should: the name of a site in front of a
//! title, the title for a source, the home page for a column.

use govwatch::model::{BlockKind, Document};

use crate::short_notices::read;

const TITLE: &str = "兴县人民政府关于印发临时救助实施细则的通知";
const BODY: &str = "<p>各乡镇人民政府，县直各部门：</p><p>现将《临时救助实施细则》印发给你们，请遵照执行。执行中遇到的问题，请径向县民政局反映。\
     本细则自印发之日起施行，有效期五年。各乡镇应当于每季度末报送救助情况，县民政局汇总后按规定公开。</p>";
const INFO: &str = "<div class=info>发布时间：2024-01-25 来源：兴县民政局</div>";

/// A page with these meta tags, this head of its main part and this body.
fn page(tags: &[(&str, &str)], head: &str, body: &str) -> Document {
    let tags = tags.iter().map(|(name, content)| format!("<meta name={name} content='{content}'>")).collect::<Vec<_>>();
    let tags = tags.concat();
    read(&format!(
        "<html><head><title>{TITLE}-兴县政府网</title>{tags}</head><body><div class=main>{head}<div id=zoom>{body}</div></div></body></html>"
    ))
}

fn headed(tags: &[(&str, &str)]) -> Document {
    page(tags, &format!("<h1>{TITLE}</h1>{INFO}"), BODY)
}

#[test]
fn the_name_of_the_site_in_front_of_a_title_is_no_part_of_it() {
    let title = |named: &str, head: &str| {
        page(&[("SiteName", "兴县政府网"), ("ArticleTitle", named)], &format!("<h1>{head}</h1>{INFO}"), BODY).title
    };
    for mark in ["——", "-", "_", " - "] {
        assert_eq!(title(&format!("兴县政府网{mark}{TITLE}"), TITLE).as_deref(), Some(TITLE), "{mark}");
        assert_eq!(title(&format!("县门户{mark}{TITLE}"), TITLE).as_deref(), Some(TITLE), "{mark}");
    }
    let second = "兴县安河堤防巡查工作综述";
    for own in [format!("凝心聚力谋发展——{second}"), "2021-2025年法治政府建设规划".to_owned()] {
        assert_eq!(title(&own, &own).as_deref(), Some(own.as_str()));
    }
    let logo = format!("兴县政府网</h1><h1>{TITLE}");
    assert_eq!(title(&format!("兴县政府网-{TITLE}"), &logo).as_deref(), Some(TITLE));
    let begun = format!("兴县政府网--{second}");
    assert_eq!(title(&begun, &begun.replace("--", "：")).as_deref(), Some(begun.as_str()));
    let whole = format!("凝心聚力谋发展——{second}");
    assert_eq!(title(&whole, &format!("凝心聚力谋发展</h1><h1>——{second}")).as_deref(), Some(whole.as_str()));
}

#[test]
fn a_source_that_is_the_title_or_the_site_itself_gives_way_to_the_one_that_is_shown() {
    let source = |stated: &str| headed(&[("SiteName", "兴县人民政府"), ("ContentSource", stated)]).source;
    assert_eq!(source(TITLE).as_deref(), Some("兴县民政局"));
    assert_eq!(source("兴县人民政府").as_deref(), Some("兴县民政局"));
    assert_eq!(source("兴县政府网").as_deref(), Some("兴县民政局"));
    assert_eq!(source("兴县融媒体中心").as_deref(), Some("兴县融媒体中心"));
    let bureau = page(
        &[("ContentSource", "兴县民政局")],
        &format!("<h1>{TITLE}</h1><div class=info>发布时间：2024-01-25 来源：网站管理员</div>"),
        BODY,
    );
    assert_eq!(bureau.source.as_deref(), Some("兴县民政局"));
    let own = page(
        &[("SiteName", "兴县人民政府"), ("ContentSource", "兴县人民政府")],
        &format!("<h1>{TITLE}</h1><div class=info>发布时间：2024-01-25 来源：本站</div>"),
        BODY,
    );
    assert_eq!(own.source.as_deref(), Some("兴县人民政府"));
}

#[test]
fn a_column_is_neither_the_home_page_nor_the_site() {
    let column = |tags: &[(&str, &str)], path: &str| {
        let crumb = format!("<div>当前位置：<a href='/'>首页</a>{path}</div>");
        page(tags, &format!("{crumb}<h1>{TITLE}</h1>{INFO}"), BODY).column
    };
    let path = " &gt; <a href='/gk/'>政务公开</a> &gt; <a href='/gk/zc/'>政策文件</a> &gt; 正文";
    assert_eq!(column(&[("ColumnName", "首页")], path).as_deref(), Some("政策文件"));
    assert_eq!(column(&[], " &gt; 正文"), None);
    let of = |name: &str, path: &str| {
        column(&[("SiteName", "兴县人民政府网"), ("ColumnName", name), ("ColumnType", "政策公开")], path)
    };
    assert_eq!(of("兴县人民政府网", path).as_deref(), Some("政策文件"));
    assert_eq!(of("兴县人民政府网", "").as_deref(), Some("政策公开"));
    assert_eq!(of("兴县人民政府网规范性文件", path).as_deref(), Some("规范性文件"));
    let office = column(&[("SiteName", "兴县人民政府"), ("ColumnName", "兴县人民政府办公室")], path);
    assert_eq!(office.as_deref(), Some("兴县人民政府办公室"));
}

#[test]
fn a_breadcrumb_leads_to_the_column_and_no_further() {
    let crumb = |lines: &str| page(&[], &format!("{lines}<h1>{TITLE}</h1>{INFO}"), BODY).breadcrumb;
    let step = |name: &str| format!("<a href='/{}/'>{name}</a>", name.len());
    let home = "您现在的位置：<a href='/'>网站首页</a>";
    for page in ["正文", "详情页", "信息内容", "信息详细", "内容"] {
        let line = format!("<div>{home} &gt; {} &gt; {page}</div>", step("政策文件"));
        assert_eq!(crumb(&line), ["网站首页", "政策文件"], "{page}");
    }
    let short = format!("<div class=position>{home} &gt; <a href='javascript:void(0)'>详情页</a></div>");
    let long = format!("<p><span><a href='/'>网站首页</a> &gt; {} &gt; {}</span></p>", step("要闻"), step("镇街动态"));
    assert_eq!(crumb(&format!("{short}{long}")), ["网站首页", "要闻", "镇街动态"]);
    let menu = "<div class=nav-location><a href='/'>首页</a><a href='/a/'>政务公开</a><a href='/b/'>办事服务</a></div>";
    assert_eq!(crumb(&format!("<div class=position>{home} &gt; 正文</div>{menu}")), ["网站首页"]);
    let twice = format!("<div class=path><a href='/'>首页</a> &gt; {} <b>政策文件</b></div>", step("政策文件"));
    assert_eq!(crumb(&twice), ["首页", "政策文件"]);
}

#[test]
fn a_second_title_begins_the_text() {
    let second = "打造优质产业生态 推动城乡联合创新";
    let first = |under: &str| {
        let document = page(&[("ArticleTitle", TITLE)], &format!("<h1>{TITLE}</h1>{under}"), BODY);
        let block = document.blocks.into_iter().next().expect("a body");
        (block.kind == BlockKind::Heading).then_some(block.text)
    };
    for under in [
        format!("<h2>{second}</h2>{INFO}"),
        format!("<h2 class=content_subtitle>{second}</h2>{INFO}"),
        format!("<div class=subtitle>{second}</div>{INFO}"),
        format!("<p class=fubiaoti>{second}</p>{INFO}"),
    ] {
        assert_eq!(first(&under).as_deref(), Some(second), "{under}");
    }
    for under in [
        "<h2 class=subtitle>发布时间：2024-01-25 来源：兴县民政局</h2>".to_owned(),
        format!("<div class=subtitle>2024-01-25 10:20 兴县民政局</div>{INFO}"),
        format!("<div class=subtitle>兴县发展和改革局办公室</div>{INFO}"),
        format!("<div class=subtitle>{TITLE}</div>{INFO}"),
        format!("<div class=subtitle>{second}</div>"),
        format!("<div class=subtitle>兴县融媒体中心 12345次阅读</div>{INFO}"),
        format!("<div class=subtitle>今天是星期一 天气晴朗 12度</div>{INFO}"),
        format!("<div class=subtitle>兴政发〔2024〕3号</div>{INFO}"),
        format!("<h2>{second}</h2><p>政策文件</p>{INFO}"),
    ] {
        assert_eq!(first(&under), None, "{under}");
    }
}

#[test]
fn a_term_and_what_is_said_of_it_are_one_line() {
    let pair = |term: &str, value: &str| format!("<dl><dt>{term}：</dt><dd>{value}</dd></dl>");
    let text = |pairs: &[(&str, &str)]| {
        let pairs: String = pairs.iter().map(|(term, value)| pair(term, value)).collect();
        page(&[], &format!("<h1>{TITLE}</h1>{INFO}"), &format!("<div>{pairs}</div>{BODY}")).text()
    };
    let text = text(&[("来源", "兴县民政局"), ("时间", "2024-05-08"), ("地点", "兴县会展中心"), ("作者", "王小明")]);
    let begins = "时间：2024-05-08\n地点：兴县会展中心\n作者：王小明\n各乡镇人民政府";
    assert!(text.starts_with(begins), "when a meeting is held is text, and so is what stands behind it: {text}");
}

#[test]
fn what_is_left_of_a_disclosure_table_is_no_body() {
    let left = "<p><b>索引号</b>：141123/2024-00012</p><p><b>发布机构</b>：兴县民政局</p>";
    let right = "<p><b>文号</b>：无</p><p><b>主题分类</b>：民政</p><p><b>发布日期</b>：2024年01月25日</p>";
    let table = format!("<div>{left}<p><b>名称</b>：{TITLE}</p></div><div>{right}</div>");
    let of = |body: &str| {
        read(&format!(
            "<html><head><title>{TITLE}</title><meta name=ArticleTitle content='{TITLE}'></head><body><div class='container content'>{table}\
             </div><div class=text>{body}</div></body></html>"
        ))
    };
    let summed = "<p>内容概述：临时救助每人每年一千二百元，由县民政局发放</p><p>有效性：有效</p>";
    assert!(of(summed).text().contains("一千二百元"), "what is summed up there is text");
    let empty = of("");
    assert_eq!((empty.text().as_str(), empty.index_no.as_deref()), ("", Some("141123/2024-00012")));
    assert!(of(BODY).text().starts_with("各乡镇人民政府"));
}

#[test]
fn a_letter_and_its_answer_are_titled_and_dated_as_they_say() {
    let row = |label: &str, value: &str| format!("<tr><td>{label}</td><td colspan=3>{value}</td></tr>");
    let rows = [
        row("标&nbsp;&nbsp;题", "关于村级公交线路的咨询"),
        row("写信时间", "2024年02月20日"),
        row("信件内容", "您好，请问从县城到安河村的公交线路什么时候恢复？"),
        row("回复内容", "您好，线路已于本月恢复，每天往返四班。"),
        row("处理时间", "2024年02月21日"),
    ];
    for title in ["信息详细-兴县人民政府", "详细信息", "内容页"] {
        let document = read(&format!(
            "<html><head><title>{title}</title><meta name=ColumnName content=互动交流></head><body><div>当前位置: <a href='/'>网站首页</a> \
             &gt;&gt; <a href='/hd/'>互动交流</a> &gt;&gt; 信息详细</div><table>{}</table></body></html>",
            rows.concat()
        ));
        assert_eq!(document.title.as_deref(), Some("关于村级公交线路的咨询"), "{title}");
        assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2024-02-21"));
        assert_eq!(document.breadcrumb, ["网站首页", "互动交流"]);
    }
}

#[test]
fn a_table_that_says_when_advice_is_given_and_a_form_that_looks_for_letters_are_no_letter() {
    let row = |label: &str, value: &str| format!("<tr><td>{label}</td><td>{value}</td></tr>");
    let fair = row("主题", "春风送岗位") + &row("咨询时间", "2026年3月5日至3月8日") + &row("回复时间", "三日内");
    let document = page(&[], &format!("<h1>{TITLE}</h1>{INFO}"), &format!("{BODY}<table>{fair}</table>"));
    assert_eq!(document.title.as_deref(), Some(TITLE));
    assert_eq!(document.published.map(|day| day.to_string()).as_deref(), Some("2024-01-25"));
    let form = row("信件标题", "<input><button>查询</button>")
        + &row("来信时间", "<input> 至 <input>")
        + &row("回复时间", "<input>");
    let rows = (10..25)
        .map(|n| format!("<li><a href='/xj/{n}.html'>关于第{n}号路灯维修的咨询</a><span>2024-01-{n}</span></li>"))
        .collect::<Vec<_>>()
        .concat();
    let column = read(&format!(
        "<html><head><title>来信选登</title></head><body><table>{form}</table><ul>{rows}</ul></body></html>"
    ));
    assert_ne!(column.title.as_deref(), Some("查询"));
}

#[test]
fn the_time_that_is_shown_stands_before_that_of_a_tag_of_the_same_day() {
    let published = |stated: &str, info: &str| {
        let head = format!("<h1>{TITLE}</h1><div class=info>{info}</div>");
        let day = page(&[("PubDate", stated), ("ArticleTitle", TITLE)], &head, BODY).published.expect("a date");
        day.to_string().replace("+08:00", "")
    };
    for info in
        ["来源：兴县民政局 2024-01-25 14:59:48 【字体：大 中 小】", "发布时间：2024-01-25 14:59:48 来源：兴县民政局"]
    {
        assert_eq!(published("2024-01-25 15:00:04", info), "2024-01-25T14:59:48", "{info}");
        assert_eq!(
            published("2024-01-26 15:00:04", info).get(..10),
            if info.starts_with('发') { Some("2024-01-25") } else { Some("2024-01-26") }
        );
    }
    assert_eq!(published("2024-01-25 14:59:48", "发布时间：2024-01-25 14:59"), "2024-01-25T14:59:48");
    assert_eq!(published("2024-01-25 14:59:48", "发布时间：2024-01-25"), "2024-01-25T14:59:48");
}
