//! One request of a run, before it is sent.

use crate::history::History;
use crate::model_name::ModelName;
use crate::settings::Settings;

/// What is about to be asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// From 1.
    pub turn: usize,
    /// Who may use another model says so here; whether that is granted, the caller has to know.
    pub model: ModelName,
    /// All messages, system messages included; the last one is the user's or the tools'.
    pub history: History,
    pub settings: Settings,
    /// The names of the offered tools. Taking some out leaves them out of this request.
    pub tools: Vec<String>,
}
