//! What every store promises, asked of each; and what each promises beyond that.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "state/artifacts.rs"]
mod artifacts;
#[path = "state/backups.rs"]
mod backups;
#[path = "state/canaries.rs"]
mod canaries;
#[path = "state/crash.rs"]
mod crash;
#[path = "state/exchange.rs"]
mod exchange;
#[path = "state/expiry.rs"]
mod expiry;
#[path = "state/failing.rs"]
mod failing;
#[path = "state/flipped.rs"]
mod flipped;
#[path = "state/harness.rs"]
mod harness;
#[path = "state/migrations.rs"]
mod migrations;
#[path = "state/model.rs"]
mod model;
#[path = "state/pages.rs"]
mod pages;
#[path = "state/power.rs"]
mod power;
#[path = "state/processes.rs"]
mod processes;
#[path = "state/races.rs"]
mod races;
#[path = "state/rebuilding.rs"]
mod rebuilding;
#[path = "state/room.rs"]
mod room;
#[path = "state/streams.rs"]
mod streams;
#[path = "state/sweeping.rs"]
mod sweeping;
