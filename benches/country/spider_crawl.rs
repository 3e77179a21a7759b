//! The same pages by the crate `spider`: all that it finds on a site, the text of each report into SQLite. A program of its
//! own, built below `target/`; the portals are its proxy.
//!
//! In: port of the portals, number of sites, a file. Out: how many reports were kept.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, LazyLock};

use rusqlite::Connection;
use scraper::{Html, Selector};
use spider::tokio;
use spider::website::Website;

const AT_ONCE: usize = 64;
const BATCH: usize = 256;

static TITLE: LazyLock<Selector> = LazyLock::new(|| Selector::parse("h1").unwrap());
static DAY: LazyLock<Selector> = LazyLock::new(|| Selector::parse(".time").unwrap());
static BODY: LazyLock<Selector> =
    LazyLock::new(|| Selector::parse(".TRS_UEDITOR, .article-content, #zoom").unwrap());

type Row = [String; 4];

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (proxy, n_sites) = (format!("http://127.0.0.1:{}", args[1]), args[2].parse().unwrap());
    let file = args[3].clone();
    let (rows, queue) = sync_channel(BATCH);
    let writer = std::thread::spawn(move || keep(&file, &queue));
    let places = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let sites: Vec<_> = (0..n_sites)
        .map(|site: usize| {
            let (rows, places, proxy) = (rows.clone(), places.clone(), proxy.clone());
            tokio::spawn(async move {
                let _place = places.acquire_owned().await.unwrap();
                visit(site, &proxy, rows).await;
            })
        })
        .collect();
    for site in sites {
        site.await.unwrap();
    }
    drop(rows);
    println!("{}", writer.join().unwrap());
}

async fn visit(site: usize, proxy: &str, rows: SyncSender<Row>) {
    let mut website = Website::new(&format!("http://www.s{site:05}.example/"));
    website.with_proxies(Some(vec![proxy.to_owned()])).with_delay(0);
    let mut pages = website.subscribe(4096);
    let reader = tokio::spawn(async move {
        while let Ok(page) = pages.recv().await {
            if let Some(row) = read(page.get_url(), &page.get_html()) {
                rows.send(row).unwrap();
            }
        }
    });
    website.crawl().await;
    website.unsubscribe();
    reader.await.unwrap();
}

fn read(url: &str, html: &str) -> Option<Row> {
    let page = Html::parse_document(html);
    let first = |selector| page.select(selector).next().map(|found| found.text().collect::<String>());
    let body = first(&BODY)?;
    Some([url.to_owned(), first(&TITLE).unwrap_or_default(), first(&DAY).unwrap_or_default(), body])
}

fn keep(file: &str, rows: &Receiver<Row>) -> usize {
    let conn = Connection::open(file).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.pragma_update(None, "synchronous", "NORMAL").unwrap();
    conn.execute_batch("CREATE TABLE reports (url TEXT NOT NULL PRIMARY KEY, title TEXT, day TEXT, text TEXT)").unwrap();
    let mut n = 0;
    while let Ok(first) = rows.recv() {
        conn.execute_batch("BEGIN").unwrap();
        for row in std::iter::once(first).chain((1..BATCH).map_while(|_| rows.try_recv().ok())) {
            let sql = "INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?)";
            n += conn.prepare_cached(sql).unwrap().execute(row).unwrap();
        }
        conn.execute_batch("COMMIT").unwrap();
    }
    n
}
