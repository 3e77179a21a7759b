//! Attachments of two revisions: which are the same, and which were added, removed or replaced.
//!
//! In: the attachments of two Documents, in order. Out: a hash, and the pairs that differ. An attachment is its title
//! and its content, or its URL path while the content is not known. Never: host, scheme or query of its URL (they carry
//! mirrors, cache busters and signatures).

use crate::model::{Attachment, Block, BlockKind, Document, FieldName, Hash};

use super::canonical;
use super::fingerprint::{self, Digest, bare};

/// How alike two titles are, 0 to 1, when one stands for the other (附件1:统计表.xls, 附件1:统计表(更正).xls).
const RESEMBLING: f64 = 0.6;

/// Singles above which titles are no longer held against each other: every pair costs the product of their lengths.
const MOST_RESEMBLING: usize = 100;

/// An attachment that differs: what happened, and the two sides.
pub(super) struct Changed<'a> {
    pub(super) field: FieldName,
    pub(super) old: Option<&'a Attachment>,
    pub(super) new: Option<&'a Attachment>,
}

/// The hash over the ordered attachments.
pub(super) fn hash(attachments: &[Attachment]) -> Hash {
    let mut digest = Digest::new("attachments");
    for key in attachments.iter().map(Key::of) {
        digest.text(Some(&key.title));
        digest.text(key.content.is_none().then_some(key.path.as_str()));
        digest.bytes(key.content.as_ref().map(Hash::as_bytes).map_or(&[], |bytes| bytes.as_slice()));
    }
    digest.hash()
}

/// What a file is compared by, where its words are known: they are what readers see, however often it is made again.
///
/// As of a body: where lines end says nothing, since another program breaks them elsewhere, and a line with tabs is a
/// row of cells.
pub fn content(text: &str) -> Hash {
    let kind = |line: &str| if line.contains('\t') { BlockKind::Row } else { BlockKind::Paragraph };
    let lines: Vec<Block> = text.lines().map(|line| Block::new(kind(line), line)).collect();
    let mut digest = Digest::new("attachment");
    digest.text(Some(&fingerprint::body(&lines)));
    digest.hash()
}

/// The hash over no attachments at all.
pub fn none() -> Hash {
    hash(&[])
}

/// Gives each attachment that could not be loaded its last known content.
///
/// To be called before the fingerprint is taken: a failed download is never a change.
pub fn keep_known_contents(newest: &Document, document: &mut Document) {
    let loaded = newest.attachments.iter().filter(|old| old.hash.is_some());
    let known: Vec<(Key, &Attachment)> = loaded.map(|old| (Key::of(old), old)).collect();
    for attachment in document.attachments.iter_mut().filter(|attachment| attachment.hash.is_none()) {
        let key = Key::of(attachment);
        let same = known.iter().find(|(old, _)| old.path == key.path && old.title == key.title);
        if let Some((_, old)) = same {
            attachment.hash = old.hash;
            attachment.file.clone_from(&old.file);
            attachment.media_type.clone_from(&old.media_type);
        }
    }
}

/// The attachments that differ, in the order added and replaced (as they stand in the new revision), then removed.
pub(super) fn changed<'a>(old: &'a [Attachment], new: &'a [Attachment]) -> Vec<Changed<'a>> {
    let (old_keys, new_keys): (Vec<Key>, Vec<Key>) =
        (old.iter().map(Key::of).collect(), new.iter().map(Key::of).collect());
    let mut pairs = Pairs { olds: vec![None; new.len()], is_taken: vec![false; old.len()] };
    pairs.take(&old_keys, &new_keys, Key::is_same);
    // The same file at the same place, whatever its link is called now.
    pairs.take(&old_keys, &new_keys, |a, b| a.path == b.path && a.content.is_some() && a.content == b.content);
    let n_same = pairs.olds.iter().flatten().count();
    let is_reordered = n_same == old.len() && n_same == new.len() && !pairs.olds.is_sorted();
    if is_reordered {
        let displaced = old_keys.iter().zip(&new_keys).position(|(old, new)| !old.is_same(new)).unwrap_or_default();
        return vec![Changed {
            field: FieldName::AttachmentReplaced,
            old: old.get(displaced),
            new: new.get(displaced),
        }];
    }
    let same = pairs.olds.clone();
    pairs.take(&old_keys, &new_keys, |a, b| a.path == b.path);
    pairs.take(&old_keys, &new_keys, |a, b| a.title == b.title);
    pairs.take(&old_keys, &new_keys, |a, b| a.content.is_some() && a.content == b.content);
    if pairs.n_single() <= MOST_RESEMBLING {
        pairs.take(&old_keys, &new_keys, |a, b| strsim::normalized_levenshtein(&a.title, &b.title) >= RESEMBLING);
    }
    let here = new.iter().enumerate().filter(|&(at, _)| same[at].is_none()).map(|(at, new)| match pairs.olds[at] {
        Some(from) => Changed { field: FieldName::AttachmentReplaced, old: old.get(from), new: Some(new) },
        None => Changed { field: FieldName::AttachmentAdded, old: None, new: Some(new) },
    });
    let gone = old.iter().zip(&pairs.is_taken).filter(|&(_, is_taken)| !is_taken);
    let gone = gone.map(|(old, _)| Changed { field: FieldName::AttachmentRemoved, old: Some(old), new: None });
    here.chain(gone).collect()
}

/// Whether words of a file are known since, which were not before: nothing that is compared, but what readers want.
pub fn has_learned_words(old: &Document, new: &Document) -> bool {
    let is_learned = |(old, new): (&Attachment, &Attachment)| words(old).is_none() && words(new).is_some();
    old.attachments.iter().zip(&new.attachments).any(is_learned)
}

/// Whether words of its files are known.
pub fn has_words(document: &Document) -> bool {
    document.attachments.iter().any(|file| words(file).is_some())
}

/// The content that holds the words of a file.
fn words(file: &Attachment) -> Option<Hash> {
    file.file.as_ref().and_then(|file| file.text_hash)
}

/// A file that was replaced, and whose words are known on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    /// Its title in the new revision.
    pub title: String,
    /// The content that holds its old words.
    pub old: Hash,
    /// The content that holds its new words.
    pub new: Hash,
}

/// The replaced files whose words can be compared, in the order of the new revision. Those of a file in the place of a page
/// are its body, and compared as that.
pub fn reworded(old: &Document, new: &Document) -> Vec<Reworded> {
    if old.is_file() && new.is_file() {
        return Vec::new();
    }
    let changed = changed(&old.attachments, &new.attachments);
    let replaced = changed.iter().filter(|change| change.field == FieldName::AttachmentReplaced);
    let pair = |change: &Changed<'_>| {
        let words = |side: Option<&Attachment>| side?.file.as_ref()?.text_hash;
        let (old, new) = (words(change.old)?, words(change.new)?);
        (old != new).then(|| Reworded {
            title: change.new.map(|file| file.title.clone()).unwrap_or_default(),
            old,
            new,
        })
    };
    replaced.filter_map(pair).collect()
}

/// What an attachment is compared by.
struct Key {
    title: String,
    path: String,
    content: Option<Hash>,
    bytes: Option<Hash>,
}

impl Key {
    fn of(attachment: &Attachment) -> Self {
        Self {
            title: bare(&attachment.title),
            path: canonical::path(&attachment.url),
            content: attachment.hash,
            bytes: attachment.file.as_ref().map(|file| file.bytes_hash),
        }
    }

    /// Contents decide where both are known; a content learned since is no change, nor are the same bytes that are read
    /// better now.
    fn is_same(&self, other: &Self) -> bool {
        let is_same_file = match (self.content, other.content) {
            (Some(one), Some(two)) => one == two || (self.bytes.is_some() && self.bytes == other.bytes),
            _ => self.path == other.path,
        };
        is_same_file && self.title == other.title
    }
}

/// Which old attachment each new one stands for.
struct Pairs {
    olds: Vec<Option<usize>>,
    is_taken: Vec<bool>,
}

impl Pairs {
    /// How many are single on both sides together.
    fn n_single(&self) -> usize {
        self.olds.iter().filter(|old| old.is_none()).count()
            + self.is_taken.iter().filter(|&&is_taken| !is_taken).count()
    }

    /// Pairs what is still single on both sides, the same place first.
    fn take(&mut self, old: &[Key], new: &[Key], fits: impl Fn(&Key, &Key) -> bool) {
        for (at, key) in new.iter().enumerate() {
            if self.olds[at].is_some() {
                continue;
            }
            let is_free = |&from: &usize| from < old.len() && !self.is_taken[from] && fits(&old[from], key);
            let found = Some(at).filter(is_free).or_else(|| (0..old.len()).find(is_free));
            if let Some(from) = found {
                self.olds[at] = Some(from);
                self.is_taken[from] = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::{attachment, loaded, paragraphs};
    use crate::model::Origin;

    fn fields(old: &[&Attachment], new: &[&Attachment]) -> Vec<FieldName> {
        let owned = |list: &[&Attachment]| list.iter().map(|&attachment| attachment.clone()).collect::<Vec<_>>();
        let (old, new) = (owned(old), owned(new));
        let is_equal = hash(&old) == hash(&new);
        let fields: Vec<FieldName> = changed(&old, &new).iter().map(|change| change.field).collect();
        assert!(!is_equal || fields.is_empty(), "equal hashes give no field");
        fields
    }

    #[test]
    fn a_mirror_a_signature_and_a_cache_buster_are_no_change() {
        let old = attachment("附件 \u{ff11}", "http://www.x.gov.cn/files/1.xlsx?v=3&sign=a", None);
        let new = attachment("附件1", "https://img.x.gov.cn/files/1.xlsx?v=4", None);
        assert_eq!(hash(std::slice::from_ref(&old)), hash(std::slice::from_ref(&new)));
        assert_eq!(fields(&[&old], &[&new]), []);
    }

    #[test]
    fn the_words_of_a_replaced_file_are_compared_where_they_are_not_the_body() {
        let with = |file: Attachment, text: &str| Document { attachments: vec![file], ..paragraphs(&[text]) };
        let (old, new) = (loaded("办法", "/1.pdf", "罚款一万元", "a"), loaded("办法", "/1.pdf", "罚款二万元", "b"));
        let files = [with(old.clone(), "罚款一万元"), with(new.clone(), "罚款二万元")];
        assert_eq!(reworded(&files[0], &files[1]), []);
        let page =
            |document: &Document| Document { from: [(FieldName::Body, Origin::Auto)].into(), ..document.clone() };
        let words = |file: &Attachment| file.file.as_ref().and_then(|file| file.text_hash).expect("words");
        let expected = Reworded { title: "办法".into(), old: words(&old), new: words(&new) };
        assert_eq!(reworded(&page(&files[0]), &page(&files[1])), [expected]);
    }

    #[test]
    fn added_removed_and_replaced_are_told_apart() {
        let (a, b, c) =
            (attachment("甲", "/1.doc", None), attachment("乙", "/2.doc", None), attachment("丙", "/3.doc", None));
        assert_eq!(fields(&[&a], &[&a, &b]), [FieldName::AttachmentAdded]);
        assert_eq!(fields(&[&a, &b], &[&b]), [FieldName::AttachmentRemoved]);
        let renamed = attachment("甲(修订)", "/1.doc", None);
        assert_eq!(fields(&[&a, &b], &[&renamed, &b]), [FieldName::AttachmentReplaced]);
        let moved = attachment("甲", "/9.doc", None);
        assert_eq!(fields(&[&a], &[&moved]), [FieldName::AttachmentReplaced]);
        let (draft, final_one) =
            (attachment("附件1:统计表", "/5.xls", None), attachment("附件1:统计表(更正)", "/6.xls", None));
        assert_eq!(fields(&[&a, &draft], &[&a, &final_one]), [FieldName::AttachmentReplaced]);
        assert_eq!(fields(&[&a], &[&c]), [FieldName::AttachmentAdded, FieldName::AttachmentRemoved]);
        assert_eq!(fields(&[&a, &b], &[&b, &a]), [FieldName::AttachmentReplaced]);
    }

    #[test]
    fn contents_decide_where_they_are_known() {
        let old = attachment("甲", "/1.doc", Some("一"));
        assert_eq!(fields(&[&old], &[&attachment("甲", "/2.doc", Some("一"))]), []);
        let new = attachment("甲", "/1.doc", Some("二"));
        assert_eq!(fields(&[&old], &[&new]), [FieldName::AttachmentReplaced]);
        let renamed = attachment("附件：甲（下载）", "/1.doc", Some("一"));
        assert_eq!(fields(&[&old], &[&renamed]), [], "its link is called otherwise, and it is the same file");
        let learned = attachment("甲", "/1.doc", None);
        assert_eq!(fields(&[&learned], &[&old]), []);
    }

    #[test]
    fn the_same_bytes_read_otherwise_are_no_change() {
        let read = |words: &str, bytes: &str| loaded("甲", "/1.doc", words, bytes);
        assert_eq!(fields(&[&read("旧读", "x")], &[&read("新读", "x")]), []);
        assert_eq!(fields(&[&read("旧读", "x")], &[&read("新读", "y")]), [FieldName::AttachmentReplaced]);
    }

    #[test]
    fn a_failed_download_keeps_the_known_content() {
        let newest = Document { attachments: vec![attachment("甲", "/1.doc", Some("一"))], ..Document::default() };
        let mut read = Document { attachments: vec![attachment("甲", "/1.doc?x=1", None)], ..Document::default() };
        keep_known_contents(&newest, &mut read);
        assert_eq!(read.attachments[0].hash, newest.attachments[0].hash);
    }
}
