//! PURE. The text of an OFD file (GB/T 33190), the format of official papers.
//!
//! In: bytes. Out: its words, line by line in the order in which its pages hold them. Never: a DTD or an entity of its
//! own expanded, a signature verified; seals and annotations are left out.

use std::collections::HashMap;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::zipped::{self, Container};
use super::{AttachError, Limits, Words};
use content::PageText;

mod content;

/// Letters that a page must have to count as text where a picture covers it. The same measure as for PDF files.
const LETTERS_OVER_PICTURE: usize = 40;
/// Part of a page that pictures cover where it was scanned.
const COVERED_RATIO: f64 = 0.5;

/// Reads an OFD file, all its documents.
///
/// **Errors**: `Encrypted`; `Broken` where it is no ZIP file, a part is missing or no XML; `TooLarge` where its parts
/// inflate beyond the limit; `NoTextLayer` where no page has words of its own.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    let mut package = Package { container: zipped::open(bytes, limits)?, pages: HashMap::new() };
    // GM/T 0099: the parts of an encrypted file are listed in this one.
    if package.container.names().iter().any(|name| name.eq_ignore_ascii_case("Encryptions.xml")) {
        return Err(AttachError::Encrypted);
    }
    let mut told = Told { most_bytes: limits.text_bytes, ..Told::default() };
    for root in package.document_roots()? {
        package.tell_document(&root, limits, &mut told)?;
    }
    told.into_words()
}

struct Package<'a> {
    container: Container<'a>,
    /// Pages read so far, by their part: a template stands behind many pages and is inflated once.
    pages: HashMap<String, Rc<PageText>>,
}

/// What `Document.xml` says.
#[derive(Debug, Default)]
struct Outline {
    pages: Vec<String>,
    /// Template pages by their id.
    templates: HashMap<String, String>,
    page_area: Option<f64>,
}

impl Package<'_> {
    fn document_roots(&mut self) -> Result<Vec<String>, AttachError> {
        let xml = self.part("OFD.xml")?;
        let mut roots = Vec::new();
        read_events(&xml, |event, path| {
            if let (Event::Text(text), Some("DocRoot")) = (event, path.last().map(String::as_str)) {
                roots.push(resolved("OFD.xml", text.trim()));
            }
        })?;
        if roots.is_empty() { Err(broken("OFD.xml names no document")) } else { Ok(roots) }
    }

    fn outline(&mut self, root: &str) -> Result<Outline, AttachError> {
        let xml = self.part(root)?;
        let mut outline = Outline::default();
        read_events(&xml, |event, path| match event {
            Event::Start(tag) | Event::Empty(tag) => {
                let part = attribute(tag, "BaseLoc").map(|location| resolved(root, &location));
                match (tag.local_name().as_ref(), part) {
                    ("Page", Some(part)) if path.last().is_some_and(|name| name == "Pages") => outline.pages.push(part),
                    ("TemplatePage", Some(part)) => {
                        outline.templates.insert(attribute(tag, "ID").unwrap_or_default(), part);
                    }
                    _ => {}
                }
            }
            Event::Text(text) if path.last().is_some_and(|name| name == "PhysicalBox") => {
                outline.page_area = content::area(text);
            }
            _ => {}
        })?;
        Ok(outline)
    }

    fn tell_document(&mut self, root: &str, limits: &Limits, told: &mut Told) -> Result<(), AttachError> {
        let outline = self.outline(root)?;
        told.n_pages += outline.pages.len();
        for part in &outline.pages {
            if told.n_read >= limits.pages || told.is_cut {
                break;
            }
            let page = self.page(part, limits)?;
            let template = |id: &String| outline.templates.get(id).cloned();
            let behind: Vec<String> = page.behind.iter().filter_map(template).collect();
            let before: Vec<String> = page.before.iter().filter_map(template).collect();
            for part in behind {
                told.take_template(&*self.page(&part, limits)?);
            }
            told.take(&page, outline.page_area);
            for part in before {
                told.take_template(&*self.page(&part, limits)?);
            }
        }
        Ok(())
    }

    fn page(&mut self, part: &str, limits: &Limits) -> Result<Rc<PageText>, AttachError> {
        if let Some(page) = self.pages.get(part) {
            return Ok(Rc::clone(page));
        }
        let xml = self.part(part)?;
        let page = Rc::new(content::page_text(&xml, limits.text_bytes)?);
        self.pages.insert(part.to_owned(), Rc::clone(&page));
        Ok(page)
    }

    fn part(&mut self, name: &str) -> Result<String, AttachError> {
        let bytes = self.container.read(name).map_err(|error| match error {
            AttachError::Broken(_, why) => broken(&why),
            other => other,
        })?;
        Ok(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
    }
}

/// Calls back with every event of a part and the local names of the elements around it, outermost first.
fn read_events(xml: &str, mut seen: impl FnMut(&Event<'_>, &[String])) -> Result<(), AttachError> {
    let mut reader = Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().map_err(|error| broken(&error.to_string()))?;
        if matches!(event, Event::End(_)) {
            path.pop();
        }
        seen(&event, &path);
        match &event {
            Event::Start(tag) => path.push(tag.local_name().as_ref().to_owned()),
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => return Err(broken("a part ends within an element")),
            _ => {}
        }
    }
}

/// An attribute as written. Positions, ids and paths hold nothing that XML escapes.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name);
    Some(found?.value.into_owned())
}

/// A location as a part names it: from the root where it begins with a slash, else from the folder of that part.
fn resolved(part: &str, location: &str) -> String {
    let folder = if location.starts_with('/') { "" } else { part.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(location.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// What the pages said so far.
#[derive(Debug, Default)]
struct Told {
    text: String,
    n_pages: usize,
    n_read: usize,
    /// Pages that are pictures.
    n_pictures: usize,
    /// Letters of pages that are no pictures.
    own_letters: usize,
    is_cut: bool,
    most_bytes: usize,
}

impl Told {
    fn take(&mut self, page: &PageText, document_area: Option<f64>) {
        self.n_read += 1;
        let area = page.area.or(document_area).unwrap_or(content::A4_AREA);
        if page.covered_area >= COVERED_RATIO * area && page.lines.letters < LETTERS_OVER_PICTURE {
            self.n_pictures += 1;
        } else {
            self.own_letters += page.lines.letters;
        }
        self.take_template(page);
    }

    fn take_template(&mut self, page: &PageText) {
        self.is_cut |= page.lines.is_cut;
        if !page.lines.text.is_empty() && !self.is_full() {
            self.text.push_str(&page.lines.text);
            self.text.push('\n');
        }
        self.is_cut |= self.is_full();
    }

    /// Whether more text than is given back was taken.
    fn is_full(&self) -> bool {
        self.text.trim_end().len() > self.most_bytes
    }

    fn into_words(mut self) -> Result<Words, AttachError> {
        if self.n_pages == 0 {
            return Err(broken("it has no page"));
        }
        if self.own_letters == 0 {
            return Err(AttachError::NoTextLayer);
        }
        self.text.truncate(self.text.trim_end().len());
        let mut notes = Vec::new();
        if self.is_cut {
            self.text.truncate(self.text.floor_char_boundary(self.most_bytes));
            notes.push(format!("cut after {} bytes of text", self.most_bytes));
        } else if self.n_read < self.n_pages {
            notes.push(format!("the first {} of {} pages were read", self.n_read, self.n_pages));
        }
        if self.n_pictures > 0 {
            notes.push(format!("{} of {} pages are pictures", self.n_pictures, self.n_read));
        }
        Ok(Words { text: self.text, is_cut: !notes.is_empty(), note: (!notes.is_empty()).then(|| notes.join("; ")) })
    }
}

fn broken(why: &str) -> AttachError {
    AttachError::Broken("OFD", why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_taken_from_the_folder_of_the_part_that_names_them() {
        assert_eq!(resolved("OFD.xml", "Doc_0/Document.xml"), "Doc_0/Document.xml");
        assert_eq!(resolved("Doc_0/Document.xml", "Pages/Page_0/Content.xml"), "Doc_0/Pages/Page_0/Content.xml");
        assert_eq!(resolved("Doc_0/Document.xml", "/Doc_1/Content.xml"), "Doc_1/Content.xml");
        assert_eq!(resolved("Doc_0/Document.xml", "../../Doc_1/./Content.xml"), "Doc_1/Content.xml");
    }
}
