//! The hooks on an agent's run: before it, after it, and when it fails.

use serde_json::{Value, json};

use super::ask::{Ask, Options};
use super::model_hooks::text_of;
use super::model_run::ModelRun;
use super::options::{read_settings, show_settings};
use super::prompt;
use super::reply::Answer;
use llmspell_api::hook::{Failed, agent as api};
use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_kernel::hook::{Decision, HookOutcome, Point, Rounds, Stage};

/// How a run goes on after its hooks: with these options, with this answer, redirected, or again.
pub type Next = HookOutcome<Box<Options>, Box<Answer>>;

const BEFORE: Stage = Stage::of(&Point::BEFORE_AGENT_EXECUTION);
const AFTER: Stage = Stage::of(&Point::AFTER_AGENT_EXECUTION);
const ERROR: Stage = Stage::of(&Point::AGENT_ERROR);
const RETURN_IT: Option<&str> = Some(": return the data modified");

pub const BEFORE_INIT: Stage = Stage::of(&Point::BEFORE_AGENT_INIT).without_redirect(RETURN_IT);
pub const AFTER_INIT: Stage = Stage::of(&Point::AFTER_AGENT_INIT).without_redirect(RETURN_IT);
pub const BEFORE_SHUTDOWN: Stage = Stage::of(&Point::BEFORE_AGENT_SHUTDOWN).without_redirect(RETURN_IT);
pub const AFTER_SHUTDOWN: Stage = Stage::of(&Point::AFTER_AGENT_SHUTDOWN).without_redirect(RETURN_IT);

impl ModelRun {
    /// Before a run.
    pub(super) async fn hook_before_agent(&self, options: Options, ask: &Ask) -> Result<Next> {
        if !self.is_asked(BEFORE.point()) {
            return Ok(Next::Proceed(Box::new(options)));
        }
        let (text, model) = (prompt::text(&options.prompt), ask.model.to_string());
        let data = json!(api::BeforeExecution {
            prompt: &text,
            model: &model,
            system: ask.system.as_deref(),
            tools: ask.work.tools.as_deref(),
            settings: show_settings(&ask.work.settings),
        });
        let more = json!(api::BeforeExecutionContext { input: &text, model: &model });
        Ok(match self.decide(&BEFORE, data.clone(), more).await? {
            Decision::Continue(changed) if changed == data => Next::Proceed(Box::new(options)),
            Decision::Continue(changed) => Next::Proceed(Box::new(self.change(options, &data, changed)?)),
            Decision::Skip(reason) => Next::Done(Box::new(self.skipped(reason))),
            Decision::Replace(answer) => Next::Done(Box::new(self.replaced(answer)?)),
            Decision::Redirect { target, data: changed } if changed == data => {
                Next::Redirected(Box::new(options), target)
            }
            Decision::Redirect { target, data: changed } => {
                Next::Redirected(Box::new(self.change(options, &data, changed)?), target)
            }
            Decision::Retry(policy) => Next::Again(policy),
        })
    }

    /// After a run that went well.
    pub(super) async fn hook_after_agent(&self, options: &Options, mut answer: Answer) -> Result<Next> {
        if !self.is_asked(AFTER.point()) {
            return Ok(Next::Done(Box::new(answer)));
        }
        let data = json!(answer.show());
        let more = json!(api::AfterExecutionContext {
            input: &prompt::text(&options.prompt),
            result: &answer.text,
            duration_ms: answer.spent.duration_ms,
            usage: answer.spent.usage.show(),
            model: &format!("{}/{}", answer.provider, answer.model),
        });
        Ok(match self.decide(&AFTER, data.clone(), more).await? {
            Decision::Continue(changed) if changed == data => Next::Done(Box::new(answer)),
            Decision::Continue(changed) | Decision::Replace(changed) => {
                if let Value::Object(fields) = &changed
                    && fields.contains_key("text")
                {
                    answer.object = fields.get("object").filter(|object| !object.is_null()).cloned();
                }
                answer.text = text_of(changed)?;
                Next::Done(Box::new(answer))
            }
            Decision::Skip(reason) => {
                Next::Done(Box::new(Answer { text: String::new(), object: None, skipped: Some(reason), ..answer }))
            }
            Decision::Redirect { target, .. } => Next::Redirected(Box::new(options.clone()), target),
            Decision::Retry(policy) => Next::Again(policy),
        })
    }

    /// After a run that failed. Without a remedy it stays failed.
    pub(super) async fn hook_agent_failed(&self, options: &Options, failure: Failure) -> Result<Next> {
        // The run or the tenant has no budget left: no hook can mend that. A failure with details is the agent's own budget.
        if failure.is(Code::Budget) && failure.details.is_none() || !self.is_asked(ERROR.point()) {
            return Err(failure);
        }
        let data = json!(Failed { error: &failure });
        let input = prompt::text(&options.prompt);
        let more = json!(api::ErrorContext { input: &input, error: &failure, duration_ms: self.duration() });
        Ok(match self.decide(&ERROR, data, more).await? {
            Decision::Continue(_) => return Err(failure),
            Decision::Skip(reason) => Next::Done(Box::new(self.skipped(reason))),
            Decision::Replace(answer) => Next::Done(Box::new(self.replaced(answer)?)),
            Decision::Redirect { target, .. } => Next::Redirected(Box::new(options.clone()), target),
            Decision::Retry(policy) => Next::Again(policy),
        })
    }

    /// On creation and shutdown: the data as the hooks left it.
    pub(super) async fn hook_agent_life(&self, stage: &Stage, data: Value) -> Result<Value> {
        let mut rounds = Rounds::of("it");
        loop {
            match self.decide(stage, data.clone(), json!({})).await? {
                Decision::Continue(data) | Decision::Replace(data) => return Ok(data),
                Decision::Skip(reason) => return Err(Failure::new(Code::Cancelled, reason)),
                Decision::Retry(policy) => rounds.retry(policy).await?,
                Decision::Redirect { .. } => {
                    return Err(Failure::new(Code::Internal, "a redirect that no stage allows"));
                }
            }
        }
    }

    pub(super) fn is_asked(&self, point: &Point) -> bool {
        self.agents.hooks.any(point, self.agent.as_deref().unwrap_or_default())
    }

    async fn decide(&self, stage: &Stage, data: Value, more: Value) -> Result<Decision> {
        let component = self.agent.as_deref().unwrap_or_default();
        self.agents.hooks.decide(&self.cx, stage, component, data, || more).await
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
