//! A store in this process: [`Backend`] over any engine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt;
use futures::future::ready;

use llmspell_api::artifact::Artifact;
use llmspell_api::session::Session;

use crate::artifact::{self, ArtifactPage, CHUNK_BYTES, Content, ListArtifacts, NewArtifact, NewContent, Which};
use crate::backend::{Backend, Progress, StoreFuture, Usage};
use crate::backup::{self, Backup, DESCRIPTION_BYTES, Vault};
use crate::change::{self, Change, Committed};
use crate::commit_queue::CommitQueue;
use crate::engine::{Read, Writer};
use crate::entry::Entry;
use crate::error::StoreError;
use crate::exchange::{self, Existing, Exported, Imported, Unreadable};
use crate::generation::{self};
use crate::generation_cache::GenerationCache;
use crate::inner::Inner;
use crate::keys::{self, Space};
use crate::lease::{self, Lease};
use crate::list::{self, List, Page};
use crate::lock::Lock;
use crate::migrate::{self, Migrated, Plan, Schema};
use crate::processes::Processes;
use crate::session::{self, SessionChange, SessionPage};
use crate::settings::Settings;
use crate::snapshot;
use crate::staged::Staged;
use crate::stream::{self, Item};
use crate::sweep;
use crate::tenant_locks::{Aim, Task, TenantLocks};
use crate::tenant_record::TenantRecord;
use crate::verify::{self, Verified};
use llmspell_base::file::{self, FileKind};
use llmspell_base::toml_span::shown;

/// An open store of this process. Clones share it.
#[derive(Clone)]
pub struct Embedded(Arc<Inner>);

#[cfg(test)]
impl Embedded {
    pub fn for_tests(settings: &Settings) -> Embedded {
        Embedded::new(
            "memory".into(),
            crate::memory_engine::open(),
            Vault::memory(),
            settings,
            (None, Processes::alone(0)),
        )
        .unwrap()
    }

    pub fn inner(&self) -> &Inner {
        &self.0
    }

    pub fn locks(&self) -> &TenantLocks {
        &self.0.locks
    }

    pub fn at_one_moment(&self, tenant: &str, task: &Task, read: &dyn Fn()) -> Result<(), StoreError> {
        let read = |_: &dyn Read, _: &TenantRecord| {
            read();
            Ok(())
        };
        self.0.at_one_moment(tenant, task, &read, &|| Ok(()))
    }
}

impl Embedded {
    pub fn new(
        name: String,
        engine: crate::engine::Engine,
        vault: Vault,
        settings: &Settings,
        (lock, processes): (Option<Lock>, Processes),
    ) -> Result<Embedded, StoreError> {
        let inner = Inner {
            name,
            reader: engine.reader,
            queue: CommitQueue::new(engine.writer, settings.clock.clone(), settings.quota),
            vault,
            waits: engine.waits,
            salvaging: settings.salvage,
            locks: TenantLocks::default(),
            exclusive: engine.exclusive,
            generations: GenerationCache::default(),
            processes,
            _lock: lock,
        };
        if !inner.salvaging {
            generation::sweep(&inner, engine.exclusive).map_err(inner.at())?;
        }
        Ok(Embedded(Arc::new(inner)))
    }

    /// Runs a read on this thread: what it needs is in memory, or takes one look at the disk.
    fn now<'a, T: Send + 'a>(&'a self, read: impl FnOnce(&Inner) -> Result<T, StoreError>) -> StoreFuture<'a, T> {
        ready(read(&self.0).map_err(self.0.at())).boxed()
    }

    /// Runs work that may wait for the disk, on a thread of its own where the engine does.
    fn wait<'a, T: Send + 'static>(
        &'a self,
        work: impl FnOnce(&Inner) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'a, T> {
        if !self.0.waits {
            return self.now(work);
        }
        let inner = self.0.clone();
        async move {
            let done = tokio::task::spawn_blocking(move || work(&inner).map_err(inner.at())).await;
            done.unwrap_or_else(|error| Err(StoreError::Internal(error.to_string())))
        }
        .boxed()
    }

    /// Runs a commit, which waits where the tenant's commits are paused.
    fn write<'a, T: Send + 'static>(
        &'a self,
        tenant: String,
        work: impl FnOnce(&mut Staged<'_>, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'a, T> {
        let lock = self.0.locks.known(&tenant);
        let write = move |inner: &Inner| inner.queue.write(move |staged| work(staged, &tenant));
        match lock {
            None => self.wait(write),
            Some(lock) => async move {
                let _may = lock.writing.read().await;
                self.wait(write).await
            }
            .boxed(),
        }
    }

    fn checked<'a, T: Send + 'a>(
        &'a self,
        checked: Result<(), StoreError>,
        then: impl FnOnce() -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        match checked {
            Ok(()) => then(),
            Err(problem) => ready(Err(problem)).boxed(),
        }
    }

    /// Removes what lies under a key that has expired, and all that goes with it, in commits of a moderate size.
    async fn sweep_all(&self, tenant: &str, key: impl Fn(&Space) -> Vec<u8> + Send + Sync) -> Result<(), StoreError> {
        loop {
            let generation = self.0.tenant_record(tenant)?.generation;
            let key = key(&Space::new(tenant, generation));
            if self
                .write(tenant.into(), move |staged, tenant| sweep::sweep_one(staged, tenant, generation, &key))
                .await?
            {
                return Ok(());
            }
        }
    }

    /// Runs a long task under the tenant's locks, reports its progress, and cancels it when the returned future is dropped.
    /// It runs on a thread of its own, unless it is short.
    fn run_exclusive<'a, T: Send + 'static>(
        &'a self,
        tenant: &str,
        aim: Aim,
        progress: Progress<'a>,
        work: impl FnOnce(&Inner, &Task) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'a, T> {
        let lock = self.0.locks.of(tenant);
        let (inner, name, quick) = (self.0.clone(), tenant.to_string(), aim != Aim::Rewrite);
        async move {
            let permit = lock.clone().take(aim).await.map_err(inner.at())?;
            let (mut task, mut waiting) = Task::new(lock);
            if quick && inner.is_small(&name) {
                task.here = true;
                return work(&inner, &task).map_err(inner.at());
            }
            let mut done = tokio::task::spawn_blocking(move || {
                let _until_it_is_over = permit;
                task.go_on().and_then(|()| work(&inner, &task)).map_err(inner.at())
            });
            let done = loop {
                tokio::select! {
                    biased;
                    done = &mut done => break done,
                    changed = waiting.heard.changed() => match changed {
                        Ok(()) => progress(*waiting.heard.borrow_and_update()),
                        Err(_) => break done.await,
                    },
                }
            };
            done.unwrap_or_else(|error| Err(StoreError::Internal(error.to_string())))
        }
        .boxed()
    }
}

impl Backend for Embedded {
    fn get<'a>(&'a self, tenant: &'a str, scope: &'a str, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        self.now(|inner| {
            keys::check(tenant, scope, key)?;
            inner.get(tenant, keys::VALUES, scope, key)
        })
    }

    fn get_internal<'a>(&'a self, tenant: &'a str, scope: &'a str, key: &'a str) -> StoreFuture<'a, Option<Entry>> {
        self.now(|inner| {
            keys::check(tenant, scope, key)?;
            inner.get(tenant, keys::INTERNAL, scope, key)
        })
    }

    fn list_internal<'a>(&'a self, tenant: &'a str, scope: &'a str, list: List) -> StoreFuture<'a, Page> {
        let (tenant, scope) = (tenant.to_string(), scope.to_string());
        self.wait(move |inner| {
            keys::check(&tenant, &scope, &list.prefix)?;
            keys::check("", "", list.after.as_deref().unwrap_or_default())?;
            let read =
                |space: &keys::Space| list::list(&*inner.reader, (space, keys::INTERNAL), &scope, &list, inner.now());
            inner.read(&tenant, read)
        })
    }

    fn internal_scopes<'a>(
        &'a self,
        tenant: &'a str,
        after: Option<String>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<String>> {
        self.now(|inner| {
            keys::check(tenant, after.as_deref().unwrap_or_default(), "")?;
            let limit = limit.min(list::MOST_ENTRIES);
            let read = |space: &keys::Space| {
                list::scopes(&*inner.reader, (space, keys::INTERNAL), after.as_deref(), limit, inner.now())
            };
            inner.read(tenant, read)
        })
    }

    fn list<'a>(&'a self, tenant: &'a str, scope: &'a str, list: List) -> StoreFuture<'a, Page> {
        self.now(|inner| {
            keys::check(tenant, scope, &list.prefix)?;
            keys::check("", "", list.after.as_deref().unwrap_or_default())?;
            inner.read(tenant, |space| list::list(&*inner.reader, (space, keys::VALUES), scope, &list, inner.now()))
        })
    }

    fn scopes<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>> {
        self.now(|inner| {
            keys::check(tenant, after.as_deref().unwrap_or_default(), "")?;
            let limit = limit.min(list::MOST_ENTRIES);
            inner.read(tenant, |space| {
                list::scopes(&*inner.reader, (space, keys::VALUES), after.as_deref(), limit, inner.now())
            })
        })
    }

    fn commit<'a>(&'a self, tenant: &'a str, changes: Vec<Change>) -> StoreFuture<'a, Committed> {
        if let Err(problem) = change::check(tenant, &changes) {
            return ready(Err(problem)).boxed();
        }
        self.write(tenant.into(), move |staged, tenant| change::commit(staged, tenant, &changes))
    }

    fn append<'a>(&'a self, tenant: &'a str, stream: &'a str, body: String, head: Option<u64>) -> StoreFuture<'a, u64> {
        if let Err(problem) = keys::check(tenant, stream, "") {
            return ready(Err(problem)).boxed();
        }
        let stream = stream.to_string();
        self.write(tenant.into(), move |staged, tenant| stream::append(staged, tenant, &stream, &body, head))
    }

    fn head<'a>(&'a self, tenant: &'a str, stream: &'a str) -> StoreFuture<'a, u64> {
        self.now(|inner| {
            keys::check(tenant, stream, "")?;
            inner.read(tenant, |space| stream::last(&*inner.reader, space, stream))
        })
    }

    fn remember<'a>(
        &'a self,
        tenant: &'a str,
        session: &'a str,
        bodies: Vec<String>,
        through: Option<u64>,
    ) -> StoreFuture<'a, u64> {
        let own = session.to_string();
        let add =
            move |staged: &mut Staged<'_>, tenant: &str| session::remember(staged, tenant, &own, &bodies, through);
        self.checked(keys::check(tenant, session, ""), || self.write(tenant.into(), add))
    }

    fn read<'a>(&'a self, tenant: &'a str, stream: &'a str, from: u64, limit: usize) -> StoreFuture<'a, Vec<Item>> {
        self.now(|inner| {
            keys::check(tenant, stream, "")?;
            inner.read(tenant, |space| stream::read(&*inner.reader, space, stream, from, limit))
        })
    }

    fn trim<'a>(&'a self, tenant: &'a str, stream: &'a str, below: u64) -> StoreFuture<'a, u64> {
        if let Err(problem) = keys::check(tenant, stream, "") {
            return ready(Err(problem)).boxed();
        }
        let stream = stream.to_string();
        self.write(tenant.into(), move |staged, tenant| stream::trim(staged, tenant, &stream, below))
    }

    fn streams<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>> {
        self.now(|inner| {
            keys::check(tenant, after.as_deref().unwrap_or_default(), "")?;
            let limit = limit.min(list::MOST_ENTRIES);
            inner.read(tenant, |space| stream::names(&*inner.reader, space, after.as_deref(), limit))
        })
    }

    fn forget<'a>(&'a self, tenant: &'a str, stream: &'a str) -> StoreFuture<'a, bool> {
        if let Err(problem) = keys::check(tenant, stream, "") {
            return ready(Err(problem)).boxed();
        }
        let stream = stream.to_string();
        self.write(tenant.into(), move |staged, tenant| stream::forget(staged, tenant, &stream))
    }

    fn create_session<'a>(
        &'a self,
        tenant: &'a str,
        id: Option<String>,
        parent: Option<String>,
        change: SessionChange,
    ) -> StoreFuture<'a, Session> {
        async move {
            keys::check(tenant, "", "")?;
            if let Some(id) = &id {
                session::check_id(id)?;
                let is_left = self.0.read(tenant, |space| session::is_left(&*self.0.reader, space, id, self.0.now()));
                if is_left.map_err(self.0.at())? {
                    self.sweep_all(tenant, |space| space.session(id)).await?;
                }
            }
            let create = move |staged: &mut Staged<'_>, tenant: &str| {
                session::create(staged, tenant, id.as_deref(), parent.as_deref(), &change)
            };
            self.write(tenant.into(), create).await
        }
        .boxed()
    }

    fn session<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, Option<Session>> {
        self.now(|inner| {
            keys::check(tenant, id, "")?;
            inner.read(tenant, |space| session::get(&*inner.reader, space, id, inner.now()))
        })
    }

    fn sessions<'a>(&'a self, tenant: &'a str, after: Option<String>, limit: usize) -> StoreFuture<'a, SessionPage> {
        self.now(|inner| {
            keys::check(tenant, after.as_deref().unwrap_or_default(), "")?;
            inner.read(tenant, |space| session::list(&*inner.reader, space, after.as_deref(), limit, inner.now()))
        })
    }

    fn update_session<'a>(&'a self, tenant: &'a str, id: &'a str, change: SessionChange) -> StoreFuture<'a, Session> {
        let own = id.to_string();
        let update = move |staged: &mut Staged<'_>, tenant: &str| session::update(staged, tenant, &own, &change);
        self.checked(keys::check(tenant, id, ""), || self.write(tenant.into(), update))
    }

    fn delete_session<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, bool> {
        async move {
            keys::check(tenant, id, "")?;
            let own = id.to_string();
            if !self.write(tenant.into(), move |staged, tenant| session::end(staged, tenant, &own)).await? {
                return Ok(false);
            }
            self.sweep_all(tenant, |space| space.session(id)).await?;
            // The contents that only its artifacts had.
            while !self.write(tenant.into(), sweep::sweep_loose).await? {}
            Ok(true)
        }
        .boxed()
    }

    fn expect_open<'a>(&'a self, tenant: &'a str, session: &'a str) -> StoreFuture<'a, ()> {
        self.now(|inner| {
            keys::check(tenant, session, "")?;
            inner.read(tenant, |space| session::expect_open(&*inner.reader, space, session, inner.now()))
        })
    }

    fn begin_upload<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, u64> {
        self.checked(keys::check(tenant, "", ""), || self.write(tenant.into(), artifact::begin))
    }

    fn upload_chunk<'a>(&'a self, tenant: &'a str, upload: u64, number: u32, bytes: Vec<u8>) -> StoreFuture<'a, ()> {
        let most = CHUNK_BYTES;
        let fits = match bytes.len() {
            length if length > most => Err(StoreError::TooLarge(format!("a chunk has at most {most} bytes"))),
            _ => keys::check(tenant, "", ""),
        };
        let add = move |staged: &mut Staged<'_>, tenant: &str| artifact::chunk(staged, tenant, upload, number, &bytes);
        self.checked(fits, || self.write(tenant.into(), add))
    }

    fn discard_upload<'a>(&'a self, tenant: &'a str, upload: u64) -> StoreFuture<'a, ()> {
        async move {
            self.write(tenant.into(), move |staged, tenant| artifact::discard(staged, tenant, upload)).await?;
            self.sweep_all(tenant, |space| space.loose(upload)).await
        }
        .boxed()
    }

    fn keep_artifact<'a>(
        &'a self,
        tenant: &'a str,
        new: NewArtifact,
        content: NewContent,
    ) -> StoreFuture<'a, Artifact> {
        async move {
            artifact::check(tenant, &new, &content)?;
            let loose = match &content {
                NewContent::Uploaded(uploaded) => Some(uploaded.upload),
                NewContent::Whole(_) => None,
            };
            // Not within the commit, which others wait for.
            let hash = artifact::hash_of(&content).await;
            let keep =
                move |staged: &mut Staged<'_>, tenant: &str| artifact::keep(staged, tenant, &new, &content, &hash);
            let kept = self.write(tenant.into(), keep).await?;
            if let Some(upload) = loose {
                // Of a content that was there already.
                self.sweep_all(tenant, |space| space.loose(upload)).await?;
            }
            Ok(kept)
        }
        .boxed()
    }

    fn artifact<'a>(&'a self, tenant: &'a str, session: &'a str, which: Which) -> StoreFuture<'a, Option<Artifact>> {
        self.now(move |inner| {
            let (Which::Newest(name) | Which::Version(name, _)) = &which else {
                keys::check(tenant, session, "")?;
                return inner.read(tenant, |space| artifact::get(&*inner.reader, space, session, &which, inner.now()));
            };
            keys::check(tenant, session, name)?;
            inner.read(tenant, |space| artifact::get(&*inner.reader, space, session, &which, inner.now()))
        })
    }

    fn artifacts<'a>(&'a self, tenant: &'a str, list: ListArtifacts) -> StoreFuture<'a, ArtifactPage> {
        self.now(move |inner| {
            let after = list.after.as_ref().map(|(session, _)| session.as_str()).unwrap_or_default();
            keys::check(tenant, list.session.as_deref().unwrap_or_default(), list.name.as_deref().unwrap_or_default())?;
            keys::check("", after, "")?;
            inner.read(tenant, |space| artifact::list(&*inner.reader, space, &list, inner.now()))
        })
    }

    fn content<'a>(&'a self, tenant: &'a str, hash: &'a str) -> StoreFuture<'a, Option<Content>> {
        self.now(|inner| {
            keys::check(tenant, hash, "")?;
            inner.read(tenant, |space| artifact::find(&*inner.reader, space, hash))
        })
    }

    fn chunk<'a>(&'a self, tenant: &'a str, blob: u64, number: u32) -> StoreFuture<'a, Option<Vec<u8>>> {
        let name = tenant.to_string();
        let read = move |inner: &Inner| {
            keys::check(&name, "", "")?;
            inner.read(&name, |space| artifact::read_chunk(&*inner.reader, space, blob, number))
        };
        self.wait(read)
    }

    fn delete_artifact<'a>(&'a self, tenant: &'a str, session: &'a str, sequence: u64) -> StoreFuture<'a, bool> {
        async move {
            keys::check(tenant, session, "")?;
            let own = session.to_string();
            let delete = move |staged: &mut Staged<'_>, tenant: &str| artifact::delete(staged, tenant, &own, sequence);
            let (was_there, blob) = self.write(tenant.into(), delete).await?;
            if let Some(blob) = blob {
                self.sweep_all(tenant, |space| space.loose(blob)).await?;
            }
            Ok(was_there)
        }
        .boxed()
    }

    fn holder<'a>(&'a self, tenant: &'a str, name: &'a str) -> StoreFuture<'a, Option<Lease>> {
        self.now(|inner| {
            keys::check(tenant, name, "")?;
            lease::holder(&*inner.reader, tenant, name, inner.now())
        })
    }

    fn is_alive(&self, holder: &str) -> bool {
        self.0.processes.is_alive(holder)
    }

    fn lease<'a>(
        &'a self,
        tenant: &'a str,
        name: &'a str,
        owner: &'a str,
        milliseconds: u64,
    ) -> StoreFuture<'a, Lease> {
        if let Err(problem) = keys::check(tenant, name, owner) {
            return ready(Err(problem)).boxed();
        }
        let (tenant, name, owner) = (tenant.to_string(), name.to_string(), owner.to_string());
        self.wait(move |inner| {
            inner.queue.write(move |staged| lease::take(staged, &tenant, &name, &owner, milliseconds))
        })
    }

    fn renew<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64, milliseconds: u64) -> StoreFuture<'a, Lease> {
        let (tenant, name) = (tenant.to_string(), name.to_string());
        self.wait(move |inner| {
            inner.queue.write(move |staged| lease::renew(staged, &tenant, &name, token, milliseconds))
        })
    }

    fn release<'a>(&'a self, tenant: &'a str, name: &'a str, token: u64) -> StoreFuture<'a, bool> {
        let (tenant, name) = (tenant.to_string(), name.to_string());
        self.wait(move |inner| inner.queue.write(move |staged| lease::release(staged, &tenant, &name, token)))
    }

    fn usage<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Usage> {
        self.now(|inner| {
            keys::check(tenant, "", "")?;
            let tenant_record = inner.tenant_record(tenant)?;
            let backups = inner.vault.list(tenant)?;
            let backup_bytes = backups.iter().map(|backup| backup.bytes).sum();
            Ok(Usage {
                keys: tenant_record.keys,
                bytes: tenant_record.bytes,
                backups: backups.len() as u64,
                backup_bytes,
            })
        })
    }

    fn tenants<'a>(&'a self, after: Option<String>, limit: usize) -> StoreFuture<'a, Vec<String>> {
        self.now(|inner| {
            let (from, end) = keys::tenant_records(after.as_deref());
            verify::tenants(&*inner.reader, (&from, &end), limit)
        })
    }

    fn migrate<'a>(&'a self, tenant: &'a str, plan: Plan) -> StoreFuture<'a, Migrated> {
        let name = tenant.to_string();
        let aim = if plan.transformations.is_empty() { Aim::Replace } else { Aim::Rewrite };
        self.run_exclusive(tenant, aim, &|_| (), move |inner, task| migrate::migrate(inner, &name, &plan, task))
    }

    fn schemas<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Vec<Schema>> {
        self.now(|inner| inner.read(tenant, |space| migrate::schemas(&*inner.reader, space)))
    }

    fn backup<'a>(&'a self, tenant: &'a str, description: &'a str, progress: Progress<'a>) -> StoreFuture<'a, Backup> {
        if let Err(problem) = keys::check(tenant, "", "") {
            return ready(Err(problem)).boxed();
        }
        if description.len() > DESCRIPTION_BYTES {
            let what =
                format!("a backup's description has at most {DESCRIPTION_BYTES} bytes, not {}", description.len());
            return ready(Err(StoreError::Invalid(what))).boxed();
        }
        let (name, description) = (tenant.to_string(), description.to_string());
        self.run_exclusive(tenant, Aim::Read, progress, move |inner, task| {
            snapshot::take(inner, &name, &description, task)
        })
    }

    fn backups<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, Vec<Backup>> {
        self.now(|inner| inner.vault.list(tenant))
    }

    fn restore<'a>(&'a self, tenant: &'a str, id: &'a str, progress: Progress<'a>) -> StoreFuture<'a, Backup> {
        let (name, id) = (tenant.to_string(), id.to_string());
        self.run_exclusive(tenant, Aim::Replace, progress, move |inner, task| {
            snapshot::restore(inner, &name, &shown(&id), &|| inner.vault.open(&name, &id), task)
        })
    }

    fn check_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, Backup> {
        let (name, id) = (tenant.to_string(), id.to_string());
        self.run_exclusive(tenant, Aim::Read, &|_| (), move |inner, task| {
            backup::check(&mut *inner.vault.open(&name, &id)?, &shown(&id), task)
        })
    }

    fn delete_backup<'a>(&'a self, tenant: &'a str, id: &'a str) -> StoreFuture<'a, bool> {
        let (tenant, id) = (tenant.to_string(), id.to_string());
        self.wait(move |inner| inner.vault.delete(&tenant, &id))
    }

    fn backup_file(&self, tenant: &str, id: &str) -> Result<Option<PathBuf>, StoreError> {
        self.0.vault.file(tenant, id)
    }

    fn restore_file<'a>(&'a self, tenant: &'a str, file: &'a Path, progress: Progress<'a>) -> StoreFuture<'a, Backup> {
        let (name, file) = (tenant.to_string(), file.to_path_buf());
        self.run_exclusive(tenant, Aim::Replace, progress, move |inner, task| {
            let open = || -> Result<Box<dyn std::io::Read>, StoreError> {
                let kind = FileKind { name: "a backup, as `state backup --to` writes it", extensions: &[] };
                let opened = file::open(&file, kind);
                let opened = opened.map_err(|error| StoreError::Invalid(format!("{}: {error}", file.display())))?;
                Ok(Box::new(std::io::BufReader::new(opened)))
            };
            snapshot::restore(inner, &name, &file.display().to_string(), &open, task)
        })
    }

    fn export<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a Path,
        unreadable: Unreadable,
        progress: Progress<'a>,
    ) -> StoreFuture<'a, Exported> {
        let (name, file) = (tenant.to_string(), file.to_path_buf());
        self.run_exclusive(tenant, Aim::Read, progress, move |inner, task| {
            keys::check(&name, "", "")?;
            let now = inner.now();
            if unreadable == Unreadable::LeaveOut {
                let salvage = |writer: &mut dyn Writer| {
                    let read: &dyn Read = &*writer;
                    exchange::salvage(read, (&name, now), &file, task)
                };
                return inner.queue.hold(salvage);
            }
            let export = |read: &dyn Read, tenant_record: &TenantRecord| {
                exchange::export(read, (&name, tenant_record.generation, now), &file, task)
            };
            inner.at_one_moment(&name, task, &export, &|| Ok(()))
        })
    }

    fn import<'a>(
        &'a self,
        tenant: &'a str,
        file: &'a Path,
        existing: Existing,
        progress: Progress<'a>,
    ) -> StoreFuture<'a, Imported> {
        let (name, file) = (tenant.to_string(), file.to_path_buf());
        self.run_exclusive(tenant, Aim::Replace, progress, move |inner, task| {
            exchange::import(inner, &name, &file, existing, task)
        })
    }

    fn clear<'a>(&'a self, tenant: &'a str) -> StoreFuture<'a, ()> {
        let name = tenant.to_string();
        self.run_exclusive(tenant, Aim::Replace, &|_| (), move |inner, _| generation::clear(inner, &name))
    }

    fn verify<'a>(&'a self, progress: Progress<'a>) -> StoreFuture<'a, Verified> {
        self.run_exclusive("", Aim::Read, progress, verify::verify)
    }
}
