//! PURE. Bytes in, Document out: no network, no clock, no database, not async (the fence below holds that).
//!
//! In: the bytes of a Capture and the rules of its site. Out: what the page is, and a Document or a ListingPage.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use jiff::tz::TimeZone;
use url::Url;

use crate::config::{Family, ReportRule};

mod anchor;
mod annex;
mod article_list;
pub mod asked;
pub mod attach;
mod attachments;
mod beside;
mod between;
mod blocks;
mod body;
mod breadcrumb;
mod calls;
mod chrome;
mod cited;
mod closing;
mod column_name;
mod compiled;
mod containers;
mod counted_on;
mod counts;
mod datastore;
pub mod date;
mod date_column;
pub mod decode;
mod density;
mod disclosure;
mod doc_no;
mod doubt;
pub mod extract;
pub mod family;
mod field_dates;
mod field_lines;
mod flatten;
mod fold;
mod front_name;
mod further;
mod given_name;
mod glance;
mod grid;
mod gunzip;
mod headed;
mod header;
mod headings;
mod hosted;
mod images;
pub mod induce;
mod jpage;
mod kin;
pub mod kind;
mod label_words;
mod labelled;
mod labels;
mod lead;
pub mod led_up;
mod letter;
mod likeness;
mod link;
mod link_boxes;
pub mod listing;
mod located;
mod makes;
mod meta_tags;
mod metadata;
mod numeral;
mod onward;
pub mod open;
mod outline;
mod page_numbers;
mod page_title;
mod pager;
mod pagination;
mod parameter;
mod parted;
pub mod parts;
mod pictures;
pub mod pointer;
pub mod relocate;
pub mod relocate_report;
mod row;
mod row_attributes;
mod row_date;
mod row_groups;
mod row_link;
mod row_pieces;
mod row_year;
mod rows;
mod script;
mod scripts;
mod seen;
pub mod selector_of;
mod short_text;
mod signed;
pub mod skeleton;
mod stated_title;
mod strip;
mod subtitle;
mod tables;
mod terms;
mod title;
pub mod tree;
mod unfilled;
mod unhide;
pub(crate) mod validity;
mod values;
mod weigh;
mod within;
mod year_of_page;

pub(crate) use compiled::pattern;

/// What a report page is read by.
#[derive(Debug, Clone, Copy)]
pub struct ReadRules<'a> {
    /// Where the page was found; links are absolute from here.
    pub url: Option<&'a Url>,
    /// The zone of its dates.
    pub zone: &'a TimeZone,
    /// The site's own selectors.
    pub site: Option<&'a ReportRule>,
    /// Its CMS family, whose selectors come second.
    pub family: Option<&'a Family>,
    /// Least characters of a healthy body, white space not counted.
    pub min_body_chars: usize,
}
