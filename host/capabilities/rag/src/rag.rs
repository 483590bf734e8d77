//! One run's way to its tenant's collections.

use std::sync::Arc;

use serde_json::{Value, json};

use llmspell_api::rag as api;
use llmspell_base::Failure;
use llmspell_base::clock::Clock;
use llmspell_kernel::listener::SharedListener;
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::{Permission, Right};
use llmspell_retrieval::Filter;
use llmspell_state::{Backend, Change, List, Store, StoreError};

use crate::answer;
use crate::error::{RagError, Tried};
use crate::record::{self, SCOPE, SETTINGS};
use crate::request::Which;
use crate::settings::{Settings, Wanted};
use crate::shard::Shard;
use crate::shards::Shards;
use crate::vectors::full_name;

/// The store, the indexes, and the tenant of the run: the host decided which.
#[derive(Clone)]
pub struct Rag {
    pub(crate) store: Store,
    pub(crate) shards: Shards,
    pub(crate) tenant: Arc<str>,
    pub(crate) listener: SharedListener,
    pub(crate) clock: Clock,
}

/// How often a change is tried anew because another process made one.
pub const ATTEMPTS: usize = 5;

/// Changes in one commit, besides the mark.
pub const CHANGES: usize = 900;

/// No rebuild leaves more behind than one that follows clears away.
const GENERATIONS: usize = 8;

impl Rag {
    /// Opens the store at the first call; the run's listener is told which process it waits for.
    pub(crate) async fn backend(&self) -> Tried<&dyn Backend> {
        let tell = |line: &str| {
            // Where the listener fails, the next output of the spell ends the run.
            let _ = self.listener.notice(line);
        };
        Ok(self.store.open(tell).await?)
    }

    /// A collection that is there, as it is now.
    pub(crate) async fn existing(&self, name: &str) -> Tried<Arc<Shard>> {
        let store = self.backend().await?;
        let shard = self.shards.get(&self.tenant, name);
        shard.follow(store).await?;
        self.shards.trim();
        if shard.now().settings.is_none() {
            self.shards.forget(&self.tenant, name);
            return Err(RagError::Missing(name.into()));
        }
        Ok(shard)
    }

    /// Makes a collection if it is not there: whether it was made, and its settings.
    pub(crate) async fn ensure(
        &self,
        name: &str,
        wanted: &Wanted,
        cx: &CallContext,
    ) -> Result<(bool, Arc<Shard>, Settings)> {
        let failure = |problem: RagError| problem.failure(cx);
        let wanted = full_name(wanted.clone(), cx)?;
        let store = self.backend().await.map_err(failure)?;
        let shard = self.shards.get(&self.tenant, name);
        for _ in 0..ATTEMPTS {
            let mut changing = shard.change(store).await.map_err(failure)?;
            let there = shard.now().settings.clone();
            if let Some(there) = there {
                if let Some(other) = wanted.differs(&there) {
                    return Err(RagError::Conflict(differs(name, &other)).failure(cx));
                }
                return Ok((false, shard.clone(), there));
            }
            let settings = wanted.over(Settings::default())?;
            let changes = vec![record::put(shard.scope(), SETTINGS.into(), text(&settings)?)];
            let before = changing.before();
            match changing.commit(store, changes).await {
                Ok(mark) => {
                    let marks = (before, mark);
                    changing.apply(marks, settings.clone(), Vec::new(), Vec::new()).await.map_err(failure)?;
                    drop(changing);
                    return Ok((true, shard, settings));
                }
                Err(StoreError::Conflict { .. }) => {}
                Err(problem) => return Err(RagError::from(problem).failure(cx)),
            }
        }
        Err(busy(name).failure(cx))
    }

    /// `rag.create`.
    pub(crate) async fn create(self, name: String, wanted: Wanted, cx: CallContext) -> Result {
        let (created, shard, _) = self.ensure(&name, &wanted, &cx).await?;
        answer::collection(&shard, created)
    }

    /// `rag.stats`.
    pub(crate) async fn stats(self, name: String, cx: CallContext) -> Result {
        let shard = self.existing(&name).await.map_err(|problem| problem.failure(&cx))?;
        answer::collection(&shard, false)
    }

    /// The names of those that begin so.
    async fn names(&self, prefix: &str) -> Tried<Vec<String>> {
        let store = self.backend().await?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = store.internal_scopes(&self.tenant, after, PAGE).await?;
            let names = page.iter().filter_map(|scope| scope.strip_prefix(SCOPE));
            all.extend(names.filter(|name| name.starts_with(prefix)).map(String::from));
            if page.len() < PAGE {
                return Ok(all);
            }
            after = page.last().cloned();
        }
    }

    /// `rag.list`: what the run may not use is left out.
    pub(crate) async fn list(self, prefix: String, cx: CallContext) -> Result {
        let names = self.names(&prefix).await.map_err(|problem| problem.failure(&cx))?;
        let grants = cx.grants();
        Ok(json!(names.into_iter().filter(|name| grants.allows(Right::COLLECTION, name)).collect::<Vec<_>>()))
    }

    /// `rag.delete`.
    pub(crate) async fn delete(self, name: String, which: Which, cx: CallContext) -> Result {
        let failure = |problem: RagError| problem.failure(&cx);
        let shard = self.existing(&name).await.map_err(failure)?;
        let (found, missing) = match which {
            Which::Ids(ids) => ids.into_iter().partition(|id| shard.now().index.document(id).is_some()),
            Which::Filter(filter) => (passing(&shard, &filter), Vec::new()),
        };
        let mut found: Vec<String> = found;
        found.sort_unstable();
        found.dedup();
        for ids in found.chunks(CHANGES / GENERATIONS) {
            self.delete_some(&shard, ids).await.map_err(failure)?;
        }
        Ok(json!(api::Deleted { deleted: found.len() as u64, missing }))
    }

    async fn delete_some(&self, shard: &Shard, ids: &[String]) -> Tried<()> {
        let store = self.backend().await?;
        for _ in 0..ATTEMPTS {
            let mut changing = shard.change(store).await?;
            let Some(settings) = shard.now().settings.clone() else { return Ok(()) };
            // A rebuild that was broken off left copies of its own.
            let mut changes = Vec::new();
            for prefix in self.generations(shard.scope()).await? {
                changes.extend(ids.iter().map(|id| record::delete(shard.scope(), format!("{prefix}{id}"))));
            }
            let before = changing.before();
            match changing.commit(store, changes).await {
                Ok(mark) => return changing.apply((before, mark), settings, ids.to_vec(), Vec::new()).await,
                Err(StoreError::Conflict { .. }) => {}
                Err(problem) => return Err(problem.into()),
            }
        }
        Err(busy(&shard.name))
    }

    /// What stands before the ids of each generation of which there is something.
    async fn generations(&self, scope: &str) -> Tried<Vec<String>> {
        let (store, mut all, mut after) = (self.backend().await?, Vec::new(), None);
        loop {
            let list = List { prefix: "d".into(), after, limit: 1, ..List::default() };
            let page = store.list_internal(&self.tenant, scope, list).await?;
            after = match page.entries.first().and_then(|entry| record::generation(&entry.key)) {
                None => page.next,
                Some(generation) => {
                    if all.len() == GENERATIONS {
                        let what = "rebuilds of the collection were broken off too often: RAG.rebuild it first";
                        return Err(RagError::Conflict(what.into()));
                    }
                    all.push(record::documents(generation));
                    generation.checked_add(1).map(record::documents)
                }
            };
            if after.is_none() {
                return Ok(all);
            }
        }
    }

    /// `rag.remove`.
    pub(crate) async fn remove(self, name: String, below: bool, cx: CallContext) -> Result {
        let failure = |problem: RagError| problem.failure(&cx);
        let mut names = vec![name.clone()];
        if below {
            names.extend(self.names(&format!("{name}/")).await.map_err(failure)?);
        }
        let mut removed = api::Removed { collections: 0, documents: 0 };
        for name in names {
            if let Some(denied) = cx.decide("rag.remove", &Permission::of(Right::COLLECTION, &name))? {
                return Err(denied);
            }
            if let Some(documents) = self.remove_one(&name).await.map_err(failure)? {
                removed.collections += 1;
                removed.documents += documents;
            }
        }
        Ok(json!(removed))
    }

    /// How many documents it had; `None` where there was none. Reads none of them, so that a broken one can be removed.
    async fn remove_one(&self, name: &str) -> Tried<Option<u64>> {
        let (store, scope) = (self.backend().await?, record::scope(name));
        let shard = self.shards.get(&self.tenant, name);
        let changing = shard.hold().await;
        let mut documents = 0;
        loop {
            let list = List { prefix: "d".into(), limit: CHANGES, ..Default::default() };
            let page = store.list_internal(&self.tenant, &scope, list).await?;
            documents += page.entries.len() as u64;
            if page.next.is_none() {
                break;
            }
            let deleted = page.entries.into_iter().map(|entry| record::delete(&scope, entry.key));
            store.commit(&self.tenant, deleted.chain([mark_anyhow(&scope)]).collect()).await?;
        }
        let cleared = store.commit(&self.tenant, vec![record::clear(&scope)]).await?;
        changing.forget();
        self.shards.forget(&self.tenant, name);
        let existed = cleared.changed.first().map_or(0, |changed| changed.existed);
        Ok((existed > 0).then_some(documents))
    }
}

const PAGE: usize = 1_000;

/// So that other processes see that something changed.
fn mark_anyhow(scope: &str) -> Change {
    record::put(scope, record::MARK.into(), "{}".into())
}

pub fn busy(name: &str) -> RagError {
    RagError::Conflict(format!("the collection '{name}' is changed by another process all the time: try again later"))
}

pub fn differs(name: &str, other: &str) -> String {
    format!("the collection '{name}' is there already and {other}: RAG.rebuild changes a collection's settings")
}

pub fn passing(shard: &Shard, filter: &Filter) -> Vec<String> {
    let now = shard.now();
    let passing = now.index.documents().filter(|(document, _)| filter.holds(&document.metadata));
    passing.map(|(document, _)| document.id.clone()).collect()
}

/// As JSON for the store.
pub fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Failure::new(llmspell_base::Code::Internal, error.to_string()))
}

/// The names of collections: 1 to 256 bytes.
pub fn check_name(name: &str) -> Result<()> {
    match name.len() {
        1..=256 => Ok(()),
        0 => Err(Failure::invalid("the collection's name is empty")),
        long => Err(Failure::invalid(format!("the collection's name has {long} bytes; at most 256 are allowed"))),
    }
}

/// A value as the spell gets it, if it is not too large.
pub fn bounded(value: Value, cx: &CallContext) -> Result {
    cx.bound_reply(&value, "the answer")?;
    Ok(value)
}
