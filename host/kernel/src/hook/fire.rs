//! Calls the hooks of a point, one after the other, and combines their answers.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use llmspell_api::hook::{self as api, ErrorEvent, HookResult};
use llmspell_api::journal::HookFireArgs;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::entry::Entry;
use super::stage::{Decision, Stage, Verdict};
use super::{Hooks, Pattern, Point};
use crate::context::CallContext;
use crate::operation::Result;
use llmspell_base::host_memory::{weigh_entries, weigh_parsed};
use llmspell_base::{Code, Failure};

/// Events and points that tell of errors in the spell's own functions; an error in their handlers is only logged.
const ERRORS: [&str; 3] = ["hook.error", "event.handler_error", "event:handler_error"];

/// One call of the hooks of a point: what they are asked about.
pub(super) struct HookCall<'a, Context> {
    pub point: Point,
    /// The name of the agent, the tool, the event, ...
    pub component: &'a str,
    /// What a hook may change: the input before, the result after.
    pub data: Value,
    /// More to know, such as `duration_ms`; called only where a hook is asked.
    pub context: Context,
}

impl Hooks {
    /// Asks the hooks of a stage about a component: an agent, a tool, an event, a scope.
    ///
    /// `more` is what they get beside the data, an object; it is called only where a hook is asked.
    pub async fn decide(
        &self,
        cx: &CallContext,
        stage: &Stage,
        component: &str,
        data: Value,
        more: impl FnOnce() -> Value,
    ) -> Result<Decision> {
        if !self.any(stage.point(), component) {
            return Ok(Decision::Continue(data));
        }
        let context = move || match more() {
            Value::Object(more) => more,
            _ => Map::new(),
        };
        let call = HookCall { point: stage.point().clone(), component, data, context };
        stage.decide(self.fire(call, cx).await)
    }

    /// Tells the hooks of a point; what they answer changes nothing.
    pub async fn observe(
        &self,
        cx: &CallContext,
        point: &'static Point,
        component: &str,
        data: impl FnOnce() -> Value,
        more: impl FnOnce() -> Value,
    ) {
        if self.any(point, component) {
            let stage = Stage::of(point);
            let _ = self.decide(cx, &stage, component, data(), more).await;
        }
    }

    /// Asks the hooks of a point, one after the other. Costs nothing where there is none.
    ///
    /// Those that are there when it begins are asked, if they are still on when their turn comes; none within itself.
    pub(super) async fn fire(
        &self,
        call: HookCall<'_, impl FnOnce() -> Map<String, Value>>,
        cx: &CallContext,
    ) -> Verdict {
        let HookCall { point, component, data, context } = call;
        let entries = self.snapshot(&point, component, cx);
        if entries.is_empty() {
            return Verdict::Continue(data);
        }
        let context = self.context(&point, component, context(), cx);
        self.ask(&entries, context, data, cx, None).await
    }

    /// As a spell fires a point by hand: `{results: [{id, name, action, ..}], action, data | reason | ..}`.
    pub async fn execute(self, pattern: Pattern, data: Value, cx: CallContext) -> Result {
        let point = pattern.point().ok_or_else(|| {
            Failure::invalid(format!(
                "Hook.execute takes one hook point, and '{}' is a pattern of several",
                pattern.text()
            ))
        })?;
        let component = pattern.component();
        let mut results = Vec::new();
        let entries = self.snapshot(&point, component, &cx);
        let context = self.context(&point, component, Map::new(), &cx);
        let verdict = self.ask(&entries, context, data, &cx, Some(&mut results)).await;
        Ok(json!(api::Execution { verdict: verdict.view(), results }))
    }

    /// Fires `system:startup` for one hook: the run has begun before anything could register.
    pub async fn start_up(self, id: u64, cx: CallContext) -> Result {
        let point = Point::SYSTEM_STARTUP;
        let mut entries = self.snapshot(&point, "", &cx);
        entries.retain(|entry| entry.id == id);
        let context = self.context(&point, "", Map::new(), &cx);
        Ok(json!(self.ask(&entries, context, Value::Null, &cx, None).await.view()))
    }

    /// An error in a function of the spell's own that the run survives: the operator is told, the spell gets an event of
    /// this name, and its hooks on `event:handler_error` are asked. `about`: the point or the event that it arose at.
    pub async fn report(&self, event: &str, about: &str, error: &Failure, details: Value, cx: &CallContext) {
        self.0.listener.warn(cx, &format!("{event}: {}", error.message), details.clone());
        // An error about an error is only logged, or errors would bring about more and more of them.
        if ERRORS.contains(&about) {
            return;
        }
        self.0.events.announce(event, cx, || details.clone());
        let call = HookCall { point: Point::EVENT_HANDLER_ERROR, component: about, data: details, context: Map::new };
        Box::pin(self.fire(call, cx)).await;
    }

    fn snapshot(&self, point: &Point, component: &str, cx: &CallContext) -> Vec<Arc<Entry>> {
        if self.0.count.load(Relaxed) == 0 {
            return Vec::new();
        }
        let asked = |entry: &&Arc<Entry>| {
            entry.is_on() && entry.pattern.matches(point, component) && !cx.is_within_hook(entry.id)
        };
        self.entries().all.iter().filter(asked).cloned().collect()
    }

    /// All that a hook gets but its data.
    fn context(
        &self,
        point: &Point,
        component: &str,
        more: Map<String, Value>,
        cx: &CallContext,
    ) -> Map<String, Value> {
        let of = |family| (point.family() == family).then(|| component.to_owned());
        let origin = api::Origin {
            point: point.to_string(),
            component_id: api::Component { r#type: point.family().into(), name: component.into() },
            correlation_id: format!("operation-{}", cx.operation()),
            language: self.0.language.clone(),
            metadata: Map::new(),
            agent_id: of("agent"),
            agent_name: of("agent"),
            tool_name: of("tool"),
            model: of("model"),
        };
        let Value::Object(mut context) = json!(origin) else { return more };
        context.extend(more);
        context
    }

    /// Each sees what those before it made of the data; the first answer other than continue or modified decides.
    async fn ask(
        &self,
        entries: &[Arc<Entry>],
        context: Map<String, Value>,
        mut data: Value,
        cx: &CallContext,
        mut results: Option<&mut Vec<HookResult>>,
    ) -> Verdict {
        // While hooks run, the run's host memory is charged for the context, two copies of the data, and the results.
        let memory = cx.memory();
        let mut held = match memory.take(weigh_entries(&context) + 2 * weigh_parsed(&data)) {
            Ok(held) => held,
            Err(failure) => return Verdict::Cancel(failure),
        };
        for entry in entries.iter().filter(|entry| entry.is_on()) {
            let mut arguments = context.clone();
            arguments.insert("data".into(), data.clone());
            let answer = self.ask_one(entry, arguments, cx).await;
            if let Some(results) = &mut results {
                let told = told(entry, &answer);
                if let Err(failure) = held.grow(weigh_parsed(&json!(told))) {
                    return Verdict::Cancel(failure);
                }
                results.push(told);
            }
            let answer = match answer {
                Ok(answer) => answer,
                Err(failure) if failure.is(Code::Budget) => return Verdict::Cancel(failure),
                Err(failure) => {
                    let point = context.get("point").and_then(Value::as_str).unwrap_or_default();
                    let details = json!(ErrorEvent { hook: entry.id, name: &entry.name, point, error: &failure });
                    self.report("hook.error", point, &failure, details, cx).await;
                    if entry.fail_closed {
                        let message =
                            format!("the hook '{}' failed, and it fails closed: {}", entry.name, failure.message);
                        return Verdict::Cancel(Failure::denied(message));
                    }
                    continue;
                }
            };
            match answer {
                Answer::Continue => {}
                Answer::Modified(modified) => {
                    data = modified;
                    if let Err(failure) = held.grow(2 * weigh_parsed(&data)) {
                        return Verdict::Cancel(failure);
                    }
                }
                Answer::Skip(reason) => return Verdict::Skip(reason),
                Answer::Cancel(reason) => return Verdict::Cancel(Failure::new(Code::Cancelled, reason)),
                Answer::Replace(data) => return Verdict::Replace(data),
                Answer::Redirect(target) => return Verdict::Redirect { target, data },
                Answer::Retry { delay, most_attempts } => return Verdict::Retry { delay, most_attempts },
            }
        }
        Verdict::Continue(data)
    }

    /// Calls one hook, through the gate: the journal then shows which hook started which work.
    async fn ask_one(&self, entry: &Entry, context: Map<String, Value>, cx: &CallContext) -> Result<Answer> {
        let arguments = || {
            json!(HookFireArgs { hook: entry.id, point: context.get("point"), component: context.get("component_id") })
        };
        let call = cx.call("hook.fire", arguments).begin().await?;
        entry.runs.fetch_add(1, Relaxed);
        let answer = cx.call_hook(entry.id, entry.handler, context.into()).await;
        let answer = answer.and_then(|answer| Answer::read(answer).map_err(Failure::invalid));
        if answer.is_err() {
            entry.errors.fetch_add(1, Relaxed);
        }
        let word = answer.as_ref().map(|answer| answer.word().to_string()).map_err(Clone::clone);
        call.settle(word)?;
        answer
    }
}

fn told(entry: &Entry, answer: &Result<Answer>) -> HookResult {
    let mut told = HookResult {
        id: entry.id,
        name: entry.name.clone(),
        action: answer.as_ref().map_or("error", Answer::word).into(),
        data: None,
        reason: None,
        target: None,
        error: None,
    };
    match answer {
        Err(failure) => told.error = Some(failure.clone()),
        Ok(Answer::Modified(data) | Answer::Replace(data)) => told.data = Some(data.clone()),
        Ok(Answer::Skip(reason) | Answer::Cancel(reason)) => told.reason = Some(reason.clone()),
        Ok(Answer::Redirect(target)) => told.target = Some(target.clone()),
        Ok(Answer::Continue | Answer::Retry { .. }) => {}
    }
    told
}
