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
pub mod event;
mod gate;
mod guest_memory;
pub mod hook;
mod import;
mod ledger;
pub mod listener;
mod offers;
pub mod operation;
mod operation_host;
pub mod recorder;
mod run;
mod run_state;
mod standard_error;
mod stop;
mod taint;
#[cfg(test)]
mod testing;

pub use approval::{Answer, Approver, Asking, By, Decided, Question};
pub use capability::{Capabilities, Capability, Options};
pub use context::{CallContext, OpenCall, WorkCall};
pub use gate::{AdmittedCall, Recordable};
pub use guest_memory::GuestMemory;
pub use import::{Import, ImportCall, ImportData};
pub use ledger::{Ledger, Meter, ModelUse};
pub use operation::Result;
pub use run::{Run, Setup};
pub use run_state::{ImportOf, RunState};
pub use stop::Stop;
