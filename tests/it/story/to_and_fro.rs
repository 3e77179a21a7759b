//! Reports that say again what they said before.

use govwatch::model::Doubt;

use super::*;

#[tokio::test]
async fn there_and_back_again_are_two_edits() {
    let story = Story::begin();
    story.told().await;
    for (text, hours) in [(body(5).replace("15件", "9件"), 30), (body(5), 30)] {
        story.serve(5, &text);
        story.pass(hours);
        let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
        assert_eq!(words(&events), ["edited 5"]);
        assert_eq!(events[0].fields, [FieldName::Body]);
    }
    let history = story.world.store.reports(govwatch::store::Filter { limit: 10, ..Default::default() }).await.unwrap();
    let edited = history.iter().find(|row| row.title.as_deref() == Some(&title(5))).unwrap();
    assert_eq!(edited.revision, Some(3));
}

#[tokio::test]
async fn two_texts_that_come_by_turns_are_told_again_only_when_one_stays() {
    let story = Story::begin();
    story.told().await;
    let texts = [body(5), body(5).replace("15件", "9件")];
    let mut told = Vec::new();
    for turn in 1..9 {
        story.serve(5, &texts[turn % 2]);
        story.pass(30);
        told.extend(words(&story.poll_with(&usual(), Thoroughness::Full).await.1));
    }
    assert_eq!(told, ["edited 5"; 2], "there and back");
    story.serve(5, &texts[1]);
    assert_eq!(words(&story.poll_with(&usual(), Thoroughness::Full).await.1), NOTHING);
    story.pass(30);
    let (_, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!((words(&events), &events[0].doubts[..]), (vec!["edited 5".to_owned()], &[Doubt::ToAndFro][..]));
    story.serve(5, &body(5).replace("15件", "8件"));
    story.pass(24 * 40);
    assert_eq!(story.told().await, ["edited 5"], "another text is told at once");
}
