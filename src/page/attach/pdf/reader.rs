//! PURE. A PDF file, page by page.
//!
//! In: bytes. Out: the lines of its pages, or why it has none. Never: a password other than the empty one.

use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};

use super::lines::{PageLines, PageText, Size};
use super::tables::PageLine;
use super::{AttachError, Limits, Words, inflated, running};

/// Letters that a page must have to count as text where a picture covers it: the mark of a scanning program
/// ("Scanned with CamScanner", 21 letters) and the page number have fewer, the shortest page of a paper (who signs,
/// the day, the list of copies) has more.
const LETTERS_OVER_PICTURE: usize = 40;
/// Part of a page that pictures cover where it was scanned. Letterheads and seals cover less.
const COVERED_RATIO: f64 = 0.5;

pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    if !is_whole(bytes) {
        return Err(broken("it is cut"));
    }
    inflated::ensure_within(bytes, limits.inflated_bytes)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(refused)?;
    let n_pages = pdf.pages().len();
    if n_pages == 0 {
        return Err(broken("it has no page"));
    }
    let mut told = Told::default();
    let cache = InterpreterCache::new();
    for page in pdf.pages().iter().take(limits.pages) {
        told.take(page_text(&pdf, page, &cache, limits.text_bytes.saturating_sub(told.n_bytes)));
        if told.is_cut {
            break;
        }
    }
    told.into_words(n_pages, limits)
}

/// Whether something closes it after its last object. Libraries mend a cut file from the objects that are left, and
/// half a paper would pass for the whole.
fn is_whole(bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|here| here == mark);
    match (last(b"startxref"), last(b"endobj")) {
        (Some(end), Some(object)) => end > object,
        (end, _) => end.is_some(),
    }
}

fn page_text<'a>(pdf: &'a Pdf, page: &Page<'a>, cache: &InterpreterCache<'a>, most_bytes: usize) -> PageText {
    let (width, height) = page.render_dimensions();
    let size = Size { width: f64::from(width), height: f64::from(height) };
    let mut lines = PageLines::new(size, most_bytes);
    let mut context = Context::new(
        page.initial_transform(true).to_kurbo(),
        Rect::new(0.0, 0.0, size.width, size.height),
        cache,
        pdf.xref(),
        InterpreterSettings::default(),
    );
    interpret_page(page, &mut context, &mut lines);
    lines.finish()
}

/// What the pages said so far.
#[derive(Debug, Default)]
struct Told {
    pages: Vec<Vec<PageLine>>,
    n_bytes: usize,
    is_cut: bool,
    /// Tables whose columns could not be told.
    n_unsure: usize,
    n_read: usize,
    /// Pages that are pictures.
    n_pictures: usize,
    letters: usize,
    /// Letters of pages that are no pictures.
    own_letters: usize,
    unknown: usize,
}

impl Told {
    fn take(&mut self, page: PageText) {
        self.n_read += 1;
        self.letters += page.letters;
        self.unknown += page.unknown;
        if page.covered_ratio >= COVERED_RATIO && page.letters < LETTERS_OVER_PICTURE {
            self.n_pictures += 1;
        } else {
            self.own_letters += page.letters;
        }
        self.is_cut |= page.is_cut;
        self.n_unsure += page.arranged.n_unsure;
        self.n_bytes += page.arranged.lines.iter().map(|line| line.text.len() + 1).sum::<usize>();
        self.pages.push(page.arranged.lines);
    }

    /// A file has no text layer where no page but pictures has a letter, or where most of its glyphs stand for no
    /// known character: fonts cut down by a producer that kept no table of characters.
    fn into_words(mut self, n_pages: usize, limits: &Limits) -> Result<Words, AttachError> {
        if self.own_letters == 0 || self.unknown > self.letters {
            return Err(AttachError::NoTextLayer);
        }
        running::leave_out(&mut self.pages);
        let lines: Vec<&str> = self.pages.iter().flatten().map(|line| line.text.as_str()).collect();
        let mut notes = Vec::new();
        if self.is_cut {
            notes.push(format!("cut after {} bytes of text", limits.text_bytes));
        } else if self.n_read < n_pages {
            notes.push(format!("the first {} of {n_pages} pages were read", self.n_read));
        }
        if self.n_pictures > 0 {
            notes.push(format!("{} of {} pages are pictures", self.n_pictures, self.n_read));
        }
        if self.unknown > 0 {
            notes.push(format!("{} glyphs stand for no known character", self.unknown));
        }
        // Where the cells of a table stand is unsure; its words are all there.
        let is_cut = !notes.is_empty();
        if self.n_unsure > 0 {
            let tables = if self.n_unsure == 1 { "a table".to_owned() } else { format!("{} tables", self.n_unsure) };
            notes.push(format!("the columns of {tables} are not sure"));
        }
        Ok(Words { text: lines.join("\n"), is_cut, note: (!notes.is_empty()).then(|| notes.join("; ")) })
    }
}

fn broken(why: &str) -> AttachError {
    AttachError::Broken("PDF", why.to_owned())
}

fn refused(error: LoadPdfError) -> AttachError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => {
            AttachError::Encrypted
        }
        LoadPdfError::Decryption(other) => broken(&format!("its encryption is not valid: {other:?}")),
        LoadPdfError::Invalid => broken("its objects cannot be found"),
    }
}
