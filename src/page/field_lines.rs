//! Which lines between a title and its text are fields of the report, and which are a text that begins like one.
//!
//! In: a line of the outline and those beside it. Out: yes or no. Never: one word that texts use too (服务对象, 责任部门,
//! 地区) as the only reason: a field that is kept nowhere is lost, so that a second one must stand beside it.

use std::collections::HashSet;

use super::label_words::{self, Label};
use super::labelled;
use super::labels;
use super::outline::{Line, Outline, Shape};
use super::parted;

/// Fields that lines beside one another name at least where each of them alone may begin a text.
const LEAST_FIELDS: usize = 2;

/// Characters of a value that may be left over of a table; what is summed up there is text.
const LONGEST_VALUE: usize = 30;

/// Lines on either side that are asked.
const MOST_BESIDE: usize = 20;

/// Whether a line is a field: it begins with the label of one, and with no label that heads a text or a column.
pub(super) fn is_field(outline: &Outline<'_>, at: usize) -> bool {
    let line = &outline.lines[at];
    if line.shape == Shape::Row {
        return is_field_row(outline, at);
    }
    let Some(label) = labels::leading(&line.text) else { return is_parted_field(outline, at) };
    let is_like = |at: usize| {
        let line = &outline.lines[at];
        line.shape != Shape::Row && labels::leading(&line.text).is_some()
    };
    label.is_of_head() || are_enough(label, &fields_beside(outline, at, is_like))
}

/// Whether lines are what is left of a disclosure table: each begins with a label, one of them names a field of it, and in
/// one run with them right above stands the index number.
pub(super) fn are_rest_of_table(outline: &Outline<'_>, lines: &[usize]) -> bool {
    let label = |at: usize| {
        let line = &outline.lines[at];
        let found = labelled::first(&line.text).filter(|found| found.is_by_colon && line.shape != Shape::Row)?;
        let value = &line.text[found.end..];
        let is_prose = value.contains(['，', '。', '；']) || value.chars().count() > LONGEST_VALUE;
        (found.word.label != Label::Unrelated && !is_prose).then_some(found.word.label)
    };
    let Some(&first) = lines.first().filter(|_| lines.len() <= MOST_BESIDE) else { return false };
    let own: Option<Vec<Label>> = lines.iter().map(|&at| label(at)).collect();
    let mut above = (0..first).rev().take(MOST_BESIDE).map_while(label);
    own.is_some_and(|own| own.iter().any(|label| label.is_of_table())) && above.any(|label| label == Label::IndexNo)
}

/// A line whose label no colon closes, among others of that kind: one alone may be a text whose first word is bold.
fn is_parted_field(outline: &Outline<'_>, at: usize) -> bool {
    let label = |at: usize| outline.lines.get(at).and_then(parted::label);
    if label(at).is_none() {
        return false;
    }
    let above = (0..at).rev().take(MOST_BESIDE).map_while(label);
    let below = (at..outline.lines.len()).take(MOST_BESIDE).map_while(label);
    let fields: HashSet<Label> = above.chain(below).filter(|label| label.is_of_table()).collect();
    fields.len() >= LEAST_FIELDS
}

/// A row of a disclosure table, or of the line under a title; not the head of a column.
fn is_field_row(outline: &Outline<'_>, at: usize) -> bool {
    let line = &outline.lines[at];
    let is_value = || at.checked_sub(1).is_some_and(|head| parted::heads_values(outline, head));
    if labels::states_publication(&line.text) || parted::heads_values(outline, at) || is_value() {
        return true;
    }
    let Some(first) = First::of(line) else { return false };
    if first.is_closed && first.label.is_of_head() {
        return true;
    }
    let table = |at: usize| outline.rows.get(&at).map(|row| row.shape.table);
    let is_beside = |beside: usize| outline.lines[beside].shape == Shape::Row && table(beside) == table(at);
    let is_like = |beside: usize| is_beside(beside) && First::of(&outline.lines[beside]).is_some();
    // What stands below a column is no label, so that its head is alone.
    let is_whole_table = || {
        let rows = [at.checked_sub(1), Some(at + 1).filter(|&below| below < outline.lines.len())];
        !rows.into_iter().flatten().any(is_beside)
    };
    are_enough(first.label, &fields_beside(outline, at, is_like))
        || (!first.is_weak && first.label != Label::Other && is_whole_table())
}

/// The label that a row begins with.
struct First {
    label: Label,
    is_weak: bool,
    /// Whether a colon stands behind it and its value in the same cell.
    is_closed: bool,
}

impl First {
    fn of(line: &Line) -> Option<Self> {
        let mut cells = line.cells();
        let (first, second) = (cells.next()?, cells.next().unwrap_or_default());
        if label_words::alone(second).is_some_and(|word| !word.is_weak) {
            return None;
        }
        let Some(word) = label_words::alone(first) else {
            return labels::leading(first).map(|label| Self { label, is_weak: false, is_closed: true });
        };
        let is_field = match word.label {
            Label::Published => !word.is_weak && labels::begins_with_day(second),
            label => label != Label::Unrelated,
        };
        is_field.then_some(Self { label: word.label, is_weak: word.is_weak, is_closed: false })
    }
}

/// The fields that a line and those like it right beside it name.
fn fields_beside(outline: &Outline<'_>, at: usize, is_like: impl Fn(usize) -> bool) -> HashSet<Label> {
    let above = (0..at).rev().take(MOST_BESIDE).take_while(|&beside| is_like(beside)).count();
    let below = (at + 1..outline.lines.len()).take(MOST_BESIDE).take_while(|&beside| is_like(beside)).count();
    labels::fields(&outline.lines[at - above..=at + below])
}

/// Whether so many fields stand together that one with this label is one of them.
fn are_enough(label: Label, fields: &HashSet<Label>) -> bool {
    let is_named = |field: &&Label| {
        field.is_of_table() || (label != Label::Other && matches!(field, Label::Published | Label::Source))
    };
    fields.iter().filter(is_named).count() >= LEAST_FIELDS
}
