//! Words for where a report stands, in the index beside those of its text: a filter is one word more of a query, so that
//! the index passes over what stands elsewhere. Two sites may share one: the filter itself decides. Nobody can type one.

/// A character of private use: no letter, and so in no word of a text or a query.
const SIGN: char = '\u{e000}';

/// The word of a site.
pub(in crate::store) fn of_site(site: &str) -> String {
    word('s', site)
}

/// The word of a kind.
pub(in crate::store) fn of_kind(kind: &str) -> String {
    word('k', kind)
}

fn word(what: char, name: &str) -> String {
    let name = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { SIGN });
    [SIGN, what].into_iter().chain(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::words::spaced;

    #[test]
    fn a_place_is_one_word_that_no_text_has() {
        let word = of_site("www-a.gov-cn");
        assert!(word.chars().all(|c| c.is_ascii_alphanumeric() || c == SIGN));
        assert!(!spaced([&*word]).contains(SIGN));
        assert_ne!(of_site("annual"), of_kind("annual"));
    }
}
