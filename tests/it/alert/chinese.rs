//! What a reader of Chinese is sent: every word is Chinese, but for names, addresses, commands and quotes.

use govwatch::alert::{Item, Message};
use govwatch::change::obligation::CoverageState;
use govwatch::error::{Class, Failure, Stage};
use govwatch::model::{Event, EventKind, Fact, FactKind, FieldName, Hash, Next, Undelivered, Why};
use govwatch::store::{Store, Watched};
use mail_parser::MessageParser;
use regex::Regex;

use super::office::{Door, NAME, Office};
use super::{Desk, json, variables};
use crate::coverage::told::record;
use crate::portal::Reply;
use crate::store::bench::{Poll, at, site};

/// How an obligation stands at a time, and the sentence that is then told.
const OF_OBLIGATIONS: [(CoverageState, &str, &str); 4] = [
    (CoverageState::NotDue, "2026-02-01T02:00:00Z", ""),
    (
        CoverageState::NotDue,
        "2026-03-28T02:00:00Z",
        "2025 年度法治政府建设年度报告的公开期限为 2026-04-01，还有 4 天，尚未查到（依据：《法治政府建设与责任落实督察工作规定》",
    ),
    (
        CoverageState::Overdue,
        "2026-04-03T02:00:00Z",
        "2025 年度法治政府建设年度报告的公开期限为 2026-04-01，已逾期 2 天，本站仍未查到：此后查完 1 个栏目，看过 0 个标题，均未找到（依据：《法治政府建设与责任落实督察工作规定》",
    ),
    (
        CoverageState::OnTime,
        "2026-04-09T02:00:00Z",
        "2025 年度法治政府建设年度报告此前告知为逾期，现已查到，系按期公开：撤回此前的逾期通知",
    ),
];

/// What is told of obligations and to operators, in a store; each with the sentence that it is told in.
pub(crate) async fn told(store: &Store) -> Vec<(Event, &'static str)> {
    let mut told = Vec::new();
    for (state, now, sentence) in OF_OBLIGATIONS {
        let event = store.record_coverage(record(state, now)).await.unwrap();
        told.extend(event.map(|event| (event, sentence)));
    }
    assert_eq!(told.len(), 3);
    let poll = Poll::of(store, site(), 100_000).await;
    let url = "http://a.gov.cn/fz/";
    let refused = format!("{url} answered 403: the portal refuses us; slow down");
    let failed = Err(Failure::new(Class::Blocked, Stage::Fetch, refused).at_url(url));
    let broken = poll.end_with(failed).await;
    let sentence =
        "网站拒绝访问（403）：请调大 pace.min_interval 放慢访问，或联系网站。原文：http://a.gov.cn/fz/ answered 403";
    told.extend(broken.into_iter().map(|event| (event, sentence)));
    let watched = Watched { site: site(), file: Hash::of(b"file"), latest_due_at: at(200_000) };
    store.watch(watched, at(100_020)).await.unwrap();
    let weekly = store.tell_weekly(at(100_010), at(100_030)).await.unwrap();
    told.extend(
        weekly.map(|event| (event, "0 个站点正常；以下站点有问题：a（拒绝访问）；可运行 govwatch status 查看")),
    );
    let back = Poll::of(store, site(), 100_060).await.end().await;
    told.extend(back.into_iter().map(|event| (event, "网站恢复读取")));
    told
}

/// Events that take a portal or a channel that fails.
fn made() -> Vec<(Event, &'static str)> {
    let event = |kind| Event::new(kind, site(), at(1));
    let redesign = Event { count: Some(12), fields: vec![FieldName::Body], ..event(EventKind::Redesign) };
    let undelivered =
        Undelivered { error: "it answers 503".to_owned(), has_reached_some: false, next: Next::TriedAgain };
    let broken = Event {
        channel: Some("hook".to_owned()),
        reason: Some("channel hook delivers nothing: it answers 503".to_owned()),
        why: Some(Why::Channel(undelivered)),
        ..event(EventKind::ChannelBroken)
    };
    let recovered = Event { channel: Some("hook".to_owned()), ..event(EventKind::ChannelRecovered) };
    let dated_back = Event {
        title: Some("报告".to_owned()),
        reason: Some("its listing was walked".to_owned()),
        why: Some(Why::Absent { absent_at: at(0) }),
        ..event(EventKind::New)
    };
    vec![
        (redesign, "网站改版 12 份文件"),
        (broken, "渠道 hook 无法送达：待发通知会保留并重试，可运行 govwatch alerts 查看。原文：it answers 503"),
        (recovered, "通知渠道恢复 hook"),
        (dated_back, "查看其栏目时，已查到所标日期之前，其中还没有这份文件"),
        (edited(), "表 2，行政许可：5件 → 15件"),
    ]
}

/// An edit with facts of several sorts.
fn edited() -> Event {
    let (old, new) = (Some("5件".to_owned()), Some("15件".to_owned()));
    let cell = Fact { table: Some(2), row: Some("行政许可".to_owned()), ..Fact::new(FactKind::Cell, old, new) };
    let label = Some("validity".to_owned());
    let field = Fact { label, ..Fact::new(FactKind::Field, None, Some("失效".to_owned())) };
    let section = Fact::new(FactKind::SectionAdded, None, Some("六、其他".to_owned()));
    Event {
        title: Some("报告".to_owned()),
        facts: vec![cell, field, section],
        fields: vec![FieldName::Body],
        ..Event::new(EventKind::Edited, site(), at(1))
    }
}

/// The Latin words of a text beside addresses, quotes, commands, keys and ids.
pub(crate) fn foreign_words(text: &str) -> Vec<String> {
    let beside = Regex::new(r"原文：[^\n]*|https?://[^\s)）<]+|govwatch( [a-z]+)*|pace.min.interval|\bhook\b").unwrap();
    let words = Regex::new("[A-Za-z]{2,}").unwrap();
    words.find_iter(&beside.replace_all(text, "")).map(|word| word.as_str().to_owned()).collect()
}

async fn desk(office: &Office) -> Desk {
    let mut env = variables();
    env.insert("GOVWATCH_NETWORK_RESOLVE".to_owned(), format!("{NAME}={}", office.addr));
    let text = format!(
        "[[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"smtp://{NAME}:{}\"\nlanguage = \"zh\"\n\
         from = \"govwatch <robot@example.org>\"\nto = [\"desk@example.org\"]\n\
         [[channel]]\nid = \"chat\"\nkind = \"dingtalk\"\nurl = \"http://{{portal}}/robot?access_token=k\"\n\
         language = \"zh\"\n[[route]]\nto = [\"mail\", \"chat\"]\n",
        office.addr.port()
    );
    let desk = Desk::with(&text, env).await;
    desk.answer(|_| Reply::bytes("application/json", br#"{"errcode":0,"errmsg":"ok"}"#.to_vec()));
    desk
}

#[tokio::test]
async fn mails_and_chats_tell_operators_and_of_obligations_in_chinese() {
    let office = Office::open(Door::Open);
    let desk = desk(&office).await;
    let mut events = told(&desk.store).await;
    assert_eq!(events.len(), 6, "{events:?}");
    events.extend(made());
    for (n, (event, sentence)) in events.into_iter().enumerate() {
        let (kind, url) = (event.event, event.url.clone());
        let item = Item { id: format!("msg_{n}"), event, site_name: "兴县人民政府".to_owned() };
        let message = Message { id: format!("msg_{n}"), thread: None, items: vec![item], is_test: false };
        for rule in desk.channels.rules().iter() {
            desk.channels.send(&desk.store, rule, &message, desk.now()).await.unwrap();
        }
        let taken = office.taken().pop().unwrap();
        let mail = MessageParser::default().parse(&taken.bytes).unwrap();
        let (subject, text) = (mail.subject().unwrap(), mail.body_text(0).unwrap());
        let chat = json(desk.asked("/robot").last().unwrap());
        let chat = chat["markdown"]["text"].as_str().unwrap();
        assert!(text.contains(sentence), "{sentence} in {text}");
        // Marks of markdown are written as their full-width twins there.
        assert!(chat.replace('＿', "_").contains(sentence), "{sentence} in {chat}");
        for said in [subject, &*text, chat] {
            assert_eq!(foreign_words(said), [""; 0], "{kind:?}: {said}");
        }
        if matches!(kind, EventKind::DueSoon | EventKind::Overdue) {
            assert_eq!(url.as_deref(), Some("http://www.a.example/fz/"));
            assert!(text.contains("http://www.a.example/fz/") && chat.contains("[打开网站](http://www.a.example/fz/)"));
        }
    }
}
