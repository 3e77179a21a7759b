//! A report for a terminal: an aligned head, headings set off, tables drawn, who signs to the right.
//!
//! In: a report. Out: lines. Never: a line broken inside a paragraph: a terminal does that itself, and a program that
//! reads the lines needs them whole.

use comfy_table::{ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr;

use super::parts::{self, Part, Row};
use super::{Shown, Style, clean, files, put};
use crate::model::Block;

/// Column at which the lines that sign end: that of a page, also where the terminal is wider.
const SIGNED_TO: usize = 78;

/// Narrowest column of a drawn table: two characters and their edges.
const LEAST_COLUMN: usize = 7;

/// The whole report.
pub(super) fn report(shown: &Shown<'_>, style: Style) -> String {
    let mut text = set_off(&shown.title, style) + "\n\n";
    let widest = shown.facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (name, value) in &shown.facts {
        put(&mut text, format_args!("{:<width$}{value}\n", format!("{name}:"), width = widest + 2));
    }
    text.push('\n');
    if let Some(instead) = shown.instead_of_text() {
        put(&mut text, format_args!("{instead}\n"));
    }
    text.push_str(&body(&shown.document.blocks, style));
    attachments(&mut text, shown);
    for (title, file) in shown.texts() {
        put(
            &mut text,
            format_args!("\n\n{}\n{}\n\n", set_off(&title, style), "─".repeat(title.width().min(style.width))),
        );
        text.push_str(&written(&parts::of_text(file), style));
    }
    text.trim_end().to_owned() + "\n"
}

/// The blocks of a body.
pub(in crate::cli) fn body(blocks: &[Block], style: Style) -> String {
    written(&parts::of(blocks), style)
}

fn attachments(text: &mut String, shown: &Shown<'_>) {
    let files = &shown.document.attachments;
    if files.is_empty() {
        return;
    }
    put(text, format_args!("\n{}\n", files::heading(shown.document, shown.doubts)));
    let width = files.len().to_string().len();
    for (n, file) in files.iter().enumerate() {
        put(text, format_args!("{:>width$}. {}\n", n + 1, clean(&file.title)));
        put(text, format_args!("{:width$}  {}\n", "", shown.about(file)));
        put(text, format_args!("{:width$}  {}\n", "", clean(file.url.as_str())));
    }
}

fn written(parts: &[Part], style: Style) -> String {
    let mut text = String::new();
    for (n, part) in parts.iter().enumerate() {
        if n > 0 && is_apart(&parts[n - 1], part, style) {
            text.push('\n');
        }
        match part {
            Part::Heading(_, line) => put(&mut text, format_args!("{}\n", set_off(line, style))),
            Part::Paragraph(line) => put(&mut text, format_args!("{line}\n")),
            Part::Items(items) => items.iter().for_each(|(depth, line)| item(&mut text, *depth, line)),
            Part::Table(rows) => table(&mut text, rows, style),
            Part::Image(words, url) => put(&mut text, format_args!("{}\n", image(words, url.as_deref()))),
            Part::Signature(lines) => lines.iter().for_each(|line| signed(&mut text, line, style)),
        }
    }
    text
}

/// Whether a blank line helps between two parts: not between short lines, such as those of an address.
fn is_apart(one: &Part, next: &Part, style: Style) -> bool {
    let is_short = |part: &Part| match part {
        Part::Paragraph(line) => line.width() <= style.width,
        Part::Items(_) | Part::Image(..) => true,
        _ => false,
    };
    !(is_short(one) && is_short(next))
}

fn set_off(line: &str, style: Style) -> String {
    style.colour.paint("1", line)
}

fn item(text: &mut String, depth: usize, line: &str) {
    let mark = if has_mark(line) { "" } else { "• " };
    put(text, format_args!("{:indent$}{mark}{line}\n", "", indent = depth * 2));
}

/// Whether an item brings its own mark or number.
fn has_mark(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    line.starts_with(['·', '•', '●', '○', '■', '□', '◆', '-', '—', '（', '(', '①', '②', '③', '④', '⑤'])
        || (after_number.len() < line.len() && after_number.starts_with(['.', '．', '、', ')', '）']))
}

fn image(words: &str, url: Option<&str>) -> String {
    let words = if words.is_empty() { "[image]".to_owned() } else { format!("[image: {words}]") };
    url.map_or_else(|| words.clone(), |url| format!("{words} {url}"))
}

fn signed(text: &mut String, line: &str, style: Style) {
    let indent = style.width.min(SIGNED_TO).saturating_sub(line.width());
    put(text, format_args!("{:indent$}{line}\n", ""));
}

/// Draws a table as wide as its text, at most as wide as the terminal; one of too many columns for that is not drawn.
fn table(text: &mut String, rows: &[Row], style: Style) {
    let n_columns = parts::n_columns(rows);
    if n_columns * LEAST_COLUMN > style.width || n_columns < 2 {
        return rows.iter().for_each(|row| put(text, format_args!("{}\n", row.cells.join(" | "))));
    }
    let widths =
        (0..n_columns).map(|at| rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.width()).max());
    let needed: usize = widths.map(|width| width.unwrap_or(0) + 3).sum::<usize>() + 1;
    let is_wrapped = needed > style.width;
    let mut table = Table::new();
    let lines = if is_wrapped { presets::UTF8_FULL } else { presets::UTF8_FULL_CONDENSED };
    table.load_style(lines).force_no_tty().set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let padded =
        |row: &Row| (0..n_columns).map(|at| row.cells.get(at).cloned().unwrap_or_default()).collect::<Vec<_>>();
    let (header, below) = match rows.split_first() {
        Some((first, below)) if first.is_header => (Some(first), below),
        _ => (None, rows),
    };
    if let Some(header) = header {
        table.set_header(padded(header));
    }
    for row in below {
        table.add_row(padded(row));
    }
    table.lines().for_each(|line| put(text, format_args!("{}\n", line.trim_end())));
}
