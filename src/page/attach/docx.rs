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

/// The text of a DOCX file.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut package = Package::open(bytes, FORMAT, limits)?;
    let main = package.main("word/document.xml")?;
    let relations = package.relations(&main)?;
    let of_kind = |kind: &str| -> Vec<String> {
        relations.iter().filter(|relation| relation.kind == kind).map(|relation| relation.target.clone()).collect()
    };
    let mut lists = lists(&mut package, &of_kind)?;
    let mut lines = Lines::new(limits);
    margins(&mut package, &of_kind("header"), limits, &mut lines)?;
    flow::read(&package.text(&main)?, FORMAT, &mut lines, &mut lists)?;
    for part in of_kind("footnotes").into_iter().chain(of_kind("endnotes")) {
        if package.has(&part) {
            flow::read(&package.text(&part)?, FORMAT, &mut lines, &mut lists)?;
        }
    }
    margins(&mut package, &of_kind("footer"), limits, &mut lines)?;
    Ok(lines.into_words())
}

/// The numbering of paragraphs, by the parts for lists and styles.
fn lists(package: &mut Package<'_>, of_kind: &dyn Fn(&str) -> Vec<String>) -> Result<Lists, AttachError> {
    let mut part = |kind: &str| -> Result<String, AttachError> {
        match of_kind(kind).first() {
            Some(name) if package.has(name) => package.text(name),
            _ => Ok(String::new()),
        }
    };
    Lists::read(&part("numbering")?, &part("styles")?)
}

/// The lines of headers or footers: a document has up to three of each a section, mostly the same.
fn margins(package: &mut Package<'_>, parts: &[String], limits: &Limits, lines: &mut Lines) -> Result<(), AttachError> {
    let mut seen = HashSet::new();
    for part in parts {
        if !package.has(part) {
            continue;
        }
        let mut own = Lines::new(limits);
        flow::read(&package.text(part)?, FORMAT, &mut own, &mut flow::Unnumbered)?;
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
