//! What a page of a listing says: its rows, and where the listing goes on.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Hash, Stated};

/// One row of a listing, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Absolute URL of the report, not yet canonical.
    pub url: Url,
    /// The title as shown; it may be cut short (…), and is empty where the listing shows none (a sitemap).
    pub title: String,
    /// The date, where the row shows one that could be read.
    pub date: Option<Stated>,
    /// The date as written in the row.
    pub date_shown: Option<String>,
}

/// How the fragment of an address begins that leads to words on a page: that of a row without a link.
pub const TEXT_FRAGMENT: &str = ":~:text=";

/// Where a page of a listing is: a URL, and what is sent to it where it is asked by POST.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageAddress {
    /// The URL.
    pub url: Url,
    /// The body of a POST; `None` asks by GET.
    pub post: Option<Post>,
}

/// The body of a POST.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Post {
    /// How it is written.
    pub form: PostForm,
    /// The body as sent, UTF-8.
    pub body: String,
}

/// How the body of a POST is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostForm {
    /// `a=1&b=2`.
    Urlencoded,
    /// A JSON value.
    Json,
}

impl PostForm {
    /// The `Content-Type` header.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Urlencoded => "application/x-www-form-urlencoded",
            Self::Json => "application/json",
        }
    }
}

impl From<Url> for PageAddress {
    fn from(url: Url) -> Self {
        Self { url, post: None }
    }
}

/// One page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingPage {
    /// Its rows in page order; each URL once.
    pub entries: Vec<Entry>,
    /// Where the listing goes on, in order; empty on the last page. One page but for an index of sitemaps, which
    /// names them all.
    pub next: Vec<PageAddress>,
    /// How many pages the pager states; `None` where it states none.
    pub n_pages: Option<u32>,
    /// By what the first page shows that there are further ones, where it leads to none or to one that only the site file
    /// names, and what to write there.
    #[serde(default)]
    pub further: Option<String>,
    /// How many rows there are by the words of the first page, where only the site file names the others; it may count
    /// something else.
    #[serde(default)]
    pub n_counted: Option<NonZeroU32>,
    /// How many rows the whole listing has, where the page states it.
    pub n_total: Option<u64>,
    /// Whether the rows stand on the pages behind it, so that it has none of its own: a page whose list a script
    /// loads, an index of sitemaps.
    pub is_frame: bool,
    /// Whether rows between this page and the one behind were passed over: pages that are numbered from the oldest get
    /// other numbers when one more is filled.
    pub has_skipped: bool,
    /// Digest of the elements that most rows stand in; `None` where they stand in none.
    pub layout: Option<Hash>,
    /// Rows that matched but gave no link: a sign of a changed layout.
    pub n_broken_rows: usize,
    /// Those of them that say what they are; their address is the page's, with [`TEXT_FRAGMENT`] and the title behind it.
    #[serde(default)]
    pub unlinked: Vec<Entry>,
    /// Links of the page that none of its rows is, by words that a report which the office owes could bear.
    #[serde(default)]
    pub outside: Vec<Entry>,
    /// What to write in the site file, where the page shows how its rows are loaded and has none.
    pub advice: Option<String>,
}

impl ListingPage {
    /// The URL of the page after this one.
    pub fn next_url(&self) -> Option<&Url> {
        self.next.first().map(|address| &address.url)
    }
}

/// Whether the walks of this poll saw a report's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// They saw it.
    Yes,
    /// Every page of its listing was seen, and it was on none.
    No,
    /// The same; but its site lists what it says, word for word, at another address.
    Elsewhere,
    /// The same; but nor was anything that appeared since it did, and another one of those is served too: the pages may be
    /// of before.
    Older,
    /// The same; but it stood where one page ends and the next begins: they may be of two servers, one of which lacks another
    /// row.
    AtEdge,
    /// It should have been on the pages that were seen; the others may have it.
    Unseen,
    /// They tell neither.
    NotWalked,
    /// A listing that should show it could not be walked: nothing about the report counts as a miss.
    Unhealthy,
}

impl Listed {
    /// Whether a whole walk passed it by, whatever may explain that.
    pub fn is_off(self) -> bool {
        match self {
            Self::No | Self::Elsewhere | Self::Older | Self::AtEdge => true,
            Self::Yes | Self::Unseen | Self::NotWalked | Self::Unhealthy => false,
        }
    }
}
