//! What every capability is built on: the gate that each call of a spell passes, operations, hooks, events, and the record.
//!
//! A capability is one interface of the WIT world: it implements [`Capability`], and its imports pass the gate by
//! [`Import::call`]. What it starts beside the guest has a [`CallContext`].

#![deny(missing_docs)]

mod approval;
pub mod args;
pub mod bindings;
mod capability;
mod context;
mod crossing;
pub mod event;
mod gate;
mod guest_memory;
pub mod hook;
mod import;
mod ledger;
mod linker;
pub mod listener;
mod marker;
mod offers;
pub mod operation;
mod operation_host;
mod player;
pub mod recorder;
mod recording;
mod run;
mod run_state;
mod seam;
mod standard_error;
mod stop;
mod taint;
#[cfg(test)]
mod testing;

pub use approval::{Answer, Approver, Asking, By, Decided, Question};
pub use capability::{Capabilities, Capability, Options};
pub use context::{CallContext, OpenCall, WorkCall};
pub use crossing::Crossing;
pub use gate::{AdmittedCall, Recordable};
pub use guest_memory::GuestMemory;
pub use import::{Import, ImportCall, ImportData};
pub use ledger::{Ledger, Meter, ModelUse};
pub use linker::{Linker, LinkerInstance, engine};
pub use llmspell_record::{Malformed, ValueReader, ValueWriter};
pub use marker::Marker;
pub use operation::Result;
pub use player::{Difference, Finished, Parted, Player, PlayerOptions, SeenCall, Show};
pub use recording::{Recording, Seals};
pub use run::{Run, Setup};
pub use run_state::{ImportOf, RunState};
pub use seam::Seam;
pub use stop::Stop;
