//! A run of an agent, from its beginning to its end: hooks, the model, events, the history.

use std::sync::Arc;
use std::time::Duration;

use llmspell_api::agent as api;
use serde_json::{Value, json};

use super::agent_hooks::Next;
use super::ask::{Ask, Options};
use super::model_run::{ModelRun, UsageTally};
use super::reply::{Answer, with_spent};
use super::{Agent, Agents, prompt};
use llmspell_base::{Code, Failure};
use llmspell_kernel::hook::Rounds;
use llmspell_kernel::{CallContext, Result};
use llmspell_models::History;

impl Agents {
    /// Runs an agent.
    pub async fn run(self, agent: Arc<Agent>, options: Options, cx: CallContext) -> Result {
        let (mut agent, mut options, mut cx, mut rounds) = (agent, options, cx, Rounds::of("the run"));
        loop {
            match self.clone().run_one(agent.clone(), options, &mut cx).await? {
                Ok(answer) => return Ok(json!(answer.show())),
                Err((changed, target)) => {
                    rounds.redirect(&target)?;
                    options = *changed;
                    match self.named(&target) {
                        Some(other) => agent = other,
                        None => options.model = Some(self.models.named(None, Some(&target))?),
                    }
                }
            }
        }
    }

    /// The answer, or the redirected request to another agent or model. The limits of the first agent apply to all that its run
    /// is redirected to: tokens and cost by the budgets of `cx`, the others by what the options say is left.
    async fn run_one(
        self,
        agent: Arc<Agent>,
        options: Options,
        cx: &mut CallContext,
    ) -> Result<std::result::Result<Answer, (Box<Options>, String)>> {
        let mut running = Running::begin(&agent)?;
        let definition = agent.definition();
        let limits = options.work.limits.within(definition.work.limits);
        let model_run = ModelRun::new(self, cx.clone(), Some(definition.name.clone()));
        let model_run = model_run.with_budget(limits.budget);
        running.tally = model_run.tally.clone();
        let limit = limits.time_ms;
        let work = model_run.run_with_hooks(&agent, options);
        let result = match limit {
            None => work.await,
            Some(time) => tokio::time::timeout(Duration::from_millis(time), work).await.unwrap_or_else(|_| {
                Err(Failure::new(Code::Timeout, format!("the agent took longer than its limit of {time} ms")))
            }),
        };
        let result = result.map_err(|failure| with_spent(failure, &model_run.tally.spent()));
        running.end(&result);
        model_run.emit_end_event(&result);
        Ok(match result? {
            AgentOutcome::Answered(mut answer) => {
                answer.spent = model_run.spent();
                answer.agent = model_run.agent.clone();
                Ok(*answer)
            }
            AgentOutcome::Redirected(mut options, target) => {
                *cx = model_run.cx.clone();
                options.work.limits = limits.after(&model_run.spent());
                Err((options, target))
            }
        })
    }
}

/// How a run of an agent ended, where it did not fail.
enum AgentOutcome {
    Answered(Box<Answer>),
    Redirected(Box<Options>, String),
}

impl ModelRun {
    async fn run_with_hooks(&self, agent: &Agent, mut options: Options) -> Result<AgentOutcome> {
        let definition = agent.definition();
        let stateless = options.is_stateless(&definition);
        if !stateless {
            self.recall(agent).await?;
        }
        // The conversation is there twice while it goes on: with the run, and on its way to the model.
        let (before, _held) = match stateless {
            true => (History::default(), None),
            false => {
                let status = agent.status();
                (status.history().clone(), Some(self.cx.memory().take(2 * status.weight())?))
            }
        };
        let mut rounds = Rounds::of("the run");
        loop {
            let ask = options.ask(&definition, History::default());
            match self.hook_before_agent(options.clone(), &ask).await? {
                Next::Proceed(changed) => options = *changed,
                Next::Done(answer) => return Ok(AgentOutcome::Answered(answer)),
                Next::Redirected(options, target) => return Ok(AgentOutcome::Redirected(options, target)),
                Next::Again(policy) => {
                    rounds.retry(policy).await?;
                    continue;
                }
            }
            break;
        }
        let mut ask = options.ask(&definition, before);
        self.retrieve(&mut ask, &definition.knowledge).await?;
        self.announce("agent.started", |agent| {
            let (input, model) = (prompt::text(&options.prompt), ask.model.to_string());
            json!(api::StartedEvent { input: &input, model: &model, agent })
        });
        let mut rounds = Rounds::of("the run");
        loop {
            let (next, said) = self.attempt(&options, &ask).await?;
            match next {
                Next::Proceed(_) => return Err(Failure::new(Code::Internal, "a run neither ended nor went on")),
                Next::Redirected(options, target) => return Ok(AgentOutcome::Redirected(options, target)),
                Next::Again(policy) => rounds.retry(policy).await?,
                Next::Done(answer) => {
                    if let Some(said) = said.filter(|_| !stateless) {
                        let kept = agent.definition().kept;
                        agent.status().remember(said, kept, self.cx.memory())?;
                        let kept = self.keep(agent, prompt::text(&options.prompt), answer.text.clone()).await;
                        // The answer was paid for.
                        if let Err(Failure { code, message, .. }) = kept {
                            let name = agent.definition().name.clone();
                            let what = format!("agent '{name}': what was said was not added to its memory: {message}");
                            self.agents.hooks.listener().warn(&self.cx, &what, json!({ "code": code }));
                        }
                    }
                    return Ok(AgentOutcome::Answered(answer));
                }
            }
        }
    }

    async fn attempt(&self, options: &Options, ask: &Ask) -> Result<(Next, Option<History>)> {
        match self.ask(ask).await {
            Ok((mut answer, mut said)) => {
                answer.spent = self.spent();
                answer.citations.clone_from(&ask.citations);
                let text = answer.text.clone();
                let next = self.hook_after_agent(options, answer).await?;
                if let Next::Done(answer) = &next
                    && answer.text != text
                {
                    said.set_answer(&answer.text);
                }
                Ok((next, Some(said)))
            }
            Err(failure) => Ok((self.hook_agent_failed(options, failure).await?, None)),
        }
    }

    /// The events of the end of a run.
    fn emit_end_event(&self, result: &Result<AgentOutcome>) {
        let spent = self.spent();
        match result {
            Ok(AgentOutcome::Answered(answer)) => self.announce("agent.completed", |agent| {
                json!(api::CompletedEvent {
                    text: &answer.text,
                    duration_ms: spent.duration_ms,
                    usage: spent.usage.show(),
                    tool_calls: spent.tool_calls,
                    agent,
                })
            }),
            Ok(AgentOutcome::Redirected(_, target)) => {
                self.announce("agent.redirected", |agent| json!(api::RedirectedEvent { target, agent }));
            }
            Err(error) => {
                for event in ["agent.failed", "agent.error"] {
                    let duration_ms = spent.duration_ms;
                    self.announce(event, |agent| json!(api::FailedEvent { error, duration_ms, agent }));
                }
            }
        }
    }

    fn announce(&self, event: &str, data: impl FnOnce(api::AgentName<'_>) -> Value) {
        let agent = self.agent.as_deref().unwrap_or_default();
        self.agents.events.announce(event, &self.cx, || data(api::AgentName { agent, agent_id: agent }));
    }
}

/// A run that is counted, also when it is dropped half-way.
struct Running {
    agent: Arc<Agent>,
    tally: UsageTally,
    over: bool,
}

impl Running {
    fn begin(agent: &Arc<Agent>) -> Result<Running> {
        agent.status().begin(&agent.definition().name, agent.now())?;
        Ok(Running { agent: agent.clone(), tally: UsageTally::default(), over: false })
    }

    fn end<T>(&mut self, result: &Result<T>) {
        self.over = true;
        let now = self.agent.now();
        self.agent.status().end(Some(result.as_ref().map(|_| ())), &self.tally.spent(), now);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.over {
            let now = self.agent.now();
            self.agent.status().end(None, &self.tally.spent(), now);
        }
    }
}
