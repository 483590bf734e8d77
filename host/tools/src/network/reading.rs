//! Work on what a server sent: apart from the threads that run spells, and no longer and no larger than it may be.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use llmspell_base::{Code, Failure};

use super::tool::RunNetwork;
use crate::standard::{MOST_BYTES, long_call};

const MOST_TIME: Duration = Duration::from_secs(20);

/// One such work.
pub struct Reading {
    /// How many bytes of text it may still make.
    left: Cell<usize>,
    until: Instant,
    is_given_up: Arc<AtomicBool>,
}

impl Reading {
    fn new(is_given_up: Arc<AtomicBool>) -> Reading {
        Reading { left: Cell::new(MOST_BYTES), until: Instant::now() + MOST_TIME, is_given_up }
    }

    /// That of a test.
    #[cfg(test)]
    pub fn test() -> Reading {
        Reading::new(Arc::default())
    }

    /// Whether it goes on: asked for each piece and each element.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_given_up.load(Relaxed) {
            return Err(Failure::new(Code::Cancelled, "nobody waits for it any more"));
        }
        if Instant::now() > self.until {
            let message = format!("reading what the server sent takes more than {} s", MOST_TIME.as_secs());
            return Err(Failure::new(Code::TooLarge, message));
        }
        Ok(())
    }

    /// Counts text that is made: all texts of one work together, as the same text may be in many of them.
    pub fn spend(&self, bytes: usize) -> Result<(), Failure> {
        let left = self.left.get().checked_sub(bytes).ok_or_else(|| {
            let message = format!("what was asked for has more than {} MiB of text", MOST_BYTES >> 20);
            Failure::new(Code::TooLarge, message)
        })?;
        self.left.set(left);
        Ok(())
    }
}

/// Tells the work once nobody waits for it.
struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

impl RunNetwork {
    /// Does the work, which takes so many bytes of memory.
    pub async fn read<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce(&Reading) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let held = self.cx.memory().take(bytes)?;
        let place = long_call().await;
        let is_given_up = Arc::new(AtomicBool::new(false));
        let _give_up = GiveUp(is_given_up.clone());
        let done = tokio::task::spawn_blocking(move || {
            let _kept = (place, held);
            work(&Reading::new(is_given_up))
        });
        let broke = "reading what the server sent broke; the operator has the details";
        done.await.unwrap_or_else(|_| Err(Failure::new(Code::Internal, broke)))
    }
}
