//! One request of a run, before it is sent.

use crate::history::History;
use crate::model_name::ModelName;
use crate::settings::Settings;

/// A request that is about to be made.
#[derive(Clone, Debug)]
pub struct Request {
    /// From 1.
    pub turn: usize,
    /// The delegate may name another model here; that it is granted, the delegate has to check.
    pub model: ModelName,
    /// All messages, system messages included; the last one is the user's or the tools'.
    pub history: History,
    /// How the model is to answer.
    pub settings: Settings,
    /// The names of the offered tools. Taking some out leaves them out of this request.
    pub tools: Vec<String>,
}
