//! The small interfaces: time, chance, output, logs, configuration, environment, modules, budgets, hooks and events.

#![deny(missing_docs)]

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
