//! robots.txt, Retry-After, spacing, and what a status means.

use std::time::Duration;

use govwatch::config::Robots;
use govwatch::error::Class;
use govwatch::fetch::{FetchError, Fetched, Limits};

use super::{A, fetcher, network, plan, scene};
use crate::portal::{Fault, Reply};

#[tokio::test]
async fn validators_are_sent_and_a_304_without_them_is_an_error() {
    let scene = scene();
    scene.portal.serve(
        A,
        "/x",
        Reply::html("v1").with("ETag", "\"1\"").with("Last-Modified", "Fri, 01 May 2026 00:00:00 GMT"),
    );
    let first = scene.get("/x").await.unwrap();
    let mut plan = plan(&format!("http://{A}/x"));
    plan.validators = first.validators();
    let Fetched::NotModified(capture) = scene.fetcher.get(&plan).await.unwrap() else { panic!("304 expected") };
    assert_eq!((capture.status, capture.body.len()), (304, 0));
    assert_eq!(scene.fetcher.counts().not_modified, 1);
    scene.portal.serve(A, "/x", Reply::html("v2").with("ETag", "\"2\""));
    assert!(matches!(scene.fetcher.get(&plan).await, Ok(Fetched::Body(capture)) if &*capture.body == b"v2"));
    scene.portal.serve(A, "/x", Reply::status(304));
    let error = scene.failure("/x").await;
    assert!(matches!(error, FetchError::Status { status: 304, .. }), "{error}");
    assert_eq!(error.class(), Class::Transient);
}

#[tokio::test]
async fn a_status_is_a_page_or_says_who_must_act() {
    let scene = scene();
    for (status, class) in [
        (200, None),
        (206, None),
        (404, None),
        (410, None),
        (400, Some(Class::Layout)),
        (401, Some(Class::Layout)),
        (403, Some(Class::Blocked)),
        (408, Some(Class::Transient)),
        (412, Some(Class::Blocked)),
        (429, Some(Class::Blocked)),
        (451, Some(Class::Layout)),
        (500, Some(Class::Transient)),
        (502, Some(Class::Transient)),
        (503, Some(Class::Transient)),
        (521, Some(Class::Blocked)),
        (302, Some(Class::Layout)),
    ] {
        let path = format!("/{status}");
        scene.portal.serve(A, &path, Fault::Status(status, None));
        let got = scene.get(&path).await;
        assert_eq!(got.as_ref().err().map(FetchError::class), class, "{status}: {got:?}");
    }
    scene.portal.serve(A, "/wall", Fault::Challenge200);
    scene.portal.serve(A, "/soft", Fault::SoftNotFound);
    assert_eq!(scene.get("/wall").await.unwrap().status, 200, "what a 200 says is judged by its reader");
    assert_eq!(scene.get("/soft").await.unwrap().status, 200);
}

#[tokio::test]
async fn retry_after_in_both_forms_holds_the_whole_host_back() {
    for (status, text, seconds) in
        [(429, "3600", 3600), (503, "Fri, 01 May 2026 02:00:00 GMT", 7200), (429, "999999999", 86_400)]
    {
        let scene = scene();
        scene.portal.page(A, "/other", "x");
        scene.portal.serve(A, "/x", Fault::Status(status, Some(text.to_owned())));
        let error = scene.failure("/x").await;
        assert!(matches!(error, FetchError::Status { .. }), "{error}");
        let held = scene.failure("/other").await;
        let FetchError::HeldBack { host, until, .. } = &held else { panic!("{held}") };
        assert_eq!((host.as_str(), held.class()), (A, Class::Transient));
        let wait = until.duration_since("2026-05-01T00:00:00Z".parse().unwrap());
        assert_eq!(wait.as_secs(), seconds, "{text}");
        assert_eq!(scene.portal.asked(A, "/other").len(), 0);
        assert_eq!(scene.hosts.wait_until(A).await, Some(*until), "other processes know it");
        scene.clock.advance(jiff::SignedDuration::from_secs(seconds));
        assert_eq!(&*scene.get("/other").await.unwrap().body, b"x");
    }
}

#[tokio::test]
async fn robots_txt_is_obeyed_and_kept_for_a_day() {
    let scene = scene();
    scene.portal.robots(A, "User-agent: *\nDisallow: /admin/\n", &["/admin/"]);
    scene.portal.page(A, "/x", "x");
    scene.get("/x").await.unwrap();
    let error = scene.failure("/admin/x").await;
    assert!(matches!(&error, FetchError::Forbidden { rule, .. } if rule == "Disallow: /admin/"), "{error}");
    assert_eq!(error.class(), Class::Blocked);
    let hasty = Limits { patience: Duration::ZERO, ..Limits::default() };
    let again = fetcher(network(&scene.portal), &scene.hosts, &scene.clock, &hasty);
    let held = again.get(&plan(&format!("http://{A}/x"))).await.map(|_| ()).unwrap_err();
    assert!(matches!(held, FetchError::Taken { .. }), "one process at a time: {held}");
    scene.fetcher.close().await;
    again.get(&plan(&format!("http://{A}/x"))).await.unwrap();
    assert_eq!(scene.portal.asked(A, "/robots.txt").len(), 1, "another process reads what is kept");
    again.close().await;
    scene.clock.advance(jiff::SignedDuration::from_hours(24));
    scene.get("/x").await.unwrap();
    assert_eq!(scene.portal.asked(A, "/robots.txt").len(), 2);
    assert_eq!(scene.portal.impolite(), Vec::<String>::new());
    let mut ignoring = plan(&format!("http://{A}/admin/x"));
    ignoring.rule.robots = Robots::Ignore;
    assert_eq!(scene.fetch(&ignoring).await.unwrap().status, 404);
    assert_eq!(scene.portal.impolite().len(), 1);
}

#[tokio::test]
async fn a_robots_txt_that_is_not_there_allows_and_one_that_cannot_be_had_forbids_for_now() {
    for (status, is_allowed) in
        [(401, true), (403, true), (404, true), (410, true), (500, false), (503, false), (521, false)]
    {
        let scene = scene();
        scene.portal.page(A, "/x", "x");
        scene.portal.serve(A, "/robots.txt", Fault::Status(status, None));
        let got = scene.get("/x").await.map(|capture| capture.status).map_err(|error| error.class());
        assert_eq!(got, if is_allowed { Ok(200) } else { Err(Class::Transient) }, "{status}");
        if !is_allowed {
            assert!(scene.failure("/y").await.to_string().contains("robots.txt"));
            assert_eq!(scene.portal.asks().len(), 1, "it is not asked for again at once");
            scene.portal.robots(A, "", &[]);
            scene.clock.advance(jiff::SignedDuration::from_mins(2));
            assert_eq!(scene.get("/x").await.unwrap().status, 200);
        }
    }
    for fault in [Fault::Drop, Fault::Partial, Fault::Headers { lines: 300, bytes: 9 }] {
        let scene = scene();
        scene.portal.page(A, "/x", "x");
        scene.portal.serve(A, "/robots.txt", fault);
        assert_eq!(scene.failure("/x").await.class(), Class::Transient);
        assert_eq!(scene.portal.asked(A, "/x").len(), 0);
    }
}

#[tokio::test]
async fn a_robots_txt_may_be_a_web_page_or_elsewhere_or_too_long() {
    let scene = scene();
    scene.portal.page(A, "/x", "x");
    scene.portal.page(A, "/robots.txt", "<html><pre>\nUser-agent: *\nDisallow: /\n</pre></html>");
    assert!(scene.get("/x").await.is_ok());

    let scene = super::scene();
    scene.portal.page(A, "/x", "x");
    for n in 0..5 {
        let from = if n == 0 { "/robots.txt".to_owned() } else { format!("/r{n}") };
        scene.portal.serve(A, &from, Reply::redirect(&format!("http://{A}/r{}", n + 1)));
    }
    scene.portal.serve(A, "/r5", Reply::bytes("text/plain", b"User-agent: *\nDisallow: /\n".to_vec()));
    assert!(matches!(scene.failure("/x").await, FetchError::Forbidden { .. }), "five redirects are followed");

    let scene = super::scene();
    scene.portal.page(A, "/x", "x");
    scene.portal.serve(A, "/robots.txt", Reply::redirect("/robots.txt"));
    assert!(scene.get("/x").await.is_ok(), "a circle of redirects is a file that is not there");

    let scene = super::scene();
    scene.portal.page(A, "/x", "x");
    let long = format!("User-agent: *\nDisallow: /x\n{}", "# 法治\n".repeat(100_000));
    scene.portal.robots(A, &long, &["/x"]);
    assert!(matches!(scene.failure("/x").await, FetchError::Forbidden { .. }), "the first 500 KiB count");
}

#[tokio::test]
async fn a_crawl_delay_widens_the_spacing_and_redirects_are_spaced_too() {
    let scene = scene();
    scene.portal.robots(A, "User-agent: *\nCrawl-delay: 0.2\n", &[]);
    scene.portal.serve(A, "/1", Reply::redirect("/2"));
    scene.portal.serve(A, "/2", Reply::redirect("/3"));
    scene.portal.page(A, "/3", "x");
    scene.portal.least_interval(A, Duration::ZERO);
    scene.get("/1").await.unwrap();
    let asks = scene.portal.asks();
    assert_eq!(asks.len(), 4);
    // The sender's clock ticks in milliseconds and the portal sees arrivals: a little less is the same.
    let least = Duration::from_millis(180);
    assert!(asks[1..].windows(2).all(|two| two[1].at - two[0].at >= least), "{asks:?}");
}

#[tokio::test]
async fn a_host_is_asked_one_request_at_a_time() {
    let scene = scene();
    scene.portal.most_at_once(A, 1);
    scene.portal.answer(A, "/n", |ask| Reply::html(format!("visit {}", ask.nth)));
    let gets = (0..20).map(|_| scene.get("/n"));
    let bodies = futures_util::future::join_all(gets).await;
    assert!(bodies.into_iter().all(|got| got.is_ok_and(|capture| capture.body.starts_with(b"visit "))));
    assert_eq!(scene.portal.impolite(), Vec::<String>::new());
}
