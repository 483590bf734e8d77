//! Rig logs prompts, replies and what a provider echoes. An embedder's log is no place for any of them.

use tracing::dispatcher::{Dispatch, with_default};
use tracing::instrument::{WithDispatch, WithSubscriber};
use tracing::subscriber::NoSubscriber;

/// The same future, whose events and spans nobody hears.
pub(crate) fn quietly<F: Future>(future: F) -> WithDispatch<F> {
    future.with_subscriber(NoSubscriber::default())
}

/// The same for what does not wait.
pub(crate) fn quiet<T>(work: impl FnOnce() -> T) -> T {
    with_default(&Dispatch::new(NoSubscriber::default()), work)
}
