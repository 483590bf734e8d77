//! Runs: those that are under way here, and those that the store knows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llmspell_wasm::api::Receipt;
use llmspell_wasm::state::{Lifetime, List, Store, StoreError};
use llmspell_wasm::{CancellationToken, Fault, Ledger};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::events::{Event, EventLog};
use crate::openapi::{fault_schema, ledger_schema};
use crate::problem::Problem;
use crate::stored::{self, EVENTS, RUNS};

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It waits for a place.
    Queued,
    /// It is under way.
    Running,
    /// It is over, and `outcome` says how.
    Ended,
    /// It was queued or under way when its server ended without waiting for it. It does not go on.
    Interrupted,
}

/// A run of a spell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// 32 digits of 0-9 and a-f.
    pub id: String,
    /// How far it is.
    pub status: Status,
    /// The stored spell that it runs; null where its source came with the request.
    pub spell: Option<String>,
    /// Of the stored spell.
    pub version: Option<u64>,
    /// The spell's, such as "lua".
    pub language: String,
    /// SHA-256 of the spell's text, in hex.
    pub hash: String,
    /// The id of the key that began it.
    pub key: String,
    /// RFC 3339.
    pub created_at: String,
    /// When it got a place, in RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub ended_at: Option<String>,
    /// How it ended: "completed", "script-error", "denied", "cancelled", the name of a limit that was used up, ...
    pub outcome: Option<String>,
    /// What the spell returned. Not shown in lists.
    #[schema(value_type = Option<Value>)]
    pub result: Option<Value>,
    /// Set unless the run completed.
    #[schema(schema_with = fault_schema)]
    pub error: Option<Fault>,
    /// What the run used.
    #[schema(schema_with = ledger_schema)]
    pub usage: Option<Ledger>,
    /// Whether `/record` has it.
    pub recorded: bool,
}

/// As the store has it.
#[derive(Serialize, Deserialize)]
pub struct StoredRun {
    pub run: Run,
    pub receipt: Option<Receipt>,
    /// The process that has it.
    pub holder: String,
}

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunPage {
    /// The latest first, without their results.
    pub runs: Vec<Run>,
    /// What `after` is for the next page; null on the last one.
    pub next: Option<String>,
}

/// A run that is under way here.
pub struct LiveRun {
    pub id: String,
    pub tenant: String,
    pub events: Arc<EventLog>,
    pub cancel: CancellationToken,
    run: watch::Sender<Run>,
}

impl LiveRun {
    pub fn new(tenant: &str, run: Run, events: EventLog) -> LiveRun {
        LiveRun {
            id: run.id.clone(),
            tenant: tenant.into(),
            events: Arc::new(events),
            cancel: CancellationToken::new(),
            run: watch::Sender::new(run),
        }
    }

    /// As it is now.
    pub fn run(&self) -> Run {
        self.run.borrow().clone()
    }

    /// Changes what is told of it.
    pub fn change(&self, change: impl FnOnce(&mut Run)) {
        self.run.send_modify(change);
    }

    /// Waits for its end.
    pub async fn ended(&self) -> Run {
        let mut run = self.run.subscribe();
        // The sender is our own: it is there as long as we wait.
        let _ = run.wait_for(|run| run.status == Status::Ended).await;
        self.run()
    }
}

/// The runs of this server.
pub struct Runs {
    store: Store,
    live: Mutex<HashMap<String, Arc<LiveRun>>>,
    /// How many are under way.
    count: watch::Sender<usize>,
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

    /// Cancels all.
    pub fn cancel_all(&self) {
        self.live().values().for_each(|run| run.cancel.cancel());
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
            return Ok(StoredRun { run: live.run(), receipt: None, holder: String::new() });
        }
        let (found, _) = stored::get::<StoredRun>(&self.store, tenant, RUNS, &key).await?.ok_or_else(missing)?;
        Ok(self.look(found).await?)
    }

    /// What became of a run whose process is gone.
    async fn look(&self, mut found: StoredRun) -> Result<StoredRun, StoreError> {
        let is_open = matches!(found.run.status, Status::Queued | Status::Running);
        if is_open && !self.is_held(&found).await? {
            found.run.status = Status::Interrupted;
        }
        Ok(found)
    }

    async fn is_held(&self, found: &StoredRun) -> Result<bool, StoreError> {
        // Of this very process it would be among those under way.
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
                None => self.look(stored).await?.run,
            };
            runs.push(Run { result: None, ..run });
        }
        let next = next.and(runs.last().map(|run| run.id.clone()));
        Ok(RunPage { runs, next })
    }

    /// The events of a run, wherever it is.
    pub async fn events(&self, tenant: &str, id: &str) -> Result<Arc<EventLog>, Problem> {
        if let Some(live) = self.find_live(tenant, id) {
            return Ok(live.events.clone());
        }
        let run = self.find(tenant, id).await?.run;
        let key = key(id).unwrap_or_default();
        let events = stored::get::<Vec<Event>>(&self.store, tenant, EVENTS, &key).await?;
        Ok(Arc::new(EventLog::of(events.map(|(events, _)| events).unwrap_or_default(), json!(run))))
    }
}

impl Runs {
    fn live(&self) -> MutexGuard<'_, HashMap<String, Arc<LiveRun>>> {
        // Whole entries only.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a run is written to the store.
pub fn change(
    stored: &StoredRun,
    condition: llmspell_wasm::state::Condition,
    lifetime: Lifetime,
) -> Result<llmspell_wasm::state::Change, StoreError> {
    stored::put(RUNS, &key(&stored.run.id).unwrap_or_default(), stored, condition, lifetime)
}

/// How its events are written.
pub fn events_change(run: &LiveRun, lifetime: Lifetime) -> Result<llmspell_wasm::state::Change, StoreError> {
    let any = llmspell_wasm::state::Condition::Any;
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
