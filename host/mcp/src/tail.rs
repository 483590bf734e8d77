//! What a server said last, for the operator.

use std::sync::{Arc, Mutex, PoisonError};

/// The last of what it wrote to standard error; of one without it, why requests failed.
#[derive(Clone, Default)]
pub struct Tail(Arc<Mutex<Vec<u8>>>);

/// Bytes that are kept.
pub const TAIL: usize = 4 << 10;

impl Tail {
    pub fn add(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        let surplus = kept.len().saturating_sub(TAIL);
        kept.drain(..surplus);
    }

    /// A line that stands for one of its own.
    pub fn note(&self, text: &str) {
        self.add(format!("{}\n", text.replace('\n', " ")).as_bytes());
    }

    /// Its last lines.
    pub fn lines(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let mut lines: Vec<String> =
            text.lines().rev().filter(|line| !line.trim().is_empty()).take(10).map(Into::into).collect();
        lines.reverse();
        lines
    }
}
