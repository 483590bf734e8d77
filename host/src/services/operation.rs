//! Work that goes on beside the guest, which pulls its steps.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::Value;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::gate::slots::Slot;

/// What the spell gets in the end.
pub type Result<T = Value> = std::result::Result<T, Failure>;

/// A step of an operation.
#[derive(Debug)]
pub enum Step {
    /// The last one.
    Done(Result),
}

/// Work that goes on beside the guest. Dropping it stops the work.
pub struct Operation {
    /// In order of creation, from 1.
    pub number: u64,
    state: State,
    /// Given back as soon as it is over.
    at_work: Option<Slot>,
    /// Given back when it is dropped.
    _open: Option<Slot>,
}

enum State {
    Ready(Box<Result>),
    Working(JoinHandle<Result>),
    Over(&'static str),
}

/// The places that an operation takes among those that a run may have.
#[derive(Debug, Default)]
pub struct Places {
    pub at_work: Option<Slot>,
    pub open: Option<Slot>,
}

impl Operation {
    /// One that is over before it began.
    pub fn ready(number: u64, result: Result) -> Operation {
        Operation { number, state: State::Ready(Box::new(result)), at_work: None, _open: None }
    }

    /// Starts the work at once, also if nobody ever waits for it.
    pub fn start(number: u64, places: Places, work: impl Future<Output = Result> + Send + 'static) -> Operation {
        Operation { number, state: State::Working(tokio::spawn(work)), at_work: places.at_work, _open: places.open }
    }

    /// The next step, once there is one.
    pub fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Step> {
        let result = match &mut self.state {
            State::Over(code) => {
                return Poll::Ready(Step::Done(Err(Failure::new(code, format!("the operation is {code}")))));
            }
            State::Ready(result) => std::mem::replace(&mut **result, Ok(Value::Null)),
            State::Working(work) => match Pin::new(work).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(result)) => result,
                // A panic in a service ends this operation, not the process; the report stands in the host's stderr.
                Poll::Ready(Err(_)) => {
                    Err(Failure::new("internal", "the host failed at this; the operator has the details"))
                }
            },
        };
        self.end("closed");
        Poll::Ready(Step::Done(result))
    }

    /// Stops the work. Nothing happens to one that is over.
    pub fn cancel(&mut self) {
        if !matches!(self.state, State::Over(_)) {
            self.stop();
            self.end("cancelled");
        }
    }

    fn end(&mut self, how: &'static str) {
        self.state = State::Over(how);
        self.at_work = None;
    }

    fn stop(&self) {
        if let State::Working(work) = &self.state {
            work.abort();
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::sync::Arc;

    async fn next(operation: &mut Operation) -> Result {
        let Step::Done(result) = poll_fn(|context| operation.poll_step(context)).await;
        result
    }

    #[tokio::test]
    async fn after_done_it_is_closed_and_stays_so() {
        let mut operation = Operation::start(1, Places::default(), async { Ok(Value::from(7)) });
        assert_eq!(next(&mut operation).await, Ok(Value::from(7)));
        operation.cancel();
        for _ in 0..2 {
            assert_eq!(next(&mut operation).await.unwrap_err().code, "closed");
        }
    }

    #[tokio::test]
    async fn cancel_and_drop_stop_the_work() {
        for drop_it in [true, false] {
            let alive = Arc::new(());
            let inside = alive.clone();
            let mut operation = Operation::start(1, Places::default(), async move {
                let _inside = inside;
                std::future::pending().await
            });
            tokio::task::yield_now().await;
            operation.cancel();
            assert_eq!(next(&mut operation).await.unwrap_err().code, "cancelled");
            if drop_it {
                drop(operation);
            }
            tokio::task::yield_now().await;
            assert_eq!(Arc::strong_count(&alive), 1);
        }
    }

    #[tokio::test]
    async fn a_panic_in_the_work_is_a_failure() {
        let mut operation = Operation::start(1, Places::default(), async { panic!("a bug") });
        assert_eq!(next(&mut operation).await.unwrap_err().code, "internal");
    }
}
