//! Feeds: RSS 0.9x, 1.0 and 2.0, Atom.
//!
//! In: the text of a feed. Out: its entries and the next page, where it names one (`rel="next"`, RFC 5005) or the site
//! file does. Never: the time of an update as the date of publication.

use url::Url;

use super::xml::{Element, Mark, Marks};
use super::{ListingError, ListingRead, Rows, json, other_format, shape};
use crate::model::{Entry, ListingPage, PageAddress, Stated};
use crate::page::{date, link, pagination};

/// Prefixes of elements that mean what they would mean without one; `media:title` is no title of an entry.
const PREFIXES: [&str; 5] = ["", "dc", "dcterms", "atom", "a10"];

/// An entry in reading.
#[derive(Debug, Default)]
struct Draft {
    depth: usize,
    title: String,
    link: String,
    /// Of an entry without a link: an address all the same, unless it says that it is none.
    id: String,
    published: String,
}

/// What the text at hand belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Link,
    Id,
    Published,
}

/// A feed in reading.
struct Reading<'r, 'a> {
    read: &'r ListingRead<'a>,
    base: Url,
    rows: Rows,
    draft: Option<Draft>,
    /// The element whose text is collected, and its depth.
    field: Option<(Field, usize)>,
    next: Option<Url>,
}

/// Reads a feed.
pub(super) fn page(text: &str, read: &ListingRead<'_>) -> Result<ListingPage, ListingError> {
    if shape::of(text) != shape::Shape::Feed {
        return Err(other_format("feed", text));
    }
    let mut marks = Marks::of(text, "XML");
    let base = read.page_url.clone();
    let mut reading = Reading { read, base, rows: Rows::default(), draft: None, field: None, next: None };
    while let Some(mark) = marks.next()? {
        match mark {
            Mark::Open(element) => reading.open(&element),
            Mark::Close(depth) => reading.close(depth),
            Mark::Text(text) => reading.text(&text),
        }
    }
    let Reading { rows, next, .. } = reading;
    let next = next.map(PageAddress::from);
    let next = pagination::after_feed(next, !rows.entries.is_empty(), read);
    Ok(ListingPage { next: next.address.into_iter().collect(), ..rows.into() })
}

impl Reading<'_, '_> {
    fn open(&mut self, element: &Element<'_>) {
        let name = element.name();
        let prefix = name.rsplit_once(':').map_or("", |(prefix, _)| prefix);
        if element.depth == 0 {
            self.base = element.get("base").and_then(|base| self.base.join(&base).ok()).unwrap_or(self.base.clone());
        }
        match (element.local_name(), &mut self.draft) {
            ("item" | "entry", None) => self.draft = Some(Draft { depth: element.depth, ..Draft::default() }),
            ("link", None) if element.get("rel").as_deref() == Some("next") => {
                self.next = element.get("href").and_then(|href| link::resolve(&href, &self.base));
            }
            (name, Some(draft)) if element.depth == draft.depth + 1 && PREFIXES.contains(&prefix) => {
                let field = match name {
                    "title" => Field::Title,
                    "link" => Field::Link,
                    "guid" if element.get("isPermaLink").as_deref() == Some("false") => return,
                    "guid" | "id" => Field::Id,
                    "pubDate" | "published" | "issued" | "date" => Field::Published,
                    _ => return,
                };
                let is_other_link = matches!(element.get("rel").as_deref(), Some(rel) if rel != "alternate");
                if field == Field::Link && is_other_link {
                    return;
                }
                // Atom has the link in an attribute.
                if let Some(href) = element.get("href").filter(|_| field == Field::Link && draft.link.is_empty()) {
                    draft.link = href;
                    return;
                }
                self.field = Some((field, element.depth));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let (Some((field, _)), Some(draft)) = (self.field, &mut self.draft) else { return };
        match field {
            Field::Title => draft.title.push_str(text),
            Field::Link => draft.link.push_str(text),
            Field::Id => draft.id.push_str(text),
            Field::Published => draft.published.push_str(text),
        }
    }

    fn close(&mut self, depth: usize) {
        self.field = self.field.filter(|(_, of_field)| depth > *of_field);
        if let Some(draft) = self.draft.take_if(|draft| draft.depth == depth) {
            self.take(&draft);
        }
    }

    fn take(&mut self, draft: &Draft) {
        let is_address = draft.id.starts_with("http://") || draft.id.starts_with("https://");
        let written = if draft.link.trim().is_empty() && is_address { &draft.id } else { &draft.link };
        let Some(url) = link::resolve(written, &self.base) else {
            self.rows.n_broken += 1;
            return;
        };
        let shown = draft.published.trim();
        let date = self.stated(shown);
        let date_shown = date.map(|_| shown.to_owned());
        self.rows.entries.push(Entry { url, title: json::plain(&draft.title), date, date_shown });
    }

    /// A date as mail writes it (RFC 822, RFC 2822), or in any form of a page. CST is China's time here, not Chicago's.
    fn stated(&self, shown: &str) -> Option<Stated> {
        let zone = self.read.zone;
        let written = shown.replace(" CST", " +0800");
        let by_mail = jiff::fmt::rfc2822::parse(&written).ok();
        let by_mail = by_mail.map(|at| Stated::moment(at.with_time_zone(zone.clone()).datetime(), zone));
        by_mail.or_else(|| date::stated_near(shown, zone, self.read.today))
    }
}
