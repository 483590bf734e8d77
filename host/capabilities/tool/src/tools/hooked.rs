//! A tool call from its beginning to its end: what hooks of the spell want, and what its subscribers are told.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Tool, Tools};
use llmspell_base::Failure;
use llmspell_base::clock::Clock;
use llmspell_base::memory::weigh_parsed;
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::{Hooks, Moment, Point, Verdict};
use llmspell_kernel::{CallContext, Result};

/// The hooks that are asked about tool calls, and the events that tell of them.
pub struct Observers {
    pub hooks: Hooks,
    pub events: Events,
    pub clock: Clock,
}

/// What becomes of a call.
enum Course {
    /// With these arguments.
    Goes(Value),
    Ended(Result),
    /// Another tool does it, with these arguments.
    Redirected(String, Value),
    Again {
        delay: Duration,
        most_attempts: u32,
    },
}

/// A tool that hands on to one that hands on ends somewhere.
const MOST_REDIRECTS: usize = 8;

impl Tools {
    /// Calls a tool, for a spell or for a model.
    ///
    /// In this order: which tool is it, what do hooks make of the call, is it granted, do the arguments fit, is there
    /// budget; then the call itself, and what hooks make of the result. A hook can change what is called, but what comes
    /// out of it is looked up and checked as if the spell had asked for it.
    pub async fn invoke(&self, name: &str, arguments: Value, cx: &CallContext) -> Result {
        let (mut name, mut redirects, mut attempts) = (name.to_owned(), Vec::new(), 0);
        let mut arguments = if arguments.is_null() { json!({}) } else { arguments };
        loop {
            let tool = self.resolve(&name)?;
            // What a model or a hook wrote has no bounds yet.
            cx.bound(&arguments, "the arguments")?;
            let mut held = cx.memory().hold(&arguments)?;
            let course = match self.before(&tool, arguments.clone(), cx).await {
                Course::Goes(changed) => {
                    if changed != arguments {
                        cx.bound(&changed, "the arguments")?;
                        held.grow(weigh_parsed(&changed))?;
                    }
                    arguments = changed;
                    self.call(&tool, &arguments, cx).await
                }
                other => other,
            };
            match course {
                Course::Goes(_) => return Err(Failure::new("internal", "a tool call neither ended nor went on")),
                Course::Ended(result) => return result,
                Course::Redirected(target, changed) => {
                    redirects.push(target.clone());
                    if redirects.len() > MOST_REDIRECTS {
                        let hops = redirects.join(" -> ");
                        return Err(Failure::new("cancelled", format!("hooks redirect the call without end: {hops}")));
                    }
                    (name, arguments) = (target, changed);
                }
                Course::Again { delay, most_attempts } => {
                    attempts += 1;
                    if attempts >= most_attempts {
                        let message =
                            format!("a hook wanted the tool '{name}' called again, {most_attempts} times in all");
                        return Err(Failure::new("cancelled", message));
                    }
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    /// Those of [`Tools::list`] that a filter finds, as hooks see it.
    pub async fn discover_with_hooks(&self, filter: &str, cx: &CallContext) -> Result {
        let observers = &self.0.observers;
        let data: Value = serde_json::from_str(filter).unwrap_or_default();
        let filter = match observers.ask(Point::BEFORE_TOOL_DISCOVERY, "", data, json!({}), cx).await {
            Verdict::Continue(data) => data.to_string(),
            Verdict::Skip(_) => return Ok(json!([])),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Replace(found) => return Ok(found),
            Verdict::Redirect { .. } | Verdict::Retry { .. } => return Err(no_sense(Point::BEFORE_TOOL_DISCOVERY)),
        };
        let found = self.discover(&filter)?;
        match observers.ask(Point::AFTER_TOOL_DISCOVERY, "", found, json!({}), cx).await {
            Verdict::Continue(found) | Verdict::Replace(found) => Ok(found),
            Verdict::Skip(_) => Ok(json!([])),
            Verdict::Cancel(failure) => Err(failure),
            Verdict::Redirect { .. } | Verdict::Retry { .. } => Err(no_sense(Point::AFTER_TOOL_DISCOVERY)),
        }
    }

    async fn before(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Course {
        let observers = &self.0.observers;
        let name = &tool.definition().name;
        match observers.ask(Point::BEFORE_TOOL_EXECUTION, name, arguments, json!({}), cx).await {
            Verdict::Continue(arguments) => Course::Goes(arguments),
            Verdict::Skip(reason) => Course::Ended(Ok(json!({ "skipped": reason }))),
            Verdict::Cancel(failure) => Course::Ended(Err(failure)),
            Verdict::Replace(result) => Course::Ended(Ok(result)),
            Verdict::Redirect { target, data } => Course::Redirected(target, data),
            Verdict::Retry { delay, most_attempts } => Course::Again { delay, most_attempts },
        }
    }

    /// Through the gate, and then what hooks make of the result.
    async fn call(&self, tool: &Tool, arguments: &Value, cx: &CallContext) -> Course {
        let observers = &self.0.observers;
        let (name, began) = (tool.definition().name.as_str(), observers.clock.elapsed());
        let tell = |event: &str, more: &dyn Fn() -> Value| {
            observers.events.announce(event, cx, || {
                let mut data = more();
                if let Some(data) = data.as_object_mut() {
                    data.insert("tool".into(), name.into());
                }
                data
            });
        };
        tell("tool.started", &|| json!({ "arguments": arguments }));
        let result = self.admitted(tool, arguments.clone(), cx).await;
        let duration = || (observers.clock.elapsed() - began) / 1_000_000;
        // Kept while its hooks are asked.
        let held = result.as_ref().map_or(Ok(None), |value| cx.memory().hold(value).map(Some));
        let _held = match held {
            Ok(held) => held,
            Err(failure) => return Course::Ended(Err(failure)),
        };
        let verdict = match &result {
            Ok(value) => {
                tell("tool.completed", &|| json!({ "result": value, "duration_ms": duration() }));
                let more = json!({ "input": arguments, "duration_ms": duration() });
                observers.ask(Point::AFTER_TOOL_EXECUTION, name, value.clone(), more, cx).await
            }
            // The run ends: nobody is asked.
            Err(failure) if failure.code == "budget" => return Course::Ended(result),
            Err(failure) => {
                let data = || json!({ "error": failure, "duration_ms": duration() });
                tell("tool.failed", &data);
                tell("tool.error", &data);
                let more = json!({ "input": arguments, "error": failure, "duration_ms": duration() });
                observers.ask(Point::TOOL_ERROR, name, json!({ "error": failure }), more, cx).await
            }
        };
        match verdict {
            Verdict::Continue(changed) => Course::Ended(result.map(|_| changed)),
            Verdict::Skip(reason) => Course::Ended(Ok(json!({ "skipped": reason }))),
            Verdict::Cancel(failure) => Course::Ended(Err(failure)),
            Verdict::Replace(value) => Course::Ended(Ok(value)),
            Verdict::Redirect { target, .. } => Course::Redirected(target, arguments.clone()),
            // What failed as often as it may stays failed.
            Verdict::Retry { delay, most_attempts } => Course::Again { delay, most_attempts },
        }
    }

    /// Is it granted, write it down, call it.
    async fn admitted(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Result {
        let recorded = || json!({ "tool": tool.definition().name, "arguments": arguments });
        // Work that is dropped meanwhile is on record, too.
        let call = cx.call("tool.call", recorded).needs(tool.permission()).begin()?;
        let answer = match self.fitting(tool, arguments, cx).await {
            Ok(Course::Goes(arguments)) => self.run(tool, arguments, cx).await,
            Ok(Course::Ended(result)) => result,
            Ok(_) => Err(no_sense(Point::TOOL_VALIDATION)),
            Err(failure) => Err(failure),
        };
        call.settle_value(answer)
    }

    /// Arguments that fit: hooks on tool:validation may mend them, or refuse them.
    async fn fitting(&self, tool: &Tool, arguments: Value, cx: &CallContext) -> Result<Course> {
        let name = &tool.definition().name;
        let observers = &self.0.observers;
        if !observers.hooks.any(&Point::TOOL_VALIDATION, name) {
            return self.validate(tool, arguments).await.map(Course::Goes);
        }
        let checked = self.validate(tool, arguments.clone()).await.map(drop);
        let more = json!({ "valid": checked.is_ok(), "error": checked.as_ref().err() });
        match observers.ask(Point::TOOL_VALIDATION, name, arguments.clone(), more, cx).await {
            Verdict::Continue(changed) if changed == arguments => checked.map(|()| Course::Goes(arguments)),
            Verdict::Continue(changed) => {
                cx.bound(&changed, "the arguments")?;
                self.validate(tool, changed).await.map(Course::Goes)
            }
            Verdict::Skip(reason) => Ok(Course::Ended(Ok(json!({ "skipped": reason })))),
            Verdict::Cancel(failure) => Err(failure),
            Verdict::Replace(result) => Ok(Course::Ended(Ok(result))),
            Verdict::Redirect { .. } | Verdict::Retry { .. } => Err(no_sense(Point::TOOL_VALIDATION)),
        }
    }
}

impl Observers {
    async fn ask(&self, point: Point, tool: &str, data: Value, more: Value, cx: &CallContext) -> Verdict {
        if !self.hooks.any(&point, tool) {
            return Verdict::Continue(data);
        }
        let context = move || match more {
            Value::Object(more) => more,
            _ => Map::new(),
        };
        self.hooks.fire(Moment { point, component: tool, data, context }, cx).await
    }
}

fn no_sense(point: Point) -> Failure {
    Failure::invalid(format!("a hook on {point} can only go on, skip, cancel or replace"))
}
