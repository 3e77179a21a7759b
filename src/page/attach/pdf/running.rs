//! PURE. Page numbers and running heads: what stands at the edge of page after page is no text.
//!
//! In: the lines of all pages. Out: the same without these. Never: a line of a table, or one that few pages have.

use std::collections::HashMap;

use super::tables::PageLine;

/// Part of the longer side in which heads and feet stand: less than the margins of Word, 72 of 842 points.
const HEAD_RATIO: f64 = 0.085;
/// The same for page numbers: those of official papers stand right under the text, 35 of 297 millimetres.
const NUMBER_RATIO: f64 = 0.125;
/// Pages that a head must stand on, where not every page has it.
const LEAST_PAGES: usize = 3;

/// Leaves out page numbers and running heads.
pub(super) fn leave_out(pages: &mut [Vec<PageLine>]) {
    let mut n_pages: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let mut heads: Vec<String> = page.iter().filter(|line| stands_within(line, HEAD_RATIO)).map(head).collect();
        heads.sort_unstable();
        heads.dedup();
        for head in heads {
            *n_pages.entry(head).or_default() += 1;
        }
    }
    let n_all = pages.len();
    // Heads of left and right pages may differ.
    let is_running = |n: usize| (n >= LEAST_PAGES && n * 5 >= n_all * 2) || (n > 1 && n == n_all);
    for (at, page) in pages.iter_mut().enumerate() {
        page.retain(|line| {
            let is_number = stands_within(line, NUMBER_RATIO) && is_page_number(&line.text, at + 1, n_all);
            let is_head = stands_within(line, HEAD_RATIO) && n_pages.get(&head(line)).is_some_and(|n| is_running(*n));
            !is_number && !is_head
        });
    }
}

fn stands_within(line: &PageLine, ratio: f64) -> bool {
    line.from_edge.is_some_and(|from_edge| from_edge < ratio)
}

/// A line without its numbers, which may be those of pages.
fn head(line: &PageLine) -> String {
    line.text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit()).collect()
}

/// Whether a line is the number of a page: `- 3 -`, `第 3 页 共 9 页`, `3/9`; a number alone only where it is that of
/// the page, and there are others.
fn is_page_number(line: &str, page: usize, n_pages: usize) -> bool {
    let is_of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-—–－―·第页共/,，".contains(c);
    let bare = line.trim();
    if let Ok(number) = bare.parse::<usize>() {
        return n_pages > 1 && number.abs_diff(page) <= n_pages;
    }
    let n_digits = line.chars().filter(char::is_ascii_digit).count();
    (1..=8).contains(&n_digits) && line.chars().all(is_of_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(&str, f64)]) -> Vec<PageLine> {
        let line = |(text, from_edge): &(&str, f64)| PageLine { text: (*text).to_owned(), from_edge: Some(*from_edge) };
        lines.iter().map(line).collect()
    }

    #[test]
    fn numbers_and_heads_of_page_after_page_are_left_out_and_nothing_else() {
        let mut pages: Vec<_> = ["甲", "乙", "丙"]
            .iter()
            .enumerate()
            .map(|(n, text)| page(&[("县政府公报", 0.05), (text, 0.08), ("2", 0.3), (&format!("— {} —", n + 1), 0.1)]))
            .collect();
        leave_out(&mut pages);
        let text: Vec<&str> = pages.iter().flatten().map(|line| line.text.as_str()).collect();
        assert_eq!(text, ["甲", "2", "乙", "2", "丙", "2"]);
        let mut one = vec![page(&[("县政府公报", 0.05), ("2", 0.05), ("- 1 -", 0.05)])];
        leave_out(&mut one);
        assert_eq!(one[0].iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["县政府公报", "2"]);
    }
}
