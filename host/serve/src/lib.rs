//! Serves runs of spells over HTTP, to many tenants.
//!
//! Each request brings a key, which belongs to a tenant: what it starts, stores and reads is that tenant's alone.
//! [`Server`] is where to begin.

#![deny(missing_docs)]

mod app;
mod begin;
mod body;
mod caller;
mod counted;
mod events;
mod idempotency;
mod journal;
mod keys;
mod limits;
mod listen;
mod listener;
mod live_run;
mod metrics;
mod names;
mod openai;
mod openapi;
mod order;
mod path;
mod places;
mod play;
mod problem;
mod record;
mod routes;
mod run;
mod runs;
mod server;
mod spells;
mod stored;
mod waiting;

pub use keys::{Key, Keys, NewKey, Right};
pub use limits::read as read_limits;
pub use server::{ServeError, Server};
