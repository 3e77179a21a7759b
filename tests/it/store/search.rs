//! Searching: what people find, what the index keeps up with, what no query can do.

use bytes::Bytes;
use clap::Parser;
use govwatch::cli::{Cli, Command, Context, Exit, Out, search};
use govwatch::model::{AttachedFile, Attachment, Block, BlockKind, Document, Hash, ReportState, TextState};
use govwatch::store::{
    Among, EntryRecord, Filter, Finding, Query, QueryError, ReportRecord, Search, SearchOrder, SearchPage, SnippetPart,
    Store, Told,
};
use serde_json::Value;

use super::bench::{Poll, edited, id, name, newest, print, reading, row, with_baseline};

pub(super) fn asked(line: &str) -> Search {
    Search {
        query: Query::parse(line).unwrap(),
        filter: Filter { limit: 50, ..Filter::default() },
        among: Among::All,
        order: SearchOrder::Newest,
        offset: 0,
    }
}

/// What was found, as `name revision`; a revision that is not the newest with a `<`.
pub(super) fn names(page: &SearchPage) -> Vec<String> {
    let shown = |found: &govwatch::store::Found| {
        format!("{} {}{}", name(&found.report.url), found.revision, if found.is_newest { "" } else { "<" })
    };
    page.found.iter().map(shown).collect()
}

async fn found(store: &Store, line: &str) -> Vec<String> {
    names(&store.search(asked(line)).await.unwrap())
}

pub(super) fn report(title: &str, lines: &[&str]) -> Document {
    let kind = |line: &str| if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
    let blocks = lines.iter().map(|line| Block::new(kind(line), *line)).collect();
    Document { title: Some(title.to_owned()), blocks, ..Document::default() }
}

/// A file whose text is known.
fn file(title: &str, text: &str) -> Attachment {
    let attached = AttachedFile {
        bytes_hash: Hash::of(title.as_bytes()),
        n_bytes: 1,
        state: TextState::Text,
        text_hash: Some(Hash::of(text.as_bytes())),
        n_chars: 1,
        confidence: None,
        note: None,
    };
    let url = "http://a.gov.cn/files/1.xlsx".parse().unwrap();
    Attachment { hash: attached.text_hash, file: Some(attached), ..Attachment::linked(url, title, None) }
}

async fn record(poll: &Poll<'_>, name: &str, finding: Finding, texts: &[&str]) {
    let report = id(poll.store, name).await;
    let contents = texts.iter().map(|text| Bytes::from(text.as_bytes().to_vec())).collect();
    let (now, poll_id) = (poll.now, poll.id);
    let record = ReportRecord {
        poll: poll_id,
        report,
        newest: newest(poll.store, report).await,
        now,
        finding,
        next_recheck_at: None,
        validators: None,
        answer: None,
        files: Vec::new(),
        contents,
    };
    poll.store.record_report(record).await.unwrap();
}

/// Three reports: an annual one that was edited, a rule with a number and a file, one in English.
async fn filled(store: &Store) {
    with_baseline(store, &[]).await;
    let poll = Poll::begin(store, 10).await;
    let rows = [EntryRecord { kind: Some("annual".to_owned()), ..row("a", 9) }, row("b", 5), row("c", 1)];
    poll.walk_all(&rows).await;
    let annual = report("兴县2023年法治政府建设年度报告", &["全年办理行政复议案件15件。", "项目\t数量", "受理\t15"]);
    record(&poll, "a", reading(annual.clone(), Told::New), &[]).await;
    let table = "单位\t征收面积\n官仓镇\t3,217.5";
    let rule = Document {
        doc_no: Some("兴政发〔2024〕5号".to_owned()),
        attachments: vec![file("附件1:统计表", table)],
        ..report("关于土地征收的公告", &["根据国发\u{ff3b}2024\u{ff3d}5号文件,现予公告。"])
    };
    record(&poll, "b", reading(rule, Told::New), &[table]).await;
    let english = report("Open Data Rules", &["The Rules of OPEN data, for \u{ff21}\u{ff22}\u{ff23} and 3D maps."]);
    record(&poll, "c", reading(english, Told::New), &[]).await;
    let again = report("兴县2023年法治政府建设年度报告", &["全年办理信访案件9件。", "项目\t数量", "受理\t9"]);
    poll.end().await;
    let poll = Poll::begin(store, 20).await;
    record(&poll, "a", edited(again, "-15\n+9"), &[]).await;
    poll.end().await;
}

#[tokio::test]
async fn words_of_any_length_are_found_wherever_they_stand() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    for (line, expected) in [
        ("法治", &["a 2"][..]),
        ("征收", &["b 1"]),
        ("镇", &["b 1"]),
        ("镇官", &[]),
        ("公告", &["b 1"]),
        ("open", &["c 1"]),
        ("ABC", &["c 1"]),
        ("\u{ff4f}\u{ff50}\u{ff45}\u{ff4e} data", &["c 1"]),
        ("dat", &[]),
        ("2024", &["b 1"]),
        ("3,217.5", &["b 1"]),
        ("兴政发〔2024〕5号", &["b 1"]),
        ("国发[2024]5号", &["b 1"]),
        ("国发2024", &["b 1"]),
        ("2023年法治", &["a 2"]),
        ("\"官仓镇 3217\"", &[]),
        ("\"受理 9\"", &["a 2"]),
        ("附件1", &["b 1"]),
        ("公告 OR 法治", &["a 2", "b 1"]),
        ("公告 OR 法治 -征收", &["a 2"]),
        ("-年度 法治", &[]),
    ] {
        assert_eq!(found(&store, line).await, expected, "{line}");
    }
}

#[tokio::test]
async fn words_that_were_taken_out_are_found_in_the_revision_that_had_them() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    assert_eq!(found(&store, "行政复议").await, ["a 1<"]);
    assert_eq!(found(&store, "信访").await, ["a 2"]);
    let among = async |line, among| names(&store.search(Search { among, ..asked(line) }).await.unwrap());
    assert_eq!(among("行政复议", Among::Newest).await, Vec::<String>::new());
    assert_eq!(among("法治", Among::Newest).await, ["a 2"]);
    assert_eq!(among("法治", Among::Each).await, ["a 2", "a 1<"]);
    assert_eq!(among("项目 -信访", Among::Each).await, ["a 1<"]);
}

#[tokio::test]
async fn rows_are_filtered_ordered_and_counted_page_by_page() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    let one = |filter: Filter| Search { filter: Filter { limit: 50, ..filter }, ..asked("公告 OR 法治 OR rules") };
    let day = |text: &str| Some(text.parse().unwrap());
    for (filter, expected) in [
        (Filter::default(), &["a 2", "b 1", "c 1"][..]),
        (Filter { kind: Some("annual".to_owned()), ..Filter::default() }, &["a 2"]),
        (Filter { since: day("2026-04-02"), until: day("2026-04-05"), ..Filter::default() }, &["b 1"]),
        (Filter { state: Some(ReportState::Withdrawn), ..Filter::default() }, &[]),
        (Filter { site: Some(govwatch::model::SiteId::new("none")), ..Filter::default() }, &[]),
    ] {
        assert_eq!(names(&store.search(one(filter)).await.unwrap()), expected);
    }
    let mut search = one(Filter::default());
    search.filter.limit = 2;
    let first = store.search(search.clone()).await.unwrap();
    let second = store.search(Search { offset: 2, ..search.clone() }).await.unwrap();
    assert_eq!((names(&first), first.n_found), (vec!["a 2".to_owned(), "b 1".to_owned()], 3));
    assert_eq!((names(&second), second.n_found), (vec!["c 1".to_owned()], 3));
    // The word stands in a title and twice in a short text: the best match, whatever its date.
    let best = Search { order: SearchOrder::Best, ..asked("rules OR 公告") };
    assert_eq!(names(&store.search(best).await.unwrap()), ["c 1", "b 1"]);
}

#[tokio::test]
async fn a_word_in_a_title_says_more_than_one_in_a_text() {
    let store = Store::in_memory().unwrap();
    with_baseline(&store, &[]).await;
    let poll = Poll::begin(&store, 10).await;
    poll.walk_all(&[row("text", 9), row("title", 1), row("other", 1)]).await;
    for (name, title, text) in [
        ("text", "关于施工的通告", "本周限行。"),
        ("title", "关于限行的通告", "本周施工。"),
        ("other", "关于供水的通告", "本周停水。"),
    ] {
        record(&poll, name, reading(report(title, &[text]), Told::New), &[]).await;
    }
    poll.end().await;
    let best = Search { order: SearchOrder::Best, ..asked("限行") };
    assert_eq!(names(&store.search(best).await.unwrap()), ["title 1", "text 1"]);
}

#[tokio::test]
async fn a_snippet_shows_the_words_in_their_place() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    let page = store.search(asked("征收面积 国发")).await.unwrap();
    let shown = |at: usize| {
        let snippet = &page.found[0].snippets[at];
        let chars: Vec<char> = snippet.snippet.chars().collect();
        let hits = snippet.hits.iter().map(|&(from, to)| chars[from..to].iter().collect::<String>());
        (snippet.part, snippet.attachment.as_deref(), hits.collect::<Vec<_>>())
    };
    assert_eq!(page.found[0].snippets.len(), 2);
    assert_eq!(shown(0), (SnippetPart::Body, None, vec!["国发".to_owned()]));
    assert_eq!(shown(1), (SnippetPart::Attachment, Some("附件1:统计表"), vec!["征收面积".to_owned()]));
    let page = store.search(asked("年度报告")).await.unwrap();
    assert_eq!(page.found[0].snippets[0].part, SnippetPart::Title);
}

#[tokio::test]
async fn no_query_is_a_fault_of_the_store() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    let long = "行政复议".repeat(2500);
    let many = "\"".repeat(10_000) + "法治";
    for line in [
        "\"",
        "法治\"",
        "'法治'",
        "title:法治",
        "NEAR(法治 政府, 2)",
        "法治*",
        "^法治",
        "法治 AND",
        "NOT 法治",
        "{a b}: c",
        "a + b",
        "); DROP TABLE words; --",
        "\0",
        "-\"法治 x",
        "OR OR OR",
        "法治 OR OR 政府",
        &long,
        &many,
    ] {
        match Query::parse(line) {
            Ok(query) => drop(store.search(Search { query, ..asked("a") }).await.unwrap()),
            Err(error) => assert!(!matches!(error, QueryError::TooMany { .. }), "{line}: {error}"),
        }
    }
    assert_eq!(found(&store, "-\"法治 x\" 征收").await, ["b 1"]);
    assert_eq!(Store::check(&store).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_reading_by_other_rules_takes_the_place_of_the_words() {
    let store = Store::in_memory().unwrap();
    filled(&store).await;
    let other = report("土地公告", &["另一种读法"]);
    store.rebaseline(id(&store, "b").await, 1, print(&other), other).await.unwrap();
    assert_eq!(found(&store, "征收").await, Vec::<String>::new());
    assert_eq!(found(&store, "读法").await, ["b 1"]);
    assert_eq!(Store::check(&store).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn the_words_of_a_deleted_revision_go_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    filled(&store).await;
    let b = id(&store, "b").await;
    let conn = rusqlite::Connection::open(dir.path().join("govwatch.db")).unwrap();
    conn.execute_batch(&format!(
        "PRAGMA trusted_schema = OFF; UPDATE reports SET revision = NULL WHERE id = {b};
         DELETE FROM revisions WHERE report = {b}"
    ))
    .unwrap();
    assert_eq!(found(&store, "征收").await, Vec::<String>::new());
    assert_eq!(found(&store, "法治").await, ["a 2"]);
    assert_eq!(Store::check(&store).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_store_of_before_is_indexed_a_stretch_at_a_time() {
    let dir = super::opening::former("schema-1.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    let n = async |line: &str| {
        let page = store.search(asked(line)).await.unwrap();
        (page.n_found, page.n_unindexed)
    };
    assert_eq!(n("办结14件").await, (0, 4));
    assert!(store.index_more(3).await.unwrap());
    assert_eq!(n("办结14件").await.1, 1, "what is missing is said");
    assert!(!store.index_more(3).await.unwrap());
    let page = store.search(asked("办结14件")).await.unwrap();
    assert_eq!((page.n_found, page.n_unindexed), (3, 0));
    assert_eq!(store.owed("stdout", None, 10).await.unwrap(), [], "and nobody is told");
}

#[tokio::test]
async fn a_damaged_document_of_before_ends_neither_the_index_nor_a_command() {
    let dir = super::opening::former("schema-1.db.zst");
    let store = Store::open_existing(dir.path()).unwrap();
    let n_before = store.search(asked("办结14件")).await.unwrap().n_unindexed;
    super::opening::spoil_a_document(dir.path());
    let (ended, said) = run(dir.path(), &["search", "办结14件"]).await;
    assert!(matches!(ended, Ok(Exit::Done)) && said.contains("report"), "{ended:?}: {said}");
    let page = store.search(asked("办结14件")).await.unwrap();
    assert_eq!((n_before, page.n_unindexed), (4, 0), "it is not tried again");
    assert!(page.n_found > 0);
}

#[tokio::test]
async fn a_report_whose_text_is_damaged_since_is_found_without_a_snippet() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    filled(&store).await;
    super::opening::spoil_a_document(dir.path());
    for (line, name) in [("法治", "a 2"), ("征收", "b 1"), ("open", "c 1")] {
        assert_eq!(found(&store, line).await, [name], "{line}");
    }
}

/// Runs `search` on this state folder; gives its end and what it printed.
async fn run(state: &std::path::Path, line: &[&str]) -> (Result<Exit, govwatch::cli::Stop>, String) {
    let state = state.to_str().unwrap();
    let folders = ["govwatch", "--state", state, "--sites", state];
    let Cli { global, command } = Cli::try_parse_from(folders.iter().chain(line)).unwrap();
    let context = Context { global, out: Out::memory() };
    let Command::Search(args) = command else { unreachable!("only searches are run here") };
    (search::run(&context, &args).await, context.out.written())
}

#[tokio::test]
async fn the_command_shows_rows_for_people_and_for_programs() {
    let dir = tempfile::tempdir().unwrap();
    filled(&Store::open(dir.path()).unwrap()).await;
    let (ended, printed) = run(dir.path(), &["search", "行政复议"]).await;
    assert_eq!(ended.unwrap(), Exit::Done);
    let expected = "1  2026-04-09  a  兴县2023年法治政府建设年度报告\n    全年办理«行政复议»案件15件。\n    \
                    (in revision 1 of 2; the newest one does not match)\n1 report\n";
    assert_eq!(printed, expected);
    let (_, printed) = run(dir.path(), &["search", "法治", "--all-revisions"]).await;
    assert!(printed.contains("\n    (in revision 1 of 2)\n") && printed.ends_with("\n2 revisions\n"), "{printed}");
    let (_, printed) = run(dir.path(), &["search", "征收面积"]).await;
    assert!(printed.contains("\n    附件1:统计表: 单位 | «征收面积»\n"), "{printed}");
    let (_, printed) = run(dir.path(), &["search", "公告 OR 法治", "--limit", "1"]).await;
    assert!(printed.ends_with("2 reports, 1 to 1 shown; --page 2 goes on\n"), "{printed}");
    let (_, printed) = run(dir.path(), &["--json", "search", "行政复议"]).await;
    let row: Value = serde_json::from_str(&printed).unwrap();
    let keys = "report site listing url title published kind year state revision newest is_newest seen_at snippets";
    assert_eq!(row.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), keys);
    assert_eq!((&row["revision"], &row["newest"], &row["is_newest"]), (&1.into(), &2.into(), &false.into()));
    assert_eq!(row["snippets"][0]["hits"], serde_json::json!([[4, 8]]));
    let said = run(dir.path(), &["search", "——"]).await.0.unwrap_err();
    assert_eq!(said.exit, Exit::Usage);
    assert_eq!(run(dir.path(), &["search", "没有的词"]).await.1, "nothing found\n");
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_is_not_answered_with_nothing() {
    let dir = tempfile::tempdir().unwrap();
    filled(&Store::open(dir.path()).unwrap()).await;
    let cases: [(&[&str], &str); 5] = [
        (&["search", "公告", "--site", "aa"], "there is no site \"aa\""),
        (
            &["search", "公告", "--kind", "rule-of-law-anual"],
            "there is no kind \"rule-of-law-anual\"; did you mean \"rule-of-law-annual\"?",
        ),
        (&["search", "--", "-征收"], "only words that are not wanted: add one that is, as in `法治 -征收`"),
        (&["search", "公告 OR"], "OR is a sign: "),
        (&["search", "公告", "NOT"], "NOT is a sign: "),
    ];
    for (line, expected) in cases {
        let said = run(dir.path(), line).await.0.unwrap_err();
        assert_eq!(said.exit, Exit::Usage, "{line:?}");
        assert!(said.message.starts_with(expected), "{line:?}: {}", said.message);
    }
    let hint = |line: &[&str]| search::hinted(Cli::try_parse_from(line).unwrap_err()).to_string();
    for line in [&["govwatch", "search", "-征收"][..], &["govwatch", "search", "公告", "-征收"]] {
        assert!(
            hint(line).contains("put the whole query into quotes, and first a word that is wanted"),
            "{}",
            hint(line)
        );
    }
    assert!(!hint(&["govwatch", "search", "公告", "--al-revisions"]).contains("quotes"));
    assert!(!hint(&["govwatch", "show", "-1"]).contains("query"));
}
