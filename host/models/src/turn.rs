//! One turn of a model, as a line of the operator's script. See `script.rs`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use llmspell_base::integers::LongIntegers;
use llmspell_base::nearest::nearest;

#[derive(Clone, Debug)]
pub(crate) struct ScriptedTurn {
    /// All of these have to be in the request.
    only_for: Parts,
    /// These should be; if one is not, the request fails.
    expect: Parts,
    /// How many requests it still answers.
    pub(crate) repeat: u64,
    pub(crate) answer: ScriptedAnswer,
    pub(crate) delay: Duration,
    pub(crate) pause: Duration,
    /// Of the line: read as JSON, they are rounded.
    pub(crate) long_integers: LongIntegers,
}

/// What a double sees of a request.
#[derive(Default)]
pub(crate) struct RequestSummary {
    pub(crate) last: String,
    pub(crate) system: String,
    pub(crate) model: String,
    pub(crate) tools: Vec<String>,
    pub(crate) messages: usize,
}

/// What a turn says, in this order.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptedAnswer {
    pub(crate) reasoning: Option<String>,
    pub(crate) chunks: Vec<String>,
    pub(crate) tool_calls: Vec<ScriptedToolCall>,
    pub(crate) error: Option<HttpAnswer>,
    pub(crate) finish_reason: Option<String>,
    pub(crate) usage: Option<Tokens>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Tokens {
    pub(crate) input_tokens: Option<u64>,
    pub(crate) output_tokens: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ScriptedToolCall {
    pub(crate) id: Option<String>,
    pub(crate) name: String,
    /// A text stands for itself: models also write what is no JSON.
    pub(crate) arguments: Value,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) retry_after: Option<u64>,
}

/// Texts that are part of a request. A plain text is part of the last message.
#[derive(Clone, Debug, Default, Deserialize)]
struct Parts {
    last: Option<String>,
    system: Option<String>,
    model: Option<String>,
    #[serde(default)]
    tools: Vec<String>,
    messages: Option<usize>,
}

const KNOWN: &[&str] = &[
    "text",
    "chunks",
    "reasoning",
    "tool_calls",
    "error",
    "finish_reason",
    "match",
    "expect",
    "usage",
    "delay_ms",
    "pause_ms",
    "repeat",
];

impl ScriptedTurn {
    pub(crate) fn fits(&self, asked: &RequestSummary) -> bool {
        self.only_for.missing(asked).is_none()
    }

    /// What the request should have and has not.
    pub(crate) fn disappointed(&self, asked: &RequestSummary) -> Option<String> {
        self.expect.missing(asked)
    }

    /// The error says what is wrong, not where.
    pub(crate) fn parse(line: &str) -> Result<ScriptedTurn, String> {
        let value = serde_json::from_str(line).map_err(|error| format!("this is no JSON: {error}"))?;
        let Value::Object(mut turn) = value else {
            return Err("a turn is an object".to_owned());
        };
        check_keys("a turn", &turn, KNOWN)?;
        let text: Option<String> = field(&mut turn, "text", &[])?;
        let chunks: Option<Vec<String>> = field(&mut turn, "chunks", &[])?;
        let answer = ScriptedAnswer {
            reasoning: field(&mut turn, "reasoning", &[])?,
            tool_calls: calls(&mut turn)?.unwrap_or_default(),
            error: field(&mut turn, "error", &["status", "message", "retry_after"])?,
            finish_reason: field(&mut turn, "finish_reason", &[])?,
            usage: field(&mut turn, "usage", &["input_tokens", "output_tokens"])?,
            chunks: match (text, chunks) {
                (Some(_), Some(_)) => return Err("a turn holds text or chunks, not both".to_owned()),
                (Some(text), None) => vec![text],
                (None, chunks) => chunks.unwrap_or_default(),
            },
        };
        if answer.chunks.is_empty() && answer.tool_calls.is_empty() && answer.error.is_none() {
            return Err("a turn holds a text, chunks, tool_calls or an error".to_owned());
        }
        if let Some(HttpAnswer { status, .. }) = answer.error
            && !(400..600).contains(&status)
        {
            return Err(format!("{status} is no error status: 400 to 599 are"));
        }
        let milliseconds = |value: Option<u64>| Duration::from_millis(value.unwrap_or(0));
        let long_integers = LongIntegers::default();
        long_integers.note(line.as_bytes());
        Ok(ScriptedTurn {
            long_integers,
            only_for: Parts::take(&mut turn, "match")?,
            expect: Parts::take(&mut turn, "expect")?,
            repeat: field(&mut turn, "repeat", &[])?.unwrap_or(1),
            answer,
            delay: milliseconds(field(&mut turn, "delay_ms", &[])?),
            pause: milliseconds(field(&mut turn, "pause_ms", &[])?),
        })
    }
}

impl Parts {
    fn take(turn: &mut Map<String, Value>, name: &str) -> Result<Parts, String> {
        if let Some(Value::String(_)) = turn.get(name) {
            return Ok(Parts { last: field(turn, name, &[])?, ..Parts::default() });
        }
        Ok(field(turn, name, &["last", "system", "model", "tools", "messages"])?.unwrap_or_default())
    }

    fn missing(&self, asked: &RequestSummary) -> Option<String> {
        let texts = [
            ("the last message", &self.last, &asked.last),
            ("the system message", &self.system, &asked.system),
            ("the model's name", &self.model, &asked.model),
        ];
        for (place, part, text) in texts {
            if let Some(part) = part.as_deref().filter(|part| !text.contains(*part)) {
                return Some(format!("{part:?} is not in {place}"));
            }
        }
        if let Some(name) = self.tools.iter().find(|name| !asked.tools.contains(name)) {
            return Some(format!("no tool '{name}' is offered"));
        }
        match self.messages {
            Some(count) if count != asked.messages => {
                Some(format!("there are {} messages, not {count}", asked.messages))
            }
            _ => None,
        }
    }
}

fn calls(turn: &mut Map<String, Value>) -> Result<Option<Vec<ScriptedToolCall>>, String> {
    for call in turn.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        if let Value::Object(call) = call {
            check_keys("tool_calls", call, &["id", "name", "arguments"])?;
        }
    }
    let calls: Option<Vec<ScriptedToolCall>> = field(turn, "tool_calls", &[])?;
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
                r#"tool_calls has no key 'args'; known are: id, name, arguments"#,
            ),
            (r#"{"text": {"a": 1}}"#, "'text' must not be an object"),
            (r#"{"text": 1}"#, "text: invalid type: integer `1`, expected a string"),
            (r#"{"tool_calls": []}"#, "tool_calls: it holds no call, or one without a name"),
            (r#"{"text": "a", "chunks": ["b"]}"#, "a turn holds text or chunks, not both"),
            (
                r#"{"text": "a", "match": {"user": "b"}}"#,
                "match has no key 'user'; known are: last, system, model, tools, messages",
            ),
            (r#"{}"#, "a turn holds a text, chunks, tool_calls or an error"),
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
