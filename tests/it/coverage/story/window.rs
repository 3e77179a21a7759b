//! What was not seen while a report could appear, and what stands there under other words: nothing is overdue by it.

use super::*;

const HOST: &str = HOSTS[1];

/// Rows of 通知公告 on so many days in a row, the newest first, the first of them on this day.
fn notices(n: i64, since: &str) -> Vec<(String, String)> {
    let first: jiff::civil::Date = since.parse().unwrap();
    let day = |back: i64| first.checked_add(jiff::Span::new().days(back)).unwrap();
    (0..n).rev().map(|back| (format!("/tzgg/{}.html", day(back)), day(back).to_string())).collect()
}

impl Counties {
    /// 通知公告 with these rows, over pages of so many.
    fn notices(&self, rows: &[(String, String)], of_page: usize) {
        self.notices_beside(rows, of_page, "");
    }

    /// The same with this under the rows of each page.
    fn notices_beside(&self, rows: &[(String, String)], of_page: usize, beside: &str) {
        for (path, _) in rows {
            self.report(HOST, path, OTHER);
        }
        let pages: Vec<_> = rows.chunks(of_page).collect();
        for (at, rows) in pages.iter().enumerate() {
            let rows: Vec<_> = rows.iter().map(|(path, day)| (OTHER, path.as_str(), day.as_str())).collect();
            let path = if at == 0 { "/tzgg/".to_owned() } else { format!("/tzgg/p{}.html", at + 1) };
            let is_last = at + 1 == pages.len();
            let next = format!("<a class=\"next\" href=\"/tzgg/p{}.html\">下一页</a>", at + 2);
            self.page(HOST, &path, &format!("{beside}{}", if is_last { "" } else { &next }), &rows);
        }
    }

    async fn about(&self, year: i16) -> Coverage {
        let site = self.sites.iter().find(|site| site.id.as_str() == id(HOST)).unwrap();
        let now = self.world.clock.now();
        coverage_of(&self.world.store, site, &site.owes.owed[0], year, now, Depth::AsNeeded).await.unwrap().0
    }
}

/// With the pages of 通知公告 followed.
fn paged() -> Counties {
    let mut counties = Counties::begin();
    let next = "pages = { kind = \"next\", link = \"a.next::attr(href)\" }";
    let files: Vec<_> =
        HOSTS.iter().map(|host| (id(host), file(host).replace("pages = { kind = \"none\" }", next))).collect();
    counties.sites = sites(&files);
    counties
}

fn is_newest_only(coverage: &Coverage) -> bool {
    matches!(&coverage.remarks[..], [Remark::NewestOnly { listing, .. }] if listing == "通知公告")
}

#[tokio::test]
async fn a_listing_of_the_newest_rows_only_proves_nothing_of_what_left_it() {
    // Rows and rows a page, and whether its end is sure: few rows, or a last page that is shorter.
    for (n, of_page, is_sure) in
        [(10, 20, false), (4, 20, true), (10, 5, false), (13, 5, true), (26, 20, true), (36, 20, false)]
    {
        let counties = paged();
        counties.notices(&notices(n, "2026-03-05"), of_page);
        counties.poll("2026-03-20T02:00:00Z").await;
        counties.poll("2026-04-02T18:00:00Z").await;
        let coverage = counties.coverage(HOST).await;
        let state = if is_sure { CoverageState::Overdue } else { CoverageState::Unknown };
        assert_eq!(coverage.state, state, "{n} rows, {of_page} a page: {coverage:?}");
        assert_eq!(is_newest_only(&coverage), !is_sure, "{coverage:?}");
    }
}

#[tokio::test]
async fn a_listing_of_the_newest_rows_proves_what_it_was_watched_for_and_no_more() {
    // What stands beside the rows all the time says nothing of them.
    let beside = format!("<p><a href=\"/zwgk/old.html\">{}</a></p>", title(HOST, 2024));
    for (gap, is_gap, beside) in [
        ("2026-02-10", false, ""),
        ("2026-02-20", true, ""),
        ("2026-02-10", false, &beside),
        ("2026-02-20", true, &beside),
    ] {
        let counties = Counties::from("2025-11-20T02:00:00Z");
        let pinned = ("/tzgg/1.html".to_owned(), "2018-05-01".to_owned());
        let shown = |since: &str| std::iter::once(pinned.clone()).chain(notices(10, since)).collect::<Vec<_>>();
        for (now, since) in [
            ("2025-11-20T02:00:00Z", "2025-11-10"),
            ("2025-11-27T02:00:00Z", "2025-11-17"),
            ("2025-12-04T02:00:00Z", "2025-11-25"),
            ("2025-12-12T02:00:00Z", "2025-12-02"),
            ("2025-12-20T02:00:00Z", "2025-12-10"),
            ("2025-12-28T02:00:00Z", "2025-12-18"),
            ("2026-01-05T02:00:00Z", "2025-12-26"),
            ("2026-01-13T02:00:00Z", "2026-01-03"),
            ("2026-01-21T02:00:00Z", "2026-01-11"),
            ("2026-01-29T02:00:00Z", "2026-01-19"),
            ("2026-02-06T02:00:00Z", "2026-01-27"),
            ("2026-02-12T02:00:00Z", "2026-02-02"),
            ("2026-03-02T02:00:00Z", gap),
            ("2026-03-10T02:00:00Z", if is_gap { "2026-02-28" } else { "2026-02-18" }),
            ("2026-04-02T18:00:00Z", if is_gap { "2026-03-08" } else { "2026-02-26" }),
        ] {
            counties.notices_beside(&shown(since), 20, beside);
            counties.poll(now).await;
        }
        let coverage = counties.coverage(HOST).await;
        let state = if is_gap { CoverageState::Unknown } else { CoverageState::Overdue };
        assert_eq!((coverage.state, is_newest_only(&coverage)), (state, is_gap), "{coverage:?}");
    }
}

#[tokio::test]
async fn a_row_whose_page_nobody_could_read_may_be_it_for_good() {
    for (row, may_be) in
        [("乙县人民政府关于2025年度推进法…", true), ("乙县2025年度报告", true), ("关于开展消防检查的通知", false)]
    {
        let counties = Counties::begin();
        counties.poll("2026-03-20T02:00:00Z").await;
        counties.portal.serve(HOST, "/tzgg/2.html", Reply::status(500));
        let rows = [(row, "/tzgg/2.html", "2026-03-25"), (OTHER, "/tzgg/1.html", "2026-03-02")];
        counties.page(HOST, "/tzgg/", "", &rows);
        for day in ["2026-03-26", "2026-03-28", "2026-03-30", "2026-04-01", "2026-04-03"] {
            counties.poll(&format!("{day}T02:00:00Z")).await;
        }
        let coverage = counties.coverage(HOST).await;
        let state = if may_be { CoverageState::Unknown } else { CoverageState::Overdue };
        assert_eq!(coverage.state, state, "{row}: {coverage:?}");
        assert_eq!(matches!(&coverage.remarks[..], [Remark::Unread { .. }]), may_be, "{coverage:?}");
    }
}

#[tokio::test]
async fn a_page_that_calls_itself_otherwise_may_be_what_its_row_says_or_its_text() {
    let said = "乙县人民政府2025年法治政府建设情况报告如下。";
    for (row, page, text, may_be) in [
        (title(HOST, 2025).as_str(), "乙政发〔2026〕5号", BODY, true),
        ("乙县人民政府关于2025年度推进法治…", "乙县人民政府关于2025年度推进法治…", said, true),
        ("关于做好2026年防汛工作的通知", "乙政发〔2026〕6号", "现将防汛工作有关事项通知如下。", false),
    ] {
        let counties = Counties::begin();
        counties.poll("2026-03-20T02:00:00Z").await;
        let body = format!("<p>{text}</p><p>{}</p>", "各乡镇、各部门要高度重视,认真抓好落实。".repeat(9));
        let html = format!(
            "<html><head><title>{page}</title><meta name=\"ArticleTitle\" content=\"{page}\"></head>\
             <body><h1>{page}</h1><div class=\"TRS_Editor\">{body}</div></body></html>"
        );
        counties.portal.page(HOST, "/tzgg/2.html", html);
        let rows = [(row, "/tzgg/2.html", "2026-03-25"), (OTHER, "/tzgg/1.html", "2026-03-02")];
        counties.page(HOST, "/tzgg/", "", &rows);
        counties.poll("2026-03-26T02:00:00Z").await;
        counties.poll("2026-04-02T18:00:00Z").await;
        let coverage = counties.coverage(HOST).await;
        let state = if may_be { CoverageState::Unknown } else { CoverageState::Overdue };
        assert_eq!(coverage.state, state, "{row}: {coverage:?}");
    }
}

#[tokio::test]
async fn a_page_that_is_written_over_each_year_is_the_report_of_each() {
    let counties = Counties::begin();
    let publish = |year: i16, day: &str| {
        let html = format!(
            "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:{day}</div>\
             <div class=\"TRS_Editor\"><p>{BODY}</p><p>{0}。{BODY}</p></div></body></html>",
            title(HOST, year)
        );
        counties.portal.page(HOST, "/fzzf/one.html", html);
        counties.column(HOST, &[(&title(HOST, year), "/fzzf/one.html", day)]);
    };
    publish(2025, "2026-03-20");
    counties.poll("2026-03-20T02:00:00Z").await;
    counties.poll("2026-04-02T18:00:00Z").await;
    counties.poll("2027-04-03T02:00:00Z").await;
    publish(2026, "2027-04-10");
    counties.poll("2027-04-10T02:00:00Z").await;
    counties.poll("2027-04-20T02:00:00Z").await;
    let (before, now) = (counties.about(2025).await, counties.about(2026).await);
    assert_eq!(
        (before.state, &before.remarks[..]),
        (CoverageState::OnTime, &[Remark::SeenInTime, Remark::Withdrawn][..])
    );
    assert_eq!((now.state, now.lag_days), (CoverageState::Late, Some(9)), "{now:?}");
}

#[tokio::test]
async fn a_file_that_is_added_to_an_older_page_came_when_it_was_added_and_one_that_is_there_needs_no_reminder() {
    let page = |files: &str| {
        format!(
            "<html><head><title>关于公开有关材料的公告</title></head><body><h1>关于公开有关材料的公告</h1>\
             <div class=\"info\">发布时间:2026-03-10</div><div class=\"TRS_Editor\"><p>{BODY}</p><p>{BODY}</p>{files}</div></body></html>"
        )
    };
    let file = format!("<p><a href=\"/files/1.pdf\">{}.pdf</a></p>", title(HOST, 2025));
    for is_late in [false, true] {
        let counties = Counties::begin();
        counties.portal.page(HOST, "/tzgg/2.html", page(if is_late { "" } else { &file }));
        let rows = [("关于公开有关材料的公告", "/tzgg/2.html", "2026-03-10"), (OTHER, "/tzgg/1.html", "2026-03-02")];
        counties.page(HOST, "/tzgg/", "", &rows);
        counties.poll("2026-03-20T02:00:00Z").await;
        counties.poll("2026-03-26T02:00:00Z").await;
        let reminded = counties.assess().await.contains(&format!("due_soon {}", id(HOST)));
        assert_eq!(reminded, is_late);
        counties.portal.page(HOST, "/tzgg/2.html", page(&file));
        counties.poll("2026-04-20T02:00:00Z").await;
        let coverage = counties.coverage(HOST).await;
        let state = if is_late { CoverageState::Unknown } else { CoverageState::OnTime };
        assert_eq!(coverage.state, state, "{coverage:?}");
        assert!(coverage.found.is_some(), "{coverage:?}");
    }
}
