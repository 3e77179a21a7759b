//! What the tokens of a page are made of: where comments and raw text end, what character references stand for.
//!
//! In: text from a place on. Out: what stands there and how many bytes it takes. **Source**: WHATWG HTML,
//! "Tokenization". Never: a tree.

use html5ever::LocalName;
use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::Doctype;
use memchr::{memchr, memchr2, memmem};

/// The text with line feeds for its line ends of whatever kind.
pub(super) fn with_line_feeds(text: &str) -> StrTendril {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return StrTendril::from_slice(text);
    }
    let mut normal = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(n) = memchr(b'\r', rest.as_bytes()) {
        normal.push_str(&rest[..n]);
        normal.push('\n');
        rest = rest[n + 1..].strip_prefix('\n').unwrap_or(&rest[n + 1..]);
    }
    normal.push_str(rest);
    normal.into()
}

/// A name as the page means it: in lower case, U+0000 replaced.
pub(super) fn local_name(written: &str) -> LocalName {
    if written.bytes().any(|b| b.is_ascii_uppercase() || b == 0) {
        return LocalName::from(written.to_ascii_lowercase().replace('\0', "\u{fffd}"));
    }
    LocalName::from(written)
}

/// HTML elements that the next of their kind ends: they stand in one another only with another element between them.
pub(super) fn is_ended_by_its_like(name: &str) -> bool {
    matches!(name, "dd" | "dt" | "li" | "option" | "p" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr")
}

/// Behind `<!--`: the bytes of the comment, and those up to behind its end.
pub(super) fn comment(rest: &[u8]) -> (usize, usize) {
    if rest.starts_with(b">") {
        return (0, 1);
    }
    if rest.starts_with(b"->") {
        return (0, 2);
    }
    for dashes in memmem::find_iter(rest, b"--").flat_map(|at| [at, at + 1]) {
        match &rest[dashes..] {
            [b'-', b'-', b'>', ..] => return (dashes, dashes + 3),
            [b'-', b'-', b'!', b'>', ..] => return (dashes, dashes + 4),
            _ => {}
        }
    }
    let n_open = ["--!", "--", "-"].iter().find(|open| rest.ends_with(open.as_bytes())).map_or(0, |open| open.len());
    (rest.len() - n_open, rest.len())
}

/// Whether the end tag of this element stands at the beginning.
fn is_end_of(rest: &[u8], name: &[u8]) -> bool {
    let after = rest.strip_prefix(b"</").and_then(|rest| rest.split_at_checked(name.len()));
    after.is_some_and(|(word, behind)| word.eq_ignore_ascii_case(name) && ends_name(behind))
}

fn ends_name(behind: &[u8]) -> bool {
    matches!(behind.first(), Some(b'\t' | b'\n' | 0x0C | b' ' | b'/' | b'>'))
}

/// Where the end tag of a raw text begins.
pub(super) fn raw_end(rest: &[u8], name: &str) -> Option<usize> {
    memmem::find_iter(rest, b"</").find(|&at| is_end_of(&rest[at..], name.as_bytes()))
}

/// How much of a script a comment hides.
#[derive(PartialEq)]
enum Escape {
    No,
    /// Behind `<!--`.
    Comment,
    /// Behind `<script` in such a comment.
    Script,
}

/// Where the end tag of a script begins.
pub(super) fn script_end(rest: &[u8]) -> Option<usize> {
    let mut escape = Escape::No;
    let mut at = 0;
    loop {
        at += memchr2(b'<', b'-', &rest[at..])?;
        let here = &rest[at..];
        let begins_script = |here: &[u8]| {
            here.get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"script")) && ends_name(&here[6..])
        };
        let n_read = match escape {
            _ if escape != Escape::Script && is_end_of(here, b"script") => return Some(at),
            Escape::No if here.starts_with(b"<!--") => {
                escape = Escape::Comment;
                // Its dashes may be those of its end.
                2
            }
            Escape::Comment | Escape::Script if here.starts_with(b"-->") => {
                escape = Escape::No;
                3
            }
            Escape::Comment if here[0] == b'<' && begins_script(&here[1..]) => {
                escape = Escape::Script;
                7
            }
            Escape::Script if here.starts_with(b"</") && begins_script(&here[2..]) => {
                escape = Escape::Comment;
                8
            }
            _ => 1,
        };
        at += n_read;
    }
}

/// The characters of a text whose references are read; U+0000 replaced.
pub(super) fn unescaped(text: &str, in_attribute: bool) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(n) = memchr2(b'&', 0, rest.as_bytes()) {
        plain.push_str(&rest[..n]);
        rest = &rest[n..];
        let (read, n_bytes) = match char_ref(rest, in_attribute) {
            Some((chars, n_bytes)) => (chars, n_bytes),
            None if rest.starts_with('&') => ("&".to_owned(), 1),
            None => ("\u{fffd}".to_owned(), 1),
        };
        plain.push_str(&read);
        rest = &rest[n_bytes..];
    }
    plain.push_str(rest);
    plain
}

/// The character reference that a text begins with, and its length in bytes; `None` where it begins with none.
pub(super) fn char_ref(text: &str, in_attribute: bool) -> Option<(String, usize)> {
    let rest = text.strip_prefix('&')?;
    if let Some(rest) = rest.strip_prefix('#') {
        return number(rest).map(|(c, n_bytes)| (c.to_string(), n_bytes + 2));
    }
    let mut found = None;
    // The table holds the beginnings of names too, with no character.
    for end in 1..=rest.len() {
        let Some(&chars) = rest.get(..end).and_then(|name| NAMED_ENTITIES.get(name)) else { break };
        if chars.0 != 0 {
            found = Some((chars, end));
        }
    }
    let ((one, two), end) = found?;
    let next = rest.as_bytes().get(end);
    let is_literal = in_attribute
        && !rest[..end].ends_with(';')
        && next.is_some_and(|next| *next == b'=' || next.is_ascii_alphanumeric());
    let chars = [one, two].into_iter().filter(|&code| code != 0).filter_map(char::from_u32).collect();
    (!is_literal).then_some((chars, end + 1))
}

/// Behind `&#`.
fn number(rest: &str) -> Option<(char, usize)> {
    let hex = rest.strip_prefix(['x', 'X']);
    let (digits, radix) = hex.map_or((rest, 10), |digits| (digits, 16));
    let n_digits = digits.bytes().take_while(|&b| char::from(b).is_digit(radix)).count();
    if n_digits == 0 {
        return None;
    }
    let is_ended = digits[n_digits..].starts_with(';');
    let n_bytes = rest.len() - digits.len() + n_digits + usize::from(is_ended);
    let code = digits[..n_digits]
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .try_fold(0_u32, |code, digit| code.checked_mul(radix)?.checked_add(digit));
    let c = match code {
        Some(0) | None => char::REPLACEMENT_CHARACTER,
        Some(code @ 0x80..=0x9F) => {
            C1_REPLACEMENTS[code as usize - 0x80].or(char::from_u32(code)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        Some(code) => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((c, n_bytes))
}

/// A doctype and how many bytes behind its keyword it takes.
pub(super) struct Doctyped {
    pub(super) doctype: Doctype,
    pub(super) n_bytes: usize,
}

/// Behind `<!doctype`.
pub(super) fn doctype(rest: &str) -> Doctyped {
    // A `>` ends it wherever it stands.
    let end = memchr(b'>', rest.as_bytes());
    let n_bytes = end.map_or(rest.len(), |end| end + 1);
    let mut doctype = Doctype { force_quirks: end.is_none(), ..Doctype::default() };
    let space = ['\t', '\n', '\u{c}', ' '];
    let written = rest[..end.unwrap_or(rest.len())].trim_start_matches(space);
    let (name, behind) = written.split_at(written.find(space).unwrap_or(written.len()));
    if name.is_empty() {
        doctype.force_quirks = true;
        return Doctyped { doctype, n_bytes };
    }
    doctype.name = Some(name.to_ascii_lowercase().replace('\0', "\u{fffd}").into());
    let behind = behind.trim_start_matches(space);
    let keyword = |word: &str| behind.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let (is_public, is_system) = (keyword("public"), keyword("system"));
    if !is_public && !is_system {
        doctype.force_quirks |= !behind.is_empty();
        return Doctyped { doctype, n_bytes };
    }
    let mut behind = behind[6..].trim_start_matches(space);
    if is_public {
        behind = identifier(behind, &mut doctype.public_id, &mut doctype.force_quirks).trim_start_matches(space);
        if behind.is_empty() {
            return Doctyped { doctype, n_bytes };
        }
    }
    if doctype.public_id.is_some() || is_system {
        identifier(behind, &mut doctype.system_id, &mut doctype.force_quirks);
    }
    Doctyped { doctype, n_bytes }
}

/// Reads an identifier in quotes; what stands behind it.
fn identifier<'t>(text: &'t str, id: &mut Option<StrTendril>, force_quirks: &mut bool) -> &'t str {
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        *force_quirks = true;
        return "";
    };
    let end = text[1..].find(quote);
    *force_quirks |= end.is_none();
    let (written, behind) = end.map_or((&text[1..], ""), |end| (&text[1..=end], &text[end + 2..]));
    *id = Some(written.replace('\0', "\u{fffd}").into());
    behind
}
