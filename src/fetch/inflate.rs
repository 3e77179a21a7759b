//! Content encodings removed piece by piece, under a cap that every codec meets.
//!
//! In: the `Content-Encoding` lines, then the body as it comes off the wire. Out: the inflated bytes. Never: more
//! of them than the cap in memory, whatever the codec and however they are chained.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::write::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

/// Scratch space of one decoder, in bytes: what zlib's own tools use.
const SCRATCH_BYTES: usize = 32 * 1024;
/// First bytes of a gzip member. Source: RFC 1952 section 2.3.1.
const GZIP_MAGIC: u8 = 0x1f;

/// How far inflating may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    /// Inflated bytes.
    pub(super) bytes: u64,
    /// Inflated bytes for one on the wire.
    pub(super) ratio: u64,
    /// Inflated bytes from which the ratio counts.
    pub(super) ratio_from: u64,
    /// Encodings on top of one another.
    pub(super) encodings: usize,
    /// What happens to bytes beyond the cap.
    pub(super) beyond: Beyond,
}

/// What happens to bytes beyond the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beyond {
    /// They are an error.
    Refuse,
    /// They are left out.
    Drop,
}

/// Why a body cannot be inflated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum InflateError {
    /// More inflated bytes than the cap.
    #[error("the body is larger than {0} bytes")]
    TooBig(u64),
    /// A bomb.
    #[error("the body inflates more than {0} times, as no page does")]
    Bomb(u64),
    /// More encodings than the cap.
    #[error("{0} content encodings on top of one another")]
    TooMany(usize),
    /// One that was not offered.
    #[error("content encoding {0:?} was not offered")]
    Unknown(String),
    /// The bytes are not what the encoding says, or end too early.
    #[error("{0}")]
    Broken(String),
}

/// A body being inflated.
pub(super) struct Inflate {
    stage: Stage,
    wire_bytes: Arc<AtomicU64>,
}

impl Inflate {
    /// For a body with these `Content-Encoding` values, in the order of the lines.
    pub(super) fn new<'a>(encodings: impl Iterator<Item = &'a str>, caps: Caps) -> Result<Self, InflateError> {
        let tokens: Vec<String> = encodings
            .flat_map(|line| line.split(','))
            .map(|token| token.trim().to_ascii_lowercase())
            .filter(|token| !token.is_empty() && token != "identity")
            .collect();
        if tokens.len() > caps.encodings {
            return Err(InflateError::TooMany(tokens.len()));
        }
        let wire_bytes = Arc::new(AtomicU64::new(0));
        let sink = Sink { body: Vec::new(), caps, wire_bytes: Arc::clone(&wire_bytes), met: None };
        // The first token was applied first, so the last one is taken off first.
        let stage = tokens.into_iter().try_fold(Stage::Sink(sink), Stage::before)?;
        Ok(Self { stage, wire_bytes })
    }

    /// Takes the next piece off the wire.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), InflateError> {
        self.wire_bytes.fetch_add(piece.len() as u64, Ordering::Relaxed);
        self.stage.write_all(piece).map_err(|error| self.stage.error(&error))
    }

    /// Whether bytes beyond the cap are being dropped: the rest need not be read.
    pub(super) fn is_full(&self) -> bool {
        let sink = self.stage.sink();
        sink.caps.beyond == Beyond::Drop && sink.body.len() as u64 >= sink.caps.bytes
    }

    /// The inflated body, once the wire has ended.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, InflateError> {
        if !self.is_full() {
            self.stage.finish().map_err(|error| self.stage.error(&error))?;
        }
        Ok(std::mem::take(&mut self.stage.sink_mut().body))
    }
}

/// The end of the chain: counts, and keeps what fits.
struct Sink {
    body: Vec<u8>,
    caps: Caps,
    wire_bytes: Arc<AtomicU64>,
    met: Option<InflateError>,
}

impl Sink {
    fn take(&mut self, piece: &[u8]) -> io::Result<()> {
        let room = self.caps.bytes.saturating_sub(self.body.len() as u64);
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(piece.len());
        self.body.extend_from_slice(&piece[..fits]);
        let inflated = self.body.len() as u64;
        let allowed = self.wire_bytes.load(Ordering::Relaxed).saturating_mul(self.caps.ratio);
        if inflated > self.caps.ratio_from && inflated > allowed {
            self.met = Some(InflateError::Bomb(self.caps.ratio));
        } else if fits < piece.len() && self.caps.beyond == Beyond::Refuse {
            self.met = Some(InflateError::TooBig(self.caps.bytes));
        }
        if self.met.is_some() { Err(io::Error::other("a cap is met")) } else { Ok(()) }
    }
}

/// One link of the chain, each holding the next.
enum Stage {
    Sink(Sink),
    Gzip(Box<Gzip>),
    Deflate(Box<Deflate>),
    Brotli(Box<brotli::DecompressorWriter<Box<Stage>>>),
}

impl Stage {
    /// The decoder of this token in front of the chain so far.
    fn before(self, token: String) -> Result<Self, InflateError> {
        let next = Box::new(self);
        match token.as_str() {
            "gzip" | "x-gzip" => {
                Ok(Self::Gzip(Box::new(Gzip { member: Some(GzDecoder::new(next)), state: Member::First })))
            }
            "deflate" => Ok(Self::Deflate(Box::new(Deflate { start: Vec::new(), inner: None, is_over: false, next }))),
            "br" => Ok(Self::Brotli(Box::new(brotli::DecompressorWriter::new(next, SCRATCH_BYTES)))),
            _ => Err(InflateError::Unknown(token)),
        }
    }

    fn next(&self) -> Option<&Self> {
        match self {
            Self::Sink(_) => None,
            Self::Gzip(gzip) => gzip.member.as_ref().map(|member| &**member.get_ref()),
            Self::Deflate(deflate) => Some(&deflate.next),
            Self::Brotli(brotli) => Some(brotli.get_ref()),
        }
    }

    fn next_mut(&mut self) -> Option<&mut Self> {
        match self {
            Self::Sink(_) => None,
            Self::Gzip(gzip) => gzip.member.as_mut().map(|member| &mut **member.get_mut()),
            Self::Deflate(deflate) => Some(&mut deflate.next),
            Self::Brotli(brotli) => Some(brotli.get_mut()),
        }
    }

    fn sink(&self) -> &Sink {
        let mut stage = self;
        loop {
            match stage {
                Self::Sink(sink) => return sink,
                other => stage = other.next().expect("invariant: a chain ends in a sink"),
            }
        }
    }

    fn sink_mut(&mut self) -> &mut Sink {
        let mut stage = self;
        loop {
            match stage {
                Self::Sink(sink) => return sink,
                other => stage = other.next_mut().expect("invariant: a chain ends in a sink"),
            }
        }
    }

    /// What an error of a decoder means: a cap of the sink, or broken bytes.
    fn error(&self, error: &io::Error) -> InflateError {
        self.sink().met.clone().unwrap_or_else(|| InflateError::Broken(format!("the encoded body {}", words(error))))
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Sink(_) => return Ok(()),
            Self::Gzip(gzip) => gzip.finish()?,
            Self::Deflate(deflate) => deflate.finish()?,
            Self::Brotli(brotli) => brotli.close()?,
        }
        self.next_mut().map_or(Ok(()), Self::finish)
    }
}

fn words(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "ends too early",
        _ => "is damaged or ends too early",
    }
}

impl Write for Stage {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match self {
            Self::Sink(sink) => sink.take(piece).map(|()| piece.len()),
            Self::Gzip(gzip) => gzip.take(piece).map(|()| piece.len()),
            Self::Deflate(deflate) => deflate.take(piece).map(|()| piece.len()),
            Self::Brotli(brotli) => brotli.write(piece),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Gzip with any number of members; bytes after the last one that start no member are ignored, as browsers do.
struct Gzip {
    member: Option<GzDecoder<Box<Stage>>>,
    state: Member,
}

/// Where in a gzip body we are.
#[derive(PartialEq, Eq)]
enum Member {
    First,
    Within,
    Between,
    Over,
}

impl Gzip {
    fn take(&mut self, mut piece: &[u8]) -> io::Result<()> {
        while let Some(&first) = piece.first() {
            match self.state {
                Member::Over => return Ok(()),
                Member::Between if first != GZIP_MAGIC => {
                    self.state = Member::Over;
                    return Ok(());
                }
                Member::Between => {
                    let ended = self.member.take().expect("invariant: a member is always there");
                    self.member = Some(GzDecoder::new(ended.finish()?));
                }
                Member::First | Member::Within => {}
            }
            let member = self.member.as_mut().expect("invariant: a member is always there");
            self.state = Member::Within;
            match member.write(piece)? {
                0 => {
                    member.try_finish()?;
                    self.state = Member::Between;
                }
                taken => piece = &piece[taken..],
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        match (&self.state, self.member.as_mut()) {
            (Member::Within, Some(member)) => member.try_finish(),
            // A body of no bytes at all is what some servers send with a 404.
            _ => Ok(()),
        }
    }
}

/// `deflate`: in a zlib frame as RFC 9110 section 8.4.1.2 says, or without one, as old IIS sends it.
struct Deflate {
    start: Vec<u8>,
    inner: Option<Decompress>,
    is_over: bool,
    next: Box<Stage>,
}

impl Deflate {
    fn take(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.inner.is_some() {
            return self.run(piece);
        }
        self.start.extend_from_slice(piece);
        let &[method, flags, ..] = self.start.as_slice() else { return Ok(()) };
        // RFC 1950 section 2.2: method 8, and the two bytes are a multiple of 31.
        let is_framed = method & 0x0f == 8 && u16::from_be_bytes([method, flags]).is_multiple_of(31);
        self.inner = Some(Decompress::new(is_framed));
        let start = std::mem::take(&mut self.start);
        self.run(&start)
    }

    fn run(&mut self, mut piece: &[u8]) -> io::Result<()> {
        let Some(inner) = &mut self.inner else { return Ok(()) };
        let mut scratch = vec![0; SCRATCH_BYTES];
        while !self.is_over {
            let (taken, given) = (inner.total_in(), inner.total_out());
            let status = inner.decompress(piece, &mut scratch, FlushDecompress::None).map_err(io::Error::other)?;
            let taken = usize::try_from(inner.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(inner.total_out() - given).unwrap_or(usize::MAX);
            self.next.write_all(&scratch[..given])?;
            piece = &piece[taken..];
            self.is_over = status == Status::StreamEnd;
            if taken == 0 && given == 0 {
                break;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let is_empty = self.inner.is_none() && self.start.is_empty();
        if self.is_over || is_empty { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

#[cfg(test)]
mod tests;
