//! What hooks of the spell want before and after a model is asked. Grants are checked on what comes out of them.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use serde_json::{Map, Value, json};

use super::delegate::RunDelegate;
use super::options::{read_settings, show_settings};
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::Result;
use llmspell_kernel::hook::{Moment, Point, Verdict};
use llmspell_models::{FailedTurn, History, ModelName, Remedy, Request, Turn};

/// How often hooks had something done again, in one run.
#[derive(Default)]
pub struct Attempts {
    before: AtomicU32,
    after: AtomicU32,
    failed: AtomicU32,
    redirected: AtomicU32,
}

/// A model that fails for one that fails ends somewhere.
const MOST_REDIRECTS: u32 = 8;

impl RunDelegate {
    /// Changes the request, or gives the answer in its place.
    pub(super) async fn ask_before(&self, request: &mut Request) -> Result<Option<String>> {
        loop {
            let model = request.model.to_string();
            if !self.model_run.agents.hooks.any(&Point::BEFORE_MODEL_CALL, &model) {
                return Ok(None);
            }
            let data = json!({
                "model": model, "messages": request.history.show(), "settings": show_settings(&request.settings),
                "tools": request.tools,
            });
            let turn = request.turn;
            let verdict = self.fire(Point::BEFORE_MODEL_CALL, &model, data.clone(), json!({ "turn": turn })).await;
            match verdict {
                Verdict::Continue(changed) if changed == data => return Ok(None),
                Verdict::Continue(changed) => {
                    self.change(request, changed)?;
                    return Ok(None);
                }
                Verdict::Skip(_) => return Ok(Some(String::new())),
                Verdict::Cancel(failure) => return Err(failure),
                Verdict::Replace(answer) => return Ok(Some(text_of(answer)?)),
                Verdict::Redirect { target, data: changed } => {
                    if changed != data {
                        self.change(request, changed)?;
                    }
                    request.model = self.model(&target)?;
                    return Ok(None);
                }
                Verdict::Retry { delay, most_attempts } => {
                    again(&self.attempts.before, most_attempts, Point::BEFORE_MODEL_CALL)?;
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    /// Changes the text; or what the model is told, to answer again.
    pub(super) async fn ask_after(&self, turn: &mut Turn) -> Result<Option<String>> {
        let model = turn.model.to_string();
        if !self.model_run.agents.hooks.any(&Point::AFTER_MODEL_CALL, &model) {
            return Ok(None);
        }
        let calls: Vec<Value> = turn
            .calls
            .iter()
            .map(|call| json!({ "id": call.id, "name": call.name, "arguments": call.arguments }))
            .collect();
        let data = json!({
            "text": turn.text, "reasoning": turn.reasoning, "tool_calls": calls,
            "finish_reason": turn.finish_reason, "usage": turn.usage.show(),
        });
        let more = json!({ "turn": turn.number, "result": turn.text });
        match self.fire(Point::AFTER_MODEL_CALL, &model, data.clone(), more).await {
            Verdict::Continue(changed) if changed == data => {}
            Verdict::Continue(changed) | Verdict::Replace(changed) => turn.text = text_of(changed)?,
            Verdict::Skip(_) => turn.text = String::new(),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Redirect { .. } => {
                return Err(Failure::invalid(
                    "a hook on model:after_call can't redirect, the model has answered: do it on model:before_call",
                ));
            }
            Verdict::Retry { delay, most_attempts } => {
                again(&self.attempts.after, most_attempts, Point::AFTER_MODEL_CALL)?;
                tokio::time::sleep(delay).await;
                return Ok(Some("This answer was not accepted. Answer again.".into()));
            }
        }
        Ok(None)
    }

    pub(super) async fn ask_failed(&self, failed: &FailedTurn<'_>) -> Result<Remedy> {
        let model = failed.model.to_string();
        if !self.model_run.agents.hooks.any(&Point::MODEL_ERROR, &model) {
            return Ok(Remedy::None);
        }
        let error = Failure::from(failed.error);
        let more = json!({ "turn": failed.number, "error": error });
        Ok(match self.fire(Point::MODEL_ERROR, &model, json!({ "error": error }), more).await {
            Verdict::Continue(_) => Remedy::None,
            Verdict::Skip(_) => Remedy::Replace(String::new()),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Replace(answer) => Remedy::Replace(text_of(answer)?),
            Verdict::Redirect { target, .. } => {
                again(&self.attempts.redirected, MOST_REDIRECTS, Point::MODEL_ERROR)?;
                Remedy::Again(Some(self.model(&target)?))
            }
            Verdict::Retry { delay, most_attempts } => {
                if self.attempts.failed.fetch_add(1, Relaxed) + 1 >= most_attempts {
                    return Ok(Remedy::None);
                }
                tokio::time::sleep(delay).await;
                Remedy::Again(None)
            }
        })
    }

    async fn fire(&self, point: Point, model: &str, data: Value, more: Value) -> Verdict {
        let agent = self.model_run.agent.clone();
        let context = move || {
            let mut all = match more {
                Value::Object(more) => more,
                _ => Map::new(),
            };
            if let Some(agent) = agent {
                all.insert("agent_id".into(), agent.as_str().into());
                all.insert("agent_name".into(), agent.into());
            }
            all
        };
        let moment = Moment { point, component: model, data, context };
        self.model_run.agents.hooks.fire(moment, &self.model_run.cx).await
    }

    fn model(&self, name: &str) -> Result<ModelName> {
        self.model_run.agents.models.named(None, Some(name))
    }

    fn change(&self, request: &mut Request, data: Value) -> Result<()> {
        let mut fields = Fields::of("what a hook on model:before_call made of the request", data)?;
        if let Some(model) = fields.text("model")?.filter(|model| *model != request.model.to_string()) {
            request.model = self.model(&model)?;
        }
        if let Some(messages) = fields.take("messages").filter(|messages| *messages != request.history.show()) {
            request.history = History::read(&messages)?;
        }
        if let Some(settings) = fields.take("settings") {
            request.settings = read_settings(settings)?;
        }
        let tools = fields.take("tools");
        if let Some(tools) = &tools {
            let kept: Vec<&str> = tools.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            if let Some(new) = kept.iter().find(|name| !request.tools.iter().any(|known| known == *name)) {
                let hint =
                    llmspell_base::nearest::nearest(new, &request.tools.iter().map(String::as_str).collect::<Vec<_>>());
                return Err(Failure::invalid(format!("a hook on model:before_call can't add the tool '{new}'{hint}")));
            }
            request.tools = kept.into_iter().map(String::from).collect();
        }
        fields.end()
    }
}

/// Counts an attempt; after so many in all, it is cancelled.
pub fn again(count: &AtomicU32, most: u32, point: Point) -> Result<()> {
    if count.fetch_add(1, Relaxed) + 1 < most {
        return Ok(());
    }
    Err(Failure::new("cancelled", format!("a hook on {point} wanted it done again, {most} times in all")))
}

/// The text in what a hook gave as an answer.
pub fn text_of(answer: Value) -> Result<String> {
    match answer {
        Value::String(text) => Ok(text),
        Value::Object(mut answer) => match answer.remove("text") {
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(Failure::invalid("the 'text' that a hook gave is no text")),
            None => Ok(Value::Object(answer).to_string()),
        },
        Value::Null => Ok(String::new()),
        other => Ok(other.to_string()),
    }
}
