//! Messages in the plain form that spells and records hold.
//!
//! ```json
//! {"role": "system" | "user" | "assistant", "content": "text"}
//! {"role": "user", "content": [{"type": "text", "text": "…"}, {"type": "image", "data": "base64", "media_type": "image/png"}]}
//! {"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "name": "add", "arguments": {"a": 1}}]}
//! {"role": "tool", "tool_call_id": "c1", "content": "text"}
//! ```

use llmspell_api::agent as api;
use serde_json::{Map, Value, json};

use crate::image::Image;
use llmspell_base::value::check_usual;

/// One message of a conversation, in the plain form.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The author.
    pub role: Role,
    /// Texts and images in order; may be empty beside tool calls.
    pub content: Vec<Part>,
    /// What an assistant's message called.
    pub tool_calls: Vec<ToolCall>,
    /// Which call a tool's message answers.
    pub tool_call_id: Option<String>,
}

/// The author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Instructions.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// The result of a tool call.
    Tool,
}

/// A part of a message's content.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// An image; only in a user's message.
    Image(Image),
}

/// A call that a model made.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolCall {
    /// Unique within its message.
    pub id: String,
    /// The tool's name.
    pub name: String,
    /// The arguments, an object.
    pub arguments: Map<String, Value>,
}

/// More messages than this are a mistake: no model reads that many.
const MOST_MESSAGES: usize = 10_000;

impl Message {
    /// A message of one text, without tool calls.
    pub fn text(role: Role, text: impl Into<String>) -> Message {
        Message { role, content: vec![Part::Text(text.into())], tool_calls: Vec::new(), tool_call_id: None }
    }

    /// A user's message of one text.
    pub fn user(text: impl Into<String>) -> Message {
        Message::text(Role::User, text)
    }

    /// Reads a list of messages. The error says which message is wrong and how.
    pub fn list(value: &Value) -> Result<Vec<Message>, String> {
        let Value::Array(list) = value else { return Err("messages must be a list of {role, content}".into()) };
        if list.len() > MOST_MESSAGES {
            return Err(format!("there are {} messages; {MOST_MESSAGES} are the most", list.len()));
        }
        let read = |(index, item)| {
            Message::read(item).map_err(|what| format!("message {} of {}: {what}", index + 1, list.len()))
        };
        list.iter().enumerate().map(read).collect()
    }

    fn read(value: &Value) -> Result<Message, String> {
        let Value::Object(fields) = value else { return Err("it must be an object with role and content".into()) };
        let known = ["role", "content", "tool_calls", "tool_call_id", "name"];
        known_keys(fields, &known)?;
        let role = match fields.get("role").and_then(Value::as_str) {
            Some("system" | "developer") => Role::System,
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            Some("tool") => Role::Tool,
            _ => return Err("'role' must be \"system\", \"user\", \"assistant\" or \"tool\"".into()),
        };
        let tool_calls = match fields.get("tool_calls") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(calls)) if role == Role::Assistant => {
                calls.iter().map(ToolCall::read).collect::<Result<_, _>>()?
            }
            Some(Value::Array(_)) => return Err("only an assistant's message has 'tool_calls'".into()),
            Some(_) => return Err("'tool_calls' must be a list".into()),
        };
        let tool_call_id = match (role, fields.get("tool_call_id")) {
            (Role::Tool, Some(Value::String(id))) => Some(id.clone()),
            (Role::Tool, _) => return Err("a tool's message needs the 'tool_call_id' that it answers".into()),
            (_, None | Some(Value::Null)) => None,
            _ => return Err("only a tool's message has a 'tool_call_id'".into()),
        };
        let content = match fields.get("content") {
            None | Some(Value::Null) if !tool_calls.is_empty() => Vec::new(),
            content => parts(content, role)?,
        };
        Ok(Message { role, content, tool_calls, tool_call_id })
    }

    /// The message as JSON, in the form that the module describes.
    pub fn show(&self) -> Value {
        json!(api::Message {
            role: self.role.into(),
            content: show(&self.content),
            tool_calls: self.tool_calls.iter().map(ToolCall::show).collect(),
            tool_call_id: self.tool_call_id.clone(),
        })
    }

    /// The text parts, joined by line breaks.
    pub fn joined(&self) -> String {
        let texts = self.content.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            Part::Image(_) => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

impl From<Role> for api::Role {
    fn from(role: Role) -> api::Role {
        match role {
            Role::System => api::Role::System,
            Role::User => api::Role::User,
            Role::Assistant => api::Role::Assistant,
            Role::Tool => api::Role::Tool,
        }
    }
}

impl ToolCall {
    fn read(value: &Value) -> Result<ToolCall, String> {
        let wrong = || "a tool call is {id, name, arguments}, with arguments an object".to_owned();
        let Value::Object(fields) = value else { return Err(wrong()) };
        known_keys(fields, &["id", "name", "arguments", "type", "function"])?;
        // OpenAI's own spelling nests the two, and writes the arguments as text.
        let inner = match fields.get("function") {
            Some(Value::Object(inner)) => inner,
            Some(_) => return Err(wrong()),
            None => fields,
        };
        let text = |fields: &Map<String, Value>, key: &str| {
            fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let (Some(id), Some(name)) = (text(fields, "id"), text(inner, "name")) else { return Err(wrong()) };
        let arguments = match inner.get("arguments") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(arguments)) => arguments.clone(),
            Some(Value::String(text)) => {
                // JSON inside a text was not counted by the checks of the value around it.
                check_usual(text).map_err(|failure| failure.message)?;
                serde_json::from_str(text).map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
        };
        Ok(ToolCall { id, name, arguments })
    }

    fn show(&self) -> api::ToolCall {
        api::ToolCall { id: self.id.clone(), name: self.name.clone(), arguments: self.arguments.clone().into() }
    }
}

fn parts(content: Option<&Value>, role: Role) -> Result<Vec<Part>, String> {
    match content {
        Some(Value::String(text)) => Ok(vec![Part::Text(text.clone())]),
        Some(Value::Array(list)) if !list.is_empty() => list.iter().map(|item| part(item, role)).collect(),
        _ => Err(
            "'content' must be a text, or a list of {type = \"text\", text} and {type = \"image\", data, media_type}"
                .into(),
        ),
    }
}

fn part(item: &Value, role: Role) -> Result<Part, String> {
    match item.get("type").and_then(Value::as_str) {
        Some("text") => match item.get("text") {
            Some(Value::String(text)) => Ok(Part::Text(text.clone())),
            _ => Err("a text part needs a 'text'".into()),
        },
        Some("image") if role == Role::User => Image::read(item).map(Part::Image),
        Some("image") => Err("only a user's message holds images".into()),
        _ => Err("a part's 'type' must be \"text\" or \"image\"".into()),
    }
}

fn show(content: &[Part]) -> api::Content {
    match content {
        [] => api::Content::Text(String::new()),
        [Part::Text(text)] => api::Content::Text(text.clone()),
        parts => api::Content::Parts(
            parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => api::Part::Text { text: text.clone() },
                    Part::Image(image) => {
                        api::Part::Image { data: image.data().into(), media_type: image.media_type().into() }
                    }
                })
                .collect(),
        ),
    }
}

fn known_keys(fields: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match fields.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!(
            "unknown key '{}'{}",
            crate::text::clean(key, None),
            llmspell_base::nearest::nearest(key, known)
        )),
        None => Ok(()),
    }
}
