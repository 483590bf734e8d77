//! What a spell may use: what its caller grants, what policies leave of it, and the record of each decision.

#![warn(missing_docs)]

pub mod audit;
mod policy;

pub use policy::*;
