//! How far a long task is, on standard error: a line that changes on a terminal, else a line every few seconds.

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

    /// Nothing is said of what is done before anybody would wonder.
    pub fn tell(&self, count: u64) {
        let every = if self.terminal { ON_TERMINAL } else { ELSEWHERE };
        let Ok(mut last) = self.last.lock() else { return };
        if last.elapsed() < every {
            return;
        }
        *last = Instant::now();
        let line = format!("{}: {count}", self.what);
        let mut to = std::io::stderr().lock();
        // Where nobody can be told, it goes on untold.
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
