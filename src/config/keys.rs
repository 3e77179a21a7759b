//! A TOML table read key by key. In: a text and the keys that a reader asks for. Out: values, and a note of every
//! mistake with its line. Never stops at a mistake: what is wrong reads as absent, so that the rest is checked too.
//!
//! The keys that were asked for are the keys that are known; [`Keys::done`] reports the others.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{nearest, one_of, quoted};
use super::secret::{Safe, Secret};
use super::source::Source;
use super::value::{Form, TEXT};

/// One table of a [`Source`].
#[derive(Debug)]
pub(super) struct Keys<'s, 't> {
    source: &'s Source<'t>,
    /// The keys that lead here, each followed by a dot; empty at the top.
    path: String,
    span: Range<usize>,
    table: &'s DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'s, 't> Keys<'s, 't> {
    /// The top of a file.
    pub(super) fn top(source: &'s Source<'t>, root: &'s Spanned<DeTable<'t>>) -> Self {
        Self { source, path: String::new(), span: 0..0, table: root.get_ref(), asked: Vec::new() }
    }

    /// Notes a mistake at a key, or at the table's head if the key is not there.
    pub(super) fn wrong(&self, key: &str, message: impl Into<String>, expected: impl Into<String>) {
        let start = self.find(key).map_or(self.span.start, |value| value.span().start);
        self.source.note(start, self.full(key), message.into(), Some(expected.into()));
    }

    /// Notes that a key must be there. A table with a line that is no TOML may only seem to lack it.
    pub(super) fn missing(&self, key: &str, expected: impl Into<String>) {
        if !self.source.is_broken_from(self.span.start) {
            self.wrong(key, "is missing", expected);
        }
    }

    /// Whether a key is there and neither an empty text nor an empty list.
    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some_and(|value| !is_blank(value.get_ref()))
    }

    /// The tables above this one and its own name, each followed by a dot; empty at the top.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// A text of some form; absent, empty and wrong read as `None`.
    pub(super) fn read<T>(&mut self, key: &'static str, form: &Form<T>) -> Option<T> {
        let value = self.ask(key)?;
        self.parse(key, value, form)
    }

    /// A text of some form, or the default, which is written in the same form.
    pub(super) fn read_or<T>(&mut self, key: &'static str, form: &Form<T>, default: &str) -> T {
        self.read(key, form).unwrap_or_else(|| form.known(default))
    }

    /// One text, or a list of them; the wrong ones are left out.
    pub(super) fn list<T>(&mut self, key: &'static str, form: &Form<T>) -> Vec<T> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.parse(key, item, form)).collect(),
            _ => self.parse(key, value, form).into_iter().collect(),
        }
    }

    /// A table of texts with names of people's own, in the order of their names.
    pub(super) fn map<T>(&mut self, key: &'static str, form: &Form<T>) -> Vec<(String, T)> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, value, "a table such as { name = \"value\" }");
            return Vec::new();
        };
        let named = |(name, value): (&Spanned<_>, _)| {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            Some((name.clone().into_owned(), self.parse(&format!("{key}.{name}"), value, form)?))
        };
        table.iter().filter_map(named).collect()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.ask(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value, "true or false");
            default
        })
    }

    /// A whole number in a range.
    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.ask(key)?;
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let DeValue::Integer(written) = value.get_ref() else {
            self.wrong_type(key, value, &expected);
            return None;
        };
        let number = u64::from_str_radix(written.as_str(), written.radix()).ok().filter(|n| range.contains(n));
        if number.is_none() {
            self.note(key, value, format!("{written} is out of range"), &expected);
        }
        number
    }

    /// One of a few words. `later` are words of the file format that this version cannot do.
    pub(super) fn word<T: Copy>(&mut self, key: &'static str, known: &[(&str, T)], later: &[&str]) -> Option<T> {
        let value = self.ask(key)?;
        let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let expected = one_of(&words);
        let Some(written) = value.get_ref().as_str() else {
            self.wrong_type(key, value, &expected);
            return None;
        };
        if let Some((_, meaning)) = known.iter().find(|(word, _)| *word == written) {
            return Some(*meaning);
        }
        // `pin:` is a word that carries a value.
        let is_later = later.iter().any(|word| *word == written || (word.ends_with(':') && written.starts_with(word)));
        let message = match nearest(written, words.iter().copied()) {
            _ if is_later => format!("this version cannot do {} yet", quoted(written)),
            Some(meant) => format!("{} is not known; did you mean {meant:?}?", quoted(written)),
            None => format!("{} is not known", quoted(written)),
        };
        self.note(key, value, message, &expected);
        None
    }

    /// Secrets, by where they are kept: `{ env = "NAME" }` or `{ file = "PATH" }`, or a list of these.
    pub(super) fn secrets(&mut self, key: &'static str, safe: Safe<'_>) -> Vec<Secret> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        items.into_iter().filter_map(|item| self.secret(key, item, safe)).collect()
    }

    /// A text that stands here, or is kept like a secret.
    pub(super) fn text_or_secret(&mut self, key: &'static str, safe: Safe<'_>) -> Option<Secret> {
        let value = self.ask(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Secret::new(text.trim())),
            _ => self.secret(key, value, safe),
        }
    }

    fn secret(&self, key: &'static str, value: &'s Spanned<DeValue<'t>>, safe: Safe<'_>) -> Option<Secret> {
        const EXPECTED: &str = "where it is kept: { env = \"NAME\" } or { file = \"PATH\" }";
        let DeValue::Table(table) = value.get_ref() else {
            // What stands here may be the secret itself: it is not repeated.
            self.note(key, value, "a secret does not stand in this file".to_owned(), EXPECTED);
            return None;
        };
        let mut keys = self.inner(key, value.span(), table);
        let (variable, file) = (keys.read("env", &TEXT), keys.read("file", &TEXT));
        keys.done(|_| None);
        let read = match (variable, file) {
            (Some(name), None) => safe.variable(&name),
            (None, Some(name)) => safe.file(&name),
            _ => {
                self.note(key, value, "this is neither a variable nor a file".to_owned(), EXPECTED);
                return None;
            }
        };
        // Only what needs it waits for it: the settings are right.
        read.map_err(|message| self.source.warn(value.span().start, self.full(key), message, None)).ok()
    }

    /// A text as it is written; nothing is said of what is wrong with it.
    pub(super) fn plain(&self, key: &str) -> Option<String> {
        self.find(key)?.get_ref().as_str().map(str::to_owned)
    }

    /// Where a key stands, for a mistake that is found after its table was read.
    pub(super) fn place(&self, key: &str) -> usize {
        self.find(key).map_or(self.span.start, |value| value.span().start)
    }

    /// Notes a mistake at a place of this file.
    pub(super) fn note_at(&self, place: usize, key: &str, message: String, expected: &str) {
        self.source.note(place, key.to_owned(), message, Some(expected.to_owned()));
    }

    /// Warns of something at a place of this file.
    pub(super) fn warn_at(&self, place: usize, key: &str, message: String, expected: &str) {
        self.source.warn(place, key.to_owned(), message, Some(expected.to_owned()));
    }

    /// How much was warned of so far.
    pub(super) fn n_warnings(&self) -> usize {
        self.source.warnings().len()
    }

    /// The messages of what was warned of since there were `n` of them; `None`: of nothing.
    pub(super) fn warned_since(&self, n: usize) -> Option<String> {
        let messages: Vec<String> = self.source.warnings().into_iter().skip(n).map(|it| it.message).collect();
        (!messages.is_empty()).then(|| messages.join("; "))
    }

    /// A table inside this one.
    pub(super) fn table(&mut self, key: &'static str) -> Option<Keys<'s, 't>> {
        let value = self.ask(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.inner(key, value.span(), table)),
            DeValue::Array(items) if items.iter().any(|item| item.get_ref().is_table()) => {
                self.note(key, value, format!("[[{key}]] is written as a list"), &format!("one table: [{key}]"));
                items.iter().find_map(|item| Some(self.inner(key, item.span(), item.get_ref().as_table()?)))
            }
            _ => {
                self.wrong_type(key, value, &format!("a table: [{key}]"));
                None
            }
        }
    }

    /// The tables of a list, `[[key]]`.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Keys<'s, 't>> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let expected = format!("a list of tables: [[{key}]]");
        match value.get_ref() {
            DeValue::Array(items) => {
                let wrong = items.iter().filter(|item| !item.get_ref().is_table());
                wrong.for_each(|item| self.wrong_type(key, item, &expected));
                let tables = items.iter().filter_map(|item| Some((item.span(), item.get_ref().as_table()?)));
                tables.map(|(span, table)| self.inner(key, span, table)).collect()
            }
            DeValue::Table(table) => {
                self.note(key, value, format!("[{key}] is written as one table"), &expected);
                vec![self.inner(key, value.span(), table)]
            }
            _ => {
                self.wrong_type(key, value, &expected);
                Vec::new()
            }
        }
    }

    /// A key that says nothing beside another one of its table.
    pub(super) fn deny(&mut self, key: &'static str, beside: &str) {
        if let Some(value) = self.ask(key) {
            let message = format!("says nothing beside {beside}");
            self.source.note(value.span().start, self.full(key), message, Some("it to be left out".to_owned()));
        }
    }

    /// Reports every key that nobody asked for. `elsewhere` tells which table a misplaced key belongs to.
    pub(super) fn done(self, elsewhere: fn(&str) -> Option<&'static str>) {
        for (key, _) in self.table {
            let written: &str = key.get_ref();
            if self.asked.contains(&written) {
                continue;
            }
            let (message, expected) = match (nearest(written, self.asked.iter().copied()), elsewhere(written)) {
                (Some(meant), _) => (format!("is not a key; did you mean {meant:?}?"), meant.to_owned()),
                (None, Some(home)) => (format!("is not a key here; did you mean {home}?"), home.to_owned()),
                (None, None) => {
                    let mut known = self.asked.clone();
                    known.sort_unstable();
                    ("is not a key".to_owned(), one_of(&known))
                }
            };
            self.source.note(key.span().start, self.full(written), message, Some(expected));
        }
    }

    fn ask(&mut self, key: &'static str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.find(key).filter(|value| !is_blank(value.get_ref()))
    }

    fn find(&self, key: &str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    fn inner(&self, key: &'static str, span: Range<usize>, table: &'s DeTable<'t>) -> Keys<'s, 't> {
        Keys { source: self.source, path: format!("{}{key}.", self.path), span, table, asked: Vec::new() }
    }

    fn parse<T>(&self, key: &str, value: &Spanned<DeValue<'t>>, form: &Form<T>) -> Option<T> {
        let Some(written) = value.get_ref().as_str() else {
            self.wrong_type(key, value, form.expected);
            return None;
        };
        match (form.parse)(written) {
            Ok(parsed) => Some(parsed),
            Err(message) => {
                self.note(key, value, message, form.expected);
                None
            }
        }
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'t>>, expected: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.note(key, value, format!("this is {found}"), expected);
    }

    fn note(&self, key: &str, value: &Spanned<DeValue<'t>>, message: String, expected: &str) {
        self.source.note(value.span().start, self.full(key), message, Some(expected.to_owned()));
    }

    fn full(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }
}

/// An empty text or list means the same as a key that is not there.
fn is_blank(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(text) => text.is_empty(),
        DeValue::Array(items) => items.is_empty(),
        _ => false,
    }
}
