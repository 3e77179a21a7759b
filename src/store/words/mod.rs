//! PURE. Words as the index of the store keeps them, queries made of them, and where they stand in a text.
//!
//! In: texts and what a person asks. Out: words, a [`Query`], [`Snippet`]s. Never: SQL, I/O.

mod cut;
mod hits;
pub(super) mod place;
mod query;

pub(super) use cut::spaced;
pub(super) use hits::{Part, Sought};
pub use hits::{Snippet, SnippetPart};
pub use query::{Query, QueryError};
