//! What a guest language has to do, as cases that are played with it: `llmspell-wasm guest test`, and a library for an
//! author's own tests.
//!
//! A case says what a spell does and what must come back. The author writes the spell in the language, as the file
//! `CHAPTER/NAME.EXTENSION` of a folder. Each is played twice, with the same seed and clock: both times must end alike and burn
//! the same fuel. One that the kit stops is played once.
//!
//! ```no_run
//! use llmspell_guest_kit::{Kit, Verdict, play};
//! use llmspell_wasm::guest::Guest;
//!
//! let wasm = std::fs::read("my-language.wasm")?;
//! let kit = Kit { guest: Guest::compile(&wasm)?, extension: "mine".into(), spells: "spells".into() };
//! for played in play(&kit)? {
//!     assert!(!matches!(played.verdict, Verdict::Failed(_)), "{}: {:?}", played.name, played.verdict);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod case;
mod judge;
mod play;

pub use case::{Case, cases};
pub use judge::Seen;
pub use play::{Kit, Played, Verdict, play};
