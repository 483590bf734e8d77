//! What outlives a run: values by scope and key, streams and leases, kept apart by tenant.
//!
//! [`Backend`] is what every store can do. [`Store`] finds, opens and holds one; [`Tenant`] is one tenant's part of it.

#![warn(missing_docs)]

use futures::future::BoxFuture;

mod account;
mod backup;
mod change;
mod config;
mod embedded;
mod engine;
mod error;
mod exchange;
mod generation;
mod generation_cache;
mod keys;
mod lease;
mod list;
mod lock;
mod memory;
mod migrate;
mod open;
mod place;
mod rebuild;
mod record;
mod sled;
mod sqlite;
mod staged;
mod store;
mod stream;
mod tenant;
mod tenant_locks;
mod value;
mod verify;
mod writer;

pub use backup::Backup;
pub use change::{Change, Changed, Committed, Condition, Lifetime, MOST_CHANGES, MOST_MILLISECONDS};
pub use config::{RawState, STORE_VARIABLE, STORE_WAIT_VARIABLE, StoreFrom};
pub use error::StoreError;
pub use exchange::{Existing, Exported, Imported, Unreadable};
pub use keys::check_names;
pub use lease::Lease;
pub use list::{List, Listed, MOST_ENTRIES, Page};
pub use migrate::{Allowance, Migrated, Plan, Schema};
pub use place::{Disk, Place, is_quiet};
pub use rebuild::Rebuilt;
pub use store::{Quota, Settings, Store};
pub use stream::Item;
pub use tenant::Tenant;
pub use value::check as check_value;
pub use verify::Verified;

/// What a store answers.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A value and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// JSON text.
    pub value: String,
    /// Never given twice in a store, not even to a key that was deleted and made anew.
    pub version: u64,
    /// Milliseconds since 1970. From then on it is absent.
    pub expires_at: Option<u64>,
}

/// What a tenant has in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Values and items of streams; those that are expired count until they are swept.
    pub keys: u64,
    /// Their keys included.
    pub bytes: u64,
    pub backups: u64,
    pub backup_bytes: u64,
}

/// Hears how many entries a long task has done.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// A store. Everything that it acknowledges is kept through a crash of the process and of the machine, but for the one
/// in memory.
///
/// A tenant is named by the host, from who is asking, and never by text of a spell. Each commit is one tenant's, whole or
/// not at all. No function takes a closure, so that a store can lie behind a network.
pub trait Backend: Send + Sync {
    fn get<'a>(&'a self, tenant: &'a str, scope: &'a str, key: &'a str) -> Answer<'a, Option<Entry>>;

    /// The keys of a scope in the order of their bytes, page by page.
    fn list<'a>(&'a self, tenant: &'a str, scope: &'a str, list: List) -> Answer<'a, Page>;

    /// The names of the scopes in which there is something, after this one; at most `limit`. Behind 1,000 entries that have
    /// expired, also of those in which everything has, until it is swept.
    fn scopes<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> Answer<'a, Vec<String>>;

    /// Makes all changes or none. Later ones see what earlier ones did.
    fn commit<'a>(&'a self, tenant: &'a str, changes: Vec<Change>) -> Answer<'a, Committed>;

    /// Adds to a stream: its number, from 1. `head`, where it is given, must be the number of the last item so far (0 for
    /// an empty stream), or it is a conflict.
    fn append<'a>(&'a self, tenant: &'a str, stream: &'a str, body: String, head: Option<u64>) -> Answer<'a, u64>;

    /// Items from this number on, at most `limit`.
    fn read<'a>(&'a self, tenant: &'a str, stream: &'a str, from: u64, limit: usize) -> Answer<'a, Vec<Item>>;

    /// Removes at most 1,000 items below this number: how many. Numbers are not given again.
    fn trim<'a>(&'a self, tenant: &'a str, stream: &'a str, below: u64) -> Answer<'a, u64>;

    /// Takes a lease that nobody holds. It ends by itself after `milliseconds` of the store's clock.
    fn lease<'a>(&'a self, tenant: &'a str, name: &'a str, owner: &'a str, milliseconds: u64) -> Answer<'a, Lease>;

    /// Holds it for longer. A conflict where it has ended: somebody else may have worked since.
    fn renew<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64, milliseconds: u64) -> Answer<'a, Lease>;

    /// Whether it was still held.
    fn release<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64) -> Answer<'a, bool>;

    fn usage<'a>(&'a self, tenant: &'a str) -> Answer<'a, Usage>;

    /// For the operator: who has something here, after this one; at most `limit`.
    fn tenants<'a>(&'a self, after: Option<String>, limit: usize) -> Answer<'a, Vec<String>>;

    /// Rewrites values, all or none, and records the version that they have then.
    fn migrate<'a>(&'a self, tenant: &'a str, plan: Plan) -> Answer<'a, Migrated>;

    /// Which version was recorded for which scope; "" stands for all scopes.
    fn schemas<'a>(&'a self, tenant: &'a str) -> Answer<'a, Vec<Schema>>;

    /// Keeps a copy of all that the tenant has, as of one moment.
    fn backup<'a>(&'a self, tenant: &'a str, description: &'a str, progress: Progress<'a>) -> Answer<'a, Backup>;

    /// The newest first.
    fn backups<'a>(&'a self, tenant: &'a str) -> Answer<'a, Vec<Backup>>;

    /// Puts what a backup holds in the place of all that the tenant has, in one step.
    fn restore<'a>(&'a self, tenant: &'a str, id: &'a str, progress: Progress<'a>) -> Answer<'a, Backup>;

    /// Reads a backup from end to end and compares its checksum.
    fn check_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> Answer<'a, Backup>;

    /// Whether there was one.
    fn delete_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> Answer<'a, bool>;

    /// The file of a backup, for an operator who wants to copy it. `None` for a store in memory.
    fn backup_file(&self, tenant: &str, id: &str) -> Result<Option<std::path::PathBuf>, StoreError>;

    /// As `restore`, from a file that the operator named.
    fn restore_file<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a std::path::Path,
        progress: Progress<'a>,
    ) -> Answer<'a, Backup>;

    /// Writes all that the tenant has, as of one moment, into a file of JSON lines (README, "State").
    fn export<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a std::path::Path,
        unreadable: Unreadable,
        progress: Progress<'a>,
    ) -> Answer<'a, Exported>;

    /// Puts what such a file holds into what the tenant has: all of it or nothing, in one step.
    fn import<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a std::path::Path,
        existing: Existing,
        progress: Progress<'a>,
    ) -> Answer<'a, Imported>;

    /// Removes all that a tenant has, but not its backups, in one step.
    fn clear<'a>(&'a self, tenant: &'a str) -> Answer<'a, ()>;

    /// Reads everything and compares it with what the store says of itself.
    fn verify<'a>(&'a self, progress: Progress<'a>) -> Answer<'a, Verified>;
}
