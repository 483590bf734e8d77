//! Events on their way to the functions of a spell.

use std::sync::atomic::Ordering::Relaxed;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::Events;
use super::desk::Delivery;
use crate::failure::Failure;
use crate::gate::Inside;
use crate::services::hook::Hooks;
use crate::services::operation::{Result, Spell};

/// The inbox of a run, which has one at a time.
pub struct Open(pub(super) Events);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.inbox.store(false, Relaxed);
    }
}

/// Calls the spell's handlers, one event after the other, until the main chunk has ended and nothing waits any more.
pub async fn serve(inbox: Open, hooks: Hooks, spell: Spell, gate: Inside) -> Result {
    let events = inbox.0.clone();
    while let Some(delivery) = next(&events).await {
        // As deep as it was emitted, wherever that was: so two handlers that emit for each other come to an end.
        let spell = spell.at(delivery.event.depth);
        if let Err(failure) = spell.call(delivery.handler, delivery.event.view()).await {
            failed(&events, &hooks, &delivery, failure, &spell.at(delivery.event.depth + 1), &gate).await;
        }
    }
    Ok(Value::Null)
}

async fn next(events: &Events) -> Option<Delivery> {
    let run = &events.0.run;
    loop {
        let woken = run.wake.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        if run.waits.load(Relaxed) {
            let mut desk = run.desk();
            if let Some(delivery) = desk.next(Instant::now()) {
                return Some(delivery);
            }
            if desk.is_finished() {
                return None;
            }
        }
        woken.await;
    }
}

/// The run goes on: the operator is told, and whoever of the spell wants to know.
async fn failed(events: &Events, hooks: &Hooks, delivery: &Delivery, failure: Failure, spell: &Spell, gate: &Inside) {
    let Delivery { subscription, pattern, event, .. } = delivery;
    if !events.0.run.desk().has(*subscription) {
        // It unsubscribed while the event was on its way.
        return;
    }
    events.0.run.desk().handler_errors += 1;
    let details = json!({
        "subscription": subscription, "pattern": pattern, "event": event.draft.name, "sequence": event.sequence,
        "error": failure,
    });
    hooks.report("event.handler_error", &event.draft.name, details, spell, gate).await;
}
