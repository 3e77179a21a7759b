//! How fast the web page answers over a large store, and how much memory that takes.
//!
//! In: generated reports of generated offices, 10,000 or as many as `--reports` says, kept in a store as polls keep them.
//! Out: the 95th percentile of each sort of page, asked over loopback, and the memory of the process that answers, which is
//! not the one that filled the store. Never: the network, or anything outside a temporary folder or the one that `--state`
//! names. `benches/README.md` says what is measured.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use dice::Dice;
use futures_util::StreamExt;
use futures_util::stream;
use govwatch::clock::{Clock, ManualClock};
use govwatch::config::{Network, WebRule, load_sites};
use govwatch::daemon::usage;
use govwatch::model::{Block, BlockKind, Document, Hash, PollId, SiteId, WalkId};
use govwatch::store::{
    Counts, Ended, EntryRecord, Filter, Finding, INDEXED_AT_ONCE, ListingRules, PageRecord, PollRecord, Reach,
    ReadTask, Reading, ReportRecord, Scope, Store, Told, WalkRecord,
};
use govwatch::web::{self, Access, Web};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use tokio::net::TcpListener;
use tokio::sync::watch;

mod dice;

#[derive(Parser)]
struct Args {
    /// How many reports.
    #[arg(long, default_value_t = 10_000)]
    reports: usize,
    /// How many offices share them.
    #[arg(long, default_value_t = 400)]
    sites: usize,
    /// Characters of a report.
    #[arg(long, default_value_t = 400)]
    chars: usize,
    /// Times that each sort of page is asked for.
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// A folder whose store is filled once and used again.
    #[arg(long, overrides_with = "state")]
    state: Option<std::path::PathBuf>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Sentences of reports, with a hole for what differs.
const SENTENCES: [&str; 8] = [
    "全年共办理行政复议案件{}件,其中受理{}件,审结{}件。",
    "{}人民政府坚持依法行政,深入推进法治政府建设。",
    "发布土地征收公告{}份,依法公开征收补偿方案。",
    "严格落实重大行政决策合法性审查制度,审查规范性文件{}件。",
    "调解矛盾纠纷{}件,{}社区连续三年无信访积案。",
    "加强政务公开,主动公开政府信息{}条,办理依申请公开{}件。",
    "{}镇、{}乡综合行政执法队配备执法人员{}名。",
    "持续开展道路交通安全、食品药品安全和生态环境保护专项整治。",
];
/// Of so many reports of an office, one was published while it was watched; the others were its baseline.
const ONE_NEW_OF: usize = 20;
/// Of so many, one is of the kind that the office owes: about one a year.
const ONE_OWED_OF: usize = 160;

impl Dice {
    /// A number, or a name of common ideographs.
    fn word(&mut self) -> String {
        if self.below(2) == 0 {
            return self.below(3000).to_string();
        }
        (0..2).filter_map(|_| char::from_u32(0x4e00 + u32::try_from(self.below(3500)).ok()?)).collect()
    }
}

fn document(at: usize, seed: usize, n_chars: usize) -> Document {
    let mut dice = Dice(seed as u64 + 1);
    let (mut blocks, mut n) = (Vec::new(), 0);
    while n < n_chars {
        let mut paragraph = String::new();
        for _ in 0..3 {
            let sentence = SENTENCES[usize::try_from(dice.below(8)).unwrap_or(0)];
            let filled = sentence.split("{}").map(|part| format!("{part}{}", dice.word()));
            paragraph.push_str(&filled.collect::<String>());
        }
        n += paragraph.chars().count();
        blocks.push(Block::new(BlockKind::Paragraph, paragraph));
    }
    Document { title: Some(title(at, seed)), blocks, ..Document::default() }
}

/// The day of the report of an office that stands so far down.
fn day(at: usize) -> Date {
    date(2026, 9, 30).saturating_sub(i64::try_from(at * 7 % 5800).unwrap_or(0).days())
}

fn title(at: usize, seed: usize) -> String {
    if at.is_multiple_of(ONE_OWED_OF) {
        return format!("{}年法治政府建设年度报告第{seed}号", day(at).year() - 1);
    }
    let kinds = ["土地征收补偿方案公告", "政府信息公开工作年度报告", "规范性文件清理结果"];
    format!("{}县{}年{}第{seed}号", Dice(seed as u64).word(), 2010 + seed % 16, kinds[seed % 3])
}

fn entry(office: usize, at: usize, seed: usize) -> EntryRecord {
    let (day, is_owed) = (day(at), at.is_multiple_of(ONE_OWED_OF));
    let url = format!("http://www.office{office}.example/t{at}.html");
    EntryRecord {
        url: url.clone(),
        twins: Vec::new(),
        as_listed_url: url,
        title: title(at, seed),
        date: day.to_string().parse().ok(),
        date_shown: None,
        kind: is_owed.then(|| "rule-of-law-annual".to_owned()),
        year: is_owed.then(|| day.year() - 1),
        is_wanted: true,
    }
}

/// Keeps one office's reports as a poll does: a page of rows, then each report.
async fn fill_office(store: &Store, office: usize, seeds: std::ops::Range<usize>, n_chars: usize, now: Timestamp) {
    let site = SiteId::new(format!("office{office}"));
    let poll = store.begin_poll(&site, now).await.expect("a poll");
    let rules = ListingRules { filter: Hash::of(b""), rows: Hash::of(b"") };
    let url = format!("http://www.office{office}.example/");
    let listing = store.listing(&site, "公开年报", &url, rules, now).await.expect("a listing");
    let walk = store.begin_walk(poll, listing.listing, None, now).await.expect("a walk");
    let first = seeds.start;
    let entries: Vec<EntryRecord> = seeds.map(|seed| entry(office, seed - first, seed)).collect();
    let n_entries = entries.len() as u64;
    let page = PageRecord::below(walk, 1, entries, now);
    store.record_page(page).await.expect("a page");
    let turns = store.to_read(&site, poll, now, Scope::Pending).await.expect("turns");
    let tasks = store.read_tasks(poll, turns).await.expect("tasks");
    let records = tasks.iter().enumerate().map(|(n, task)| {
        let told = if n.is_multiple_of(ONE_NEW_OF) { Told::New } else { Told::Baseline };
        let at = position(&task.url);
        store.record_report(record(poll, task, document(at, first + at, n_chars), told, now))
    });
    // Few in memory at once, enough to fill the batches of the one writer.
    stream::iter(records).buffer_unordered(256).for_each(|recorded| async { drop(recorded.expect("a report")) }).await;
    let end = ended(walk, n_entries, rules, now);
    store.end_walk(end).await.expect("a walk");
    let (next_due_at, counts, rules) = (now + 1.hours(), Counts::default(), Hash::of(b"rules"));
    let done = PollRecord {
        poll,
        site,
        ended_at: now,
        next_due_at,
        ended: Ended::Done,
        counts,
        fold: None,
        late: Vec::new(),
        left: Vec::new(),
        rules,
        file: rules,
    };
    store.record_poll(done).await.expect("a poll");
}

/// How far down the row of a report stands, as its URL says.
fn position(url: &str) -> usize {
    let name = url.rsplit("/t").next().and_then(|name| name.strip_suffix(".html"));
    name.and_then(|at| at.parse().ok()).expect("a URL of ours")
}

/// The end of a walk over the whole listing.
fn ended(walk: WalkId, n_entries: u64, rules: ListingRules, now: Timestamp) -> WalkRecord {
    WalkRecord {
        walk,
        ended_at: now,
        n_pages: 1,
        n_entries,
        reach: Reach::LastPage,
        is_healthy: true,
        reason: None,
        oldest_row: None,
        rules,
        bound: None,
        is_place_gone: false,
    }
}

fn record(poll: PollId, task: &ReadTask, document: Document, told: Told, now: Timestamp) -> ReportRecord {
    let fingerprint = govwatch::change::fingerprint::of(&document, Hash::of(b"rules"));
    let reading = Reading { fingerprint, document, captures: Vec::new(), kind: None, year: None, told };
    let finding = Finding::Read(Box::new(reading));
    let (files, contents) = (Vec::new(), Vec::new());
    ReportRecord {
        poll,
        report: task.report,
        newest: task.newest.map(|newest| newest.revision),
        now,
        finding,
        next_recheck_at: Some(now + 720.hours()),
        validators: None,
        answer: None,
        files,
        contents,
    }
}

async fn fill(store: &Store, args: &Args) {
    let begun_at = Instant::now();
    let each = args.reports.div_ceil(args.sites.max(1)).max(1);
    let begin = Timestamp::now() - 30.hours();
    for (office, first) in (0..args.reports).step_by(each).enumerate() {
        let now = begin + i64::try_from(office).unwrap_or(0).minutes();
        fill_office(store, office, first..(first + each).min(args.reports), args.chars, now).await;
    }
    while store.index_more(INDEXED_AT_ONCE).await.expect("a store that is written to") {}
    println!(
        "{} reports of {} characters, kept and indexed in {:.0} s",
        args.reports,
        args.chars,
        begun_at.elapsed().as_secs_f64()
    );
}

/// A site file for each office: all of them owe a report a year.
fn write_sites(dir: &Path, n_sites: usize) {
    for office in 0..n_sites {
        let text = format!(
            "name = \"第{office}号人民政府\"\ndivision = \"{}\"\n[obligations]\nunit = \"government\"\n\
             owes = [\"rule-of-law-annual\"]\n[[listing]]\nname = \"公开年报\"\nurl = \"http://www.office{office}.example/\"\n",
            110_000 + office % 600_000
        );
        std::fs::write(dir.join(format!("office{office}.toml")), text).expect("our own folder");
    }
}

/// The pages that are asked for; `{n}` stands for a number that is another one each time.
const PAGES: [(&str, &str); 19] = [
    ("first page", "/"),
    ("first page, of a kind", "/?event=new&kind=rule-of-law-annual"),
    ("first page, rare words", "/?words=%E7%AC%AC{n}%E5%8F%B7"),
    ("reports by date", "/search"),
    ("reports of a site", "/search?site=office{n}"),
    ("search, 2 characters, often", "/search?q=%E5%BE%81%E6%94%B6"),
    ("search, 2 characters, seldom", "/search?q=%E4%B8%81%E4%B8%83"),
    ("search, 1 character", "/search?q=%E9%95%87"),
    ("search, phrase", "/search?q=%22%E8%A1%8C%E6%94%BF%E5%A4%8D%E8%AE%AE%E6%A1%88%E4%BB%B6%22"),
    ("search, a number", "/search?q=%22%E7%AC%AC{n}%E5%8F%B7%22"),
    ("search, page 50", "/search?q=%E5%BE%81%E6%94%B6&page=50"),
    ("search, of a site", "/search?q=%E5%BE%81%E6%94%B6&site=office{n}"),
    (
        "search, phrase, site and kind",
        "/search?q=%22%E8%A1%8C%E6%94%BF%E5%A4%8D%E8%AE%AE%E6%A1%88%E4%BB%B6%22&site=office{n}&kind=rule-of-law-annual",
    ),
    ("search, until a day", "/search?q=%E5%BE%81%E6%94%B6&until=2016-01-31"),
    ("search, 2 characters, best first", "/search?q=%E5%BE%81%E6%94%B6&by=rank"),
    ("search, phrase, best first", "/search?q=%22%E8%A1%8C%E6%94%BF%E5%A4%8D%E8%AE%AE%E6%A1%88%E4%BB%B6%22&by=rank"),
    ("report", "/reports/{n}"),
    ("coverage", "/coverage?kind=rule-of-law-annual&after=office{n}"),
    ("site", "/sites/office{n}"),
];

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = args.state.clone().unwrap_or_else(|| folder.path().join("state"));
    let store = Store::open(&state).expect("a store");
    if store.reports(Filter { limit: 1, ..Filter::default() }).await.expect("reports").is_empty() {
        fill(&store, &args).await;
        drop(store);
        return answer_afresh(&state);
    }
    index_rest(&store).await;
    let sites = folder.path().join("sites");
    std::fs::create_dir(&sites).expect("our own folder");
    write_sites(&sites, args.sites);
    let loaded = load_sites(&sites, &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    let files = loaded.sites.into_iter().map(|site| (site.id.clone(), site)).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let access = Access::new(&WebRule::default(), address).expect("loopback");
    let (_sites, files) = watch::channel(Arc::new(files));
    // What was filled some days ago is as fresh as on its day.
    let clock = Clock::Manual(ManualClock::new(last_walk(&state)));
    let web = Web::new(store.clone(), clock, files, access, None, None);
    tokio::spawn(web::serve(listener, web::router(web, axum::Router::new()), std::future::pending()));
    println!("database {:.0} MB", mb(store.n_bytes().await.expect("its size")));
    println!("{:32} {:>9} {:>9} {:>9} {:>9}", "page", "median ms", "p95 ms", "most ms", "KB");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for (what, path) in PAGES {
        let (times, n_bytes) = asked(&client, &format!("http://{address}{path}"), &args).await;
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1e3;
        println!("{what:32} {:>9.1} {:>9.1} {:>9.1} {:>9.1}", at(50), at(95), at(100), mb(n_bytes) * 1e3);
    }
    println!("memory of this process {:.0} MB", mb(usage().0));
}

/// When the last walk ended.
fn last_walk(state: &Path) -> Timestamp {
    let conn = rusqlite::Connection::open(state.join("govwatch.db")).expect("the store");
    let ended_at: i64 =
        conn.query_row("SELECT max(ended_at) FROM walks WHERE is_healthy = 1", [], |row| row.get(0)).expect("a walk");
    Timestamp::from_millisecond(ended_at).expect("milliseconds")
}

/// The same in a process of its own over the store that is filled now: what filling took is no memory of a daemon.
fn answer_afresh(state: &Path) {
    let program = std::env::current_exe().expect("this program");
    let mut again = std::process::Command::new(program);
    again.args(std::env::args_os().skip(1)).arg("--state").arg(state);
    assert!(again.status().expect("this program").success(), "the pages could not be measured");
}

/// Indexes what an earlier release kept; no poll waits here, as one does beside the daemon.
async fn index_rest(store: &Store) {
    /// Revisions of one transaction.
    const AT_ONCE: usize = 2000;
    let begun_at = Instant::now();
    let mut n_steps = 0;
    while store.index_more(AT_ONCE).await.expect("an index") {
        n_steps += 1;
    }
    if n_steps > 0 {
        println!("some {} revisions indexed anew in {:.0} s", n_steps * AT_ONCE, begun_at.elapsed().as_secs_f64());
    }
}

/// How long each of the rounds took, sorted, and the bytes of the longest page.
async fn asked(client: &reqwest::Client, address: &str, args: &Args) -> (Vec<Duration>, u64) {
    let (mut times, mut longest) = (Vec::new(), 0);
    let mut dice = Dice(7);
    let most = if address.contains("office") { args.sites } else { args.reports };
    for _ in 0..args.rounds.max(1) {
        let n = dice.below(most.max(2) as u64 - 1) + 1;
        let address = address.replace("{n}", &n.to_string());
        let begun_at = Instant::now();
        let answer = client.get(&address).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{address}: {}", answer.status());
        let n_bytes = answer.bytes().await.expect("a page").len();
        times.push(begun_at.elapsed());
        longest = longest.max(n_bytes);
    }
    times.sort_unstable();
    (times, longest as u64)
}

#[expect(clippy::cast_precision_loss, reason = "shown without digits")]
fn mb(n_bytes: u64) -> f64 {
    n_bytes as f64 / 1e6
}
