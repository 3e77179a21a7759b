//! What the scripts of a page say, as far as it can be read without running them: names with their values, objects, texts
//! that are put together.
//!
//! In: a script. Out: tokens, and [`Value`]s read from them. Never: runs anything; what cannot be read is
//! [`Value::Unknown`], and nothing is made of it.
//! **Limits**: 100,000 tokens a script, objects of 2,000 tokens.

use std::collections::HashMap;

/// Most tokens of a script that are read, and of an object in it.
const MOST_TOKENS: usize = 100_000;
const LONGEST_OBJECT: usize = 2_000;

/// Objects within objects.
const MOST_LEVELS: usize = 4;

/// Functions that give what they are given, for an address or as a number.
const WRAPPERS: [&str; 6] = ["encodeURIComponent", "encodeURI", "escape", "parseInt", "Number", "String"];

/// A word of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A text in quotes, or in backticks with what is put into it.
    Text(Vec<Piece>),
    /// A whole number.
    Number(String),
    /// A name with the names it is reached by: `item.id`, `rows[i].url`.
    Name(String),
    /// Anything else, a character of it.
    Sign(char),
}

/// A part of a text or of a number that a script makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// As it stands.
    Text(String),
    /// A whole number as it stands.
    Number(String),
    /// What has this name.
    Name(String),
    /// One less than what has this name.
    Before(String),
    /// The rows before a page: a number of pages, this many rows each.
    Rows {
        /// Its second factor: a number or a name.
        step: String,
    },
    /// What the element of this id holds.
    Field(String),
    /// A part that cannot be read.
    Lost,
}

/// What a script gives to a call or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text or a number.
    Made(Vec<Piece>),
    /// Names with their values, in order.
    Object(Vec<(String, Value)>),
    /// An object that is sent as JSON.
    Json(Box<Value>),
    /// What cannot be read.
    Unknown,
}

/// The last name of `a.b.c`.
pub(super) fn last_name(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The tokens of a script, without its comments.
pub(super) fn tokens(script: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(c) = rest.chars().next() {
        if found.len() >= MOST_TOKENS {
            break;
        }
        let n_read = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '\'' | '`' => text(rest, c, &mut found),
            _ if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
                found.push(Token::Number(rest[..end].to_owned()));
                end
            }
            _ if is_of_name(c) => {
                let end = name_end(rest);
                found.push(Token::Name(rest[..end].to_owned()));
                end
            }
            _ => {
                if !c.is_whitespace() {
                    found.push(Token::Sign(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[n_read..];
    }
    found
}

fn is_of_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$'
}

/// Where a name ends, with `.other` and `[i]` behind it.
fn name_end(text: &str) -> usize {
    let word = |from: usize| {
        let end = text[from..].find(|c: char| !is_of_name(c) && !c.is_ascii_digit());
        end.map_or(text.len(), |n| from + n)
    };
    let mut end = word(0);
    loop {
        let rest = &text[end..];
        if rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_of_name)) {
            end = word(end + 1);
        } else if rest.starts_with('[') && text[word(end + 1)..].starts_with(']') {
            end = word(end + 1) + 1;
        } else {
            return end;
        }
    }
}

/// Reads a text in quotes; gives its length with them.
fn text(rest: &str, quote: char, found: &mut Vec<Token>) -> usize {
    let (mut pieces, mut plain) = (Vec::new(), String::new());
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c == quote => {
                pieces.push(Piece::Text(plain));
                found.push(Token::Text(pieces));
                return at + 1;
            }
            '\\' => plain.extend(chars.next().map(|(_, escaped)| if escaped == 'n' { '\n' } else { escaped })),
            '\n' if quote != '`' => break,
            '$' if quote == '`' && rest[at..].starts_with("${") => {
                let Some(end) = rest[at..].find('}') else { break };
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                pieces.push(Piece::Name(rest[at + 2..at + end].trim().to_owned()));
                // Up to the closing brace.
                chars.find(|(other, _)| *other == at + end);
            }
            _ => plain.push(c),
        }
    }
    // A quote without its other half, as in a pattern: it alone is passed over.
    found.push(Token::Sign(quote));
    quote.len_utf8()
}

/// What the names of a script are given first.
pub(super) fn names(tokens: &[Token]) -> HashMap<&str, Value> {
    let mut names = HashMap::new();
    // What a name is given outweighs a key of the same name.
    for sign in ['=', ':'] {
        for (at, pair) in tokens.windows(2).enumerate() {
            let [Token::Name(name), Token::Sign(between)] = pair else { continue };
            let (name, is_compared) = (last_name(name), tokens.get(at + 2) == Some(&Token::Sign('=')));
            if *between != sign || is_compared || names.contains_key(name) {
                continue;
            }
            let value = Reader { tokens, at: at + 2 }.value(0);
            if value != Value::Unknown && value != Value::Made(vec![Piece::Name(name.to_owned())]) {
                names.insert(name, value);
            }
        }
    }
    names
}

/// Reads values from one token on.
pub(super) struct Reader<'t> {
    pub(super) tokens: &'t [Token],
    pub(super) at: usize,
}

impl<'t> Reader<'t> {
    fn here(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn is_at(&self, n: usize, sign: char) -> bool {
        self.tokens.get(self.at + n) == Some(&Token::Sign(sign))
    }

    /// Passes over a sign where it stands here.
    pub(super) fn pass(&mut self, sign: char) -> bool {
        let is_it = self.is_at(0, sign);
        self.at += usize::from(is_it);
        is_it
    }

    /// A value, up to the comma or bracket behind it.
    pub(super) fn value(&mut self, level: usize) -> Value {
        let read = match self.here() {
            Some(Token::Sign('{')) if level < MOST_LEVELS => self.object(level),
            Some(Token::Name(name)) if name.ends_with("stringify") && self.is_at(1, '(') => {
                let is_json = name.starts_with("JSON");
                self.at += 2;
                let inner = self.value(level + 1);
                self.pass(')');
                if is_json { Value::Json(Box::new(inner)) } else { inner }
            }
            _ => return made(self.rest()),
        };
        if self.rest().is_empty() { read } else { Value::Unknown }
    }

    /// The tokens up to the comma or bracket that ends a value.
    fn rest(&mut self) -> &'t [Token] {
        let (from, mut depth) = (self.at, 0_usize);
        while let Some(token) = self.here() {
            match token {
                Token::Sign('(' | '[' | '{') => depth += 1,
                Token::Sign(')' | ']' | '}' | ',' | ';') if depth == 0 => break,
                Token::Sign(')' | ']' | '}') => depth -= 1,
                _ if self.at - from > LONGEST_OBJECT => break,
                _ => {}
            }
            self.at += 1;
        }
        &self.tokens[from..self.at]
    }

    /// An object from its brace on; a block of a script is none.
    pub(super) fn object(&mut self, level: usize) -> Value {
        let (from, mut pairs) = (self.at, Vec::new());
        self.at += 1;
        while !self.pass('}') {
            let key = match self.here() {
                Some(Token::Name(name) | Token::Number(name)) => name.clone(),
                Some(Token::Text(pieces)) => plain(pieces).unwrap_or_default(),
                _ => return Value::Unknown,
            };
            self.at += 1;
            let value = match self.here() {
                Some(Token::Sign(':')) => {
                    self.at += 1;
                    self.value(level + 1)
                }
                // `{page, size}` is short for `{page: page, size: size}`.
                Some(Token::Sign(',' | '}')) => Value::Made(vec![Piece::Name(key.clone())]),
                // `success(data) { .. }`
                Some(Token::Sign('(')) => {
                    self.rest();
                    Value::Unknown
                }
                _ => return Value::Unknown,
            };
            pairs.push((key, value));
            if !self.pass(',') && !self.is_at(0, '}') || self.at - from > LONGEST_OBJECT {
                return Value::Unknown;
            }
        }
        Value::Object(pairs)
    }
}

/// A text that nothing is put into.
fn plain(pieces: &[Piece]) -> Option<String> {
    let [Piece::Text(text)] = pieces else { return None };
    Some(text.clone())
}

/// A text or a number by its tokens: parts with `+` between them.
fn made(tokens: &[Token]) -> Value {
    let (mut depth, mut from, mut pieces) = (0_usize, 0, Vec::new());
    for (at, token) in tokens.iter().chain([&Token::Sign('+')]).enumerate() {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Sign('+') if depth == 0 || at == tokens.len() => {
                pieces.extend(part(&tokens[from..at]).unwrap_or_else(|| vec![Piece::Lost]));
                from = at + 1;
            }
            _ => {}
        }
    }
    if pieces == [Piece::Lost] { Value::Unknown } else { Value::Made(pieces) }
}

fn part(tokens: &[Token]) -> Option<Vec<Piece>> {
    use Token::{Name, Number, Sign, Text};
    let one = |piece| Some(vec![piece]);
    match tokens {
        [Text(pieces)] => Some(pieces.clone()),
        [Number(number)] => one(Piece::Number(number.clone())),
        // `page`, `page || 1`
        [Name(name)] | [Name(name), Sign('|'), Sign('|'), Number(_) | Text(_)] => one(Piece::Name(name.clone())),
        [Name(name), Sign('-'), Number(less)] if less == "1" => one(Piece::Before(name.clone())),
        [Name(_), Sign('*'), Name(step) | Number(step)]
        | [Sign('('), Name(_), Sign('-'), Number(_), Sign(')'), Sign('*'), Name(step) | Number(step)] => {
            one(Piece::Rows { step: step.clone() })
        }
        // `$('#keyword').val()`
        [Name(_), Sign('('), Text(id), Sign(')'), Sign('.'), Name(val), Sign('('), Sign(')')] if val == "val" => {
            one(Piece::Field(plain(id)?.strip_prefix('#')?.to_owned()))
        }
        [Sign('('), inner @ .., Sign(')')] => match made(inner) {
            Value::Made(pieces) => Some(pieces),
            _ => None,
        },
        [Name(wrapper), Sign('('), inner @ .., Sign(')')] if WRAPPERS.contains(&wrapper.as_str()) => {
            let inner = inner.split(|token| *token == Sign(',')).next()?;
            if let Value::Made(pieces) = made(inner) { Some(pieces) } else { None }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(script: &str) -> Value {
        Reader { tokens: &tokens(script), at: 0 }.value(0)
    }

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn name(name: &str) -> Piece {
        Piece::Name(name.to_owned())
    }

    #[test]
    fn texts_and_numbers_are_read_with_what_is_put_into_them() {
        let of = |pieces: Vec<Piece>| Value::Made(pieces);
        assert_eq!(value("'/a/' + rows[i].id + \".html\""), of(vec![text("/a/"), name("rows[i].id"), text(".html")]));
        assert_eq!(value("`/a/${item.id}.html`"), of(vec![text("/a/"), name("item.id"), text(".html")]));
        assert_eq!(value("(page - 1) * 20, 7"), of(vec![Piece::Rows { step: "20".to_owned() }]));
        assert_eq!(value("parseInt(cur) /* the page */"), of(vec![name("cur")]));
        assert_eq!(value("$('#kw').val()"), of(vec![Piece::Field("kw".to_owned())]));
        assert_eq!(value("page > 1 ? 'a' : 'b'"), Value::Unknown);
    }

    #[test]
    fn objects_are_read_in_order_and_blocks_are_none() {
        let Value::Object(pairs) = value(
            "{ url: '/api', data: JSON.stringify({ 'n': page, q }), success: function (d) { if (d) { x({}) } } }",
        ) else {
            panic!("an object")
        };
        let keys: Vec<&str> = pairs.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["url", "data", "success"]);
        let inner = Value::Object(vec![
            ("n".to_owned(), Value::Made(vec![name("page")])),
            ("q".to_owned(), Value::Made(vec![name("q")])),
        ]);
        assert_eq!(pairs[1].1, Value::Json(Box::new(inner)));
        assert_eq!(value("{ return fill(1); }"), Value::Unknown);
    }

    #[test]
    fn names_have_their_first_value() {
        let tokens = tokens("var size = 20, url = '/api/' + id; if (size == 7) { size = 9 } // size = 3");
        let names = names(&tokens);
        assert_eq!(names.get("size"), Some(&Value::Made(vec![Piece::Number("20".to_owned())])));
        assert_eq!(names.get("url"), Some(&Value::Made(vec![text("/api/"), name("id")])));
    }

    #[test]
    fn any_text_ends() {
        for script in ["'", "`${", "{{{{", "a[", "((((", "/*", "x = {a: {b: {c: {d: {e: 1}}}}}"] {
            let tokens = tokens(script);
            names(&tokens);
            Reader { tokens: &tokens, at: 0 }.value(0);
        }
    }
}
