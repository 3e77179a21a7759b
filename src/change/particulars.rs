//! Particulars: what tells a text from all others of the same form.
//!
//! In: a Document, and the characters of its body. Out: what stands at its figures, the places that it names, and the
//! years that it speaks of. A form filled in by the next county, or a year later, has the same wording and other
//! particulars; a reprint with another head, or with a twentieth of its words changed, keeps them. Never: a list of
//! places; the forms of names are enough.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::model::Document;

use super::fingerprint::normalize;
use super::signature::hash;

/// Figures kept, those with the least hashes: the same ones of two texts that have them both.
const MOST_FIGURES: usize = 48;

/// Places and years kept, those that stand there most often.
const MOST_NAMED: usize = 8;

/// Characters before and after a figure that say what it counts.
const BEFORE: usize = 3;
const AFTER: usize = 2;

/// What ends the name of a place.
const PLACE_ENDS: &str = "省市县区乡镇州盟旗";

/// What stands before these words where they name no place: 全县, 各乡镇, 社区, 园区.
const NO_NAMES: &str = "全各本我该辖地城省市县区乡镇村街社园片景小郊";

/// And two of them together: 自治区, 示范区.
const GENERAL: [&str; 4] = ["自治", "示范", "开发", "法治"];

/// The particulars of a text, as hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Particulars {
    /// What surrounds a figure, and the figure; ordered, each surrounding once.
    pub(super) figures: Vec<(u32, u16)>,
    /// Places, and how often they are named; the most frequent first.
    pub(super) places: Vec<(u32, u8)>,
    /// Years of this century, and how often; the most frequent first.
    pub(super) years: Vec<(u8, u8)>,
}

/// The particulars of a Document whose body is these characters, without white space.
pub(super) fn of(document: &Document, chars: &[char]) -> Particulars {
    let title: Vec<char> =
        document.title.iter().flat_map(|title| normalize(title).chars().collect::<Vec<_>>()).collect();
    Particulars {
        figures: figures(chars),
        places: most_frequent(places(&title).chain(places(chars))),
        years: most_frequent(years(chars)),
    }
}

fn figures(chars: &[char]) -> Vec<(u32, u16)> {
    let mut by_surrounding = BTreeMap::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        while at < chars.len() && is_figure(chars, at, start) {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let before = &chars[start.saturating_sub(BEFORE)..start];
        let after = &chars[at..chars.len().min(at + AFTER)];
        // Figures nearby are other slots of the form.
        let masked = |c: &char| if c.is_ascii_digit() { '#' } else { *c };
        let surrounding = hash(before.iter().map(masked).chain(['|']).chain(after.iter().map(masked)));
        let figure = hash(chars[start..at].iter().copied());
        by_surrounding.entry(short(surrounding)).or_insert_with(|| u16::try_from(figure >> 48).unwrap_or_default());
    }
    by_surrounding.into_iter().take(MOST_FIGURES).collect()
}

/// A digit, or a comma or point within a number that began at `start`.
fn is_figure(chars: &[char], at: usize, start: usize) -> bool {
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    is_digit(at) || (at > start && matches!(chars[at], '.' | ',') && is_digit(at + 1))
}

/// The names of places, by their form: two ideographs and what they are (江源区). Names of one ideograph are read with the
/// word before them, which a reprint has too.
fn places(chars: &[char]) -> impl Iterator<Item = u32> + '_ {
    let is_han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let is_name = move |name: &&[char]| {
        PLACE_ENDS.contains(name[2]) && name[..2].iter().all(is_han) && !NO_NAMES.contains(name[1])
    };
    let is_general = |name: &&[char]| GENERAL.iter().any(|general| general.chars().eq(name[..2].iter().copied()));
    chars.windows(3).filter(is_name).filter(move |name| !is_general(name)).map(|name| short(hash(name.iter().copied())))
}

/// The high half of a hash: enough to tell the few particulars of a text apart.
fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// The years of this century that are named as such.
fn years(chars: &[char]) -> impl Iterator<Item = u8> + '_ {
    chars.windows(5).enumerate().filter_map(|(at, window)| {
        let is_longer = at > 0 && chars[at - 1].is_ascii_digit();
        let ['2', '0', tens, ones, '年'] = window else { return None };
        let year = tens.to_digit(10)? * 10 + ones.to_digit(10)?;
        (!is_longer).then(|| u8::try_from(year).ok())?
    })
}

fn most_frequent<T: Ord>(named: impl Iterator<Item = T>) -> Vec<(T, u8)> {
    let mut counts: BTreeMap<T, u8> = BTreeMap::new();
    for name in named {
        let count = counts.entry(name).or_default();
        *count = count.saturating_add(1);
    }
    let mut counts: Vec<(T, u8)> = counts.into_iter().collect();
    // The sort keeps the order of the names among those as frequent.
    counts.sort_by_key(|&(_, count)| Reverse(count));
    counts.truncate(MOST_NAMED);
    counts
}

impl Particulars {
    /// Appends them to a signature's bytes.
    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        let n = |len: usize| u8::try_from(len).unwrap_or(u8::MAX);
        bytes.extend([n(self.figures.len()), n(self.places.len()), n(self.years.len())]);
        for (surrounding, figure) in &self.figures {
            bytes.extend(surrounding.to_le_bytes());
            bytes.extend(figure.to_le_bytes());
        }
        for (place, count) in &self.places {
            bytes.extend(place.to_le_bytes());
            bytes.push(*count);
        }
        bytes.extend(self.years.iter().flat_map(|(year, count)| [*year, *count]));
    }

    /// Reads what [`Particulars::put`] wrote, to the last byte.
    pub(super) fn take(bytes: &[u8]) -> Option<Self> {
        let (&[n_figures, n_places, n_years], rest) = bytes.split_first_chunk::<3>()?;
        let (figures, rest) = rest.split_at_checked(usize::from(n_figures) * 6)?;
        let (places, years) = rest.split_at_checked(usize::from(n_places) * 5)?;
        let four = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let is_whole = years.len() == usize::from(n_years) * 2;
        is_whole.then(|| Self {
            figures: figures.chunks_exact(6).map(|it| (four(it), u16::from_le_bytes([it[4], it[5]]))).collect(),
            places: places.chunks_exact(5).map(|it| (four(it), it[4])).collect(),
            years: years.chunks_exact(2).map(|it| (it[0], it[1])).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::paragraphs;

    fn read(lines: &[&str]) -> Particulars {
        let chars: Vec<char> = lines.concat().chars().collect();
        of(&paragraphs(lines), &chars)
    }

    #[test]
    fn a_figure_is_known_by_what_surrounds_it() {
        let (one, two) = (read(&["共受理15件,罚没1,234.5元。"]), read(&["共受理9件,罚没1,234.5元。"]));
        let surroundings = |it: &Particulars| it.figures.iter().map(|slot| slot.0).collect::<Vec<_>>();
        assert_eq!((one.figures.len(), surroundings(&one)), (2, surroundings(&two)));
        assert_eq!(one.figures.iter().filter(|slot| two.figures.contains(slot)).count(), 1);
    }

    #[test]
    fn the_place_that_is_named_most_comes_first() {
        let named = read(&["白山市江源区人民政府,全区各乡镇、社区和自治区示范区", "江源区司法局"]).places;
        assert_eq!(named.len(), 2);
        assert_eq!(named[0], (short(hash("江源区".chars())), 2));
    }

    #[test]
    fn years_are_counted_where_they_are_named() {
        let years = read(&["2024年,2024年,2023年度,12024年,兴政〔2021〕3号"]).years;
        assert_eq!(years, [(24, 2), (23, 1)]);
    }
}
