//! Polls of a portal that draws its listing and its reports by script.

use std::fmt::Write as _;

use govwatch::clock::Clock;
use govwatch::config::load_sites;
use govwatch::crawl::{PollOptions, Summary, World, poll_sites};
use govwatch::error::Class;
use govwatch::store::Store;

use super::{A, Scene, may_run, scene};
use crate::portal::{Portal, Reply};
use crate::world;

const SITE: &str = "home = \"http://www.a.gov.cn/\"\npace = { min_interval = \"0s\" }\nfetch = { render = \"browser\" }\n\
    [[listing]]\nname = \"通知公告\"\nurl = \"http://www.a.gov.cn/list.html\"\nentry = \"ul.list li\"\n\
    pages = { kind = \"query\", name = \"page\" }\n";
/// Reports, five a page of the listing.
const N_REPORTS: u32 = 12;
const BODY: &str = "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视,按照职责分工抓好落实,全年受理行政复议案件15件,\
    办结14件,群众满意度持续提升,有关情况及时报送县司法局,并按规定向社会公开,接受社会监督,确保各项工作取得实效。";

/// One script for all pages: rows and reports by JSON.
const APP: &str = "const at = new URL(location), root = document.getElementById('app');
    if (at.pathname === '/list.html')
        fetch('/api/list?page=' + (at.searchParams.get('page') || 1)).then(r => r.json()).then(rows => {
            root.innerHTML = '<ul class=list>' + rows.map(row =>
                `<li><a href=\"${row.url}\">${row.title}</a><span>${row.day}</span></li>`).join('') + '</ul>';
        });
    else
        fetch('/api' + at.pathname).then(r => r.json()).then(report => {
            document.title = report.title;
            root.innerHTML = `<h1>${report.title}</h1><div class=info>发布时间:${report.day} 来源:县司法局</div>
                <div class=TRS_Editor><p>${report.body}</p><p>${report.body}</p></div>`;
        });";

fn title(n: u32) -> String {
    format!("关于做好第{n}号工作的通知")
}

fn day(n: u32) -> String {
    format!("2026-03-{:02}", n % 28 + 1)
}

fn json(text: String) -> Reply {
    Reply::bytes("application/json", text.into_bytes())
}

fn publish(portal: &Portal) {
    portal.answer_all(A, |ask| match ask.path.as_str() {
        path if path.starts_with("/list.html") || path.starts_with("/report/") => {
            Reply::html("<!DOCTYPE html><html><head><title>加载中</title></head><body><div id=app></div><script src=/app.js></script></body></html>")
        }
        _ => Reply::status(404),
    });
    portal.serve(A, "/app.js", Reply::bytes("text/javascript", APP.into()));
    let numbers: Vec<u32> = (1..=N_REPORTS).rev().collect();
    for (at, page) in numbers.chunks(5).enumerate() {
        let mut rows = Vec::new();
        for n in page {
            let mut row = String::new();
            write!(row, r#"{{"url":"/report/{n}.html","title":"{}","day":"{}"}}"#, title(*n), day(*n)).unwrap();
            rows.push(row);
            let report = format!(r#"{{"title":"{}","day":"{}","body":"{BODY}本通知为第{n}号。"}}"#, title(*n), day(*n));
            portal.serve(A, &format!("/api/report/{n}.html"), json(report));
        }
        portal.serve(A, &format!("/api/list?page={}", at + 1), json(format!("[{}]", rows.join(","))));
    }
    portal.serve(A, &format!("/api/list?page={}", numbers.len().div_ceil(5) + 1), json("[]".to_owned()));
}

/// A World around the fetcher of a scene, and one poll of the site in it.
async fn poll(scene: &Scene, site: &str) -> (Summary, World) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("drawn.toml"), site).unwrap();
    let loaded = load_sites(folder.path(), &[], &super::network(&scene.portal));
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    let world = world::around(scene.fetcher.clone(), Store::in_memory().unwrap(), Clock::System);
    (poll_sites(&world, &loaded.sites, PollOptions::default()).await.unwrap(), world)
}

#[tokio::test]
async fn a_listing_and_reports_that_scripts_draw_are_read_whole() {
    if !may_run() {
        return;
    }
    let scene = scene();
    publish(&scene.portal);
    let (summary, world) = poll(&scene, SITE).await;
    assert_eq!((summary.failures.len(), summary.counts.baseline), (0, u64::from(N_REPORTS)), "{summary:?}");
    for n in 1..=N_REPORTS {
        let report = world.store.find_report(&format!("http://{A}/report/{n}.html")).await.unwrap();
        assert_eq!(report.title, Some(title(n)));
        let document = world.store.document(report.report, 1).await.unwrap();
        assert!(document.text().contains(&format!("{BODY}本通知为第{n}号。")), "{n}: {}", document.text());
    }
    assert_eq!(scene.portal.asked(A, "/app.js").len(), 1, "the scripts of a poll are asked for once");
    for n in 1..=N_REPORTS {
        assert_eq!(scene.portal.asked(A, &format!("/api/report/{n}.html")).len(), 1, "{n}");
    }
    // robots.txt and the script; three pages, at most one past the end, and the reports: each a file and its data.
    let asks = scene.portal.asks();
    let n_pages = asks.iter().filter(|ask| ask.path.starts_with("/list.html")).count();
    assert!((3..=4).contains(&n_pages), "{n_pages}");
    assert_eq!(asks.len(), 2 + 2 * (n_pages + N_REPORTS as usize));
    assert_eq!(summary.counts.requests, asks.len() as u64);
    assert_eq!(scene.portal.impolite(), [""; 0]);
    scene.fetcher.close().await;
}

#[tokio::test]
async fn a_wall_that_a_browser_could_climb_is_told_as_blocked() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let wall = "<html><head><script>var $_ts = window['$_ts'] || {};</script></head><body><script>\
        document.cookie = 'wall=passed; path=/'; location.reload();</script></body></html>";
    scene.portal.answer_all(A, move |ask| {
        let passed = ask.header("cookie").is_some_and(|cookie| cookie.contains("wall=passed"));
        Reply::html(if passed {
            "<ul class=list><li><a href=/1.html>关于做好工作的通知</a></li></ul>"
        } else {
            wall
        })
    });
    scene.portal.serve(A, "/robots.txt", Reply::status(404));
    let (summary, _) = poll(&scene, SITE).await;
    let classes: Vec<Class> = summary.failures.iter().map(|failure| failure.class).collect();
    assert_eq!(classes, [Class::Blocked], "{summary:?}");
    assert_eq!(scene.portal.asked(A, "/list.html").len(), 1, "the wall is met once and left alone");
    scene.fetcher.close().await;
}
