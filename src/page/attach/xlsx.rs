//! XLSX: the sheets of a workbook row by row.
//!
//! In: bytes. Out: each sheet's name on a line, then its rows. Never: formulas (their last results are read), charts.
//!
//! Source: ECMA-376 part 1, 18.

use super::grid::Grid;
use super::lines::Lines;
use super::number;
use super::package::{Package, Relation};
use super::xml::{Element, Mark, Part};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "XLSX";

/// Shared strings that are kept: an empty one takes five bytes in the file and 24 in memory.
const STRINGS: usize = 4_000_000;

/// Styles of cells that are kept: a workbook may have 65,490.
const STYLES: usize = 65_536;

/// What all sheets share.
#[derive(Debug, Default)]
struct Book {
    strings: Vec<String>,
    /// The code of the number format of each style.
    formats: Vec<String>,
    is_1904: bool,
}

/// One sheet as the workbook lists it.
#[derive(Debug)]
struct Sheet {
    name: String,
    part: String,
    is_hidden: bool,
}

/// The text of an XLSX file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut package = Package::open(bytes, FORMAT, limits)?;
    let main = package.main("xl/workbook.xml")?;
    let relations = package.relations(&main)?;
    let mut book = Book::default();
    let sheets = sheets(&package.text(&main)?, &relations, &mut book)?;
    for relation in relations.iter().filter(|relation| package.has(&relation.target)).cloned().collect::<Vec<_>>() {
        match relation.kind.as_str() {
            "sharedStrings" => book.strings = strings(&package.text(&relation.target)?)?,
            "styles" => book.formats = formats(&package.text(&relation.target)?)?,
            _ => {}
        }
    }
    let mut lines = Lines::new(limits);
    for sheet in sheets.iter().take(limits.pages) {
        if sheet.is_hidden {
            lines.note("it has hidden sheets, which were read");
        }
        let mut grid = Grid::new(limits);
        if package.has(&sheet.part) {
            cells(&package.text(&sheet.part)?, &book, &mut grid)?;
        }
        grid.finish(&sheet.name, &mut lines);
        if lines.is_full() {
            break;
        }
    }
    if sheets.len() > limits.pages {
        lines.cut(&format!("only its first {} sheets were read", limits.pages));
    }
    Ok(lines.into_words())
}

fn sheets(xml: &str, relations: &[Relation], book: &mut Book) -> Result<Vec<Sheet>, AttachError> {
    let mut sheets = Vec::new();
    let mut part = Part::new(xml, FORMAT);
    while let Some(mark) = part.next()? {
        let Mark::Open(element) = mark else { continue };
        match element.name() {
            "workbookPr" => book.is_1904 = matches!(element.get("date1904").as_deref(), Some("1" | "true")),
            "sheet" => {
                let id = element.get_exact("r:id").or_else(|| element.get("id"));
                let relation = relations.iter().find(|relation| Some(&relation.id) == id.as_ref());
                sheets.push(Sheet {
                    name: element.get("name").unwrap_or_default(),
                    part: relation.map(|relation| relation.target.clone()).unwrap_or_default(),
                    is_hidden: element.get("state").is_some_and(|state| state != "visible"),
                });
            }
            _ => {}
        }
    }
    Ok(sheets)
}

/// The shared strings; the phonetic guide of one is no part of it.
fn strings(xml: &str) -> Result<Vec<String>, AttachError> {
    let mut strings = Vec::new();
    let mut part = Part::new(xml, FORMAT);
    let (mut text, mut in_text, mut in_guide) = (String::new(), false, false);
    while let Some(mark) = part.next()? {
        match mark {
            Mark::Open(element) => match element.name() {
                "si" => text.clear(),
                "t" => in_text = true,
                "rPh" => in_guide = true,
                _ => {}
            },
            Mark::Close(name) => match name.as_str() {
                "si" if strings.len() < STRINGS => strings.push(std::mem::take(&mut text)),
                "t" => in_text = false,
                "rPh" => in_guide = false,
                _ => {}
            },
            Mark::Text(piece) if in_text && !in_guide => text.push_str(&piece),
            Mark::Text(_) => {}
        }
    }
    Ok(strings)
}

/// The code of the number format of each style of cells.
fn formats(xml: &str) -> Result<Vec<String>, AttachError> {
    let mut own = std::collections::HashMap::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    let mut part = Part::new(xml, FORMAT);
    while let Some(mark) = part.next()? {
        match mark {
            Mark::Open(element) => match element.name() {
                "numFmt" => {
                    let id: u16 = number_of(&element, "numFmtId").unwrap_or(0);
                    own.insert(id, element.get("formatCode").unwrap_or_default());
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells && formats.len() < STYLES => {
                    let id: u16 = number_of(&element, "numFmtId").unwrap_or(0);
                    formats.push(own.get(&id).cloned().unwrap_or_else(|| number::built_in(id).to_owned()));
                }
                _ => {}
            },
            Mark::Close(name) if name == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
    Ok(formats)
}

fn number_of<T: std::str::FromStr>(element: &Element<'_>, name: &str) -> Option<T> {
    element.get(name)?.parse().ok()
}

/// A cell in reading.
#[derive(Debug, Default)]
struct Cell {
    kind: String,
    style: usize,
    text: String,
}

/// Puts the cells of a sheet in place.
fn cells(xml: &str, book: &Book, grid: &mut Grid) -> Result<(), AttachError> {
    let mut part = Part::new(xml, FORMAT);
    // A row or a cell without a place of its own follows the one before it.
    let (mut row, mut column) = (0_u32, 0_u32);
    let (mut cell, mut in_value) = (Cell::default(), false);
    while let Some(mark) = part.next()? {
        match mark {
            Mark::Open(element) => match element.name() {
                "row" => {
                    row = number_of(&element, "r").map_or(row, |r: u32| r.saturating_sub(1));
                    column = 0;
                }
                "c" => {
                    if let Some(place) = element.get("r").as_deref().and_then(place) {
                        (row, column) = place;
                    }
                    let style = number_of(&element, "s").unwrap_or(0);
                    cell = Cell { kind: element.get("t").unwrap_or_default(), style, text: String::new() };
                }
                "v" | "t" => in_value = true,
                _ => {}
            },
            Mark::Close(name) => match name.as_str() {
                "row" => row = row.saturating_add(1),
                "c" => {
                    grid.put(row, column, &cell.shown(book));
                    column = column.saturating_add(1);
                }
                "v" | "t" => in_value = false,
                "sheetData" => break,
                _ => {}
            },
            Mark::Text(text) if in_value => cell.text.push_str(&text),
            Mark::Text(_) => {}
        }
        if grid.is_full() {
            break;
        }
    }
    Ok(())
}

impl Cell {
    fn shown(&self, book: &Book) -> String {
        match self.kind.as_str() {
            "s" => self
                .text
                .trim()
                .parse()
                .ok()
                .and_then(|place: usize| book.strings.get(place))
                .cloned()
                .unwrap_or_default(),
            "b" => if self.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "" | "n" => match self.text.trim().parse::<f64>() {
                Ok(value) => {
                    let format = book.formats.get(self.style).map_or("General", String::as_str);
                    number::shown(value, format, book.is_1904)
                }
                Err(_) => self.text.clone(),
            },
            "d" => self.text.trim_end_matches("T00:00:00").to_owned(),
            _ => self.text.clone(),
        }
    }
}

/// Row and column of a place like `B12`, from 0.
fn place(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let column = name[..digits].chars().try_fold(0_u32, |column, letter| {
        let value = letter.to_ascii_uppercase().to_digit(36)?.checked_sub(9)?;
        column.checked_mul(26)?.checked_add(value)
    })?;
    Some((name[digits..].parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_cell_is_read() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        for wrong in ["", "A", "1", "A0", "ZZZZZZZZZZ1", "é1", "A99999999999"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
