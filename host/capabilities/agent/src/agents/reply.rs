//! A reply as spells get it.

use serde_json::{Map, Value, json};

use super::status::Spent;
use llmspell_base::Failure;
use llmspell_models::Reply;

/// What a spell asked for, answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub text: String,
    /// What the text says, where the run has a schema.
    pub object: Option<Value>,
    pub reasoning: Option<String>,
    pub model: String,
    pub provider: String,
    pub finish_reason: Option<String>,
    pub agent: Option<String>,
    /// Why no model was asked.
    pub skipped: Option<String>,
    pub calls: Vec<CallMade>,
    pub spent: Spent,
}

/// A tool call of a run.
#[derive(Clone, Debug)]
pub struct CallMade {
    pub id: String,
    pub name: String,
    pub ok: bool,
}

impl Answer {
    pub fn of(reply: Reply, calls: Vec<CallMade>, object: Option<Value>) -> Answer {
        Answer {
            text: reply.text,
            object,
            reasoning: reply.reasoning,
            model: reply.model,
            provider: reply.provider,
            finish_reason: reply.finish_reason,
            calls,
            ..Answer::default()
        }
    }

    pub fn show(&self) -> Value {
        let calls = |call: &CallMade| json!({ "id": call.id, "name": call.name, "ok": call.ok });
        let mut all = Map::new();
        for (name, value) in [
            ("text", json!(self.text)),
            ("object", json!(self.object)),
            ("reasoning", json!(self.reasoning)),
            ("model", json!(self.model)),
            ("provider", json!(self.provider)),
            ("finish_reason", json!(self.finish_reason)),
            ("usage", self.spent.usage.show()),
            ("turns", json!(self.spent.turns)),
            ("tool_calls", json!((!self.calls.is_empty()).then(|| self.calls.iter().map(calls).collect::<Vec<_>>()))),
            ("agent", json!(self.agent)),
            ("duration_ms", json!(self.spent.duration_ms)),
            ("skipped", json!(self.skipped)),
        ] {
            if !value.is_null() {
                all.insert(name.into(), value);
            }
        }
        Value::Object(all)
    }
}

/// The failure together with what the run used until then.
pub fn with_spent(mut failure: Failure, spent: &Spent) -> Failure {
    if spent.turns == 0 {
        return failure;
    }
    let mut details = match failure.details.take() {
        Some(Value::Object(details)) => details,
        Some(Value::Null) | None => Map::new(),
        // Details of another form, from another source, stay as they are.
        other => return Failure { details: other, ..failure },
    };
    for (name, value) in
        [("usage", spent.usage.show()), ("turns", json!(spent.turns)), ("tool_calls", json!(spent.tool_calls))]
    {
        details.entry(name).or_insert(value);
    }
    Failure { details: Some(Value::Object(details)), ..failure }
}
