//! What is asked of a model in a conversation.

use serde_json::Value;

use crate::history::History;
use crate::message::Part;
use crate::model_name::ModelName;
use crate::settings::{Settings, ToolChoice, ToolSpec};
use llmspell_base::host_memory::HostMemory;

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
    /// The tenant whose queue the requests wait in.
    pub tenant: String,
    /// Where replies have their place while they are read.
    pub memory: HostMemory,
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
            tenant: String::new(),
            memory: HostMemory::default(),
        }
    }
}
