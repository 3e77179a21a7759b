//! Secrets: read from the environment or a file, shown to nobody. In: where one is kept. Out: a [`Secret`]. Never: its
//! text in `Debug`, an error or a log line.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

/// Largest file that a secret is read from.
const MOST_BYTES: u64 = 64 << 10;

/// A text that only its receiver may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be sent or signed with.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where secrets are kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Safe<'s> {
    /// The environment.
    pub(super) variables: &'s BTreeMap<String, String>,
    /// What files are relative to.
    pub(super) folder: &'s Path,
}

impl Safe<'_> {
    /// The secret in a variable.
    pub(super) fn variable(self, name: &str) -> Result<Secret, String> {
        match self.variables.get(name).map(|text| text.trim()) {
            Some(text) if !text.is_empty() => Ok(Secret::new(text)),
            _ => Err(format!("the environment has no {name}")),
        }
    }

    /// The secret in a file; white space around it is not part of it.
    pub(super) fn file(self, name: &str) -> Result<Secret, String> {
        let path = self.folder.join(name);
        let unreadable = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
        if fs::metadata(&path).map_err(unreadable)?.len() > MOST_BYTES {
            return Err(format!("{} is larger than any secret", path.display()));
        }
        let text = fs::read_to_string(&path).map_err(unreadable)?;
        match text.trim() {
            "" => Err(format!("{} is empty", path.display())),
            text => Ok(Secret::new(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_to_nobody() {
        assert_eq!(format!("{:?}", Secret::new("whsec_x")), "Secret(..)");
    }
}
