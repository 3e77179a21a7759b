//! A poll costs what is new, not what is known: no statement of its way reads a whole table that grows.

use rusqlite::{Connection, StatementStatus};
use tempfile::TempDir;

use super::{
    Place, absent, alerts, back_dated, below, capture, delivery, listing, moves, obligation, open, outbox, page, query,
    resemblance, search, task, timeline, together, watched,
};
use crate::model::SiteId;
use crate::store::{Among, Filter, Query, Search, SearchOrder};

/// What may be read from end to end: lists that were given, the sites, the reports in the order that is asked for, and
/// works that wait for their signature. One row of words by its number is a scan in the plan alone.
const ALLOWED: [&str; 7] = [
    "json_each",
    "CONSTANT ROW",
    "(subquery",
    "SCAN sites",
    "USING INDEX reports_newest",
    "INDEX works_unsigned",
    "VIRTUAL TABLE INDEX 0:=",
];

fn conn() -> Connection {
    let conn = open::in_memory(&Place("plan".into())).unwrap();
    // Plans show checks of foreign keys that are skipped at run time: no parent key is ever changed or deleted.
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn
}

/// What SQLite would do, its parameters unknown.
fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    explain.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>().unwrap()
}

/// The steps that read a table from end to end.
fn scans(conn: &Connection, sql: &str) -> Vec<String> {
    let is_scan = |step: &String| step.starts_with("SCAN") && !ALLOWED.iter().any(|allowed| step.contains(allowed));
    plan(conn, sql).into_iter().filter(is_scan).collect()
}

/// Every statement in the text of these files, as the compiler sees it.
fn statements() -> Vec<String> {
    let files = [
        include_str!("absent.rs"),
        include_str!("back_dated.rs"),
        include_str!("attachment.rs"),
        include_str!("base.rs"),
        include_str!("below.rs"),
        include_str!("capture.rs"),
        include_str!("content.rs"),
        include_str!("delivery.rs"),
        include_str!("evidence.rs"),
        include_str!("host.rs"),
        include_str!("left.rs"),
        include_str!("listed.rs"),
        include_str!("listed/above.rs"),
        include_str!("listing.rs"),
        include_str!("listing_status.rs"),
        include_str!("met.rs"),
        include_str!("moves.rs"),
        include_str!("outbox.rs"),
        include_str!("outside.rs"),
        include_str!("pieces.rs"),
        include_str!("report.rs"),
        include_str!("report/read.rs"),
        include_str!("resemblance.rs"),
        include_str!("revision.rs"),
        include_str!("session.rs"),
        include_str!("site.rs"),
        include_str!("task.rs"),
        include_str!("together.rs"),
        include_str!("told.rs"),
        include_str!("versions.rs"),
        include_str!("words.rs"),
        include_str!("work.rs"),
    ];
    let code = files.iter().filter_map(|file| file.split("#[cfg(test)]").next());
    let texts = code.flat_map(|file| file.split('"').skip(1).step_by(2));
    let is_sql = |text: &&str| ["SELECT ", "UPDATE ", "INSERT ", "DELETE "].iter().any(|verb| text.starts_with(verb));
    // What is put together of parts is asked for by its name below.
    texts.filter(is_sql).filter(|text| !text.contains('{')).map(str::to_owned).collect()
}

#[test]
fn no_statement_of_a_poll_reads_what_is_known_from_end_to_end() {
    let conn = conn();
    let statements = statements();
    assert!(statements.len() > 50, "{} statements", statements.len());
    for sql in statements {
        assert_eq!(scans(&conn, &sql), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn captures_are_found_by_number_and_by_revision() {
    let conn = conn();
    for sql in [capture::by_number(), capture::by_revision()] {
        assert_eq!(scans(&conn, &sql), Vec::<String>::new(), "{sql}");
    }
}

/// Queries that find what is to be done, each with the index that it goes by.
const BY_INDEX: &[(&str, &str)] = &[
    (task::PENDING, "reports_pending"),
    (task::ROW_CHANGED, "reports_row_changed"),
    (task::DUE, "reports_recheck (site=? AND next_recheck_at<?)"),
    (task::SUSPECT, "reports_suspect"),
    (together::GROUPS, "reports_suspect"),
    (task::COMPANIONS, "reports_recheck (site=?)"),
    (task::MISSING, "listed_date (listing=? AND date>?)"),
    (task::MISSING_UNDATED, "listed_date (listing=? AND date=? AND last_walk<?)"),
    (moves::TITLED, "listed_title (listing=? AND title=?)"),
    (listing::DROPPED, "listed_date (listing=? AND date>? AND date<?)"),
    (absent::AT_EDGE, "listed_date (listing=? AND date>?)"),
    (listing::VOUCH, "passed_over_walk (listing=? AND first_walk>?)"),
    (absent::LISTED_ELSEWHERE, "reports_work (work=? AND site=?)"),
    (absent::NAMESAKES, "listed_title (listing=? AND title=?)"),
    (query::HEIRS, "reports_work (work=? AND site=? AND rowid>?)"),
    (obligation::WHOLE, "walks_whole (listing=? AND started_at>?)"),
    (below::REACHED, "PRIMARY KEY (listing=?)"),
    (below::PAGES, "PRIMARY KEY (listing=?)"),
    (below::UNDATED_BEFORE, "(listing=?"),
    (obligation::MISSED, "walks_whole (listing=? AND started_at>?)"),
    (back_dated::WALKS, "walks_whole (listing=? AND started_at>?)"),
    (back_dated::TOGETHER, "listed_date (listing=? AND date<?)"),
    (back_dated::ELSEWHERE, "listed_title (listing=? AND title=?)"),
    (query::STALE, "reports_rules (site=? AND rules<?)"),
    (delivery::DUE, "alerts_due (channel=? AND <expr><?)"),
    (delivery::NEXT_DUE, "alerts_due (channel=?)"),
    (resemblance::UNSIGNED, "works_unsigned"),
    (outbox::OWED, "alerts_owed (channel=?)"),
    (outbox::OWED_BY_SITES, "alerts_owed_site (channel=? AND site=?)"),
    (watched::DUE, "sites_due (next_due_at<?)"),
    (watched::DUE_FIRST, "sites_first (<expr><?)"),
    (watched::NEXT_DUE, "sites_due (next_due_at>?)"),
    (watched::NEXT_DUE_FIRST, "sites_first (<expr>>?)"),
    (watched::OVERDUE, "sites_due (next_due_at<?)"),
    (timeline::BY_SITE, "changes_site_seen (site=? AND seen_at>? AND seen_at<?)"),
    (timeline::BY_EVENT, "changes_event_seen (event=? AND seen_at>? AND seen_at<?)"),
    (timeline::BY_KIND, "changes_kind_seen (kind=? AND seen_at>? AND seen_at<?)"),
    (timeline::BY_TIME, "changes_seen (seen_at>? AND seen_at<?)"),
    (page::LAST_POLL, "polls_site (site=?)"),
    (timeline::MONTHS, "reports_site_newest (site=? AND <expr>>?)"),
];

#[test]
fn each_reason_to_read_has_its_own_index() {
    let conn = conn();
    for (sql, index) in BY_INDEX {
        let steps = plan(&conn, sql).join("; ");
        assert!(steps.contains(index), "{sql}: {steps}");
    }
}

#[test]
fn lists_of_reports_are_read_in_the_order_of_an_index() {
    let conn = conn();
    let all = Filter { limit: 10, ..Filter::default() };
    for filter in [all.clone(), Filter { site: Some(SiteId::new("a")), ..all }] {
        let sql = query::reports_sql(&filter);
        assert_eq!(scans(&conn, &sql), Vec::<String>::new(), "{sql}");
        for step in plan(&conn, &sql) {
            assert!(!step.contains("TEMP B-TREE"), "{sql}: {step}");
        }
    }
}

#[test]
fn what_a_channel_was_told_is_read_in_the_order_of_an_index() {
    let conn = conn();
    for (sql, index) in [
        (alerts::TOLD, "alerts_channel (channel=?)"),
        (alerts::TOLD_OF_SITE, "changes_site (site=?)"),
        (alerts::TOLD_OF_KIND, "changes_kind_seen (kind=?)"),
    ] {
        let steps = plan(&conn, sql).join("; ");
        assert!(steps.contains(index) && !steps.contains("TEMP B-TREE"), "{sql}: {steps}");
        assert_eq!(scans(&conn, sql), Vec::<String>::new(), "{sql}");
    }
}

#[test]
fn a_search_reads_the_index_in_its_own_order_whatever_it_filters_by() {
    let conn = conn();
    let all = Filter { limit: 20, ..Filter::default() };
    let narrow = Filter { site: Some(SiteId::new("a")), kind: Some("k".to_owned()), ..all.clone() };
    let since = Filter { since: Some(jiff::civil::date(2026, 1, 1)), ..all.clone() };
    for (filter, among) in [(all, Among::All), (narrow, Among::Newest), (since, Among::Each)] {
        let (query, order) = (Query::parse("公告").unwrap(), SearchOrder::Newest);
        let steps = plan(&conn, &search::newest_sql(&Search { query, filter, among, order, offset: 0 }));
        assert!(steps[0].starts_with("SCAN w VIRTUAL TABLE INDEX"), "{steps:?}");
        assert_eq!(steps[1], "SEARCH i USING INTEGER PRIMARY KEY (rowid=?)");
        let rest = &steps[2..];
        assert!(rest.iter().all(|step| step == "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"), "{rest:?}");
    }
}

#[test]
fn a_statement_is_prepared_once_whatever_is_bound_to_it() {
    let conn = conn();
    let mut of_key = conn.prepare("SELECT work FROM signature_keys WHERE key = ? LIMIT ?").unwrap();
    for limit in 1..4 {
        assert!(of_key.query([7, limit]).unwrap().next().unwrap().is_none());
    }
    assert_eq!(of_key.get_status(StatementStatus::RePrepare), 0);
}

#[test]
fn every_connection_keeps_what_it_commits() {
    let dir = TempDir::new().unwrap();
    let place = Place(dir.path().join("govwatch.db"));
    let writer = open::on_disk(&place).unwrap();
    for conn in [&writer, &open::reader(&place).unwrap()] {
        let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((pragma("synchronous"), pragma("foreign_keys"), pragma("busy_timeout")), (2, 1, 30_000));
        let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
