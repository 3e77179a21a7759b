//! What the names of elements are worth: ids and classes that a person gave and that will stand there tomorrow, before
//! those of looks and moments, before those that a machine made.
//!
//! In: an id or a class. Out: its cost, or whether it lasts. Never: the element that has it.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// Cost of a name that only says how something looks.
const LOOK: u32 = 6;

/// Cost of a name that a machine may give anew at any time.
const MADE: u32 = 9;

/// Names of moments and places in a list, not of what an element is.
const PASSING: [&str; 20] = [
    "active", "cur", "current", "on", "off", "hover", "selected", "open", "show", "hide", "first", "last", "odd",
    "even", "left", "right", "clear", "clearfix", "fl", "fr",
];

/// Names that a selector can hold without escapes.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"^-?[A-Za-z_][A-Za-z0-9_-]*$"));

/// Classes of frameworks and of states.
static LOOKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:col|row|span|grid|container|wrap(?:per)?|layui|el|ant|van|w|h|wd|m[tblrxy]?|p[tblrxy]?|ml|fl|fr|left|right|clear|clearfix|cf|pull|float|text|txt|font|f|fs|bg|color|red|blue|bold|hidden|hide|show|block|inline|flex|active|on|cur|current|selected|first|last|odd|even|hover|new|top|link|a|b|c|d)(?:[-_]?(?:left|right|center|xs|sm|md|lg|xl|both|fix)?[-_]?\d*)*$",
    )
});

/// Counters, hashes, build marks.
static MADE_UP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\d{3,}|^(?:css|sc|jss|style)-|[0-9a-f]{8,}|__[A-Za-z0-9]{5,}$|^_[a-z0-9]{5,}$"));

/// What a name costs in a selector that a person will read; `None` where it cannot be written plainly.
pub(super) fn cost(name: &str) -> Option<u32> {
    if !PLAIN.is_match(name) {
        return None;
    }
    Some(if MADE_UP.is_match(name) {
        MADE
    } else if LOOKS.is_match(name) || is_passing(name) {
        LOOK
    } else {
        0
    })
}

/// Whether a name will stand there tomorrow, and can be written without escapes: no state, no number of a build.
///
/// What is usual of a listing is kept by it: another answer makes every template look built anew.
pub(super) fn is_lasting(name: &str) -> bool {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let n_digits = name.chars().filter(char::is_ascii_digit).count();
    is_plain && n_digits < 3 && name.len() <= 40 && !is_passing(name)
}

fn is_passing(name: &str) -> bool {
    PASSING.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_give_come_before_those_of_machines_and_looks() {
        assert_eq!([cost("news-list"), cost("TRS_list"), cost("zwgk")], [Some(0); 3]);
        assert_eq!([cost("col-md-9"), cost("clearfix"), cost("fl"), cost("mt10")], [Some(LOOK); 4]);
        assert_eq!([cost("c38486"), cost("css-1x2"), cost("list_a91bc03d77")], [Some(MADE); 3]);
        assert_eq!([cost("38486"), cost("新闻"), cost("a:b"), cost("")], [None; 4]);
    }

    #[test]
    fn names_of_a_moment_or_of_a_build_are_not_used() {
        for (name, lasts) in [
            ("news-list", true),
            ("list1", true),
            ("cur", false),
            ("Active", false),
            ("a83f21c9", false),
            ("20240102", false),
            ("col-md-4", true),
            ("页", false),
            ("1st", false),
        ] {
            assert_eq!(is_lasting(name), lasts, "{name}");
        }
    }

    #[test]
    fn a_name_of_a_moment_is_one_whoever_asks() {
        for name in PASSING {
            assert_eq!((is_lasting(name), cost(name)), (false, Some(LOOK)), "{name}");
        }
    }
}
