//! A report in Markdown as CommonMark and GitHub read it.
//!
//! In: a report. Out: Markdown. Never: text of a portal that a reader takes for markup.

use super::parts::{self, Part, Row};
use super::{Shown, clean, files, put};

/// Deepest heading there is.
const DEEPEST: usize = 6;

/// The whole report.
pub(super) fn report(shown: &Shown<'_>) -> String {
    let mut text = format!("# {}\n\n", marked(&shown.title));
    for (name, value) in &shown.facts {
        let is_url = value.starts_with("http://") || value.starts_with("https://");
        let value = if is_url && !value.contains(['<', '>', ' ']) { format!("<{value}>") } else { marked(value) };
        put(&mut text, format_args!("- **{name}**: {value}\n"));
    }
    if let Some(instead) = shown.instead_of_text() {
        put(&mut text, format_args!("\n{instead}\n"));
    }
    written(&mut text, &parts::of(&shown.document.blocks));
    attachments(&mut text, shown);
    for (title, file) in shown.texts() {
        put(&mut text, format_args!("\n## {}\n", marked(&title)));
        written(&mut text, &parts::of_text(file));
    }
    text
}

fn attachments(text: &mut String, shown: &Shown<'_>) {
    let attached = &shown.document.attachments;
    if attached.is_empty() {
        return;
    }
    put(text, format_args!("\n## {}\n\n", files::heading(shown.document, shown.doubts)));
    for (n, file) in attached.iter().enumerate() {
        let title = marked(&clean(&file.title));
        let about = marked(&shown.about(file));
        put(text, format_args!("{}. [{title}](<{}>) ({about})\n", n + 1, address(file.url.as_str())));
    }
}

fn written(text: &mut String, parts: &[Part]) {
    for part in parts {
        text.push('\n');
        match part {
            Part::Heading(level, line) => {
                let marks = "#".repeat((usize::from(*level) + 1).min(DEEPEST));
                put(text, format_args!("{marks} {}\n", marked(line)));
            }
            Part::Paragraph(line) => put(text, format_args!("{}\n", marked(line))),
            Part::Items(items) => {
                for (depth, line) in items {
                    put(text, format_args!("{:indent$}- {}\n", "", marked(line), indent = (depth - 1) * 2));
                }
            }
            Part::Table(rows) => table(text, rows),
            Part::Image(words, Some(url)) => put(text, format_args!("![{}](<{}>)\n", marked(words), address(url))),
            Part::Image(words, None) => put(text, format_args!("{}\n", marked(&format!("[image: {words}]")))),
            Part::Signature(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| marked(line)).collect();
                put(text, format_args!("{}\n", lines.join("\\\n")));
            }
        }
    }
}

/// A table must have one row of headers: where none is known it is empty. A title over all columns stands before.
fn table(text: &mut String, rows: &[Row]) {
    let n_columns = parts::n_columns(rows);
    let mut rows = rows;
    if let [title, below @ ..] = rows
        && title.cells.len() == 1
        && n_columns > 1
        && !below.is_empty()
    {
        put(text, format_args!("**{}**\n\n", marked(&title.cells[0])));
        rows = below;
    }
    let empty = Row { cells: Vec::new(), is_header: true, spans: Vec::new() };
    let (header, rows) = match rows.split_first() {
        Some((first, below)) if first.is_header => (first, below),
        _ => (&empty, rows),
    };
    let cells = (0..n_columns).map(|at| header.cells.get(at).map(|cell| marked(cell)).unwrap_or_default());
    put(text, format_args!("| {} |\n", cells.collect::<Vec<_>>().join(" | ")));
    put(text, format_args!("| {} |\n", vec!["---"; n_columns].join(" | ")));
    for row in rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| marked(cell)).collect();
        put(text, format_args!("| {} |\n", cells.join(" | ")));
    }
}

/// An address between angle brackets.
fn address(url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            '\\' => safe.push_str("%5C"),
            // `&copy;` would be read as a character.
            '&' if url.contains(';') => safe.push_str("&amp;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// Text that no Markdown reader takes for markup, wherever in a line it stands.
pub(super) fn marked(text: &str) -> String {
    let text = text.trim();
    let mut safe = String::with_capacity(text.len());
    let n_digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in text.char_indices() {
        let begins_item =
            (at == 0 && matches!(c, '-' | '+' | '=')) || (at == n_digits && at > 0 && is_mark_of_item(&text[at..]));
        let is_mark = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&' | '~' | '$');
        if begins_item || is_mark {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// Whether what follows a number makes it that of an item: a mark, then a space or nothing.
fn is_mark_of_item(rest: &str) -> bool {
    let after = rest.strip_prefix(['.', ')']);
    after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_cannot_write_markdown() {
        assert_eq!(marked("[x](javascript:1) <b>|"), "\\[x\\](javascript:1) \\<b\\>\\|");
        assert_eq!(
            ["1. 甲", "2024) 乙", "- 丙", "1.5", "2.岗位表", "3."].map(marked),
            ["1\\. 甲", "2024\\) 乙", "\\- 丙", "1.5", "2.岗位表", "3\\."]
        );
        assert_eq!(address("http://a.gov.cn/?a=1&copy;=2"), "http://a.gov.cn/?a=1&amp;copy;=2");
    }
}
