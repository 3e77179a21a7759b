//! Packing a content, before the writer is asked: compressed alone, or against another one that it shares most bytes with.
//!
//! In: bytes, and the content that they may resemble. Out: what the store keeps of them. Never: a content that cannot be
//! had back from what is kept of it and of its base. On pages of one column of a portal, a page takes a third to a fifth
//! of what it takes alone; a Document, against the page that it was read from, a tenth.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use encoding_rs::GB18030;
use zstd::dict::EncoderDictionary;
use zstd::zstd_safe::{CCtx, MAGIC_DICTIONARY, SafeResult, compress_bound};

use crate::model::{Document, Hash};

/// zstd's default, for what stands alone: on pages, higher levels cost more time than they save space.
const LEVEL: i32 = 3;

/// Of a page against a base, level 3 costs half as much again as this one, for the same bytes: what two pages share is
/// found anyway.
const LEVEL_AGAINST: i32 = 2;

/// Longest base: a longer one lies further back than zstd looks at this level, and costs more to load than it saves.
const LONGEST_BASE: usize = 1 << 20;

/// Shortest base: a page of less has no chrome to speak of.
const SHORTEST_BASE: usize = 4 << 10;

/// One content of so many is compressed alone too, so that a base that does not help any more is found out: a portal
/// that was built anew fills some pages until then.
const TRIED_ALONE: u8 = 16;

/// What a Document has beside the words of its page: names of fields and of kinds, as JSON writes them. Never edited: what
/// was compressed behind it could not be had back.
const FRAME: &[u8] = include_bytes!("frame.txt");

/// What a Document is compressed behind: the page that it was read from, as text, and the frame. Read in another charset
/// than its own, a page has no bytes in common with its Document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Primer {
    /// The page as it is.
    Utf8,
    /// What is no UTF-8 is nearly always one of its kin, GBK and GB2312; where it is not, nothing is gained and nothing
    /// lost: whatever bytes are read in it, they are read so again.
    Gb18030,
}

impl Primer {
    fn of(page: &[u8]) -> Self {
        if std::str::from_utf8(page).is_ok() { Self::Utf8 } else { Self::Gb18030 }
    }

    /// Its name in a column.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
        }
    }

    /// By its name in a column.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Utf8, Self::Gb18030].into_iter().find(|primer| primer.as_str() == name)
    }

    /// The bytes; of no page, the frame alone.
    pub(super) fn bytes(self, page: &[u8]) -> Vec<u8> {
        match self {
            Self::Utf8 => [page, FRAME].concat(),
            Self::Gb18030 => [GB18030.decode_without_bom_handling(page).0.as_bytes(), FRAME].concat(),
        }
    }
}

/// A content that others are compressed against.
pub(in crate::store) struct Base {
    hash: Hash,
    dictionary: EncoderDictionary<'static>,
}

impl Base {
    /// A base of these bytes; `None` where they are too many, or of no use.
    pub(in crate::store) fn of(hash: Hash, bytes: &[u8]) -> Option<Self> {
        let dictionary = may_be_base(bytes).then(|| EncoderDictionary::try_copy(bytes, LEVEL_AGAINST).ok())??;
        Some(Self { hash, dictionary })
    }

    /// Which content it is.
    pub(in crate::store) fn hash(&self) -> Hash {
        self.hash
    }
}

/// What a page is to be compressed against.
pub(in crate::store) struct Against {
    pub(in crate::store) base: Arc<Base>,
    /// The bytes of the base, where it is one of another listing: that of this one is made of them.
    pub(in crate::store) site_page: Option<Vec<u8>>,
}

/// A content ready to be stored.
#[derive(Debug)]
pub(in crate::store) struct Packed {
    pub(super) hash: Hash,
    pub(super) codec: &'static str,
    pub(super) n_bytes: usize,
    /// The content that is needed to have it back.
    pub(super) base: Option<Hash>,
    /// What it stands behind, where that is not the base as it is.
    pub(super) primer: Option<Primer>,
    pub(super) data: Bytes,
    /// Whether it was compared with a base and is unlike it.
    pub(super) is_unlike: bool,
}

impl Packed {
    /// Compresses, where that makes it smaller (images and archives stay as they are).
    pub(in crate::store) fn new(bytes: &Bytes) -> Self {
        Self::alone(Hash::of(bytes), bytes)
    }

    fn alone(hash: Hash, bytes: &Bytes) -> Self {
        let compressed = compressed(bytes, |context, data| context.compress(data, bytes, LEVEL));
        let (codec, data) = match compressed {
            Some(data) if data.len() < bytes.len() => ("zstd", data.into()),
            _ => ("raw", bytes.clone()),
        };
        Self { hash, codec, n_bytes: bytes.len(), base: None, primer: None, data, is_unlike: false }
    }

    /// Compresses against a base, where that helps.
    pub(in crate::store) fn against(bytes: &Bytes, base: Option<&Base>) -> Self {
        let hash = Hash::of(bytes);
        let Some(base) = base.filter(|base| base.hash != hash) else { return Self::alone(hash, bytes) };
        let dictionary = base.dictionary.as_cdict();
        let compressed = compressed(bytes, |context, data| context.compress_using_cdict(data, bytes, dictionary));
        let Some(packed) = Self::smaller(hash, bytes, base.hash, compressed) else { return Self::alone(hash, bytes) };
        if hash.as_bytes()[0].is_multiple_of(TRIED_ALONE) {
            let alone = Self::alone(hash, bytes);
            if is_unlike(&packed, &alone) {
                return Self { is_unlike: true, ..alone };
            }
        }
        packed
    }

    /// What was compressed against a base; `None` where that saves nothing.
    fn smaller(hash: Hash, bytes: &[u8], base: Hash, compressed: Option<Vec<u8>>) -> Option<Self> {
        let data = compressed.filter(|data| data.len() < bytes.len())?;
        let (n_bytes, base) = (bytes.len(), Some(base));
        Some(Self { hash, codec: "zstd", n_bytes, base, primer: None, data: data.into(), is_unlike: false })
    }

    /// The first page of a listing, and the base of those that come after it, which joins a page of the site and this one;
    /// the page stands against that. `None`: the two are unlike, the page stands alone, and is the base itself.
    pub(in crate::store) fn first_of_listing(page: &Bytes, site: &Base, site_page: &[u8]) -> (Self, Option<Self>) {
        if !(SHORTEST_BASE..=LONGEST_BASE).contains(&page.len()) {
            return (Self::against(page, Some(site)), None);
        }
        let (alone, joined) = (Self::new(page), Bytes::from([site_page, page].concat()));
        let base = may_be_base(&joined).then(|| Self::against(&joined, Some(site)));
        let base = base.filter(|base| base.base.is_some() && !is_unlike(base, &alone));
        let against = |base: &Self| Self::smaller(alone.hash, page, base.hash, behind(&joined, page));
        match base.as_ref().and_then(against) {
            Some(page) => (page, base),
            None => (Self { is_unlike: true, ..alone }, None),
        }
    }

    /// A Document as JSON, behind the page that it was read from: what it says stands there already.
    pub(in crate::store) fn document(document: &Document, page: Option<(Hash, &[u8])>) -> Self {
        let json: Bytes = serde_json::to_vec(document).expect("invariant: a Document has string keys only").into();
        let hash = Hash::of(&json);
        let page = page.filter(|(_, bytes)| may_be_base(bytes));
        let primer = page.map_or(Primer::Utf8, |(_, bytes)| Primer::of(bytes));
        let data = behind(&primer.bytes(page.map_or(&[], |(_, bytes)| bytes)), &json);
        let Some(data) = data.filter(|data| data.len() < json.len()) else { return Self::alone(hash, &json) };
        let (n_bytes, base) = (json.len(), page.map(|(page, _)| page));
        Self { hash, codec: "zstd", n_bytes, base, primer: Some(primer), data: data.into(), is_unlike: false }
    }

    /// Whether others may be compressed against it: one that text is most of, as of a page.
    pub(super) fn is_base(&self) -> bool {
        let is_fit = (SHORTEST_BASE..=LONGEST_BASE).contains(&self.n_bytes);
        is_fit && self.base.is_none() && self.data.len() * 4 < self.n_bytes * 3
    }
}

/// Whether what was compressed against a base saves less than a third: so much any two pages share.
fn is_unlike(packed: &Packed, alone: &Packed) -> bool {
    packed.data.len() * 3 > alone.data.len() * 2
}

/// Whether others may stand against these bytes: not too many, nor such as pass for a dictionary of zstd's own form.
fn may_be_base(bytes: &[u8]) -> bool {
    bytes.len() <= LONGEST_BASE && !bytes.starts_with(&MAGIC_DICTIONARY.to_le_bytes())
}

/// Compresses bytes as if they followed others: for a base that serves once, a third of the cost of a dictionary.
fn behind(base: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    compressed(bytes, |context, data| context.compress_using_dict(data, bytes, base, LEVEL))
}

/// What zstd makes of bytes, by a context of before where one is idle.
fn compressed(bytes: &[u8], by: impl FnOnce(&mut CCtx<'static>, &mut Vec<u8>) -> SafeResult) -> Option<Vec<u8>> {
    /// Contexts that wait to be used again: making one for each content takes a tenth of the time of packing a report.
    static IDLE: Mutex<Vec<CCtx<'static>>> = Mutex::new(Vec::new());
    /// No more than work at a time on a small machine; each holds about a megabyte.
    const MOST_IDLE: usize = 4;
    let idle = || IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let known = idle().pop();
    let mut context = known.or_else(CCtx::try_create)?;
    let mut data = Vec::with_capacity(compress_bound(bytes.len()));
    // One that failed is in no state that is promised.
    by(&mut context, &mut data).ok()?;
    let mut idle = idle();
    if idle.len() < MOST_IDLE {
        idle.push(context);
    }
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_behind_a_primer_can_be_had_back_by_later_releases() {
        let hash = |bytes: &[u8]| Hash::of(bytes).to_string();
        assert_eq!(hash(FRAME), "de48a76468d136018bbcde78c13e6932531a22fab837b393106c8d6403418172");
        // Every sequence of two bytes: were one of them read otherwise one day, Documents that are kept could not be read.
        let all: Vec<u8> = (0x81..=0xfe).flat_map(|lead| (0x40..=0xfe).flat_map(move |trail| [lead, trail])).collect();
        let read = Primer::Gb18030.bytes(&all);
        let expected = "46fc71eb39f970126fb4fe1279df49b545a5b061da1bffd2392cf9fb70aa1d7e";
        assert_eq!(hash(read.strip_suffix(FRAME).unwrap()), expected);
    }
}
