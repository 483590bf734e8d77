//! The workflow interface: steps that the host runs one after another, at the same time, by condition, in a loop, or as they
//! depend on each other.

#![deny(missing_docs)]

mod checkpoint;
mod condition;
mod diagram;
mod engine;
mod execution;
mod host;
mod interpolate;
mod names;
mod plan;
#[cfg(test)]
mod tests;
mod usage;
mod workflow;

pub use checkpoint::{AskedFor, Checkpoints};
pub use diagram::{Format as DiagramFormat, draw_recorded};
pub use host::WorkflowCapability;
