//! Words that wait to be written with others: whoever asks finds them, and no end of a process loses them.

use govwatch::model::{Document, ReportId};
use govwatch::store::{Store, Told};
use rusqlite::Connection;

use super::bench::{Poll, id, print, reading, row, with_baseline};
use super::search::{asked, names, report};

/// What a report of this name says.
fn said(name: &str) -> Document {
    report("公告", &[&format!("本公告说的是{name}。")])
}

/// Keeps a report for each of these names.
async fn filled(store: &Store, names: &[&str]) {
    with_baseline(store, &[]).await;
    let poll = Poll::begin(store, 10).await;
    let rows: Vec<_> = names.iter().map(|name| row(name, 1)).collect();
    poll.walk_all(&rows).await;
    for name in names {
        poll.record(id(store, name).await, reading(said(name), Told::New)).await;
    }
}

async fn found(store: &Store, line: &str) -> (Vec<String>, u64) {
    let page = store.search(asked(line)).await.unwrap();
    let mut names = names(&page);
    names.sort_unstable();
    (names, page.n_unindexed)
}

fn n_rows(conn: &Connection, table: &str) -> i64 {
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

fn beside(dir: &tempfile::TempDir) -> Connection {
    Connection::open(dir.path().join("govwatch.db")).unwrap()
}

#[tokio::test]
async fn a_revision_is_found_or_marked_at_any_moment_and_found_by_whoever_asks_its_own_store() {
    let dir = tempfile::tempdir().unwrap();
    let (store, other) = (Store::open(dir.path()).unwrap(), Store::open_existing(dir.path()).unwrap());
    filled(&store, &["first"]).await;
    // Of another process, which cannot have them written: found where the writer did so meanwhile, or said to be missing.
    let (names, n_missing) = found(&other, "公告").await;
    assert_eq!(names.len() as u64 + n_missing, 1);
    assert_eq!(found(&store, "公告").await, (vec!["first 1".to_owned()], 0));
    assert_eq!(found(&other, "公告").await, (vec!["first 1".to_owned()], 0));
}

#[tokio::test]
async fn what_another_process_indexed_meanwhile_stands_once() {
    let dir = tempfile::tempdir().unwrap();
    let (store, other) = (Store::open(dir.path()).unwrap(), Store::open_existing(dir.path()).unwrap());
    filled(&store, &["first", "second"]).await;
    while other.index_more(1).await.unwrap() {}
    assert_eq!(found(&store, "公告").await, (vec!["first 1".to_owned(), "second 1".to_owned()], 0));
    assert_eq!((n_rows(&beside(&dir), "words"), n_rows(&beside(&dir), "unindexed")), (2, 0));
}

#[tokio::test]
async fn what_another_process_read_otherwise_meanwhile_is_found_by_the_words_of_that_reading() {
    let dir = tempfile::tempdir().unwrap();
    let (store, other) = (Store::open(dir.path()).unwrap(), Store::open_existing(dir.path()).unwrap());
    filled(&store, &["first"]).await;
    let first: ReportId = id(&store, "first").await;
    let otherwise = report("公告", &["按新规则读出的正文。"]);
    other.rebaseline(first, 1, print(&otherwise), otherwise).await.unwrap();
    // In this order: the words of the reading of before must not take the mark of the one behind it.
    assert_eq!(found(&store, "本公告").await.0, Vec::<String>::new());
    assert_eq!(found(&other, "新规则").await, (vec!["first 1".to_owned()], 0));
    assert_eq!(found(&store, "本公告").await, (Vec::new(), 0));
}

#[tokio::test]
async fn what_a_process_left_waiting_at_its_end_is_indexed_by_the_next_one() {
    let store = Store::in_memory().unwrap();
    filled(&store, &["first", "second"]).await;
    // Of what is committed: what waits in the writer's memory is not with it.
    let later = store.scratch_copy().await.unwrap();
    while later.index_more(1).await.unwrap() {}
    let both = (vec!["first 1".to_owned(), "second 1".to_owned()], 0);
    assert_eq!(found(&later, "公告").await, both);
    assert_eq!(found(&store, "公告").await, both);
    assert_eq!(later.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_that_is_closed_in_good_order_leaves_nothing_to_be_indexed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    filled(&store, &["first", "second"]).await;
    drop(store);
    let conn = beside(&dir);
    assert_eq!(["indexed", "unindexed", "words"].map(|table| n_rows(&conn, table)), [2, 0, 2]);
    let set = |name: &str| -> i64 {
        conn.query_row("SELECT v FROM words_config WHERE k = ?", [name], |row| row.get(0)).unwrap()
    };
    assert_eq!((set("hashsize"), set("automerge")), (16 << 20, 8), "of many revisions one part of the index is made");
}

#[tokio::test]
async fn words_of_a_revision_that_is_deleted_while_they_wait_are_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    filled(&store, &["first", "second"]).await;
    let first = id(&store, "first").await;
    let conn = beside(&dir);
    conn.execute_batch(&format!(
        "PRAGMA trusted_schema = OFF; UPDATE reports SET revision = NULL WHERE id = {first};
         DELETE FROM revisions WHERE report = {first}"
    ))
    .unwrap();
    assert_eq!(found(&store, "公告").await, (vec!["second 1".to_owned()], 0));
    assert_eq!(["indexed", "unindexed", "words"].map(|table| n_rows(&conn, table)), [1, 0, 1]);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
