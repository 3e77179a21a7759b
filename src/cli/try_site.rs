//! `govwatch try`: what each stage makes of one page, selector by selector. For people who write site files.
//!
//! Nothing is stored; a URL passes gate, robots and pace like any other.

use std::path::Path;

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::out::clean;
use super::{Context, Exit, Stop, page_source, world};
use crate::config::{Format, JsonRule, ListingRule, ReportRule, Settings, Site};
use crate::model::{Capture, Document, ListingPage, PageKind};
use crate::page::open::Opened;
use crate::page::pointer::Pointer;
use crate::page::tree::{Node, Query, Tree};
use crate::page::{ReadRules, kind, listing};

/// Rows of a listing that are shown.
const ROWS_SHOWN: usize = 10;
/// Characters of a value that are shown.
const CHARS_SHOWN: usize = 60;

/// Arguments of `try`.
#[derive(Debug, Args)]
pub struct TryArgs {
    /// The site whose file is tried
    #[arg(value_name = "SITE")]
    pub site: String,
    /// A page of it, or a saved one; the first listing when left out
    #[arg(value_name = "URL|FILE")]
    pub page: Option<String>,
    /// The URL of a saved page
    #[arg(long, value_name = "URL")]
    pub url: Option<Url>,
}

/// One object a page.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    site: String,
    url: String,
    status: u16,
    n_bytes: usize,
    charset: &'static str,
    n_replaced: usize,
    family: Option<String>,
    pub(super) page: PageKind,
    listing: Option<String>,
    selectors: Vec<SelectorTried>,
    document: Option<Document>,
    pub(super) entries: Vec<crate::model::Entry>,
    next: Option<Url>,
    n_broken_rows: usize,
    advice: Option<String>,
    /// The browser that drew it.
    drawn_by: Option<String>,
    /// Origins that it was drawn without.
    drawn_without: Vec<String>,
}

/// What one selector of the site or its family finds on this page.
#[derive(Debug, Serialize)]
struct SelectorTried {
    key: &'static str,
    from: &'static str,
    selector: String,
    n_found: usize,
    value: Option<String>,
}

/// Runs the command.
pub async fn run(context: &Context, settings: &Settings, args: &TryArgs) -> Result<Exit, Stop> {
    let site = world::site(context, &args.site, settings)?;
    let capture = capture(args, &site, settings).await?;
    let tried = tried(&site, &capture)?;
    if context.global.json {
        context.out.json(&tried)?;
    } else {
        context.out.line(in_words(&tried))?;
    }
    context.out.flush()?;
    Ok(Exit::Done)
}

/// The page that was named, or the first page of the first listing.
async fn capture(args: &TryArgs, site: &Site, settings: &Settings) -> Result<Capture, Stop> {
    let failed = |message: String| Stop::new(Exit::SomeFailed, format!("{}: {message}", site.id));
    let named = args.page.as_deref();
    let address = match named {
        None => site.listings.first().map(ListingRule::first_page),
        Some(named) if named.starts_with("http://") || named.starts_with("https://") => {
            let url = Url::parse(named).map_err(|error| failed(format!("{named}: {error}")))?;
            let listing = site.listings.iter().find(|listing| listing.url == url);
            Some(listing.map_or_else(|| url.into(), ListingRule::first_page))
        }
        Some(_) => None,
    };
    match (address, named) {
        (Some(at), _) => page_source::asked_at(&at, site.fetch.clone(), site.pace, settings).await.map_err(failed),
        (None, Some(file)) => page_source::saved(Path::new(file), args.url.as_ref()).map_err(failed),
        (None, None) => Err(failed("it has no [[listing]]; name a URL or a saved page".to_owned())),
    }
}

/// What every stage makes of this page.
pub(super) fn tried(site: &Site, capture: &Capture) -> Result<Tried, Stop> {
    let (asked, landed) = (Some(&capture.url), Some(&capture.final_url));
    let answer = kind::Answer { status: capture.status, asked, landed, home: Some(&site.home) };
    let opened = Opened::of(capture, site.fetch.charset.as_deref(), &answer)
        .map_err(|error| Stop::new(Exit::SomeFailed, error.to_string()))?;
    let rule = site.listings.iter().find(|listing| listing.url == capture.url);
    let is_listing = rule.is_some() || opened.kind == PageKind::Listing;
    let rows = if is_listing { rows(&opened, site, rule, capture)? } else { ListingPage::default() };
    let rules = ReadRules {
        url: landed,
        zone: &site.timezone,
        site: Some(&site.report),
        family: site.family.as_deref(),
        min_body_chars: site.expect.min_body_chars,
    };
    Ok(Tried {
        site: site.id.to_string(),
        url: capture.url.to_string(),
        status: capture.status,
        n_bytes: capture.body.len(),
        charset: opened.decoded.charset,
        n_replaced: opened.decoded.n_replaced,
        family: site.family.as_ref().map(|family| family.id.clone()),
        page: if rows.entries.is_empty() { opened.kind } else { PageKind::Listing },
        listing: rule.map(|rule| rule.name.clone()),
        selectors: match rule.map(|rule| &rule.format) {
            Some(Format::Json(rule)) => pointers(&opened.decoded.text, rule),
            _ if is_listing => row_selectors(&opened.tree, rule),
            _ => report_selectors(&opened.tree, site),
        },
        document: (!is_listing).then(|| opened.document(&rules)),
        next: rows.next_url().cloned(),
        entries: rows.entries,
        n_broken_rows: rows.n_broken_rows,
        advice: rows.advice,
        drawn_by: capture.header(Capture::DRAWN_BY).map(str::to_owned),
        drawn_without: words(capture.header(Capture::DRAWN_WITHOUT)),
    })
}

fn rows(opened: &Opened, site: &Site, rule: Option<&ListingRule>, capture: &Capture) -> Result<ListingPage, Stop> {
    let post = rule.and_then(|rule| rule.first_page().post);
    let read = listing::ListingRead {
        rule,
        family: site.family.as_deref(),
        zone: &site.timezone,
        first_url: rule.map_or(&capture.url, |rule| &rule.url),
        page_url: &capture.final_url,
        post: post.as_ref(),
        n_page: 1,
        today: capture.fetched_at.to_zoned(site.timezone.clone()).date(),
    };
    opened.listing(&read).map_err(|error| Stop::new(Exit::SomeFailed, format!("{}: {error}", capture.url)))
}

fn report_selectors(tree: &Tree, site: &Site) -> Vec<SelectorTried> {
    let family = site.family.as_ref().map(|family| ("family", &family.report));
    let layers = std::iter::once(("site", &site.report)).chain(family);
    layers
        .flat_map(|(from, rule)| queries(rule).into_iter().map(move |(key, query)| (from, key, query)))
        .map(|(from, key, query)| query_tried(tree.root(), from, key, query))
        .collect()
}

fn queries(rule: &ReportRule) -> Vec<(&'static str, &Query)> {
    let fields: [(&'static str, &[Query]); 10] = [
        ("title", &rule.title),
        ("body", &rule.body),
        ("published", &rule.published),
        ("source", &rule.source),
        ("authority", &rule.authority),
        ("doc_no", &rule.doc_no),
        ("index_no", &rule.index_no),
        ("written", &rule.written),
        ("validity", &rule.validity),
        ("attachment", &rule.attachment),
    ];
    fields.into_iter().flat_map(|(key, queries)| queries.iter().map(move |query| (key, query))).collect()
}

/// The selectors of a listing: how many rows, and what each of the others finds in the first of them.
fn row_selectors(tree: &Tree, rule: Option<&ListingRule>) -> Vec<SelectorTried> {
    let Some((rule, selector)) = rule.and_then(|rule| Some((&rule.entry, rule.entry.entry.as_ref()?))) else {
        return Vec::new();
    };
    let rows: Vec<Node<'_>> = tree.select(selector).collect();
    let n_found = rows.len();
    let entry =
        SelectorTried { key: "entry", from: "site", selector: selector.as_str().to_owned(), n_found, value: None };
    let Some(first) = rows.first().copied() else { return vec![entry] };
    let within = [("link", &rule.link), ("title", &rule.title), ("date", &rule.date)];
    let tried = within.into_iter().flat_map(|(key, queries)| queries.iter().map(move |query| (key, query)));
    std::iter::once(entry).chain(tried.map(|(key, query)| query_tried(first, "site", key, query))).collect()
}

/// The pointers of an answer in JSON: how many rows, and for how many of them each of the others gives something.
fn pointers(text: &str, rule: &JsonRule) -> Vec<SelectorTried> {
    let Ok(answer) = listing::value(text) else { return Vec::new() };
    let tried = |key, selector: &str, values: Vec<String>| SelectorTried {
        key,
        from: "site",
        selector: selector.to_owned(),
        n_found: values.len(),
        value: values.into_iter().next(),
    };
    let arrays = rule.items.iter().map(|items| (items, items.find(&answer).and_then(Value::as_array)));
    let rows: Vec<&Value> = arrays.clone().filter_map(|(_, array)| array).flatten().collect();
    let count = |(items, array): (&Pointer, Option<&Vec<Value>>)| SelectorTried {
        n_found: array.map_or(0, Vec::len),
        ..tried("items", items.as_str(), Vec::new())
    };
    let texts = |of: &dyn Fn(&Value) -> Option<String>| rows.iter().filter_map(|row| of(row)).collect();
    let links = rule.link.iter().map(|link| tried("link", link.as_str(), texts(&|row| link.text(row))));
    let fields = [("title", &rule.title), ("date", &rule.date)];
    let fields = fields.into_iter().flat_map(|(key, pointers)| pointers.iter().map(move |pointer| (key, pointer)));
    let fields = fields.map(|(key, at)| tried(key, at.as_str(), texts(&|row| at.text(row))));
    let total = rule.total.iter().map(|at| tried("total", at.as_str(), at.text(&answer).into_iter().collect()));
    arrays.map(count).chain(links).chain(fields).chain(total).collect()
}

fn query_tried(node: Node<'_>, from: &'static str, key: &'static str, query: &Query) -> SelectorTried {
    let values = query.values(node);
    SelectorTried {
        key,
        from,
        selector: query.as_str().to_owned(),
        n_found: values.len(),
        value: values.into_iter().next(),
    }
}

fn in_words(tried: &Tried) -> String {
    let mut lines = vec![
        format!("fetch      {} answered {}, {} bytes", tried.url, tried.status, tried.n_bytes),
        format!("draw       {}", drawn(tried)),
        format!("decode     {}, {} characters replaced", tried.charset, tried.n_replaced),
        format!("family     {}", tried.family.as_deref().unwrap_or("none in the site file")),
        format!("page       {}", tried.page.as_str().replace('_', " ")),
    ];
    lines.extend(tried.selectors.iter().map(selector_line));
    lines.extend(tried.document.iter().flat_map(document_lines));
    if tried.document.is_none() {
        lines.push(format!("entries    {} ({} rows without a link)", tried.entries.len(), tried.n_broken_rows));
        lines.extend(tried.entries.iter().take(ROWS_SHOWN).map(|entry| {
            let date = entry.date.map_or_else(|| "no date   ".to_owned(), |date| date.date().to_string());
            format!("           {date}  {}  {}", shown(&entry.title), entry.url)
        }));
        lines.extend(tried.advice.iter().map(|advice| format!("advice     {}", clean(advice))));
        lines.push(format!("next       {}", tried.next.as_ref().map_or("no further page", Url::as_str)));
    }
    lines.join("\n")
}

fn words(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// By whom, and what to do where the page misses something.
fn drawn(tried: &Tried) -> String {
    match (&tried.drawn_by, tried.drawn_without.as_slice()) {
        (None, _) => "by nobody: the answer is the page".to_owned(),
        (Some(browser), []) => format!("by {browser}"),
        (Some(browser), without) => format!(
            "by {browser}, without {}: what the page needs of them is allowed by `fetch.hosts` (and robots.txt)",
            without.join(", ")
        ),
    }
}

fn selector_line(tried: &SelectorTried) -> String {
    let found = match (tried.n_found, &tried.value) {
        (0, _) => "nothing".to_owned(),
        (n, None) => format!("{n} rows"),
        (n, Some(value)) => format!("{n}: {}", shown(value)),
    };
    format!("{:10} {} {}  ->  {found}", tried.key, tried.from, tried.selector)
}

fn document_lines(document: &Document) -> Vec<String> {
    let fields = [
        ("title", document.title.clone()),
        ("published", document.published.map(|stated| stated.to_string())),
        ("source", document.source.clone()),
        ("authority", document.authority.clone()),
        ("doc_no", document.doc_no.clone()),
        ("index_no", document.index_no.clone()),
        ("written", document.written.map(|stated| stated.to_string())),
        ("validity", document.validity.clone()),
        ("effective", document.effective.map(|stated| stated.to_string())),
        ("repealed", document.repealed.map(|stated| stated.to_string())),
        ("topic", document.topic.clone()),
        ("division", document.division.clone()),
        ("cited", (!document.cited.is_empty()).then(|| document.cited.join(", "))),
        ("breadcrumb", (!document.breadcrumb.is_empty()).then(|| document.breadcrumb.join(" > "))),
    ];
    let origin = |key: &str| document.from.iter().find(|(field, _)| field.as_str() == key).map(|(_, origin)| *origin);
    let line = |(key, value): (&str, Option<String>)| {
        let from =
            origin(key).map(|origin| format!(" (by {})", format!("{origin:?}").to_lowercase())).unwrap_or_default();
        format!("= {key:8} {}{from}", value.as_deref().map_or_else(|| "-".to_owned(), shown))
    };
    let mut lines: Vec<String> = fields.into_iter().map(line).collect();
    let n_attachments = document.attachments.len();
    lines.push(format!(
        "= body     {} blocks, {} characters, {n_attachments} attachments",
        document.blocks.len(),
        document.n_chars()
    ));
    lines.extend(document.blocks.first().map(|block| format!("           begins: {}", shown(&block.text))));
    lines.extend(document.blocks.last().map(|block| format!("           ends:   {}", shown(&block.text))));
    let doubts: Vec<&str> = document.doubts.iter().map(|doubt| doubt.as_str()).collect();
    lines.push(format!("= doubts   {}", if doubts.is_empty() { "none".to_owned() } else { doubts.join(", ") }));
    lines
}

fn shown(text: &str) -> String {
    let text = clean(text);
    match text.char_indices().nth(CHARS_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
