//! What is captured of a page that draws itself, and what is asked for it.

use govwatch::config::Robots;
use govwatch::error::Class;
use govwatch::fetch::{FetchError, Limits, Names, Wall};

use super::{A, B, Scene, may_run, plan, scene, scene_with, text_of};
use crate::portal::{Fault, Reply};

/// A page with all that pages carry around their text.
const PAGE: &str = "<!DOCTYPE html><html><head><title>通知公告</title><link rel=stylesheet href=/s.css>\
    <link rel=icon href=/i.ico><link rel=prefetch href=/next.html><script src=/app.js></script>\
    <script src=http://hm.example/count.js></script></head><body><img src=/a.png><iframe src=/inner.html></iframe>\
    <video src=/v.mp4></video><ul id=list></ul><script>draw(document.getElementById('list'))</script></body></html>";

/// Rows by GET, a count by POST as JSON, the hour of an instant in the zone of the site.
const APP: &str = "document.cookie = 'wall=climbed'; alert('欢迎'); confirm('?'); window.open('/popup.html');
    function draw(list) {
        fetch('/api/list?page=1', { headers: { 'X-Requested-With': 'XMLHttpRequest' } }).then(r => r.json()).then(rows => {
            for (const row of rows) list.innerHTML += `<li><a href=\"${row.url}\">${row.title}</a></li>`;
        });
        fetch('/api/count', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{\"of\":1}' })
            .then(r => r.text()).then(n => { document.body.dataset.count = n; });
        document.body.dataset.hour = new Date(0).getHours();
        document.body.dataset.day = new Date(0).toLocaleDateString();
    }";

/// Each request that the page needs, once, under our own name, and without what its scripts would say of themselves.
fn assert_asked_politely(scene: &Scene, n_requests: u32) {
    let asked: Vec<String> = scene.portal.asks().into_iter().map(|ask| ask.path).collect();
    let mut sorted = asked.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["/api/count", "/api/list?page=1", "/app.js", "/list/", "/old/", "/robots.txt"]);
    // robots.txt is counted with the poll, not with the page.
    assert_eq!(usize::try_from(n_requests).unwrap() + 1, asked.len());
    assert_eq!(scene.fetcher.counts().requests, asked.len() as u64);
    assert_eq!(scene.portal.impolite(), [""; 0], "each of them under our own name");
    let of_script = &scene.portal.asked(A, "/api/list?page=1")[0];
    assert_eq!(of_script.header("x-requested-with"), Some("XMLHttpRequest"));
    assert_eq!(of_script.header("referer"), Some("http://www.a.gov.cn/list/"));
    assert_eq!(scene.portal.asked(A, "/api/count")[0].header("content-type"), Some("application/json"));
    assert!(scene.portal.asks().iter().all(|ask| ask.header("cookie").is_none()), "no cookie of a script is sent");
}

#[tokio::test]
async fn the_capture_is_the_document_as_its_scripts_left_it_and_only_what_they_need_is_asked() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let page = Reply::html(PAGE).with("ETag", "\"1\"").with("Set-Cookie", "session=1").with("X-Portal", "yes");
    scene.portal.serve(A, "/old/", Reply::redirect("/list/"));
    scene.portal.serve(A, "/list/", page);
    scene.portal.serve(A, "/app.js", Reply::bytes("text/javascript", APP.into()));
    let rows = r#"[{"url":"/1.html","title":"关于印发𠮷的通知"},{"url":"/2.html","title":"第二号"}]"#;
    scene.portal.serve(A, "/api/list?page=1", Reply::bytes("application/json", rows.into()));
    scene.portal.serve(A, "/api/count", Reply::bytes("text/plain", "42".into()));
    let capture = scene.get("/old/#/zwgk").await.unwrap();
    let text = text_of(&capture);
    assert!(text.starts_with("<!DOCTYPE html>\n<html><head><title>通知公告</title>"), "{text}");
    for drawn in [
        "<li><a href=\"/1.html\">关于印发𠮷的通知</a></li><li><a href=\"/2.html\">第二号</a></li>",
        "data-count=\"42\"",
        "data-hour=\"8\"",
        "data-day=\"1970/1/1\"",
    ] {
        assert!(text.contains(drawn), "{drawn}: {text}");
    }
    assert_eq!((capture.status, capture.final_url.as_str()), (200, "http://www.a.gov.cn/list/"));
    assert_eq!(capture.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(capture.header("x-portal"), Some("yes"));
    assert!(capture.header("x-govwatch-drawn-by").is_some_and(|product| product.contains('/')));
    assert_eq!(capture.header("x-govwatch-drawn-without"), Some("http://hm.example"));
    assert!(capture.validators().is_empty(), "the file may stay the same while the rows change");

    assert_asked_politely(&scene, capture.n_requests);
    scene.fetcher.close().await;
}

#[tokio::test]
async fn what_is_no_page_is_taken_as_it_came_without_a_browser() {
    let scene = scene();
    scene.portal.serve(A, "/data.json", Reply::bytes("application/json", b"[1]".to_vec()));
    assert_eq!(&*scene.get("/data.json").await.unwrap().body, b"[1]");
    let rows =
        "<datastore><recordset><record><![CDATA[<li><a href='/1.html'>一</a></li>]]></record></recordset></datastore>";
    scene.portal.page(A, "/dataproxy.jsp?col=1", rows);
    assert_eq!(text_of(&scene.get("/dataproxy.jsp?col=1").await.unwrap()), rows);
    assert_eq!(scene.get("/gone.html").await.unwrap().status, 404);
    scene.portal.serve(A, "/wall", Fault::Status(412, None));
    assert_eq!(scene.get("/wall").await.unwrap_err().class(), Class::Blocked);
    assert_eq!(scene.folders(), 0, "no browser was started");
}

#[tokio::test]
async fn a_page_that_lies_about_its_charset_is_read_as_the_site_file_says() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let (bytes, ..) = encoding_rs::GBK.encode("<meta charset=utf-8><body><p>关于印发工作方案的通知</p>");
    scene.portal.serve(A, "/", Reply::bytes("text/html; charset=utf-8", bytes.into_owned()));
    let mut plan = plan(&format!("http://{A}/"));
    plan.rule.charset = Some("gb18030".to_owned());
    let text = text_of(&scene.fetch(&plan).await.unwrap());
    assert!(text.contains("<p>关于印发工作方案的通知</p>"), "{text}");
    scene.fetcher.close().await;
}

#[tokio::test]
async fn another_host_of_the_site_is_asked_for_data_and_a_stranger_is_not() {
    if !may_run() {
        return;
    }
    let scene = scene();
    let page = format!(
        "<body><script>const post = (host, body) => fetch('http://' + host + '/api', {{ method: 'POST', body,
            headers: {{ 'Content-Type': 'application/json' }} }}).then(r => r.text())
            .then(text => document.body.append('came: ' + text)).catch(() => document.body.append('refused '));
         post('{B}', '{{}}'); post('stranger.example', '{{}}');</script></body>"
    );
    scene.portal.page(A, "/", page);
    scene.portal.serve(
        B,
        "/api",
        Reply::bytes("text/plain", b"rows".to_vec()).with("Access-Control-Allow-Origin", "*"),
    );
    let mut plan = plan(&format!("http://{A}/"));
    plan.rule.hosts = vec![B.to_owned()];
    let capture = scene.fetch(&plan).await.unwrap();
    let text = text_of(&capture);
    assert!(text.contains("came: rows") && text.contains("refused "), "{text}");
    assert_eq!(capture.header("x-govwatch-drawn-without"), Some("http://stranger.example"));
    scene.fetcher.close().await;
}

#[tokio::test]
async fn robots_txt_holds_for_what_a_page_asks_and_the_capture_says_what_is_missing() {
    if !may_run() {
        return;
    }
    let scene = scene();
    scene.portal.robots(A, "User-agent: *\nDisallow: /api/\n", &["/api/"]);
    scene.portal.page(A, "/", "<body><script>fetch('/api/x').catch(() => document.body.append('nothing'))</script>");
    let capture = scene.get("/").await.unwrap();
    assert!(text_of(&capture).contains("nothing"));
    assert_eq!(capture.header("x-govwatch-drawn-without"), Some("http://www.a.gov.cn"));
    assert_eq!(scene.portal.impolite(), [""; 0]);
    let mut plan = plan(&format!("http://{A}/"));
    plan.rule.robots = Robots::Ignore;
    scene.fetch(&plan).await.unwrap();
    assert_eq!(scene.portal.asked(A, "/api/x").len(), 1);
    scene.fetcher.close().await;
}

#[tokio::test]
async fn a_page_is_not_drawn_around_data_that_did_not_come() {
    if !may_run() {
        return;
    }
    let scene = scene();
    scene.portal.page(A, "/", "<body><script>fetch('/api')</script><p>the rows are missing</p>");
    for (status, class) in [(500, Class::Transient), (403, Class::Blocked)] {
        scene.portal.serve(A, "/api", Fault::Status(status, None));
        let error = scene.get("/").await.unwrap_err();
        assert!(matches!(&error, FetchError::Status { url, .. } if url.path() == "/api"), "{error}");
        assert_eq!(error.class(), class);
    }
    scene.portal.serve(A, "/api", Fault::Drop);
    assert_eq!(scene.get("/").await.unwrap_err().class(), Class::Transient);
    scene.portal.remove(A, "/api");
    assert!(scene.get("/").await.is_ok(), "a file that is not there is an answer");
    scene.fetcher.close().await;
}

#[tokio::test]
async fn a_page_that_asks_for_ever_or_grows_without_end_meets_its_limits() {
    if !may_run() {
        return;
    }
    let limits = Limits { drawn_requests: 10, page_bytes: 100_000, ..Limits::default() };
    let scene = scene_with(limits, Wall::Namespace, Names::Scripted(std::sync::Arc::default()));
    scene.portal.answer_all(A, |_| Reply::bytes("text/plain", b"x".to_vec()));
    scene.portal.page(A, "/many", "<body><script>for (let n = 0; n < 50; n++) fetch('/n' + n)</script>");
    let many = scene.get("/many").await.unwrap_err();
    assert!(many.to_string().contains("more than 10 requests"), "{many}");
    assert!(scene.portal.asks().len() <= 12, "{}", scene.portal.asks().len());
    scene.portal.page(A, "/large", "<body><script>document.body.append('字'.repeat(90000))</script>");
    let large = scene.get("/large").await.unwrap_err();
    assert!(large.to_string().contains("network.page_bytes"), "{large}");
    scene.portal.page(A, "/clock", "<body><script>setInterval(() => fetch('/time'), 50)</script>");
    assert!(scene.get("/clock").await.is_ok(), "a clock does not keep a page from its end");
    assert_eq!(scene.portal.asked(A, "/time").len(), 3);
    scene.fetcher.close().await;
}
