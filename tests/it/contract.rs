//! The contract of the command line with the real binary: the keys of each command's JSON, the exit codes, the help.

use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use govwatch::store::Lock;
use jiff::Timestamp;
use serde_json::Value;

use crate::town::Town;
use crate::watch::{Watch, word};

const EVENT: &str = "event site listing report url title published kind year revision previous fields facts how from_url count \
     class reason why channel doubts content_hash work resembles seen_at diff";
const SUMMARY: &str = "event sites sites_failed requests not_modified bytes entries reports_read baseline new copies edited \
     withdrawn restored moved unchanged suspect elapsed_ms";
const REPORT: &str = "report site listing url title published kind year revision content_hash work resembles \
     first_seen_at last_seen_at state";
const HISTORY: &str = "report revision event seen_at fields facts content_hash previous doubts";
const STATUS: &str =
    "site state last_success_at failures class error next_due_at entries complete_since listings evidence";
const LISTING_STATUS: &str =
    "listing url complete_since is_whole entries pending pages pages_stated looked_at reach reason";
const DIFF: &str = "report site url title revision previous seen_at content_hash fields facts hunks is_truncated diff";
const SHOW: &str = "report site listing url kind year work resembles first_publisher copies state revision event seen_at \
     first_seen_at last_modified absent_at title published source authority index_no doc_no written validity effective repealed topic cited division site_code column breadcrumb text blocks \
     attachments from body_hash content_hash capture doubts";
const FACT: &str = "kind section table row column label old new";
const WORK: &str = "work is_apart n_reports first_publisher members resembles";
const MEMBER: &str = "report site url title published first_seen_at lag_ms state words revision edited_report";
const COMPARE: &str = "a b a_in_b b_in_a paragraphs";
const PARAGRAPH: &str = "block from state is_moved share_ratio text";
const CHECK: &str = "file line key message expected";
const EXTRACT: &str = "id file url charset page family title published source authority index_no doc_no written validity \
     effective repealed topic kind year cited division site_code column breadcrumb text blocks attachments entries next from body_hash content_hash signature doubts error";

fn keys(row: &Value) -> String {
    row.as_object().expect("an object").keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn govwatch(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
    command.current_dir(folder.path()).args(arguments).output().expect("the binary runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn every_row_has_the_keys_of_the_contract_in_their_order() {
    let watch = Watch::over(Town::of_sizes(21, [6, 4, 4]));
    let first = watch.fetch(&[]);
    watch.town().edit(0, 2);
    let told = watch.fetch(&["--full"]);
    for row in first.events.iter().chain(&told.events) {
        assert_eq!(keys(row), EVENT, "{row}");
    }
    assert_eq!(keys(&told.summary), SUMMARY);
    let again = watch.rows(&["changes", "--event", "edited"]);
    assert_eq!(again, told.events, "what was told is told again");
    let all = watch.rows(&["changes"]);
    assert_eq!(all.len(), first.events.len() + told.events.len());
    assert_eq!((all[0]["event"].as_str(), watch.rows(&["changes", "--limit", "1"]).len()), (Some("edited"), 1));
    assert!(watch.rows(&["changes", "--until", "2020-01-01"]).is_empty());
    assert!(watch.text(&["changes"]).contains("edited"));
    let (code, _, says) = watch.said(&["changes", "--event", "edit"]);
    assert!(code == Some(2) && says.contains("one of new, edited"), "{says}");
    let report = told.events[0]["report"].to_string();
    assert_eq!(keys(&watch.rows(&["reports", "--limit", "1"])[0]), REPORT);
    let n_standing = |state: &str| watch.rows(&["reports", "--standing", state]).len();
    assert_eq!((n_standing("present"), n_standing("suspect")), (watch.rows(&["reports"]).len(), 0));
    let (code, _, says) = watch.said(&["reports", "--standing", "gone"]);
    assert!(code == Some(2) && says.contains("present, suspect, withdrawn, moved"), "{says}");
    let history = watch.rows(&["history", &report]);
    assert_eq!(history.len(), 2);
    assert!(history.iter().all(|row| keys(row) == HISTORY), "{history:?}");
    let status = &watch.rows(&["status"])[0];
    assert_eq!((keys(status), keys(&status["listings"][0])), (STATUS.to_owned(), LISTING_STATUS.to_owned()));
    let diff = &watch.rows(&["diff", &report])[0];
    assert_eq!((keys(diff), &diff["fields"]), (DIFF.to_owned(), &told.events[0]["fields"]), "as the event says");
    assert_eq!(keys(&watch.rows(&["show", &report])[0]), SHOW);
    assert!(told.events[0]["facts"].as_array().is_some_and(|facts| facts.iter().all(|fact| keys(fact) == FACT)));
    let work = &watch.rows(&["work", &report])[0];
    assert_eq!((keys(work), keys(&work["members"][0])), (WORK.to_owned(), MEMBER.to_owned()));
    let other = if report == "1" { "2" } else { "1" };
    let compared = &watch.rows(&["compare", other, &report])[0];
    assert_eq!((keys(compared), keys(&compared["paragraphs"][0])), (COMPARE.to_owned(), PARAGRAPH.to_owned()));
}

#[test]
fn a_site_without_a_right_file_is_unwatched_and_due_at_no_time() {
    let watch = Watch::over(Town::of_sizes(21, [6, 4, 4]));
    watch.fetch(&[]);
    let stands = || -> Vec<(String, String, bool, String)> {
        let row =
            |row: &Value| (word(row, "site"), word(row, "state"), row["next_due_at"].is_string(), word(row, "error"));
        watch.rows(&["status"]).iter().map(row).collect()
    };
    let before = stands();
    assert!(before.iter().all(|(_, state, is_due, _)| state == "ok" && *is_due), "{before:?}");
    std::fs::remove_file(watch.site_file(&before[0].0)).unwrap();
    std::fs::write(watch.site_file(&before[1].0), "nmae = \"x\"\n").unwrap();
    std::fs::write(watch.site_file("zz"), "nmae = \"x\"\n").unwrap();
    let after = stands();
    assert_eq!((&*after[0].1, after[0].2), ("unwatched", false));
    assert!(after[1].1 == "unwatched" && !after[1].2, "{after:?}");
    assert!(after[1].3.contains(".toml:1: listing: is missing"), "{after:?}");
    // A daemon goes on with a file that it has read when it was right, and knows none that was wrong when it began.
    let daemon = Lock::take(watch.database().parent().unwrap(), "off", Timestamp::now()).unwrap();
    let file = std::fs::File::options().append(true).open(watch.site_file(&before[1].0)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_hours(1)).unwrap();
    let never = stands();
    assert!(never[1].1 == "unwatched" && !never[1].2, "{never:?}");
    file.set_modified(SystemTime::now() + Duration::from_hours(1)).unwrap();
    let meanwhile = stands();
    assert!(meanwhile[1].1 == "ok" && meanwhile[1].2 && meanwhile[0].1 == "unwatched", "{meanwhile:?}");
    drop(daemon);
    let never = after.iter().find(|(site, ..)| site == "zz").unwrap();
    assert!(never.1 == "unwatched" && !never.2 && never.3.contains("zz.toml:1: listing: is missing"), "{never:?}");
    assert_eq!(after.len(), before.len() + 1);
}

fn rows(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON Lines")).collect()
}

#[test]
fn mistakes_and_saved_pages_are_rows_of_the_contract_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(path("sites")).expect("an empty folder");
    std::fs::write(path("sites/a.toml"), "nmae = \"x\"\n").expect("an empty folder");
    let checked = govwatch(&["--json", "--sites", &path("sites"), "check"]);
    assert_eq!(checked.status.code(), Some(3));
    let mistakes = rows(&checked);
    assert!(mistakes.iter().all(|row| keys(row) == CHECK), "{mistakes:?}");
    assert!(mistakes.iter().any(|row| row["line"] == 1 && row["key"] == "nmae"), "{mistakes:?}");
    let page = "<html><head><title>通知</title></head><body><h1>通知</h1><p>现将有关事项通知如下。</p></body></html>";
    std::fs::write(path("a.html"), page).expect("an empty folder");
    let read = govwatch(&["--json", "extract", &path("a.html"), &path("gone.html")]);
    assert_eq!(read.status.code(), Some(1), "one of them is not there");
    let read = rows(&read);
    assert_eq!((keys(&read[0]), keys(&read[1])), (EXTRACT.to_owned(), EXTRACT.to_owned()));
    assert_eq!((&read[0]["error"], read[1]["error"].is_string()), (&Value::Null, true));
}

#[test]
fn saved_files_are_read_by_their_bytes_and_names_and_never_as_pages_of_garbage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let chance: Vec<u8> = (0..4000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let password = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attach/office/password.docx"));
    let files: [(&str, &[u8], &str, &str); 6] = [
        ("a.docx", &password.expect("a saved file"), "encrypted", ""),
        ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0", "broken", ""),
        ("a.html", &chance, "unknown_type", ""),
        ("a", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0", "unknown_type", ""),
        ("a.txt", "<甲>第一条\n第二条".as_bytes(), "text", "<甲>第一条\n第二条"),
        ("a.csv", "序号,姓名\n1,张三\n".as_bytes(), "text", "序号\t姓名\n1\t张三"),
    ];
    for (name, bytes, state, text) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("an empty folder");
        let read = govwatch(&["--json", "extract", &path.display().to_string()]);
        let row = &rows(&read)[0];
        assert_eq!((&row["attachments"][0]["state"], &row["text"]), (&state.into(), &text.into()), "{name}: {row}");
    }
}

#[test]
fn what_cannot_be_extracted_is_named_once_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let page = "<title>通知</title><h1>关于放假的通知</h1><p>现将有关事项通知如下。</p><a href=\"1.doc\">附件</a>";
    std::fs::write(path("a.html"), page).expect("an empty folder");
    std::fs::write(path("l.tsv"), format!("b\nc\t\tht!tp\na\t{}\n", path("a.html"))).expect("an empty folder");
    let read = govwatch(&["extract", "--list", &path("l.tsv")]);
    let (stdout, stderr) = (String::from_utf8_lossy(&read.stdout), String::from_utf8_lossy(&read.stderr));
    assert_eq!(read.status.code(), Some(1), "{stderr}");
    assert!(stdout.contains("关于放假的通知") && !stdout.contains("error"), "{stdout}");
    assert!(stderr.contains("l.tsv, line 1") && stderr.contains("l.tsv, line 2"), "{stderr}");
    assert_eq!(stderr.matches("--url").count(), 1, "{stderr}");
    let gone = govwatch(&["extract", "gone.html"]);
    assert_eq!(String::from_utf8_lossy(&gone.stderr), "govwatch: gone.html: No such file or directory\n");
}

#[test]
fn a_dry_run_tells_the_same_and_leaves_nothing_behind() {
    let watch = Watch::over(Town::of_sizes(22, [6, 4, 4]));
    let dry = watch.fetch(&["--dry-run"]);
    assert_eq!(dry.count("baseline"), 14);
    assert!(!watch.database().exists());
    watch.fetch(&[]);
    watch.town().publish(1);
    assert_eq!(watch.fetch(&["--dry-run"]).count("new"), 1);
    assert_eq!(watch.fetch(&[]).count("new"), 1);
}

#[test]
fn existing_reports_are_told_one_by_one_when_asked_for() {
    let watch = Watch::over(Town::of_sizes(23, [6, 4, 4]));
    let told = watch.fetch(&["--alert-existing"]);
    assert_eq!((told.count("new"), told.count("baseline")), (14, 0));
    assert!(watch.fetch(&[]).events.is_empty());
}

#[test]
fn every_ending_has_its_exit_code() {
    assert_eq!(govwatch(&["reports"]).status.code(), Some(4), "no store yet");
    assert_eq!(govwatch(&["fetch", "--no-such-flag"]).status.code(), Some(2));
    let unknown = govwatch(&["--sites", env!("CARGO_MANIFEST_DIR").to_owned().as_str(), "fetch", "nowhere"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    let no_sites = govwatch(&["fetch"]);
    assert_eq!(no_sites.status.code(), Some(3), "{}", said(&no_sites));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let no_sites = govwatch(&["--state", &state.display().to_string(), "fetch"]);
    assert!(no_sites.status.code() == Some(3) && !state.exists(), "{}", said(&no_sites));
    let unreadable = govwatch(&["--json", "extract", "gone.html"]);
    assert_eq!(unreadable.status.code(), Some(1));
    assert_eq!(govwatch(&["schema"]).status.code(), Some(0));
}

#[test]
fn help_of_every_command_says_what_it_does() {
    let commands = [
        "fetch", "extract", "try", "check", "repair", "reports", "search", "show", "history", "diff", "compare",
        "work", "coverage", "status", "daemon", "site", "backup", "doctor", "alerts", "demo", "schema",
    ];
    let all = said(&govwatch(&["--help"]));
    for command in commands {
        assert!(all.contains(&format!("\n  {command} ")), "{command} is not in --help");
        let help = govwatch(&[command, "--help"]);
        assert_eq!(help.status.code(), Some(0));
        let first = said(&help).lines().next().unwrap_or_default().to_owned();
        assert!(first.len() > 20, "{command}: {first:?}");
    }
}
