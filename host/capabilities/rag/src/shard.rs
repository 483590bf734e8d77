//! The index of one tenant's collection, which follows what lies in the store.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::{Mutex, MutexGuard};

use llmspell_policy::audit::block_in_place_if_multithreaded as in_place;
use llmspell_retrieval::Index;
use llmspell_state::{Backend, Change, Entry, List, StoreError};

use crate::error::RagError;
use crate::record::{self, Loaded, MARK, SETTINGS, Stored};
use crate::settings::Settings;

/// An index and what it is of.
pub struct Shard {
    tenant: String,
    pub name: String,
    scope: String,
    now: RwLock<Now>,
    /// Of the index: whoever looks at all shards waits for none.
    bytes: AtomicUsize,
    /// Held by whoever changes what lies in the store. Searches do not wait for it.
    changing: Mutex<()>,
    /// Held by whoever brings the index to what lies there.
    reading: Mutex<()>,
    /// Whether one of our own runs commits. What that writes is not acknowledged yet: searches need not wait.
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
    /// The version of the mark that the next commit goes on from.
    before: Option<u64>,
    _held: MutexGuard<'a, ()>,
}

impl Shard {
    pub fn new(tenant: &str, name: &str) -> Shard {
        Shard {
            tenant: tenant.into(),
            name: name.into(),
            scope: record::scope(name),
            now: RwLock::new(Now::empty(None)),
            bytes: AtomicUsize::default(),
            changing: Mutex::default(),
            reading: Mutex::default(),
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

    fn update<T>(&self, change: impl FnOnce(&mut Now) -> T) -> T {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let done = change(&mut now);
        self.bytes.store(now.index.bytes(), Relaxed);
        done
    }

    pub fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
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
        let _held = self.reading.lock().await;
        self.read(store).await
    }

    /// The right to change it, once it is as the store has it.
    pub async fn change<'a>(&'a self, store: &dyn Backend) -> Result<Changing<'a>, RagError> {
        let mut changing = self.hold().await;
        changing.before = changing.reread(store).await?;
        Ok(changing)
    }

    /// The right to remove it, whatever it is now.
    pub async fn hold(&self) -> Changing<'_> {
        Changing { shard: self, before: None, _held: self.changing.lock().await }
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
            self.update(|now| *now = Now::empty(mark));
            return Ok(());
        };
        let prefix = record::documents(settings.generation);
        let listed = self.listed(store, &prefix).await?;
        let mut fresh = self.fresh(&settings);
        let known = if fresh.is_none() { self.known() } else { BTreeMap::new() };
        let gone: Vec<String> = known.keys().filter(|id| !listed.contains_key(*id)).cloned().collect();
        if fresh.is_none() {
            in_place(|| gone.iter().for_each(|id| self.forget(id)));
        }
        let (mut group, mut bytes) = (Vec::new(), 0);
        for (id, _) in listed.iter().filter(|(id, version)| known.get(*id) != Some(version)) {
            let key = format!("{prefix}{id}");
            let Some(entry) = store.get_internal(&self.tenant, &self.scope, &key).await? else { continue };
            bytes += entry.value.len();
            group.push((id.clone(), entry));
            if bytes >= GROUP_BYTES || group.len() >= GROUP_DOCUMENTS {
                self.put_all(&mut fresh, load(std::mem::take(&mut group), &settings).await?.map_err(broken)?)?;
                bytes = 0;
            }
        }
        self.put_all(&mut fresh, load(group, &settings).await?.map_err(broken)?)?;
        self.finish(Some(settings), mark, fresh);
        Ok(())
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

    /// The versions of the documents in the index.
    fn known(&self) -> BTreeMap<String, u64> {
        let now = self.now();
        now.index.documents().map(|(document, _)| (document.id.clone(), document.version)).collect()
    }

    /// A new index, where the one that is there is of other settings.
    fn fresh(&self, settings: &Settings) -> Option<Index> {
        let is_other = |own: &Settings| own.generation != settings.generation || own.metric != settings.metric;
        self.now().settings.as_ref().is_none_or(is_other).then(|| Index::new(settings.metric))
    }

    /// Takes documents over. Others search meanwhile: between two documents, or in the index that was there before. The mark is
    /// the old one until all are there, so that the rest is read by whoever comes next.
    fn put_all(&self, fresh: &mut Option<Index>, loaded: Vec<Loaded>) -> Result<(), RagError> {
        let broken = |what: String| RagError::Broken(self.name.clone(), what);
        in_place(|| {
            for one in loaded {
                let put = |index: &mut Index| {
                    index.put(one.document, one.chunks, &one.vectors).map(|()| index.bytes()).map_err(broken)
                };
                let bytes = match fresh {
                    Some(fresh) => put(fresh)?,
                    None => self.update(|now| put(&mut now.index))?,
                };
                if bytes > MOST_BYTES + SLACK_BYTES {
                    self.update(|now| *now = Now::empty(None));
                    return Err(too_large(&self.name, bytes));
                }
            }
            Ok(())
        })
    }

    fn forget(&self, id: &str) {
        self.update(|now| now.index.remove(id));
    }

    fn finish(&self, settings: Option<Settings>, mark: Option<u64>, fresh: Option<Index>) {
        let old = self.update(|now| {
            (now.settings, now.mark) = (settings, mark);
            fresh.map(|fresh| std::mem::replace(&mut now.index, fresh))
        });
        // To give so much memory back takes a while: nobody waits for it under the guard.
        drop(old);
    }
}

/// The most of a collection's index.
pub const MOST_BYTES: usize = 256 << 20;

/// What is counted before a commit is an estimate.
const SLACK_BYTES: usize = 64 << 20;

pub fn too_large(name: &str, bytes: usize) -> RagError {
    RagError::Quota(format!(
        "the collection '{name}' would take {bytes} bytes of memory with its index; at most {MOST_BYTES} are allowed: divide it"
    ))
}

/// Documents are read from the store in groups.
const GROUP_BYTES: usize = 1 << 20;
const GROUP_DOCUMENTS: usize = 64;

type Read = Result<Vec<Loaded>, String>;

/// Records become documents on a thread where nobody waits.
async fn load(group: Vec<(String, Entry)>, settings: &Settings) -> Result<Read, RagError> {
    let settings = settings.clone();
    let load = move || {
        let one = |(id, entry): (String, Entry)| {
            let stored: Stored = serde_json::from_str(&entry.value).map_err(|error| error.to_string())?;
            stored.load(id, entry.version, &settings)
        };
        group.into_iter().map(one).collect()
    };
    tokio::task::spawn_blocking(load).await.map_err(|error| RagError::Internal(error.to_string()))
}

impl Changing<'_> {
    /// Makes changes under a new mark, if nobody else made one since: its version.
    pub async fn commit(&mut self, store: &dyn Backend, mut changes: Vec<Change>) -> Result<u64, StoreError> {
        self.shard.writing.store(true, SeqCst);
        changes.insert(0, record::mark(self.shard.scope(), self.before));
        let version = store.commit(self.shard.tenant(), changes).await?.version;
        self.before = Some(version);
        Ok(version)
    }

    /// Takes over what was committed under this mark after `before`, and lets searches follow again.
    pub async fn apply(
        &self,
        (before, mark): (Option<u64>, u64),
        settings: Settings,
        gone: Vec<String>,
        loaded: Vec<Loaded>,
    ) -> Result<(), RagError> {
        let shard = self.shard;
        let _held = shard.reading.lock().await;
        // Where somebody read what lies in the store meanwhile, that is there already or is read the next time.
        let done = if shard.now().mark == before {
            let mut fresh = shard.fresh(&settings);
            if fresh.is_none() {
                in_place(|| gone.iter().for_each(|id| shard.forget(id)));
            }
            shard.put_all(&mut fresh, loaded).map(|()| shard.finish(Some(settings), Some(mark), fresh))
        } else {
            Ok(())
        };
        shard.writing.store(false, SeqCst);
        done
    }

    /// The mark that the next commit goes on from.
    pub fn before(&self) -> Option<u64> {
        self.before
    }

    /// Brings the index to what lies in the store: the version of its mark.
    pub async fn reread(&self, store: &dyn Backend) -> Result<Option<u64>, RagError> {
        let _held = self.shard.reading.lock().await;
        self.shard.writing.store(false, SeqCst);
        self.shard.read(store).await?;
        Ok(self.shard.now().mark)
    }

    /// The collection is gone.
    pub fn forget(&self) {
        self.shard.finish(None, None, Some(Index::new(Default::default())));
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
