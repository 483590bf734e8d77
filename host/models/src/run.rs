//! A run: a model is asked, its tool calls are done, and it is asked again until it answers.

use llmspell_base::Failure;
use serde_json::{Value, json};

use crate::error::ModelError;
use crate::history::History;
use crate::message::Part;
use crate::model_name::ModelName;
use crate::reply::Reply;
use crate::settings::{Settings, ToolChoice, ToolSpec};
use crate::usage::Usage;

/// What is asked of a model, and what it may use.
#[derive(Clone, Debug)]
pub struct Run {
    /// The model that is asked.
    pub model: ModelName,
    /// Instructions that come before everything else. They are no part of the history.
    pub system: Option<String>,
    /// The conversation before the prompt.
    pub history: History,
    /// The user's message; not empty.
    pub prompt: Vec<Part>,
    /// How the model is to answer.
    pub settings: Settings,
    /// The tools that the model may call, at most 128.
    pub tools: Vec<ToolSpec>,
    /// Which of the tools it may or must call.
    pub tool_choice: ToolChoice,
    /// The JSON Schema that the answer is to follow. The provider holds the model to it where it can; the answer is not
    /// checked here.
    pub schema: Option<Value>,
    /// How often the model may be asked; 1 leaves no turn for what tools answered.
    pub max_turns: usize,
    /// How many calls of one turn may be under way at once.
    pub parallel_tools: usize,
    /// Whether the delegate receives the answer in pieces as they come.
    pub stream: bool,
    /// The tenant whose queue the requests wait in.
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

/// The result of a [`Run`].
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
    /// Why it failed.
    pub error: ModelError,
    /// The tokens and cost until then.
    pub usage: Usage,
    /// How often a model was asked.
    pub turns: usize,
    /// How many tool calls were answered.
    pub tool_calls: usize,
    /// Up to the turn that failed.
    pub history: History,
}

impl RunError {
    pub(crate) fn before(error: ModelError) -> RunError {
        RunError { error, usage: Usage::default(), turns: 0, tool_calls: 0, history: History::default() }
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
