//! Redesigns: edits that are the portal's, not the reports'.
//!
//! In: what one poll edited, and how many reports it read. Out: the reports to fold into one event for the operator.
//! Never: a report that also has an edit of its own, or one whose validity was stated anew.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Document, FieldName, Hash, Hunk, HunkKind, Piece, ReportId, Tag};

use super::diff::{self, Diff};
use super::fields::FieldChange;
use super::fingerprint::bare;

/// Fewest reports of a redesign: three messages are no flood, and three officials do make the same correction.
pub const LEAST_REPORTS: usize = 4;

/// A redesign touches more than one in so many of the reports read: most of them.
const ONE_IN: usize = 2;

/// An edited report of a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The report.
    pub report: ReportId,
    /// In what ways it changed.
    pub ways: Ways,
}

/// In what ways a report changed: one hash for each piece put in or taken out.
///
/// Empty: the report is told on its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways(BTreeSet<Hash>);

impl Ways {
    /// The ways from the old revision to the new one.
    pub fn of(old: &Document, new: &Document) -> Self {
        Self::of_diff(&diff::hunks(old, new))
    }

    /// The ways of a diff at hand.
    pub fn of_diff(diff: &Diff) -> Self {
        // A bureau may well void most of its rules on one day, and that is what people wait for.
        let is_stated =
            |change: &FieldChange| change.field == FieldName::Validity && change.old.is_some() && change.new.is_some();
        if diff.fields.iter().any(is_stated) {
            return Self::default();
        }
        let fields = diff.fields.iter().flat_map(field_ways);
        let ways = fields.chain(diff.hunks.iter().flat_map(hunk_ways));
        Self(ways.map(|way| Hash::of(way.as_bytes())).collect())
    }
}

/// The reports to fold; empty without a redesign.
///
/// They changed only in ways in which most of the reports read changed. `n_read` counts every report that the poll
/// read, edited or not.
pub fn folded(edits: &[Edit], n_read: usize) -> BTreeSet<ReportId> {
    let is_most = |n: usize| n >= LEAST_REPORTS && n * ONE_IN > n_read;
    let mut counts: HashMap<Hash, usize> = HashMap::new();
    for way in edits.iter().flat_map(|edit| &edit.ways.0) {
        *counts.entry(*way).or_default() += 1;
    }
    let is_common = |ways: &Ways| !ways.0.is_empty() && ways.0.iter().all(|way| is_most(counts[way]));
    let folded: BTreeSet<ReportId> =
        edits.iter().filter(|edit| is_common(&edit.ways)).map(|edit| edit.report).collect();
    if is_most(folded.len()) { folded } else { BTreeSet::new() }
}

/// A field that came or went is one way, whatever it says; one that says something else changed in these pieces.
fn field_ways(change: &FieldChange) -> Vec<String> {
    let field = change.field;
    match (&change.old, &change.new) {
        (Some(_), None) => vec![format!("{field} -")],
        (None, Some(_)) => vec![format!("{field} +")],
        (Some(old), Some(new)) if masked(old) == masked(new) => vec![format!("{field} {}", masked(new))],
        (old, new) => {
            let pieces = diff::pieces(old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
            piece_ways(&pieces, bare).map(|way| format!("{field} {way}")).collect()
        }
    }
}

/// Whole lines count without their figures (浏览次数:12), edits inside a line with them: figures are what reports are
/// about. A line that differs only in its figures counts whole: it is common only where all reports have this very
/// line.
fn hunk_ways(hunk: &Hunk) -> Vec<String> {
    if hunk.kind != HunkKind::Replaced {
        return piece_ways(&hunk.pieces, masked).collect();
    }
    let side = |left_out: Tag| {
        let kept = hunk.pieces.iter().filter(|piece| piece.tag != left_out);
        masked(&kept.map(|piece| piece.text.as_str()).collect::<String>())
    };
    let (old, new) = (side(Tag::Insert), side(Tag::Delete));
    if old == new { vec![format!("= {new}")] } else { piece_ways(&hunk.pieces, bare).collect() }
}

fn piece_ways(pieces: &[Piece], said: fn(&str) -> String) -> impl Iterator<Item = String> {
    pieces.iter().filter(|piece| piece.tag != Tag::Equal).flat_map(move |piece| {
        let sign = if piece.tag == Tag::Delete { '-' } else { '+' };
        let lines = piece.text.lines().map(said).filter(|line| !line.is_empty());
        lines.map(|line| format!("{sign} {line}")).collect::<Vec<_>>()
    })
}

/// The text with every figure as one sign.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for c in bare(text).chars() {
        match c.is_ascii_digit() {
            true if masked.ends_with('#') => {}
            true => masked.push('#'),
            false => masked.push(c),
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::{document, paragraphs};

    fn edits(pairs: &[(Document, Document)]) -> Vec<Edit> {
        let edit = |(report, (old, new)): (i64, &(Document, Document))| Edit {
            report: ReportId(report),
            ways: Ways::of(old, new),
        };
        (1..).zip(pairs).map(edit).collect()
    }

    fn report(n: usize, added: &str) -> (Document, Document) {
        let text = format!("第{n}局共办理{n}5件。");
        (paragraphs(&[&text]), paragraphs(&[&text, added]))
    }

    #[test]
    fn the_same_line_in_most_reports_is_one_redesign() {
        let pairs: Vec<_> = (1..=5).map(|n| report(n, &format!("浏览次数:{n}3"))).collect();
        assert_eq!(folded(&edits(&pairs), 8).len(), 5);
        assert_eq!(folded(&edits(&pairs), 10).len(), 0, "half is not most");
        assert_eq!(folded(&edits(&pairs[..3]), 3).len(), 0, "three are no flood");
    }

    #[test]
    fn a_report_with_an_edit_of_its_own_is_told() {
        let mut pairs: Vec<_> = (1..=6).map(|n| report(n, "打印本页")).collect();
        pairs[2].1.blocks[0].text = "第3局共办理36件。".into();
        let folded = folded(&edits(&pairs), 6);
        assert_eq!(folded.len(), 5);
        assert!(!folded.contains(&ReportId(3)));
    }

    #[test]
    fn figures_corrected_in_most_reports_are_told() {
        let line = |place: char, count: u32| paragraphs(&[&format!("{place}县共办理{count}件,比重高。")]);
        let pairs: Vec<_> = "甲乙丙丁戊己".chars().map(|place| (line(place, 15), line(place, 9))).collect();
        assert_eq!(folded(&edits(&pairs), 6).len(), 0);
    }

    #[test]
    fn a_counter_line_that_all_reports_have_is_folded() {
        let line = |n: usize, count: usize| paragraphs(&[&format!("正文{n}甲"), &format!("点击量:{count}")]);
        let pairs: Vec<_> = (1..=5).map(|n| (line(n, n), line(n, n * 17))).collect();
        assert_eq!(folded(&edits(&pairs), 5).len(), 5);
    }

    #[test]
    fn a_suffix_on_every_title_and_a_field_that_is_gone_are_ways() {
        let titled =
            |n: usize, suffix: &str| Document { title: Some(format!("第{n}号通知{suffix}")), ..document() };
        let pairs: Vec<_> = (1..=4).map(|n| (titled(n, ""), Document { source: None, ..titled(n, "_兴县") })).collect();
        assert_eq!(folded(&edits(&pairs), 4).len(), 4);
    }

    #[test]
    fn rules_voided_on_one_day_are_told_one_by_one() {
        let void = || Document { validity: Some("失效".into()), ..document() };
        let pairs: Vec<_> = (1..=9).map(|_| (document(), void())).collect();
        assert_eq!(folded(&edits(&pairs), 9).len(), 0);
    }
}
