//! Settings of a request: sampling, reasoning and tools.

use std::str::FromStr;

use rig_core::completion::{Effort, GenerationOptions, Reasoning as RigReasoning};
use rig_core::message::{ToolChoice as RigToolChoice, ToolName};
use serde_json::Value;

use crate::error::ModelError;

/// The output tokens that are assumed, and asked for where an API wants a limit, where the length of the answer is not bounded.
pub(crate) const OUTPUT_TOKENS: u64 = 8_192;

/// Settings of generation. Unset means the provider's default. One that the model does not take is an error, never ignored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The sampling temperature.
    pub temperature: Option<f64>,
    /// The most output tokens.
    pub max_tokens: Option<u64>,
    /// Nucleus sampling: the share of probability that is sampled from.
    pub top_p: Option<f64>,
    /// Texts that end the answer; none where it is empty.
    pub stop: Vec<String>,
    /// The seed of the sampling.
    pub seed: Option<u64>,
    /// How much the model reasons.
    pub reasoning: Option<Reasoning>,
}

/// How much a model thinks before it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasoning {
    /// No reasoning.
    Off,
    /// Effort "minimal".
    Minimal,
    /// Effort "low".
    Low,
    /// Effort "medium".
    Medium,
    /// Effort "high".
    High,
    /// At most so many tokens.
    Budget(u32),
}

impl Reasoning {
    /// The words for all but a budget.
    pub const WORDS: &[&str] = &["off", "minimal", "low", "medium", "high"];

    /// Its word; none for a budget.
    pub fn word(self) -> Option<&'static str> {
        Some(match self {
            Reasoning::Off => "off",
            Reasoning::Minimal => "minimal",
            Reasoning::Low => "low",
            Reasoning::Medium => "medium",
            Reasoning::High => "high",
            Reasoning::Budget(_) => return None,
        })
    }

    fn rig(self) -> RigReasoning {
        match self {
            Reasoning::Off => RigReasoning::Off,
            Reasoning::Minimal => Effort::Minimal.into(),
            Reasoning::Low => Effort::Low.into(),
            Reasoning::Medium => Effort::Medium.into(),
            Reasoning::High => Effort::High.into(),
            Reasoning::Budget(tokens) => RigReasoning::Budget { tokens },
        }
    }
}

impl FromStr for Reasoning {
    type Err = ();

    fn from_str(text: &str) -> Result<Reasoning, ()> {
        Ok(match text {
            "off" | "none" => Reasoning::Off,
            "minimal" => Reasoning::Minimal,
            "low" => Reasoning::Low,
            "medium" => Reasoning::Medium,
            "high" => Reasoning::High,
            _ => return Err(()),
        })
    }
}

impl Settings {
    pub(crate) fn options(&self) -> GenerationOptions {
        let mut options = GenerationOptions::new().stop(self.stop.clone());
        options.top_p = self.top_p;
        options.seed = self.seed;
        options.reasoning = self.reasoning.map(Reasoning::rig);
        options
    }
}

/// Which tools a model may or must call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// The model chooses.
    #[default]
    Auto,
    /// No tool may be called.
    None,
    /// At least one.
    Required,
    /// This one. It holds for the first turn of a run; then the model may answer.
    Tool(String),
}

impl ToolChoice {
    /// For a turn of a run: a model that must call on every turn would never answer.
    pub(crate) fn rig(&self, turn: usize) -> Result<Option<RigToolChoice>, ModelError> {
        Ok(match self {
            ToolChoice::None => Some(RigToolChoice::None),
            ToolChoice::Required if turn == 1 => Some(RigToolChoice::Required),
            ToolChoice::Tool(name) if turn == 1 => {
                let name = ToolName::new(name.as_str())
                    .map_err(|_| ModelError::invalid("tool_choice names no tool".into()))?;
                Some(RigToolChoice::Specific { function_names: vec![name] })
            }
            _ => None,
        })
    }
}

/// A tool that a model is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolSpec {
    /// 1 to 64 letters, digits, `_` and `-`; begins with a letter or `_`.
    pub name: String,
    /// What the tool does, for the model.
    pub description: String,
    /// The JSON Schema of an object.
    pub parameters: Value,
}

/// What every provider accepts as a tool's name.
const TOOL_NAME_CHARS: usize = 64;

impl ToolSpec {
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        let fits = |sign: char| sign.is_ascii_alphanumeric() || "_-".contains(sign);
        let begins = self.name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
        if !begins || self.name.len() > TOOL_NAME_CHARS || !self.name.chars().all(fits) {
            return Err(ModelError::invalid(format!(
                "no model can be offered a tool named '{}': a name is made of letters, digits, '_' and '-', begins with a letter or '_', and has at most {TOOL_NAME_CHARS}",
                crate::text::clean(&self.name, None)
            )));
        }
        match self.parameters {
            Value::Object(_) => Ok(()),
            _ => Err(ModelError::invalid(format!(
                "the parameters of tool '{}' are no JSON Schema: an object",
                self.name
            ))),
        }
    }
}
