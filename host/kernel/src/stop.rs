//! What ends a run so that nothing in the guest can catch it.

use llmspell_base::{Failure, Limit};
use llmspell_policy::audit::AuditError;
use wasmtime::component::ResourceTableError;

/// The end of a run, as an import answers it: the engine unwinds the guest with it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Stop {
    /// A limit of the run is used up.
    #[error("a limit of the run is used up: {}", .0.word())]
    Spent(Limit),
    /// A budget of tokens or of money does not suffice for a model call.
    #[error("{}", .failure.message)]
    Budget {
        /// The limit of tokens or of money that does not suffice.
        limit: Limit,
        /// The failure that the work was told of.
        failure: Box<Failure>,
    },
    /// The spell asked for its end, with this exit code.
    #[error("exit {0}")]
    Exit(u8),
    #[error("{0}")]
    /// The run was stopped from outside, or its listener failed; the text says which.
    Cancelled(String),
    /// The guest broke the contract in a way that no script can.
    #[error("the guest broke its contract: {0}")]
    Guest(String),
    /// A bug of the host, or no memory, thread or file to be had.
    #[error("{0}")]
    Host(String),
}

impl Stop {
    /// Nothing takes the spell's output any more: going on is of no use.
    pub fn output(error: std::io::Error) -> Stop {
        Stop::Cancelled(format!("the output can't be written: {error}"))
    }
}

impl Stop {
    /// What an error of the host or of the engine is for the run, beside the engine's traps.
    pub fn of(error: &wasmtime::Error) -> Stop {
        if let Some(stop) = error.downcast_ref::<Stop>() {
            return stop.clone();
        }
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        let text = causes.join(": ").replace('\n', " ");
        // The engine's own limits, above those of the gate: it tells them apart by their text alone.
        if matches!(error.downcast_ref::<ResourceTableError>(), Some(ResourceTableError::Full))
            || text.contains("component handles")
        {
            return Stop::Spent(Limit::Handles);
        }
        if text.contains("fuel allocated for hostcalls") {
            return Stop::Spent(Limit::HostBytes);
        }
        // The system refused something that the engine asked for: a guest can't bring that about.
        if error.chain().any(|cause| cause.is::<std::io::Error>()) {
            return Stop::Host(text);
        }
        Stop::Guest(text)
    }
}

impl From<AuditError> for Stop {
    /// A decision that can't be recorded must not go unseen.
    fn from(error: AuditError) -> Stop {
        Stop::Host(error.to_string())
    }
}
