//! The calls by which a script asks its server for rows: `$.ajax`, `$.post`, axios, fetch, and their sisters.
//!
//! In: a script, and the page that it stands on. Out: [`Asked`] addresses. Never: a call with a value that is not stated
//! in the script or in a field of the page.

use std::collections::HashMap;

use serde_json::Value as Json;
use url::Url;

use super::asked::{Asked, encoded, value_of};
use super::parameter;
use super::script::{self, Piece, Reader, Token, Value, last_name};
use super::tree::Tree;
use crate::config::{Pagination, PostRule};

/// Names that are named by other names.
const MOST_STEPS: usize = 4;

/// Every call of a script that asks for something.
pub(super) fn all(tree: &Tree, base: &Url, script: &str) -> Vec<Asked> {
    let tokens = script::tokens(script);
    Page { tree, base, names: script::names(&tokens) }.calls(&tokens)
}

/// What becomes of one value that is sent.
enum Slot {
    Fixed {
        text: String,
        is_number: bool,
    },
    /// The number of the page, and what it is on the first one.
    Number {
        first: u32,
    },
    /// The rows before the page.
    Offset {
        step: Option<u32>,
    },
}

/// A page whose script is read.
struct Page<'a> {
    tree: &'a Tree,
    base: &'a Url,
    names: HashMap<&'a str, Value>,
}

impl Page<'_> {
    fn calls(&self, tokens: &[Token]) -> Vec<Asked> {
        let starts = (0..tokens.len()).filter_map(|at| match (&tokens[at], tokens.get(at + 1)) {
            (Token::Sign('{'), Some(Token::Name(_) | Token::Text(_))) => self.object_call(tokens, at),
            (Token::Name(name), Some(Token::Sign('('))) => self.named_call(name, tokens, at + 2),
            _ => None,
        });
        starts.collect()
    }

    /// `{ url: .., data: .. }` of `$.ajax` and its sisters.
    fn object_call(&self, tokens: &[Token], at: usize) -> Option<Asked> {
        let Value::Object(pairs) = (Reader { tokens, at }).object(0) else { return None };
        let get = |names: &[&str]| pairs.iter().find(|(key, _)| names.contains(&key.as_str())).map(|(_, value)| value);
        let url = get(&["url"])?;
        let word = |names: &[&str]| get(names).and_then(|value| self.text(value)).unwrap_or_default();
        let is_post = word(&["type", "method"]).eq_ignore_ascii_case("post");
        let is_json = word(&["contentType", "content-type"]).contains("json");
        self.asked(url, get(&["data", "params", "where", "body"]), is_post, is_json)
    }

    /// `$.post(url, data)`, `axios.post`, `$.getJSON`, `fetch(url, options)`.
    fn named_call(&self, name: &str, tokens: &[Token], at: usize) -> Option<Asked> {
        let method = last_name(name);
        if !matches!(method, "post" | "get" | "getJSON" | "fetch") || (method == name && method != "fetch") {
            return None;
        }
        let mut reader = Reader { tokens, at };
        let url = reader.value(0);
        let data = reader.pass(',').then(|| reader.value(0));
        let options = match &data {
            Some(Value::Object(pairs)) => Some(pairs),
            _ => None,
        };
        let option =
            |name: &str| options.and_then(|pairs| pairs.iter().find(|(key, _)| key == name)).map(|(_, value)| value);
        match method {
            "fetch" => {
                let is_post = option("method").and_then(|value| self.text(value)).unwrap_or_default();
                self.asked(&url, option("body"), is_post.eq_ignore_ascii_case("post"), false)
            }
            // axios sends JSON, jQuery a form.
            "post" => self.asked(&url, data.as_ref(), true, !name.starts_with('$') && !name.starts_with("jQuery")),
            _ => {
                let is_last = !reader.pass(',');
                let data = option("params").or(data.as_ref());
                // What stands last is what is to be done with the answer.
                let is_data = |data: &&Value| !is_last || matches!(self.resolved((*data).clone()), Value::Object(_));
                self.asked(&url, data.filter(is_data), false, false)
            }
        }
    }

    fn asked(&self, url: &Value, data: Option<&Value>, is_post: bool, is_json: bool) -> Option<Asked> {
        let (data, is_json) = match data.map(|data| self.resolved(data.clone())) {
            None => (Value::Object(Vec::new()), is_json),
            Some(Value::Json(inner)) => (self.resolved(*inner), true),
            Some(other) => (other, is_json),
        };
        let Value::Object(pairs) = data else { return None };
        let (mut url, mut pages) = self.address(url)?;
        let slots: Option<Vec<(String, Slot)>> =
            pairs.iter().map(|(key, value)| Some((key.clone(), self.slot(key, value)?))).collect();
        let slots = slots?;
        if !is_post {
            for (key, slot) in &slots {
                pages = pages.or_else(|| counted(Some(key), slot, &slots));
                url.query_pairs_mut().append_pair(key, &first(slot));
            }
            return Some(Asked { url, post: None, pages });
        }
        let counts = slots.iter().position(|(_, slot)| !matches!(slot, Slot::Fixed { .. }));
        pages = pages.or_else(|| counts.and_then(|at| counted(None, &slots[at].1, &slots)));
        let body = if is_json { json(&slots, counts) } else { form(&slots, counts) };
        Some(Asked { url, post: Some(PostRule::parse(&body).ok()?), pages })
    }

    /// The address of a call, for its first page.
    fn address(&self, url: &Value) -> Option<(Url, Option<Pagination>)> {
        let Value::Made(pieces) = self.resolved(url.clone()) else { return None };
        let pieces = self.flat(&pieces, 0)?;
        let (mut written, mut counting) = (String::new(), None);
        for piece in &pieces {
            match piece {
                Piece::Text(text) | Piece::Number(text) => written.push_str(text),
                Piece::Name(_) | Piece::Before(_) if counting.is_none() => {
                    let first = u32::from(matches!(piece, Piece::Name(_)));
                    counting = Some((written.len(), first));
                    written.push_str(&first.to_string());
                }
                _ => return None,
            }
        }
        let url = self.base.join(written.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let pages = counting.map(|(at, first)| {
            let before = &written[..at];
            let name = before.rsplit_once(['?', '&']).and_then(|(_, pair)| pair.strip_suffix('='));
            if let Some(name) = name {
                return Pagination::Query { name: Some(name.to_owned()), first: first + 1 };
            }
            let pattern = format!("{before}{{n}}{}", &written[at + 1..]);
            Pagination::Numbered { pattern, first: first + 1 }
        });
        Some((url, pages))
    }

    fn slot(&self, key: &str, value: &Value) -> Option<Slot> {
        let Value::Made(pieces) = value else { return None };
        let pieces = self.flat(pieces, 0)?;
        match pieces.as_slice() {
            [Piece::Number(number)] if parameter::is_page(key) && matches!(number.as_str(), "0" | "1") => {
                Some(Slot::Number { first: u32::from(number == "1") })
            }
            [Piece::Number(number)] if parameter::is_offset(key) && number == "0" => Some(Slot::Offset { step: None }),
            [Piece::Name(_)] if parameter::is_offset(key) => Some(Slot::Offset { step: None }),
            [Piece::Name(_), ..] => Some(Slot::Number { first: 1 }),
            [Piece::Before(_)] => Some(Slot::Number { first: 0 }),
            [Piece::Rows { step }] => Some(Slot::Offset { step: self.number(step) }),
            [Piece::Number(number)] => Some(Slot::Fixed { text: number.clone(), is_number: true }),
            all => {
                let texts = all.iter().map(|piece| match piece {
                    Piece::Text(text) | Piece::Number(text) => Some(text.as_str()),
                    _ => None,
                });
                Some(Slot::Fixed { text: texts.collect::<Option<String>>()?, is_number: false })
            }
        }
    }

    /// Pieces with their names filled in; a name that counts pages stays. `None`: one is not known.
    fn flat(&self, pieces: &[Piece], n_steps: usize) -> Option<Vec<Piece>> {
        let mut flat = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Name(name) if matches!(name.as_str(), "true" | "false" | "null") => {
                    flat.push(Piece::Number(name.clone()));
                }
                Piece::Name(name) if parameter::is_page(last_name(name)) || parameter::is_offset(last_name(name)) => {
                    flat.push(piece.clone());
                }
                Piece::Name(name) => match self.names.get(last_name(name)) {
                    Some(Value::Made(inner)) if n_steps < MOST_STEPS => flat.extend(self.flat(inner, n_steps + 1)?),
                    _ => return None,
                },
                Piece::Field(id) => {
                    let field = self.tree.root().descendants().find(|node| node.id() == Some(id))?;
                    flat.push(Piece::Text(value_of(field)));
                }
                Piece::Lost => return None,
                piece => flat.push(piece.clone()),
            }
        }
        flat.retain(|piece| *piece != Piece::Text(String::new()));
        Some(flat)
    }

    /// A value, or the one of the name that stands for it.
    fn resolved(&self, value: Value) -> Value {
        match value {
            Value::Made(pieces) => match pieces.as_slice() {
                [Piece::Name(name)] => match self.names.get(last_name(name)) {
                    Some(named) if !parameter::is_page(last_name(name)) => named.clone(),
                    _ => Value::Made(pieces),
                },
                _ => Value::Made(pieces),
            },
            value => value,
        }
    }

    /// A plain text.
    fn text(&self, value: &Value) -> Option<String> {
        let Value::Made(pieces) = value else { return None };
        match self.flat(pieces, 0)?.as_slice() {
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        }
    }

    fn number(&self, written: &str) -> Option<u32> {
        written.parse().ok().or_else(|| {
            let Some(Value::Made(pieces)) = self.names.get(last_name(written)) else { return None };
            if let [Piece::Number(number)] = pieces.as_slice() { number.parse().ok() } else { None }
        })
    }
}

/// The value of a first page.
fn first(slot: &Slot) -> String {
    match slot {
        Slot::Fixed { text, .. } => text.clone(),
        Slot::Number { first } => first.to_string(),
        Slot::Offset { .. } => "0".to_owned(),
    }
}

/// How pages are counted by a value that is sent as `name`, or posted.
fn counted(name: Option<&String>, slot: &Slot, all: &[(String, Slot)]) -> Option<Pagination> {
    let name = name.cloned();
    match slot {
        Slot::Fixed { .. } => None,
        Slot::Number { first } => Some(Pagination::Query { name, first: first + 1 }),
        Slot::Offset { step } => {
            let by_size = || {
                let size = all.iter().find(|(key, _)| parameter::is_size(key)).map(|(_, slot)| first(slot));
                size.and_then(|size| size.parse().ok())
            };
            let step = step.or_else(by_size).filter(|step| *step > 0)?;
            Some(Pagination::Offset { name, first: step, step })
        }
    }
}

/// `{n}` or `{offset}`, where this value is the one that counts.
fn variable(slot: &Slot, is_counting: bool) -> Option<&'static str> {
    match slot {
        Slot::Number { .. } if is_counting => Some("{n}"),
        Slot::Offset { .. } if is_counting => Some("{offset}"),
        _ => None,
    }
}

fn form(slots: &[(String, Slot)], counts: Option<usize>) -> String {
    let pair = |(at, (key, slot)): (usize, &(String, Slot))| {
        let value = variable(slot, counts == Some(at)).map_or_else(|| encoded(&first(slot)), str::to_owned);
        format!("{}={value}", encoded(key))
    };
    slots.iter().enumerate().map(pair).collect::<Vec<_>>().join("&")
}

/// The body as JSON, its keys in the order of the script; the variable stands in it as a number does.
fn json(slots: &[(String, Slot)], counts: Option<usize>) -> String {
    let pair = |(at, (key, slot)): (usize, &(String, Slot))| {
        let value = match (variable(slot, counts == Some(at)), slot) {
            (Some(name), _) => name.to_owned(),
            (None, Slot::Fixed { text, is_number: false }) => Json::from(text.as_str()).to_string(),
            (None, slot) => first(slot),
        };
        format!("{}:{value}", Json::from(key.as_str()))
    };
    format!("{{{}}}", slots.iter().enumerate().map(pair).collect::<Vec<_>>().join(","))
}
