//! Calls hooks, one after the other.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use llmspell_api::hook::{ErrorEvent, HookResult};
use llmspell_api::journal::HookFireArgs;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::entry::Entry;
use super::{Hooks, Verdict};
use crate::context::CallContext;
use llmspell_base::memory::{weigh_entries, weigh_parsed};
use llmspell_base::{Code, Failure};

impl Hooks {
    /// Each sees what those before it made of the data; the first answer other than continue or modified decides.
    pub(super) async fn ask(
        &self,
        entries: &[Arc<Entry>],
        context: Map<String, Value>,
        mut data: Value,
        cx: &CallContext,
        mut results: Option<&mut Vec<HookResult>>,
    ) -> Verdict {
        // What the spell keeps it waiting with takes its part of the host's memory: the data, there twice, and results.
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

    /// Through the gate, so that the journal tells which hook had what done.
    async fn ask_one(&self, entry: &Entry, context: Map<String, Value>, cx: &CallContext) -> Result<Answer, Failure> {
        let arguments = || {
            json!(HookFireArgs { hook: entry.id, point: context.get("point"), component: context.get("component_id") })
        };
        let call = cx.call("hook.fire", arguments).begin()?;
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

fn told(entry: &Entry, answer: &Result<Answer, Failure>) -> HookResult {
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
