//! The way from work beside the guest to the spell, and its answers back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::Result;
use crate::failure::Failure;
use crate::gate::memory::{Held, HostMemory};
use crate::gate::purse::Purse;

/// How much may wait for a spell that does not look: then the work waits, too.
const QUEUE: usize = 16;

pub(super) enum Message {
    Text(String),
    Chunk(String),
    /// `_held` is what the arguments take while nobody fetches them.
    Call {
        handler: u64,
        arguments: String,
        asked: Asked,
        _held: Held,
    },
}

/// A call on its way to the spell, and the one who waits for its answer.
pub(super) struct Asked {
    open: Open,
    delivered: Option<oneshot::Sender<()>>,
    answer: oneshot::Sender<Result>,
}

/// The spell, as work beside the guest sees it.
#[derive(Clone)]
pub struct Spell {
    messages: mpsc::Sender<Message>,
    calls: Calls,
    within: Within,
}

/// The calls that some work is done for.
#[derive(Clone, Default)]
struct Within {
    /// How many there are: 1 within a call of an operation that the main chunk started.
    depth: usize,
    hooks: Option<Arc<Hooked>>,
    /// What an agent may spend whose run it is done for.
    purse: Option<Purse>,
}

/// A hook that is being called, and those that it is called within.
struct Hooked {
    hook: u64,
    outer: Option<Arc<Hooked>>,
}

/// The operation's end of the way.
pub struct Channel {
    pub(super) messages: mpsc::Receiver<Message>,
    /// Of which the result takes what it needs until it is fetched.
    pub(super) memory: HostMemory,
}

/// The calls of a run that the spell has been asked and has not answered.
#[derive(Clone)]
pub struct Calls {
    open: Arc<Mutex<Numbers>>,
    handler_time: Duration,
    memory: HostMemory,
}

#[derive(Default)]
struct Numbers {
    last: u64,
    /// Each with itself counted in.
    within: HashMap<u64, Within>,
}

/// A number among the open calls, until it is dropped.
struct Open {
    id: u64,
    calls: Calls,
}

impl Calls {
    /// A handler that takes longer than `handler_time` is given up.
    pub fn new(handler_time: Duration, memory: HostMemory) -> Calls {
        Calls { open: Arc::default(), handler_time, memory }
    }

    /// How deep something is nested that the spell does while it answers `call`.
    pub fn depth(&self, call: Option<u64>) -> usize {
        self.within(call).depth
    }

    /// A way from work that is nested so deep to the spell.
    #[cfg(test)]
    pub fn way(&self, depth: usize) -> (Spell, Channel) {
        self.way_of(Within { depth, ..Within::default() })
    }

    /// A way to the spell from work that it started while it answers `call`.
    pub fn way_within(&self, call: Option<u64>) -> (Spell, Channel) {
        self.way_of(self.within(call))
    }

    fn way_of(&self, within: Within) -> (Spell, Channel) {
        let ((sender, messages), memory) = (mpsc::channel(QUEUE), self.memory.clone());
        (Spell { messages: sender, calls: self.clone(), within }, Channel { messages, memory })
    }

    /// What pays for what the spell does while it answers `call`, where an agent's budget does.
    pub fn purse(&self, call: Option<u64>) -> Option<Purse> {
        self.within(call).purse
    }

    fn within(&self, call: Option<u64>) -> Within {
        call.and_then(|id| self.lock().within.get(&id).cloned()).unwrap_or_default()
    }

    fn open(&self, within: Within) -> Open {
        let mut numbers = self.lock();
        numbers.last += 1;
        let id = numbers.last;
        numbers.within.insert(id, within);
        Open { id, calls: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Numbers> {
        // Nothing in here can panic half-way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.calls.lock().within.remove(&self.id);
    }
}

impl Spell {
    /// The tightest budget that this work is done for, within that of the run.
    pub fn purse(&self) -> Option<&Purse> {
        self.within.purse.as_ref()
    }

    /// Whatever is done for this work from here on pays from this purse.
    pub fn paying_from(mut self, purse: Purse) -> Spell {
        self.within.purse = Some(purse);
        self
    }

    /// A piece of a streamed text. Waits while the spell has many to look at.
    ///
    /// Fails, as "cancelled", when the spell has dropped the operation.
    pub async fn text(&self, text: impl Into<String>) -> Result<()> {
        self.send(Message::Text(text.into())).await
    }

    /// Anything else that is streamed. Waits and fails as [`Spell::text`] does.
    pub async fn chunk(&self, value: Value) -> Result<()> {
        self.send(Message::Chunk(value.to_string())).await
    }

    /// Has the spell run its function number `handler`, and waits for the answer.
    ///
    /// Fails with what the function raised, or with "timeout" (it took longer than a handler may, from the moment that
    /// the spell was given the call) or "cancelled" (the spell gave the operation up).
    pub async fn call(&self, handler: u64, arguments: Value) -> Result {
        self.ask(handler, arguments, Within { depth: self.within.depth + 1, ..self.within.clone() }).await
    }

    /// As [`Spell::call`]; whatever the function starts knows that it is done for this hook.
    pub async fn call_hook(&self, hook: u64, handler: u64, arguments: Value) -> Result {
        let hooks = Some(Arc::new(Hooked { hook, outer: self.within.hooks.clone() }));
        let purse = self.within.purse.clone();
        self.ask(handler, arguments, Within { depth: self.within.depth + 1, hooks, purse }).await
    }

    async fn ask(&self, handler: u64, arguments: Value, within: Within) -> Result {
        let arguments = arguments.to_string();
        let _held = self.calls.memory.take(arguments.len())?;
        let (delivered, seen) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        let asked = Asked { open: self.calls.open(within), delivered: Some(delivered), answer };
        self.send(Message::Call { handler, arguments, asked, _held }).await?;
        seen.await.map_err(|_| cancelled())?;
        match tokio::time::timeout(self.calls.handler_time, answered).await {
            Ok(answer) => answer.map_err(|_| cancelled())?,
            Err(_) => {
                let time = self.calls.handler_time.as_millis();
                Err(Failure::new("timeout", format!("the spell's function did not answer within {time} ms")))
            }
        }
    }

    /// The same way, where a function gets no more than this time, and no more than it gets anyway.
    pub fn limited_to(&self, time: Duration) -> Spell {
        let handler_time = self.calls.handler_time.min(time);
        Spell { calls: Calls { handler_time, ..self.calls.clone() }, ..self.clone() }
    }

    /// How many calls of the spell this work lies within.
    pub fn depth(&self) -> usize {
        self.within.depth
    }

    /// Whether this work is done, near or far, for a call of this hook.
    pub fn is_within_hook(&self, hook: u64) -> bool {
        let mut inner = self.within.hooks.as_deref();
        while let Some(hooked) = inner {
            if hooked.hook == hook {
                return true;
            }
            inner = hooked.outer.as_deref();
        }
        false
    }

    /// The same way, for something that happened so deep: an event knows how deep it was emitted.
    pub fn at(&self, depth: usize) -> Spell {
        Spell { within: Within { depth, ..self.within.clone() }, ..self.clone() }
    }

    async fn send(&self, message: Message) -> Result<()> {
        self.messages.send(message).await.map_err(|_| cancelled())
    }
}

impl Asked {
    /// Its handler's time begins now.
    pub(super) fn deliver(&mut self) -> u64 {
        if let Some(delivered) = self.delivered.take() {
            // Whoever asked may be gone.
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
    Failure::new("cancelled", "the operation is cancelled")
}
