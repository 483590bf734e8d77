//! WASI 0.2 for guests that ask for it: an empty world, with the run's own time and randomness.
//!
//! A crate of its own, as the engine's code for all of its functions takes long to compile.

#![deny(missing_docs)]

mod link;
mod services;
mod world;

pub use link::link;
pub use world::what_is_there;
