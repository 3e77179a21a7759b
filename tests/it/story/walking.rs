//! Walks that meet faults and listings that change under way: nothing is lost, nothing is found twice, and hardly a page
//! is asked for twice.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use super::*;
use crate::portal::{Fault, Portal};

/// Pages of ten rows; the site file states nothing of their number.
const PAGED: &str = "[[listing]]\nname = \"通知公告\"\nurl = \"http://www.story.example/tzgg/\"\n\
     entry = \"ul.list li\"\npages = { kind = \"numbered\", pattern = \"p{n}.html\", first = 2 }\n";
const ROWS: usize = 10;

/// What happens to the rows when a page is asked for: the page's number, the how-manieth time, the rows. A report is
/// page 0, and its number stands in place of the time.
type Happening = Arc<dyn Fn(usize, usize, &mut Vec<u32>) + Send + Sync>;

/// A listing of many pages, made anew for each request.
pub(super) struct Board {
    rows: Arc<Mutex<Vec<u32>>>,
    portal: Portal,
}

impl Board {
    /// Rows n to 1, the newest first, and their reports.
    pub(super) fn of(
        story: &Story,
        n: u32,
        happens: impl Fn(usize, usize, &mut Vec<u32>) + Send + Sync + 'static,
    ) -> Self {
        Self::make(story, n, "", Arc::new(happens))
    }

    /// The same, each page saying how many there are.
    pub(super) fn counted(
        story: &Story,
        n: u32,
        happens: impl Fn(usize, usize, &mut Vec<u32>) + Send + Sync + 'static,
    ) -> Self {
        Self::make(story, n, "共{}页", Arc::new(happens))
    }

    fn make(story: &Story, n: u32, total: &'static str, happens: Happening) -> Self {
        let rows = Arc::new(Mutex::new((1..=n).rev().collect::<Vec<u32>>()));
        let (board, portal) = (Arc::clone(&rows), story.portal.clone());
        for path in ["/tzgg/".to_owned()].into_iter().chain((1..=6).map(path)) {
            portal.remove(HOST, &path);
        }
        portal.answer_all(HOST, move |ask| answer(&ask.path, ask.nth, total, &board, &happens));
        Self { rows, portal }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Vec<u32>)) {
        change(&mut self.rows.lock().unwrap());
    }

    /// How often each page of the listing was asked for, by its number.
    pub(super) fn asked(&self) -> Vec<usize> {
        let n_asks = |n| self.portal.asked(HOST, &page_path(n)).len();
        let all: Vec<usize> = (1..=40).map(n_asks).collect();
        let n_pages = all.iter().rposition(|n| *n > 0).map_or(0, |last| last + 1);
        all[..n_pages].to_vec()
    }
}

fn page_path(n: usize) -> String {
    if n == 1 { "/tzgg/".to_owned() } else { format!("/tzgg/p{n}.html") }
}

fn day(n: u32) -> String {
    let first = jiff::civil::date(2025, 1, 1);
    first.saturating_add(jiff::Span::new().days(i64::from(n))).to_string()
}

fn answer(path: &str, nth: usize, total: &str, rows: &Mutex<Vec<u32>>, happens: &Happening) -> Reply {
    if let Some(n) = path.strip_prefix("/tzgg/2026/").and_then(|file| file.strip_suffix(".html")?.parse::<u32>().ok()) {
        happens(0, n as usize, &mut rows.lock().unwrap());
        return Reply::html(report(n, &body(n)).replace(&format!("2026-02-{n:02}"), &day(n)));
    }
    let Some(n_page) = (1..=40).find(|n| page_path(*n) == path) else { return Reply::status(404) };
    let mut rows = rows.lock().unwrap();
    happens(n_page, nth, &mut rows);
    let n_pages = rows.len().div_ceil(ROWS);
    if n_page > n_pages {
        return Reply::status(404);
    }
    let mut list = String::new();
    for n in rows.iter().skip((n_page - 1) * ROWS).take(ROWS) {
        write!(list, "<li><a href=\"{}\">{}</a><span>{}</span></li>", super::path(*n), title(*n), day(*n)).unwrap();
    }
    let total = total.replace("{}", &n_pages.to_string());
    Reply::html(format!("<html><body><ul class=\"list\">{list}</ul><p>{total}</p></body></html>"))
}

pub(super) fn paged() -> String {
    format!("{SITE}{PAGED}")
}

/// The numbers of all reports of the store, in order.
pub(super) async fn found(story: &Story) -> Vec<u32> {
    let all = govwatch::store::Filter { limit: 10_000, ..Default::default() };
    let reports = story.world.store.reports(all).await.unwrap();
    let number = |url: &str| url.rsplit('/').next().unwrap().trim_end_matches(".html").parse().unwrap();
    let mut numbers: Vec<u32> = reports.iter().map(|report| number(&report.url)).collect();
    assert!(reports.iter().all(|report| report.revision == Some(1)), "each is read once");
    numbers.sort_unstable();
    numbers
}

pub(super) fn all(n: u32) -> Vec<u32> {
    (1..=n).collect()
}

/// The host asks nothing of us in these stories: a poll that waits would wait for the clock.
async fn poll(story: &Story) -> (Summary, Vec<Event>) {
    story.poll_with(&paged(), Thoroughness::News).await
}

#[tokio::test]
async fn a_page_that_fails_for_a_moment_is_asked_for_once_more_and_the_walk_goes_on() {
    for fault in [Fault::Status(500, None), Fault::Drop, Fault::Partial] {
        let story = Story::begin();
        let board = Board::counted(&story, 55, |_, _, _| {});
        let whole = story.portal.clone();
        let third = answer("/tzgg/p3.html", 1, "共{}页", &board.rows, &(Arc::new(|_, _, _: &mut _| {}) as Happening));
        whole.play(HOST, "/tzgg/p3.html", [fault.into(), third.into()]);
        let (summary, events) = poll(&story).await;
        assert_eq!((summary.failures.len(), words(&events)), (0, vec!["baseline".to_owned()]));
        assert_eq!((found(&story).await, board.asked()), (all(55), vec![1, 1, 2, 1, 1, 1]));
        assert_eq!(story.portal.asks().len(), 6 + 1 + 55 + 1, "pages, one more try, reports and robots.txt");
    }
}

#[tokio::test]
async fn a_page_that_stays_away_cuts_the_walk_and_the_next_poll_goes_on_there() {
    let story = Story::begin();
    let board = Board::of(&story, 55, |_, _, _| {});
    story.portal.serve(HOST, "/tzgg/p3.html", Reply::status(500));
    let (summary, events) = poll(&story).await;
    assert_eq!((summary.failures[0].class, words(&events)), (Class::Transient, vec![]));
    assert_eq!((found(&story).await.len(), board.asked()), (20, vec![1, 1, 2]), "what was found is read");
    story.portal.remove(HOST, "/tzgg/p3.html");
    story.pass(1);
    board.change(|rows| rows.insert(0, 56));
    let (_, events) = poll(&story).await;
    assert_eq!(words(&events), ["baseline", "new 56"]);
    // Page 1 shows what is new; the last one lies past the end of a pager that does not count.
    assert_eq!((found(&story).await, board.asked()), (all(56), vec![2, 1, 3, 1, 1, 1, 1]));
}

#[tokio::test]
async fn rows_that_appear_while_a_walk_goes_down_are_found_by_it() {
    let story = Story::begin();
    let board = Board::counted(&story, 55, |n_page, nth, rows| {
        if (n_page, nth) == (3, 1) {
            rows.splice(0..0, [57, 56]);
        }
    });
    let (_, events) = poll(&story).await;
    assert_eq!(words(&events), ["baseline", "new 56", "new 57"]);
    assert_eq!(events.iter().find_map(|event| event.count), Some(55));
    assert_eq!((found(&story).await, board.asked()), (all(57), vec![2, 1, 1, 1, 1, 1]));
}

#[tokio::test]
async fn rows_that_are_taken_away_pull_none_past_a_walk() {
    let story = Story::begin();
    // 51 rows are six pages, 49 are five: the walk sees the number fall and reads the page before once more.
    let board = Board::counted(&story, 51, |n_page, nth, rows| {
        if (n_page, nth) == (3, 1) {
            rows.retain(|n| ![50, 45].contains(n));
        }
    });
    let (_, events) = poll(&story).await;
    assert_eq!(words(&events), ["baseline"]);
    assert_eq!((found(&story).await, board.asked()), (all(51), vec![1, 2, 1, 1, 1]), "31 and 30 slipped to page 2");
}

#[tokio::test]
async fn rows_that_slipped_past_a_first_walk_are_found_by_the_next_poll() {
    let story = Story::begin();
    // No page says how many there are: that 31 and 30 slip to page 2 shows by nothing but two pages that are gone.
    let board = Board::of(&story, 51, |n_page, nth, rows| {
        if (n_page, nth) == (3, 1) {
            rows.retain(|n| ![40, 35].contains(n));
        }
    });
    for n in [40, 35] {
        story.portal.serve(HOST, &super::path(n), Reply::status(404));
    }
    let (_, events) = poll(&story).await;
    assert_eq!(words(&events), ["baseline"]);
    story.pass(1);
    let (_, events) = poll(&story).await;
    assert_eq!(words(&events), ["new 30", "new 31"]);
    story.pass(1);
    let asked = board.asked();
    assert_eq!(words(&poll(&story).await.1), NOTHING);
    assert_eq!(board.asked()[1..], asked[1..], "once is enough");
}

#[tokio::test]
async fn a_last_page_that_goes_with_its_rows_is_the_end_and_no_fault() {
    let story = Story::begin();
    let board = Board::counted(&story, 41, |n_page, nth, rows| {
        if (n_page, nth) == (5, 1) {
            rows.retain(|n| *n != 40);
        }
    });
    let (summary, events) = poll(&story).await;
    assert_eq!((summary.failures.len(), words(&events)), (0, vec!["baseline".to_owned()]));
    assert_eq!((found(&story).await, board.asked()), (all(41), vec![1, 1, 1, 2, 2]));
}

#[tokio::test]
async fn a_listing_that_moves_to_another_address_keeps_what_is_known_and_tells_what_appeared_meanwhile() {
    let mut story = Story::begin();
    story.told().await;
    story.pass(30);
    // The column is dead for days; then its new address is written into the site file.
    story.portal.remove(HOST, "/tzgg/");
    story.rows.insert(0, (8, "03-02"));
    story.rows.insert(1, (7, "03-01"));
    (7..=8).for_each(|n| story.serve(n, &body(n)));
    let moved = usual().replace("/tzgg/", "/xxgk/tzgg/");
    story.portal.page(HOST, "/xxgk/tzgg/", listing(&story.rows));
    let (summary, events) = story.poll_with(&moved, Thoroughness::News).await;
    assert_eq!((words(&events).join(" ").as_str(), summary.counts.baseline), ("new 7 new 8", 0));
    story.pass(1);
    assert_eq!(words(&story.poll_with(&moved, Thoroughness::News).await.1), NOTHING);
    // Another column under that name, with one row in common, is a column of its own.
    let story = Story::begin();
    story.told().await;
    let rows = [(9, "02-28"), (6, "02-26"), (10, "02-24"), (11, "02-22"), (12, "02-20")];
    for (n, _) in rows {
        story.serve(n, &body(n));
    }
    story.portal.page(HOST, "/xxgk/tzgg/", listing(&rows));
    let (summary, events) = story.poll_with(&moved, Thoroughness::News).await;
    assert_eq!((words(&events), summary.counts.baseline), (vec!["baseline".to_owned()], 4));
}

#[tokio::test]
async fn a_blank_page_of_a_busy_server_is_no_end() {
    for n_blank in [1, 9] {
        let story = Story::begin();
        Board::of(&story, 41, |_, _, _| {});
        let quiet = Arc::new(|_: usize, _: usize, _: &mut Vec<u32>| {}) as Happening;
        let rows = Mutex::new((1..=41).rev().collect::<Vec<u32>>());
        story.portal.answer_all(HOST, move |ask| match ask.path.as_str() {
            "/tzgg/p3.html" if ask.nth <= n_blank => Reply::html("<html><body></body></html>".to_owned()),
            path => answer(path, ask.nth, "", &rows, &quiet),
        });
        let (summary, _) = poll(&story).await;
        let n_found = if n_blank == 1 { 41 } else { 20 };
        assert_eq!((summary.failures.len(), summary.counts.baseline), (0, n_found), "blank {n_blank} times");
    }
}

#[tokio::test]
async fn pages_that_repeat_one_another_end_a_walk_unless_more_were_promised() {
    for (total, is_failed) in [("", false), ("共30页", true)] {
        let story = Story::begin();
        let quiet = Arc::new(|_: usize, _: usize, _: &mut Vec<u32>| {}) as Happening;
        let rows = Mutex::new((1..=30).rev().collect::<Vec<u32>>());
        Board::of(&story, 30, |_, _, _| {});
        // The parameter is not heard: every page is the second one.
        for n in 3..=30 {
            story.portal.serve(HOST, &page_path(n), answer("/tzgg/p2.html", 1, total, &rows, &quiet));
        }
        let (summary, _) = poll(&story).await;
        assert_eq!(summary.failures.len(), usize::from(is_failed), "{:?}", summary.failures);
        assert!(story.portal.asked(HOST, "/tzgg/p5.html").is_empty(), "two pages of nothing are enough");
    }
}

#[tokio::test]
async fn calendars_and_pagers_without_an_end_are_bounded_and_say_so() {
    let linked = format!("{SITE}{PAGED}").replace(
        "{ kind = \"numbered\", pattern = \"p{n}.html\", first = 2 }",
        "{ kind = \"next\", link = \"a.next::attr(href)\", limit = 7 }",
    );
    let row = |n: u32, on: u32| {
        format!("<li><a href=\"{}?on={on}\">{}</a><span>{}</span></li>", super::path(n), title(n), day(n))
    };
    // A calendar leads to ever earlier months, which are empty; a pager makes up rows on ever further pages.
    for (is_calendar, n_asked, n_found) in [(true, 2, 1), (false, 7, 7)] {
        let story = Story::begin();
        story.portal.remove(HOST, "/tzgg/");
        story.portal.answer_all(HOST, move |ask| {
            if ask.path.starts_with("/tzgg/2026/") {
                return Reply::html(report(1, &body(1)));
            }
            let on: u32 = ask.path.strip_prefix("/tzgg/?month=").map_or(0, |month| month.parse().unwrap());
            let rows = if is_calendar && on > 0 { String::new() } else { row(1, on) };
            let next = format!("<a class=\"next\" href=\"/tzgg/?month={}\">上月</a>", on + 1);
            Reply::html(format!("<html><body><ul class=\"list\">{rows}</ul>{next}</body></html>"))
        });
        let (summary, _) = story.poll_with(&linked, Thoroughness::News).await;
        assert_eq!(summary.failures.len(), 0, "{:?}", summary.failures);
        let pages = story.portal.asks().into_iter().filter(|ask| ask.path == "/tzgg/" || ask.path.contains("month"));
        assert_eq!((pages.count(), summary.counts.entries), (n_asked, n_found));
        let status = &story.world.store.statuses(&[]).await.unwrap()[0];
        let reason = status.listings[0].reason.clone().unwrap_or_default();
        assert_eq!(reason.contains("the limit of this listing"), !is_calendar, "{reason}");
    }
}

#[tokio::test]
async fn pages_that_showed_the_first_one_again_for_a_while_are_asked_for_again() {
    let story = Story::begin();
    // Pages 2 and 3 show page 1 while something is wrong with the portal; the pager states five pages.
    let broken = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let rows = |page: usize| {
        let of_page = (1..=6).map(|n| u32::try_from(30 - 6 * (page - 1) - n + 1).unwrap());
        of_page.fold(String::new(), |list, n| {
            let day = format!("2026-01-{n:02}");
            format!("{list}<li><a href=\"{}\">{}</a><span>{day}</span></li>", path(n), title(n))
        })
    };
    (1..=30).for_each(|n| story.serve(n, &body(n)));
    for page in 1..=5 {
        let (own, first, broken) = (rows(page), rows(1), std::sync::Arc::clone(&broken));
        let name = if page == 1 { "/tzgg/".to_owned() } else { format!("/tzgg/index_{}.html", page - 1) };
        story.portal.answer(HOST, &name, move |_| {
            let is_wrong = (2..=3).contains(&page) && broken.load(std::sync::atomic::Ordering::Relaxed);
            let list = if is_wrong { &first } else { &own };
            Reply::html(format!(
                "<html><body><ul class=\"list\">{list}</ul><script>createPageHTML(5, {}, \"index\", \"html\");</script></body></html>",
                page - 1
            ))
        });
    }
    let text = usual().replace("kind = \"none\"", "kind = \"script\"");
    let told = async |text: &str| words(&story.poll_with(text, Thoroughness::News).await.1);
    assert_eq!(told(&text).await, ["site_broken"]);
    broken.store(false, std::sync::atomic::Ordering::Relaxed);
    story.pass(2);
    assert_eq!(told(&text).await, ["baseline", "site_recovered"]);
    let all = govwatch::store::Filter { limit: 100, ..Default::default() };
    assert_eq!(story.world.store.reports(all).await.unwrap().len(), 30);
    let (_, events) = story.poll_with(&text, Thoroughness::Full).await;
    assert_eq!(words(&events), NOTHING);
}
