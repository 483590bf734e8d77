//! Agents and single questions: from what a spell wrote to what a model is asked.

use serde_json::{Value, json};

use super::clock::Clock;
use super::fields::Fields;
use super::model::{Message, ModelName, Models, Question, Reply, Role, Settings};
use super::operation::Result;
use crate::failure::Failure;
use crate::gate::ledger::Meter;

/// Understands requests, and answers them with models.
#[derive(Clone)]
pub struct Agents {
    models: Models,
    /// Asked in place of whatever model the spell names.
    model: Option<String>,
}

/// A model with instructions of its own.
#[derive(Debug, Clone)]
pub struct Agent {
    pub name: String,
    pub description: Option<String>,
    pub model: ModelName,
    system: Option<String>,
    settings: Settings,
}

/// A question that is understood and not asked yet.
#[derive(Debug, Clone)]
pub struct Asked {
    pub model: ModelName,
    question: Question,
}

const MOST_TOKENS: u64 = 10_000_000;

/// Providers take four to sixteen. Each costs the host many times the bytes that it has on its way here, and agents
/// keep theirs.
const MOST_STOPS: usize = 64;

impl Agents {
    pub fn new(models: Models, model: Option<String>) -> Agents {
        Agents { models, model }
    }

    /// A request of `agent.complete`.
    pub fn question(&self, request: &str) -> Result<Asked> {
        let mut fields = Fields::parse("the request", request)?;
        let model = self.model(&mut fields)?;
        let messages = messages(&mut fields)?;
        let settings = settings(&mut fields)?;
        fields.end()?;
        Ok(Asked { model, question: Question { system: None, messages, settings } })
    }

    /// A definition of `agent.create`.
    pub fn define(&self, definition: &str) -> Result<Agent> {
        let mut fields = Fields::parse("the agent's definition", definition)?;
        let model = self.model(&mut fields)?;
        let name = fields.text("name")?.unwrap_or_else(|| "agent".into());
        let (description, system) = (fields.text("description")?, fields.text("system")?);
        let settings = settings(&mut fields)?;
        fields.end()?;
        Ok(Agent { name, description, model, system, settings })
    }

    fn model(&self, fields: &mut Fields) -> Result<ModelName> {
        let (provider, model) = (fields.text("provider")?, fields.text("model")?);
        Ok(match &self.model {
            Some(model) => self.models.resolve(None, Some(model))?,
            None => self.models.resolve(provider.as_deref(), model.as_deref())?,
        })
    }

    /// Asks, and writes what it took into `meter`.
    pub async fn ask(self, asked: Asked, meter: Meter, clock: Clock) -> Result {
        let began = clock.elapsed();
        let reply = self.models.ask(&asked.model, asked.question).await?;
        meter.add(reply.usage.input_tokens, reply.usage.output_tokens, reply.usage.cost.map(|cost| cost.0));
        Ok(show(&reply, (clock.elapsed() - began) / 1_000_000))
    }
}

impl Agent {
    /// A run of this agent, with options that hold for it alone.
    pub fn question(&self, prompt: String, options: &str) -> Result<Asked> {
        let mut fields = Fields::parse("the options", options)?;
        let own = settings(&mut fields)?;
        fields.end()?;
        let settings = Settings {
            temperature: own.temperature.or(self.settings.temperature),
            max_tokens: own.max_tokens.or(self.settings.max_tokens),
            top_p: own.top_p.or(self.settings.top_p),
            stop: if own.stop.is_empty() { self.settings.stop.clone() } else { own.stop },
            seed: own.seed.or(self.settings.seed),
            reasoning: None,
        };
        let messages = vec![Message::user(prompt)];
        Ok(Asked { model: self.model.clone(), question: Question { system: self.system.clone(), messages, settings } })
    }

    /// Its definition, with what was filled in.
    pub fn describe(&self) -> Value {
        let settings = &self.settings;
        let mut all = json!({
            "name": self.name, "description": self.description, "model": self.model.to_string(), "system": self.system,
            "temperature": settings.temperature, "max_tokens": settings.max_tokens, "top_p": settings.top_p,
            "stop": (!settings.stop.is_empty()).then_some(&settings.stop), "seed": settings.seed,
        });
        if let Some(map) = all.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
        all
    }
}

fn settings(fields: &mut Fields) -> Result<Settings> {
    Ok(Settings {
        temperature: fields.number("temperature", 0.0..=2.0)?,
        max_tokens: fields.whole("max_tokens", 1..=MOST_TOKENS)?,
        top_p: fields.number("top_p", 0.0..=1.0)?,
        stop: fields.texts("stop", MOST_STOPS)?,
        seed: fields.whole("seed", 0..=u64::MAX)?,
        reasoning: None,
    })
}

fn messages(fields: &mut Fields) -> Result<Vec<Message>> {
    let wrong = |what: String| Failure::invalid(format!("the request: {what}"));
    let list = match fields.take("messages") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        _ => return Err(wrong("'messages' must be a list of at least one {role, content}".into())),
    };
    let count = list.len();
    let read = |(index, item): (usize, Value)| {
        let place = format!("message {} of {count}", index + 1);
        let role = match item.get("role").and_then(Value::as_str) {
            Some("system" | "developer") => Role::System,
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            _ => return Err(wrong(format!("{place}: 'role' must be \"system\", \"user\" or \"assistant\""))),
        };
        let content = item.get("content").and_then(Value::as_str);
        let content = content.ok_or_else(|| wrong(format!("{place}: 'content' must be a string")))?;
        Ok(Message::text(role, content))
    };
    let messages = list.into_iter().enumerate().map(read).collect::<Result<Vec<_>>>()?;
    match messages.last() {
        Some(Message { role: Role::User, .. }) => Ok(messages),
        _ => Err(wrong("the last message must be the user's".into())),
    }
}

/// A reply as spells get it.
fn show(reply: &Reply, duration_ms: u64) -> Value {
    let mut all = json!({
        "text": reply.text, "model": reply.model, "provider": reply.provider, "finish_reason": reply.finish_reason,
        "usage": reply.usage.show(), "duration_ms": duration_ms,
    });
    if let Some(map) = all.as_object_mut() {
        map.retain(|_, value| !value.is_null());
    }
    all
}
