//! A question without tools.

use std::sync::Arc;

use async_trait::async_trait;

use crate::delegate::{Call, Delegate, ToolAnswer};
use crate::error::ModelError;
use crate::history::History;
use crate::message::{Message, Role};
use crate::model_name::ModelName;
use crate::models::Models;
use crate::reply::Reply;
use crate::run::Run;
use crate::settings::Settings;
use llmspell_base::Failure;

/// One request. The last message is the user's.
#[derive(Clone, Debug)]
pub struct Question {
    /// Instructions that come before the messages.
    pub system: Option<String>,
    /// The conversation; the last message is the user's.
    pub messages: Vec<Message>,
    /// How the model is to answer.
    pub settings: Settings,
}

/// Listens to nothing and offers no tools.
struct NoDelegate;

#[async_trait]
impl Delegate for NoDelegate {
    async fn call(&self, call: Call) -> Result<ToolAnswer, Failure> {
        Ok(ToolAnswer::Error(format!("There is no tool '{}'.", call.name)))
    }
}

impl Models {
    /// Asks once, and waits for the whole reply. Dropping the future ends the request.
    pub async fn ask(&self, name: &ModelName, question: Question) -> Result<Reply, ModelError> {
        let Question { system, mut messages, settings } = question;
        let last = messages.pop().filter(|last| last.role == Role::User);
        let prompt = last.ok_or_else(|| ModelError::invalid("the last message must be the user's".into()))?.content;
        let history = History::new(messages)?;
        let run = Run { system, history, prompt, settings, ..Run::new(name.clone(), "") };
        let reply = self.run(run, Arc::new(NoDelegate)).await.map_err(|failed| failed.error)?;
        Ok(reply.reply)
    }
}
