//! One thing that is wrong in a file that people write, and where. In: what the readers find. Out: a line for
//! people, a row for programs. Never: a mistake without a word on what was expected, where one is known.

use std::fmt;
use std::path::Path;

use serde::Serialize;

/// A mistake in a site file, a family file, the settings or the environment: one row of `check --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The file as it was named on the way here; `environment` for a variable.
    pub file: String,
    /// The line, from 1; `None` where the mistake concerns the whole file.
    pub line: Option<usize>,
    /// The key with its tables, such as `listing.pages.pattern`, or the variable.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub expected: Option<String>,
}

impl Mistake {
    /// A mistake that concerns a file or folder as a whole.
    pub(super) fn of_file(file: &Path, message: impl Into<String>) -> Self {
        let file = file.display().to_string();
        Self { file, line: None, key: None, message: message.into(), expected: None }
    }

    /// The same, saying what would be right.
    #[must_use]
    pub(super) fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.expected {
            // A message that ends in a suggestion has said it.
            Some(expected) if !self.message.ends_with('?') => write!(f, "; expected {expected}"),
            _ => Ok(()),
        }
    }
}

/// The line, from 1, that follows these bytes of a file.
pub(super) fn line_after(before: &[u8]) -> usize {
    before.split(|&byte| byte == b'\n').count()
}

/// A text as it is quoted in a message: control characters escaped, long ones cut.
pub(super) fn quoted(text: &str) -> String {
    /// Enough to recognise a value by, short enough for one line of a terminal.
    const MOST_CHARS: usize = 60;
    match text.char_indices().nth(MOST_CHARS) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}...", &text[..end]),
    }
}

/// The candidate that was probably meant by `word`, if one is near enough.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    /// At least this part of the longer word is typed as in the other: `tittle` and `interval` find their keys,
    /// `date` is not taken for `name`.
    const LEAST_LIKENESS: f64 = 0.6;
    let likeness =
        |candidate: &&str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase());
    let scored = candidates.into_iter().map(|candidate| (likeness(&candidate), candidate));
    let near = scored.filter(|(likeness, _)| *likeness >= LEAST_LIKENESS);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

/// `; did you mean "x"?` or nothing.
pub fn suggestion<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map(|meant| format!("; did you mean {meant:?}?")).unwrap_or_default()
}

/// Words as a person lists them: `a`, `a or b`, `a, b or c`.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
