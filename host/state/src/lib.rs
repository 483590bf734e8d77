//! State that outlives a run: values by scope and key, streams and leases, separate for each tenant.
//!
//! [`Backend`] is what every store can do. [`Store`] finds, opens and holds one; [`Tenant`] is one tenant's part of it.

#![deny(missing_docs)]

// What programs use: a store, one tenant's part of it, and what goes in and comes out.
mod artifact;
mod backend;
mod change;
mod config;
mod contents;
mod entry;
mod error;
mod lease;
mod list;
mod place;
mod session;
mod settings;
mod store;
mod stream;
mod tenant;
mod upload;
mod value;

// The path of a commit, in this order: tenant, store, embedded, tenant_locks, commit_queue, change, staged,
// tenant_record, keys, record, engine. The engines are memory_engine, sled and sqlite. A read goes from embedded to inner.
mod commit_queue;
mod embedded;
mod engine;
mod generation_cache;
mod inner;
mod keys;
mod memory_engine;
mod record;
mod removal;
mod sled;
mod sqlite;
mod staged;
mod sweep;
mod tenant_locks;
mod tenant_record;

// Opening a store, and what its errors advise.
mod advice;
mod disk;
mod folders;
mod lock;
mod open;
mod processes;
mod quiet;

// Maintenance: backups, export and import, migrations, checks, and the replacement of all that a tenant has.
mod backup;
mod exchange;
mod generation;
mod migrate;
mod rebuild;
mod snapshot;
mod verify;

pub use artifact::{
    ArtifactPage, CHUNK_BYTES, Content, ListArtifacts, NewArtifact, NewContent, Uploaded, WHOLE_BYTES, Which,
    missing as missing_artifact,
};
pub use backend::{Backend, Progress, StoreFuture, Usage};
pub use backup::Backup;
pub use change::{Change, Changed, Committed, Condition, Lifetime, MOST_CHANGES};
pub use config::{RawState, STORE_VARIABLE, STORE_WAIT_VARIABLE, StoreFrom};
pub use contents::Contents;
pub use disk::Disk;
pub use entry::{Entry, MOST_MILLISECONDS};
pub use error::StoreError;
pub use exchange::{Existing, Exported, Imported, Unreadable};
pub use keys::{GLOBAL, check_names};
pub use lease::Lease;
pub use list::{List, Listed, MOST_ENTRIES, Page};
pub use migrate::{Migrated, MigrationWork, Plan, Schema};
pub use place::Place;
pub use quiet::is_quiet;
pub use rebuild::Rebuilt;
pub use session::{SessionChange, SessionPage, check_id as check_session_id, missing as missing_session};
pub use settings::{Quota, Settings};
pub use store::Store;
pub use stream::Item;
pub use tenant::Tenant;
pub use upload::Upload;
pub use value::{check as check_value, check_numbers};
pub use verify::Verified;
