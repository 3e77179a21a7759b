//! What the first page of a listing usually shows, and how that is learnt.
//!
//! In: what is usual and a page with its verdict. Out: what is usual from then on. Never: anything learnt of a page that
//! is not what it was.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::listing::{LEAST_WALKS, begins_anew};
use super::{Verdict, hundredths};
use crate::model::{Hash, PollId, Stated};

/// Part of a new walk in what is usual: one in so many.
const WEIGHT: usize = 4;

/// What the first page of a listing usually shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usual {
    /// The rules that read it; by others everything is learnt anew.
    pub rules: Hash,
    /// Walks that it was learnt from.
    pub n_walks: u32,
    /// Rows.
    pub n_rows: usize,
    /// Rows that are dated, in hundredths.
    pub dated: u32,
    /// Rows that gave no link.
    pub n_broken: usize,
    /// Rows of the whole listing, as far as its pager tells.
    #[serde(default)]
    pub n_total: Option<u64>,
    /// What the rows stand in.
    pub layout: Option<Hash>,
    /// The newest date that it ever showed.
    pub newest: Option<Stated>,
    /// When it was last seen so, to the day.
    pub seen_at: Timestamp,
    /// Since when and in how many polls it has not been so.
    pub strange: Option<Strange>,
}

/// Since when a listing is strange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strange {
    /// The first poll that found it so.
    pub since_at: Timestamp,
    /// Polls that did.
    pub n_polls: u32,
    /// The last of them: one that looks at the listing several times counts once.
    #[serde(default)]
    pub poll: Option<PollId>,
}

impl Strange {
    /// Polls that did, this one too.
    pub(super) fn n_polls_with(&self, poll: PollId) -> u32 {
        self.n_polls.saturating_add(u32::from(self.poll != Some(poll)))
    }
}

/// What the first page of a listing shows now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The rules that read it.
    pub rules: Hash,
    /// Rows.
    pub n_rows: usize,
    /// Rows that are dated.
    pub n_dated: usize,
    /// Rows that gave no link.
    pub n_broken: usize,
    /// Rows of the whole listing, as far as its pager tells.
    pub n_total: Option<u64>,
    /// Rows whose reports are known, by their URL or by their title and date.
    pub n_known: usize,
    /// What the rows stand in.
    pub layout: Option<Hash>,
    /// The newest and the oldest date.
    pub newest: Option<Stated>,
    /// The oldest date.
    pub oldest: Option<Stated>,
    /// The site's day.
    pub today: Date,
    /// The poll that read it.
    pub poll: PollId,
    /// When it was read.
    pub now: Timestamp,
}

/// What is usual after this page.
pub fn learnt(usual: Option<&Usual>, shown: &Shown, verdict: &Verdict) -> Usual {
    let anew = || Usual {
        rules: shown.rules,
        n_walks: 1,
        n_rows: shown.n_rows,
        dated: hundredths(shown.n_dated, shown.n_rows),
        n_broken: shown.n_broken,
        n_total: shown.n_total,
        layout: shown.layout,
        newest: shown.newest,
        seen_at: shown.now,
        strange: None,
    };
    let Some(usual) = usual.filter(|usual| usual.rules == shown.rules) else { return anew() };
    if *verdict != Verdict::Usual {
        let before = usual.strange.unwrap_or(Strange { since_at: shown.now, n_polls: 0, poll: None });
        let strange = Strange { n_polls: before.n_polls_with(shown.poll), poll: Some(shown.poll), ..before };
        return Usual { strange: Some(strange), ..usual.clone() };
    }
    if begins_anew(usual, shown) && shown.n_rows < usual.n_rows {
        return Usual { newest: shown.newest.max(usual.newest), ..anew() };
    }
    let blended = |before: usize, now: usize| (before * (WEIGHT - 1) + now + WEIGHT / 2) / WEIGHT;
    let is_new_day = shown.now.duration_since(usual.seen_at).as_hours() >= 24;
    Usual {
        rules: usual.rules,
        n_walks: usual.n_walks.saturating_add(1).min(LEAST_WALKS),
        n_rows: blended(usual.n_rows, shown.n_rows),
        dated: u32::try_from(blended(usual.dated as usize, hundredths(shown.n_dated, shown.n_rows) as usize))
            .unwrap_or(0),
        n_broken: blended(usual.n_broken, shown.n_broken),
        n_total: shown.n_total.or(usual.n_total),
        layout: shown.layout.or(usual.layout),
        newest: shown.newest.max(usual.newest),
        seen_at: if is_new_day { shown.now } else { usual.seen_at },
        strange: None,
    }
}
