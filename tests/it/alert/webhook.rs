//! The webhook: its form, its signature, and every way in which a receiver can misbehave.

use std::time::Duration;

use govwatch::alert::outbox;
use govwatch::clock::Clock;
use govwatch::crawl::Interrupt;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Desk, base64, ids, json, titles};
use crate::portal::{Fault, Reply};

/// The signature of Standard Webhooks, computed anew.
fn signature(key: u8, id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&[key; 32]).unwrap();
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", base64(&mac.finalize().into_bytes()))
}

#[tokio::test]
async fn a_change_arrives_as_it_is_told_signed_with_both_secrets() {
    let mut desk = Desk::hook("secret = [{ env = \"HOOK\" }, { env = \"HOOK_OLD\" }]").await;
    desk.answer(|_| Reply::status(204));
    desk.publish(&["2025年法治政府建设年度报告"]).await;
    assert_eq!(desk.deliver().await.delivered, 1);
    let asks = desk.asked("/in");
    let [ask] = asks.as_slice() else { panic!("{} requests", asks.len()) };
    let body = json(ask);
    assert_eq!((body["type"].as_str(), body["data"]["event"].as_str()), (Some("govwatch.new"), Some("new")));
    assert_eq!(body["data"]["title"], "2025年法治政府建设年度报告");
    assert_eq!(body["timestamp"], body["data"]["seen_at"]);
    assert_eq!(ask.header("content-type"), Some("application/json"));
    let (id, second) = (ask.header("webhook-id").unwrap(), ask.header("webhook-timestamp").unwrap());
    assert!(id.starts_with("msg_") && second.parse::<i64>().is_ok());
    let both = format!("{} {}", signature(b'a', id, second, &ask.body), signature(b'b', id, second, &ask.body));
    assert_eq!(ask.header("webhook-signature"), Some(both.as_str()));
    assert_eq!(desk.deliver().await.delivered, 0, "once");
}

#[tokio::test]
async fn cloudevents_is_an_envelope_of_its_own() {
    let mut desk = Desk::hook("form = \"cloudevents\"").await;
    desk.answer(|_| Reply::status(200));
    desk.publish(&["报告"]).await;
    desk.deliver().await;
    let ask = &desk.asked("/in")[0];
    let body = json(ask);
    assert_eq!(ask.header("content-type"), Some("application/cloudevents+json"));
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        (text("specversion"), text("type"), text("source")),
        ("1.0".into(), "govwatch.new".into(), "/govwatch/sites/a".into())
    );
    assert_eq!(Some(text("id").as_str()), ask.header("webhook-id"));
    assert!(text("time").ends_with('Z') && body["data"]["event"] == "new");
    assert_eq!(ask.header("webhook-signature"), None, "without a secret there is nothing to sign with");
}

#[tokio::test]
async fn too_many_requests_are_tried_again_when_the_receiver_wants_it_with_the_same_id() {
    let mut desk = Desk::hook("").await;
    desk.portal.play(
        super::HOST,
        "/in",
        [Fault::Status(429, Some("3600".to_owned())).into(), Reply::status(200).into()],
    );
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.failed), (0, 1));
    assert!(done.troubles[0].error.contains("429"), "{:?}", done.troubles);
    assert_eq!(done.next_try_at.unwrap().duration_since(desk.now()).as_secs(), 3600);
    assert_eq!(desk.deliver().await.failed, 0, "it is left alone until then");
    desk.pass(Duration::from_hours(1));
    assert_eq!(desk.deliver().await.delivered, 1);
    let asks = desk.asked("/in");
    assert_eq!((asks.len(), ids(&asks[0])), (2, ids(&asks[1])));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_switched_off_until_somebody_tries_it() {
    let mut desk = Desk::hook("").await;
    desk.answer(|_| Reply::status(410));
    desk.publish(&["一", "二"]).await;
    desk.deliver_all(5).await;
    assert_eq!(desk.asked("/in").len(), 1, "nothing more is sent there");
    assert!(desk.store.channel_health("hook").await.unwrap().disabled_at.is_some());
    let told = desk.store.owed("stdout", None, 100).await.unwrap();
    let broken = told.iter().find(|(_, event)| event.event.as_str() == "channel_broken").expect("operators are told");
    assert_eq!(broken.1.channel.as_deref(), Some("hook"));
    assert!(broken.1.reason.as_deref().unwrap_or_default().contains("410"));
    desk.answer(|_| Reply::status(200));
    desk.channels.test(&desk.store, "hook", desk.now()).await.expect("it takes a test");
    desk.store.forget_trouble("hook").await.unwrap();
    assert_eq!(desk.deliver_all(3).await.delivered, 2, "nothing was lost");
    let told = desk.store.owed("stdout", None, 100).await.unwrap();
    assert!(told.iter().any(|(_, event)| event.event.as_str() == "channel_recovered"));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_sent_to_again_only_by_who_names_it() {
    let mut desk = Desk::hook("").await;
    desk.answer(|_| Reply::status(410));
    desk.publish(&["一", "二"]).await;
    desk.deliver_all(5).await;
    desk.answer(|_| Reply::status(200));
    let first = desk.alerts().await[0].alert;
    desk.store.retry_alerts(&[], desk.now()).await.unwrap();
    desk.store.retry_alerts(&[first], desk.now()).await.unwrap();
    assert_eq!(desk.deliver_all(3).await.delivered, 0, "a try of all that is owed does not name it");
    assert!(desk.alerts().await.iter().all(|alert| alert.next_try_at.is_none()), "no try is awaited");
    assert_eq!(desk.store.retry_channel("hook", desk.now()).await.unwrap(), 2);
    assert_eq!(desk.deliver_all(3).await.delivered, 2);
}

#[tokio::test]
async fn what_waits_for_the_rate_of_its_channel_shows_when_it_is_tried() {
    let mut desk = Desk::hook("rate = \"2/1h\"").await;
    desk.answer(|_| Reply::status(500));
    desk.publish(&["一"]).await;
    desk.answer(|_| Reply::status(200));
    for title in ["二", "三", "四", "五"] {
        desk.publish(&[title]).await;
        desk.deliver().await;
    }
    let owed: Vec<_> = desk.alerts().await.into_iter().filter(|alert| alert.state == "owed").collect();
    assert!(!owed.is_empty(), "two messages went out this hour");
    let awaited = desk.now().checked_add(Duration::from_hours(1)).unwrap();
    assert!(owed.iter().all(|alert| alert.next_try_at == Some(awaited)), "{owed:?}");
    assert_eq!(desk.store.n_waiting("hook", desk.now()).await.unwrap(), owed.len() as u64);
    desk.pass(Duration::from_mins(61));
    assert_eq!(desk.store.n_waiting("hook", desk.now()).await.unwrap(), 0, "they are due");
    desk.deliver().await;
    assert!(desk.alerts().await.iter().all(|alert| alert.state == "delivered"));
}

#[tokio::test]
async fn an_answer_of_500_kilobytes_is_read_no_further_than_needed() {
    let mut desk = Desk::hook("").await;
    desk.answer(|_| Reply { status: 500, ..Reply::bytes("text/plain", vec![b'x'; 500_000]) });
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    let error = &done.troubles[0].error;
    assert!(error.starts_with("it answers 500") && error.len() < 300, "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_told_at_once() {
    let mut desk = Desk::hook("secret = { env = \"HOOK\" }").await;
    desk.portal.serve(super::HOST, "/in", Reply::redirect("/elsewhere"));
    desk.portal.serve(super::HOST, "/elsewhere", Reply::status(200));
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    assert!(done.troubles[0].error.contains("redirects are not followed"), "{:?}", done.troubles);
    assert!(desk.asked("/elsewhere").is_empty());
    assert!(desk.store.channel_health("hook").await.unwrap().is_broken, "waiting mends no redirect");
}

#[tokio::test]
async fn a_dropped_connection_and_a_server_error_are_tried_again() {
    let mut desk = Desk::hook("").await;
    let acts = [Fault::Drop.into(), Reply::status(503).into(), Reply::status(500).into(), Reply::status(200).into()];
    desk.portal.play(super::HOST, "/in", acts);
    desk.publish(&["报告"]).await;
    let done = desk.deliver_all(10).await;
    assert_eq!((done.delivered, done.failed, done.dead), (1, 3, 0));
    let asks: Vec<_> = desk.asked("/in").iter().flat_map(ids).collect();
    assert_eq!(asks, vec![asks[0].clone(); 4], "all tries carry one id");
    let told = desk.store.owed("stdout", None, 100).await.unwrap();
    let words: Vec<_> = told.iter().map(|(_, event)| event.event.as_str()).collect();
    assert_eq!(words, ["new", "channel_broken", "channel_recovered"], "told once, after the third failure");
}

#[tokio::test]
async fn a_channel_that_hangs_holds_no_other_one_back() {
    let channels = "[[channel]]\nid = \"slow\"\nkind = \"webhook\"\nurl = \"http://{portal}/slow\"\n\
        [[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://{portal}/in\"\n\
        [[route]]\nto = [\"slow\", \"hook\"]\n";
    let mut desk = Desk::of(channels).await;
    desk.portal.serve(super::HOST, "/slow", Fault::Late(Duration::from_mins(10)));
    desk.portal.serve(super::HOST, "/in", Reply::status(200));
    desk.publish(&["一", "二", "三"]).await;
    desk.channels = desk.channels.clone().with_limit(Duration::from_millis(300));
    let started = std::time::Instant::now();
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.failed), (3, 1), "the slow one is left after its first try");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!((desk.asked("/in").len(), desk.asked("/slow").len()), (3, 1));
}

#[tokio::test]
async fn one_message_that_is_not_taken_stops_no_other_and_is_kept_when_given_up() {
    let mut desk = Desk::hook("").await;
    desk.answer(|ask| Reply::status(if ask.body.contains("毒") { 400 } else { 200 }));
    desk.publish(&["毒"]).await;
    desk.publish(&["一", "二"]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.failed), (2, 1));
    let done = desk.deliver_all(30).await;
    assert_eq!(done.dead, 1);
    let dead: Vec<_> = desk.alerts().await.into_iter().filter(|row| row.state == "dead").collect();
    assert_eq!((dead.len(), dead[0].tries >= 8), (1, true), "{dead:?}");
    assert!(dead[0].last_error.as_deref().unwrap_or_default().contains("400"));
    desk.answer(|_| Reply::status(200));
    assert_eq!(desk.store.retry_alerts(&[dead[0].alert], desk.now()).await.unwrap(), 1);
    assert_eq!(desk.deliver().await.delivered, 1);
    assert_eq!(desk.store.retry_dead(desk.now()).await.unwrap(), 0, "there is none any more");
}

#[tokio::test]
async fn more_than_the_rate_allows_becomes_a_digest_and_nothing_is_lost() {
    let mut desk = Desk::hook("rate = \"3/1m\"").await;
    desk.answer(|_| Reply::status(200));
    let names: Vec<String> = (0..250).map(|n| format!("报告{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    desk.publish(&names).await;
    let done = desk.deliver().await;
    assert_eq!((desk.asked("/in").len(), done.delivered), (3, 42), "two alone, forty in the third");
    assert_eq!(done.next_try_at.unwrap().duration_since(desk.now()).as_secs(), 60);
    desk.deliver_all(10).await;
    let asks = desk.asked("/in");
    let mut told: Vec<String> = asks.iter().flat_map(titles).collect();
    told.sort();
    let mut wanted: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    wanted.sort();
    assert_eq!(told, wanted);
    let digest = json(asks.iter().find(|ask| ask.body.contains("govwatch.digest")).expect("a digest"));
    assert_eq!(digest["data"]["count"], 40);
    assert!(asks.iter().all(|ask| ask.body.len() <= 64 << 10));
}

#[tokio::test]
async fn digests_and_quiet_hours_wait_for_their_time() {
    // The story begins at 08:00 in Shanghai.
    let digest = "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://{portal}/in\"\nquiet = \"20:00-09:00\"\n\
        [[route]]\nto = [\"hook\"]\ndigest = \"daily 17:30\"\nevents = [\"new\"]\n\
        [[route]]\nto = [\"hook\"]\naudience = \"operators\"\n";
    let mut desk = Desk::of(digest).await;
    desk.answer(|_| Reply::status(200));
    desk.publish(&["一"]).await;
    desk.break_sites(&["b"]).await;
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.next_try_at.unwrap().to_string()), (0, "2026-05-01T01:00:00Z".to_owned()));
    desk.pass(Duration::from_hours(1));
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.next_try_at.unwrap().to_string()), (1, "2026-05-01T09:30:00Z".to_owned()));
    desk.publish(&["二", "三"]).await;
    desk.pass(Duration::from_mins(8 * 60 + 30));
    assert_eq!(desk.deliver().await.delivered, 3);
    let asks = desk.asked("/in");
    let mut told = titles(&asks[1]);
    told.sort();
    assert_eq!((asks.len(), told), (2, vec!["一".to_owned(), "三".to_owned(), "二".to_owned()]));
}

#[tokio::test]
async fn a_digest_that_failed_comes_again_with_the_same_id_and_the_same_changes() {
    let route = "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://{portal}/in\"\n\
        [[route]]\nto = [\"hook\"]\ndigest = \"1h\"\nevents = [\"new\"]\n";
    let mut desk = Desk::of(route).await;
    desk.portal.play(super::HOST, "/in", [Fault::Drop.into(), Reply::status(200).into()]);
    desk.publish(&["一", "二"]).await;
    desk.pass(Duration::from_hours(1));
    assert_eq!(desk.deliver().await.failed, 2);
    desk.publish(&["三"]).await;
    desk.pass(Duration::from_hours(1));
    assert_eq!(desk.deliver_all(3).await.delivered, 3);
    let asks = desk.asked("/in");
    assert_eq!(asks.iter().map(|ask| titles(ask).len()).collect::<Vec<_>>(), [2, 1, 2]);
    assert_eq!(asks[0].header("webhook-id"), asks[2].header("webhook-id"));
    assert_eq!(ids(&asks[0]), ids(&asks[2]));
}

#[tokio::test]
async fn a_channel_that_is_added_later_owes_nothing_old() {
    let mut desk = Desk::of("").await;
    desk.publish(&["早"]).await;
    let late = Desk::hook("").await;
    late.answer(|_| Reply::status(200));
    let clock = govwatch::clock::Clock::Manual(desk.clock.clone());
    let done =
        govwatch::alert::outbox::run_once(&desk.store, &late.channels, &clock, &govwatch::crawl::Interrupt::default())
            .await;
    assert_eq!(done.unwrap(), govwatch::alert::Delivered::default());
}

#[tokio::test]
async fn an_address_that_is_not_allowed_is_not_asked() {
    let mut env = super::variables();
    env.insert("GOVWATCH_NETWORK_ALLOW".to_owned(), "127.0.0.9/32".to_owned());
    let mut desk = Desk::with(
        &format!("[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://{{portal}}/in\"\n{}", super::ALL),
        env,
    )
    .await;
    desk.answer(|_| Reply::status(200));
    desk.publish(&["报告"]).await;
    let done = desk.deliver().await;
    assert!(done.troubles[0].error.contains("network.allow"), "{:?}", done.troubles);
    assert!(desk.portal.asks().is_empty());
}

#[tokio::test]
async fn all_that_were_given_up_are_tried_again_by_one_word() {
    let mut desk = Desk::hook("").await;
    desk.answer(|_| Reply::status(400));
    desk.publish(&["一", "二"]).await;
    assert_eq!(desk.deliver_all(60).await.dead, 2);
    desk.answer(|_| Reply::status(200));
    assert_eq!(desk.store.retry_dead(desk.now()).await.unwrap(), 2);
    assert_eq!(desk.deliver().await.delivered, 2);
}

#[tokio::test]
async fn an_outage_of_a_week_gives_nothing_up_and_counts_for_no_message() {
    let mut desk = Desk::hook("").await;
    desk.answer(|_| Reply::status(503));
    desk.publish(&["一", "二", "三"]).await;
    let began = desk.now();
    while desk.now().duration_since(began).as_hours() < 7 * 24 {
        let done = desk.deliver_all(1).await;
        assert_eq!((done.delivered, done.dead), (0, 0));
    }
    desk.answer(|_| Reply::status(400));
    desk.deliver_all(2).await;
    assert!(desk.alerts().await.iter().all(|row| row.state != "dead"), "its own fault counts from now");
    desk.answer(|_| Reply::status(200));
    assert_eq!(desk.deliver_all(20).await.delivered, 3);
}

#[tokio::test]
async fn a_clock_that_is_set_back_by_a_month_keeps_no_alert_waiting() {
    let mut desk = Desk::hook("rate = \"1/1m\"").await;
    desk.answer(|_| Reply::status(503));
    desk.publish(&["一"]).await;
    assert_eq!(desk.deliver().await.failed, 1);
    let month = Duration::from_hours(30 * 24);
    desk.clock.advance(-jiff::SignedDuration::try_from(month).unwrap());
    let by_ms = i64::try_from(month.as_millis()).unwrap();
    desk.store.shift_back(by_ms, desk.now()).await.unwrap();
    desk.answer(|_| Reply::status(200));
    desk.pass(Duration::from_mins(2));
    assert_eq!(desk.deliver().await.delivered, 1, "its try, the hold of the channel and its rate went back too");
}

#[tokio::test]
async fn a_sender_that_is_told_to_stop_gives_back_what_it_has_not_sent() {
    let mut desk = Desk::hook("").await;
    let stop = Interrupt::default();
    let stopping = stop.clone();
    desk.answer(move |_| {
        stopping.set();
        Reply::status(200)
    });
    desk.publish(&["一", "二", "三"]).await;
    let clock = Clock::Manual(desk.clock.clone());
    let done = outbox::run_until(&desk.store, &desk.channels, &clock, &stop).await.unwrap();
    assert_eq!((done.delivered, desk.asked("/in").len()), (1, 1));
    assert_eq!(desk.deliver().await.delivered, 2, "the next one finds them free");
    let mut told: Vec<String> = desk.asked("/in").iter().flat_map(ids).collect();
    told.dedup();
    assert_eq!(told.len(), 3);
}
