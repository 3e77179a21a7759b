//! An OOXML package: which part is the main one, and which parts a part leads to.
//!
//! In: bytes of a DOCX, XLSX or PPTX. Out: its parts as text, its relationships. Never: a target outside the package.
//!
//! Source: ECMA-376 part 2.

use super::ole;
use super::xml::{Mark, Part, text_of};
use super::zipped::{self, Container};
use super::{AttachError, Limits};

/// An opened package.
pub(super) struct Package<'a> {
    container: Container<'a>,
    format: &'static str,
}

/// One line of a part's relationships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    /// What the part calls it.
    pub(super) id: String,
    /// The last word of its type: `slide`, `worksheet`, `header`.
    pub(super) kind: String,
    /// The name of the part that it leads to.
    pub(super) target: String,
}

impl<'a> Package<'a> {
    /// Opens a package; `format` is its name in errors. **Errors**: `Encrypted` for a package with a password, which
    /// is an OLE file around it; `Broken`.
    pub(super) fn open(bytes: &'a [u8], format: &'static str, limits: &Limits) -> Result<Self, AttachError> {
        if ole::is_encrypted_package(bytes) {
            return Err(AttachError::Encrypted);
        }
        Ok(Self { container: zipped::open(bytes, limits).map_err(|error| named(error, format))?, format })
    }

    /// The main part: where the package's own relationships lead, else `usual`.
    pub(super) fn main(&mut self, usual: &str) -> Result<String, AttachError> {
        let relations = self.relations("")?;
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        Ok(main.map_or_else(|| usual.to_owned(), |relation| relation.target))
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.container.names().iter().any(|known| known.trim_start_matches('/').eq_ignore_ascii_case(name))
    }

    /// A part as text. **Errors**: those of the container.
    pub(super) fn text(&mut self, name: &str) -> Result<String, AttachError> {
        Ok(text_of(&self.container.read(name).map_err(|error| named(error, self.format))?))
    }

    /// The relationships of a part in their order; none where it has none.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, AttachError> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
        let mut relations = Vec::new();
        if !self.has(&name) {
            return Ok(relations);
        }
        let xml = self.text(&name)?;
        let mut part = Part::new(&xml, self.format);
        while let Some(mark) = part.next()? {
            let Mark::Open(element) = mark else { continue };
            if element.name() != "Relationship" || element.get("TargetMode").as_deref() == Some("External") {
                continue;
            }
            let (Some(id), Some(kind), Some(target)) = (element.get("Id"), element.get("Type"), element.get("Target"))
            else {
                continue;
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            relations.push(Relation { id, kind, target: resolved(folder, &target) });
        }
        Ok(relations)
    }
}

/// A target as a name from the root of the package.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The container's error under the name of the format.
fn named(error: AttachError, format: &'static str) -> AttachError {
    match error {
        AttachError::Broken(_, reason) => AttachError::Broken(format, reason),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_name_from_the_root() {
        assert_eq!(resolved("ppt/slides", "../notesSlides/notesSlide1.xml"), "ppt/notesSlides/notesSlide1.xml");
        assert_eq!(resolved("", "word/document.xml"), "word/document.xml");
        assert_eq!(resolved("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "../../../etc/passwd"), "etc/passwd");
    }
}
