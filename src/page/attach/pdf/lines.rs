//! PURE. The glyphs of one page as lines.
//!
//! In: glyphs and lines as the page draws them. Out: the lines of text in that order, cells of a row apart by tabs, and
//! how much of the page pictures cover. Producers of papers draw in reading order, columns one after the other and
//! tables row by row; sorting by height would run the lines of two columns into one another.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::kurbo::{Affine, BezPath, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

use super::radicals::unified;
use super::rulings::Rulings;
use super::tables::{self, Arranged};
use crate::page::attach::placed::{CELL_EMS, LINE_EMS};

/// Glyph coordinates of one em.
const EM_UNITS: f64 = 1000.0;
/// The same where the glyphs after the gap are shown by an operation of their own, as those of a cell are: the padding
/// of two narrow cells; between Chinese and Latin text producers leave a quarter.
const OWN_CELL_EMS: f64 = 0.35;
/// A gap from here on parts two words of letters, in ems; letters are kerned by less, a space is at least this wide.
const WORD_EMS: f64 = 0.2;
/// One glyph drawn again within this distance makes it bold, in ems; the narrowest letter is 0.2 wide.
const AGAIN_EMS: f64 = 0.1;
/// Glyphs of one line whose directions agree: the cosine of some eight degrees.
const SAME_DIRECTION: f64 = 0.99;

/// What one page says.
#[derive(Debug, Default)]
pub(super) struct PageText {
    /// Its lines and tables.
    pub(super) arranged: Arranged,
    /// Whether more text followed than could be taken.
    pub(super) is_cut: bool,
    /// Letters, digits and Chinese characters.
    pub(super) letters: usize,
    /// Glyphs whose character is not known.
    pub(super) unknown: usize,
    /// Part of the page that pictures cover, in all; above 1 where they lie on one another.
    pub(super) covered_ratio: f64,
}

/// Takes down what a page draws.
#[derive(Debug)]
pub(super) struct PageLines {
    page: PageText,
    size: Size,
    most_bytes: usize,
    /// Finished lines, and the bytes of their text.
    lines: Vec<TextLine>,
    n_bytes: usize,
    line: Option<Line>,
    rulings: Rulings,
}

/// How large a page is, in points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Size {
    /// Its longer side.
    pub(super) fn longer(self) -> f64 {
        self.width.max(self.height)
    }
}

/// A finished line.
#[derive(Debug)]
pub(super) struct TextLine {
    /// What stands between gaps is apart by tabs.
    pub(super) text: String,
    /// Its glyphs in order; at least one.
    pub(super) glyphs: Vec<Drawn>,
    /// Its base line below the top of the page, where it runs from left to right.
    pub(super) base: Option<f64>,
    pub(super) em: f64,
}

/// Where a glyph is drawn along its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    /// Where its characters begin in the text.
    pub(super) at: usize,
    pub(super) start: f64,
    pub(super) end: f64,
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
    glyphs: Vec<Drawn>,
    first: Place,
    end: f64,
    /// Where a character was drawn last, by the part of the line it stands in.
    drawn: HashMap<(char, i64), f64>,
}

impl PageLines {
    /// A page of whose text no more than `most_bytes` are taken.
    pub(super) fn new(size: Size, most_bytes: usize) -> Self {
        let (page, lines, rulings) = (PageText::default(), Vec::new(), Rulings::default());
        Self { page, size, most_bytes, lines, n_bytes: 0, line: None, rulings }
    }

    pub(super) fn finish(mut self) -> PageText {
        self.end_line();
        let mut arranged = tables::arranged(self.lines, &self.rulings.grids(), self.size);
        if self.page.is_cut {
            arranged.cut(self.most_bytes);
        }
        PageText { arranged, ..self.page }
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
        self.page.letters += characters.chars().filter(|c| c.is_alphanumeric()).count();
        if !self.line.as_ref().is_some_and(|line| line.continues_at(place)) {
            self.end_line();
        }
        let line = self.line.get_or_insert_with(|| Line::at(place));
        line.push(&characters, first, place, cell_ems);
        if self.n_bytes + line.text.len() > self.most_bytes {
            self.end_line();
            self.page.is_cut = true;
        }
    }

    fn end_line(&mut self) {
        let Some(Line { text, glyphs, first, .. }) = self.line.take() else { return };
        if !text.trim().is_empty() {
            self.n_bytes += text.trim().len();
            let base = (first.direction.x > SAME_DIRECTION).then_some(-first.across);
            self.lines.push(TextLine { text, glyphs, base, em: first.em });
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
        Self { text: String::new(), glyphs: Vec::new(), first, end: first.along, drawn: HashMap::new() }
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
            self.text.truncate(self.text.trim_end().len());
            self.glyphs.truncate(self.glyphs.partition_point(|glyph| glyph.at < self.text.len()));
            self.text.push('\t');
        } else if has_text && gap >= WORD_EMS * place.em && self.text.ends_with(is_word) && is_word(first) {
            self.text.push(' ');
        }
        let part = self.part(place.along);
        self.drawn.insert((first, part), place.along);
        self.end = place.along + place.advance;
        self.glyphs.push(Drawn { at: self.text.len(), start: place.along, end: self.end });
        self.text.push_str(characters);
    }
}

/// Whether words of such letters are parted by spaces.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

impl<'a> Device<'a> for PageLines {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let mut cell_ems = OWN_CELL_EMS;
        for glyph in run.glyphs() {
            if self.page.is_cut {
                return;
            }
            self.glyph(glyph, props.transform * glyph.transform(), run.writing_mode(), cell_ems);
            cell_ems = CELL_EMS;
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = f64::from(image.width()) * f64::from(image.height());
        let ratio = props.transform.determinant().abs() * pixels / (self.size.width * self.size.height);
        if ratio.is_finite() {
            self.page.covered_ratio += ratio;
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.rulings.draw(path, props.transform, mode);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
