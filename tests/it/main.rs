//! The tests that need more than one room: one binary, one module a subject.

mod alarms;
mod config;
mod corpus_score;
mod listing_cases;
mod listing_corpus;
mod listing_shapes;
mod page_properties;
mod reading_properties;
mod seeds;
