//! Works: whether two reports carry the same content.
//!
//! In: what is compared of two reports. Out: whether the first joins the Work of the second. Never: a join by
//! resemblance, or by a text that says nothing.

use crate::model::{Document, Hash, Stated};

use super::fingerprint::bare;

/// Characters below which a text is stock ("详见附件。", "本单位无此类情况。") and proves nothing alone.
const STOCK_CHARS: usize = 100;

/// Reports from which on a body stands in so many places that it may be a form filled in everywhere.
const STOCK_REPORTS: usize = 50;

/// What is compared of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copyable {
    /// Characters of its body, white space not counted.
    pub n_chars: usize,
    /// Its title.
    pub title: Option<String>,
    /// Its stated date.
    pub published: Option<Stated>,
    /// Its body.
    pub body_hash: Hash,
    /// Reports in the Work that it belongs to; 0 for one that belongs to none yet.
    pub n_reports_in_work: usize,
}

impl Copyable {
    /// A report just read, which belongs to no Work yet.
    pub fn candidate(document: &Document, body_hash: Hash) -> Self {
        Self {
            n_chars: document.n_chars(),
            title: document.title.clone(),
            published: document.published,
            body_hash,
            n_reports_in_work: 0,
        }
    }
}

/// Whether the candidate is a copy of what exists.
///
/// An empty body is a copy of nothing. Stock text joins only where title and day are known and the same too.
pub fn joins(candidate: &Copyable, existing: &Copyable) -> bool {
    let is_same_text = candidate.body_hash == existing.body_hash && candidate.n_chars > 0;
    let is_stock = candidate.n_chars < STOCK_CHARS || existing.n_reports_in_work >= STOCK_REPORTS;
    is_same_text && (!is_stock || is_same_report(candidate, existing))
}

fn is_same_report(one: &Copyable, other: &Copyable) -> bool {
    let titles = one.title.as_deref().zip(other.title.as_deref());
    let days = one.published.zip(other.published);
    titles.is_some_and(|(one, other)| bare(one) == bare(other))
        && days.is_some_and(|(one, other)| one.date() == other.date())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn report(n_chars: usize, title: &str, day: i8, n_reports_in_work: usize) -> Copyable {
        Copyable {
            n_chars,
            title: Some(title.into()),
            published: Some(Stated::day(date(2024, 2, day))),
            body_hash: Hash::of(b"body"),
            n_reports_in_work,
        }
    }

    #[test]
    fn a_long_body_joins_by_itself() {
        assert!(joins(&report(100, "转发", 2, 0), &report(100, "原文", 1, 49)));
        let other = Copyable { body_hash: Hash::of(b"other"), ..report(100, "原文", 1, 1) };
        assert!(!joins(&report(100, "原文", 1, 0), &other));
    }

    #[test]
    fn stock_text_joins_only_with_the_same_title_and_day() {
        assert!(!joins(&report(99, "甲局报告", 1, 0), &report(99, "乙局报告", 1, 1)));
        assert!(!joins(&report(99, "报告", 1, 0), &report(99, "报告", 2, 1)));
        assert!(joins(&report(99, "报告(一)", 1, 0), &report(99, "报告\u{ff08}一)", 1, 1)));
        assert!(!joins(&report(5000, "甲", 1, 0), &report(5000, "乙", 1, 50)));
        let untitled = Copyable { title: None, ..report(99, "", 1, 0) };
        assert!(!joins(&untitled, &untitled));
    }

    #[test]
    fn an_empty_body_is_a_copy_of_nothing() {
        assert!(!joins(&report(0, "报告", 1, 0), &report(0, "报告", 1, 1)));
    }
}
