//! The body by its place: the first text under the title, and what goes on with it.
//!
//! In: outline, weights, where the title stands. Out: a range of lines. Never: names of ids and classes. A short notice
//! is shorter than the footer and the side columns of its page: its place tells it, not its size.
//!
//! From the first line of text under the title the walk goes outwards, element by element, as long as what follows is
//! more of the same; a box of its own kind, links, or the words of chrome end it. It never leaves the smallest element
//! that holds the title too.

use std::cell::LazyCell;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::density::{Weights, is_date};
use super::labels;
use super::numeral;
use super::outline::{Line, Outline, Shape};
use super::pattern;
use super::seen::is_block;
use super::strip::Seam;
use super::title::bare;

/// Elements around a line that are looked at; real pages nest a body less than half as deep.
const MOST_LEVELS: usize = 64;

/// Lines between the title and the first text: date, source, counters, tools, the disclosure table.
const MOST_SEAM_LINES: usize = 60;

/// Lines between a title and the line of its date, and their most characters.
const MOST_SUBTITLES: usize = 4;
const LONGEST_SUBTITLE: usize = 60;

/// Longest head of a block of links to other reports, in characters.
const LONGEST_RELATED: usize = 12;

/// Least characters of a part of a title, and lines under date and source that may show parts of it.
const SHORTEST_PART: usize = 4;
const MOST_LINES_OF_PARTS: usize = 12;

/// Longest line, in characters, that states a date of publication.
pub(super) const LONGEST_INFO: usize = 160;

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    // Eight digits are a day behind a label alone.
    let written = concat!(
        r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|",
        r"(?:日期|时间)\s*[：:]\s*(?:19|20)\d{2}[01]\d[0-3]\d(?:\D|$)",
    );
    pattern(written)
});

/// The day on which the page is read.
static TODAY: LazyLock<Regex> = LazyLock::new(|| pattern("今天|今日|现在|当前|星期|农历"));

/// One part of an element, in reading order: a child element or a line of the element's own.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) element: Option<usize>,
    pub(super) lines: Range<usize>,
}

/// What stands behind a unit in the same element.
struct Behind<'f> {
    /// Whether text comes again.
    has_text: &'f dyn Fn() -> bool,
    /// Whether nothing in it speaks against its being text.
    is_clean: &'f dyn Fn() -> bool,
    is_nothing: bool,
}

/// The page with what the walk asks again and again.
pub(super) struct Walk<'o, 't> {
    outline: &'o Outline<'t>,
    weights: &'o Weights,
    /// For each element its first child that holds lines, and the next such child of its parent; 0, which is no child,
    /// where there is none.
    first_child: Vec<usize>,
    next_child: Vec<usize>,
}

/// The first text under the title and what goes on with it; `None` where there is none. `below` is the first line below
/// the title.
pub(super) fn found(outline: &Outline<'_>, weights: &Weights, below: usize) -> Option<Range<usize>> {
    let walk = Walk::of(outline, weights);
    let start = walk.first_text(below)?;
    Some(start..walk.end(start, below))
}

/// The first line of text under the title, which ends before line `below`.
pub(super) fn first_text(outline: &Outline<'_>, weights: &Weights, below: usize) -> Option<usize> {
    Walk::of(outline, weights).first_text(below)
}

/// Whether a line is one that portals put around a text; a link to a file is not told from others.
pub(super) fn is_seam(outline: &Outline<'_>, at: usize) -> bool {
    let line = &outline.lines[at];
    line.is_chrome() || line.is_links() || !line.text.chars().any(char::is_alphanumeric)
}

/// The first line below the one that states date and source.
pub(super) fn below_info(outline: &Outline<'_>) -> Option<usize> {
    outline.lines.iter().position(states_date).map(|at| at + 1)
}

/// The first line below the date of publication under a title, where no text follows it: counters and tools may stand
/// between the two.
pub(super) fn below_head(outline: &Outline<'_>, below: usize) -> usize {
    let is_date = |line: &Line| states_date(line) || is_date(&line.text);
    let is_head = |line: &&Line| !line.is_links() && (is_date(line) || labels::is_info(&line.text) || line.is_chrome());
    let head = outline.lines.iter().skip(below).take(MOST_SEAM_LINES).take_while(is_head);
    let last = head.enumerate().filter(|(_, line)| is_date(line)).last();
    below + last.map_or(0, |(at, _)| at + 1)
}

/// The first line below the pieces of a title that no line shows whole: its parts under the line of date and source.
pub(super) fn below_parts(outline: &Outline<'_>, title: Option<&str>) -> Option<usize> {
    let info = below_info(outline)?;
    let Some(title) = title.map(bare) else { return Some(info) };
    let is_part = |line: &Line| line.n_chars >= SHORTEST_PART && !line.is_links() && title.contains(&bare(&line.text));
    let under = outline.lines[info..].iter().take(MOST_LINES_OF_PARTS);
    let last = under.collect::<Vec<_>>().into_iter().rposition(is_part);
    Some(last.map_or(info, |at| info + at + 1))
}

/// Whether a line states when the report was published, and perhaps by whom.
pub(super) fn states_date(line: &Line) -> bool {
    let is_known = || labels::is_info(&line.text) || line.is_chrome();
    line.n_chars <= LONGEST_INFO && !line.is_links() && shows_day(&line.text) && is_known()
}

/// Whether a line says when and by whom without a label: `2026-03-02 兴县融媒体中心 浏览 37`. Under a title that is what it
/// says; anywhere else it may be anything.
fn is_bare_info(line: &Line) -> bool {
    /// Characters beside the day and its clock: an office, a person, a counter, sizes of the font.
    const MOST_BESIDE: usize = 30;
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        let written = "今天|今日|现在|当前|农历|通过|公布|修正|修订|施行|实施|截止|召开|会议|印发|[，。；！？、《》]";
        pattern(written)
    });
    let is_beside = |c: &char| !c.is_whitespace() && !c.is_ascii_digit() && !"-/.:：年月日时分".contains(*c);
    // A name and a day in Chinese digits alone may sign a text; a counter does not.
    let shows_day = || {
        let is_counted = || line.text.contains(|c: char| c.is_ascii_digit());
        DAY.is_match(&line.text) || (numeral::day(&line.text).is_some() && is_counted())
    };
    !line.is_links()
        && shows_day()
        && !OTHER.is_match(&line.text)
        && line.text.chars().filter(is_beside).count() <= MOST_BESIDE
}

/// Whether a line is a day in Chinese digits and nothing else. It may sign a text as well as date it.
fn is_lone_han_day(text: &str) -> bool {
    numeral::day(text) == Some(0..text.len())
}

/// Whether a text shows a day, and not that on which the page is read.
pub(super) fn shows_day(text: &str) -> bool {
    (DAY.is_match(text) || numeral::day(text).is_some()) && !TODAY.is_match(text) && !chrome::is_clock(text)
}

impl<'o, 't> Walk<'o, 't> {
    pub(super) fn of(outline: &'o Outline<'t>, weights: &'o Weights) -> Self {
        let n_elements = outline.elements.len();
        let (mut first_child, mut next_child) = (vec![0; n_elements], vec![0; n_elements]);
        for (at, element) in outline.elements.iter().enumerate().rev() {
            if let Some(parent) = element.parent.filter(|_| !element.lines.is_empty()) {
                next_child[at] = std::mem::replace(&mut first_child[parent], at);
            }
        }
        Self { outline, weights, first_child, next_child }
    }

    /// The children of an element that hold lines, in order.
    fn children(&self, element: usize) -> impl Iterator<Item = usize> {
        let child = |at: usize| (at > 0).then_some(at);
        std::iter::successors(child(self.first_child[element]), move |&at| child(self.next_child[at]))
    }

    /// Whether a link of a line leads to a file.
    fn is_file(&self, at: usize) -> bool {
        let first = self.outline.links.partition_point(|link| link.line < at);
        let links = self.outline.links[first..].iter().take_while(|link| link.line == at);
        links.into_iter().any(|link| super::attachments::is_file_link(link.node))
    }

    /// Whether a line is one that portals put around a text.
    fn is_seam(&self, at: usize) -> bool {
        let line = &self.outline.lines[at];
        line.is_chrome() || (line.is_links() && !self.is_file(at)) || !line.text.chars().any(char::is_alphanumeric)
    }

    /// The first line under the title that is text; where nothing else is, the head of a box of links.
    fn first_text(&self, below: usize) -> Option<usize> {
        let info = self.info_under(below);
        let from = info.map_or(below, |info| info + 1);
        let first = |may_be: &dyn Fn(usize) -> bool| self.first_of(from, info.is_some(), may_be);
        first(&|at| !self.weights.is_in_box(at)).or_else(|| first(&|_| true))
    }

    /// The first line of text, from this one on, that may be one.
    fn first_of(&self, from: usize, has_info: bool, may_be: &dyn Fn(usize) -> bool) -> Option<usize> {
        let mut seam = Seam::from(self.outline, from);
        let is_text = |&at: &usize| {
            let line = &self.outline.lines[at];
            let is_seam = seam.takes(at) || self.is_seam(at) || (!has_info && is_date(&line.text));
            !is_seam && may_be(at)
        };
        (from..self.outline.lines.len()).take(MOST_SEAM_LINES).find(is_text)
    }

    /// The line of date and source close under the title; between them stand subtitles at most.
    fn info_under(&self, below: usize) -> Option<usize> {
        let lines = self.outline.lines.get(below..)?;
        let may_stand_over = |line: &&Line| line.n_chars <= LONGEST_SUBTITLE && !line.text.contains(['，', '。', '；']);
        let n_over = lines.iter().take(MOST_SUBTITLES).take_while(may_stand_over).count();
        let labelled = lines.iter().take(n_over + 1).position(states_date);
        let is_subtitle = |line: &Line| line.text.starts_with(['—', '-', '（', '(']);
        let bare = || lines.iter().take(2).position(|line| !is_subtitle(line)).filter(|&at| is_bare_info(&lines[at]));
        let is_info = |at: usize| lines.get(at).is_some_and(|line| labels::is_info(&line.text));
        let is_beside_info = |at: usize| is_info(at + 1) || at.checked_sub(1).is_some_and(is_info);
        let parted = || (0..lines.len().min(3)).find(|&at| is_lone_han_day(&lines[at].text) && is_beside_info(at));
        labelled.or_else(bare).or_else(parted).map(|at| below + at)
    }

    /// Where the text that begins at `start` ends.
    pub(super) fn end(&self, start: usize, below: usize) -> usize {
        let outline = self.outline;
        let mut end = start + 1;
        let mut inner: Option<usize> = None;
        for level in outline.around(outline.lines[start].element).take(MOST_LEVELS) {
            let Some(stopped) = self.follow(level, inner, &mut end) else { break };
            let holds_title = outline.elements[level].lines.start < below;
            if stopped || holds_title {
                break;
            }
            inner = Some(level);
        }
        end
    }

    /// Goes on behind `end` within an element; whether something ended the text there. `inner` is the child that the
    /// text stands in.
    fn follow(&self, level: usize, inner: Option<usize>, end: &mut usize) -> Option<bool> {
        let units = self.units(level, *end);
        // Asked for many units, answered once: a page of 50,000 links would cost the square of that.
        let last_text = LazyCell::new(|| units.iter().rposition(|unit| self.is_text(unit)));
        let last_unclean = LazyCell::new(|| units.iter().rposition(|unit| !self.is_clean(unit)));
        for (n, unit) in units.iter().enumerate() {
            let behind = Behind {
                has_text: &|| last_text.is_some_and(|last| last > n),
                is_clean: &|| last_unclean.is_none_or(|last| last <= n),
                is_nothing: n + 1 == units.len(),
            };
            if !self.goes_on(unit, inner, &behind) {
                return Some(true);
            }
            *end = unit.lines.end;
        }
        *end = (*end).max(self.outline.elements.get(level)?.lines.end.min(self.outline.lines.len()));
        Some(false)
    }

    /// The parts of an element from a line on.
    pub(super) fn units(&self, level: usize, from: usize) -> Vec<Unit> {
        let lines = &self.outline.elements[level].lines;
        let mut at = from.max(lines.start);
        let mut units = Vec::new();
        for child in self.children(level) {
            let element = &self.outline.elements[child];
            if element.lines.start < at || (element.lines.len() == 1 && !is_block(element.node)) {
                continue;
            }
            units.extend((at..element.lines.start).map(|line| Unit { element: None, lines: line..line + 1 }));
            units.push(Unit { element: Some(child), lines: element.lines.clone() });
            at = element.lines.end;
        }
        units.extend(
            (at..lines.end.min(self.outline.lines.len())).map(|line| Unit { element: None, lines: line..line + 1 }),
        );
        units
    }

    /// Whether a unit is more of the text before it.
    fn goes_on(&self, unit: &Unit, inner: Option<usize>, behind: &Behind<'_>) -> bool {
        let is_after_box = inner.is_some_and(|inner| self.is_box(inner));
        if !is_after_box && self.is_broken(unit, inner) && self.is_clean(unit) {
            return true;
        }
        if self.is_paragraph(unit) {
            if !self.is_clean(unit) {
                // The words of chrome within a text are text.
                return !is_after_box && (behind.has_text)();
            }
            return !is_after_box || self.is_own_paragraph(unit) || self.is_twin(unit, inner);
        }
        if !self.is_clean(unit) {
            return false;
        }
        if is_after_box {
            return self.is_twin(unit, inner) || (!self.is_cell(inner) && (behind.is_clean)());
        }
        self.is_data(unit) || (behind.has_text)() || behind.is_nothing
    }

    /// Whether a unit is one line that stands in it directly.
    fn is_paragraph(&self, unit: &Unit) -> bool {
        let Some(element) = unit.element else { return true };
        unit.lines.len() == 1 && !self.is_box(element)
    }

    /// Whether a unit is a paragraph that breaks divide into lines: by its element, or by its sentences where it is called
    /// like the one that the text stands in.
    fn is_broken(&self, unit: &Unit, inner: Option<usize>) -> bool {
        let Some(at) = unit.element else { return false };
        let has_block = || self.children(at).any(|child| is_block(self.outline.elements[child].node));
        let has_sentence = || self.outline.has_sentence(&unit.lines);
        let is_like = || inner.is_some_and(|inner| self.called(at) == self.called(inner)) && has_sentence();
        (self.called(at).0 == "p" || is_like()) && !has_block()
    }

    /// What an element is called: its name and its classes.
    fn called(&self, at: usize) -> (&'t str, Option<&'t str>) {
        let node = self.outline.elements[at].node;
        (node.name(), node.attr("class"))
    }

    /// Whether a unit is a paragraph by its element, and of prose: beside a box, a line of any other kind is chrome.
    pub(super) fn is_own_paragraph(&self, unit: &Unit) -> bool {
        let is_p = unit.element.is_some_and(|at| self.outline.elements[at].node.name() == "p");
        is_p && self.outline.lines[unit.lines.start].shape != Shape::Heading
    }

    /// Whether an element holds more than one line, or its line in an element of its own.
    fn is_box(&self, at: usize) -> bool {
        let element = &self.outline.elements[at];
        let is_cell = matches!(element.node.name(), "td" | "th" | "tr" | "tbody" | "table");
        let has_block = || self.children(at).any(|child| is_block(self.outline.elements[child].node));
        is_cell || element.lines.len() > 1 || has_block()
    }

    fn is_cell(&self, inner: Option<usize>) -> bool {
        inner.is_some_and(|at| matches!(self.outline.elements[at].node.name(), "td" | "th"))
    }

    /// Rows of data or a list: parts of a text that are boxes by nature.
    fn is_data(&self, unit: &Unit) -> bool {
        let is_row = unit.lines.clone().any(|at| self.outline.lines[at].shape == Shape::Row);
        let name = unit.element.map_or("", |at| self.outline.elements[at].node.name());
        is_row || matches!(name, "ul" | "ol" | "dl" | "blockquote" | "pre" | "center")
    }

    /// Whether a unit is built and called like the box that the text stands in.
    fn is_twin(&self, unit: &Unit, inner: Option<usize>) -> bool {
        let (Some(one), Some(other)) = (unit.element, inner) else { return false };
        self.called(one) == self.called(other) && self.is_box(one) == self.is_box(other) && !self.is_cell(inner)
    }

    /// Whether a line heads a notice about the portal, as the line under it says, or heads nothing.
    fn is_notice(&self, at: usize) -> bool {
        let line = &self.outline.lines[at].text;
        let next = self.outline.lines.get(at + 1);
        next.map_or_else(|| chrome::is_notice(line), |next| chrome::is_notice_over(line, &next.text))
    }

    /// Whether nothing in a unit speaks against its being text.
    pub(super) fn is_clean(&self, unit: &Unit) -> bool {
        unit.lines.clone().all(|at| self.is_text_line(at))
    }

    /// Whether nothing in a line speaks against its being text.
    pub(super) fn is_text_line(&self, at: usize) -> bool {
        let line = &self.outline.lines[at];
        !self.weights.is_in_chrome(at)
            && !self.weights.is_in_box(at)
            && !self.is_seam(at)
            && !line.is_behind()
            && !self.is_notice(at)
            && (line.n_chars > LONGEST_RELATED || !chrome::is_related(&line.text))
    }

    /// Whether a unit is a paragraph of text.
    fn is_text(&self, unit: &Unit) -> bool {
        self.is_paragraph(unit) && self.is_clean(unit) && self.weights.of_lines(&unit.lines) > 0.0
    }
}
