//! A conversation with a model: what comes next, and what was said. It does no I/O: its caller asks the model and calls
//! the tools. Rig's state machine (`AgentRun`) decides.

use std::sync::Arc;

use rig_agent::run::{AgentRun, AgentRunStep, ModelTurnOutcome, PromptError, RetryRequest};
use rig_core::message::{Message as RigMessage, ToolCall};

use crate::error::ModelError;
use crate::history::{History, user_content};
use crate::message::Part;
use crate::reply::{Refusals, Reply, Turn};
use crate::request::Request;
use crate::run::Run;
use crate::tools::{self, Call, ToolAnswer};
use crate::usage::Usage;

/// A conversation between a model and its tools, from the prompt to the answer.
///
/// Each [`Step`] but the last is answered before the next is taken.
pub struct Conversation {
    run: Arc<Run>,
    state: AgentRun,
    turn: usize,
    usage: Usage,
    tools_ran: bool,
    /// The calls whose answers are awaited.
    calls: Vec<ToolCall>,
    /// Which of the last turn's calls can't be made.
    refused: Refusals,
    /// The last reply: what the conversation ends with.
    last: Option<Reply>,
}

/// What comes next in a conversation.
#[derive(Debug)]
pub enum Step {
    /// Ask the model; [`Conversation::accept`] takes the reply.
    Request(Request),
    /// Call these tools; [`Conversation::tool_answers`] takes what they answer.
    Tools(Vec<PendingCall>),
    /// The last answer. The conversation is over.
    Done(Reply),
}

/// A tool call that has to be answered.
#[derive(Clone, Debug)]
pub struct PendingCall {
    /// The call.
    pub call: Call,
    /// Why it can't be made: the error that the model is told. No such tool is offered, or the arguments are no object.
    pub refused: Option<String>,
}

/// The most turns of a conversation.
const MOST_TURNS: usize = 1_000;

impl Conversation {
    /// A conversation that begins. Refuses ("invalid") what no provider would take.
    pub fn new(mut run: Run) -> Result<Conversation, ModelError> {
        tools::check(&run.tools, &run.tool_choice)?;
        // Providers get no text of blanks alone: what stood before it would be asked again.
        if run.prompt.iter().all(|part| matches!(part, Part::Text(text) if text.trim().is_empty())) {
            return Err(ModelError::invalid(
                "the prompt is empty: give the model a text that is more than blanks".into(),
            ));
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
        Ok(Conversation {
            run: Arc::new(run),
            state,
            turn: 0,
            usage: Usage::default(),
            tools_ran: false,
            calls: Vec::new(),
            refused: Refusals::new(),
            last: None,
        })
    }

    /// What comes next. Fails ("budget") where the model would be asked once more than it may.
    pub fn next_step(&mut self) -> Result<Step, ModelError> {
        match self.state.next_step().map_err(|error| self.ended(error))? {
            AgentRunStep::CallModel { prompt, mut history, turn } => {
                history.push(prompt);
                if let Some(system) = &self.run.system {
                    history.insert(0, RigMessage::system(system));
                }
                self.turn = turn;
                Ok(Step::Request(Request {
                    turn,
                    model: self.run.model.clone(),
                    history: History(history),
                    settings: self.run.settings.clone(),
                    tools: self.run.tools.iter().map(|tool| tool.name.clone()).collect(),
                    run: self.run.clone(),
                    tools_ran: self.tools_ran,
                }))
            }
            AgentRunStep::CallTools { calls } => {
                self.calls = calls.into_iter().map(|pending| pending.tool_call).collect();
                let pending = |(index, call): (usize, &ToolCall)| PendingCall {
                    call: Call::from_rig(call, self.turn, index),
                    refused: tools::refused(call, &self.run.tools, self.refused.get(&index)),
                };
                Ok(Step::Tools(self.calls.iter().enumerate().map(pending).collect()))
            }
            AgentRunStep::Done(_) => {
                let last = self.last.take();
                let reply = last.ok_or_else(|| ModelError::failed(&self.run.model, "there was no turn".into()))?;
                Ok(Step::Done(Reply { usage: self.usage.clone(), ..reply }))
            }
        }
    }

    /// Takes the reply to a request.
    pub fn accept(&mut self, turn: Turn) -> Result<(), ModelError> {
        let model = turn.model.clone();
        let (reply, turn, refused) = turn.into_rig();
        self.refused = refused;
        self.usage += &reply.usage;
        self.last = Some(reply);
        match self.state.model_response(turn).map_err(|error| self.ended(error))? {
            ModelTurnOutcome::Continue { .. } => Ok(()),
            // Every name that the model can call was said to be allowed.
            other => Err(ModelError::failed(&model, format!("the turn was not taken: {other:?}"))),
        }
    }

    /// Tells the model what is wrong with the answer that was just accepted, and lets it try again: one more turn. Only
    /// for a turn without tool calls.
    pub fn retry(&mut self, feedback: String) -> Result<(), ModelError> {
        self.state.retry_model_turn(RetryRequest::Feedback(feedback)).map_err(|error| self.ended(error))
    }

    /// Takes what the tools answered, in the order of the calls.
    pub fn tool_answers(&mut self, answers: Vec<ToolAnswer>) -> Result<(), ModelError> {
        self.tools_ran |= !answers.is_empty();
        let calls = std::mem::take(&mut self.calls);
        let results = calls.iter().zip(answers).map(|(call, answer)| answer.result_of(call)).collect();
        self.state.tool_results(results).map_err(|error| self.ended(error))
    }

    /// Counts what a request took that got no reply.
    pub fn count(&mut self, usage: &Usage) {
        self.usage += usage;
    }

    /// What was given, and all that was said since.
    pub fn history(&self) -> History {
        History(self.state.full_history())
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
