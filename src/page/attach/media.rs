//! The type of a file: by its first bytes, else by its name.
//!
//! In: bytes and a name. Out: a [`Media`]. Never: the name against the bytes; portals rename `.doc` to `.pdf`.

/// The types of files that reports link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the formats")]
pub enum Media {
    Pdf,
    Doc,
    Docx,
    Xls,
    Xlsx,
    Ppt,
    Pptx,
    Wps,
    Ofd,
    Rtf,
    Csv,
    Text,
    Html,
    Zip,
    Rar,
    /// A picture: JPEG, PNG, GIF, TIFF, BMP, WebP.
    Image,
    /// Anything else.
    Other,
}

impl Media {
    /// Its type, by its first bytes, else by the extension of `name`.
    pub fn of(_bytes: &[u8], _name: &str) -> Self {
        Self::Other
    }

    /// Its media type, as registered with IANA where it is.
    pub fn media_type(self) -> &'static str {
        "application/octet-stream"
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Doc => "DOC",
            Self::Docx => "DOCX",
            Self::Xls => "XLS",
            Self::Xlsx => "XLSX",
            Self::Ppt => "PPT",
            Self::Pptx => "PPTX",
            Self::Wps => "WPS",
            Self::Ofd => "OFD",
            Self::Rtf => "RTF",
            Self::Csv => "CSV",
            Self::Text => "text",
            Self::Html => "HTML",
            Self::Zip => "ZIP",
            Self::Rar => "RAR",
            Self::Image => "image",
            Self::Other => "unknown",
        }
    }
}
