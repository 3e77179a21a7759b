//! Opening: a store that is not right is refused and left as it is.

use std::fs;
use std::path::Path;

use govwatch::change::signature::Signature;
use govwatch::model::Hash;
use govwatch::store::{Filter, Store, StoreError};
use rusqlite::Connection;

use super::bench::{Poll, at, id, row, with_baseline};

fn hash(path: &Path) -> Hash {
    Hash::of(&fs::read(path).unwrap())
}

/// A folder with a store in it, closed.
async fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    dir
}

/// What opening says, and that it leaves the file as it is.
fn refused(dir: &Path) -> StoreError {
    let file = dir.join("govwatch.db");
    let before = hash(&file);
    let said = Store::open(dir).unwrap_err();
    assert_eq!(Store::open_existing(dir).unwrap_err(), said);
    assert_eq!(hash(&file), before, "the file is left as it is");
    said
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused_and_left_as_it_is() {
    let dir = filled().await;
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    let said = refused(dir.path());
    assert!(matches!(said, StoreError::Newer { found: 99, known: 1..=98, .. }), "{said}");
    assert!(said.to_string().contains("update govwatch"), "{said}");
}

#[tokio::test]
async fn a_damaged_store_is_refused_and_left_as_it_is() {
    let garbage: fn(&mut Vec<u8>) = |bytes| bytes.fill(0x5a);
    let zeros: fn(&mut Vec<u8>) = |bytes| bytes.fill(0);
    let empty: fn(&mut Vec<u8>) = Vec::clear;
    let cut: fn(&mut Vec<u8>) = |bytes| bytes.truncate(bytes.len() / 2);
    let scribbled: fn(&mut Vec<u8>) = |bytes| bytes[4096..].fill(0xff);
    for (what, harm) in
        [("garbage", garbage), ("zeros", zeros), ("empty", empty), ("cut", cut), ("scribbled", scribbled)]
    {
        let dir = filled().await;
        let file = dir.path().join("govwatch.db");
        let mut bytes = fs::read(&file).unwrap();
        harm(&mut bytes);
        fs::write(&file, bytes).unwrap();
        let said = refused(dir.path());
        assert!(matches!(said, StoreError::Damaged { .. }), "{what}: {said}");
    }
}

#[tokio::test]
async fn another_programs_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    conn.execute_batch("CREATE TABLE theirs (x)").unwrap();
    conn.close().unwrap();
    assert!(matches!(refused(dir.path()), StoreError::Damaged { .. }));
}

#[test]
fn a_reading_command_before_the_first_fetch_is_told_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let said = Store::open_existing(&dir.path().join("state")).unwrap_err();
    assert!(said.to_string().starts_with("no store yet in "), "{said}");
    assert!(said.to_string().ends_with("run `govwatch fetch` first"), "{said}");
    assert!(!dir.path().join("state").exists(), "a reading command makes nothing");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "x").unwrap();
    let said = Store::open(&dir.path().join("file/state")).unwrap_err();
    assert!(matches!(said, StoreError::Unusable { .. }), "{said}");
    assert!(said.to_string().contains("file/state"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("deep/state");
    let store = Store::open(&state).unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    for file in fs::read_dir(&state).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_scratch_copy_is_written_to_and_thrown_away() {
    let dir = filled().await;
    let store = Store::open(dir.path()).unwrap();
    let copy = store.scratch_copy().await.unwrap();
    let poll = Poll::begin(&copy, 60).await;
    poll.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    assert_eq!(poll.read_all().await.len(), 1);
    assert_eq!(copy.check().await.unwrap(), Vec::<String>::new());
    assert!(copy.scratch_copy().await.unwrap().find_report("http://a.gov.cn/c.html").await.is_ok());
    let missing = store.find_report("http://a.gov.cn/c.html").await.unwrap_err();
    assert!(matches!(missing, StoreError::UnknownReport { .. }));
    assert_eq!(id(&store, "a").await, id(&copy, "a").await);
}

#[tokio::test]
async fn a_refused_store_keeps_the_log_of_a_killed_process() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    // What kill -9 leaves behind: the file and a log that was never brought into it.
    let killed = tempfile::tempdir().unwrap();
    for name in ["govwatch.db", "govwatch.db-wal"] {
        fs::copy(dir.path().join(name), killed.path().join(name)).unwrap();
    }
    let intact = tempfile::tempdir().unwrap();
    for name in ["govwatch.db", "govwatch.db-wal"] {
        fs::copy(killed.path().join(name), intact.path().join(name)).unwrap();
    }
    let reopened = Store::open(intact.path()).unwrap();
    assert_eq!(id(&reopened, "a").await, id(&store, "a").await, "the log counts");
    let conn = Connection::open(killed.path().join("govwatch.db")).unwrap();
    conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.close().unwrap();
    let log = hash(&killed.path().join("govwatch.db-wal"));
    assert!(matches!(refused(killed.path()), StoreError::Newer { found: 99, .. }));
    assert_eq!(hash(&killed.path().join("govwatch.db-wal")), log);
}

/// A store as an earlier release left it, on disk.
pub(super) fn former(name: &str) -> tempfile::TempDir {
    let packed = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store").join(name)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("govwatch.db"), zstd::decode_all(&packed[..]).unwrap()).unwrap();
    dir
}

#[tokio::test]
async fn a_store_of_schema_1_is_brought_up_to_date_with_all_that_it_holds() {
    let dir = former("schema-1.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let reports = store.reports(Filter { limit: 10, ..Filter::default() }).await.unwrap();
    assert_eq!(reports.iter().map(|report| report.revision).collect::<Vec<_>>(), [Some(2), Some(1), Some(1)]);
    let edited = store.document(reports[0].report, 1).await.unwrap();
    assert!(edited.text().contains("办结14件"), "{}", edited.text());
    assert_eq!(store.stored_captures(reports[0].report, 2).await.unwrap().len(), 1);
    let with_file = store.document(reports[1].report, 1).await.unwrap();
    assert_eq!(with_file.attachments[0].title, "统计表.txt");
    assert_eq!(store.known_files(reports[1].report).await.unwrap(), []);
    drop(store);
    assert!(Store::open_existing(dir.path()).is_ok(), "and opens again");
}

#[tokio::test]
async fn a_store_that_an_older_daemon_works_on_is_left_as_it_is() {
    let dir = former("schema-2.db.zst");
    let path = dir.path().join("daemon.lock");
    fs::write(&path, "process 1 since 2026-11-27T08:00:00Z, at 127.0.0.1:8600\n").unwrap();
    let lock = fs::File::open(&path).unwrap();
    lock.try_lock().unwrap();
    let said = refused(dir.path()).to_string();
    assert!(said.contains("process 1 since") && said.contains("start it anew"), "{said}");
    drop(lock);
    assert!(Store::open_existing(dir.path()).is_ok(), "and once it is stopped");
    let lock = fs::File::open(&path).unwrap();
    lock.try_lock().unwrap();
    assert!(Store::open_existing(dir.path()).is_ok(), "beside one of this version all commands work");
}

#[tokio::test]
async fn a_store_of_schema_2_knows_which_walks_were_made_to_stop() {
    let dir = former("schema-2.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let reports = store.reports(Filter { limit: 10, ..Filter::default() }).await.unwrap();
    assert_eq!(reports.iter().map(|report| report.revision).collect::<Vec<_>>(), [Some(1); 5]);
    let status = &store.statuses(&[]).await.unwrap()[0];
    let standing: Vec<_> = status
        .listings
        .iter()
        .map(|it| (it.listing.as_str(), it.is_whole, it.entries, it.pages, it.reach.as_deref().unwrap()))
        .collect();
    assert_eq!(standing, [("通知公告", false, 3, 1, "page_limit"), ("政策文件", false, 2, 1, "cut")]);
    assert_eq!(status.complete_since, None);
    let bound = store
        .listing(
            &status.site,
            "通知公告",
            "http://www.story.example/tzgg/",
            super::bench::wanted(),
            jiff::Timestamp::UNIX_EPOCH,
        )
        .await
        .unwrap()
        .bound;
    assert_eq!(bound.map(|bound| (bound.n_pages, bound.since)), Some((1, None)));
}

#[tokio::test]
async fn works_of_a_former_store_are_signed_later_and_nobody_is_told() {
    let dir = former("schema-1.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    let owed = store.owed("stdout", None, 100).await.unwrap();
    let unsigned = store.unsigned_works(2).await.unwrap();
    assert_eq!(unsigned.len(), 2, "a batch at a time");
    while let Some((work, document)) = store.unsigned_works(1).await.unwrap().pop() {
        store.sign_works(vec![(work, Signature::of(&document.unwrap()))]).await.unwrap();
    }
    assert_eq!(store.owed("stdout", None, 100).await.unwrap(), owed);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// Spoils the Document of the first report of a store.
pub(super) fn spoil_a_document(dir: &Path) {
    let conn = Connection::open(dir.join("govwatch.db")).unwrap();
    let sql = "UPDATE contents SET data = x'00' WHERE id = (SELECT v.document FROM reports r
        JOIN revisions v ON v.report = r.id AND v.revision = r.revision ORDER BY r.id LIMIT 1)";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
}

#[tokio::test]
async fn a_damaged_document_of_a_former_store_leaves_its_work_without_a_signature_alone() {
    let dir = former("schema-1.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    spoil_a_document(dir.path());
    let unsigned = store.unsigned_works(100).await.unwrap();
    let n_damaged = unsigned.iter().filter(|(_, document)| document.is_none()).count();
    assert!(n_damaged > 0 && n_damaged < unsigned.len(), "{n_damaged} of {}", unsigned.len());
    let sign = |(work, document): (_, Option<_>)| (work, document.as_ref().and_then(Signature::of));
    store.sign_works(unsigned.into_iter().map(sign).collect()).await.unwrap();
    assert_eq!(store.unsigned_works(1).await.unwrap(), [], "it is not tried again");
}

#[tokio::test]
async fn signatures_of_other_rules_are_made_anew() {
    let dir = former("schema-1.db.zst");
    let sign_all = async |store: &Store| {
        let unsigned = store.unsigned_works(100).await.unwrap();
        let sign = |(work, document): (_, Option<_>)| (work, document.as_ref().and_then(Signature::of));
        let works: Vec<_> = unsigned.into_iter().map(sign).collect();
        let n = works.len();
        store.sign_works(works).await.unwrap();
        n
    };
    let store = Store::open_existing(dir.path()).unwrap();
    let n = sign_all(&store).await;
    drop(store);
    assert_eq!(sign_all(&Store::open_existing(dir.path()).unwrap()).await, 0, "those of the same rules stay");
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let sql = "INSERT OR REPLACE INTO signatures (work, signature) SELECT min(id), x'ff00' FROM works";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    drop(conn);
    let store = Store::open_existing(dir.path()).unwrap();
    assert_eq!(sign_all(&store).await, n);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_that_is_moved_or_replaced_while_it_is_open_is_not_written_to_in_silence() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let beat = || govwatch::store::Beat { owner: "me".into(), started_at: at(0), beat_at: at(1) };
    store.beat(beat()).await.unwrap();
    let (here, away) = (dir.path().join("govwatch.db"), dir.path().join("away.db"));
    std::fs::rename(&here, &away).unwrap();
    let said = store.beat(beat()).await.unwrap_err().to_string();
    assert!(said.contains("moved, removed or replaced"), "{said}");
    std::fs::copy(&away, &here).unwrap();
    assert!(store.ensure_in_place().is_err(), "a copy is another file");
    std::fs::rename(&away, &here).unwrap();
    store.beat(beat()).await.unwrap();
}
