//! Settings: the file, and the environment above it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use govwatch::config::{Browser, Settings};

use super::folder;

pub(super) fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_environment_stands_above_the_settings_file() {
    let dir = folder(&[(
        "govwatch.toml",
        "store = \"db\"\ncontact = \"a@example.org\"\n[network]\nallow = [\"10.0.0.1\", \"::1/128\"]\n\
         resolve = { \"WWW.x.gov.cn\" = \"127.0.0.1:8080\" }\npage_bytes = 1000\n\
         [attachments]\nocr = true\n[browser]\npath = \"/opt/chromium\"\n",
    )]);
    let file = dir.path().join("govwatch.toml");
    let alone = Settings::load(Some(&file), &env(&[("GOVWATCH_CONTACT", " ")])).expect("settings");
    assert_eq!(alone.contact.as_deref(), Some("a@example.org"));
    assert_eq!(alone.store, Some(dir.path().join("db")));
    assert_eq!(alone.network.resolve["www.x.gov.cn"], "127.0.0.1:8080".parse().unwrap());
    assert!(alone.network.allows("10.0.0.1:80".parse().unwrap()));
    assert!(!alone.network.allows("10.0.0.2:80".parse().unwrap()));
    assert_eq!((alone.ocr, alone.browser), (true, Browser { path: Some("/opt/chromium".into()), at_once: 1 }));
    assert_eq!((alone.network.caps.page_bytes, alone.network.caps.attachment_bytes), (Some(1000), None));
    let above = Settings::load(
        Some(&file),
        &env(&[
            ("GOVWATCH_CONTACT", "b@example.org"),
            ("GOVWATCH_STORE", "/var/lib/govwatch"),
            ("GOVWATCH_NETWORK_ALLOW", "127.0.0.2/32, [::1]/128:80"),
            ("GOVWATCH_NETWORK_RESOLVE", "y.gov.cn=[::1]:80"),
            ("GOVWATCH_NETWORK_PROXY", "socks5h://10.0.0.9:1080"),
            ("GOVWATCH_NETWORK_PAGE_BYTES", "5"),
            ("GOVWATCH_ATTACHMENTS_OCR", "false"),
            ("GOVWATCH_BROWSER_PATH", "/usr/bin/chromium"),
            ("GOVWATCH_BROWSER_AT_ONCE", "2"),
        ]),
    )
    .expect("settings");
    assert_eq!((above.ocr, above.browser), (false, Browser { path: Some("/usr/bin/chromium".into()), at_once: 2 }));
    assert_eq!(above.contact.as_deref(), Some("b@example.org"));
    assert_eq!(above.store.as_deref(), Some(Path::new("/var/lib/govwatch")));
    assert!(above.network.allows("[::1]:80".parse().unwrap()) && !above.network.allows("[::1]:81".parse().unwrap()));
    assert!(above.network.allows("[::ffff:127.0.0.2]:1".parse().unwrap()));
    assert!(!above.network.allows("10.0.0.1:80".parse().unwrap()));
    assert_eq!(above.network.resolve.keys().collect::<Vec<_>>(), ["y.gov.cn"]);
    assert_eq!(above.network.proxy.as_ref().map(url::Url::as_str), Some("socks5h://10.0.0.9:1080"));
    assert_eq!(above.network.caps.page_bytes, Some(5));
}

#[test]
fn wrong_settings_are_named_all_at_once() {
    let dir = folder(&[(
        "g.toml",
        "contct = \"a\"\nstore = \"postgres://x/y\"\nallow = []\n[network]\nallow = [\"10.0.0.0/33\", 5]\n\
         resolve = { \"a b\" = \"127.0.0.1:1\", c = \"127.0.0.1\" }\nproxy = \"ftp://u:secret@h/\"\n[[channel]]\nid = \"x\"\n",
    )]);
    let variables = env(&[("GOVWATCH_NETWORK_ALOW", "x"), ("GOVWATCH_NETWORK_PAGE_BYTES", "5 MB"), ("OTHER", "x")]);
    let wrong = Settings::load(Some(&dir.path().join("g.toml")), &variables).expect_err("mistakes");
    let prefix = format!("{}/", dir.path().display());
    let lines: Vec<_> = wrong.iter().map(|mistake| mistake.to_string().replace(&prefix, "")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    g.toml:1: contct: is not a key; did you mean "contact"?
    g.toml:2: store: this version keeps its store in a folder only; expected a folder, such as "state"
    g.toml:3: allow: is not a key here; did you mean [network]?
    g.toml:5: network.allow: "10.0.0.0/33" is not a network; expected a network such as "127.0.0.2/32", "10.1.2.3/32:8080" or "[::1]/128:80"
    g.toml:5: network.allow: this is a whole number; expected a network such as "127.0.0.2/32", "10.1.2.3/32:8080" or "[::1]/128:80"
    g.toml:6: network.resolve.c: "127.0.0.1" is not an address and port; expected an address and port such as "127.0.0.1:8080" or "[::1]:8080"
    g.toml:6: network.resolve: "a b" is not a host: invalid international domain name; expected a host such as "files.example.gov.cn", without scheme, port and path
    g.toml:7: network.proxy: this is not a proxy's address; expected an address such as "http://10.0.0.1:3128" or "socks5h://10.0.0.1:1080"
    g.toml:8: channel.kind: is missing; expected what it is, such as "email"
    environment: GOVWATCH_NETWORK_PAGE_BYTES: "5 MB" is not a size in bytes; expected a number of bytes from 1 to 2147483648
    environment: GOVWATCH_NETWORK_ALOW: is not a setting; did you mean "GOVWATCH_NETWORK_ALLOW"?
    "#);
}

#[test]
fn a_named_settings_file_must_exist() {
    let wrong = Settings::load(Some(Path::new("/nowhere/govwatch.toml")), &env(&[])).expect_err("no such file");
    assert!(wrong[0].message.contains("cannot be read"), "{wrong:?}");
}

#[test]
fn when_obligations_are_told_of_is_set_for_all_and_in_a_site_file_for_one() {
    let days = |n: u64| Duration::from_hours(24 * n);
    let usual = Settings::load(None, &env(&[])).expect("settings").obligations;
    assert_eq!((usual.remind, &usual.follow_ups[..]), (days(7), &[days(7), days(30)][..]));
    let dir = folder(&[
        ("govwatch.toml", "[obligations]\nremind = \"14 days\"\nfollow_ups = [\"3 days\"]\n"),
        ("a.toml", "[obligations]\nremind = \"0s\"\n[[listing]]\nurl = \"http://a.gov.cn/\"\n"),
    ]);
    let above = env(&[("GOVWATCH_OBLIGATIONS_FOLLOW_UPS", "1 day, 2 days")]);
    let file = dir.path().join("govwatch.toml");
    let manner = Settings::load(Some(&file), &above).expect("settings").obligations;
    assert_eq!((manner.remind, &manner.follow_ups[..]), (days(14), &[days(1), days(2)][..]));
    std::fs::remove_file(&file).expect("it is there");
    let site = super::load(&dir, &[]).sites.remove(0);
    let of_site = site.owes.manner(&manner);
    assert_eq!((of_site.remind, of_site.follow_ups), (Duration::ZERO, manner.follow_ups));
    let wrong = Settings::load(None, &env(&[("GOVWATCH_OBLIGATIONS_REMINDER", "x")])).expect_err("a mistake");
    assert!(wrong[0].to_string().contains("GOVWATCH_OBLIGATIONS_REMIND"), "{wrong:?}");
}

#[test]
fn the_web_page_has_its_names_and_keeps_its_secrets_elsewhere() {
    let web = "[web]\nlisten = \"127.0.0.1:8600\"\nnames = [\"Watch.Example.org\"]\npassword = { file = \"word\" }\n\
         read_tokens = [{ env = \"DESK\" }]\nadmin_tokens = { env = \"ADMIN\" }\n";
    let dir = folder(&[("govwatch.toml", web), ("word", "正确的密码\n")]);
    let file = dir.path().join("govwatch.toml");
    let tokens = [("DESK", "0123456789abcdef"), ("ADMIN", "fedcba9876543210")];
    let rule = Settings::load(Some(&file), &env(&tokens)).expect("settings").web;
    assert_eq!(rule.listen, Some("127.0.0.1:8600".parse().unwrap()));
    assert_eq!(rule.names.into_iter().collect::<Vec<_>>(), ["watch.example.org"]);
    assert_eq!(rule.password.map(|password| password.expose().to_owned()).as_deref(), Some("正确的密码"));
    let said = [rule.read_tokens, rule.admin_tokens].map(|tokens| tokens[0].expose().to_owned());
    assert_eq!(said, ["0123456789abcdef", "fedcba9876543210"]);
    let above = [&tokens[..], &[("GOVWATCH_WEB_PASSWORD", "another"), ("GOVWATCH_WEB_NAMES", "a.org,b.org")]].concat();
    let rule = Settings::load(Some(&file), &env(&above)).expect("settings").web;
    assert_eq!((rule.names.len(), rule.password.unwrap().expose()), (2, "another"));
    let wrong = Settings::load(None, &env(&[("GOVWATCH_WEB_NAMES", "a.org")])).unwrap_err();
    assert!(wrong[0].to_string().contains("it asks for no password"), "{wrong:?}");
    let open = folder(&[("govwatch.toml", "[web]\nnames = [\"a.org\"]\n")]);
    let file_of_open = open.path().join("govwatch.toml");
    assert_eq!(Settings::load(Some(&file_of_open), &env(&[])).unwrap_err().len(), 1);
    assert!(Settings::load(Some(&file_of_open), &env(&[("GOVWATCH_WEB_PASSWORD", "word")])).is_ok());
    let short = [("DESK", "short"), ("ADMIN", "fedcba9876543210"), ("GOVWATCH_WEB_PASSWROD", "x")];
    let wrong = Settings::load(Some(&file), &env(&short)).unwrap_err();
    let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert!(lines[0].contains("web.read_tokens: a token is so short that it could be guessed"), "{lines:?}");
    assert!(lines[1].contains("did you mean \"GOVWATCH_WEB_PASSWORD\"?"), "{lines:?}");
}
