//! Errors of HTTP, without the URL.

use std::time::Duration;

use rig_core::http_client::Error;
use tokio::time::Instant;

use super::seconds;
use llmspell_base::Failure;

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{what} within {}", seconds(*limit))]
    Timeout { what: &'static str, limit: Duration, connecting: bool },
    #[error("the reply is over {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the reply has a line of over {limit} bytes")]
    LongLine { limit: usize },
    #[error("the reply holds over {limit} JSON values")]
    TooManyValues { limit: usize },
    #[error("the arguments of its tool calls are no JSON, and over {limit} bytes")]
    BrokenArguments { limit: usize },
    #[error("the arguments of a tool call are nested over 127 levels deep")]
    DeepArguments,
    #[error("the arguments of its tool calls come in too many pieces that do not say which call they belong to")]
    ScatteredArguments,
    #[error("the model called over {limit} tools in one turn; {limit} are the most")]
    TooManyCalls { limit: usize },
    /// The run's own bound of the host's memory.
    #[error("{}", .0.message)]
    NoMemory(Failure),
    #[error("cannot connect: {cause} (is the server running, at the provider's base_url?)")]
    NoConnection { cause: String },
    #[error("{what}: {cause}")]
    Broken { what: &'static str, cause: String },
    /// An error that came with status 200, in the provider's own words.
    #[error("{said}")]
    Said { said: String },
    #[error("multipart requests are not sent from here")]
    Unsupported,
}

impl Fault {
    pub fn sending(error: reqwest::Error) -> Error {
        Fault::Broken { what: "the request cannot be sent", cause: cause(&error.without_url()) }.into()
    }

    /// Before the reply's headers.
    pub fn asking(error: reqwest::Error, connect: Duration) -> Fault {
        if error.is_connect() && error.is_timeout() {
            return Fault::Timeout { what: "no connection", limit: connect, connecting: true };
        }
        let connecting = error.is_connect();
        let cause = cause(&error.without_url());
        if connecting { Fault::NoConnection { cause } } else { Fault::Broken { what: "the request failed", cause } }
    }

    pub fn receiving(error: reqwest::Error) -> Fault {
        Fault::Broken { what: "the reply broke off", cause: cause(&error.without_url()) }
    }

    pub fn silent(limit: Duration) -> Fault {
        Fault::Timeout { what: "nothing came", limit, connecting: false }
    }

    pub fn stalled(limit: Duration) -> Fault {
        Fault::Timeout { what: "nothing more came", limit, connecting: false }
    }

    pub fn incomplete(limit: Duration) -> Fault {
        Fault::Timeout { what: "the reply was not complete", limit, connecting: false }
    }

    /// Whether the server cannot have begun to work.
    pub fn is_connecting(&self) -> bool {
        matches!(self, Fault::NoConnection { .. } | Fault::Timeout { connecting: true, .. })
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::instance(fault)
    }
}

/// reqwest's own words end at "error sending request"; the reason is at the bottom of the chain.
pub fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// The future's output, or whether it was the deadline (and not `limit`) that passed first.
pub async fn within<T>(deadline: Instant, limit: Duration, future: impl Future<Output = T>) -> Result<T, bool> {
    let end = Instant::now() + limit;
    tokio::time::timeout_at(end.min(deadline), future).await.map_err(|_| deadline <= end)
}
