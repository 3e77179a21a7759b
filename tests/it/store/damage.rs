//! Pages that others stand against: what two listings share is kept once, and damage of one takes no other with it.

use std::path::Path;

use govwatch::store::{Store, StoreError, Told};
use rusqlite::Connection;

use super::bench::{Poll, id};
use super::contents::{
    captures, document, ideographs, kept, listed, listed_elsewhere, page, read, read_again, read_from,
};

/// Two listings of one site with two reports each, their pages and texts; the second listing has chrome of its own too.
struct TwoListings {
    store: Store,
    names: [&'static str; 4],
    texts: [String; 4],
    pages: [String; 4],
}

impl TwoListings {
    async fn read(dir: &Path) -> Self {
        let store = listed(dir, 2).await;
        listed_elsewhere(&store, 2).await;
        let (names, texts) = (["r0", "r1", "s0", "s1"], [1, 2, 3, 4].map(|seed| ideographs(900, seed)));
        let own = ideographs(600, 77);
        let text = |at: usize| if at < 2 { texts[at].clone() } else { format!("{own}</p><p>{}", texts[at]) };
        let pages = std::array::from_fn(|at| page(1, 0, &text(at)));
        let two = Self { store, names, texts, pages };
        for (minute, (name, (text, page))) in (120..).zip(names.iter().zip(two.texts.iter().zip(&two.pages))) {
            let poll = Poll::begin(&two.store, minute).await;
            poll.record(id(&two.store, name).await, read_from(document(name, text), page, Told::New)).await;
            poll.end().await;
        }
        two
    }

    /// Whether all that was read is there in this store.
    async fn ensure_whole(&self, store: &Store, after: &str) {
        for ((name, text), page) in self.names.iter().zip(&self.texts).zip(&self.pages) {
            let report = id(store, name).await;
            assert!(store.stored_captures(report, 1).await.unwrap()[0].body == *page, "{name} after {after}");
            assert!(store.document(report, 1).await.unwrap().text() == *text, "{name} after {after}");
        }
    }
}

#[tokio::test]
async fn the_chrome_that_the_listings_of_a_site_share_is_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let two = TwoListings::read(dir.path()).await;
    two.ensure_whole(&two.store, "reading").await;
    let kept = kept(dir.path());
    let before = kept.len() - 9;
    let [(whole, false), _, second, _, joined, elsewhere, _, last, _] = kept[before..] else { panic!("{kept:?}") };
    assert!([second, joined, elsewhere, last].iter().all(|(_, has_base)| *has_base), "{kept:?}");
    assert!(joined.0 < whole / 2, "the chrome of the site stands once: {joined:?} of {whole}");
    assert!(elsewhere.0 < 100, "and so does the first page of the second listing: {elsewhere:?}");
    assert!(last.0 + 1000 < joined.0, "its own chrome too: {last:?} after {joined:?}");
}

#[tokio::test]
async fn a_damaged_base_takes_nothing_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 2).await;
    for at in 0..2 {
        let text = ideographs(900, 70 + at);
        read(&store, 120 + at, at, &page(1, 0, &text), &text, Told::New).await;
    }
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let sql = "UPDATE contents SET data = x'00' WHERE id = (SELECT content FROM bases)";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    let losses = store.losses().await.unwrap();
    assert_eq!((losses.n_lost, losses.n_by_second_copy), (0, 4), "two pages and their texts");
    for at in 0..2 {
        let text = ideographs(900, 70 + at);
        assert!(captures(&store, at, 1).await[0].body == page(1, 0, &text), "page {at}");
        assert!(store.document(id(&store, &format!("r{at}")).await, 1).await.unwrap().text() == text, "text {at}");
    }
    conn.execute("UPDATE bases SET data = x'00'", []).unwrap();
    let said = store.stored_captures(id(&store, "r1").await, 1).await.unwrap_err();
    assert!(matches!(said, StoreError::Lost { .. }), "{said}");
}

#[tokio::test]
async fn no_damaged_base_takes_another_page_with_it_whatever_is_damaged_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let two = TwoListings::read(dir.path()).await;
    // An edit stands deepest: on its page, that on the joined base, that on the page of the site.
    for minute in 140..143 {
        let page = two.pages[3].replace("<i>", &format!("<i>{minute}"));
        read_again(&two.store, minute, "s1", &page, &two.texts[3]).await;
    }
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    for base in [0, 1] {
        let of_base = |key: &str| format!("{key} = (SELECT content FROM bases ORDER BY id LIMIT 1 OFFSET {base})");
        let (id_is, content_is) = (of_base("id"), of_base("content"));
        for spoil in [
            format!("UPDATE contents SET data = x'00' WHERE {id_is}"),
            format!("UPDATE contents SET n_bytes = -1 WHERE {id_is}"),
            format!("UPDATE contents SET hash = zeroblob(32) WHERE {id_is}"),
            format!("UPDATE contents SET hash = x'00' WHERE {id_is}"),
            format!("UPDATE contents SET base = id WHERE {id_is}"),
            format!("UPDATE contents SET first_piece = 1, n_pieces = -1 WHERE {id_is}"),
            format!("DELETE FROM pieces WHERE id = (SELECT first_piece FROM contents WHERE {id_is})"),
            format!("UPDATE bases SET data = x'00' WHERE {content_is}"),
            format!("UPDATE bases SET n_bytes = -1 WHERE {content_is}"),
            format!("UPDATE bases SET hash = x'00' WHERE {content_is}"),
        ] {
            let spoiled = tempfile::tempdir().unwrap();
            let copy = spoiled.path().join("govwatch.db");
            conn.execute("VACUUM INTO ?", [copy.to_str().unwrap()]).unwrap();
            assert_eq!(Connection::open(copy).unwrap().execute(&spoil, []).unwrap(), 1, "{spoil}");
            let store = Store::open(spoiled.path()).unwrap();
            two.ensure_whole(&store, &spoil).await;
            let deepest = id(&store, "s1").await;
            assert!(store.document(deepest, 4).await.unwrap().text().starts_with(&two.texts[3]), "after {spoil}");
            assert!(!store.stored_captures(deepest, 4).await.unwrap()[0].body.is_empty(), "after {spoil}");
        }
    }
}

#[tokio::test]
async fn a_base_that_is_lost_before_it_is_kept_twice_takes_no_other_page_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 3).await;
    let text = |at: u64| ideographs(900, 70 + at);
    read(&store, 120, 0, &page(1, 0, &text(0)), &text(0), Told::New).await;
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    conn.execute("UPDATE contents SET data = x'00' WHERE id = (SELECT content FROM bases)", []).unwrap();
    for at in 1..3 {
        read(&store, 120 + at, at, &page(1, 0, &text(at)), &text(at), Told::New).await;
    }
    for at in 1..3 {
        assert!(captures(&store, at, 1).await[0].body == page(1, 0, &text(at)), "page {at}");
        assert!(store.document(id(&store, &format!("r{at}")).await, 1).await.unwrap().text() == text(at), "text {at}");
    }
    let sql = "SELECT count(*), count(data) FROM bases";
    let bases: (i64, i64) = conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(bases, (1, 1), "another page is the base, and is kept twice");
}

#[tokio::test]
async fn what_is_damaged_is_counted_and_the_reports_are_named_in_a_store_and_in_its_copy() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 3).await;
    for at in 0..3 {
        let text = ideographs(900, 70 + at);
        read(&store, 120 + at, at, &page(1, at, &text), &text, Told::New).await;
    }
    let sound = store.losses().await.unwrap();
    assert_eq!((sound.n_lost, sound.reports), (0, Vec::new()));
    assert_eq!(sound.n_read, u64::try_from(kept(dir.path()).len()).unwrap());

    let (r1, r2) = (id(&store, "r1").await, id(&store, "r2").await);
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let sql = "UPDATE contents SET data = x'00' WHERE id IN (SELECT document FROM revisions WHERE report = ?)";
    assert_eq!(conn.execute(sql, [r1]).unwrap(), 1);
    let sql = "DELETE FROM pieces WHERE id = (SELECT first_piece FROM contents
        WHERE id IN (SELECT body FROM captures WHERE report = ?))";
    assert_eq!(conn.execute(sql, [r2]).unwrap(), 1);
    drop(conn);
    let losses = store.losses().await.unwrap();
    // The text of the second stands behind its page.
    assert_eq!((losses.n_read, losses.n_lost, &losses.reports[..]), (sound.n_read, 3, &[r1, r2][..]));

    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let sql = "UPDATE contents SET n_bytes = -1 WHERE id IN (SELECT document FROM revisions WHERE report = ?)";
    assert_eq!(conn.execute(sql, [r1]).unwrap(), 1);
    assert_eq!(store.losses().await.unwrap(), losses, "a number that is none is no fault of the database");

    let copy = dir.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    assert_eq!(Store::inspect(&copy).await.unwrap().losses, Some(losses));
}
