//! Whether a poll costs what is new and not what is known: the same rounds over a store of ten thousand reports and over one
//! of many.
//!
//! In: a country, and how many reports. Out: CPU time a round over both, and their ratio. Never: other reports than those
//! of the country touched: what fills the stores belongs to sites that nobody polls.

use std::path::Path;

use rusqlite::{Connection, ToSql, params};

use crate::land::Country;
use crate::portal::Scene;
use crate::portals::Portals;
use crate::rounds::UNTIL_DUE;
use crate::table::median_of;
use crate::watch::{Rechecks, Watch};

/// Reports of the smaller store.
const FEW: u32 = 10_000;
/// Reports of a site that fills a store, and of one transaction.
const OF_SITE: u32 = 1000;

/// What a report leaves behind, in the tables and indexes that polls read and write. Bodies are short: no
/// poll reads those of others.
const FILL: [&str; 8] = [
    "INSERT INTO works (id, body_hash, n_chars, title, published, n_reports, is_signed)
        SELECT i, randomblob(32), 3000, 'report ' || i, '2024-05-06', 1, 1 FROM temp.numbers",
    "INSERT INTO contents (id, hash, is_compressed, n_bytes, data) SELECT i, randomblob(32), 0, 64, randomblob(64)
        FROM temp.numbers",
    "INSERT INTO reports (id, site, url, listing, title, published, kind, year, is_pending, is_baseline, first_seen_at,
            last_seen_at, last_poll, next_recheck_at, revision, rules, work)
        SELECT i, :site, 'http://' || :site || '/zwgk/lm0/content_' || i || '.html', :listing, 'report ' || i, '2024-05-06',
            'rule-of-law-annual', 2023, 0, 1, 0, 0, :poll, 4102444800000 + i, 1, x'00', i FROM temp.numbers",
    "INSERT INTO listed (listing, report, title, date, date_shown, page_no, position, first_walk, last_walk, is_baseline,
            is_settled)
        SELECT :listing, i, 'report ' || i, '2024-05-06', '2024-05-06', 1, i, :walk, :walk, 1, 1 FROM temp.numbers",
    "INSERT INTO captures (id, report, url, final_url, status, body, fetched_at, wire_bytes, n_requests)
        SELECT i, i, '', '', 200, i, 0, 0, 1 FROM temp.numbers",
    "INSERT INTO revisions (report, revision, event, seen_at, fields, rules, body_hash, content_hash, metadata_hash,
            attachments_hash, n_chars, document, capture)
        SELECT i, 1, 'baseline', 0, '[]', x'00', randomblob(32), hash, hash, hash, 3000, i, i FROM temp.numbers",
    "INSERT INTO signatures (work, signature) SELECT i, randomblob(96) FROM temp.numbers",
    "INSERT INTO indexed (report, revision) SELECT i, 1 FROM temp.numbers",
];

/// Measures and prints.
pub(crate) fn measure(
    country: &Country,
    portals: &mut Portals,
    many: u32,
    (program, under): (Option<&Path>, &str),
    n_rounds: usize,
) {
    let honest = Scene { has_validators: true, ..Scene::default() };
    portals.set(&honest);
    for (rechecks, words) in [(Rechecks::Due, "listings only"), (Rechecks::All, "listings and every report")] {
        let watch = || Watch::new(country, portals.port, rechecks).with(program, "");
        let few = filled(watch(), FEW).with(program, under);
        let much = filled(watch(), many).with(program, under);
        let mut cpu = [Vec::new(), Vec::new()];
        for _ in 0..n_rounds {
            for (store, times) in [&few, &much].into_iter().zip(&mut cpu) {
                std::thread::sleep(UNTIL_DUE);
                let (cost, said) = store.fetch();
                assert_eq!((said.baseline, said.edited, said.sites_failed), (0, 0, 0), "{said:?}");
                times.push(cost.cpu);
            }
        }
        let [small, large] = cpu.map(median_of);
        println!(
            "{words}: {small:.2} s of CPU a round with {FEW} reports known, {large:.2} s with {many}: {:.2}x",
            large / small
        );
    }
}

/// A store that has seen the country, with so many reports in all.
fn filled(watch: Watch, n_reports: u32) -> Watch {
    watch.fetch();
    let file = watch.database();
    let mut conn = Connection::open(&file).expect("the store of the crawl");
    // A fill that is broken off is thrown away with its folder.
    conn.pragma_update(None, "synchronous", "OFF").expect("a pragma");
    conn.pragma_update(None, "cache_size", -1_000_000).expect("a pragma");
    let n_known: u32 = conn.query_row("SELECT count(*) FROM reports", [], |row| row.get(0)).expect("a count");
    for (first, n_site) in (n_known..n_reports).step_by(OF_SITE as usize).zip(0..) {
        fill(&mut conn, n_site, first, OF_SITE.min(n_reports - first));
    }
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
    watch
}

/// The reports of one site that nobody polls.
fn fill(conn: &mut Connection, n_site: u32, first: u32, n: u32) {
    let site = format!("www.x{n_site:05}.example");
    let all = conn.transaction().expect("a transaction");
    all.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS numbers (i INTEGER PRIMARY KEY, hash BLOB); DELETE FROM numbers",
    )
    .expect("a table");
    all.execute(
        "WITH RECURSIVE n (i) AS (VALUES (?1) UNION ALL SELECT i + 1 FROM n WHERE i < ?1 + ?2 - 1)
         INSERT INTO numbers SELECT 1000000000 + i, randomblob(32) FROM n",
        params![first, n],
    )
    .expect("numbers");
    all.execute("INSERT INTO sites (id) VALUES (?)", [&site]).expect("a site");
    let url = format!("http://{site}/zwgk/lm0/");
    all.execute("INSERT INTO listings (site, url, name, baselined_at) VALUES (?, ?, 'x', 0)", [&site, &url])
        .expect("a listing");
    let listing = all.last_insert_rowid();
    all.execute("INSERT INTO polls (site, started_at, ended_at, state) VALUES (?, 0, 0, 'done')", [&site])
        .expect("a poll");
    let poll = all.last_insert_rowid();
    let walk = "INSERT INTO walks (poll, listing, started_at, ended_at, reach, is_healthy) VALUES (?, ?, 0, 0, 'last_page', 1)";
    all.execute(walk, [poll, listing]).expect("a walk");
    let walk = all.last_insert_rowid();
    let values: [(&str, &dyn ToSql); 4] =
        [(":site", &site), (":listing", &listing), (":poll", &poll), (":walk", &walk)];
    for sql in FILL {
        let mut fill = all.prepare_cached(sql).expect(sql);
        let named: Vec<_> = values.into_iter().filter(|(name, _)| sql.contains(name)).collect();
        fill.execute(&named[..]).expect(sql);
    }
    all.commit().expect("a transaction");
}
