//! Patterns of site files and settings, compiled.
//!
//! In: a pattern as written. Out: the pattern, or why it is none. Never: what they match.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::made_once::MadeOnce;
use super::mistake::quoted;
use super::value::Form;

const EXPECTED: &str = "a regular expression of Rust's regex crate";

/// Most memory of one compiled pattern: far more than any title pattern needs, too little to hurt.
const MOST_BYTES: usize = 1 << 20;

/// Most patterns that are remembered.
const MOST_SHARED: usize = 1_000;

/// A pattern on a title, a page or a URL.
pub(super) const PATTERN: Form<Regex> =
    Form { expected: EXPECTED, parse: |written| Ok((*made_once(written)?).clone()) };

/// A pattern on the titles of rows. All that write it alike use one working memory too: some KB that each clone would have.
pub(super) const SHARED_PATTERN: Form<Arc<Regex>> = Form { expected: EXPECTED, parse: made_once };

fn made_once(written: &str) -> Result<Arc<Regex>, String> {
    static PATTERNS: MadeOnce<Arc<Regex>> = MadeOnce::new(MOST_SHARED);
    PATTERNS.value(written, |written| compiled(written).map(Arc::new))
}

fn compiled(written: &str) -> Result<Regex, String> {
    RegexBuilder::new(written).size_limit(MOST_BYTES).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => format!("{} grows too large", quoted(written)),
        // The library draws the pattern with a caret below it; its last line says what is wrong.
        other => {
            let drawn = other.to_string();
            let why = drawn.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("{} is not a pattern: {why}", quoted(written))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_says_what_is_wrong_with_it() {
        assert_eq!((PATTERN.parse)("(\\w{1000}){1000}").unwrap_err(), "\"(\\\\w{1000}){1000}\" grows too large");
        assert!((PATTERN.parse)("法治政府建设").unwrap().is_match("2025年法治政府建设年度报告"));
        assert_eq!((SHARED_PATTERN.parse)("((").unwrap_err(), "\"((\" is not a pattern: unclosed group");
    }

    #[test]
    fn a_pattern_that_many_listings_write_is_compiled_once() {
        let one = (SHARED_PATTERN.parse)("法治政府").unwrap();
        assert!(Arc::ptr_eq(&one, &(SHARED_PATTERN.parse)("法治政府").unwrap()));
        for n in 0..=MOST_SHARED {
            assert!((SHARED_PATTERN.parse)(&format!("^{n}$")).unwrap().is_match(&n.to_string()));
        }
        assert!((SHARED_PATTERN.parse)("法治政府").unwrap().is_match("法治政府建设"), "forgotten, and compiled anew");
    }
}
