//! What clients say, as spells get it.

use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// A conversation, and how the client wants it answered.
pub struct Conversation {
    /// `{"role", "content"}` in order. A content of texts alone is one text.
    pub messages: Vec<Value>,
    /// What else the client sent, such as "temperature".
    pub options: Map<String, Value>,
}

impl Conversation {
    /// The spell's `params`.
    pub fn parameters(self) -> Map<String, Value> {
        let is_users = |message: &&Value| message.get("role").is_some_and(|role| role == "user");
        let prompt = self.messages.iter().rev().find(is_users).and_then(|message| message.get("content").cloned());
        let mut parameters = Map::new();
        parameters.insert("prompt".into(), prompt.unwrap_or_else(|| "".into()));
        parameters.insert("messages".into(), self.messages.into());
        parameters.insert("options".into(), self.options.into());
        parameters
    }
}

/// A refusal that names the parameter.
pub fn wrong(parameter: &str, detail: &str) -> Problem {
    let problem = Problem::invalid(format!("{parameter}: {detail}"));
    Problem { details: Some(Box::new(json!({ "param": parameter }))), ..problem }
}

/// Messages as `/v1/chat/completions` has them.
pub fn of_chat(messages: Vec<Value>) -> Result<Vec<Value>, Problem> {
    if messages.is_empty() {
        return Err(wrong("messages", "there is none"));
    }
    messages.into_iter().map(message).collect()
}

/// The input of `/v1/responses`: a text, or messages. `instructions` come first.
pub fn of_responses(input: Value, instructions: Option<String>) -> Result<Vec<Value>, Problem> {
    let mut messages: Vec<Value> =
        instructions.map(|text| json!({ "role": "system", "content": text })).into_iter().collect();
    match input {
        Value::String(text) => messages.push(json!({ "role": "user", "content": text })),
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let kind = item.get("type").and_then(Value::as_str).unwrap_or("message").to_owned();
                if kind != "message" {
                    let kind = kind.escape_debug().take(40).collect::<String>();
                    return Err(wrong(
                        "input",
                        &format!("an item of the type '{kind}' is not taken: only messages are"),
                    ));
                }
                messages.push(message(item)?);
            }
        }
        _ => return Err(wrong("input", "is a text or a list of messages")),
    }
    Ok(messages)
}

fn message(message: Value) -> Result<Value, Problem> {
    let Value::Object(mut message) = message else { return Err(wrong("messages", "each is an object")) };
    let role = message.get("role").and_then(Value::as_str).map(String::from);
    let Some(role) = role else { return Err(wrong("messages", "each has a role, such as \"user\"")) };
    // What newer clients call it.
    let role = if role == "developer" { "system".into() } else { role };
    let content = match message.remove("content") {
        None | Some(Value::Null) => "".into(),
        Some(Value::Array(parts)) => joined(parts),
        Some(content @ Value::String(_)) => content,
        Some(_) => return Err(wrong("messages", "a content is a text or a list of parts")),
    };
    let mut whole = json!({ "role": role, "content": content });
    if let (Value::Object(whole), Some(name)) = (&mut whole, message.remove("name")) {
        whole.insert("name".into(), name);
    }
    Ok(whole)
}

/// One text where all parts are texts; else the parts as they are, such as images.
fn joined(parts: Vec<Value>) -> Value {
    let text = |part: &Value| match part.get("type").and_then(Value::as_str) {
        Some("text" | "input_text" | "output_text") => part.get("text").and_then(Value::as_str).map(String::from),
        _ => None,
    };
    match parts.iter().map(text).collect::<Option<Vec<String>>>() {
        Some(texts) => texts.concat().into(),
        None => parts.into(),
    }
}

/// Takes what a spell can't give from what the client asked for: that is refused, not passed over.
pub fn check_options(options: &Map<String, Value>) -> Result<(), Problem> {
    let is_set = |name: &str| options.get(name).is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)));
    let is_filled = |name: &str| options.get(name).and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if is_filled("tools") || is_filled("functions") {
        return Err(wrong("tools", "a spell has tools of its own and calls none of the client's: leave them out"));
    }
    if options.get("n").and_then(Value::as_u64).is_some_and(|count| count != 1) {
        return Err(wrong("n", "a spell gives one answer"));
    }
    for name in ["previous_response_id", "conversation", "background", "audio"] {
        if is_set(name) {
            return Err(wrong(name, "is not supported: send the whole conversation, and wait for the answer"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_parts_are_one_text() {
        let parts = json!({ "role": "developer", "content": [{ "type": "text", "text": "a" }, { "type": "input_text", "text": "b" }] });
        assert_eq!(message(parts).unwrap(), json!({ "role": "system", "content": "ab" }));
        let image =
            json!({ "role": "user", "content": [{ "type": "image_url", "image_url": { "url": "x" } }], "name": "n" });
        assert_eq!(message(image.clone()).unwrap(), image);
    }

    #[test]
    fn the_prompt_is_what_the_user_said_last() {
        let messages = of_responses(
            json!([{ "role": "user", "content": "a" }, { "role": "user", "content": "b" },
            { "role": "assistant", "content": "c" }]),
            Some("be kind".into()),
        )
        .unwrap();
        let parameters = Conversation { messages, options: Map::new() }.parameters();
        assert_eq!((&parameters["prompt"], &parameters["messages"][0]["role"]), (&json!("b"), &json!("system")));
    }

    #[test]
    fn what_a_spell_cannot_give_is_refused() {
        let check = |options: Value| check_options(options.as_object().unwrap());
        assert!(check(json!({ "n": 1, "tools": [], "background": false, "temperature": 0.5 })).is_ok());
        for (options, part) in [
            (json!({ "n": 2 }), "n: a spell gives one answer"),
            (json!({ "tools": [{}] }), "tools: "),
            (json!({ "previous_response_id": "x" }), "previous_response_id: "),
        ] {
            assert!(check(options.clone()).unwrap_err().detail.contains(part), "{options}");
        }
    }
}
