//! The listener, which gets what a spell prints and logs.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::context::CallContext;
use crate::operation::Result;
use crate::recording::Recording;
use crate::stop::Stop;

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Steps of a program in full detail.
    Trace,
    /// What helps to find a bug.
    Debug,
    /// Normal progress.
    Info,
    /// Something is wrong, and the spell goes on.
    Warn,
    /// Something failed.
    Error,
}

impl Level {
    /// The level in lower case, such as "warn".
    pub fn word(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        }
    }
}

/// Hears what a spell prints and logs, as it comes. Called on the thread that runs the spell: it must not wait long.
///
/// An error ends the run as cancelled.
pub trait Listener: Send {
    /// Bytes of output, exactly as the spell wrote them: what shows them on a terminal has to make them harmless.
    fn output(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// A log message of the spell. As untrusted as its output.
    fn log(&mut self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()>;

    /// A remark of the host to the operator, such as which flag grants what the spell asked for.
    fn notice(&mut self, message: &str) -> io::Result<()>;
}

/// A run's listener, shared by its imports and the work beside the guest.
#[derive(Clone)]
pub struct SharedListener {
    listener: Arc<Mutex<Box<dyn Listener>>>,
    /// Keeps what the host says itself.
    recording: Option<Arc<Recording>>,
}

impl SharedListener {
    /// Shares a listener.
    pub fn new(listener: Box<dyn Listener>) -> SharedListener {
        SharedListener::recorded(listener, None)
    }

    /// The same; what the host says itself is recorded.
    pub(crate) fn recorded(listener: Box<dyn Listener>, recording: Option<Arc<Recording>>) -> SharedListener {
        SharedListener { listener: Arc::new(Mutex::new(listener)), recording }
    }

    /// Passes output on; see [`Listener::output`].
    pub fn output(&self, bytes: &[u8]) -> io::Result<()> {
        self.lock().output(bytes)
    }

    /// Passes a log message on; see [`Listener::log`].
    pub fn log(&self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()> {
        self.lock().log(level, message, fields)
    }

    /// Passes a remark of the host on; see [`Listener::notice`].
    pub fn notice(&self, message: &str) -> io::Result<()> {
        self.recording.iter().for_each(|recording| recording.notice(message));
        self.lock().notice(message)
    }

    /// What went wrong beside the guest, in a function of the spell's own. Counts as its output.
    pub fn warn(&self, cx: &CallContext, message: &str, fields: Value) {
        if cx.count_output(message.len() + fields.to_string().len()).is_ok() {
            self.recording.iter().for_each(|recording| recording.warning(message, &fields));
            if let Err(error) = self.log(Level::Warn, message, Some(&fields)) {
                cx.stop(Stop::output(error));
            }
        }
    }

    /// A remark of the host about work beside the guest. Counts as the spell's output; a listener that fails ends the run.
    pub fn remark(&self, cx: &CallContext, message: &str) -> Result<()> {
        cx.count_output(message.len())?;
        if let Err(error) = self.notice(message) {
            cx.stop(Stop::output(error));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Listener>> {
        // A listener that panicked is called again; it must handle its own state.
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A listener that drops everything.
impl Listener for () {
    fn output(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
    fn log(&mut self, _: Level, _: &str, _: Option<&Value>) -> io::Result<()> {
        Ok(())
    }
    fn notice(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps everything, for a caller that looks at it afterwards.
#[derive(Debug, Clone, Default)]
pub struct Transcript(Arc<Mutex<Heard>>);

/// What a [`Transcript`] heard.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// All output, byte for byte.
    pub output: Vec<u8>,
    /// Log messages in order: level, message, fields.
    pub log: Vec<(Level, String, Option<Value>)>,
    /// Remarks of the host in order.
    pub notices: Vec<String>,
}

impl Transcript {
    /// A copy of everything so far.
    pub fn heard(&self) -> Heard {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, add: impl FnOnce(&mut Heard)) -> io::Result<()> {
        add(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}

impl Listener for Transcript {
    fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.add(|heard| heard.output.extend_from_slice(bytes))
    }
    fn log(&mut self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()> {
        self.add(|heard| heard.log.push((level, message.into(), fields.cloned())))
    }
    fn notice(&mut self, message: &str) -> io::Result<()> {
        self.add(|heard| heard.notices.push(message.into()))
    }
}
