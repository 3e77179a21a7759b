//! Works: first publishers, copies that lag behind, old words, joins that are undone, and what resembles what.

use govwatch::model::{Block, BlockKind, Document, EventKind, ReportId, Words};
use govwatch::store::{Store, Told};

use super::bench::{Poll, day, edited, id, reading, row, with_baseline};

const TEXT: &str = include_str!("../../../src/demo/reports/001.txt");

fn report(title: &str, date: &str, text: &str) -> Document {
    let blocks = text.lines().map(|line| Block::new(BlockKind::Paragraph, line)).collect();
    Document { title: Some(title.to_owned()), published: Some(day(date)), blocks, ..Document::default() }
}

/// Three reports of one content: `b` published it first, `c` and `a` have it from there.
async fn with_copies(store: &Store) -> [ReportId; 3] {
    with_baseline(store, &[row("c", 3), row("b", 2), row("a", 1)]).await;
    let poll = Poll::begin(store, 60).await;
    for (name, date) in [("a", "2026-04-05"), ("b", "2026-04-01"), ("c", "2026-04-03")] {
        poll.record(id(store, name).await, edited(report(name, date, TEXT), "-a\n+b")).await;
    }
    poll.end().await;
    [id(store, "a").await, id(store, "b").await, id(store, "c").await]
}

async fn work_of(store: &Store, report: ReportId) -> govwatch::model::Work {
    let report = store.find_report(&report.to_string()).await.unwrap();
    store.work(report.work.unwrap()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_work_knows_its_first_publisher_its_copies_and_who_shows_old_words() {
    let store = Store::in_memory().unwrap();
    let [a, b, c] = with_copies(&store).await;
    let work = work_of(&store, a).await;
    let days: Vec<(ReportId, i64)> = work.members.iter().map(|it| (it.report, it.lag_ms / 86_400_000)).collect();
    assert_eq!((work.first_publisher, days), (Some(b), vec![(b, 0), (c, 2), (a, 4)]));
    let poll = Poll::begin(&store, 120).await;
    poll.record(b, edited(report("b", "2026-04-01", &TEXT.replace('5', "6")), "-5\n+6")).await;
    poll.end().await;
    let mut told: Vec<(ReportId, Words, Option<u32>)> =
        work_of(&store, a).await.members.iter().map(|it| (it.report, it.words, it.revision)).collect();
    told.sort_by_key(|it| it.0);
    let expected = [(a, Words::Same, None), (b, Words::Newer, Some(2)), (c, Words::Same, None)];
    let mut expected = expected.to_vec();
    expected.sort_by_key(|it| it.0);
    assert_eq!(told, expected);
    let now = work_of(&store, b).await;
    assert_eq!((now.n_reports, now.first_publisher), (1, Some(b)));
    let old: Vec<_> = now.members.iter().filter(|it| it.words == Words::Old).collect();
    assert_eq!(old.len(), 2);
    assert!(old.iter().all(|it| (it.edited_report, it.revision) == (Some(b), Some(2))), "{old:?}");
    // Those that follow the edit show no old words any more.
    let poll = Poll::begin(&store, 180).await;
    for report_id in [a, c] {
        poll.record(report_id, edited(report("x", "2026-04-03", &TEXT.replace('5', "6")), "-5\n+6")).await;
    }
    poll.end().await;
    let now = work_of(&store, b).await;
    assert_eq!((now.n_reports, now.members.iter().all(|it| it.words == Words::Same)), (3, true), "{now:?}");
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_join_that_is_undone_stays_undone_until_it_is_taken_back() {
    let store = Store::in_memory().unwrap();
    let [a, b, c] = with_copies(&store).await;
    assert!(store.part_from_work(a).await.unwrap());
    assert!(!store.part_from_work(a).await.unwrap(), "it is alone already");
    let apart = work_of(&store, a).await;
    assert_eq!((apart.is_apart, apart.n_reports, work_of(&store, b).await.n_reports), (true, 1, 2));
    // Another text and back, as the same poll would read it: nothing joins it to the others again.
    let poll = Poll::begin(&store, 120).await;
    poll.record(a, edited(report("a", "2026-04-05", &TEXT.replace('5', "7")), "-5\n+7")).await;
    poll.record(a, edited(report("a", "2026-04-05", TEXT), "-7\n+5")).await;
    poll.end().await;
    assert_eq!(work_of(&store, a).await.work, apart.work);
    let again = Poll::begin(&store, 180).await;
    again.walk_all(&[row("d", 4), row("c", 3), row("b", 2), row("a", 1)]).await;
    let event =
        again.record(id(&store, "d").await, reading(report("d", "2026-04-06", TEXT), Told::New)).await.event.unwrap();
    again.end().await;
    let d = id(&store, "d").await;
    assert_eq!((event.event, work_of(&store, d).await.work), (EventKind::Copy, work_of(&store, c).await.work));
    assert!(store.rejoin_work(a).await.unwrap());
    assert!(!store.rejoin_work(b).await.unwrap(), "it was never taken out");
    let whole = work_of(&store, a).await;
    assert_eq!((whole.is_apart, whole.n_reports), (false, 4));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_resembles_is_told_both_ways_and_joins_nothing() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let poll = Poll::begin(&store, 60).await;
    poll.record(a, edited(report("a", "2026-04-01", TEXT), "-a\n+b")).await;
    poll.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    let framed = format!("来源:延边市人民政府网\n{TEXT}\n责任编辑:办公室");
    let (b, c) = (id(&store, "b").await, id(&store, "c").await);
    let event = poll.record(b, reading(report("b", "2026-04-02", &framed), Told::New)).await.event.unwrap();
    assert_eq!((event.event, event.resembles), (EventKind::New, vec![a]), "told as new all the same");
    let other = TEXT.replace("江源区", "临江市").replace("白山市", "延边市");
    let event = poll.record(c, reading(report("c", "2026-04-03", &other), Told::New)).await.event.unwrap();
    assert_eq!(event.resembles, Vec::<ReportId>::new(), "the next county's");
    poll.end().await;
    assert_eq!(store.find_report(&a.to_string()).await.unwrap().resembles, [b]);
    assert_eq!(store.resembling(report("", "2026-04-01", TEXT)).await.unwrap()[0], (a, 100));
    // An edit to another text is forgotten on both sides.
    let poll = Poll::begin(&store, 120).await;
    poll.record(b, edited(report("b", "2026-04-02", &"别的内容另行公布。".repeat(40)), "-a\n+b")).await;
    poll.end().await;
    assert_eq!(store.find_report(&a.to_string()).await.unwrap().resembles, []);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn who_follows_with_an_edit_of_its_own_shows_no_old_words() {
    let store = Store::in_memory().unwrap();
    let [a, b, c] = with_copies(&store).await;
    let poll = Poll::begin(&store, 120).await;
    for (report_id, digit) in [(a, "6"), (b, "7"), (c, "8")] {
        poll.record(report_id, edited(report("x", "2026-04-03", &TEXT.replace('5', digit)), "-5\n+6")).await;
    }
    poll.end().await;
    for report_id in [a, b, c] {
        let work = work_of(&store, report_id).await;
        let told: Vec<_> = work.members.iter().map(|it| (it.report, it.words)).collect();
        assert_eq!(told, [(report_id, Words::Same)], "the last one turned away from the old words too");
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_stock_text_joins_by_the_title_and_the_day_that_its_only_report_has_now() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let stock = "详见附件。";
    let poll = Poll::begin(&store, 60).await;
    let (a, b) = (id(&store, "a").await, id(&store, "b").await);
    poll.record(a, edited(report("旧标题", "2026-04-01", stock), "-a\n+b")).await;
    poll.record(a, edited(report("关于征收的公告", "2026-04-02", stock), "-a\n+b")).await;
    poll.record(b, edited(report("关于征收的公告", "2026-04-02", stock), "-a\n+b")).await;
    poll.end().await;
    assert_eq!(work_of(&store, b).await.n_reports, 2);
}
