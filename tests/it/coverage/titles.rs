//! Titles as portals write them, and what each of them alone proves of the year before: the office's own report, that it
//! may be it, or nothing.

use std::sync::Arc;

use govwatch::change::obligation::{
    CoverageState, Facts, Like, ListingFacts, Office, PageSeen, Question, Seen, SeenIn, WalkFacts, assess,
};
use govwatch::config::Site;
use govwatch::model::{Document, ReportId, ReportState, SiteId, Stated};
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{DISCLOSURE, RULE, sites};

const COLUMN: &str = "http://www.x.example/nb/";

/// The kind, the office, its unit, and lines of a verdict and a title. All of it is about 2025, seen in January 2026.
const TITLES: [(&str, &str, &str, &str); 6] = [
    (RULE, "云台县人民政府", "government", COUNTY),
    (RULE, "云台县财政局", "department", BUREAU),
    (RULE, "云台县新闻出版局", "department", PRESS),
    (RULE, "云台县人民政府绩效考核办公室", "department", EXAMINERS),
    (DISCLOSURE, "云台县财政局", "department", DISCLOSED),
    (DISCLOSURE, "云台县生态环境局", "department", ENVIRONMENT),
];

const COUNTY: &str = "
own    云台县2025年法治政府建设年度报告
own    云台县2025年法治政府建设情况报告
own    2025年度法治政府建设情况报告
own    2025年度法治政府建设年度报告
own    云台县人民政府2025年度法治政府建设工作情况报告
own    云台县人民政府关于2025年法治政府建设情况的报告
own    中共云台县委 云台县人民政府关于2025年法治政府建设工作的年度报告
own    中共云台县委、云台县人民政府关于2025年度法治政府建设情况的报告
own    县委、县政府关于2025年法治政府建设情况的报告
own    云台县委县政府2025年度法治政府建设情况报告
own    县人民政府2025年法治政府建设情况报告
own    县政府关于2025年度推进法治政府建设工作情况的报告
own    我县2025年度法治政府建设情况报告
own    全县2025年度法治政府建设工作情况报告
own    临江市云台县2025年法治政府建设情况报告
own    二〇二五年法治政府建设年度报告
own    云台县二○二五年度法治政府建设情况报告
own    云台县法治政府建设年度报告（2025年）
own    云台县2025年法治政府建设情况报告（云政发〔2026〕3号）
own    云台县2025年依法行政工作情况报告
own    云台县2025年度依法治县工作情况报告
own    云台县2025年度法治政府建设工作总结报告
own    云台县2025年度法治政府建设暨依法行政工作情况报告
own    关于2025年度推进法治政府建设情况的报告
own    关于全面推进2025年法治政府建设情况的报告
own    附件：云台县2025年法治政府建设年度报告
own    云台县2025年法治政府建设情况报告——在县第十七届人大常委会第三十次会议上
own    云台县2025年法治政府建设情况报告及2026年工作要点
own    云台县2025年法治政府建设情况报告和2026年工作计划
own    云台县关于2025年度贯彻落实《法治政府建设实施方案》暨法治政府建设情况的报告
own    关于印发《云台县2025年法治政府建设情况报告》的通知
own    云台县人民政府关于印发《云台县2025年法治政府建设年度报告》的通知
own    《云台县2025年法治政府建设情况报告》
own    云台县2025年法冶政府建设情况报告
own    云台县2025年法治政府建设情况报告.pdf
own    云台县2025年法治政府建设情况报告.docx
own    云台县2025年法治政府建设情况报告（定稿）.wps
own    云台县2025年法治政府建设情况报告.ofd
may_be 2025年度法治政府建设自查报告
may_be 云台县法治政府建设白皮书（2025年）
may_be 云台县2025年法治政府建设工作总结
may_be 云台县2025年法治政府建设工作情况
may_be 云台县2025年法治政府建设年度报告公示
may_be 关于公布2025年度法治政府建设年度报告的通知
may_be 云台县2025年法治政府建设示范创建情况报告
may_be 云台县2025年法治政府建设情况报告（征求意见稿）
may_be 云台县2025年法治政府建设情况报告（送审稿）
may_be 云台县2025年法治政府建设情况报告（讨论稿）
may_be 云台县2025年法治政府建设情况报告（初稿）
may_be 云台县2025年法治政府建设情况报告（审议稿）
may_be 云台县2025年法治政府建设情况报告（草案）
no     2025年度法治政府建设年度报告（模板）
no     2025年法治政府建设年度报告（样本）
no     2025年法治政府建设年度报告（参考模板）
no     2025年法治政府建设年度报告提纲
may_be 省人民政府关于2025年法治政府建设情况的报告
may_be 市政府2025年法治政府建设情况报告
may_be 市人民政府关于2025年度法治政府建设情况的报告
may_be 临江市2025年法治政府建设情况报告
may_be 云台县财政局2025年法治政府建设情况报告
may_be 云台县第一中学2025年法治建设年度报告
may_be 云台县实验小学2025年度法治建设工作情况报告
may_be 云台县人民医院2025年法治建设年度报告
may_be 云台县城投集团2025年法治建设年度报告
may_be 城关镇2025年法治政府建设情况报告
may_be 县长王明在县人大常委会上作2025年法治政府建设情况报告
may_be 县政府向县人大常委会作2025年法治政府建设情况报告
may_be 2025年法治政府建设群众满意度调查报告
may_be 云台县2025年法治政府建设第三方测评报告
may_be 云台县2025年法治政府建设第三方评估报告
may_be 2025年法治政府建设创新案例报告
may_be 2025年法治政府建设进度报告
may_be 2025年法治政府建设风险分析报告
may_be 2025年法治政府建设调研报告
may_be 我局完成2025年法治政府建设年度报告
no     关于报送2025年度法治政府建设年度报告的通知
no     关于做好2025年度法治政府建设年度报告工作的通知
no     县政府常务会议审议2025年法治政府建设情况报告
no     县人大常委会听取2025年法治政府建设情况报告
no     2025年法治政府建设督察情况报告
no     云台县2025年法治政府建设问题整改情况报告
no     云台县2025年上半年法治政府建设情况报告
no     2025年法治政府建设工作要点
no     云台县法治政府建设实施方案（2025年）
may_be 云台县2024年法治政府建设情况报告
no     2025年政府工作报告
no     关于河湖管护情况的通报
no     云台县2025年法治政府建设专题培训情况
no     云台县召开2025年法治政府建设年度报告新闻发布会
";

const BUREAU: &str = "
own    云台县财政局2025年度法治政府建设情况报告
own    县财政局2025年法治政府建设年度报告
own    财政局2025年法治政府建设年度报告
own    临江市云台县财政局2025年法治政府建设年度报告
own    2025年度云台县财政局法治政府建设情况报告
own    我局2025年法治政府建设情况报告
own    本局关于2025年度法治政府建设情况的报告
own    云台县财政局关于2025年度推进法治政府建设工作情况的报告
own    2025年法治政府建设年度报告
may_be 县政府2025年法治政府建设情况报告
may_be 云台县2025年法治政府建设情况报告
may_be 云台县司法局2025年法治政府建设情况报告
may_be 局属单位2025年法治政府建设情况报告
";

const PRESS: &str = "
own    云台县新闻出版局2025年度法治政府建设情况报告
own    县新闻出版局2025年法治政府建设年度报告
no     2025年法治政府建设新闻报告
";

const EXAMINERS: &str = "
own    云台县人民政府绩效考核办公室2025年法治政府建设年度报告
may_be 2025年法治政府建设考核情况报告
";

const DISCLOSED: &str = "
own    云台县财政局2025年政府信息公开工作年度报告
own    云台县财政局2025年政府信息公开年度报告
own    云台县财政局政府信息公开工作年度报告（2025年度）
own    2025年云台县财政局政府信息公开工作报告
own    2025年政府信息公开工作年度报告
own    云台县财政局2025年政府信息公开年报
own    云台县财政局2025年政府信息公开工作年度报告（附统计表）
own    云台县财政局2025年政府信息公开工作年度报告（新格式）
own    云台县财政局2025年政府信息公开工作年度报告及统计表
own    云台县财政局2025年政府信息公开工作年度报告——公开版
own    关于公布云台县财政局2025年政府信息公开工作年度报告的通知
own    关于印发《云台县财政局2025年政府信息公开工作年度报告》的通知
own    云台县财政局关于发布《2025年政府信息公开工作年度报告》的公告
own    云台县财政局2025年政府信息公开工作年度报告.doc
may_be 关于公布2025年政府信息公开工作年度报告的通知
may_be 云台县财政局2025年政府信息公开工作情况的通报
may_be 2025年政府信息公开工作总结
may_be 2025年年报
may_be 2025年政府信息公开第三方测评报告
may_be 2025年政府信息公开工作问题整改报告
may_be 我局完成2025年政府信息公开工作年度报告
may_be 局属单位2025年政府信息公开工作年度报告
may_be 市政府2025年政府信息公开工作年度报告
may_be 云台县2025年政府信息公开工作年度报告
may_be 云台县司法局2025年政府信息公开工作年度报告
may_be 云台县财政局2025年政府信息公开工作年度报告（征求意见稿）
no     2025年政府信息公开工作年度报告（模板）
no     政府信息公开工作年度报告格式（2025年）
no     关于做好2025年政府信息公开工作年度报告编制公布工作的通知
no     关于报送2025年政府信息公开工作年度报告的通知
no     2025年上半年政府信息公开工作总结
no     2025年政府信息公开情况统计表
no     2025年政府信息公开工作考核情况的通报
no     2025年政务公开培训情况报告
no     政府信息公开申请表
no     2025年财政收支情况的报告
no     2025年行政复议工作情况报告
";

const ENVIRONMENT: &str = "
own    云台县生态环境局2025年政府信息公开工作年度报告
may_be 重点排污单位2025年环境信息公开年度报告
may_be 公共企事业单位2025年信息公开年度报告
may_be 局属单位2025年政府信息公开工作年度报告
may_be 市政府2025年政府信息公开工作年度报告
may_be 云台县第二中学2025年信息公开年度报告
";

fn at(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::get("Asia/Shanghai").unwrap()).unwrap().timestamp()
}

/// A column of the kind that was walked whole since the day, and reaches back.
fn column(walked_on: Date) -> ListingFacts {
    let begun_at = at(walked_on);
    ListingFacts {
        listing: "年报".to_owned(),
        url: COLUMN.to_owned(),
        is_named: true,
        watched_since: Some(at(date(2025, 12, 1))),
        whole_walk: Some(WalkFacts {
            begun_at,
            ended_at: begun_at + 10.minutes(),
            pages: 2,
            entries: 30,
            is_to_the_end: true,
            oldest_row: Some(date(2015, 1, 1)),
        }),
        looked_at: Some(begun_at + 10.minutes()),
        newest_row: Some(date(2026, 1, 20)),
        oldest_row: Some(date(2015, 1, 1)),
        below: None,
        reason: None,
    }
}

fn seen(title: &str, kind: Option<String>, year: Option<i16>) -> Seen {
    Seen {
        site: SiteId::new("x"),
        report: Some(ReportId(1)),
        url: "http://www.x.example/1.html".to_owned(),
        title: title.to_owned(),
        kind,
        year,
        published: Some(date(2026, 1, 20)),
        stated_first: None,
        is_year_assumed: false,
        first_seen_at: at(date(2026, 1, 20)),
        state: ReportState::Present,
        seen_in: SeenIn::Row,
        listings: vec![COLUMN.to_owned()],
        is_baseline: false,
        page: PageSeen::Read,
        text: None,
        missed_at: None,
    }
}

/// A site whose office owes this kind.
fn site(kind: &str, name: &str, unit: &str) -> Arc<Site> {
    let file = format!(
        "name = {name:?}\nhome = \"http://www.x.example/\"\n[[listing]]\nurl = {COLUMN:?}\n\
        [obligations]\nunit = {unit:?}\nlevel = \"county\"\nowes = [{kind:?}]\n"
    );
    sites(&[("x".to_owned(), file)]).remove(0)
}

/// What one title alone makes of the year; `listed`: the kind that its listing says.
fn verdict(site: &Site, title: &str, seen_in: SeenIn, listed: Option<&str>) -> &'static str {
    let obligation = &site.owes.owed[0];
    let (title, published) = (title.to_owned(), Some(Stated::day(date(2026, 1, 20))));
    let document = Document { title: Some(title.clone()), published, ..Document::default() };
    let is_row = seen_in == SeenIn::Row;
    let (kind, about) = if is_row { site.kinds.classify(listed, &document) } else { (None, None) };
    let seen = Seen { seen_in, ..seen(&title, kind, about) };
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let walked_on = obligation.due_day(2025) + 3.days();
    let facts = Facts { seen: vec![seen], listings: vec![column(walked_on)], ..Facts::default() };
    let question = Question {
        obligation,
        kind: site.kinds.get(&obligation.kind).unwrap(),
        year: 2025,
        office: &Office { name: site.name.clone(), own: None },
        zone: &zone,
        is_paused: false,
        now: at(walked_on) + 5.hours(),
    };
    match assess(&question, &facts).state {
        CoverageState::OnTime => "own",
        CoverageState::Overdue => "no",
        CoverageState::Unknown => "may_be",
        CoverageState::NotDue | CoverageState::Late => "neither",
    }
}

#[test]
fn a_title_is_the_offices_own_report_or_may_be_or_cannot_be_it() {
    let (mut n, mut wrong) = (0, Vec::new());
    for (kind, name, unit, lines) in TITLES {
        let site = site(kind, name, unit);
        for line in lines.lines().filter(|line| !line.is_empty()) {
            let (expected, title) = line.split_once(' ').unwrap();
            let found = verdict(&site, title.trim_start(), SeenIn::Row, None);
            n += 1;
            if found != expected {
                wrong.push(format!("{} on {name}: told {found}, is {expected}", title.trim_start()));
            }
        }
    }
    println!("{n} titles, {} told otherwise", wrong.len());
    assert!(n >= 140, "{n}");
    assert_eq!(wrong, [""; 0], "{} of {n}", wrong.len());
}

#[test]
fn a_file_is_the_report_by_its_name_unless_it_is_a_form_or_a_draft() {
    let site = site(RULE, "云台县人民政府", "government");
    for (title, expected) in [
        ("附件：云台县2025年法治政府建设年度报告.pdf", "own"),
        ("2025年度法治政府建设年度报告.doc", "own"),
        ("附件：2025年度法治政府建设年度报告（模板）.doc", "no"),
        ("附件1.2025年度法治政府建设年度报告样表.xlsx", "no"),
        ("2025年度法治政府建设年度报告（参考范本）.docx", "no"),
        ("2025年度法治政府建设年度报告提纲.docx", "no"),
        ("2025年度法治政府建设年度报告（送审稿）.docx", "may_be"),
        ("云台县第一中学2025年法治建设年度报告.pdf", "may_be"),
    ] {
        assert_eq!(verdict(&site, title, SeenIn::Attachment, None), expected, "{title}");
    }
    let title = "2025年度法治政府建设年度报告.doc";
    assert_eq!(verdict(&site, title, SeenIn::Enclosed, None), "may_be", "with a call for reports");
}

#[test]
fn a_title_in_a_column_of_the_kind_must_bear_it_out() {
    let site = site(DISCLOSURE, "云台县财政局", "department");
    for (title, expected) in [
        ("2025年年度报告", "own"),
        ("云台县财政局2025年年度报告", "own"),
        ("2025年度工作情况报告", "own"),
        ("云台县财政局2025年政务公开工作总结", "own"),
        ("关于公布2025年政府信息公开工作年度报告的通知", "own"),
        ("2025年财政收支情况的报告", "may_be"),
        ("2025年行政复议工作情况报告", "may_be"),
        ("关于河湖管护情况的通报（2025年）", "may_be"),
        ("云台县财政局2025年法治政府建设情况报告", "no"),
        ("云台县财政局2025年度部门决算公开", "no"),
        ("《云台县财政局2025年政府信息公开工作年度报告》解读", "no"),
        ("关于报送2025年政府信息公开工作年度报告的通知", "no"),
    ] {
        assert_eq!(verdict(&site, title, SeenIn::Row, Some(DISCLOSURE)), expected, "{title}");
    }
}

#[test]
fn a_call_for_reports_is_told_from_a_notice_that_publishes_one() {
    let site = site(DISCLOSURE, "云台县财政局", "department");
    let like = Like { obligation: &site.owes.owed[0], kind: site.kinds.get(DISCLOSURE).unwrap() };
    for title in [
        "关于报送2025年政府信息公开工作年度报告的通知",
        "关于做好2025年政府信息公开工作年度报告编制公布工作的通知",
        "关于规范政府信息公开工作年度报告有关事项的通知（公开办〔2026〕1号）",
        "政府信息公开工作年度报告模板",
    ] {
        assert!(like.is_call(title), "{title}");
    }
    for title in [
        "关于公布2025年政府信息公开工作年度报告的通知",
        "云台县财政局2025年政府信息公开工作年度报告",
        "云台县财政局关于报送2025年政府信息公开工作年度报告的报告",
        "2025年信息公开",
    ] {
        assert!(!like.is_call(title), "{title}");
    }
}

#[test]
fn a_title_that_is_cut_is_asked_by_what_its_text_says_in_one_clause_or_two() {
    let site = site(RULE, "云台县人民政府", "government");
    let like = Like { obligation: &site.owes.owed[0], kind: site.kinds.get(RULE).unwrap() };
    assert!(like.is_general("云台县人民政府关于2025年度推进法治…", None));
    assert!(!like.is_general("云台县人民政府关于2025年度推进法治…", Some("notice")));
    for (text, said) in [
        ("现将2025年法治政府建设情况报告如下。", Some("现将2025年法治政府建设情况报告如下")),
        (
            "2025年，在县委领导下，扎实推进法治政府建设，现将有关情况报告如下。",
            Some("扎实推进法治政府建设，现将有关情况报告如下"),
        ),
        ("2025年，扎实推进河湖管护，现将有关情况报告如下。", None),
        ("扎实推进法治政府建设。全县粮食产量稳定。", None),
    ] {
        assert_eq!(like.said_in(text).as_deref(), said, "{text}");
    }
}
