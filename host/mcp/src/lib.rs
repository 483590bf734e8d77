//! Servers of the Model Context Protocol, as sources of tools for spells; and spells as tools, served by it.
//!
//! A server is a process that the operator names. It is started when a run first needs it, with nothing of the host's
//! environment but what is named, and belongs to one tenant. What it sends is not trusted: lines, lists and results are
//! bounded, each tool and each part of a result is read by itself, and every call has a deadline.

#![deny(missing_docs)]

mod config;
mod content;
mod error;
mod exchange;
mod fault;
mod flow;
mod http;
mod listing;
mod name;
mod peer;
mod process;
pub mod serve;
mod servers;
mod session;
mod slots;
mod tail;

pub use config::{RawServer, Server, read_all};
pub use error::McpError;
pub use servers::{Servers, Tried};
