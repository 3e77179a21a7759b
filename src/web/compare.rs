//! Two revisions of a report, compared: in one column or side by side, what did not change folded.
//!
//! In: a report and two of its revisions. Out: fields and edited parts. Never: more than a page can hold; what is left
//! out is said.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;

use super::ask::Asked;
use super::excerpt::Run;
use super::fail::Fail;
use super::frame::Frame;
use super::report::Head;
use super::shown::{When, capital, shown};
use super::texts::Texts;
use super::today::Choice;
use super::{Web, page as pages};
use crate::change::diff::{self, Diff};
use crate::change::render::{marked_field, marked_lines};
use crate::change::words::Words;
use crate::cli::diff::{FileTexts, texts};
use crate::model::{Block, HunkKind, Piece, Revision, Tag};

/// Unchanged paragraphs shown on each side of an edit.
const AROUND: usize = 1;
/// Bytes of text on the page, and those of them that may lie folded.
const MOST_BYTES: usize = 60 << 10;
const MOST_FOLDED_BYTES: usize = 24 << 10;

#[derive(Template)]
#[template(path = "compare.html", config = "src/web/askama.toml")]
struct ComparePage {
    frame: Frame,
    report: Head,
    is_side: bool,
    old: Side,
    new: Side,
    olds: Vec<Choice>,
    news: Vec<Choice>,
    /// The query of the other way to show it.
    other: String,
    sections: Vec<Section>,
    is_same: bool,
    is_truncated: bool,
}

/// One of the two revisions.
struct Side {
    revision: u32,
    when: When,
    href: String,
}

/// The report itself, or one of its files.
struct Section {
    /// The title of the file.
    title: Option<String>,
    fields: Vec<(String, Vec<Run>)>,
    rows: Vec<Row>,
    /// Whether rows were left out.
    is_cut: bool,
}

/// What stands beside what.
enum Row {
    Same(String),
    /// Unchanged paragraphs: how many, and those that can be unfolded.
    Folded(String, Vec<String>),
    Edited(Edit),
}

/// An edited part, in one column and in two.
struct Edit {
    class: &'static str,
    both: Vec<Vec<Run>>,
    old: Vec<Vec<Run>>,
    new: Vec<Vec<Run>>,
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(frame): Extension<Frame>,
    Path(asked_for): Path<String>,
    asked: Asked,
) -> Result<Response, Fail> {
    let store = &web.0.store;
    let report = store.find_report(&asked_for).await?;
    let newest = report.revision.unwrap_or(1);
    let new = asked.value::<u32>("new")?.unwrap_or(newest);
    let old = asked.value::<u32>("old")?.unwrap_or_else(|| new.saturating_sub(1).max(1));
    let (old, new) = (store.revision(report.report, old).await?, store.revision(report.report, new).await?);
    let head = Head::of(&web, frame.t, &report, Some(new.revision), Some(&new.document));
    let _turn = web.0.comparisons.acquire().await.map_err(|_| Fail::Bug)?;
    let files = texts(store, &old, &new).await?;
    let t = frame.t;
    let (old, new) = (Arc::new(old), Arc::new(new));
    let compared = {
        let (old, new) = (Arc::clone(&old), Arc::clone(&new));
        tokio::task::spawn_blocking(move || sections(t, &old, &new, files)).await?
    };
    let is_side = asked.text("view") == Some("side");
    let choices = |chosen: u32| {
        let choice = |n: u32| Choice { value: n.to_string(), word: n.to_string(), is_chosen: n == chosen };
        (1..=newest).map(choice).collect()
    };
    Ok(pages::html(&ComparePage {
        is_side,
        other: asked.with("view", (!is_side).then_some("side")),
        olds: choices(old.revision),
        news: choices(new.revision),
        old: side(&old),
        new: side(&new),
        is_same: compared.sections.is_empty(),
        sections: compared.sections,
        is_truncated: compared.is_truncated,
        report: head,
        frame,
    }))
}

fn side(revision: &Revision) -> Side {
    Side {
        revision: revision.revision,
        when: When::of(revision.seen_at),
        href: format!("/reports/{}?revision={}", revision.report, revision.revision),
    }
}

/// All that differs.
struct Compared {
    sections: Vec<Section>,
    is_truncated: bool,
}

fn sections(t: &'static Texts, old: &Revision, new: &Revision, files: Vec<FileTexts>) -> Compared {
    let diff = diff::hunks(&old.document, &new.document);
    let mut budget = Budget { left: MOST_BYTES, folded: MOST_FOLDED_BYTES };
    let mut is_truncated = diff.is_truncated;
    let mut sections = vec![section(t, None, &new.document.blocks, &diff, &mut budget)];
    for (title, old, new) in files {
        let (old, new) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
        let words = Words::of(&title, (&old, &new), ("", ""));
        let view = words.view();
        is_truncated |= view.diff.is_truncated;
        sections.push(section(t, Some(shown(&title)), &view.new.blocks, view.diff, &mut budget));
    }
    sections.retain(|section| !section.fields.is_empty() || !section.rows.is_empty());
    Compared { sections, is_truncated }
}

/// What a page may still hold.
struct Budget {
    left: usize,
    folded: usize,
}

fn section(t: &'static Texts, title: Option<String>, blocks: &[Block], diff: &Diff, budget: &mut Budget) -> Section {
    let run = |(tag, text): &(Tag, String)| Run { tag: *tag, text: text.clone() };
    let field = |change| marked_field(change).iter().map(run).collect();
    let fields = diff.fields.iter().map(|change| (capital(t.field_word(change.field)), field(change))).collect();
    let mut section = Section { title, fields, rows: Vec::new(), is_cut: false };
    let mut at = 0;
    for (n, hunk) in diff.hunks.iter().enumerate() {
        let text = hunk.pieces.iter().map(|piece| piece.text.len()).sum::<usize>();
        let Some(left) = budget.left.checked_sub(text) else {
            section.is_cut = true;
            return section;
        };
        budget.left = left;
        section.put_same(t, &blocks[at..hunk.new_start], n == 0, false, budget);
        section.rows.push(Row::Edited(edit(hunk.kind, &hunk.pieces)));
        at = hunk.new_start + hunk.n_new;
    }
    if !diff.hunks.is_empty() {
        section.put_same(t, &blocks[at..], false, true, budget);
    }
    section
}

impl Section {
    /// Unchanged paragraphs: those beside an edit stand there, the others are folded.
    fn put_same(&mut self, t: &Texts, blocks: &[Block], is_first: bool, is_last: bool, budget: &mut Budget) {
        let head = if is_first { 0 } else { AROUND.min(blocks.len()) };
        let tail = if is_last { 0 } else { AROUND.min(blocks.len() - head) };
        let (head, rest) = blocks.split_at(head);
        let (folded, tail) = rest.split_at(rest.len() - tail);
        let text = |block: &Block| cells(&block.text);
        self.rows.extend(head.iter().map(|block| Row::Same(text(block))));
        // Folding one paragraph would save nothing.
        match folded {
            [] => {}
            [one] => self.rows.push(Row::Same(text(one))),
            many => {
                let n_bytes: usize = many.iter().map(|block| block.text.len()).sum();
                let fits = budget.folded.checked_sub(n_bytes);
                budget.folded = fits.unwrap_or(budget.folded);
                let lines = if fits.is_some() { many.iter().map(text).collect() } else { Vec::new() };
                self.rows.push(Row::Folded(Texts::with(t.unchanged, many.len()), lines));
            }
        }
        self.rows.extend(tail.iter().map(|block| Row::Same(text(block))));
    }
}

/// Cells side by side for people.
fn cells(text: &str) -> String {
    shown(&text.replace('\t', " | "))
}

fn edit(kind: HunkKind, pieces: &[Piece]) -> Edit {
    let class = match kind {
        HunkKind::Added => "added",
        HunkKind::Removed => "removed",
        HunkKind::Replaced => "replaced",
        HunkKind::MovedAway | HunkKind::MovedHere => "moved",
    };
    let without = |tag: Tag| lines(&pieces.iter().filter(|piece| piece.tag != tag).cloned().collect::<Vec<_>>());
    Edit { class, both: lines(pieces), old: without(Tag::Insert), new: without(Tag::Delete) }
}

fn lines(pieces: &[Piece]) -> Vec<Vec<Run>> {
    let run = |(tag, text): (Tag, String)| Run { tag, text: text.replace('\t', " | ") };
    marked_lines(pieces).into_iter().map(|line| line.into_iter().map(run).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::texts::EN;
    use super::*;
    use crate::model::{BlockKind, Document};

    fn paragraphs(texts: &[&str]) -> Document {
        let blocks = texts.iter().map(|text| Block::new(BlockKind::Paragraph, *text)).collect();
        Document { blocks, ..Document::default() }
    }

    fn rows(old: &[&str], new: &[&str]) -> Vec<String> {
        let (old, new) = (paragraphs(old), paragraphs(new));
        let diff = diff::hunks(&old, &new);
        let mut budget = Budget { left: 1000, folded: 40 };
        let section = section(&EN, None, &new.blocks, &diff, &mut budget);
        let row = |row: Row| match row {
            Row::Same(text) => text,
            Row::Folded(said, lines) => format!("{said}: {}", lines.len()),
            Row::Edited(edit) => format!("{} {}/{}", edit.class, edit.old.len(), edit.new.len()),
        };
        section.rows.into_iter().map(row).collect()
    }

    #[test]
    fn what_did_not_change_is_folded_but_for_the_paragraphs_beside_an_edit() {
        let old = ["一", "二", "三", "四15件", "五", "六", "七"];
        let new = ["一", "二", "三", "四9件", "五", "六", "七"];
        assert_eq!(
            rows(&old, &new),
            ["2 unchanged paragraphs: 2", "三", "replaced 1/1", "五", "2 unchanged paragraphs: 2"]
        );
    }

    #[test]
    fn a_fold_that_is_too_long_for_the_page_is_only_counted() {
        let long = "长".repeat(20);
        let old = [&*long, &*long, "三", "四15件"];
        assert_eq!(rows(&old, &[&*long, &*long, "三", "四9件"])[0], "2 unchanged paragraphs: 0");
    }

    #[test]
    fn a_paragraph_between_two_edits_is_no_fold() {
        assert_eq!(rows(&["甲1", "乙", "丙1"], &["甲2", "乙", "丙2"]), ["replaced 1/1", "乙", "replaced 1/1"]);
    }
}
