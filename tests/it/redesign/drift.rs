//! What looks like a redesign and is none, and what is one though the pages can be read.

use super::NOTHING;
use super::office::{Office, words};
use super::templates::Template;

/// An office that was polled for a week.
async fn settled(n_reports: usize) -> Office {
    let office = Office::begin(n_reports);
    for hours in [0, 26, 26, 26] {
        office.pass(hours);
        office.poll().await;
    }
    office
}

fn newest(n: usize, rows: usize) -> Vec<usize> {
    (1..=n).rev().take(rows).collect()
}

#[tokio::test]
async fn a_holiday_without_news_is_nothing() {
    let office = settled(24).await;
    for _ in 0..12 {
        office.pass(24);
        assert_eq!(words(&office.poll().await), NOTHING);
    }
}

#[tokio::test]
async fn a_column_that_begins_anew_with_the_year_is_nothing() {
    let office = settled(24).await;
    office.until("2026-12-30T02:00:00Z");
    assert_eq!(words(&office.poll().await), NOTHING);
    office.until("2027-01-06T02:00:00Z");
    // The rows of 2026 are gone, the first notice of the year stands alone.
    let row = "<li><a href=\"/tzgg/2027/1.html\">关于2027年第一号工作安排的通知</a><span>2027-01-05</span></li>";
    let page = format!("<html><body><ul class=\"list\">{row}</ul></body></html>");
    office.portal.remove(super::office::HOST, "/tzgg/p2.html");
    office.portal.page(super::office::HOST, "/tzgg/", page);
    office.portal.page(
        super::office::HOST,
        "/tzgg/2027/1.html",
        Template::Old.report(1).replace("第1号", "2027年第一号"),
    );
    let told = words(&office.poll().await);
    assert!(told.len() == 1 && told[0].starts_with("new"), "{told:?}");
    for _ in 0..4 {
        office.pass(30);
        assert_eq!(words(&office.poll().await), NOTHING);
    }
}

#[tokio::test]
async fn an_hour_of_a_half_filled_page_is_nothing_and_days_of_it_are_told_without_a_withdrawal() {
    let office = settled(24).await;
    office.list(&newest(24, 2));
    office.pass(2);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.build(Template::Old);
    office.pass(2);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.list(&newest(24, 2));
    let mut told = Vec::new();
    for _ in 0..6 {
        office.pass(20);
        told.extend(words(&office.poll().await));
    }
    assert_eq!(told, ["site_broken"]);
    office.publish();
    office.list(&[25, 24]);
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["new 25"], "the layout is the usual one: its rows are news");
    office.build(Template::Old);
    office.pass(20);
    assert_eq!(words(&office.poll().await), ["site_recovered"]);
}

#[tokio::test]
async fn a_short_column_may_lose_rows_and_a_last_page_may_be_short() {
    let office = settled(4).await;
    office.list(&[4, 3]);
    office.pass(26);
    assert_eq!(words(&office.poll().await), NOTHING);
    let paged = settled(13).await;
    paged.pass(26);
    assert_eq!(words(&paged.poll().await), NOTHING, "one row on its second page");
}

#[tokio::test]
async fn rows_that_lose_their_dates_are_told_at_once_and_what_is_known_stays_known() {
    let office = settled(24).await;
    let page = Template::Old
        .listing(&newest(24, 12), 1, 2)
        .replace("<span>", "<span class=\"x\">第")
        .replace("</span>", "号</span>");
    let undated = regex::Regex::new(r"第\d{4}-\d\d-\d\d号").unwrap().replace_all(&page, "").into_owned();
    office.portal.page(super::office::HOST, "/tzgg/", undated);
    office.pass(26);
    let told = office.poll().await;
    assert_eq!(words(&told), ["site_broken"]);
    assert!(told[0].reason.as_deref().unwrap().contains("no date"), "{:?}", told[0].reason);
    let evidence = office.status().await.evidence;
    assert_eq!(
        (evidence[0].key.as_deref(), evidence[0].selector.as_deref()),
        (Some("listing.date"), Some("span::text"))
    );
    office.pass(26);
    assert_eq!(words(&office.poll().await), NOTHING);
    let (code, answer) = (office.accept().await, office.poll().await);
    assert_eq!((code, words(&answer)), (0, vec!["site_recovered".to_owned()]), "a person took it as right");
}

#[tokio::test]
async fn one_page_is_kept_as_evidence_however_long_it_lasts() {
    let office = settled(24).await;
    office.build(Template::Cards);
    for n in 0..5 {
        office.portal.page(
            super::office::HOST,
            "/tzgg/",
            format!("{}<!-- {n} -->", Template::Cards.listing(&newest(24, 12), 1, 2)),
        );
        office.pass(26);
        office.poll().await;
    }
    let mut kept = office.world.store.evidence_pages(&office.site().id).await.unwrap();
    kept.retain(|page| page.listing.is_some());
    assert_eq!(kept.len(), 1);
    assert!(String::from_utf8_lossy(&kept[0].capture.body).ends_with("<!-- 0 -->"), "the first page that showed it");
    let evidence = office.status().await.evidence;
    assert_eq!(
        (evidence[0].key.as_deref(), evidence[0].selector.as_deref()),
        (Some("listing.entry"), Some("ul.list li"))
    );
}

/// Publishes so many reports on pages made of the usual ones.
fn publish(office: &Office, n: usize, made: impl Fn(String) -> String) {
    (0..n).for_each(|_| office.publish());
    for number in office.n_reports() + 1 - n..=office.n_reports() {
        let page = made(Template::Old.report(number));
        office.portal.page(super::office::HOST, &Template::Old.path(number), page);
    }
}

#[tokio::test]
async fn reports_that_come_without_their_texts_are_told_with_a_word_to_the_operator() {
    let office = Office::begin_unnamed(24);
    office.poll().await;
    publish(&office, 5, |page| {
        let (head, rest) = page.split_once("<div class=\"TRS_Editor\">").unwrap();
        let (_, foot) = rest.split_once("</div>").unwrap();
        format!("{head}<div class=\"app\"><p>请在手机上打开小程序查看全文。</p></div>{foot}")
    });
    office.pass(2);
    let told = office.poll().await;
    let n_new = told.iter().filter(|event| event.event.as_str() == "new").count();
    let broken: Vec<&str> = told.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert_eq!((n_new, broken.len(), told.len()), (5, 1, 6), "{told:?}");
    assert!(broken[0].starts_with("5 of 5 new reports have next to no text"), "{broken:?}");
    let evidence = office.status().await.evidence;
    assert_eq!((evidence.len(), &evidence[0].listing, &evidence[0].key), (1, &None, &None));
    office.pass(2);
    assert_eq!(words(&office.poll().await), NOTHING, "that nothing was published shows nothing");
    assert_eq!((office.status().await.state.as_str(), office.status().await.evidence.len()), ("broken", 1));
    let (code, answer) = (office.accept().await, office.poll().await);
    assert_eq!((code, words(&answer)), (0, vec!["site_recovered".to_owned()]), "a person took them as right");
}

#[tokio::test]
async fn reports_that_no_longer_say_when_they_were_published_are_told() {
    let office = Office::begin_unnamed(24);
    office.poll().await;
    let undated = regex::Regex::new("<div class=\"info\">.*?</div>").unwrap();
    publish(&office, 5, |page| undated.replace(&page, "").into_owned());
    office.pass(2);
    let told = office.poll().await;
    assert!(told.iter().any(|event| event.reason.as_deref().is_some_and(|why| why.contains("published"))), "{told:?}");
    for n_new in [0, 2] {
        publish(&office, n_new, |page| page);
        office.pass(2);
        assert!(
            !words(&office.poll().await).iter().any(|word| word.starts_with("site")),
            "{n_new} are too few to tell"
        );
    }
    publish(&office, 2, |page| page);
    office.pass(2);
    assert!(words(&office.poll().await).contains(&"site_recovered".to_owned()), "four in a row are well");
}

#[tokio::test]
async fn five_short_notices_in_the_usual_template_are_news_and_nothing_else() {
    let office = Office::begin_unnamed(24);
    office.poll().await;
    publish(&office, 5, |page| {
        let (head, rest) = page.split_once("<div class=\"TRS_Editor\">").unwrap();
        let (_, foot) = rest.split_once("</div>").unwrap();
        format!("{head}<div class=\"TRS_Editor\"><p>今日停电检修,明日恢复办公。</p></div>{foot}")
    });
    office.pass(2);
    let told = words(&office.poll().await);
    assert!(told.len() == 5 && told.iter().all(|word| word.starts_with("new") || word.starts_with("copy")), "{told:?}");
}

#[tokio::test]
async fn another_look_of_a_listing_whose_rows_nobody_wants_is_nothing() {
    let office = settled(24).await;
    let only =
        office.text().replace("entry = \"ul.list li\"", "include = \"第99号\"").replace("date = \"span::text\"", "");
    office.write(&only);
    office.poll().await;
    for template in [Template::Old, Template::Old, Template::Renamed, Template::Renamed] {
        office.build(template);
        office.pass(2);
        assert_eq!(words(&office.poll().await), NOTHING, "{template:?}");
    }
}

#[tokio::test]
async fn what_is_strange_on_the_first_page_is_told_and_not_what_follows_from_it() {
    let office = settled(48).await;
    let counted = |page: String| page.replace("</body>", "<p>共9页</p></body>");
    for n_page in 2..=4 {
        let page = Template::OldMoved.listing(&newest(48 + 12 * n_page, 12), n_page, 9).replace("关于", "第二届关于");
        office.portal.page(super::office::HOST, &format!("/tzgg/p{n_page}.html"), counted(page));
    }
    let days = regex::Regex::new(r"<span>\d{4}-\d\d-\d\d</span>").unwrap();
    let undated = days.replace_all(&Template::Old.listing(&newest(48, 12), 1, 9), "<span>置顶</span>").into_owned();
    office.portal.page(super::office::HOST, "/tzgg/", counted(undated));
    office.pass(24 * 8);
    let told = office.poll().await;
    assert_eq!(words(&told), ["site_broken"]);
    assert!(told[0].reason.as_deref().unwrap().contains("no date"), "{:?}", told[0].reason);
}

#[tokio::test]
async fn a_strange_walk_leaves_no_place_from_which_the_next_one_goes_on() {
    let office = settled(24).await;
    // Two rows, the last of them the last of the page as it was.
    office.portal.page(super::office::HOST, "/tzgg/", Template::Old.listing(&[14, 13], 1, 2));
    office.pass(24 * 8);
    assert_eq!(words(&office.poll().await), NOTHING);
    office.portal.page(super::office::HOST, &Template::Old.path(25), Template::Old.report(25));
    let rows: Vec<usize> = (8..=24).rev().chain([25]).chain((1..=7).rev()).collect();
    office.list(&rows);
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["new 25"], "the second page is read too");
}

#[tokio::test]
async fn a_broken_listing_that_is_only_waited_for_has_not_recovered() {
    let office = settled(24).await;
    office.build(Template::Cards);
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
    office.build(Template::Old);
    office.list(&newest(24, 2));
    office.pass(2);
    assert_eq!(words(&office.poll().await), NOTHING);
    assert_eq!((office.status().await.state.as_str(), office.status().await.evidence.len()), ("broken", 1));
    office.build(Template::Old);
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["site_recovered"]);
    assert_eq!(office.status().await.evidence, []);
}

#[tokio::test]
async fn rows_of_a_broken_page_that_are_too_few_to_have_moved_are_no_news() {
    let office = settled(24).await;
    let rows = Template::OldMoved.listing(&[24, 23], 1, 1).replace("<ul class=\"list\">", "<ol><ul class=\"list\">");
    office.portal.page(super::office::HOST, "/tzgg/", rows);
    for n in [24, 23] {
        office.portal.page(super::office::HOST, &Template::OldMoved.path(n), Template::OldMoved.report(n));
    }
    office.pass(2);
    assert_eq!(words(&office.poll().await), ["site_broken"]);
}
