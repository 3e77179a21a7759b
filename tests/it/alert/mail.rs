//! Mail: read back by a parser as a reader's program would, over every door and through every fault of a server.

use std::time::Duration;

use mail_parser::{Message, MessageParser};

use super::office::{Door, Mood, NAME, Office, Taken};
use super::{Desk, variables};

const DIFF: &str = "--- revision 1\n+++ revision 2\n@@ validity @@\n-有效\n+失效\n@@ -1,1 +1,1 @@\n-全年办结行政复议案件5件\n+全年办结行政复议案件15件\n";

async fn desk(office: &Office, door: Door, keys: &str) -> Desk {
    let scheme = match door {
        Door::Open => "smtp://",
        Door::StartTls => "starttls://robot%40example.org@",
        Door::Tls => "smtps://robot%40example.org@",
    };
    let password = if door == Door::Open { "" } else { "password = { env = \"WORD\" }\n" };
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, &office.ca).unwrap();
    let mut env = variables();
    env.insert("GOVWATCH_NETWORK_RESOLVE".to_owned(), format!("{NAME}={}", office.addr));
    let text = format!(
        "[[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"{scheme}{NAME}:{}\"\n{password}ca = {:?}\n\
         from = \"govwatch <robot@example.org>\"\nto = [\"desk@example.org\", \"编辑 <two@example.org>\"]\n{keys}\n\
         [[route]]\nto = [\"mail\"]\nevents = [\"new\", \"edited\"]\n",
        office.addr.port(),
        ca.display().to_string(),
    );
    Desk::with(&text, env).await
}

fn parsed(taken: &Taken) -> Message<'_> {
    MessageParser::default().parse(&taken.bytes).expect("a mail")
}

fn header<'a>(mail: &'a Message<'_>, name: &str) -> Option<&'a str> {
    mail.header_raw(name.to_owned()).map(str::trim)
}

#[tokio::test]
async fn a_mail_says_what_was_changed_in_text_and_html() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "language = \"zh\"").await;
    desk.edit("兴县2025年法治政府建设年度报告", "x", DIFF).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.troubles), (1, vec![]));
    let taken = office.taken();
    assert!(taken[0].is_sealed);
    assert_eq!(taken[0].login.as_deref(), Some("|robot@example.org|open-sesame-1234"));
    assert_eq!(taken[0].receivers, ["RCPT TO:<desk@example.org>", "RCPT TO:<two@example.org>"]);
    let mail = parsed(&taken[0]);
    assert_eq!(mail.subject(), Some("[govwatch] 兴县人民政府: 已修改 兴县2025年法治政府建设年度报告"));
    assert_eq!(mail.from().and_then(|from| from.first()).and_then(|from| from.address()), Some("robot@example.org"));
    assert!(mail.message_id().is_some_and(|id| id.starts_with("msg_") && id.ends_with("@example.org")));
    assert_eq!(header(&mail, "List-Id"), Some("<mail.govwatch.example.org>"));
    assert_eq!(header(&mail, "Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail.date().map(mail_parser::DateTime::to_timestamp), Some(desk.now().as_second()));
    let text = mail.body_text(0).expect("a text part");
    for wanted in
        ["http://a.gov.cn/known.html", "[有效性]", "- 有效", "+ 失效", "- 全年办结行政复议案件5件", "修改内容: 正文"]
    {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let html = mail.body_html(0).expect("an HTML part");
    assert!(html.contains("href=\"http://a.gov.cn/known.html\""), "{html}");
    assert!(html.contains("<ins style=\"background:#a6e8b3;text-decoration:underline\">1</ins>5件"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("url("), "nothing is loaded");
}

#[tokio::test]
async fn mails_about_one_report_stand_in_one_thread() {
    let office = Office::open(Door::StartTls);
    let mut desk = desk(&office, Door::StartTls, "").await;
    desk.edit("甲", "x", DIFF).await;
    desk.deliver().await;
    desk.edit("乙", "y", DIFF).await;
    desk.publish(&["另一份"]).await;
    desk.deliver().await;
    let taken = office.taken();
    assert!(taken.iter().all(|mail| mail.is_sealed && mail.login.is_some()));
    let mails: Vec<_> = taken.iter().map(parsed).collect();
    let first = mails[0].message_id();
    assert_eq!((mails[0].in_reply_to().as_text(), mails[0].references().as_text()), (None, None));
    assert_eq!((mails[1].in_reply_to().as_text(), mails[1].references().as_text()), (first, first));
    assert_eq!(mails[2].in_reply_to().as_text(), None, "another report is another thread");
}

#[tokio::test]
async fn a_digest_is_one_mail() {
    let office = Office::open(Door::Open);
    let mut desk = desk(&office, Door::Open, "rate = \"1/1h\"").await;
    desk.publish(&["报告一", "报告二", "报告三"]).await;
    assert_eq!(desk.deliver().await.delivered, 3);
    let taken = office.taken();
    assert_eq!((taken.len(), taken[0].is_sealed, taken[0].login.clone()), (1, false, None));
    let mail = parsed(&taken[0]);
    assert_eq!(mail.subject(), Some("[govwatch] 3 changes: 3 New"));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    for wanted in ["报告一", "报告二", "报告三", "http://a.gov.cn/r3.html"] {
        assert!(text.contains(wanted) && html.contains(wanted), "{wanted}");
    }
}

#[tokio::test]
async fn every_fault_of_a_server_ends_in_a_mail_with_the_same_id() {
    for mood in [Mood::PutOff, Mood::Refuse, Mood::DropInData, Mood::CloseEarly, Mood::TakeAndDrop, Mood::NoStartTls] {
        let office = Office::open(Door::StartTls);
        let mut desk = desk(&office, Door::StartTls, "").await;
        office.moods(&[mood]);
        desk.publish(&["报告"]).await;
        let first = desk.deliver().await;
        let is_taken = mood == Mood::CloseEarly;
        assert_eq!(first.delivered == 1, is_taken, "{mood:?}: {:?}", first.troubles);
        let done = desk.deliver_all(4).await;
        assert_eq!(first.delivered + done.delivered, 1, "{mood:?}: {:?}", done.troubles);
        let taken = office.taken();
        assert_eq!(taken.len(), if mood == Mood::TakeAndDrop { 2 } else { 1 }, "{mood:?}");
        let ids: Vec<_> = taken.iter().map(|mail| parsed(mail).message_id().map(str::to_owned)).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{mood:?}: {ids:?}");
    }
}

#[tokio::test]
async fn a_silent_server_costs_one_try_and_nothing_is_lost() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::Silent]);
    desk.publish(&["一", "二"]).await;
    desk.channels = desk.channels.clone().with_limit(Duration::from_millis(300));
    assert_eq!(desk.deliver().await.failed, 1);
    assert_eq!(office.n_connections(), 1);
    desk.channels = desk.channels.clone().with_limit(Duration::from_secs(30));
    assert_eq!(desk.deliver_all(4).await.delivered, 2);
}

#[tokio::test]
async fn a_wrong_password_is_told_at_once_and_shown_to_nobody() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::WrongPassword]);
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    let error = &done.troubles[0].error;
    assert!(error.contains("refuses the login") && !error.contains("open-sesame"), "{error}");
    assert!(desk.store.channel_health("mail").await.unwrap().is_broken);
}

#[tokio::test]
async fn a_certificate_of_an_unknown_house_is_refused_before_the_password_goes() {
    let (mut office, other) = (Office::open(Door::Tls), Office::open(Door::Tls));
    office.ca.clone_from(&other.ca);
    let mut desk = desk(&office, Door::Tls, "").await;
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    assert!(done.troubles[0].error.starts_with("no TLS with the mail server"), "{:?}", done.troubles);
    assert!(office.taken().is_empty());
}
