//! The named meta tags of a page: those of the State Council and those of the portals' systems.
//!
//! In: a tree. Out: what the tags state. Never: the page-generation time as a date of publication.
//! **Source**: 政府网站发展指引 (国办发〔2017〕47号), annex.

use std::collections::HashMap;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;

use super::seen::tidy;
use super::tree::Tree;
use super::{date, title};
use crate::model::Stated;

/// Seconds from the filling in of the first tag to that of the last; a page that is written out later than that after
/// its publication states both.
const LONGEST_GENERATION: i64 = 5;

/// Tags that say when the page was generated.
const GENERATED: [&str; 7] =
    ["others", "htmlgeneratetime", "maketime", "createpagetime", "generatetime", "createtime", "generatedate"];

/// The named meta tags of a page.
#[derive(Debug)]
pub(super) struct Meta(HashMap<String, Vec<String>>);

impl Meta {
    /// Reads them; names in any case.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut tags: HashMap<String, Vec<String>> = HashMap::new();
        for node in tree.named("meta") {
            if let (Some(name), Some(content)) = (node.attr("name"), node.attr("content")) {
                tags.entry(name.trim().to_lowercase()).or_default().push(content.to_owned());
            }
        }
        Self(tags)
    }

    /// The first content of these names that says something.
    pub(super) fn get(&self, names: &[&str]) -> Option<String> {
        let contents = names.iter().filter_map(|name| self.0.get(*name)).flatten();
        contents.map(|content| tidy(content)).find(|content| says_something(content))
    }

    /// The title it states whole.
    pub(super) fn title(&self) -> Option<String> {
        self.stated_title().filter(|title| title::stem(title).is_none())
    }

    /// The title it states, where that is cut short (…).
    pub(super) fn cut_title(&self) -> Option<String> {
        self.stated_title().filter(|title| title::stem(title).is_some())
    }

    fn stated_title(&self) -> Option<String> {
        let is_other =
            |title: &String| [self.get(&["sitename"]), self.get(&["columnname"])].contains(&Some(title.clone()));
        let raw = self.0.get("articletitle")?.iter().find(|content| says_something(content))?;
        title::of_meta(raw).filter(|title| !is_other(title))
    }

    /// When it says that it was published, unless that is when the page was generated.
    pub(super) fn published(&self, zone: &TimeZone) -> Option<Stated> {
        let generated = GENERATED.iter().filter_map(|name| self.0.get(*name)).flatten();
        let generated: Vec<DateTime> =
            generated.filter_map(|content| date::stated(content, zone)).map(|stated| stated.civil()).collect();
        let is_generated =
            |stated: &Stated| stated.has_time() && generated.iter().any(|one| is_near(*one, stated.civil()));
        let stated = |names: &[&str]| date::labelled(&self.get(names)?, zone).filter(|stated| !is_generated(stated));
        stated(&["pubdate"])
            .or_else(|| stated(&["firstpublishedtime", "publishdate", "publish_date"]))
            .map(without_filler)
    }
}

fn is_near(one: DateTime, other: DateTime) -> bool {
    let to_minute = |civil: DateTime| civil.date().at(civil.hour(), civil.minute(), 0, 0);
    if to_minute(one) == to_minute(other) {
        return true;
    }
    let (one, other) = (one.to_zoned(TimeZone::UTC), other.to_zoned(TimeZone::UTC));
    let seconds = |zoned: jiff::Zoned| zoned.timestamp().as_second();
    one.ok().zip(other.ok()).is_some_and(|(one, other)| (seconds(one) - seconds(other)).abs() <= LONGEST_GENERATION)
}

/// Whether a value is more than a filler: `null`, `-`, a template mark.
pub(super) fn says_something(value: &str) -> bool {
    value.chars().any(char::is_alphanumeric)
        && !value.contains("{{")
        && !value.contains("${")
        && !matches!(value.trim(), "null" | "undefined" | "无" | "暂无" | "NULL" | "None")
}

/// Midnight and the last second of a day stand where a portal knows only the day.
pub(super) fn without_filler(stated: Stated) -> Stated {
    let time = stated.civil().time();
    let is_filler = time == Time::midnight() || time == Time::constant(23, 59, 59, 0);
    if is_filler { Stated::day(stated.date()) } else { stated }
}
