//! govwatch watches government portals: what is new, what was edited after publication, what was withdrawn.
//!
//! This page is the map. A report goes through the rooms in this order, and every stage is a line of
//! `crawl::try_poll`, which `daemon` and `cli::fetch` call:
//!
//! ```text
//!  sites/*.toml ── config ──┐
//!                           v
//!  crawl::schedule ──> fetch (gate, pace) ──> page::decode ──> page::kind ─┬─> page::listing: entries, next page
//!   (what is due)       (a Capture)            (text)           (what is   │       (back to fetch)
//!                           │                                    it?)      └─> page::extract ──> page::strip ──┐
//!                           v                                                  (a Draft)         (a Document)  │
//!                    captures by hash                                                                          v
//!                    in the store                    change::fingerprint ──> change::outcome ──> change::diff ─┤
//!                                                                                                              v
//!                                    store: one transaction for revision + change + alerts owed + next due time
//!                                                                                                              │
//!                  ┌──────────────────────────────┬──────────────────────────────────────────┬─────────────────┘
//!                  v                              v                                          v
//!   alert::outbox: mail, webhook,    crawl::coverage ──> change::obligation        web: pages, feeds, JSON
//!   chat, feed; what `fetch` prints   (what an office owes, on what proof)         cli: search, diff, work ...
//! ```
//!
//! `page` and `change` are pure: bytes in, Document out; no network, no clock, no database, not async. A lint holds
//! that. `store` alone knows SQLite, `page::tree` alone knows the HTML library, `fetch` alone asks others by HTTP and
//! lets addresses pass (mail leaves by `alert::email`, through its gate), `clock` alone tells the time. `daemon` runs
//! polls, deliveries and pages as tasks that hold no other one back; `web` answers behind one guard.

pub mod model;

pub mod clock;
pub mod error;

pub mod config;
pub mod page;

pub mod change;
pub mod fetch;
pub mod store;

pub mod crawl;

pub mod alert;

pub mod cli;
pub mod daemon;
pub mod demo;
pub mod web;
