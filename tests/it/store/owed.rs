//! What is known that bears on a report which is owed: rows, titles, and the reports of other sites.

use std::sync::Arc;

use govwatch::change::obligation::{Office, SeenIn};
use govwatch::config::{Network, load_sites};
use govwatch::model::SiteId;
use govwatch::store::{CoverageAsk, EntryRecord, LinkRecord, PageRecord, Reach, Store, Titles};
use jiff::civil::date;

use super::bench::{Poll, asked_of_2025, at, name, row};

#[tokio::test]
async fn rows_that_are_left_out_are_handed_over_by_their_time_whatever_year_they_name() {
    let store = Store::in_memory().unwrap();
    let left_out = |name: &str, title: &str| {
        let title = title.to_owned();
        EntryRecord { title, is_wanted: false, ..row(name, 1) }
    };
    let poll = Poll::begin(&store, 0).await;
    poll.walk_all(&[left_out("old", "二〇二五年报告")]).await;
    poll.end().await;
    let poll = Poll::begin(&store, 600).await;
    let titles = ["二〇二五年年度报告", "２０２５年年度报告", "年度报告"];
    let rows: Vec<_> = ["x", "y", "z"].iter().zip(titles).map(|(name, title)| left_out(name, title)).collect();
    poll.walk_all(&rows).await;
    let ask = asked_of_2025("k", at(0), (date(2026, 1, 1), at(300)));
    let facts = store.coverage_facts(vec![ask]).await.unwrap().remove(0);
    let mut seen: Vec<_> = facts.seen.iter().map(|seen| seen.title.as_str()).collect();
    seen.sort_unstable();
    let mut expected = titles;
    expected.sort_unstable();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn titles_that_cannot_be_what_is_owed_are_counted_and_not_handed_over() {
    let store = Store::in_memory().unwrap();
    let entry = |name: &str, title: &str, is_wanted: bool| {
        let title = title.to_owned();
        EntryRecord { title, is_wanted, ..row(name, 1) }
    };
    let poll = Poll::begin(&store, 600).await;
    let notice = "关于切实做好二〇二六年春耕备耕工作的通知";
    let rows = [
        entry("a", notice, true),
        entry("b", "县人大听取依法行政工作总结的报道", true),
        entry("c", notice, false),
        entry("d", "依法行政工作总结", false),
        entry("e", "附件1", true),
    ];
    poll.walk_all(&rows).await;
    let folder = tempfile::tempdir().unwrap();
    let text = "division = \"141123\"\n[obligations]\nunit = \"government\"\nowes = [\"rule-of-law-annual\"]\n\
        [[listing]]\nname = \"l\"\nurl = \"http://a.gov.cn/fz/\"\n";
    std::fs::write(folder.path().join("a.toml"), text).unwrap();
    let site = load_sites(folder.path(), &[], &Network::default()).sites.pop().unwrap();
    let titles = Some(Titles { obligation: Arc::clone(&site.owes.owed[0]), kinds: Arc::clone(&site.kinds) });
    let since = (date(2025, 12, 1), at(0));
    let ask = CoverageAsk { titles, ..asked_of_2025("rule-of-law-annual", at(0), since) };
    let facts = store.coverage_facts(vec![ask]).await.unwrap().remove(0);
    let mut seen: Vec<_> = facts.seen.iter().map(|seen| seen.title.as_str()).collect();
    seen.sort_unstable();
    assert_eq!(seen, ["依法行政工作总结", "县人大听取依法行政工作总结的报道", "附件1"]);
    assert_eq!(facts.n_unlike, 2, "the notice that is read, and the one that is left out");
}

#[tokio::test]
async fn the_report_of_an_office_on_another_site_is_not_hidden_by_those_of_its_bureaus() {
    let store = Store::in_memory().unwrap();
    let entry = |name: &str, title: &str| EntryRecord {
        title: title.to_owned(),
        kind: Some("annual".to_owned()),
        year: Some(2025),
        ..row(name, 1)
    };
    let mut rows: Vec<_> = (0..50).map(|n| entry(&format!("x{n}"), "兴县财政局2025年法治政府建设年度报告")).collect();
    // Behind the others in the order of titles.
    rows.push(entry("own", "山西省兴县2025年法治政府建设年度报告"));
    Poll::of(&store, SiteId::new("b"), 600).await.walk_all(&rows).await;
    let office = Office { name: "兴县人民政府".to_owned(), own: None };
    let since = (date(2026, 1, 1), at(0));
    let ask = CoverageAsk { office, ..asked_of_2025("annual", at(0), since) };
    let facts = store.coverage_facts(vec![ask]).await.unwrap().remove(0);
    let elsewhere: Vec<_> = facts.elsewhere.iter().map(|seen| name(&seen.url)).collect();
    assert_eq!(elsewhere, ["own"]);
}

#[tokio::test]
async fn a_link_outside_the_rows_is_kept_once_and_tells_since_when_its_report_was_there() {
    let store = Store::in_memory().unwrap();
    let link = |url: &str, words: &str| LinkRecord { url: format!("http://a.gov.cn/{url}"), words: words.to_owned() };
    let named = "兴县2025年法治政府建设年度报告";
    let links =
        [link("own.html", named), link("own.html", "兴县2024年报告"), link("own.htmlx", named), link("z.html", named)];
    for minute in [600, 700] {
        let poll = Poll::begin(&store, minute).await;
        let walk = poll.walk().await;
        let page = PageRecord { outside: links.to_vec(), ..PageRecord::below(walk, 1, vec![row("a", 1)], at(minute)) };
        assert_eq!(store.record_page(page).await.unwrap().n_fresh, 1, "a link is no row");
        poll.end_walk(walk, Reach::LastPage, None).await;
        poll.end().await;
    }
    let ask = || asked_of_2025("annual", at(650), (date(2025, 12, 1), at(0)));
    let facts = store.coverage_facts(vec![ask()]).await.unwrap().remove(0);
    let mut outside: Vec<_> = facts.seen.iter().filter(|seen| seen.seen_in == SeenIn::Outside).collect();
    outside.sort_by_key(|seen| (&seen.url, &seen.title));
    let known: Vec<_> = outside.iter().map(|seen| (name(&seen.url), seen.first_seen_at)).collect();
    assert_eq!(known, ["own", "own", "own.htmlx", "z"].map(|url| (url.to_owned(), at(600))));
    assert!(outside.iter().all(|seen| seen.report.is_none() && seen.kind.is_none() && seen.published.is_none()));
    // A row leads there later: it is news, and the whole walk that went without it in between proves nothing.
    let annual = |name: &str| EntryRecord {
        title: named.to_owned(),
        kind: Some("annual".to_owned()),
        year: Some(2025),
        ..row(name, 2)
    };
    let poll = Poll::begin(&store, 800).await;
    assert_eq!(poll.walk_all(&[annual("own"), annual("other"), row("a", 1)]).await.n_new, 2);
    let facts = store.coverage_facts(vec![ask()]).await.unwrap().remove(0);
    let of_kind = |url: &str| facts.seen.iter().find(|seen| seen.report.is_some() && name(&seen.url) == url).unwrap();
    let told =
        ["own", "other"].map(|url| (of_kind(url).is_baseline, of_kind(url).first_seen_at, of_kind(url).missed_at));
    assert_eq!(told, [(false, at(600), None), (false, at(800), Some(at(700)))]);
}
