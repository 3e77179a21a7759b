//! The portal's side of a TCP connection: heads in, answers out, keep-alive, conditional requests, manners.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{ANY_PATH, Act, Ask, Play, Reply, lock};

/// Longest request head that is read: real clients send under 8 KiB.
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// Longest body that is read: forms and JSON of some hundred bytes.
const MOST_BODY_BYTES: usize = 1024 * 1024;

/// First byte of a TLS connection: answered in plain HTTP, as a web server without TLS does.
const TLS_HELLO: u8 = 0x16;

/// Whether the connection can carry another request.
pub(super) enum After {
    Keep,
    Close,
}

pub(super) async fn serve(listener: TcpListener, play: Arc<Mutex<Play>>) {
    let mut connection = 0;
    while let Ok((stream, _)) = listener.accept().await {
        connection += 1;
        // A head and its body are two writes: the second would wait 40 ms for the client's word that the first is there.
        drop(stream.set_nodelay(true));
        let play = Arc::clone(&play);
        tokio::spawn(async move {
            // A client that goes away in the middle is no fault of the portal.
            let _ = converse(stream, connection, &play).await;
        });
    }
}

async fn converse(mut stream: TcpStream, connection: usize, play: &Mutex<Play>) -> std::io::Result<()> {
    let mut unread = Vec::new();
    while let Some(head) = read_head(&mut stream, &mut unread).await? {
        let body = read_body(&mut stream, &mut unread, &head).await?;
        let Some((ask, act)) = arrive(play, connection, &head, body) else { return Ok(()) };
        let after = match act {
            Act::Reply(reply) => send(&mut stream, &ask, &reply).await,
            Act::Answer(says) => send(&mut stream, &ask, &says(&ask)).await,
            Act::Fault(fault) => fault.play(&mut stream, &ask).await,
        };
        leave(play, &ask.host);
        if let After::Close = after? {
            break;
        }
    }
    Ok(())
}

/// Reads up to the empty line; what follows it stays in `unread`. `None`: the client is done.
async fn read_head(stream: &mut TcpStream, unread: &mut Vec<u8>) -> std::io::Result<Option<String>> {
    loop {
        if let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = unread.split_off(end + 4);
            let head = String::from_utf8_lossy(unread).into_owned();
            *unread = rest;
            return Ok(Some(head));
        }
        if unread.first() == Some(&TLS_HELLO) {
            stream.write_all(&head(400, &[], Some(0))).await?;
            return Ok(None);
        }
        if unread.len() > MOST_HEAD_BYTES || stream.read_buf(unread).await? == 0 {
            return Ok(None);
        }
    }
}

/// Reads as much as the head's `Content-Length` promises.
async fn read_body(stream: &mut TcpStream, unread: &mut Vec<u8>, head: &str) -> std::io::Result<String> {
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.unwrap_or(0).min(MOST_BODY_BYTES);
    while unread.len() < length {
        if stream.read_buf(unread).await? == 0 {
            break;
        }
    }
    let rest = unread.split_off(length.min(unread.len()));
    let body = String::from_utf8_lossy(unread).into_owned();
    *unread = rest;
    Ok(body)
}

/// Records the request, judges its manners and finds its act. `None`: not HTTP.
fn arrive(play: &Mutex<Play>, connection: usize, head: &str, body: String) -> Option<(Ask, Act)> {
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let host = headers.iter().find(|(name, _)| name == "host").map_or("", |(_, value)| value);
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();

    let mut play = lock(play);
    let nth = 1 + play.asks.iter().filter(|ask| ask.host == host && ask.path == path).count();
    let ask = Ask { at: Instant::now(), host, path, headers, body, nth, connection };
    judge(&mut play, &ask);
    *play.open.entry(ask.host.clone()).or_default() += 1;
    play.asks.push(ask.clone());
    let scripted = |path: &str| play.script.get(&(ask.host.clone(), path.to_owned()));
    let acts = scripted(&ask.path).or_else(|| scripted(ANY_PATH));
    let act = acts.and_then(|acts| acts.get(nth - 1).or_else(|| acts.last())).cloned();
    Some((ask, act.unwrap_or_else(|| Reply::status(404).into())))
}

fn judge(play: &mut Play, ask: &Ask) {
    let before = play.asks.iter().rev().find(|other| other.host == ask.host);
    let mut words = Vec::new();
    if let (Some(least), Some(before)) = (play.manners.least_interval.get(&ask.host), before) {
        let gap = ask.at.duration_since(before.at);
        if gap < *least {
            words.push(format!("{gap:?} after {}, {least:?} was agreed", before.path));
        }
    }
    let open = play.open.get(&ask.host).copied().unwrap_or(0);
    if play.manners.most_at_once.get(&ask.host).is_some_and(|most| open >= *most) {
        words.push(format!("{open} requests were open already"));
    }
    let forbidden = &play.manners.forbidden;
    if forbidden.iter().any(|(host, prefix)| *host == ask.host && ask.path.starts_with(prefix)) {
        words.push("robots.txt forbids it".to_owned());
    }
    if !ask.header("user-agent").is_some_and(|name| name.starts_with("govwatch/")) {
        words.push("no honest User-Agent".to_owned());
    }
    play.impolite.extend(words.iter().map(|word| format!("{}{}: {word}", ask.host, ask.path)));
}

fn leave(play: &Mutex<Play>, host: &str) {
    if let Some(open) = lock(play).open.get_mut(host) {
        *open = open.saturating_sub(1);
    }
}

/// Sends a whole answer, or 304 where the client's validators still hold.
pub(super) async fn send(stream: &mut TcpStream, ask: &Ask, reply: &Reply) -> std::io::Result<After> {
    let named = |name: &str| {
        reply.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let holds = match (ask.header("if-none-match"), ask.header("if-modified-since")) {
        (Some(etag), _) => named("etag") == Some(etag),
        (None, Some(since)) => named("last-modified") == Some(since),
        (None, None) => false,
    };
    let (status, body): (u16, &[u8]) = if holds { (304, b"") } else { (reply.status, &reply.body) };
    stream.write_all(&head(status, &reply.headers, Some(body.len()))).await?;
    stream.write_all(body).await?;
    Ok(After::Keep)
}

/// A response head; without a length the body ends with the connection or says so itself.
pub(super) fn head(status: u16, headers: &[(String, String)], length: Option<usize>) -> Vec<u8> {
    let mut lines = vec![format!("HTTP/1.1 {status} Simulated")];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    lines.extend(length.filter(|_| status != 304).map(|length| format!("Content-Length: {length}")));
    format!("{}\r\n\r\n", lines.join("\r\n")).into_bytes()
}
