//! The daemon: a day in virtual time, clocks that are set, site files that turn, the real program.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod clocks;
mod day;
mod files;
mod keeping;
mod program;
mod yard;
