//! Providers as they can be: over a real socket.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod doubles;
mod limits;
mod names;
mod replies;
mod server;
mod statuses;
