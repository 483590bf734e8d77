//! The interface of every store.

use std::path::{Path, PathBuf};

use futures::future::BoxFuture;
use llmspell_api::artifact::Artifact;
use llmspell_api::session::Session;

#[cfg(doc)]
use crate::artifact::CHUNK_BYTES;
use crate::artifact::{ArtifactPage, Content, ListArtifacts, NewArtifact, NewContent, Which};
use crate::backup::Backup;
use crate::change::{Change, Committed};
use crate::entry::Entry;
use crate::error::StoreError;
use crate::exchange::{Existing, Exported, Imported, Unreadable};
#[cfg(doc)]
use crate::keys::GLOBAL;
use crate::lease::Lease;
use crate::list::{List, Page};
use crate::migrate::{Migrated, Plan, Schema};
use crate::session::{SessionChange, SessionPage};
use crate::stream::Item;
use crate::verify::Verified;

/// The future of a call of [`Backend`].
pub type StoreFuture<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// What a tenant occupies in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Values and items of streams; those that are expired count until they are swept.
    pub keys: u64,
    /// The size of values and items, keys included.
    pub bytes: u64,
    /// How many backups are kept.
    pub backups: u64,
    /// The size of all backups.
    pub backup_bytes: u64,
}

/// Called with the number of entries that a long task has done so far.
pub type Progress<'a> = &'a (dyn Fn(u64) + Send + Sync);

/// A store. Everything that it acknowledges is kept through a crash of the process and of the machine, but for the one
/// in memory.
///
/// The host names the tenant, from the run that asks; no text of a spell does. Each commit is one tenant's, whole or
/// not at all. No function takes a closure, so that a store can lie behind a network.
pub trait Backend: Send + Sync {
    /// The value under a key; `None` where there is none or it has expired.
    fn get<'a>(&'a self, tenant: &'a str, scope: &'a str, key: &'a str) -> StoreFuture<'a, Option<Entry>>;

    /// The keys of a scope in the order of their bytes, page by page.
    fn list<'a>(&'a self, tenant: &'a str, scope: &'a str, list: List) -> StoreFuture<'a, Page>;

    /// The names of the scopes in which there is something, after this one; at most `limit`. Behind 1,000 entries that have
    /// expired, also of those in which everything has, until it is swept.
    fn scopes<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>>;

    /// As `get`, of the host's own values, which no function of a spell reaches ([`Change::Internal`]).
    fn get_internal<'a>(&'a self, tenant: &'a str, scope: &'a str, key: &'a str) -> StoreFuture<'a, Option<Entry>>;

    /// As `list`, of the host's own values.
    fn list_internal<'a>(&'a self, tenant: &'a str, scope: &'a str, list: List) -> StoreFuture<'a, Page>;

    /// As `scopes`, of the host's own values.
    fn internal_scopes<'a>(
        &'a self,
        tenant: &'a str,
        after: Option<String>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<String>>;

    /// Makes all changes or none. Later ones see what earlier ones did.
    fn commit<'a>(&'a self, tenant: &'a str, changes: Vec<Change>) -> StoreFuture<'a, Committed>;

    /// Adds to a stream: its number, from 1. `head`, where it is given, must be the number of the last item so far (0 for
    /// an empty stream), or it is a conflict.
    fn append<'a>(&'a self, tenant: &'a str, stream: &'a str, body: String, head: Option<u64>) -> StoreFuture<'a, u64>;

    /// The number of a stream's last item so far; 0 for an empty stream.
    fn head<'a>(&'a self, tenant: &'a str, stream: &'a str) -> StoreFuture<'a, u64>;

    /// Adds to the memory of a session, or of [`GLOBAL`], all or none: the number of the last. With `through`, in the place of all up to that number;
    /// at most 10,000. The memory is the stream "memory:" and the session's id.
    fn remember<'a>(
        &'a self,
        tenant: &'a str,
        session: &'a str,
        bodies: Vec<String>,
        through: Option<u64>,
    ) -> StoreFuture<'a, u64>;

    /// Items from this number on, at most `limit`.
    fn read<'a>(&'a self, tenant: &'a str, stream: &'a str, from: u64, limit: usize) -> StoreFuture<'a, Vec<Item>>;

    /// Removes at most 1,000 items below this number: how many. Numbers are not given again.
    fn trim<'a>(&'a self, tenant: &'a str, stream: &'a str, below: u64) -> StoreFuture<'a, u64>;

    /// The names of the streams that have had an item, after this one; at most `limit`, in the order of keys.
    fn streams<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>>;

    /// Forgets a stream that was trimmed to nothing: whether there was one. Its numbers begin anew. A conflict where it has
    /// items.
    fn forget<'a>(&'a self, tenant: &'a str, stream: &'a str) -> StoreFuture<'a, bool>;

    /// Creates a session. Without an id, the store gives one; one that is there already is a conflict. `parent` has to be there.
    fn create_session<'a>(
        &'a self,
        tenant: &'a str,
        id: Option<String>,
        parent: Option<String>,
        change: SessionChange,
    ) -> StoreFuture<'a, Session>;

    /// The session with this id; `None` where there is none or it has expired.
    fn session<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, Option<Session>>;

    /// Sessions behind this id, in the order of ids; at most `limit` and 1,000.
    fn sessions<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, SessionPage>;

    /// Changes a session, field by field: two writers both have their way. A conflict where it is completed.
    fn update_session<'a>(&'a self, tenant: &'a str, id: &'a str, change: SessionChange) -> StoreFuture<'a, Session>;

    /// Deletes a session with its artifacts, its memory and its scope of state: whether there was one. It is absent at once.
    fn delete_session<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, bool>;

    /// Fails where nothing can be added to a session: it is not there, or not active. What belongs to no session is open.
    fn expect_open<'a>(&'a self, tenant: &'a str, session: &'a str) -> StoreFuture<'a, ()>;

    /// Begins to upload a content in chunks: its number. An upload that gets no chunk for ten minutes is over.
    fn begin_upload<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, u64>;

    /// Adds the chunk of this number, from 0. All but the last have [`CHUNK_BYTES`].
    fn upload_chunk<'a>(&'a self, tenant: &'a str, upload: u64, number: u32, bytes: Vec<u8>) -> StoreFuture<'a, ()>;

    /// Gives an upload up, and removes what it brought.
    fn discard_upload<'a>(&'a self, tenant: &'a str, upload: u64) -> StoreFuture<'a, ()>;

    /// Stores an artifact, whole or not at all. A content that the tenant has already is not kept twice.
    fn keep_artifact<'a>(&'a self, tenant: &'a str, new: NewArtifact, content: NewContent)
    -> StoreFuture<'a, Artifact>;

    /// What is known of an artifact; `None` where there is none or it has expired.
    fn artifact<'a>(&'a self, tenant: &'a str, session: &'a str, which: Which) -> StoreFuture<'a, Option<Artifact>>;

    /// Artifacts, page by page.
    fn artifacts<'a>(&'a self, tenant: &'a str, list: ListArtifacts) -> StoreFuture<'a, ArtifactPage>;

    /// Where the content with this hash lies.
    fn content<'a>(&'a self, tenant: &'a str, hash: &'a str) -> StoreFuture<'a, Option<Content>>;

    /// A chunk of a content; `None` where it was deleted meanwhile.
    fn chunk<'a>(&'a self, tenant: &'a str, blob: u64, number: u32) -> StoreFuture<'a, Option<Vec<u8>>>;

    /// Deletes an artifact, and its content where no other one has it: whether there was one.
    fn delete_artifact<'a>(&'a self, tenant: &'a str, session: &'a str, sequence: u64) -> StoreFuture<'a, bool>;

    /// The lease of this name, if it is held.
    fn holder<'a>(&'a self, tenant: &'a str, name: &'a str) -> StoreFuture<'a, Option<Lease>>;

    /// Whether the process with this name ([`crate::Store::holder`]) may still have the store open: the leases of one that has
    /// not are left behind.
    fn is_alive(&self, holder: &str) -> bool;

    /// Takes a lease that is free; a conflict where it is held. It ends by itself after `milliseconds` of the store's clock.
    fn lease<'a>(&'a self, tenant: &'a str, name: &'a str, owner: &'a str, milliseconds: u64)
    -> StoreFuture<'a, Lease>;

    /// Extends a lease from now. A conflict where it has ended, as another holder may have worked since.
    fn renew<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64, milliseconds: u64) -> StoreFuture<'a, Lease>;

    /// Gives a lease back: whether it was still held.
    fn release<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64) -> StoreFuture<'a, bool>;

    /// What the tenant occupies in the store now.
    fn usage<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Usage>;

    /// For the operator: the tenants that have something in the store, after this one; at most `limit`.
    fn tenants<'a>(&'a self, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>>;

    /// Rewrites values, all or none, and records the version that they have then.
    fn migrate<'a>(&'a self, tenant: &'a str, plan: Plan) -> StoreFuture<'a, Migrated>;

    /// The recorded versions of scopes; "" stands for all scopes.
    fn schemas<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Vec<Schema>>;

    /// Keeps a copy of all that the tenant has, as of one moment.
    fn backup<'a>(&'a self, tenant: &'a str, description: &'a str, progress: Progress<'a>) -> StoreFuture<'a, Backup>;

    /// The tenant's backups, the newest first.
    fn backups<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Vec<Backup>>;

    /// Puts what a backup holds in the place of all that the tenant has, in one step.
    fn restore<'a>(&'a self, tenant: &'a str, id: &'a str, progress: Progress<'a>) -> StoreFuture<'a, Backup>;

    /// Reads a backup from end to end and compares its checksum.
    fn check_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, Backup>;

    /// Deletes a backup: whether there was one.
    fn delete_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, bool>;

    /// The file of a backup, for the operator to copy. `None` for a store in memory.
    fn backup_file(&self, tenant: &str, id: &str) -> Result<Option<PathBuf>, StoreError>;

    /// As `restore`, from a file that the operator named.
    fn restore_file<'a>(&'a self, tenant: &'a str, file: &'a Path, progress: Progress<'a>) -> StoreFuture<'a, Backup>;

    /// Writes all that the tenant has, as of one moment, into a file of JSON lines (docs/store.md, "Export format").
    fn export<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a Path,
        unreadable: Unreadable,
        progress: Progress<'a>,
    ) -> StoreFuture<'a, Exported>;

    /// Merges what such a file holds into the tenant's data: all of it or nothing, in one step.
    fn import<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a Path,
        existing: Existing,
        progress: Progress<'a>,
    ) -> StoreFuture<'a, Imported>;

    /// Removes all that a tenant has, but not its backups, in one step.
    fn clear<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, ()>;

    /// Reads everything and compares it with its checksums and counts.
    fn verify<'a>(&'a self, progress: Progress<'a>) -> StoreFuture<'a, Verified>;
}
