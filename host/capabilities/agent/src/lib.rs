//! The agent interface: agents, single requests, embeddings.

mod agents;
mod host;

pub use host::AgentCapability;
