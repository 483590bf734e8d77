//! An event of a spell that has hooks on events.

use serde_json::{Value, json};

use llmspell_api::hook::event::AfterEmitContext;
use llmspell_kernel::event::{Draft, Events, check_name};
use llmspell_kernel::hook::{Decision, Hooks, Point, Rounds, Stage};
use llmspell_kernel::{CallContext, Result};

const BEFORE: Stage = Stage::of(&Point::BEFORE_EVENT_EMIT);

/// Asks the hooks, emits what they leave, and tells them: how many subscriptions it reached. `authorised` is the name that was
/// decided about before; what hooks made of it is authorised here.
///
/// `event:before_emit` may change the event, keep it from being emitted (skip: done with 0; cancel: a failure), give it
/// another type (redirect), and have itself asked again (retry). What `event:after_emit` answers changes nothing.
pub async fn publish(
    events: Events,
    hooks: Hooks,
    draft: Draft,
    authorised: Option<String>,
    cx: CallContext,
) -> Result {
    let (component, mut rounds) = (draft.name.clone(), Rounds::of("the event"));
    let draft = loop {
        match hooks.decide(&cx, &BEFORE, &component, draft.view(), Value::default).await? {
            Decision::Continue(event) | Decision::Replace(event) => break Draft::of(event)?,
            Decision::Skip(_) => return Ok(Value::from(0)),
            Decision::Redirect { target, data } => {
                check_name(&target)?;
                break Draft { name: target, ..Draft::of(data)? };
            }
            Decision::Retry(policy) => rounds.retry(policy).await?,
        }
    };
    if authorised.as_ref() != Some(&draft.name) {
        events.authorise(&draft.name, hooks.listener(), &cx)?;
    }
    let view = hooks.any(&Point::AFTER_EVENT_EMIT, &draft.name).then(|| (draft.name.clone(), draft.view()));
    let reached = events.emit(draft, cx.depth());
    if let Some((name, event)) = view {
        let more = || json!(AfterEmitContext { subscriptions: reached });
        hooks.observe(&cx, &Point::AFTER_EVENT_EMIT, &name, || event, more).await;
    }
    Ok(Value::from(reached))
}
