//! What a guest of a third party writes to WASI's standard error: panics, tracebacks, warnings of its libraries.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use crate::stop::Stop;

/// The last bytes are kept: what says why a guest gave up comes last.
const MOST_BYTES: usize = 16 << 10;

/// And of these, the last lines.
const MOST_LINES: usize = 100;

/// What a WASI stream takes at once.
const MOST_AT_ONCE: usize = 64 << 10;

/// Counts bytes of the run's output, before they are kept.
type Count = dyn Fn(usize) -> Result<(), Stop> + Send + Sync;

/// The end of what was written. Clones share it.
#[derive(Clone)]
pub struct StandardError {
    written: Arc<Mutex<Written>>,
    count: Arc<Count>,
}

#[derive(Default)]
struct Written {
    tail: VecDeque<u8>,
    is_cut: bool,
}

impl StandardError {
    pub fn new(count: impl Fn(usize) -> Result<(), Stop> + Send + Sync + 'static) -> StandardError {
        StandardError { written: Arc::default(), count: Arc::new(count) }
    }

    /// The last lines. Where there were more, the first says so.
    pub fn lines(&self) -> Vec<String> {
        let written = self.lock();
        let bytes: Vec<u8> = written.tail.iter().copied().collect();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let left_out = lines.len().saturating_sub(MOST_LINES);
        let cut = (written.is_cut || left_out > 0).then(|| "… (what came before is left out)".to_owned());
        cut.into_iter().chain(lines.into_iter().skip(left_out).map(String::from)).collect()
    }

    fn add(&self, bytes: &[u8]) -> Result<(), Stop> {
        (self.count)(bytes.len())?;
        let kept = bytes.get(bytes.len().saturating_sub(MOST_BYTES)..).unwrap_or_default();
        let mut written = self.lock();
        let over = (written.tail.len() + kept.len()).saturating_sub(MOST_BYTES);
        written.tail.drain(..over);
        written.tail.extend(kept);
        written.is_cut |= over > 0 || kept.len() < bytes.len();
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl IsTerminal for StandardError {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for StandardError {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    // Not by a task of its own, as would be the default: what is written just before a trap is what matters.
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[async_trait]
impl Pollable for StandardError {
    async fn ready(&mut self) {}
}

impl OutputStream for StandardError {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.add(&bytes).map_err(|stop| StreamError::Trap(stop.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST_AT_ONCE)
    }
}

impl AsyncWrite for StandardError {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(self.add(bytes).map(|()| bytes.len()).map_err(io::Error::other))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_kept_and_a_cut_is_told() {
        let error = StandardError::new(|_| Ok(()));
        error.add(b"one\n\ntw").unwrap();
        error.add(b"o\n").unwrap();
        assert_eq!(error.lines(), ["one", "two"]);
        error.add(&b"x".repeat(MOST_BYTES)).unwrap();
        let lines = error.lines();
        assert_eq!((lines.len(), lines[0].contains("left out"), lines[1].len()), (2, true, MOST_BYTES));
        (0..MOST_LINES + 1).for_each(|n| error.add(format!("\n{n}").as_bytes()).unwrap());
        let lines = error.lines();
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (MOST_LINES + 1, Some("100")));
    }

    #[test]
    fn no_more_is_held_than_is_kept_and_all_is_counted() {
        let counted = Arc::new(Mutex::new(0));
        let most = 40 << 20;
        let error = StandardError::new({
            let counted = counted.clone();
            move |bytes| {
                *counted.lock().unwrap() += bytes;
                if *counted.lock().unwrap() > most { Err(Stop::Spent(llmspell_base::Limit::Output)) } else { Ok(()) }
            }
        });
        error.add(&vec![b'x'; 32 << 20]).unwrap();
        assert_eq!((error.lock().tail.len(), *counted.lock().unwrap()), (MOST_BYTES, 32 << 20));
        assert!(error.lock().tail.capacity() < 4 * MOST_BYTES && error.lock().is_cut);
        assert!(error.add(&vec![b'y'; 32 << 20]).is_err());
        assert!(!error.lock().tail.contains(&b'y'));
    }
}
