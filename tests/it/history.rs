//! A long first walk that is killed again and again: it goes on where it was, page by page and report by report.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::Instant;

use crate::portal::{Ask, Reply};
use crate::watch::{Watch, word};

const HOST: &str = "www.history.example";
const SITE: &str = "home = \"http://www.history.example/\"\npace = { min_interval = \"0s\" }\n\
     [[listing]]\nname = \"通知公告\"\nurl = \"http://www.history.example/tzgg/\"\nentry = \"ul.list li\"\n\
     pages = { kind = \"numbered\", pattern = \"list_{n}.html\", first = 2 }\n";
/// Reports of the history; `GOVWATCH_HISTORY_REPORTS` makes it longer.
const N_REPORTS: usize = 600;
const ROWS: usize = 20;
/// The requests of a run at which it is killed. In the first run numbers 23 to 42 are pages of the listing, in the
/// others number 1.
const KILLS: [u64; 10] = [30, 1, 2, 45, 90, 1, 120, 23, 75, 100];

fn n_reports() -> usize {
    static N: LazyLock<usize> = LazyLock::new(|| {
        let stated = std::env::var("GOVWATCH_HISTORY_REPORTS").ok().and_then(|n| n.parse().ok());
        stated.map_or(N_REPORTS, |n: usize| n.next_multiple_of(ROWS))
    });
    *N
}

fn n_pages() -> usize {
    n_reports() / ROWS
}

/// robots.txt, every page of the listing, every report.
fn n_requests() -> usize {
    1 + n_pages() + n_reports()
}

fn day(n: usize) -> String {
    let first = jiff::civil::date(2015, 1, 1);
    first.saturating_add(jiff::Span::new().days(i64::try_from(n).expect("a few years"))).to_string()
}

fn title(n: usize) -> String {
    format!("关于做好第{n}号工作的通知")
}

fn says(ask: &Ask) -> Reply {
    let number = |before: &str, after: &str| ask.path.strip_prefix(before)?.strip_suffix(after)?.parse::<usize>().ok();
    if let Some(n) = number("/tzgg/a", ".html") {
        let text = format!("现将第{n}号工作的有关事项通知如下,请各乡镇人民政府、县直各部门认真组织实施。").repeat(3);
        return Reply::html(format!(
            "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class=\"info\">发布时间:{1}</div>\
             <div class=\"TRS_Editor\"><p>{text}</p></div></body></html>",
            title(n),
            day(n)
        ));
    }
    let n_page = if ask.path == "/tzgg/" { Some(1) } else { number("/tzgg/list_", ".html") };
    let Some(n_page) = n_page.filter(|n_page| *n_page <= n_pages()) else { return Reply::status(404) };
    let mut list = String::new();
    for n in (1..=n_reports()).rev().skip((n_page - 1) * ROWS).take(ROWS) {
        write!(list, "<li><a href=\"/tzgg/a{n}.html\">{}</a><span>{}</span></li>", title(n), day(n)).expect("memory");
    }
    Reply::html(format!("<html><body><ul class=\"list\">{list}</ul><p>共{}页</p></body></html>", n_pages()))
}

#[test]
fn a_history_of_hundreds_of_reports_that_is_killed_ten_times_asks_for_nothing_twice() {
    let begun_at = Instant::now();
    let watch = Watch::at(HOST, SITE, says);
    let mut in_hand = Vec::new();
    for at in KILLS {
        watch.fetch_killed_at(at, &[]);
        in_hand.push(watch.asks().last().expect("a request").path.clone());
    }
    let told = watch.fetch(&[]);
    let counts: Vec<u64> = told.events.iter().filter_map(|event| event["count"].as_u64()).collect();
    assert_eq!(counts, [n_reports() as u64], "one baseline of all: {:?}", told.events);
    let reports = watch.rows(&["reports", "--limit", "5000"]);
    let urls: BTreeSet<String> = reports.iter().map(|row| word(row, "url")).collect();
    assert_eq!((reports.len(), urls.len()), (n_reports(), n_reports()));
    assert!(reports.iter().all(|row| row["revision"] == 1));

    let asks = watch.asks();
    let mut n_asks: BTreeMap<&str, usize> = BTreeMap::new();
    for ask in &asks {
        *n_asks.entry(ask.path.as_str()).or_default() += 1;
    }
    let again: Vec<&str> = n_asks.iter().filter(|(_, n)| **n > 1).map(|(path, _)| *path).collect();
    println!(
        "{} kills: {} requests for {}, again: {again:?}, {:.1} s",
        KILLS.len(),
        asks.len(),
        n_requests(),
        begun_at.elapsed().as_secs_f32()
    );
    assert!(again.iter().all(|path| in_hand.iter().any(|held| held == path)), "kept and asked for again: {again:?}");
    assert!(asks.len() <= n_requests() + KILLS.len(), "{} requests", asks.len());
    assert!(again.iter().any(|path| path.contains("list_")), "a kill fell between two pages: {again:?}");
}
