//! The interfaces `session`, `artifact` and `memory`: what belongs together across runs, documents of any size, and what was said.

#![deny(missing_docs)]

mod access;
mod artifact;
mod memory;
mod session;

pub use access::Sessions;
pub use artifact::{ArtifactCapability, check_session, mime_type};
pub use memory::{Memory, MemoryCapability};
pub use session::SessionCapability;
