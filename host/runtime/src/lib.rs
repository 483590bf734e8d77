//! Runs untrusted LLM scripts of many tenants, each in its own WebAssembly sandbox.
//!
//! A *spell* is a short program that drives models and agents. Its interpreter is compiled to WebAssembly; each spell
//! runs in a fresh instance, can do only what `wit/` defines, and is stopped by limits that nothing in it can catch.
//! [`Runtime`] is where to begin.

#![deny(missing_docs)]

mod admission;
mod bindings;
mod capabilities;
pub mod config;
mod ending;
pub mod engine;
mod examine;
#[doc(hidden)]
pub mod fuzzing;
pub mod guest;
mod loaded;
mod outcome;
mod queries;
mod receipt;
mod recorded;
mod redacted;
mod repl;
pub mod replay;
mod replaying;
mod runtime;
mod spell;
mod sums;
mod text;
mod watcher;

pub use config::Config;
pub use llmspell_api::{self as api, Fault, GuestInfo, Ledger, ModelUse, Module};
pub use llmspell_base::clock::Clock;
pub use llmspell_base::file;
pub use llmspell_base::hash::{from_hex, hash};
pub use llmspell_base::limits::table as limits_table;
pub use llmspell_base::nearest::nearest;
pub use llmspell_base::text::invisible;
pub use llmspell_base::{Limit, Limits, NanoDollars};
pub use llmspell_capability_core::module::{builtin as carried_text, open_within};
pub use llmspell_capability_network as network;
pub use llmspell_capability_session::mime_type;
pub use llmspell_capability_tool::{HostTool, Invocation, ToolError, ToolFailure};
pub use llmspell_capability_workflow::{AskedFor, Checkpoints, DiagramFormat, draw_recorded};
pub use llmspell_kernel::listener::{Heard, Level, Listener, Transcript};
pub use llmspell_kernel::recorder::{StepMoment, Used, WorkflowEvent, WorkflowMoment};
pub use llmspell_kernel::{Answer, Approver, Asking, By, CallContext, Decided, Question};
pub use llmspell_mcp as mcp;
pub use llmspell_models as model;
pub use llmspell_policy::{self as policy, Cost, Grants, Policy, audit};
pub use llmspell_state as state;
pub use outcome::{Ending, Outcome};
pub use receipt::About;
pub use repl::{Entry, Evaluated, Evaluation, Repl};
pub use runtime::{Runtime, SetupError, standard_tools};
pub use spell::Spell;
pub use tokio_util::sync::CancellationToken;
pub use watcher::WorkflowWatcher;
