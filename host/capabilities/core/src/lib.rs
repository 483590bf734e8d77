//! The small interfaces: time, chance, output, logs, configuration, environment, modules, budgets, hooks and events.

#![deny(missing_docs)]

mod interfaces;

pub use interfaces::*;
