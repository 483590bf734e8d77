//! The record of a run, `.spellrun`: what the host answered to each call that the guest made, in order.
//!
//! A file is a mark and frames; a frame is a piece of a stream of entries, compressed, with a number and a checksum. So a run
//! that is killed leaves a record that is good up to its last whole frame. Everything is bounded when it is read: a record may
//! come from anybody. No clock, no thread, no file: [`Entries`] and [`Frames`] write, [`Reader`] reads.

#![deny(missing_docs)]

mod bounds;
mod bytes;
mod entry;
mod error;
mod frame;
mod reader;
#[cfg(test)]
mod tests;
mod value;
mod writer;

pub use bounds::Bounds;
pub use bytes::Malformed;
pub use entry::{Arguments, Call, Entry, Outcome, Shown};
pub use error::RecordError;
pub use frame::{FRAME_BYTES, Frames};
pub use llmspell_api::record::{End, Header};
pub use reader::Reader;
pub use value::{ValueReader, ValueWriter, show};
pub use writer::{Answer, Entries};
