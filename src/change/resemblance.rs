//! Resemblance: whether two texts are one with small differences, such as a reprint with another head and foot, an
//! inserted line, a twentieth of its words changed, or its end cut off.
//!
//! In: two signatures. Out: how much of the shorter text stands in the longer. Never: a join of reports; and never a
//! word for texts of the same form, such as last year's, the next county's, or a stock notice: their particulars differ.

use super::particulars::Particulars;
use super::signature::{N_MINIMA, Signature};

/// The part of the shorter text, in hundredths, that stands in the longer one at least. A twentieth of the characters
/// changed here and there leaves 81 (4 more or less); measured by `benches/resemblance.rs`.
const LEAST_CONTAINED: u32 = 70;

/// The part of the runs of both, in hundredths, that they share at least: a fourth is a text of which three quarters
/// were cut off, and less is not told apart from chance.
const LEAST_SHARED: u32 = 25;

/// The part of the figures that both texts have a place for, in hundredths, that are the same. Reprints keep 89 or more
/// in 99 of 100 cases; the same form filled in by another office has 65 or less.
const LEAST_SAME_FIGURES: usize = 80;

/// The part of the years, in hundredths, that both speak of.
const LEAST_SAME_YEARS: u32 = 60;

/// The part of the runs that texts share, in hundredths, of which neither figures nor a place say whose they are.
const LEAST_SHARED_UNNAMED: u32 = 85;

/// How much of the shorter text stands in the longer, in hundredths, where the two resemble each other.
pub fn resembles(one: &Signature, other: &Signature) -> Option<u8> {
    let n_equal = one.minima.iter().zip(&other.minima).filter(|(one, other)| one == other).count();
    let shared = u32::try_from(n_equal * 100 / N_MINIMA).unwrap_or_default();
    let contained = contained(shared, one.n_runs, other.n_runs);
    let least_shared = match is_named_alike(&one.particulars, &other.particulars) {
        Some(true) => LEAST_SHARED,
        Some(false) => return None,
        None => LEAST_SHARED_UNNAMED,
    };
    let resembles = contained >= LEAST_CONTAINED && shared >= least_shared;
    resembles.then(|| u8::try_from(contained).unwrap_or(100))
}

/// The part of the shorter text in the longer: |A n B| follows from |A n B| / |A u B| and the sizes.
fn contained(shared: u32, n_one: u32, n_other: u32) -> u32 {
    let all = u64::from(n_one) + u64::from(n_other);
    let both = u64::from(shared) * all / u64::from(100 + shared);
    let shorter = u64::from(n_one.min(n_other)).max(1);
    u32::try_from((both * 100 / shorter).min(100)).unwrap_or(100)
}

/// Whether the particulars are those of one text; `None` where there are none to compare.
fn is_named_alike(one: &Particulars, other: &Particulars) -> Option<bool> {
    let (n_common, n_same) = figures(&one.figures, &other.figures);
    let are_same_figures = n_same * 100 >= n_common * LEAST_SAME_FIGURES;
    let years = years(&one.years, &other.years);
    let places = places(&one.places, &other.places);
    if !are_same_figures || years.is_some_and(|part| part < LEAST_SAME_YEARS) || places == Some(false) {
        return Some(false);
    }
    (n_common > 0 || places.is_some()).then_some(true)
}

/// Figures that both have a place for, and those of them that are the same.
fn figures(one: &[(u32, u16)], other: &[(u32, u16)]) -> (usize, usize) {
    let common = one.iter().filter_map(|(surrounding, figure)| {
        let at = other.binary_search_by_key(surrounding, |slot| slot.0).ok()?;
        Some(other[at].1 == *figure)
    });
    common.fold((0, 0), |(n_common, n_same), is_same| (n_common + 1, n_same + usize::from(is_same)))
}

/// Whether the place that one of them names most is named by the other.
fn places(one: &[(u32, u8)], other: &[(u32, u8)]) -> Option<bool> {
    let names = |of: &[(u32, u8)], by: &[(u32, u8)]| {
        let most = of.first().map_or(0, |first| first.1);
        let mut main = of.iter().take_while(|place| place.1 == most);
        main.any(|place| by.iter().any(|named| named.0 == place.0))
    };
    let is_known = !one.is_empty() && !other.is_empty();
    is_known.then(|| names(one, other) || names(other, one))
}

/// The part of the years of the one that speaks of fewer that the other speaks of too, in hundredths.
fn years(one: &[(u8, u8)], other: &[(u8, u8)]) -> Option<u32> {
    let total = |years: &[(u8, u8)]| years.iter().map(|year| u32::from(year.1)).sum::<u32>();
    let fewer = total(one).min(total(other));
    let both = one.iter().filter_map(|(year, count)| {
        let found = other.iter().find(|other| other.0 == *year)?;
        Some(u32::from(found.1.min(*count)))
    });
    (fewer > 0).then(|| both.sum::<u32>() * 100 / fewer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::paragraphs;

    const TEXT: &str = include_str!("../demo/reports/001.txt");

    fn signature(text: &str) -> Signature {
        let lines: Vec<&str> = text.lines().collect();
        Signature::of(&paragraphs(&lines)).expect("long enough")
    }

    fn share(one: &str, other: &str) -> Option<u8> {
        let (one, other) = (signature(one), signature(other));
        assert_eq!(resembles(&one, &other), resembles(&other, &one), "both ways");
        resembles(&one, &other)
    }

    #[test]
    fn a_reprint_resembles_its_original() {
        let framed = format!("来源:临江市人民政府网 浏览次数:77\n{TEXT}\n责任编辑:办公室");
        assert!(share(TEXT, &framed).is_some_and(|share| share >= 95));
        let cut: String = TEXT.chars().take(TEXT.chars().count() / 2).collect();
        assert!(share(TEXT, &cut).is_some_and(|share| share >= 85));
        let is_hit = |at: usize| at % 20 == 7;
        let edited: String = TEXT.chars().enumerate().map(|(at, c)| if is_hit(at) { '也' } else { c }).collect();
        assert!(share(TEXT, &edited).is_some());
    }

    #[test]
    fn the_same_form_filled_in_otherwise_does_not() {
        let other_county = TEXT.replace("江源区", "临江市").replace("白山市", "延边市");
        assert_eq!(share(TEXT, &other_county), None);
        let digit = |c: char| if c.is_ascii_digit() { char::from(b'0' + (c as u8 - b'0' + 3) % 10) } else { c };
        assert_eq!(share(TEXT, &TEXT.chars().map(digit).collect::<String>()), None, "other figures");
        assert_eq!(share(TEXT, include_str!("../demo/reports/002.txt")), None);
    }

    #[test]
    fn without_particulars_nearly_all_of_the_wording_must_be_the_same() {
        let is_particular = |c: char| c.is_ascii_digit() || "省市县区乡镇州盟旗\n".contains(c);
        let plain: String = TEXT.chars().filter(|&c| !is_particular(c)).take(2000).collect();
        let cut: String = plain.chars().take(1200).collect();
        assert_eq!(share(&plain, &cut), None);
        assert!(share(&plain, &format!("{plain}此件公开发布。")).is_some());
    }
}
