//! PPT: the text of a binary presentation; WPS Office writes the same under `.dps`.
//!
//! In: bytes. Out: the text of each slide in its order, tables row by row, then its notes. Never: masters, slides that
//! an older save left in the file.
//!
//! Source: MS-PPT 2.1.2 (how to find the slides), 2.9 (text), MS-ODRAW 2.2 (shapes).

use std::collections::HashMap;

use super::lines::Lines;
use super::ole::{Ole, u16_at, u32_at};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "PPT";

/// Saves of one file that are followed back.
const EDITS: usize = 1_000;

const DOCUMENT: u16 = 0x03E8;
const SLIDE_ATOM: u16 = 0x03EF;
const SLIDE_PERSIST: u16 = 0x03F3;
const SLIDE_SHOW: u16 = 0x03F9;
const OUTLINE_REF: u16 = 0x0F9E;
const TEXT_CHARS: u16 = 0x0FA0;
const TEXT_BYTES: u16 = 0x0FA8;
const SLIDE_LIST: u16 = 0x0FF0;
const USER_EDIT: u16 = 0x0FF5;
const PERSIST: u16 = 0x1772;
/// Shapes of OfficeArt: a group, one shape, its anchor in the group, its further properties.
const GROUP: u16 = 0xF003;
const CHILD_ANCHOR: u16 = 0xF00F;
const MORE_PROPERTIES: u16 = 0xF122;

/// The property of a group that is a table. Source: MS-ODRAW 2.3.4.37.
const TABLE_PROPERTY: u16 = 0x039F;

/// One record: containers hold others.
#[derive(Debug, Clone, Copy)]
struct Record {
    kind: u16,
    instance: u16,
    is_container: bool,
    /// Where its contents begin and end.
    start: usize,
    end: usize,
}

/// The record at `at`, if it lies before `end`.
fn record(stream: &[u8], at: usize, end: usize) -> Option<Record> {
    let head = u16_at(stream, at)?;
    let start = at + 8;
    let own = start.checked_add(u32_at(stream, at + 4)? as usize)?;
    (start <= end).then_some(Record {
        kind: u16_at(stream, at + 2)?,
        instance: head >> 4,
        is_container: head & 0xF == 0xF,
        start,
        end: own.min(end),
    })
}

/// A slide or a page of notes as the document lists it.
#[derive(Debug, Default)]
struct Listed {
    place: u32,
    id: u32,
    /// Texts that stand in the list and not in the slide.
    outline: Vec<String>,
}

/// The text of a PPT file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut ole = Ole::open(bytes, FORMAT, limits)?;
    let user = ole.stream("/Current User")?;
    if u32_at(&user, 12) == Some(0xF3D1_C4DF) {
        return Err(AttachError::Encrypted);
    }
    let stream = ole.stream("/PowerPoint Document")?;
    let broken = || AttachError::Broken(FORMAT, "it has no list of slides".to_owned());
    let (places, document) = u32_at(&user, 16).and_then(|at| places(&stream, at as usize)).ok_or_else(broken)?;
    let at = |place: u32| places.get(&place).and_then(|at| record(&stream, *at as usize, stream.len()));
    let document = at(document).filter(|record| record.kind == DOCUMENT).ok_or_else(broken)?;
    let slides = listed(&stream, document, 0);
    let notes: HashMap<u32, Listed> = listed(&stream, document, 2).into_iter().map(|note| (note.id, note)).collect();
    let mut lines = Lines::new(limits);
    for slide in slides.iter().take(limits.pages) {
        let Some(container) = at(slide.place) else { continue };
        let mut page = Page { stream: &stream, outline: &slide.outline, notes: 0, lines: &mut lines };
        page.read(container);
        let note = notes.get(&page.notes).and_then(|note| at(note.place));
        if let Some(container) = note {
            Page { stream: &stream, outline: &[], notes: 0, lines: &mut lines }.read(container);
        }
        if lines.is_full() {
            break;
        }
    }
    if slides.len() > limits.pages {
        lines.cut(&format!("only its first {} slides were read", limits.pages));
    }
    Ok(lines.into_words())
}

/// Where each object of the newest save lies, and which one is the document.
fn places(stream: &[u8], newest: usize) -> Option<(HashMap<u32, u32>, u32)> {
    let mut places = HashMap::new();
    let (mut at, mut document) = (newest, None);
    for _ in 0..EDITS {
        let edit = record(stream, at, stream.len()).filter(|edit| edit.kind == USER_EDIT)?;
        document = document.or(u32_at(stream, edit.start + 16));
        directory(stream, u32_at(stream, edit.start + 12)? as usize, &mut places);
        let before = u32_at(stream, edit.start + 8)? as usize;
        if before == 0 || before >= at {
            break;
        }
        at = before;
    }
    Some((places, document?))
}

/// Adds one directory; a newer save stands before an older one.
fn directory(stream: &[u8], at: usize, places: &mut HashMap<u32, u32>) {
    let Some(table) = record(stream, at, stream.len()).filter(|table| table.kind == PERSIST) else { return };
    let mut at = table.start;
    while let Some(head) = u32_at(stream, at).filter(|_| at + 4 <= table.end) {
        let (first, n) = (head & 0x000F_FFFF, head >> 20);
        at += 4;
        for id in 0..n {
            let Some(place) = u32_at(stream, at).filter(|_| at + 4 <= table.end) else { return };
            places.entry(first + id).or_insert(place);
            at += 4;
        }
    }
}

/// The slides (instance 0) or pages of notes (instance 2) of the document.
fn listed(stream: &[u8], document: Record, instance: u16) -> Vec<Listed> {
    let mut all: Vec<Listed> = Vec::new();
    let mut at = document.start;
    while let Some(list) = record(stream, at, document.end) {
        at = list.end;
        if list.kind != SLIDE_LIST || list.instance != instance {
            continue;
        }
        let mut at = list.start;
        while let Some(entry) = record(stream, at, list.end) {
            at = entry.end;
            if entry.kind == SLIDE_PERSIST {
                let (place, id) = (u32_at(stream, entry.start), u32_at(stream, entry.start + 12));
                all.push(Listed { place: place.unwrap_or(0), id: id.unwrap_or(0), outline: Vec::new() });
            } else if let (Some(text), Some(slide)) = (text(stream, entry), all.last_mut()) {
                slide.outline.push(text);
            }
        }
    }
    all
}

/// The text of a record of text.
fn text(stream: &[u8], record: Record) -> Option<String> {
    let bytes = stream.get(record.start..record.end)?;
    match record.kind {
        TEXT_CHARS => Some(encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()),
        // The lower bytes of UTF-16 whose upper ones are zero.
        TEXT_BYTES => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => None,
    }
}

/// A group of shapes in reading.
#[derive(Debug)]
struct Group {
    end: usize,
    is_table: bool,
    /// Left and top of the shape that is read.
    anchor: (u32, u32),
    /// Texts of a table: top, left, text.
    cells: Vec<(i32, i32, String)>,
}

/// One slide in reading.
struct Page<'a, 'l> {
    stream: &'a [u8],
    outline: &'a [String],
    /// The page of notes of this slide; 0 for none.
    notes: u32,
    lines: &'l mut Lines,
}

impl Page<'_, '_> {
    /// Walks the records of a slide in their order; a container is entered, never called.
    fn read(&mut self, slide: Record) {
        let mut groups: Vec<Group> = Vec::new();
        let mut at = slide.start;
        while let Some(record) = record(self.stream, at, slide.end) {
            while groups.last().is_some_and(|group| group.end <= at) {
                self.close(groups.pop());
            }
            at = if record.is_container { record.start } else { record.end };
            match record.kind {
                // A table has no groups inside; deeper ones are read as they come.
                GROUP if groups.len() < 64 => {
                    let (anchor, cells) = ((0, 0), Vec::new());
                    groups.push(Group { end: record.end, is_table: false, anchor, cells });
                }
                _ => self.one(record, groups.last_mut()),
            }
            if self.lines.is_full() {
                break;
            }
        }
        while !groups.is_empty() {
            self.close(groups.pop());
        }
    }

    fn one(&mut self, record: Record, group: Option<&mut Group>) {
        match record.kind {
            SLIDE_ATOM => self.notes = u32_at(self.stream, record.start + 16).unwrap_or(0),
            SLIDE_SHOW if u16_at(self.stream, record.start + 10).is_some_and(|marks| marks & 4 != 0) => {
                self.lines.note("it has hidden slides, which were read");
            }
            CHILD_ANCHOR => {
                if let (Some(group), Some(left), Some(top)) =
                    (group, u32_at(self.stream, record.start), u32_at(self.stream, record.start + 4))
                {
                    group.anchor = (top, left);
                }
            }
            MORE_PROPERTIES => {
                if let Some(group) = group {
                    group.is_table |= self.has_table_property(record);
                }
            }
            OUTLINE_REF => {
                let text = u32_at(self.stream, record.start).and_then(|place| self.outline.get(place as usize));
                self.put(text.cloned().unwrap_or_default(), group);
            }
            _ => {
                if let Some(text) = text(self.stream, record) {
                    self.put(text, group);
                }
            }
        }
    }

    /// Properties have six bytes each, their number stands in the instance; data of longer ones follows.
    fn has_table_property(&self, record: Record) -> bool {
        let codes = (0..usize::from(record.instance)).map(|place| u16_at(self.stream, record.start + place * 6));
        codes.flatten().any(|code| code & 0x3FFF == TABLE_PROPERTY)
    }

    fn put(&mut self, text: String, group: Option<&mut Group>) {
        // The mark of a number or a date that PowerPoint sets by itself.
        if text.trim() == "*" {
            return;
        }
        match group.filter(|group| group.is_table) {
            Some(group) => {
                let (top, left) = group.anchor;
                group.cells.push((top.cast_signed(), left.cast_signed(), text));
            }
            None => self.lines.paragraph(&text),
        }
    }

    /// The cells of a table come in any order; their places tell rows and columns.
    fn close(&mut self, group: Option<Group>) {
        let Some(Group { mut cells, .. }) = group else { return };
        let mut columns: Vec<i32> = cells.iter().map(|(_, left, _)| *left).collect();
        columns.sort_unstable();
        columns.dedup();
        cells.sort_by_key(|(top, left, _)| (*top, *left));
        for row in cells.chunk_by(|one, other| one.0 == other.0) {
            let mut texts = vec![""; columns.len()];
            for (_, left, text) in row {
                if let Ok(column) = columns.binary_search(left) {
                    texts[column] = text;
                }
            }
            self.lines.row(texts);
        }
    }
}
