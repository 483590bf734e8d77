//! What is asked: a request, or an agent's run with its options.

use llmspell_api::agent::Citation;

use super::Agents;
use super::definition::{Definition, ModelChoice};
use super::options::GenerationOptions;
use super::prompt;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_kernel::Result;
use llmspell_models::{History, Message, ModelName, Part, Role};

/// A parsed request, not sent yet.
#[derive(Clone, Debug)]
pub struct Ask {
    pub model: ModelName,
    pub system: Option<String>,
    pub history: History,
    pub prompt: Vec<Part>,
    pub work: GenerationOptions,
    pub stream: bool,
    /// Where the passages in the instructions are from.
    pub citations: Vec<Citation>,
}

/// What holds for one run of an agent alone.
#[derive(Clone, Debug)]
pub struct Options {
    pub prompt: Vec<Part>,
    pub model: Option<ModelName>,
    /// In place of the agent's instructions; only a hook sets it.
    system: Option<String>,
    context: Option<String>,
    pub work: GenerationOptions,
    pub stream: bool,
    stateless: Option<bool>,
}

impl Agents {
    /// A request of `agent.complete`.
    pub fn request(&self, request: &str) -> Result<Ask> {
        let mut fields = Fields::parse("the request", request)?;
        let model = self.models.read(&mut fields)?;
        let (history, prompt) = messages(&mut fields)?;
        let work = GenerationOptions::read(&mut fields, &self.bounds)?;
        let stream = fields.flag("stream")?.unwrap_or(false);
        fields.end()?;
        Ok(Ask { model, system: None, history, prompt, work, stream, citations: Vec::new() })
    }

    /// A prompt and the options of `agent.run`.
    pub fn options(&self, prompt: &str, options: &str) -> Result<Options> {
        let prompt = prompt::read(prompt)?;
        let mut fields = Fields::parse("the options", options)?;
        let model = match fields.has(&["model", "provider", "base_url"]) {
            true => Some(ModelChoice::read(&self.models, &mut fields)?),
            false => {
                // So that messages about unknown fields know of them.
                for name in ["model", "provider", "base_url"] {
                    fields.take(name);
                }
                None
            }
        };
        let options = Options {
            prompt,
            model,
            system: None,
            context: fields.text("context")?,
            work: GenerationOptions::read(&mut fields, &self.bounds)?,
            stream: fields.flag("stream")?.unwrap_or(false),
            stateless: fields.flag("stateless")?,
        };
        fields.end()?;
        Ok(options)
    }
}

impl Options {
    /// The model that will be asked, as far as it is known before hooks.
    pub fn model(&self, definition: &Definition) -> ModelName {
        self.model.clone().unwrap_or_else(|| definition.model.clone())
    }

    pub fn replace_system(&mut self, system: String) {
        // What a hook saw had the context in it.
        (self.system, self.context) = (Some(system), None);
    }

    pub fn is_stateless(&self, definition: &Definition) -> bool {
        self.stateless.unwrap_or(definition.stateless)
    }

    /// With what the agent says and remembers.
    pub fn ask(&self, definition: &Definition, history: History) -> Ask {
        let system = self.system.clone().or_else(|| definition.system.clone());
        let system = match (system, &self.context) {
            (Some(system), Some(context)) => Some(format!("{system}\n\n{context}")),
            (system, context) => system.or_else(|| context.clone()),
        };
        Ask {
            model: self.model(definition),
            system,
            history,
            prompt: self.prompt.clone(),
            work: self.work.clone().over(&definition.work),
            stream: self.stream,
            citations: Vec::new(),
        }
    }
}

/// The messages of a request: what was said, and what is asked.
fn messages(fields: &mut Fields) -> Result<(History, Vec<Part>)> {
    let wrong = |what: String| Failure::invalid(format!("the request: {what}"));
    let Some(given) = fields.take("messages") else {
        return Err(wrong("'messages' must be a list of at least one {role, content}".into()));
    };
    let mut messages = Message::list(&given).map_err(wrong)?;
    let prompt = match messages.pop() {
        Some(Message { role: Role::User, content, .. }) => content,
        Some(_) => return Err(wrong("the last message must be the user's".into())),
        None => return Err(wrong("'messages' must be a list of at least one {role, content}".into())),
    };
    Ok((History::new(messages)?, prompt))
}
