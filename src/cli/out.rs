//! Standard output: lines for people, JSON Lines for programs. A closed pipe ends quietly.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use serde::Serialize;

use super::{Exit, Stop};
use crate::change::render::Colour;

/// Standard output, or a buffer that a test reads.
#[derive(Debug)]
pub struct Out {
    sink: Mutex<Sink>,
    /// Whether people read it on a terminal that shows colours.
    pub colour: Colour,
}

#[derive(Debug)]
enum Sink {
    Stdout(io::Stdout),
    Memory(Vec<u8>),
}

impl Out {
    /// The process's standard output; coloured on a terminal unless `NO_COLOR` is set.
    pub fn stdout(no_color: bool) -> Self {
        let stdout = io::stdout();
        let colour = if stdout.is_terminal() && !no_color { Colour::Ansi } else { Colour::None };
        Self { sink: Mutex::new(Sink::Stdout(stdout)), colour }
    }

    /// A buffer, without colours.
    pub fn memory() -> Self {
        Self { sink: Mutex::new(Sink::Memory(Vec::new())), colour: Colour::None }
    }

    /// What was written to a buffer so far; empty for standard output.
    pub fn written(&self) -> String {
        match &*self.lock() {
            Sink::Memory(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Sink::Stdout(_) => String::new(),
        }
    }

    /// Writes text as it is, without a line end. Text from portals must have gone through [`clean`].
    pub fn text(&self, text: &str) -> Result<(), Stop> {
        self.write(text.as_bytes())
    }

    /// Writes one line. Text from portals must have gone through [`clean`].
    pub fn line(&self, line: impl AsRef<str>) -> Result<(), Stop> {
        let mut bytes = line.as_ref().as_bytes().to_vec();
        bytes.push(b'\n');
        self.write(&bytes)
    }

    /// Writes one JSON object on a line of its own.
    pub fn json(&self, value: &impl Serialize) -> Result<(), Stop> {
        let mut line = serde_json::to_vec(value).expect("invariant: our JSON rows have string keys only");
        line.push(b'\n');
        self.write(&line)
    }

    /// Everything written so far reaches the reader.
    pub fn flush(&self) -> Result<(), Stop> {
        match &mut *self.lock() {
            Sink::Stdout(stdout) => stdout.flush().map_err(|error| ended(&error)),
            Sink::Memory(_) => Ok(()),
        }
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Stop> {
        match &mut *self.lock() {
            Sink::Stdout(stdout) => stdout.write_all(bytes).map_err(|error| ended(&error)),
            Sink::Memory(buffer) => {
                buffer.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A reader who has seen enough (`| head`) is no error; a full disk is.
fn ended(error: &io::Error) -> Stop {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Stop::new(Exit::Done, "");
    }
    Stop::new(Exit::SomeFailed, format!("cannot write to standard output: {error}"))
}

/// Text from a portal made safe for a terminal and a log line: control, escape and direction characters are left
/// out, line ends and tabs become spaces. Against OSC 52, log forging and reversed text.
pub fn clean(text: &str) -> String {
    let is_direction =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let spaced = text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    spaced.filter(|&c| !c.is_control() && !is_direction(c)).collect()
}

/// Text from a portal as a cell of a table for spreadsheets: made safe for a line, and no formula. Source: OWASP, CSV
/// Injection.
pub fn cell(text: &str) -> String {
    let text = clean(text);
    // A full-width sign is one too for some spreadsheets.
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_drive_the_terminal() {
        assert_eq!(clean("报告\u{1b}]52;c;aGk=\u{7}\n第二\u{202e}行\u{9b}31m"), "报告]52;c;aGk= 第二行31m");
    }

    #[test]
    fn no_cell_is_a_formula() {
        let given = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝cmd", "报告=1", ""];
        assert_eq!(given.map(cell), ["'=1+1", "'+1", "'-1", "'@x", "' =1", "' =1", "'＝cmd", "报告=1", ""]);
    }

    #[test]
    fn json_is_one_line_an_object() {
        let out = Out::memory();
        out.json(&serde_json::json!({"title": "a\nb"})).expect("memory");
        assert_eq!(out.written(), "{\"title\":\"a\\nb\"}\n");
    }
}
