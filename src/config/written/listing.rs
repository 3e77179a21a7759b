//! What is watched, as people write it: listings and how their pages follow one another, and single reports.

use schemars::JsonSchema;
use serde::Serialize;

use super::Texts;

/// One index page and how to walk it. Without selectors the family's are used, or rows are found automatically.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct ListingTable {
    /// Its name, unique within the site. Default: path and query of its URL.
    pub(in crate::config) name: String,
    /// Its first page.
    #[schemars(required)]
    pub(in crate::config) url: String,
    /// What is posted to ask for its pages: a form such as "page={n}&size=20", or JSON where it begins with { or [. It
    /// holds {n} (number of the page), {offset} (rows before it) or {cursor} where pages differ. Default: asked by GET.
    pub(in crate::config) post: String,
    /// What its rows stand in: elements of the page, Hanweb's datastore records, a Hanweb jpaas unit (loaded by a script),
    /// an answer in JSON, an RSS or Atom feed, a sitemap.
    #[schemars(extend("enum" = ["html", "datastore", "unit", "json", "feed", "sitemap"]))]
    pub(in crate::config) format: String,
    /// The rows: a CSS selector without a suffix.
    pub(in crate::config) entry: String,
    /// For json: the array of rows, a JSON pointer such as "/data/results"; of a list, all are read.
    pub(in crate::config) items: Texts,
    /// The report's URL within a row, such as "a::attr(href)"; for json a JSON pointer such as "/url", or a pattern such
    /// as "/content/post_{/id}.html".
    pub(in crate::config) link: Texts,
    /// The title within a row; for json a JSON pointer.
    pub(in crate::config) title: Texts,
    /// The date within a row; for json a JSON pointer.
    pub(in crate::config) date: Texts,
    /// For json: how many rows the listing has, a JSON pointer such as "/data/total".
    pub(in crate::config) total: String,
    /// How its pages follow one another. Default: found out from the first page.
    pub(in crate::config) pages: PagesTable,
    /// All entries are of this kind, such as "rule-of-law-annual".
    pub(in crate::config) kind: String,
    /// Only entries whose title matches this regular expression; the URL, where rows have no title (sitemap).
    pub(in crate::config) include: String,
    /// No entries whose title matches this regular expression; likewise.
    pub(in crate::config) exclude: String,
    /// How often its reports are read again. Default: as the site says.
    pub(in crate::config) recheck: String,
    /// Rows of an earlier day are left alone, such as "2019-01-01". Default: from the first year.
    pub(in crate::config) since: String,
}

impl Default for ListingTable {
    fn default() -> Self {
        Self {
            name: String::new(),
            url: String::new(),
            post: String::new(),
            format: "html".to_owned(),
            entry: String::new(),
            items: Texts::default(),
            link: Texts::default(),
            title: Texts::default(),
            date: Texts::default(),
            total: String::new(),
            pages: PagesTable::default(),
            kind: String::new(),
            include: String::new(),
            exclude: String::new(),
            recheck: String::new(),
            since: String::new(),
        }
    }
}

/// How the pages of a listing follow one another.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct PagesTable {
    /// numbered (`pattern`), next (`link`), script (the page's own pager), query (`name`), offset (`name`, `step`), cursor
    /// (`next`, `name`), dataproxy (Hanweb), countdown (VSB) or none. Default: found out from the first page.
    #[schemars(extend("enum" = ["numbered", "next", "script", "query", "offset", "cursor", "dataproxy", "countdown", "none"]))]
    pub(in crate::config) kind: String,
    /// For numbered: the URL of a further page, {n} in place of its number, such as "index_{n}.html".
    pub(in crate::config) pattern: String,
    /// For numbered, query and offset: the number of the page after the listing URL. Default: 1 for numbered, 2 for query,
    /// `step` for offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 0, max = 1_000_000))]
    pub(in crate::config) first: Option<u32>,
    /// For next: the URL of the next page, such as "a.next::attr(href)".
    pub(in crate::config) link: String,
    /// For offset: the rows of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 10_000))]
    pub(in crate::config) step: Option<u32>,
    /// For query, offset and cursor: the name of the parameter that counts, such as "page". Not needed where `post` holds
    /// {n}, {offset} or {cursor}.
    pub(in crate::config) name: String,
    /// For cursor: where an answer in JSON says how to ask for the next page, a JSON pointer such as "/data/cursor".
    pub(in crate::config) next: String,
    /// Most pages of a walk.
    #[schemars(range(min = 1, max = 20_000))]
    pub(in crate::config) limit: u32,
}

impl Default for PagesTable {
    fn default() -> Self {
        Self {
            kind: String::new(),
            pattern: String::new(),
            first: None,
            link: String::new(),
            step: None,
            name: String::new(),
            next: String::new(),
            // The longest listings seen have some hundred pages; a loop must end.
            limit: 2000,
        }
    }
}

/// A single report to watch, without a listing.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct PageTable {
    /// Its URL.
    #[schemars(required)]
    pub(in crate::config) url: String,
    /// Its kind, such as "rule-of-law-annual".
    pub(in crate::config) kind: String,
}
