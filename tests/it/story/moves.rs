//! Reports that the portal gave other addresses.

use super::*;

#[tokio::test]
async fn a_report_that_leads_to_another_one_is_not_edited_into_it_and_is_withdrawn_in_time() {
    let story = Story::begin();
    story.told().await;
    story.portal.serve(HOST, &path(1), Reply::redirect(&path(3)));
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(30);
        let (_, events) = story.poll_with(&usual(), Thoroughness::Full).await;
        told.push(words(&events).join(" "));
    }
    assert_eq!(told, ["", "", "withdrawn 1", ""]);
}

#[tokio::test]
async fn a_report_that_leads_to_its_own_text_elsewhere_has_moved() {
    let mut story = Story::begin();
    story.told().await;
    // The same report at a second URL, first told as a copy, to which the first one then leads.
    story.portal.page(HOST, "/new/2.html", report(2, &body(2)));
    let mut list = String::from(
        "<ul class=\"list\"><li><a href=\"/new/2.html\">关于做好第2号工作的通知</a><span>2026-03-01</span></li>",
    );
    for (n, day) in &story.rows {
        write!(list, "<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n)).unwrap();
    }
    story.portal.page(HOST, "/tzgg/", list);
    assert_eq!(story.told().await, ["copy 2"]);
    story.portal.serve(HOST, &path(2), Reply::redirect("/new/2.html"));
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), summary.counts.moved), (vec!["moved 2".to_owned()], 1));
    assert_eq!(events[0].from_url.as_deref(), Some("http://www.story.example/tzgg/2026/2.html"));
    assert_eq!(events[0].url.as_deref(), Some("http://www.story.example/new/2.html"));
    story.rows.retain(|(n, _)| *n != 2);
    story.pass(24 * 7);
    assert_eq!(story.told().await, NOTHING);
}

#[tokio::test]
async fn a_report_that_leads_to_itself_edited_on_its_way_has_moved_and_is_not_withdrawn() {
    let edited = |old: &str| old.replace("第2号", "第2号(修订)");
    for (name, expected) in [(title(2), "moved 2"), (title(92), "withdrawn 2")] {
        let mut story = Story::begin();
        story.told().await;
        story.portal.page(HOST, &path(92), report(2, &edited(&body(2))).replace(&title(2), &name));
        story.portal.serve(HOST, &path(2), Reply::redirect(&path(92)));
        story.rows.retain(|(n, _)| *n != 2);
        story.list();
        let row = format!("<li><a href=\"{}\">{name}</a><span>2026-02-05</span></li></ul>", path(92));
        let list: String = story.rows.iter().fold(String::from("<ul class=\"list\">"), |list, (n, day)| {
            format!("{list}<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
        });
        story.portal.page(HOST, "/tzgg/", list + &row);
        let mut told = Vec::new();
        for _ in 0..5 {
            story.pass(26);
            told.extend(story.poll_with(&usual(), Thoroughness::Full).await.1);
        }
        let said: Vec<String> = told.iter().flat_map(|event| words(std::slice::from_ref(event))).collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("new ") && said[1] == expected, "{name}: {said:?}");
        if expected == "moved 2" {
            let diff = told[1].diff.as_deref().unwrap();
            assert_eq!(told[1].fields, [FieldName::Body]);
            assert!(diff.starts_with("--- report ") && diff.contains("第2号(修订)"), "{diff}");
        }
    }
}

#[tokio::test]
async fn a_report_that_got_another_url_has_moved_and_is_not_withdrawn() {
    let mut story = Story::begin();
    story.told().await;
    story.readdress();
    let mut told = story.told().await;
    for _ in 0..4 {
        story.pass(26);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["moved 2"]);
}

impl Story {
    /// The second report stands at another address, in the last row, and leads nowhere at its own.
    fn readdress(&mut self) {
        self.rows.retain(|(n, _)| *n != 2);
        self.portal.remove(HOST, &path(2));
        self.portal.page(HOST, "/new/2.html", report(2, &body(2)));
        let moved = "<li><a href=\"/new/2.html\">关于做好第2号工作的通知</a><span>2026-02-05</span></li></ul>";
        let list: String = self.rows.iter().fold(String::from("<ul class=\"list\">"), |list, (n, day)| {
            format!("{list}<li><a href=\"{}\">{}</a><span>2026-{day}</span></li>", path(*n), title(*n))
        });
        self.portal.page(HOST, "/tzgg/", list + moved);
    }
}

#[tokio::test]
async fn a_report_that_was_asked_for_before_its_copy_was_read_is_told_once_as_moved() {
    let mut story = Story::begin();
    story.told().await;
    story.readdress();
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(100);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::News).await.1));
    }
    assert_eq!(told, ["moved 2"]);
}

#[tokio::test]
async fn a_withdrawn_report_that_comes_back_at_another_address_has_moved_there() {
    let mut story = Story::begin();
    story.told().await;
    story.rows.retain(|(n, _)| *n != 2);
    story.list();
    story.portal.remove(HOST, &path(2));
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(26);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["withdrawn 2"]);
    story.pass(24 * 40);
    story.readdress();
    let mut told = Vec::new();
    for _ in 0..3 {
        told.extend(words(&story.poll_with(&usual(), Thoroughness::News).await.1));
        story.pass(26);
    }
    assert_eq!(told, ["moved 2"]);
    let there = story.world.store.find_report(&format!("http://{HOST}/new/2.html")).await.unwrap();
    assert_eq!((there.state, there.revision), (ReportState::Present, Some(1)));
}

#[tokio::test]
async fn a_report_that_got_another_title_and_url_is_told_once_as_moved() {
    for old in [Reply::status(404), Reply::redirect("/tzgg/2026/92.html")] {
        let mut story = Story::begin();
        story.told().await;
        story.portal.page(HOST, &path(92), report(2, &body(2)).replace(&title(2), &title(92)));
        story.portal.serve(HOST, &path(2), old);
        story.rows.iter_mut().filter(|(n, _)| *n == 2).for_each(|(n, _)| *n = 92);
        story.list();
        story.pass(2);
        let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
        assert_eq!(words(&events), ["moved 92"]);
        assert_eq!((summary.counts.moved, summary.counts.copies), (1, 0));
        assert!(events[0].from_url.as_deref().unwrap().ends_with(&path(2)));
        for _ in 0..4 {
            story.pass(26);
            assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), NOTHING);
        }
    }
}

#[tokio::test]
async fn one_of_two_notices_of_one_form_is_withdrawn_and_did_not_move_to_the_other() {
    let mut story = Story::begin();
    story.told().await;
    for n in [8, 9] {
        story.portal.page(HOST, &path(n), report(7, &body(7)).replace(&title(7), &title(n)));
        story.rows.insert(0, (n, "03-02"));
    }
    story.list();
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(words(&events), ["copy 8", "new 9"]);
    story.rows.retain(|(n, _)| *n != 9);
    story.portal.remove(HOST, &path(9));
    story.list();
    let mut told = Vec::new();
    for _ in 0..4 {
        story.pass(11);
        told.extend(story.told().await);
    }
    assert_eq!(told, ["withdrawn 9"]);
}

#[tokio::test]
async fn a_report_that_got_another_url_and_was_edited_on_its_way_has_moved() {
    let sentence = "逾期未报送的,由县司法局在全县范围内予以通报。";
    let other = "兴县财政局拨付经费三万元,用于购置执法记录仪,由综合行政执法大队统一管理使用,并建立台账,定期盘点。";
    for (text, day, expected) in [
        (body(2).replace("15件", "16件") + sentence, "02-02", "moved 2"),
        (other.to_owned(), "02-02", "withdrawn 2"),
        (body(2) + sentence, "02-03", "withdrawn 2"),
    ] {
        let mut story = Story::begin();
        story.told().await;
        story.readdress();
        let page = report(2, &text).replace("2026-02-02", &format!("2026-{day}"));
        story.portal.page(HOST, "/new/2.html", page);
        let list = listing(&story.rows).replace(
            "</ul>",
            &format!("<li><a href=\"/new/2.html\">{}</a><span>2026-{day}</span></li></ul>", title(2)),
        );
        story.portal.page(HOST, "/tzgg/", list);
        let mut told = Vec::new();
        for _ in 0..5 {
            story.pass(26);
            told.extend(story.told().await);
        }
        assert_eq!(told, ["new 2", expected], "{day}: {text}");
    }
}

#[tokio::test]
async fn a_report_that_is_served_and_listed_in_another_column_at_another_address_is_not_withdrawn() {
    let other = "[[listing]]\nname = \"政策文件\"\nurl = \"http://www.story.example/zcwj/\"\nentry = \"ul.list li\"\n\
         pages = { kind = \"none\" }\n";
    let (old, both) = (usual() + other, |rows: &str| format!("<ul class=\"list\">{rows}</ul>"));
    let row = "<li><a href=\"/zcwj/4.html\">关于做好第4号工作的通知</a><span>2026-02-14</span></li>";
    let filler = "<li><a href=\"/zcwj/9.html\">关于做好第9号工作的通知</a><span>2026-01-09</span></li>";
    for was_in_both in [false, true] {
        let mut story = Story::begin();
        story.portal.page(HOST, "/zcwj/9.html", report(9, &body(9)));
        story.portal.page(HOST, "/zcwj/4.html", report(4, &body(4)));
        story.portal.page(
            HOST,
            "/zcwj/",
            both(&if was_in_both { format!("{row}{filler}") } else { filler.to_owned() }),
        );
        story.poll_with(&old, Thoroughness::News).await;
        story.rows.retain(|(n, _)| *n != 4);
        story.list();
        story.portal.page(HOST, "/zcwj/", both(&format!("{row}{filler}")));
        let mut told = Vec::new();
        for _ in 0..6 {
            story.pass(26);
            told.extend(words(&story.poll_with(&old, Thoroughness::News).await.1));
        }
        assert_eq!(told, if was_in_both { vec![] } else { vec!["copy 4"] });
        story.portal.forget();
        story.pass(1);
        story.poll_with(&old, Thoroughness::News).await;
        assert!(story.portal.asked(HOST, &path(4)).is_empty(), "it is not asked for at each poll");
        story.portal.remove(HOST, &path(4));
        story.portal.remove(HOST, "/zcwj/4.html");
        story.portal.page(HOST, "/zcwj/", both(filler));
        let mut told = Vec::new();
        for _ in 0..6 {
            story.pass(24 * 30);
            told.extend(words(&story.poll_with(&old, Thoroughness::News).await.1));
        }
        assert_eq!(told, ["withdrawn 4"; 2], "both are gone");
    }
}

#[tokio::test]
async fn a_token_that_the_portal_writes_anew_each_time_moves_nothing_and_costs_nothing() {
    let mut story = Story::begin();
    let list = |story: &Story, token: &str| {
        let rows: String = story.rows.iter().fold(String::new(), |rows, (n, day)| {
            let address = format!("/detail.jsp?id={n}&key={token}{n}");
            story.portal.page(HOST, &address, report(*n, &body(*n)));
            format!("{rows}<li><a href=\"{address}\">{}</a><span>2026-{day}</span></li>", title(*n))
        });
        story.portal.page(HOST, "/tzgg/", format!("<ul class=\"list\">{rows}</ul>"));
    };
    list(&story, "a7f");
    assert_eq!(story.told().await, ["baseline"]);
    for token in ["b81", "9cc", "d0e"] {
        list(&story, token);
        story.portal.forget();
        story.pass(2);
        assert_eq!(story.told().await, NOTHING);
        assert_eq!(story.portal.asks().len(), 1, "the listing alone: {token}");
    }
    story.rows.insert(0, (7, "03-01"));
    list(&story, "e44");
    assert_eq!(story.told().await, ["new 7"]);
    story.portal.page(HOST, "/detail.jsp?id=3&key=e443", report(3, &body(3).replace("15件", "9件")));
    story.pass(24 * 40);
    assert_eq!(story.told().await, ["edited 3"], "it is asked for by its latest address");
}

#[tokio::test]
async fn a_row_whose_link_says_on_which_page_it_stands_is_the_same_when_it_rolls_on() {
    let mut story = Story::begin();
    story.rows = (1..=12).rev().map(|n| (n, DAYS[n as usize - 1])).collect();
    let text = usual().replace("\"none\"", "\"query\", name = \"pageNo\", first = 1");
    let list = |story: &Story| {
        for (page, rows) in (1..).zip(story.rows.chunks(5)) {
            let row = |(n, day): &(u32, &str)| {
                let address = format!("/detail.jsp?id={n}&pageNo={page}");
                story.portal.page(HOST, &address, report(*n, &body(*n)));
                format!("<li><a href=\"{address}\">{}</a><span>2026-{day}</span></li>", title(*n))
            };
            let rows = format!("<ul class=\"list\">{}</ul>", rows.iter().map(row).collect::<String>());
            story.portal.page(HOST, &format!("/tzgg/?pageNo={page}"), rows.clone());
            if page == 1 {
                story.portal.page(HOST, "/tzgg/", rows);
            }
        }
    };
    list(&story);
    assert_eq!(words(&story.poll_with(&text, Thoroughness::News).await.1), ["baseline"]);
    assert_eq!(story.world.store.statuses(&[]).await.unwrap()[0].entries, 12, "all of its pages");
    for n in 13..=15 {
        story.rows.insert(0, (n, DAYS[n as usize - 1]));
        list(&story);
        story.pass(24 * 8);
        assert_eq!(words(&story.poll_with(&text, Thoroughness::Full).await.1), [format!("new {n}")]);
    }
}

#[tokio::test]
async fn a_text_that_leaves_two_columns_at_once_is_told_of_both() {
    let other = "[[listing]]\nname = \"政策文件\"\nurl = \"http://www.story.example/zcwj/\"\nentry = \"ul.list li\"\n\
         pages = { kind = \"none\" }\n";
    let text = usual() + other;
    let mut story = Story::begin();
    let list = |story: &Story, has_both: bool| {
        let row = "<li><a href=\"/zcwj/4.html\">关于做好第4号工作的通知</a><span>2026-02-14</span></li>";
        let others = (9..15)
            .rev()
            .map(|n| format!("<li><a href=\"/zcwj/{n}.html\">{}</a><span>2026-01-{n:02}</span></li>", title(n)));
        let rows = if has_both { row } else { "" }.to_owned() + &others.collect::<String>();
        story.portal.page(HOST, "/zcwj/", format!("<ul class=\"list\">{rows}</ul>"));
        story.list();
    };
    for n in (9..15).chain([4]) {
        story.portal.page(HOST, &format!("/zcwj/{n}.html"), report(n, &body(n)));
    }
    list(&story, true);
    story.poll_with(&text, Thoroughness::News).await;
    story.rows.retain(|(n, _)| *n != 4);
    list(&story, false);
    let mut told = Vec::new();
    for _ in 0..5 {
        story.pass(26);
        told.extend(words(&story.poll_with(&text, Thoroughness::News).await.1));
    }
    assert_eq!(told, ["withdrawn 4"; 2]);
}
