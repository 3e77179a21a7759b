//! The rows of an answer in JSON that nobody described: which array they are, what of a row is link, title and date, how
//! the pages are counted.
//!
//! In: the value of an answer and the address it came from. Out: a [`JsonRule`] and a [`Pagination`]. Never: a field that
//! most rows lack.
//! **Limits**: 8 levels, 2,000 arrays, 40 fields a row.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value;
use url::Url;

use super::hints::{self, Hints};
use super::place;
use super::reason::Reason;
use crate::config::{JsonRule, Pagination};
use crate::page::pattern;
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::{date, parameter};

/// Levels, arrays and fields that are looked at.
const MOST_LEVELS: usize = 8;
const MOST_ARRAYS: usize = 2_000;
const MOST_FIELDS: usize = 40;

/// Mean characters of a title, at least and at most; a body is longer.
const TITLE_CHARS: std::ops::RangeInclusive<usize> = 5..=150;

static IS_LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^(?:https?:)?//[^\s]+$|^\.{0,2}/[^\s]+$|^[\w./-]+\.(?:s?html?|jsp|aspx?|do|php)(?:\?\S*)?$")
});
static LINK_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:url|link|href|pc|docpuburl|puburl|detailurl|linkurl|pageurl|artic?leurl)$"));
static NO_LINK_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)img|image|pic|photo|thumb|icon|cover|logo|video|audio|wap|mobile|phone|site"));
static TITLE_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:title|doctitle|name|subject|headline|biaoti)$|title$"));
static DATE_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)pub|show|display|release|issue|fbsj|fbrq|docreltime|^date$|^time$"));
static NO_DATE_NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)creat|updat|modif|crtime|edit|expire|end"));
static TOTAL_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:total|totals|count|totalcount|total_count|totalelements|totalrows?|totalnum|totalsize|totalrecords?|recordcount|rowcount|records?total|numfound|recordstotal)$",
    )
});
static CURSOR_NAME: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:cursor|next_?cursor|after|next|scroll_?id|(?:next_?)?(?:page_?)?token)$"));

/// An array of rows.
struct Rows<'v> {
    place: String,
    items: &'v [Value],
    rule: JsonRule,
    weight: usize,
}

/// The rule for an answer, and what is odd about it. `hints`: what is known of the links of rows that hold none.
pub(super) fn rule(value: &Value, zone: &TimeZone, hints: &Hints) -> Option<(JsonRule, Vec<Reason>)> {
    let mut found = found(value, zone, hints).into_iter();
    let mut best = found.next()?;
    let rival = found.next().map(|other| Reason::SecondList {
        n_rows: other.items.len(),
        first: other.place,
        share: ratio(other.weight, best.weight),
    });
    best.rule.total = total(value, &best.place, best.items.len());
    Some((best.rule, rival.into_iter().collect()))
}

/// The rules for every array of an answer that could hold its rows, the heaviest first.
pub fn rules(value: &Value, zone: &TimeZone, hints: &Hints) -> Vec<JsonRule> {
    let rule = |rows: Rows<'_>| JsonRule { total: total(value, &rows.place, rows.items.len()), ..rows.rule };
    found(value, zone, hints).into_iter().map(rule).collect()
}

fn found<'v>(value: &'v Value, zone: &TimeZone, hints: &Hints) -> Vec<Rows<'v>> {
    let rows = arrays(value).into_iter().filter_map(|(place, rows)| described(place, rows, zone, hints));
    let mut found: Vec<Rows<'_>> = rows.collect();
    found.sort_by_key(|rows| std::cmp::Reverse(rows.weight));
    found
}

/// Whether an answer has rows with titles and names of their own, and no links.
pub(super) fn is_unlinked(value: &Value) -> bool {
    let is_named = |field: &String, rows: &[Value]| {
        let texts = texts(field, rows).unwrap_or_default();
        !texts.is_empty() && is_each_its_own(&texts) && texts.iter().all(|text| hints::is_name_of_row(text))
    };
    arrays(value).into_iter().any(|(_, rows)| {
        let fields = rows.first().map(fields).unwrap_or_default();
        let has = |is: &dyn Fn(&String) -> bool| fields.iter().any(is);
        has(&|field| title_weight(field, rows) > 0)
            && has(&|field| is_named(field, rows))
            && !has(&|field| link_weight(field, rows) > 0)
    })
}

fn is_each_its_own(texts: &[String]) -> bool {
    texts.iter().collect::<HashSet<_>>().len() * 10 >= texts.len() * 9
}

fn ratio(part: usize, whole: usize) -> f64 {
    let exact = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    exact(part) / exact(whole.max(1))
}

/// Every array of objects or of pieces of HTML, with its place.
fn arrays(value: &Value) -> Vec<(String, &[Value])> {
    let mut found = Vec::new();
    let mut ahead = vec![(String::new(), value, 0)];
    while let Some((place, value, level)) = ahead.pop() {
        match value {
            Value::Array(rows)
                if !rows.is_empty() && (rows.iter().all(Value::is_object) || rows.iter().all(is_piece)) =>
            {
                found.push((place, rows.as_slice()));
            }
            Value::Object(keys) if level < MOST_LEVELS => {
                ahead.extend(keys.iter().map(|(key, inner)| (format!("{place}/{}", escaped(key)), inner, level + 1)));
            }
            _ => {}
        }
        if found.len() >= MOST_ARRAYS {
            break;
        }
    }
    found
}

/// Whether a row is a piece of HTML with a link in it.
fn is_piece(row: &Value) -> bool {
    row.as_str().is_some_and(|text| text.trim_start().starts_with('<') && text.contains("<a "))
}

/// A key as RFC 6901 writes it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What of each row is what; `None` where the rows lead nowhere or have no titles.
fn described<'v>(place: String, rows: &'v [Value], zone: &TimeZone, hints: &Hints) -> Option<Rows<'v>> {
    let pointer = |written: &str| Pointer::parse(written).ok();
    if rows.iter().all(is_piece) {
        let items = vec![pointer(&place)?];
        let rule = JsonRule { items, link: Vec::new(), title: Vec::new(), date: Vec::new(), total: None };
        return Some(Rows { place, items: rows, rule, weight: rows.len() * 3 });
    }
    let fields = fields(rows.first()?);
    let best = |fits: &dyn Fn(&str) -> usize| {
        let weighed = fields.iter().map(|field| (fits(field), field)).filter(|(weight, _)| *weight > 0);
        // The first of equals: a row says first what matters.
        weighed.rev().max_by_key(|(weight, _)| *weight).map(|(_, field)| field.clone())
    };
    let link = best(&|field| link_weight(field, rows));
    let title = best(&|field| if link.as_deref() == Some(field) { 0 } else { title_weight(field, rows) })?;
    let date = best(&|field| date_weight(field, rows, zone));
    let link = match link {
        Some(link) => LinkQuery::At(pointer(&link)?),
        None => hints.link(rows, &fields)?,
    };
    let rule = JsonRule {
        items: vec![pointer(&place)?],
        link: vec![link],
        title: vec![pointer(&title)?],
        date: date.as_deref().and_then(pointer).into_iter().collect(),
        total: None,
    };
    let weight = rows.len() * if date.is_some() { 3 } else { 1 };
    Some(Rows { place, items: rows, rule, weight })
}

/// The fields of a row and of the objects in it.
fn fields(row: &Value) -> Vec<String> {
    let Value::Object(keys) = row else { return Vec::new() };
    let inner = |place: &str, value: &Value| match value {
        Value::Object(keys) => keys.keys().map(|key| format!("{place}/{}", escaped(key))).collect(),
        _ => vec![place.to_owned()],
    };
    keys.iter().flat_map(|(key, value)| inner(&format!("/{}", escaped(key)), value)).take(MOST_FIELDS).collect()
}

fn name(field: &str) -> &str {
    field.rsplit('/').next().unwrap_or_default()
}

/// The texts of a field, where nearly every row has one.
fn texts(field: &str, rows: &[Value]) -> Option<Vec<String>> {
    let pointer = Pointer::parse(field).ok()?;
    let texts: Vec<String> = rows.iter().filter_map(|row| pointer.text(row)).collect();
    (texts.len() * 10 >= rows.len() * 9).then_some(texts)
}

fn link_weight(field: &str, rows: &[Value]) -> usize {
    let Some(texts) = texts(field, rows) else { return 0 };
    let is_link = texts.iter().all(|text| IS_LINK.is_match(text.trim()));
    match name(field) {
        _ if !is_link || !is_each_its_own(&texts) => 0,
        name if NO_LINK_NAME.is_match(name) => 1,
        name if LINK_NAME.is_match(name) => 4,
        name if name.to_ascii_lowercase().contains("url") => 3,
        _ => 2,
    }
}

fn title_weight(field: &str, rows: &[Value]) -> usize {
    let Some(texts) = texts(field, rows) else { return 0 };
    let n_chars: usize = texts.iter().map(|text| text.chars().count()).sum();
    let mean = n_chars / texts.len().max(1);
    let is_words =
        texts.iter().filter(|text| text.chars().any(|c| c.is_alphabetic() && !c.is_ascii())).count() * 2 >= texts.len();
    match name(field) {
        _ if !TITLE_CHARS.contains(&mean) || !is_words => 0,
        name if TITLE_NAME.is_match(name) => 3,
        _ => 1,
    }
}

fn date_weight(field: &str, rows: &[Value], zone: &TimeZone) -> usize {
    /// Digits of seconds and of milliseconds since 1970.
    const SECONDS: [usize; 2] = [10, 13];
    let Some(texts) = texts(field, rows) else { return 0 };
    let is_date = |text: &String| {
        let is_count =
            SECONDS.contains(&text.len()) && text.starts_with('1') && text.bytes().all(|byte| byte.is_ascii_digit());
        is_count || (text.len() <= 40 && date::stated(text, zone).is_some())
    };
    if texts.iter().filter(|text| is_date(text)).count() * 10 < texts.len() * 9 {
        return 0;
    }
    match name(field) {
        name if NO_DATE_NAME.is_match(name) => 1,
        name if DATE_NAME.is_match(name) => 3,
        _ => 2,
    }
}

/// How many rows there are in all: a number beside the array or around it.
fn total(value: &Value, place: &str, n_rows: usize) -> Option<Pointer> {
    let mut around = Some(place);
    while let Some(at) = around {
        let outer = at.rsplit_once('/').map(|(outer, _)| outer);
        let object = Pointer::parse(outer.unwrap_or_default()).ok().and_then(|pointer| pointer.find(value).cloned());
        if let Some(Value::Object(keys)) = object.or_else(|| outer.is_some_and(str::is_empty).then(|| value.clone())) {
            let counts = |(key, value): &(&String, &Value)| {
                TOTAL_NAME.is_match(key) && value.as_u64().is_some_and(|n| n >= n_rows as u64)
            };
            if let Some((key, _)) = keys.iter().find(counts) {
                return Pointer::parse(&format!("{}/{}", outer.unwrap_or_default(), escaped(key))).ok();
            }
        }
        around = outer;
    }
    None
}

/// How the pages of an answer are asked for, by the parameters of its address.
pub(super) fn pages(value: &Value, url: &Url, rule: &JsonRule, n_rows: usize) -> Result<Option<Pagination>, Reason> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let number = |counts: fn(&str) -> bool| {
        let mut found = pairs.iter().filter(|(name, _)| counts(name));
        found.find_map(|(name, value)| Some((name.clone(), value.parse::<u32>().ok()?)))
    };
    match number(parameter::is_page) {
        Some((name, n)) if n <= 1 => return Ok(Some(Pagination::Query { name: Some(name), first: n + 1 })),
        _ => {
            if let Some(reason) = place::by_parameter(url) {
                return Err(reason);
            }
        }
    }
    if let Some((name, 0)) = number(parameter::is_offset) {
        let step = number(parameter::is_size).map_or(u32::try_from(n_rows).unwrap_or(1), |(_, size)| size);
        return Ok(Some(Pagination::Offset { name: Some(name), first: step, step }));
    }
    let n_total = rule.total.as_ref().and_then(|total| total.count(value));
    if n_total.is_some_and(|n_total| n_total <= n_rows as u64) {
        return Ok(None);
    }
    if let Some(pages) = cursor(value, &pairs) {
        return Ok(Some(pages));
    }
    let why =
        n_total.map_or_else(|| "no parameter of the address counts them".to_owned(), |n| format!("{n} rows in all"));
    Err(Reason::PagerNotFollowed(why))
}

/// A text of the answer that says how to ask on, and the parameter of the address that takes it.
fn cursor(value: &Value, pairs: &[(String, String)]) -> Option<Pagination> {
    let (name, _) = pairs.iter().find(|(name, _)| CURSOR_NAME.is_match(name))?;
    let next = cursor_places(value).into_iter().next()?;
    Some(Pagination::Cursor { next: Pointer::parse(&next).ok()?, name: Some(name.clone()) })
}

/// The ways to ask on by what an answer says, where its address names no parameter for it.
pub(super) fn cursors(value: &Value) -> Vec<Pagination> {
    let Some(place) = cursor_places(value).into_iter().next() else { return Vec::new() };
    let Ok(next) = Pointer::parse(&place) else { return Vec::new() };
    let own = name(&place).to_owned();
    let mut names = vec!["cursor".to_owned()];
    names.extend((own != "cursor").then_some(own));
    names.into_iter().map(|name| Pagination::Cursor { next: next.clone(), name: Some(name) }).collect()
}

/// Where an answer may say how to ask on.
fn cursor_places(value: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let mut ahead = vec![(String::new(), value, 0)];
    while let Some((place, value, level)) = ahead.pop() {
        let Value::Object(keys) = value else { continue };
        for (key, inner) in keys {
            let place = format!("{place}/{}", escaped(key));
            let says = inner.as_str().is_some_and(|text| !text.is_empty()) || inner.is_number();
            if CURSOR_NAME.is_match(key) && says {
                places.push(place);
            } else if level < MOST_LEVELS {
                ahead.push((place, inner, level + 1));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        serde_json::from_str(text).expect("JSON")
    }

    fn rows(n: usize) -> String {
        let row = |n| {
            format!(
                "{{\"id\":{n},\"img\":\"/i/{n}.png\",\"createTime\":\"2020-01-0{n}\",\"docTitle\":\"关于第{n}号事项的公告\",\"urls\":{{\"pc\":\"/a/{n}.html\"}},\"publishDate\":\"2026-01-0{n}\",\"column\":\"公告\"}}"
            )
        };
        (1..=n).map(row).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn the_array_with_links_titles_and_dates_is_found_and_its_total() {
        let text = format!(
            "{{\"code\":200,\"data\":{{\"hot\":[{{\"name\":\"热词\"}}],\"list\":[{}],\"totalCount\":57}}}}",
            rows(5)
        );
        let (rule, odd) = rule(&value(&text), &TimeZone::UTC, &Hints::default()).expect("a rule");
        assert!(odd.is_empty(), "{odd:?}");
        let items: Vec<&str> = rule.items.iter().map(Pointer::as_str).collect();
        assert_eq!(items, ["/data/list"]);
        assert_eq!(rule.link.iter().map(LinkQuery::as_str).collect::<Vec<_>>(), ["/urls/pc"]);
        assert_eq!(rule.title[0].as_str(), "/docTitle");
        assert_eq!(rule.date[0].as_str(), "/publishDate");
        assert_eq!(rule.total.as_ref().map(Pointer::as_str), Some("/data/totalCount"));
        assert!(super::rule(&value("{\"data\":[{\"a\":1}]}"), &TimeZone::UTC, &Hints::default()).is_none());
    }

    #[test]
    fn pages_are_counted_by_a_parameter_or_the_answer_is_unsure() {
        let text = format!("{{\"total\":57,\"next\":\"xY9\",\"rows\":[{}]}}", rows(5));
        let value = value(&text);
        let (rule, _) = rule(&value, &TimeZone::UTC, &Hints::default()).expect("a rule");
        let pages = |query: &str| {
            let url = Url::parse(&format!("http://x.gov.cn/api?c=7&{query}")).expect("url");
            super::pages(&value, &url, &rule, 5)
        };
        let query = |first| Ok(Some(Pagination::Query { name: Some("pageNo".to_owned()), first }));
        assert_eq!(pages("pageNo=1"), query(2));
        assert_eq!(pages("pageNo=0&size=5"), query(1));
        let offset = Pagination::Offset { name: Some("start".to_owned()), first: 5, step: 5 };
        assert_eq!(pages("start=0&rows=5"), Ok(Some(offset)));
        let next = Pointer::parse("/next").expect("pointer");
        assert_eq!(pages("cursor="), Ok(Some(Pagination::Cursor { next, name: Some("cursor".to_owned()) })));
        assert_eq!(pages("size=5"), Err(Reason::PagerNotFollowed("57 rows in all".to_owned())));
    }
}
