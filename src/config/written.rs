//! A site file as people write it: every key, what it means, its default. In: nothing. Out: the JSON Schema that
//! editors use, and the defaults that the readers fall back to. Never: a value of a real site; those are read
//! straight to the checked types.
//!
//! An empty text or list means the same as a key that is not there.

mod fetch;
mod listing;
mod report;

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

pub(super) use self::fetch::{FetchTable, PaceTable};
pub(super) use self::listing::PagesTable;
use self::listing::{ListingTable, PageTable};
use self::report::ReportTable;
pub(super) use self::report::{ExpectTable, WithdrawnAfterTable};

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
