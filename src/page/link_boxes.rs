//! Boxes of links: a short head and rows that lead elsewhere, in an element of their own: 通知公告, 最新信息, 全文下载.
//!
//! In: an outline. Out: which lines such boxes cover. Never: the names of boxes, which portals choose as they like; a list of
//! files, or of places in the page itself, which are the report's.

use super::attachments;
use super::density::is_date;
use super::outline::{Line, Outline};

/// Longest head of a box, in characters.
const LONGEST_HEAD: usize = 12;

/// Rows of a box: at least and at most.
const LEAST_ROWS: usize = 2;
const MOST_LINES: usize = 60;

/// For each line, whether it stands in such a box.
pub(super) fn lines(outline: &Outline<'_>) -> Vec<bool> {
    let lines = &outline.lines;
    let mut in_box = vec![false; lines.len()];
    // The lines from each one on that are rows or the days of rows, and the rows among them; one pass for all elements.
    let mut runs: Vec<(usize, usize)> = vec![(0, 0); lines.len() + 1];
    for (at, line) in lines.iter().enumerate().rev() {
        let (n_lines, n_rows) = runs[at + 1];
        if line.is_links() {
            runs[at] = (n_lines + 1, n_rows + 1);
        } else if is_date(&line.text) || is_more(line) {
            runs[at] = (n_lines + 1, n_rows);
        }
    }
    let mut boxed_to = 0;
    for element in &outline.elements {
        let (start, end) = (element.lines.start, element.lines.end.min(lines.len()));
        if start < boxed_to || end.saturating_sub(start) <= LEAST_ROWS || end - start > MOST_LINES {
            continue;
        }
        let (n_lines, n_rows) = runs[start + 1];
        let (_, n_behind) = runs[end];
        if start + 1 + n_lines >= end
            && n_rows.saturating_sub(n_behind) >= LEAST_ROWS
            && is_head(&lines[start])
            && leads_elsewhere(outline, start, end)
        {
            in_box[start..end].fill(true);
            boxed_to = end;
        }
    }
    in_box
}

/// Whether a line may head rows of links: a few words that say nothing by themselves.
fn is_head(line: &Line) -> bool {
    line.n_chars <= LONGEST_HEAD
        && !line.is_links()
        && !line.text.starts_with("附")
        && !line.text.contains(['，', '。', '；', '？', '！', '《', '》'])
}

/// Whether a line is the button behind a head.
fn is_more(line: &Line) -> bool {
    matches!(line.text.trim_matches(['>', '»', '[', ']', '+', ' ']), "更多" | "more" | "MORE" | "More")
}

/// Whether no link of these lines leads to a file or to a place in the page.
fn leads_elsewhere(outline: &Outline<'_>, start: usize, end: usize) -> bool {
    let first = outline.links.partition_point(|link| link.line < start);
    let links = outline.links[first..].iter().take_while(|link| link.line < end);
    links.into_iter().all(|link| {
        let is_place = link.node.attr("href").is_some_and(|href| href.len() > 1 && href.starts_with('#'));
        !is_place && !attachments::is_file_link(link.node)
    })
}
