//! The JSON that llmspell-wasm reads and writes, as types: what crosses to a spell, and what a run leaves behind.
//!
//! Field order is part of each type: journals and results are compared byte by byte. The comments in `wit/` say what
//! the fields mean; a test holds both together. Types of requests are for readers and for schemas: the host reads what
//! a spell wrote field by field, to say what is wrong with it.

#![deny(missing_docs)]

pub mod agent;
pub mod approval;
pub mod artifact;
pub mod audit;
pub mod budget;
pub mod cli;
mod code;
pub mod config;
pub mod event;
mod failure;
pub mod file;
pub mod hook;
pub mod journal;
pub mod memory;
pub mod network;
pub mod policy;
pub mod rag;
pub mod record;
mod run;
pub mod schema;
pub mod session;
pub mod state;
pub mod tool;
pub mod workflow;

pub use audit::AuditLine;
pub use code::Code;
pub use failure::Failure;
pub use journal::{JournalCost, JournalLine, JournalOutcome};
pub use run::{Fault, GuestInfo, Hashes, Ledger, LimitValue, LimitValues, ModelUse, Module, PolicyFile, Receipt};
