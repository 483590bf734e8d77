//! A run: a model is asked, its tool calls are done, and it is asked again until it answers.
//!
//! Rig's state machine (`AgentRun`) decides what comes next; this is its driver.

use llmspell_base::Failure;
use std::sync::Arc;

use rig_agent::run::{AgentRun, AgentRunStep, ModelTurnOutcome, PromptError, RetryRequest};
use rig_core::message::{AssistantContent, Message as RigMessage};
use serde_json::{Value, json};

use super::delegate::{After, Before, Delegate, FailedTurn, Remedy, Request};
use super::exchange::{Exchanged, Unanswered};
use super::history::user_content;
use super::{
    Estimate, History, ModelError, ModelName, Models, Part, Reply, Settings, ToolChoice, ToolSpec, Usage, tools,
};

/// What is asked of a model, and what it may use.
#[derive(Clone, Debug)]
pub struct Run {
    pub model: ModelName,
    /// Instructions that come before everything else. They are no part of the history.
    pub system: Option<String>,
    pub history: History,
    pub prompt: Vec<Part>,
    pub settings: Settings,
    pub tools: Vec<ToolSpec>,
    pub tool_choice: ToolChoice,
    /// The JSON Schema that the answer is to follow. The provider holds the model to it where it can; the answer is not
    /// checked here.
    pub schema: Option<Value>,
    /// How often the model may be asked; 1 leaves no turn for what tools answered.
    pub max_turns: usize,
    /// How many calls of one turn may be under way at once.
    pub parallel_tools: usize,
    pub stream: bool,
    /// Whose run it is: requests of one tenant wait for each other.
    pub tenant: String,
}

impl Run {
    /// A single question.
    pub fn new(model: ModelName, prompt: impl Into<String>) -> Run {
        Run {
            model,
            system: None,
            history: History::default(),
            prompt: vec![Part::Text(prompt.into())],
            settings: Settings::default(),
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            schema: None,
            max_turns: 1,
            parallel_tools: 1,
            stream: false,
            tenant: String::new(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct RunReply {
    /// The last answer, with the usage of the whole run.
    pub reply: Reply,
    /// What was given, and all that was said since.
    pub history: History,
    /// How often a model was asked.
    pub turns: usize,
    /// How many tool calls were answered.
    pub tool_calls: usize,
}

/// A run that failed, with what it took until then.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct RunError {
    pub error: ModelError,
    pub usage: Usage,
    pub turns: usize,
    pub tool_calls: usize,
    /// Up to the turn that failed.
    pub history: History,
}

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
pub(super) const MOST_TURNS: usize = 1_000;

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

impl RunError {
    fn before(error: ModelError) -> RunError {
        RunError { error, usage: Usage::default(), turns: 0, tool_calls: 0, history: History::default() }
    }
}

/// The text of a turn, in place of what it said.
pub(super) fn replace_text(choice: &mut Vec<AssistantContent>, text: String) {
    let at = choice.iter().position(|part| matches!(part, AssistantContent::Text(_)));
    choice.retain(|part| !matches!(part, AssistantContent::Text(_)));
    if !text.is_empty() {
        let at = at.unwrap_or(choice.iter().take_while(|part| matches!(part, AssistantContent::Reasoning(_))).count());
        choice.insert(at.min(choice.len()), AssistantContent::text(text));
    }
}

impl From<Box<RunError>> for Failure {
    fn from(failed: Box<RunError>) -> Failure {
        let (usage, turns) = (json!(failed.usage.show()), failed.turns);
        let mut failure = Failure::from(failed.error);
        let details = failure.details.get_or_insert_with(|| Value::Object(Default::default()));
        if let Some(details) = details.as_object_mut().filter(|_| turns > 0) {
            details.insert("usage".into(), usage);
            details.insert("turns".into(), turns.into());
        }
        failure
    }
}
