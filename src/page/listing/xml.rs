//! XML of a feed or sitemap as a flat run of marks, each with its depth.
//!
//! In: decoded text. Out: [`Mark`]s in document order. Never: a DTD, an entity that it declares, a tree.
//! **Limits**: 64 levels; the longest real feeds nest 6.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{ListingError, broken};
use crate::page::attach::xml;

/// Most elements inside one another.
const MOST_DEPTH: usize = 64;

/// One step of a document.
#[derive(Debug)]
pub(super) enum Mark<'a> {
    /// An element begins; an empty one ends at once.
    Open(Element<'a>),
    /// An element ends, so many levels below the root.
    Close(usize),
    /// Text between tags, references resolved; those of HTML stay as they are written.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element<'a> {
    start: BytesStart<'a>,
    /// How many levels below the root it stands.
    pub(super) depth: usize,
}

impl Element<'_> {
    /// Its name with its prefix, as written.
    pub(super) fn name(&self) -> &str {
        self.start.name().into_inner()
    }

    /// Its name without its prefix.
    pub(super) fn local_name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, whatever its prefix; a broken attribute ends the list.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        xml::attribute(&self.start, name)
    }
}

/// A document in reading.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    reader: Reader<&'a [u8]>,
    expected: &'static str,
    depth: usize,
}

impl<'a> Marks<'a> {
    /// Reads a document; `expected` is the format's name in errors.
    pub(super) fn of(text: &'a str, expected: &'static str) -> Self {
        let mut reader = Reader::from_str(text.trim_start());
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = false;
        // `A & B` in a title, as portals write it.
        config.allow_dangling_amp = true;
        Self { reader, expected, depth: 0 }
    }

    /// The next mark; `None` at the end of a whole document.
    pub(super) fn next(&mut self) -> Result<Option<Mark<'a>>, ListingError> {
        loop {
            let event = self.reader.read_event().map_err(|error| broken(self.expected, &error))?;
            return Ok(Some(match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    if self.depth > MOST_DEPTH {
                        return Err(broken(self.expected, &format!("it nests more than {MOST_DEPTH} deep")));
                    }
                    Mark::Open(Element { start, depth: self.depth - 1 })
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Mark::Close(self.depth)
                }
                Event::Text(text) => Mark::Text(text.into_inner()),
                Event::CData(text) => Mark::Text(text.into_inner()),
                Event::GeneralRef(reference) => {
                    let char = reference.resolve_char_ref().ok().flatten();
                    match (char, reference.into_inner().as_ref()) {
                        (Some(char), _) => Mark::Text(Cow::Owned(char.to_string())),
                        (None, "amp") => Mark::Text(Cow::Borrowed("&")),
                        (None, "lt") => Mark::Text(Cow::Borrowed("<")),
                        (None, "gt") => Mark::Text(Cow::Borrowed(">")),
                        (None, "quot") => Mark::Text(Cow::Borrowed("\"")),
                        (None, "apos") => Mark::Text(Cow::Borrowed("'")),
                        (None, other) => Mark::Text(Cow::Owned(format!("&{other};"))),
                    }
                }
                Event::Eof if self.depth > 0 => return Err(broken(self.expected, &"it ends in the middle")),
                Event::Eof => return Ok(None),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            }));
        }
    }
}
