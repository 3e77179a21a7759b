//! Reading commands and the verbs below them.

use std::path::Path;

use clap::Parser;
use govwatch::cli::{Cli, Command, Context, Exit, Out, Stop, diff, history, reports, show, status};
use govwatch::config::Settings;
use govwatch::model::{EventKind, SiteId};
use govwatch::store::{ChangeFilter, EntryRecord, Filter, Store, StoreError};
use serde_json::Value;

use super::bench::{Poll, at, document, edited, id, name, row, with_baseline};

async fn names(store: &Store, filter: Filter) -> Vec<String> {
    store.reports(filter).await.unwrap().iter().map(|report| name(&report.url)).collect()
}

fn all() -> Filter {
    Filter { limit: 100, ..Filter::default() }
}

#[tokio::test]
async fn reports_come_newest_first_page_by_page_and_by_filter() {
    let store = Store::in_memory().unwrap();
    let undated = EntryRecord { date: None, ..row("u", 1) };
    let moment = EntryRecord { date: Some(super::bench::day("2026-04-03T09:00:00+08:00")), ..row("m", 3) };
    let kind = EntryRecord { kind: Some("k".to_owned()), ..row("c", 5) };
    with_baseline(&store, &[kind, row("b", 3), moment, row("a", 1), undated]).await;
    assert_eq!(names(&store, all()).await, ["c", "m", "b", "a", "u"]);
    let mut filter = Filter { limit: 2, ..Filter::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.reports(filter.clone()).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some((last.published, last.report));
        seen.extend(page.iter().map(|report| name(&report.url)));
    }
    assert_eq!(seen, ["c", "m", "b", "a", "u"]);
    let day = |text: &str| Some(text.parse().unwrap());
    let between = Filter { since: day("2026-04-02"), until: day("2026-04-03"), ..all() };
    assert_eq!(names(&store, between).await, ["m", "b"]);
    assert_eq!(names(&store, Filter { until: day("2026-04-01"), ..all() }).await, ["a"]);
    assert_eq!(names(&store, Filter { kind: Some("k".to_owned()), ..all() }).await, ["c"]);
    assert_eq!(names(&store, Filter { site: Some(SiteId::new("none")), ..all() }).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_report_is_found_by_number_and_by_any_spelling_of_its_url() {
    let store = Store::in_memory().unwrap();
    let listed = EntryRecord { as_listed_url: "http://a.gov.cn/./a.html?from=list".to_owned(), ..row("a", 1) };
    with_baseline(&store, &[listed]).await;
    let a = store.find_report("http://a.gov.cn/a.html").await.unwrap().report;
    for asked in [&a.to_string(), "HTTP://A.GOV.CN:80/a.html", "http://a.gov.cn/./a.html?from=list"] {
        assert_eq!(store.find_report(asked).await.unwrap().report, a, "{asked}");
    }
    for asked in ["99", "http://a.gov.cn/b.html", "nonsense", ""] {
        let said = store.find_report(asked).await.unwrap_err();
        assert!(matches!(said, StoreError::UnknownReport { .. }), "{asked}: {said}");
    }
    let poll = Poll::of(&store, SiteId::new("b"), 60).await;
    poll.walk_all(&[row("a", 1)]).await;
    let said = store.find_report("http://a.gov.cn/a.html").await.unwrap_err();
    assert!(matches!(&said, StoreError::AmbiguousReport { reports, .. } if reports.len() == 2), "{said}");
}

#[tokio::test]
async fn changes_come_last_seen_first_and_by_filter() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
    poll.end().await;
    let all = ChangeFilter { limit: 10, ..ChangeFilter::default() };
    let kinds = async |filter| {
        let changes = store.changes(filter).await.unwrap();
        changes.iter().map(|(_, event)| event.event).collect::<Vec<_>>()
    };
    assert_eq!(kinds(all.clone()).await, [EventKind::Edited, EventKind::Baseline]);
    let report = Some(id(&store, "a").await);
    assert_eq!(kinds(ChangeFilter { report, ..all.clone() }).await, [EventKind::Edited]);
    assert_eq!(kinds(ChangeFilter { until: Some(at(60)), ..all.clone() }).await, [EventKind::Baseline]);
    assert_eq!(kinds(ChangeFilter { event: Some(EventKind::Edited), ..all }).await, [EventKind::Edited]);
}

/// Runs a command line on this state folder; gives its end and what it printed.
async fn run(state: &Path, line: &[&str]) -> (Result<Exit, Stop>, String) {
    let state = state.to_str().unwrap();
    let folders = ["govwatch", "--state", state, "--sites", state];
    let Cli { global, command } = Cli::try_parse_from(folders.iter().chain(line)).unwrap();
    let context = Context { global, out: Out::memory() };
    let ended = match command {
        Command::Reports(args) => reports::run(&context, &args).await,
        Command::Show(args) => show::run(&context, &args).await,
        Command::History(args) => history::run(&context, &args).await,
        Command::Diff(args) => diff::run(&context, &args).await,
        Command::Status(args) => status::run(&context, &args, &Settings::default()).await,
        _ => unreachable!("only reading commands are run here"),
    };
    (ended, context.out.written())
}

/// A store with one report edited once and one that was listed only.
async fn told() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[EntryRecord { title: "\u{1b}[31m第二\t号".to_owned(), ..row("b", 2) }, row("a", 1)]).await;
    poll.record(id(&store, "a").await, edited(document("a", "乙"), "-a\n+乙")).await;
    poll.end().await;
    dir
}

fn keys(line: &str) -> Vec<String> {
    let row: Value = serde_json::from_str(line).unwrap();
    row.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn json_rows_have_the_keys_of_the_contract() {
    let dir = told().await;
    let reports = "report site listing url title published kind year revision content_hash work resembles first_seen_at \
                   last_seen_at state";
    let history = "report revision event seen_at fields facts content_hash previous doubts";
    let status = "site state last_success_at failures class error next_due_at entries complete_since listings evidence";
    for (line, expected, n_rows) in [
        (&["--json", "reports"][..], reports, 2),
        (&["--json", "history", "1"], history, 2),
        (&["--json", "status"], status, 1),
    ] {
        let (ended, printed) = run(dir.path(), line).await;
        assert_eq!(ended.unwrap(), Exit::Done);
        assert_eq!(printed.lines().count(), n_rows, "{printed}");
        assert_eq!(keys(printed.lines().next().unwrap()), expected.split_whitespace().collect::<Vec<_>>());
    }
    let (_, printed) = run(dir.path(), &["--json", "history", "1"]).await;
    let rows: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&rows[0]["event"], &rows[0]["previous"]), (&"baseline".into(), &Value::Null));
    assert_eq!((&rows[1]["fields"][0], &rows[1]["previous"]), (&"body".into(), &1.into()));
    assert_eq!(rows[1]["seen_at"], "2026-05-01T01:00:00Z");
}

#[tokio::test]
async fn people_read_tables_that_no_portal_can_write_escapes_into() {
    let dir = told().await;
    let (_, printed) = run(dir.path(), &["reports"]).await;
    let expected = " REPORT  DATE        STATE    REV  SITE  TITLE\n \
                    2       2026-04-02  present  -    a     [31m第二 号\n \
                    1       2026-04-01  present  2    a     a\n";
    assert_eq!(printed, expected);
    let (_, printed) = run(dir.path(), &["history", "1"]).await;
    assert!(printed.contains(" 2026-05-01 01:00  2    edited    body "), "{printed}");
    let (_, printed) = run(dir.path(), &["status"]).await;
    assert!(printed.contains("unwatched  2026-05-01 01:00"), "no file of it is there: {printed}");
    let (_, printed) = run(dir.path(), &["show", "2"]).await;
    assert!(printed.ends_with("listed, not read yet\n"), "{printed}");
}

#[tokio::test]
async fn a_revision_is_shown_in_each_format_and_compared() {
    let dir = told().await;
    let (_, text) = run(dir.path(), &["show", "1", "--revision", "1"]).await;
    assert!(
        text.starts_with("a\n\nURL:        http://a.gov.cn/a.html\nFirst seen: 2026-05-01 00:00 UTC\nRevision:   1 "),
        "{text}"
    );
    assert!(text.ends_with(&format!("\n\n{}\n", "a".repeat(100))), "{text}");
    let (_, markdown) = run(dir.path(), &["show", "1", "--format", "markdown"]).await;
    assert!(markdown.ends_with(&format!("\n\n{}\n", "乙".repeat(100))), "{markdown}");
    let (_, html) = run(dir.path(), &["show", "http://a.gov.cn/a.html", "--format", "html"]).await;
    assert!(html.ends_with(&format!("<p>{}</p>\n", "乙".repeat(100))), "{html}");
    let (_, json) = run(dir.path(), &["--json", "show", "1"]).await;
    let shown: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&shown["revision"], &shown["text"]), (&2.into(), &"乙".repeat(100).into()));
    let (_, unified) = run(dir.path(), &["diff", "1", "--format", "unified"]).await;
    assert!(unified.starts_with("--- revision 1, seen 2026-05-01 00:00 UTC\n+++ revision 2,"), "{unified}");
    let (_, json) = run(dir.path(), &["--json", "diff", "1", "1"]).await;
    let compared: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&compared["previous"], &compared["revision"]), (&1.into(), &2.into()));
    assert_eq!(compared["hunks"][0]["kind"], "replaced");
    let (_, same) = run(dir.path(), &["diff", "1", "2", "2"]).await;
    assert_eq!(same, "no difference\n");
}

#[tokio::test]
async fn what_is_not_known_is_a_matter_of_usage_and_a_missing_store_is_not() {
    let dir = told().await;
    for line in [&["show", "99"][..], &["show", "1", "--revision", "9"], &["diff", "2"], &["history", "x"]] {
        let (ended, printed) = run(dir.path(), line).await;
        assert_eq!((ended.unwrap_err().exit, printed.as_str()), (Exit::Usage, ""), "{line:?}");
    }
    let (ended, _) = run(dir.path(), &["status", "nobody"]).await;
    assert_eq!(ended.unwrap_err().exit, Exit::Usage);
    let nowhere = dir.path().join("nowhere");
    let (ended, _) = run(&nowhere, &["reports"]).await;
    let stop = ended.unwrap_err();
    assert_eq!(stop.exit, Exit::Store);
    assert!(stop.message.ends_with("run `govwatch fetch` first"), "{}", stop.message);
}
