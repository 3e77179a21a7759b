//! How many instructions each stage takes of four fixed pages, against a file of counts: what a commit costs, on a machine
//! however busy.
//!
//! In: pages of the generator by one seed, read by the library. Out: a line a stage and page, with the change in per cent.
//! Never: a time. Counted by callgrind, in one function alone and after the same was done once: what is made once and
//! kept is not counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use govwatch::change::{diff, fingerprint};
use govwatch::config::{Network, Site, SiteReader};
use govwatch::model::{Capture, Document, Hash};
use govwatch::page::kind::{self, Answer};
use govwatch::page::listing::ListingRead;
use govwatch::page::open::Opened;
use govwatch::page::tree::Tree;
use govwatch::page::{ReadRules, decode};
use jiff::civil::date;

use crate::chrome::Chrome;
use crate::land::{Country, Place, Sizes, host, listing_path, report_path};
use crate::pages::{self, Visit};
use crate::portals::this_program;

/// Instructions that may come and go by chance (a hash map's seed), in per cent.
const NOISE: f64 = 0.2;
/// The function whose instructions are those of a stage.
const COUNTED: &str = "*counts::repeated*";
/// The one whose are those of `strip`, which has no door of its own.
const STRIP: &str = "*page::strip::lines*";
/// How often a stage is done while it is counted.
const TIMES: usize = 4;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Bytes to text.
    Decode,
    /// Text to tree.
    Parse,
    /// Whether it is a report, a listing or neither.
    Kind,
    /// Tree to rows.
    Listing,
    /// Tree to Document, `strip` within it.
    Extract,
    /// The ends of the body.
    Strip,
    /// Document to hashes.
    Fingerprint,
    /// Two Documents to hunks.
    Diff,
}

/// The fixed pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sample {
    /// A report in UTF-8, read by the family's rules.
    Report,
    /// One in GBK.
    Gbk,
    /// A page of a listing, read by selectors.
    Listing,
    /// One whose rows are found without any.
    Rows,
}

/// The country that the pages are of.
const SIZES: Sizes = Sizes { sites: 4, listings: 2, reports: 60, wanted: 1000, seed: 20_260_401 };

impl Stage {
    fn is_of(self, sample: Sample) -> bool {
        match self {
            Self::Decode | Self::Parse | Self::Kind => true,
            Self::Listing => sample.is_listing(),
            Self::Extract | Self::Strip | Self::Fingerprint | Self::Diff => !sample.is_listing(),
        }
    }
}

impl Sample {
    fn is_listing(self) -> bool {
        matches!(self, Self::Listing | Self::Rows)
    }

    fn site(self) -> usize {
        match self {
            Self::Report | Self::Rows => 0,
            Self::Gbk => 1,
            Self::Listing => 2,
        }
    }
}

/// A page with all that is needed to read it.
struct Read {
    site: Site,
    capture: Capture,
}

impl Read {
    fn of(sample: Sample, n_edits: usize) -> Self {
        let country = Country::new(SIZES);
        let n_site = sample.site();
        let (chrome, place) = (Chrome::of(&country, n_site), Place { site: n_site, column: 0, n: 4 });
        let (path, page) = if sample.is_listing() {
            (listing_path(0, 0), pages::listing(&country, &chrome, (n_site, 0, 0), Visit::default()))
        } else {
            (report_path(place), pages::report(&country, &chrome, place, n_edits, Visit::default()))
        };
        let reader = SiteReader::of(Path::new("no such folder"), &Network::default());
        let site = reader.site("s", &country.site_file(n_site, "")).expect("a site file of ours");
        let url: url::Url = format!("http://{}{path}", host(n_site)).parse().expect("a URL");
        let capture = Capture {
            url: url.clone(),
            final_url: url,
            status: 200,
            headers: vec![("content-type".to_owned(), page.content_type.to_owned())],
            body: page.body.into(),
            fetched_at: jiff::Timestamp::UNIX_EPOCH,
            wire_bytes: 0,
            n_requests: 1,
        };
        Self { site, capture }
    }

    fn answer(&self) -> Answer<'_> {
        let url = Some(&self.capture.url);
        Answer { status: 200, asked: url, landed: url, home: Some(&self.site.home) }
    }

    fn opened(&self) -> Opened {
        Opened::of(&self.capture, None, &self.answer()).expect("a page of ours")
    }

    fn document(&self, opened: &Opened) -> Document {
        let (url, zone) = (Some(&self.capture.url), &self.site.timezone);
        let (site, family) = (Some(&self.site.report), self.site.family.as_deref());
        opened.document(&ReadRules { url, zone, site, family, min_body_chars: 0 })
    }

    fn listing(&self, opened: &Opened) -> usize {
        let rule = &self.site.listings[0];
        let read = ListingRead {
            rule: Some(rule),
            family: self.site.family.as_deref(),
            zone: &self.site.timezone,
            first_url: &rule.url,
            page_url: &self.capture.url,
            post: None,
            n_page: 1,
            today: date(2026, 4, 1),
        };
        opened.listing(&read).expect("a page of a listing").entries.len()
    }
}

/// Does a stage of a page once, and then so often in [`repeated`]; run under callgrind.
pub(crate) fn work(stage: Stage, sample: Sample, n_times: usize) {
    let (read, edited) = (Read::of(sample, 0), Read::of(sample, 1));
    let (body, media) = (&read.capture.body, read.capture.header("content-type"));
    let opened = read.opened();
    let (old, new) = (read.document(&opened), edited.document(&edited.opened()));
    let act = || match stage {
        Stage::Decode => drop(black_box(decode::text(black_box(body), media, None))),
        Stage::Parse => drop(black_box(Tree::parse(black_box(&opened.decoded.text)))),
        Stage::Kind => drop(black_box(kind::of(&opened.tree, black_box(&opened.decoded), &read.answer()))),
        Stage::Listing => drop(black_box(read.listing(black_box(&opened)))),
        Stage::Extract | Stage::Strip => drop(black_box(read.document(black_box(&opened)))),
        Stage::Fingerprint => drop(black_box(fingerprint::of(black_box(&old), Hash::of(b"")))),
        Stage::Diff => drop(black_box(diff::hunks(black_box(&old), black_box(&new)))),
    };
    act();
    repeated(act, n_times);
}

#[inline(never)]
fn repeated(act: impl Fn(), n_times: usize) {
    (0..n_times).for_each(|_| act());
}

/// Counts everything, and prints it beside the file; writes the file where that is wanted.
pub(crate) fn count(is_written: bool) {
    let known = std::fs::read_to_string(file()).unwrap_or_default();
    let known_pages = known.lines().find_map(|line| line.strip_prefix("# pages "));
    let (pages, compiler) = (pages_hash(), compiler());
    if known_pages.is_some_and(|known| known != pages) && !is_written {
        println!("the counts in {} are of other pages: --counts --write makes them anew", file().display());
    }
    let before: BTreeMap<&str, u64> = known.lines().filter_map(row).collect();
    let mut text = format!(
        "# Instructions of a stage of a page: cargo bench --bench country -- --counts --write\n# {compiler}\n# pages {pages}\n"
    );
    println!("{:<12} {:<8} {:>12} {:>12}", "stage", "page", "instructions", "change");
    for (stage, sample) in rows() {
        let n = counted(stage, sample);
        let name = format!("{:<12} {:<8}", word(&stage), word(&sample));
        println!("{name} {n:>12} {:>12}", before.get(name.trim_end()).map_or_else(String::new, |old| change(*old, n)));
        writeln!(text, "{name} {n:>12}").expect("a String");
    }
    if is_written {
        std::fs::write(file(), text).expect("the folder of the benches");
    }
}

fn rows() -> impl Iterator<Item = (Stage, Sample)> {
    let all =
        Stage::value_variants().iter().flat_map(|stage| Sample::value_variants().iter().map(|page| (*stage, *page)));
    all.filter(|(stage, sample)| stage.is_of(*sample))
}

fn word(value: &impl ValueEnum) -> String {
    value.to_possible_value().expect("none is skipped").get_name().to_owned()
}

/// A line of the file: what comes before the last word is its name.
fn row(line: &str) -> Option<(&str, u64)> {
    let (name, n) = line.rsplit_once(' ').filter(|_| !line.starts_with('#'))?;
    Some((name.trim_end(), n.parse().ok()?))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn change(before: u64, now: u64) -> String {
    let percent = (now as f64 / before as f64 - 1.0) * 100.0;
    if percent.abs() < NOISE { "same".to_owned() } else { format!("{percent:+.1} %") }
}

/// Instructions of one time.
fn counted(stage: Stage, sample: Sample) -> u64 {
    // `strip` is counted wherever it is done: also for the page, the same page edited, and once before the others.
    let (door, n_times) = if stage == Stage::Strip { (STRIP, TIMES + 3) } else { (COUNTED, TIMES) };
    collected(stage, sample, door) / n_times as u64
}

/// What callgrind collects of a child.
fn collected(stage: Stage, sample: Sample, door: &str) -> u64 {
    let program = this_program("work", SIZES);
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(format!("--toggle-collect={door}"));
    command.arg(program.get_program()).args(program.get_args());
    command.args(["--stage", &word(&stage), "--page", &word(&sample), "--times", &TIMES.to_string()]);
    let ended = command.output().expect("valgrind; on Debian: apt install valgrind");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    let line = said.lines().find_map(|line| line.split_once("Collected :")).expect("what callgrind collected");
    line.1.trim().split(' ').next().and_then(|n| n.parse().ok()).expect("a number")
}

/// Which pages they are: counts of others say nothing of these.
fn pages_hash() -> String {
    let pages = Sample::value_variants().iter().flat_map(|sample| Read::of(*sample, 0).capture.body.to_vec());
    Hash::of(&pages.collect::<Vec<u8>>()).to_string()
}

fn compiler() -> String {
    let said = Command::new("rustc").arg("--version").output().map(|ended| ended.stdout).unwrap_or_default();
    String::from_utf8_lossy(&said).trim().to_owned()
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/counts.txt")
}
