//! The signature: what a body says in some 600 bytes, so that a text like it is found among millions and known for one.
//!
//! In: a Document. Out: the least hashes of its runs of four characters (Broder's MinHash in one permutation: Chinese
//! needs no word list), and its particulars: what stands at its figures, whose it is, and of which years it speaks. Never:
//! a judgement; [`super::resemblance`] makes it.

use std::collections::HashSet;
use std::fmt::Write;
use std::hash::{BuildHasherDefault, Hasher};

use crate::model::Document;

use super::fingerprint;
use super::particulars::{self, Particulars};

/// The version of what is computed here. Raised with every change of it: stored signatures are then made anew.
pub const SIGNATURE_RULES: u8 = 1;

/// Characters below which a text has too few runs for its signature to mean anything.
const LEAST_CHARS: usize = 150;

/// Characters in a run: with a twentieth of the characters changed here and there, four in five runs are left, and two
/// texts about different matters share one run in fifty.
const RUN: usize = 4;

/// Hashes kept: their equal part is off by 4 in a hundred (one standard deviation) where half are equal.
pub(super) const N_MINIMA: usize = 128;

/// Hashes that make a key together. Two texts that share half of their runs have a key in common in 99.6 of 100 cases,
/// two that share a twentieth in 0.5 of 100.
const ROWS: usize = 3;

/// Keys that name the place, the year and one hash: a stock notice shares all its wording with a thousand others, and
/// these with its own reprints alone.
const N_OWN: usize = 3;

/// What a body is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Different runs of the body.
    pub(super) n_runs: u32,
    /// The least hash of the runs of each bin, its low 16 bits.
    pub(super) minima: [u16; N_MINIMA],
    /// What tells a text from others of its form.
    pub(super) particulars: Particulars,
}

impl Signature {
    /// The signature of a body; `None` for one too short to have one.
    pub fn of(document: &Document) -> Option<Self> {
        if document.n_chars() < LEAST_CHARS {
            return None;
        }
        let body = fingerprint::body(&document.blocks);
        let chars: Vec<char> = body.chars().filter(|c| !c.is_whitespace()).collect();
        let mut different: HashSet<u64, BuildHasherDefault<Spread>> = HashSet::default();
        different.reserve(chars.len());
        different.extend(chars.windows(RUN).map(|run| hash(run.iter().copied())));
        let n_runs = u32::try_from(different.len()).unwrap_or(u32::MAX);
        Some(Self { n_runs, minima: minima(different), particulars: particulars::of(document, &chars) })
    }

    /// The keys that an index finds it by, 48 bits each: texts alike have one in common.
    pub fn keys(&self) -> Vec<i64> {
        let bands = self.minima.chunks_exact(ROWS).zip(1..);
        let bands = bands.map(|(rows, band)| rows.iter().fold(band, |key, &row| key << 16 | u64::from(row)));
        let year = self.particulars.years.first().map_or(0, |year| u64::from(year.0));
        let own = self.particulars.places.iter().take(2).flat_map(|place| {
            let minima = self.minima.iter().zip(1_u64..).take(N_OWN);
            minima.map(move |(&row, at)| spread(u64::from(place.0) << 32 | year << 24 | at << 16 | u64::from(row)))
        });
        let mut keys: Vec<i64> =
            bands.map(spread).chain(own).map(|key| i64::try_from(key >> 16).unwrap_or(i64::MAX)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The hashes of the wording, 4 hexadecimal digits each: the equal ones of two texts are the part of their runs that
    /// both have.
    pub fn wording(&self) -> String {
        self.minima.iter().fold(String::with_capacity(N_MINIMA * 4), |mut hex, row| {
            write!(hex, "{row:04x}").expect("invariant: a String takes any text");
            hex
        })
    }

    /// As the store keeps it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![SIGNATURE_RULES];
        bytes.extend(self.n_runs.to_le_bytes());
        bytes.extend(self.minima.iter().flat_map(|row| row.to_le_bytes()));
        self.particulars.put(&mut bytes);
        bytes
    }

    /// Reads what [`Signature::to_bytes`] gave; `None` for anything else, one of other rules included.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&rules, rest) = bytes.split_first()?;
        let (n_runs, rest) = rest.split_first_chunk::<4>()?;
        let (rows, rest) = rest.split_at_checked(N_MINIMA * 2)?;
        let mut minima = [0; N_MINIMA];
        for (row, bytes) in minima.iter_mut().zip(rows.chunks_exact(2)) {
            *row = u16::from_le_bytes([bytes[0], bytes[1]]);
        }
        let particulars = Particulars::take(rest)?;
        (rules == SIGNATURE_RULES).then_some(Self { n_runs: u32::from_le_bytes(*n_runs), minima, particulars })
    }
}

/// The least hash of each bin. A bin without a hash takes that of another one, by lot. Source: Shrivastava, "Optimal
/// Densification for Fast and Accurate Minwise Hashing", 2017.
fn minima(hashes: impl IntoIterator<Item = u64>) -> [u16; N_MINIMA] {
    let mut least: [Option<u32>; N_MINIMA] = [None; N_MINIMA];
    for hash in hashes {
        let (bin, value) = (bin(hash), low(hash));
        least[bin] = Some(least[bin].map_or(value, |known| known.min(value)));
    }
    let drawn = |at: usize| {
        let draws = (0_u64..).map(|draw| if draw == 0 { at } else { bin(spread((at as u64) << 32 | draw)) });
        draws.take(usize::from(u16::MAX)).find_map(|bin| least[bin]).unwrap_or_default()
    };
    std::array::from_fn(|at| u16::try_from(drawn(at) & 0xffff).unwrap_or_default())
}

/// Which bin a hash falls into: its highest seven bits.
fn bin(hash: u64) -> usize {
    usize::try_from(hash >> 57).unwrap_or_default()
}

/// The low half of a hash, which its bin says nothing of.
fn low(hash: u64) -> u32 {
    u32::try_from(hash & 0xffff_ffff).unwrap_or_default()
}

/// 64 evenly spread bits of these characters; the same in every release.
pub(super) fn hash(chars: impl Iterator<Item = char>) -> u64 {
    /// Source: the FNV-1a hash, offset basis and prime.
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    spread(chars.fold(BASIS, |bits, c| ((bits ^ u64::from(u32::from(c))).wrapping_mul(PRIME)).rotate_left(23)))
}

/// The hash of a hash: its bits are spread already.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |bits, &byte| spread(bits << 8 | u64::from(byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Spreads bits evenly. Source: the finalizer of SplitMix64.
fn spread(mut bits: u64) -> u64 {
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::sample::paragraphs;

    fn text(n: u32) -> String {
        let one = |at: u32| char::from_u32(0x4e00 + at.wrapping_mul(0x9e37_79b1) % 3000).unwrap_or('一');
        (0..n).map(one).collect()
    }

    fn signature(text: &str) -> Signature {
        Signature::of(&paragraphs(&[text])).expect("long enough")
    }

    #[test]
    fn a_short_text_has_no_signature() {
        assert_eq!(Signature::of(&paragraphs(&["特此公告。"])), None);
    }

    #[test]
    fn a_signature_reads_back_and_others_do_not() {
        let signature = signature(&format!("兴县2024年共办理15件。{}", text(300)));
        let bytes = signature.to_bytes();
        assert_eq!(Signature::from_bytes(&bytes), Some(signature));
        assert_eq!(Signature::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Signature::from_bytes(&[&[SIGNATURE_RULES + 1], &bytes[1..]].concat()), None);
        assert_eq!(Signature::from_bytes(b""), None);
    }

    #[test]
    fn keys_fit_their_column_and_are_those_of_the_wording() {
        let keys = signature(&text(400)).keys();
        assert_eq!(keys.len(), N_MINIMA / ROWS);
        assert!(keys.iter().all(|&key| (0..1 << 48).contains(&key)));
        let other: String = text(800).chars().skip(400).collect();
        assert!(!signature(&other).keys().iter().any(|key| keys.contains(key)));
    }

    #[test]
    fn a_signature_is_the_same_in_every_release() {
        assert_eq!(&signature(&text(300)).wording()[..16], "fa45a470b9eea6db");
    }
}
