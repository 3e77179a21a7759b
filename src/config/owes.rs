//! `[obligations]` of a site file: what sort of office the site belongs to, and what it owes.
//!
//! In: the table, the division, the obligations. Out: [`Owes`]; what is wrong is noted. Never: an obligation for a site
//! whose file does not say what it is.

use std::sync::Arc;
use std::time::Duration;

use regex::Regex;

use super::keys::Keys;
use super::mistake::{quoted, suggestion};
use super::obligations::Obligations;
use super::pattern::PATTERN;
use super::value::{KIND, LEVEL, SPAN, UNIT};
use super::written::home_of;
use crate::change::obligation::{Level, Manner, Obligation, Unit};

/// The word of `owes` for a site that owes nothing.
const NOTHING: &str = "none";

/// What the office of a site must publish, and how people are told of it.
#[derive(Debug, Clone, Default)]
pub struct Owes {
    /// One a kind; empty: nothing that is known.
    pub owed: Vec<Arc<Obligation>>,
    /// Titles of its own reports, where its portal shows those of others too.
    pub office: Option<Regex>,
    /// How long before a due day it is reminded of; `None`: as the settings say.
    pub remind: Option<Duration>,
    /// How long after it "overdue" is told again; `None`: as the settings say.
    pub follow_ups: Option<Vec<Duration>>,
}

impl Owes {
    /// When something is told: as the site file says, else as the settings do.
    pub fn manner(&self, settings: &Manner) -> Manner {
        Manner {
            remind: self.remind.unwrap_or(settings.remind),
            follow_ups: self.follow_ups.clone().unwrap_or_else(|| settings.follow_ups.clone()),
        }
    }
}

/// Reads the table.
pub(super) fn owes(keys: Option<Keys<'_, '_>>, division: Option<&str>, known: &Obligations) -> Owes {
    let Some(mut keys) = keys else { return Owes::default() };
    let unit = keys.read("unit", &UNIT);
    let level = keys.read("level", &LEVEL).or_else(|| division.and_then(Level::of_division));
    let named = keys.list("owes", &KIND);
    let remind = keys.read("remind", &SPAN);
    let follow_ups = keys.list("follow_ups", &SPAN);
    let office = keys.read("office", &PATTERN);
    let owed = if named.is_empty() {
        unit.map(|unit| by_rule(&keys, unit, level, division, known)).unwrap_or_default()
    } else {
        named.iter().filter_map(|id| by_name(&keys, id, unit, (level, division), known)).collect()
    };
    keys.done(home_of);
    Owes { owed, office, remind, follow_ups: (!follow_ups.is_empty()).then_some(follow_ups) }
}

/// The first obligation of each kind that binds such an office.
fn by_rule(
    keys: &Keys<'_, '_>,
    unit: Unit,
    level: Option<Level>,
    division: Option<&str>,
    known: &Obligations,
) -> Vec<Arc<Obligation>> {
    let needs_level = |owed: &&Arc<Obligation>| !owed.levels.is_empty() && owed.units.contains(&unit);
    if level.is_none() && known.all.iter().any(|owed| needs_level(&owed)) {
        keys.missing("level", format!("{}, or a `division` of the site", LEVEL.expected));
    }
    let mut owed: Vec<Arc<Obligation>> = Vec::new();
    for one in known.all.iter().filter(|one| one.binds(unit, level, division)) {
        if owed.iter().all(|other| other.kind != one.kind) {
            owed.push(Arc::clone(one));
        }
    }
    owed
}

/// The obligation of a kind that a site says it owes: the one that binds it, else the first for its sort of office.
fn by_name(
    keys: &Keys<'_, '_>,
    id: &str,
    unit: Option<Unit>,
    (level, division): (Option<Level>, Option<&str>),
    known: &Obligations,
) -> Option<Arc<Obligation>> {
    // Where the file of obligations is wrong, that has been told.
    if id == NOTHING || !known.mistakes.is_empty() {
        return None;
    }
    let of_kind: Vec<&Arc<Obligation>> = known.all.iter().filter(|owed| owed.kind == id).collect();
    if of_kind.is_empty() {
        let meant = suggestion(id, known.all.iter().map(|owed| owed.kind.as_str()));
        keys.wrong(
            "owes",
            format!("no obligation is of kind {}{meant}", quoted(id)),
            "kinds of obligations.toml, or \"none\"",
        );
        return None;
    }
    let Some(unit) = unit else {
        if of_kind.iter().any(|owed| owed.due != of_kind[0].due) {
            keys.missing("unit", format!("{}: each owes {id} by a day of its own", UNIT.expected));
        }
        return Some(Arc::clone(of_kind[0]));
    };
    let binding = of_kind.iter().find(|owed| owed.binds(unit, level, division));
    let of_unit = || of_kind.iter().find(|owed| owed.units.is_empty() || owed.units.contains(&unit));
    binding.or_else(of_unit).or(of_kind.first()).map(|owed| Arc::clone(owed))
}
