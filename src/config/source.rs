//! A text under reading. In: a file as people wrote it. Out: its TOML, and the mistakes found in it, each at its line.
//!
//! A line that is no TOML is noted and taken out, so that the lines after it are checked in the same run.

use std::borrow::Cow;
use std::cell::RefCell;

use toml::Spanned;
use toml::de::DeTable;

use super::mistake::{Mistake, line_after};

/// Most times that a file is parsed; who has more lines that are no TOML sees these first.
const MOST_ROUNDS: usize = 50;

/// A text and the mistakes found in it so far.
#[derive(Debug)]
pub(super) struct Source<'t> {
    file: String,
    /// The text, blanks in place of the lines that are no TOML.
    text: Cow<'t, str>,
    mistakes: RefCell<Vec<Mistake>>,
    /// What is not wrong here, and keeps something from working all the same: all else goes on.
    warnings: RefCell<Vec<Mistake>>,
    /// Lines that are no TOML: nothing else is said about them.
    broken: Vec<Broken>,
}

/// A line that is no TOML.
#[derive(Debug)]
struct Broken {
    line: usize,
    message: String,
    /// Whether something begins there that does not end.
    is_unclosed: bool,
}

impl<'t> Source<'t> {
    /// Takes a text and notes what in it is no TOML.
    pub(super) fn new(file: impl Into<String>, text: &'t str) -> Self {
        let (file, mistakes, warnings) = (file.into(), RefCell::default(), RefCell::default());
        let mut source = Self { file, text: Cow::Borrowed(text), mistakes, warnings, broken: Vec::new() };
        for _ in 0..MOST_ROUNDS {
            let Err(error) = DeTable::parse(&source.text) else { break };
            let line = error.span().map_or(1, |span| source.line_at(span.start));
            let is_unclosed = error.message().starts_with("unclosed");
            if is_unclosed {
                // What was found further down was only wrong as a part of it.
                source.broken.retain(|broken| broken.line < line);
            }
            let message = format!("this is not TOML: {}", error.message().trim());
            source.broken.push(Broken { line, message, is_unclosed });
            let blanked = blanked(text, &source.broken);
            // A text that does not end is an error at the end of the file, where nothing can be taken out.
            if blanked == source.text {
                break;
            }
            source.text = Cow::Owned(blanked);
        }
        let broken = source.broken.iter().map(|broken| (broken.line, broken.message.clone()));
        broken.collect::<Vec<_>>().into_iter().for_each(|(line, message)| source.push(line, None, message, None));
        source
    }

    /// Its TOML, as far as it is some.
    pub(super) fn root(&self) -> Spanned<DeTable<'_>> {
        DeTable::parse_recoverable(&self.text).0
    }

    /// The mistakes, in the order of the file.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| mistake.line);
        mistakes
    }

    /// Notes what keeps something from working though the text is right.
    pub(super) fn warn(&self, offset: usize, key: String, message: String, expected: Option<String>) {
        let (file, line) = (self.file.clone(), Some(self.line_at(offset)));
        self.warnings.borrow_mut().push(Mistake { file, line, key: Some(key), message, expected });
    }

    /// What was warned of so far.
    pub(super) fn warnings(&self) -> Vec<Mistake> {
        self.warnings.borrow().clone()
    }

    /// Whether no mistake was found so far.
    pub(super) fn is_sound(&self) -> bool {
        self.mistakes.borrow().is_empty()
    }

    /// Whether the table that begins at this byte has a line that is no TOML; for the top, whether the file has.
    pub(super) fn is_broken_from(&self, offset: usize) -> bool {
        if offset == 0 {
            return !self.broken.is_empty();
        }
        let head = self.line_at(offset);
        let n_inside = self.text.lines().skip(head).take_while(|line| !is_header(line)).count();
        self.broken.iter().any(|broken| (head..=head + n_inside).contains(&broken.line))
    }

    /// Notes a mistake at a byte of the text.
    pub(super) fn note(&self, offset: usize, key: String, message: String, expected: Option<String>) {
        let line = self.line_at(offset);
        if self.broken.iter().all(|broken| broken.line != line) {
            self.push(line, Some(key), message, expected);
        }
    }

    fn push(&self, line: usize, key: Option<String>, message: String, expected: Option<String>) {
        self.mistakes.borrow_mut().push(Mistake { file: self.file.clone(), line: Some(line), key, message, expected });
    }

    fn line_at(&self, offset: usize) -> usize {
        line_after(&self.text.as_bytes()[..offset.min(self.text.len())])
    }
}

/// The text with blanks in place of the broken lines, all other bytes where they were. Below a header, or where
/// something does not end, all up to the next header goes too: it would fall to the table above, or is a rest.
fn blanked(text: &str, broken: &[Broken]) -> String {
    let mut is_cut = false;
    let cut = |(n, written): (usize, &str)| {
        let broken = broken.iter().find(|broken| broken.line == n + 1);
        is_cut = match broken {
            Some(broken) => is_cut || broken.is_unclosed || is_header(written),
            None => is_cut && !is_header(written),
        };
        if broken.is_none() && !is_cut {
            return written.to_owned();
        }
        let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
        written.bytes().map(blank).collect()
    };
    text.split_inclusive('\n').enumerate().map(cut).collect()
}

fn is_header(line: &str) -> bool {
    line.trim_start().starts_with('[')
}
