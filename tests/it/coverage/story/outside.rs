//! The report stands on the listing's page, outside the rows that its site file reads: nothing is overdue by that listing.
//! What else stands there, the column's own name, last year's report, that of another office, leaves "overdue" as it is.

use super::*;

const HOST: &str = HOSTS[1];
const REPORT: &str = "/fzzf/2025.html";

impl Counties {
    /// The column as it was, with more on its first page: above its rows, and below.
    fn around(&self, host: &str, above: &str, below: &str) {
        let rows: String = [2024, 2023, 2022]
            .map(|year| {
                format!(
                    "<li><a href=\"/fzzf/{year}.html\">{}</a><span>{}-03-15</span></li>",
                    title(host, year),
                    year + 1
                )
            })
            .concat();
        let next = "<a class=\"next\" href=\"/fzzf/2.html\">下一页</a>";
        let page = format!("<html><body>{above}<ul class=\"list\">{rows}</ul>{next}{below}</body></html>");
        self.portal.page(host, "/fzzf/", page);
    }
}

/// What is said of the office where this stands above the rows of its column, and that below.
async fn with(above: &str, below: &str) -> Coverage {
    after_the_day(|counties, host| {
        counties.report(host, REPORT, &title(host, 2025));
        counties.around(host, above, below);
    })
    .await
}

/// The links that hold back "overdue", by their words and where they lead; nothing else does.
fn outside(coverage: &Coverage) -> Vec<(&str, &str)> {
    let [Remark::Outside { listing, reports }] = &coverage.remarks[..] else { panic!("{coverage:?}") };
    assert_eq!((coverage.state, listing.as_str()), (CoverageState::Unknown, "法治政府建设年度报告"));
    reports.iter().map(|seen| (seen.title.as_str(), seen.url.as_str())).collect()
}

#[tokio::test]
async fn a_report_that_its_listing_shows_outside_the_rows_is_not_overdue() {
    let named = title(HOST, 2025);
    let url = format!("http://{HOST}{REPORT}");
    let map = format!(
        "<map name=\"m\"><area shape=\"rect\" href=\"{REPORT}\" alt=\"{named}\"><area href=\"/zt/\" alt=\"专题\"></map>"
    );
    for (what, above, below) in [
        ("a headline", format!("<h2 class=\"headline\"><a href=\"{REPORT}\">{named}</a></h2>"), String::new()),
        (
            "置顶",
            format!(
                "<div class=\"top\"><b>[置顶]</b><p><a href=\"{REPORT}\" title=\"{named}\">乙县2025年法治政…</a></p></div>"
            ),
            String::new(),
        ),
        ("an image map", format!("<img src=\"/a.jpg\" usemap=\"#m\">{map}"), String::new()),
        (
            "the words of a mapped picture",
            format!("<img src=\"/a.jpg\" usemap=\"#n\" alt=\"{named}\"><map name=\"n\"><area href=\"{REPORT}\"></map>"),
            String::new(),
        ),
        (
            "a picture",
            String::new(),
            format!("<div class=\"pics\"><a href=\"{REPORT}\"><img src=\"/a.jpg\" alt=\"{named}\"></a></div>"),
        ),
        (
            "a second list",
            String::new(),
            format!("<ul class=\"other\"><li><a href=\"{REPORT}\">{named}</a><i>2026-03-25</i></li></ul>"),
        ),
        ("a script", format!("<p><a href=\"#\" onclick=\"window.open('{REPORT}')\">{named}</a></p>"), String::new()),
    ] {
        let coverage = with(&above, &below).await;
        assert_eq!(outside(&coverage), [(named.as_str(), url.as_str())], "{what}");
    }
}

#[tokio::test]
async fn words_outside_the_rows_may_be_cut_and_a_link_may_lead_where_only_a_script_knows() {
    let cut = "乙县2025年法治政府建设年…";
    let coverage = with(&format!("<p class=\"top\"><a href=\"{REPORT}\">{cut}</a></p>"), "").await;
    assert_eq!(outside(&coverage), [(cut, "http://www.silent.example/fzzf/2025.html")]);
    let named = title(HOST, 2025);
    let coverage = with(&format!("<p><a href=\"javascript:show(15)\">{named}</a></p>"), "").await;
    assert_eq!(outside(&coverage), [(named.as_str(), "http://www.silent.example/fzzf/")]);
}

#[tokio::test]
async fn a_year_beside_a_column_of_such_reports_leads_to_a_page_that_nobody_watches() {
    let tabs = "<div class=\"tabs\"><a href=\"/fzzf/y2025/\">2025年</a><a href=\"/fzzf/y2024/\">2024年</a></div>";
    assert_eq!(outside(&with(tabs, "").await), [("2025年", "http://www.silent.example/fzzf/y2025/")]);
    // Beside other papers, or where the page behind it is watched or is the column itself, it says nothing.
    let coverage = after_the_day(|counties, host| {
        counties.page(host, "/tzgg/", tabs, &[(OTHER, "/tzgg/1.html", "2026-03-02")]);
    })
    .await;
    assert_eq!(coverage.state, CoverageState::Overdue, "{coverage:?}");
    for tab in ["/tzgg/", "/fzzf/", "/fzzf/?utm_source=a", "#", "javascript:tab(2)"] {
        let coverage = with(&format!("<div class=\"tabs\"><a href=\"{tab}\">2025年</a></div>"), "").await;
        assert_eq!(coverage.state, CoverageState::Overdue, "{tab}: {coverage:?}");
    }
}

#[tokio::test]
async fn what_else_stands_around_the_rows_leaves_a_true_overdue_as_it_is() {
    let last = title(HOST, 2024);
    for (what, around) in [
        ("the column's own name", "<div class=\"nav\"><a href=\"/fzzf/\">法治政府建设年度报告</a></div>".to_owned()),
        ("a column of its name", "<div class=\"nav\"><a href=\"/zwgk/nb/\">乙县法治政府建设年度报告</a></div>".to_owned()),
        ("last year's report, which is a row", format!("<div class=\"side\"><a href=\"/fzzf/2024.html\">{last}</a></div>")),
        ("last year's report, which is none", format!("<div class=\"side\"><a href=\"/zwgk/old.html\">{last}</a></div>")),
        ("another office's", "<div class=\"links\">友情链接 <a href=\"http://sfj.x.example/1.html\">乙县司法局2025年法治政府建设年度报告</a></div>".to_owned()),
        ("a call for reports", "<div class=\"hot\"><a href=\"/tzgg/7.html\">关于做好2025年法治政府建设年度报告编制工作的通知</a></div>".to_owned()),
        ("other papers of the year", "<div class=\"hot\"><a href=\"/a/1.html\">2025年政府工作报告</a><a href=\"/a/2.html\">2025年法治政府建设工作要点</a></div>".to_owned()),
        ("a year that a script shows", "<div class=\"tabs\"><a href=\"javascript:void(0)\">2025年</a></div>".to_owned()),
    ] {
        for (above, below) in [(around.as_str(), ""), ("", around.as_str())] {
            let coverage = with(above, below).await;
            assert_eq!(coverage.state, CoverageState::Overdue, "{what}: {coverage:?}");
            assert!(matches!(coverage.remarks[..], [Remark::LookedAt { listings: 2, .. }]), "{what}: {coverage:?}");
        }
    }
}

#[tokio::test]
async fn a_link_outside_the_rows_is_seen_on_any_page_of_any_listing_and_stays_known_when_it_is_gone() {
    let named = title(HOST, 2025);
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    let link = format!("<p><a href=\"{REPORT}\">{named}</a></p>");
    counties.page(HOST, "/tzgg/", &link, &[(OTHER, "/tzgg/1.html", "2026-03-02")]);
    let rows =
        [2021, 2020, 2019].map(|year| (title(HOST, year), format!("/fzzf/{year}.html"), format!("{}-03-15", year + 1)));
    let rows: Vec<_> = rows.iter().map(|(title, path, day)| (title.as_str(), path.as_str(), day.as_str())).collect();
    counties.page(HOST, "/fzzf/2.html", &link, &rows);
    counties.poll("2026-04-02T18:00:00Z").await;
    // One link is told once, though several listings show it.
    assert_eq!(outside(&counties.coverage(HOST).await).len(), 1);
    counties.page(HOST, "/tzgg/", "", &[(OTHER, "/tzgg/1.html", "2026-03-02")]);
    counties.page(HOST, "/fzzf/2.html", "", &rows);
    counties.poll("2026-04-10T18:00:00Z").await;
    assert_eq!(outside(&counties.coverage(HOST).await).len(), 1, "it was there");
    assert_eq!(counties.assess().await.iter().filter(|told| told.starts_with("overdue silent")).count(), 0);
}

#[tokio::test]
async fn a_link_outside_the_rows_is_no_report_and_no_news_until_a_row_shows_it() {
    let named = title(HOST, 2025);
    let url = format!("http://{HOST}{REPORT}");
    let counties = Counties::begin();
    counties.poll("2026-03-20T02:00:00Z").await;
    counties.report(HOST, REPORT, &named);
    counties.around(HOST, &format!("<h2><a href=\"{REPORT}\">{named}</a></h2>"), "");
    counties.poll("2026-03-26T02:00:00Z").await;
    counties.poll("2026-04-02T18:00:00Z").await;
    assert_eq!(outside(&counties.coverage(HOST).await).len(), 1);
    assert!(counties.world.store.find_report(&url).await.is_err(), "no row led to it");
    assert_eq!(counties.portal.asked(HOST, REPORT).len(), 0, "nor was it asked for");
    // The portal moves it into its list a week after the day: that is news, and it was there in time.
    counties.column(HOST, &[(&named, REPORT, "2026-03-25")]);
    counties.poll("2026-04-08T02:00:00Z").await;
    let report = counties.world.store.find_report(&url).await.unwrap();
    let history = counties.world.store.history(report.report).await.unwrap();
    assert_eq!(history[0].event, EventKind::New, "{history:?}");
    let coverage = counties.coverage(HOST).await;
    assert_eq!(
        (coverage.state, &coverage.remarks[..]),
        (CoverageState::OnTime, &[Remark::SeenInTime][..]),
        "{coverage:?}"
    );
}

#[tokio::test]
async fn what_stands_outside_the_rows_does_not_hide_how_far_a_listing_was_seen() {
    // A short list that ends where it ends, with last year's report and the column's name beside it.
    let last = title(HOST, 2024);
    let side =
        format!("<div><a href=\"/zwgk/old.html\">{last}</a><a href=\"/zwgk/nb/\">法治政府建设年度报告</a></div>");
    let coverage = after_the_day(|counties, host| {
        for n in 1..=3 {
            counties.report(host, &format!("/tzgg/{n}.html"), OTHER);
        }
        let rows = [
            (OTHER, "/tzgg/3.html", "2026-03-12"),
            (OTHER, "/tzgg/2.html", "2026-03-11"),
            (OTHER, "/tzgg/1.html", "2026-03-02"),
        ];
        counties.page(host, "/tzgg/", &side, &rows);
    })
    .await;
    assert_eq!(coverage.state, CoverageState::Overdue, "{coverage:?}");
}
