//! The JSON that llmspell-wasm reads and writes, as types: what crosses to a spell, and what a run leaves behind.
//!
//! Field order is part of each type: journals and results are compared byte by byte. The comments in `wit/` say what
//! the fields mean; a test holds both together.

pub mod audit;
mod code;
mod failure;
mod journal;
mod run;

pub use audit::AuditLine;
pub use code::Code;
pub use failure::Failure;
pub use journal::{JournalCost, JournalLine, JournalOutcome};
pub use run::{Fault, GuestInfo, Hashes, Ledger, LimitValue, LimitValues, ModelUse, Module, PolicyFile, Receipt};
