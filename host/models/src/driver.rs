//! The driver of a run: Rig's state machine (`AgentRun`) decides what comes next, this does it.

use std::sync::Arc;

use rig_agent::run::{AgentRun, AgentRunStep, ModelTurnOutcome, PromptError, RetryRequest};
use rig_core::message::Message as RigMessage;

use crate::delegate::{After, Before, Delegate, FailedTurn, Remedy};
use crate::error::ModelError;
use crate::estimate::Estimate;
use crate::exchange::{Exchanged, Unanswered};
use crate::history::{History, user_content};
use crate::model_name::ModelName;
use crate::models::Models;
use crate::reply::Reply;
use crate::request::Request;
use crate::run::{Run, RunError, RunReply};
use crate::tools;
use crate::usage::Usage;

impl Models {
    /// Runs. Dropping the future cancels all of it, the provider's request included.
    pub async fn run(&self, run: Run, delegate: Arc<dyn Delegate>) -> Result<RunReply, Box<RunError>> {
        let mut driver = match Driver::new(self, run, delegate) {
            Ok(driver) => driver,
            Err(error) => return Err(Box::new(RunError::before(error))),
        };
        match driver.drive().await {
            Ok(reply) => Ok(reply),
            Err(error) => Err(Box::new(RunError {
                error,
                usage: driver.usage,
                turns: driver.turns,
                tool_calls: driver.tool_calls,
                history: History(driver.state.full_history()),
            })),
        }
    }
}

struct Driver<'a> {
    models: &'a Models,
    run: Run,
    delegate: Arc<dyn Delegate>,
    state: AgentRun,
    usage: Usage,
    turns: usize,
    tool_calls: usize,
    /// The last reply: what the run ends with.
    last: Option<Reply>,
}

/// The most turns of a run.
pub(crate) const MOST_TURNS: usize = 1_000;

impl<'a> Driver<'a> {
    fn new(models: &'a Models, mut run: Run, delegate: Arc<dyn Delegate>) -> Result<Driver<'a>, ModelError> {
        tools::check(&run.tools, &run.tool_choice)?;
        if run.prompt.is_empty() {
            return Err(ModelError::invalid("the prompt is empty".into()));
        }
        if !(1..=MOST_TURNS).contains(&run.max_turns) {
            return Err(ModelError::invalid(format!(
                "max_turns must be from 1 to {MOST_TURNS}, not {}",
                run.max_turns
            )));
        }
        let prompt = RigMessage::User { content: user_content(std::mem::take(&mut run.prompt)) };
        let history = std::mem::take(&mut run.history).0;
        let state = AgentRun::new(prompt).with_history(history).max_turns(run.max_turns);
        Ok(Driver { models, run, delegate, state, usage: Usage::default(), turns: 0, tool_calls: 0, last: None })
    }

    async fn drive(&mut self) -> Result<RunReply, ModelError> {
        loop {
            match self.state.next_step().map_err(|error| self.ended(error))? {
                AgentRunStep::CallModel { prompt, mut history, turn } => {
                    history.push(prompt);
                    self.turn(turn, history).await?;
                }
                AgentRunStep::CallTools { calls } => {
                    let (run, delegate) = (&self.run, &*self.delegate);
                    let (count, results) = (calls.len(), tools::answer(calls, self.turns, run, delegate).await?);
                    self.tool_calls += count;
                    self.state.tool_results(results).map_err(|error| self.ended(error))?;
                }
                AgentRunStep::Done(_) => {
                    let last = self.last.take();
                    let mut reply =
                        last.ok_or_else(|| ModelError::failed(&self.run.model, "there was no turn".into()))?;
                    reply.usage = self.usage.clone();
                    let history = History(self.state.full_history());
                    return Ok(RunReply { reply, history, turns: self.turns, tool_calls: self.tool_calls });
                }
            }
        }
    }

    async fn turn(&mut self, number: usize, mut history: Vec<RigMessage>) -> Result<(), ModelError> {
        if let Some(system) = &self.run.system {
            history.insert(0, RigMessage::system(system));
        }
        let request = Request {
            turn: number,
            model: self.run.model.clone(),
            history: History(history),
            settings: self.run.settings.clone(),
            tools: self.run.tools.iter().map(|tool| tool.name.clone()).collect(),
        };
        let (mut exchanged, model) = self.ask(number, request).await?;
        let mut turn = exchanged.turn(number, &model);
        let after = self.delegate.after(&mut turn).await?;
        let again = match after {
            After::Again(feedback) if turn.calls.is_empty() => Some(feedback),
            _ => None,
        };
        exchanged.set_text(turn.text);
        let (reply, turn) = exchanged.into_rig();
        self.last = Some(reply);
        match self.state.model_response(turn).map_err(|error| self.ended(error))? {
            ModelTurnOutcome::Continue { .. } => {}
            // Every name that the model can call was said to be allowed.
            other => return Err(ModelError::failed(&model, format!("the turn was not taken: {other:?}"))),
        }
        if let Some(feedback) = again {
            self.state.retry_model_turn(RetryRequest::Feedback(feedback)).map_err(|error| self.ended(error))?;
        }
        Ok(())
    }

    /// Asks until there is a reply, or no remedy.
    async fn ask(&mut self, number: usize, mut request: Request) -> Result<(Exchanged, ModelName), ModelError> {
        loop {
            let before = self.delegate.before(&mut request).await?;
            self.turns = number;
            let model = request.model.clone();
            let exchanged = match before {
                Before::Replace(text) => return Ok((self.replaced(&model, text), model)),
                Before::Ask => {
                    let estimate = Estimate { models: self.models, run: &self.run };
                    let mut request = request.clone();
                    self.delegate.promise(&mut request, estimate).await?;
                    self.models.exchange(request, &self.run, &*self.delegate).await
                }
            };
            let failed = match exchanged {
                Ok(mut exchanged) => match exchanged.check(&model, &self.run, self.tool_calls > 0) {
                    Ok(()) => {
                        self.usage += &exchanged.reply.usage;
                        return Ok((exchanged, model));
                    }
                    Err(error) => Unanswered { error, usage: exchanged.reply.usage.clone() },
                },
                Err(failed) => failed,
            };
            self.usage += &failed.usage;
            let told = FailedTurn { number, model: &model, error: &failed.error, usage: &failed.usage };
            match self.delegate.failed(&told).await? {
                Remedy::None => return Err(failed.error),
                Remedy::Again(other) => request.model = other.unwrap_or(model),
                Remedy::Replace(text) => return Ok((self.replaced(&model, text), model)),
            }
        }
    }

    fn replaced(&mut self, model: &ModelName, text: String) -> Exchanged {
        let exchanged = Exchanged::replaced(model, text);
        self.usage += &exchanged.reply.usage;
        exchanged
    }

    /// Why Rig's state machine goes no further.
    fn ended(&self, error: PromptError) -> ModelError {
        match error {
            PromptError::MaxTurns { max_turns, .. } => ModelError::TooManyTurns {
                name: self.run.model.clone(),
                max_turns,
                usage: Box::new(self.usage.clone()),
            },
            PromptError::Provider(error) => ModelError::from_rig(error, &self.run.model, None),
            PromptError::Cancelled { reason, .. } => ModelError::failed(&self.run.model, reason),
            other => ModelError::failed(&self.run.model, other.to_string()),
        }
    }
}
