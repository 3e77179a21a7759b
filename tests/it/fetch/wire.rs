//! What comes over the wire: captures, encodings, cut and endless bodies, slow servers.

use std::time::Duration;

use govwatch::error::Class;
use govwatch::fetch::{FetchError, Limits, What};
use jiff::Timestamp;

use super::{A, plan, scene, scene_with};
use crate::portal::{Codec, Fault, Reply};

#[tokio::test]
async fn a_page_is_captured_with_its_headers_and_what_it_cost() {
    let scene = scene();
    scene.portal.page(A, "/zwgk/?id=1", "<p>法治政府</p>");
    let capture = scene.get("/zwgk/?id=1#top").await.unwrap();
    assert_eq!((capture.status, &*capture.body), (200, "<p>法治政府</p>".as_bytes()));
    assert_eq!(capture.url.as_str(), format!("http://{A}/zwgk/?id=1#top"));
    assert_eq!(capture.final_url.as_str(), format!("http://{A}/zwgk/?id=1"));
    assert_eq!(capture.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(capture.n_requests, 1);
    assert_eq!(capture.fetched_at, "2026-05-01T00:00:00Z".parse::<Timestamp>().unwrap());
    let ask = &scene.portal.asked(A, "/zwgk/?id=1")[0];
    assert_eq!(ask.header("user-agent"), Some(concat!("govwatch/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(ask.header("accept-encoding"), Some("gzip, deflate, br"));
    assert_eq!(ask.header("host"), Some(A));
    let counts = scene.fetcher.counts();
    assert_eq!((counts.requests, counts.not_modified), (2, 0), "robots.txt counts");
    assert!(counts.wire_bytes > capture.wire_bytes && capture.wire_bytes > capture.body.len() as u64);
    assert_eq!(scene.portal.impolite(), Vec::<String>::new());
    let child = scene.fetcher.for_site();
    child.get(&plan(&format!("http://{A}/zwgk/?id=1"))).await.unwrap();
    assert_eq!((child.counts().requests, scene.fetcher.counts().requests), (1, 3), "a site counts its own");
}

#[tokio::test]
async fn every_encoding_that_is_offered_is_taken_off_and_counted_as_it_came() {
    let scene = scene();
    let text = "<p>信息公开年度报告</p>".repeat(200);
    for (path, codec) in
        [("/gzip", Codec::Gzip), ("/zlib", Codec::Zlib), ("/raw", Codec::RawDeflate), ("/br", Codec::Brotli)]
    {
        scene.portal.serve(A, path, Reply::html(&text).encoded(codec));
        let capture = scene.get(path).await.unwrap();
        assert_eq!(&*capture.body, text.as_bytes(), "{path}");
        assert!(capture.wire_bytes < 500, "{path}: {}", capture.wire_bytes);
    }
    scene.portal.serve(A, "/two", Fault::Chained(vec![Codec::Gzip, Codec::Brotli]));
    assert_eq!(&*scene.get("/two").await.unwrap().body, "<p>chained</p>".as_bytes());
}

#[tokio::test]
async fn bombs_of_every_codec_and_long_chains_are_refused_by_name_of_the_limit() {
    let scene = scene();
    for (path, codec) in [("/g", Codec::Gzip), ("/z", Codec::Zlib), ("/r", Codec::RawDeflate), ("/b", Codec::Brotli)] {
        scene.portal.serve(A, path, Fault::Bomb(codec, 32 << 20));
        let error = scene.failure(path).await;
        assert!(error.to_string().contains("inflates more than 100 times"), "{path}: {error}");
        assert_eq!(error.class(), Class::Layout);
    }
    scene.portal.serve(A, "/three", Fault::Chained(vec![Codec::Gzip; 3]));
    assert!(scene.failure("/three").await.to_string().contains("3 content encodings"));
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit_of_what_it_is() {
    let scene = scene_with(Limits { page_bytes: 300_000, attachment_bytes: 900_000, ..Limits::default() });
    scene.portal.serve(A, "/endless", Fault::Forever);
    let error = scene.failure("/endless").await;
    assert!(error.to_string().contains("larger than 300000 bytes, the limit of a page"), "{error}");
    scene.portal.serve(A, "/file.pdf", Reply::bytes("application/pdf", vec![7; 800_000]));
    assert!(scene.get("/file.pdf").await.is_err());
    let mut attachment = plan(&format!("http://{A}/file.pdf"));
    attachment.what = What::Attachment;
    assert_eq!(scene.fetch(&attachment).await.unwrap().body.len(), 800_000);
}

#[tokio::test]
async fn a_head_without_end_is_refused_by_lines_and_by_bytes() {
    let scene = scene();
    scene.portal.serve(A, "/lines", Fault::Headers { lines: 250, bytes: 10 });
    scene.portal.serve(A, "/bytes", Fault::Headers { lines: 150, bytes: 1000 });
    scene.portal.serve(A, "/endless", Fault::Headers { lines: 100_000, bytes: 1000 });
    scene.portal.serve(A, "/many", Fault::Headers { lines: 190, bytes: 100 });
    for path in ["/lines", "/bytes", "/endless"] {
        let error = scene.failure(path).await;
        assert!(matches!(error, FetchError::Limit { .. }), "{path}: {error}");
    }
    assert_eq!(scene.get("/many").await.unwrap().headers.len(), 191);
}

#[tokio::test]
async fn a_cut_or_false_body_is_broken_and_never_a_shorter_page() {
    let scene = scene();
    scene.portal.serve(A, "/partial", Fault::Partial);
    scene.portal.serve(A, "/longer", Fault::WrongLength(100));
    scene.portal.serve(A, "/chunk", Fault::BrokenChunk);
    scene.portal.serve(A, "/reset", Fault::Reset);
    let half = Reply::html("<p>年度报告</p>".repeat(99)).encoded(Codec::Gzip);
    scene.portal.serve(A, "/gzip", Reply { body: half.body[..half.body.len() / 2].to_vec(), ..half });
    for path in ["/partial", "/longer", "/chunk", "/reset", "/gzip"] {
        let error = scene.failure(path).await;
        assert!(matches!(error, FetchError::Broken { .. }), "{path}: {error}");
        assert_eq!(error.class(), Class::Transient);
    }
    scene.portal.serve(A, "/drop", Fault::Drop);
    assert!(matches!(scene.failure("/drop").await, FetchError::Unreachable { .. }));
    scene.portal.play(A, "/flaky", [Fault::Partial.into(), Reply::html("whole").into()]);
    assert!(scene.get("/flaky").await.is_err());
    assert_eq!(&*scene.get("/flaky").await.unwrap().body, b"whole");
}

#[tokio::test]
async fn a_connection_is_used_again_unless_nobody_has_used_it_for_long() {
    let connections = async |limits: Limits| {
        let scene = scene_with(limits);
        scene.portal.page(A, "/a", "<p>a</p>");
        for _ in 0..3 {
            scene.get("/a").await.unwrap();
        }
        scene.portal.asked(A, "/a").into_iter().map(|ask| ask.connection).collect::<Vec<_>>()
    };
    assert_eq!(connections(Limits::default()).await, [1, 1, 1]);
    assert_eq!(connections(Limits { kept_open: Duration::from_nanos(1), ..Limits::default() }).await, [2, 3, 4]);
}

#[tokio::test]
async fn a_slow_server_meets_the_limit_of_what_is_slow() {
    let tiny = Duration::from_millis(60);
    let long = Duration::from_mins(10);
    let slow = |pause| Fault::Slow { reply: Reply::html("x".repeat(1000)), piece: 1, pause };
    let what = async |limits: Limits, fault: Fault| {
        let scene = scene_with(limits);
        scene.portal.serve(A, "/slow", fault);
        match scene.failure("/slow").await {
            FetchError::Timeout { what, limit, .. } => (what, limit),
            other => (Box::leak(other.to_string().into_boxed_str()) as &str, Duration::ZERO),
        }
    };
    let base = || Limits { patience: Duration::ZERO, ..Limits::default() };
    assert_eq!(what(Limits { first_byte: tiny, ..base() }, Fault::Late(long)).await, ("the first byte", tiny));
    assert_eq!(what(Limits { idle: tiny, ..base() }, slow(long)).await, ("the next piece", tiny));
    let drip = slow(Duration::from_millis(5));
    assert_eq!(what(Limits { page_total: tiny * 5, ..base() }, drip).await, ("the whole answer", tiny * 5));
}

#[tokio::test]
async fn a_page_may_lie_about_its_charset_and_change_its_layout_and_is_captured_as_it_came() {
    let scene = scene();
    let page = Reply::html("<ul class=\"list\"><li>公开</li></ul>");
    scene.portal.serve(A, "/lie", Fault::WrongCharset(page.clone(), "gbk"));
    scene.portal.serve(A, "/new", Fault::LayoutChanged(page));
    let lie = scene.get("/lie").await.unwrap();
    assert_eq!(lie.header("content-type"), Some("text/html; charset=gbk"));
    let changed = scene.get("/new").await.unwrap();
    assert_eq!(&*changed.body, "<section class=\"v2-list\"><div>公开</div></section>".as_bytes());
    scene.portal.remove(A, "/new");
    assert_eq!(scene.get("/new").await.unwrap().status, 404);
    let by_address = scene.fetch(&plan(&scene.portal.url("/"))).await.unwrap();
    assert_eq!(by_address.status, 404);
}
