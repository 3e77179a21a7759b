//! What people see: `fetch` delivers, `alerts` tells, tries and tries again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;

use super::HOST;
use crate::portal::{Portal, Reply};
use crate::town::Town;
use crate::watch::{Watch, word};

/// A town of few reports, a receiver, and settings with one channel that is told of all changes.
fn installation() -> (Watch, Portal, Arc<AtomicU16>) {
    let (watch, receiver, status) =
        (Watch::over(Town::of_sizes(3, [3, 2, 2])), Portal::start(), Arc::new(AtomicU16::new(200)));
    let says = Arc::clone(&status);
    receiver.answer_all(HOST, move |_| Reply::status(says.load(Ordering::SeqCst)));
    watch.set(&format!(
        "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n[[route]]\nto = [\"hook\"]\n\
         events = [\"new\", \"edited\"]\n",
        receiver.url("/in")
    ));
    (watch, receiver, status)
}

const KEYS: [&str; 9] = ["alert", "channel", "event", "site", "report", "state", "tries", "next_try_at", "last_error"];

#[test]
fn fetch_prints_and_delivers_and_keeps_what_is_not_taken() {
    let (watch, receiver, status) = installation();
    watch.fetch(&[]);
    assert!(receiver.asks().is_empty(), "a first poll is silent");
    watch.town().publish(0);
    assert_eq!(watch.fetch(&["--no-alerts"]).count("new"), 1);
    assert!(receiver.asks().is_empty());
    status.store(503, Ordering::SeqCst);
    let (code, _, said) = watch.said(&["fetch"]);
    assert_eq!(code, Some(0), "a failed delivery alone is no failure: {said}");
    assert!(said.contains("channel hook did not take an alert, it is kept: it answers 503"), "{said}");
    let rows = watch.rows(&["alerts"]);
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(row.as_object().expect("an object").keys().collect::<Vec<_>>(), KEYS);
    assert_eq!(
        (word(row, "state"), row["tries"].as_u64(), word(row, "last_error")),
        ("owed".into(), Some(1), "it answers 503".into())
    );
    status.store(200, Ordering::SeqCst);
    let (code, _, said) = watch.said(&["alerts", "retry"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(watch.rows(&["alerts", "--only", "delivered", "--channel", "hook"]).len(), 1);
    let ids: Vec<_> = receiver.asks().iter().flat_map(super::ids).collect();
    assert_eq!(ids, vec![ids[0].clone(); 2]);
}

#[test]
fn a_dry_run_sends_nothing() {
    let (watch, receiver, _) = installation();
    watch.fetch(&[]);
    watch.town().publish(0);
    assert_eq!(watch.fetch(&["--dry-run"]).count("new"), 1);
    assert!(receiver.asks().is_empty());
    watch.fetch(&[]);
    assert_eq!(receiver.asks().len(), 1);
}

#[test]
fn a_channel_is_tried_by_a_command() {
    let (watch, receiver, status) = installation();
    let (code, ..) = watch.said(&["alerts", "test", "hook"]);
    assert_eq!(code, Some(0));
    let body: Value = super::json(&receiver.asks()[0]);
    assert_eq!(word(&body, "type"), "govwatch.test");
    status.store(404, Ordering::SeqCst);
    let (code, _, said) = watch.said(&["alerts", "test", "hook"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("channel hook: it answers 404: check its address and its secret"), "{said}");
    let (code, _, said) = watch.said(&["alerts", "test", "hok"]);
    assert_eq!((code, said.trim()), (Some(2), "there is no channel \"hok\"; channels: hook"));
    let (code, _, said) = watch.said(&["alerts", "retry", "7"]);
    assert!(code == Some(4) || code == Some(2), "{code:?} {said}");
}

#[test]
fn check_names_what_is_wrong_with_channels() {
    let (watch, ..) = installation();
    watch.set("[[channel]]\nid = \"hook\"\nkind = \"webhok\"\nurl = \"http://example.org/\"\n");
    let (code, said, _) = watch.said(&["check"]);
    assert!(code == Some(3) && said.contains("did you mean \\\"webhook\\\"?"), "{code:?} {said}");
    watch.set("[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://example.org/\"\n");
    let (code, said, warned) = watch.said(&["check"]);
    assert_eq!((code, said.as_str()), (Some(0), ""), "it is no mistake: {warned}");
    assert!(warned.contains("warning: govwatch.toml:2: channel.id: nothing is sent to channel \"hook\""), "{warned}");
    assert_eq!(watch.said(&["fetch"]).0, Some(0), "nor does it keep anything else from working");
}

#[test]
fn a_secret_that_is_not_here_keeps_only_its_channel_waiting() {
    let (watch, receiver, _) = installation();
    let lacking = format!(
        "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n[[channel]]\nid = \"mail\"\nkind = \"email\"\n\
         server = \"smtps://robot@smtp.example.org\"\npassword = {{ env = \"NO_SUCH_PASSWORD\" }}\n\
         from = \"a@example.org\"\nto = [\"b@example.org\"]\n[[route]]\nto = [\"hook\", \"mail\"]\nevents = [\"new\"]\n",
        receiver.url("/in")
    );
    watch.set(&lacking);
    watch.fetch(&[]);
    watch.town().publish(0);
    let (code, told, said) = watch.said(&["fetch"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(told.contains("\"new\""), "it polls all the same");
    assert!(
        said.contains(
            "channel mail sends nothing from here: the environment has no NO_SUCH_PASSWORD; what is owed to it is kept"
        ),
        "{said}"
    );
    assert_eq!(receiver.asks().len(), 1, "the other channel is sent what it is owed");
    for command in [&["reports"][..], &["status"], &["coverage"], &["alerts"], &["search", "报告"], &["check"]] {
        let (code, _, said) = watch.said(command);
        assert_eq!(code, Some(0), "{command:?} needs no secret: {said}");
    }
    let owed = watch.rows(&["alerts", "--channel", "mail"]);
    assert!(owed.len() == 1 && word(&owed[0], "state") == "owed" && owed[0]["tries"] == 0, "{owed:?}");
    let (code, _, said) = watch.said(&["alerts", "test", "mail"]);
    assert!(code == Some(3) && said.contains("NO_SUCH_PASSWORD"), "{code:?} {said}");
    let findings = watch.said(&["doctor", "--quick"]).1;
    assert!(findings.contains("NO_SUCH_PASSWORD"), "{findings}");
}

#[test]
fn what_is_listed_of_an_alert_is_its_title_and_its_error_both() {
    let (watch, _receiver, status) = installation();
    watch.fetch(&[]);
    watch.town().publish(0);
    let listed = watch.fetch(&["--no-alerts"]).events.first().map(|event| word(event, "title")).expect("it is new");
    let text = watch.text(&["alerts"]);
    assert!(text.contains(&listed) && !text.contains("LAST ERROR"), "{text}");
    status.store(503, Ordering::SeqCst);
    let (code, _, said) = watch.said(&["alerts", "retry"]);
    assert!(code == Some(0) && said.contains("it answers 503"), "{code:?} {said}");
    let text = watch.text(&["alerts"]);
    assert!(text.contains(&listed) && text.contains("it answers 503"), "{text}");
}

#[test]
fn feeds_go_with_a_site_that_gets_another_name_and_routes_that_have_the_old_one_are_named() {
    let (watch, _receiver, _) = installation();
    watch.set(
        "[[channel]]\nid = \"feeds\"\nkind = \"feed\"\nfolder = \"feeds\"\n[[route]]\nto = [\"feeds\"]\n\
         events = [\"new\"]\nsites = [\"town-numbered\", \"town-*\"]\n",
    );
    watch.fetch(&[]);
    watch.town().publish(0);
    watch.fetch(&[]);
    let feeds = || {
        let database = watch.database();
        let folder = database.ancestors().nth(2).expect("it lies in a folder of the installation's");
        let files = std::fs::read_dir(folder.join("feeds")).expect("it was made");
        let mut names: Vec<String> =
            files.map(|file| file.expect("our own folder").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert!(feeds().contains(&"site-town-numbered.atom".to_owned()), "{:?}", feeds());
    let (code, _, said) = watch.said(&["site", "rename", "town-numbered", "numbers"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("the [[route]] to feeds names town-numbered: write numbers there"), "{said}");
    let now = feeds();
    assert!(now.contains(&"site-numbers.atom".to_owned()) && now.contains(&"site-numbers.json".to_owned()), "{now:?}");
    assert!(!now.iter().any(|name| name.contains("town-numbered")), "{now:?}");
}

#[test]
fn why_a_listing_cannot_be_read_is_said_once() {
    let is_broken = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let breaks = Arc::clone(&is_broken);
    let file = "home = \"http://www.own.example/\"\npace = { min_interval = \"0s\" }\n[[listing]]\nname = \"tzgg\"\n\
        url = \"http://www.own.example/tzgg/\"\nentry = \"ul.list li\"\npages = { kind = \"none\" }\n";
    let watch = Watch::at("www.own.example", file, move |ask| {
        let class = if breaks.load(Ordering::SeqCst) { "other" } else { "list" };
        let title = "关于做好春耕生产工作的通知";
        Reply::html(if ask.path == "/tzgg/" {
            format!("<html><body><ul class={class}><li><a href=/1.html>{title}</a>2026-02-01</li></ul></body></html>")
        } else {
            let text = "现将有关事项通知如下,各乡镇人民政府要高度重视,抓好落实。".repeat(8);
            format!("<html><body><h1>{title}</h1><div class=TRS_Editor><p>{text}</p></div></body></html>")
        })
    });
    watch.fetch(&[]);
    is_broken.store(true, Ordering::SeqCst);
    let n_said = |text: &str| text.matches("expected at least 1").count();
    let (code, told, said) = watch.said(&["fetch"]);
    assert_eq!((code, n_said(&told), n_said(&said)), (Some(1), 1, 1), "the event and the failure: {told}{said}");
    let status = watch.text(&["status", "-v"]);
    assert_eq!(n_said(&status), 1, "{status}");
}

#[test]
fn what_is_not_there_is_said_and_not_passed_over() {
    let (watch, ..) = installation();
    watch.fetch(&[]);
    let (code, told, said) = watch.said(&["alerts", "--channel", "hok"]);
    assert_eq!((code, &*told, said.trim()), (Some(2), "", "there is no channel \"hok\"; channels: hook"));
    assert_eq!(watch.said(&["alerts", "--channel", "hook"]).0, Some(0));
    let site = word(&watch.rows(&["status"])[0], "site");
    let (code, told, _) = watch.said(&["site", "acknowledge", &site]);
    assert!(code == Some(0) && told.contains("there is nothing to acknowledge"), "{told}");
    assert!(watch.rows(&["status", &site])[0]["next_due_at"].is_string());
    watch.said(&["site", "pause", &site]);
    assert!(watch.rows(&["status", &site])[0]["next_due_at"].is_null(), "nobody polls it");
}
