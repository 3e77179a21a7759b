//! How large the index of words is, and how fast it answers.
//!
//! In: generated reports, 2,000 of 3,000 characters or as many as `--reports` says. Out: sizes and times. Never: the
//! network, or anything outside a temporary folder. `benches/README.md` says what is measured.

use std::time::{Duration, Instant};

use clap::Parser;
use dice::Dice;
use govwatch::model::{Block, BlockKind, Document, Hash, PollId, SiteId};
use govwatch::store::{
    Among, EntryRecord, Filter, Finding, INDEXED_AT_ONCE, ListingRules, PageRecord, Query, Reading, ReportRecord,
    Search, SearchOrder, Store, Told,
};
use jiff::Timestamp;

mod dice;

#[derive(Parser)]
struct Args {
    /// How many reports.
    #[arg(long, default_value_t = 2000)]
    reports: usize,
    /// Characters of a report.
    #[arg(long, default_value_t = 3000)]
    chars: usize,
    /// Times that each query is asked.
    #[arg(long, default_value_t = 20)]
    rounds: usize,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Sentences of annual reports, with holes for what differs from office to office.
const SENTENCES: [&str; 12] = [
    "全年共办理行政复议案件{n}件,其中受理{n}件,审结{n}件。",
    "{place}人民政府坚持以习近平法治思想为指导,深入推进法治政府建设。",
    "召开专题会议{n}次,研究部署{place}重点领域行政执法工作。",
    "组织开展“{name}”主题宣传活动{n}场次,发放宣传资料{n}余份。",
    "严格落实重大行政决策合法性审查制度,审查规范性文件{n}件。",
    "调解矛盾纠纷{n}件,成功率达{n}%,{name}社区连续三年无信访积案。",
    "存在的主要问题:{place}基层执法力量薄弱,{name}同志等人员业务培训不足。",
    "下一步将持续优化营商环境,推进“互联网+监管”,落实国发〔{n}〕{n}号文件要求。",
    "发布土地征收公告{n}份,依法公开征收补偿方案。",
    "加强政务公开,主动公开政府信息{n}条,办理依申请公开{n}件。",
    "{name}镇、{name}乡综合行政执法队配备执法人员{n}名。",
    "持续开展道路交通安全、食品药品安全和生态环境保护专项整治。",
];

impl Dice {
    /// A name of common ideographs.
    fn name(&mut self) -> String {
        (0..2 + self.below(2)).filter_map(|_| char::from_u32(0x4e00 + u32::try_from(self.below(3500)).ok()?)).collect()
    }
}

fn document(at: usize, n_chars: usize) -> Document {
    let mut dice = Dice(at as u64 + 1);
    let place = dice.name() + "县";
    let mut blocks = Vec::new();
    let mut n = 0;
    while n < n_chars {
        let mut paragraph = String::new();
        for _ in 0..4 {
            let sentence = SENTENCES[usize::try_from(dice.below(12)).unwrap_or(0)].replace("{place}", &place);
            let mut parts = sentence.split('{').peekable();
            paragraph.push_str(parts.next().unwrap_or_default());
            for part in parts {
                let (hole, rest) = part.split_once('}').unwrap_or(("", part));
                paragraph.push_str(&if hole == "n" { dice.below(3000).to_string() } else { dice.name() });
                paragraph.push_str(rest);
            }
        }
        n += paragraph.chars().count();
        blocks.push(Block::new(BlockKind::Paragraph, paragraph));
    }
    Document {
        title: Some(format!("{place}{}年法治政府建设年度报告", 2010 + at % 16)), blocks, ..Document::default()
    }
}

fn entry(at: usize) -> EntryRecord {
    let url = format!("http://www.search.example/t{at}.html");
    let day =
        jiff::civil::date(2010, 1, 1).saturating_add(jiff::Span::new().days(i64::try_from(at % 5800).unwrap_or(0)));
    EntryRecord {
        url: url.clone(),
        twins: Vec::new(),
        as_listed_url: url,
        title: format!("报告{at}"),
        date: day.to_string().parse().ok(),
        date_shown: None,
        kind: None,
        year: None,
        is_wanted: true,
    }
}

/// Fills the store as polls do; gives the bytes of the texts.
async fn fill(store: &Store, args: &Args) -> u64 {
    let (site, now) = (SiteId::new("bench"), Timestamp::UNIX_EPOCH);
    let poll = store.begin_poll(&site, now).await.expect("a poll");
    let rules = ListingRules { filter: Hash::of(b""), rows: Hash::of(b"") };
    let listing = store.listing(&site, "报告", "http://www.search.example/", rules, now).await.expect("a listing");
    let walk = store.begin_walk(poll, listing.listing, None, now).await.expect("a walk");
    let mut n_bytes = 0;
    for first in (0..args.reports).step_by(500) {
        let entries: Vec<EntryRecord> = (first..args.reports.min(first + 500)).map(entry).collect();
        let page_no = u32::try_from(first / 500 + 1).unwrap_or(u32::MAX);
        let page = PageRecord::below(walk, page_no, entries, now);
        store.record_page(page).await.expect("a page");
        let turns = store.to_read(&site, poll, now, govwatch::store::Scope::Pending).await.expect("turns");
        let documents = turns.iter().enumerate().map(|(at, turn)| (turn.report, document(first + at, args.chars)));
        let records = documents.map(|(report, document)| {
            n_bytes += (document.text().len() + document.title.as_ref().map_or(0, String::len)) as u64;
            store.record_report(record(poll, report, document, now))
        });
        for recorded in futures_util::future::join_all(records.collect::<Vec<_>>()).await {
            recorded.expect("a report");
        }
    }
    n_bytes
}

fn record(poll: PollId, report: govwatch::model::ReportId, document: Document, now: Timestamp) -> ReportRecord {
    let fingerprint = govwatch::change::fingerprint::of(&document, Hash::of(b"rules"));
    let told = Told::Baseline;
    let reading = Reading { fingerprint, document, captures: Vec::new(), kind: None, year: None, told };
    let finding = Finding::Read(Box::new(reading));
    let (files, contents) = (Vec::new(), Vec::new());
    ReportRecord {
        poll,
        report,
        newest: None,
        now,
        finding,
        next_recheck_at: None,
        validators: None,
        answer: None,
        files,
        contents,
    }
}

const QUERIES: [(&str, &str); 9] = [
    ("2 characters, everywhere", "法治"),
    ("2 characters, often", "征收"),
    ("2 characters, seldom", "丁七"),
    ("1 character", "镇"),
    ("phrase, often", "\"行政复议案件\""),
    ("phrase, seldom", "\"国发〔2024〕5号\""),
    ("number", "2024"),
    ("words and exclusion", "行政复议 征收 -信访"),
    ("either", "征收 OR 信访 OR 公开"),
];

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(dir.path()).expect("a store");
    let begun_at = Instant::now();
    let n_bytes = fill(&store, &args).await;
    while store.index_more(INDEXED_AT_ONCE).await.expect("a store that is written to") {}
    let took = begun_at.elapsed();
    println!(
        "{} reports, {:.1} MB of text, stored and indexed in {:.1} s",
        args.reports,
        mb(n_bytes),
        took.as_secs_f64()
    );
    let n_index = index_bytes(dir.path());
    println!("index {:.1} MB, {:.2} x the text", mb(n_index), mb(n_index) / mb(n_bytes));
    for order in [SearchOrder::Newest, SearchOrder::Best] {
        println!("{order:?} first: found, median ms, p95 ms");
        for (what, line) in QUERIES {
            let (n_found, median, p95) = asked(&store, line, order, args.rounds).await;
            println!("  {what:26} {n_found:>8} {:>9.2} {:>9.2}", ms(median), ms(p95));
        }
    }
}

async fn asked(store: &Store, line: &str, order: SearchOrder, rounds: usize) -> (u64, Duration, Duration) {
    let search = Search {
        query: Query::parse(line).expect("a query"),
        filter: Filter { limit: 20, ..Filter::default() },
        among: Among::All,
        order,
        offset: 0,
    };
    let mut times = Vec::new();
    let mut n_found = 0;
    for _ in 0..rounds.max(1) {
        let begun_at = Instant::now();
        n_found = store.search(search.clone()).await.expect("an answer").n_found;
        times.push(begun_at.elapsed());
    }
    times.sort_unstable();
    (n_found, times[times.len() / 2], times[times.len() * 95 / 100])
}

/// Everything that the index adds to the database.
fn index_bytes(dir: &std::path::Path) -> u64 {
    let conn = rusqlite::Connection::open(dir.join("govwatch.db")).expect("the database");
    let sql = "SELECT sum(length(block)) FROM words_data";
    let blocks: i64 = conn.query_row(sql, [], |row| row.get(0)).expect("blocks");
    let rest = "SELECT (SELECT sum(length(sz) + 10) FROM words_docsize) + (SELECT count(*) * 24 FROM indexed)";
    let rest: i64 = conn.query_row(rest, [], |row| row.get(0)).expect("rows");
    u64::try_from(blocks + rest).unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn mb(n_bytes: u64) -> f64 {
    n_bytes as f64 / 1e6
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
