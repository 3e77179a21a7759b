//! Character recognition of scanned files, by the tools that are installed.
//!
//! In: a scanned PDF or a picture. Out: its words with how sure they are, or a note that says what to install. It
//! runs in a child that has given up its rights; the tools inherit its limits. Never: a temporary file; bytes go
//! through pipes.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::model::TextState;
use crate::page::attach::{Media, Reading};

/// Pages recognised of one file: three to ten seconds each.
const PAGES: usize = 20;

/// The longer side of a page, in pixels: 200 dots an inch on A4. Sizes that a file states are not believed: a page of
/// ten metres takes no more memory.
const LONG_SIDE: &str = "2339";

/// Dots an inch of such a page.
const DPI: &str = "200";

/// All pages of a file in grey, and the words of a page in a table, with room.
const OUTPUT_BYTES: u64 = 160 * 1024 * 1024;

/// The model of simplified Chinese; it knows Latin letters and digits too.
const LANGUAGE: &str = "chi_sim";

/// Recognises what a file shows. The file is known to have no text of its own.
pub(super) fn read(bytes: &[u8], name: &str) -> Reading {
    let media = Media::of(bytes, name);
    match recognised(media, bytes) {
        Ok(Recognised { text, confidence, note }) if !text.is_empty() => {
            Reading { media, state: TextState::Recognised, text, note, is_cut: false, confidence: Some(confidence) }
        }
        Ok(_) => unread(media, "scanned: no characters were recognised".to_owned(), Some(0)),
        Err(why) => unread(media, format!("scanned: {why}"), None),
    }
}

/// `confidence` says that it was tried.
fn unread(media: Media, note: String, confidence: Option<u8>) -> Reading {
    Reading { media, state: TextState::NoTextLayer, text: String::new(), note: Some(note), is_cut: false, confidence }
}

struct Recognised {
    text: String,
    confidence: u8,
    note: Option<String>,
}

fn recognised(media: Media, bytes: &[u8]) -> Result<Recognised, String> {
    ensure_installed()?;
    let pictures =
        if media == Media::Pdf { pages(bytes)? } else { vec![bytes].into_iter().map(<[u8]>::to_vec).collect() };
    let mut words = Words::default();
    for picture in pictures.iter().take(PAGES) {
        let args = ["stdin", "stdout", "-l", LANGUAGE, "--dpi", DPI, "tsv"];
        words.add(&String::from_utf8_lossy(&output("tesseract", &args, picture)?));
    }
    let note = (pictures.len() > PAGES).then(|| format!("only its first {PAGES} pages were recognised"));
    Ok(Recognised { confidence: words.confidence(), text: words.text, note })
}

/// Says what to install, in words that can be typed.
fn ensure_installed() -> Result<(), String> {
    let missing =
        |package: &str| format!("to recognise its characters install {package} (Debian: apt install {package})");
    let listed = output("tesseract", &["--list-langs"], &[]).map_err(|_| missing("tesseract-ocr"))?;
    let listed = String::from_utf8_lossy(&listed);
    if !listed.lines().any(|line| line.trim() == LANGUAGE) {
        return Err(missing("tesseract-ocr-chi-sim"));
    }
    match Command::new("pdftoppm").arg("-v").stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(_) => Ok(()),
        Err(_) => Err(missing("poppler-utils")),
    }
}

/// The pages of a PDF as grey pictures, one more than are recognised.
fn pages(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let last = (PAGES + 1).to_string();
    let drawn = output("pdftoppm", &["-gray", "-scale-to", LONG_SIDE, "-l", &last, "-"], bytes)?;
    let mut rest = drawn.as_slice();
    let mut pages = Vec::new();
    while let Some(n_page) = picture_bytes(rest) {
        let (page, behind) = rest.split_at_checked(n_page).ok_or("a page was drawn in part")?;
        pages.push(page.to_vec());
        rest = behind;
    }
    if pages.is_empty() { Err("none of its pages can be drawn".to_owned()) } else { Ok(pages) }
}

/// How long the first of several pictures is: `P5`, width, height and depth, parted by white space, then a byte a
/// pixel. Source: netpbm, pgm(5).
fn picture_bytes(pictures: &[u8]) -> Option<usize> {
    let mut head = pictures.splitn(4, u8::is_ascii_whitespace);
    head.next().filter(|magic| *magic == b"P5")?;
    let mut number = || std::str::from_utf8(head.next()?).ok()?.parse::<usize>().ok();
    let (width, height) = (number()?, number()?);
    let behind = head.next()?;
    let n_depth = behind.iter().position(u8::is_ascii_whitespace)? + 1;
    (pictures.len() - behind.len()).checked_add(n_depth)?.checked_add(width.checked_mul(height)?)
}

/// What a tool makes of its input.
fn output(tool: &str, args: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let mut command = Command::new(tool);
    // One thread: the same words whatever the machine is, and no more processors than the limits count.
    command.args(args).env("OMP_THREAD_LIMIT", "1").env("LC_ALL", "C.UTF-8");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let failed = |error: io::Error| format!("{tool} cannot be run: {error}");
    let mut child = command.spawn().map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut made = Vec::new();
    let read = thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        stdout.map_or(Ok(0), |stdout| stdout.take(OUTPUT_BYTES).read_to_end(&mut made))
    });
    read.map_err(failed)?;
    let ended = child.wait().map_err(failed)?;
    if ended.success() { Ok(made) } else { Err(format!("{tool} gave up: {ended}")) }
}

/// The words of the pages so far.
#[derive(Default)]
struct Words {
    text: String,
    /// Sum over characters of the confidence of their words, in hundredths.
    sure: usize,
    n_chars: usize,
}

impl Words {
    /// Takes in a page: level, page, block, paragraph, line, word, four of place, confidence, text; words are level 5.
    /// Source: tesseract(1), tsv.
    fn add(&mut self, table: &str) {
        let mut before = None;
        for row in table.lines() {
            let cells: Vec<&str> = row.split('\t').collect();
            let ["5", page, block, paragraph, line, _, _, _, _, _, confidence, word] = cells[..] else { continue };
            let (word, Some(confidence)) = (word.trim(), hundredths(confidence)) else { continue };
            if word.is_empty() {
                continue;
            }
            let place = (page, block, paragraph, line);
            if before.is_some_and(|before| before != place) {
                self.text.push('\n');
            } else if before.is_some() && self.text.ends_with(is_latin) && word.starts_with(is_latin) {
                self.text.push(' ');
            }
            before = Some(place);
            self.text.push_str(word);
            let n_chars = word.chars().count();
            self.n_chars += n_chars;
            self.sure += confidence * n_chars;
        }
        if before.is_some() {
            self.text.push('\n');
        }
    }

    /// The mean over characters, in hundredths.
    fn confidence(&self) -> u8 {
        let mean = self.sure.checked_div(self.n_chars).unwrap_or_default();
        u8::try_from(mean).unwrap_or(100)
    }
}

/// `96.063` as 96, 100 at most; the fraction is noise.
fn hundredths(confidence: &str) -> Option<usize> {
    let whole = confidence.split('.').next().unwrap_or_default();
    Some(whole.parse::<usize>().ok()?.min(100))
}

/// Whether words of such characters are parted by a space.
fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_as_chinese_is_written_and_their_confidence_is_the_mean() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                     4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n\
                     5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t90.0\t关于\n\
                     5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t80.0\t印发\n\
                     5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t96.0\tISO\n\
                     5\t1\t1\t1\t2\t2\t0\t0\t9\t9\t96.0\t9001\n";
        let mut words = Words::default();
        words.add(table);
        assert_eq!(words.text, "关于印发\nISO 9001\n");
        assert_eq!(words.confidence(), 92);
    }

    #[test]
    fn pictures_behind_each_other_are_parted_by_their_heads() {
        let first = b"P5\n3 2\n255\n\n\n\nabc";
        assert_eq!(picture_bytes(first), Some(17));
        assert_eq!(picture_bytes(b"P6\n3 2\n255\nabcdef"), None);
        assert_eq!(picture_bytes(b"P5\n99999999999 99999999999\n255\n"), None);
    }
}
