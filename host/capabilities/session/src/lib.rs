//! The interfaces `session` and `artifact`: what belongs together across runs, and documents of any size.

#![deny(missing_docs)]

mod access;
mod artifact;
mod session;

pub use access::Sessions;
pub use artifact::{ArtifactCapability, mime_type};
pub use session::SessionCapability;
