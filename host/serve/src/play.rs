//! A run that was accepted, to its end.

use std::sync::Arc;
use std::time::SystemTime;

use llmspell_base::Code;
use llmspell_wasm::state::{Change, Condition};
use llmspell_wasm::{About, Clock, Ending, Fault, Grants, Limits, Outcome, Spell};
use serde_json::json;

use crate::app::Shared;
use crate::events::kind;
use crate::journal::JournalToEvents;
use crate::listener::{ToEvents, Workflows};
use crate::live_run::LiveRun;
use crate::order::Order;
use crate::places::Ticket;
use crate::record::{self, RecordBuffer};
use crate::run::{Status, StoredRun};
use crate::runs;

/// All that the work of a run needs.
pub struct Job {
    pub order: Order,
    pub ticket: Ticket,
}

/// Runs it to its end, and keeps what came of it.
pub async fn play(app: Shared, live: Arc<LiveRun>, mut job: Job) {
    let record = job.order.record.then(|| RecordBuffer::new(app.settings().record_bytes));
    let place = tokio::select! {
        biased;
        () = live.cancel.cancelled() => None,
        place = job.ticket.enter() => place,
    };
    let started = SystemTime::now();
    let refused = |ending: Ending, why: String| {
        Outcome::refused(job.order.source.as_bytes(), ending, Fault::new(ending.word(), why))
    };
    // As policies are now: they may be others than when it was accepted.
    let bound = job.order.grants(&app);
    let mut outcome = match (&place, &bound) {
        (None, _) => refused(Ending::Cancelled, "the run was cancelled before it began".into()),
        (_, Err(problem)) => refused(Ending::Denied, problem.detail.clone()),
        (Some(_), Ok(bound)) => {
            live.change(|run| {
                run.status = Status::Running;
                run.started_at = Some(Clock::stamp(started));
            });
            live.events.push(kind::STATUS, json!({ "status": Status::Running }));
            outcome(&app, &live, &mut job.order, bound.clone(), record.clone()).await
        }
    };
    drop(place);
    if outcome.ending == Ending::Cancelled && live.is_drained() {
        outcome.error = Some(Fault::new(Code::Closed.word(), "the server ended before the run did"));
    }
    let (grants, limits) = bound.unwrap_or_else(|_| (Grants::default(), app.runtime.config().limits.clone()));
    let policies = grants.files();
    let receipt = outcome.receipt(&About {
        language: &job.order.language,
        tenant: &live.tenant,
        started,
        config: app.runtime.config(),
        limits: &limits,
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
        match record::keep(app.store(), &live.tenant, &live.id, &record, app.kept()).await {
            Ok(()) => run.recorded = true,
            Err(error) => {
                // Whole, it names places of the operator's.
                tracing::warn!(run = live.id, "the record is not kept: {error}");
                notice(&live, &format!("the record is not kept: {}", error.for_spells()));
            }
        }
    } else if job.order.record {
        notice(&live, "the record is not kept: it is larger than it may be ([server] max_record)");
    }
    keep(&app, &live, StoredRun { run: run.clone(), receipt: Some(receipt), holder: app.store().holder() }).await;
    app.metrics.ended(&run);
    // First: who hears of the end may ask for the receipt at once, which the store has.
    app.runs.remove(&live.id);
    live.events.end(json!(run));
    live.change(|told| *told = run);
}

fn notice(live: &LiveRun, text: &str) {
    live.events.push(kind::NOTICE, json!({ "message": text }));
}

async fn outcome(
    app: &Shared,
    live: &Arc<LiveRun>,
    order: &mut Order,
    (grants, limits): (Grants, Limits),
    record: Option<RecordBuffer>,
) -> Outcome {
    let events = &live.events;
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
    let app = app.clone();
    // A task of its own: a panic in it ends this run and no other.
    let run = tokio::spawn(async move { app.runtime.run(spell, grants, limits).await });
    run.await.unwrap_or_else(|error| {
        tracing::error!("a run was lost: {error}");
        let fault = Fault::new(Ending::HostFault.word(), "the run was lost");
        Outcome::refused(order.source.as_bytes(), Ending::HostFault, fault)
    })
}

/// Writes how it ended, also where the tenant has used up its room since it was accepted: a run that is told as one that never ended is
/// run again. Where the store does not take it, without what is large.
async fn keep(app: &Shared, live: &LiveRun, mut stored: StoredRun) {
    let whole = async {
        let events = runs::events_change(live, app.kept())?;
        let changes = vec![Change::BeyondQuota, runs::change(&stored, Condition::Any, app.kept())?, events];
        crate::stored::commit(app.store(), &live.tenant, changes).await
    };
    let Err(error) = whole.await else { return };
    tracing::warn!(run = live.id, "the end of a run is kept without its result and events: {error}");
    notice(live, &format!("the result and the events are not kept: {}", error.for_spells()));
    stored.run.shortened = true;
    stored.run.result = None;
    if let Some(receipt) = &mut stored.receipt {
        receipt.result = None;
    }
    let short = async {
        let changes = vec![Change::BeyondQuota, runs::change(&stored, Condition::Any, app.kept())?];
        crate::stored::commit(app.store(), &live.tenant, changes).await
    };
    if let Err(error) = short.await {
        tracing::error!(run = live.id, "the end of a run is not kept: {error}");
    }
}
