//! Four portals over a due day, polled as they are: what is said of each, and when.

mod outside;
mod window;

use std::sync::Arc;

use govwatch::change::obligation::{Coverage, CoverageState, Manner, Remark, YearBy};
use govwatch::clock::ManualClock;
use govwatch::config::Site;
use govwatch::crawl::coverage::{Depth, assess_sites, coverage_of};
use govwatch::crawl::{PollOptions, World, poll_sites};
use govwatch::model::EventKind;
use govwatch::store::Store;
use jiff::Timestamp;

use super::{RULE, sites};
use crate::portal::{Portal, Reply};
use crate::world::{network, world};

const HOSTS: [&str; 4] = ["www.prompt.example", "www.silent.example", "www.down.example", "www.hidden.example"];
const OTHER: &str = "关于做好春耕生产工作的通知";
const BODY: &str = "2025年,我县坚持以习近平法治思想为指导,全面推进依法行政,加强行政执法监督,办结行政复议案件15件,\
     现将有关情况报告如下。一年来,行政规范性文件全部经过合法性审核,行政机关负责人出庭应诉率持续提升。";

/// Portals with a column of two pages and a listing of notices, and everything that polls them.
struct Counties {
    portal: Portal,
    clock: ManualClock,
    world: World,
    sites: Vec<Arc<Site>>,
}

impl Counties {
    fn begin() -> Self {
        Self::from("2026-03-20T02:00:00Z")
    }

    fn from(now: &str) -> Self {
        let portal = Portal::start();
        let clock = ManualClock::new(at(now));
        let world = world(network(&portal, HOSTS), Store::in_memory().unwrap(), &clock);
        let files: Vec<(String, String)> = HOSTS.iter().map(|host| (id(host), file(host))).collect();
        let begun = Self { portal, clock, world, sites: sites(&files) };
        for host in HOSTS {
            begun.serve(host);
        }
        begun
    }

    /// What stands on a portal before anybody publishes this year's report.
    fn serve(&self, host: &str) {
        self.column(host, &[]);
        self.page(host, "/tzgg/", "", &[(OTHER, "/tzgg/1.html", "2026-03-02")]);
        self.report(host, "/tzgg/1.html", OTHER);
        for year in 2019..=2024 {
            self.report(host, &format!("/fzzf/{year}.html"), &title(host, year));
        }
    }

    /// The column with these rows above those of the years before, over two pages.
    fn column(&self, host: &str, newer: &[(&str, &str, &str)]) {
        let before: Vec<(String, String, String)> = (2019..=2024)
            .rev()
            .map(|year| (title(host, year), format!("/fzzf/{year}.html"), format!("{}-03-15", year + 1)))
            .collect();
        let mut rows = newer.to_vec();
        rows.extend(before.iter().map(|(title, path, day)| (title.as_str(), path.as_str(), day.as_str())));
        let (first, second) = rows.split_at(3);
        self.page(host, "/fzzf/", "<a class=\"next\" href=\"/fzzf/2.html\">下一页</a>", first);
        self.page(host, "/fzzf/2.html", "", second);
    }

    fn page(&self, host: &str, path: &str, next: &str, rows: &[(&str, &str, &str)]) {
        let rows: String = rows.iter().fold(String::new(), |list, (title, path, day)| {
            format!("{list}<li><a href=\"{path}\">{title}</a><span>{day}</span></li>")
        });
        self.portal.page(host, path, format!("<html><body><ul class=\"list\">{rows}</ul>{next}</body></html>"));
    }

    fn report(&self, host: &str, path: &str, title: &str) {
        let page = format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1>\
             <div class=\"TRS_Editor\"><p>{BODY}</p><p>{title}。{BODY}</p></div></body></html>"
        );
        self.portal.page(host, path, page);
    }

    /// A report whose title names no year, and whose text is this.
    fn unnamed(&self, host: &str, path: &str, text: &str) {
        let title = format!("{}法治政府建设年度报告", county(host));
        let page = format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1>\
             <div class=\"TRS_Editor\"><p>{text}</p><p>{}</p></div></body></html>",
            "我县坚持以习近平法治思想为指导,全面推进依法行政,行政规范性文件全部经过合法性审核。".repeat(4)
        );
        self.portal.page(host, path, page);
    }

    async fn poll(&self, now: &str) {
        let until = at(now).duration_since(self.world.clock.now());
        self.clock.advance(until);
        poll_sites(&self.world, &self.sites, PollOptions::default()).await.unwrap();
    }

    async fn assess(&self) -> Vec<String> {
        let now = self.world.clock.now();
        let told = assess_sites(&self.world.store, &self.sites, &Manner::default(), now).await.unwrap();
        told.iter().map(|event| format!("{} {}", event.event.as_str(), event.site)).collect()
    }

    async fn coverage(&self, host: &str) -> Coverage {
        let site = self.sites.iter().find(|site| site.id.as_str() == id(host)).unwrap();
        let owed = &site.owes.owed[0];
        let now = self.world.clock.now();
        coverage_of(&self.world.store, site, owed, 2025, now, Depth::AsNeeded).await.unwrap().0
    }

    async fn states(&self) -> Vec<CoverageState> {
        let mut states = Vec::new();
        for host in HOSTS {
            states.push(self.coverage(host).await.state);
        }
        states
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn id(host: &str) -> String {
    host.split('.').nth(1).unwrap().to_owned()
}

fn county(host: &str) -> &'static str {
    ["甲县", "乙县", "丙县", "丁县"][HOSTS.iter().position(|one| *one == host).unwrap()]
}

fn title(host: &str, year: i16) -> String {
    format!("{}{year}年法治政府建设年度报告", county(host))
}

fn file(host: &str) -> String {
    format!(
        "name = \"{}人民政府\"\nhome = \"http://{host}/\"\npace = {{ min_interval = \"0s\" }}\n\
         [obligations]\nunit = \"government\"\nlevel = \"county\"\nowes = [\"{RULE}\"]\n\
         [[listing]]\nname = \"法治政府建设年度报告\"\nurl = \"http://{host}/fzzf/\"\nentry = \"ul.list li\"\n\
         pages = {{ kind = \"next\", link = \"a.next::attr(href)\" }}\nkind = \"{RULE}\"\n\
         [[listing]]\nname = \"通知公告\"\nurl = \"http://{host}/tzgg/\"\nentry = \"ul.list li\"\npages = {{ kind = \"none\" }}\n",
        county(host)
    )
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, day after day")]
async fn four_counties_over_the_first_of_april() {
    use CoverageState::{Late, NotDue, OnTime, Overdue, Unknown};
    let [prompt, silent, down, hidden] = HOSTS;
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    assert_eq!(counties.assess().await, Vec::<String>::new());
    assert_eq!(counties.states().await, [NotDue; 4]);

    // One publishes a week before; the others are reminded of. On one portal a night of maintenance lasts three weeks.
    counties.report(prompt, "/fzzf/2025.html", &title(prompt, 2025));
    counties.column(prompt, &[(&title(prompt, 2025), "/fzzf/2025.html", "2026-03-25")]);
    counties.portal.answer_all(down, |_| Reply::status(503));
    counties.portal.serve(down, "/fzzf/", Reply::status(503));
    counties.portal.serve(down, "/tzgg/", Reply::status(503));
    counties.poll("2026-03-26T02:00:00Z").await;
    assert_eq!(counties.assess().await, ["due_soon down", "due_soon hidden", "due_soon silent"]);
    assert_eq!(counties.states().await, [OnTime, NotDue, NotDue, NotDue]);

    // The last one hides its report behind a notice, as a file.
    let notice = "关于公开有关材料的公告";
    let page = format!(
        "<html><head><title>{notice}</title></head><body><h1>{notice}</h1><div class=\"TRS_Editor\"><p>{BODY}</p><p>{BODY}</p>\
         <p><a href=\"/files/1.pdf\">{}.pdf</a></p></div></body></html>",
        title(hidden, 2025)
    );
    counties.portal.page(hidden, "/tzgg/2.html", page);
    counties.page(
        hidden,
        "/tzgg/",
        "",
        &[(notice, "/tzgg/2.html", "2026-03-30"), (OTHER, "/tzgg/1.html", "2026-03-02")],
    );

    // In the night after the day nothing is proved yet.
    counties.poll("2026-04-01T17:00:00Z").await;
    assert_eq!(counties.assess().await, Vec::<String>::new());
    assert_eq!(counties.states().await, [OnTime, Unknown, Unknown, Unknown]);

    // A day later every page is walked once, though nothing is new; what proves something is told.
    counties.portal.forget();
    counties.poll("2026-04-02T18:00:00Z").await;
    assert_eq!(counties.portal.asked(silent, "/fzzf/2.html").len(), 1, "the second page too");
    assert_eq!(counties.assess().await, ["overdue silent"]);
    assert_eq!(counties.states().await, [OnTime, Overdue, Unknown, OnTime]);
    assert!(counties.coverage(down).await.remarks.iter().any(|one| matches!(one, Remark::NotWalked { .. })));
    counties.portal.forget();
    counties.poll("2026-04-02T22:00:00Z").await;
    assert_eq!(counties.portal.asked(silent, "/fzzf/2.html").len(), 0, "once is enough");
    assert_eq!(counties.assess().await, Vec::<String>::new());

    // Both come back or publish later: one was on time by its own date, the other is late.
    counties.portal.page(down, "/robots.txt", "");
    counties.report(down, "/fzzf/2025.html", &title(down, 2025));
    counties.column(down, &[(&title(down, 2025), "/fzzf/2025.html", "2026-03-31")]);
    counties.serve_notices(down);
    counties.report(silent, "/fzzf/2025.html", &title(silent, 2025));
    counties.column(silent, &[(&title(silent, 2025), "/fzzf/2025.html", "2026-04-20")]);
    counties.poll("2026-04-20T06:00:00Z").await;
    assert_eq!(counties.assess().await, ["arrived silent"]);
    assert_eq!(counties.states().await, [OnTime, Late, OnTime, OnTime]);
    assert_eq!(counties.coverage(silent).await.lag_days, Some(19));
    assert!(matches!(counties.coverage(down).await.remarks[..], [Remark::SeenLater { days: 20 }]));
}

#[tokio::test]
async fn a_title_without_a_year_is_about_the_year_that_its_text_names() {
    let [late, prompt, mute, _] = HOSTS;
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    counties.unnamed(late, "/fzzf/x.html", "甲县人民政府2023年法治政府建设工作总结如下。");
    counties.unnamed(prompt, "/fzzf/x.html", "2025年,在县委的坚强领导下,");
    counties.unnamed(mute, "/fzzf/x.html", "一年来,在县委的坚强领导下,");
    for host in [late, prompt, mute] {
        let title = format!("{}法治政府建设年度报告", county(host));
        counties.column(host, &[(&title, "/fzzf/x.html", "2026-03-25")]);
    }
    counties.poll("2026-03-26T02:00:00Z").await;
    counties.poll("2026-04-02T18:00:00Z").await;
    let [of_late, of_prompt, of_mute] =
        [counties.coverage(late).await, counties.coverage(prompt).await, counties.coverage(mute).await];
    assert_eq!(of_late.state, CoverageState::Unknown, "neither on time nor overdue: {of_late:?}");
    assert!(of_late.remarks.iter().any(|one| matches!(one, Remark::MayBe { .. })), "{of_late:?}");
    for (coverage, by) in [(of_prompt, YearBy::Text), (of_mute, YearBy::Day)] {
        assert_eq!(coverage.state, CoverageState::OnTime, "{coverage:?}");
        assert_eq!(coverage.remarks, [Remark::SeenInTime, Remark::YearUnnamed { by }]);
    }
}

#[tokio::test]
async fn a_notice_in_the_place_of_a_report_does_not_undo_that_it_was_published() {
    let host = HOSTS[1];
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    counties.report(host, "/fzzf/2025.html", &title(host, 2025));
    counties.column(host, &[(&title(host, 2025), "/fzzf/2025.html", "2026-03-25")]);
    counties.poll("2026-03-26T02:00:00Z").await;
    let notice = "<html><head><title>关于系统升级的通知</title></head><body><h1>关于系统升级的通知</h1>\
        <div class=\"TRS_Editor\"><p>本栏目正在调整,请稍后访问。</p></div></body></html>";
    counties.portal.page(host, "/fzzf/2025.html", notice.to_owned());
    for day in ["2026-03-28", "2026-03-30", "2026-04-02", "2026-04-05", "2026-04-12", "2026-04-20"] {
        counties.poll(&format!("{day}T02:00:00Z")).await;
    }
    let url = format!("http://{host}/fzzf/2025.html");
    let report = counties.world.store.find_report(&url).await.unwrap();
    let history = counties.world.store.history(report.report).await.unwrap();
    let last = history.last().unwrap();
    assert_eq!(last.event, EventKind::Edited, "{history:?}");
    let coverage = counties.coverage(host).await;
    assert_eq!(coverage.state, CoverageState::OnTime, "{coverage:?}");
    assert_eq!(coverage.found.unwrap().title, title(host, 2025));
}

#[tokio::test]
async fn a_report_that_takes_the_place_of_last_years_is_not_taken_for_it_though_its_title_names_no_year() {
    let host = HOSTS[1];
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    counties.unnamed(host, "/fzzf/2024.html", "2025年,在县委的坚强领导下,");
    let unnamed = format!("{}法治政府建设年度报告", county(host));
    let before: Vec<(String, String, String)> = (2019..=2023)
        .rev()
        .map(|year| (title(host, year), format!("/fzzf/{year}.html"), format!("{}-03-15", year + 1)))
        .collect();
    let mut rows = vec![(unnamed.as_str(), "/fzzf/2024.html", "2026-03-22")];
    rows.extend(before.iter().map(|(title, path, day)| (title.as_str(), path.as_str(), day.as_str())));
    counties.page(host, "/fzzf/", "", &rows);
    for day in ["2026-03-22", "2026-03-25", "2026-04-02", "2026-04-05"] {
        counties.poll(&format!("{day}T18:00:00Z")).await;
    }
    let coverage = counties.coverage(host).await;
    assert_eq!(coverage.state, CoverageState::OnTime, "its text says 2025 since then: {coverage:?}");
    assert_eq!(coverage.remarks, [Remark::SeenInTime, Remark::YearUnnamed { by: YearBy::Text }]);
}

impl Counties {
    fn serve_notices(&self, host: &str) {
        self.page(host, "/tzgg/", "", &[(OTHER, "/tzgg/1.html", "2026-03-02")]);
        self.report(host, "/tzgg/1.html", OTHER);
        (2019..=2024).for_each(|year| self.report(host, &format!("/fzzf/{year}.html"), &title(host, year)));
    }
}

/// What an office that owes a report is said of after its day, where this was done to its portal before.
async fn after_the_day(what: impl FnOnce(&Counties, &str)) -> Coverage {
    let counties = Counties::begin();
    let silent = HOSTS[1];
    counties.poll("2026-03-20T02:00:00Z").await;
    what(&counties, silent);
    counties.poll("2026-04-02T18:00:00Z").await;
    counties.assess().await;
    counties.coverage(silent).await
}

#[tokio::test]
async fn pages_that_show_the_first_one_again_prove_nothing() {
    use CoverageState::{Overdue, Unknown};
    assert_eq!(after_the_day(|_, _| {}).await.state, Overdue);
    // The pager leads to a second page, on which the first one stands once more: what else is there nobody knows.
    let coverage = after_the_day(|counties, host| {
        let rows = [2024, 2023, 2022].map(|year| (title(host, year), format!("/fzzf/{year}.html")));
        let rows: Vec<(&str, &str, &str)> =
            rows.iter().map(|(title, path)| (title.as_str(), path.as_str(), "2025-03-15")).collect();
        let next = "<a class=\"next\" href=\"/fzzf/2.html\">下一页</a>";
        counties.page(host, "/fzzf/", next, &rows);
        counties.page(host, "/fzzf/2.html", "", &rows);
    })
    .await;
    assert_eq!(coverage.state, Unknown, "{:?}", coverage.remarks);
}

#[tokio::test]
async fn a_row_that_leads_nowhere_may_be_the_report() {
    let coverage = after_the_day(|counties, host| {
        let row = title(host, 2025);
        counties.column(host, &[(&row, "javascript:void(0)", "2026-03-25")]);
    })
    .await;
    let [Remark::MayBe { reports }] = &coverage.remarks[..] else { panic!("{:?}", coverage.remarks) };
    assert_eq!((coverage.state, reports[0].title.as_str()), (CoverageState::Unknown, "乙县2025年法治政府建设年度报告"));
    assert!(reports[0].url.starts_with("http://www.silent.example/fzzf/#:~:text="), "{}", reports[0].url);
}

/// Titles of the report itself.
const IS_IT: &[&str] = &[
    "乙县人民政府关于印发《乙县2025年法治政府建设年度报告》的通知",
    "乙县2025年法治政府建设情况报告——在县第十七届人大常委会第三十次会议上",
    "乙县2025年法治政府建设情况报告.pdf",
];
/// Titles that it may bear.
const MAY_BE: &[&str] = &[
    "关于公布2025年法治政府建设年度报告的通知",
    "乙县2025年法治政府建设自查报告",
    "乙县法治政府建设白皮书（2025年）",
    "乙县2025年法治政府建设情况报告（征求意见稿）",
    "市政府2025年法治政府建设情况报告",
    "乙县人民政府关于2025年法治政府建设情况的报告（经县政府常务会议审议通过）",
    "乙县人民政府2025年法治政府建设工作总结和2026年工作要点",
    "乙县人民政府2025年1-12月法治政府建设情况报告",
    "乙县人民政府2052年法治政府建设年度报告",
    "乙县2025年法制政府建设年度报告",
    "2025年法治乙县建设工作报告",
    "2025年",
    "2025年度",
    "乙县司法局关于报送2025年法治政府建设情况的报告",
];
/// Titles of the work around it.
const IS_NOT: &[&str] = &[
    "关于做好2025年法治政府建设年度报告编制工作的通知",
    "县政府召开会议听取2025年法治政府建设情况报告",
    "乙县2026年法治政府建设工作要点",
    "乙县2025年1-11月法治政府建设情况报告",
    "乙县2025年上半年法治政府建设情况报告",
    "2025年法治政府建设年度报告（模板）",
];

#[tokio::test]
async fn titles_that_the_report_may_bear_hold_back_overdue_and_those_of_the_work_around_it_do_not() {
    let verdicts = [(MAY_BE, CoverageState::Unknown), (IS_NOT, CoverageState::Overdue), (IS_IT, CoverageState::OnTime)];
    for (titles, expected) in verdicts {
        for title in titles {
            let coverage = after_the_day(|counties, host| {
                counties.report(host, "/tzgg/9.html", title);
                let rows = [(*title, "/tzgg/9.html", "2026-03-25"), (OTHER, "/tzgg/1.html", "2026-03-02")];
                counties.page(host, "/tzgg/", "", &rows);
            });
            let coverage = coverage.await;
            assert_eq!(coverage.state, expected, "{title}: {:?}", coverage.remarks);
        }
    }
}

#[tokio::test]
async fn a_title_that_says_nothing_is_asked_by_its_text_and_a_scan_by_where_it_stands() {
    let page = |title: &str, body: &str| {
        format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1><div class=\"TRS_Editor\">{body}</div></body></html>"
        )
    };
    let text = |said: &str| format!("<p>{said}</p><p>{BODY}</p>");
    let scan = "<p><img src=\"/files/1.jpg\"></p>".to_owned();
    let general = "乙县关于2025年工作情况的报告";
    let cases = [
        (general, text("根据有关规定，现将2025年法治政府建设情况报告如下："), false, CoverageState::Unknown),
        (general, text("2025年法治政府建设年度报告"), false, CoverageState::Unknown),
        (general, text("根据有关规定，现将2025年防汛抗旱情况报告如下："), false, CoverageState::Overdue),
        ("乙县人民政府2025年红头文件", scan.clone(), true, CoverageState::Unknown),
        ("关于召开2026年防汛抗旱工作会议的通知", scan.clone(), true, CoverageState::Overdue),
        ("乙县人民政府2025年红头文件", scan, false, CoverageState::Overdue),
    ];
    for (named, body, is_among_reports, expected) in cases {
        let coverage = after_the_day(|counties, host| {
            counties.portal.page(host, "/tzgg/9.html", page(named, &body));
            let before = title(host, 2024);
            let rows = [
                (named, "/tzgg/9.html", "2026-03-25"),
                (OTHER, "/tzgg/1.html", "2026-03-02"),
                (before.as_str(), "/fzzf/2024.html", "2025-03-15"),
            ];
            counties.page(host, "/tzgg/", "", &rows[..2 + usize::from(is_among_reports)]);
        });
        let coverage = coverage.await;
        assert_eq!(coverage.state, expected, "{named}, {is_among_reports}: {:?}", coverage.remarks);
    }
}

#[tokio::test]
async fn a_file_that_is_linked_by_no_name_is_known_by_its_own_first_lines() {
    let coverage = after_the_day(|counties, host| {
        let notice = "2026年第一批主动公开信息";
        let page = format!(
            "<html><head><title>{notice}</title></head><body><h1>{notice}</h1><div class=\"TRS_Editor\"><p>{BODY}</p>\
             <p><a href=\"/files/1.txt\">点击下载</a></p></div></body></html>"
        );
        counties.portal.page(host, "/tzgg/9.html", page);
        let text = format!("乙县人民政府\n2025年法治政府建设年度报告\n\n{BODY}\n{BODY}\n");
        counties.portal.serve(host, "/files/1.txt", Reply::bytes("text/plain; charset=utf-8", text.into_bytes()));
        let rows = [(notice, "/tzgg/9.html", "2026-03-25"), (OTHER, "/tzgg/1.html", "2026-03-02")];
        counties.page(host, "/tzgg/", "", &rows);
    })
    .await;
    assert_eq!(coverage.state, CoverageState::OnTime, "{:?}", coverage.remarks);
    assert_eq!(coverage.found.unwrap().title, "乙县人民政府2025年法治政府建设年度报告");
}
