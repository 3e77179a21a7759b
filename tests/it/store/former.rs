//! Stores of a former release: each page and document is had back, and of a damaged one all that is left.

use std::collections::BTreeMap;
use std::path::Path;

use govwatch::model::{Capture, Hash};
use govwatch::store::{Filter, Store};
use rusqlite::Connection;

use super::opening::former;

/// What a capture says, its body by its hash.
type Said = (String, String, u16, String, Hash, i64, i64, u32);

fn said(capture: &Capture) -> Said {
    let headers = serde_json::to_string(&capture.headers).unwrap();
    let (at, wire_bytes) = (capture.fetched_at.as_millisecond(), i64::try_from(capture.wire_bytes).unwrap());
    let (url, final_url) = (capture.url.to_string(), capture.final_url.to_string());
    (url, final_url, capture.status, headers, Hash::of(&capture.body), at, wire_bytes, capture.n_requests)
}

/// How many contents a store of a schema up to 24 has, and what it says of the captures of each revision, in their order.
fn kept_by_former(dir: &Path) -> (u64, BTreeMap<(i64, u32), Vec<Said>>) {
    let conn = Connection::open(dir.join("govwatch.db")).unwrap();
    let sql =
        "SELECT p.report, p.revision, c.url, coalesce(nullif(c.final_url, ''), c.url), c.status, c.headers, c.body,
            c.fetched_at, c.wire_bytes, c.n_requests
        FROM (SELECT report, revision, capture, -1 AS position FROM revisions UNION ALL
            SELECT report, revision, capture, position FROM parts) p
        JOIN captures c ON c.id = p.capture ORDER BY p.report, p.revision, p.position";
    let mut query = conn.prepare(sql).unwrap();
    let mut rows = query.query([]).unwrap();
    let mut kept: BTreeMap<_, Vec<Said>> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let body: [u8; 32] = row.get(6).unwrap();
        let text = |at| row.get::<_, String>(at).unwrap();
        let n = |at| row.get::<_, i64>(at).unwrap();
        let (status, n_requests) = (row.get(4).unwrap(), row.get(9).unwrap());
        let said = (text(2), text(3), status, text(5), Hash::from_bytes(body), n(7), n(8), n_requests);
        kept.entry((n(0), row.get(1).unwrap())).or_default().push(said);
    }
    let n_contents: i64 = conn.query_row("SELECT count(*) FROM contents", [], |row| row.get(0)).unwrap();
    (u64::try_from(n_contents).unwrap(), kept)
}

#[tokio::test]
async fn every_page_and_document_of_a_former_store_is_had_back() {
    for name in ["schema-20.db.zst", "schema-24.db.zst"] {
        let dir = former(name);
        let (n_contents, before) = kept_by_former(dir.path());
        let store = Store::open_existing(dir.path()).unwrap();
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        let losses = store.losses().await.unwrap();
        assert_eq!((losses.n_read, losses.n_lost), (n_contents, 0), "{name}");
        let reports = store.reports(Filter { limit: 100, ..Filter::default() }).await.unwrap();
        assert_eq!(reports.len(), 54);
        for report in reports {
            for revision in 1..=report.revision.unwrap() {
                assert!(!store.document(report.report, revision).await.unwrap().text().is_empty(), "{}", report.url);
                let captures = store.stored_captures(report.report, revision).await.unwrap();
                let before = before.get(&(report.report.0, revision)).cloned().unwrap_or_default();
                assert_eq!(captures.iter().map(said).collect::<Vec<_>>(), before, "{name}: {}", report.url);
            }
        }
    }
}

#[tokio::test]
async fn a_damaged_store_of_before_is_brought_up_to_date_with_all_that_is_left() {
    let sound = former("schema-24.db.zst");
    let sound = Store::open_existing(sound.path()).unwrap();
    let reports = sound.reports(Filter { limit: 100, ..Filter::default() }).await.unwrap();
    let dir = former("schema-24.db.zst");
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let (no_text, no_page) = (reports[0].report, reports[1].report);
    // Rows that a fault of the disk took, which no writer can.
    conn.execute_batch(&format!(
        "PRAGMA foreign_keys = OFF;
         DELETE FROM contents WHERE hash = (SELECT document FROM revisions WHERE report = {no_text} AND revision = 1);
         DELETE FROM contents WHERE hash = (SELECT c.body FROM revisions v JOIN captures c ON c.id = v.capture
            WHERE v.report = {no_page} AND v.revision = 1)"
    ))
    .unwrap();
    drop(conn);
    let store = Store::open_existing(dir.path()).unwrap();
    let lost = async |store: &Store| {
        let mut lost = Vec::new();
        for report in &reports {
            let is_lost = store.document(report.report, 1).await.is_err();
            let has_page = store.stored_captures(report.report, 1).await.is_ok();
            lost.extend((is_lost || !has_page).then_some((report.report, is_lost, has_page)));
        }
        lost
    };
    let before = lost(&store).await;
    assert!(before.contains(&(no_text, true, true)), "{before:?}");
    assert!(before.contains(&(no_page, true, false)), "its text stood behind the page: {before:?}");
    assert!(before.len() < 10, "what stood against the page is lost with it, and nothing else: {before:?}");
    let page = sound.stored_captures(no_page, 1).await.unwrap()[0].body.clone();
    assert_eq!(store.keep_lost(vec![page, "not known".into()]).await.unwrap(), 1);
    assert_eq!(lost(&store).await, [(no_text, true, true)], "all that stood against the page is whole with it");
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}
