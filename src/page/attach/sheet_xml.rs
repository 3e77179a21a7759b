//! A workbook of Excel 2003 as one XML file. Systems that fill in templates write it under `.xls`.
//!
//! In: bytes. Out: each sheet's name on a line, then its rows. Never: formulas (their last results are read), comments.
//!
//! Source: the XML Spreadsheet schema of Office 2003.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime, Time};

use super::grid::Grid;
use super::lines::Lines;
use super::number;
use super::xml::{Element, Mark, Part};
use super::{AttachError, Limits, Words, markup};
use crate::page::decode;

const FORMAT: &str = "Excel XML";

/// Styles that are kept: a workbook may have 65,490.
const STYLES: usize = 65_536;

/// Day 0 of the calendar of sheets.
const DAY_0: Date = Date::constant(1899, 12, 30);

/// The text of a workbook in one XML file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let xml = decode::text(bytes, None, None).text;
    if !markup::is_whole(&xml) {
        return Err(AttachError::Broken(FORMAT, "it is cut".to_owned()));
    }
    let mut part = Part::new(&xml, FORMAT);
    let mut book = Book::new(limits);
    while let Some(mark) = part.next()? {
        match mark {
            Mark::Open(element) => book.open(&element),
            Mark::Close(name) => book.close(&name),
            Mark::Text(text) => book.put(&text),
        }
        if book.lines.is_full() || book.n_sheets > limits.pages {
            break;
        }
    }
    if book.n_sheets > limits.pages {
        book.lines.cut(&format!("only its first {} sheets were read", limits.pages));
    }
    Ok(book.lines.into_words())
}

/// A workbook in reading.
struct Book<'l> {
    limits: &'l Limits,
    lines: Lines,
    /// The code of the number format of each style.
    formats: HashMap<String, String>,
    style: String,
    n_sheets: usize,
    sheet: String,
    grid: Grid,
    row: u32,
    column: u32,
    /// Rows and columns that the open row and the open cell take beside their own.
    more_rows: u32,
    more_columns: u32,
    cell: Cell,
    in_data: bool,
    in_comment: bool,
    in_visibility: bool,
}

/// A cell in reading.
#[derive(Debug, Default)]
struct Cell {
    style: String,
    kind: String,
    text: String,
}

impl<'l> Book<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            lines: Lines::new(limits),
            formats: HashMap::new(),
            style: String::new(),
            n_sheets: 0,
            sheet: String::new(),
            grid: Grid::new(limits),
            row: 0,
            column: 0,
            more_rows: 0,
            more_columns: 0,
            cell: Cell::default(),
            in_data: false,
            in_comment: false,
            in_visibility: false,
        }
    }

    fn open(&mut self, element: &Element<'_>) {
        let place = |own: u32| number_of(element, "Index").map_or(own, |index| index.saturating_sub(1));
        match element.name() {
            "Style" => self.style = element.get("ID").unwrap_or_default(),
            "NumberFormat" if self.formats.len() < STYLES => {
                let code = element.get("Format").unwrap_or_default();
                self.formats.insert(self.style.clone(), code);
            }
            "Worksheet" => {
                self.n_sheets += 1;
                self.sheet = element.get("Name").unwrap_or_default();
                self.row = 0;
            }
            "Row" => {
                (self.row, self.column) = (place(self.row), 0);
                self.more_rows = number_of(element, "Span").unwrap_or(0);
            }
            "Cell" => {
                self.column = place(self.column);
                self.more_columns = number_of(element, "MergeAcross").unwrap_or(0);
                self.cell = Cell { style: element.get("StyleID").unwrap_or_default(), ..Cell::default() };
            }
            "Comment" => self.in_comment = true,
            "Data" if !self.in_comment => {
                self.in_data = true;
                self.cell.kind = element.get("Type").unwrap_or_default();
            }
            "Visible" => self.in_visibility = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "Data" => self.in_data = false,
            "Comment" => self.in_comment = false,
            "Visible" => self.in_visibility = false,
            "Cell" => {
                let shown = self.cell.shown(self.formats.get(&self.cell.style).map_or("", String::as_str));
                self.grid.put(self.row, self.column, &shown);
                self.column = self.column.saturating_add(1).saturating_add(self.more_columns);
            }
            "Row" => self.row = self.row.saturating_add(1).saturating_add(self.more_rows),
            "Worksheet" => {
                let grid = std::mem::replace(&mut self.grid, Grid::new(self.limits));
                grid.finish(&self.sheet, &mut self.lines);
            }
            _ => {}
        }
    }

    fn put(&mut self, text: &str) {
        if self.in_data && !self.in_comment && !self.grid.is_full() {
            self.cell.text.push_str(text);
        } else if self.in_visibility && text.trim_start().starts_with("SheetHidden") {
            self.lines.note("it has hidden sheets, which were read");
        }
    }
}

impl Cell {
    fn shown(&self, format: &str) -> String {
        let text = self.text.trim();
        match self.kind.as_str() {
            "Number" => {
                text.parse().map_or_else(|_| text.to_owned(), |value| number::shown(value, code(format), false))
            }
            "Boolean" => if text == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "DateTime" => day_and_time(text, format).unwrap_or_else(|| text.to_owned()),
            _ => self.text.clone(),
        }
    }
}

fn number_of(element: &Element<'_>, name: &str) -> Option<u32> {
    element.get(name)?.trim().parse().ok()
}

/// A day and a time as their format shows them; without a format, the time only where there is one.
fn day_and_time(text: &str, format: &str) -> Option<String> {
    let instant: DateTime = text.parse().ok()?;
    let days = DAY_0.until(instant.date()).ok()?.get_days();
    let time = instant.time().duration_since(Time::midnight()).as_secs_f64() / 86_400.0;
    let code = match code(format) {
        "" | "General" if time > 0.0 => "yyyy-mm-dd hh:mm",
        "" | "General" => "yyyy-mm-dd",
        code => code,
    };
    Some(number::shown(f64::from(days) + time, code, false))
}

/// The code of a format that has a name.
fn code(format: &str) -> &str {
    match format {
        "General Date" => "yyyy-mm-dd hh:mm",
        "Long Date" | "Medium Date" | "Short Date" => "yyyy-mm-dd",
        "Long Time" | "Medium Time" | "Short Time" => "hh:mm:ss",
        "Percent" => "0.00%",
        "Fixed" => "0.00",
        "Standard" | "Currency" | "Euro Currency" => "#,##0.00",
        "Scientific" => "0.00E+00",
        "" | "General Number" | "Yes/No" | "True/False" | "On/Off" => "General",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="s"><Styles>
        <Style ss:ID="d"><NumberFormat ss:Format="Short Date"/></Style>
        <Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>"#;

    fn text(sheets: &str) -> String {
        words(format!("{HEAD}{sheets}</Workbook>").as_bytes(), &Limits::default()).unwrap().text
    }

    #[test]
    fn cells_stand_where_their_places_and_merged_ones_put_them() {
        let sheets = r#"<Worksheet ss:Name="表一"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">甲</Data></Cell>
            <Cell><Data ss:Type="String">乙</Data><Comment><ss:Data>注</ss:Data></Comment></Cell></Row>
            <Row ss:Index="4"><Cell ss:Index="3"><ss:Data ss:Type="String"><B>丙</B> 丁</ss:Data></Cell></Row>
            <Row ss:Span="1"/><Row><Cell><Data ss:Type="Boolean">1</Data></Cell></Row></Table></Worksheet>
            <Worksheet ss:Name="空"><Table/></Worksheet>"#;
        assert_eq!(text(sheets), "表一\n甲\t\t乙\n\t\t丙 丁\nTRUE");
    }

    #[test]
    fn numbers_and_dates_are_shown_as_in_other_workbooks() {
        let cell = |style: &str, kind: &str, text: &str| {
            format!("<Cell ss:StyleID=\"{style}\"><Data ss:Type=\"{kind}\">{text}</Data></Cell>")
        };
        let row = [
            cell("d", "DateTime", "2025-03-04T10:30:00.000"),
            cell("", "DateTime", "2025-03-04T00:00:00.000"),
            cell("", "DateTime", "2025-03-04T10:30:00.000"),
            cell("p", "Number", "0.985"),
            cell("", "Number", "1234567.50"),
            cell("", "DateTime", "soon"),
        ];
        let sheet = format!("<Worksheet ss:Name=\"表\"><Table><Row>{}</Row></Table></Worksheet>", row.concat());
        assert_eq!(text(&sheet), "表\n2025-03-04\t2025-03-04\t2025-03-04 10:30\t98.5%\t1234567.5\tsoon");
    }

    #[test]
    fn a_workbook_that_is_cut_is_broken() {
        let cut = format!("{HEAD}<Worksheet><Table><Row></Cell>");
        assert!(matches!(words(cut.as_bytes(), &Limits::default()), Err(AttachError::Broken(..))));
    }
}
