//! WASI 0.2 for guests that ask for it.
//!
//! A crate of its own, as the engine's code for all of its functions takes long to compile.

#![deny(missing_docs)]

mod link;

pub use link::link;
