//! Why a server could not do what it was asked for.

use std::time::Duration;

use llmspell_base::{Code, Failure};

/// What went wrong between the host and a server. Of what the server itself says, only errors in answers are repeated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum McpError {
    /// No server has this name.
    #[error("there is no MCP server '{name}'{hint}")]
    Unknown {
        /// As it was asked for.
        name: String,
        /// The nearest name, or those that there are.
        hint: String,
    },
    /// The process can't be started, or does not begin to speak.
    #[error("the MCP server '{server}' can't be started: {why}")]
    Start {
        /// Its name.
        server: String,
        /// One clause.
        why: String,
    },
    /// It failed a moment ago.
    #[error("the MCP server '{server}' failed a moment ago: it is started again in {seconds} s")]
    Backoff {
        /// Its name.
        server: String,
        /// Until it may be tried again.
        seconds: u64,
    },
    /// It ended, or what it sent ended the connection.
    #[error("the MCP server '{server}' {why}")]
    Ended {
        /// Its name.
        server: String,
        /// One clause without a subject.
        why: String,
    },
    /// There was no answer in time.
    #[error("the MCP server '{server}' did not answer within {} ms", time.as_millis())]
    Late {
        /// Its name.
        server: String,
        /// How long it had.
        time: Duration,
    },
    /// An answer that is none.
    #[error("the MCP server '{server}' answered with {what}")]
    Answer {
        /// Its name.
        server: String,
        /// What it was.
        what: String,
    },
    /// An answer that says that something is wrong.
    #[error("the MCP server '{server}' refused: {message}")]
    Refused {
        /// Its name.
        server: String,
        /// Of JSON-RPC.
        code: i64,
        /// What it said, cut.
        message: String,
    },
    /// A result that is larger than it may be.
    #[error("the result has {bytes} bytes; the MCP server '{server}' may send {most} (max_result)")]
    TooLarge {
        /// Its name.
        server: String,
        /// Of the result.
        bytes: usize,
        /// That it may have.
        most: usize,
    },
}

impl McpError {
    fn code(&self) -> Code {
        match self {
            McpError::Unknown { .. } => Code::NotFound,
            McpError::Late { .. } => Code::Timeout,
            McpError::TooLarge { .. } => Code::TooLarge,
            McpError::Refused { .. } => Code::Tool,
            McpError::Start { .. } | McpError::Backoff { .. } | McpError::Ended { .. } | McpError::Answer { .. } => {
                Code::Mcp
            }
        }
    }
}

impl From<McpError> for Failure {
    fn from(error: McpError) -> Failure {
        Failure::new(error.code(), error.to_string())
    }
}
