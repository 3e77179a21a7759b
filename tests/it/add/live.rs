//! The way of a person: a list of portals, `add --from`, `fetch`. What is added is walked to its last report.

use std::collections::BTreeMap;

use super::kinds::kinds;
use super::saved::judged;
use super::{Desk, told};
use crate::portal::{Portal, Reply};

/// A portal of every make, each with a site file that says its pace and has no listing yet.
fn served() -> (Portal, Desk) {
    let portal = Portal::start();
    let hosts: Vec<String> = kinds().iter().map(super::kinds::Kind::host).collect();
    let desk = Desk::beside(&portal, &hosts);
    for kind in kinds() {
        let host = kind.host();
        for (path, html) in kind.served() {
            portal.page(&host, &path, html);
        }
        let details = kind.details();
        let alone = details[0].0.clone();
        for (path, html) in details {
            portal.page(&host, &path, html);
        }
        let site = format!(
            "home = \"http://{host}/\"\npace = {{ min_interval = \"0s\" }}\n[[page]]\nurl = \"http://{host}{alone}\"\n"
        );
        desk.write(&format!("sites/{}.toml", kind.name), site);
    }
    (portal, desk)
}

#[test]
fn what_is_added_is_walked_to_its_last_report() {
    let (portal, desk) = served();
    let list = kinds().iter().map(|kind| format!("{} 通知公告\n", kind.url(1))).collect::<Vec<_>>().concat();
    desk.write("list.txt", list);
    let (rows, _) = desk.rows(&["add", "--from", "list.txt", "--yes"]);
    let verdicts: Vec<_> = kinds()
        .iter()
        .zip(&rows)
        .map(|(kind, row)| judged(kind, row, row["is_written"].as_bool().map(|is| i32::from(!is))))
        .collect();
    let (right, all) = told("live", &verdicts);
    assert!(right * 100 >= all * 90, "{right} of {all} right");
    for kind in kinds() {
        let n_asked = portal.asks().iter().filter(|ask| ask.host == kind.host()).count();
        // robots.txt, a frame, two pages, two reports; where nothing leads to a second page, the usual ones.
        let most = if kind.n_pages() == 1 { 4 + 4 } else { 5 + usize::from(kind.is_frame()) };
        assert!(n_asked <= most, "{}: {n_asked} requests", kind.name);
    }
    let added: Vec<&str> =
        kinds().iter().zip(&rows).filter(|(_, row)| row["is_written"] == true).map(|(kind, _)| kind.name).collect();
    let (events, code) = desk.rows(&[&["fetch"], &added[..]].concat());
    assert_eq!(code, Some(0), "{events:?}");
    let baselines = events.iter().filter(|event| event["event"] == "baseline");
    let found: BTreeMap<&str, u64> = baselines
        .filter(|event| event["listing"] == "通知公告")
        .filter_map(|event| Some((event["site"].as_str()?, event["count"].as_u64()?)))
        .collect();
    for name in added {
        assert_eq!(found.get(name), Some(&21), "{name}");
    }
}

#[test]
fn a_portal_that_lies_about_its_pages_or_reports_is_unsure() {
    let (portal, desk) = served();
    let host = |name: &str| format!("{name}.kinds.example");
    let kinds = kinds();
    let kind = |name: &str| kinds.iter().find(|kind| kind.name == name).expect("there");
    // The second page is the first again; it is gone; rows lead to listings.
    portal.page(&host("trs"), &(kind("trs").path)(2), kind("trs").page(1));
    portal.serve(&host("ucap"), &(kind("ucap").path)(2), Reply::status(404));
    for (path, _) in kind("jquery").details() {
        portal.page(&host("jquery"), &path, kind("jquery").page(1));
    }
    for (name, sign) in [("trs", "same rows"), ("ucap", "404"), ("jquery", "no report")] {
        let (rows, code) = desk.rows(&["add", "--yes", &kind(name).url(1)]);
        assert_eq!(code, Some(1), "{name}");
        assert!(rows[0]["reasons"].to_string().contains(sign), "{name}: {}", rows[0]["reasons"]);
        assert_eq!(rows[0]["is_written"], false, "{name}");
    }
}
