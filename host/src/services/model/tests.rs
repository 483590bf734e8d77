//! Providers as they can be: over a real socket.

mod doubles;
mod limits;
mod names;
mod replies;
mod runs;
mod server;
mod statuses;
