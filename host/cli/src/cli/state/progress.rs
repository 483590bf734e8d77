//! The progress of a long task, on standard error: one line that changes on a terminal, else a line every few seconds.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

const ON_TERMINAL: Duration = Duration::from_millis(100);
const ELSEWHERE: Duration = Duration::from_secs(5);

pub struct Progress {
    /// What is counted, such as "backup: entries written".
    what: &'static str,
    terminal: bool,
    last: Mutex<Instant>,
}

impl Progress {
    pub fn new(what: &'static str) -> Progress {
        Progress { what, terminal: std::io::stderr().is_terminal(), last: Mutex::new(Instant::now()) }
    }

    /// Prints the count, unless the last time was a moment ago; a short task prints nothing.
    pub fn tell(&self, count: u64) {
        let every = if self.terminal { ON_TERMINAL } else { ELSEWHERE };
        let Ok(mut last) = self.last.lock() else { return };
        if last.elapsed() < every {
            return;
        }
        *last = Instant::now();
        let line = format!("{}: {count}", self.what);
        let mut to = std::io::stderr().lock();
        // If standard error is closed, the work goes on without it.
        let _ =
            if self.terminal { write!(to, "\r{line}\x1b[K").and_then(|()| to.flush()) } else { writeln!(to, "{line}") };
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.terminal {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
