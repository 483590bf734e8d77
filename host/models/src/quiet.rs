//! Rig logs prompts, replies and what a provider echoes. An embedder's log is no place for any of them.

use tracing::dispatcher::{Dispatch, with_default};
use tracing::instrument::{WithDispatch, WithSubscriber};
use tracing::subscriber::NoSubscriber;

/// The same future, with its events and spans discarded.
pub(crate) fn quietly<F: Future>(future: F) -> WithDispatch<F> {
    future.with_subscriber(NoSubscriber::default())
}

/// Runs `work` with its events and spans discarded.
pub(crate) fn quiet<T>(work: impl FnOnce() -> T) -> T {
    with_default(&Dispatch::new(NoSubscriber::default()), work)
}
