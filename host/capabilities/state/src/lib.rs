//! The state interface: a spell's way to what its tenant keeps.

mod access;
mod hooked;
mod host;
pub mod request;

pub use access::Access;
pub use host::StateCapability;
