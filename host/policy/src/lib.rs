//! Permissions of spells: grants of the caller, policies that narrow them, and the audit of every decision.

#![deny(missing_docs)]

pub mod audit;
mod policy;

pub use policy::*;
