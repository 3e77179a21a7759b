//! govwatch watches government portals.

pub mod model;

pub mod clock;
pub mod error;

pub mod config;
pub mod page;

pub mod change;
pub mod fetch;
pub mod store;

pub mod cli;
