//! The first page of a listing as it was read, packed: an unchanged listing is not read again.

use crate::model::{Hash, ListingPage, PageKind};

/// The first page of a listing as it was read last, and what that followed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPage {
    /// What the reading followed from.
    pub answer: Answer,
    /// The page, packed.
    pub packed: Vec<u8>,
}

/// What the reading of a page follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Digest of all but the answer itself: rules, day, version of the program.
    pub read_by: Hash,
    /// The hash of the answer: [`Capture::answer`](crate::model::Capture::answer).
    pub hash: Hash,
}

impl FirstPage {
    /// Most bytes of a page once packed: a sitemap of thousands of rows is read again rather than kept twice.
    const MOST_BYTES: usize = 64 << 10;
    /// Most bytes of one as text.
    const MOST_TEXT: usize = 4 << 20;
    /// zstd's default.
    const LEVEL: i32 = 3;

    /// Packs a page; `None` where it is too large to be worth it.
    pub fn of(answer: Answer, kind: PageKind, page: &ListingPage) -> Option<Self> {
        let text = serde_json::to_vec(&(kind, page)).expect("invariant: texts, numbers and dates are JSON");
        if text.len() > Self::MOST_TEXT {
            return None;
        }
        let packed = zstd::bulk::compress(&text, Self::LEVEL).ok()?;
        (packed.len() <= Self::MOST_BYTES).then_some(Self { answer, packed })
    }

    /// The page as it was read; `None` where what is kept cannot be read back: it is read from the portal then.
    pub fn page(&self) -> Option<(PageKind, ListingPage)> {
        let text = zstd::bulk::decompress(&self.packed, Self::MOST_TEXT).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;

    fn page(n_rows: usize) -> ListingPage {
        let entry = |n: usize| Entry {
            url: format!("http://www.xingxian.example/{}.html", Hash::of(&n.to_le_bytes())).parse().expect("a URL"),
            title: format!("兴县第{n}号公告"),
            date: "2026-03-02".parse().ok(),
            date_shown: Some("03-02".to_owned()),
        };
        let entries = (0..n_rows).map(entry).collect();
        ListingPage { entries, n_pages: Some(7), layout: Some(Hash::of(b"ul")), ..ListingPage::default() }
    }

    fn packed(page: &ListingPage) -> Option<FirstPage> {
        let (read_by, hash) = (Hash::of(b"rules"), Hash::of(b"answer"));
        FirstPage::of(Answer { read_by, hash }, PageKind::Listing, page)
    }

    #[test]
    fn a_page_is_had_back_as_it_was_read_and_costs_little() {
        let page = page(20);
        let kept = packed(&page).expect("a small page");
        assert_eq!(kept.page(), Some((PageKind::Listing, page)));
        assert!(kept.packed.len() < 2000, "{} bytes", kept.packed.len());
    }

    #[test]
    fn what_is_large_is_not_kept_and_what_is_damaged_is_not_read() {
        assert_eq!(packed(&page(10_000)), None);
        let kept = packed(&page(20)).expect("a small page");
        for packed in [Vec::new(), kept.packed[..40].to_vec(), b"no zstd".to_vec()] {
            assert_eq!(FirstPage { packed, ..kept.clone() }.page(), None);
        }
    }
}
