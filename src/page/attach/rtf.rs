//! RTF: the text of a file in Rich Text Format.
//!
//! In: bytes. Out: the body with its tables, then notes, text boxes, headers and footers. Never: pictures, deleted or
//! hidden text, the code of a field; a group is a place on a bounded stack, never a call.
//!
//! Source: Rich Text Format specification 1.9.1.

use std::collections::HashMap;

use encoding_rs::{BIG5, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::columns::{self, Row};
use super::lines::Lines;
use super::rtf_flow::Flow;
use super::rtf_tokens::{Token, Tokens};
use super::{AttachError, Limits, Words};

const FORMAT: &str = "RTF";

/// Groups inside groups whose state is kept; Word itself gives up far earlier. Deeper ones are counted.
const DEPTH: usize = 1_000;

/// Groups that hold no text of the document.
const LEFT_OUT: [&str; 17] = [
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "fldinst",
    "nonshppict",
    "shprslt",
    "sn",
    "sv",
    "xe",
    "tc",
    "tcn",
    "nonesttables",
    "revtbl",
    "filetbl",
    "objdata",
    "bkmkstart",
];

/// Groups that hold text of the document though old programs are told to pass over them.
const STARRED: [&str; 2] = ["shpinst", "shptxt"];

/// What the text of a group belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Note,
    TextBox,
    Margin,
    /// The table of fonts: it tells charsets.
    Fonts,
    /// Nothing that is read.
    Nowhere,
}

/// What a group inherits and gives back at its end.
#[derive(Debug, Clone, Copy)]
struct Group {
    place: Place,
    /// Characters that stand after `\u` for old programs.
    fallback: usize,
    font: i32,
    is_hidden: bool,
    is_deleted: bool,
    is_in_table: bool,
}

/// A file in reading.
struct Rtf {
    groups: Vec<Group>,
    deeper: usize,
    group: Group,
    is_starred: bool,
    /// Units of fallback text that are still to be passed over.
    passing: usize,
    charsets: HashMap<i32, &'static Encoding>,
    ansi: &'static Encoding,
    /// Bytes that are not yet text, and what they are written in.
    bytes: Vec<u8>,
    /// The first half of a character beyond U+FFFF.
    half: Option<u16>,
    flows: [Flow; 4],
    left: usize,
}

/// The text of an RTF file. **Errors**: `Broken` where a group has no end.
pub(super) fn words(bytes: &[u8], limits: &Limits) -> Result<Words, AttachError> {
    if !bytes.trim_ascii_start().starts_with(b"{\\rtf") {
        return Err(AttachError::Broken(FORMAT, "it does not begin as one".to_owned()));
    }
    let mut rtf = Rtf::new(limits);
    let mut tokens = Tokens::new(bytes);
    while let Some(token) = tokens.next() {
        if let Token::Word("bin", Some(n)) = token {
            tokens.pass_over(usize::try_from(n).unwrap_or(0));
            continue;
        }
        rtf.take(token);
        if rtf.left == 0 {
            break;
        }
    }
    if rtf.left > 0 && (rtf.deeper > 0 || !rtf.groups.is_empty()) {
        return Err(AttachError::Broken(FORMAT, "it ends inside a group".to_owned()));
    }
    Ok(rtf.into_words(limits))
}

impl Rtf {
    fn new(limits: &Limits) -> Self {
        let group = Group {
            place: Place::Body,
            fallback: 1,
            font: -1,
            is_hidden: false,
            is_deleted: false,
            is_in_table: false,
        };
        Self {
            groups: Vec::new(),
            deeper: 0,
            group,
            is_starred: false,
            passing: 0,
            charsets: HashMap::new(),
            // Files of Chinese programs that name no code page are GBK.
            ansi: GB18030,
            bytes: Vec::new(),
            half: None,
            flows: Default::default(),
            left: limits.text_bytes,
        }
    }

    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Byte(_) | Token::Symbol(_) | Token::Word(..) if self.passing > 0 && is_unit(token) => {
                self.passing -= 1;
            }
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Symbol(b'*') => self.is_starred = true,
            Token::Symbol(b'~') => self.put(" "),
            Token::Symbol(b'_') => self.put("-"),
            Token::Symbol(_) => {}
            Token::Byte(byte) => self.byte(byte),
            Token::Word(word, number) => self.word(word, number),
        }
    }

    fn open(&mut self) {
        self.flush();
        (self.passing, self.is_starred) = (0, false);
        if self.groups.len() < DEPTH {
            self.groups.push(self.group);
        } else {
            self.deeper += 1;
        }
    }

    fn close(&mut self) {
        self.flush();
        (self.passing, self.is_starred) = (0, false);
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(outer) = self.groups.pop() else { return };
        if outer.place != self.group.place {
            // A note or a text box ends with its group, whether its last paragraph does or not.
            self.end_paragraph();
        }
        self.group = outer;
    }

    fn byte(&mut self, byte: u8) {
        if self.is_read() {
            self.bytes.push(byte);
        }
    }

    /// Whether the text that comes now is read.
    fn is_read(&self) -> bool {
        !matches!(self.group.place, Place::Fonts | Place::Nowhere) && !self.group.is_hidden && !self.group.is_deleted
    }

    fn flow(&mut self) -> Option<&mut Flow> {
        match self.group.place {
            Place::Body => Some(&mut self.flows[0]),
            Place::Note => Some(&mut self.flows[1]),
            Place::TextBox => Some(&mut self.flows[2]),
            Place::Margin => Some(&mut self.flows[3]),
            Place::Fonts | Place::Nowhere => None,
        }
    }

    /// Text that is no bytes of a charset.
    fn put(&mut self, text: &str) {
        self.flush();
        if !self.is_read() {
            return;
        }
        if text.len() >= self.left {
            self.left = 0;
            return;
        }
        self.left -= text.len();
        if let Some(flow) = self.flow() {
            flow.text.push_str(text);
        }
    }

    /// The bytes that were collected, as text.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let encoding = self.charsets.get(&self.group.font).copied().unwrap_or(self.ansi);
        let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
        self.put(&text);
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        self.flush();
        let is_starred = std::mem::take(&mut self.is_starred);
        if LEFT_OUT.contains(&word) || (is_starred && !STARRED.contains(&word)) {
            self.group.place = Place::Nowhere;
            return;
        }
        if self.group.place == Place::Nowhere {
            return;
        }
        let is_on = number != Some(0);
        match word {
            "fonttbl" => self.group.place = Place::Fonts,
            "footnote" => self.group.place = Place::Note,
            "shptxt" => self.group.place = Place::TextBox,
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr" | "footerf" => {
                self.group.place = Place::Margin;
            }
            "ansicpg" => self.ansi = encoding_of(number.unwrap_or(0)).unwrap_or(self.ansi),
            "f" => self.group.font = number.unwrap_or(0),
            "fcharset" if self.group.place == Place::Fonts => self.charset(number.unwrap_or(0)),
            "uc" => self.group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(16),
            "u" => self.unicode(number.unwrap_or(0)),
            "v" => self.group.is_hidden = is_on,
            "deleted" => self.group.is_deleted = is_on,
            "plain" => (self.group.is_hidden, self.group.is_deleted) = (false, false),
            "intbl" => self.group.is_in_table = true,
            "pard" => self.group.is_in_table = false,
            "par" | "sect" | "page" | "column" => self.end_paragraph(),
            "trowd" | "trleft" | "cellx" => {
                if let Some(flow) = self.flow() {
                    flow.define_row(word, number.unwrap_or(0));
                }
            }
            "cell" => self.end_cell(),
            "row" => self.end_row(),
            _ => self.put(character(word)),
        }
    }

    fn charset(&mut self, charset: i32) {
        let encoding = match charset {
            134 => GB18030,
            136 => BIG5,
            128 => SHIFT_JIS,
            _ => return,
        };
        self.charsets.insert(self.group.font, encoding);
    }

    fn unicode(&mut self, number: i32) {
        self.passing = self.group.fallback;
        // Numbers above 32767 are written as negative ones.
        let [low, high, ..] = number.to_le_bytes();
        let unit = u16::from_le_bytes([low, high]);
        if (0xD800..0xDC00).contains(&unit) {
            self.half = Some(unit);
            return;
        }
        let units = [self.half.take().unwrap_or(unit), unit];
        let from = usize::from(units[0] == unit);
        let text = String::from_utf16_lossy(&units[from..]);
        self.put(&text);
    }

    fn end_paragraph(&mut self) {
        let is_in_table = self.group.is_in_table;
        let Some(flow) = self.flow() else { return };
        let text = std::mem::take(&mut flow.text);
        if is_in_table {
            flow.cell.push(text);
        } else {
            flow.end_row();
            flow.done.push(Row::paragraph(text));
        }
    }

    fn end_cell(&mut self) {
        let Some(flow) = self.flow() else { return };
        let text = std::mem::take(&mut flow.text);
        flow.cell.push(text);
        flow.row.push(std::mem::take(&mut flow.cell));
    }

    fn end_row(&mut self) {
        if let Some(flow) = self.flow() {
            flow.end_row();
        }
    }

    fn into_words(mut self, limits: &Limits) -> Words {
        let mut lines = Lines::new(limits);
        if self.left == 0 {
            lines.cut("its text is longer than the limit; the rest was left out");
        }
        let mut margins = std::collections::HashSet::new();
        for (place, flow) in self.flows.iter_mut().enumerate() {
            flow.end_row();
            let text = std::mem::take(&mut flow.text);
            flow.done.push(Row::paragraph(text));
            for line in columns::aligned(std::mem::take(&mut flow.done)) {
                // Headers and footers stand in the file once a section.
                if place == 3 && !margins.insert(line.clone()) {
                    continue;
                }
                match line.as_slice() {
                    [paragraph] => lines.paragraph(paragraph),
                    cells => lines.row(cells.iter().map(String::as_str)),
                }
            }
        }
        lines.into_words()
    }
}

/// Whether a token counts as one character of fallback text.
fn is_unit(token: Token<'_>) -> bool {
    matches!(token, Token::Byte(_) | Token::Symbol(b'~' | b'-' | b'_'))
}

/// The characters that have a word.
fn character(word: &str) -> &'static str {
    match word {
        "tab" | "nestcell" | "emspace" | "enspace" | "qmspace" => " ",
        "line" | "softline" => "\n",
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        _ => "",
    }
}

fn encoding_of(code_page: i32) -> Option<&'static Encoding> {
    match code_page {
        936 | 54936 => Some(GB18030),
        950 => Some(BIG5),
        932 => Some(SHIFT_JIS),
        1252 => Some(WINDOWS_1252),
        65001 => Some(UTF_8),
        _ => None,
    }
}
