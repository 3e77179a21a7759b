//! The first crawl and the rounds after it, beside the bare loop, all in one run.
//!
//! In: sizes and how often. Out: one [`Row`] for each kind of round; of CPU time the median, of memory the most. Never: a
//! row whose work was not what the portals hold: a count that is not as it must be ends the bench.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::land::Country;
use crate::peers::Peer;
use crate::portal::{Scene, Spent};
use crate::portals::{Portals, this_program};
use crate::process::{self, Cost, bytes_in};
use crate::watch::{Rechecks, Summary, Watch};

/// Of a thousand reports, how many a round edits.
const EDITS: usize = 10;
/// Reports are due again after a second and a tenth: what was read last must be.
pub(crate) const UNTIL_DUE: Duration = Duration::from_millis(1200);

/// One way of polling, measured as often as asked.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) runs: Vec<Run>,
}

/// One run of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) cost: Cost,
    pub(crate) spent: Spent,
    /// Bytes that it added to the database.
    pub(crate) stored: i64,
    /// What it found changed.
    pub(crate) n_changes: u64,
}

/// The rows in the order of the table.
#[derive(Default)]
pub(crate) struct Rows(pub(crate) Vec<Row>);

impl Rows {
    pub(crate) fn add(&mut self, name: &str, run: Run) {
        match self.0.iter_mut().find(|row| row.name == name) {
            Some(row) => row.runs.push(run),
            None => self.0.push(Row { name: name.to_owned(), runs: vec![run] }),
        }
    }
}

/// How it is measured.
pub(crate) struct Manner<'a> {
    pub(crate) latency_ms: u64,
    /// The first crawl of the portals with validators, and no round after it.
    pub(crate) is_first_only: bool,
    /// Another build of the program.
    pub(crate) program: Option<&'a Path>,
    /// What it is run under.
    pub(crate) under: &'a str,
    /// Who else crawls.
    pub(crate) peers: &'a [Peer],
}

/// Everything once: the bare loop, then a first crawl and two rounds of portals with validators, then of such with
/// counters and none.
pub(crate) fn once(country: &Country, portals: &mut Portals, rows: &mut Rows, manner: &Manner<'_>) {
    let latency_ms = manner.latency_ms;
    let honest = Scene { has_validators: true, latency_ms, ..Scene::default() };
    let restless = Scene { has_counters: true, latency_ms, ..Scene::default() };
    portals.set(&restless);
    rows.add("bare loop, first crawl", bare(country, portals, &restless));
    for peer in manner.peers {
        rows.add(peer.name, peer.run(country, portals, &restless));
    }
    for (scene, words) in [(honest, "validators"), (restless, "counters, no validators")] {
        portals.set(&scene);
        let watch = Watch::new(country, portals.port, Rechecks::All).with(manner.program, manner.under);
        rows.add(&format!("first crawl ({words})"), first(country, &watch, portals, &scene));
        if manner.is_first_only {
            return;
        }
        std::thread::sleep(UNTIL_DUE);
        rows.add(&format!("unchanged round ({words})"), unchanged(country, &watch, portals, &scene));
        std::thread::sleep(UNTIL_DUE);
        let edited = Scene { edits: vec![EDITS], ..scene };
        portals.set(&edited);
        rows.add(&format!("1 % edited ({words})"), edits(country, &watch, portals, &edited));
    }
}

/// A first crawl, then rounds that look at the listings alone: no report is due.
pub(crate) fn looks(country: &Country, portals: &mut Portals, rows: &mut Rows, (manner, n): (&Manner<'_>, usize)) {
    let scene = Scene { has_counters: true, latency_ms: manner.latency_ms, ..Scene::default() };
    portals.set(&scene);
    let watch = Watch::new(country, portals.port, Rechecks::Due).with(manner.program, manner.under);
    rows.add("first crawl", first(country, &watch, portals, &scene));
    for _ in 0..n {
        let (run, said) = fetched(&watch, portals, &scene);
        assert_eq!((said.reports_read, run.n_changes), (0, 0), "a round in which no report was due: {said:?}");
        rows.add("listings only, nothing new", run);
    }
}

fn bare(country: &Country, portals: &mut Portals, scene: &Scene) -> Run {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = this_program("bare", country.sizes);
    command.args(["--port", &portals.port.to_string(), "--file"]).arg(folder.path().join("bare.db"));
    let (status, cost) = process::run(command.stdout(Stdio::null()));
    assert!(status.success(), "the bare loop ended with {status}");
    let spent = portals.set(scene);
    let stored = i64::try_from(bytes_in(folder.path())).expect("files of this size");
    Run { cost, spent, stored, n_changes: 0 }
}

fn first(country: &Country, watch: &Watch, portals: &mut Portals, scene: &Scene) -> Run {
    let (run, said) = fetched(watch, portals, scene);
    // Under a profiler pages may take longer than any page may.
    assert!(watch.is_profiled() || said.baseline == country.n_wanted() as u64, "reports of the first crawl: {said:?}");
    run
}

fn unchanged(country: &Country, watch: &Watch, portals: &mut Portals, scene: &Scene) -> Run {
    let (run, said) = fetched(watch, portals, scene);
    let n = country.n_wanted() as u64;
    assert_eq!((said.unchanged, run.n_changes), (n, 0), "a round in which nothing changed: {said:?}");
    run
}

fn edits(country: &Country, watch: &Watch, portals: &mut Portals, scene: &Scene) -> Run {
    let is_edited = |place: &_| country.is_wanted(*place) && country.n_edits(*place, &scene.edits) > 0;
    let n = country.places().filter(is_edited).count() as u64;
    let (run, said) = fetched(watch, portals, scene);
    assert_eq!((said.edited, run.n_changes), (n, n), "a round in which {n} reports were edited: {said:?}");
    run
}

fn fetched(watch: &Watch, portals: &mut Portals, scene: &Scene) -> (Run, Summary) {
    let before = watch.store_bytes();
    let (cost, said) = watch.fetch();
    let spent = portals.set(scene);
    let stored = i64::try_from(watch.store_bytes()).expect("files") - i64::try_from(before).expect("files");
    let is_right = (said.sites_failed, said.requests) == (0, spent.n_requests);
    assert!(watch.is_profiled() || is_right, "{} requests: {said:?}", spent.n_requests);
    let Summary { new, copies, edited, withdrawn, suspect, .. } = said;
    (Run { cost, spent, stored, n_changes: new + copies + edited + withdrawn + suspect }, said)
}
