//! A run that is asked for, until it is accepted.

use std::sync::Arc;
use std::time::SystemTime;

use llmspell_wasm::Clock;
use llmspell_wasm::state::{Condition, StoreError};
use serde_json::json;

use crate::app::Shared;
use crate::events::{EventLog, kind};
use crate::idempotency::Idempotency;
use crate::live_run::LiveRun;
use crate::order::Order;
use crate::play::{Job, play};
use crate::problem::Problem;
use crate::run::{Run, Status, StoredRun};
use crate::runs::{self, Runs};
use crate::waiting::CancelOnDrop;

/// What came of it.
pub enum Begun {
    /// With what cancels it when it is dropped, where the order says so.
    Run(Arc<LiveRun>, Option<CancelOnDrop>),
    /// The run of an earlier request that was the same.
    Earlier(String),
}

/// The run that an earlier request began that was the same. It is looked for before anything else: whatever has changed since, its
/// client is told of its run.
pub async fn earlier(app: &Shared, tenant: &str, idempotency: Option<&Idempotency>) -> Result<Option<String>, Problem> {
    match idempotency {
        Some(idempotency) => idempotency.find(app.store(), tenant).await,
        None => Ok(None),
    }
}

/// Accepts a run and begins it. When this returns, the store knows of it.
pub async fn begin(app: &Shared, order: Order) -> Result<Begun, Problem> {
    let tenant = order.key.tenant.clone();
    if app.is_draining() {
        return Err(Problem::draining());
    }
    order.check(app)?;
    let ticket = app.places.accept(&tenant)?;
    let run = Run {
        id: Runs::id(),
        status: Status::Queued,
        spell: order.spell.as_ref().map(|(name, _)| name.clone()),
        version: order.spell.as_ref().map(|(_, version)| *version),
        language: order.language.clone(),
        hash: order.hash.clone(),
        key: order.key.id.clone(),
        created_at: Clock::stamp(SystemTime::now()),
        started_at: None,
        ended_at: None,
        outcome: None,
        result: None,
        error: None,
        usage: None,
        recorded: false,
        shortened: false,
    };
    let live = Arc::new(LiveRun::new(&tenant, run.clone(), EventLog::new(app.settings().event_bytes)));
    let stored = StoredRun { run, receipt: None, holder: app.store().holder() };
    let (guard, idempotency) =
        (order.ends_with_client.then(|| CancelOnDrop::new(live.cancel.clone())), order.idempotency.clone());
    // A task of its own: where the client hangs up during it, the run is not left between the store and its end.
    let task = tokio::spawn(enter(app.clone(), live.clone(), stored, Job { order, ticket }));
    match (task.await, &idempotency) {
        (Ok(Ok(())), _) => Ok(Begun::Run(live, guard)),
        // The same request, sent at the same time, came first.
        (Ok(Err(StoreError::Conflict { .. })), Some(idempotency)) => {
            let run = idempotency.find(app.store(), &tenant).await?;
            run.map(Begun::Earlier).ok_or_else(|| Problem::internal("a run was begun and is not there"))
        }
        (Ok(Err(error)), _) => Err(error.into()),
        (Err(error), _) => {
            app.runs.remove(&live.id);
            Err(Problem::internal(format!("a run was lost: {error}")))
        }
    }
}

/// Tells the store of a run, and plays it from then on.
async fn enter(app: Shared, live: Arc<LiveRun>, stored: StoredRun, job: Job) -> Result<(), StoreError> {
    app.runs.add(live.clone());
    if let Err(error) = accept(&app, &live.tenant, &stored, job.order.idempotency.as_ref()).await {
        app.runs.remove(&live.id);
        return Err(error);
    }
    live.events.push(kind::STATUS, json!({ "status": Status::Queued }));
    tokio::spawn(play(app, live, job));
    Ok(())
}

async fn accept(
    app: &Shared,
    tenant: &str,
    stored: &StoredRun,
    idempotency: Option<&Idempotency>,
) -> Result<(), StoreError> {
    let mut changes = vec![runs::change(stored, Condition::Absent, app.kept())?];
    if let Some(idempotency) = idempotency {
        changes.push(idempotency.change(&stored.run.id, app.settings().keep_runs)?);
    }
    crate::stored::commit(app.store(), tenant, changes).await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::FutureExt;
    use llmspell_wasm::{Config, Grants, Runtime};
    use serde_json::Map;

    use super::*;
    use crate::app::App;
    use crate::keys::Key;

    fn order(tenant: &str, ends_with_client: bool) -> Order {
        let key = Key {
            id: "k".into(),
            tenant: tenant.into(),
            name: String::new(),
            rights: Vec::new(),
            limits: Map::new(),
            created_at: 0,
            expires_at: None,
        };
        Order {
            key: Arc::new(key),
            spell: None,
            language: "lua".into(),
            file: "spell.lua".into(),
            source: "util.sleep(20) return 1".into(),
            hash: String::new(),
            parameters: Map::new(),
            arguments: Vec::new(),
            session: None,
            seed: None,
            limits: Map::new(),
            record: false,
            idempotency: None,
            ends_with_client,
        }
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_at_the_beginning_leaves_no_run_that_never_ends() {
        let runtime = Runtime::new(Config::from_toml("instances = 2", &|_| None).unwrap()).unwrap();
        let app = Arc::new(App::new(runtime, Grants::local()));
        for (tenant, ends_with_client, outcome) in [("a", false, "completed"), ("b", true, "cancelled")] {
            let mut beginning = Box::pin(begin(&app, order(tenant, ends_with_client)));
            assert!((&mut beginning).now_or_never().is_none(), "the store has not answered yet");
            drop(beginning);
            let ended = async {
                while !app.runs.list(tenant, None, 1).await.unwrap().runs.iter().any(|run| run.status == Status::Ended)
                {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                app.runs.none_left().await;
            };
            tokio::time::timeout(Duration::from_secs(60), ended).await.expect("the run ends");
            let page = app.runs.list(tenant, None, 1).await.unwrap();
            assert_eq!(page.runs[0].outcome.as_deref(), Some(outcome));
        }
    }
}
