//! The web page, asked as a browser and as a program would: over loopback, with a store of its own.
#![expect(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]

mod api;
mod browser;
mod chinese;
mod edit;
mod guard;
mod live;
mod long;
mod pages;
mod saved;
mod serve;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{Network, Secret, WebRule, load_sites};
use govwatch::fetch::{Fetcher, Hosts};
use govwatch::model::{ReportId, SiteId};
use govwatch::store::{EntryRecord, Store, Told};
use govwatch::web::{self, Access, SiteFiles, Tools, Web};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use url::form_urlencoded::Serializer;

use crate::store::bench::{Poll, at, document, edited, id, reading, row, with_baseline};

const PASSWORD: &str = "正确的密码 1";

/// A page that is served until this is dropped.
struct Scene {
    address: SocketAddr,
    store: Store,
    client: Client,
    server: JoinHandle<()>,
    /// What stands for the daemon: it takes site files over as soon as it is told of them.
    daemon: JoinHandle<()>,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.server.abort();
        self.daemon.abort();
    }
}

/// The settings of a page that asks for a password and knows two programs.
fn closed() -> WebRule {
    WebRule {
        names: BTreeSet::from(["watch.example.org".to_owned()]),
        password: Some(Secret::new(PASSWORD)),
        read_tokens: vec![Secret::new("reader")],
        admin_tokens: vec![Secret::new("admin")],
        ..WebRule::default()
    }
}

impl Scene {
    async fn open() -> Self {
        Self::with(WebRule::default(), Store::in_memory().unwrap()).await
    }

    async fn with(rule: WebRule, store: Store) -> Self {
        Self::over(rule, store, None).await
    }

    /// A page from which the site files of a folder can be written, where one is given.
    async fn over(rule: WebRule, store: Store, dir: Option<&Path>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let access = Access::new(&rule, address).unwrap();
        let clock = Clock::Manual(ManualClock::new(at(60 * 24)));
        let (sites, files) = watch::channel(sites());
        let (wants_files, wants_polls) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let tools = dir.map(|dir| Tools {
            dir: dir.to_owned(),
            network: Network::default(),
            fetcher: Fetcher::new(Network::default(), None, Hosts::default(), Clock::System).unwrap(),
            wants_files: Arc::clone(&wants_files),
            wants_polls,
            landed: watch::Sender::new(0),
        });
        let daemon = tokio::spawn(async move {
            loop {
                wants_files.notified().await;
                sites.send_modify(|_| {});
            }
        });
        let router = web::router(Web::new(store.clone(), clock, files, access, None, tools), axum::Router::new());
        let server = tokio::spawn(async move { web::serve(listener, router, std::future::pending()).await });
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { address, store, client, server, daemon }
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Response {
        let mut request = self.client.request(method.clone(), format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == Method::POST {
            let body = Serializer::new(String::new()).extend_pairs(form).finish();
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path, &[], &[]).await
    }

    /// A page, which must be there, must not be long and must be whole.
    async fn page(&self, path: &str) -> String {
        self.page_with(path, &[]).await
    }

    async fn page_with(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let answer = self.ask(Method::GET, path, headers, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.len() < 100_000, "{path} has {} bytes", text.len());
        assert!(text.starts_with("<!DOCTYPE html>") && text.trim_end().ends_with("</html>"), "{path}");
        text
    }

    /// The JSON of an answer, whatever its status.
    async fn read(answer: Response) -> Value {
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// What a form of our own page sends.
    async fn post(&self, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Response {
        let own = [("sec-fetch-site", "same-origin")];
        self.ask(Method::POST, path, &[&own, headers].concat(), form).await
    }
}

fn sites() -> SiteFiles {
    let folder = tempfile::tempdir().unwrap();
    let listing = "[[listing]]\nname = \"fz\"\nurl = \"http://a.gov.cn/fz/\"\nentry = \"li\"\n";
    let owes = "division = \"141123\"\n[obligations]\nunit = \"government\"\nowes = [\"rule-of-law-annual\"]\n";
    std::fs::write(folder.path().join("a.toml"), format!("name = \"甲县人民政府\"\n{owes}{listing}")).unwrap();
    std::fs::write(folder.path().join("b.toml"), format!("name = \"乙县\"\npaused = true\n{listing}")).unwrap();
    let loaded = load_sites(folder.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    Arc::new(loaded.sites.into_iter().map(|site| (site.id.clone(), site)).collect())
}

/// A baseline of three reports; then `d` is published, and `a` edited.
async fn lived() -> Store {
    lived_in(Store::in_memory().unwrap()).await
}

async fn lived_in(store: Store) -> Store {
    with_baseline(&store, &[row("c", 3), row("b", 2), row("a", 1)]).await;
    let poll = Poll::begin(&store, 60).await;
    poll.walk_all(&[row("d", 4), row("c", 3), row("b", 2), row("a", 1)]).await;
    poll.read_all().await;
    let diff = "--- 1\n+++ 2\n@@ -1,1 +1,1 @@\n-受理15件\n+受理9件\n";
    poll.record(id(&store, "a").await, edited(document("a", "另一个正文"), diff)).await;
    poll.end().await;
    store
}

/// The headers of an answer as one text.
fn written(headers: &HeaderMap) -> String {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    lines.collect()
}
