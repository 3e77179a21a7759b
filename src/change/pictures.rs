//! Pictures in the text of two revisions: which were replaced.
//!
//! In: the blocks of both. Out: pictures that stand where others stood, and of these the ones whose bytes are others. Never:
//! a picture told by its address: host, directory and query are those of mirrors and caches, and an editor who saves a page
//! again may give every file another name. Bodies of pictures alone are told as text.

use crate::model::{Block, BlockKind};

/// Digits or letters from which on the name of a file is one that its portal gives once: `W020240102…`, `20240102093000.jpg`.
const LEAST_NAME: usize = 12;

/// What a picture is known by: the name of its file, or its path where the name is one of its directory (`1.jpg`).
pub(super) fn key(picture: &Block) -> Option<&str> {
    let is_of_portal = |name: &&str| {
        let stem = name.split_once('.').map_or(*name, |(stem, _)| stem);
        stem.chars().filter(char::is_ascii_alphanumeric).count() >= LEAST_NAME
    };
    picture.file_name().filter(is_of_portal).or_else(|| picture.url.as_ref().map(url::Url::path))
}

/// Pictures under names that the other revision does not have, each with the one whose place it took, by their place among
/// the blocks.
pub fn in_place_of_others(old: &[Block], new: &[Block]) -> Vec<(usize, usize)> {
    let (olds, news) = (places(old), places(new));
    let has_words = |blocks: &[Block], pictures: &[usize]| pictures.len() < blocks.len();
    if olds.len() != news.len() || !has_words(old, &olds) || !has_words(new, &news) {
        return Vec::new();
    }
    let is_among = |block: &Block, blocks: &[Block], places: &[usize]| {
        key(block).is_none_or(|name| places.iter().any(|at| key(&blocks[*at]) == Some(name)))
    };
    let is_other = |(at, to): &(usize, usize)| !is_among(&old[*at], new, &news) && !is_among(&new[*to], old, &olds);
    olds.iter().copied().zip(news.iter().copied()).filter(is_other).collect()
}

/// Those of them whose bytes are known on both sides, and are others.
pub(super) fn replaced<'a>(old: &'a [Block], new: &'a [Block]) -> Vec<(&'a Block, &'a Block)> {
    let pairs = in_place_of_others(old, new).into_iter().map(|(at, to)| (&old[at], &new[to]));
    pairs.filter(|(one, other)| one.hash.is_some() && other.hash.is_some() && one.hash != other.hash).collect()
}

/// Gives each picture the bytes that are known of its name.
pub fn keep_known_bytes(old: &[Block], new: &mut [Block]) {
    for picture in new.iter_mut().filter(|block| block.kind == BlockKind::Image && block.hash.is_none()) {
        let known = old.iter().find(|block| block.hash.is_some() && key(block) == key(picture));
        picture.hash = known.and_then(|block| block.hash);
    }
}

fn places(blocks: &[Block]) -> Vec<usize> {
    let is_picture = |at: &usize| blocks[*at].kind == BlockKind::Image;
    (0..blocks.len()).filter(is_picture).collect()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use url::Url;

    use super::*;
    use crate::change::fields;
    use crate::change::sample::document;
    use crate::model::{Document, FieldName, Hash};

    fn picture(url: &str, bytes: Option<&str>) -> Block {
        let hash = bytes.map(|bytes| Hash::of(bytes.as_bytes()));
        Block { url: Some(Url::parse(url).expect("a URL")), hash, ..Block::new(BlockKind::Image, "") }
    }

    fn with(pictures: &[Block]) -> Document {
        let mut document = document();
        for (at, picture) in pictures.iter().enumerate() {
            document.blocks.insert(2 * at + 1, picture.clone());
        }
        document
    }

    fn told(old: &[Block], new: &[Block]) -> Vec<FieldName> {
        fields::edited(&with(old), &with(new))
    }

    #[test]
    fn another_picture_in_the_place_of_one_is_told_by_its_bytes() {
        let old = picture("http://www.x.gov.cn/W0202400000101.jpg", Some("甲"));
        let new = picture("http://www.x.gov.cn/W0202400000102.jpg", Some("乙"));
        assert_eq!(told(slice::from_ref(&old), slice::from_ref(&new)), [FieldName::AttachmentReplaced]);
        let shown = fields::changes(&with(&[old]), &with(&[new])).remove(0);
        assert_eq!(shown.old.as_deref(), Some("W0202400000101.jpg (http://www.x.gov.cn/W0202400000101.jpg)"));
        assert_eq!(shown.new.as_deref(), Some("W0202400000102.jpg (http://www.x.gov.cn/W0202400000102.jpg)"));
    }

    #[test]
    fn the_same_picture_elsewhere_and_what_is_not_known_are_no_change() {
        let old = picture("http://www.x.gov.cn/W0202400000101.jpg", Some("甲"));
        let silent = [
            picture("https://cdn.x.gov.cn/2024/W0202400000101.jpg?v=3", Some("乙")),
            picture("http://www.x.gov.cn/W0202400000102.jpg", Some("甲")),
            picture("http://www.x.gov.cn/W0202400000102.jpg", None),
        ];
        for new in silent {
            assert_eq!(told(slice::from_ref(&old), slice::from_ref(&new)), [], "{:?}", new.url);
        }
        let second = picture("http://www.x.gov.cn/W0202400000102.jpg", Some("乙"));
        assert_eq!(
            in_place_of_others(
                &with(&[picture("http://x.gov.cn/a/1.jpg", None)]).blocks,
                &with(&[picture("http://x.gov.cn/b/1.jpg", None)]).blocks
            ),
            [(1, 1)],
            "two of many"
        );
        assert_eq!(told(&[old.clone(), second.clone()], &[second, old.clone()]), [], "they changed places");
        assert_eq!(told(slice::from_ref(&old), &[]), []);
        assert_eq!(
            in_place_of_others(slice::from_ref(&old), &[picture("http://x.gov.cn/W0202400000102.jpg", None)]),
            [],
            "a scan"
        );
    }

    #[test]
    fn what_is_known_of_a_name_goes_with_it() {
        let mut new = [
            picture("https://cdn.x.gov.cn/W0202400000101.jpg", None),
            picture("http://www.x.gov.cn/W0202400000103.jpg", None),
        ];
        keep_known_bytes(&[picture("http://www.x.gov.cn/W0202400000101.jpg", Some("甲"))], &mut new);
        assert_eq!(new.map(|block| block.hash), [Some(Hash::of("甲".as_bytes())), None]);
    }
}
