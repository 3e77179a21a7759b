//! The tests that need more than one room: one binary, one module a subject.
#![expect(clippy::panic, reason = "a test that cannot go on says why")]

#[path = "../portal/mod.rs"]
mod portal;

mod add;
mod alarms;
mod alert;
mod annexes;
mod article_pages;
mod attach_box;
mod attach_mutations;
mod attach_ofd;
mod attach_office;
#[cfg(feature = "pdf")]
mod attach_pdf;
mod blocks;
mod browser;
mod config;
mod contract;
mod corpus;
mod corpus_score;
mod coverage;
mod daemon;
mod encodings;
mod export;
mod fetch;
mod fields;
mod gold;
mod hints;
mod history;
mod kept_text;
mod kill;
mod kinds;
mod life;
mod listing_cases;
mod listing_corpus;
mod listing_kinds;
mod listing_shapes;
mod misleading_pages;
mod notices;
mod operator;
mod page_heads;
mod page_properties;
mod poll;
mod reading_properties;
mod readme;
mod redesign;
mod resemblance;
mod samples;
mod scoring;
mod seeds;
mod short_notices;
mod sites;
mod store;
mod story;
mod town;
mod try_page;
mod unseen_pages;
mod watch;
mod web;
mod world;
