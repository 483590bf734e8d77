//! Records a run while it goes on. The guest's thread only adds to a list; another one packs and writes.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_record::{Answer, End, Entries, FRAME_BYTES, Frames, Header};
use serde_json::json;

use crate::stop::Stop;

pub(crate) mod stopped;

/// Kinds of what a record has beside calls.
pub(crate) mod shown {
    /// A remark of the host to the operator.
    pub const NOTICE: u8 = 1;
    /// A warning about work beside the guest: a message and its fields, as JSON.
    pub const WARNING: u8 = 2;
}

/// How long entries are gathered before they are written: what a kill may take.
const GATHERED: Duration = Duration::from_millis(2);

/// Of a disk that is slower than the run, the run waits.
const PENDING_BYTES: usize = 32 << 20;

/// Says whether there is something in these bytes that must not be kept, such as a key of a provider.
pub type Seals = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// The record of a run that goes on.
pub struct Recording {
    state: Mutex<State>,
    /// There is something to write.
    filled: Condvar,
    /// Something was written.
    emptied: Condvar,
    seals: Option<Seals>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    entries: Entries,
    closed: bool,
    error: Option<String>,
}

impl Recording {
    /// Begins a record that is written to `out`, as soon as there is something to write. `seals`: what must not be kept.
    pub fn begin(out: Box<dyn Write + Send>, header: &Header, seals: Option<Seals>) -> std::io::Result<Arc<Recording>> {
        let mut state = State::default();
        state.entries.header(header);
        let recording = Arc::new(Recording {
            state: Mutex::new(state),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            seals,
            writer: Mutex::default(),
        });
        let shared = recording.clone();
        let thread = thread::Builder::new().name("record".into()).spawn(move || shared.write_all(out))?;
        *recording.writer.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(recording)
    }

    /// A call was answered.
    pub fn answered(&self, call: &str, arguments: &[u8], answer: &[u8]) -> Result<(), Stop> {
        let answer = if self.seals(answer) { Answer::Sealed } else { Answer::Value(answer) };
        let sealed = self.seals(arguments);
        self.add(|entries| entries.call(call, arguments, sealed, answer))
    }

    /// A call ended the run.
    pub fn stopped(&self, call: &str, arguments: &[u8], error: &wasmtime::Error) -> Result<(), Stop> {
        let text = stopped::write(&Stop::of(error));
        let answer = if self.seals(text.as_bytes()) { Answer::Sealed } else { Answer::Stop(&text) };
        let sealed = self.seals(arguments);
        self.add(|entries| entries.call(call, arguments, sealed, answer))
    }

    /// The host told the operator something.
    pub fn notice(&self, message: &str) {
        self.shown(shown::NOTICE, message);
    }

    /// The host warned of something beside the guest.
    pub fn warning(&self, message: &str, fields: &serde_json::Value) {
        self.shown(shown::WARNING, &json!([message, fields]).to_string());
    }

    fn shown(&self, kind: u8, text: &str) {
        let text = if self.seals(text.as_bytes()) { "(left out: there was a key in it)" } else { text };
        // The next call of the guest tells of an error.
        let _ = self.add(|entries| entries.shown(kind, text));
    }

    /// Writes the last entry, and waits until all is written.
    pub fn end(&self, end: &End) -> Result<(), Stop> {
        let added = self.add(|entries| entries.end(end));
        self.close();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = block_in_place_if_multithreaded(|| thread.join());
        }
        added?;
        self.lock().error.take().map_or(Ok(()), |error| Err(failed(&error)))
    }

    /// Nothing follows. A record without an end is that of a run that was killed.
    pub fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
    }

    fn seals(&self, bytes: &[u8]) -> bool {
        self.seals.as_ref().is_some_and(|seals| seals(bytes))
    }

    fn add(&self, add: impl FnOnce(&mut Entries)) -> Result<(), Stop> {
        let mut state = self.lock();
        if let Some(error) = &state.error {
            return Err(failed(error));
        }
        let before = state.entries.pending();
        add(&mut state.entries);
        let after = state.entries.pending();
        // Waking a thread costs more than all the rest: it is awake while there is more.
        if before == 0 || (before < FRAME_BYTES && after >= FRAME_BYTES) {
            self.filled.notify_one();
        }
        if after > PENDING_BYTES {
            let has_room = |state: &mut State| state.entries.pending() > PENDING_BYTES && state.error.is_none();
            let waited = block_in_place_if_multithreaded(|| self.emptied.wait_while(state, has_room));
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Entries are added as a whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread that writes.
    fn write_all(&self, mut out: Box<dyn Write + Send>) {
        let mut frames = Frames::default();
        loop {
            let idle = |state: &mut State| state.entries.pending() == 0 && !state.closed;
            let state = self.filled.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
            let few = |state: &mut State| state.entries.pending() < FRAME_BYTES && !state.closed;
            let gathered = self.filled.wait_timeout_while(state, GATHERED, few);
            let (mut state, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            let (bytes, closed) = (state.entries.take(), state.closed);
            drop(state);
            let written = frames.pack(&bytes).and_then(|packed| out.write_all(&packed)).and_then(|()| out.flush());
            if let Err(error) = written {
                self.lock().error = Some(error.to_string());
            }
            self.emptied.notify_all();
            if closed || self.lock().error.is_some() {
                return;
            }
        }
    }
}

fn failed(error: &str) -> Stop {
    Stop::Host(format!("the record can't be written: {error}"))
}
