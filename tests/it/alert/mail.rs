//! Mail: read back by a parser as a reader's program would, over every door and through every fault of a server.

use std::time::Duration;

use govwatch::model::{Fact, FactKind, Hash};
use govwatch::store::Watched;
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
        // What is refused is sent to each receiver alone before it is put off.
        office.moods(if mood == Mood::Refuse { &[Mood::Refuse; 3] } else { std::slice::from_ref(&mood) });
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

#[tokio::test]
async fn an_address_that_is_refused_keeps_no_mail_from_the_others() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::RefuseTwo; 8]);
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.troubles), (1, vec![]));
    let taken: Vec<_> = office.taken().into_iter().map(|mail| mail.receivers).collect();
    assert_eq!(taken.last().unwrap().last().unwrap(), "RCPT TO:<desk@example.org>");
    let said = desk.channels.test(&desk.store, "mail", desk.now()).await.unwrap_err().error;
    assert!(said.contains("two@example.org") && said.contains("5.1.1"), "who tries the channel is told: {said}");
}

#[tokio::test]
async fn facts_stand_above_the_hunks_and_cannot_be_markup() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    let value = |text: &str| Some(text.to_owned());
    let figure = Fact { label: value("共受理<b>"), ..Fact::new(FactKind::Figure, value("15件"), value("9件")) };
    desk.edit_facts(DIFF, vec![figure; 14]).await;
    assert_eq!(desk.deliver().await.delivered, 1);
    let taken = office.taken();
    let mail = parsed(&taken[0]);
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    let (fact, hunk) = (text.find("• 共受理<b> 15件 → 9件").unwrap(), text.find("全年办结").unwrap());
    assert!(fact < hunk && text.contains("… 2 more"), "{text}");
    assert!(html.contains("• 共受理&lt;b&gt; 15件 → 9件") && !html.contains("<b>"), "{html}");
}

#[tokio::test]
async fn facts_count_and_class_are_fields_of_a_template() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "body = \"{facts}|{count}|{class}|\"").await;
    let fact = Fact::new(FactKind::SectionAdded, None, Some("六、其他".to_owned()));
    desk.edit_facts(DIFF, vec![fact]).await;
    assert_eq!(desk.deliver().await.delivered, 1);
    let taken = office.taken();
    let text = parsed(&taken[0]).body_text(0).unwrap().into_owned();
    assert!(text.contains("• section added: 六、其他|||"), "{text}");
}

#[tokio::test]
async fn the_weekly_word_is_about_no_single_site() {
    let office = Office::open(Door::Tls);
    let route = "[[route]]\nto = [\"mail\"]\naudience = \"operators\"\nsites = [\"another\"]\n";
    let desk = desk(&office, Door::Tls, route).await;
    desk.pass(Duration::from_hours(1));
    let (site, file) = (crate::store::bench::site(), Hash::of(b"file"));
    desk.store.watch(Watched { site, file, latest_due_at: jiff::Timestamp::MAX }, desk.now()).await.unwrap();
    desk.store.tell_weekly(desk.now(), desk.now()).await.unwrap().expect("something was polled before");
    assert_eq!(desk.deliver().await.delivered, 1);
    assert_eq!(parsed(&office.taken()[0]).subject(), Some("[govwatch] Weekly word"));
}
