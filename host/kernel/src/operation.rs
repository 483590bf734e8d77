//! Operations: work outside the guest, which pulls its steps.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::Instrument;

use llmspell_api::agent::Chunk;
use llmspell_base::host_memory::Held;
use llmspell_base::slots::Slot;
use llmspell_base::{Code, Failure};

mod channel;
#[cfg(test)]
mod tests;

use channel::{Asked, Message};
pub use channel::{Channel, GuestCalls};
pub(crate) use channel::{GuestChannel, ParentCall};

/// What the spell gets in the end.
pub type Result<T = Value> = std::result::Result<T, Failure>;

/// What an operation does, boxed.
pub type Work = Pin<Box<dyn Future<Output = Result> + Send>>;

/// A step of an operation. Values stay JSON text until they are fetched: parsed, they take many times as much memory.
#[derive(Debug)]
pub(crate) enum Step {
    /// A piece of a streamed result.
    Chunk(String),
    /// The spell is to run one of its functions, and to answer.
    Call { id: u64, handler: u64, arguments: String },
    /// The last one.
    Done(Result<String>),
}

/// Work that goes on beside the guest. Dropping it stops the work.
pub struct Operation {
    /// In order of creation, from 1.
    pub number: u64,
    state: State,
    /// Calls that the spell has not answered yet.
    unanswered: HashMap<u64, Asked>,
    /// What its arguments take of the host's memory, given back as soon as it is over.
    arguments: Option<Held>,
    /// It goes on where a prompt's text is interrupted.
    outlasts: bool,
    /// Given back as soon as it is over.
    at_work: Option<Slot>,
    /// Given back when it is dropped.
    _open: Option<Slot>,
}

enum State {
    Working {
        work: JoinHandle<Result<Kept>>,
        messages: mpsc::Receiver<Message>,
        held: Option<Message>,
    },
    /// The work is done; what it said before goes first.
    Finished {
        result: Result<Kept>,
        messages: Option<mpsc::Receiver<Message>>,
        held: Option<Message>,
    },
    Over(Code),
}

/// A result that waits to be fetched.
struct Kept {
    text: String,
    _held: Held,
}

/// The slots that an operation takes among those that a run may have.
#[derive(Debug, Default)]
pub(crate) struct OperationSlots {
    pub at_work: Option<Slot>,
    pub open: Option<Slot>,
    pub arguments: Option<Held>,
}

/// Pieces of text that have queued up go to the spell as one, up to this many bytes.
const JOINED_BYTES: usize = 64 << 10;

impl Operation {
    /// One that is over before it began.
    pub fn ready(number: u64, failure: Failure) -> Operation {
        let state = State::Finished { result: Err(failure), messages: None, held: None };
        Operation {
            number,
            state,
            unanswered: HashMap::new(),
            arguments: None,
            outlasts: false,
            at_work: None,
            _open: None,
        }
    }

    /// Starts the work at once, even if the spell never waits for it. `channel` is the other end of the context's channel to
    /// the spell.
    pub(crate) fn start(
        number: u64,
        slots: OperationSlots,
        channel: Channel,
        span: tracing::Span,
        work: Work,
    ) -> Operation {
        let Channel { messages, memory } = channel;
        let work = async move {
            let text = work.await?.to_string();
            let _held = memory.take(text.len())?;
            Ok(Kept { text, _held })
        };
        let state = State::Working { work: tokio::spawn(work.instrument(span)), messages, held: None };
        let OperationSlots { at_work, open, arguments } = slots;
        Operation { number, state, unanswered: HashMap::new(), arguments, outlasts: false, at_work, _open: open }
    }

    /// The same, which goes on where a prompt's text is interrupted.
    pub(crate) fn outlasting(mut self, outlasts: bool) -> Operation {
        self.outlasts = outlasts;
        self
    }

    /// Stops the work, unless it goes on where a prompt's text is interrupted.
    pub(crate) async fn interrupt(&mut self) {
        if !self.outlasts {
            self.cancel().await;
        }
    }

    /// The next step, once there is one.
    pub(crate) fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Step> {
        loop {
            match &mut self.state {
                State::Over(code) => {
                    return Poll::Ready(Step::Done(Err(Failure::new(*code, format!("the operation is {code}")))));
                }
                State::Working { work, messages, held } => {
                    let message = match held.take() {
                        Some(message) => Some(message),
                        None => match messages.poll_recv(context) {
                            Poll::Ready(message) => message,
                            Poll::Pending => None,
                        },
                    };
                    if let Some(message) = message {
                        let message = join(message, messages, held);
                        return Poll::Ready(self.step(message));
                    }
                    let Poll::Ready(result) = Pin::new(work).poll(context) else { return Poll::Pending };
                    // A panic in a service ends this operation, not the process; the report stands in the host's stderr.
                    let panicked =
                        |_| Failure::new(Code::Internal, "the host failed at this; the operator has the details");
                    let result = result.map_err(panicked).flatten();
                    // What was said before the end comes first.
                    let (_, closed) = mpsc::channel(1);
                    let messages = Some(std::mem::replace(messages, closed));
                    self.state = State::Finished { result, messages, held: None };
                }
                State::Finished { result, messages, held } => {
                    if let Some(from) = messages
                        && let Some(message) = held.take().or_else(|| from.try_recv().ok())
                    {
                        let message = join(message, from, held);
                        return Poll::Ready(self.step(message));
                    }
                    let closed = Err(Failure::new(Code::Closed, "the operation is closed"));
                    let result = std::mem::replace(result, closed);
                    self.end(Code::Closed);
                    return Poll::Ready(Step::Done(result.map(|kept| kept.text)));
                }
            }
        }
    }

    /// Hands the spell's answer to the work that made the call. An id that is not open is ignored: the work may be gone.
    pub fn answer(&mut self, call: u64, outcome: Result) {
        if let Some(asked) = self.unanswered.remove(&call) {
            asked.answer(outcome);
        }
    }

    /// Stops the work, and returns when it is gone: what it had begun is settled and in the journal by then. Nothing
    /// happens to one that is over.
    ///
    /// Whether it were so only later would depend on when others next have the thread, and a run that ends before that
    /// would be charged for less.
    pub async fn cancel(&mut self) {
        if let State::Working { work, .. } = &mut self.state {
            work.abort();
            let _ = work.await;
        }
        if !matches!(self.state, State::Over(_)) {
            self.end(Code::Cancelled);
        }
    }

    fn step(&mut self, message: Message) -> Step {
        match message {
            Message::Text(text) => Step::Chunk(json!(Chunk::Text(text)).to_string()),
            Message::Chunk(value) => Step::Chunk(value),
            Message::Call { handler, arguments, asked, _held } => {
                let mut asked = asked;
                let id = asked.deliver();
                // Calls whose answer is no longer awaited make room.
                self.unanswered.retain(|_, asked| asked.is_open());
                self.unanswered.insert(id, asked);
                Step::Call { id, handler, arguments }
            }
        }
    }

    fn end(&mut self, how: Code) {
        self.state = State::Over(how);
        self.unanswered = HashMap::new();
        (self.at_work, self.arguments) = (None, None);
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if let State::Working { work, .. } = &self.state {
            work.abort();
        }
    }
}

/// A piece of text together with those that wait behind it; what comes after them is held back.
fn join(message: Message, messages: &mut mpsc::Receiver<Message>, held: &mut Option<Message>) -> Message {
    let Message::Text(mut text) = message else { return message };
    while text.len() < JOINED_BYTES {
        match messages.try_recv() {
            Ok(Message::Text(more)) => text.push_str(&more),
            Ok(other) => {
                *held = Some(other);
                break;
            }
            Err(_) => break,
        }
    }
    Message::Text(text)
}
