//! Files that reports link to, over days: read once, compared by their words, never lost to a bad night.

use govwatch::crawl::Thoroughness;
use govwatch::model::{Attachment, Event, FieldName, ReportId, TextState};
use govwatch::store::Filter;

use super::{HOST, NOTHING, Story, body, path, title, usual, words};
use crate::portal::Reply;

const FILE: &str = "/tzgg/2026/P0202602.txt";
const WORDS: &str = "附件1\n受理行政复议案件\t15\n办结\t14\n各乡镇应当于每季度末报送办理情况。\n";

impl Story {
    /// Report 4 links to a file.
    pub(super) fn attach(&self, file: &str) {
        let page = format!(
            "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:2026-02-14</div>\
             <div class=\"TRS_Editor\"><p>{1}</p><p>附件：<a href=\"{FILE}\">办理情况统计表.txt</a></p></div></body></html>",
            title(4),
            body(4)
        );
        self.portal.page(HOST, &path(4), page);
        self.serve_file(file);
    }

    fn serve_file(&self, text: &str) {
        self.portal.serve(HOST, FILE, Reply::bytes("application/octet-stream", text.as_bytes().to_vec()));
    }

    async fn full(&self) -> Vec<Event> {
        self.poll_with(&usual(), Thoroughness::Full).await.1
    }

    pub(super) async fn report(&self, n: u32) -> (ReportId, u32) {
        let reports = self.world.store.reports(Filter { limit: 100, ..Filter::default() }).await.unwrap();
        let found = reports.iter().find(|report| report.title.as_deref() == Some(&title(n))).unwrap();
        (found.report, found.revision.unwrap())
    }

    async fn file_of(&self, n: u32) -> Attachment {
        let (report, revision) = self.report(n).await;
        self.world.store.document(report, revision).await.unwrap().attachments.remove(0)
    }
}

#[tokio::test]
async fn a_file_is_read_with_its_report_and_its_words_are_kept() {
    let story = Story::begin();
    story.attach(WORDS);
    assert_eq!(story.told().await, ["baseline"]);
    let file = story.file_of(4).await;
    let known = file.file.unwrap();
    assert_eq!((known.state, known.n_bytes), (TextState::Text, WORDS.len() as u64));
    assert_eq!(file.media_type.as_deref(), Some("text/plain"));
    let text = story.world.store.content(known.text_hash.unwrap()).await.unwrap().unwrap();
    assert!(String::from_utf8(text).unwrap().contains("办结\t14"));
    let bytes = story.world.store.content(known.bytes_hash).await.unwrap();
    assert_eq!(bytes.as_deref(), Some(WORDS.as_bytes()), "the bytes are evidence");
}

#[tokio::test]
async fn a_file_that_is_replaced_under_its_name_is_told_and_one_that_is_made_again_is_not() {
    let story = Story::begin();
    story.attach(WORDS);
    story.told().await;
    // Other line ends, another blank line: another program wrote it, the words are the same.
    story.serve_file(&WORDS.replace('\n', "\r\n").replace("附件1\r\n", "附件1\r\n\r\n"));
    story.pass(30);
    assert_eq!(words(&story.full().await), NOTHING);
    story.serve_file(&WORDS.replace("14", "13"));
    story.pass(30);
    let events = story.full().await;
    assert_eq!(
        (words(&events), events[0].fields.clone()),
        (vec!["edited 4".into()], vec![FieldName::AttachmentReplaced])
    );
    let diff = events[0].diff.as_deref().unwrap();
    assert!(diff.contains("-办结\t14\n+办结\t13\n"), "the words that changed stand in the diff: {diff}");
    story.pass(30);
    assert_eq!(words(&story.full().await), NOTHING);
}

#[tokio::test]
async fn a_file_is_asked_for_though_its_page_was_not_modified() {
    let story = Story::begin();
    story.attach(WORDS);
    let page = |text: &str| {
        let html = format!(
            "<html><title>{0}</title><body><h1>{0}</h1><div class=TRS_Editor><p>{1}</p>\
             <p><a href=\"{FILE}\">统计表.txt</a></p></div></body></html>",
            title(4),
            text
        );
        Reply::html(html).with("Last-Modified", "Sat, 14 Feb 2026 02:00:00 GMT")
    };
    story.portal.serve(HOST, &path(4), page(&body(4)));
    story.told().await;
    story.pass(30);
    assert_eq!(story.told().await, NOTHING);
    story.serve_file(&WORDS.replace("15", "16"));
    story.pass(24 * 4);
    let (summary, events) = story.poll_with(&usual(), Thoroughness::News).await;
    assert_eq!(
        (words(&events), events[0].fields.clone()),
        (vec!["edited 4".into()], vec![FieldName::AttachmentReplaced])
    );
    assert!(summary.counts.not_modified > 0, "the page itself answered 304");
    let (report, revision) = story.report(4).await;
    assert_eq!(revision, 2);
    let captures = story.world.store.stored_captures(report, 2).await.unwrap();
    assert_eq!(captures.len(), 1, "the new revision stands on the page that is still served");
}

#[tokio::test]
async fn a_file_that_does_not_come_keeps_its_words_whatever_stands_in_its_place() {
    let story = Story::begin();
    story.attach(WORDS);
    story.told().await;
    let error_page = "<!DOCTYPE html><html><head><title>404</title></head><body>您访问的文件不存在</body></html>";
    let places =
        [Reply::status(404), Reply::status(503), Reply::html(error_page), Reply::bytes("text/plain", Vec::new())];
    for place in places {
        story.portal.serve(HOST, FILE, place);
        story.pass(30);
        assert_eq!(words(&story.full().await), NOTHING);
        assert_eq!(story.file_of(4).await.file.unwrap().state, TextState::Text);
    }
    story.serve_file(WORDS);
    story.pass(30);
    assert_eq!(words(&story.full().await), NOTHING, "its return is no change either");
}

#[tokio::test]
async fn a_table_served_as_a_page_under_the_name_of_a_workbook_is_read() {
    let story = Story::begin();
    let sheet = FILE.replace(".txt", ".xls").replace(".rtf", ".xls");
    let page = format!(
        "<html><title>{0}</title><body><h1>{0}</h1><div class=TRS_Editor><p>{1}</p>\
         <p><a href=\"{sheet}\">统计表.xls</a></p></div></body></html>",
        title(4),
        body(4)
    );
    story.portal.serve(HOST, &path(4), Reply::html(&page));
    let table = "<html><body><table><tr><td>姓名</td><td>成绩</td></tr><tr><td>张三</td><td>90</td></tr></table>";
    story.portal.serve(HOST, &sheet, Reply::html(table));
    story.told().await;
    let file = story.file_of(4).await.file.unwrap();
    assert_eq!((file.state, file.n_chars), (TextState::Text, 8));
    let wall = "<html><body><table><tr><td>请登录</td><td>首页</td></tr></table><p>您访问的文件不存在或需要登录</p>";
    story.portal.serve(HOST, &sheet, Reply::html(wall));
    story.pass(30);
    assert_eq!(words(&story.full().await), NOTHING, "an error page stands for no table");
}

#[tokio::test]
async fn a_file_that_comes_cut_is_no_edit_until_it_stays_so() {
    let story = Story::begin();
    story.attach(WORDS);
    let whole = rtf(WORDS);
    let served = |bytes: &[u8]| Reply::bytes("application/rtf", bytes.to_vec());
    story.portal.serve(HOST, FILE, served(&whole));
    story.told().await;
    assert_eq!(story.file_of(4).await.file.unwrap().state, TextState::Text);
    story.portal.serve(HOST, FILE, served(&whole[..whole.len() - 1]));
    for _ in 0..3 {
        story.pass(30);
        assert_eq!(words(&story.full().await), NOTHING);
    }
    story.pass(30);
    assert_eq!(words(&story.full().await), ["edited 4"], "four days later it is believed");
    assert_eq!(story.file_of(4).await.file.unwrap().state, TextState::Broken);
}

#[tokio::test]
async fn a_file_that_failed_at_first_is_learned_silently_and_soon() {
    let story = Story::begin();
    story.attach(WORDS);
    story.portal.serve(HOST, FILE, Reply::status(503));
    assert_eq!(story.told().await, ["baseline"]);
    assert_eq!(story.file_of(4).await.file, None);
    story.serve_file(WORDS);
    story.pass(2);
    assert_eq!(story.told().await, NOTHING);
    assert_eq!(story.file_of(4).await.file.unwrap().state, TextState::Text, "two hours later it is known");
    story.serve_file(&WORDS.replace("14", "13"));
    story.pass(30);
    assert_eq!(words(&story.full().await), ["edited 4"]);
}

#[tokio::test]
async fn a_row_that_leads_to_a_file_is_a_report_with_its_words() {
    let story = Story::begin();
    let text = format!("{}\n{}\n", title(4), body(4));
    let served = |text: &str| Reply::bytes("application/rtf", rtf(text));
    story.portal.serve(HOST, &path(4), served(&text));
    assert_eq!(story.told().await, ["baseline"]);
    let (report, _) = story.report(4).await;
    let document = story.world.store.document(report, 1).await.unwrap();
    assert!(document.text().contains("全年受理行政复议案件15件"), "{:?}", document.text());
    story.portal.serve(HOST, &path(4), served(&text.replace("15件", "9件")));
    story.pass(30);
    let events = story.full().await;
    assert_eq!(words(&events), ["edited 4"]);
    assert_eq!(events[0].fields, [FieldName::Body, FieldName::AttachmentReplaced]);
    assert!(events[0].diff.as_deref().unwrap().contains("9件"));
}

/// The smallest RTF file with these words.
fn rtf(text: &str) -> Vec<u8> {
    let escaped = text.chars().map(|c| match c {
        '\n' => "\\par\n".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => format!("\\u{}?", i32::from(u16::try_from(u32::from(c)).unwrap().cast_signed())),
    });
    format!("{{\\rtf1\\ansi\\ansicpg936 {}}}", escaped.collect::<String>()).into_bytes()
}

#[tokio::test]
async fn files_are_left_alone_where_the_site_file_says_so_or_does_not_name_their_host() {
    let story = Story::begin();
    story.attach(WORDS);
    let listed = format!("{}[fetch]\nattachments = \"list\"\n", usual());
    story.poll_with(&listed, Thoroughness::News).await;
    assert_eq!(story.portal.asked(HOST, FILE).len(), 0);
    assert_eq!(story.file_of(4).await.title, "办理情况统计表.txt");
    let elsewhere = format!(
        "<html><title>{0}</title><h1>{0}</h1><div class=TRS_Editor><p>{1}</p>\
         <p><a href=\"http://other.story.example/1.txt\">统计表.txt</a></p></div></html>",
        title(3),
        body(3)
    );
    story.portal.page(HOST, &path(3), elsewhere);
    story.portal.serve("other.story.example", "/1.txt", Reply::bytes("text/plain", WORDS.as_bytes().to_vec()));
    story.full().await;
    assert_eq!(story.portal.asked("other.story.example", "/1.txt").len(), 0);
    let named = format!("{}[fetch]\nhosts = [\"other.story.example\"]\n", usual());
    story.pass(30);
    story.poll_with(&named, Thoroughness::Full).await;
    assert_eq!(story.portal.asked("other.story.example", "/1.txt").len(), 1);
}
