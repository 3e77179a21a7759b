//! What is odd about a list that was found: whether it is the one that was meant.
//!
//! In: everything on the page that could be its list. Out: reasons. Never: another choice; it stands.

use std::collections::HashSet;

use jiff::civil::Date;
use url::{Position, Url};

use super::reason::Reason;
use crate::change::canonical::has_route;
use crate::model::Entry;
use crate::page::rows::Candidate;
use crate::page::tree::{Node, Tree, visible_text};
use crate::page::{unfilled, weigh};

/// Mean characters of a title under which rows look like a menu.
const LEAST_TITLE: usize = 8;

/// Share of another list's reports that the chosen one may hold too for the two to be one list seen twice.
const MOST_SHARED: usize = 2;

/// Most headings that are named.
const MOST_HEADINGS: usize = 4;

/// Longest text of a heading between rows, in bytes.
const LONGEST_HEADING_BYTES: usize = 60;

/// Everything odd about the first of the candidates.
pub(super) fn list(candidates: &[Candidate<'_>], listing: &Url, today: Date) -> Vec<Reason> {
    let Some(chosen) = candidates.first() else { return vec![Reason::NoRows] };
    let entries: Vec<&Entry> = chosen.rows.iter().filter_map(|row| row.entry.as_ref()).collect();
    let mut reasons = Vec::new();
    if entries.len() == 1 {
        reasons.push(Reason::OneRow);
    }
    if chosen.is_beside {
        reasons.push(Reason::Beside);
    }
    reasons.extend(rival(candidates, &entries));
    reasons.extend(headings(&chosen.parents));
    reasons.extend(rows(&entries, today));
    let n_broken = chosen.unlinked().count();
    if n_broken > 0 {
        reasons.push(Reason::BrokenRows(n_broken));
    }
    let mine: HashSet<&Url> = entries.iter().map(|entry| &entry.url).collect();
    let mut others = candidates.iter().skip(1).filter(|other| is_another(other, &mine));
    if is_home(listing) && others.any(|other| other.score * 4.0 > chosen.score) {
        reasons.push(Reason::HomePage(Vec::new()));
    }
    reasons
}

/// What is odd about entries wherever they stand.
pub(super) fn rows(entries: &[&Entry], today: Date) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let dates: Vec<Date> = entries.iter().filter_map(|entry| Some(entry.date?.date())).collect();
    let (n_dated, n_rows) = (dates.len(), entries.len());
    match n_dated {
        0 => reasons.push(Reason::Undated),
        n if n < n_rows => reasons.push(Reason::PartlyDated { n_dated, n_rows }),
        _ => {}
    }
    reasons.extend(routed(entries));
    // A portal's clock may be ahead by a day; a list of dates to come announces events.
    if dates.iter().filter(|date| (**date - today).get_days() > 1).count() * 4 > n_rows {
        reasons.push(Reason::Future);
    }
    if is_unsorted(&dates) {
        reasons.push(Reason::Unsorted);
    }
    let n_chars: usize = entries.iter().map(|entry| entry.title.chars().count()).sum();
    if n_chars < n_rows * LEAST_TITLE {
        reasons.push(Reason::ShortTitles);
    }
    reasons
}

/// The page of a script that two rows or more lead to, each by a route of its own.
fn routed(entries: &[&Entry]) -> Option<Reason> {
    let mut pages = HashSet::new();
    let routes = entries.iter().map(|entry| &entry.url).filter(|url| has_route(url));
    let again = routes.map(|url| &url[..Position::AfterQuery]).find(|page| !pages.insert(*page))?;
    Some(Reason::Routed(Url::parse(again).ok()?))
}

/// Whether dates neither fall nor rise in more than half of their steps. Pinned rows make one or two steps wrong.
fn is_unsorted(dates: &[Date]) -> bool {
    /// Fewer steps than this say nothing.
    const LEAST_STEPS: usize = 5;
    let n_steps = dates.len().saturating_sub(1);
    let falling = dates.windows(2).filter(|pair| pair[0] >= pair[1]).count();
    let rising = dates.windows(2).filter(|pair| pair[0] <= pair[1]).count();
    n_steps >= LEAST_STEPS && falling.max(rising) * 10 < n_steps * 7
}

/// The strongest other list, where it is not this one seen through other elements.
fn rival(candidates: &[Candidate<'_>], entries: &[&Entry]) -> Option<Reason> {
    let chosen = candidates.first()?;
    let mine: HashSet<&Url> = entries.iter().map(|entry| &entry.url).collect();
    let other = candidates[1..].iter().find(|other| is_another(other, &mine))?;
    let share = other.score / chosen.score;
    let titles: Vec<&Entry> = other.rows.iter().filter_map(|row| row.entry.as_ref()).collect();
    let first = titles.first()?.title.chars().take(20).collect();
    (share > 0.25).then_some(Reason::SecondList { n_rows: titles.len(), first, share })
}

/// Whether a list is more than this one seen through other elements.
fn is_another(other: &Candidate<'_>, mine: &HashSet<&Url>) -> bool {
    let theirs = || other.rows.iter().filter_map(|row| row.entry.as_ref());
    let n_shared = theirs().filter(|entry| mine.contains(&entry.url)).count();
    n_shared * MOST_SHARED < theirs().count()
}

/// Headings between the twins that the rows stand in, unless they are the periods of one list.
fn headings(parents: &[Node<'_>]) -> Option<Reason> {
    let names = parents.iter().filter_map(|parent| {
        let above = parent.prev_siblings().next()?;
        let text = visible_text(above);
        let is_heading = !parents.contains(&above) && !text.is_empty() && text.len() <= LONGEST_HEADING_BYTES;
        (is_heading && !weigh::is_period(&text)).then_some(text)
    });
    let names: Vec<String> = names.collect();
    (parents.len() > 1 && names.len() > 1).then(|| Reason::Headings(names.into_iter().take(MOST_HEADINGS).collect()))
}

/// Whether an address is the root of its host.
pub(super) fn is_home(url: &Url) -> bool {
    let name = url.path().trim_start_matches('/');
    url.query().is_none() && (name.is_empty() || name.starts_with("index.") || name.starts_with("default."))
}

/// The mark of a script that has yet to fill the page's list, where the list that was found is not plainly its own.
pub(super) fn unfilled(tree: &Tree, text: &str, candidates: &[Candidate<'_>], listing: &Url) -> Option<Reason> {
    let is_own = candidates.first().is_some_and(|chosen| {
        let first = chosen.rows.iter().find_map(|row| row.entry.as_ref());
        first.is_some_and(|entry| weigh::is_own(&chosen.parents, &entry.url, listing))
    });
    if is_own {
        return None;
    }
    unfilled::mark(tree, text).map(Reason::Scripted)
}
