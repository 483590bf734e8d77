//! What the imports are backed by: plain Rust that knows nothing of wasmtime. Each has its own types and errors.

pub mod agent;
pub mod clock;
pub mod config;
pub mod environment;
mod fields;
pub mod listener;
pub mod model;
pub mod module;
pub mod operation;
pub mod random;
pub mod state;

/// What one run has at its service.
pub struct Services {
    pub agent: agent::Agents,
    pub clock: clock::Clock,
    pub config: config::View,
    pub environment: environment::Environment,
    pub listener: Box<dyn listener::Listener>,
    pub module: module::Modules,
    pub random: random::Random,
}
