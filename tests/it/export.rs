//! `export` by the real binary: all that is known in one go, each text once where that is asked for, and the files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use govwatch::model::Hash;
use serde_json::Value;

use crate::portal::{Ask, Reply};
use crate::watch::{Watch, word};

const HOST: &str = "www.own.example";
const SITE: &str = "name = \"兴县\"\nhome = \"http://www.own.example/\"\npace = { min_interval = \"0s\" }\n\
     [[listing]]\nname = \"通知公告\"\nurl = \"http://www.own.example/\"\nentry = \"li\"\npages = { kind = \"none\" }\n";
const TEXT: &str = "各乡镇人民政府要高度重视，按照职责分工抓好落实，有关情况及时报送县司法局，并按规定向社会公开，\
     接受社会监督，确保各项工作取得实效。现将有关事项通知如下，请认真贯彻执行。县司法局将会同有关部门开展督促检查，\
     对落实不力、进展缓慢的单位予以通报，并将结果纳入年度考核。";

fn page(title: &str, day: u8, text: &str) -> Reply {
    Reply::html(format!(
        "<title>{title}</title><h1>{title}</h1><div>发布时间：2026-02-0{day} 来源：县司法局</div><div class=\"TRS_Editor\">\
         <p>{text}{TEXT}</p><p>附件：<a href=\"/files/名单.TXT\">名单</a></p></div>",
    ))
}

/// Three reports with one file, of which the second is a copy of the first, and one more that never comes.
fn portal(ask: &Ask, is_edited: bool) -> Reply {
    let figure = if is_edited { "九" } else { "五" };
    match ask.path.as_str() {
        "/" => Reply::html(
            "<ul><li><a href=/4.html>=关于四的通知</a>2026-02-04</li><li><a href=/3.html>关于三的通知</a>2026-02-03</li>\
             <li><a href=/2.html>关于二的通知</a>2026-02-02</li><li><a href=/1.html>关于一的通知</a>2026-02-01</li></ul>",
        ),
        "/1.html" => page("关于一的通知", 1, "全县办理案件五件。"),
        "/2.html" => page("关于一的通知", 2, "全县办理案件五件。"),
        "/3.html" => page("=关于三的通知", 3, &format!("全县办理案件{figure}件，另行安排。")),
        path if path.starts_with("/files/") => Reply::bytes("text/plain; charset=utf-8", "甲\n乙\n".into()),
        "/4.html" => Reply::status(503),
        _ => Reply::status(404),
    }
}

/// A watch that has read the portal, and read it again after an edit.
fn watched() -> Watch {
    let is_edited = Arc::new(AtomicBool::new(false));
    let shown = Arc::clone(&is_edited);
    let watch = Watch::at(HOST, SITE, move |ask| portal(ask, shown.load(Ordering::SeqCst)));
    watch.said(&["fetch"]);
    is_edited.store(true, Ordering::SeqCst);
    watch.said(&["fetch", "--full"]);
    watch
}

fn exported(watch: &Watch, flags: &[&str]) -> Vec<Value> {
    watch.rows(&[&["export"], flags].concat())
}

fn revisions(rows: &[Value]) -> Vec<(String, u64)> {
    let path = |row: &Value| word(row, "url").replace("http://www.own.example", "");
    rows.iter().map(|row| (path(row), row["revision"].as_u64().unwrap())).collect()
}

fn bytes(folder: &Path, name: &Value) -> Vec<u8> {
    std::fs::read(folder.join(name.as_str().unwrap())).unwrap()
}

#[test]
fn every_report_stands_once_by_its_newest_revision_and_each_text_once_where_asked() {
    let watch = watched();
    let of = |flags: &[&str]| revisions(&exported(&watch, flags));
    let row = |path: &str, n| (path.to_owned(), n);
    assert_eq!(of(&[]), [row("/3.html", 2), row("/2.html", 1), row("/1.html", 1)]);
    assert_eq!(of(&["--all-revisions"])[..2], [row("/3.html", 1), row("/3.html", 2)]);
    assert_eq!(of(&["--once"]), [row("/3.html", 2), row("/1.html", 1)]);
    assert_eq!(
        of(&["--since", "2026-02-02"]),
        [row("/3.html", 2), row("/2.html", 1)],
        "by the day that the pages state"
    );
    assert_eq!(of(&["--seen-since", "2999-01-01"]), []);
    let (code, rows, says) = watch.said(&["export"]);
    assert_eq!(
        (code, rows.lines().count(), says.trim()),
        (Some(0), 3, "1 report is listed and was not read yet: left out")
    );
    let (code, _, says) = watch.said(&["export", "--site", "owm"]);
    assert!(code == Some(2) && says.contains("\"own\""), "{says}");
}

#[test]
fn a_row_is_what_show_says_and_what_it_was_read_from() {
    let watch = watched();
    let row = exported(&watch, &[]).remove(0);
    let mut shown = watch.rows(&["show", &row["report"].to_string()]).remove(0);
    shown["captures"] = row["captures"].clone();
    shown["attachments"][0]["file"] = Value::Null;
    assert_eq!((&row, &row["attachments"][0]["text"]), (&shown, &Value::Null));
    let with_texts = exported(&watch, &["--attachments"]).remove(0);
    assert_eq!(with_texts["attachments"][0]["text"], "甲\n乙\n");
    let shown = watch.rows(&["show", &row["report"].to_string(), "--attachments"]).remove(0);
    assert_eq!(shown["attachments"][0]["text"], "甲\n乙\n");
    let capture = &row["captures"][0];
    assert_eq!((&capture["url"], &capture["status"], &capture["file"]), (&row["url"], &200.into(), &Value::Null));
    assert_eq!(capture["hash"], row["capture"]);
}

#[test]
fn files_are_written_as_they_were_received_each_once() {
    let watch = watched();
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--all-revisions", "--files", folder.path().to_str().unwrap()];
    let rows = exported(&watch, &flags);
    assert_eq!(rows.len(), 4);
    for row in &rows {
        let (capture, attachment) = (&row["captures"][0], &row["attachments"][0]);
        assert_eq!(bytes(folder.path(), &attachment["file"]), "甲\n乙\n".as_bytes());
        let ends = |row: &Value| word(row, "file").rsplit('.').next().unwrap().to_owned();
        assert_eq!((&*ends(attachment), &*ends(capture)), ("txt", "html"));
        assert_eq!(Hash::of(&bytes(folder.path(), &capture["file"])).to_string(), word(capture, "hash"));
    }
    let written = || -> Vec<_> {
        let folders = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        folders.flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path()).collect()
    };
    let before = written();
    assert_eq!(before.len(), 5, "one attachment, and four pages");
    assert_eq!(exported(&watch, &flags), rows);
    assert_eq!(written().len(), before.len());
    let file = folder.path().join("is-a-file");
    std::fs::write(&file, "x").unwrap();
    let (code, _, says) = watch.said(&["export", "--files", file.to_str().unwrap()]);
    assert!(code == Some(2) && says.contains("is-a-file"), "{says}");
}

#[test]
fn a_table_is_for_spreadsheets_and_runs_no_formula() {
    let watch = watched();
    let csv = watch.text(&["export", "--csv", "--bom"]);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}report,site,listing,url,"), "{csv}");
    assert_eq!(lines.len(), 5, "a heading, three reports, an end of line: {csv}");
    assert!(lines[1].contains(",'=关于三的通知,2026-02-03,县司法局,"), "{csv}");
}
