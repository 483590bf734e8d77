//! The hooks on a model call: before it, after it, and when it fails. Grants are checked on the changed request.

use serde_json::{Value, json};

use super::model_run::ModelRun;
use super::options::{read_settings, show_settings};
use super::reply::show_calls;
use llmspell_api::hook::{Failed, model as api};
use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_kernel::hook::{Decision, Point, Rounds, Stage};
use llmspell_models::{History, ModelError, ModelName, Request, Turn};

const BEFORE: Stage = Stage::of(&Point::BEFORE_MODEL_CALL);
const AFTER: Stage =
    Stage::of(&Point::AFTER_MODEL_CALL).without_redirect(Some(", the model has answered: do it on model:before_call"));
const ERROR: Stage = Stage::of(&Point::MODEL_ERROR);

/// The hooks on the model calls of a run, and how often they had something done again.
pub struct ModelHooks<'a> {
    model_run: &'a ModelRun,
    before: Rounds,
    after: Rounds,
    failed: Rounds,
}

/// What is done about a request that failed.
pub enum Remedy {
    /// The run ends with the error.
    None,
    /// The request is made once more, to this model or the same.
    Again(Option<ModelName>),
    /// This is the model's answer.
    Replace(String),
}

impl<'a> ModelHooks<'a> {
    pub fn new(model_run: &'a ModelRun) -> ModelHooks<'a> {
        let rounds = || Rounds::of("the model call");
        ModelHooks { model_run, before: rounds(), after: rounds(), failed: rounds() }
    }

    /// Changes the request, or gives the answer in its place.
    pub async fn hook_before_model(&mut self, request: &mut Request) -> Result<Option<String>> {
        loop {
            let model = request.model.to_string();
            if !self.model_run.agents.hooks.any(BEFORE.point(), &model) {
                return Ok(None);
            }
            let data = json!(api::BeforeCall {
                model: &model,
                messages: request.history.show(),
                settings: show_settings(&request.settings),
                tools: &request.tools,
            });
            let more = json!(api::BeforeCallContext { turn: request.turn, agent: self.asking() });
            match self.decide(&BEFORE, &model, data.clone(), more).await? {
                Decision::Continue(changed) if changed == data => return Ok(None),
                Decision::Continue(changed) => {
                    self.change(request, changed)?;
                    return Ok(None);
                }
                Decision::Skip(_) => return Ok(Some(String::new())),
                Decision::Replace(answer) => return Ok(Some(text_of(answer)?)),
                Decision::Redirect { target, data: changed } => {
                    if changed != data {
                        self.change(request, changed)?;
                    }
                    request.model = self.model(&target)?;
                    return Ok(None);
                }
                Decision::Retry(policy) => self.before.retry(policy).await?,
            }
        }
    }

    /// Calls the hooks after a model's turn, which may change its text. `Some`: the model is to be told this and to answer again.
    pub async fn hook_after_model(&mut self, turn: &mut Turn) -> Result<Option<String>> {
        let model = turn.model.to_string();
        if !self.model_run.agents.hooks.any(AFTER.point(), &model) {
            return Ok(None);
        }
        let data = json!(api::AfterCall {
            text: &turn.text,
            reasoning: &turn.reasoning,
            tool_calls: show_calls(&turn.calls),
            finish_reason: turn.finish_reason.as_deref(),
            usage: turn.usage.show(),
        });
        let more = json!(api::AfterCallContext { turn: turn.number, result: &turn.text, agent: self.asking() });
        match self.decide(&AFTER, &model, data.clone(), more).await? {
            Decision::Continue(changed) if changed == data => {}
            Decision::Continue(changed) | Decision::Replace(changed) => turn.text = text_of(changed)?,
            Decision::Skip(_) => turn.text = String::new(),
            Decision::Redirect { .. } => return Err(Failure::new(Code::Internal, "a redirect that no stage allows")),
            Decision::Retry(policy) => {
                self.after.retry(policy).await?;
                return Ok(Some("This answer was not accepted. Answer again.".into()));
            }
        }
        Ok(None)
    }

    /// The remedy, if there is one.
    pub async fn hook_model_failed(&mut self, request: &Request, error: &ModelError) -> Result<Remedy> {
        let model = request.model.to_string();
        if !self.model_run.agents.hooks.any(ERROR.point(), &model) {
            return Ok(Remedy::None);
        }
        let error = Failure::from(error);
        let more = json!(api::ErrorContext { turn: request.turn, error: &error, agent: self.asking() });
        Ok(match self.decide(&ERROR, &model, json!(Failed { error: &error }), more).await? {
            Decision::Continue(_) => Remedy::None,
            Decision::Skip(_) => Remedy::Replace(String::new()),
            Decision::Replace(answer) => Remedy::Replace(text_of(answer)?),
            Decision::Redirect { target, .. } => {
                self.failed.redirect(&target)?;
                Remedy::Again(Some(self.model(&target)?))
            }
            Decision::Retry(policy) => {
                // What failed as often as it may stays failed.
                if !self.failed.may_retry(policy) {
                    return Ok(Remedy::None);
                }
                tokio::time::sleep(policy.delay).await;
                Remedy::Again(None)
            }
        })
    }

    async fn decide(&self, stage: &Stage, model: &str, data: Value, more: Value) -> Result<Decision> {
        self.model_run.agents.hooks.decide(&self.model_run.cx, stage, model, data, || more).await
    }

    fn asking(&self) -> api::AskingAgent<'_> {
        let agent = self.model_run.agent.as_deref();
        api::AskingAgent { agent_id: agent, agent_name: agent }
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
