//! A report as a page of HTML that loads nothing.
//!
//! In: a report. Out: HTML, every text escaped. Never: an address from a portal that can be clicked or is loaded.

use super::parts::{self, Part, Row};
use super::{Shown, clean, files, put};
use crate::model::Block;

/// Deepest heading there is.
const DEEPEST: u8 = 6;

/// Nothing is loaded, whatever the text says.
const HEAD: &str = concat!(
    "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<meta charset=\"utf-8\">\n",
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    "<style>body{max-width:50em;margin:2em auto;line-height:1.7}table{border-collapse:collapse}",
    "td,th{border:1px solid;padding:.2em .5em}dt{float:left;clear:left;width:10em}.signature{text-align:right}</style>\n",
);

/// The whole report.
pub(super) fn report(shown: &Shown<'_>) -> String {
    let title = escaped(&shown.title);
    let mut text = format!("{HEAD}<title>{title}</title>\n<h1>{title}</h1>\n<dl>\n");
    for (name, value) in &shown.facts {
        put(&mut text, format_args!("<dt>{name}</dt><dd>{}</dd>\n", escaped(value)));
    }
    text.push_str("</dl>\n");
    if let Some(instead) = shown.instead_of_text() {
        put(&mut text, format_args!("<p>{instead}</p>\n"));
    }
    written(&mut text, &parts::of(&shown.document.blocks));
    attachments(&mut text, shown);
    for (title, file) in shown.texts() {
        put(&mut text, format_args!("<h2>{}</h2>\n", escaped(&title)));
        written(&mut text, &parts::of_text(file));
    }
    text
}

/// The text of blocks, for a page around it.
pub(crate) fn body(blocks: &[Block]) -> String {
    let mut text = String::new();
    written(&mut text, &parts::of(blocks));
    text
}

fn attachments(text: &mut String, shown: &Shown<'_>) {
    let attached = &shown.document.attachments;
    if attached.is_empty() {
        return;
    }
    put(text, format_args!("<h2>{}</h2>\n<ol>\n", files::heading(shown.document, shown.doubts)));
    for file in attached {
        // Not a link: an address from a portal is for reading, not for clicking.
        let [title, about, url] = [&file.title, &shown.about(file), file.url.as_str()].map(|one| escaped(&clean(one)));
        put(text, format_args!("<li>{title} ({about})<br>{url}</li>\n"));
    }
    text.push_str("</ol>\n");
}

fn written(text: &mut String, parts: &[Part]) {
    for part in parts {
        match part {
            Part::Heading(level, line) => {
                let level = level.saturating_add(1).min(DEEPEST);
                put(text, format_args!("<h{level}>{}</h{level}>\n", escaped(line)));
            }
            Part::Paragraph(line) => put(text, format_args!("<p>{}</p>\n", escaped(line))),
            Part::Items(items) => list(text, items),
            Part::Table(rows) => table(text, rows),
            Part::Image(words, url) => {
                let (words, url) = (escaped(words), escaped(url.as_deref().unwrap_or_default()));
                put(text, format_args!("<figure>[image] {url}<figcaption>{words}</figcaption></figure>\n"));
            }
            Part::Signature(lines) => {
                let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
                put(text, format_args!("<p class=\"signature\">{}</p>\n", lines.join("<br>")));
            }
        }
    }
}

/// Lists inside the items that they belong to.
fn list(text: &mut String, items: &[(usize, String)]) {
    let mut open = 0;
    for (depth, line) in items {
        match *depth {
            depth if depth > open => text.push_str("<ul>\n"),
            depth => text.push_str(&("</li>\n".to_owned() + &"</ul></li>\n".repeat(open - depth))),
        }
        open = *depth;
        put(text, format_args!("<li>{}", escaped(line)));
    }
    text.push_str(&"</li></ul>\n".repeat(open));
}

fn table(text: &mut String, rows: &[Row]) {
    text.push_str("<table>\n");
    // For each column, the row before which a cell from above ends.
    let mut taken: Vec<usize> = Vec::new();
    let n_columns = parts::n_columns(rows);
    for (n, row) in rows.iter().enumerate() {
        text.push_str("<tr>");
        let mut spans = row.spans.iter().peekable();
        let mut at = 0;
        let n_places = row.spans.last().map_or(0, |span| span.column as usize + 1).max(n_columns);
        while at < n_places {
            let cell = row.cells.get(at).map(String::as_str).unwrap_or_default();
            let span = spans.next_if(|span| span.column as usize <= at).filter(|span| span.column as usize == at);
            let is_covered = taken.get(at).is_some_and(|&end| n < end) && cell.is_empty() && span.is_none();
            let columns = span.map_or(1, |span| columns_free(row, at, span.columns as usize));
            let n_rows = span.map_or(1, |span| (span.rows as usize).min(rows.len() - n));
            if !is_covered {
                put(
                    text,
                    format_args!(
                        "{}",
                        Cell { name: if row.is_header { "th" } else { "td" }, columns, n_rows }.tag(cell)
                    ),
                );
            }
            if n_rows > 1 {
                taken.resize(taken.len().max(at + columns), 0);
                taken[at..at + columns].fill(n + n_rows);
            }
            at += columns;
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</table>\n");
}

/// How many columns from here a cell may cover without a word lost.
fn columns_free(row: &Row, at: usize, wanted: usize) -> usize {
    let filled = row.cells.iter().skip(at + 1).take(wanted.saturating_sub(1)).position(|cell| !cell.is_empty());
    filled.map_or(wanted.max(1), |free| free + 1)
}

struct Cell {
    name: &'static str,
    columns: usize,
    n_rows: usize,
}

impl Cell {
    fn tag(&self, text: &str) -> String {
        let over = |name: &str, n: usize| if n > 1 { format!(" {name}=\"{n}\"") } else { String::new() };
        let (columns, rows) = (over("colspan", self.columns), over("rowspan", self.n_rows));
        format!("<{0}{columns}{rows}>{1}</{0}>", self.name, escaped(text))
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portal_cannot_write_markup_into_a_page() {
        assert_eq!(escaped("<img onerror='x'>&\""), "&lt;img onerror=&#39;x&#39;&gt;&amp;&quot;");
    }
}
