//! `add` on every kind of listing, by the real binary: what it writes is walked to the last report, or it is unsure.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::board::{self, Board, Row, Trouble};
use super::portals::{self, Kind};
use super::{HOST, all};
use crate::portal::{Portal, Reply};

/// What became of a kind.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Unsure,
    Wrong,
}

fn served(kind: &Kind) -> Portal {
    let (portal, board) = (Portal::start(), Board::new(Trouble::None));
    let (listing, front) = (kind.listing, kind.front);
    portal.answer_all(HOST, move |ask| {
        let front = front.filter(|(path, _)| *path == ask.path).map(|(_, html)| Reply::html(html));
        front.or_else(|| listing(ask, &board)).or_else(|| board.report(ask)).unwrap_or_else(|| Reply::status(404))
    });
    portal
}

fn rows(folder: &Path, portal: &Portal, arguments: &[&str]) -> (Vec<Value>, Option<i32>) {
    let pins: Vec<String> = portal.resolve([HOST]).iter().map(|(host, at)| format!("{host}={at}")).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
    command.current_dir(folder).args(["--json", "--sites", "sites", "--state", "state"]).args(arguments);
    command.env("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32").env("GOVWATCH_NETWORK_RESOLVE", pins.join(","));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
}

/// Adds the listing to a site file that says its pace, walks it, and compares what was found.
fn added(kind: &Kind) -> (Verdict, String) {
    let portal = served(kind);
    let line = kind.site.lines().find(|line| line.starts_with("url")).unwrap();
    let url = line.split('"').nth(1).unwrap().replace('$', &format!("http://{HOST}"));
    let url = kind.front.map_or(url, |(path, _)| format!("http://{HOST}{path}"));
    added_at(&portal, &url)
}

fn added_at(portal: &Portal, url: &str) -> (Verdict, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sites")).unwrap();
    let head = format!(
        "home = \"http://{HOST}/\"\npace = {{ min_interval = \"0s\" }}\n[[page]]\nurl = \"http://{HOST}{}\"\n",
        Row(1).path()
    );
    std::fs::write(folder.path().join("sites/kinds.toml"), head).unwrap();
    let (told, code) = rows(folder.path(), portal, &["add", url, "--yes"]);
    let note = format!("{} {} {}", told[0]["confidence"], told[0]["pages"]["kind"], told[0]["reasons"]);
    if code != Some(0) {
        return (Verdict::Unsure, note);
    }
    let n_asked = portal.asks().len();
    let (events, _) = rows(folder.path(), portal, &["fetch"]);
    let (reports, _) = rows(folder.path(), portal, &["reports"]);
    let titles = reports.iter().filter_map(|report| report["title"].as_str());
    let mut found: Vec<&str> = titles.filter(|title| title.starts_with("关于")).collect();
    found.sort_unstable();
    let wanted: Vec<String> = all(board::REPORTS).into_keys().collect();
    let verdict = if found == wanted { Verdict::Right } else { Verdict::Wrong };
    (
        verdict,
        format!("{note}; {n_asked} requests; {} of {} found {}", found.len(), wanted.len(), events.last().unwrap()),
    )
}

#[test]
fn what_is_added_is_walked_to_the_last_report_or_nothing_is_added() {
    let mut n_right = 0;
    let kinds = portals::kinds();
    let mut wrong = Vec::new();
    for kind in &kinds {
        let (verdict, note) = added(kind);
        println!("{:32} {verdict:?}\t{note}", kind.name);
        n_right += usize::from(verdict == Verdict::Right);
        if verdict == Verdict::Wrong {
            wrong.push(kind.name);
        }
    }
    println!("{n_right} of {} are right", kinds.len());
    assert_eq!(wrong, Vec::<&str>::new(), "wrong with confidence");
    assert!(n_right * 10 >= kinds.len() * 9, "{n_right} of {} right", kinds.len());
}

/// The address of an answer whose rows hold numbers and no links; `home` is what the portal's home page shows.
fn numbered_rows(home: &str) -> (Verdict, String) {
    let kind = portals::kinds().into_iter().find(|kind| kind.name == "gkmlpt catalogue").unwrap();
    let portal = served(&kind);
    portal.page(HOST, "/", home);
    added_at(&portal, &format!("http://{HOST}/gkmlpt/api/all/0?page=1&sid=758"))
}

#[test]
fn links_that_rows_do_not_hold_are_made_as_two_reports_prove_them() {
    let links = |path: &str| format!("<ul><li><a href='{path}18.html'>一</a><li><a href='{path}16.html'>二</a></ul>");
    let (verdict, note) = numbered_rows(&links("/art/2026/"));
    assert_eq!(verdict, Verdict::Right, "{note}");
    let (verdict, note) = numbered_rows(&links("/zt/"));
    assert_eq!(verdict, Verdict::Unsure, "they lead nowhere: {note}");
    assert!(note.contains("no two reports show"), "{note}");
    let (verdict, note) = numbered_rows("<p>首页</p>");
    assert_eq!(verdict, Verdict::Unsure, "{note}");
    assert!(note.contains("its rows hold no links"), "{note}");
}
