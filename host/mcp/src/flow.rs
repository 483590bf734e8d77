//! A bound on what a server sends: no line without end, no flood, and nothing that takes far more when it is read than it has bytes.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::sync::CancellationToken;

/// Lines and bytes between two requests of ours: notifications of progress, mostly.
const MOST_LINES: u64 = 100_000;
const MOST_BYTES: u64 = 256 << 20;

/// Of one line: twice what a spell may be given as a result. Each takes a hundred bytes and more once it is parsed.
const MOST_VALUES: u64 = 200_000;

/// What is known of the stream that a server sends.
#[derive(Debug)]
pub struct Flow {
    /// Bytes that a line may have.
    longest: u64,
    lines: AtomicU64,
    bytes: AtomicU64,
    /// All lines that ever came.
    heard: AtomicU64,
    why: OnceLock<String>,
    end: CancellationToken,
}

impl Flow {
    /// `end` is cancelled when the stream is over.
    pub fn new(longest: usize, end: CancellationToken) -> Arc<Flow> {
        Arc::new(Flow {
            longest: longest as u64,
            lines: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            why: OnceLock::new(),
            end,
        })
    }

    /// Something is asked: a server that is asked may say more.
    pub fn asked(&self) {
        self.lines.store(0, Relaxed);
        self.bytes.store(0, Relaxed);
    }

    /// How many lines ever came.
    pub fn heard(&self) -> u64 {
        self.heard.load(Relaxed)
    }

    /// Ends the conversation. What is said first stands.
    pub fn end(&self, why: impl Into<String>) {
        let _ = self.why.set(why.into());
        self.end.cancel();
    }

    /// Why it is over, as the end of a sentence about the server.
    pub fn why(&self) -> String {
        self.why.get().cloned().unwrap_or_else(|| "closed the connection".into())
    }

    /// Takes a message that came otherwise than as a line, before it is read. `false`: it is over.
    pub fn admit(&self, message: &str) -> bool {
        let mut line = Line::default();
        let taken = self.take(message.as_bytes(), &mut line).and_then(|()| self.take(b"\n", &mut line));
        taken.map_err(|why| self.end(why)).is_ok()
    }

    fn take(&self, part: &[u8], line: &mut Line) -> Result<(), String> {
        let mut ends = 0;
        for byte in part {
            if *byte == b'\n' {
                (*line, ends) = (Line::default(), ends + 1);
                continue;
            }
            line.take(*byte);
            if line.bytes > self.longest {
                return Err(format!("sent a line of more than {} bytes", self.longest));
            }
            if line.values > MOST_VALUES {
                return Err(format!("sent a line of more than {MOST_VALUES} values"));
            }
        }
        self.heard.fetch_add(ends, Relaxed);
        let lines = self.lines.fetch_add(ends, Relaxed) + ends;
        let bytes = self.bytes.fetch_add(part.len() as u64, Relaxed) + part.len() as u64;
        if lines > MOST_LINES || bytes > MOST_BYTES {
            return Err("sent more than anybody asked for".into());
        }
        Ok(())
    }
}

/// A line that has not ended yet.
#[derive(Debug, Default)]
struct Line {
    bytes: u64,
    /// In lists and objects.
    values: u64,
    in_text: bool,
    escaped: bool,
}

impl Line {
    fn take(&mut self, byte: u8) {
        self.bytes += 1;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_text => self.escaped = true,
            b'"' => self.in_text = !self.in_text,
            b',' | b'[' | b'{' if !self.in_text => self.values += 1,
            _ => {}
        }
    }
}

/// What a server sends, up to where it is too much.
pub struct Bounded<R> {
    inner: R,
    flow: Arc<Flow>,
    line: Line,
}

impl<R> Bounded<R> {
    pub fn new(inner: R, flow: Arc<Flow>) -> Bounded<R> {
        Bounded { inner, flow, line: Line::default() }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Bounded<R> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Ready(Ok(())) => {
                let part = buffer.filled().get(before..).unwrap_or_default();
                if part.is_empty() {
                    this.flow.end("closed the connection");
                } else if let Err(why) = this.flow.take(part, &mut this.line) {
                    this.flow.end(why);
                    return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
                }
                Poll::Ready(Ok(()))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn sent(bytes: &[u8]) -> Option<String> {
        let flow = Flow::new(8, CancellationToken::new());
        let read = Bounded::new(bytes, flow.clone()).read_to_end(&mut Vec::new()).await;
        read.is_err().then(|| flow.why())
    }

    #[tokio::test]
    async fn lines_have_an_end() {
        assert_eq!(sent(b"12345678\n12345678\n\n12345678").await, None);
        let long = Some("sent a line of more than 8 bytes".into());
        assert_eq!(sent(b"123456789").await, long);
        assert_eq!(sent(b"1\n123456789\n1").await, long);
        assert_eq!(sent(&[b'x'; 100_000]).await, long);
    }

    #[test]
    fn values_are_counted_but_not_those_in_texts() {
        let flow = Flow::new(usize::MAX, CancellationToken::new());
        let take = |text: &str| flow.take(text.as_bytes(), &mut Line::default());
        let most = usize::try_from(MOST_VALUES).unwrap();
        assert_eq!(take(&format!("[{}", "0,".repeat(most - 1))), Ok(()));
        let many = Err("sent a line of more than 200000 values".into());
        assert_eq!(take(&format!("[{}", "0,".repeat(most))), many);
        assert_eq!(take(&"[".repeat(most + 1)), many);
        assert_eq!(take(&format!("[\"{}\",0]\n[0]", "\\\",".repeat(most))), Ok(()));
        // Also where it comes in parts.
        let mut line = Line::default();
        let part = "{},".repeat(most / 4);
        assert_eq!([(); 3].map(|()| flow.take(part.as_bytes(), &mut line)), [Ok(()), Ok(()), many]);
    }

    #[tokio::test]
    async fn a_flood_ends_unless_somebody_asks() {
        let lines = b"\n".repeat(usize::try_from(MOST_LINES).unwrap());
        assert_eq!(sent(&lines).await, None);
        assert_eq!(sent(&[&lines[..], b"\n"].concat()).await, Some("sent more than anybody asked for".into()));
        let flow = Flow::new(8, CancellationToken::new());
        for _ in 0..3 {
            flow.asked();
            assert_eq!(flow.take(&lines, &mut Line::default()), Ok(()));
        }
    }
}
