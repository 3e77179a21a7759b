//! The XML parts of office files as a flat run of marks and text.
//!
//! In: the bytes of a part. Out: [`Mark`]s in document order, names without their prefix. Never: an entity that a DTD
//! declares, a tree.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::AttachError;

/// One step of a part.
#[derive(Debug)]
pub(super) enum Mark<'a> {
    /// An element begins; an empty one ends at once.
    Open(Element<'a>),
    /// The element of this name ends.
    Close(String),
    /// Text between tags, its references resolved.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// Its name without the prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of the attribute of this name, whatever its prefix; a broken attribute ends the list.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        attribute(&self.0, name)
    }

    /// The value of the attribute of this very name, prefix and all: `r:id` beside `id`.
    pub(super) fn get_exact(&self, name: &str) -> Option<String> {
        let attributes = self.0.attributes().map_while(Result::ok);
        let found = attributes.into_iter().find(|attribute| attribute.key.into_inner() == name)?;
        Some(found.value.to_string())
    }

    /// Whether it switches something on: `<w:vanish/>` does, `<w:vanish w:val="0"/>` does not.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.get("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// The value of an attribute, whatever its prefix; a broken attribute ends the list.
pub(in crate::page) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes().map_while(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(found.normalized_value(XmlVersion::Explicit1_0).map_or_else(|_| found.value.to_string(), Cow::into_owned))
}

/// A part in reading.
#[derive(Debug)]
pub(super) struct Part<'a> {
    reader: Reader<&'a [u8]>,
    format: &'static str,
}

impl<'a> Part<'a> {
    /// Reads a part; `format` is the name of the file's format in errors.
    pub(super) fn new(xml: &'a str, format: &'static str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_comments = false;
        Self { reader, format }
    }

    /// The next mark; `None` at the end. **Errors**: `Broken` where it is not well-formed.
    pub(super) fn next(&mut self) -> Result<Option<Mark<'a>>, AttachError> {
        loop {
            let event =
                self.reader.read_event().map_err(|error| AttachError::Broken(self.format, error.to_string()))?;
            return Ok(Some(match event {
                Event::Start(start) | Event::Empty(start) => Mark::Open(Element(start)),
                Event::End(end) => Mark::Close(end.local_name().into_inner().to_owned()),
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
                        _ => continue,
                    }
                }
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }
}

/// The bytes of a part as text: UTF-16 by its byte order mark, else UTF-8.
pub(super) fn text_of(bytes: &[u8]) -> String {
    encoding_rs::UTF_8.decode(bytes).0.into_owned()
}
