//! One text under many addresses: a notice of the portal, a cache that mixes its pages up. It edits no report.

use govwatch::model::{Doubt, Event, EventKind, How};

use super::NOTHING;
use super::office::{HOST, Office, words};
use super::templates::{self, Template};

const NOTICE: &str = "因门户网站升级改造，历史信息正在迁移，期间暂停浏览，给您带来不便敬请谅解。";

impl Office {
    /// Under the address of this report stands another text, under its title or another one.
    fn put(&self, n: usize, title: &str, text: &str) {
        let day = templates::day(n);
        let page = format!(
            "<html><head><title>{title}</title></head><body><h1>{title}</h1><div class=\"info\">{day}</div>\
             <div class=\"TRS_Editor\"><p>{text}</p></div></body></html>"
        );
        self.portal.page(HOST, &Template::Old.path(n), page);
    }

    fn put_notice(&self, n: usize) {
        self.put(n, "网站升级改造公告", NOTICE);
    }

    /// One row says something else, and nothing but its report is due.
    fn rename_a_row(&self) {
        let rows: Vec<usize> = (13..=24).rev().collect();
        let listing = Template::Old.listing(&rows, 1, 2);
        let renamed = format!("{}（公开）", templates::title(20));
        self.portal.page(HOST, "/tzgg/", listing.replace(&templates::title(20), &renamed));
    }

    async fn revisions(&self) -> Vec<Option<u32>> {
        self.reports().await.iter().map(|report| report.revision).collect()
    }
}

/// What a portal does to its articles round after round breaks its site, once, and ends with it; no report is told of.
async fn is_of_the_portal(n_reports: usize, strike: impl Fn(&Office, usize)) -> Event {
    let office = Office::begin(n_reports);
    office.poll().await;
    strike(&office, 1);
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(words(&told), ["site_broken"]);
    for round in 2..=5 {
        strike(&office, round);
        office.pass(30);
        assert_eq!(words(&office.poll_full().await), NOTHING, "round {round}: while it is broken");
    }
    office.build(Template::Old);
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_recovered"]);
    assert_eq!(office.revisions().await, vec![Some(1); n_reports]);
    told.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_notice_under_every_address_breaks_the_site_and_edits_nothing() {
    let told = is_of_the_portal(24, |office, _| (1..=24).for_each(|n| office.put_notice(n))).await;
    assert!(told.reason.as_deref().unwrap().contains("the text of others"), "{:?}", told.reason);
}

#[tokio::test]
async fn one_report_that_is_well_ends_no_breakage_and_time_proves_nothing_of_the_others() {
    is_of_the_portal(12, |office, _| {
        (1..=12).for_each(|n| office.portal.page(HOST, &Template::Old.path(n), Template::Old.report(4)));
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_names_each_report_and_counts_its_visitors_is_one_text() {
    is_of_the_portal(12, |office, round| {
        for n in 1..=12 {
            let (title, visitor, number) = (templates::title(n), n * 7 + round, n * 31);
            let text = format!("《{title}》正在迁移，您是第{visitor}位访问者，编号{number}a{round}，请稍后访问。");
            office.put(n, &title, &text);
        }
    })
    .await;
}

#[tokio::test]
async fn articles_that_are_all_gone_though_they_are_listed_break_the_site_and_are_not_withdrawn() {
    let told = is_of_the_portal(12, |office, _| {
        (1..=12).for_each(|n| office.portal.remove(HOST, &Template::Old.path(n)));
    })
    .await;
    assert!(told.reason.as_deref().unwrap().contains("12 reports lead nowhere"), "{:?}", told.reason);
}

#[tokio::test]
async fn articles_that_are_gone_are_asked_of_the_pages_that_a_poll_need_not_reach() {
    let office = Office::begin(36);
    office.poll().await;
    (1..=36).for_each(|n| office.portal.remove(HOST, &Template::Old.path(n)));
    let mut told = Vec::new();
    for _ in 0..8 {
        office.pass(30);
        told.extend(words(&office.poll().await));
    }
    assert_eq!(told, ["site_broken"]);
    office.build(Template::Old);
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), ["site_recovered"]);
}

#[tokio::test]
async fn dead_links_on_a_later_page_are_told_as_such() {
    let office = Office::begin(36);
    office.poll().await;
    (3..=5).for_each(|n| office.portal.remove(HOST, &Template::Old.path(n)));
    let mut told = Vec::new();
    for _ in 0..8 {
        office.pass(30);
        told.extend(office.poll().await);
    }
    assert_eq!(words(&told), ["withdrawn 3", "withdrawn 4", "withdrawn 5"]);
    assert!(told.iter().all(|event| event.how == Some(How::DeadLink)), "{told:?}");
}

#[tokio::test]
async fn the_first_report_that_is_read_shows_by_others_that_the_notice_is_none_of_its_own() {
    let office = Office::begin(24);
    office.poll().await;
    office.pass(30);
    office.poll().await;
    (1..=24).for_each(|n| office.put_notice(n));
    office.rename_a_row();
    office.pass(1);
    assert_eq!(words(&office.poll().await), ["site_broken"], "what is beside it shows the same");
    office.build(Template::Old);
    office.pass(1);
    assert_eq!(words(&office.poll_full().await), ["site_recovered"]);
    assert_eq!(office.revisions().await, [Some(1); 24]);
}

#[tokio::test]
async fn pages_mixed_up_by_a_cache_are_withheld_for_a_day() {
    let office = Office::begin(24);
    office.poll().await;
    for n in [4, 9, 15] {
        office.portal.page(HOST, &Template::Old.path(n), Template::Old.report(n + 1));
    }
    office.pass(30);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.build(Template::Old);
    office.pass(30);
    assert_eq!(words(&office.poll().await), NOTHING);
    assert_eq!(office.revisions().await, [Some(1); 24]);
}

#[tokio::test]
async fn a_text_of_another_report_that_stays_is_told_after_a_day_and_says_whose_it_is() {
    let office = Office::begin(24);
    office.poll().await;
    office.portal.page(HOST, &Template::Old.path(4), Template::Old.report(5));
    office.pass(30);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(told.iter().map(|event| event.event).collect::<Vec<_>>(), [EventKind::Edited]);
    assert_eq!(told[0].doubts, [Doubt::TextOfOthers]);
    let history = office.world.store.history(told[0].report.unwrap()).await.unwrap();
    let doubts: Vec<&[Doubt]> = history.iter().map(|row| row.doubts.as_slice()).collect();
    assert_eq!(doubts, [&[][..], &[Doubt::TextOfOthers]]);
}

#[tokio::test]
async fn one_text_of_two_reports_that_is_edited_in_both_is_told_of_both() {
    let office = Office::begin(24);
    let both = |text: &str| [(7, "通知"), (8, "实施方案")].map(|(n, title)| office.put(n, title, text));
    both("现将有关事项通知如下，请各乡镇人民政府认真贯彻执行，并于月底前报送落实情况。");
    office.poll().await;
    both("兴县财政局拨付经费三万元，用于购置执法记录仪，由综合行政执法大队统一管理使用。");
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(told.iter().map(|event| event.event).collect::<Vec<_>>(), [EventKind::Edited; 2]);
}

#[tokio::test]
async fn rules_that_are_voided_in_the_same_words_are_told_at_once() {
    let office = Office::begin(24);
    office.poll().await;
    (3..=7).for_each(|n| office.put(n, &templates::title(n), "本文件已废止。"));
    office.pass(30);
    assert_eq!(words(&office.poll().await), (3..=7).map(|n| format!("edited {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn texts_that_come_where_a_notice_stood_when_the_site_was_first_read_are_told_to_operators_alone() {
    let office = Office::begin(24);
    (1..=24).for_each(|n| office.put_notice(n));
    assert_eq!(words(&office.poll().await), ["baseline"]);
    office.build(Template::Old);
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(words(&told), ["redesign"]);
    assert_eq!(told[0].count, Some(24));
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), NOTHING);
}

#[tokio::test]
async fn what_is_published_while_a_notice_stands_is_told_by_its_row_and_read_later() {
    let office = Office::begin(12);
    office.poll().await;
    (1..=12).for_each(|n| office.put_notice(n));
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    office.publish();
    (1..=13).for_each(|n| office.put_notice(n));
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["new 13"]);
    office.pass(30);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.build(Template::Old);
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), ["site_recovered"]);
    let report = office.reports().await.pop().unwrap();
    assert_eq!((report.title, report.revision), (Some(templates::title(13)), Some(1)));
    let document = office.world.store.document(report.report, 1).await.unwrap();
    assert!(document.text().contains("本通知为第13号"), "{}", document.text());
}

#[tokio::test]
async fn what_is_published_when_a_notice_first_stands_is_told_by_its_row() {
    let office = Office::begin(12);
    office.poll().await;
    office.publish();
    office.publish();
    (1..=14).for_each(|n| office.put_notice(n));
    office.pass(2);
    let told = office.poll().await;
    assert_eq!(words(&told), ["new 13", "new 14", "site_broken"]);
    let mut titles: Vec<_> = told[..2].iter().map(|event| event.title.clone()).collect();
    titles.sort();
    assert_eq!(titles, [13, 14].map(|n| Some(templates::title(n))));
    office.build(Template::Old);
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), ["site_recovered"]);
    assert_eq!(office.revisions().await, vec![Some(1); 14]);
}

#[tokio::test]
async fn a_report_under_another_title_than_its_row_promised_is_told_as_it_says() {
    let office = Office::begin(12);
    office.poll().await;
    office.publish();
    office.put(13, "兴县人民政府办公室公告", "经研究决定，城南路自即日起封闭施工，请过往车辆绕行，特此公告。");
    office.pass(2);
    let told = office.poll().await;
    assert_eq!((words(&told), told[0].title.as_deref()), (vec!["new".to_owned()], Some("兴县人民政府办公室公告")));
}

#[tokio::test]
async fn a_few_articles_that_are_gone_though_they_are_listed_are_withdrawn() {
    let office = Office::begin(12);
    office.poll().await;
    (3..=6).for_each(|n| office.portal.remove(HOST, &Template::Old.path(n)));
    let mut told = Vec::new();
    for _ in 0..4 {
        office.pass(30);
        told.extend(words(&office.poll().await));
    }
    assert_eq!(told, (3..=6).map(|n| format!("withdrawn {n}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_published_while_a_notice_stands_does_not_speak_for_the_portal() {
    let office = Office::begin(5);
    office.poll().await;
    (1..=5).for_each(|n| office.put_notice(n));
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    for _ in 0..8 {
        office.publish();
        (1..=office.n_reports()).for_each(|n| office.put_notice(n));
        office.pass(7);
        let told = words(&office.poll().await);
        assert_eq!(told, [format!("new {}", office.n_reports())], "more of them than there were before");
    }
}

#[tokio::test]
async fn a_portal_that_lost_its_articles_is_seen_though_few_are_asked_for() {
    let office = Office::begin(24);
    office.poll().await;
    office.pass(30);
    office.poll().await;
    (1..=24).for_each(|n| office.portal.remove(HOST, &Template::Old.path(n)));
    office.rename_a_row();
    office.pass(1);
    assert_eq!(words(&office.poll().await), ["site_broken"], "what is beside it is gone too");
}

#[tokio::test]
async fn texts_in_whose_place_files_stand_are_no_notice() {
    let office = Office::begin(12);
    office.poll().await;
    for n in 1..=12 {
        let file = format!("/files/{n}.txt");
        let text = format!("第{n}号文件的全部内容，另有规定的从其规定。").repeat(20);
        let reply = crate::portal::Reply::bytes("text/plain; charset=utf-8", text.into_bytes());
        office.portal.serve(HOST, &file, reply);
        office.put(n, &templates::title(n), &format!("<a href=\"{file}\">详见附件</a>"));
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        office.pass(30);
        told.extend(words(&office.poll().await));
    }
    assert!(!told.contains(&"site_broken".to_owned()), "{told:?}");
}
