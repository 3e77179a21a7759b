//! What one page says: a report as a Document, a listing as its entries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{FieldName, Hash, Stated};

/// What a fetched page turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// One report with its text.
    Report,
    /// An index of reports.
    Listing,
    /// The page is gone: 404 or 410, or a page that says so under status 200.
    NotFound,
    /// A wall between us and the page: a script challenge, a captcha, a block page.
    Challenge,
    /// Nothing a reader could see.
    Empty,
    /// Something else: an error page, a file that is no page.
    Other,
}

impl PageKind {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Listing => "listing",
            Self::NotFound => "not_found",
            Self::Challenge => "challenge",
            Self::Empty => "empty",
            Self::Other => "other",
        }
    }
}

/// Which rule gave a field. The order is the order of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A selector of the site's own file.
    Site,
    /// A selector of its CMS family.
    Family,
    /// The State Council's meta tags.
    Meta,
    /// Automatic reading.
    Auto,
}

/// One part of a body, in reading order. **Shape**: NFC is not applied; one line, no line break, trimmed.
///
/// In JSON, `kind` and `text` are always there; the other keys stand where the kind has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What sort of part it is.
    pub kind: BlockKind,
    /// Its text; the cells of a table row are joined by a tab; of an image, its alternative text, which may be empty.
    pub text: String,
    /// Of a heading: 1 for the outermost (一、), up to 6. Of an item: how deep its list is nested, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Of a row: its place in its table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RowShape>,
    /// Of an image: where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
    /// Of an image: BLAKE3 of its bytes, where they were asked for, since another one took its place or it took that of
    /// another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<Hash>,
}

impl Block {
    /// A block of this kind, with nothing but its text.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), level: None, row: None, url: None, hash: None }
    }

    /// Of an image: the name of its file, whatever mirror it comes from.
    pub fn file_name(&self) -> Option<&str> {
        self.url.as_ref()?.path_segments()?.next_back().filter(|name| !name.is_empty())
    }

    /// What people are shown of it: its text; of a picture without words the name of its file.
    pub fn shown(&self) -> &str {
        match self.kind {
            BlockKind::Image if self.text.is_empty() => self.file_name().unwrap_or_default(),
            _ => &self.text,
        }
    }
}

/// Where a row stands in its table. Cells that a wider or higher cell covers are empty in the row's text, so that the
/// n-th cell of every row of a table stands in the n-th column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowShape {
    /// Which table of the Document, counted from 0.
    pub table: u32,
    /// Whether it heads the columns below it.
    pub is_header: bool,
    /// Cells that cover more than one column or row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
}

/// A cell that covers more than its own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its column, counted from 0.
    pub column: u32,
    /// How many columns it covers, at least 1.
    pub columns: u32,
    /// How many rows it covers, at least 1.
    pub rows: u32,
}

/// The sorts of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading, by its element or by its numbering (一、 (一)).
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list.
    Item,
    /// One row of a table.
    Row,
    /// A picture; its words are not known. It is no part of the text.
    Image,
    /// Who signs, and the day beneath: the lines that close an official paper.
    Signature,
}

/// A file that a Document links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Absolute URL as linked.
    pub url: Url,
    /// The link's text, or the file name where it has none.
    pub title: String,
    /// Media type by its first bytes; guessed from the name while it has not been loaded.
    pub media_type: Option<String>,
    /// What it is compared by: digest of its text where that can be read, else of its bytes; `None` while it has not
    /// been loaded.
    pub hash: Option<Hash>,
    /// What was received; `None` while it has not been loaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<AttachedFile>,
}

impl Attachment {
    /// A link to a file that has not been loaded.
    pub fn linked(url: Url, title: impl Into<String>, media_type: Option<String>) -> Self {
        Self { url, title: title.into(), media_type, hash: None, file: None }
    }
}

/// An attachment as received, and what could be read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// BLAKE3 of the bytes.
    pub bytes_hash: Hash,
    /// How many they are.
    pub n_bytes: u64,
    /// Whether its words are known.
    pub state: TextState,
    /// The content that holds its text, in the store; `None` where it has none.
    pub text_hash: Option<Hash>,
    /// Characters of that text that are not white space.
    pub n_chars: u64,
    /// How sure character recognition is of its text, in hundredths, 0 where it found none; `None` where nothing was
    /// recognised.
    pub confidence: Option<u8>,
    /// Why its words are not known, or what is to be said of them, in one line.
    pub note: Option<String>,
}

/// Whether the words of a file are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextState {
    /// Its own text was read.
    Text,
    /// It is made of pictures: scanned, without a text layer.
    NoTextLayer,
    /// It is made of pictures, whose words were recognised; they may be wrong.
    Recognised,
    /// It opens with a password only.
    Encrypted,
    /// It is no whole file of its type.
    Broken,
    /// Reading it would take more than the limits allow.
    TooLarge,
    /// Its type has no reader.
    UnknownType,
}

impl TextState {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::NoTextLayer => "no_text_layer",
            Self::Recognised => "recognised",
            Self::Encrypted => "encrypted",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::UnknownType => "unknown_type",
        }
    }
}

/// What one Capture says; chrome already stripped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The title as a reader sees it, in one line.
    pub title: Option<String>,
    /// 发布日期: when the portal says it was published. Never the page-generation time.
    pub published: Option<Stated>,
    /// 来源: whom the portal names as its source.
    pub source: Option<String>,
    /// 发文机关: the office that issued it.
    pub authority: Option<String>,
    /// 索引号 of the disclosure table.
    pub index_no: Option<String>,
    /// 发文字号, its own and not a cited one, year bracket as 〔YYYY〕.
    pub doc_no: Option<String>,
    /// 成文日期.
    pub written: Option<Stated>,
    /// 有效性 as shown.
    pub validity: Option<String>,
    /// 施行日期: since when it is in force.
    #[serde(default)]
    pub effective: Option<Stated>,
    /// 废止日期: since when it no longer is.
    #[serde(default)]
    pub repealed: Option<Stated>,
    /// 主题分类 as shown.
    #[serde(default)]
    pub topic: Option<String>,
    /// The GB/T 2260 code of its division: the first six digits of a local 网站标识码.
    #[serde(default)]
    pub division: Option<String>,
    /// 网站标识码: ten digits, or `bm` and eight.
    pub site_code: Option<String>,
    /// The column (栏目) it stands in.
    pub column: Option<String>,
    /// The breadcrumb, outermost first; a report itself is left out, a column is its last step.
    pub breadcrumb: Vec<String>,
    /// Document numbers of others that its text cites, normalised, in order, each once.
    #[serde(default)]
    pub cited: Vec<String>,
    /// The body in reading order.
    pub blocks: Vec<Block>,
    /// Files linked from the body or the attachment list, in order, each URL once.
    pub attachments: Vec<Attachment>,
    /// Which rule gave each field that has a value.
    pub from: BTreeMap<FieldName, Origin>,
    /// Why this reading may be wrong; empty when nothing speaks against it.
    pub doubts: Vec<Doubt>,
}

impl Document {
    /// The blocks that hold words of the page: all but images.
    pub fn worded(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.kind != BlockKind::Image)
    }

    /// Whether its body holds images.
    pub fn has_images(&self) -> bool {
        self.blocks.iter().any(|block| block.kind == BlockKind::Image)
    }

    /// The body as text: blocks joined by line feeds, images left out.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.worded().map(|block| block.text.as_str()).collect();
        lines.join("\n")
    }

    /// The first characters of that text, so many at most.
    pub fn head(&self, n_chars: usize) -> String {
        let lines = self.worded().enumerate().map(|(at, block)| [if at == 0 { "" } else { "\n" }, &block.text]);
        lines.flatten().flat_map(str::chars).take(n_chars).collect()
    }

    /// Whether it is a file in the place of a page, its words the body: no rule looked for that.
    pub fn is_file(&self) -> bool {
        matches!(&self.attachments[..], [Attachment { file: Some(_), .. }]) && !self.from.contains_key(&FieldName::Body)
    }

    /// Characters of the body that are not white space.
    pub fn n_chars(&self) -> usize {
        // No white space stands above U+3000, where nearly all of a text does.
        let is_white = |c: char| c <= '\u{3000}' && c.is_whitespace();
        let count = |block: &Block| block.text.chars().filter(|&c| !is_white(c)).count();
        self.worded().map(count).sum()
    }
}

/// A failed plausibility check. It withholds Edited and Withdrawn, never New.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// No title was found.
    NoTitle,
    /// The body has no text.
    NoBody,
    /// The body is pictures: its words are not known.
    OnlyImages,
    /// The page has no text of its own; what it says stands in its attachments.
    OnlyAttachments,
    /// It is one part of an article over several pages, and the others could not be joined.
    PartOfArticle,
    /// The body is shorter than the site's `min_body_chars`, or much shorter than the page promises.
    ShortBody,
    /// The page ends before its closing tags: a cut transfer or a cut file.
    CutPage,
    /// More than one character in a hundred could not be decoded.
    BadCharset,
    /// Template marks such as `{{title}}` stand in the text: a script has yet to fill the page.
    Unfilled,
    /// The text looks like a listing or a navigation, not like a report.
    LooksLikeListing,
    /// The title is one of an error or maintenance page.
    ErrorTitle,
    /// The body shrank to a fraction of the newest revision's.
    Shrunk,
    /// The body is what other reports of the site show, which never were the same text: a notice that a portal puts under
    /// all its addresses, or a cache that mixes them up.
    TextOfOthers,
    /// The report went from this text to another one and back before: two servers behind one name that do not show the
    /// same, or a cache that gives out old pages.
    ToAndFro,
    /// A selector of the site file yields nothing any more; what it named was read by another rule.
    DeadSelector,
    /// Its stated day was long over when its listing was walked to the end, and it was not there yet. It is one of the
    /// report and not of a reading: it withholds nothing.
    BackDated,
}

impl Doubt {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoTitle => "no_title",
            Self::NoBody => "no_body",
            Self::OnlyImages => "only_images",
            Self::OnlyAttachments => "only_attachments",
            Self::PartOfArticle => "part_of_article",
            Self::ShortBody => "short_body",
            Self::CutPage => "cut_page",
            Self::BadCharset => "bad_charset",
            Self::Unfilled => "unfilled",
            Self::LooksLikeListing => "looks_like_listing",
            Self::ErrorTitle => "error_title",
            Self::Shrunk => "shrunk",
            Self::TextOfOthers => "text_of_others",
            Self::ToAndFro => "to_and_fro",
            Self::DeadSelector => "dead_selector",
            Self::BackDated => "back_dated",
        }
    }

    /// The same for readers of Chinese.
    pub fn in_chinese(self) -> &'static str {
        match self {
            Self::NoTitle => "没有标题",
            Self::NoBody => "没有正文",
            Self::OnlyImages => "正文只有图片",
            Self::OnlyAttachments => "正文只有附件",
            Self::PartOfArticle => "只读到文章的一部分",
            Self::ShortBody => "正文过短",
            Self::CutPage => "网页不完整",
            Self::BadCharset => "字符编码有误",
            Self::Unfilled => "模板未填写",
            Self::LooksLikeListing => "像是列表页",
            Self::ErrorTitle => "标题像是出错页",
            Self::Shrunk => "正文大幅缩短",
            Self::TextOfOthers => "正文与本站其他文章相同",
            Self::ToAndFro => "新旧两版反复出现",
            Self::DeadSelector => "选择器失效",
            Self::BackDated => "日期疑似倒签",
        }
    }
}
