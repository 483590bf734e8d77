//! One run's way to its tenant's part of the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use serde_json::{Value, json};

use llmspell_api::state::{self as api, BackupCheck};
use llmspell_base::{Code, Failure};
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::{Hooks, Point};
use llmspell_kernel::listener::SharedListener;
use llmspell_kernel::{CallContext, Stop};
use llmspell_state::{
    Backend, Backup, Change, Committed, Entry, List, MOST_ENTRIES, MigrationWork, Page, Store, StoreError,
};

/// The store, and the tenant of the run: the host decided which.
#[derive(Clone)]
pub struct Access {
    store: Store,
    tenant: Arc<str>,
    listener: SharedListener,
    pub(super) hooks: Hooks,
    pub(super) events: Events,
    long: Arc<AtomicU32>,
    /// For all its migrations.
    pub(super) work: MigrationWork,
}

/// Hooks that have to be asked when something is read, or written.
const READING: [Point; 2] = [Point::BEFORE_STATE_READ, Point::AFTER_STATE_READ];
const WRITING: [Point; 3] = [Point::BEFORE_STATE_WRITE, Point::AFTER_STATE_WRITE, Point::STATE_CONFLICT];

/// What can take long costs a spell no fuel: so many backups, restores, checks and migrations a run may start.
const MOST_LONG: u32 = 100;

impl Access {
    /// A run's way to the store of its tenant. Opens nothing.
    pub fn new(store: Store, tenant: &str, listener: SharedListener, hooks: Hooks, events: Events) -> Access {
        let (long, work) = (Arc::default(), MigrationWork::default());
        Access { store, tenant: tenant.into(), listener, hooks, events, long, work }
    }

    /// The store, and the name to give it. Opens it at the first call; the run's listener is told which process it waits for.
    pub async fn backend(&self) -> Result<(&dyn Backend, &str), StoreError> {
        let tell = |line: &str| {
            // Where the listener fails, the next output of the spell ends the run.
            let _ = self.listener.notice(line);
        };
        Ok((self.store.open(tell).await?, &self.tenant))
    }

    /// Whether hooks want to know of it. Costs nothing where there is none.
    pub fn asks_on_read(&self, scope: &str) -> bool {
        READING.iter().any(|point| self.hooks.any(point, scope))
    }

    /// As [`Access::asks_on_read`], for any of these changes.
    pub fn asks_on_write(&self, changes: &[Change]) -> bool {
        let asks = |scope: &str| WRITING.iter().any(|point| self.hooks.any(point, scope));
        changes.iter().any(|change| asks(change.scope().unwrap_or_default()))
    }

    /// Reads an entry. Fails where its value takes more than `most` bytes.
    pub async fn get(&self, scope: &str, key: &str, most: usize) -> Result<Option<Entry>, StoreError> {
        let (backend, tenant) = self.backend().await?;
        match backend.get(tenant, scope, key).await? {
            Some(entry) if entry.value.len() > most => Err(too_large(entry.value.len(), most)),
            found => Ok(found),
        }
    }

    /// The changes, and the event of each.
    pub async fn commit(&self, changes: Vec<Change>, tell: Tell<'_>) -> Result<Committed, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let told = self.events.is_heard().then(|| changes.clone());
        let committed = backend.commit(tenant, changes).await?;
        if let Some(changes) = told {
            let cx = tell();
            self.announce(&changes, &committed, &cx);
        }
        Ok(committed)
    }

    /// Emits "state.changed" for each change that had an effect. The event names the key; a subscriber has to read the value.
    fn announce(&self, changes: &[Change], committed: &Committed, cx: &CallContext) {
        for (change, changed) in changes.iter().zip(&committed.changed) {
            let operation = operation(change);
            let nothing = match change {
                Change::Put { .. } | Change::Increment { .. } => false,
                Change::Delete { .. } | Change::Clear { .. } => changed.existed == 0,
                Change::Check { .. } | Change::Held { .. } | Change::Internal(_) | Change::BeyondQuota => true,
            };
            if !nothing {
                self.events.announce("state.changed", cx, || {
                    json!(api::ChangedEvent {
                        scope: change.scope().map(Into::into),
                        operation: operation.into(),
                        version: committed.version,
                        key: change.key().map(Into::into),
                    })
                });
            }
        }
    }

    /// No page over `most` bytes.
    pub async fn list(&self, scope: &str, list: List, most: usize) -> Result<Page, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let page = backend.list(tenant, scope, list).await?;
        let bytes = page.entries.iter().map(|entry| entry.value.as_ref().map_or(0, String::len)).sum();
        if bytes > most { Err(too_large(bytes, most)) } else { Ok(page) }
    }

    /// Names of the tenant's scopes after `after`, as a JSON list of at most [`MOST_ENTRIES`].
    pub async fn scopes(&self, after: Option<String>) -> Result<String, StoreError> {
        let (backend, tenant) = self.backend().await?;
        Ok(json!(backend.scopes(tenant, after, MOST_ENTRIES).await?).to_string())
    }

    /// What the tenant occupies and may occupy, as JSON text: `{keys, bytes, backups, backup_bytes, limits}`.
    pub async fn usage(&self) -> Result<String, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let (used, quota) = (backend.usage(tenant).await?, self.store.settings().quota);
        let limits = api::UsageLimits { keys: quota.keys, bytes: quota.bytes, backups: quota.backups };
        let llmspell_state::Usage { keys, bytes, backups, backup_bytes } = used;
        Ok(json!(api::Usage { keys, bytes, backups, backup_bytes, limits }).to_string())
    }

    /// The recorded versions of the tenant's scopes, as JSON text; "" stands for all scopes.
    pub async fn schemas(&self) -> Result<String, StoreError> {
        let (backend, tenant) = self.backend().await?;
        Ok(json!(backend.schemas(tenant).await?).to_string())
    }

    /// The tenant's backups, the newest first, as a JSON list of `{id, created_at, description, keys, bytes}`.
    pub async fn backups(&self) -> Result<String, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let backups = backend.backups(tenant).await?;
        Ok(json!(backups.into_iter().map(show_backup).collect::<Vec<_>>()).to_string())
    }

    /// Deletes a backup; whether there was one.
    pub async fn delete_backup(&self, id: &str) -> Result<bool, StoreError> {
        let (backend, tenant) = self.backend().await?;
        backend.delete_backup(tenant, id).await
    }

    /// Makes a backup of everything the tenant has: `{id, created_at, description, keys, bytes}`.
    pub async fn backup(&self, description: &str) -> Result<Value, StoreError> {
        let (backend, tenant) = self.backend().await?;
        Ok(json!(show_backup(backend.backup(tenant, description, &|_| ()).await?)))
    }

    /// Reads a backup from end to end: its description, and `valid`; if that is false, `error` says what is wrong.
    ///
    /// Fails only where the store can't be read.
    pub async fn check_backup(&self, id: &str) -> Result<Value, StoreError> {
        let (backend, tenant) = self.backend().await?;
        Ok(json!(match backend.check_backup(tenant, id).await {
            Ok(Backup { id, created_at, description, keys, bytes, .. }) => BackupCheck {
                id,
                created_at: Some(created_at),
                description: Some(description),
                keys: Some(keys),
                bytes: Some(bytes),
                valid: true,
                error: None,
            },
            Err(StoreError::Invalid(what) | StoreError::Damaged { what, .. }) => {
                BackupCheck { id: id.into(), error: Some(what), ..BackupCheck::default() }
            }
            Err(other) => return Err(other),
        }))
    }

    /// Replaces everything the tenant has by a backup, in one step, and emits "state.restored". Returns the backup's
    /// description.
    pub async fn restore(&self, id: &str, cx: &CallContext) -> Result<Value, StoreError> {
        let (backend, tenant) = self.backend().await?;
        let backup = show_backup(backend.restore(tenant, id, &|_| ()).await?);
        self.events.announce("state.restored", cx, || json!(api::RestoredEvent { id }));
        Ok(json!(backup))
    }

    /// Counts one more of what can take long.
    pub fn begin_long(&self) -> Result<(), Failure> {
        if self.long.fetch_add(1, Relaxed) < MOST_LONG {
            return Ok(());
        }
        let what = "backups, restores, checks and migrations";
        Err(Failure::new(Code::Quota, format!("a run may start {MOST_LONG} {what} in all, and has done so")))
    }
}

/// The context that a change is made in, for its event: called only if there is a subscriber.
pub type Tell<'a> = &'a (dyn Fn() -> CallContext + Send + Sync);

/// What a change is called.
pub fn operation(change: &Change) -> &'static str {
    match change {
        Change::Put { .. } => "put",
        Change::Delete { .. } => "delete",
        Change::Increment { .. } => "increment",
        Change::Clear { .. } => "clear",
        Change::Check { .. } | Change::Held { .. } | Change::Internal(_) | Change::BeyondQuota => "check",
    }
}

/// What the spell is told of a problem with the store. What is wrong with the store itself is kept for the operator, and a
/// bug of the host ends the run.
pub fn failure(cx: &CallContext, problem: &StoreError) -> Failure {
    if problem.is_of_the_store() {
        cx.store_problem(problem.code(), problem.to_string());
    }
    if let StoreError::Internal(_) = problem {
        cx.stop(Stop::Host(problem.to_string()));
    }
    Failure::from(problem)
}

fn too_large(bytes: usize, most: usize) -> StoreError {
    StoreError::TooLarge(format!("what the store holds there has {bytes} bytes; at most {most} can be read by a spell"))
}

fn show_backup(backup: Backup) -> api::Backup {
    let Backup { id, created_at, description, keys, bytes, .. } = backup;
    api::Backup { id, created_at, description, keys, bytes }
}
