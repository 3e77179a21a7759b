//! Rows of an answer in JSON: where they stand is said by pointers, each row gives link, title and date.
//!
//! In: the text of an answer, the rule of its listing. Out: its rows, how many there are in all. Never: an answer that
//! says it failed, or that has no array of rows, as one without rows.
//! **Limits**: 16 MiB of text, 128 levels.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{ListingError, ListingRead, MOST_ENTRIES, Rows, broken, html, other_format};
use crate::config::JsonRule;
use crate::model::{Entry, Stated};
use crate::page::pattern;
use crate::page::pointer::Pointer;
use crate::page::row_pieces::RowReader;
use crate::page::tree::{Tree, collapse, visible_text};
use crate::page::{date, link};

/// Longest answer that is read: a value takes up to ten times the room of its text, and a page of some hundred rows with
/// their whole bodies takes some 3 MB.
const LONGEST: usize = 16 << 20;

/// Keys and characters of an answer that are shown in a message.
const MOST_SHOWN: usize = 8;

/// `callback({..});`, as answers are wrapped for scripts of other hosts.
static WRAPPED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)^[\w$.]{1,80}\s*\((.*)\)\s*;?$"));

/// What must be read as HTML: `<em>法治</em>政府`, `&ldquo;`; not the bare sign of `A<B`.
static MARKUP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"</?[A-Za-z][^<>]*>|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});"));

/// The value of an answer.
pub(super) fn parse(text: &str) -> Result<Value, ListingError> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    let text = WRAPPED.captures(text).and_then(|found| found.get(1)).map_or(text, |inner| inner.as_str().trim());
    if !text.starts_with(['{', '[']) {
        return Err(other_format("JSON", text));
    }
    if text.len() > LONGEST {
        return Err(broken("JSON", &format!("it is longer than {LONGEST} bytes; ask for fewer rows a page")));
    }
    serde_json::from_str(text).map_err(|error| broken("JSON", &error))
}

/// How many rows the listing has, where the answer says.
pub(super) fn total(value: &Value, rule: &JsonRule) -> Option<u64> {
    rule.total.as_ref()?.count(value)
}

/// The rows of an answer.
pub(super) fn rows(
    value: &Value,
    rule: &JsonRule,
    read: &ListingRead<'_>,
    reader: &RowReader<'_>,
) -> Result<Rows, ListingError> {
    let there: Vec<&Value> = rule.items.iter().filter_map(|pointer| pointer.find(value)).collect();
    let mut rows = Rows::default();
    let mut n_lists = 0;
    for items in &there {
        match items {
            Value::Array(items) => items.iter().take(MOST_ENTRIES).for_each(|item| add(&mut rows, item, rule, reader)),
            Value::String(piece) => add_piece(&mut rows, piece, read, reader)?,
            _ => continue,
        }
        n_lists += 1;
    }
    let is_bare = rows.entries.is_empty() && rows.n_broken == 0;
    if let Some(why) = failure(value).filter(|_| is_bare) {
        return Err(ListingError::Failed(why));
    }
    // Beyond the last page some APIs say null, beside a total that is as it was.
    let is_null = there.iter().any(|items| items.is_null()) && total(value, rule).is_some() && read.n_page > 1;
    if n_lists == 0 && !is_null {
        let items: Vec<&str> = rule.items.iter().map(Pointer::as_str).collect();
        return Err(ListingError::NoItems { items: items.join(", "), has: shown(value) });
    }
    Ok(rows)
}

fn add(rows: &mut Rows, item: &Value, rule: &JsonRule, reader: &RowReader<'_>) {
    let entry = match item {
        Value::String(piece) => html::row(piece, reader),
        _ => entry(item, rule, reader),
    };
    match entry {
        Some(entry) => rows.entries.push(entry),
        None => rows.n_broken += 1,
    }
}

/// All rows as one piece of HTML.
fn add_piece(rows: &mut Rows, piece: &str, read: &ListingRead<'_>, reader: &RowReader<'_>) -> Result<(), ListingError> {
    let fragment = Tree::parse_fragment(piece).map_err(|error| broken("JSON", &error))?;
    let found = html::rows(&fragment, &[], read, reader);
    rows.entries.extend(found.entries);
    rows.n_broken += found.n_broken;
    rows.unlinked.extend(found.unlinked);
    Ok(())
}

/// A row whose title is missing is a row all the same: its report has one.
fn entry(row: &Value, rule: &JsonRule, reader: &RowReader<'_>) -> Option<Entry> {
    let mut links = rule.link.iter().filter_map(|query| query.text(row));
    let url = links.find_map(|written| link::resolve(&written, reader.base))?;
    let title = rule.title.iter().filter_map(|pointer| pointer.text(row)).map(|title| plain(&title));
    let shown = rule.date.iter().filter_map(|pointer| pointer.text(row));
    let dated = shown.map(|shown| (stated(&shown, reader), shown)).find(|(date, _)| date.is_some());
    let (date, date_shown) = dated.unzip();
    let title = title.into_iter().find(|title| !title.is_empty()).unwrap_or_default();
    Some(Entry { url, title, date: date.flatten(), date_shown })
}

/// A date in any form, or the seconds since 1970; milliseconds are a form of dates already.
fn stated(shown: &str, reader: &RowReader<'_>) -> Option<Stated> {
    /// Digits of the seconds of a day from 2001 to 2286.
    const SECONDS: usize = 10;
    let is_seconds = shown.len() == SECONDS && shown.bytes().all(|byte| byte.is_ascii_digit());
    if is_seconds {
        return date::stated(&format!("{shown}000"), reader.zone);
    }
    date::stated_near(shown, reader.zone, reader.today).or_else(|| date::labelled(shown, reader.zone))
}

/// A title without its tags, its entities as the characters they stand for.
pub(super) fn plain(title: &str) -> String {
    if !MARKUP.is_match(title) {
        return collapse(title);
    }
    match Tree::parse_fragment(title) {
        Ok(fragment) => collapse(&visible_text(fragment.root())),
        Err(_) => collapse(title),
    }
}

/// What an answer says went wrong; `None` where it says nothing of the kind.
pub(super) fn failure(value: &Value) -> Option<String> {
    let text = |key: &str| match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let is_bad = |code: &str| match code.parse::<i64>() {
        Ok(code) => !(0..300).contains(&code),
        Err(_) => ["error", "fail", "failed", "failure"].contains(&code.to_ascii_lowercase().as_str()),
    };
    let codes = ["code", "status", "errcode", "errCode", "errorCode", "resultCode"];
    let code = codes.iter().filter_map(|key| Some((key, text(key)?))).find(|(_, code)| is_bad(code));
    let is_unsuccessful = value.get("success") == Some(&Value::Bool(false));
    let message = ["message", "msg", "errmsg", "errMsg", "error"].iter().find_map(|key| text(key));
    let error = value.get("error").filter(|error| matches!(error, Value::String(text) if !text.is_empty()));
    if code.is_none() && !is_unsuccessful && error.is_none() {
        return None;
    }
    let code = code.map(|(key, code)| format!("{key} {code}"));
    let parts: Vec<String> = code.into_iter().chain(message).collect();
    Some(if parts.is_empty() { "success is false".to_owned() } else { short(&parts.join(", ")) })
}

fn short(text: &str) -> String {
    /// Characters of a message that a person needs.
    const MOST_CHARS: usize = 120;
    text.chars().take(MOST_CHARS).collect()
}

/// The keys of an answer, for a message.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Object(keys) if keys.is_empty() => "no keys".to_owned(),
        Value::Object(keys) => {
            let keys: Vec<&str> = keys.keys().take(MOST_SHOWN).map(String::as_str).collect();
            short(&keys.join(", "))
        }
        Value::Array(items) => format!("an array of {} items at its root", items.len()),
        _ => "neither keys nor items".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_tags_and_keep_their_signs() {
        assert_eq!(plain("关于<em>法治</em>政府&ldquo;建设&rdquo;的&nbsp;通知"), "关于法治政府“建设”的 通知");
        assert_eq!(plain("A<B 与 C&D"), "A<B 与 C&D");
    }

    #[test]
    fn what_failed_is_told_in_its_words() {
        let why = |text: &str| failure(&serde_json::from_str(text).expect("JSON"));
        assert_eq!(why(r#"{"code":500,"msg":"系统繁忙"}"#).as_deref(), Some("code 500, 系统繁忙"));
        assert_eq!(why(r#"{"success":false}"#).as_deref(), Some("success is false"));
        assert_eq!(
            why(r#"{"status":"error","message":"no such channel"}"#).as_deref(),
            Some("status error, no such channel")
        );
        assert_eq!(why(r#"{"code":"200","status":0,"success":true,"data":{}}"#), None);
    }

    #[test]
    fn answers_that_are_none_are_told_apart() {
        assert_eq!(parse(" "), Err(ListingError::Empty));
        assert!(matches!(parse("<html>"), Err(ListingError::OtherFormat { .. })));
        assert!(matches!(parse("{\"a\":"), Err(ListingError::Broken { .. })));
        assert!(matches!(parse(&"[".repeat(100_000)), Err(ListingError::Broken { .. })));
        assert!(parse("jsonp_1({\"a\":1});").is_ok());
    }
}
