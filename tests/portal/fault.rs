//! What portals do wrong, from the connection up to the page.

use std::time::Duration;

use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::line::{After, head, send};
use super::{Ask, Reply};

/// Most bytes an endless answer sends, so that a client without limits fails its test and not the machine.
const ENDLESS_BYTES: usize = 256 * 1024 * 1024;

/// A content encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    Gzip,
    /// `deflate` as RFC 9110 means it: in a zlib frame.
    Zlib,
    /// `deflate` as some servers send it: without a frame.
    RawDeflate,
    Brotli,
}

impl Codec {
    /// Its word in `Content-Encoding`.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib | Self::RawDeflate => "deflate",
            Self::Brotli => "br",
        }
    }

    /// The bytes, compressed.
    pub(crate) fn encode(self, bytes: &[u8]) -> Vec<u8> {
        let level = flate2::Compression::default();
        let packed = match self {
            Self::Gzip => pack(GzEncoder::new(Vec::new(), level), bytes, GzEncoder::finish),
            Self::Zlib => pack(ZlibEncoder::new(Vec::new(), level), bytes, ZlibEncoder::finish),
            Self::RawDeflate => pack(DeflateEncoder::new(Vec::new(), level), bytes, DeflateEncoder::finish),
            Self::Brotli => {
                pack(brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22), bytes, |it| Ok(it.into_inner()))
            }
        };
        packed.expect("memory can be written to")
    }
}

fn pack<W: std::io::Write>(
    mut packer: W,
    bytes: &[u8],
    finish: impl FnOnce(W) -> std::io::Result<Vec<u8>>,
) -> std::io::Result<Vec<u8>> {
    packer.write_all(bytes)?;
    finish(packer)
}

/// An answer as it should not be.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Closes the connection without a word.
    Drop,
    /// Resets the connection in the middle of the body.
    Reset,
    /// Sends half of the body that `Content-Length` promised, then closes.
    Partial,
    /// Promises more bytes (or fewer, if negative) than it sends.
    WrongLength(i64),
    /// A chunked body with a chunk size that is no number.
    BrokenChunk,
    /// Sends the answer in pieces of this many bytes with this pause between them, the head first of all.
    Slow { reply: Reply, piece: usize, pause: Duration },
    /// Waits this long before the first byte.
    Late(Duration),
    /// A body that does not end (256 MiB).
    Forever,
    /// A head that does not end: this many lines of this many bytes each.
    Headers { lines: usize, bytes: usize },
    /// Zeros of this length, compressed.
    Bomb(Codec, usize),
    /// The body encoded thrice, or as often as there are names.
    Chained(Vec<Codec>),
    /// UTF-8 bytes that the header calls another charset.
    WrongCharset(Reply, &'static str),
    /// Redirects to itself and back for ever.
    RedirectLoop,
    /// Redirects to itself with a cookie until the cookie comes back, then the answer.
    SetCookieWall(Reply),
    /// A status, with `Retry-After` as written.
    Status(u16, Option<String>),
    /// A JavaScript challenge with status 200.
    Challenge200,
    /// A "not found" page with status 200.
    SoftNotFound,
    /// The page with its markup redesigned: every class renamed, lists become boxes.
    LayoutChanged(Reply),
}

impl Fault {
    #[expect(clippy::too_many_lines, reason = "one arm a fault: the list is the point")]
    pub(super) async fn play(&self, stream: &mut TcpStream, ask: &Ask) -> std::io::Result<After> {
        let html = |text: &str| Reply::html(text);
        match self {
            Self::Drop => {}
            Self::Reset => {
                stream.write_all(&head(200, &[], Some(1000))).await?;
                stream.write_all(b"<html>").await?;
                stream.set_zero_linger()?;
            }
            Self::Partial => promise(stream, b"<html><body>half of", 19).await?,
            Self::WrongLength(more) => promise(stream, b"<html><body>length</body></html>", *more).await?,
            Self::BrokenChunk => {
                let chunked = [("Transfer-Encoding".to_owned(), "chunked".to_owned())];
                stream.write_all(&head(200, &chunked, None)).await?;
                stream.write_all(b"6\r\n<html>\r\nzz\r\nbroken").await?;
            }
            Self::Slow { reply, piece, pause } => {
                stream.write_all(&head(reply.status, &reply.headers, Some(reply.body.len()))).await?;
                for part in reply.body.chunks((*piece).max(1)) {
                    tokio::time::sleep(*pause).await;
                    stream.write_all(part).await?;
                }
            }
            Self::Late(pause) => {
                tokio::time::sleep(*pause).await;
                return send(stream, ask, &html("<p>late</p>")).await;
            }
            Self::Forever => {
                stream.write_all(&head(200, &[], None)).await?;
                let piece = vec![b'x'; 64 * 1024];
                for _ in 0..ENDLESS_BYTES / piece.len() {
                    stream.write_all(&piece).await?;
                }
            }
            Self::Headers { lines, bytes } => {
                stream.write_all(b"HTTP/1.1 200 Simulated\r\n").await?;
                for n in 0..*lines {
                    stream.write_all(format!("X-{n}: {}\r\n", "h".repeat(*bytes)).as_bytes()).await?;
                }
                stream.write_all(b"Content-Length: 0\r\n\r\n").await?;
            }
            Self::Bomb(codec, length) => {
                let bomb = Reply::bytes("text/html", vec![0; *length]).encoded(*codec);
                return send(stream, ask, &bomb).await;
            }
            Self::Chained(codecs) => {
                let page = codecs.iter().fold(html("<p>chained</p>"), |page, codec| page.encoded(*codec));
                return send(stream, ask, &page).await;
            }
            Self::WrongCharset(reply, charset) => {
                let lie = Reply::bytes(&format!("text/html; charset={charset}"), reply.body.clone());
                return send(stream, ask, &lie).await;
            }
            Self::RedirectLoop => {
                let there = swing(&ask.path);
                return send(stream, ask, &Reply::redirect(&there)).await;
            }
            Self::SetCookieWall(reply) => {
                let passed = ask.header("cookie").is_some_and(|cookie| cookie.contains("wall=passed"));
                let wall = Reply::redirect(&ask.path).with("Set-Cookie", "wall=passed; Path=/");
                return send(stream, ask, if passed { reply } else { &wall }).await;
            }
            Self::Status(status, retry_after) => {
                let reply = Reply::status(*status);
                let reply = retry_after.iter().fold(reply, |reply, text| reply.with("Retry-After", text));
                return send(stream, ask, &reply).await;
            }
            Self::Challenge200 => {
                let script = "<html><head><script>var wzws_sessionid='x';$_ts=1;</script></head><body></body></html>";
                return send(stream, ask, &html(script)).await;
            }
            Self::SoftNotFound => {
                let page = "<html><head><title>页面不存在</title></head><body>您访问的页面不存在</body></html>";
                return send(stream, ask, &html(page)).await;
            }
            Self::LayoutChanged(reply) => {
                let text = String::from_utf8_lossy(&reply.body).replace("class=\"", "class=\"v2-");
                let text = text.replace("<ul", "<section").replace("</ul>", "</section>");
                let text = text.replace("<li", "<div").replace("</li>", "</div>");
                return send(stream, ask, &Reply { body: text.into_bytes(), ..reply.clone() }).await;
            }
        }
        Ok(After::Close)
    }
}

/// A body under a `Content-Length` that is `more` bytes off.
async fn promise(stream: &mut TcpStream, body: &[u8], more: i64) -> std::io::Result<()> {
    let length = i64::try_from(body.len()).unwrap_or(i64::MAX).saturating_add(more);
    stream.write_all(&head(200, &[], usize::try_from(length).ok())).await?;
    stream.write_all(body).await
}

/// `/a` -> `/a?swing` -> `/a`: script the fault under both paths.
fn swing(path: &str) -> String {
    path.strip_suffix("?swing").map_or_else(|| format!("{path}?swing"), str::to_owned)
}
