//! `try`: what each stage and each selector makes of a page, for people and as JSON.

use clap::Parser as _;
use govwatch::cli::{Cli, Command, Context, Out, try_site};
use govwatch::config::{Allowed, Network, Settings};
use serde_json::Value;

use crate::portal::{Portal, Reply};

const SITE: &str = "home = \"http://www.x.example/\"\n[[listing]]\nurl = \"http://www.x.example/tzgg/\"\n\
     entry = \"ul.list li\"\ntitle = \"a::attr(title)\"\ndate = \"em::text\"\n\
     [report]\ntitle = [\"h6::text\", \"h1::text\"]\nbody = \"div.TRS_Editor\"\nstrip = [\".share\"]\n";

const BODY: &str =
    "现将有关事项通知如下。各乡镇人民政府、县直各部门要高度重视,按照职责分工抓好落实,确保各项工作取得实效。";

/// What `try` says of a page that was saved from this URL.
async fn tried(page: &str, url: &str, is_json: bool) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("page.html").display().to_string();
    std::fs::write(&file, page).expect("an empty folder");
    let json: &[&str] = if is_json { &["--json"] } else { &[] };
    tried_by(SITE, &Settings::default(), &[&[&file, "--url", url], json].concat()).await
}

/// What it says of a page of the site of this file.
async fn tried_by(site: &str, settings: &Settings, arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("x.toml"), site).expect("an empty folder");
    let sites = folder.path().display().to_string();
    let cli = Cli::parse_from(["govwatch", "--sites", &sites, "try", "x"].iter().chain(arguments));
    let Command::Try(args) = cli.command else { panic!("another command") };
    let context = Context { global: cli.global, out: Out::memory() };
    try_site::run(&context, settings, &args).await.expect("a page that can be read");
    context.out.written()
}

fn listing() -> String {
    let row = |n: u32| {
        format!("<li><a href='/tzgg/{n}.html' title='关于第{n}号工作的通知'>关于第{n}号…</a><em>2026-02-0{n}</em></li>")
    };
    format!("<html><body><ul class=list>{}</ul></body></html>", (1..=4).map(row).collect::<String>())
}

fn report() -> String {
    format!(
        "<html><body><h1>关于第1号工作的通知</h1><div class=TRS_Editor><div class=share>分享到微信</div><p>{BODY}</p><p>{BODY}</p>\
         <p>【打印】【关闭】</p></div></body></html>"
    )
}

#[tokio::test]
async fn a_listing_is_shown_selector_by_selector() {
    let said = tried(&listing(), "http://www.x.example/tzgg/", false).await;
    for line in [
        "page       listing",
        "entry      site ul.list li  ->  4: ",
        "title      site a::attr(title)  ->  in 4 of 4 rows: 关于第1号工作的通知 | 关于第2号工作的通知 | 关于第3号工作的通知",
        "date       site em::text  ->  in 4 of 4 rows: 2026-02-01 | 2026-02-02 | 2026-02-03",
        "rows       by the site file",
        "entries    4, 4 of them dated (0 rows without a link)",
        "next       no further page",
    ] {
        assert!(said.lines().any(|shown| shown.starts_with(line)), "{line}\n{said}");
    }
    let row: Value = serde_json::from_str(&tried(&listing(), "http://www.x.example/tzgg/", true).await).expect("JSON");
    assert_eq!(row["selectors"][1]["values"].as_array().map(Vec::len), Some(3));
    assert_eq!((&row["selectors"][1]["n_rows"], &row["rows_by"]), (&Value::from(4), &Value::from("the site file")));
}

#[tokio::test]
async fn a_report_is_shown_with_what_was_left_out_and_what_gave_each_field() {
    let said = tried(&report(), "http://www.x.example/tzgg/1.html", false).await;
    for line in [
        "title      site h6::text  ->  nothing",
        "title      site h1::text  ->  1: 关于第1号工作的通知",
        "strip      site .share  ->  1 left out: 分享到微信",
        "= title      关于第1号工作的通知 (by the site file)",
        "= body       2 blocks",
        "left out     1 lines of chrome at the ends of the body",
        "             【打印】【关闭】",
    ] {
        assert!(said.lines().any(|shown| shown.starts_with(line)), "{line}\n{said}");
    }
    let row: Value =
        serde_json::from_str(&tried(&report(), "http://www.x.example/tzgg/1.html", true).await).expect("JSON");
    assert_eq!(row["left_out"], serde_json::json!(["【打印】【关闭】"]));
    assert_eq!(row["document"]["from"]["body"], "site");
}

#[tokio::test]
async fn a_portal_that_goes_to_its_www_name_is_asked_as_a_poll_asks_it() {
    let portal = Portal::start();
    portal.serve("x.example", "/tzgg/", Reply::redirect("http://www.x.example/tzgg/"));
    portal.page("www.x.example", "/tzgg/", listing());
    let allow = vec![Allowed { net: "127.0.0.1/32".parse().expect("a net"), port: None }];
    let network = Network { allow, resolve: portal.resolve(["x.example", "www.x.example"]), ..Network::default() };
    let settings = Settings { network, ..Settings::default() };
    let site = SITE.replace("//www.", "//").replace("[report]", "[pace]\nmin_interval = \"0s\"\n[report]");
    let said = tried_by(&site, &settings, &[]).await;
    assert!(said.contains("entries    4, 4 of them dated"), "{said}");
}
