//! The conversation so far.

use std::collections::{BTreeMap, HashMap};

use rig_core::message::{
    AssistantContent, AssistantMessage, CallId, ImageMediaType, Message as RigMessage, MimeType, ToolFunction,
    ToolName, ToolResultContent, UserContent,
};
use rig_core::transcript::validate_canonical;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::error::ModelError;
use crate::image::Image;
use crate::message::{Message, Part, Role, ToolCall};

/// A conversation. Within a process it also keeps what a provider wants back beside the text, such as the signatures of
/// its reasoning; written down, it is the plain messages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History(pub(crate) Vec<RigMessage>);

impl History {
    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many messages it has; the results of one turn's tools are one.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What comes after the first so many messages.
    pub fn since(mut self, first: usize) -> History {
        History(self.0.split_off(first.min(self.0.len())))
    }

    /// Puts another text in place of the last answer.
    pub fn set_answer(&mut self, text: &str) {
        if let Some(RigMessage::Assistant(turn)) = self.0.last_mut() {
            replace_text(&mut turn.content, text.to_owned());
            if turn.content.is_empty() {
                // A conversation has no empty messages.
                turn.content.push(AssistantContent::text(" "));
            }
        }
    }

    /// Adds what was said next.
    pub fn append(&mut self, mut next: History) {
        self.0.append(&mut next.0);
    }

    /// Drops messages from the start until at most `most` are left and the rest is a conversation again: a system
    /// message stays, and no tool's result without its call.
    pub fn keep_last(&mut self, most: usize) {
        let systems = self.0.iter().take_while(|message| matches!(message, RigMessage::System { .. })).count();
        let mut from = self.0.len().saturating_sub(most.saturating_sub(systems)).max(systems);
        while let Some(message) = self.0.get(from)
            && !begins(message)
        {
            from += 1;
        }
        self.0.drain(systems..from.min(self.0.len()));
    }

    /// Refuses ("invalid") what no provider accepts: a call that is not answered by the next messages, an answer
    /// without its call, an empty message, two assistant's messages in a row.
    pub fn new(messages: Vec<Message>) -> Result<History, ModelError> {
        let all = rig(messages)?;
        validate_canonical(&all).map_err(|error| ModelError::invalid(format!("the messages: {error}")))?;
        Ok(History(all))
    }

    /// Reads the plain form, as [`Message`] describes it.
    pub fn read(value: &Value) -> Result<History, ModelError> {
        History::new(Message::list(value).map_err(ModelError::invalid)?)
    }

    /// The messages in the plain form. Calls without a provider's id are numbered "local_call_1" and so on.
    pub fn messages(&self) -> Vec<Message> {
        let mut plain = Plain::default();
        self.0.iter().for_each(|message| plain.push(message));
        plain.messages
    }

    /// The plain form.
    pub fn show(&self) -> Value {
        self.messages().iter().map(Message::show).collect()
    }

    /// The texts of the system messages, joined by line breaks.
    pub fn system(&self) -> String {
        let texts = self.0.iter().filter_map(|message| match message {
            RigMessage::System { content } => Some(content.as_str()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }
}

/// Whether a conversation may begin with it.
fn begins(message: &RigMessage) -> bool {
    matches!(message, RigMessage::User { content } if !content.iter().any(|part| matches!(part, UserContent::ToolResult(_))))
}

impl Serialize for History {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.show().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<History, D::Error> {
        History::read(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// From Rig's messages to plain ones.
#[derive(Default)]
struct Plain {
    messages: Vec<Message>,
    /// Calls that the provider gave no id have one of Rig's, which is random. Spells see a number.
    ids: HashMap<CallId, String>,
}

impl Plain {
    fn push(&mut self, message: &RigMessage) {
        match message {
            RigMessage::System { content } => self.messages.push(Message::text(Role::System, content)),
            RigMessage::User { content } => self.user(content),
            RigMessage::Assistant(turn) => {
                let mut message = Message { content: Vec::new(), ..Message::text(Role::Assistant, "") };
                for part in &turn.content {
                    match part {
                        AssistantContent::Text(text) => message.content.push(Part::Text(text.text.clone())),
                        AssistantContent::ToolCall(call) => message.tool_calls.push(ToolCall {
                            id: self.id(&call.id),
                            name: call.function.name.to_string(),
                            arguments: call.function.arguments.clone(),
                        }),
                        _ => {}
                    }
                }
                self.messages.push(message);
            }
        }
    }

    fn user(&mut self, content: &[UserContent]) {
        let mut said = Vec::new();
        for part in content {
            match part {
                UserContent::Text(text) => said.push(Part::Text(text.text.clone())),
                UserContent::Image(image) => said.extend(plain_image(image).map(Part::Image)),
                UserContent::ToolResult(result) => {
                    let text = result_text(&result.content);
                    let tool_call_id = Some(self.id(&result.call));
                    self.messages.push(Message { tool_call_id, ..Message::text(Role::Tool, text) });
                }
                _ => {}
            }
        }
        if !said.is_empty() {
            self.messages.push(Message { content: said, ..Message::user("") });
        }
    }

    fn id(&mut self, id: &CallId) -> String {
        match id {
            CallId::Provider(id) => id.as_str().to_owned(),
            local => {
                let next = format!("local_call_{}", self.ids.len() + 1);
                self.ids.entry(local.clone()).or_insert(next).clone()
            }
        }
    }
}

fn plain_image(image: &rig_core::message::Image) -> Option<Image> {
    let media_type = image.media_type.as_ref()?.to_mime_type();
    Image::new(image.data.clone().try_into_inner()?, media_type).ok()
}

/// What a tool answered, as text.
pub(crate) fn result_text(content: &[ToolResultContent]) -> String {
    let texts = content.iter().map(|part| match part {
        ToolResultContent::Text(text) => text.text.clone(),
        ToolResultContent::Json { value } => value.to_string(),
        ToolResultContent::Image(_) => String::new(),
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// From plain messages to Rig's. The results of a turn's tools become one message.
fn rig(messages: Vec<Message>) -> Result<Vec<RigMessage>, ModelError> {
    let mut all: Vec<RigMessage> = Vec::with_capacity(messages.len());
    // The names of the last assistant's calls: Rig wants them with the answers.
    let mut names: BTreeMap<String, ToolName> = BTreeMap::new();
    let count = messages.len();
    for (index, message) in messages.into_iter().enumerate() {
        let wrong = |what: String| ModelError::invalid(format!("message {} of {count}: {what}", index + 1));
        match message.role {
            Role::System => all.push(RigMessage::system(message.joined())),
            Role::User => all.push(RigMessage::User { content: user_content(message.content) }),
            Role::Assistant => {
                names.clear();
                let mut content: Vec<AssistantContent> = Vec::new();
                let text = message.joined();
                if !text.is_empty() {
                    content.push(AssistantContent::text(text));
                }
                for call in message.tool_calls {
                    let name = ToolName::new(call.name).map_err(|error| wrong(error.to_string()))?;
                    if names.insert(call.id.clone(), name.clone()).is_some() {
                        return Err(wrong(format!(
                            "two tool calls have the id '{}'",
                            crate::text::clean(&call.id, None)
                        )));
                    }
                    let function = ToolFunction { name, arguments: call.arguments, invalid_arguments: None };
                    content.push(AssistantContent::ToolCall(rig_core::message::ToolCall::from_wire(call.id, function)));
                }
                if content.is_empty() {
                    return Err(wrong("an assistant's message needs a text or tool calls".into()));
                }
                all.push(RigMessage::Assistant(AssistantMessage::new(content)));
            }
            Role::Tool => {
                let id = message.tool_call_id.clone().unwrap_or_default();
                let Some(name) = names.get(&id) else {
                    let id = crate::text::clean(&id, None);
                    return Err(wrong(format!("the tool_call_id '{id}' is none of the assistant's message before it")));
                };
                let content = vec![ToolResultContent::text(message.joined())];
                let result = UserContent::tool_result(CallId::from_wire(id), name.clone(), content);
                match all.last_mut() {
                    Some(RigMessage::User { content })
                        if matches!(content.last(), Some(UserContent::ToolResult(_))) =>
                    {
                        content.push(result);
                    }
                    _ => all.push(RigMessage::User { content: vec![result] }),
                }
            }
        }
    }
    Ok(all)
}

/// The text of a turn, in place of what it said.
pub(crate) fn replace_text(choice: &mut Vec<AssistantContent>, text: String) {
    let at = choice.iter().position(|part| matches!(part, AssistantContent::Text(_)));
    choice.retain(|part| !matches!(part, AssistantContent::Text(_)));
    if !text.is_empty() {
        let at = at.unwrap_or(choice.iter().take_while(|part| matches!(part, AssistantContent::Reasoning(_))).count());
        choice.insert(at.min(choice.len()), AssistantContent::text(text));
    }
}

pub(crate) fn user_content(parts: Vec<Part>) -> Vec<UserContent> {
    let content = parts.into_iter().map(|part| match part {
        Part::Text(text) => UserContent::text(text),
        Part::Image(image) => {
            let media_type = ImageMediaType::from_mime_type(image.media_type());
            UserContent::image_base64(image.data(), media_type, None)
        }
    });
    content.collect()
}
