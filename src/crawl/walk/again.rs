//! The first page of a listing, asked for again and again: where its bytes are those that were read today, it is not read
//! once more.
//!
//! In: what was read last. Out: whether that still holds. Never: for longer than a day of the site, so that no reading of
//! another version of this program stays longer; and a portal is never asked whether its listing has changed: many say
//! "not modified" for months, and what follows from a walk, a withdrawal or "overdue", would rest on their word.

use jiff::Timestamp;

use super::super::drift;
use super::super::visit::Visit;
use super::course;
use super::page::Asked;
use crate::config::Site;
use crate::model::{Capture, Hash, ListingPage, PageKind};
use crate::store::{Answer, FirstPage};

/// What the reading of an answer follows from, where it is a first page.
pub(super) fn answer(visit: &Visit<'_>, asked: &Asked<'_>, capture: &Capture) -> Option<Answer> {
    let read_by = read_by(visit, asked, capture.fetched_at)?;
    Some(Answer { read_by, hash: capture.answer() })
}

/// The page as it was read before, where this answer would be read alike.
pub(super) fn known(first: Option<&FirstPage>, now: &Answer) -> Option<(PageKind, ListingPage)> {
    first.filter(|first| first.answer.read_by == now.read_by && first.answer.hash == now.hash)?.page()
}

/// Whether other bytes by the same rules showed the same today: a page with a counter in it is not worth a write at each
/// poll.
pub(super) fn shows_the_same(first: Option<&FirstPage>, now: &Answer, kind: PageKind, page: &ListingPage) -> bool {
    let before = first.filter(|first| first.answer.read_by == now.read_by).and_then(FirstPage::page);
    before.is_some_and(|(was, before)| was == kind && before == *page)
}

/// What tells which links outside the rows may be what the office owes.
fn owed(site: &Site) -> String {
    let mut all = String::new();
    for owed in &site.owes.owed {
        let kind = site.kinds.get(&owed.kind);
        let of_kind = kind.into_iter().flat_map(|kind| [&kind.title, &kind.not]);
        for patterns in [&owed.near, &owed.far].into_iter().chain(of_kind) {
            all.extend(patterns.iter().flat_map(|pattern| [pattern.as_str(), "\n"]));
            all.push('\n');
        }
        all += &owed.first_year.to_string();
    }
    if !all.is_empty() {
        all.extend([site.name.as_str(), "\n", site.owes.office.as_ref().map_or("", |own| own.as_str())]);
    }
    all
}

/// Digest of all that the reading of a first page follows from but the answer; `None`: it is another page, or everything
/// is to be read.
fn read_by(visit: &Visit<'_>, asked: &Asked<'_>, at: Timestamp) -> Option<Hash> {
    if asked.n_page != 1 || visit.is_full() {
        return None;
    }
    let (site, rule) = (visit.site, course::rule(asked.rule));
    let (address, post) = course::spelling(asked.address);
    let today = at.to_zoned(site.timezone.clone()).date();
    let (version, rules, home) = (env!("CARGO_PKG_VERSION"), site.rules, &site.home);
    // The digest of the site has of its family what reads reports.
    let family = site.family.as_ref().map(|family| (drift::rules(&family.entry), &family.pages, &family.json));
    let owed = owed(site);
    let all = format!("{version} {today} {rules} {home} {family:?} {rule} {address} {post:?} {owed}");
    Some(Hash::of(all.as_bytes()))
}
