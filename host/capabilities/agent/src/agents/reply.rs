//! A reply as spells get it.

use llmspell_api::agent::{self as api, Citation, ToolCallEnd, ToolCallRef};
use serde_json::{Map, Value, json};

use super::status::Spent;
use llmspell_base::Failure;
use llmspell_models::{Call, Reply};

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
    pub calls: Vec<ToolCallEnd>,
    pub citations: Vec<Citation>,
    pub spent: Spent,
}

impl Answer {
    pub fn of(reply: Reply, calls: Vec<ToolCallEnd>, object: Option<Value>) -> Answer {
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

    pub fn show(&self) -> api::Reply {
        api::Reply {
            text: self.text.clone(),
            object: self.object.clone().filter(|object| !object.is_null()),
            reasoning: self.reasoning.clone(),
            model: self.model.clone(),
            provider: self.provider.clone(),
            finish_reason: self.finish_reason.clone(),
            usage: self.spent.usage.show(),
            turns: self.spent.turns,
            tool_calls: Some(self.calls.clone()).filter(|calls| !calls.is_empty()),
            citations: Some(self.citations.clone()).filter(|citations| !citations.is_empty()),
            agent: self.agent.clone(),
            duration_ms: self.spent.duration_ms,
            skipped: self.skipped.clone(),
        }
    }
}

/// Calls of tools, as a model makes them.
pub fn show_calls(calls: &[Call]) -> Vec<ToolCallRef<'_>> {
    calls.iter().map(|Call { id, name, arguments }| ToolCallRef { id, name, arguments }).collect()
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
    let spent = api::Spent { usage: spent.usage.show(), turns: spent.turns, tool_calls: spent.tool_calls };
    for (name, value) in json!(spent).as_object().into_iter().flatten() {
        details.entry(name).or_insert_with(|| value.clone());
    }
    Failure { details: Some(Value::Object(details)), ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use llmspell_base::Code;
    use llmspell_models::Usage;

    #[test]
    fn a_failure_tells_what_the_run_took() {
        let usage = Usage { input_tokens: Some(5), output_tokens: Some(2), total_tokens: Some(7), ..Usage::default() };
        let spent = Spent { usage, turns: 1, ..Spent::default() };
        let pulled = Failure::new(Code::Cancelled, "the plug was pulled");
        let failure = with_spent(pulled.clone(), &spent);
        assert_eq!((&*failure.code, failure.message.as_str()), ("cancelled", "the plug was pulled"));
        assert_eq!(
            failure.details.unwrap(),
            json!({"usage": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}, "turns": 1, "tool_calls": 0})
        );
        assert_eq!(with_spent(pulled, &Spent::default()).details, None);
    }
}
