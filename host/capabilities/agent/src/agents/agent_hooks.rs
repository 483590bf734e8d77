//! What hooks of the spell want before an agent runs, after it ran, and when it failed.

use serde_json::{Map, Value, json};

use super::ask::{Ask, Options};
use super::model_hooks::text_of;
use super::model_run::ModelRun;
use super::options::{read_settings, show_settings};
use super::prompt;
use super::reply::Answer;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::Result;
use llmspell_kernel::hook::{Moment, Point, Verdict};

/// What becomes of a run.
pub enum Course {
    /// As it was asked, or as it was answered or failed.
    Goes(Box<Options>),
    Answered(Box<Answer>),
    /// Another agent does it, or another model.
    Redirected(Box<Options>, String),
    /// After a while, once more.
    Again {
        delay: std::time::Duration,
        most_attempts: u32,
    },
}

impl ModelRun {
    /// Before a run.
    pub(super) async fn ask_before(&self, options: Options, ask: &Ask) -> Result<Course> {
        if !self.is_asked(&Point::BEFORE_AGENT_EXECUTION) {
            return Ok(Course::Goes(Box::new(options)));
        }
        let text = prompt::text(&options.prompt);
        let data = json!({
            "prompt": text, "model": ask.model.to_string(), "system": ask.system, "tools": ask.work.tools,
            "settings": show_settings(&ask.work.settings),
        });
        let more = json!({ "input": text, "model": ask.model.to_string() });
        Ok(match self.fire(Point::BEFORE_AGENT_EXECUTION, data.clone(), more).await {
            Verdict::Continue(changed) if changed == data => Course::Goes(Box::new(options)),
            Verdict::Continue(changed) => Course::Goes(Box::new(self.change(options, &data, changed)?)),
            Verdict::Skip(reason) => Course::Answered(Box::new(self.skipped(reason))),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Replace(answer) => Course::Answered(Box::new(self.replaced(answer)?)),
            Verdict::Redirect { target, data: changed } if changed == data => {
                Course::Redirected(Box::new(options), target)
            }
            Verdict::Redirect { target, data: changed } => {
                Course::Redirected(Box::new(self.change(options, &data, changed)?), target)
            }
            Verdict::Retry { delay, most_attempts } => Course::Again { delay, most_attempts },
        })
    }

    /// After a run that went well.
    pub(super) async fn ask_after(&self, options: &Options, mut answer: Answer) -> Result<Course> {
        if !self.is_asked(&Point::AFTER_AGENT_EXECUTION) {
            return Ok(Course::Answered(Box::new(answer)));
        }
        let data = answer.show();
        let more = json!({
            "input": prompt::text(&options.prompt), "result": answer.text, "duration_ms": answer.spent.duration_ms,
            "usage": answer.spent.usage.show(), "model": format!("{}/{}", answer.provider, answer.model),
        });
        Ok(match self.fire(Point::AFTER_AGENT_EXECUTION, data.clone(), more).await {
            Verdict::Continue(changed) if changed == data => Course::Answered(Box::new(answer)),
            Verdict::Continue(changed) | Verdict::Replace(changed) => {
                if let Value::Object(fields) = &changed
                    && fields.contains_key("text")
                {
                    answer.object = fields.get("object").filter(|object| !object.is_null()).cloned();
                }
                answer.text = text_of(changed)?;
                Course::Answered(Box::new(answer))
            }
            Verdict::Skip(reason) => Course::Answered(Box::new(Answer {
                text: String::new(),
                object: None,
                skipped: Some(reason),
                ..answer
            })),
            Verdict::Cancel(failure) => return Err(failure),
            Verdict::Redirect { target, .. } => Course::Redirected(Box::new(options.clone()), target),
            Verdict::Retry { delay, most_attempts } => Course::Again { delay, most_attempts },
        })
    }

    /// After a run that failed. Without a remedy it stays failed.
    pub(super) async fn ask_failed(&self, options: &Options, failure: Failure) -> Result<Course> {
        // What a budget or the spell itself ended, no hook brings back.
        if failure.code == "budget" && failure.details.is_none() || !self.is_asked(&Point::AGENT_ERROR) {
            return Err(failure);
        }
        let data = json!({ "error": failure });
        let more = json!({
            "input": prompt::text(&options.prompt), "error": failure, "duration_ms": self.duration(),
        });
        Ok(match self.fire(Point::AGENT_ERROR, data, more).await {
            Verdict::Continue(_) => return Err(failure),
            Verdict::Skip(reason) => Course::Answered(Box::new(self.skipped(reason))),
            Verdict::Cancel(cancelled) => return Err(cancelled),
            Verdict::Replace(answer) => Course::Answered(Box::new(self.replaced(answer)?)),
            Verdict::Redirect { target, .. } => Course::Redirected(Box::new(options.clone()), target),
            Verdict::Retry { delay, most_attempts } => Course::Again { delay, most_attempts },
        })
    }

    /// On creation and shutdown: the data as the hooks left it.
    pub(super) async fn ask_about(&self, point: Point, data: Value) -> Result<Value> {
        let retried = std::sync::atomic::AtomicU32::new(0);
        loop {
            match self.fire(point.clone(), data.clone(), json!({})).await {
                Verdict::Continue(data) | Verdict::Replace(data) => return Ok(data),
                Verdict::Skip(reason) => return Err(Failure::new("cancelled", reason)),
                Verdict::Cancel(failure) => return Err(failure),
                Verdict::Redirect { .. } => {
                    return Err(Failure::invalid(format!(
                        "a hook on {point} can't redirect: return the data modified"
                    )));
                }
                Verdict::Retry { delay, most_attempts } => {
                    super::model_hooks::again(&retried, most_attempts, point.clone())?;
                    tokio::time::sleep(delay).await;
                }
            }
        }
    }

    pub(super) fn is_asked(&self, point: &Point) -> bool {
        self.agents.hooks.any(point, self.agent.as_deref().unwrap_or_default())
    }

    async fn fire(&self, point: Point, data: Value, more: Value) -> Verdict {
        let context = move || match more {
            Value::Object(more) => more,
            _ => Map::new(),
        };
        let component = self.agent.as_deref().unwrap_or_default();
        let moment = Moment { point, component, data, context };
        self.agents.hooks.fire(moment, &self.cx).await
    }

    /// What a hook made of the question. `data` is what it got.
    fn change(&self, mut options: Options, data: &Value, changed: Value) -> Result<Options> {
        if let Value::String(text) = changed {
            options.prompt = prompt::with_text(options.prompt, text);
            return Ok(options);
        }
        let what = "what a hook on agent:before_execution made of the question";
        let mut fields = Fields::of(what, changed)?;
        let differs =
            |name: &str, value: &Option<Value>| value.as_ref().is_some_and(|value| Some(value) != data.get(name));
        let text = fields.text("prompt")?.or(fields.text("text")?).or(fields.text("input")?);
        if let Some(text) = text {
            options.prompt = prompt::with_text(options.prompt, text);
        }
        if let Some(model) = fields.text("model")?.filter(|model| Some(model.as_str()) != data["model"].as_str()) {
            options.model = Some(self.agents.models.named(None, Some(&model))?);
        }
        if let Some(system) = fields.text("system")?.filter(|system| Some(system.as_str()) != data["system"].as_str()) {
            options.replace_system(system);
        }
        let settings = fields.take("settings");
        if differs("settings", &settings) {
            options.work.settings = read_settings(settings.unwrap_or_default())?;
        }
        let tools = fields.take("tools");
        if differs("tools", &tools) {
            options.work.tools = tools.map(|tools| super::options::names(&fields, &tools)).transpose()?;
        }
        fields.end()?;
        Ok(options)
    }

    fn skipped(&self, reason: String) -> Answer {
        Answer { skipped: Some(reason), finish_reason: Some("skipped".into()), ..Answer::default() }
    }

    fn replaced(&self, answer: Value) -> Result<Answer> {
        let object = answer.get("object").filter(|object| !object.is_null()).cloned();
        let text = text_of(answer)?;
        Ok(Answer { text, object, finish_reason: Some("replaced".into()), ..Answer::default() })
    }
}
