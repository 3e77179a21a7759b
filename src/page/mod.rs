//! PURE. Bytes in, Document out: no network, no clock, no database, not async (the fence below holds that).
//!
//! In: the bytes of a Capture and the rules of its site. Out: what the page is, and a Document or a ListingPage.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod tree;
