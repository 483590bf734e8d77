//! The tools of a run, and the calls that a model makes of them.

use std::collections::BTreeSet;

use rig_core::message::{ToolCall, ToolResultContent, UserContent};
use serde_json::Value;

use crate::error::ModelError;
use crate::settings::{ToolChoice, ToolSpec};
use crate::text::clean;
use llmspell_base::nearest::nearest;

/// The most calls of one turn: no task needs so many at once, and a broken model would have thousands of them answered.
pub(crate) const TURN_CALLS: usize = 128;

/// The most tools of one run. Providers take 128.
const MOST_TOOLS: usize = 128;

/// How much of broken arguments the model is shown again.
const SHOWN_CHARS: usize = 200;

/// Refuses what no provider would take.
pub(crate) fn check(tools: &[ToolSpec], choice: &ToolChoice) -> Result<(), ModelError> {
    if tools.len() > MOST_TOOLS {
        return Err(ModelError::invalid(format!("{} tools are offered; {MOST_TOOLS} are the most", tools.len())));
    }
    let mut names = BTreeSet::new();
    for tool in tools {
        tool.check()?;
        if !names.insert(tool.name.as_str()) {
            return Err(ModelError::invalid(format!("two tools are named '{}'", tool.name)));
        }
    }
    match choice {
        ToolChoice::Tool(name) if !names.contains(name.as_str()) => {
            let hint = nearest(name, &names.into_iter().collect::<Vec<_>>());
            Err(ModelError::invalid(format!("tool_choice: no tool '{}' is offered{hint}", clean(name, None))))
        }
        ToolChoice::Required if tools.is_empty() => {
            Err(ModelError::invalid("tool_choice is \"required\", but no tool is offered".into()))
        }
        _ => Ok(()),
    }
}

/// A tool call that a model made.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Unique in its turn.
    pub id: String,
    /// The tool's name, as the model wrote it.
    pub name: String,
    /// An object, unless the call is refused.
    pub arguments: Value,
}

/// The result of a tool call, as the model receives it.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolAnswer {
    /// A plain text.
    Text(String),
    /// JSON, which the model reads as text.
    Json(Value),
    /// The tool failed. The run goes on.
    Error(String),
}

impl Call {
    /// Where the provider gave no id Rig has made one up by chance; a number repeats.
    pub(crate) fn from_rig(call: &ToolCall, turn: usize, index: usize) -> Call {
        let id = match call.id.provider() {
            Some(id) => id.as_str().to_owned(),
            None => format!("call_{turn}_{}", index + 1),
        };
        Call { id, name: call.function.name.to_string(), arguments: call.function.arguments_value() }
    }
}

impl ToolAnswer {
    pub(crate) fn result_of(self, call: &ToolCall) -> UserContent {
        UserContent::ToolResult(match self {
            ToolAnswer::Text(text) => call.result(vec![ToolResultContent::text(text)]),
            ToolAnswer::Json(value) => call.result(vec![ToolResultContent::json(value)]),
            ToolAnswer::Error(why) => call.error_result(vec![ToolResultContent::text(why)]),
        })
    }
}

/// What the model is told of a call that cannot be done. `why`: what is wrong with arguments that are JSON.
pub(crate) fn refused(call: &ToolCall, tools: &[ToolSpec], why: Option<&String>) -> Option<String> {
    let name = call.function.name.as_str();
    if !tools.iter().any(|tool| tool.name == name) {
        let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
        return Some(match names.is_empty() {
            true => format!("There is no tool '{}': you have no tools.", clean(name, None)),
            false => format!("There is no tool '{}'. Your tools are: {}.", clean(name, None), names.join(", ")),
        });
    }
    let Some(raw) = &call.function.invalid_arguments else {
        return why.map(|why| format!("The arguments of '{name}' can't be taken: {why}."));
    };
    let problem = match serde_json::from_str::<Value>(raw) {
        Err(error) => error.to_string(),
        Ok(_) => "this is no object".to_owned(),
    };
    let start: String = raw.chars().take(SHOWN_CHARS).collect();
    Some(format!("The arguments of '{name}' must be a JSON object, but {problem}. They began with: {start}"))
}
