//! Runs LLM scripts that nobody trusts, each in its own WebAssembly sandbox.
//!
//! A *spell* is a short program that drives models and agents. Its interpreter is compiled to WebAssembly; each spell
//! runs in a fresh instance, can do only what `wit/` defines, and is stopped by limits that nothing in it can catch.
//! [`Runtime`] is where to begin.

pub mod audit;
mod bindings;
pub mod config;
mod failure;
#[doc(hidden)]
pub mod fuzzing;
pub mod gate;
mod grants;
mod hash;
mod imports;
mod money;
mod nearest;
pub mod policy;
mod runtime;
mod services;
mod written;

pub use config::Config;
pub use grants::Grants;
pub use money::NanoDollars;
pub use nearest::nearest;
pub use runtime::limits::Limits;
pub use runtime::limits_table;
pub use runtime::outcome::{Ending, Fault, Limit, Outcome};
pub use runtime::spell::Spell;
pub use runtime::{GuestInfo, Runtime, SetupError, engine, guest};
pub use services::clock::Clock;
pub use services::listener::{Heard, Level, Listener, Transcript};
pub use services::model;
pub use services::module::Module;
pub use services::state;
pub use services::tool::{HostTool, Invocation, ToolError, ToolFailure};
pub use tokio_util::sync::CancellationToken;
