//! PURE. Documents in, Outcomes and diffs out: no network, no clock, no database, not async (the fence below holds
//! that).
//!
//! In: what a page says, what the store knows of it, and `now`. Out: who it is, what changed, and how to show that.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod align;
pub mod attachments;
pub mod back_dated;
pub mod canonical;
pub mod comparison;
mod cuts;
pub mod diff;
pub mod drift;
pub mod facts;
pub mod fields;
pub mod fingerprint;
mod moved_blocks;
pub mod moves;
pub mod obligation;
pub mod outcome;
mod paper_title;
mod particulars;
pub mod pictures;
mod pieces;
pub mod publisher;
pub mod redesign;
pub mod render;
pub mod report_kind;
pub mod resemblance;
pub mod said;
pub mod signature;
pub mod standing;
pub mod to_and_fro;
mod tokens;
pub mod words;
pub mod work;
pub mod year;

#[cfg(test)]
mod sample;
