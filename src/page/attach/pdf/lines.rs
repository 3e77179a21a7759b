//! PURE. The glyphs of one page as lines.
//!
//! In: glyphs as the page draws them. Out: lines in that order, cells of a row apart by tabs, and how much of the page
//! pictures cover. Producers of papers draw in reading order, columns one after the other and tables row by row;
//! sorting by height would run the lines of two columns into one another.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{Affine, BezPath, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

use super::radicals::unified;
use crate::page::attach::placed::{CELL_EMS, LINE_EMS, Placed, end_cell};

/// Glyph coordinates of one em.
const EM_UNITS: f64 = 1000.0;
/// A gap that parts two cells where the glyphs after the gap are shown by an operation of their own, as those of a cell are: the padding
/// of two narrow cells; between Chinese and Latin text producers leave a quarter.
const OWN_CELL_EMS: f64 = 0.35;
/// A gap from here on parts two words of letters, in ems; letters are kerned by less, a space is at least this wide.
const WORD_EMS: f64 = 0.2;
/// One glyph drawn again within this distance makes it bold, in ems; the narrowest letter is 0.2 wide.
const AGAIN_EMS: f64 = 0.1;
/// Glyphs of one line whose directions agree: the cosine of some eight degrees.
const SAME_DIRECTION: f64 = 0.99;

/// What one page says.
#[derive(Debug)]
pub(super) struct PageText {
    pub(super) lines: Placed,
    /// Glyphs whose character is not known.
    pub(super) unknown: usize,
    /// Part of the page that pictures cover, in all; above 1 where they lie on one another.
    pub(super) covered_ratio: f64,
}

/// Takes down what a page draws.
#[derive(Debug)]
pub(super) struct PageLines {
    page: PageText,
    page_area: f64,
    line: Option<Line>,
}

/// Where a glyph stands, along its line and across it, in points.
#[derive(Debug, Clone, Copy)]
struct Place {
    direction: Vec2,
    along: f64,
    across: f64,
    advance: f64,
    em: f64,
}

#[derive(Debug)]
struct Line {
    text: String,
    first: Place,
    end: f64,
    /// Where a character was drawn last, by the part of the line it stands in.
    drawn: HashMap<(char, i64), f64>,
}

impl PageLines {
    /// A page of this area, in square points, of whose text no more than `most_bytes` are taken.
    pub(super) fn new(page_area: f64, most_bytes: usize) -> Self {
        let page = PageText { lines: Placed::new(most_bytes), unknown: 0, covered_ratio: 0.0 };
        Self { page, page_area, line: None }
    }

    pub(super) fn finish(mut self) -> PageText {
        self.end_line();
        self.page
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, transform: Affine, mode: WritingMode, cell_ems: f64) {
        let Some(place) = Place::of(glyph, transform, mode) else { return };
        let characters = match glyph.as_unicode() {
            Some(BfString::Char(c)) => String::from(c),
            Some(BfString::String(characters)) => characters,
            None => String::from(char::REPLACEMENT_CHARACTER),
        };
        let characters: String = characters.chars().filter(|c| !c.is_control()).map(unified).collect();
        let Some(first) = characters.chars().next() else { return };
        if self.line.as_ref().is_some_and(|line| line.has_drawn(first, place)) {
            return;
        }
        if first == char::REPLACEMENT_CHARACTER {
            self.page.unknown += 1;
        }
        self.page.lines.count(&characters);
        if !self.line.as_ref().is_some_and(|line| line.continues_at(place)) {
            self.end_line();
        }
        let line = self.line.get_or_insert_with(|| Line::at(place));
        line.push(&characters, first, place, cell_ems);
        if self.page.lines.is_full_with(&line.text) {
            self.end_line();
            self.page.lines.cut();
        }
    }

    fn end_line(&mut self) {
        if let Some(line) = self.line.take() {
            self.page.lines.end_line(&line.text);
        }
    }
}

impl Place {
    fn of(glyph: &Glyph<'_>, transform: Affine, mode: WritingMode) -> Option<Self> {
        let [right_x, right_y, up_x, up_y, x, y] = transform.as_coeffs();
        let (width, height) = (Vec2::new(right_x, right_y) * EM_UNITS, Vec2::new(up_x, up_y) * EM_UNITS);
        let (step, em) = match mode {
            WritingMode::Horizontal => (width, height.hypot()),
            WritingMode::Vertical => (-height, width.hypot()),
        };
        let length = step.hypot();
        let is_drawn = |value: f64| value.is_finite() && value > 0.0;
        if !is_drawn(length) || !is_drawn(em) || !x.is_finite() || !y.is_finite() {
            return None;
        }
        let direction = step / length;
        let origin = Vec2::new(x, y);
        let advance = match (mode, glyph) {
            (WritingMode::Vertical, _) => length,
            (_, Glyph::Outline(glyph)) => f64::from(glyph.advance_width().unwrap_or(0.0)) / EM_UNITS * length,
            (_, Glyph::Type3(glyph)) => f64::from(glyph.advance_width().unwrap_or(0.0)) / EM_UNITS * length,
        };
        let place = Self { direction, along: origin.dot(direction), across: origin.cross(direction), advance, em };
        (place.along.is_finite() && place.across.is_finite() && advance.is_finite()).then_some(place)
    }
}

impl Line {
    fn at(first: Place) -> Self {
        Self { text: String::new(), first, end: first.along, drawn: HashMap::new() }
    }

    fn is_level_with(&self, place: Place) -> bool {
        let most = LINE_EMS * self.first.em.max(place.em);
        self.first.direction.dot(place.direction) > SAME_DIRECTION && (self.first.across - place.across).abs() < most
    }

    /// Whether a glyph there goes on with the line: level with it, and not back before its end by more than kerning.
    fn continues_at(&self, place: Place) -> bool {
        self.is_level_with(place) && place.along > self.end - LINE_EMS * place.em
    }

    /// Whether this character was drawn in this place before: producers embolden so, or fill and then stroke.
    fn has_drawn(&self, c: char, place: Place) -> bool {
        let near = AGAIN_EMS * self.first.em;
        let part = self.part(place.along);
        let is_near = |part: i64| self.drawn.get(&(c, part)).is_some_and(|along| (along - place.along).abs() < near);
        self.is_level_with(place) && (is_near(part) || is_near(part - 1) || is_near(part + 1))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the integers saturates: far from every part")]
    fn part(&self, along: f64) -> i64 {
        // Halved, so that the parts beside the first and the last can be asked for.
        (along / (AGAIN_EMS * self.first.em)).floor() as i64 / 2
    }

    fn push(&mut self, characters: &str, first: char, place: Place, cell_ems: f64) {
        let gap = place.along - self.end;
        let has_text = !self.text.trim_end().is_empty();
        if has_text && gap >= cell_ems * place.em {
            end_cell(&mut self.text);
        } else if has_text && gap >= WORD_EMS * place.em && self.text.ends_with(is_word) && is_word(first) {
            self.text.push(' ');
        }
        let part = self.part(place.along);
        self.drawn.insert((first, part), place.along);
        self.text.push_str(characters);
        self.end = place.along + place.advance;
    }
}

/// Whether words of such letters are parted by spaces.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

impl<'a> Device<'a> for PageLines {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let mut cell_ems = OWN_CELL_EMS;
        for glyph in run.glyphs() {
            if self.page.lines.is_cut {
                return;
            }
            self.glyph(glyph, props.transform * glyph.transform(), run.writing_mode(), cell_ems);
            cell_ems = CELL_EMS;
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = f64::from(image.width()) * f64::from(image.height());
        let ratio = props.transform.determinant().abs() * pixels / self.page_area;
        if ratio.is_finite() {
            self.page.covered_ratio += ratio;
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
