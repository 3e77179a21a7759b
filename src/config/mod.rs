//! What people write, checked: site files, family files, settings. In: TOML texts. Out: [`Site`], [`Family`],
//! [`Settings`], or every [`Mistake`] at once with file, line and key. Never: the network or the store.

mod rules;

pub use rules::{
    EntryRule, Expectations, Family, FetchRule, Format, ListingRule, PaceRule, PageRule, Pagination, Recheck,
    ReportRule, Robots, Schedule, Signal, Site, WithdrawnAfter,
};
