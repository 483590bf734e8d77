//! The agent interface: agents, single requests, embeddings.

#![deny(missing_docs)]

mod agents;
mod host;

pub use agents::{Agent, Agents, Knowledge};
pub use host::{AgentCapability, AgentHandle, bindings};
