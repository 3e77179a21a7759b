//! What people write, checked: site files, family files, kinds of report, settings. In: TOML texts. Out: [`Site`],
//! [`Family`], [`Kinds`](crate::change::report_kind::Kinds), [`Settings`], or every [`Mistake`] at once with file, line and key. Never: the network or the store.

mod rules;

mod built_in;
mod channel;
mod channel_kind;
mod digest;
pub mod draft;
mod family;
mod folder;
mod follow;
mod hosts;
mod keys;
mod listing;
mod load;
mod made_once;
mod mail;
mod mistake;
mod obligations;
mod owes;
mod pages;
mod pattern;
mod post;
mod rhythm;
mod route;
mod same;
mod secret;
mod selectors;
mod settings;
mod site;
mod source;
mod value;
mod web;
pub mod write;
mod written;

pub use channel::{Address, ChannelRule, Language, WebhookForm};
pub use channel_kind::ChannelKind;
pub use follow::{FileTurn, Look, SiteFolder};
pub use load::{Loaded, SiteReader, UnknownSite, is_site_id, load_families, load_kinds, load_sites, site_ids};
pub use mail::{Encryption, MailServer};
pub use mistake::{Mistake, suggestion};
pub use owes::Owes;
pub use post::{PostRule, Variable};
pub use rhythm::{Quiet, Rhythm};
pub use route::{Audience, Digest, RouteRule};
pub use rules::{
    Attachments, EntryRule, Expectations, Family, FetchRule, Format, JsonRule, ListingRule, PaceRule, PageRule,
    Pagination, Recheck, Render, ReportRule, Robots, Schedule, Signal, Site, WithdrawnAfter, first_page,
};
pub use same::{ReadTwice, is_same_page, read_twice};
pub use secret::Secret;
pub use settings::{Allowed, Browser, Caps, Network, Settings};
pub use web::WebRule;
pub use written::schema;
