//! What a run reads of its spell's folder, as the journal tells it.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

/// Takes the lines of the journal and hands them on.
pub struct Reads {
    line: Vec<u8>,
    next: Option<Box<dyn Write + Send>>,
    reads: UnboundedSender<PathBuf>,
}

/// A line that is longer tells of no name.
const MOST_BYTES: usize = 32 << 20;

impl Reads {
    /// Before `next`, where there is one. `reads` gets each path as the spell names it, also of what is not there.
    pub fn before(next: Option<Box<dyn Write + Send>>, reads: UnboundedSender<PathBuf>) -> Reads {
        Reads { line: Vec::new(), next, reads }
    }

    fn tell(&mut self) {
        let line: Option<Value> = serde_json::from_slice(&std::mem::take(&mut self.line)).ok();
        let Some(line) = line.filter(|line| {
            line.get("call").and_then(Value::as_str).is_some_and(|call| matches!(call, "module.load" | "module.read"))
        }) else {
            return;
        };
        if let Some(path) = line.pointer("/args/path").and_then(Value::as_str) {
            // Who watches may be gone.
            let _ = self.reads.send(path.into());
        }
    }
}

impl Write for Reads {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(next) = &mut self.next {
            next.write_all(bytes)?;
        }
        if self.line.len() < MOST_BYTES {
            self.line.extend_from_slice(bytes);
        }
        if bytes.ends_with(b"\n") {
            self.tell();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.next.as_mut().map_or(Ok(()), |next| next.flush())
    }
}
