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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What sort of part it is.
    pub kind: BlockKind,
    /// Its text; the cells of a table row are joined by a tab.
    pub text: String,
}

impl Block {
    /// A block of this kind.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
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
}

/// A file that a Document links to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Absolute URL as linked.
    pub url: Url,
    /// The link's text, or the file name where it has none.
    pub title: String,
    /// Media type guessed from the name's extension; `None` where the name does not tell.
    pub media_type: Option<String>,
    /// Digest of its content; `None` while it has not been read.
    pub hash: Option<Hash>,
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
    /// 网站标识码: ten digits, or `bm` and eight.
    pub site_code: Option<String>,
    /// The column (栏目) it stands in.
    pub column: Option<String>,
    /// The breadcrumb, outermost first, the page itself left out.
    pub breadcrumb: Vec<String>,
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
    /// The body as text: blocks joined by line feeds.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.blocks.iter().map(|block| block.text.as_str()).collect();
        lines.join("\n")
    }

    /// Characters of the body that are not white space.
    pub fn n_chars(&self) -> usize {
        let count = |block: &Block| block.text.chars().filter(|c| !c.is_whitespace()).count();
        self.blocks.iter().map(count).sum()
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
    /// A selector of the site file yields nothing any more; what it named was read by another rule.
    DeadSelector,
}

impl Doubt {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoTitle => "no_title",
            Self::NoBody => "no_body",
            Self::ShortBody => "short_body",
            Self::CutPage => "cut_page",
            Self::BadCharset => "bad_charset",
            Self::Unfilled => "unfilled",
            Self::LooksLikeListing => "looks_like_listing",
            Self::ErrorTitle => "error_title",
            Self::Shrunk => "shrunk",
            Self::DeadSelector => "dead_selector",
        }
    }
}

/// One row of a listing, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Absolute URL of the report, not yet canonical.
    pub url: Url,
    /// The title as shown; it may be cut short (…).
    pub title: String,
    /// The date, where the row shows one that could be read.
    pub date: Option<Stated>,
    /// The date as written in the row.
    pub date_shown: Option<String>,
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListingPage {
    /// Its rows in page order; each URL once.
    pub entries: Vec<Entry>,
    /// The page after this one; `None` on the last.
    pub next: Option<Url>,
    /// How many pages the pager states; `None` where it states none.
    pub n_pages: Option<u32>,
    /// Rows that matched but gave no link: a sign of a changed layout.
    pub n_broken_rows: usize,
}
