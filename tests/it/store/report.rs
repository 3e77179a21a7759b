//! What is kept of a report: revisions, works, misses, suspicions, and what the next poll is told of them.

use govwatch::model::{EventKind, FieldName, Hash, How, ReportState, SiteId, Validators};
use govwatch::store::{Ended, Finding, PollRecord, ReportRecord, Scope, Store, Told, Why};

use super::bench::{
    Poll, at, capture, document, edited, id, name, owed, print, reading, row, rules, settle_all, site, with_baseline,
};

#[tokio::test]
async fn a_new_report_carries_all_that_is_known_of_it() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let kind = Some("rule-of-law-annual".to_owned());
    poll.walk_all(&[govwatch::store::EntryRecord { kind, year: Some(2025), ..row("b", 2) }, row("a", 1)]).await;
    let event = &poll.read_all().await[0];
    assert_eq!(event.event, EventKind::New);
    assert_eq!((event.kind.as_deref(), event.year), (Some("rule-of-law-annual"), Some(2025)));
    assert_eq!((event.revision, event.previous), (Some(1), None));
    assert_eq!((event.listing.as_deref(), event.seen_at), (Some("fz"), at(60)));
    assert_eq!(event.content_hash, Some(print(&document("b", "b")).content_hash));
    let report = store.find_report("http://a.gov.cn/b.html").await.unwrap();
    assert_eq!((report.work, report.revision, report.state), (event.work, Some(1), ReportState::Present));
    let stored = store.revision(report.report, 1).await.unwrap();
    assert_eq!((stored.document.clone(), stored.event), (document("b", "b"), EventKind::New));
    assert_eq!(store.document(report.report, 1).await.unwrap(), stored.document);
    let body = store.content(stored.capture.unwrap()).await.unwrap().unwrap();
    assert_eq!(body, document("b", "b").text().into_bytes());
    let kept = store.stored_captures(report.report, 1).await.unwrap().remove(0);
    assert_eq!((kept.header("etag"), kept.status, &kept.body[..]), (Some("\"1\""), 200, &body[..]));
}

#[tokio::test]
async fn the_same_content_on_another_site_is_a_copy_of_the_same_work() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let first = store.find_report("http://a.gov.cn/a.html").await.unwrap();
    let poll = Poll::of(&store, SiteId::new("b"), 60).await;
    let listing =
        store.listing(&poll.site, "fz", "http://b.gov.cn/", super::bench::wanted(), poll.now).await.unwrap().listing;
    let walk = poll.walk_of(listing).await;
    poll.end_walk(walk, govwatch::store::Reach::LastPage, None).await;
    let walk = poll.walk_of(listing).await;
    poll.page(walk, 1, &[govwatch::store::EntryRecord { url: "http://b.gov.cn/1.html".to_owned(), ..row("a", 9) }])
        .await;
    let task = &poll.to_read(Scope::Due).await[0];
    assert_eq!((task.is_baseline, task.as_listed_url.as_str()), (false, "http://a.gov.cn/a.html"));
    let event = poll.record(task.report, reading(document("转发", "a"), Told::New)).await.event.unwrap();
    assert_eq!((event.event, event.work), (EventKind::Copy, first.work));
    let members = store.work_members(first.work.unwrap()).await.unwrap();
    assert_eq!(members.iter().map(|report| report.site.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    // Edited, the copy says something of its own; the first keeps its work.
    let event = poll.record(task.report, edited(document("转发", "b"), "-a\n+b")).await.event.unwrap();
    assert_ne!(event.work, first.work);
    assert_eq!(store.work_members(first.work.unwrap()).await.unwrap().len(), 1);
    assert_eq!(store.work_members(event.work.unwrap()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn short_stock_text_is_no_copy_unless_title_and_date_agree() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[row("x", 1), row("y", 1)]).await;
    let stock = |title: &str| {
        let mut document = document(title, "");
        document.blocks[0].text = "详见附件。".to_owned();
        document
    };
    for (name, title, expected) in [("x", "甲", EventKind::New), ("y", "乙", EventKind::New)] {
        let event = poll.record(id(&store, name).await, reading(stock(title), Told::New)).await.event.unwrap();
        assert_eq!(event.event, expected);
    }
    let poll = Poll::begin(&store, 120).await;
    poll.walk_all(&[row("z", 1), row("x", 1), row("y", 1)]).await;
    let event = poll.record(id(&store, "z").await, reading(stock("甲"), Told::New)).await.event.unwrap();
    assert_eq!(event.event, EventKind::Copy);
}

#[tokio::test]
async fn a_row_whose_day_names_no_year_keeps_the_year_in_which_it_was_met() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    let later = |name: &str, n: u8| {
        let date = Some(format!("2027-04-{n:02}").parse().unwrap());
        govwatch::store::EntryRecord { date, ..row(name, n) }
    };
    poll.walk_all(&[later("b", 2), later("a", 1)]).await;
    assert_eq!(poll.names().await, [""; 0], "nothing changed in its row");
    let task = poll.to_read(Scope::Full).await.remove(0);
    assert_eq!(task.date.unwrap().to_string(), "2026-04-02");
}

#[tokio::test]
async fn what_was_read_while_the_clock_was_ahead_is_read_again_in_time() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let (a, hour, year) = (id(&store, "a").await, 60 * 60_000, 365 * 24 * 60);
    let poll = Poll::begin(&store, year).await;
    let record = ReportRecord {
        poll: poll.id,
        report: a,
        newest: Some(1),
        now: poll.now,
        finding: Finding::Unchanged,
        next_recheck_at: Some(at(year + 120)),
        validators: None,
        answer: None,
        files: Vec::new(),
        contents: Vec::new(),
    };
    store.record_report(record).await.unwrap();
    store.shift_back((year - 60) * hour / 60, at(60)).await.unwrap();
    let due = async |minute| Poll::begin(&store, minute).await.names().await;
    assert_eq!((due(170).await, due(180).await), (vec![], vec!["a".to_owned()]), "two hours later, as it had to be");
}

#[tokio::test]
async fn what_was_found_beside_an_older_revision_is_not_kept_and_stays_due() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let a = id(&store, "a").await;
    let (slow, fast) = (Poll::begin(&store, 60).await, Poll::begin(&store, 61).await);
    fast.record(a, edited(document("a", "z"), "-a\n+z")).await.event.unwrap();
    let again = slow.record_beside(a, Some(1), edited(document("a", "z"), "-a\n+z")).await;
    assert_eq!(again.event, None);
    assert_eq!(store.history(a).await.unwrap().len(), 2);
    slow.walk_all(&[row("c", 3), row("b", 2), row("a", 1)]).await;
    let c = id(&store, "c").await;
    fast.record(c, reading(document("c", "c"), Told::New)).await.event.unwrap();
    let again = slow.record_beside(c, None, reading(document("c", "c"), Told::New)).await;
    assert_eq!((again.event, store.history(c).await.unwrap().len()), (None, 1));
    assert!(slow.to_read(Scope::Full).await.iter().any(|task| task.report == a), "it is asked for again");
}

#[tokio::test]
async fn a_poll_whose_host_another_process_has_releases_nothing_of_that_ones() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let (working, waiting) = (Poll::begin(&store, 60).await, Poll::begin(&store, 61).await);
    working.record(id(&store, "a").await, edited(document("a", "z"), "-a\n+z")).await;
    let taken = PollRecord { ended: Ended::Taken, ..waiting.record_of(Ok(())) };
    assert_eq!(store.record_poll(taken).await.unwrap(), []);
    assert_eq!(owed(&store).await, Vec::<String>::new(), "whether it is one of many is not known yet");
    assert_eq!(working.end().await.len(), 1);
    assert_eq!(owed(&store).await, ["edited a"]);
}

#[tokio::test]
async fn an_edit_makes_a_revision_and_says_what_changed() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let poll = Poll::begin(&store, 60).await;
    let event = poll.record(a, edited(document("a", "z"), "-a\n+z")).await.event.unwrap();
    assert_eq!((event.event, event.revision, event.previous), (EventKind::Edited, Some(2), Some(1)));
    assert_eq!((event.fields.as_slice(), event.diff.as_deref()), (&[FieldName::Body][..], Some("-a\n+z")));
    let back = poll.record(a, edited(document("a", "a"), "-z\n+a")).await.event.unwrap();
    assert_eq!(back.revision, Some(3), "A to B to A is two changes");
    let history = store.history(a).await.unwrap();
    let told: Vec<_> = history.iter().map(|row| (row.event, row.revision, row.previous)).collect();
    let expected = [
        (EventKind::Baseline, Some(1), None),
        (EventKind::Edited, Some(2), Some(1)),
        (EventKind::Edited, Some(3), Some(2)),
    ];
    assert_eq!(told, expected);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn misses_are_counted_once_a_poll_until_the_report_is_served() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let miss = || Finding::Suspect { suspicion: None, form: None, miss: Some(How::Gone), capture: None };
    for (minute, misses) in [(60, 0), (120, 1)] {
        let poll = Poll::begin(&store, minute).await;
        let task = poll.to_read(Scope::Full).await.remove(0);
        assert_eq!(task.misses, misses);
        poll.record(a, miss()).await;
        poll.record(a, miss()).await;
        assert!(poll.to_read(Scope::Full).await.is_empty(), "a poll reads a report once");
    }
    let poll = Poll::begin(&store, 180).await;
    let task = poll.to_read(Scope::Due).await.remove(0);
    assert_eq!((task.why, task.state, task.misses), (Why::Suspect, ReportState::Suspect, 2));
    assert_eq!((task.first_miss_at, task.miss_how), (Some(at(60)), Some(How::Gone)));
    poll.record(a, Finding::FailedToRead { reason: "timeout".to_owned() }).await;
    let poll = Poll::begin(&store, 240).await;
    assert_eq!(poll.to_read(Scope::Due).await[0].misses, 2, "a failed fetch tells nothing");
    poll.record(a, Finding::Unchanged).await;
    let poll = Poll::begin(&store, 300).await;
    let task = poll.to_read(Scope::Full).await.remove(0);
    assert_eq!((task.state, task.misses, task.first_miss_at), (ReportState::Present, 0, None));
    assert_eq!(owed(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_doubtful_text_keeps_the_time_when_it_was_first_seen() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let doubt = |text: &str| Finding::Suspect {
        suspicion: Some(Hash::of(text.as_bytes())),
        form: None,
        miss: None,
        capture: Some(Box::new(capture("http://a.gov.cn/a.html", text))),
    };
    for (minute, text, since) in [(60, "one", 60), (120, "one", 60), (180, "two", 180)] {
        let poll = Poll::begin(&store, minute).await;
        poll.record(a, doubt(text)).await;
        let poll = Poll::begin(&store, minute + 1).await;
        let suspicion = poll.to_read(Scope::Due).await[0].suspicion;
        assert_eq!(suspicion, Some((Hash::of(text.as_bytes()), at(since))));
    }
    let evidence = store.content(Hash::of(b"two")).await.unwrap();
    assert_eq!(evidence.as_deref(), Some(&b"two"[..]));
}

#[tokio::test]
async fn a_withdrawal_is_told_once_and_its_return_is_told() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let poll = Poll::begin(&store, 60).await;
    let event = poll.record(a, Finding::Withdrawn { how: How::SoftNotFound }).await.event.unwrap();
    assert_eq!((event.event, event.how, event.revision), (EventKind::Withdrawn, Some(How::SoftNotFound), Some(1)));
    let poll = Poll::begin(&store, 120).await;
    assert_eq!(poll.record(a, Finding::Withdrawn { how: How::Gone }).await.event, None);
    let poll = Poll::begin(&store, 180).await;
    let fields = vec![FieldName::Body];
    let told = Told::Restored { fields, facts: Vec::new(), diff: Some("-a\n+b".to_owned()) };
    let event = poll.record(a, reading(document("a", "b"), told)).await.event.unwrap();
    assert_eq!((event.event, event.revision, event.previous), (EventKind::Restored, Some(2), Some(1)));
    assert_eq!(owed(&store).await, ["withdrawn a", "restored a"]);
    let events: Vec<_> = store.history(a).await.unwrap().iter().map(|row| row.event).collect();
    assert_eq!(events, [EventKind::Baseline, EventKind::Withdrawn, EventKind::Restored]);
}

#[tokio::test]
async fn a_withdrawn_report_that_answers_as_it_did_is_restored_even_by_a_not_modified() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let poll = Poll::begin(&store, 60).await;
    poll.record(a, Finding::Withdrawn { how: How::Gone }).await;
    let poll = Poll::begin(&store, 120).await;
    let event = poll.record(a, Finding::NotModified).await.event.unwrap();
    assert_eq!((event.event, event.revision), (EventKind::Restored, Some(1)));
}

#[tokio::test]
async fn a_moved_report_is_told_at_its_new_url_and_never_asked_at_the_old_one() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[row("b", 2)]).await;
    let (a, b) = (id(&store, "a").await, id(&store, "b").await);
    poll.record(b, reading(document("a", "a"), Told::New)).await;
    let event = poll.record(a, Finding::Moved { to: b, edit: None }).await.event.unwrap();
    assert_eq!((event.event, event.report), (EventKind::Moved, Some(b)));
    assert_eq!(event.from_url.as_deref(), Some("http://a.gov.cn/a.html"));
    assert_eq!(store.find_report("http://a.gov.cn/a.html").await.unwrap().state, ReportState::Moved);
    let poll = Poll::begin(&store, 120).await;
    let full: Vec<_> = poll.to_read(Scope::Full).await.iter().map(|task| name(&task.url)).collect();
    assert_eq!(full, ["b"]);
    settle_all(&store).await;
    let poll = Poll::begin(&store, 180).await;
    poll.walk_all(&[row("c", 3), row("b", 2)]).await;
    let c = id(&store, "c").await;
    let event = poll.record(b, Finding::Moved { to: c, edit: None }).await.event.unwrap();
    assert_eq!((event.report, event.url.as_deref()), (Some(c), Some("http://a.gov.cn/c.html")));
    assert_eq!(event.from_url.as_deref(), Some("http://a.gov.cn/b.html"));
}

#[tokio::test]
async fn validators_and_the_count_of_conditional_answers_are_kept() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("a", 1)]).await;
    let a = id(&store, "a").await;
    let validators = Validators { etag: Some("\"2\"".to_owned()), last_modified: None };
    for (minute, finding, expected) in
        [(60, Finding::Unchanged, 0), (120, Finding::NotModified, 1), (180, Finding::NotModified, 2)]
    {
        let poll = Poll::begin(&store, minute).await;
        let record = ReportRecord {
            poll: poll.id,
            report: a,
            newest: Some(1),
            now: poll.now,
            finding,
            next_recheck_at: Some(at(minute + 30)),
            validators: (minute == 60).then(|| validators.clone()),
            files: Vec::new(),
            contents: Vec::new(),
            answer: None,
        };
        store.record_report(record).await.unwrap();
        let poll = Poll::begin(&store, minute + 30).await;
        let task = poll.to_read(Scope::Due).await.remove(0);
        assert_eq!((task.why, task.n_conditional, task.validators), (Why::Due, expected, validators.clone()));
    }
}

#[tokio::test]
async fn a_failed_reading_stays_pending_for_the_next_poll() {
    let store = Store::in_memory().unwrap();
    let poll = Poll::begin(&store, 0).await;
    poll.walk_all(&[row("a", 1)]).await;
    poll.record(id(&store, "a").await, Finding::FailedToRead { reason: "timeout".to_owned() }).await;
    assert!(poll.names().await.is_empty());
    let poll = Poll::begin(&store, 60).await;
    let task = poll.to_read(Scope::Due).await.remove(0);
    assert_eq!((task.why, task.is_baseline, task.newest), (Why::Pending, true, None));
}

#[tokio::test]
async fn other_rules_rebaseline_in_silence() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("b", 2), row("a", 1)]).await;
    let (a, b) = (id(&store, "a").await, id(&store, "b").await);
    assert_eq!(store.stale_reports(&site(), rules(), 10).await.unwrap(), []);
    let next = Hash::of(b"other rules");
    let mut stale = store.stale_reports(&site(), next, 10).await.unwrap();
    stale.sort();
    let mut expected = [(a, 1), (b, 1)];
    expected.sort();
    assert_eq!(stale, expected);
    let document = document("a by other rules", "q");
    let fingerprint = govwatch::change::fingerprint::of(&document, next);
    store.rebaseline(a, 1, fingerprint, document.clone()).await.unwrap();
    assert_eq!(store.stale_reports(&site(), next, 10).await.unwrap(), [(b, 1)]);
    assert_eq!(store.document(a, 1).await.unwrap(), document);
    let poll = Poll::begin(&store, 60).await;
    let tasks = poll.to_read(Scope::Full).await;
    let newest = tasks.iter().find(|task| task.report == a).unwrap().newest.unwrap();
    assert_eq!((newest.revision, newest.fingerprint), (1, fingerprint));
    assert_eq!(owed(&store).await, Vec::<String>::new());
    assert!(store.rebaseline(a, 9, fingerprint, document).await.is_err());
}

#[tokio::test]
async fn an_heir_is_a_later_report_of_the_same_site_with_the_same_text() {
    let store = Store::in_memory().unwrap();
    let poll = Poll::begin(&store, 0).await;
    poll.walk_all(&[row("a", 1), row("b", 2), row("c", 3)]).await;
    for task in poll.to_read(Scope::Due).await {
        let text = if task.as_listed_url.ends_with("c.html") { "another" } else { "same" };
        poll.record(task.report, reading(document("甲", text), Told::New)).await;
    }
    let of = async |name: &str| store.find_report(&format!("http://a.gov.cn/{name}.html")).await.unwrap().report;
    let (a, b) = (of("a").await, of("b").await);
    let (first, last) = (a.min(b), a.max(b));
    assert_eq!(store.heirs(first).await.unwrap(), [last]);
    assert_eq!(store.heirs(last).await.unwrap(), []);
    assert_eq!(store.heirs(of("c").await).await.unwrap(), []);
}
