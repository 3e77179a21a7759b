//! What it costs to watch a country: the first crawl, rounds in which nothing or little changed, beside a bare loop over
//! the same pages in the same run.
//!
//! In: sizes. Out: one table. Never: the network but loopback, or a figure of work that came out wrong.
//! `benches/README.md` says what is measured.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use counts::{Sample, Stage};
use land::{Country, Sizes};
use peers::Peer;
use portals::Portals;
use rounds::{Manner, Rows};

mod bare;
mod chrome;
#[path = "../clauses.rs"]
mod clauses;
#[path = "../corpus.rs"]
mod corpus;
mod counts;
mod growth;
mod land;
mod pages;
mod peers;
mod portal;
mod portals;
mod process;
mod rounds;
mod saved;
mod stored;
mod table;
mod watch;

#[derive(Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
struct Args {
    #[command(flatten)]
    sizes: Sizes,
    /// How often all is measured; the medians count
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Milliseconds that the portals wait before each answer
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Only the bare loop and the first crawl
    #[arg(long)]
    first_only: bool,
    /// A first crawl, then rounds that look at the listings alone
    #[arg(long)]
    look_only: bool,
    /// Also Scrapy and `spider`; makes them below `target/` the first time
    #[arg(long)]
    peers: bool,
    /// Measure this build of the program instead of the one that was just built; absolute
    #[arg(long)]
    program: Option<PathBuf>,
    /// Run the program under this, as a profiler: `--under "valgrind --tool=callgrind"`
    #[arg(long, default_value = "")]
    under: String,
    /// What a store holds instead of what a crawl costs
    #[arg(long)]
    store: bool,
    /// What a round costs where so many reports are known, beside ten thousand
    #[arg(long, value_name = "REPORTS")]
    growth: Option<u32>,
    /// Instructions of each stage of fixed pages, beside those in counts.txt; needs valgrind
    #[arg(long)]
    counts: bool,
    /// Write counts.txt anew
    #[arg(long, requires = "counts")]
    write: bool,
    /// What this process is, where it is a child.
    #[arg(long, hide = true, value_enum)]
    role: Option<Role>,
    /// Where the portals listen, to a child.
    #[arg(long, hide = true, default_value_t = 0)]
    port: u16,
    /// What a child writes.
    #[arg(long, hide = true)]
    file: Option<PathBuf>,
    /// What a child does.
    #[arg(long, hide = true, value_enum)]
    stage: Option<Stage>,
    /// Of which page.
    #[arg(long, hide = true, value_enum)]
    page: Option<Sample>,
    /// And how often.
    #[arg(long, hide = true, default_value_t = 1)]
    times: usize,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What a child is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    Portal,
    Bare,
    Work,
}

fn main() {
    let args = Args::parse();
    match args.role {
        Some(Role::Portal) => portal::serve(args.sizes),
        Some(Role::Bare) => bare::crawl(args.sizes, args.port, args.file.as_deref().expect("a file")),
        Some(Role::Work) => counts::work(args.stage.expect("a stage"), args.page.expect("a page"), args.times),
        None if args.counts => counts::count(args.write),
        None => measure(&args),
    }
}

fn measure(args: &Args) {
    let country = Country::new(args.sizes);
    let mut portals = Portals::start(args.sizes);
    let Sizes { sites, listings, reports, .. } = args.sizes;
    println!("{sites} sites, {listings} listings each, {reports} reports each; {} runs", args.rounds);
    if args.store {
        return stored::measure(&country, &mut portals, args.program.as_deref());
    }
    if let Some(many) = args.growth {
        let how = (args.program.as_deref(), args.under.as_str());
        return growth::measure(&country, &mut portals, many, how, args.rounds);
    }
    let mut rows = Rows::default();
    let peers: Vec<Peer> = if args.peers { peers::all() } else { Vec::new() };
    let (latency_ms, is_first_only) = (args.latency_ms, args.first_only);
    let (program, under) = (args.program.as_deref(), args.under.as_str());
    let manner = Manner { latency_ms, is_first_only, program, under, peers: &peers };
    if args.look_only {
        rounds::looks(&country, &mut portals, &mut rows, (&manner, args.rounds));
    } else {
        (0..args.rounds).for_each(|_| rounds::once(&country, &mut portals, &mut rows, &manner));
    }
    println!("{}", table::table(&rows.0, country.n_wanted()));
}
