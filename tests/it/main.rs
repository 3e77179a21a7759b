//! The tests that need more than one room: one binary, one module a subject.

#[path = "../portal/mod.rs"]
mod portal;

mod alarms;
mod config;
mod corpus_score;
mod fetch;
mod kill;
mod listing_cases;
mod listing_corpus;
mod listing_shapes;
mod page_properties;
mod poll;
mod reading_properties;
mod readme;
mod samples;
mod seeds;
mod store;
mod town;
mod watch;
