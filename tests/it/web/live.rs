//! A daemon at work beside a simulated portal, and the page that people use it by: a site is added, polled and told of.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use govwatch::store::{Due, FailedTry, TakenBy, Tried};

use super::*;
use crate::portal::{Portal, Reply};

pub(super) const HOST: &str = "www.live.example";
/// Longer than anything here takes on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(1);

/// A daemon that is killed with its test, a portal, and the folder of both.
pub(super) struct Live {
    pub(super) portal: Portal,
    _folder: tempfile::TempDir,
    pub(super) address: String,
    daemon: Child,
    _log: Receiver<String>,
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }
}

fn title(n: u32) -> String {
    format!("关于第{n}号土地征收补偿方案的公告")
}

fn report(n: u32, word: &str) -> String {
    let text = format!("现将土地征收补偿安置方案{word}公告如下,被征收人可在三十日内提出意见。").repeat(4);
    format!(
        "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:2026-02-{n:02}</div>\
         <div class=\"TRS_Editor\"><p>{text}第{n}号。</p></div></body></html>",
        title(n)
    )
}

/// The page of a listing with these reports.
fn listing(numbers: &[u32]) -> String {
    let row = |n: &u32| format!("<li><a href=\"/gg/{n}.html\">{}</a><span>2026-02-{n:02}</span></li>", title(*n));
    let rows: String = numbers.iter().map(row).collect();
    format!(
        "<html><head><title>公告公示_活县人民政府</title></head><body><div class=\"crumb\">首页 &gt; 公告公示</div><ul class=\"list\">{rows}</ul></body></html>"
    )
}

impl Live {
    /// A portal with a listing that nobody watches yet; its site has a file with a single page and a pace of none.
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sites")).unwrap();
        let site = format!(
            "name = \"活县人民政府\"\nhome = \"http://{HOST}/\"\npace = {{ min_interval = \"0s\" }} # our own portal\n\
             [[page]]\nurl = \"http://{HOST}/gg/1.html\"\n"
        );
        std::fs::write(folder.path().join("sites/live.toml"), site).unwrap();
        let portal = Portal::start();
        portal.page(HOST, "/gg/", listing(&[4, 3, 2, 1]));
        (1..=5).for_each(|n| portal.page(HOST, &format!("/gg/{n}.html"), report(n, "")));
        portal.serve("hook.example", "/in", Reply::status(200));
        write_settings(&portal, folder.path());
        give_up(&folder.path().join("state")).await;
        let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
        command.current_dir(folder.path()).args(["--log", "json", "daemon", "--listen", "127.0.0.1:0"]);
        let mut daemon = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (say, log) = channel();
        let lines = BufReader::new(daemon.stderr.take().unwrap()).lines().map_while(Result::ok);
        std::thread::spawn(move || lines.for_each(|line| drop(say.send(line))));
        let mut said = Vec::new();
        let address = loop {
            let line = log.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it does not listen: {said:?}"));
            if let Some(rest) = line.split("listening at ").nth(1) {
                break rest.split('"').next().unwrap().to_owned();
            }
            said.push(line);
        };
        Self { portal, _folder: folder, address, daemon, _log: log }
    }

    /// The portal publishes a fifth announcement.
    fn publish(&self) {
        self.portal.page(HOST, "/gg/", listing(&[5, 4, 3, 2, 1]));
    }

    /// The same, once somebody asks it for `/publish` by its address.
    pub(super) fn publish_when_told(&self) {
        let is_told = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_told);
        self.portal.answer("127.0.0.1", "/publish", move |_| {
            told.store(true, Ordering::SeqCst);
            Reply::html("")
        });
        self.portal.answer(HOST, "/gg/", move |_| {
            let numbers: &[u32] = if is_told.load(Ordering::SeqCst) { &[5, 4, 3, 2, 1] } else { &[4, 3, 2, 1] };
            Reply::html(listing(numbers))
        });
    }
}

/// A password, a channel that leads to the portal, and a route to it.
fn write_settings(portal: &Portal, folder: &Path) {
    let settings = format!(
        "[network]\nallow = [\"127.0.0.1/32\"]\n[network.resolve]\n\"{HOST}\" = \"{0}\"\n\"hook.example\" = \"{0}\"\n\
         [web]\npassword = {{ file = \"word\" }}\n\
         [[channel]]\nid = \"hook\"\nkind = \"webhook\"\nurl = \"http://hook.example/in\"\nsecret = {{ file = \"secret\" }}\n\
         [[route]]\nto = [\"hook\"]\nevents = [\"new\"]\n",
        portal.addr()
    );
    for (name, text) in
        [("govwatch.toml", &*settings), ("word", PASSWORD), ("secret", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz")]
    {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// A store that an alert was given up in, of a site that is watched no longer.
async fn give_up(state: &Path) {
    let store = Store::open(state).unwrap();
    with_baseline(&store, &[row("z", 1)]).await;
    let told = store.with_channels(&["hook".to_owned()]);
    let poll = Poll::begin(&told, 60).await;
    poll.walk_all(&[row("lost", 2), row("z", 1)]).await;
    poll.read_all().await;
    poll.end().await;
    let due = Due {
        channel: "hook".to_owned(),
        owner: "tests".to_owned(),
        now: at(61),
        lease: PATIENCE,
        rate: (10, PATIENCE),
        are_folded: false,
        most_in_digest: 1,
        limit: 1,
    };
    let message = told.claim_due(due).await.unwrap().messages.remove(0);
    let failed = FailedTry {
        error: "it answers 400 and does not take the message".to_owned(),
        next_try_at: None,
        held_until_at: None,
        is_disabled: false,
        is_told: false,
        taken_by: TakenBy::Nobody,
    };
    let tried = Tried {
        channel: "hook".to_owned(),
        message: message.id,
        alerts: message.alerts.iter().map(|(alert, ..)| *alert).collect(),
        owner: "tests".to_owned(),
        now: at(62),
        failed: Some(failed),
    };
    told.record_try(tried).await.unwrap();
}

/// A browser without a script: a session, and the pages that it is given.
struct Reader<'l> {
    live: &'l Live,
    client: Client,
    session: String,
}

impl<'l> Reader<'l> {
    async fn enter(live: &'l Live) -> Self {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        let mut reader = Self { live, client, session: String::new() };
        let entered = reader.send("/login", &[("password", PASSWORD)]).await;
        let session = entered.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap();
        session.clone_into(&mut reader.session);
        reader
    }

    async fn send(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(format!("http://{}{path}", self.live.address)).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.header("sec-fetch-site", "same-origin").header("cookie", &self.session).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let request = self.client.get(format!("http://{}{path}", self.live.address)).header("cookie", &self.session);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// The page, once it has these words.
    async fn page_with(&self, path: &str, words: &str) -> String {
        let began = Instant::now();
        loop {
            let page = self.page(path).await;
            if page.contains(words) {
                return page;
            }
            assert!(began.elapsed() < PATIENCE, "{path} has no {words:?}: {page}");
        }
    }
}

/// The value of a field of a form; what is written into a page is spelled out there.
fn field(page: &str, head: &str, end: &str) -> String {
    let value = page.split(head).nth(1).unwrap().split(end).next().unwrap();
    value.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#38;", "&")
}

#[tokio::test]
async fn a_listing_is_added_with_its_preview_polled_when_it_is_asked_for_and_told_of() {
    let live = Live::open().await;
    let reader = Reader::enter(&live).await;
    let looked = reader.send("/add", &[("url", &format!("http://{HOST}/gg/"))]).await;
    let page = looked.text().await.unwrap();
    assert!(page.contains(&title(4)) && page.contains("4 行") || page.contains("rows: 4"), "{page}");
    assert!(page.contains("The site has a file: it gets one listing more."), "{page}");
    let (text, was) = (field(&page, "dir=\"ltr\">\n", "</textarea>"), field(&page, "name=\"was\" value=\"", "\""));
    assert!(text.contains("# our own portal") && text.contains("[[listing]]"), "{text}");
    let written = reader.send("/sites/live/file", &[("text", &text), ("was", &was)]).await;
    assert_eq!(written.status(), 303, "{}", written.text().await.unwrap());
    reader.page_with("/?event=baseline&site=live", "reports known now").await;
    let site = reader.page_with("/sites/live", "Poll now").await;
    assert!(site.contains(">done<") && !site.contains("live.js"), "{site}");
    live.publish();
    assert_eq!(reader.send("/sites/live/poll", &[]).await.status(), 303);
    let told = reader.page_with("/?event=new&site=live", &title(5)).await;
    assert_eq!(told.matches("<article").count(), 1, "{told}");
    let dead = reader.page_with("/alerts?state=dead", "name=\"alert\"").await;
    let alert = field(&dead, "name=\"alert\" value=\"", "\"");
    assert_eq!(reader.send("/alerts/retry", &[("alert", &alert)]).await.headers()["location"], "/alerts?retried=1");
    reader.page_with("/alerts?state=delivered", "lost").await;
    let asked = live.portal.asked(HOST, "/gg/5.html").len();
    assert_eq!(asked, 1, "one poll read it");
}
