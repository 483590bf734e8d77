//! What the imports are backed by: plain Rust that knows nothing of wasmtime. Each has its own types and errors.

pub mod agent;
pub mod budget;
pub mod clock;
pub mod config;
pub mod environment;
pub mod event;
mod fields;
pub mod hook;
pub mod listener;
pub mod model;
pub mod module;
pub mod operation;
pub mod random;
pub mod state;
pub mod tool;

/// What one run has at its service.
pub struct Services {
    pub agent: agent::Agents,
    pub clock: clock::Clock,
    pub config: config::View,
    pub environment: environment::Environment,
    pub event: event::Events,
    pub hook: hook::Hooks,
    pub listener: listener::Audience,
    pub module: module::Modules,
    pub random: random::Random,
    pub state: state::Access,
    pub tool: tool::Tools,
}
