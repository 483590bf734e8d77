//! Serves runs of spells over HTTP, to many tenants.
//!
//! Each request brings a key, which belongs to a tenant: what it starts, stores and reads is that tenant's alone.
//! [`Server`] is where to begin.

#![deny(missing_docs)]

mod app;
mod body;
mod caller;
mod events;
mod idempotency;
mod journal;
mod keys;
mod limits;
mod listen;
mod listener;
mod metrics;
mod names;
mod openai;
mod openapi;
mod places;
mod play;
mod problem;
mod record;
mod routes;
mod runs;
mod server;
mod spells;
mod stored;
mod waiting;

pub use keys::{Key, Keys, NewKey, Right};
pub use limits::read as read_limits;
pub use server::{ServeError, Server};
