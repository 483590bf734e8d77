//! Tests of providers, over a real socket.

mod behaviours;
mod caller;
mod doubles;
mod limits;
mod logs;
mod names;
mod replies;
mod runs;
mod server;
mod servers;
mod statuses;
mod wires;
mod work;
