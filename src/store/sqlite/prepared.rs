//! What a record keeps, ready before the writer is asked: all that takes time is done by then.
//!
//! In: a record, and what its pages are compressed against. Out: contents packed, words cut, a signature. Never: a
//! connection.

use std::sync::Arc;

use super::packed::{Against, Packed};
use super::words::Spaced;
use crate::change::signature::Signature;
use crate::model::{Document, Hash};
use crate::store::{Finding, ReportRecord};

/// The contents of a record.
#[derive(Debug, Default)]
pub(in crate::store) struct Contents {
    /// The base of a listing that had none, which the first of the bodies stands against.
    pub(super) base: Option<Packed>,
    pub(super) bodies: Vec<Packed>,
    pub(super) document: Option<Prepared>,
    pub(super) files: Vec<Packed>,
}

impl Contents {
    /// Packs what a record keeps; `against`: what its pages are compressed against.
    pub(in crate::store) fn of(record: &ReportRecord, against: Option<&Against>) -> Self {
        let reading = match &record.finding {
            Finding::Read(reading) => Some(reading),
            _ => None,
        };
        let (captures, files) = (record.finding.captures(), record.contents.iter().map(Packed::new).collect());
        let base = against.map(|against| &*against.base);
        let mut contents = Self { files, ..Self::default() };
        contents.bodies = captures.iter().map(|capture| Packed::against(&capture.body, base)).collect();
        if let (Some(Against { base, site_page: Some(site_page) }), Some(reading)) = (against, reading)
            && let (Some(first), Some(body)) = (reading.captures.first(), contents.bodies.first_mut())
        {
            (*body, contents.base) = Packed::first_of_listing(&first.body, base, site_page);
        }
        contents.document = reading.map(|reading| {
            let page = reading.captures.first().zip(contents.bodies.first());
            Prepared::of(&reading.document, page.map(|(capture, packed)| (packed.hash, &capture.body[..])))
        });
        contents
    }
}

/// A Document ready to be kept.
#[derive(Debug)]
pub(in crate::store) struct Prepared {
    pub(super) packed: Packed,
    pub(super) words: Arc<Spaced>,
    /// What the body is known by; None for one too short.
    pub(super) signature: Option<Signature>,
}

impl Prepared {
    /// Prepares a Document; `page`: what it was read from.
    pub(in crate::store) fn of(document: &Document, page: Option<(Hash, &[u8])>) -> Self {
        Self {
            packed: Packed::document(document, page),
            words: Arc::new(Spaced::of(document)),
            signature: Signature::of(document),
        }
    }
}
