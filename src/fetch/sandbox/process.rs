//! One child from its start to its end, by whichever way.
//!
//! In: a program and a file. Out: its answer, or how it died. Never: a child, or a child of it, that outlives the wait
//! for it; dropping the wait kills them too.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{Asked, Bounds};
use crate::model::TextState;
use crate::page::attach::Reading;

/// What is kept of standard errors: the reason why the runtime gave up stands in the first lines.
const ERRORS_BYTES: u64 = 4096;

/// How a child that was asked ended.
pub(super) enum End {
    Answered(Reading),
    Died(Death),
}

/// Why there is no answer.
pub(super) enum Death {
    /// It had not answered in time.
    Wall,
    /// It answered with more than is taken.
    Answer,
    /// It ended without an answer; what it said last.
    Ended(ExitStatus, String),
    /// It could not be waited for.
    Lost(io::Error),
}

impl Death {
    /// What such a death says of the file. **Errors**: nothing; it is the machine that was too busy or too small, or
    /// somebody ended the child.
    pub(super) fn reading(&self, bounds: &Bounds, wall: Duration) -> Result<(TextState, String), String> {
        let too_large = |note: String| Ok((TextState::TooLarge, note));
        match self {
            // A file that takes long uses up its processor time first.
            Self::Wall => Err(format!("its reader took more than {} s", wall.as_secs_f32())),
            Self::Answer => too_large("its reader answered with more text than is kept".to_owned()),
            Self::Lost(error) => Err(format!("its reader was lost: {error}")),
            Self::Ended(_, said) if said.contains("memory allocation") || said.contains("out of memory") => {
                too_large(format!("its reader asked for more than {} MiB of memory", bounds.memory_mib))
            }
            Self::Ended(status, said) => match status.signal().and_then(Signal::from_named_raw) {
                Some(Signal::XCPU) => too_large(format!("its reader used more than {} s of CPU", bounds.cpu_seconds)),
                Some(Signal::KILL) => Err("its reader was killed: the machine ran short".to_owned()),
                Some(signal @ (Signal::TERM | Signal::INT | Signal::HUP | Signal::QUIT)) => {
                    Err(format!("its reader was ended from outside: signal {}", signal.as_raw()))
                }
                Some(Signal::ABORT) if said.contains("overflowed its stack") => {
                    Ok((TextState::Broken, "its reader ran out of stack".to_owned()))
                }
                _ => Ok((TextState::Broken, format!("its reader died: {status}"))),
            },
        }
    }
}

/// A running child. Its process group is its own, and dies with this value.
pub(super) struct Started(Child);

impl Started {
    pub(super) fn new(program: &Path, asked: Asked, bounds: &Bounds) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg("__read-attachment");
        command.args(["--cpu-seconds", &bounds.cpu_seconds.to_string()]);
        command.args(["--memory-mib", &bounds.memory_mib.to_string()]);
        command.env_clear();
        if asked == Asked::Recognise {
            command.arg("--ocr");
            // Where the tools are, and where the models are if they were put elsewhere.
            let known = ["PATH", "TESSDATA_PREFIX"].map(|name| (name, std::env::var_os(name)));
            command.envs(known.into_iter().filter_map(|(name, value)| Some((name, value?))));
        }
        command.current_dir("/").process_group(0).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map(Self)
    }

    /// Gives it the file and waits for its end.
    pub(super) async fn finish(mut self, head: Vec<u8>, bytes: &[u8], wall: Duration, answer_bytes: usize) -> End {
        match timeout(wall, self.talk(&head, bytes, answer_bytes)).await {
            Ok(end) => end,
            Err(_) => End::Died(Death::Wall),
        }
    }

    async fn talk(&mut self, head: &[u8], bytes: &[u8], answer_bytes: usize) -> End {
        let stdin = self.0.stdin.take();
        let write = async move {
            // A child that died does not read on; how it died says more than the broken pipe.
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(head).await;
                let _ = stdin.write_all(bytes).await;
            }
        };
        let most = answer_bytes as u64;
        let (stdout, stderr) = (self.0.stdout.take(), self.0.stderr.take());
        let read = async {
            let answer = taken(stdout, most + 1).await;
            if answer.len() as u64 > most {
                self.kill();
            }
            answer
        };
        let ((), answer, said) = tokio::join!(write, read, taken(stderr, ERRORS_BYTES));
        if answer.len() as u64 > most {
            return End::Died(Death::Answer);
        }
        if let Ok(reading) = serde_json::from_slice(&answer) {
            return End::Answered(reading);
        }
        match self.0.wait().await {
            Ok(status) => End::Died(Death::Ended(status, String::from_utf8_lossy(&said).into_owned())),
            Err(error) => End::Died(Death::Lost(error)),
        }
    }

    /// Ends the child and all that it started. The number is the child's for as long as it was not waited for.
    fn kill(&self) {
        let group = self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            // None of them may be left.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Up to so many bytes of a pipe, which is closed then: a writer that goes on is ended by it.
async fn taken(pipe: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut kept = Vec::new();
    if let Some(pipe) = pipe {
        // A pipe that breaks ends what there is.
        let _ = pipe.take(most).read_to_end(&mut kept).await;
    }
    kept
}
