//! A run that is asked for, until it is accepted.

use std::sync::Arc;
use std::time::SystemTime;

use llmspell_wasm::policy::requested_policies;
use llmspell_wasm::state::{Condition, StoreError};
use llmspell_wasm::{Clock, Ending, Fault};
use serde_json::json;

use crate::app::Shared;
use crate::events::{EventLog, kind};
use crate::idempotency::Idempotency;
use crate::limits;
use crate::live_run::LiveRun;
use crate::order::Order;
use crate::play::{Job, play};
use crate::problem::Problem;
use crate::run::{Run, Status, StoredRun};
use crate::runs::{self, Runs};

/// What came of it.
pub enum Begun {
    Run(Arc<LiveRun>),
    /// The run of an earlier request that was the same.
    Earlier(String),
}

/// Accepts a run and begins it. When this returns, the store knows of it.
pub async fn begin(app: &Shared, order: Order) -> Result<Begun, Problem> {
    let tenant = order.key.tenant.clone();
    if let Some(idempotency) = &order.idempotency
        && let Some(run) = idempotency.find(app.store(), &tenant).await?
    {
        return Ok(Begun::Earlier(run));
    }
    if app.is_draining() {
        return Err(Problem::draining());
    }
    let (mut grants, outer) = app.bound(&order.key)?;
    let limits = limits::read_strictly(&order.limits, &outer, "this key").map_err(Problem::invalid)?;
    for policy in requested_policies(None, &order.file, &order.source)
        .map_err(|error| Problem::of_spell(Fault::new(Ending::InvalidSpell.word(), error.to_string())))?
    {
        grants = grants.within(policy);
    }
    let limits = grants.tighten(limits);
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
    };
    let live = Arc::new(LiveRun::new(&tenant, run.clone(), EventLog::new(app.settings().event_bytes)));
    app.runs.add(live.clone());
    let stored = StoredRun { run, receipt: None, holder: app.store().holder() };
    match accept(app, &tenant, &stored, order.idempotency.as_ref()).await {
        Ok(()) => {}
        Err(error) => {
            app.runs.remove(&live.id);
            return match (error, &order.idempotency) {
                // The same request, sent at the same time, came first.
                (StoreError::Conflict { .. }, Some(idempotency)) => {
                    let run = idempotency.find(app.store(), &tenant).await?;
                    run.map(Begun::Earlier).ok_or_else(|| Problem::internal("a run was begun and is not there"))
                }
                (error, _) => Err(error.into()),
            };
        }
    }
    live.events.push(kind::STATUS, json!({ "status": Status::Queued }));
    let (app, job) = (app.clone(), Job { order, grants, limits, ticket });
    tokio::spawn(play(app, live.clone(), job));
    Ok(Begun::Run(live))
}

async fn accept(
    app: &Shared,
    tenant: &str,
    stored: &StoredRun,
    idempotency: Option<&Idempotency>,
) -> Result<(), StoreError> {
    let mut changes = vec![runs::change(stored, Condition::Absent, app.kept())?];
    if let Some(idempotency) = idempotency {
        changes.push(idempotency.change(&stored.run.id)?);
    }
    crate::stored::commit(app.store(), tenant, changes).await
}
