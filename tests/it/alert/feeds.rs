//! Feeds: what is taken for delivered stands in the files that it belongs to.

use serde_json::Value;

use super::{ALL, Desk};

/// Entries of a feed.
const MOST: usize = 200;

async fn desk() -> Desk {
    Desk::of(&format!("[[channel]]\nid = \"hook\"\nkind = \"feed\"\nfolder = \"feeds\"\n{ALL}")).await
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("报告{n}")).collect()
}

async fn publish(desk: &mut Desk, names: &[String], kind: Option<&str>) {
    desk.publish_as(&names.iter().map(String::as_str).collect::<Vec<_>>(), kind).await;
}

/// The entries of a feed, as its JSON and its Atom file have them.
fn entries(desk: &Desk, name: &str) -> Vec<Value> {
    let read = |ending: &str| std::fs::read_to_string(desk.folder.path().join(format!("feeds/{name}.{ending}")));
    let feed: Value = serde_json::from_str(&read("json").expect(name)).unwrap();
    let entries = feed["items"].as_array().unwrap().clone();
    assert_eq!(read("atom").expect(name).matches("<entry>").count(), entries.len(), "{name}");
    entries
}

fn titles(desk: &Desk, name: &str) -> Vec<String> {
    entries(desk, name)
        .iter()
        .map(|entry| entry["_govwatch"]["title"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn a_change_of_a_small_site_or_kind_stands_in_its_feed_below_any_number_of_others() {
    let mut desk = desk().await;
    desk.break_sites(&["b"]).await;
    publish(&mut desk, &names(0..3), Some("rare")).await;
    publish(&mut desk, &names(3..260), Some("common")).await;
    assert_eq!(desk.deliver().await.delivered, 261);
    assert_eq!(entries(&desk, "site-b").len(), 1);
    let youngest_first = |range| names(range).into_iter().rev().collect::<Vec<_>>();
    assert_eq!(titles(&desk, "kind-rare").len(), 3);
    for name in ["all", "site-a", "kind-common"] {
        assert_eq!(titles(&desk, name).len(), MOST, "{name}");
    }
    assert!(names(0..3).iter().all(|title| titles(&desk, "kind-rare").contains(title)));
    publish(&mut desk, &names(260..261), Some("rare")).await;
    assert_eq!(desk.deliver().await.delivered, 1);
    assert_eq!(titles(&desk, "kind-rare")[..1], youngest_first(260..261), "on top of what it had");
    assert_eq!(titles(&desk, "kind-rare").len(), 4);
}

#[tokio::test]
async fn feeds_that_a_change_does_not_belong_to_are_left_as_they_are() {
    let mut desk = desk().await;
    desk.break_sites(&["b"]).await;
    publish(&mut desk, &names(0..1), Some("rare")).await;
    desk.deliver().await;
    for name in ["site-b.json", "kind-rare.json", "site-a.json", "all.json"] {
        std::fs::remove_file(desk.folder.path().join("feeds").join(name)).unwrap();
    }
    publish(&mut desk, &names(1..2), None).await;
    desk.deliver().await;
    let is_there = |name: &str| desk.folder.path().join("feeds").join(name).exists();
    let there = ["site-b.json", "kind-rare.json", "site-a.json", "all.json"].map(is_there);
    assert_eq!(there, [false, false, true, true]);
    assert_eq!((titles(&desk, "site-a").len(), titles(&desk, "all").len()), (2, 3));
}

#[tokio::test]
async fn a_test_stands_on_top_until_the_next_change() {
    let mut desk = desk().await;
    publish(&mut desk, &names(0..2), None).await;
    desk.deliver().await;
    desk.channels.test(&desk.store, "hook", desk.now()).await.unwrap();
    assert_eq!(titles(&desk, "all")[0], "govwatch 测试 / test");
    assert_eq!((titles(&desk, "all").len(), titles(&desk, "site-test").len()), (3, 1));
    publish(&mut desk, &names(2..3), None).await;
    desk.deliver().await;
    assert!(!titles(&desk, "all").contains(&"govwatch 测试 / test".to_owned()));
}
