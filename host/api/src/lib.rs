//! The JSON that llmspell-wasm reads and writes, as types: what crosses to a spell, and what a run leaves behind.
//!
//! Field order is part of each type: journals and results are compared byte by byte. The comments in `wit/` say what
//! the fields mean; a test holds both together.

mod code;
mod failure;

pub use code::Code;
pub use failure::Failure;
