//! The index of one tenant's collection, which follows what lies in the store.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::{Mutex, MutexGuard};

use llmspell_policy::audit::block_in_place_if_multithreaded;
use llmspell_retrieval::Index;
use llmspell_state::{Backend, List};

use crate::error::RagError;
use crate::record::{self, Loaded, MARK, SETTINGS, Stored};
use crate::settings::Settings;

/// An index and what it is of.
pub struct Shard {
    tenant: String,
    pub name: String,
    scope: String,
    now: RwLock<Now>,
    /// Held by whoever changes what lies in the store, or reads it anew. Searches do not wait for it.
    changing: Mutex<()>,
    /// Whether it is one of our own runs that holds it. What that writes is not acknowledged yet: searches need not wait.
    writing: AtomicBool,
    pub searches: AtomicU64,
    pub nanoseconds: AtomicU64,
}

/// The collection as of one commit.
pub struct Now {
    /// `None`: there is no such collection.
    pub settings: Option<Settings>,
    /// The version of the mark.
    pub mark: Option<u64>,
    pub index: Index,
}

/// The right to change a collection, and what it is now.
pub struct Changing<'a> {
    pub shard: &'a Shard,
    _held: MutexGuard<'a, ()>,
}

impl Shard {
    pub fn new(tenant: &str, name: &str) -> Shard {
        Shard {
            tenant: tenant.into(),
            name: name.into(),
            scope: record::scope(name),
            now: RwLock::new(Now::empty(None)),
            changing: Mutex::default(),
            writing: AtomicBool::default(),
            searches: AtomicU64::default(),
            nanoseconds: AtomicU64::default(),
        }
    }

    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// As it is now. Held only while the index is looked at.
    pub fn now(&self) -> RwLockReadGuard<'_, Now> {
        // What panicked in it left a document out at most; the mark does not fit then, and it is read anew.
        self.now.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_mut(&self) -> RwLockWriteGuard<'_, Now> {
        self.now.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn bytes(&self) -> usize {
        self.now().index.bytes()
    }

    pub fn count_search(&self, nanoseconds: u64) {
        self.searches.fetch_add(1, Relaxed);
        self.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }

    /// Brings the index to what lies in the store, if somebody else changed that.
    pub async fn follow(&self, store: &dyn Backend) -> Result<(), RagError> {
        if self.mark(store).await? == self.now().mark || self.writing.load(SeqCst) {
            return Ok(());
        }
        let _held = self.changing.lock().await;
        self.read(store).await
    }

    /// The right to change it, once it is as the store has it.
    pub async fn change<'a>(&'a self, store: &dyn Backend) -> Result<Changing<'a>, RagError> {
        let _held = self.changing.lock().await;
        self.read(store).await?;
        self.writing.store(true, SeqCst);
        Ok(Changing { shard: self, _held })
    }

    async fn mark(&self, store: &dyn Backend) -> Result<Option<u64>, RagError> {
        Ok(store.get_internal(&self.tenant, &self.scope, MARK).await?.map(|entry| entry.version))
    }

    async fn read(&self, store: &dyn Backend) -> Result<(), RagError> {
        // Looked at first: what is written meanwhile is found the next time.
        let mark = self.mark(store).await?;
        if mark == self.now().mark {
            return Ok(());
        }
        let broken = |what: String| RagError::Broken(self.name.clone(), what);
        let settings = store.get_internal(&self.tenant, &self.scope, SETTINGS).await?;
        let settings: Option<Settings> = settings
            .map(|entry| serde_json::from_str(&entry.value).map_err(|error| broken(error.to_string())))
            .transpose()?;
        let Some(settings) = settings else {
            *self.now_mut() = Now::empty(mark);
            return Ok(());
        };
        let prefix = record::documents(settings.generation);
        let listed = self.listed(store, &prefix).await?;
        let known = self.known(&settings);
        let mut loaded = Vec::new();
        for (id, version) in &listed {
            if known.get(id) == Some(version) {
                continue;
            }
            let key = format!("{prefix}{id}");
            let Some(entry) = store.get_internal(&self.tenant, &self.scope, &key).await? else { continue };
            let stored: Stored = serde_json::from_str(&entry.value).map_err(|error| broken(error.to_string()))?;
            loaded.push(stored.load(id.clone(), entry.version, &settings).map_err(broken)?);
        }
        let gone: Vec<String> = known.keys().filter(|id| !listed.contains_key(*id)).cloned().collect();
        block_in_place_if_multithreaded(|| self.apply(mark, settings, gone, loaded)).map_err(broken)
    }

    async fn listed(&self, store: &dyn Backend, prefix: &str) -> Result<BTreeMap<String, u64>, RagError> {
        let (mut all, mut after) = (BTreeMap::new(), None);
        loop {
            let list = List { prefix: prefix.into(), after, ..List::default() };
            let page = store.list_internal(&self.tenant, &self.scope, list).await?;
            for entry in page.entries {
                all.insert(entry.key.get(prefix.len()..).unwrap_or_default().to_string(), entry.version);
            }
            after = page.next;
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// The versions of the documents in the index, as far as it is of these settings.
    fn known(&self, settings: &Settings) -> BTreeMap<String, u64> {
        let now = self.now();
        if now.settings.as_ref().is_none_or(|own| own.generation != settings.generation) {
            return BTreeMap::new();
        }
        now.index.documents().map(|(document, _)| (document.id.clone(), document.version)).collect()
    }

    /// Takes over what was committed. Others search meanwhile: between two documents, or in the index that was there before.
    fn apply(
        &self,
        mark: Option<u64>,
        settings: Settings,
        gone: Vec<String>,
        loaded: Vec<Loaded>,
    ) -> Result<(), String> {
        let is_other = |own: &Settings| own.generation != settings.generation || own.metric != settings.metric;
        if self.now().settings.as_ref().is_none_or(is_other) {
            let mut index = Index::new(settings.metric());
            for one in loaded {
                index.put(one.document, one.chunks, &one.vectors)?;
            }
            *self.now_mut() = Now { settings: Some(settings), mark, index };
            return Ok(());
        }
        for id in &gone {
            self.now_mut().index.remove(id);
        }
        for one in loaded {
            let mut now = self.now_mut();
            if let Err(problem) = now.index.put(one.document, one.chunks, &one.vectors) {
                // Nothing fits the mark then, and all is read anew.
                *now = Now::empty(None);
                return Err(problem);
            }
        }
        let mut now = self.now_mut();
        (now.settings, now.mark) = (Some(settings), mark);
        Ok(())
    }
}

impl Changing<'_> {
    /// Takes over what was committed under this mark.
    pub fn apply(&self, mark: u64, settings: Settings, gone: Vec<String>, loaded: Vec<Loaded>) -> Result<(), RagError> {
        let apply = || self.shard.apply(Some(mark), settings, gone, loaded);
        block_in_place_if_multithreaded(apply).map_err(RagError::Internal)
    }

    /// The collection is gone.
    pub fn forget(&self) {
        *self.shard.now_mut() = Now::empty(None);
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.shard.writing.store(false, SeqCst);
    }
}

impl Now {
    fn empty(mark: Option<u64>) -> Now {
        Now { settings: None, mark, index: Index::new(Default::default()) }
    }
}
