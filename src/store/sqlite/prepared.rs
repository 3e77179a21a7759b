//! What a record keeps, ready before the writer is asked: all that takes time is done by then.
//!
//! In: a record, and what its pages are compressed against. Out: contents packed, words cut, a signature. Never: a
//! connection.

use std::sync::Arc;

use super::packed::{Against, Joined, Packed};
use super::words::Spaced;
use crate::change::signature::Signature;
use crate::model::{Capture, Document, Hash};
use crate::store::{Finding, ReportRecord};

/// The contents of a record.
#[derive(Debug, Default)]
pub(in crate::store) struct Contents {
    pub(super) bodies: Vec<Packed>,
    /// What is kept in the place of the first body where its listing has no base yet, and the base that it gets.
    pub(super) joined: Option<Joined>,
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
        let captures = record.finding.captures();
        let packed = |capture: &Capture| Packed::against(&capture.body, against.map(|against| &*against.base));
        let (first, joined) = match (captures.first(), against) {
            (Some(first), Some(Against { base, site_page: Some(site_page) })) if reading.is_some() => {
                let (first, joined) = Packed::first_of_listing(&first.body, base, site_page);
                (Some(first), joined)
            }
            (first, _) => (first.map(packed), None),
        };
        let bodies: Vec<Packed> = first.into_iter().chain(captures.iter().skip(1).map(packed)).collect();
        let document = reading.map(|reading| {
            let page = reading.captures.first().zip(bodies.first());
            Prepared::of(&reading.document, page.map(|(capture, packed)| (packed.hash, &capture.body[..])))
        });
        Self { bodies, joined, document, files: record.contents.iter().map(Packed::new).collect() }
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
