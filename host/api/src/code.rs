//! The codes of failures.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal,)+) => {
        /// The code of a failure: a stable word for programs.
        ///
        /// These are the host's own, and new ones may be added. Tools and the spell's own functions may fail with others.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $name,)+
        }

        impl Code {
            /// All of them, in the order of their definition.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// As it stands in JSON, such as "not-found".
            pub const fn word(self) -> &'static str {
                match self {
                    $(Code::$name => $word,)+
                }
            }
        }
    };
}

codes! {
    /// The spell was not granted it, or a hook that fails closed had an error.
    Denied = "denied",
    /// There is no such provider, model, tool, module, subscription, recording or backup.
    NotFound = "not-found",
    /// An argument is wrong: the message says which, and what is expected.
    Invalid = "invalid",
    /// A value, an argument, a result, a file or a reply is over its bound.
    TooLarge = "too-large",
    /// It took longer than it may: a request to a provider, a tool, a handler, an agent's run.
    Timeout = "timeout",
    /// The provider accepts no more requests for now; details may hold `retry_after_seconds`.
    RateLimited = "rate-limited",
    /// The provider's key is missing, or was refused.
    Auth = "auth",
    /// The provider failed in any other way: the connection, its answer or its format.
    Provider = "provider",
    /// The connection to a host failed, or what came over it is no HTTP.
    Network = "network",
    /// A budget of tokens or money, `max_turns` or another limit of the run is used up.
    Budget = "budget",
    /// Too many things are open, or the memory that the host keeps for the run is used up.
    Handles = "handles",
    /// Calls of the spell's own functions are nested too deep.
    Nesting = "nesting",
    /// A hook cancelled it, or nothing waited for its result any more.
    Cancelled = "cancelled",
    /// The operation is closed, or the agent is paused or shut down.
    Closed = "closed",
    /// A function of the spell's own raised an error.
    Script = "script",
    /// A tool raised an error.
    Tool = "tool",
    /// An MCP server can't be started, has ended, or does not answer as the protocol has it.
    Mcp = "mcp",
    /// A bug in the host or in a tool of the host program.
    Internal = "internal",
    /// The model's answer does not conform to the `schema` that was asked for.
    InvalidOutput = "invalid-output",
    /// A version or the absence of a key does not hold (details hold `current`), or other processes keep writing.
    Conflict = "conflict",
    /// The tenant or the run has as much of the store as it may have.
    Quota = "quota",
    /// Another process is using the store, for longer than a run may wait.
    StoreBusy = "store-busy",
    /// The store does not hold what was written to it.
    StoreDamaged = "store-damaged",
    /// The store can't be opened or written.
    StoreUnusable = "store-unusable",
}

impl Code {
    /// The code with this word; `None` if it is not one of the host's.
    pub fn parse(word: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.word() == word)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl From<Code> for Cow<'static, str> {
    fn from(code: Code) -> Cow<'static, str> {
        code.word().into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_code_is_its_word_in_json() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.word());
            assert_eq!(serde_json::from_value::<Code>(code.word().into()).unwrap(), *code);
            assert_eq!(Code::parse(code.word()), Some(*code));
        }
        assert_eq!(Code::parse("out-of-paper"), None);
    }
}
