//! Pages stay short whatever a portal publishes, and nothing of it is lost.

use govwatch::model::{Attachment, Block, BlockKind, Document};

use super::*;

/// What stands in the long paragraph over and over, and how often: a million characters.
const SENTENCE: &str = "<依法行政>,全年办理行政复议案件十五件。";
const TIMES: usize = 50_000;

/// A report of a million characters, with a paragraph that was edited from end to end, and files beyond counting.
async fn endless() -> Store {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[row("z", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[row("long", 2), row("z", 1)]).await;
    let report = id(&store, "long").await;
    let files = (0..400).map(|n| {
        let url = format!("http://a.gov.cn/{n}.doc").parse().unwrap();
        Attachment::linked(url, format!("附件{n}"), None)
    });
    let edited_part = |word: &str| format!("{word}<文件>的{word}条款。").repeat(4_000);
    let whole = |word: &str| Document {
        blocks: vec![
            Block::new(BlockKind::Paragraph, SENTENCE.repeat(TIMES)),
            Block::new(BlockKind::Row, "甲\t".repeat(3000)),
            Block::new(BlockKind::Paragraph, edited_part(word)),
        ],
        attachments: files.clone().collect(),
        ..document("long", "")
    };
    poll.record(report, reading(whole("旧"), Told::New)).await;
    let diff = format!("--- 1\n+++ 2\n@@ -3,1 +3,1 @@\n-{}\n+{}\n", edited_part("旧"), edited_part("新"));
    poll.record(report, edited(whole("新"), &diff)).await;
    poll.end().await;
    store
}

/// How many parts a page says there are.
fn n_parts(page: &str, n: usize) -> usize {
    page.split(&format!("Part {n} of ")).nth(1).unwrap().split('<').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_report_of_a_million_characters_is_read_and_compared_part_by_part() {
    let scene = Scene::with(WebRule::default(), endless().await).await;
    let report = id(&scene.store, "long").await;
    for path in ["/", "/search", "/search?q=%E5%A4%8D%E8%AE%AE", "/sites/a"] {
        scene.page(path).await;
    }
    let first = scene.page(&format!("/reports/{report}")).await;
    let all = n_parts(&first, 1);
    for part in [2, all] {
        let page = scene.page(&format!("/reports/{report}?part={part}")).await;
        assert_eq!((n_parts(&page, part), page.contains("rel=\"next\"")), (all, part < all));
    }
    assert!(all > 60 && first.contains("rel=\"next\" href=\"?part=2\""), "{all}");
    for view in ["", "&view=side"] {
        let compare = format!("/reports/{report}/compare?old=1&new=2{view}");
        let all = n_parts(&scene.page(&compare).await, 1);
        let last = scene.page(&format!("{compare}&part={}", all + 1)).await;
        assert!(
            all > 1 && n_parts(&last, all) == all && !last.contains("rel=\"next\""),
            "who asks for more has the last"
        );
        assert!(last.contains("<ins>") || last.contains("<del>"), "{last}");
    }
    let whole = scene.get(&format!("/reports/{report}/compare.txt?old=1&new=2")).await;
    let headers = written(whole.headers());
    assert!(headers.contains("text/plain") && headers.contains("attachment; filename=") && headers.contains("nosniff"));
    let text = whole.text().await.unwrap();
    assert!(text.contains("\n-旧<文件>") && text.contains("\n+新<文件>"));
    let files = scene.get(&format!("/reports/{report}?files=all")).await.text().await.unwrap();
    assert_eq!((files.matches("附件399").count(), files.contains("Show all files")), (1, false));
}
