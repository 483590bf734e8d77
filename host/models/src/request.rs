//! One request of a conversation, before it is sent.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::history::History;
use crate::model_name::ModelName;
use crate::run::Run;
use crate::settings::{Settings, ToolSpec};

/// A request that is about to be made. What may be changed holds for this request only; the definitions of the tools, the
/// schema and the tenant are those of its run.
#[derive(Clone, Debug)]
pub struct Request {
    /// From 1.
    pub turn: usize,
    /// The caller may name another model here; that it is granted, the caller has to check.
    pub model: ModelName,
    /// All messages, system messages included; the last one is the user's or the tools'.
    pub history: History,
    /// How the model is to answer.
    pub settings: Settings,
    /// The names of the offered tools. Taking some out leaves them out of this request.
    pub tools: Vec<String>,
    pub(crate) run: Arc<Run>,
    /// Whether tools have been called in this run.
    pub(crate) tools_ran: bool,
}

impl Request {
    /// What goes to the model beside the messages: the definitions of the offered tools, and the schema of the answer.
    pub fn show_offered(&self) -> Value {
        let offered = self.run.tools.iter().filter(|tool| self.tools.contains(&tool.name));
        let show = |tool: &ToolSpec| json!({ "name": tool.name, "description": tool.description, "parameters": tool.parameters });
        json!({ "tools": offered.map(show).collect::<Vec<_>>(), "schema": self.run.schema })
    }
}
