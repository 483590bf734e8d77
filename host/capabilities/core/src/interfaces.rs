//! The small interfaces of the WIT, one file each, and the list that adds them to a host.

pub mod budget;
pub mod clock;
pub mod config;
pub mod environment;
pub mod event;
pub mod exit;
pub mod hook;
pub mod log;
pub mod module;
pub mod output;
pub mod random;

use std::sync::Arc;

use llmspell_budget::Accounts;
use llmspell_kernel::Capabilities;

/// Adds the small interfaces to a host's capabilities. A new one is one line; what it takes from another comes after that.
pub fn add_to(capabilities: Capabilities, known: Arc<config::Known>, accounts: Accounts) -> Capabilities {
    capabilities
        .with(output::OutputCapability)
        .with(log::LogCapability)
        .with(clock::ClockCapability)
        .with(random::RandomCapability)
        .with(exit::ExitCapability)
        .with(environment::EnvironmentCapability)
        .with(module::ModuleCapability)
        .with(config::ConfigCapability { known })
        .with(event::EventCapability)
        .with(hook::HookCapability)
        .with(budget::BudgetCapability { accounts })
}
