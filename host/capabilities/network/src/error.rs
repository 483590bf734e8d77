//! Why a request could not be done.

use std::error::Error;
use std::time::Duration;

use llmspell_base::{Code, Failure};
use serde_json::json;

/// Why a request could not be done, without the host that it went to.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NetworkError {
    /// The name has no address.
    #[error("there is no such host")]
    NoHost,
    /// An address of the host is none that the spell may reach.
    #[error("{0}")]
    Address(String),
    /// Nothing came in time.
    #[error("{what} within {} s", .limit.as_secs_f64())]
    Timeout {
        /// What did not happen.
        what: &'static str,
        /// In which time.
        limit: Duration,
    },
    /// More bytes than a response may have.
    #[error("the response has more than {0} bytes")]
    TooLarge(u64),
    /// More requests than the operator allows.
    #[error("{what}: try again in {} s", .wait.as_secs_f64().ceil())]
    TooMany {
        /// Of whom.
        what: String,
        /// Until there may be one.
        wait: Duration,
    },
    /// The connection failed, or what came is no HTTP.
    #[error("{0}")]
    Broken(String),
    /// What the spell asked for can't be done.
    #[error("{0}")]
    Unusable(String),
    /// The run's own limits, or a denial.
    #[error("{}", .0.message)]
    Own(Failure),
}

impl NetworkError {
    /// The failure that the spell gets.
    pub fn of(self, host: &str) -> Failure {
        use NetworkError as E;
        let details = match &self {
            E::TooMany { wait, .. } => Some(json!({ "retry_after_seconds": wait.as_secs_f64().ceil() })),
            _ => None,
        };
        let code = match &self {
            E::NoHost => Code::NotFound,
            E::Address(_) => Code::Denied,
            E::Timeout { .. } => Code::Timeout,
            E::TooLarge(_) => Code::TooLarge,
            E::TooMany { .. } => Code::RateLimited,
            E::Broken(_) => Code::Network,
            E::Unusable(_) => Code::Invalid,
            E::Own(failure) => return failure.clone(),
        };
        Failure { details, ..Failure::new(code, format!("'{host}': {self}")) }
    }

    /// What another library says of a connection: the innermost cause, on one line.
    pub fn broken(what: &str, error: &(dyn Error + 'static)) -> NetworkError {
        let mut cause = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let text = cause.to_string();
        // Numbers of the system say nothing.
        let text = text.split(" (os error").next().unwrap_or_default();
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(200).collect();
        NetworkError::Broken(format!("{what}: {text}"))
    }
}

impl From<Failure> for NetworkError {
    fn from(failure: Failure) -> NetworkError {
        NetworkError::Own(failure)
    }
}
