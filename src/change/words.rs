//! The words of one file in two revisions, compared like the bodies of two reports.
//!
//! In: two texts. Out: a [`View`] of them, to be rendered as any other. Never: where the texts come from.

use crate::model::{Document, Fact};
use crate::page::attach;

use super::diff::{self, Diff};
use super::facts;
use super::render::View;

/// Two texts and what differs between them.
pub struct Words {
    old: Document,
    new: Document,
    diff: Diff,
    title: String,
    labels: (String, String),
}

impl Words {
    /// Compares two texts of the file of this title; the labels name the revisions.
    pub fn of(title: &str, (old, new): (&str, &str), (old_label, new_label): (&str, &str)) -> Self {
        let document = |text: &str| Document { blocks: attach::blocks(text), ..Document::default() };
        let (old, new) = (document(old), document(new));
        let labels = (format!("{title}, {old_label}"), format!("{title}, {new_label}"));
        Self { diff: diff::hunks(&old, &new), old, new, title: title.to_owned(), labels }
    }

    /// What differs, said outright, each fact under the file's title.
    pub fn facts(&self) -> Vec<Fact> {
        let facts = facts::of(&self.old, &self.new, &self.diff).into_iter();
        facts.map(|fact| Fact { section: Some(self.title.clone()), ..fact }).collect()
    }

    /// Side by side.
    pub fn view(&self) -> View<'_> {
        let (old_label, new_label) = (&self.labels.0, &self.labels.1);
        View { old_label, new_label, old: &self.old, new: &self.new, diff: &self.diff }
    }
}
