//! Contents of the store that are damaged: one report's loss, healed by its next reading, and no event.

use govwatch::crawl::Thoroughness;
use govwatch::model::{Document, FieldName};
use govwatch::store::{Store, StoreError};
use rusqlite::Connection;

use super::{HOST, Story, body, path, usual, words};

/// What is damaged of a report's newest revision.
#[derive(Clone, Copy)]
enum Damage {
    Document,
    /// Every content of the store: pages, Documents, files, and the second copies of bases.
    Everything,
}

impl Story {
    /// The same with a store on the disk.
    fn on_disk() -> Self {
        let mut story = Self::begin();
        story.world.store = Store::open(&story.folder.path().join("state")).unwrap();
        story
    }

    async fn damage(&self, n: u32, damage: Damage) {
        let (report, revision) = self.report(n).await;
        let conn = Connection::open(self.folder.path().join("state/govwatch.db")).unwrap();
        let n_damaged = match damage {
            Damage::Document => {
                let of = format!("SELECT document FROM revisions WHERE report = {report} AND revision = {revision}");
                conn.execute(&format!("UPDATE contents SET data = x'00' WHERE id = ({of})"), []).unwrap()
            }
            Damage::Everything => {
                conn.execute("UPDATE bases SET data = x'00'", []).unwrap();
                conn.execute("UPDATE contents SET data = x'00'", []).unwrap()
            }
        };
        assert!(n_damaged > 0);
        let said = self.world.store.document(report, revision).await.unwrap_err();
        assert!(matches!(said, StoreError::Lost { .. }), "{said}");
    }

    async fn newest(&self, n: u32) -> Document {
        let (report, revision) = self.report(n).await;
        self.world.store.document(report, revision).await.unwrap()
    }
}

#[tokio::test]
async fn a_damaged_document_is_read_again_from_its_page_and_an_edit_has_its_lines() {
    let story = Story::on_disk();
    story.told().await;
    story.damage(5, Damage::Document).await;
    story.serve(5, &body(5).replace("15件", "9件"));
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len()), (vec!["edited 5".to_owned()], 0));
    let diff = events[0].diff.as_deref().unwrap();
    assert!(diff.contains("-现将") && diff.contains("+现将"), "{diff}");
    assert!(story.world.store.document(story.report(5).await.0, 1).await.unwrap().text().contains("15件"));
}

#[tokio::test]
async fn a_report_of_which_all_is_lost_is_no_edit_and_is_whole_after_its_next_reading() {
    let story = Story::on_disk();
    story.attach("附件1\n受理行政复议案件\t15\n");
    story.told().await;
    let before = story.newest(4).await;
    story.damage(4, Damage::Everything).await;
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), summary.failures.len()), (Vec::new(), 0));
    assert_eq!(story.newest(4).await, before, "the same answer was asked for whole");
    story.pass(30);
    story.poll_with(&usual(), Thoroughness::Full).await;
    for n in 1..=6 {
        assert!(story.newest(n).await.text().contains("15件"), "report {n}");
        let (report, revision) = story.report(n).await;
        let pages = story.world.store.stored_captures(report, revision).await.unwrap();
        assert!(String::from_utf8_lossy(&pages[0].body).contains("15件"), "page of report {n}");
    }
    assert_eq!(story.report(5).await.1, 1);
}

#[tokio::test]
async fn another_text_than_the_lost_one_is_told_once_as_an_edit_without_its_lines() {
    let story = Story::on_disk();
    story.told().await;
    story.damage(5, Damage::Everything).await;
    story.serve(5, &body(5).replace("15件", "9件"));
    story.pass(30);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::Full).await;
    assert_eq!((words(&events), summary.failures.len()), (vec!["edited 5".to_owned()], 0));
    assert_eq!((events[0].revision, &events[0].fields[..]), (Some(2), &[FieldName::Body][..]));
    let diff = events[0].diff.as_deref().unwrap();
    assert!(diff.contains("revision 1 said is damaged"), "{diff}");
    let (report, _) = story.report(5).await;
    let said = story.world.store.document(report, 1).await.unwrap_err();
    assert!(matches!(said, StoreError::Lost { .. }), "{said}");
    assert!(story.newest(5).await.text().contains("9件"));
    assert!(story.newest(6).await.text().contains("15件"), "the others are read and made whole");
    for (text, expected) in [(body(5).replace("15件", "9件"), vec![]), (body(5), vec!["edited 5"])] {
        story.serve(5, &text);
        story.pass(30);
        let (_, events) = story.poll_with(&usual(), Thoroughness::Full).await;
        assert_eq!(words(&events), expected);
    }
}

#[tokio::test]
async fn a_page_that_says_nothing_is_no_edit_of_a_lost_text() {
    let story = Story::on_disk();
    story.told().await;
    story.damage(5, Damage::Everything).await;
    for text in ["<title>系统维护中</title><p>系统维护中,请稍后访问</p>", "<title>通知</title>"] {
        story.portal.page(HOST, &path(5), format!("<html>{text}</html>"));
        story.pass(30);
        let (_, events) = story.poll_with(&usual(), Thoroughness::Full).await;
        assert_eq!(words(&events), Vec::<String>::new(), "{text}");
        assert_eq!(story.report(5).await.1, 1);
    }
}

#[tokio::test]
async fn other_rules_read_what_is_left_and_tell_nothing_of_what_is_lost() {
    let story = Story::on_disk();
    story.told().await;
    story.damage(5, Damage::Everything).await;
    let other = format!("{}[report]\nstrip = [\".crumb\"]\n", usual());
    for _ in 0..2 {
        story.pass(30);
        let (summary, events) = story.poll_with(&other, Thoroughness::Full).await;
        assert_eq!((words(&events), summary.failures.len()), (Vec::new(), 0));
    }
    assert!(story.newest(5).await.text().contains("15件"));
}

#[tokio::test]
async fn a_routine_recheck_does_not_read_the_text_back_and_a_full_one_makes_it_whole() {
    let story = Story::on_disk();
    story.told().await;
    story.damage(5, Damage::Document).await;
    story.serve(5, &format!("{}<!-- another answer -->", body(5)));
    for (thoroughness, is_lost) in [(Thoroughness::News, true), (Thoroughness::Full, false)] {
        story.pass(30);
        let (summary, events) = story.poll_with(&usual(), thoroughness).await;
        assert_eq!((words(&events), summary.failures.len()), (Vec::new(), 0));
        let (report, revision) = story.report(5).await;
        assert_eq!(story.world.store.document(report, revision).await.is_err(), is_lost, "{thoroughness:?}");
    }
}
