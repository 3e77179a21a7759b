//! Pictures in a text that says what it said: told where their bytes are others, and only there.

use super::*;

/// The report with a picture between its paragraphs.
fn pictured(n: u32, picture: &str) -> String {
    report(n, &body(n)).replacen("</p><p>", &format!("</p><p><img src=\"{picture}\"></p><p>"), 1)
}

/// A picture whose bytes are these.
fn jpeg(bytes: &str) -> Reply {
    Reply::bytes("image/jpeg", [b"\xff\xd8\xff\xe0", bytes.as_bytes()].concat())
}

impl Story {
    /// What a poll of all reports tells once report 3 shows this picture.
    async fn showing(&self, picture: &str) -> Vec<Event> {
        self.portal.page(HOST, &path(3), pictured(3, picture));
        self.pass(26);
        self.poll_with(&usual(), Thoroughness::Full).await.1
    }
}

const FIRST: &str = "/images/W020260201000001.jpg";
const SECOND: &str = "/images/W020260301000002.jpg";
const THIRD: &str = "/images/W020260401000003.jpg";

#[tokio::test]
async fn a_picture_that_was_swapped_is_told_and_the_same_one_elsewhere_is_not() {
    let story = Story::begin();
    for (picture, bytes) in [(FIRST, "甲"), (SECOND, "乙"), (THIRD, "乙")] {
        story.portal.serve(HOST, picture, jpeg(bytes));
    }
    assert_eq!(words(&story.showing(FIRST).await), ["baseline"]);
    assert_eq!(words(&story.showing("http://story.example/cdn/W020260201000001.jpg?v=2").await), NOTHING);
    assert!(story.portal.asked(HOST, FIRST).is_empty(), "nothing speaks for another picture");
    let events = story.showing(SECOND).await;
    assert_eq!(
        (words(&events), &events[0].fields[..]),
        (vec!["edited 3".to_owned()], &[FieldName::AttachmentReplaced][..])
    );
    let diff = events[0].diff.as_deref().unwrap();
    assert!(
        diff.contains("\n-W020260201000001.jpg (http://") && diff.contains("\n+W020260301000002.jpg (http://"),
        "{diff}"
    );
    assert_eq!(words(&story.showing(THIRD).await), NOTHING, "the same picture under another name");
    let n_asked = story.portal.asked(HOST, THIRD).len();
    assert_eq!(words(&story.showing(THIRD).await), NOTHING);
    assert_eq!(story.portal.asked(HOST, THIRD).len(), n_asked, "it is known by now");
}

#[tokio::test]
async fn a_picture_whose_forerunner_is_gone_tells_nothing_and_is_known_from_then_on() {
    let story = Story::begin();
    story.portal.serve(HOST, SECOND, jpeg("乙"));
    story.portal.serve(HOST, THIRD, jpeg("丙"));
    assert_eq!(words(&story.showing(FIRST).await), ["baseline"]);
    assert_eq!(words(&story.showing(SECOND).await), NOTHING);
    story.portal.remove(HOST, SECOND);
    assert_eq!(words(&story.showing(THIRD).await), ["edited 3"]);
}
