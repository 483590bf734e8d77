use serde_json::{Map, Value};

use super::fire::HookCall;
use super::stage::Verdict;
use super::*;

use llmspell_base::{Code, Limits};

use crate::Run;
use crate::listener::Transcript;
use crate::operation::{Operation, OperationSlots, Step};
use crate::testing;

struct Stage {
    hooks: Hooks,
    events: Events,
    run: Run,
    heard: Transcript,
}

fn stage(limits: Limits) -> Stage {
    let heard = Transcript::default();
    let run = testing::run(limits, heard.clone());
    Stage { hooks: run.hooks.clone(), events: run.events.clone(), run, heard }
}

/// Fires a point and plays the spell: each handler answers with what `answers` has at its number.
async fn fire(stage: &Stage, answers: &[Result]) -> (Verdict, Vec<Value>) {
    let (cx, channel) = stage.run.context_at(0);
    let hooks = stage.hooks.clone();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let work = async move {
        let context = || Map::from_iter([("duration_ms".to_string(), json!(5))]);
        let call = HookCall { point: Point::AFTER_AGENT_EXECUTION, component: "writer", data: json!("reply"), context };
        let _ = sender.send(hooks.fire(call, &cx).await);
        Ok(Value::Null)
    };
    let mut operation = Operation::start(1, OperationSlots::default(), channel, tracing::Span::none(), Box::pin(work));
    let mut asked = Vec::new();
    loop {
        match std::future::poll_fn(|context| operation.poll_step(context)).await {
            Step::Call { id, handler, arguments } => {
                asked.push(serde_json::from_str(&arguments).unwrap());
                operation.answer(id, answers[handler as usize].clone());
            }
            Step::Done(_) => return (receiver.await.unwrap(), asked),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn hooks_get_what_the_host_knows_and_those_before_them_made() {
    let stage = stage(Limits::default());
    stage.hooks.register("agent:writer:after_execution", 0, "{}").unwrap();
    stage.hooks.register("agent:reader:after_execution", 1, "{}").unwrap();
    stage.hooks.register("agent:*", 1, r#"{"priority": "low"}"#).unwrap();
    let (verdict, asked) = fire(
        &stage,
        &[Ok(json!({ "type": "modified", "data": "changed" })), Ok(json!({ "type": "redirect", "target": "x" }))],
    )
    .await;
    assert_eq!(verdict, Verdict::Redirect { target: "x".into(), data: json!("changed") });
    assert_eq!(
        asked[0],
        json!({
            "point": "agent:after_execution", "component_id": {"type": "agent", "name": "writer"},
            "correlation_id": "operation-1", "language": "lua", "metadata": {}, "agent_id": "writer",
            "agent_name": "writer", "duration_ms": 5, "data": "reply",
        })
    );
    assert_eq!((asked.len(), &asked[1]["data"]), (2, &json!("changed")));
}

#[tokio::test]
async fn without_a_hook_nothing_is_made() {
    let stage = stage(Limits::default());
    let (cx, _channel) = stage.run.context_at(0);
    let context = || panic!("not to be called");
    let call = HookCall { point: Point::TOOL_ERROR, component: "x", data: json!(1), context };
    assert_eq!(stage.hooks.fire(call, &cx).await, Verdict::Continue(json!(1)));
    stage.events.announce("tool.started", &cx, || panic!("not to be called"));
    assert!(!stage.hooks.any(&Point::TOOL_ERROR, "x"));
    let (id, _) = stage.hooks.register("tool:*", 0, "{}").unwrap();
    assert!(stage.hooks.any(&Point::TOOL_ERROR, "x") && !stage.hooks.any(&Point::MODEL_ERROR, "x"));
    stage.hooks.set_enabled(id, false);
    assert!(!stage.hooks.any(&Point::TOOL_ERROR, "x"));
}

#[tokio::test]
async fn an_error_is_logged_and_told_and_does_not_stop_the_others() {
    let stage = stage(Limits::default());
    let told = stage.events.subscribe("hook.error", None, "{}").unwrap();
    stage.hooks.register("agent:*", 0, r#"{"name": "bad"}"#).unwrap();
    stage.hooks.register("agent:*", 1, "{}").unwrap();
    let (verdict, _) = fire(&stage, &[Err(Failure::new(Code::Script, "oops")), Ok(json!("skip"))]).await;
    assert_eq!(verdict, Verdict::Skip("a hook skipped it".into()));
    let events: Value = serde_json::from_str(&stage.events.take(told, 1, usize::MAX).unwrap()).unwrap();
    let event = &events[0];
    assert_eq!((&event["data"]["name"], &event["metadata"]["source"]), (&json!("bad"), &json!("host")));
    assert_eq!(event["metadata"]["correlation_id"], "operation-1");
    assert!(stage.heard.heard().log[0].1.contains("hook.error: oops"));
}

#[tokio::test]
async fn a_hook_that_fails_closed_denies() {
    let stage = stage(Limits::default());
    stage.hooks.register("agent:*", 0, r#"{"name": "guard", "fail_closed": true}"#).unwrap();
    let (verdict, _) = fire(&stage, &[Ok(json!({ "ok": true }))]).await;
    let Verdict::Cancel(failure) = verdict else { panic!("{verdict:?}") };
    assert_eq!(failure.code, "denied");
    assert!(failure.message.contains("'guard' failed") && failure.message.contains("only 'ok'"), "{failure}");
}

#[tokio::test]
async fn a_spent_budget_cancels_whatever_the_hooks_guard() {
    let stage = stage(Limits { host_calls: 0, ..Limits::default() });
    stage.hooks.register("agent:*", 0, "{}").unwrap();
    let (verdict, asked) = fire(&stage, &[Ok(Value::Null)]).await;
    assert!(matches!(verdict, Verdict::Cancel(failure) if failure.is(Code::Budget)));
    assert!(asked.is_empty());
}

#[test]
fn options_say_what_is_wrong_with_them() {
    let hooks = stage(Limits::default()).hooks;
    let message = |options: &str| hooks.register("custom:x", 0, options).unwrap_err().message;
    assert!(message(r#"{"priority": "urgent"}"#).contains("highest, high, normal, low, lowest"));
    assert!(message(r#"{"priority": 1001}"#).contains("-1000 to 1000, not 1001"));
    assert!(message(r#"{"priority": 1.5}"#).contains("not 1.5"));
    assert!(message(r#"{"failclosed": true}"#).contains("did you mean 'fail_closed'?"));
    assert!(message(&json!({ "name": "x".repeat(2000) }).to_string()).contains("at most 1000 bytes, not 2000"));
    assert!(hooks.list(r#"{"id": -1}"#).is_err() && hooks.list(r#"{"point": "nowhere"}"#).is_err());
}
