//! PURE. The text of a PDF file.
//!
//! In: bytes. Out: its words, line by line in the order in which its pages draw them. Never: a picture decoded, a
//! character guessed from the shape of its glyph.

use super::{AttachError, Limits, Words};

#[cfg(feature = "pdf")]
mod inflated;
#[cfg(feature = "pdf")]
mod lines;
#[cfg(feature = "pdf")]
mod radicals;
#[cfg(feature = "pdf")]
mod reader;
#[cfg(feature = "pdf")]
mod rulings;
#[cfg(feature = "pdf")]
mod running;
#[cfg(feature = "pdf")]
mod spread;
#[cfg(feature = "pdf")]
mod tables;

/// Reads a PDF file.
///
/// **Errors**: `Encrypted` where no empty password opens it; `Broken` where it is cut or has no page; `TooLarge` where
/// its streams inflate beyond the limit; `NoTextLayer` where no page has words of its own.
#[cfg(feature = "pdf")]
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    reader::words(bytes, limits)
}

/// Says that this build reads no PDF files.
#[cfg(not(feature = "pdf"))]
pub(super) fn words(_bytes: &[u8], _limits: &Limits) -> Result<Words, AttachError> {
    Err(AttachError::UnknownType("PDF files are not read by this build (feature pdf)".to_owned()))
}
