//! The network interface: HTTP requests to hosts that are granted, for spells and for tools.
//!
//! [`Network`] is the one way to them. A host is decided about by its name, by the gate; then its name is resolved once, every address is
//! looked at, and the connection goes to one of these: nothing resolves the name again.

#![deny(missing_docs)]

mod address;
mod body;
mod client;
mod config;
mod connect;
mod error;
mod host;
mod inflate;
mod network;
mod rate;
mod request;
mod resolve;
mod secrets;

pub use address::{Reach, reach};
pub use config::{RawNetwork, RawSecret, Settings};
pub use host::NetworkCapability;
pub use network::{Answer, Network};
pub use request::{Request, public_host_of};
pub use resolve::{Addresses, Resolver};
pub use secrets::{Form, SecretEntry, Secrets};
