//! The bases at hand: those that pages were compressed against last, ready to be used again.
//!
//! In: a report whose page is to be packed. Out: its base. Never: more than one for each site that is polled at a time;
//! each takes a quarter of a megabyte.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::sqlite::verbs::{self, Against, Base, Nearest};
use crate::model::ReportId;

/// Bases kept at hand: of the listings that are read at the same time, and not of all that are known. Fewer than there are
/// polls at once would be of no use to any of them: they take turns.
const MOST: usize = 256;

/// Bytes of memory that all of them take at most.
const MOST_BYTES: usize = 96 << 20;

/// The bases that were used last, the latest first.
#[derive(Default)]
pub(super) struct Bases(Mutex<VecDeque<Arc<Base>>>);

/// What was read of the store for a page.
pub(super) struct Found {
    nearest: Nearest,
    /// Where it is at hand.
    known: Option<Arc<Base>>,
    bytes: Option<Vec<u8>>,
}

impl fmt::Debug for Bases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bases").finish_non_exhaustive()
    }
}

impl Bases {
    /// Reads what a page of this report is to be compressed against; `None` where nothing is like it yet.
    pub(super) fn read(&self, conn: &Connection, report: ReportId) -> rusqlite::Result<Option<Found>> {
        let Some(nearest) = verbs::base_of_report(conn, report)? else { return Ok(None) };
        let hash = nearest.hash();
        let known = match nearest {
            // It serves once.
            Nearest::AsItWas(_) => None,
            _ => self.bases().iter().find(|base| base.hash() == hash).cloned(),
        };
        let bytes = match (&known, nearest) {
            (Some(_), Nearest::Own(_)) => None,
            // At hand, it may be damaged in the store since.
            _ => verbs::readable(hash, verbs::content(conn, hash))?.flatten(),
        };
        Ok(Some(Found { nearest, known, bytes }))
    }

    /// The same, ready to be compressed against; `None` where it cannot be a base.
    pub(super) fn against(&self, Found { nearest, known, bytes }: Found) -> Option<Against> {
        let hash = nearest.hash();
        if let Nearest::AsItWas(_) = nearest {
            let base = Arc::new(Base::of_itself(hash, &bytes?)?);
            return Some(Against { base, site_page: None });
        }
        let base = match known {
            Some(base) => base,
            None => Arc::new(Base::of(hash, bytes.as_deref()?)?),
        };
        self.put_in_front(&base);
        Some(Against { base, site_page: bytes.filter(|_| matches!(nearest, Nearest::OfSite(_))) })
    }

    /// Whoever has put it there meanwhile, it stands once, in front.
    fn put_in_front(&self, base: &Arc<Base>) {
        let mut bases = self.bases();
        bases.retain(|other| other.hash() != base.hash());
        bases.push_front(Arc::clone(base));
        let held = bases.iter().scan(0, |n_bytes, base| {
            *n_bytes += base.n_bytes_held();
            Some(*n_bytes)
        });
        let n_fit = held.take(MOST).take_while(|n_bytes| *n_bytes <= MOST_BYTES).count();
        bases.truncate(n_fit);
    }

    fn bases(&self) -> MutexGuard<'_, VecDeque<Arc<Base>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
