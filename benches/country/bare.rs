//! What there is to compare with: a loop of reqwest, scraper and rusqlite over the same pages that keeps the text of each
//! report and nothing else.
//!
//! In: sizes, the port of the portals, a file. Out: rows of address, title, day and text. Never: robots.txt, validators,
//! kept pages, a second look at anything; one transaction for many rows, one connection a host, so that it is as fast as
//! such a loop can be.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, LazyLock, mpsc};

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rusqlite::Connection;
use scraper::{Html, Selector};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use url::Url;

use crate::land::{Sizes, host, listing_path};

/// Sites visited at once, as many as this project visits.
const AT_ONCE: usize = 256;
/// Rows of one transaction.
const BATCH: usize = 256;

static ROW: LazyLock<Selector> = LazyLock::new(|| selector("ul.list li a"));
static TITLE: LazyLock<Selector> = LazyLock::new(|| selector("h1"));
static DAY: LazyLock<Selector> = LazyLock::new(|| selector(".time"));
static BODY: LazyLock<Selector> = LazyLock::new(|| selector(".TRS_UEDITOR, .article-content, #zoom"));

/// What is kept of a report.
struct Row {
    url: String,
    title: String,
    day: String,
    text: String,
}

/// Every name is on loopback.
struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, _name: Name) -> Resolving {
        let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0))];
        Box::pin(async move { Ok(Box::new(here.into_iter()) as Addrs) })
    }
}

/// Crawls the country; prints how many reports it has.
pub(crate) fn crawl(sizes: Sizes, port: u16, file: &Path) {
    let (rows, queue) = mpsc::sync_channel(BATCH);
    let file = file.to_owned();
    let writer = std::thread::spawn(move || keep(&file, &queue));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let client =
            Client::builder().http1_only().no_proxy().dns_resolver(Arc::new(Loopback)).build().expect("a client");
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut visits = JoinSet::new();
        for site in 0..sizes.sites {
            let (client, rows, places) = (client.clone(), rows.clone(), Arc::clone(&places));
            visits.spawn(async move {
                let _place = places.acquire_owned().await.expect("never closed");
                visit(&client, sizes, site, port, &rows).await;
            });
        }
        while let Some(visit) = visits.join_next().await {
            visit.expect("no site panics");
        }
    });
    drop(rows);
    println!("{}", writer.join().expect("the writer ends"));
}

async fn visit(client: &Client, sizes: Sizes, site: usize, port: u16, rows: &mpsc::SyncSender<Row>) {
    for column in 0..sizes.listings {
        let mut reports = Vec::new();
        let (mut page, mut n_pages) = (0, 1);
        while page < n_pages {
            let url = format!("http://{}:{port}{}", host(site), listing_path(column, page));
            let url: Url = url.parse().expect("a URL");
            let text = get(client, &url).await;
            n_pages = pages_of(&text);
            reports.extend(links(&text, &url));
            page += 1;
        }
        for url in reports {
            let text = get(client, &url).await;
            rows.send(read(&text, &url)).expect("the writer lives");
        }
    }
}

async fn get(client: &Client, url: &Url) -> String {
    let answer = client.get(url.clone()).send().await.expect("loopback answers");
    let bytes = answer.bytes().await.expect("loopback answers");
    let head = &bytes[..bytes.len().min(1024)];
    if memchr::memmem::find(head, b"charset=gb2312").is_some() {
        return encoding_rs::GBK.decode(&bytes).0.into_owned();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How many pages a listing says it has.
fn pages_of(text: &str) -> usize {
    let behind = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    let Some(rest) = behind("createPageHTML(").or_else(|| behind("class=\"page\">共")) else { return 1 };
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1)
}

fn links(text: &str, url: &Url) -> Vec<Url> {
    let page = Html::parse_document(text);
    page.select(&ROW).filter_map(|row| url.join(row.attr("href")?).ok()).collect()
}

fn read(text: &str, url: &Url) -> Row {
    let page = Html::parse_document(text);
    let first = |selector| page.select(selector).next().map(|found| found.text().collect::<String>());
    let text = |selector| first(selector).unwrap_or_default();
    Row { url: url.to_string(), title: text(&TITLE), day: text(&DAY), text: text(&BODY) }
}

/// Keeps rows until nobody has more; gives how many there are.
fn keep(file: &Path, rows: &mpsc::Receiver<Row>) -> usize {
    let conn = Connection::open(file).expect("a database");
    conn.pragma_update(None, "journal_mode", "WAL").expect("a pragma");
    conn.pragma_update(None, "synchronous", "NORMAL").expect("a pragma");
    conn.execute_batch("CREATE TABLE reports (url TEXT NOT NULL PRIMARY KEY, title TEXT, day TEXT, text TEXT)")
        .expect("a table");
    let mut n = 0;
    while let Ok(first) = rows.recv() {
        conn.execute_batch("BEGIN").expect("a transaction");
        let others = (1..BATCH).map_while(|_| rows.try_recv().ok());
        for Row { url, title, day, text } in std::iter::once(first).chain(others) {
            let mut insert = conn.prepare_cached("INSERT INTO reports VALUES (?, ?, ?, ?)").expect("a statement");
            n += insert.execute([url, title, day, text]).expect("a row");
        }
        conn.execute_batch("COMMIT").expect("a transaction");
    }
    n
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("a selector")
}
