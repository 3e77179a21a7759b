//! How fast two texts are compared, beside `similar` by lines with characters marked inside them.
//!
//! In: generated texts and edits, the same on every machine. Out: one table, all of it measured in one run. Never: the
//! network. `benches/README.md` says what is measured.

use std::hint::black_box;
use std::time::{Duration, Instant};

use clap::Parser;
use govwatch::change::diff;
use govwatch::model::{Block, BlockKind, Document};
use similar::{ChangeTag, InlineChangeMode, InlineChangeOptions, TextDiff};

#[derive(Parser)]
struct Args {
    /// Times that each pair is compared; the median counts.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A generator of numbers that is the same on every machine. Source: Knuth, MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n
    }

    /// One of the two thousand ideographs that come often.
    fn ideograph(&mut self) -> char {
        char::from_u32(0x4e00 + u32::try_from(self.below(2000)).unwrap_or(0)).unwrap_or('一')
    }
}

/// Lines of sentences, `n_chars` in all.
fn text(n_chars: usize, line: usize) -> Vec<Vec<char>> {
    let mut dice = Dice(7);
    let char = |at: usize, dice: &mut Dice| if at % 17 == 16 { '，' } else { dice.ideograph() };
    (0..n_chars / line).map(|_| (0..line).map(|at| char(at, &mut dice)).collect()).collect()
}

/// Edits one character in so many of a hundred lines.
fn lines_edited(text: &[Vec<char>], percent: usize) -> Vec<Vec<char>> {
    let mut dice = Dice(99);
    let mut edited = text.to_vec();
    for line in &mut edited {
        if dice.below(100) < percent {
            let at = dice.below(line.len());
            line[at] = dice.ideograph();
        }
    }
    edited
}

/// Edits so many of a hundred characters.
fn chars_edited(text: &[Vec<char>], percent: usize) -> Vec<Vec<char>> {
    let mut dice = Dice(99);
    let mut edit = |c: char| if dice.below(100) < percent { dice.ideograph() } else { c };
    text.iter().map(|line| line.iter().map(|c| edit(*c)).collect()).collect()
}

fn document(lines: &[Vec<char>]) -> Document {
    let block = |line: &Vec<char>| Block::new(BlockKind::Paragraph, line.iter().collect::<String>());
    Document { blocks: lines.iter().map(block).collect(), ..Document::default() }
}

fn joined(lines: &[Vec<char>]) -> String {
    lines.iter().flat_map(|line| line.iter().copied().chain(['\n'])).collect()
}

fn median(rounds: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..rounds.max(1))
        .map(|_| {
            let begun_at = Instant::now();
            work();
            begun_at.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn ours(old: &Document, new: &Document) -> usize {
    diff::hunks(old, new).hunks.iter().map(|hunk| hunk.pieces.len()).sum()
}

/// Lines by Myers, and in each pair of lines the characters that differ.
fn peer(old: &str, new: &str) -> usize {
    let mut options = InlineChangeOptions::default();
    options.mode(InlineChangeMode::Chars);
    let diff = TextDiff::from_lines(old, new);
    let ops = diff.ops().iter();
    let changes = ops.flat_map(|op| diff.iter_inline_changes_with_options(op, options));
    changes.filter(|change| change.tag() != ChangeTag::Equal).count()
}

fn main() {
    let args = Args::parse();
    let (small, million) = (text(10_000, 100), text(1_000_000, 100));
    let whole: Vec<Vec<char>> = vec![million.concat()];
    let other: Vec<Vec<char>> = vec![million.concat().into_iter().rev().collect()];
    let pairs = [
        ("10,000 characters, 2 % of the lines", lines_edited(&small, 2), small.clone()),
        ("10,000 characters, 2 % of the characters", chars_edited(&small, 2), small.clone()),
        ("1,000,000 characters, 2 % of the lines", lines_edited(&million, 2), million.clone()),
        ("1,000,000 characters, 2 % of the characters", chars_edited(&million, 2), million.clone()),
        ("1,000,000 in one line, 2 % of the characters", chars_edited(&whole, 2), whole.clone()),
        ("1,000,000 in one line, another text", other, whole),
    ];
    println!("{:46} {:>10} {:>10} {:>6}", "", "ours ms", "similar ms", "ratio");
    for (what, new, old) in pairs {
        let (old_document, new_document) = (document(&old), document(&new));
        let ours = median(args.rounds, || {
            black_box(ours(&old_document, &new_document));
        });
        // By lines a text of one line is taken out and put in, and by characters it takes minutes.
        let (theirs, ratio) = if old.len() > 1 {
            let (old, new) = (joined(&old), joined(&new));
            let theirs = median(args.rounds, || {
                black_box(peer(&old, &new));
            });
            (format!("{:.2}", ms(theirs)), format!("{:.2}", ms(ours) / ms(theirs)))
        } else {
            ("-".to_owned(), "-".to_owned())
        };
        println!("{what:46} {:>10.2} {theirs:>10} {ratio:>6}", ms(ours));
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
