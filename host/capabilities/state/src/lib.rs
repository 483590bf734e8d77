//! The state interface: a spell's way to what its tenant keeps.

#![deny(missing_docs)]

mod access;
mod hooked;
mod host;
mod request;

pub use access::{Access, failure};
pub use host::StateCapability;
pub use request::lifetime;
