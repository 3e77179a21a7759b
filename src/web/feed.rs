//! The timeline and searches as feeds, behind the same filters: Atom and JSON Feed.
//!
//! In: a filter, or words. Out: the newest changes that it wants, or the newest reports that have them. Never: an item
//! that changes after it was sent; its id is the change's number, or the report's with its revision.

use std::fmt::Write;

use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::json;

use super::ask::Asked;
use super::fail::Fail;
use super::frame::Frame;
use super::shown::{shown, title};
use super::told::{Told, said};
use super::{Web, api, guard, saved, search, today};
use crate::model::{ChangeId, Event, Tag};
use crate::store::{Among, Filter, Found, Query, Search, SearchOrder};

/// Items of a feed: readers ask every hour or so.
const ITEMS: usize = 50;

/// One change.
struct Item {
    id: String,
    title: String,
    link: String,
    at: Timestamp,
    text: String,
}

/// Atom. Source: RFC 4287.
pub(super) async fn atom(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Fail> {
    let (base, items) = items(&web, &frame, &headers, &asked).await?;
    let updated = items.iter().map(|item| item.at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let name = escaped(&name(&web, &asked).await?);
    let own = escaped(&format!("{base}/feed.atom{}", asked.with("before", None)));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{name}</title><id>{own}</id><link rel=\"self\" href=\"{own}\"/><updated>{updated}</updated>\n\
         <author><name>govwatch</name></author>\n",
        frame.t.lang
    );
    for item in &items {
        let [id, title, link, body] = [&item.id, &item.title, &item.link, &item.text].map(|text| escaped(text));
        writeln!(
            text,
            "<entry><title>{title}</title><id>{id}</id><link href=\"{link}\"/><updated>{}</updated>\
             <content type=\"text\">{body}</content></entry>",
            item.at
        )
        .expect("invariant: a String takes any text");
    }
    text.push_str("</feed>\n");
    Ok(api::tagged(&headers, [(CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text.into_bytes()))
}

/// JSON Feed. Source: jsonfeed.org version 1.1.
pub(super) async fn json(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Fail> {
    let (base, items) = items(&web, &frame, &headers, &asked).await?;
    let row = |item: &Item| {
        json!({"id": item.id, "url": item.link, "title": item.title, "content_text": item.text,
            "date_published": item.at.to_string()})
    };
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": name(&web, &asked).await?, "language": frame.t.lang,
        "feed_url": format!("{base}/feed.json{}", asked.with("before", None)),
        "items": items.iter().map(row).collect::<Vec<_>>(),
    });
    Ok(api::tagged(&headers, [(CONTENT_TYPE, "application/feed+json")], feed.to_string().into_bytes()))
}

/// What a reader lists the feed as: the name that a person gave its filter, else the words that it looks for.
async fn name(web: &Web, asked: &Asked) -> Result<String, Fail> {
    let filter = saved::filter(asked);
    let query = filter.trim_start_matches('?');
    let saved = web.0.store.searches().await?.into_iter().find(|search| search.query == query);
    let own = saved.map(|search| search.name).or_else(|| asked.text("q").map(str::to_owned));
    Ok(own.map_or_else(|| "govwatch".to_owned(), |own| format!("{} · govwatch", shown(&own))))
}

/// Where the page is reached, and the newest changes of a filter.
async fn items(web: &Web, frame: &Frame, headers: &HeaderMap, asked: &Asked) -> Result<(String, Vec<Item>), Fail> {
    // The guard has seen that this is a name of ours.
    let host = guard::text(headers, HOST).unwrap_or("localhost");
    let forwarded = HeaderName::from_static("x-forwarded-proto");
    let scheme = if guard::text(headers, forwarded) == Some("https") { "https" } else { "http" };
    let base = format!("{scheme}://{host}");
    if let Some(words) = asked.text("q") {
        let items = found(web, &base, asked, words).await?;
        return Ok((base, items));
    }
    let page = web.0.store.timeline(today::filter(asked, ITEMS)?).await?;
    let item = |(change, event): &(ChangeId, Event)| item(web, frame, &base, *change, event);
    let items = page.changes.iter().map(item).collect();
    Ok((base, items))
}

/// The newest reports that have the words. An edited report is another item: its text may say something else.
async fn found(web: &Web, base: &str, asked: &Asked, words: &str) -> Result<Vec<Item>, Fail> {
    let query = Query::parse(words).map_err(|error| Fail::wrong("q", words, &error))?;
    let filter = Filter { after: None, ..search::filter(asked, ITEMS)? };
    let page = search::look(web, Search { query, filter, among: Among::Newest, order: SearchOrder::Newest, offset: 0 });
    let item = |found: &Found| {
        let report = &found.report;
        let lines = found.snippets.iter().map(|snippet| shown(&snippet.snippet)).chain([shown(&report.url)]);
        Item {
            id: format!("tag:govwatch,2026:report/{}/{}", report.report, found.revision),
            title: format!(
                "{} · {}",
                web.site_name(&report.site),
                report.title.as_deref().map(title).unwrap_or_default()
            ),
            link: format!("{base}/reports/{}", report.report),
            at: report.first_seen_at,
            text: lines.collect::<Vec<_>>().join("\n"),
        }
    };
    Ok(page.await?.found.iter().map(item).collect())
}

fn item(web: &Web, frame: &Frame, base: &str, change: ChangeId, event: &Event) -> Item {
    let t = frame.t;
    let told = Told::of(web, t, change, event, None);
    let mut lines = told.details.clone();
    for line in &told.excerpt.lines {
        let run = |run: &super::excerpt::Run| match run.tag {
            Tag::Equal => run.text.clone(),
            Tag::Delete => format!("[-{}-]", run.text),
            Tag::Insert => format!("{{+{}+}}", run.text),
        };
        lines.push(line.runs.iter().map(run).collect());
    }
    lines.extend(event.url.as_deref().map(shown));
    let path = told.compare.or(told.href).unwrap_or_else(|| format!("/sites/{}", told.site));
    Item {
        // The same by whatever name the page is reached. Source: RFC 4151.
        id: format!("tag:govwatch,2026:change/{change}"),
        title: format!(
            "[{}] {} · {}",
            told.word,
            told.channel.map_or(told.site_name, |(_, name)| name),
            said(t, event)
        ),
        link: format!("{base}{path}"),
        at: event.seen_at,
        text: lines.join("\n"),
    }
}

/// Text inside XML. What XML cannot hold was spelled out before.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
