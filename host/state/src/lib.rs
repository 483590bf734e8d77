//! State that outlives a run: values by scope and key, streams and leases, separate for each tenant.
//!
//! [`Backend`] is what every store can do. [`Store`] finds, opens and holds one; [`Tenant`] is one tenant's part of it.

#![deny(missing_docs)]

mod account;
mod advice;
mod backend;
mod backup;
mod change;
mod config;
mod embedded;
mod engine;
mod entry;
mod error;
mod exchange;
mod folders;
mod generation;
mod generation_cache;
mod inner;
mod keys;
mod lease;
mod list;
mod lock;
mod memory_engine;
mod migrate;
mod open;
mod place;
mod rebuild;
mod record;
mod settings;
mod sled;
mod snapshot;
mod sqlite;
mod staged;
mod store;
mod stream;
mod tenant;
mod tenant_locks;
mod value;
mod verify;
mod writer;

pub use backend::{Answer, Backend, Progress, Usage};
pub use backup::Backup;
pub use change::{Change, Changed, Committed, Condition, Lifetime, MOST_CHANGES};
pub use config::{RawState, STORE_VARIABLE, STORE_WAIT_VARIABLE, StoreFrom};
pub use entry::{Entry, MOST_MILLISECONDS};
pub use error::StoreError;
pub use exchange::{Existing, Exported, Imported, Unreadable};
pub use keys::check_names;
pub use lease::Lease;
pub use list::{List, Listed, MOST_ENTRIES, Page};
pub use migrate::{Allowance, Migrated, Plan, Schema};
pub use place::{Disk, Place, is_quiet};
pub use rebuild::Rebuilt;
pub use settings::{Quota, Settings};
pub use store::Store;
pub use stream::Item;
pub use tenant::Tenant;
pub use value::check as check_value;
pub use verify::Verified;
