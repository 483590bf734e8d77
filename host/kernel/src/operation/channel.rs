//! The channel between the work of an operation and the spell that pulls its steps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::Result;
use crate::approval::Approvals;
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use llmspell_budget::Budget;

/// Messages that may wait for a spell that does not fetch them; beyond, the work waits, too.
const QUEUE: usize = 16;

pub(super) enum Message {
    Text(String),
    Chunk(String),
    /// `_held` is the memory that the arguments take until the spell fetches them.
    Call {
        handler: u64,
        arguments: String,
        asked: Asked,
        _held: Held,
    },
}

/// A call on its way to the spell, and the way back for its answer.
pub(super) struct Asked {
    open: Open,
    delivered: Option<oneshot::Sender<()>>,
    answer: oneshot::Sender<Result>,
}

/// The way from the work of an operation to the spell's functions.
#[derive(Clone)]
pub(crate) struct GuestChannel {
    messages: mpsc::Sender<Message>,
    calls: GuestCalls,
}

/// The calls of the spell's functions that some work is done for.
#[derive(Clone, Default)]
pub(crate) struct ParentCall {
    /// How many there are: 1 within a call of an operation that the main chunk started.
    pub depth: usize,
    pub(crate) hooks: Option<Arc<HookScope>>,
    /// What an agent may spend, where the work is done for its run.
    pub budget: Option<Budget>,
}

/// A hook that is being called, and those that it is called within.
pub(crate) struct HookScope {
    hook: u64,
    outer: Option<Arc<HookScope>>,
}

/// The operation's end of the way.
pub struct Channel {
    pub(super) messages: mpsc::Receiver<Message>,
    /// Of which the result takes what it needs until it is fetched.
    pub(super) memory: HostMemory,
}

/// The calls of a run that the spell has been asked and has not answered.
#[derive(Clone)]
pub struct GuestCalls {
    open: Arc<Mutex<Numbers>>,
    handler_time: Duration,
    memory: HostMemory,
    /// Time in which somebody is asked is not the handler's.
    approvals: Arc<Approvals>,
}

#[derive(Default)]
struct Numbers {
    last: u64,
    /// By the number of an open call: the parent call of work that it starts, its own depth included.
    parents: HashMap<u64, ParentCall>,
}

/// A number among the open calls, until it is dropped.
struct Open {
    id: u64,
    calls: GuestCalls,
}

impl GuestCalls {
    /// A handler that takes longer than `handler_time` is given up.
    pub(crate) fn new(handler_time: Duration, memory: HostMemory, approvals: Arc<Approvals>) -> GuestCalls {
        GuestCalls { open: Arc::default(), handler_time, memory, approvals }
    }

    /// The parent call of what the spell does while it answers `call`.
    pub(crate) fn parent(&self, call: Option<u64>) -> ParentCall {
        call.and_then(|id| self.lock().parents.get(&id).cloned()).unwrap_or_default()
    }

    /// A new channel from some work to the spell.
    pub(crate) fn channel(&self) -> (GuestChannel, Channel) {
        let ((sender, messages), memory) = (mpsc::channel(QUEUE), self.memory.clone());
        (GuestChannel { messages: sender, calls: self.clone() }, Channel { messages, memory })
    }

    fn open(&self, parent: ParentCall) -> Open {
        let mut numbers = self.lock();
        numbers.last += 1;
        let id = numbers.last;
        numbers.parents.insert(id, parent);
        Open { id, calls: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Numbers> {
        // Nothing in here can panic half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.calls.lock().parents.remove(&self.id);
    }
}

impl GuestChannel {
    pub async fn text(&self, text: String) -> Result<()> {
        self.send(Message::Text(text)).await
    }

    pub async fn chunk(&self, value: Value) -> Result<()> {
        self.send(Message::Chunk(value.to_string())).await
    }

    /// Has the spell run a function, and waits for its answer; `parent` is what the function's own work lies within.
    pub async fn call(&self, handler: u64, arguments: Value, parent: ParentCall) -> Result {
        let arguments = arguments.to_string();
        let _held = self.calls.memory.take(arguments.len())?;
        let (delivered, seen) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        let asked = Asked { open: self.calls.open(parent), delivered: Some(delivered), answer };
        self.send(Message::Call { handler, arguments, asked, _held }).await?;
        seen.await.map_err(|_| cancelled())?;
        match self.calls.approvals.within(self.calls.handler_time, answered).await {
            Some(answer) => answer.map_err(|_| cancelled())?,
            None => {
                let time = self.calls.handler_time.as_millis();
                Err(Failure::new(Code::Timeout, format!("the spell's function did not answer within {time} ms")))
            }
        }
    }

    /// The same channel, where a function gets at most this time, and no more than it gets anyway.
    pub fn limited_to(&self, time: Duration) -> GuestChannel {
        let handler_time = self.calls.handler_time.min(time);
        GuestChannel { calls: GuestCalls { handler_time, ..self.calls.clone() }, ..self.clone() }
    }

    async fn send(&self, message: Message) -> Result<()> {
        self.messages.send(message).await.map_err(|_| cancelled())
    }
}

impl ParentCall {
    /// Within one more call of the spell's functions.
    pub fn deeper(&self) -> ParentCall {
        ParentCall { depth: self.depth + 1, ..self.clone() }
    }

    /// The same, for what is done for this hook.
    pub fn within_hook(mut self, hook: u64) -> ParentCall {
        self.hooks = Some(Arc::new(HookScope { hook, outer: self.hooks.take() }));
        self
    }

    pub fn is_within_hook(&self, hook: u64) -> bool {
        let mut inner = self.hooks.as_deref();
        while let Some(call) = inner {
            if call.hook == hook {
                return true;
            }
            inner = call.outer.as_deref();
        }
        false
    }
}

impl Asked {
    /// Its handler's time begins now.
    pub(super) fn deliver(&mut self) -> u64 {
        if let Some(delivered) = self.delivered.take() {
            // The caller may be gone.
            let _ = delivered.send(());
        }
        self.open.id
    }

    pub(super) fn is_open(&self) -> bool {
        !self.answer.is_closed()
    }

    pub(super) fn answer(self, outcome: Result) {
        let _ = self.answer.send(outcome);
    }
}

fn cancelled() -> Failure {
    Failure::new(Code::Cancelled, "the operation is cancelled")
}
