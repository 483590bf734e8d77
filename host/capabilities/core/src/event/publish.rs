//! An event of a spell that has hooks on events.

use serde_json::{Map, Value, json};

use llmspell_base::Failure;
use llmspell_kernel::event::{Draft, Events, check_name};
use llmspell_kernel::hook::{Hooks, Moment, Point, Verdict};
use llmspell_kernel::{CallContext, Result};

/// Asks the hooks, emits what they leave, and tells them: how many subscriptions it reached.
///
/// `event:before_emit` may change the event, keep it from being emitted (skip: done with 0; cancel: a failure), give it
/// another type (redirect), and have itself asked again (retry). What `event:after_emit` answers changes nothing.
pub async fn publish(events: Events, hooks: Hooks, draft: Draft, cx: CallContext) -> Result {
    let component = draft.name.clone();
    let mut tries = 1;
    let draft = loop {
        let moment =
            Moment { point: Point::BEFORE_EVENT_EMIT, component: &component, data: draft.view(), context: Map::new };
        match hooks.fire(moment, &cx).await {
            Verdict::Continue(event) | Verdict::Replace(event) => break Draft::of(event)?,
            Verdict::Skip(_) => return Ok(Value::from(0)),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Redirect { target, data } => {
                check_name(&target)?;
                break Draft { name: target, ..Draft::of(data)? };
            }
            Verdict::Retry { delay, most_attempts } => {
                if tries >= most_attempts {
                    let message = format!("a hook put the event off {tries} times, which is as often as it may");
                    return Err(Failure::new("cancelled", message));
                }
                tries += 1;
                tokio::time::sleep(delay).await;
            }
        }
    };
    let view = hooks.any(&Point::AFTER_EVENT_EMIT, &draft.name).then(|| (draft.name.clone(), draft.view()));
    let reached = events.emit(draft, cx.depth());
    if let Some((name, event)) = view {
        let context = || Map::from_iter([("subscriptions".to_string(), json!(reached))]);
        let moment = Moment { point: Point::AFTER_EVENT_EMIT, component: &name, data: event, context };
        hooks.fire(moment, &cx).await;
    }
    Ok(Value::from(reached))
}
