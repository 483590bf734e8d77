//! What a step does: its input, and the call that it stands for.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

use llmspell_api::agent::Usage;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;

use super::step::Unfinished;
use super::{Broken, Engine, text_of};
use crate::execution::Turn;
use crate::interpolate::{Room, interpolate};
use crate::names::View;
use crate::plan::{AgentReference, Plan, Step, Work};
use crate::usage;

impl<'a> Engine<'a> {
    /// What the step is given: a prompt, a tool's arguments, a request, a function's context, a workflow's input.
    pub fn input(&self, step: &Step, view: &View<'_>) -> Result<Value> {
        let template = match &step.work {
            Work::Agent { prompt: Some(template), .. }
            | Work::Tool { input: template, .. }
            | Work::Llm(template)
            | Work::Workflow { input: Some(template), .. } => template,
            Work::Agent { prompt: None, .. } => return Ok(prompt((**view.previous).clone())),
            Work::Workflow { input: None, .. } => return Ok((**view.previous).clone()),
            Work::Function { input: None, .. } => return Ok(view.context(Some(&step.key), None, None)),
            Work::Function { input: Some(template), .. } => template,
        };
        let input = interpolate(template, view, &mut Room::of(self.cx.limits()))?;
        self.cx.bound(&input, "the step's input")?;
        if let Some(missed) = self.scope.take_missed() {
            let said = format!("step '{}' refers to '{missed}', which has no output: nothing was put in", step.key);
            self.services.hooks.listener().remark(self.cx, &said)?;
        }
        Ok(match step.work {
            Work::Agent { .. } => prompt(input),
            Work::Function { .. } => view.context(Some(&step.key), None, Some(&input)),
            _ => input,
        })
    }

    /// Does it, and waits for its output. Boxed, because a step may be a workflow.
    pub fn work<'w>(
        &'w self,
        step: &'w Step,
        input: Value,
        turn: Option<&'w Turn>,
        place: &'w str,
    ) -> BoxFuture<'w, std::result::Result<Value, Unfinished>> {
        Box::pin(async move {
            let output = match &step.work {
                Work::Agent { agent, options, .. } => {
                    let agent = match agent {
                        AgentReference::Handle(number) => self.agents.get(*number).cloned(),
                        AgentReference::Name(name) => self.services.agents.named(name),
                    };
                    let agent = agent.ok_or_else(|| no_agent(&step.work))?;
                    self.reply(self.services.agents.call_run(&agent, &input, options, self.cx).await)
                }
                Work::Llm(_) => self.reply(self.services.agents.call_complete(&input, self.cx).await),
                Work::Tool { name, .. } => {
                    let arguments = if input.is_object() { input } else { json!({ "input": input }) };
                    answer(self.services.tools.invoke(name, arguments, self.cx).await?, Code::Tool)
                }
                Work::Function { handler, .. } => answer(self.cx.call_function(*handler, input).await?, Code::Script),
                Work::Workflow { plan, .. } => return self.nested(plan, input, turn, place).await,
            };
            Ok(output?)
        })
    }

    async fn nested(
        &self,
        plan: &Arc<Plan>,
        input: Value,
        turn: Option<&Turn>,
        place: &str,
    ) -> std::result::Result<Value, Unfinished> {
        self.shared.state.begin(&plan.state)?;
        let input = match self.recorded_input(place) {
            // It began in an earlier run, and goes on.
            Some(input) => input,
            None => match self.hook_start(plan, input).await? {
                Ok(input) => input,
                Err(output) => return Ok(output),
            },
        };
        self.record_input(place, &input);
        let scope = self.shared.nest(plan.clone(), Arc::new(input), turn.cloned(), place.to_owned());
        let engine = Engine { scope: &scope, depth: self.depth + 1, ..*self };
        let ended = engine.run().await.map_err(|broken| match broken {
            Broken::Paused => Unfinished::Paused,
            broken => Unfinished::Failed(broken.failure()),
        })?;
        let ended = engine.hook_complete(ended).await?;
        Ok(Arc::unwrap_or_clone(ended.output))
    }

    /// The output of a model's reply: the object that was asked for, or the text.
    fn reply(&self, reply: Result) -> Result {
        let count = |value: &Value| {
            let used: Option<Usage> = value.get("usage").and_then(|used| serde_json::from_value(used.clone()).ok());
            if let Some(used) = &used {
                usage::add(&mut self.shared.usage(), used);
                usage::add(&mut self.spent(), used);
            }
        };
        match reply {
            Ok(mut reply) => {
                count(&reply);
                let object = reply.get_mut("object").map(Value::take).filter(|object| !object.is_null());
                Ok(object.unwrap_or_else(|| reply.get_mut("text").map(Value::take).unwrap_or_default()))
            }
            Err(failure) => {
                failure.details.iter().for_each(count);
                Err(failure)
            }
        }
    }
}

/// What an agent can be asked: a text, or an object with text and images. Anything else is shown to it as JSON.
fn prompt(value: Value) -> Value {
    match &value {
        Value::String(_) => value,
        Value::Object(map) if is_prompt(map) => value,
        other => text_of(other).into(),
    }
}

fn is_prompt(map: &Map<String, Value>) -> bool {
    !map.is_empty() && map.keys().all(|key| key == "text" || key == "images")
}

/// A function or a tool may also say that it failed: `{"success": false, "error": ..}`.
fn answer(answer: Value, code: Code) -> Result {
    let error = match &answer {
        Value::Object(map) if map.get("success") == Some(&Value::Bool(false)) => map.get("error"),
        _ => None,
    };
    let Some(error) = error else { return Ok(answer) };
    let message = match error {
        Value::Object(error) => error.get("message").map(text_of),
        other => Some(text_of(other)),
    };
    let silent = if matches!(code, Code::Tool) { "the tool failed" } else { "the function failed" };
    Err(Failure::new(code, message.filter(|text| !text.is_empty()).unwrap_or_else(|| silent.into())))
}

fn no_agent(work: &Work) -> Failure {
    let name = match work {
        Work::Agent { agent: AgentReference::Name(name), .. } => name.as_str(),
        _ => "",
    };
    Failure::new(Code::NotFound, format!("there is no agent '{name}' in this run: create it first, and keep it"))
}
