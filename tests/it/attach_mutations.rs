//! Hundreds of damaged files of every type: none hangs, kills or fills its reader.
//!
//! The types are the extensions in the folders of tests/attach; a new one joins by itself. The damage is the same in
//! every run.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use govwatch::model::TextState;
use govwatch::page::attach::{Limits, Reading};

/// Damaged files of each type; `GOVWATCH_DAMAGED_FILES` makes them more.
const FILES: u64 = 250;

/// Files that one child reads; its processor time bounds them together.
const BATCH: u64 = 125;

/// The time that a damaged file may take, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn no_damaged_file_hangs_kills_or_fills_its_reader() {
    let types = types();
    for wanted in ["pdf", "doc", "docx", "wps", "xls", "xlsx", "ppt", "pptx", "ofd", "rtf", "txt", "csv", "zip", "rar"]
    {
        assert!(types.keys().any(|name| name.ends_with(&format!(".{wanted}"))), "no case of {wanted}");
    }
    let stated = std::env::var("GOVWATCH_DAMAGED_FILES").ok().and_then(|n| n.parse().ok());
    let n_files: u64 = stated.unwrap_or(FILES);
    let batches: Vec<(&Vec<PathBuf>, &String, u64)> =
        types.iter().flat_map(|(name, cases)| (0..n_files / BATCH).map(move |batch| (cases, name, batch))).collect();
    let (queue, faults, tally) = (Mutex::new(batches.into_iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((cases, name, batch)) = { queue.lock().expect("no panic").next() } {
                    let begun = Instant::now();
                    match read_batch(cases, batch) {
                        Ok(n_text) => tally.lock().expect("no panic").push((name, n_text, begun.elapsed())),
                        Err(fault) => faults.lock().expect("no panic").push(fault),
                    }
                }
            });
        }
    });
    let (faults, tally) = (faults.into_inner().expect("no panic"), tally.into_inner().expect("no panic"));
    for name in types.keys() {
        let of_type = || tally.iter().filter(|(of, ..)| of == &name);
        let n_text: usize = of_type().map(|(_, n_text, _)| n_text).sum();
        let took: Duration = of_type().map(|(.., took)| *took).sum();
        eprintln!("{name}: {n_text} of {n_files} still read, {took:.1?}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The cases of each type, as `folder/.extension`.
fn types() -> BTreeMap<String, Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attach");
    let mut types: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for folder in root.read_dir().expect("the cases").map(|entry| entry.expect("an entry").path()) {
        for case in if folder.is_dir() { cases(&folder) } else { Vec::new() } {
            let extension = case.extension().unwrap_or_default().to_string_lossy().into_owned();
            let name = format!("{}/.{extension}", folder.file_name().unwrap_or_default().to_string_lossy());
            types.entry(name).or_default().push(case);
        }
    }
    types
}

/// The files of a folder, but for what people and other tests read beside them.
fn cases(folder: &Path) -> Vec<PathBuf> {
    const BESIDE: [&str; 9] = ["md", "json", "toml", "snap", "expected", "new", "py", "rs", "sh"];
    let mut cases: Vec<PathBuf> =
        folder.read_dir().expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    let is_beside = |path: &Path| path.extension().is_none_or(|extension| BESIDE.iter().any(|one| extension == *one));
    cases.retain(|path| path.is_file() && !is_beside(path));
    cases.sort();
    cases
}

/// Reads the files of a batch in one child. **Errors**: the file that ended it, and how to make it again.
fn read_batch(cases: &[PathBuf], batch: u64) -> Result<usize, String> {
    let good: Vec<Vec<u8>> = cases.iter().map(|case| std::fs::read(case).expect("a case")).collect();
    let files: Vec<(usize, u64)> = (batch * BATCH..(batch + 1) * BATCH)
        .map(|seed| (usize::try_from(seed).unwrap_or_default() % cases.len(), seed))
        .collect();
    let mut child = child();
    let mut stdin = child.stdin.take().expect("piped");
    let answers = lines(&mut child);
    let mut n_text = 0;
    for (case, seed) in files {
        let fault = |how: &str| format!("{} damaged with seed {seed}: {how}", cases[case].display());
        let name = cases[case].file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = damaged(&good[case], seed);
        let n_name = u32::try_from(name.len()).expect("short").to_be_bytes();
        let frame = [&n_name, name.as_bytes(), &(bytes.len() as u64).to_be_bytes(), &bytes].concat();
        // The child answers a file before it reads the next, so that nothing waits for anything.
        let answer = stdin.write_all(&frame).ok().and_then(|()| answers.recv_timeout(PATIENCE).ok());
        let Some(answer) = answer else {
            child.kill().expect("it can be ended");
            return Err(fault(&format!("no answer ({})", child.wait().expect("it ended"))));
        };
        let reading: Reading = serde_json::from_str(&answer).map_err(|error| fault(&error.to_string()))?;
        if reading.text.len() > Limits::default().text_bytes {
            return Err(fault("more text than the limit"));
        }
        n_text += usize::from(reading.state == TextState::Text);
    }
    drop(stdin);
    let ended = child.wait().expect("it ends");
    if ended.success() { Ok(n_text) } else { Err(format!("{}: {ended}", cases[0].display())) }
}

fn child() -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_govwatch"));
    command.arg("__read-attachment").env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("a child")
}

/// The lines that a child says, for as long as it lives.
fn lines(child: &mut Child) -> Receiver<String> {
    let (to, from) = mpsc::channel();
    let stdout = BufReader::new(child.stdout.take().expect("piped"));
    thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
    from
}

/// A file with one bit turned or one to three kinds of damage, the same for the same seed.
fn damaged(good: &[u8], seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut bytes = good.to_vec();
    if seed.is_multiple_of(3) && !bytes.is_empty() {
        // One bit alone: most formats have sums over their heads, and more damage is refused before it is read.
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
        return bytes;
    }
    for _ in 0..=dice.below(3) {
        if bytes.is_empty() {
            break;
        }
        let (at, other) = (dice.below(bytes.len()), dice.below(bytes.len()));
        let n_chunk = 1 + dice.below(bytes.len().min(4096));
        match dice.below(7) {
            0 => (0..=dice.below(16)).for_each(|_| {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }),
            1 => bytes.truncate(at),
            2 => {
                let end = bytes.len().min(at + n_chunk);
                let chunk: Vec<u8> = bytes.drain(at..end).collect();
                let at = other.min(bytes.len());
                bytes.splice(at..at, chunk);
            }
            3 => {
                let chunk = bytes[at..bytes.len().min(at + n_chunk)].to_vec();
                bytes.splice(other..other, chunk);
            }
            // The head, where types, sizes and counts stand.
            4 => (0..=dice.below(4)).for_each(|_| {
                let at = dice.below(bytes.len().min(64));
                bytes[at] = u8::try_from(dice.below(256)).unwrap_or_default();
            }),
            5 => bytes.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xFF),
            _ => bytes.iter_mut().skip(at).take(n_chunk).for_each(|byte| *byte = 0),
        }
    }
    bytes
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % most.max(1) as u64).unwrap_or_default()
    }
}
