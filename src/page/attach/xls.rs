//! XLS: the sheets of a binary workbook row by row; WPS Office writes the same under `.et`.
//!
//! In: bytes. Out: each sheet's name on a line, then its rows. Never: formulas (their last results are read), charts.
//!
//! Source: MS-XLS 2.4; Excel 5 and 95 (BIFF5) keep 8-bit strings in the code page of the workbook.

use super::biff::{Record, Records, Strings, decoded, unicode};
use super::grid::Grid;
use super::lines::Lines;
use super::number;
use super::ole::{Ole, u16_at, u32_at};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "XLS";

/// The versions that are read, as the first record says them.
const BIFF_5: u16 = 0x0500;
const BIFF_8: u16 = 0x0600;

/// What all sheets share.
#[derive(Debug, Default)]
struct Book {
    is_old: bool,
    code_page: u16,
    is_1904: bool,
    strings: Vec<String>,
    /// Codes of number formats by their number.
    codes: std::collections::HashMap<u16, String>,
    /// The number of the format of each style.
    styles: Vec<u16>,
    sheets: Vec<Sheet>,
}

/// One sheet as the workbook lists it.
#[derive(Debug)]
struct Sheet {
    name: String,
    at: usize,
    is_hidden: bool,
}

/// What a record of a sheet is.
enum Found {
    /// A cell, which is put in place.
    Shown,
    /// A formula whose text comes in a record of its own.
    Awaited(u32, u32),
}

/// The text of an XLS file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut ole = Ole::open(bytes, FORMAT, limits)?;
    let mut stream = ole.stream("/Workbook")?;
    if stream.is_empty() {
        stream = ole.stream("/Book")?;
    }
    let book = Book::read(&stream)?;
    let mut lines = Lines::new(limits);
    for sheet in book.sheets.iter().take(limits.pages) {
        if sheet.is_hidden {
            lines.note("it has hidden sheets, which were read");
        }
        let mut grid = Grid::new(limits);
        book.cells(&stream, sheet.at, &mut grid);
        grid.finish(&sheet.name, &mut lines);
        if lines.is_full() {
            break;
        }
    }
    if book.sheets.len() > limits.pages {
        lines.cut(&format!("only its first {} sheets were read", limits.pages));
    }
    Ok(lines.into_words())
}

impl Book {
    /// Reads the records before the first sheet.
    fn read(stream: &[u8]) -> Result<Self, AttachError> {
        let broken = |reason: &str| AttachError::Broken(FORMAT, reason.to_owned());
        let version = u16_at(stream, 4).filter(|_| u16_at(stream, 0) == Some(0x0809));
        let mut book = Self { code_page: 936, ..Self::default() };
        match version {
            Some(BIFF_8) => {}
            Some(BIFF_5) => book.is_old = true,
            Some(other) => return Err(broken(&format!("version {other:#06x} is not read"))),
            None => return Err(broken("it has no workbook")),
        }
        let mut is_whole = false;
        for record in Records::new(stream, 0) {
            match record.kind {
                0x002F => return Err(AttachError::Encrypted),
                0x000A => {
                    is_whole = true;
                    break;
                }
                _ => drop(book.global(&record)),
            }
        }
        if is_whole { Ok(book) } else { Err(broken("it ends inside the list of its sheets")) }
    }

    /// One record of the workbook; `None` where it is too short.
    fn global(&mut self, record: &Record<'_>) -> Option<()> {
        let bytes = record.bytes;
        match record.kind {
            0x0042 => self.code_page = u16_at(bytes, 0)?,
            0x0022 => self.is_1904 = u16_at(bytes, 0)? == 1,
            0x00E0 if self.styles.len() < usize::from(u16::MAX) => self.styles.push(u16_at(bytes, 2)?),
            0x041E => {
                let code = if self.is_old { self.short(bytes.get(2..)?)? } else { unicode(bytes.get(2..)?)? };
                self.codes.insert(u16_at(bytes, 0)?, code);
            }
            0x0085 => {
                let name = bytes.get(6..)?;
                let name = if self.is_old {
                    self.short(name)?
                } else {
                    // The length has one byte here, two in all other places.
                    unicode(&[&[*name.first()?, 0], name.get(1..)?].concat())?
                };
                // Sheets of macros and charts have no cells; 0 is a worksheet.
                if bytes.get(5)?.trailing_zeros() >= 4 {
                    let is_hidden = bytes.get(4)? & 3 != 0;
                    self.sheets.push(Sheet { name, at: u32_at(bytes, 0)? as usize, is_hidden });
                }
            }
            0x00FC => self.strings = Strings::new(record).all(),
            _ => {}
        }
        Some(())
    }

    /// An 8-bit string with a length of one byte.
    fn short(&self, bytes: &[u8]) -> Option<String> {
        let length = usize::from(*bytes.first()?);
        Some(decoded(bytes.get(1..=length)?, self.code_page))
    }

    /// Puts the cells of the sheet at `at` in place. A record that is too short is no cell.
    fn cells(&self, stream: &[u8], at: usize, grid: &mut Grid) {
        // A chart inside a sheet is a stream of records of its own.
        let mut depth = 0_usize;
        let mut formula = None;
        for record in Records::new(stream, at) {
            match record.kind {
                0x0809 => depth += 1,
                0x000A if depth <= 1 => break,
                0x000A => depth -= 1,
                _ if depth != 1 => {}
                0x0207 => {
                    if let (Some((row, column)), Some(text)) = (formula.take(), self.string(record.bytes)) {
                        grid.put(row, column, &text);
                    }
                }
                _ => match self.cell(&record, grid) {
                    Some(Found::Awaited(row, column)) => formula = Some((row, column)),
                    Some(Found::Shown) => formula = None,
                    None => {}
                },
            }
            if grid.is_full() {
                break;
            }
        }
    }

    /// One record of a sheet; `None` for one that is no cell, or too short.
    fn cell(&self, record: &Record<'_>, grid: &mut Grid) -> Option<Found> {
        let bytes = record.bytes;
        if !matches!(record.kind, 0x00FD | 0x0204 | 0x00D6 | 0x027E | 0x00BD | 0x0203 | 0x0006 | 0x0205) {
            return None;
        }
        let (row, column) = (u32::from(u16_at(bytes, 0)?), u32::from(u16_at(bytes, 2)?));
        let style = u16_at(bytes, 4)?;
        let value = bytes.get(6..)?;
        match record.kind {
            0x00FD => grid.put(row, column, self.strings.get(u32_at(value, 0)? as usize)?),
            0x0204 | 0x00D6 => grid.put(row, column, &self.string(value)?),
            0x027E => grid.put(row, column, &self.number(compact(u32_at(value, 0)?), style)),
            0x0203 => grid.put(row, column, &self.number(double(value)?, style)),
            0x0205 => grid.put(row, column, truth(*value.first()?, *value.get(1)? == 1)),
            0x00BD => {
                // Style and number, one pair a column; then the last column.
                for (place, pair) in bytes.get(4..bytes.len().checked_sub(2)?)?.chunks_exact(6).enumerate() {
                    let column = column.saturating_add(u32::try_from(place).ok()?);
                    grid.put(row, column, &self.number(compact(u32_at(pair, 2)?), u16_at(pair, 0)?));
                }
            }
            _ => return self.formula(row, column, style, value, grid),
        }
        Some(Found::Shown)
    }

    /// The result of a formula: a number, or a mark of what else it is. Source: MS-XLS 2.5.133.
    fn formula(&self, row: u32, column: u32, style: u16, value: &[u8], grid: &mut Grid) -> Option<Found> {
        if u16_at(value, 6)? != 0xFFFF {
            grid.put(row, column, &self.number(double(value)?, style));
            return Some(Found::Shown);
        }
        match *value.first()? {
            0 => return Some(Found::Awaited(row, column)),
            1 => grid.put(row, column, truth(*value.get(2)?, false)),
            2 => grid.put(row, column, truth(*value.get(2)?, true)),
            _ => {}
        }
        Some(Found::Shown)
    }

    fn string(&self, bytes: &[u8]) -> Option<String> {
        if !self.is_old {
            return unicode(bytes);
        }
        let length = usize::from(u16_at(bytes, 0)?);
        Some(decoded(bytes.get(2..)?.get(..length)?, self.code_page))
    }

    fn number(&self, value: f64, style: u16) -> String {
        let format = self.styles.get(usize::from(style)).copied().unwrap_or(0);
        let code = self.codes.get(&format).map_or_else(|| number::built_in(format), String::as_str);
        number::shown(value, code, self.is_1904)
    }
}

/// A number in 30 bits: the upper part of a double, or an integer, either one in hundredths. Source: MS-XLS 2.5.122.
fn compact(coded: u32) -> f64 {
    let value =
        if coded & 2 == 0 { f64::from_bits(u64::from(coded & !3) << 32) } else { f64::from(coded.cast_signed() >> 2) };
    if coded & 1 == 0 { value } else { value / 100.0 }
}

fn double(bytes: &[u8]) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(..8)?.try_into().ok()?))
}

/// A truth value or an error as it is shown. Source: MS-XLS 2.5.10.
fn truth(value: u8, is_error: bool) -> &'static str {
    match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compact_number_is_a_double_or_an_integer_or_hundredths() {
        assert!((compact((45_000 << 2) | 2) - 45_000.0).abs() < f64::EPSILON);
        assert!((compact((1234 << 2) | 3) - 12.34).abs() < 1e-12);
        assert!((compact(0x3FF0_0000) - 1.0).abs() < f64::EPSILON);
        assert!((compact((-7_i32 << 2).cast_unsigned() | 2) + 7.0).abs() < f64::EPSILON);
    }
}
