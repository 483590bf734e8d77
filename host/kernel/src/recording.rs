//! Records a run while it goes on. The guest's thread only adds to a list; another one packs and writes.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
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

/// But no longer than this: then the run ends.
const PATIENCE: Duration = Duration::from_secs(10);

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
}

#[derive(Default)]
struct State {
    entries: Entries,
    closed: bool,
    /// The thread that writes has ended.
    done: bool,
    error: Option<String>,
}

impl State {
    /// What no reader takes is not written.
    fn check_size(&mut self) {
        if self.entries.is_too_large() {
            self.error.get_or_insert_with(|| format!("one entry is {TOO_LARGE}"));
        }
    }
}

impl Recording {
    /// Begins a record that is written to `out`, as soon as there is something to write. `seals`: what must not be kept.
    pub fn begin(out: Box<dyn Write + Send>, header: &Header, seals: Option<Seals>) -> std::io::Result<Arc<Recording>> {
        let mut state = State::default();
        state.entries.header(header);
        if state.entries.is_too_large() {
            return Err(std::io::Error::other(format!("what is run is {TOO_LARGE}")));
        }
        let recording =
            Arc::new(Recording { state: Mutex::new(state), filled: Condvar::new(), emptied: Condvar::new(), seals });
        let shared = recording.clone();
        thread::Builder::new().name("record".into()).spawn(move || {
            let done = Done(shared);
            done.0.write_all(out);
        })?;
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
        let mut state = self.lock();
        if !state.closed && state.error.is_none() {
            // What else is under way may not add to it any more.
            state.entries.end(end);
            state.check_size();
        }
        state.closed = true;
        drop(state);
        self.filled.notify_one();
        let at_work = |state: &mut State| !state.done;
        self.wait(at_work);
        let state = self.lock();
        match &state.error {
            Some(error) => Err(failed(error)),
            None if !state.done || state.entries.pending() > 0 => Err(failed(SLOW)),
            None => Ok(()),
        }
    }

    /// Waits while this is so, for some time.
    fn wait(&self, is_so: impl FnMut(&mut State) -> bool) {
        let waited = || self.emptied.wait_timeout_while(self.lock(), PATIENCE, is_so);
        drop(block_in_place_if_multithreaded(waited).unwrap_or_else(PoisonError::into_inner));
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
        if state.closed {
            return Ok(());
        }
        let before = state.entries.pending();
        add(&mut state.entries);
        state.check_size();
        if let Some(error) = &state.error {
            return Err(failed(error));
        }
        let after = state.entries.pending();
        // Waking a thread costs more than all the rest: it is awake while there is more.
        if before == 0 || (before < FRAME_BYTES && after >= FRAME_BYTES) {
            self.filled.notify_one();
        }
        if after > PENDING_BYTES {
            drop(state);
            let is_full =
                |state: &mut State| state.entries.pending() > PENDING_BYTES && state.error.is_none() && !state.done;
            self.wait(is_full);
            let mut state = self.lock();
            if state.entries.pending() > PENDING_BYTES && state.error.is_none() {
                state.error = Some(SLOW.into());
            }
            return state.error.as_deref().map_or(Ok(()), |error| Err(failed(error)));
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

/// Says that the thread has ended, also by a panic of what it writes to.
struct Done(Arc<Recording>);

impl Drop for Done {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if thread::panicking() {
            state.error.get_or_insert(SLOW.into());
        }
        state.done = true;
        drop(state);
        self.0.emptied.notify_all();
    }
}

const SLOW: &str = "nothing takes it";

const TOO_LARGE: &str = "too large to be recorded";

fn failed(error: &str) -> Stop {
    Stop::Host(format!("the record can't be written: {error}"))
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::mpsc;

    use super::*;

    type Take = Box<dyn FnMut(&[u8]) -> io::Result<usize> + Send>;

    struct Sink(Take);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            (self.0)(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn end_of(sink: impl FnMut(&[u8]) -> io::Result<usize> + Send + 'static) -> Result<(), String> {
        let recording = Recording::begin(Box::new(Sink(Box::new(sink))), &Header::default(), None).unwrap();
        let _ = recording.answered("state.get", &[0], &[0]);
        recording.end(&End::default()).map_err(|stop| stop.to_string())
    }

    #[test]
    fn what_can_not_be_written_is_told() {
        assert_eq!(end_of(|bytes| Ok(bytes.len())), Ok(()));
        let full = end_of(|_| Err(io::Error::other("no room")));
        assert_eq!(full, Err("the record can't be written: no room".into()));
        let panicked = end_of(|_| -> io::Result<usize> { std::panic::resume_unwind(Box::new(())) });
        assert_eq!(panicked, Err("the record can't be written: nothing takes it".into()));
    }

    #[test]
    fn a_sink_that_takes_nothing_holds_no_run_for_ever() {
        let (hold, held) = mpsc::channel::<()>();
        let stuck = end_of(move |bytes| {
            let _ = held.recv();
            Ok(bytes.len())
        });
        assert_eq!(stuck, Err("the record can't be written: nothing takes it".into()));
        drop(hold);
    }

    /// A recording into memory, and what is written.
    fn begun(seals: Option<Seals>) -> (Arc<Recording>, mpsc::Receiver<Vec<u8>>) {
        let (out, written) = mpsc::channel();
        let sink = Sink(Box::new(move |bytes: &[u8]| {
            out.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }));
        (Recording::begin(Box::new(sink), &Header::default(), seals).unwrap(), written)
    }

    #[test]
    fn nothing_follows_the_end() {
        let (recording, written) = begun(None);
        recording.end(&End::default()).unwrap();
        assert!(recording.answered("a.b", b"x", b"y").is_ok());
        recording.notice("late");
        assert!(recording.end(&End::default()).is_ok());
        assert_eq!(recording.lock().entries.pending(), 0);
        let written = written.try_iter().collect::<Vec<_>>().concat();
        let mut reader = llmspell_record::Reader::new(&written[..]).unwrap();
        assert!(matches!(reader.next().unwrap(), Some(llmspell_record::Entry::End(_))));
        assert!(reader.next().unwrap().is_none() && reader.has_ended());
    }

    #[test]
    fn what_no_reader_takes_is_told() {
        let (recording, _written) = begun(None);
        recording.notice(&format!("[{}", ",".repeat(1 << 20)));
        let told = "the record can't be written: one entry is too large to be recorded";
        assert_eq!(recording.answered("a.b", b"x", b"y").unwrap_err().to_string(), told);
        assert_eq!(recording.end(&End::default()).unwrap_err().to_string(), told);
    }

    #[test]
    fn what_holds_a_key_is_left_out() {
        let seals: Seals = Box::new(|bytes| bytes.windows(3).any(|part| part == b"key"));
        let (recording, written) = begun(Some(seals));
        recording.answered("a.b", b"x", b"a key").unwrap();
        recording.answered("a.b", b"a key", b"x").unwrap();
        recording.notice("a key");
        recording.end(&End::default()).unwrap();
        let written = written.try_iter().collect::<Vec<_>>().concat();
        let mut reader = llmspell_record::Reader::new(&written[..]).unwrap();
        let mut all = String::new();
        while let Some(entry) = reader.next().unwrap() {
            all += &format!("{entry:?}\n");
        }
        assert!(all.contains("Sealed") && all.contains("Digest(") && all.contains("left out"), "{all}");
    }
}
