//! What pages cost that share most of their bytes, and that each is had back whatever it stands against.

use std::path::Path;

use govwatch::model::{Block, BlockKind, Capture, Document, Hash};
use govwatch::store::{Edit, Finding, Reach, Reading, ReportRecord, Scope, Store, StoreError, Told};
use rusqlite::Connection;

use super::bench::{Poll, capture, id, print, row, wanted, with_baseline};

/// So many ideographs, none of which tells the next.
pub(super) fn ideographs(n: u64, seed: u64) -> String {
    let one = |at: u64| {
        let mut bits = (seed << 32 | at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        char::from_u32(0x4e00 + u32::try_from(bits >> 40).unwrap() % 4000).unwrap()
    };
    (0..n).map(one).collect()
}

/// A page of a portal: the chrome of its time, a counter, and a text.
pub(super) fn page(chrome: u64, counter: u64, text: &str) -> String {
    format!("<html><div>{}</div><i>浏览：{counter}</i><p>{text}</p></html>", ideographs(6000, chrome))
}

pub(super) fn document(title: &str, text: &str) -> Document {
    let blocks = vec![Block::new(BlockKind::Paragraph, text)];
    Document { title: Some(title.to_owned()), blocks, ..Document::default() }
}

pub(super) fn read_from(document: Document, page: &str, told: Told) -> Finding {
    let captures = vec![capture("http://a.gov.cn/x.html", page)];
    let (kind, year) = (None, None);
    Finding::Read(Box::new(Reading { fingerprint: print(&document), document, captures, kind, year, told }))
}

fn edited() -> Told {
    Told::Edited(Edit { fields: Vec::new(), facts: Vec::new(), diff: "-a\n+b".to_owned() })
}

/// A store with a baseline of these reports, named by their numbers, without a page yet.
pub(super) async fn listed(dir: &Path, n: u64) -> Store {
    let store = Store::open(dir).unwrap();
    with_baseline(&store, &[row("first", 1)]).await;
    let rows: Vec<_> = (0..n).map(|at| row(&format!("r{at}"), 2)).collect();
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[rows, vec![row("first", 1)]].concat()).await;
    poll.end().await;
    store
}

pub(super) async fn read(store: &Store, minute: u64, at: u64, page: &str, text: &str, told: Told) {
    let poll = Poll::begin(store, i64::try_from(minute).unwrap()).await;
    let name = format!("r{at}");
    poll.record(id(store, &name).await, read_from(document(&name, text), page, told)).await;
    poll.end().await;
}

/// Bytes of the contents, in the order in which they were kept, each with whether it stands against another.
pub(super) fn kept(dir: &Path) -> Vec<(usize, bool)> {
    let conn = Connection::open(dir.join("govwatch.db")).unwrap();
    let sql = "SELECT length(data) + (SELECT coalesce(sum(length(data)), 0) FROM pieces
            WHERE id >= first_piece AND id < first_piece + n_pieces),
        base IS NOT NULL FROM contents ORDER BY rowid";
    let mut query = conn.prepare(sql).unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?))).unwrap();
    rows.map(|row| row.map(|(n, has_base)| (usize::try_from(n).unwrap(), has_base)).unwrap()).collect()
}

pub(super) async fn captures(store: &Store, at: u64, revision: u32) -> Vec<Capture> {
    store.stored_captures(id(store, &format!("r{at}")).await, revision).await.unwrap()
}

#[tokio::test]
async fn the_chrome_of_a_column_and_the_text_of_a_report_are_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 3).await;
    let before = kept(dir.path()).len();
    let texts: Vec<String> = (0..3).map(|at| ideographs(900, 50 + at)).collect();
    for (at, text) in (0..).zip(&texts) {
        read(&store, 120 + at, at, &page(1, at, text), text, Told::New).await;
    }
    let kept = kept(dir.path());
    let [(_, false), first, second, second_text, third, third_text] = kept[before..] else { panic!("{kept:?}") };
    assert!(first.1 && first.0 < 300, "the Document stands against its page: {first:?}");
    assert!(second.1 && third.1, "{second:?} {third:?}");
    let text_bytes = 900 * 3;
    assert!(second.0 < text_bytes && third.0 < text_bytes, "the chrome costs nothing: {second:?} {third:?}");
    assert!(second_text.0 < 300 && third_text.0 < 300, "{second_text:?} {third_text:?}");
    for (at, text) in (0..).zip(&texts) {
        assert!(captures(&store, at, 1).await[0].body == page(1, at, text), "page {at}");
        assert!(store.document(id(&store, &format!("r{at}")).await, 1).await.unwrap().text() == *text, "text {at}");
    }
}

#[tokio::test]
async fn a_page_that_differs_by_its_counter_costs_next_to_nothing_however_often_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 2).await;
    for at in 0..2 {
        let text = ideographs(900, 70 + at);
        read(&store, 120 + at, at, &page(1, 0, &text), &text, Told::New).await;
    }
    let text = ideographs(900, 71);
    for n in 1..12 {
        let before = kept(dir.path()).len();
        // Another reading, so that its page is kept.
        read(&store, 200 + n, 1, &page(1, n, &text), &format!("{text}{n}"), edited()).await;
        let kept = kept(dir.path());
        assert!(kept[before].0 <= 200 && kept[before].1, "{n}: {:?}", &kept[before..]);
        assert!(captures(&store, 1, u32::try_from(n).unwrap() + 1).await[0].body == page(1, n, &text), "revision {n}");
    }
}

#[tokio::test]
async fn a_portal_that_is_built_anew_gets_another_base_by_and_by() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 60).await;
    for at in 0..60 {
        let (chrome, text) = (if at < 4 { 1 } else { 2 }, ideographs(200, 100 + at));
        read(&store, 120 + at, at, &page(chrome, at, &text), &text, Told::New).await;
    }
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let n_bases: i64 = conn.query_row("SELECT count(*) FROM bases", [], |row| row.get(0)).unwrap();
    assert_eq!(n_bases, 2);
    let n_whole = kept(dir.path()).iter().filter(|(n, _)| *n > 6000).count();
    assert!(n_whole < 40, "{n_whole} of 60 pages are kept with their chrome");
    for at in 0..60 {
        let text = ideographs(200, 100 + at);
        assert!(captures(&store, at, 1).await[0].body == page(if at < 4 { 1 } else { 2 }, at, &text), "page {at}");
    }
}

/// Lists so many reports, `s0` and on, in a second listing of the site.
pub(super) async fn listed_elsewhere(store: &Store, n: u64) {
    let poll = Poll::begin(store, 90).await;
    let url = "http://a.gov.cn/tzgg/";
    let listing = store.listing(&poll.site, "tzgg", url, wanted(), poll.now).await.unwrap().listing;
    let walk = poll.walk_of(listing).await;
    let rows: Vec<_> = (0..n).map(|at| row(&format!("s{at}"), 3)).collect();
    poll.page(walk, 1, &rows).await;
    poll.end_walk(walk, Reach::LastPage, None).await;
    poll.end().await;
}

/// Another revision, whose text says when it was read.
pub(super) async fn read_again(store: &Store, minute: i64, name: &str, page: &str, text: &str) {
    let poll = Poll::begin(store, minute).await;
    let document = document(name, &format!("{text}{minute}"));
    poll.record(id(store, name).await, read_from(document, page, edited())).await;
    poll.end().await;
}

#[tokio::test]
async fn pages_of_a_listing_that_are_read_at_once_give_it_one_base() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 1).await;
    listed_elsewhere(&store, 4).await;
    read(&store, 120, 0, &page(1, 0, "一"), "一", Told::New).await;
    let poll = Poll::begin(&store, 130).await;
    let texts: Vec<String> = (0..4).map(|seed| ideographs(900, seed)).collect();
    let record = async |at: usize| {
        let (name, page) = (format!("s{at}"), page(1, 0, &texts[at]));
        poll.record(id(&store, &name).await, read_from(document(&name, &texts[at]), &page, Told::New)).await;
    };
    tokio::join!(record(0), record(1), record(2), record(3));
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM bases"), 2);
    assert_eq!(count("SELECT count(*) FROM contents WHERE n_bytes > 30000"), 1, "the page of the site and one other");
    for (at, text) in texts.iter().enumerate() {
        let report = id(&store, &format!("s{at}")).await;
        assert!(store.stored_captures(report, 1).await.unwrap()[0].body == page(1, 0, text), "page {at}");
        assert!(store.document(report, 1).await.unwrap().text() == *text, "text {at}");
    }
}

#[tokio::test]
async fn where_a_page_came_from_is_known_whether_it_was_sent_elsewhere_or_not() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 2).await;
    for (at, landed) in ["http://a.gov.cn/x.html", "https://www.a.gov.cn/moved.html"].into_iter().enumerate() {
        let poll = Poll::begin(&store, 120 + i64::try_from(at).unwrap()).await;
        let (name, text) = (format!("r{at}"), ideographs(300, 5));
        let mut finding = read_from(document(&name, &text), &page(1, 0, &text), Told::New);
        let Finding::Read(reading) = &mut finding else { panic!("a reading") };
        reading.captures[0].final_url = landed.parse().unwrap();
        let report = id(&store, &name).await;
        poll.record(report, finding).await;
        let capture = &store.stored_captures(report, 1).await.unwrap()[0];
        assert_eq!((capture.url.as_str(), capture.final_url.as_str()), ("http://a.gov.cn/x.html", landed));
        let head = &store.capture_heads(report, 1).await.unwrap()[0];
        assert_eq!((head.url.as_str(), head.final_url.as_str()), ("http://a.gov.cn/x.html", landed));
    }
}

#[tokio::test]
async fn header_lines_come_back_as_they_came_and_what_all_answers_have_stands_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 6).await;
    let line = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let answer = |n: u64| {
        let own = [format!("Thu, 26 Nov 2026 08:00:{n:02} GMT"), format!("a={n}"), format!("c={n}")];
        let [date, first, last] = own.each_ref().map(String::as_str);
        let cookies = [("set-cookie", first), ("set-cookie", "b"), ("vary", ""), ("set-cookie", last)];
        [("date", date), ("server", "nginx/1.18.0")].into_iter().chain(cookies).map(line).collect()
    };
    let odd = [vec![], vec![("x-token", "abc"), ("x-token", "0")], vec![("date", "1")]];
    let odd = odd.map(|lines| lines.into_iter().map(line).collect());
    let all: Vec<Vec<_>> = (0..3).map(answer).chain(odd).collect();
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let n_sets = || conn.query_row("SELECT count(*) FROM header_sets", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = n_sets();
    for (at, headers) in (0..).zip(&all) {
        let poll = Poll::begin(&store, 120 + i64::try_from(at).unwrap()).await;
        let (name, text) = (format!("r{at}"), ideographs(300, at));
        let mut finding = read_from(document(&name, &text), &page(1, 0, &text), Told::New);
        let Finding::Read(reading) = &mut finding else { panic!("a reading") };
        reading.captures[0].headers.clone_from(headers);
        poll.record(id(&store, &name).await, finding).await;
        poll.end().await;
    }
    for (at, headers) in (0..).zip(&all) {
        assert_eq!(captures(&store, at, 1).await[0].headers, *headers, "answer {at}");
    }
    assert_eq!(n_sets() - before, 1 + 2, "one of the portal, two of the odd ones");
    let r0 = id(&store, "r0").await;
    for (spoil, n_lost) in [("captures SET headers = '[\"0\"]'", 4), ("header_sets SET lines = 'none' || id", 7)] {
        conn.execute(&format!("UPDATE {spoil}"), []).unwrap();
        let said = store.stored_captures(r0, 1).await.unwrap_err();
        assert!(matches!(said, StoreError::Lost { .. }), "no line is made up, and none passed over: {said}");
        assert_eq!(store.capture_heads(r0, 1).await.unwrap(), []);
        assert_eq!(store.revision(r0, 1).await.unwrap().last_modified, None);
        let losses = store.losses().await.unwrap();
        assert_eq!((losses.n_lost, losses.n_heads_lost), (0, n_lost));
        assert!(losses.reports.contains(&r0), "{losses:?}");
    }
}

#[tokio::test]
async fn a_page_that_nothing_stands_against_is_kept_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 2).await;
    let conn = Connection::open(dir.path().join("govwatch.db")).unwrap();
    let copies = || {
        let sql = "SELECT data IS NOT NULL FROM bases ORDER BY id";
        let mut query = conn.prepare(sql).unwrap();
        let copies = query.query_map([], |row| row.get::<_, bool>(0)).unwrap();
        copies.map(Result::unwrap).collect::<Vec<_>>()
    };
    for (at, expected) in [(0, false), (1, true)] {
        let text = ideographs(900, 70 + at);
        read(&store, 120 + at, at, &page(1, 0, &text), &text, Told::New).await;
        assert_eq!(copies(), [expected], "after page {at}");
    }
}

#[tokio::test]
async fn the_document_of_a_page_in_another_charset_stands_against_it_too() {
    let dir = tempfile::tempdir().unwrap();
    let store = listed(dir.path(), 2).await;
    let before = kept(dir.path()).len();
    let text = ideographs(600, 9);
    let gbk = encoding_rs::GBK.encode(&page(1, 0, &text)).0.into_owned();
    for at in 0..2 {
        let poll = Poll::begin(&store, 120 + at).await;
        let name = format!("r{at}");
        let captures = vec![Capture { body: gbk.clone().into(), ..capture("http://a.gov.cn/x.html", "") }];
        let document = document(&name, &text);
        let (kind, year, told) = (None, None, Told::New);
        let reading = Reading { fingerprint: print(&document), document, captures, kind, year, told };
        poll.record(id(&store, &name).await, Finding::Read(Box::new(reading))).await;
        poll.end().await;
    }
    assert!(store.document(id(&store, "r1").await, 1).await.unwrap().text() == text);
    assert!(captures(&store, 1, 1).await[0].body == gbk);
    let kept = kept(dir.path());
    let [(_, false), first, second] = kept[before..] else { panic!("one page, two Documents: {kept:?}") };
    assert!([first, second].iter().all(|(n, has_base)| *has_base && *n < 300), "{first:?} {second:?}");
}

#[tokio::test]
async fn an_answer_is_known_until_something_is_withheld_or_other_rules_have_read() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let report = id(&store, "a").await;
    let answer = Some(Hash::of(b"as it came"));
    let record = async |minute, finding, answer| {
        let poll = Poll::begin(&store, minute).await;
        let (files, contents, now) = (Vec::new(), Vec::new(), poll.now);
        let next_recheck_at = Some(now);
        let record = ReportRecord {
            poll: poll.id,
            report,
            newest: Some(1),
            now,
            finding,
            next_recheck_at,
            validators: None,
            answer,
            files,
            contents,
        };
        store.record_report(record).await.unwrap();
        poll.end().await;
    };
    let known = async |minute| {
        let poll = Poll::begin(&store, minute).await;
        let known = poll.to_read(Scope::Full).await[0].answer;
        poll.end().await;
        known
    };
    record(60, Finding::Unchanged, answer).await;
    assert_eq!(known(70).await, answer);
    record(80, Finding::NotModified, None).await;
    assert_eq!(known(90).await, answer, "a 304 says the same of the same answer");
    record(100, Finding::Suspect { suspicion: None, form: None, miss: None, capture: None }, None).await;
    assert_eq!(known(110).await, None);
    record(120, Finding::Unchanged, answer).await;
    let read = store.document(report, 1).await.unwrap();
    store.rebaseline(report, 1, print(&read), read).await.unwrap();
    assert_eq!(known(130).await, None, "another capture may have been read by the rules of before");
}
