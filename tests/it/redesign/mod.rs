//! A portal is built anew: told as broken within one poll, nothing told to readers, repaired by one command, recovered.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod corpus;
mod drift;
mod office;
mod one_text;
mod templates;

use govwatch::model::EventKind;
use serde_json::Value;

use office::{Office, words};
use templates::Template;

const NOTHING: [String; 0] = [];

/// The figures of a repair: rows and reports that the repaired site file reads right, of all that the portal has.
fn figures(office: &Office, repair: &Value) -> (usize, usize) {
    let n_rows = office.rows_read_right();
    let n_reports = office.reports_read_right();
    let selectors = office.text();
    println!(
        "{:?}: {n_rows} of {} rows, {n_reports} of {} reports read right; {}",
        office.template(),
        office.n_reports(),
        office.n_reports(),
        selectors
            .lines()
            .filter(|line| repair["diff"].as_str().unwrap().contains(&format!("+{line}")))
            .collect::<Vec<_>>()
            .join(" | ")
    );
    (n_rows, n_reports)
}

/// The whole story of one redesign.
async fn is_survived(template: Template, operators: &[&str]) {
    let office = Office::begin(24);
    assert_eq!(words(&office.poll().await), ["baseline"]);
    let before = office.reports().await;
    office.build(template);
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(words(&told), ["site_broken"], "{template:?}: told in the first poll, and nothing else");
    assert_eq!(told[0].class.as_deref(), Some("layout"));
    for _ in 0..3 {
        office.pass(30);
        assert_eq!(words(&office.poll().await), NOTHING, "{template:?}: while it is broken");
    }
    let status = office.status().await;
    assert_eq!(status.state, "broken");
    assert!(status.evidence.len() <= 2, "one of the listing, one of the reports: {:?}", status.evidence);
    assert_eq!(status.evidence[0].listing.as_deref(), Some("通知公告"));
    assert_eq!(status.evidence[0].last_healthy_entries, Some(24));

    let (code, repair) = office.repair(&["--write"]).await;
    assert_eq!(code, 0, "{template:?}: {repair:#}");
    let (n_rows, n_reports) = figures(&office, &repair);
    assert!(n_rows * 100 >= 24 * 95 && n_reports * 100 >= 24 * 95, "{template:?}: {n_rows} rows, {n_reports} reports");

    office.pass(1);
    assert_eq!(words(&office.poll().await), operators, "{template:?}: after the repair");
    for _ in 0..3 {
        office.pass(30);
        assert_eq!(words(&office.poll_full().await), NOTHING, "{template:?}: once it is repaired");
    }
    let after = office.reports().await;
    let ids =
        |reports: &[govwatch::model::Report]| reports.iter().map(|one| (one.report, one.revision)).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after), "{template:?}: the same reports with the same revisions");
    assert!(after.iter().all(|report| report.state == govwatch::model::ReportState::Present));
    assert_eq!(office.status().await.evidence, []);
    office.publish();
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["new 25"], "{template:?}");
}

#[tokio::test]
async fn a_list_that_becomes_a_table_is_survived() {
    is_survived(Template::Table, &["site_recovered"]).await;
}

#[tokio::test]
async fn a_list_that_becomes_cards_is_survived() {
    is_survived(Template::Cards, &["site_recovered"]).await;
}

#[tokio::test]
async fn classes_that_are_renamed_are_survived() {
    is_survived(Template::Renamed, &["site_recovered"]).await;
}

#[tokio::test]
async fn reports_that_all_get_other_addresses_are_followed_and_keep_their_history() {
    is_survived(Template::Moved, &["redesign", "site_recovered"]).await;
}

#[tokio::test]
async fn a_menu_that_takes_the_place_of_the_rows_is_no_news() {
    is_survived(Template::Menu, &["site_recovered"]).await;
}

#[tokio::test]
async fn addresses_that_change_under_a_list_that_can_be_read_are_one_word_to_the_operator() {
    let office = Office::begin(24);
    office.poll().await;
    let before = office.reports().await;
    office.build(Template::OldMoved);
    office.pass(30);
    let told = office.poll().await;
    assert_eq!(words(&told), ["redesign"]);
    assert_eq!((told[0].event, told[0].count), (EventKind::Redesign, Some(24)));
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), NOTHING);
    let after = office.reports().await;
    assert_eq!(before.len(), after.len());
    let formerly = &before[5];
    let now = office.world.store.find_report(&formerly.url).await.unwrap();
    assert_eq!((now.report, now.revision), (formerly.report, Some(1)), "its former address still finds it");
    assert_ne!(now.url, formerly.url);
    let page = &office.world.store.stored_captures(now.report, 1).await.unwrap()[0];
    assert_eq!(page.url.as_str(), formerly.url, "its page came from there");
    let history = office.world.store.history(now.report).await.unwrap();
    let events: Vec<&str> = history.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(events, ["baseline", "moved"]);
}

#[tokio::test]
async fn reports_alone_that_are_built_anew_are_told_and_repaired() {
    let office = Office::begin(24);
    office.poll().await;
    office.build(Template::OnlyReports);
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    office.pass(1);
    assert_eq!(words(&office.poll().await), NOTHING, "that nothing is due shows nothing");
    let status = office.status().await;
    assert_eq!(status.evidence[0].listing, None);
    assert_eq!(status.evidence[0].key.as_deref(), Some("report.body"));
    let (code, repair) = office.repair(&["--write"]).await;
    assert_eq!(code, 0, "{repair:#}");
    assert_eq!(figures(&office, &repair), (24, 24));
    office.pass(1);
    assert_eq!(words(&office.poll_full().await), ["site_recovered"]);
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), NOTHING);
}

#[tokio::test]
async fn a_repair_that_is_not_sure_says_why_and_changes_nothing() {
    let office = Office::begin(24);
    office.poll().await;
    office.build(Template::Gone);
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    let before = office.text();
    let (code, repair) = office.repair(&["--write"]).await;
    assert_eq!((code, &repair["is_sure"], &repair["is_written"]), (1, &Value::Bool(false), &Value::Bool(false)));
    assert!(repair["reasons"][0].as_str().unwrap().contains("0 of 24 known rows"), "{repair:#}");
    assert_eq!(office.text(), before);
}

#[tokio::test]
async fn no_text_of_a_site_file_is_lost_however_often_it_is_repaired() {
    let office = Office::begin(24);
    office.poll().await;
    let mut texts = vec![office.text()];
    for template in [Template::Cards, Template::Table] {
        office.build(template);
        office.pass(30);
        office.poll().await;
        let (code, repair) = office.repair(&["--write"]).await;
        assert_eq!((code, &repair["is_written"]), (0, &Value::Bool(true)), "{repair:#}");
        texts.push(office.text());
    }
    let former = [office.file("office.toml.1"), office.file("office.toml.2")];
    assert_eq!(former[..], texts[..2]);
    assert_ne!(texts[1], texts[2]);
}

#[tokio::test]
async fn listings_of_one_address_that_are_asked_by_post_are_repaired_each() {
    let office = Office::begin_posted(24);
    assert_eq!(words(&office.poll().await), ["baseline"; 2]);
    office.build(Template::Cards);
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    let (_, stored) = office.repair(&["--stored"]).await;
    for at in 0..2 {
        assert_eq!(stored["listings"][at]["page"], "kept as evidence", "{stored:#}");
    }
    let (code, repair) = office.repair(&["--write"]).await;
    assert_eq!(code, 0, "{repair:#}");
    for (at, name) in ["单号", "双号"].into_iter().enumerate() {
        let listing = &repair["listings"][at];
        assert_eq!((&listing["listing"], &listing["after"]["right"]), (&name.into(), &12.into()), "{repair:#}");
    }
    assert_eq!(office.text().matches("ul.list li").count(), 0, "{}", office.text());
    office.pass(1);
    assert_eq!(words(&office.poll().await), ["site_recovered"]);
}

#[tokio::test]
async fn a_repair_by_what_is_kept_asks_the_portal_for_nothing_and_shows_what_it_would_do() {
    let office = Office::begin(24);
    office.poll().await;
    office.build(Template::Cards);
    office.pass(30);
    office.poll().await;
    let (n_asks, before) = (office.portal.asks().len(), office.text());
    let (code, repair) = office.repair(&["--stored"]).await;
    assert_eq!((code, office.portal.asks().len()), (0, n_asks), "{repair:#}");
    assert_eq!(repair["listings"][0]["page"], "kept as evidence");
    assert_eq!(repair["listings"][0]["after"]["right"], 12);
    assert!(repair["diff"].as_str().unwrap().contains("-entry = \"ul.list li\""), "{repair:#}");
    assert_eq!((office.text(), &repair["is_written"]), (before, &Value::Bool(false)));
}

#[tokio::test]
async fn what_a_new_template_adds_to_every_text_is_no_edit_of_any_of_them() {
    let office = Office::begin_unnamed(24);
    office.poll().await;
    let built = |office: &Office| {
        office.build(Template::Cards);
        for n in 1..=24 {
            let page = Template::Cards.report(n).replace("</section>", "<p>本页面由新的信息平台提供。</p></section>");
            office.portal.page(office::HOST, &Template::Cards.path(n), page);
        }
    };
    built(&office);
    office.pass(30);
    assert_eq!(words(&office.poll().await), ["site_broken"], "24 texts have one line more, and their listing is dead");
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), NOTHING);
    let (code, repair) = office.repair(&["--write"]).await;
    assert_eq!(
        (code, &repair["is_written"]),
        (1, &Value::Bool(true)),
        "its listing is sure, its texts are not: {repair:#}"
    );
    assert!(office.text().contains("entry = \"div.card\""), "{}", office.text());
    office.pass(1);
    assert_eq!(words(&office.poll().await), ["redesign", "site_recovered"]);
    office.pass(30);
    assert_eq!(words(&office.poll_full().await), NOTHING);
}
