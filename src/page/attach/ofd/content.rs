//! PURE. One page of an OFD file: its text objects as lines.
//!
//! In: the XML of a `Content.xml`. Out: lines in the order of the objects, cells of a row apart by tabs; which
//! templates stand behind and before it; how much of it pictures cover. Lengths are millimetres.

use quick_xml::events::{BytesStart, Event};

use super::{AttachError, attribute, read_events};
use crate::page::attach::placed::{CELL_EMS, LINE_EMS, Placed, end_cell};

/// The area of a page that states none: most papers are A4.
pub(super) const A4_AREA: f64 = 210.0 * 297.0;
/// The size of text that states none: 五号, the size of tables.
const USUAL_SIZE: f64 = 3.7;

/// What one page says.
#[derive(Debug)]
pub(super) struct PageText {
    pub(super) lines: Placed,
    /// What pictures cover in all.
    pub(super) covered_area: f64,
    /// Its own area, where it states one.
    pub(super) area: Option<f64>,
    /// Ids of the templates behind it.
    pub(super) behind: Vec<String>,
    /// Ids of the templates before it.
    pub(super) before: Vec<String>,
}

impl PageText {
    fn new(most_bytes: usize) -> Self {
        let lines = Placed::new(most_bytes);
        Self { lines, covered_area: 0.0, area: None, behind: Vec::new(), before: Vec::new() }
    }
}

/// Reads a page. Of its text no more than `most_bytes` are taken.
pub(super) fn page_text(xml: &str, most_bytes: usize) -> Result<PageText, AttachError> {
    let mut writer = Writer { page: PageText::new(most_bytes), object: Object::default(), line: None };
    let mut characters = String::new();
    read_events(xml, |event, path| match event {
        Event::Start(tag) | Event::Empty(tag) => {
            characters.clear();
            writer.start(tag);
        }
        Event::End(tag) if tag.local_name().as_ref() == "TextCode" => writer.text_code(&characters),
        Event::Text(text) => match path.last().map(String::as_str) {
            Some("TextCode") => characters.push_str(text),
            Some("PhysicalBox") => writer.page.area = area(text),
            _ => {}
        },
        Event::CData(text) => characters.push_str(text),
        Event::GeneralRef(name) => characters.extend(referred(name)),
        _ => {}
    })?;
    writer.end_line();
    Ok(writer.page)
}

/// The character of a numbered reference or one of the five names that XML knows; a name that a DTD declares is none.
fn referred(name: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Some(c);
    }
    match name.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The area of a box: `x y width height`.
pub(super) fn area(text: &str) -> Option<f64> {
    match numbers(text)[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some(width * height),
        _ => None,
    }
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_ascii_whitespace().filter_map(|word| word.parse().ok()).filter(|n: &f64| n.is_finite()).collect()
}

/// The text object that is being read.
#[derive(Debug)]
struct Object {
    left: f64,
    top: f64,
    matrix: [f64; 6],
    size: f64,
    /// Where the text code stands, within the object; the next one stands there too where it does not say.
    x: f64,
    y: f64,
    /// Steps to the second and each further character.
    width: Option<f64>,
}

impl Default for Object {
    fn default() -> Self {
        let matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        Self { left: 0.0, top: 0.0, matrix, size: USUAL_SIZE, x: 0.0, y: 0.0, width: None }
    }
}

impl Object {
    fn of(tag: &BytesStart<'_>) -> Self {
        let mut object = Self::default();
        if let [left, top, ..] = numbers(&attribute(tag, "Boundary").unwrap_or_default())[..] {
            (object.left, object.top) = (left, top);
        }
        if let [a, b, c, d, e, f] = numbers(&attribute(tag, "CTM").unwrap_or_default())[..] {
            object.matrix = [a, b, c, d, e, f];
        }
        if let [size] = numbers(&attribute(tag, "Size").unwrap_or_default())[..] {
            object.size = size;
        }
        object
    }

    fn start_code(&mut self, tag: &BytesStart<'_>) {
        let number = |name| numbers(&attribute(tag, name).unwrap_or_default()).first().copied();
        self.x = number("X").unwrap_or(self.x);
        self.y = number("Y").unwrap_or(self.y);
        self.width = attribute(tag, "DeltaX").map(|steps| steps_width(&steps));
    }

    /// Where the text begins and ends on the page, its height above the page's top edge turned down, and its em.
    fn span(&self, characters: &str) -> (f64, f64, f64, f64) {
        let [to_right, to_bottom, down_right, down_bottom, right, bottom] = self.matrix;
        let start = self.left + to_right * self.x + down_right * self.y + right;
        let height = self.top + to_bottom * self.x + down_bottom * self.y + bottom;
        let last = characters.chars().last().map_or(0.0, em_width) * self.size;
        let width = self.width.map_or_else(|| characters.chars().map(em_width).sum::<f64>() * self.size, |w| w + last);
        (start, start + to_right * width, height, (down_right.hypot(down_bottom) * self.size).abs())
    }
}

/// About how wide a character is drawn, in ems.
fn em_width(c: char) -> f64 {
    if c.is_ascii() { 0.5 } else { 1.0 }
}

/// The sum of steps as `DeltaX` writes them: numbers, and `g n step` for n equal steps. Source: GB/T 33190, 11.3.
fn steps_width(steps: &str) -> f64 {
    let mut words = steps.split_ascii_whitespace();
    let mut sum = 0.0;
    while let Some(word) = words.next() {
        if word == "g" {
            let mut number = || words.next().and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
            sum += number() * number();
        } else {
            sum += word.parse::<f64>().unwrap_or(0.0);
        }
    }
    sum
}

struct Writer {
    page: PageText,
    object: Object,
    line: Option<Line>,
}

#[derive(Debug)]
struct Line {
    text: String,
    height: f64,
    end: f64,
}

impl Writer {
    fn start(&mut self, tag: &BytesStart<'_>) {
        match tag.local_name().as_ref() {
            "TextObject" => self.object = Object::of(tag),
            "TextCode" => self.object.start_code(tag),
            "ImageObject" => {
                self.page.covered_area += area(&attribute(tag, "Boundary").unwrap_or_default()).unwrap_or(0.0);
            }
            "Template" => {
                let id = attribute(tag, "TemplateID").unwrap_or_default();
                match attribute(tag, "ZOrder").as_deref() {
                    Some("Foreground") => self.page.before.push(id),
                    _ => self.page.behind.push(id),
                }
            }
            _ => {}
        }
    }

    fn text_code(&mut self, characters: &str) {
        let characters: String = characters.chars().filter(|c| !c.is_control()).collect();
        if characters.is_empty() || self.page.lines.is_cut {
            return;
        }
        let (start, end, height, em) = self.object.span(&characters);
        let goes_on = |line: &Line| (line.height - height).abs() < LINE_EMS * em && start > line.end - LINE_EMS * em;
        if !self.line.as_ref().is_some_and(goes_on) {
            self.end_line();
        }
        let line = self.line.get_or_insert_with(|| Line { text: String::new(), height, end: start });
        if start - line.end >= CELL_EMS * em {
            end_cell(&mut line.text);
        }
        line.text.push_str(&characters);
        line.end = end;
        self.page.lines.count(&characters);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_summed_with_their_repetitions() {
        assert!((steps_width("g 3 5 2.5") - 17.5).abs() < 1e-9);
        assert!((steps_width("1 2 x g") - 3.0).abs() < 1e-9);
    }
}
