//! The text of WordprocessingML and DrawingML: paragraphs, tables, text boxes.
//!
//! In: one XML part of a DOCX or PPTX, or WordML of 2003. Out: its lines. Never: deleted or hidden text, the code of a field, the second
//! form of what `mc:AlternateContent` gives twice.
//!
//! The two languages name their parts alike (`w:p` and `a:p`, `w:t` and `a:t`, `w:tr`, `w:tc`), so one walk reads both.
//! Source: ECMA-376 part 1, 17 and 21.1.

use super::AttachError;
use super::lines::Lines;
use super::numbering;
use super::xml::{Element, Mark, Part};

/// Elements that are left out with all they hold: what was deleted or moved away, the fallback for old programs,
/// phonetic guides, and properties whose tabs are no tabs of the text.
const LEFT_OUT: [&str; 9] = ["del", "moveFrom", "Fallback", "rt", "tabs", "tabLst", "delText", "instrText", "binData"];

/// Annotations of WordML that hold no words of the text: deleted ones, comments, the properties that were before.
const ANNOTATIONS: [&str; 4] = ["Word.Deletion", "Word.Comment", "Word.Formatting", "Word.Numbering"];

/// Fields of DrawingML whose text is no word of the author.
const MACHINE_FIELDS: [&str; 2] = ["slidenum", "datetime"];

/// Placeholders of a slide that hold no words of the author: its number, the date, its picture on a page of notes.
const MACHINE_PLACEHOLDERS: [&str; 3] = ["sldNum", "dt", "sldImg"];

/// A numbering of paragraphs.
pub(super) trait Numbering {
    /// The number that stands before a paragraph, by what its properties say.
    fn label(&mut self, style: Option<&str>, list: Option<&str>, level: Option<&str>) -> String;
}

/// Paragraphs without numbers.
pub(super) struct Unnumbered;

impl Numbering for Unnumbered {
    fn label(&mut self, _style: Option<&str>, _list: Option<&str>, _level: Option<&str>) -> String {
        String::new()
    }
}

/// A paragraph that is not finished. A text box stands inside one and holds others.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    list: Option<String>,
    level: Option<String>,
    /// The number before it as the file itself shows it: WordML does.
    label: Option<String>,
}

/// The walk over one part.
struct Walk<'l, N> {
    lines: &'l mut Lines,
    numbering: &'l mut N,
    paragraphs: Vec<Paragraph>,
    /// Whether each open run is hidden.
    runs: Vec<bool>,
    /// Whether each open field is still in its code.
    fields: Vec<bool>,
    /// Elements inside one that is left out, itself counted.
    skipped: usize,
    /// Whether text between tags belongs to the page: inside `t`.
    in_text: bool,
    /// Open properties of paragraphs.
    in_properties: usize,
    /// Whether the open row was deleted.
    row_deleted: bool,
    /// Whether the open shape holds no words of the author.
    is_muted: bool,
}

/// Adds the lines of a part. **Errors**: `Broken` where it is not well-formed.
pub(super) fn read<N: Numbering>(
    xml: &str,
    format: &'static str,
    lines: &mut Lines,
    numbering: &mut N,
) -> Result<(), AttachError> {
    let mut part = Part::new(xml, format);
    let mut walk = Walk {
        lines,
        numbering,
        paragraphs: Vec::new(),
        runs: Vec::new(),
        fields: Vec::new(),
        skipped: 0,
        in_text: false,
        in_properties: 0,
        row_deleted: false,
        is_muted: false,
    };
    while let Some(mark) = part.next()? {
        match mark {
            Mark::Open(_) if walk.skipped > 0 => walk.skipped += 1,
            Mark::Close(_) if walk.skipped > 0 => walk.skipped -= 1,
            Mark::Open(element) => walk.open(&element),
            Mark::Close(name) => walk.close(&name),
            Mark::Text(text) if walk.in_text && walk.skipped == 0 => walk.put(&text),
            Mark::Text(_) => {}
        }
        if walk.lines.is_full() {
            break;
        }
    }
    Ok(())
}

impl<N: Numbering> Walk<'_, N> {
    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        let annotation = if name == "annotation" { element.get("type") } else { None };
        if LEFT_OUT.contains(&name) || annotation.is_some_and(|kind| ANNOTATIONS.contains(&kind.as_str())) {
            // The mark of a deleted row has no text of its own.
            self.row_deleted |= name == "del" && self.in_properties > 0;
            self.skipped = 1;
            return;
        }
        match name {
            "p" => self.paragraphs.push(Paragraph::default()),
            "r" => self.runs.push(false),
            "t" if self.in_properties == 0 => self.in_text = true,
            "tr" => {
                self.lines.open_row();
                self.row_deleted = false;
            }
            "pPr" | "trPr" => self.in_properties += 1,
            "ph" if is_machine_placeholder(element) => self.is_muted = true,
            "fld" if is_machine_field(element) => self.skipped = 1,
            "fldChar" => self.field(element),
            "br" | "cr" => self.put("\n"),
            "tab" | "ptab" if self.in_properties == 0 => self.put(" "),
            "noBreakHyphen" => self.put("-"),
            "sym" => self.put(symbol(element)),
            "gridSpan" => self.lines.pass_over(columns(element).saturating_sub(1), true),
            "gridBefore" => self.lines.pass_over(columns(element), false),
            _ => self.property(name, element),
        }
    }

    /// What the properties of a run or a paragraph say.
    fn property(&mut self, name: &str, element: &Element<'_>) {
        let paragraph = self.paragraphs.last_mut().filter(|_| self.in_properties > 0);
        match (name, paragraph) {
            ("vanish", None) => {
                if let Some(run) = self.runs.last_mut() {
                    *run = element.is_on();
                }
            }
            ("pStyle", Some(paragraph)) => paragraph.style = element.get("val"),
            ("numId", Some(paragraph)) => paragraph.list = element.get("val"),
            ("ilvl", Some(paragraph)) => paragraph.level = element.get("val"),
            ("t", Some(paragraph)) => paragraph.label = element.get("val"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => self.close_paragraph(),
            "r" => drop(self.runs.pop()),
            "t" => self.in_text = false,
            "sp" => self.is_muted = false,
            "tc" => self.lines.close_cell(),
            "tr" if self.row_deleted => {
                self.lines.drop_row();
                self.row_deleted = false;
            }
            "tr" => self.lines.close_row(),
            "pPr" | "trPr" => self.in_properties = self.in_properties.saturating_sub(1),
            _ => {}
        }
    }

    fn close_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        if self.paragraphs.is_empty() {
            // The code of a field ends with its paragraph; one that lost its end would hide all that follows.
            self.fields.retain(|is_code| !is_code);
        }
        if paragraph.text.trim().is_empty() {
            return;
        }
        let Paragraph { text, style, list, level, label } = paragraph;
        let counted = || self.numbering.label(style.as_deref(), list.as_deref(), level.as_deref());
        let label = label.map_or_else(counted, |label| numbering::shown(&label));
        self.lines.paragraph(&format!("{label}{text}"));
    }

    fn put(&mut self, text: &str) {
        if self.is_muted || self.runs.last() == Some(&true) || self.fields.contains(&true) {
            return;
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    fn field(&mut self, element: &Element<'_>) {
        match element.get("fldCharType").as_deref() {
            // A field inside a field inside a field has no end in a real file; no more is kept than can be searched.
            Some("begin") if self.fields.len() < 64 => self.fields.push(true),
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    *field = false;
                }
            }
            Some("end") => drop(self.fields.pop()),
            _ => {}
        }
    }
}

/// How many columns a property of a cell or row speaks of.
fn columns(element: &Element<'_>) -> usize {
    element.get("val").and_then(|n| n.trim().parse().ok()).unwrap_or(0)
}

/// Whether a shape of a slide holds no words of the author, by its placeholder.
fn is_machine_placeholder(element: &Element<'_>) -> bool {
    element.get("type").is_some_and(|kind| MACHINE_PLACEHOLDERS.contains(&kind.as_str()))
}

fn is_machine_field(element: &Element<'_>) -> bool {
    element.get("type").is_some_and(|kind| MACHINE_FIELDS.iter().any(|machine| kind.starts_with(machine)))
}

/// The boxes and ticks of forms that are set in a font of pictures; other pictures are no text.
fn symbol(element: &Element<'_>) -> &'static str {
    let font = element.get("font").unwrap_or_default();
    let code = element.get("char").and_then(|code| u32::from_str_radix(&code, 16).ok()).unwrap_or(0) & 0xFF;
    match (font.as_str(), code) {
        ("Wingdings", 0x6F | 0xA8) | ("Wingdings 2", 0xA3 | 0x2A) => "□",
        ("Wingdings", 0xFE) | ("Wingdings 2", 0x52) => "☑",
        ("Wingdings", 0xFC) | ("Wingdings 2", 0x50) => "√",
        _ => "",
    }
}
