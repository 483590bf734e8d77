//! What the command line promises, asked of the binary itself.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cli/approval.rs"]
mod approval;
#[path = "cli/authoring.rs"]
mod authoring;
#[path = "cli/endings.rs"]
mod endings;
#[path = "cli/guest.rs"]
mod guest;
#[path = "cli/harness.rs"]
mod harness;
#[path = "cli/info.rs"]
mod info;
#[path = "cli/manifest.rs"]
mod manifest;
#[path = "cli/mcp.rs"]
mod mcp;
#[path = "cli/network.rs"]
mod network;
#[path = "cli/policy.rs"]
mod policy;
#[path = "cli/progress.rs"]
mod progress;
#[path = "cli/provider.rs"]
mod provider;
#[path = "cli/rag.rs"]
mod rag;
#[path = "cli/record.rs"]
mod record;
#[path = "cli/refused.rs"]
mod refused;
#[path = "cli/repl.rs"]
mod repl;
#[path = "cli/serve.rs"]
mod serve;
#[path = "cli/session.rs"]
mod session;
#[path = "cli/sharing.rs"]
mod sharing;
#[path = "cli/signals.rs"]
mod signals;
#[path = "cli/spells.rs"]
mod spells;
#[path = "cli/state.rs"]
mod state;
#[path = "cli/tool.rs"]
mod tool;
#[path = "cli/watch.rs"]
mod watch;
#[path = "cli/whole_spells.rs"]
mod whole_spells;
#[path = "cli/workflow.rs"]
mod workflow;
