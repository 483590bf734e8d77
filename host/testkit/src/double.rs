//! Test doubles: a model server on 127.0.0.1, and a sink to read back what a run wrote.
//!
//! Scripted models ([`Models::scripted`](llmspell_wasm::model::Models::scripted)) and a listener that keeps what it hears
//! ([`Transcript`](llmspell_wasm::Transcript)) are part of the library.

mod approver;
mod buffer;
mod server;

pub use approver::Answers;
pub use buffer::Buffer;
pub use server::{completion, respond, serve, serve_in_turn};
