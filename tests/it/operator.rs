//! What an operator of many portals does to site files between two polls, by the real binary: intervals, columns and
//! selectors that are changed, decisions about sites.

use std::fmt::Write as _;

use serde_json::Value;

use crate::portal::{Ask, Reply};
use crate::watch::{Watch, word};

const HOST: &str = "www.own.example";
const SITE: &str = "home = \"http://www.own.example/\"\npace = { min_interval = \"0s\" }\n";
/// Rows of each column.
const ROWS: usize = 6;

fn listing(name: &str, path: &str) -> String {
    format!(
        "[[listing]]\nname = \"{name}\"\nurl = \"http://{HOST}/{path}/\"\nentry = \"ul.list li\"\n\
         link = \"a::attr(href)\"\ntitle = \"a::text\"\ndate = \"span::text\"\npages = {{ kind = \"none\" }}\n"
    )
}

/// Columns `/tzgg/` and `/gg/` of one portal, and their reports.
fn answer(ask: &Ask) -> Reply {
    let Some((column, file)) = ask.path[1..].split_once('/').filter(|(column, _)| matches!(*column, "tzgg" | "gg"))
    else {
        return Reply::status(404);
    };
    if file.is_empty() {
        let mut rows = String::new();
        for n in 1..=ROWS {
            let title = format!("关于做好{column}第{n}号工作的通知");
            write!(rows, "<li><a href='{n}.html'>{title}</a><span>2026-01-{:02}</span></li>", 20 - n).expect("a text");
        }
        return Reply::html(format!("<html><body><ul class=\"list\">{rows}</ul></body></html>"));
    }
    let n = file.trim_end_matches(".html");
    let text = format!("现将{column}第{n}号工作有关事项通知如下，请各单位按照职责分工抓好落实，确保各项工作取得实效。");
    Reply::html(format!(
        "<html><body><h1>关于做好{column}第{n}号工作的通知</h1><div>发布时间：2026-01-10</div>\
         <div class=\"TRS_Editor\"><p>{text}</p><p>{text}</p></div></body></html>"
    ))
}

fn begin(file: &str) -> Watch {
    Watch::at(HOST, file, answer)
}

fn write(watch: &Watch, file: &str) {
    std::fs::write(watch.site_file("own"), file).expect("our own folder");
}

fn listings(watch: &Watch) -> Vec<Value> {
    watch.rows(&["status"])[0]["listings"].as_array().expect("a list").clone()
}

#[test]
fn an_edited_file_makes_its_site_due_for_whoever_polls_what_is_due() {
    let file = SITE.to_owned() + &listing("通知公告", "tzgg");
    let watch = begin(&format!("every = \"7d\"\n{file}"));
    watch.fetch(&[]);
    assert_eq!(watch.fetch(&["--due"]).count("sites"), 0);
    write(&watch, &format!("every = \"1h\"\n{file}"));
    assert_eq!(watch.fetch(&["--due"]).count("sites"), 1, "a shorter interval does not wait for the longer one");
    assert_eq!(watch.fetch(&["--due"]).count("sites"), 0);
    let due = word(&watch.rows(&["status"])[0], "next_due_at").parse::<jiff::Timestamp>().expect("an instant");
    assert!(due.duration_since(jiff::Timestamp::now()).as_mins() <= 66, "{due}");
}

#[test]
fn a_column_that_left_its_file_is_said_to_be_looked_at_by_nobody() {
    let both = [SITE, &listing("通知公告", "tzgg"), &listing("公告", "gg")].concat();
    let watch = begin(&both);
    watch.fetch(&[]);
    assert!(listings(&watch).iter().all(|listing| listing["is_whole"] == true));
    write(&watch, &(SITE.to_owned() + &listing("公告", "gg")));
    watch.fetch(&[]);
    let now = listings(&watch);
    assert_eq!([word(&now[0], "listing"), word(&now[1], "listing")], ["公告", "通知公告"]);
    assert_eq!((now[0]["is_whole"].as_bool(), now[1]["is_whole"].as_bool()), (Some(true), Some(false)));
    assert!(now[1]["complete_since"].is_null() && word(&now[1], "reason").contains("no longer in the site file"));
    // The same name at another address is another row.
    write(&watch, &(SITE.to_owned() + &listing("公告", "tzgg")));
    watch.fetch(&[]);
    let shown = watch.text(&["status", "-v"]);
    assert!(
        shown.contains("公告 (http://www.own.example/tzgg/)") && shown.contains("公告 (http://www.own.example/gg/)")
    );
}

#[test]
fn a_selector_that_reads_dates_for_titles_is_told_and_left_out() {
    let right = SITE.to_owned() + &listing("通知公告", "tzgg");
    let watch = begin(&right);
    watch.fetch(&[]);
    write(&watch, &right.replace("title = \"a::text\"", "title = \"span::text\""));
    let (code, said, _) = watch.said(&["check", "--live"]);
    assert!(code == Some(1) && said.contains("nothing but dates"), "{said}");
    for _ in 0..2 {
        let shown = watch.text(&["repair", "own"]);
        assert!(shown.contains("-title = \"span::text\"") && shown.contains("6 of 6"), "{shown}");
        assert!(!shown.contains("nothing to change") && !shown.contains("not sure"), "{shown}");
        // Polls take the dates for titles meanwhile.
        watch.fetch(&["--full"]);
    }
    watch.text(&["repair", "own", "--write"]);
    let (code, said, _) = watch.said(&["check", "--live"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_decision_names_the_command_that_takes_it_back() {
    let watch = begin(&(SITE.to_owned() + &listing("通知公告", "tzgg")));
    watch.fetch(&[]);
    assert!(watch.text(&["site", "pause", "own"]).contains("until: govwatch site resume own"));
    assert!(watch.text(&["site", "mute", "own"]).contains("until: govwatch site unmute own"));
    std::fs::remove_file(watch.site_file("own")).expect("our own folder");
    let said = watch.text(&["site", "resume", "own"]);
    assert!(said.contains("once it has a file: there is no own.toml in sites"), "{said}");
}

#[test]
fn a_site_that_must_wait_is_held_and_has_not_failed() {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Asia/Shanghai").expect("bundled"));
    let hour = (now.hour() + 2) % 24;
    let hours = format!("min_interval = \"0s\", hours = \"{hour:02}:00-{hour:02}:30\" }}");
    let site = SITE.replace("min_interval = \"0s\" }", &hours) + &listing("通知公告", "tzgg");
    let watch = begin(&site);
    let (code, said, errors) = watch.said(&["fetch"]);
    assert!(code == Some(1) && errors.contains("own: held: ") && !errors.contains("transient"), "{said}{errors}");
    assert!(watch.text(&["fetch"]).contains("1 site, 1 held: "));
}
