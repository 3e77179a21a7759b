//! The wire to a browser: the Chrome DevTools Protocol over a pair of pipes.
//!
//! In: commands. Out: their answers, and what the browser tells of itself. Never: a port that others on this machine
//! could connect to; a message or a wait without a limit.
//! Source: content/public/browser/devtools_pipe_handler: messages are JSON in UTF-8, each ended by a zero byte.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

/// How long the browser may take for a command that asks nothing of a page: it starts within two seconds, and within six
/// on a machine with eight times as much to do as it can.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a message: the text of the largest page, 20 MiB, with every character escaped.
const MESSAGE_BYTES: usize = 128 * 1024 * 1024;
/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// The browser is of no use any more.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    /// Its end of the wire is closed.
    #[error("the browser died")]
    Died,
    /// The process of the page ended.
    #[error("the page crashed, or took more memory than a page may")]
    Crashed,
    /// It took too long.
    #[error("the browser did not answer {0} within {PATIENCE:?}")]
    Silent(&'static str),
    /// It says that a command cannot be done.
    #[error("the browser refused {method}: {why}")]
    Refused {
        /// The command.
        method: &'static str,
        /// What it says.
        why: String,
    },
    /// It says what is no message.
    #[error("the browser said what cannot be read: {0}")]
    Babble(String),
}

/// Something that the browser says.
#[derive(Debug)]
pub(super) enum Message {
    /// The answer to the command of this number.
    Answer(u64, Result<Value, String>),
    /// Something happened.
    Event(Event),
}

/// Something that happened in a tab.
#[derive(Debug)]
pub(super) struct Event {
    /// Which; `None`: the browser itself.
    pub(super) tab: Option<String>,
    /// What, such as `Page.loadEventFired`.
    pub(super) method: String,
    /// Its particulars.
    pub(super) params: Value,
}

/// Both pipes.
pub(super) struct Wire {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// The beginning of a message that is not complete.
    partial: Vec<u8>,
    n_sent: u64,
    /// What happened while an answer was waited for.
    early: VecDeque<Event>,
}

impl Wire {
    pub(super) fn new(to: ChildStdin, from: ChildStdout) -> Self {
        let from = BufReader::with_capacity(CHUNK_BYTES, from);
        Self { to, from, partial: Vec::new(), n_sent: 0, early: VecDeque::new() }
    }

    /// Sends a command to a tab, or to the browser itself. Gives the command's number.
    pub(super) async fn send(&mut self, tab: Option<&str>, method: &'static str, params: Value) -> Result<u64, Lost> {
        self.n_sent += 1;
        let mut command = json!({ "id": self.n_sent, "method": method, "params": params });
        if let Some(tab) = tab {
            command["sessionId"] = tab.into();
        }
        let mut line = command.to_string().into_bytes();
        line.push(0);
        match timeout(PATIENCE, self.to.write_all(&line)).await {
            Ok(Ok(())) => Ok(self.n_sent),
            Ok(Err(_)) => Err(Lost::Died),
            Err(_) => Err(Lost::Silent(method)),
        }
    }

    /// Sends a command and waits for its answer; what happens meanwhile is kept for [`Wire::next`].
    pub(super) async fn call(&mut self, tab: Option<&str>, method: &'static str, params: Value) -> Result<Value, Lost> {
        let number = self.send(tab, method, params).await?;
        let answer = async {
            loop {
                match self.read().await? {
                    Message::Answer(of, answer) if of == number => break Ok::<_, Lost>(answer),
                    Message::Answer(..) => {}
                    Message::Event(event) => self.early.push_back(event),
                }
            }
        };
        let answer = timeout(PATIENCE, answer).await.map_err(|_| Lost::Silent(method))??;
        answer.map_err(|why| Lost::Refused { method, why })
    }

    /// The next thing that the browser says. May be dropped and asked again: nothing is lost.
    pub(super) async fn next(&mut self) -> Result<Message, Lost> {
        match self.early.pop_front() {
            Some(event) => Ok(Message::Event(event)),
            None => self.read().await,
        }
    }

    /// Forgets what happened before.
    pub(super) fn forget(&mut self) {
        self.early.clear();
    }

    async fn read(&mut self) -> Result<Message, Lost> {
        loop {
            let chunk = self.from.fill_buf().await.map_err(|_| Lost::Died)?;
            if chunk.is_empty() {
                return Err(Lost::Died);
            }
            let end = memchr::memchr(0, chunk);
            let taken = end.unwrap_or(chunk.len());
            self.partial.extend_from_slice(&chunk[..taken]);
            self.from.consume(taken + usize::from(end.is_some()));
            if self.partial.len() > MESSAGE_BYTES {
                return Err(Lost::Babble(format!("a message of more than {MESSAGE_BYTES} bytes")));
            }
            if end.is_some() {
                return message(&std::mem::take(&mut self.partial));
            }
        }
    }
}

/// Reads one message.
fn message(bytes: &[u8]) -> Result<Message, Lost> {
    let mut said: Value = serde_json::from_slice(bytes).map_err(|error| Lost::Babble(error.to_string()))?;
    if let Some(number) = said["id"].as_u64() {
        let answer = match said["error"]["message"].as_str() {
            Some(why) => Err(why.to_owned()),
            None => Ok(said["result"].take()),
        };
        return Ok(Message::Answer(number, answer));
    }
    match said["method"].as_str() {
        Some(method) => {
            let (method, tab) = (method.to_owned(), said["sessionId"].as_str().map(str::to_owned));
            Ok(Message::Event(Event { tab, method, params: said["params"].take() }))
        }
        None => Err(Lost::Babble("neither an answer nor an event".to_owned())),
    }
}
