//! One tool call: hooks, authorisation, check of arguments, the call, hooks.

use llmspell_api::hook::{Failed, tool as api};
use llmspell_api::journal::ToolCallArgs;
use llmspell_api::tool::{CompletedEvent, FailedEvent, Skipped, StartedEvent};
use serde_json::{Value, json};

use super::schema::Unfit;
use super::{Own, Tool, Tools};
use llmspell_base::clock::Clock;
use llmspell_base::host_memory::weigh_parsed;
use llmspell_base::{Code, Failure};
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::{Decision, HookOutcome, Hooks, Point, Rounds, Stage};
use llmspell_kernel::{CallContext, Result};

/// The hooks that are asked about tool calls, and the events that tell of them.
pub struct Observers {
    pub hooks: Hooks,
    pub events: Events,
    pub clock: Clock,
}

/// How a call goes on after its hooks: with these arguments, with this result, redirected, or again.
type Next = HookOutcome<Value, Result>;

const BEFORE: Stage = Stage::of(&Point::BEFORE_TOOL_EXECUTION);
const AFTER: Stage = Stage::of(&Point::AFTER_TOOL_EXECUTION);
const ERROR: Stage = Stage::of(&Point::TOOL_ERROR);
const VALIDATION: Stage = Stage::of(&Point::TOOL_VALIDATION).without_redirect(None).without_retry();

impl Tools {
    /// Calls a tool, for a spell or for a model.
    ///
    /// In this order: the tool is looked up, hooks are asked, the call is authorised, its arguments are checked, and it is
    /// counted; then the call itself, and hooks again. A hook can change what is called, but what comes out of it is
    /// looked up, authorised and checked as if the spell had asked for it.
    pub async fn invoke(&self, name: &str, arguments: Value, cx: &CallContext) -> Result {
        let (mut name, mut rounds) = (name.to_owned(), Rounds::of("the call"));
        let mut arguments = if arguments.is_null() { json!({}) } else { arguments };
        loop {
            self.ready(&name, &cx.marker("tool.call")).await;
            let tool = self.resolve(&name)?;
            arguments = tool.definition().respelt(arguments);
            // What a model or a hook wrote has no bounds yet.
            cx.bound(&arguments, "the arguments")?;
            let mut held = cx.memory().hold(&arguments)?;
            let next = match self.ask_before(&tool, arguments.clone(), cx).await {
                Next::Proceed(changed) => {
                    if changed != arguments {
                        cx.bound(&changed, "the arguments")?;
                        held.grow(weigh_parsed(&changed))?;
                        // A hook of the spell writes them as the spell does.
                        arguments = tool.definition().with_lists(changed);
                    }
                    self.attempt(&tool, &arguments, cx).await
                }
                other => other,
            };
            match next {
                Next::Proceed(_) => {
                    return Err(Failure::new(Code::Internal, "a tool call neither ended nor went on"));
                }
                Next::Done(result) => return result,
                Next::Redirected(changed, target) => {
                    rounds.redirect(&target)?;
                    (name, arguments) = (target, changed);
                }
                Next::Again(policy) => rounds.retry(policy).await?,
            }
        }
    }

    async fn ask_before(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Next {
        let hooks = &self.0.observers.hooks;
        match hooks.decide(cx, &BEFORE, &tool.definition().name, arguments, Value::default).await {
            Ok(Decision::Continue(arguments)) => Next::Proceed(arguments),
            Ok(decision) => apply(decision, None),
            Err(failure) => Next::Done(Err(failure)),
        }
    }

    /// One attempt: the authorised call, events before and after it, and what hooks make of the result.
    async fn attempt(&self, tool: &Tool, arguments: &Value, cx: &CallContext) -> Next {
        let observers = &self.0.observers;
        let (events, name, began) = (&observers.events, tool.definition().name.as_str(), observers.clock.elapsed());
        events.announce("tool.started", cx, || json!(StartedEvent { arguments, tool: name }));
        let result = self.call_authorised(tool, arguments.clone(), cx).await;
        let duration = || (observers.clock.elapsed() - began) / 1_000_000;
        // Kept while its hooks are asked.
        let held = result.as_ref().map_or(Ok(None), |value| cx.memory().hold(value).map(Some));
        let _held = match held {
            Ok(held) => held,
            Err(failure) => return Next::Done(Err(failure)),
        };
        let hooks = &observers.hooks;
        let decided = match &result {
            Ok(value) => {
                events.announce("tool.completed", cx, || {
                    json!(CompletedEvent { result: value, duration_ms: duration(), tool: name })
                });
                let more = || json!(api::AfterExecutionContext { input: arguments, duration_ms: duration() });
                hooks.decide(cx, &AFTER, name, value.clone(), more).await
            }
            // The run ends: no hook is asked.
            Err(failure) if failure.is(Code::Budget) => return Next::Done(result),
            Err(error) => {
                for event in ["tool.failed", "tool.error"] {
                    let data = || json!(FailedEvent { error, duration_ms: duration(), tool: name });
                    events.announce(event, cx, data);
                }
                let more = || json!(api::ErrorContext { input: arguments, error, duration_ms: duration() });
                hooks.decide(cx, &ERROR, name, json!(Failed { error }), more).await
            }
        };
        match decided {
            Ok(Decision::Continue(changed)) => Next::Done(result.map(|_| changed)),
            // What another tool gets are the arguments, and not what hooks made of the result.
            Ok(decision) => apply(decision, Some(arguments.clone())),
            Err(failure) => Next::Done(Err(failure)),
        }
    }

    /// Passes the gate, which authorises and records the call; then checks the arguments and runs the tool.
    async fn call_authorised(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Result {
        let recorded = || json!(ToolCallArgs { tool: &tool.definition().name, arguments: &arguments });
        // Work that is dropped meanwhile is on record, too.
        // Hooks may still change the arguments: somebody is asked about what comes out of them.
        let mut call = cx.call("tool.call", recorded).needs(tool.permission()).asks_later().begin().await?;
        if let Err(denied) = self.not_withheld(tool) {
            return call.settle_value(Err(denied));
        }
        let answer = match self.check_arguments(tool, arguments, cx).await {
            Ok(Next::Proceed(arguments)) => {
                let asked = || json!(ToolCallArgs { tool: &tool.definition().name, arguments: &arguments });
                match call.approve(cx, &tool.permission(), None, asked).await {
                    Ok(()) => self.execute(tool, arguments, cx).await,
                    Err(refused) => Err(refused),
                }
            }
            Ok(Next::Done(result)) => result,
            Ok(_) => Err(Failure::new(Code::Internal, "a check of arguments neither ended nor went on")),
            Err(failure) => Err(failure),
        };
        call.settle_value(answer)
    }

    /// Checks the arguments against the schema. Hooks on tool:validation may mend them, or refuse them.
    async fn check_arguments(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Result<Next> {
        let name = &tool.definition().name;
        let hooks = &self.0.observers.hooks;
        if !hooks.any(VALIDATION.point(), name) {
            return self.validate(tool, arguments).await.map(Next::Proceed);
        }
        let checked = self.validate(tool, arguments.clone()).await.map(drop);
        let more = || json!(api::ValidationContext { valid: checked.is_ok(), error: checked.as_ref().err() });
        match hooks.decide(cx, &VALIDATION, name, arguments.clone(), more).await? {
            Decision::Continue(changed) if changed == arguments => checked.map(|()| Next::Proceed(arguments)),
            Decision::Continue(changed) => {
                cx.bound(&changed, "the arguments")?;
                self.validate(tool, tool.definition().with_lists(changed)).await.map(Next::Proceed)
            }
            decision => Ok(apply(decision, None)),
        }
    }

    /// Checks arguments against the schema as [`Tools::invoke`] does, and gives them back.
    pub async fn validate(&self, tool: &Tool, arguments: Value) -> Result<Value> {
        let definition = tool.definition();
        let name = &definition.name;
        let turn = self.0.checking.lock().await;
        let (arguments, checked) = definition.schema.check_apart(arguments).await;
        drop(turn);
        checked.map(|()| arguments).map_err(|unfit| match unfit {
            Unfit::TooLarge(message) => Failure::new(Code::TooLarge, format!("arguments of tool '{name}': {message}")),
            Unfit::Invalid(message) => Failure::invalid(format!("arguments of tool '{name}': {message}")),
        })
    }

    /// Runs the tool, whatever it is, and bounds its result.
    async fn execute(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Result {
        cx.count_tool_call()?;
        let result = match tool {
            Tool::Own(own) => own.call_handler(arguments, cx).await,
            Tool::Host(tool) => tool.call(arguments, self.0.chance.clone(), cx.clone()).await,
        }?;
        cx.bound_reply(&result, &format!("the result of tool '{}'", tool.definition().name))?;
        Ok(result)
    }
}

impl Own {
    async fn call_handler(&self, arguments: Value, cx: &CallContext) -> Result {
        // A call from within a call of the spell takes no turn: the outer call may hold it.
        let takes_turns = !self.manner.parallel && cx.depth() == 0;
        let _turn = if takes_turns { Some(self.turn.lock().await) } else { None };
        let answer = match self.manner.time {
            Some(time) => cx.limited_to(time).call_function(self.handler, arguments).await,
            None => cx.call_function(self.handler, arguments).await,
        };
        answer.map_err(|mut failure| {
            if failure.is(Code::Script) {
                failure.code = Code::Tool.into();
            }
            failure
        })
    }
}

/// Applies a decision other than to continue. Another tool gets `arguments`, or else what hooks made of the data.
fn apply(decision: Decision, arguments: Option<Value>) -> Next {
    match decision {
        Decision::Continue(arguments) => Next::Proceed(arguments),
        Decision::Skip(reason) => Next::Done(Ok(json!(Skipped { skipped: reason }))),
        Decision::Replace(result) => Next::Done(Ok(result)),
        Decision::Redirect { target, data } => Next::Redirected(arguments.unwrap_or(data), target),
        Decision::Retry(policy) => Next::Again(policy),
    }
}
