//! How a model is to work: what requests, definitions and the options of a run have in common.

use std::sync::Arc;

use llmspell_api::agent as api;
use serde_json::Value;

use super::Bounds;
use super::schema::Schema;
use super::status::Spent;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::money::NanoDollars;
use llmspell_base::nearest::nearest;
use llmspell_budget::Allowance;
use llmspell_kernel::Result;
use llmspell_models::{Reasoning, Settings, ToolChoice};

/// Unset means what the agent says, or else the default.
#[derive(Clone, Debug, Default)]
pub struct GenerationOptions {
    pub settings: Settings,
    pub tools: Option<Vec<String>>,
    pub tool_choice: Option<ToolChoice>,
    pub parallel_tools: Option<u64>,
    pub max_turns: Option<u64>,
    pub schema: Option<Arc<Schema>>,
    pub limits: RunLimits,
}

/// What one run may use. It only tightens what holds for the spell.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunLimits {
    pub time_ms: Option<u64>,
    pub tool_calls: Option<u64>,
    pub depth: Option<u64>,
    pub budget: Allowance,
}

pub const DEFAULT_TURNS: u64 = 10;
pub const DEFAULT_PARALLEL: u64 = 8;

const MOST_TOKENS: u64 = 10_000_000;
const MOST_TURNS: u64 = 1_000;
const MOST_PARALLEL: u64 = 32;
const MOST_TOOLS: usize = 128;

/// Providers take four to sixteen. Each costs the host many times the bytes that it has on its way here, and agents
/// keep theirs.
const MOST_STOPS: usize = 64;

impl GenerationOptions {
    /// `bounds` are those of the run.
    pub fn read(fields: &mut Fields, bounds: &Bounds) -> Result<GenerationOptions> {
        let given = fields.take("tools");
        let tools = match given {
            None => None,
            Some(value) => Some(names(fields, &value)?),
        };
        let schema = fields.take("schema").map(|schema| Schema::compile(schema, &bounds.host_memory));
        Ok(GenerationOptions {
            settings: Settings {
                temperature: fields.number("temperature", 0.0..=2.0)?,
                max_tokens: fields.whole("max_tokens", 1..=MOST_TOKENS)?,
                top_p: fields.number("top_p", 0.0..=1.0)?,
                stop: fields.texts("stop", MOST_STOPS)?,
                seed: fields.whole("seed", 0..=u64::MAX)?,
                reasoning: reasoning(fields)?,
            },
            tools,
            tool_choice: tool_choice(fields)?,
            parallel_tools: fields.whole("parallel_tools", 1..=MOST_PARALLEL)?,
            max_turns: fields.whole("max_turns", 1..=MOST_TURNS)?,
            schema: schema.transpose()?.map(Arc::new),
            limits: RunLimits::read(fields, bounds.spell_memory)?,
        })
    }

    /// These options, with `other` filling in what is unset.
    pub fn over(self, other: &GenerationOptions) -> GenerationOptions {
        let (own, base) = (self.settings, &other.settings);
        GenerationOptions {
            settings: Settings {
                temperature: own.temperature.or(base.temperature),
                max_tokens: own.max_tokens.or(base.max_tokens),
                top_p: own.top_p.or(base.top_p),
                stop: if own.stop.is_empty() { base.stop.clone() } else { own.stop },
                seed: own.seed.or(base.seed),
                reasoning: own.reasoning.or(base.reasoning),
            },
            tools: self.tools.or_else(|| other.tools.clone()),
            tool_choice: self.tool_choice.or_else(|| other.tool_choice.clone()),
            parallel_tools: self.parallel_tools.or(other.parallel_tools),
            max_turns: self.max_turns.or(other.max_turns),
            schema: self.schema.or_else(|| other.schema.clone()),
            limits: self.limits.within(other.limits),
        }
    }

    /// As it was written, with nothing filled in.
    pub fn show(&self) -> api::GenerationOptions {
        api::GenerationOptions {
            settings: show_settings(&self.settings),
            tools: self.tools.clone(),
            parallel_tools: self.parallel_tools,
            tool_choice: self.tool_choice.as_ref().map(show_choice),
            max_turns: self.max_turns,
            schema: self.schema.as_ref().map(|schema| schema.document().clone()),
            limits: self.limits.show(),
        }
    }
}

/// Settings by the names that spells give them.
pub fn show_settings(settings: &Settings) -> api::Settings {
    api::Settings {
        temperature: settings.temperature,
        max_tokens: settings.max_tokens,
        top_p: settings.top_p,
        stop: Some(settings.stop.clone()).filter(|stop| !stop.is_empty()).map(api::OneOrMany::Many),
        seed: settings.seed,
        reasoning: settings.reasoning.map(show_reasoning),
    }
}

fn show_reasoning(reasoning: Reasoning) -> api::Reasoning {
    api::Reasoning::Effort(match reasoning {
        Reasoning::Budget(tokens) => return api::Reasoning::Tokens(tokens),
        Reasoning::Off => api::Effort::Off,
        Reasoning::Minimal => api::Effort::Minimal,
        Reasoning::Low => api::Effort::Low,
        Reasoning::Medium => api::Effort::Medium,
        Reasoning::High => api::Effort::High,
    })
}

/// Settings that a hook wrote.
pub fn read_settings(value: Value) -> Result<Settings> {
    let mut fields = Fields::of("the settings", value)?;
    let settings = GenerationOptions::read(&mut fields, &Bounds::default())?.settings;
    fields.end()?;
    Ok(settings)
}

impl RunLimits {
    fn read(fields: &mut Fields, most: u64) -> Result<RunLimits> {
        let Some(value) = fields.take("limits") else { return Ok(RunLimits::default()) };
        let mut fields = Fields::of("the limits", value)?;
        let limits = RunLimits {
            time_ms: fields.whole("time_ms", 1..=u64::MAX)?,
            tool_calls: fields.whole("tool_calls", 0..=u64::MAX)?,
            depth: fields.whole("depth", 1..=u64::MAX)?,
            budget: Allowance { tokens: fields.whole("tokens", 1..=u64::MAX)?, cost: cost(&mut fields)? },
        };
        // An agent keeps nothing in the spell's memory. A bound that holds already is fine, another can't be kept.
        let memory = fields.whole("memory_bytes", 1..=u64::MAX)?;
        if let Some(bytes) = memory.filter(|bytes| *bytes < most) {
            return Err(Failure::invalid(format!(
                "the limits: memory can't be bounded for one agent; {bytes} bytes is below the {most} that the spell \
                 may use as a whole, which the operator can lower"
            )));
        }
        fields.end()?;
        Ok(limits)
    }

    pub fn within(self, other: RunLimits) -> RunLimits {
        let tighter = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        RunLimits {
            time_ms: tighter(self.time_ms, other.time_ms),
            tool_calls: tighter(self.tool_calls, other.tool_calls),
            depth: tighter(self.depth, other.depth),
            budget: self.budget.within(other.budget),
        }
    }

    /// Time and tool calls left; tokens and cost are tracked by the budget.
    pub fn after(self, spent: &Spent) -> RunLimits {
        RunLimits {
            time_ms: self.time_ms.map(|time| time.saturating_sub(spent.duration_ms)),
            tool_calls: self.tool_calls.map(|calls| calls.saturating_sub(spent.tool_calls as u64)),
            ..self
        }
    }

    fn show(self) -> Option<api::RunLimits> {
        let shown = api::RunLimits {
            time_ms: self.time_ms,
            tool_calls: self.tool_calls,
            depth: self.depth,
            tokens: self.budget.tokens,
            cost: self.budget.cost.map(|cost| cost.to_string()),
            memory_bytes: None,
        };
        Some(shown).filter(|shown| *shown != api::RunLimits::default())
    }
}

/// Decimal text: a number of Lua or JavaScript would be a float.
fn cost(fields: &mut Fields) -> Result<Option<NanoDollars>> {
    let Some(text) = fields.text("cost")? else { return Ok(None) };
    text.parse().map(Some).map_err(|what| Failure::invalid(format!("the limits: 'cost': {what}")))
}

pub fn names(fields: &Fields, value: &Value) -> Result<Vec<String>> {
    let wrong = || fields.wrong("tools", &format!("a list of at most {MOST_TOOLS} names"), value);
    let list = value.as_array().filter(|list| list.len() <= MOST_TOOLS).ok_or_else(wrong)?;
    let mut names: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        let name = item.as_str().ok_or_else(wrong)?;
        if !names.iter().any(|known| known == name) {
            names.push(name.into());
        }
    }
    Ok(names)
}

fn reasoning(fields: &mut Fields) -> Result<Option<Reasoning>> {
    match fields.take("reasoning") {
        None => Ok(None),
        Some(Value::String(word)) => match word.parse() {
            Ok(reasoning) => Ok(Some(reasoning)),
            Err(()) => {
                let hint = nearest(&word, Reasoning::WORDS);
                Err(Failure::invalid(format!("reasoning: there is no '{}'{hint}", cut(&word))))
            }
        },
        Some(value) => match value.as_u64().and_then(|tokens| u32::try_from(tokens).ok()) {
            Some(tokens) if tokens > 0 => Ok(Some(Reasoning::Budget(tokens))),
            _ => Err(fields.wrong("reasoning", "a word such as \"low\", or a number of tokens", &value)),
        },
    }
}

fn tool_choice(fields: &mut Fields) -> Result<Option<ToolChoice>> {
    let Some(value) = fields.take("tool_choice") else { return Ok(None) };
    let choice = match &value {
        Value::String(word) => match word.as_str() {
            "auto" => Some(ToolChoice::Auto),
            "none" => Some(ToolChoice::None),
            "required" | "any" => Some(ToolChoice::Required),
            _ => None,
        },
        Value::Object(choice) => {
            choice.get("tool").and_then(Value::as_str).map(|name| ToolChoice::Tool(name.to_owned()))
        }
        _ => None,
    };
    let expected = "\"auto\", \"none\", \"required\" or {tool = name}";
    choice.map(Some).ok_or_else(|| fields.wrong("tool_choice", expected, &value))
}

fn show_choice(choice: &ToolChoice) -> api::ToolChoice {
    match choice {
        ToolChoice::Auto => api::ToolChoice::Auto,
        ToolChoice::None => api::ToolChoice::None,
        ToolChoice::Required => api::ToolChoice::Required,
        ToolChoice::Tool(name) => api::ToolChoice::Tool(name.clone()),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
