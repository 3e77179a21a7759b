//! How like the title that a page's `<title>` names a heading is.
//!
//! In: two texts. Out: how many characters of the one the other has, in their order. Never: marks, brackets and spaces,
//! in which the two often differ.

/// The letters and figures of a text.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many characters of a title a heading has: the whole of the shorter one where it stands in the other, else those
/// with which both begin and end.
pub(super) fn of(heading: &str, title: &str) -> usize {
    let (short, long) = if heading.len() < title.len() { (heading, title) } else { (title, heading) };
    let n_short = short.chars().count();
    if long.contains(short) {
        return n_short;
    }
    let alike = |(one, other): &(char, char)| one == other;
    let n_before = short.chars().zip(long.chars()).take_while(alike).count();
    let n_behind = short.chars().rev().zip(long.chars().rev()).take_while(alike).count();
    (n_before + n_behind).min(n_short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_like_a_title_as_far_as_it_begins_and_ends_so() {
        let alike = |heading: &str, title: &str| of(&letters(heading), &letters(title));
        assert_eq!(alike("[失效]关于印发细则的通知", "关于印发细则的通知"), 9);
        assert_eq!(alike("关于印发《细则》的通知（试行）", "关于印发细则的通知"), 9);
        assert_eq!(alike("关于印发暂行细则的通知", "关于印发细则的通知"), 9);
        assert_eq!(alike("县司法局", "县司法局关于印发细则的通知"), 4);
        assert_eq!(alike("印发办法", "关于印发细则的通知"), 0);
        assert_eq!(alike("", "关于印发细则的通知"), 0);
    }
}
