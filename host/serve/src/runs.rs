//! Runs: those that are under way here, and those that the store knows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llmspell_wasm::state::{Change, Condition, Lifetime, List, Store, StoreError};
use serde_json::json;
use tokio::sync::watch;
use uuid::Uuid;

use crate::events::{Event, EventLog};
use crate::live_run::LiveRun;
use crate::problem::Problem;
use crate::run::{Run, RunPage, Status, StoredRun};
use crate::stored::{self, EVENTS, RUNS};

/// The runs of this server.
pub struct Runs {
    store: Store,
    live: Mutex<HashMap<String, Arc<LiveRun>>>,
    /// How many are under way.
    count: watch::Sender<usize>,
}

/// A run that can be followed from here.
pub enum Reached {
    /// It goes on here.
    Live(Arc<LiveRun>),
    /// It is over.
    Over(Box<StoredRun>),
}

impl Runs {
    pub fn new(store: Store) -> Runs {
        Runs { store, live: Mutex::default(), count: watch::Sender::new(0) }
    }

    /// An id: a later one is greater.
    pub fn id() -> String {
        Uuid::now_v7().simple().to_string()
    }

    pub fn add(&self, run: Arc<LiveRun>) {
        let mut live = self.live();
        live.insert(run.id.clone(), run);
        self.count.send_replace(live.len());
    }

    pub fn remove(&self, id: &str) {
        let mut live = self.live();
        live.remove(id);
        self.count.send_replace(live.len());
    }

    /// Waits until none is under way.
    pub async fn none_left(&self) {
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Cancels all, as the server ends.
    pub fn drain(&self) {
        self.live().values().for_each(|run| run.drain());
    }

    /// A run of this tenant that is under way here.
    pub fn find_live(&self, tenant: &str, id: &str) -> Option<Arc<LiveRun>> {
        self.live().get(id).filter(|run| run.tenant == tenant).cloned()
    }

    /// A run of this tenant, wherever it is.
    pub async fn find(&self, tenant: &str, id: &str) -> Result<StoredRun, Problem> {
        let missing = || Problem::not_found("there is no such run, or it is over for longer than runs are kept");
        let key = key(id).ok_or_else(missing)?;
        if let Some(live) = self.find_live(tenant, id) {
            return Ok(told(&live));
        }
        let (found, _) = stored::get::<StoredRun>(&self.store, tenant, RUNS, &key).await?.ok_or_else(missing)?;
        Ok(self.look(tenant, found).await?)
    }

    /// A run of this tenant, unless it goes on in another server: nobody hears of it here until it is over.
    pub async fn reach(&self, tenant: &str, id: &str) -> Result<Reached, Problem> {
        if let Some(live) = self.find_live(tenant, id) {
            return Ok(Reached::Live(live));
        }
        let found = self.find(tenant, id).await?;
        match self.find_live(tenant, id) {
            _ if !found.run.status.is_open() => Ok(Reached::Over(Box::new(found))),
            Some(live) => Ok(Reached::Live(live)),
            None => Err(Problem::conflict(
                "the run is under way in another server on the same store: follow it, wait for it or cancel it there",
            )),
        }
    }

    /// What became of a run that the store has as open: its process may be gone.
    async fn look(&self, tenant: &str, mut found: StoredRun) -> Result<StoredRun, StoreError> {
        if !found.run.status.is_open() || self.is_elsewhere(&found).await? {
            return Ok(found);
        }
        let id = found.run.id.clone();
        if let Some(live) = self.find_live(tenant, &id) {
            return Ok(told(&live));
        }
        // Since it was read, it may have ended: its end is in the store before its process lets go of it.
        let again = stored::get::<StoredRun>(&self.store, tenant, RUNS, &key(&id).unwrap_or_default()).await?;
        found = again.map_or(found, |(again, _)| again);
        if found.run.status.is_open() {
            found.run.status = Status::Interrupted;
        }
        Ok(found)
    }

    /// Whether another process has it.
    async fn is_elsewhere(&self, found: &StoredRun) -> Result<bool, StoreError> {
        Ok(found.holder != self.store.holder() && self.store.open(|_| ()).await?.is_alive(&found.holder))
    }

    /// Runs of this tenant, the latest first; `after` is the id of the last one of the page before.
    pub async fn list(&self, tenant: &str, after: Option<&str>, limit: usize) -> Result<RunPage, Problem> {
        let unknown = || Problem::invalid("after: is not the id of a run");
        let after = after.map(|id| key(id).ok_or_else(unknown)).transpose()?;
        let list = List { after, limit, ..List::default() };
        let (found, next) = stored::page::<StoredRun>(&self.store, tenant, RUNS, list).await?;
        let mut runs = Vec::with_capacity(found.len());
        for (_, stored) in found {
            let run = match self.find_live(tenant, &stored.run.id) {
                Some(live) => live.run(),
                None => self.look(tenant, stored).await?.run,
            };
            runs.push(Run { result: None, ..run });
        }
        let next = next.and(runs.last().map(|run| run.id.clone()));
        Ok(RunPage { runs, next })
    }

    /// The events of a run that is over or goes on here.
    pub async fn events(&self, tenant: &str, id: &str) -> Result<Arc<EventLog>, Problem> {
        let run = match self.reach(tenant, id).await? {
            Reached::Live(live) => return Ok(live.events.clone()),
            Reached::Over(found) => found.run,
        };
        let key = key(id).unwrap_or_default();
        let events = stored::get::<Vec<Event>>(&self.store, tenant, EVENTS, &key).await?;
        Ok(Arc::new(EventLog::of(events.map(|(events, _)| events).unwrap_or_default(), json!(run))))
    }

    fn live(&self) -> MutexGuard<'_, HashMap<String, Arc<LiveRun>>> {
        // Whole entries only.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As a run is while it goes on.
fn told(live: &LiveRun) -> StoredRun {
    StoredRun { run: live.run(), receipt: None, holder: String::new() }
}

/// How a run is written to the store.
pub fn change(stored: &StoredRun, condition: Condition, lifetime: Lifetime) -> Result<Change, StoreError> {
    stored::put(RUNS, &key(&stored.run.id).unwrap_or_default(), stored, condition, lifetime)
}

/// How its events are written.
pub fn events_change(run: &LiveRun, lifetime: Lifetime) -> Result<Change, StoreError> {
    let any = Condition::Any;
    stored::put(EVENTS, &key(&run.id).unwrap_or_default(), &run.events.kept(), any, lifetime)
}

/// The key of a run in the store: what is later comes first. `None` for what is no id.
fn key(id: &str) -> Option<String> {
    let is_plain = id.len() == 32 && id.bytes().all(|one| one.is_ascii_digit() || (b'a'..=b'f').contains(&one));
    let number = u128::from_str_radix(id, 16).ok().filter(|_| is_plain)?;
    Some(format!("{:032x}", !number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_runs_come_first() {
        let (first, second) = (Runs::id(), Runs::id());
        assert!(first < second && key(&first) > key(&second));
        for id in ["", "x", &"A".repeat(32), &"g".repeat(32), &"a".repeat(33), "+".repeat(32).as_str()] {
            assert_eq!(key(id), None, "{id}");
        }
    }
}
