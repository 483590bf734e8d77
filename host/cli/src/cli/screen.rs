//! Standard output and standard error, written by one thread, in the order in which things were said.
//!
//! The spell's thread only queues: a pipe that is not read must not keep the time limits from being checked.
//! What a spell prints and logs is bounded by the run's limit on output, and so is the queue.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use llmspell_wasm::{Level, Listener};
use serde_json::Value;
use tokio::sync::oneshot;

use super::terminal::{self, Escaper, one_line, plain_json};

mod region;

pub use region::Line;
use region::{Live, Region};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Output,
    Error,
}

/// Something to be shown.
struct Piece {
    stream: Stream,
    bytes: Vec<u8>,
    /// The host's own text: already escaped, and perhaps coloured. Anything else is escaped on a terminal.
    ours: bool,
}

enum Message {
    Piece(Piece),
    /// The region shows something else.
    Region,
    /// All before it has been written; on a terminal the next line is a new one.
    Settled(mpsc::Sender<()>),
}

/// Queues what is to be shown. Clones share the queue.
#[derive(Clone)]
pub struct Screen {
    queue: mpsc::Sender<Message>,
    state: Arc<State>,
    region: Arc<Region>,
    /// Where the spell's prints go.
    prints: Stream,
    colour: bool,
}

#[derive(Default)]
struct State {
    /// Why standard output can no longer be written.
    closed: OnceLock<ErrorKind>,
    /// Bytes in the queue.
    waiting: AtomicUsize,
}

/// The journal has no limit of its own: above this many queued bytes it waits.
const JOURNAL_BYTES: usize = 8 << 20;

/// How long it waits.
const JOURNAL_PATIENCE: Duration = Duration::from_secs(2);

/// How many bytes are written at once.
const BATCH_BYTES: usize = 64 << 10;

impl Screen {
    /// Starts the thread. The receiver is told when everything has been written, or why standard output could not be.
    pub fn open(prints: Stream) -> io::Result<(Screen, oneshot::Receiver<io::Result<()>>)> {
        let (queue, pieces) = mpsc::channel();
        let (done, written) = oneshot::channel();
        let (state, region) = (Arc::<State>::default(), Arc::<Region>::default());
        let live = Live::new(region.clone());
        let screen = Screen { queue, state: state.clone(), region, prints, colour: terminal::colour(&io::stderr()) };
        thread::Builder::new().name("screen".into()).spawn(move || {
            let _ = done.send(write(&pieces, &state, live));
        })?;
        Ok((screen, written))
    }

    /// Text of the host's own, in which untrusted parts are escaped already.
    pub fn show(&self, stream: Stream, text: String) {
        self.push(Piece { stream, bytes: text.into_bytes(), ours: true });
    }

    /// What the spell said, as it said it; on a terminal it is escaped.
    pub fn repeat(&self, stream: Stream, bytes: impl Into<Vec<u8>>) {
        self.push(Piece { stream, bytes: bytes.into(), ours: false });
    }

    fn push(&self, piece: Piece) {
        self.state.waiting.fetch_add(piece.bytes.len(), Ordering::Relaxed);
        // The thread ends after its queue; if it died there is nowhere to report to.
        let _ = self.queue.send(Message::Piece(piece));
    }

    /// Shows these lines below all others, until there are others. Only for a terminal whose lines can be taken back.
    pub fn keep_below(&self, lines: Vec<Line>) {
        if self.region.set(lines) {
            let _ = self.queue.send(Message::Region);
        }
    }

    /// A line of the journal, on standard error. Fails if that was not read for a while: the run would stand still,
    /// and with it this thread, which has to check the run's time limit.
    pub fn record(&self, line: String) -> io::Result<()> {
        let began = Instant::now();
        while self.state.waiting.load(Ordering::Relaxed) > JOURNAL_BYTES {
            if began.elapsed() > JOURNAL_PATIENCE {
                return Err(io::Error::new(ErrorKind::TimedOut, "standard error is not being read"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.show(Stream::Error, line);
        Ok(())
    }

    /// Waits until everything has been written. On a terminal the cursor is at the beginning of a line then.
    pub fn settle(&self) {
        let (settled, waits) = mpsc::channel();
        if self.queue.send(Message::Settled(settled)).is_ok() {
            // Where the thread is gone there is nothing to wait for.
            let _ = waits.recv();
        }
    }

    /// Whether standard output could not be written; the receiver that [`Screen::open`] returned gets the reason.
    pub fn is_closed(&self) -> bool {
        self.state.closed.get().is_some()
    }

    /// A line on standard error behind a coloured word. `text` is made one line.
    pub fn remark(&self, word: &str, colour: Colour, text: &str) {
        let word = if self.colour { format!("\x1b[{}m{word}\x1b[0m", colour as u8) } else { word.into() };
        self.show(Stream::Error, format!("{word} {}\n", one_line(text)));
    }
}

/// Foreground colours, by their ANSI number.
#[derive(Debug, Clone, Copy)]
pub enum Colour {
    Red = 31,
    Yellow = 33,
    Cyan = 36,
    Grey = 90,
}

impl Listener for Screen {
    fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.state.closed.get() {
            Some(kind) if self.prints == Stream::Output => Err((*kind).into()),
            _ => {
                self.repeat(self.prints, bytes);
                Ok(())
            }
        }
    }

    fn log(&mut self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()> {
        let colour = match level {
            Level::Trace | Level::Debug => Colour::Grey,
            Level::Info => Colour::Cyan,
            Level::Warn => Colour::Yellow,
            Level::Error => Colour::Red,
        };
        let fields = fields.map(|fields| format!(" {}", plain_json(&fields.to_string()))).unwrap_or_default();
        self.remark(level.word(), colour, &format!("{message}{fields}"));
        Ok(())
    }

    fn notice(&mut self, message: &str) -> io::Result<()> {
        self.remark("note:", Colour::Cyan, message);
        Ok(())
    }
}

fn write(messages: &mpsc::Receiver<Message>, state: &State, mut live: Live) -> io::Result<()> {
    let mut output = Sink::new(io::stdout());
    let mut error = Sink::new(io::stderr());
    let mut result = Ok(());
    let mut next = None;
    while let Some(message) = next.take().or_else(|| wait(messages, &mut live, &output, &mut error)) {
        let mut piece = match message {
            Message::Piece(piece) => piece,
            Message::Region => {
                live.renew();
                continue;
            }
            Message::Settled(settled) => {
                let _ = live.hide(&mut error.stream).and(error.end_line()).and(output.end_line());
                let _ = settled.send(());
                continue;
            }
        };
        // A spell that prints byte by byte costs one system call for all that is queued, not one each.
        while piece.bytes.len() < BATCH_BYTES {
            match messages.try_recv() {
                Ok(Message::Piece(more)) if (more.stream, more.ours) == (piece.stream, piece.ours) => {
                    piece.bytes.extend(more.bytes);
                }
                other => {
                    next = other.ok();
                    break;
                }
            }
        }
        state.waiting.fetch_sub(piece.bytes.len(), Ordering::Relaxed);
        if piece.stream == Stream::Error || output.escaper.is_some() {
            let _ = live.hide(&mut error.stream);
        }
        match piece.stream {
            Stream::Output if result.is_ok() => {
                result = error.make_way(&output).and(output.write(&piece));
                if let Err(error) = &result {
                    let _ = state.closed.set(error.kind());
                }
            }
            Stream::Output => {}
            // There is nowhere to tell that standard error can't be written.
            Stream::Error => drop(output.make_way(&error).and(error.write(&piece))),
        }
    }
    let _ = live.hide(&mut error.stream).and(error.finish());
    result.and_then(|()| output.finish())
}

/// The next message. Meanwhile the region is drawn, unless a line above it is not over.
fn wait(messages: &mpsc::Receiver<Message>, live: &mut Live, output: &Sink, error: &mut Sink) -> Option<Message> {
    loop {
        let is_open = error.line_open || output.line_open && output.escaper.is_some();
        let Some(time) = live.wait().filter(|_| !is_open) else { return messages.recv().ok() };
        match messages.recv_timeout(time) {
            Ok(message) => return Some(message),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => drop(live.draw(&mut error.stream)),
        }
    }
}

struct Sink {
    stream: Box<dyn Write>,
    /// On a terminal only.
    escaper: Option<Escaper>,
    line_open: bool,
}

impl Sink {
    fn new(stream: impl Write + IsTerminal + 'static) -> Sink {
        let escaper = stream.is_terminal().then(Escaper::default);
        Sink { stream: Box::new(stream), escaper, line_open: false }
    }

    fn write(&mut self, piece: &Piece) -> io::Result<()> {
        self.line_open = piece.bytes.last() != Some(&b'\n');
        match &mut self.escaper {
            Some(escaper) if !piece.ours => self.stream.write_all(escaper.push(&piece.bytes).as_bytes())?,
            _ => self.stream.write_all(&piece.bytes)?,
        }
        self.stream.flush()
    }

    /// Ends an open line where a terminal shows both: what the other says begins on a line of its own.
    fn make_way(&mut self, other: &Sink) -> io::Result<()> {
        if other.escaper.is_none() { Ok(()) } else { self.end_line() }
    }

    /// Ends an open line on a terminal.
    fn end_line(&mut self) -> io::Result<()> {
        if !self.line_open || self.escaper.is_none() {
            return Ok(());
        }
        self.line_open = false;
        self.stream.write_all(b"\n")?;
        self.stream.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        let rest = self.escaper.as_mut().map(Escaper::finish).unwrap_or_default();
        self.stream.write_all(rest.as_bytes())?;
        self.stream.flush()
    }
}
