//! The capabilities of the host: what a guest can import.

use std::sync::Arc;

use llmspell_budget::Accounts;
use llmspell_capability_agent::AgentCapability;
use llmspell_capability_core::config::Known;
use llmspell_capability_file::FileCapability;
use llmspell_capability_network::NetworkCapability;
use llmspell_capability_rag::{RagCapability, Shards};
use llmspell_capability_session::{ArtifactCapability, MemoryCapability, SessionCapability};
use llmspell_capability_state::StateCapability;
use llmspell_capability_tool::{HostTools, ToolCapability, ToolSource};
use llmspell_capability_workflow::WorkflowCapability;
use llmspell_kernel::Capabilities;
use llmspell_models::Models;
use llmspell_state::Store;

/// What capabilities are made of.
pub struct Services {
    pub models: Models,
    pub tools: Arc<HostTools>,
    /// Other programs that offer tools.
    pub tool_source: Arc<dyn ToolSource>,
    pub network: NetworkCapability,
    pub store: Store,
    pub accounts: Accounts,
    /// What spells may know of the configuration.
    pub known: Arc<Known>,
}

/// Every capability. A new crate is one line; what it takes from another one comes after that.
pub fn compose(services: Services) -> Capabilities {
    let Services { models, tools, tool_source, network, store, accounts, known } = services;
    llmspell_capability_core::add_to(Capabilities::default(), known, accounts)
        .with(FileCapability)
        .with(network)
        .with(StateCapability { store: store.clone() })
        .with(SessionCapability { store: store.clone() })
        .with(ArtifactCapability)
        .with(MemoryCapability)
        .with(ToolCapability { registry: tools, source: Some(tool_source) })
        .with(AgentCapability { models })
        .with(RagCapability { store: store.clone(), shards: Shards::default() })
        .with(WorkflowCapability { store })
}
