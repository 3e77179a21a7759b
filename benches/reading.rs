//! How well and how fast report pages are read, beside other readers, in one run.
//!
//! In: a folder of pages with gold (`GOVWATCH_CORPUS`, or `../shared/corpus`). Out: one table. Never: the network,
//! unless `--peers` has to install what it compares with. `benches/README.md` says what is measured.

use std::path::PathBuf;

use clap::Parser;
use comfy_table::{CellAlignment, Table, presets};

use gold::{FIELDS, Page, Score};
use readers::{Ours, ParseAlone, Reader, Smoothie};

mod corpus;
mod gold;
mod peers;
mod readers;
mod score;

/// The row that the others are measured in.
const UNIT: &str = "parse alone";

#[derive(Parser)]
struct Args {
    /// Also the readers for Python; installs them below `target/` the first time.
    #[arg(long)]
    peers: bool,
    /// Rounds over all pages; the median counts.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Only rows whose name begins so; for a profiler.
    #[arg(long)]
    only: Option<String>,
    /// A folder of pages with gold instead of the corpus.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    let Some(folder) = args.folder.clone().or_else(corpus::folder) else {
        println!("skipped: no pages at GOVWATCH_CORPUS or ../shared/corpus");
        return;
    };
    let pages = gold::pages(&folder);
    let mut readers: Vec<Box<dyn Reader>> =
        vec![Box::new(Ours::of(&pages)), Box::new(ParseAlone::of(&pages)), Box::new(Smoothie::of(&pages))];
    if args.peers {
        readers.extend(peers::all(&pages));
    }
    readers.retain(|reader| args.only.as_ref().is_none_or(|only| reader.name().starts_with(only)));
    let n_bytes: usize = pages.iter().map(|page| page.bytes.len()).sum();
    let n_kilobytes = n_bytes / pages.len().max(1) / 1000;
    println!("{} pages, {n_kilobytes} KB each in the mean, {} rounds", pages.len(), args.rounds);
    let seconds = medians(&mut readers, args.rounds);
    println!("{}", table(&mut readers, &pages, &seconds));
}

/// Seconds of CPU time a round, the median of all rounds. Every other round goes backwards through the readers, so that
/// none always runs after the same one.
fn medians(readers: &mut [Box<dyn Reader>], n_rounds: usize) -> Vec<f64> {
    let mut seconds = vec![Vec::new(); readers.len()];
    for round in 0..n_rounds {
        let mut order: Vec<usize> = (0..readers.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for at in order {
            seconds[at].push(readers[at].round());
        }
    }
    seconds.iter_mut().map(|times| median(times)).collect()
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn table(readers: &mut [Box<dyn Reader>], pages: &[Page], seconds: &[f64]) -> Table {
    let mut table = Table::new();
    let heads = ["reader", "F1 mean", "worst", "of sites", "< 0.90", "foreign lines"];
    let ends = ["pages/s", "ms/page", "x parse"];
    table.load_style(presets::ASCII_MARKDOWN).set_header(heads.into_iter().chain(FIELDS).chain(ends));
    let unit = readers.iter().position(|reader| reader.name().starts_with(UNIT)).map(|at| seconds[at]);
    for (reader, &time) in readers.iter_mut().zip(seconds) {
        let mut row = vec![reader.name()];
        row.extend(scored(reader.readings().map(|readings| gold::score(pages, &readings))));
        #[expect(clippy::cast_precision_loss, reason = "thousands of pages")]
        let n_pages = pages.len() as f64;
        row.push(format!("{:.0}", n_pages / time));
        row.push(format!("{:.2}", time / n_pages * 1000.0));
        row.push(unit.map_or_else(String::new, |unit| format!("{:.2}", time / unit)));
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn scored(score: Option<Score>) -> Vec<String> {
    let Some(score) = score else { return vec![String::new(); 5 + FIELDS.len()] };
    let ratios = [score.mean, score.worst, score.mean_of_sites].map(|ratio| format!("{ratio:.4}"));
    let counts = [score.n_failed, score.n_foreign_lines].map(|count| count.to_string());
    let fields = FIELDS.map(|name| {
        let tally = score.fields.get(name).copied().unwrap_or_default();
        format!("{}/{}", tally.n_right, tally.n)
    });
    ratios.into_iter().chain(counts).chain(fields).collect()
}
