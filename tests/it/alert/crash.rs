//! Crashes anywhere between the claim and the settling: every change arrives, and what arrives twice carries the same id.
//!
//! `ROUNDS` widens both; 60 rounds of each are run in the suite.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use govwatch::alert::Routes;
use govwatch::config::Settings;
use govwatch::store::{AlertFilter, Due, EntryRecord, Scope, Store, Told, this_process};

use super::office::{Door, Mood, Office};
use super::{ALL, Desk, HOST, ids, json, titles, variables};
use crate::portal::{Ask, Portal, Reply};
use crate::store::bench::{self, Poll, row, with_baseline};

fn rounds() -> usize {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60)
}

/// Titles by the id of their alert, as they arrived; an id that told two things fails the test.
fn arrived<'a>(asks: impl IntoIterator<Item = &'a Ask>) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    for ask in asks {
        for (id, title) in ids(ask).into_iter().zip(titles(ask)) {
            let before = told.insert(id.clone(), title.clone());
            assert!(before.is_none_or(|before| before == title), "{id} told two things");
        }
    }
    told
}

/// The named points of one delivery at which a sender dies.
#[derive(Debug, Clone, Copy)]
enum Point {
    /// It has claimed, and sent nothing.
    Claimed,
    /// Its message has arrived, and it has not heard so.
    Sent,
    /// The receiver refused, and it has not kept that.
    Refused,
    /// It ended well.
    Nowhere,
}

const POINTS: [Point; 4] = [Point::Claimed, Point::Sent, Point::Refused, Point::Nowhere];

#[tokio::test]
async fn what_is_due_is_one_message_where_each_would_be_the_same_work_again() {
    for (are_folded, sizes) in [(true, vec![3]), (false, vec![1, 1, 1])] {
        let mut desk = Desk::hook("").await;
        desk.publish(&["甲", "乙", "丙"]).await;
        let due = Due {
            channel: "hook".to_owned(),
            owner: this_process(),
            now: desk.now(),
            lease: Duration::from_mins(5),
            rate: (600, Duration::from_mins(1)),
            are_folded,
            most_in_digest: 100,
            limit: 8,
        };
        let claimed = desk.store.claim_due(due).await.unwrap();
        assert_eq!(claimed.messages.iter().map(|message| message.alerts.len()).collect::<Vec<_>>(), sizes);
    }
}

#[tokio::test]
async fn one_run_delivers_all_that_is_due_however_much_that_is() {
    let mut desk = Desk::hook("rate = \"1000/1m\"").await;
    let titles: Vec<String> = (1..=150).map(|n| format!("第{n}号通知")).collect();
    desk.publish(&titles.iter().map(String::as_str).collect::<Vec<_>>()).await;
    desk.answer(|_| Reply::status(200));
    let done = desk.deliver().await;
    assert_eq!((done.delivered, done.next_try_at), (150, None));
}

#[tokio::test]
async fn a_sender_that_dies_at_any_point_loses_nothing_and_repeats_with_the_same_id() {
    let mut desk = Desk::hook("rate = \"5/1m\"").await;
    desk.channels = desk.channels.clone().with_limit(Duration::from_secs(5));
    let mut published = BTreeSet::new();
    for round in 0..rounds() {
        let names: Vec<String> = (0..=round % 3 * 4).map(|n| format!("{round}-{n}")).collect();
        desk.publish(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
        published.extend(names);
        match POINTS[(round * 7 + round / 4) % POINTS.len()] {
            Point::Claimed => {
                let (owner, now, lease) = (this_process(), desk.now(), Duration::from_mins(5));
                let channel = "hook".to_owned();
                let due = Due {
                    channel,
                    owner,
                    now,
                    lease,
                    rate: (5, Duration::from_mins(1)),
                    are_folded: false,
                    most_in_digest: 100,
                    limit: 8,
                };
                desk.store.claim_due(due).await.unwrap();
            }
            Point::Sent => die_when_asked(&desk, Reply::status(200)).await,
            Point::Refused => die_when_asked(&desk, Reply::status(500)).await,
            Point::Nowhere => {
                desk.answer(|_| Reply::status(200));
                desk.deliver().await;
            }
        }
        desk.pass(Duration::from_secs(u64::try_from(round).unwrap() % 90));
    }
    desk.answer(|_| Reply::status(200));
    desk.deliver_all(2000).await;
    let asks = desk.asked("/in");
    let told: BTreeSet<String> = arrived(&asks).into_values().collect();
    assert_eq!(told, published);
    let states: BTreeSet<String> = desk.alerts().await.into_iter().map(|row| row.state).collect();
    assert_eq!(states, ["delivered".to_owned()].into());
}

/// Delivers until the receiver is asked, then drops everything that is under way.
async fn die_when_asked(desk: &Desk, reply: Reply) {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    desk.answer(move |_| {
        let _ = tell.send(());
        reply.clone()
    });
    tokio::select! {
        biased;
        _ = told.recv() => (),
        _ = desk.deliver() => (),
    }
}

/// Rings when the receiver was asked so many times more.
type Bell = Arc<Mutex<Option<(usize, Sender<()>)>>>;

/// An installation on disk with a webhook and a mail channel, and a real sender.
struct Place {
    folder: tempfile::TempDir,
    portal: Portal,
    office: Office,
    rings: Bell,
    minute: i64,
    rows: Vec<EntryRecord>,
}

impl Place {
    async fn new() -> Self {
        let (folder, portal, office) = (tempfile::tempdir().unwrap(), Portal::start(), Office::open(Door::Open));
        let rings = Bell::default();
        let bell = Arc::clone(&rings);
        portal.answer_all(HOST, move |_| {
            let mut bell = bell.lock().unwrap();
            if let Some((left, sender)) = bell.as_mut() {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    let _ = sender.send(());
                }
            }
            Reply::status(200)
        });
        std::fs::create_dir(folder.path().join("sites")).unwrap();
        let text = format!(
            "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\nrate = \"1000/1s\"\n{ALL}\
             [[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"smtp://{}\"\nfrom = \"a@example.org\"\n\
             to = [\"b@example.org\"]\nrate = \"1000/1s\"\n[[route]]\nto = [\"mail\"]\nevents = [\"new\"]\n",
            portal.url("/in"),
            office.addr
        );
        std::fs::write(folder.path().join("govwatch.toml"), text).unwrap();
        let place = Self { folder, portal, office, rings, minute: 0, rows: vec![row("known", 1)] };
        with_baseline(&place.store(), &[row("known", 1)]).await;
        place
    }

    fn store(&self) -> Store {
        let settings = Settings::load(Some(&self.folder.path().join("govwatch.toml")), &variables()).expect("right");
        let routes = Routes::new(&settings.routes, &settings.channels, BTreeMap::new());
        Store::open(&self.folder.path().join("state")).unwrap().with_routes(routes)
    }

    async fn publish(&mut self, names: &[String]) {
        self.minute += 1;
        let store = self.store();
        let poll = Poll::begin(&store, self.minute).await;
        self.rows.splice(0..0, names.iter().map(|name| row(name, 20)));
        poll.walk_all(&self.rows).await;
        for task in poll.to_read(Scope::Due).await {
            let name = bench::name(&task.url);
            poll.record(task.report, bench::reading(bench::document(&name, &name), Told::New)).await;
        }
        poll.end().await;
    }

    /// Runs a real sender; kills it (SIGKILL) when the receiver is asked for the nth time, if it is.
    fn send(&self, killed_at: Option<usize>) {
        let (sender, rung): (Sender<()>, Receiver<()>) = channel();
        *self.rings.lock().unwrap() = killed_at.map(|n| (n, sender));
        let mut child = Command::new(env!("CARGO_BIN_EXE_govwatch"))
            .current_dir(self.folder.path())
            .args(["alerts", "retry"])
            .env("GOVWATCH_NETWORK_ALLOW", "127.0.0.1/32")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        // The bell rings at the moment to kill, or is never rung and is silent when the sender has ended.
        while child.try_wait().expect("our own child").is_none() {
            if killed_at.is_some() && rung.recv_timeout(Duration::from_millis(5)).is_ok() {
                child.kill().expect("our own child");
                break;
            }
            if killed_at.is_none() {
                break;
            }
        }
        child.wait().expect("our own child");
        *self.rings.lock().unwrap() = None;
    }
}

#[tokio::test]
async fn kill_9_of_a_real_sender_loses_no_mail_and_no_webhook() {
    let mut place = Place::new().await;
    let mut published = BTreeSet::new();
    for round in 0..rounds() / 3 {
        let names: Vec<String> = (0..4).map(|n| format!("n{round}x{n}")).collect();
        place.publish(&names).await;
        published.extend(names);
        // The mail server fails in its own ways meanwhile.
        let moods = [Mood::DropInData, Mood::TakeAndDrop, Mood::CloseEarly, Mood::PutOff, Mood::Well];
        place.office.moods(&[moods[round % moods.len()], moods[(round / 2) % moods.len()]]);
        place.send(Some(1 + round % 4));
    }
    let owed = AlertFilter { state: Some("owed".to_owned()), limit: 1, ..AlertFilter::default() };
    for _ in 0..20 {
        if place.store().alerts(owed.clone()).await.unwrap().is_empty() {
            break;
        }
        place.send(None);
    }
    let asks: Vec<Ask> = place.portal.asks();
    assert!(asks.iter().all(|ask| json(ask)["data"].is_object()));
    // Operators were told of the mail server meanwhile; that has no title.
    let told: BTreeSet<String> = arrived(&asks).into_values().filter(|title| !title.is_empty()).collect();
    assert_eq!(told, published);
    let (mut mails, mut mailed) = (BTreeMap::<String, String>::new(), BTreeSet::new());
    for taken in place.office.taken() {
        let mail = mail_parser::MessageParser::default().parse(&taken.bytes).expect("a mail");
        let (id, subject) = (mail.message_id().unwrap().to_owned(), mail.subject().unwrap().to_owned());
        let text = mail.body_text(0).unwrap().into_owned();
        let is_told = |name: &&String| text.lines().any(|line| line.ends_with(&format!("New {name}")));
        mailed.extend(published.iter().filter(is_told).cloned());
        assert!(mails.insert(id.clone(), subject.clone()).is_none_or(|before| before == subject), "{id}");
    }
    assert_eq!(mailed, published);
}
