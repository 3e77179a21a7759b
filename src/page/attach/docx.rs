//! DOCX: the text of a Word document in reading order.
//!
//! In: bytes. Out: headers, the body with its tables and text boxes, notes, footers, each once. Never: comments,
//! deleted or hidden text, the number of a page.

use std::collections::HashSet;

use super::flow;
use super::lines::Lines;
use super::numbering::Lists;
use super::package::Package;
use super::{AttachError, Limits, Words};

const FORMAT: &str = "DOCX";

/// The parts of a document that are read, as XML; empty where there is none.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) headers: Vec<String>,
    pub(super) main: String,
    /// Footnotes and endnotes.
    pub(super) notes: Vec<String>,
    pub(super) footers: Vec<String>,
    pub(super) numbering: String,
    pub(super) styles: String,
}

/// The text of a DOCX file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut package = Package::open(bytes, FORMAT, limits)?;
    let main = package.main("word/document.xml")?;
    let relations = package.relations(&main)?;
    let mut of_kind = |kind: &str| -> Result<Vec<String>, AttachError> {
        let named = relations.iter().filter(|relation| relation.kind == kind);
        let there: Vec<&str> =
            named.map(|relation| relation.target.as_str()).filter(|name| package.has(name)).collect();
        there.into_iter().map(|name| package.text(name)).collect()
    };
    let parts = Parts {
        numbering: of_kind("numbering")?.into_iter().next().unwrap_or_default(),
        styles: of_kind("styles")?.into_iter().next().unwrap_or_default(),
        headers: of_kind("header")?,
        notes: [of_kind("footnotes")?, of_kind("endnotes")?].concat(),
        footers: of_kind("footer")?,
        main: package.text(&main)?,
    };
    parts.words(FORMAT, limits)
}

impl Parts {
    /// Their text in reading order; `format` is the name of the file's format in errors.
    pub(super) fn words(&self, format: &'static str, limits: &Limits) -> Result<Words, AttachError> {
        let mut lists = Lists::read(&self.numbering, &self.styles)?;
        let mut lines = Lines::new(limits);
        margins(&self.headers, format, limits, &mut lines)?;
        flow::read(&self.main, format, &mut lines, &mut lists)?;
        for notes in &self.notes {
            flow::read(notes, format, &mut lines, &mut lists)?;
        }
        margins(&self.footers, format, limits, &mut lines)?;
        Ok(lines.into_words())
    }
}

/// The lines of headers or footers: a document has up to three of each a section, mostly the same.
fn margins(parts: &[String], format: &'static str, limits: &Limits, lines: &mut Lines) -> Result<(), AttachError> {
    let mut seen = HashSet::new();
    for part in parts {
        let mut own = Lines::new(limits);
        flow::read(part, format, &mut own, &mut flow::Unnumbered)?;
        for line in own.into_words().text.lines() {
            if !is_page_number(line) && seen.insert(line.to_owned()) {
                lines.paragraph(line);
            }
        }
    }
    Ok(())
}

/// Whether a line of a margin is the number of a page: `- 3 -`, `第 3 页 共 9 页`.
fn is_page_number(line: &str) -> bool {
    line.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-—–－第页共/,，".contains(c))
}
