//! Mail: read back by a parser as a reader's program would, over every door and through every fault of a server.

use std::collections::BTreeSet;
use std::time::Duration;

use govwatch::config::ChannelRule;
use govwatch::model::{Fact, FactKind, Hash};
use govwatch::store::{STDOUT, Watched};
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

/// Whom each mail went to, in their order.
fn receivers(office: &Office) -> Vec<Vec<String>> {
    let name = |line: &String| line.trim_start_matches("RCPT TO:<").split('@').next().unwrap_or_default().to_owned();
    office.taken().iter().map(|mail| mail.receivers.iter().map(name).collect()).collect()
}

fn message_ids(office: &Office) -> Vec<String> {
    office.taken().iter().map(|mail| parsed(mail).message_id().unwrap().to_owned()).collect()
}

/// What operators were told of the channel, the oldest first: the event and its reason.
async fn told(desk: &Desk) -> Vec<(String, String)> {
    let owed = desk.store.owed(STDOUT, None, 100).await.unwrap();
    let events = owed.into_iter().map(|(_, event)| event).filter(|event| event.channel.is_some());
    events.map(|event| (event.event.as_str().to_owned(), event.reason.unwrap_or_default())).collect()
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_keeps_no_mail_from_the_others_and_operators_are_told_once() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::RefuseTwo; 2]);
    desk.publish(&["报告"]).await;
    desk.publish(&["又一份"]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.told, done.troubles), (2, 1, vec![]));
    assert_eq!(receivers(&office), [["desk"], ["desk"]]);
    let told_first = told(&desk).await;
    assert_eq!(told_first.len(), 1, "{told_first:?}");
    for wanted in ["channel mail does not deliver to all", "two@example.org", "5.1.1", "correct the channel's to"] {
        assert!(told_first[0].0 == "channel_broken" && told_first[0].1.contains(wanted), "{told_first:?}");
    }
    let row = desk.alerts().await.into_iter().find(|row| row.channel == "mail").unwrap();
    assert!(row.state == "delivered" && row.last_error.unwrap().contains("two@example.org"));
    let health = desk.store.channel_health("mail").await.unwrap();
    assert!(health.does_not_reach_all() && !health.works() && health.failures == 0);
    desk.publish(&["第三份"]).await;
    assert_eq!(desk.deliver().await.told, 1, "the address is right again");
    assert_eq!(receivers(&office)[2], ["desk", "two"]);
    assert_eq!(told(&desk).await[1].0, "channel_recovered");
}

#[tokio::test]
async fn who_tries_a_channel_is_told_of_an_address_that_is_refused() {
    let office = Office::open(Door::Tls);
    let desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::RefuseTwo, Mood::FullTwo]);
    for said_of_two in ["5.1.1", "4.2.2"] {
        let said = desk.channels.test(&desk.store, "mail", desk.now()).await.unwrap_err().error;
        assert!(said.contains("two@example.org") && said.contains(said_of_two), "{said}");
    }
}

#[tokio::test]
async fn an_outage_is_told_though_an_address_was_refused_before_it() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::RefuseTwo, Mood::PutOff, Mood::PutOff, Mood::PutOff, Mood::RefuseTwo]);
    desk.publish(&["报告"]).await;
    desk.deliver().await;
    desk.publish(&["又一份"]).await;
    desk.deliver_all(4).await;
    let told: Vec<_> = told(&desk).await.into_iter().map(|(_, reason)| reason).collect();
    let said = ["does not deliver to all", "delivers nothing", "does not deliver to all"];
    assert!(told.len() == 3 && told.iter().zip(said).all(|(reason, said)| reason.contains(said)), "{told:?}");
}

#[tokio::test]
async fn a_receiver_that_is_put_off_is_tried_again_alone_and_holds_nobody_back() {
    for mood in [Mood::FullTwo, Mood::FullTwoAtEnd] {
        let office = Office::open(Door::Tls);
        let mut desk = desk(&office, Door::Tls, "").await;
        // At the end of a mail it is not said who is meant: each is asked alone, on a connection of its own.
        let n = if mood == Mood::FullTwo { 1 } else { 3 };
        office.moods(&[mood; 9][..n * 2]);
        desk.publish(&["一"]).await;
        desk.publish(&["二"]).await;
        let first = desk.deliver().await;
        assert_eq!((first.delivered, first.failed), (0, 2), "{mood:?}: the channel goes on with the next message");
        assert!(first.troubles[0].error.contains("not for two@example.org"), "{mood:?}: {:?}", first.troubles);
        assert_eq!(receivers(&office), [["desk"], ["desk"]], "{mood:?}");
        let done = desk.deliver_all(4).await;
        assert_eq!((done.delivered, done.failed), (2, 0), "{mood:?}");
        assert_eq!(receivers(&office)[2..], [["two"], ["two"]], "{mood:?}: nobody is mailed twice");
        let ids = message_ids(&office);
        assert_eq!(ids[..2].iter().collect::<BTreeSet<_>>(), ids[2..].iter().collect(), "{mood:?}");
        assert_eq!(told(&desk).await, [], "what passes within minutes is told to nobody");
    }
}

#[tokio::test]
async fn a_box_that_stays_full_is_told_at_the_third_try_and_given_up_after_three_days() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::FullTwo; 40]);
    desk.publish(&["报告"]).await;
    let done = desk.deliver_all(3).await;
    assert_eq!((done.failed, told(&desk).await.len()), (3, 1));
    assert!(told(&desk).await[0].1.contains("does not deliver to all"));
    assert_eq!(desk.deliver_all(40).await.dead, 1);
    assert_eq!(receivers(&office), [["desk"]]);
    office.moods(&[]);
    assert_eq!(desk.store.retry_dead(desk.now()).await.unwrap(), 1);
    assert_eq!(desk.deliver().await.delivered, 1);
    assert_eq!(receivers(&office), [["desk"], ["two"]], "who sends it again mails only who lacks it");
}

#[tokio::test]
async fn who_is_refused_for_good_is_not_tried_again_with_who_is_put_off() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    let to = ["desk@example.org", "two@example.org", "three@example.org"].map(str::to_owned);
    let rule = ChannelRule { to: to.to_vec(), ..desk.channels.rules()[0].clone() };
    desk.start_anew(vec![rule]);
    office.moods(&[Mood::FullTwoNoThree]);
    desk.publish(&["报告"]).await;
    assert_eq!(desk.deliver().await.failed, 1);
    assert_eq!(told(&desk).await, [], "at its end");
    office.moods(&[]);
    assert_eq!(desk.deliver_all(3).await.delivered, 1);
    assert_eq!(receivers(&office), [["desk"], ["two"]]);
    let told = told(&desk).await;
    assert!(told.len() == 1 && told[0].1.contains("not for three@example.org: "), "{told:?}");
}

#[tokio::test]
async fn a_server_that_breaks_between_two_receivers_mails_nobody_twice() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    // Together at the end; then `desk` alone, which is taken; then the line is cut.
    office.moods(&[Mood::FullTwoAtEnd, Mood::Well, Mood::DropInData]);
    desk.publish(&["报告"]).await;
    assert_eq!(desk.deliver().await.failed, 1);
    assert_eq!(desk.deliver_all(3).await.delivered, 1);
    assert_eq!(receivers(&office), [["desk"], ["two"]]);
}

#[tokio::test]
async fn after_a_start_a_message_that_is_halfway_goes_to_all_again_with_the_same_id() {
    let office = Office::open(Door::Tls);
    let mut desk = desk(&office, Door::Tls, "").await;
    office.moods(&[Mood::FullTwo]);
    desk.publish(&["报告"]).await;
    assert_eq!(desk.deliver().await.failed, 1);
    desk.start_anew(desk.channels.rules().to_vec());
    assert_eq!(desk.deliver_all(3).await.delivered, 1);
    assert_eq!(receivers(&office), [vec!["desk"], vec!["desk", "two"]]);
    let ids = message_ids(&office);
    assert_eq!(ids[0], ids[1]);
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
