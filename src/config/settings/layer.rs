//! A table of the settings file with the environment above it.
//!
//! In: the keys of the table and the variables, passed in. Out: values, the variable's before the file's; every mistake
//! noted. Never: the process's environment itself.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use crate::config::keys::Keys;
use crate::config::mistake::{Mistake, quoted, suggestion};
use crate::config::value::{Form, HOST, RESOLVED, SOCKET};

/// What comes before every variable's name.
const PREFIX: &str = "GOVWATCH_";

/// `true` or `false` in the environment.
const FLAG: Form<bool> = Form {
    expected: "true or false",
    parse: |written| written.parse().map_err(|_| format!("{} is neither true nor false", quoted(written))),
};

/// A table of the file with the environment above it.
pub(super) struct Layer<'l, 's, 't> {
    /// The table; `None` where the file has none.
    pub(super) keys: Option<Keys<'s, 't>>,
    pub(super) env: &'l Environment<'l>,
    /// The table's name; empty at the top.
    pub(super) path: &'static str,
}

impl<'s, 't> Layer<'_, 's, 't> {
    pub(super) fn table(&mut self, key: &'static str) -> Layer<'_, 's, 't> {
        Layer { keys: self.keys.as_mut().and_then(|keys| keys.table(key)), env: self.env, path: key }
    }

    pub(super) fn read<T>(&mut self, key: &'static str, form: &Form<T>) -> Option<T> {
        let written = self.keys.as_mut().and_then(|keys| keys.read(key, form));
        self.env.read(&self.variable(key), form).or(written)
    }

    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let written = self.keys.as_mut().map_or(default, |keys| keys.flag(key, default));
        self.env.read(&self.variable(key), &FLAG).unwrap_or(written)
    }

    pub(super) fn number(&mut self, key: &'static str, range: RangeInclusive<u64>, form: &Form<u64>) -> Option<u64> {
        let written = self.keys.as_mut().and_then(|keys| keys.number(key, range));
        self.env.read(&self.variable(key), form).or(written)
    }

    pub(super) fn list<T>(&mut self, key: &'static str, form: &Form<T>) -> Vec<T> {
        let written = self.keys.as_mut().map(|keys| keys.list(key, form));
        self.env.list(&self.variable(key), form).or(written).unwrap_or_default()
    }

    /// Names and the addresses they stand for: a table in the file, `name=address` in the environment.
    pub(super) fn resolve(&mut self, key: &'static str) -> BTreeMap<String, SocketAddr> {
        let written = self.keys.as_mut().map(|keys| {
            let mut named = Vec::new();
            for (name, address) in keys.map(key, &SOCKET) {
                match (HOST.parse)(&name) {
                    Ok(host) => named.push((host, address)),
                    Err(message) => keys.wrong(key, message, HOST.expected),
                }
            }
            named
        });
        self.env.list(&self.variable(key), &RESOLVED).or(written).into_iter().flatten().collect()
    }

    /// Notes the variables of the table that nobody asked for.
    pub(super) fn ensure_known(&self) {
        self.env.ensure_known(&self.variable(""));
    }

    /// The same, and the keys.
    pub(super) fn done(self) {
        self.ensure_known();
        if let Some(keys) = self.keys {
            keys.done(|_| None);
        }
    }

    /// The variable above a key: `network.allow` is `GOVWATCH_NETWORK_ALLOW`.
    pub(super) fn variable(&self, key: &str) -> String {
        let path = if self.path.is_empty() { String::new() } else { format!("{}_", self.path) };
        format!("{PREFIX}{path}{key}").to_uppercase()
    }
}

/// The variables, which of them were asked for, and what is wrong with them.
pub(super) struct Environment<'l> {
    pub(super) variables: &'l BTreeMap<String, String>,
    asked: RefCell<BTreeSet<String>>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'l> Environment<'l> {
    /// These variables, none of which was asked for yet.
    pub(super) fn of(variables: &'l BTreeMap<String, String>) -> Self {
        Self { variables, asked: RefCell::default(), mistakes: RefCell::default() }
    }

    pub(super) fn read<T>(&self, variable: &str, form: &Form<T>) -> Option<T> {
        self.parse(variable, self.get(variable)?, form)
    }

    /// A list separated by commas.
    pub(super) fn list<T>(&self, variable: &str, form: &Form<T>) -> Option<Vec<T>> {
        let items = self.get(variable)?.split(',').map(str::trim).filter(|item| !item.is_empty());
        Some(items.filter_map(|item| self.parse(variable, item, form)).collect())
    }

    /// Notes the variables of a table that nobody asked for.
    fn ensure_known(&self, prefix: &str) {
        let asked = self.asked.borrow();
        for variable in self.variables.keys().filter(|name| name.starts_with(prefix) && !asked.contains(*name)) {
            let meant = suggestion(variable, asked.iter().map(String::as_str));
            self.note(variable, format!("is not a setting{meant}"), None);
        }
    }

    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        self.mistakes.into_inner()
    }

    fn get(&self, variable: &str) -> Option<&str> {
        self.asked.borrow_mut().insert(variable.to_owned());
        self.variables.get(variable).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn parse<T>(&self, variable: &str, value: &str, form: &Form<T>) -> Option<T> {
        (form.parse)(value).map_err(|message| self.note(variable, message, Some(form.expected.to_owned()))).ok()
    }

    pub(super) fn note(&self, variable: &str, message: String, expected: Option<String>) {
        let (file, key) = ("environment".to_owned(), Some(variable.to_owned()));
        self.mistakes.borrow_mut().push(Mistake { file, line: None, key, message, expected });
    }
}
