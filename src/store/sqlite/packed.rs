//! Packing a content, before the writer is asked: compressed alone, or against another one that it shares most bytes with.
//!
//! In: bytes, and the content that they may resemble. Out: what the store keeps of them. Never: a content that cannot be
//! had back from what is kept of it and of its base. On pages of one column of a portal, a page takes a third to a fifth
//! of what it takes alone; a Document, against the page that it was read from, a tenth.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use encoding_rs::GB18030;
use zstd::dict::EncoderDictionary;
use zstd::zstd_safe::{CCtx, MAGIC_DICTIONARY, SafeResult, compress_bound};

use crate::model::{Document, Hash};

/// zstd's default, for what stands alone: on pages, higher levels cost more time than they save space.
const LEVEL: i32 = 3;

/// Against a base, level 3 costs half as much again as this one, for the same bytes: what two pages share is found anyway.
const LEVEL_AGAINST: i32 = 2;

/// Longest base: a longer one lies further back than zstd looks at this level, and costs more to load than it saves.
const LONGEST_BASE: usize = 1 << 20;

/// Shortest base: a page of less has no chrome to speak of.
const SHORTEST_BASE: usize = 4 << 10;

/// One content of so many is compressed alone too, so that a base that does not help any more is found out: a portal
/// that was built anew fills some pages until then.
const TRIED_ALONE: u8 = 16;

/// A charset that a base is read in: the Document of a page in another charset than its own has no bytes in common with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// What is no UTF-8 is nearly always one of its kin, GBK and GB2312; where it is not, nothing is gained and nothing
    /// lost: whatever bytes are read in it, they are read so again.
    Gb18030,
}

impl Charset {
    /// `None`: a page in UTF-8, as its Document is.
    fn of(page: &[u8]) -> Option<Self> {
        std::str::from_utf8(page).is_err().then_some(Self::Gb18030)
    }

    /// Its name in a column.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Gb18030 => "gb18030",
        }
    }

    /// By its name in a column.
    pub(super) fn named(name: &str) -> Option<Self> {
        (name == Self::Gb18030.as_str()).then_some(Self::Gb18030)
    }
}

/// A base as what stands against it sees it.
pub(super) fn read_in(charset: Option<Charset>, base: &[u8]) -> Cow<'_, [u8]> {
    match charset.map(|Charset::Gb18030| GB18030.decode_without_bom_handling(base).0) {
        Some(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        _ => Cow::Borrowed(base),
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

/// A content ready to be stored.
#[derive(Debug)]
pub(in crate::store) struct Packed {
    pub(super) hash: Hash,
    pub(super) codec: &'static str,
    pub(super) n_bytes: usize,
    /// The content that is needed to have it back.
    pub(super) base: Option<Hash>,
    /// The charset that the base is read in first.
    pub(super) charset: Option<Charset>,
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
        Self { hash, codec, n_bytes: bytes.len(), base: None, charset: None, data, is_unlike: false }
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
            // Less than a third is what any two pages share.
            if packed.data.len() * 3 > alone.data.len() * 2 {
                return Self { is_unlike: true, ..alone };
            }
        }
        packed
    }

    /// What was compressed against a base; `None` where that saves nothing.
    fn smaller(hash: Hash, bytes: &[u8], base: Hash, compressed: Option<Vec<u8>>) -> Option<Self> {
        let data = compressed.filter(|data| data.len() < bytes.len())?;
        let (n_bytes, base) = (bytes.len(), Some(base));
        Some(Self { hash, codec: "zstd", n_bytes, base, charset: None, data: data.into(), is_unlike: false })
    }

    /// A Document as JSON, against the page that it was read from: what it says stands there already.
    pub(in crate::store) fn document(document: &Document, page: Option<(Hash, &[u8])>) -> Self {
        let json: Bytes = serde_json::to_vec(document).expect("invariant: a Document has string keys only").into();
        let hash = Hash::of(&json);
        let against = |(page, bytes): (Hash, &[u8])| {
            let charset = Charset::of(bytes);
            let packed = Self::smaller(hash, &json, page, behind(&read_in(charset, bytes), &json))?;
            Some(Self { charset, ..packed })
        };
        page.filter(|(_, bytes)| may_be_base(bytes)).and_then(against).unwrap_or_else(|| Self::alone(hash, &json))
    }

    /// Whether others may be compressed against it: one that text is most of, as of a page.
    pub(super) fn is_base(&self) -> bool {
        let is_fit = (SHORTEST_BASE..=LONGEST_BASE).contains(&self.n_bytes);
        is_fit && self.data.len() * 4 < self.n_bytes * 3
    }
}

/// Whether others may stand against these bytes: not too many, nor such as pass for a dictionary of zstd's own form.
fn may_be_base(bytes: &[u8]) -> bool {
    bytes.len() <= LONGEST_BASE && !bytes.starts_with(&MAGIC_DICTIONARY.to_le_bytes())
}

/// Compresses bytes as if they followed others: for a base that serves once, a third of the cost of a dictionary.
fn behind(base: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    compressed(bytes, |context, data| context.compress_using_dict(data, bytes, base, LEVEL_AGAINST))
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
    fn what_stands_against_a_page_in_gb18030_can_be_had_back_by_later_releases() {
        // Every sequence of two bytes: were one of them read otherwise one day, Documents that are kept could not be read.
        let all: Vec<u8> = (0x81..=0xfe).flat_map(|lead| (0x40..=0xfe).flat_map(move |trail| [lead, trail])).collect();
        let read = read_in(Some(Charset::Gb18030), &all);
        let expected = "46fc71eb39f970126fb4fe1279df49b545a5b061da1bffd2392cf9fb70aa1d7e";
        assert_eq!(Hash::of(&read).to_string(), expected);
    }
}
