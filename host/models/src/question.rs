//! A question without tools.

use crate::conversation::{Conversation, Step};
use crate::error::ModelError;
use crate::history::History;
use crate::message::{Message, Role};
use crate::model_name::ModelName;
use crate::models::Models;
use crate::reply::Reply;
use crate::run::Run;
use crate::settings::Settings;
use crate::tools::ToolAnswer;

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

impl Models {
    /// Asks once, and waits for the whole reply. Dropping the future ends the request.
    pub async fn ask(&self, name: &ModelName, question: Question) -> Result<Reply, ModelError> {
        let Question { system, mut messages, settings } = question;
        let last = messages.pop().filter(|last| last.role == Role::User);
        let prompt = last.ok_or_else(|| ModelError::invalid("the last message must be the user's".into()))?.content;
        let history = History::new(messages)?;
        let run = Run { system, history, prompt, settings, ..Run::new(name.clone(), "") };
        let mut conversation = Conversation::new(run)?;
        loop {
            match conversation.next_step()? {
                Step::Request(request) => {
                    let turn = self.exchange(request, None).await.map_err(|failed| failed.error)?;
                    conversation.accept(turn)?;
                }
                // No tool is offered, so each call is refused.
                Step::Tools(calls) => {
                    let refused = calls.into_iter().filter_map(|pending| pending.refused);
                    conversation.tool_answers(refused.map(ToolAnswer::Error).collect())?;
                }
                Step::Done(reply) => return Ok(reply),
            }
        }
    }
}
