//! The last lines of a terminal, which say what is under way: all else is written above them.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use terminal_size::{Height, Width, terminal_size_of};

use super::super::terminal::{columns, cut_to};

/// A line of the region. Its text is safe to show.
#[derive(Clone)]
pub struct Line {
    pub text: String,
    /// The time since then is shown behind it.
    pub since: Option<Instant>,
}

/// What the region is to show now.
#[derive(Default)]
pub struct Region {
    lines: Mutex<Vec<Line>>,
    /// Whether the screen's thread was told that they are others.
    is_told: AtomicBool,
}

/// What it shows, in the thread that writes.
pub struct Live {
    region: Arc<Region>,
    shown: usize,
    drawn: Option<Instant>,
    is_due: bool,
}

/// Between two drawings.
const SOONEST: Duration = Duration::from_millis(50);
/// Times go on.
const TICK: Duration = Duration::from_millis(250);
/// Where the terminal does not say how large it is.
const USUAL: (u16, u16) = (80, 24);

impl Region {
    /// Shows these lines from now on. Whether the screen's thread has to be told.
    pub fn set(&self, lines: Vec<Line>) -> bool {
        *self.lines() = lines;
        !self.is_told.swap(true, Ordering::AcqRel)
    }

    fn take_news(&self) -> Vec<Line> {
        self.is_told.store(false, Ordering::Release);
        self.lines().clone()
    }

    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        // A whole list.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    pub fn new(region: Arc<Region>) -> Live {
        Live { region, shown: 0, drawn: None, is_due: false }
    }

    /// It shows something else, or was hidden.
    pub fn renew(&mut self) {
        self.is_due = true;
    }

    /// How long until it is to be drawn again. `None`: there is nothing to draw.
    pub fn wait(&self) -> Option<Duration> {
        let since = self.drawn.map_or(Duration::MAX, |drawn| drawn.elapsed());
        match (self.is_due, self.shown) {
            (true, _) => Some(SOONEST.saturating_sub(since)),
            (false, 0) => None,
            (false, _) => Some(TICK.saturating_sub(since)),
        }
    }

    /// Takes it away, so that something can be written in its place.
    pub fn hide(&mut self, terminal: &mut dyn Write) -> io::Result<()> {
        if self.shown > 0 {
            write!(terminal, "\x1b[{}A\x1b[J", std::mem::take(&mut self.shown))?;
            terminal.flush()?;
            self.is_due = true;
        }
        Ok(())
    }

    /// Draws it anew.
    pub fn draw(&mut self, terminal: &mut dyn Write) -> io::Result<()> {
        let size = terminal_size_of(io::stderr()).map_or(USUAL, |(Width(width), Height(height))| (width, height));
        let (width, height) = (usize::from(size.0.max(2)) - 1, usize::from(size.1.max(2)) / 2);
        let mut text = match self.shown {
            0 => String::new(),
            shown => format!("\x1b[{shown}A\x1b[J"),
        };
        let lines = self.region.take_news();
        self.shown = lines.len().min(height);
        for line in lines.iter().take(height) {
            let time = line
                .since
                .map(|since| format!("  {}.{} s", since.elapsed().as_secs(), since.elapsed().subsec_millis() / 100));
            let time = time.unwrap_or_default();
            text.push_str(&cut_to(&line.text, width.saturating_sub(columns(&time))));
            text.push_str(&cut_to(&time, width));
            text.push('\n');
        }
        (self.is_due, self.drawn) = (false, Some(Instant::now()));
        terminal.write_all(text.as_bytes())?;
        terminal.flush()
    }
}
