//! Text to the HTML library's tree builder, token by token, each a piece of the text that is not copied.
//!
//! In: decoded text. Out: [`Nodes`]. **Source**: WHATWG HTML, "Tokenization"; the tree builder says where raw text begins,
//! as there. Never: parse errors, which nobody reads. The library's own tokenizer goes through comments, names and
//! scripts one character at a time, which is three quarters of the cost of its parse; the trees of both are the same,
//! and tests hold them together.

use std::cell::RefCell;

use html5ever::interface::{Tracer, create_element};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    CharacterTokens, CommentToken, DoctypeToken, EOFToken, EndTag, NullCharacterToken, StartTag, Tag, TagKind,
    TagToken, Token, TokenSink, TokenSinkResult,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::{memchr, memchr2, memchr3};

use super::arena::{Nodes, Sink};
use super::pieces::{self, Doctyped};
use super::{MOST_ATTRIBUTES, MOST_BYTES, MOST_DEPTH, MOST_NODES, TreeError};

/// A whole page.
pub(super) fn document(text: &str) -> Result<Nodes, TreeError> {
    let builder = TreeBuilder::new(Sink::new(), TreeBuilderOpts::default());
    Tokens::new(text, builder)?.run()
}

/// A piece of a page, as if it stood in its `body`.
pub(super) fn fragment(text: &str) -> Result<Nodes, TreeError> {
    let sink = Sink::new();
    let body = create_element(&sink, QualName::new(None, ns!(html), local_name!("body")), Vec::new());
    let builder = TreeBuilder::new_for_fragment(sink, body, None, TreeBuilderOpts::default());
    Tokens::new(text, builder)?.run()
}

/// Nodes between two counts of the open elements. No element opens without a node, so that a page is at most so much
/// deeper than it may be when it is refused.
const NODES_BETWEEN_COUNTS: usize = 512;

/// What the builder holds beside the open elements: the document, `html`, `head`, `body`, a form, a fragment's context.
const N_BESIDE: usize = 6;

/// The elements that the builder holds open or will open again, some twice: the tree alone does not tell, for the builder
/// moves elements about, and an end tag closes more than one of them or none.
#[derive(Default)]
struct Held(RefCell<Vec<u32>>);

impl Tracer for Held {
    type Handle = u32;

    fn trace_handle(&self, node: &u32) {
        self.0.borrow_mut().push(*node);
    }
}

/// How the text is read from here on.
enum Mode {
    Data,
    /// Up to the end tag of the element that began last.
    Raw(RawKind),
    /// To the end of the page.
    Plain,
}

struct Tokens {
    text: StrTendril,
    at: usize,
    mode: Mode,
    builder: TreeBuilder<u32, Sink>,
    /// The element whose raw text is read.
    raw_in: LocalName,
    /// The number of nodes at which the open elements are counted next.
    count_at: usize,
}

impl Tokens {
    fn new(text: &str, builder: TreeBuilder<u32, Sink>) -> Result<Self, TreeError> {
        if text.len() > MOST_BYTES {
            return Err(TreeError::TooLong);
        }
        let text = pieces::with_line_feeds(text.strip_prefix('\u{feff}').unwrap_or(text));
        Ok(Self { text, at: 0, mode: Mode::Data, builder, raw_in: local_name!(""), count_at: NODES_BETWEEN_COUNTS })
    }

    fn run(mut self) -> Result<Nodes, TreeError> {
        while self.at < self.text.len() {
            match self.mode {
                Mode::Data => self.data()?,
                Mode::Raw(kind) => self.raw(kind)?,
                Mode::Plain => self.replaced_text(self.text.len()),
            }
            let n_nodes = self.builder.sink.n_nodes();
            if n_nodes > MOST_NODES {
                return Err(TreeError::TooManyNodes(n_nodes));
            }
            if n_nodes >= self.count_at {
                self.count_at = n_nodes + NODES_BETWEEN_COUNTS;
                self.ensure_shallow()?;
            }
        }
        self.send(EOFToken);
        self.builder.end();
        Ok(self.builder.sink.finish())
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes().get(at).copied()
    }

    /// A piece of the text, in the same buffer.
    fn piece(&self, from: usize, to: usize) -> StrTendril {
        let [from, n_bytes] = [from, to - from]
            .map(|n_bytes| u32::try_from(n_bytes).expect("invariant: the text is shorter than MOST_BYTES"));
        self.text.subtendril(from, n_bytes)
    }

    /// A piece of the text in which U+0000 is U+FFFD.
    fn replaced(&self, from: usize, to: usize) -> StrTendril {
        if memchr(0, &self.bytes()[from..to]).is_none() {
            return self.piece(from, to);
        }
        self.text[from..to].replace('\0', "\u{fffd}").into()
    }

    /// What the builder answers matters after start tags only.
    fn send(&self, token: Token) {
        let _: TokenSinkResult<u32> = self.builder.process_token(token, 1);
    }

    fn replaced_text(&mut self, to: usize) {
        if to > self.at {
            self.send(CharacterTokens(self.replaced(self.at, to)));
        }
        self.at = to;
    }

    /// Text up to `to`, U+0000 told apart.
    fn text(&mut self, to: usize) {
        while self.at < to {
            let end = memchr(0, &self.bytes()[self.at..to]).map_or(to, |n| self.at + n);
            if end > self.at {
                self.send(CharacterTokens(self.piece(self.at, end)));
            }
            if end < to {
                self.send(NullCharacterToken);
            }
            self.at = (end + 1).min(to);
        }
    }

    fn data(&mut self) -> Result<(), TreeError> {
        let n_text = memchr3(b'<', b'&', 0, &self.bytes()[self.at..]);
        let end = n_text.map_or(self.text.len(), |n| self.at + n);
        self.text(end);
        match self.byte(self.at) {
            Some(b'<') => self.tag_open(),
            Some(b'&') => {
                self.char_ref();
                Ok(())
            }
            Some(_) => {
                self.text(self.at + 1);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// At an ampersand.
    fn char_ref(&mut self) {
        match pieces::char_ref(&self.text[self.at..], false) {
            Some((chars, n_bytes)) => {
                self.at += n_bytes;
                self.send(CharacterTokens(chars.as_str().into()));
            }
            None => self.text(self.at + 1),
        }
    }

    /// At a `<` outside of raw text.
    fn tag_open(&mut self) -> Result<(), TreeError> {
        let after = |n: usize| self.byte(self.at + n);
        match (after(1), after(2)) {
            (Some(b'!'), _) => self.markup(),
            (Some(b'/'), Some(name)) if name.is_ascii_alphabetic() => return self.tag(EndTag, self.at + 2),
            (Some(b'/'), Some(b'>')) => self.at += 3,
            (Some(b'/'), Some(_)) => self.bogus_comment(self.at + 2),
            (Some(b'?'), _) => self.bogus_comment(self.at + 1),
            (Some(name), _) if name.is_ascii_alphabetic() => return self.tag(StartTag, self.at + 1),
            _ => self.text(self.at + 1),
        }
        Ok(())
    }

    /// At `<!`.
    fn markup(&mut self) {
        let rest = &self.bytes()[self.at + 2..];
        let is_foreign = || self.builder.adjusted_current_node_present_but_not_in_html_namespace();
        if rest.starts_with(b"--") {
            let (n_content, n_all) = pieces::comment(&rest[2..]);
            let start = self.at + 4;
            self.send(CommentToken(self.replaced(start, start + n_content)));
            self.at = start + n_all;
        } else if rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype")) {
            let Doctyped { doctype, n_bytes } = pieces::doctype(&self.text[self.at + 9..]);
            self.send(DoctypeToken(doctype));
            self.at += 9 + n_bytes;
        } else if rest.starts_with(b"[CDATA[") && is_foreign() {
            self.at += 9;
            let end = memchr::memmem::find(&self.bytes()[self.at..], b"]]>").map(|n| self.at + n);
            self.text(end.unwrap_or(self.text.len()));
            self.at = end.map_or(self.text.len(), |end| end + 3);
        } else {
            self.bogus_comment(self.at + 2);
        }
    }

    fn bogus_comment(&mut self, from: usize) {
        let end = memchr(b'>', &self.bytes()[from..]).map(|n| from + n);
        self.send(CommentToken(self.replaced(from, end.unwrap_or(self.text.len()))));
        self.at = end.map_or(self.text.len(), |end| end + 1);
    }

    /// A tag whose name begins at `from`; one that the page ends within is none.
    fn tag(&mut self, kind: TagKind, from: usize) -> Result<(), TreeError> {
        let n_name = self.bytes()[from..].iter().position(|b| matches!(b, b'\t' | b'\n' | 0x0C | b' ' | b'/' | b'>'));
        let Some(n_name) = n_name else {
            self.at = self.text.len();
            return Ok(());
        };
        let name = pieces::local_name(&self.text[from..from + n_name]);
        self.at = from + n_name;
        let mut tag = Tag { kind, name, self_closing: false, attrs: Vec::new(), had_duplicate_attributes: false };
        if !self.attributes(&mut tag)? {
            self.at = self.text.len();
            return Ok(());
        }
        if kind == EndTag {
            self.send(TagToken(tag));
            return Ok(());
        }
        let name = tag.name.clone();
        match self.builder.process_token(TagToken(tag), 1) {
            TokenSinkResult::RawData(kind) => (self.mode, self.raw_in) = (Mode::Raw(kind), name),
            TokenSinkResult::Plaintext => self.mode = Mode::Plain,
            _ => {}
        }
        Ok(())
    }

    fn ensure_shallow(&self) -> Result<(), TreeError> {
        let held = Held::default();
        self.builder.trace_handles(&held);
        let mut held = held.0.into_inner();
        if held.len() <= MOST_DEPTH + N_BESIDE {
            return Ok(());
        }
        held.sort_unstable();
        held.dedup();
        let n_nested = held.into_iter().filter(|&node| self.builder.sink.is_nested_by_itself(node)).count();
        if n_nested > MOST_DEPTH + N_BESIDE { Err(TreeError::TooDeep) } else { Ok(()) }
    }

    /// The attributes of a tag and its end; `false` where the page ends first.
    fn attributes(&mut self, tag: &mut Tag) -> Result<bool, TreeError> {
        let mut n_read = 0;
        loop {
            match self.byte(self.at) {
                None => return Ok(false),
                Some(b'/') if self.byte(self.at + 1) == Some(b'>') => {
                    tag.self_closing = true;
                    self.at += 2;
                    return Ok(true);
                }
                Some(b'\t' | b'\n' | 0x0C | b' ' | b'/') => self.at += 1,
                Some(b'>') => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(_) => {
                    n_read += 1;
                    if n_read > MOST_ATTRIBUTES {
                        return Err(TreeError::TooManyAttributes);
                    }
                    if !self.attribute(tag) {
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// One attribute; `false` where the page ends in it.
    fn attribute(&mut self, tag: &mut Tag) -> bool {
        let start = self.at;
        let is_end = |b: &u8| matches!(b, b'\t' | b'\n' | 0x0C | b' ' | b'/' | b'>' | b'=');
        // An equals sign that comes first is part of the name.
        let Some(n_name) = self.bytes()[start + 1..].iter().position(is_end) else { return false };
        self.at = start + 1 + n_name;
        let name = start..self.at;
        self.skip_space();
        let mut value = StrTendril::new();
        if self.byte(self.at) == Some(b'=') {
            self.at += 1;
            self.skip_space();
            match self.value() {
                Some(read) => value = read,
                None => return false,
            }
        }
        if tag.kind == StartTag {
            let local = pieces::local_name(&self.text[name]);
            if tag.attrs.iter().any(|known| known.name.local == local) {
                tag.had_duplicate_attributes = true;
            } else {
                tag.attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
            }
        }
        true
    }

    /// The value behind an equals sign; `None` where the page ends in it.
    fn value(&mut self) -> Option<StrTendril> {
        let rest = &self.bytes()[self.at..];
        let (n_before, n_value, n_behind) = match rest.first()? {
            b'>' => (0, 0, 0),
            quote @ (b'"' | b'\'') => (1, memchr(*quote, &rest[1..])?, 1),
            _ => (0, rest.iter().position(|b| matches!(b, b'\t' | b'\n' | 0x0C | b' ' | b'>'))?, 0),
        };
        let start = self.at + n_before;
        self.at = start + n_value + n_behind;
        let end = start + n_value;
        let is_plain = memchr2(b'&', 0, &self.bytes()[start..end]).is_none();
        Some(if is_plain { self.piece(start, end) } else { pieces::unescaped(&self.text[start..end], true).into() })
    }

    fn skip_space(&mut self) {
        while matches!(self.byte(self.at), Some(b'\t' | b'\n' | 0x0C | b' ')) {
            self.at += 1;
        }
    }

    /// Raw text and the end tag behind it.
    fn raw(&mut self, kind: RawKind) -> Result<(), TreeError> {
        let rest = &self.bytes()[self.at..];
        let n_raw = match kind {
            RawKind::Rcdata | RawKind::Rawtext => pieces::raw_end(rest, &self.raw_in),
            _ => pieces::script_end(rest),
        };
        let end = n_raw.map_or(self.text.len(), |n| self.at + n);
        let has_refs = kind == RawKind::Rcdata && memchr(b'&', &self.bytes()[self.at..end]).is_some();
        if has_refs {
            self.send(CharacterTokens(pieces::unescaped(&self.text[self.at..end], false).into()));
            self.at = end;
        } else {
            self.replaced_text(end);
        }
        self.mode = Mode::Data;
        if n_raw.is_some() { self.tag(EndTag, self.at + 2) } else { Ok(()) }
    }
}
