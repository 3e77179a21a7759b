//! govwatch watches government portals.
#![doc = ""]

pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod model;
pub mod page;

pub mod change;
