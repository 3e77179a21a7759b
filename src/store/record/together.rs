//! Reports of a site that are withheld for one and the same thing.

use crate::model::Hash;

/// What several reports are withheld for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithheldFor {
    /// A text of this form stands under their addresses.
    Text(Hash),
    /// They lead nowhere though their listing shows them.
    DeadLinks,
}

/// Reports that are withheld for one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// What for.
    pub why: WithheldFor,
    /// How many there are.
    pub n: usize,
    /// How many of the site's that say something were well since the first of them was not; counted up to `n`.
    pub n_well: usize,
}
