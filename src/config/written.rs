//! A site file as people write it: every key, what it means, its default. In: nothing. Out: the JSON Schema that
//! editors use, and the defaults that the readers fall back to. Never: a value of a real site; those are read
//! straight to the checked types.
//!
//! An empty text or list means the same as a key that is not there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

/// One portal for govwatch to watch. The file's stem is the site's id: a-z, 0-9 and hyphens.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "govwatch site file", default, deny_unknown_fields)]
pub(super) struct SiteFile {
    /// The portal's name as people know it. Default: the id.
    pub(super) name: String,
    /// Its home page. Default: the root of the first listing's or page's host.
    pub(super) home: String,
    /// The CMS family whose selectors and pagination it shares, such as "trs"; what is written here overrides it.
    pub(super) family: String,
    /// GB/T 2260 code of its division: six digits.
    pub(super) division: String,
    /// The zone of the dates on its pages.
    pub(super) timezone: String,
    /// How often its listings are looked at, such as "1h". Not beside `cron`.
    pub(super) every: String,
    /// When its listings are looked at, in its zone, such as "0 7,19 * * *". Not beside `every`.
    pub(super) cron: String,
    /// A site that rarely shows anything new is looked at more and more rarely, up to this span, such as "6h". Default:
    /// never more rarely than `every`.
    pub(super) adapt: String,
    /// Days of the year, such as "04-01", around which its listings are looked at twice as often and never rarely: from
    /// seven days before to seven days after.
    pub(super) dense: Vec<String>,
    /// How often known reports are read again: "decay" (1, 3, 7, 30, 90 days after first sight, then yearly) or a
    /// span such as "24h".
    pub(super) recheck: String,
    /// Whether it is left alone.
    pub(super) paused: bool,
    /// When its listings are looked at rarely.
    pub(super) quiet: QuietTable,
    /// Spacing of requests, for each host.
    pub(super) pace: PaceTable,
    /// How pages are asked for.
    pub(super) fetch: FetchTable,
    /// The index pages of the portal.
    pub(super) listing: Vec<ListingTable>,
    /// Single reports to watch, without a listing.
    pub(super) page: Vec<PageTable>,
    /// Selectors of a report page; where there are none, the family's, then the meta tags, then automatic reading.
    pub(super) report: ReportTable,
    /// What a healthy page has.
    pub(super) expect: ExpectTable,
    /// What its office must publish by which day.
    pub(super) obligations: ObligationsTable,
}

impl Default for SiteFile {
    fn default() -> Self {
        Self {
            name: String::new(),
            home: String::new(),
            family: String::new(),
            division: String::new(),
            // Nearly every portal this was made for.
            timezone: "Asia/Shanghai".to_owned(),
            // A new report is heard of within the hour.
            every: "1h".to_owned(),
            cron: String::new(),
            adapt: String::new(),
            dense: Vec::new(),
            // Most silent edits come soon after publication.
            recheck: "decay".to_owned(),
            paused: false,
            quiet: QuietTable::default(),
            pace: PaceTable::default(),
            fetch: FetchTable::default(),
            listing: Vec::new(),
            page: Vec::new(),
            report: ReportTable::default(),
            expect: ExpectTable::default(),
            obligations: ObligationsTable::default(),
        }
    }
}

/// When listings are looked at rarely, in the site's zone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct QuietTable {
    /// Hours of the day, such as "22:00-07:00".
    pub(super) hours: String,
    /// Days of the week: mon, tue, wed, thu, fri, sat, sun.
    pub(super) weekdays: Vec<String>,
    /// Holidays: days such as "2026-05-01", or from and to such as "2026-10-01/2026-10-07".
    pub(super) days: Vec<String>,
    /// How often they are looked at meanwhile.
    pub(super) every: String,
}

impl Default for QuietTable {
    fn default() -> Self {
        // What is published at night is heard of before the morning.
        Self { hours: String::new(), weekdays: Vec::new(), days: Vec::new(), every: "6h".to_owned() }
    }
}

/// What sort of office the site belongs to, and what it must publish by which day. Without `unit` and `owes`: nothing.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct ObligationsTable {
    /// "government" or "department": it owes what obligations.toml says of such an office.
    #[schemars(extend("enum" = ["", "government", "department"]))]
    pub(super) unit: String,
    /// "national", "province", "city", "county" or "township". Default: as `division` says; a township must say it.
    #[schemars(extend("enum" = ["", "national", "province", "city", "county", "township"]))]
    pub(super) level: String,
    /// Kinds of report that it owes, whatever the rules say; `["none"]`: nothing.
    pub(super) owes: Vec<String>,
    /// A pattern on the titles of its own reports, where its portal shows those of other offices too.
    pub(super) office: String,
    /// How long before the day it is reminded of, such as "7 days"; "0s": never. Default: as the settings say.
    pub(super) remind: String,
    /// How long after the day "overdue" is told again. Default: as the settings say.
    pub(super) follow_ups: Vec<String>,
}

/// Spacing of requests.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct PaceTable {
    /// Least time between the starts of two requests to a host. Under "1s" only for addresses in `network.allow`.
    pub(super) min_interval: String,
    /// Most requests to a host under way at once.
    #[schemars(range(min = 1, max = 16))]
    pub(super) concurrent: usize,
    /// Hours of the day in which requests may start, in the site's zone; "22:00-06:00" goes over midnight.
    pub(super) hours: String,
}

impl Default for PaceTable {
    fn default() -> Self {
        // Slower than a person who clicks; county servers are small.
        Self { min_interval: "3s".to_owned(), concurrent: 1, hours: "00:00-24:00".to_owned() }
    }
}

/// How pages are asked for.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct FetchTable {
    /// Whether robots.txt is obeyed; "ignore" is said in every status.
    #[schemars(extend("enum" = ["obey", "ignore"]))]
    pub(super) robots: String,
    /// Charset of the pages, only where they lie about it, such as "gb18030".
    pub(super) charset: String,
    /// Headers sent with each request.
    pub(super) headers: BTreeMap<String, String>,
    /// Whether cookies are kept during a poll.
    pub(super) cookies: bool,
    /// What becomes of the files that reports link to: read, and kept with their bytes; read only; or listed by name.
    #[schemars(extend("enum" = ["keep", "read", "list"]))]
    pub(super) attachments: String,
    /// Proxy for this site alone.
    pub(super) proxy: String,
    /// How certificates are checked.
    #[schemars(extend("enum" = ["strict"]))]
    pub(super) tls: String,
    /// Who makes a page of what the portal answers: nobody, or Chromium, which runs its scripts. Files are never drawn.
    #[schemars(extend("enum" = ["none", "browser"]))]
    pub(super) render: String,
    /// Other hosts that entries, pages and attachments may live on.
    pub(super) hosts: Vec<String>,
    /// Other names of the home page's host: the same path is the same report there. With and without "www." and
    /// http and https are one anyway.
    pub(super) twins: Vec<String>,
}

impl Default for FetchTable {
    fn default() -> Self {
        Self {
            robots: "obey".to_owned(),
            charset: String::new(),
            headers: BTreeMap::new(),
            cookies: false,
            attachments: "keep".to_owned(),
            proxy: String::new(),
            tls: "strict".to_owned(),
            render: "none".to_owned(),
            hosts: Vec::new(),
            twins: Vec::new(),
        }
    }
}

/// One index page and how to walk it. Without selectors the family's are used, or rows are found automatically.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct ListingTable {
    /// Its name, unique within the site. Default: path and query of its URL.
    pub(super) name: String,
    /// Its first page.
    #[schemars(required)]
    pub(super) url: String,
    /// What is posted to ask for its pages: a form such as "page={n}&size=20", or JSON where it begins with { or [. It
    /// holds {n} (number of the page), {offset} (rows before it) or {cursor} where pages differ. Default: asked by GET.
    pub(super) post: String,
    /// What its rows stand in: elements of the page, Hanweb's datastore records, a Hanweb jpaas unit (loaded by a script),
    /// an answer in JSON, an RSS or Atom feed, a sitemap.
    #[schemars(extend("enum" = ["html", "datastore", "unit", "json", "feed", "sitemap"]))]
    pub(super) format: String,
    /// The rows: a CSS selector without a suffix.
    pub(super) entry: String,
    /// For json: the array of rows, a JSON pointer such as "/data/results"; of a list, all are read.
    pub(super) items: Texts,
    /// The report's URL within a row, such as "a::attr(href)"; for json a JSON pointer such as "/url", or a pattern such
    /// as "/content/post_{/id}.html".
    pub(super) link: Texts,
    /// The title within a row; for json a JSON pointer.
    pub(super) title: Texts,
    /// The date within a row; for json a JSON pointer.
    pub(super) date: Texts,
    /// For json: how many rows the listing has, a JSON pointer such as "/data/total".
    pub(super) total: String,
    /// How its pages follow one another. Default: found out from the first page.
    pub(super) pages: PagesTable,
    /// All entries are of this kind, such as "rule-of-law-annual".
    pub(super) kind: String,
    /// Only entries whose title matches this regular expression; the URL, where rows have no title (sitemap).
    pub(super) include: String,
    /// No entries whose title matches this regular expression; likewise.
    pub(super) exclude: String,
    /// How often its reports are read again. Default: as the site says.
    pub(super) recheck: String,
    /// Rows of an earlier day are left alone, such as "2019-01-01". Default: from the first year.
    pub(super) since: String,
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
pub(super) struct PagesTable {
    /// numbered (`pattern`), next (`link`), script (the page's own pager), query (`name`), offset (`name`, `step`), cursor
    /// (`next`, `name`), dataproxy (Hanweb), countdown (VSB) or none. Default: found out from the first page.
    #[schemars(extend("enum" = ["numbered", "next", "script", "query", "offset", "cursor", "dataproxy", "countdown", "none"]))]
    pub(super) kind: String,
    /// For numbered: the URL of a further page, {n} in place of its number, such as "index_{n}.html".
    pub(super) pattern: String,
    /// For numbered, query and offset: the number of the page after the listing URL. Default: 1 for numbered, 2 for query,
    /// `step` for offset.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 0, max = 1_000_000))]
    pub(super) first: Option<u32>,
    /// For next: the URL of the next page, such as "a.next::attr(href)".
    pub(super) link: String,
    /// For offset: the rows of a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 10_000))]
    pub(super) step: Option<u32>,
    /// For query, offset and cursor: the name of the parameter that counts, such as "page". Not needed where `post` holds
    /// {n}, {offset} or {cursor}.
    pub(super) name: String,
    /// For cursor: where an answer in JSON says how to ask for the next page, a JSON pointer such as "/data/cursor".
    pub(super) next: String,
    /// Most pages of a walk.
    #[schemars(range(min = 1, max = 20_000))]
    pub(super) limit: u32,
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
pub(super) struct PageTable {
    /// Its URL.
    #[schemars(required)]
    pub(super) url: String,
    /// Its kind, such as "rule-of-law-annual".
    pub(super) kind: String,
}

/// Selectors of a report page, such as "h1::text"; of a list, the first that yields something counts.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct ReportTable {
    /// The title.
    pub(super) title: Texts,
    /// The body; several elements of one selector are joined in order.
    pub(super) body: Texts,
    /// 发布日期.
    pub(super) published: Texts,
    /// 来源.
    pub(super) source: Texts,
    /// 发文机关.
    pub(super) authority: Texts,
    /// 发文字号.
    pub(super) doc_no: Texts,
    /// 索引号.
    pub(super) index_no: Texts,
    /// 成文日期.
    pub(super) written: Texts,
    /// 有效性.
    pub(super) validity: Texts,
    /// Elements to leave out wherever they stand.
    pub(super) strip: Texts,
    /// Links to attachments.
    pub(super) attachment: Texts,
}

/// What a healthy page has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct ExpectTable {
    /// Least rows of a listing's first page.
    #[schemars(range(min = 1, max = 10_000))]
    pub(super) min_entries: usize,
    /// Whether a listing without rows is all right.
    pub(super) may_be_empty: bool,
    /// Least characters of a report's body, white space not counted.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub(super) min_body_chars: usize,
    /// How often and how long a report must be gone before it is told as withdrawn.
    pub(super) withdrawn_after: WithdrawnAfterTable,
}

impl Default for ExpectTable {
    fn default() -> Self {
        Self { min_entries: 1, may_be_empty: false, min_body_chars: 0, withdrawn_after: WithdrawnAfterTable::default() }
    }
}

/// How often and how long a report must be gone before it is told as withdrawn.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(super) struct WithdrawnAfterTable {
    /// Polls that missed it, in a row.
    #[schemars(range(min = 1, max = 1000))]
    pub(super) polls: u32,
    /// Time since the first of them.
    pub(super) span: String,
}

impl Default for WithdrawnAfterTable {
    fn default() -> Self {
        // A night's maintenance is not a withdrawal.
        Self { polls: 3, span: "24h".to_owned() }
    }
}

/// One text, or a list of them in order of preference.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Texts {
    /// One.
    #[expect(dead_code, reason = "the schema names both forms; only the default is ever made")]
    One(String),
    /// The first that yields something.
    Several(Vec<String>),
}

impl Default for Texts {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// The JSON Schema of a site file: draft 7, which every TOML editor reads.
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<SiteFile>()
}

/// Which table of a site file a misplaced key belongs to.
pub(super) fn home_of(key: &str) -> Option<&'static str> {
    const TABLES: [(&str, &str); 9] = [
        ("", "a line above the first [table]"),
        ("/quiet", "[quiet]"),
        ("/pace", "[pace]"),
        ("/fetch", "[fetch]"),
        ("/listing/items", "[[listing]]"),
        ("/listing/items/properties/pages", "pages = { .. } of a [[listing]]"),
        ("/report", "[report]"),
        ("/expect", "[expect]"),
        ("/obligations", "[obligations]"),
    ];
    /// Made once: a folder may hold thousands of misplaced keys.
    static SCHEMA: LazyLock<Schema> = LazyLock::new(schema);
    let holds = |table: &str| {
        let nested = if table.is_empty() { String::new() } else { format!("/properties{table}") };
        SCHEMA.pointer(&format!("{nested}/properties/{key}")).is_some()
    };
    TABLES.into_iter().find(|(table, _)| holds(table)).map(|(_, home)| home)
}
