//! Tests for guest components: the cases that every guest language plays, hostile input, and test doubles.
//!
//! The test of a guest in a crate of its own, with `harness = false`:
//!
//! ```no_run
//! use llmspell_testkit::{GuestUnderTest, Language, conformance, libtest_mimic};
//!
//! fn main() {
//!     let language = Language { name: "mine", extensions: &["mine"] };
//!     let guest = GuestUnderTest::from_file(language, "my-language.wasm").unwrap();
//!     let mut options = conformance::Options::new(conformance::CASES, vec![guest]);
//!     options.spells = Some("spells".into());
//!     libtest_mimic::run(&libtest_mimic::Arguments::from_args(), conformance::trials(&options)).exit();
//! }
//! ```

#![deny(missing_docs)]
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod component;
pub mod conformance;
pub mod double;
mod guest;
#[cfg(target_os = "linux")]
pub mod hostile;

pub use component::component;
pub use guest::GuestUnderTest;
pub use libtest_mimic;
pub use llmspell_wasm::guest::Language;
