//! What is asked of a model.

use rig_core::completion::CompletionRequest;
use rig_core::message::Message as RigMessage;

use super::ModelError;

/// One request. The last message is the user's.
#[derive(Clone, Debug)]
pub struct Question {
    /// Instructions that come before the messages.
    pub system: Option<String>,
    pub messages: Vec<Message>,
    pub settings: Settings,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub role: Role,
    pub content: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
}

/// Unset means the provider's default. A setting that the model does not take is an error, never ignored.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub temperature: Option<f64>,
    pub max_tokens: Option<u64>,
    pub top_p: Option<f64>,
    pub stop: Vec<String>,
    pub seed: Option<u64>,
}

impl Question {
    pub(super) fn into_request(mut self) -> Result<CompletionRequest, ModelError> {
        let last = self.messages.pop();
        let prompt = last
            .filter(|last| last.role == Role::User)
            .ok_or_else(|| ModelError::invalid("the last message must be the user's".to_owned()))?;
        let mut request = CompletionRequest::new(RigMessage::user(prompt.content))
            .messages(self.messages.into_iter().map(Message::into_rig))
            .temperature(self.settings.temperature)
            .max_tokens(self.settings.max_tokens);
        if let Some(system) = self.system {
            request = request.preamble(system);
        }
        request.options.top_p = self.settings.top_p;
        request.options.seed = self.settings.seed;
        request.options.stop = self.settings.stop;
        Ok(request)
    }
}

impl Message {
    fn into_rig(self) -> RigMessage {
        match self.role {
            Role::System => RigMessage::system(self.content),
            Role::User => RigMessage::user(self.content),
            Role::Assistant => RigMessage::assistant(self.content),
        }
    }
}
