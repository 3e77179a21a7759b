//! `[[channel]]` and `[[route]]`: every mistake with file, line and key, and what right ones mean.

use std::collections::BTreeMap;
use std::time::Duration;

use govwatch::config::{Audience, ChannelKind, Digest, Encryption, Language};

use super::{load, variables};

fn mistakes(text: &str, env: &BTreeMap<String, String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    load(&folder, text, env).expect_err("mistakes").join("\n")
}

#[test]
fn every_mistake_is_named_with_its_line_and_key() {
    let text = "[[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://example.org/in\"\n\
        secret = { env = \"HOOK\" }\n\
        [[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"smtp://robot@mail.example.org\"\n\
        password = { env = \"NOBODY\" }\nfrom = \"robot\"\nto = [\"desk@example.org\"]\nsubject = \"{titel}\"\n\
        [[channel]]\nid = \"robot\"\nkind = \"dingding\"\n\
        [[channel]]\nid = \"hook\"\nkind = \"slack\"\nurl = \"https://hooks.slack.com/x\"\nsecret = { env = \"HOOK\" }\n\
        [[channel]]\nid = \"bot\"\nkind = \"telegram\"\ntoken = \"12:plain-secret\"\nrate = \"20 a minute\"\nquiet = \"22\"\n\
        [[route]]\nto = [\"hok\"]\nevents = [\"new\", \"site_broken\", \"nwe\"]\nwords = \"(\"\ndigest = \"noon\"\nsite = [\"*\"]\n";
    let said = mistakes(text, &variables());
    insta::assert_snapshot!(said);
    assert!(!said.contains("plain-secret"), "a secret is not repeated");
}

#[test]
fn a_password_goes_nowhere_without_tls_and_plain_mail_only_to_allowed_addresses() {
    let mail = |server: &str, password: &str| {
        format!(
            "[[channel]]\nid = \"mail\"\nkind = \"email\"\nserver = \"{server}\"\n{password}from = \"a@b.org\"\n\
             to = [\"c@d.org\"]\n[[route]]\nto = [\"mail\"]\n"
        )
    };
    let password = "password = { env = \"WORD\" }\n";
    assert!(
        mistakes(&mail("smtp://u@127.0.0.1:2525", password), &variables())
            .contains("a password is not sent without TLS")
    );
    assert!(mistakes(&mail("smtp://mail.example.org", ""), &variables()).contains("not in `network.allow`"));
    assert!(
        mistakes(&mail("smtps://u:p@mail.example.org", password), &variables())
            .contains("the password does not belong here")
    );
    assert!(mistakes(&mail("smtps://u@mail.example.org", ""), &variables()).contains("password: is missing"));
    let folder = tempfile::tempdir().unwrap();
    let open = load(&folder, &mail("smtp://127.0.0.1:2525", ""), &variables()).expect("loopback is allowed here");
    let server = open.channels[0].server.clone().unwrap();
    assert_eq!((server.encryption, server.port, server.user), (Encryption::Plain, 2525, None));
    let sealed = load(&folder, &mail("starttls://u%40x.org@mail.example.org", password), &variables()).expect("right");
    let server = sealed.channels[0].server.clone().unwrap();
    assert_eq!((server.encryption, server.port, server.user.as_deref()), (Encryption::StartTls, 587, Some("u@x.org")));
}

#[test]
fn right_settings_mean_what_they_say_and_show_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("word"), "whsec_bad but long enough secret\n").unwrap();
    let text = "[[channel]]\nid = \"ding\"\nkind = \"dingtalk\"\nurl = { env = \"DING\" }\nsecret = { file = \"word\" }\n\
        language = \"zh\"\nquiet = \"22:00-07:00\"\nrate = \"5/10 min\"\n\
        [[channel]]\nid = \"feed\"\nkind = \"feed\"\nfolder = \"feeds\"\n\
        [[route]]\nto = [\"ding\", \"feed\"]\nsites = [\"hz-*\"]\nfields = [\"validity\"]\ndigest = \"weekly mon 08:00\"\n\
        [[route]]\nto = [\"ding\"]\naudience = \"operators\"\n";
    let mut env = variables();
    env.insert("DING".to_owned(), "https://oapi.dingtalk.com/robot/send?access_token=topsecret".to_owned());
    let settings = load(&folder, text, &env).expect("right");
    let ding = &settings.channels[0];
    assert_eq!((ding.kind, ding.language, ding.quiet), (ChannelKind::DingTalk, Language::Chinese, Some((1320, 420))));
    assert_eq!(ding.rate, (5, Duration::from_mins(10)));
    assert_eq!(ding.secrets[0].expose(), "whsec_bad but long enough secret");
    assert_eq!(settings.channels[1].folder.as_deref(), Some(folder.path().join("feeds").as_path()));
    assert!(matches!(settings.routes[0].digest, Some(Digest::Weekly(..))));
    assert_eq!(settings.routes[0].events.len(), 7);
    assert_eq!(settings.routes[1].audience, Audience::Operators);
    let shown = format!("{settings:?}");
    assert!(!shown.contains("topsecret") && !shown.contains("long enough"), "{shown}");
}
