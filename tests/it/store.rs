//! The contract of the store, tested from outside through its verbs.
#![expect(clippy::unwrap_used, reason = "a test that finds nothing to unwrap has failed")]

pub(crate) mod bench;
mod contents;
mod crash;
mod damage;
mod former;
mod listing;
mod opening;
mod order;
mod outbox;
mod owed;
mod poll;
mod reading;
mod report;
mod search;
mod thin;
mod waiting;
mod works;
