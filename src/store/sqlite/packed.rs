//! Packing a content, before the writer is asked: compressed alone, or against another one that it shares most bytes with.
//!
//! In: bytes, and the content that they may resemble. Out: what the store keeps of them. Never: a content that cannot be
//! had back from what is kept of it and of its base. On pages of one column of a portal, a page takes a third to a fifth
//! of what it takes alone; a Document, behind the page that it was read from, a thirtieth.

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

/// Of a page against itself as it was, from here on zstd sees that all but a few bytes are the same; below, it takes each
/// repetition of the chrome for the last one.
const LEVEL_AGAINST_ITSELF: i32 = 6;

/// Longest base: a longer one lies further back than zstd looks at this level, and costs more to load than it saves.
const LONGEST_BASE: usize = 1 << 20;

/// Shortest base: a page of less has no chrome to speak of.
const SHORTEST_BASE: usize = 4 << 10;

/// One content of so many is compressed alone too, so that a base that does not help any more is found out: a portal
/// that was built anew fills some pages until then.
const TRIED_ALONE: u8 = 16;

/// What a Document has beside the words of its page: names of fields and of kinds, as JSON writes them. Never edited, for what
/// was compressed behind it could not be had back; another one gets another number.
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

    /// Its name in a column, with the number of the frame.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8/1",
            Self::Gb18030 => "gb18030/1",
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
    n_bytes: usize,
    dictionary: EncoderDictionary<'static>,
}

impl Base {
    /// A base of these bytes; `None` where they are too many, or of no use.
    pub(in crate::store) fn of(hash: Hash, bytes: &[u8]) -> Option<Self> {
        Self::at(LEVEL_AGAINST, hash, bytes)
    }

    /// The same, of what a page said before.
    pub(in crate::store) fn of_itself(hash: Hash, bytes: &[u8]) -> Option<Self> {
        Self::at(LEVEL_AGAINST_ITSELF, hash, bytes)
    }

    fn at(level: i32, hash: Hash, bytes: &[u8]) -> Option<Self> {
        let dictionary = may_be_base(bytes).then(|| EncoderDictionary::try_copy(bytes, level).ok())??;
        Some(Self { hash, n_bytes: bytes.len(), dictionary })
    }

    /// Which content it is.
    pub(in crate::store) fn hash(&self) -> Hash {
        self.hash
    }

    /// Bytes of memory that it takes, about: its own, and the tables of zstd.
    pub(in crate::store) fn n_bytes_held(&self) -> usize {
        self.n_bytes + (128 << 10)
    }
}

/// What a page is to be compressed against.
pub(in crate::store) struct Against {
    pub(in crate::store) base: Arc<Base>,
    /// The bytes of the base, where it is one of another listing: that of this one is made of them.
    pub(in crate::store) site_page: Option<Vec<u8>>,
}

/// The base of a listing, which joins one of its site and its own first page, and that page against it.
#[derive(Debug)]
pub(in crate::store) struct Joined {
    pub(super) base: Packed,
    pub(super) page: Packed,
}

/// A content ready to be stored.
#[derive(Debug)]
pub(in crate::store) struct Packed {
    pub(super) hash: Hash,
    /// Whether `data` is what zstd made of it.
    pub(super) is_compressed: bool,
    pub(super) n_bytes: usize,
    /// The content that is needed to have it back.
    pub(super) base: Option<Hash>,
    /// What it stands behind, where that is not the base as it is.
    pub(super) primer: Option<Primer>,
    pub(super) data: Bytes,
    /// Whether the base that there is does not help it: it is to be a base itself.
    pub(super) is_unlike: bool,
}

impl Packed {
    /// Compresses, where that makes it smaller (images and archives stay as they are).
    pub(in crate::store) fn new(bytes: &Bytes) -> Self {
        Self::alone(Hash::of(bytes), bytes)
    }

    fn alone(hash: Hash, bytes: &Bytes) -> Self {
        let compressed = compressed(bytes, |context, data| context.compress(data, bytes, LEVEL));
        let (is_compressed, data) = match compressed {
            Some(data) if data.len() < bytes.len() => (true, data.into()),
            _ => (false, bytes.clone()),
        };
        Self { hash, is_compressed, n_bytes: bytes.len(), base: None, primer: None, data, is_unlike: false }
    }

    /// Compresses against a base, where that helps.
    pub(in crate::store) fn against(bytes: &Bytes, base: Option<&Base>) -> Self {
        let hash = Hash::of(bytes);
        let Some(base) = base.filter(|base| base.hash != hash) else { return Self::alone(hash, bytes) };
        let dictionary = base.dictionary.as_cdict();
        let compressed = compressed(bytes, |context, data| context.compress_using_cdict(data, bytes, dictionary));
        let Some(packed) = Self::smaller(hash, bytes, Some(base.hash), compressed) else {
            return Self::alone(hash, bytes);
        };
        if hash.as_bytes()[0].is_multiple_of(TRIED_ALONE) {
            let alone = Self::alone(hash, bytes);
            if is_unlike(&packed, &alone) {
                return Self { is_unlike: true, ..alone };
            }
        }
        packed
    }

    /// What was compressed, against a base or not; `None` where that saves nothing.
    fn smaller(hash: Hash, bytes: &[u8], base: Option<Hash>, compressed: Option<Vec<u8>>) -> Option<Self> {
        let data = compressed.filter(|data| data.len() < bytes.len())?.into();
        Some(Self { hash, is_compressed: true, n_bytes: bytes.len(), base, primer: None, data, is_unlike: false })
    }

    /// The first page of a listing alone, and what is to be kept in its place where it has much in common with a page of its
    /// site. One that cannot be a base stands against that of its site.
    pub(in crate::store) fn first_of_listing(page: &Bytes, site: &Base, site_page: &[u8]) -> (Self, Option<Joined>) {
        let (alone, joined) = (Self::new(page), Bytes::from([site_page, page].concat()));
        if alone.hash == site.hash || !alone.is_base() || !may_be_base(&joined) {
            return (Self::against(page, Some(site)), None);
        }
        let base = Self::against(&joined, Some(site));
        if base.base.is_none() || is_unlike(&base, &alone) {
            return (alone, None);
        }
        let page = Self::smaller(alone.hash, page, Some(base.hash), behind(&joined, page));
        (alone, page.map(|page| Joined { base, page }))
    }

    /// A Document as JSON, behind the page that it was read from: what it says stands there already.
    pub(in crate::store) fn document(document: &Document, page: Option<(Hash, &[u8])>) -> Self {
        let json: Bytes = serde_json::to_vec(document).expect("invariant: a Document has string keys only").into();
        let hash = Hash::of(&json);
        let page = page.filter(|(_, bytes)| may_be_base(bytes));
        let primer = page.map_or(Primer::Utf8, |(_, bytes)| Primer::of(bytes));
        let data = behind(&primer.bytes(page.map_or(&[], |(_, bytes)| bytes)), &json);
        match Self::smaller(hash, &json, page.map(|(page, _)| page), data) {
            Some(packed) => Self { primer: Some(primer), ..packed },
            None => Self::alone(hash, &json),
        }
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

    /// A page of so many lines that no other seed has.
    fn page(seed: u64, n_lines: u64) -> Bytes {
        let line = |at: u64| format!("<p>{}</p>\n", Hash::of(&(seed << 32 | at).to_le_bytes()));
        (0..n_lines).map(line).collect::<String>().into()
    }

    #[test]
    fn the_first_page_of_a_listing_is_joined_to_that_of_its_site_where_they_are_alike() {
        let site_page = page(1, 200);
        let site = Base::of(Hash::of(&site_page), &site_page).unwrap();
        let first = |page: &Bytes| Packed::first_of_listing(page, &site, &site_page);

        let like = Bytes::from([&site_page[..], &page(2, 20)].concat());
        let (alone, joined) = first(&like);
        let joined = joined.unwrap();
        assert_eq!((alone.base, joined.base.base, joined.page.base), (None, Some(site.hash), Some(joined.base.hash)));
        assert_eq!((joined.base.n_bytes, joined.page.hash), (site_page.len() + like.len(), alone.hash));

        let (unlike, none) = first(&page(3, 200));
        assert!(unlike.base.is_none() && unlike.is_base() && none.is_none(), "it is a base itself");
        let (same, none) = first(&site_page);
        assert!(same.base.is_none() && none.is_none(), "no page stands against itself");
        let (small, none) = first(&page(1, 20));
        assert!(small.base == Some(site.hash) && !small.is_base() && none.is_none(), "a small page is no base");
        let (large, none) = first(&[&site_page[..], &vec![b' '; LONGEST_BASE - 1000]].concat().into());
        assert!(large.base == Some(site.hash) && none.is_none(), "joined it would be too long");
    }

    #[test]
    fn what_was_packed_behind_a_primer_can_be_had_back_by_later_releases() {
        let hash = |bytes: &[u8]| Hash::of(bytes).to_string();
        assert_eq!(hash(FRAME), "de48a76468d136018bbcde78c13e6932531a22fab837b393106c8d6403418172");
        // What is kept behind pages could not be had back if one sequence were read otherwise one day, broken ones too.
        let bytes = |from: u8, to: u8| from..=to;
        let pairs = bytes(0x80, 0xff).flat_map(|lead| bytes(0, 0xff).flat_map(move |trail| [lead, trail, b'|']));
        let long = bytes(0x81, 0xfe).flat_map(|a| bytes(0x30, 0x39).map(move |b| [a, b])).flat_map(|head| {
            bytes(0x81, 0xfe).flat_map(move |c| bytes(0x30, 0x39).flat_map(move |d| [head[0], head[1], c, d]))
        });
        let broken = [&b"\x81"[..], b"\x810", b"\x810\x81", b"\x81\x30\x20", b"\xff\x80\xa1"];
        let broken = broken.iter().flat_map(|end| Primer::Gb18030.bytes(end));
        let read = Primer::Gb18030.bytes(&pairs.chain(long).collect::<Vec<u8>>());
        let expected = "caf60aca8c1f36e055a03b2d27228f4385e9562d48f78cef174da6fbca078e2d";
        assert_eq!(hash(&read.into_iter().chain(broken).collect::<Vec<u8>>()), expected);
    }
}
