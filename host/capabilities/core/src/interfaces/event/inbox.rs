//! Events on their way to the functions of a spell.

use llmspell_api::event::HandlerErrorEvent;
use llmspell_base::Failure;
use llmspell_kernel::event::{Delivery, Inbox};
use llmspell_kernel::hook::Hooks;
use llmspell_kernel::{CallContext, Result};
use serde_json::{Value, json};

/// Calls the spell's handlers, one event after the other, until the main chunk has ended and nothing waits any more.
pub async fn serve(inbox: Inbox, hooks: Hooks, cx: CallContext) -> Result {
    while let Some(delivery) = inbox.next().await {
        // As deep as it was emitted, wherever that was: so two handlers that emit for each other come to an end.
        let cx = cx.at_depth(delivery.event.depth);
        if let Err(failure) = cx.call_function(delivery.handler, delivery.event.view()).await {
            failed(&inbox, &hooks, &delivery, failure, &cx.at_depth(delivery.event.depth + 1)).await;
        }
    }
    Ok(Value::Null)
}

/// The run goes on: the operator is told, and hooks and subscriptions of the spell.
async fn failed(inbox: &Inbox, hooks: &Hooks, delivery: &Delivery, failure: Failure, cx: &CallContext) {
    if !inbox.count_error(delivery) {
        return;
    }
    let Delivery { subscription, pattern, event, .. } = delivery;
    let details = json!(HandlerErrorEvent {
        subscription: *subscription,
        pattern,
        event: &event.draft.name,
        sequence: event.sequence,
        error: &failure,
    });
    hooks.report("event.handler_error", &event.draft.name, &failure, details, cx).await;
}
