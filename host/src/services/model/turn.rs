//! One turn of a model, as a line of the operator's script.
//!
//! ```json
//! {"text": "Hello.", "match": "greet", "usage": {"input_tokens": 3, "output_tokens": 1}, "delay_ms": 20}
//! {"tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}]}
//! {"error": {"status": 429, "message": "slow down"}}
//! ```
//!
//! A turn with a `match` answers only messages that hold that text.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::nearest::nearest;

#[derive(Debug)]
pub(super) struct Turn {
    only_for: Option<String>,
    pub(super) answer: Answer,
    pub(super) usage: Option<Tokens>,
    pub(super) delay: Duration,
}

#[derive(Debug)]
pub(super) enum Answer {
    Text(String),
    ToolCalls(Vec<ToolCall>),
    Error(HttpAnswer),
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Tokens {
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct ToolCall {
    pub(super) name: String,
    pub(super) arguments: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
pub(super) struct HttpAnswer {
    pub(super) status: u16,
    pub(super) message: String,
}

impl Turn {
    pub(super) fn fits(&self, message: &str) -> bool {
        (self.only_for.as_deref()).is_none_or(|part| message.contains(part))
    }

    /// The error says what is wrong, not where.
    pub(super) fn parse(line: &str) -> Result<Turn, String> {
        let value = serde_json::from_str(line).map_err(|error| format!("this is no JSON: {error}"))?;
        let Value::Object(mut turn) = value else {
            return Err("a turn is an object".to_owned());
        };
        let known = ["text", "tool_calls", "error", "match", "usage", "delay_ms"];
        check_keys("a turn", &turn, &known)?;
        let answers: Vec<Answer> = [
            field(&mut turn, "text", &[])?.map(Answer::Text),
            calls(&mut turn)?.map(Answer::ToolCalls),
            field(&mut turn, "error", &["status", "message"])?.map(Answer::Error),
        ]
        .into_iter()
        .flatten()
        .collect();
        let one: Result<[Answer; 1], _> = answers.try_into();
        let Ok([answer]) = one else {
            return Err("a turn holds exactly one of text, tool_calls and error".to_owned());
        };
        if let Answer::Error(HttpAnswer { status, .. }) = answer
            && !(400..600).contains(&status)
        {
            return Err(format!("{status} is no error status: 400 to 599 are"));
        }
        Ok(Turn {
            only_for: field(&mut turn, "match", &[])?,
            answer,
            usage: field(&mut turn, "usage", &["input_tokens", "output_tokens"])?,
            delay: Duration::from_millis(field(&mut turn, "delay_ms", &[])?.unwrap_or(0)),
        })
    }
}

fn calls(turn: &mut Map<String, Value>) -> Result<Option<Vec<ToolCall>>, String> {
    for call in turn.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        if let Value::Object(call) = call {
            check_keys("tool_calls", call, &["name", "arguments"])?;
        }
    }
    let calls: Option<Vec<ToolCall>> = field(turn, "tool_calls", &[])?;
    if calls.as_ref().is_some_and(|calls| calls.is_empty() || calls.iter().any(|call| call.name.is_empty())) {
        return Err("tool_calls: it holds no call, or one without a name".to_owned());
    }
    Ok(calls)
}

/// Takes a field out; `keys` are those of an object in it.
fn field<T: for<'de> Deserialize<'de>>(
    turn: &mut Map<String, Value>,
    name: &str,
    keys: &[&str],
) -> Result<Option<T>, String> {
    let Some(value) = turn.remove(name) else {
        return Ok(None);
    };
    if let Value::Object(object) = &value {
        check_keys(name, object, keys)?;
    }
    let parsed = serde_json::from_value(value).map_err(|error| format!("{name}: {error}"))?;
    Ok(Some(parsed))
}

fn check_keys(place: &str, object: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    let Some(unknown) = object.keys().find(|key| !known.contains(&key.as_str())) else {
        return Ok(());
    };
    if known.is_empty() {
        return Err(format!("'{place}' must not be an object"));
    }
    Err(format!("{place} has no key '{unknown}'{}", nearest(unknown, known)))
}

#[cfg(test)]
mod tests {
    use super::super::Script;

    #[test]
    fn a_mistake_names_its_line_and_the_nearest_key() {
        for (line, wanted) in [
            (r#"{"txt": "a"}"#, r#"a turn has no key 'txt'; did you mean 'text'?"#),
            (r#"{"error": {"state": 1, "message": ""}}"#, r#"error has no key 'state'; did you mean 'status'?"#),
            (
                r#"{"tool_calls": [{"name": "a", "args": {}}]}"#,
                r#"tool_calls has no key 'args'; known are: name, arguments"#,
            ),
            (r#"{"text": {"a": 1}}"#, "'text' must not be an object"),
            (r#"{"text": 1}"#, "text: invalid type: integer `1`, expected a string"),
            (r#"{"tool_calls": []}"#, "tool_calls: it holds no call, or one without a name"),
            (
                r#"{"text": "a", "error": {"status": 500, "message": ""}}"#,
                "a turn holds exactly one of text, tool_calls and error",
            ),
            (r#"{}"#, "a turn holds exactly one of text, tool_calls and error"),
            (r#"{"error": {"status": 200, "message": ""}}"#, "200 is no error status: 400 to 599 are"),
            (r#"{"text": "a", "delay_ms": -1}"#, "delay_ms: invalid value: integer `-1`, expected u64"),
            ("[1]", "a turn is an object"),
        ] {
            let error = Script::parse(&format!("{{\"text\": \"ok\"}}\n{line}")).unwrap_err();
            assert_eq!(error.to_string(), format!("model script, line 2: {wanted}"));
        }
        assert!(Script::parse("{").unwrap_err().to_string().starts_with("model script, line 1: this is no JSON"));
        assert!(Script::parse("\n").is_err());
    }
}
