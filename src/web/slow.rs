//! A connection whose other end must take what it asked for: at its own speed, but at some.
//!
//! In: the stream of a connection. Out: the same. Never: a place held by a reader that takes nothing, or a byte now and
//! then; time counts only while it is the reader who is waited for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a reader may be waited for: a telephone that changes its network is back by then.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes a second that earn a second of patience: a tenth of what the slowest telephone network gives.
const LEAST_SPEED: u32 = 1 << 10;

/// A stream that ends with a timeout where its reader is too slow.
pub(super) struct Slow<S> {
    stream: S,
    /// What is left of the patience; what is taken earns it again.
    left: Duration,
    /// Since when the reader is waited for, and the end of that.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl<S> Slow<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, left: PATIENCE, waiting: None }
    }

    /// So many bytes were taken, or there is nothing more to be taken.
    fn taken(&mut self, n_bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
        let earned = Duration::from_secs(n_bytes as u64) / LEAST_SPEED;
        self.left = PATIENCE.min(self.left.saturating_add(earned));
    }

    /// The reader takes nothing now. **Errors**: it did so for too long.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let left = self.left;
        let (_, end) = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(sleep_until(now + left)))
        });
        ready!(end.as_mut().poll(cx));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "the reader is too slow"))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Slow<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Slow<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let Poll::Ready(written) = written else { return self.wait(cx).map(Err) };
        self.taken(*written.as_ref().unwrap_or(&0));
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        let Poll::Ready(written) = written else { return self.wait(cx).map(Err) };
        self.taken(*written.as_ref().unwrap_or(&0));
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Poll::Ready(flushed) = Pin::new(&mut self.stream).poll_flush(cx) else { return self.wait(cx).map(Err) };
        self.taken(0);
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::sleep;

    use super::*;

    /// An answer of 100,000 bytes to a reader that takes so many at once, each time after a rest. When it was sent or given
    /// up, and how many bytes came.
    async fn answered(at_once: usize, rest: Duration) -> (io::Result<()>, Duration, usize) {
        let (page, mut reader) = duplex(1000);
        let began = Instant::now();
        let sending = tokio::spawn(async move {
            let sent = Slow::new(page).write_all(&vec![b'a'; 100_000]).await;
            (sent, began.elapsed())
        });
        let (mut n_bytes, mut part) = (0, vec![0; at_once]);
        loop {
            sleep(rest).await;
            match reader.read(&mut part).await {
                Ok(n) if n > 0 => n_bytes += n,
                _ => break,
            }
        }
        let (sent, took) = sending.await.unwrap();
        (sent, took, n_bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_nothing_or_a_byte_now_and_then_is_cut_off() {
        let (sent, took, _) = answered(1, Duration::from_hours(1)).await;
        assert_eq!((sent.unwrap_err().kind(), took.as_secs()), (io::ErrorKind::TimedOut, PATIENCE.as_secs()));
        let (sent, took, n_bytes) = answered(1, Duration::from_secs(5)).await;
        assert_eq!(sent.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(took <= PATIENCE + Duration::from_secs(1) && n_bytes < 2000, "{took:?} {n_bytes}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_slowly_gets_all_of_it_however_long_that_takes() {
        let (sent, took, n_bytes) = answered(1000, Duration::from_millis(800)).await;
        assert!(sent.is_ok(), "{sent:?}");
        assert!(took > PATIENCE * 2 && n_bytes == 100_000, "{took:?} {n_bytes}");
        let (sent, _, n_bytes) = answered(30_000, Duration::from_secs(20)).await;
        assert!(sent.is_err() && n_bytes < 30_000, "a thousand bytes fit into the line at once: {n_bytes}");
    }
}
