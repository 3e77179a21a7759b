//! What must not be reached, and what must not be told to others.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use govwatch::clock::Clock;
use govwatch::config::{Allowed, Network, Robots};
use govwatch::error::Class;
use govwatch::fetch::{FetchError, Fetched, Fetcher, Hosts, Limits, Names};

use super::{A, B, fetcher, network, plan, scene};
use crate::portal::{Fault, Portal, Reply};

#[tokio::test]
async fn the_user_agent_says_how_to_reach_us() {
    let scene = scene();
    let build = |contact| Fetcher::new(network(&scene.portal), Some(contact), Hosts::default(), Clock::System);
    scene.portal.page(A, "/", "x");
    build("https://example.org/bot").unwrap().get(&plan(&format!("http://{A}/"))).await.unwrap();
    let name = concat!("govwatch/", env!("CARGO_PKG_VERSION"), " (+https://example.org/bot)");
    assert_eq!(scene.portal.asked(A, "/")[0].header("user-agent"), Some(name));
    let wrong = build("a\r\nX-Evil: 1").map(|_| ()).unwrap_err();
    assert_eq!(wrong.class(), Class::Config);
}

#[tokio::test]
async fn redirects_are_followed_within_the_site_and_the_last_url_is_told() {
    let scene = scene();
    scene.portal.serve(A, "/1", Reply::redirect("/2"));
    scene.portal.serve(A, "/2", Reply::redirect(&format!("http://{B}/3#x")));
    scene.portal.page(B, "/3", "there");
    let mut plan = plan(&format!("http://{A}/1"));
    let error = scene.fetch(&plan).await.unwrap_err();
    assert!(matches!(&error, FetchError::Elsewhere { host, .. } if host == B), "{error}");
    assert!(error.to_string().contains("fetch.hosts"));
    plan.rule.hosts = vec![B.to_owned()];
    let capture = scene.fetch(&plan).await.unwrap();
    assert_eq!((capture.final_url.as_str(), capture.n_requests), (format!("http://{B}/3").as_str(), 3));
    assert_eq!(scene.portal.asked(B, "/robots.txt").len(), 1, "each origin's own robots.txt is asked");
}

#[tokio::test]
async fn circles_and_endless_redirects_end_and_a_cookie_wall_says_what_to_do() {
    let scene = scene();
    for path in ["/loop", "/loop?swing"] {
        scene.portal.serve(A, path, Fault::RedirectLoop);
    }
    assert!(scene.failure("/loop").await.to_string().contains("in a circle"));
    for n in 0..20 {
        scene.portal.serve(A, &format!("/n{n}"), Reply::redirect(&format!("/n{}", n + 1)));
    }
    assert!(scene.failure("/n0").await.to_string().contains("more than 10 redirects"));
    assert_eq!(scene.portal.asks().iter().filter(|ask| ask.path.starts_with("/n")).count(), 11);
    scene.portal.serve(A, "/wall", Fault::SetCookieWall(Reply::html("inside")));
    assert!(scene.failure("/wall").await.to_string().contains("fetch.cookies = true"));
    let mut plan = plan(&format!("http://{A}/wall"));
    plan.rule.cookies = true;
    assert_eq!(&*scene.fetch(&plan).await.unwrap().body, b"inside");
    let other_poll = scene.fetcher.for_site();
    scene.portal.forget();
    other_poll.get(&plan).await.unwrap();
    assert_eq!(scene.portal.asked(A, "/wall")[0].header("cookie"), None, "cookies end with the poll");
}

#[tokio::test]
async fn a_redirect_to_a_private_address_or_another_scheme_is_refused() {
    let scene = scene();
    for (path, to) in [
        ("/meta", "http://169.254.169.254/latest/meta-data/"),
        ("/dec", "http://2130706433/"),
        ("/v6", "http://[::ffff:7f00:1]/"),
        ("/file", "file:///etc/passwd"),
        ("/ftp", "ftp://www.a.gov.cn/x"),
    ] {
        scene.portal.serve(A, path, Reply::redirect(to));
        let mut plan = plan(&format!("http://{A}{path}"));
        plan.rule.hosts = ["169.254.169.254", "127.0.0.1", "[::ffff:7f00:1]"].map(str::to_owned).to_vec();
        let error = scene.fetch(&plan).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused { .. }), "{path}: {error}");
    }
}

fn names(script: &[(&str, &[&[&str]])]) -> Names {
    let ips = |answer: &[&str]| answer.iter().map(|ip| ip.parse::<IpAddr>().expect("an address")).collect();
    let script: BTreeMap<String, Vec<Vec<IpAddr>>> =
        script.iter().map(|(name, answers)| ((*name).to_owned(), answers.iter().map(|a| ips(a)).collect())).collect();
    Names::Scripted(Arc::new(Mutex::new(script)))
}

#[tokio::test]
async fn a_name_that_turns_private_between_two_lookups_is_refused_where_it_is_connected() {
    let portal = Portal::start();
    let port = portal.addr().port();
    let allow = vec![Allowed { net: "127.0.0.1/32".parse().unwrap(), port: Some(port) }];
    let names = names(&[
        ("inside.example", &[&["10.0.0.1", "::ffff:192.168.0.1", "fd00::1"]]),
        ("rebind.example", &[&["127.0.0.1"], &["169.254.169.254"]]),
        ("mixed.example", &[&["10.0.0.1", "127.0.0.1", "169.254.169.254"]]),
    ]);
    let limits = Limits::default();
    let network = Network { allow, ..Network::default() };
    let fetcher = Fetcher::with(network, None, Hosts::default(), Clock::System, limits, names).unwrap();
    let get = async |host: &str| fetcher.get(&plan(&format!("http://{host}:{port}/x"))).await;
    for host in ["rebind.example", "mixed.example"] {
        // The connection ends with the answer, so that the next request looks the name up again.
        portal.serve(host, "/robots.txt", Fault::WrongLength(-1));
        portal.page(host, "/x", "reached");
    }
    let inside = get("inside.example").await.map(|_| ()).unwrap_err();
    assert!(matches!(&inside, FetchError::Refused { why, .. } if why.contains("a private address")), "{inside}");
    let rebound = get("rebind.example").await.map(|_| ()).unwrap_err();
    assert!(matches!(&rebound, FetchError::Refused { why, .. } if why.contains("169.254.169.254")), "{rebound}");
    assert_eq!(portal.asked("rebind.example", "/x").len(), 0);
    assert!(matches!(get("mixed.example").await, Ok(Fetched::Body(_))), "only the bad addresses are dropped");
    let unknown = get("nowhere.example").await.map(|_| ()).unwrap_err();
    assert!(unknown.to_string().contains("the name nowhere.example is not known"), "{unknown}");
}

#[tokio::test]
async fn a_pinned_name_with_any_port_is_asked_at_its_pin_and_hears_its_own_name() {
    let scene = scene();
    scene.portal.page(A, "/x", "pinned");
    let capture = scene.fetch(&plan(&format!("http://{A}:8081/x"))).await.unwrap();
    assert_eq!(&*capture.body, b"pinned");
    assert_eq!(scene.portal.asked(A, "/x")[0].header("host"), Some(format!("{A}:8081").as_str()));
    let strict = Network { allow: Vec::new(), ..network(&scene.portal) };
    let strict = fetcher(strict, &scene.hosts, &scene.clock, &scene.limits);
    let error = strict.get(&plan(&format!("http://{A}/x"))).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, FetchError::Refused { .. }), "a pin does not allow: {error}");
}

#[tokio::test]
async fn secrets_go_to_their_own_origin_and_never_to_robots_txt() {
    let scene = scene();
    scene.portal.serve(A, "/1", Reply::redirect(&format!("http://{B}/2")));
    scene.portal.serve(B, "/2", Reply::redirect(&format!("http://{A}:8081/3")));
    scene.portal.page(A, "/3", "x");
    let mut plan = plan(&format!("http://{A}/1"));
    plan.rule.hosts = vec![B.to_owned()];
    plan.rule.headers = vec![("authorization".to_owned(), "Bearer s3cret".to_owned())];
    plan.rule.cookies = true;
    scene.fetch(&plan).await.unwrap();
    let heard: Vec<String> = scene
        .portal
        .asks()
        .into_iter()
        .filter_map(|ask| ask.header("authorization").map(|_| format!("{}{}", ask.host, ask.path)))
        .collect();
    assert_eq!(heard, [format!("{A}/1")], "another port is another origin");
    plan.rule.headers = vec![("user-agent".to_owned(), "Mozilla/5.0".to_owned())];
    assert_eq!(scene.fetch(&plan).await.unwrap_err().class(), Class::Config);
}

#[tokio::test]
async fn asking_more_often_than_once_a_second_needs_an_own_server() {
    let scene = scene();
    let names = names(&[("public.example", &[&["202.99.0.1"]])]);
    let fetcher =
        Fetcher::with(network(&scene.portal), None, Hosts::default(), Clock::System, Limits::default(), names).unwrap();
    for url in ["http://public.example/", "http://202.99.0.1/"] {
        let error = fetcher.get(&plan(url)).await.map(|_| ()).unwrap_err();
        assert_eq!(error.class(), Class::Config, "{error}");
        assert!(error.to_string().contains("pace.min_interval"), "{error}");
    }
}

#[tokio::test]
async fn a_configured_proxy_on_a_private_address_is_trusted_and_hears_the_whole_url() {
    let portal = Portal::start();
    let proxy = Some(portal.url("/").parse().unwrap());
    let fetcher = Fetcher::new(Network { proxy, ..Network::default() }, None, Hosts::default(), Clock::System).unwrap();
    portal.page("public.example", "http://public.example/x", "through the proxy");
    let mut plan = plan("http://public.example/x");
    plan.rule.robots = Robots::Ignore;
    plan.pace.min_interval = Duration::from_secs(1);
    let got = fetcher.get(&plan).await.unwrap();
    assert!(matches!(got, Fetched::Body(capture) if &*capture.body == b"through the proxy"));
    plan.url = portal.url("/admin").parse().unwrap();
    let error = fetcher.get(&plan).await.map(|_| ()).unwrap_err();
    assert!(matches!(error, FetchError::Refused { .. }), "the proxy's own machine stays closed: {error}");
}

#[tokio::test]
async fn a_server_without_tls_is_told_in_words() {
    let scene = scene();
    let error = scene.fetch(&plan(&format!("https://{A}/x"))).await.unwrap_err();
    assert!(error.to_string().contains("TLS: the server does not speak TLS on this port"), "{error}");
    assert_eq!(error.class(), Class::Transient);
}

#[test]
fn there_is_one_place_where_clients_are_made() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if ["Client::builder()", "ClientBuilder::new()", "Client::new()", "reqwest::get("]
                .iter()
                .any(|made| text.contains(made))
            {
                found.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    assert_eq!(found, ["client.rs"]);
}
