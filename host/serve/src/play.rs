//! A run, from the request to its end.

use std::sync::Arc;
use std::time::SystemTime;

use llmspell_wasm::policy::requested_policies;
use llmspell_wasm::state::{Condition, Lifetime, StoreError};
use llmspell_wasm::{About, Clock, Ending, Fault, Grants, Limits, Outcome, Spell};
use serde_json::{Map, Value, json};

use crate::app::Shared;
use crate::events::{EventLog, kind};
use crate::idempotency::Idempotency;
use crate::journal::JournalToEvents;
use crate::keys::Key;
use crate::limits;
use crate::listener::{ToEvents, Workflows};
use crate::places::Ticket;
use crate::problem::Problem;
use crate::record::{self, RecordBuffer};
use crate::runs::{self, LiveRun, Run, Runs, Status, StoredRun};

/// A run that is asked for.
pub struct Order {
    pub key: Arc<Key>,
    /// The stored spell and its version.
    pub spell: Option<(String, u64)>,
    /// The spell's, by its name.
    pub language: String,
    /// What errors call the spell.
    pub file: String,
    pub source: String,
    /// SHA-256 of the source, in hex.
    pub hash: String,
    pub parameters: Map<String, Value>,
    pub arguments: Vec<String>,
    pub session: Option<String>,
    pub seed: Option<u64>,
    /// By name; none may ask for more than the key may have.
    pub limits: Map<String, Value>,
    pub record: bool,
    pub idempotency: Option<Idempotency>,
}

/// What came of it.
pub enum Begun {
    Run(Arc<LiveRun>),
    /// The run of an earlier request that was the same.
    Earlier(String),
}

/// All that the work of a run needs.
struct Job {
    order: Order,
    grants: Grants,
    limits: Limits,
    ticket: Ticket,
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
    let mut changes = vec![runs::change(stored, Condition::Absent, kept(app))?];
    if let Some(idempotency) = idempotency {
        changes.push(idempotency.change(&stored.run.id)?);
    }
    crate::stored::commit(app.store(), tenant, changes).await
}

fn kept(app: &Shared) -> Lifetime {
    Lifetime::Milliseconds(u64::try_from(app.settings().keep_runs.as_millis()).unwrap_or(u64::MAX))
}

/// Runs it to its end, and keeps what came of it.
async fn play(app: Shared, live: Arc<LiveRun>, mut job: Job) {
    let record = job.order.record.then(|| RecordBuffer::new(app.settings().record_bytes));
    let place = tokio::select! {
        biased;
        () = live.cancel.cancelled() => None,
        place = job.ticket.enter() => place,
    };
    let started = SystemTime::now();
    let outcome = match &place {
        None => {
            let fault = Fault::new(Ending::Cancelled.word(), "the run was cancelled before it began");
            Outcome::refused(job.order.source.as_bytes(), Ending::Cancelled, fault)
        }
        Some(_) => {
            live.change(|run| {
                run.status = Status::Running;
                run.started_at = Some(Clock::stamp(started));
            });
            live.events.push(kind::STATUS, json!({ "status": Status::Running }));
            outcome(&app, &live, &mut job, record.clone()).await
        }
    };
    drop(place);
    let policies = job.grants.files();
    let receipt = outcome.receipt(&About {
        language: &job.order.language,
        tenant: &live.tenant,
        started,
        config: app.runtime.config(),
        limits: &job.limits,
        policies: &policies,
    });
    let mut run = live.run();
    run.status = Status::Ended;
    run.ended_at = Some(Clock::stamp(SystemTime::now()));
    run.outcome = Some(receipt.outcome.clone());
    run.result.clone_from(&receipt.result);
    run.error.clone_from(&receipt.error);
    run.usage = Some(receipt.ledger.clone());
    if let Some(record) = record.and_then(|record| record.take()) {
        match record::keep(app.store(), &live.tenant, &live.id, &record, kept(&app)).await {
            Ok(()) => run.recorded = true,
            Err(error) => notice(&live, &format!("the record is not kept: {error}")),
        }
    } else if job.order.record {
        notice(&live, "the record is not kept: it is larger than it may be ([server] max_record)");
    }
    keep(&app, &live, StoredRun { run: run.clone(), receipt: Some(receipt), holder: app.store().holder() }).await;
    app.metrics.ended(&run);
    live.events.end(json!(run));
    live.change(|told| *told = run);
    app.runs.remove(&live.id);
}

fn notice(live: &LiveRun, text: &str) {
    live.events.push(kind::NOTICE, json!({ "message": text }));
}

async fn outcome(app: &Shared, live: &Arc<LiveRun>, job: &mut Job, record: Option<RecordBuffer>) -> Outcome {
    let (order, events) = (&mut job.order, &live.events);
    let spell = Spell {
        parameters: std::mem::take(&mut order.parameters),
        arguments: std::mem::take(&mut order.arguments),
        session: order.session.take(),
        seed: order.seed,
        tenant: live.tenant.clone(),
        listener: Box::new(ToEvents::new(events.clone())),
        journal: Some(Box::new(JournalToEvents::new(events.clone()))),
        record: record.map(|record| Box::new(record) as Box<dyn std::io::Write + Send>),
        watcher: Some(Box::new(Workflows(events.clone()))),
        cancel: live.cancel.clone(),
        ..Spell::new(&order.language, &order.file, &order.source)
    };
    let (app, grants, limits) = (app.clone(), job.grants.clone(), job.limits.clone());
    // A task of its own: a panic in it ends this run and no other.
    let run = tokio::spawn(async move { app.runtime.run(spell, grants, limits).await });
    run.await.unwrap_or_else(|error| {
        tracing::error!("a run was lost: {error}");
        let fault = Fault::new(Ending::HostFault.word(), "the run was lost");
        Outcome::refused(job.order.source.as_bytes(), Ending::HostFault, fault)
    })
}

/// Writes how it ended. Where that does not fit, without what is large.
async fn keep(app: &Shared, live: &LiveRun, mut stored: StoredRun) {
    let whole = async {
        let events = runs::events_change(live, kept(app))?;
        let changes = vec![runs::change(&stored, Condition::Any, kept(app))?, events];
        crate::stored::commit(app.store(), &live.tenant, changes).await
    };
    let Err(error) = whole.await else { return };
    tracing::warn!(run = live.id, "the end of a run is kept without its result and events: {error}");
    notice(live, &format!("the result and the events are not kept: {}", error.for_spells()));
    stored.run.result = None;
    if let Some(receipt) = &mut stored.receipt {
        receipt.result = None;
    }
    let short = async {
        let changes = vec![runs::change(&stored, Condition::Any, kept(app))?];
        crate::stored::commit(app.store(), &live.tenant, changes).await
    };
    if let Err(error) = short.await {
        tracing::error!(run = live.id, "the end of a run is not kept: {error}");
    }
}
