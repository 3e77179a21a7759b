//! The Fingerprint: versioned hashes of what a reader sees of a Document.
//!
//! In: a Document and the version of the rules that read it. Out: four BLAKE3 hashes. Never: chrome, block kinds, white
//! space or invisible characters in a hash; column, breadcrumb and site code are navigation and stand in none either.

use crate::model::{Block, BlockKind, Document, Fingerprint, Hash};
use crate::page::attach::READERS;

use super::{attachments, fields, pictures};

/// The version of our reading and hashing.
///
/// Raised whenever a release reads the same bytes to another Document or hashes it otherwise. Stored captures are then
/// read again and become the baseline without an alert.
pub const READING_RULES: u32 = 13;

/// The version of what reads a page and its files: ours, and the site file's `[report]` rules.
pub fn rules(site_rules: Hash) -> Hash {
    let mut digest = Digest::new("rules");
    digest.bytes(&READING_RULES.to_le_bytes());
    digest.bytes(&READERS.to_le_bytes());
    digest.bytes(site_rules.as_bytes());
    digest.hash()
}

/// The hashes of a Document that was read by these rules.
pub fn of(document: &Document, rules: Hash) -> Fingerprint {
    let body = body(&document.blocks);
    let mut body_digest = Digest::new("body");
    body_digest.text(Some(&body));
    let mut content = Digest::new("content");
    for field in fields::CONTENT {
        content.text(fields::key(document, field).as_deref());
    }
    content.text(Some(&body));
    let mut metadata = Digest::new("metadata");
    for field in fields::METADATA {
        metadata.text(fields::key(document, field).as_deref());
    }
    Fingerprint {
        rules,
        body_hash: body_digest.hash(),
        content_hash: content.hash(),
        metadata_hash: metadata.hash(),
        attachments_hash: attachments::hash(&document.attachments),
    }
}

/// The text as it is compared.
///
/// U+FF01 to U+FF5E are folded onto ASCII, zero-width characters dropped, white space is collapsed and trimmed. White
/// space is what Unicode calls so: NBSP and U+3000 too. Every other character stays. Idempotent.
pub fn normalize(text: &str) -> String {
    folded(text, |_, _| true)
}

/// Normalized text without the white space that keeps nothing apart.
///
/// White space is never a change, and where an editor saves a page again it comes and goes between ideographs and at
/// the edges of `<br>` and `<p>`. It says something only between two letters or figures that would otherwise run
/// together: `1 2` is not `12`.
pub(super) fn bare(text: &str) -> String {
    folded(text, |before, behind| runs_on(before) && runs_on(behind))
}

/// Folds characters and drops those that take no room; of white space one space stays between two characters that it
/// keeps apart.
fn folded(text: &str, keeps_apart: impl Fn(char, char) -> bool) -> String {
    let mut folded = String::with_capacity(text.len());
    // What was written last, and whether white space stood behind it.
    let (mut last, mut is_apart) = (None, false);
    for c in text.chars() {
        if is_plain(c) && !is_apart {
            folded.push(c);
            last = Some(c);
            continue;
        }
        if is_zero_width(c) {
            continue;
        }
        if c.is_whitespace() {
            is_apart = true;
            continue;
        }
        let c = fold(c);
        if is_apart && last.is_some_and(|before| keeps_apart(before, c)) {
            folded.push(' ');
        }
        folded.push(c);
        (last, is_apart) = (Some(c), false);
    }
    folded
}

/// Whether a character is compared as it is: neither white space nor without width, and no form of another one. Most of a
/// text is so.
fn is_plain(c: char) -> bool {
    ('\u{3001}'..='\u{d7ff}').contains(&c)
}

/// A body as it is compared. Block boundaries are white space; a row of several cells keeps its edges and its tabs,
/// because a figure that moves to the next column is another statement. Images stand for the body where it has no words:
/// each by what it is known by, without the host, the query and mostly the directory of a mirror or a cache.
pub(super) fn body(blocks: &[Block]) -> String {
    let mut body = String::new();
    let mut running = String::new();
    if blocks.iter().all(|block| block.kind == BlockKind::Image) {
        return blocks.iter().filter_map(pictures::key).collect::<Vec<_>>().join("\n");
    }
    for block in blocks.iter().filter(|block| block.kind != BlockKind::Image) {
        if is_row(block) {
            body.push_str(&bare(&running));
            running.clear();
            body.push('\n');
            body.push_str(&row(&block.text));
            body.push('\n');
        } else {
            running.push(' ');
            running.push_str(&block.text);
        }
    }
    body.push_str(&bare(&running));
    body
}

/// Whether a block is a table row of several cells; a single cell is a layout's frame around running text.
pub(super) fn is_row(block: &Block) -> bool {
    block.kind == BlockKind::Row && block.text.trim().contains('\t')
}

/// A row as it is compared: each cell by itself, empty cells at the end left out.
fn row(text: &str) -> String {
    let cells: Vec<String> = text.split('\t').map(bare).collect();
    cells.join("\t").trim_end_matches('\t').to_owned()
}

/// Characters that take no room: U+200B to U+200D, U+2060, U+FEFF.
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The full-width forms of ASCII as ASCII; any other character as it is.
pub(crate) fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Letters and figures of scripts that keep words apart by spaces; ideographs and kana do not.
pub(super) fn runs_on(c: char) -> bool {
    let is_ideographic = matches!(c, '\u{2e80}'..='\u{312f}' | '\u{31a0}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    fold(c).is_alphanumeric() && !is_ideographic
}

/// A hash over parts that cannot run into each other: every part carries its length, every hash the name of its use.
pub(super) struct Digest(blake3::Hasher);

impl Digest {
    pub(super) fn new(part_of: &'static str) -> Self {
        let mut digest = Self(blake3::Hasher::new());
        digest.bytes(b"govwatch");
        digest.bytes(part_of.as_bytes());
        digest
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// A text or its absence; an empty text is not an absent one.
    pub(super) fn text(&mut self, text: Option<&str>) {
        self.0.update(&[u8::from(text.is_some())]);
        self.bytes(text.unwrap_or_default().as_bytes());
    }

    pub(super) fn hash(&self) -> Hash {
        Hash::from_bytes(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::change::sample::{document, paragraphs, row as row_block};

    fn print(document: &Document) -> Fingerprint {
        of(document, rules(Hash::of(b"site")))
    }

    fn body_hash(texts: &[&str]) -> Hash {
        print(&paragraphs(texts)).body_hash
    }

    #[test]
    fn normalizing_folds_drops_collapses_and_does_nothing_else() {
        assert_eq!(
            normalize(
                "\u{3000}\u{3000}2023年\u{ff0c}\u{a0}\u{ff08}\u{ff11}\u{ff09}\u{200b} \u{ff21}\u{ff5e}\u{feff}\n"
            ),
            "2023年, (1) A~"
        );
        assert_eq!(normalize("石府〔2024〕3号。“引”、①é"), "石府〔2024〕3号。“引”、①é");
    }

    #[test]
    fn what_is_plain_is_kept_as_it_is() {
        for c in ('\0'..=char::MAX).filter(|&c| is_plain(c)) {
            assert!(!c.is_whitespace() && !is_zero_width(c) && fold(c) == c, "{c:?}");
        }
    }

    #[test]
    fn white_space_and_block_boundaries_are_no_change() {
        let one = body_hash(&["一、2023年 工作", "共15件。二、展望"]);
        assert_eq!(one, body_hash(&["一、2023 年工作共 15 件。", "二、展望"]));
        assert_eq!(one, body_hash(&["\u{3000}一、\u{ff12}023年工作\u{a0}共15件。", "", "二、展望"]));
        assert_ne!(one, body_hash(&["一、2023年工作", "共15件,二、展望"]));
    }

    #[test]
    fn white_space_between_words_and_figures_counts_once() {
        assert_ne!(body_hash(&["1 2"]), body_hash(&["12"]));
        assert_eq!(body_hash(&["open  data"]), body_hash(&["open", "data"]));
    }

    #[test]
    fn a_figure_that_moves_to_the_next_column_is_a_change() {
        let table =
            |rows: &[&str]| print(&Document { blocks: rows.iter().map(|r| row_block(r)).collect(), ..document() });
        assert_ne!(table(&["新收\t5\t\t1"]).body_hash, table(&["新收\t\t5\t1"]).body_hash);
        assert_ne!(table(&["甲\t乙丙"]).body_hash, table(&["甲乙\t丙"]).body_hash);
        assert_eq!(table(&["甲\t 5 \t"]).body_hash, table(&["甲\t5"]).body_hash);
    }

    #[test]
    fn block_kinds_and_navigation_are_in_no_hash() {
        let old = document();
        let mut new = document();
        new.blocks.iter_mut().for_each(|block| block.kind = BlockKind::Item);
        new.column = Some("法律法规".into());
        new.site_code = Some("1411230001".into());
        new.breadcrumb = vec!["首页".into()];
        assert_eq!(print(&old), print(&new));
    }

    #[test]
    fn title_and_number_are_content_and_other_fields_are_metadata() {
        let old = print(&document());
        let titled = print(&Document { title: Some("另一个".into()), ..document() });
        assert_eq!((titled.body_hash, titled.metadata_hash), (old.body_hash, old.metadata_hash));
        assert_ne!(titled.content_hash, old.content_hash);
        let void = print(&Document { validity: Some("失效".into()), ..document() });
        assert_eq!((void.content_hash, void.attachments_hash), (old.content_hash, old.attachments_hash));
        assert_ne!(void.metadata_hash, old.metadata_hash);
    }

    #[test]
    fn another_version_of_the_rules_keeps_the_hashes_and_says_so() {
        let (old, new) = (of(&document(), rules(Hash::of(b"a"))), of(&document(), rules(Hash::of(b"b"))));
        assert_ne!(old.rules, new.rules);
        assert_eq!(old.body_hash, new.body_hash);
    }

    proptest! {
        #[test]
        fn any_visible_character_changes_the_hash(text in "[一-三a-c0-2,。 ]{1,12}", at in 0usize..12, to in "[四d3、;]") {
            let mut chars: Vec<char> = text.chars().collect();
            let at = at % chars.len();
            chars.insert(at, to.chars().next().expect("one character"));
            let edited: String = chars.iter().collect();
            prop_assert_ne!(body_hash(&[&text]), body_hash(&[&edited]));
        }

        #[test]
        fn normalizing_twice_is_normalizing_once(text in "\\PC{0,24}") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once.clone());
            prop_assert_eq!(bare(&bare(&text)), bare(&text));
            prop_assert_eq!(bare(&once), bare(&text));
        }
    }
}
