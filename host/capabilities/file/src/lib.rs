//! The file interface: files below folders that are granted, for spells and for tools.
//!
//! [`Files`] is the one way to them. A path is decided about twice: as it is written, by the gate, and as it is without links, before
//! anything is done ([`walk`]). Directories are held as handles of cap-std, so that what is swapped meanwhile leads nowhere else.

#![deny(missing_docs)]

mod change;
mod error;
mod files;
mod host;
mod list;
mod location;
mod read;
mod roots;
mod tree;
mod walk;
mod work;
mod write;

pub use error::FileError;
pub use files::{Contents, Files};
pub use host::FileCapability;
pub use list::Page;
pub use location::Location;
pub use tree::{Entry, Way, Work};
