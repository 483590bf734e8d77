//! Agents and single requests: from what a spell wrote to what models are asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::clock::Clock;
use super::fields::Fields;
use super::model::{History, Message, Part, Role};
use super::operation::{Result, Spell};
use crate::failure::Failure;
use crate::gate::Inside;
use crate::runtime::limits::Limits;

mod attendant;
mod conversation;
mod definition;
mod prompt;
mod reply;
mod run;
mod schema;
mod status;
mod work;

pub use definition::ModelChoice;
use definition::Definition;
pub use run::Ask;
use run::Ran;
use status::{Spent, Status};
use work::Work;

/// Understands what a run's spell wants of models, and does it.
#[derive(Clone)]
pub struct Agents {
    pub models: ModelChoice,
    pub clock: Clock,
    pub tenant: String,
    pub limits: Arc<Limits>,
}

/// A model with instructions, tools and a memory of its own.
pub struct Agent {
    /// "agent-1" and so on, in order of creation.
    pub id: String,
    pub definition: Definition,
    clock: Clock,
    status: Mutex<Status>,
}

impl Agents {
    /// A request of `agent.complete`.
    pub fn request(&self, request: &str) -> Result<Ask> {
        let mut fields = Fields::parse("the request", request)?;
        let model = self.models.read(&mut fields)?;
        let (history, prompt) = messages(&mut fields)?;
        let work = Work::read(&mut fields, &self.limits)?;
        let stream = fields.flag("stream")?.unwrap_or(false);
        fields.end()?;
        Ok(Ask { model, system: None, history, prompt, work, stream, stateless: true })
    }

    /// A definition of `agent.create`.
    pub fn define(&self, definition: &str) -> Result<Definition> {
        let fields = Fields::parse("the agent's definition", definition)?;
        Definition::read(fields, &self.models, &self.limits)
    }

    pub fn make(&self, number: u64, definition: Definition) -> Arc<Agent> {
        let (clock, status) = (self.clock.clone(), Mutex::default());
        Arc::new(Agent { id: format!("agent-{number}"), definition, clock, status })
    }

    /// A run of an agent, with options that hold for it alone.
    pub fn question(&self, agent: &Agent, prompt: &str, options: &str) -> Result<Ask> {
        let Definition { model, system, work, stateless, .. } = &agent.definition;
        let prompt = prompt::read(prompt)?;
        let mut fields = Fields::parse("the options", options)?;
        let model = match fields.has(&["model", "provider", "base_url"]) {
            true => self.models.read(&mut fields)?,
            false => model.clone(),
        };
        let context = fields.text("context")?;
        let own = Work::read(&mut fields, &self.limits)?;
        let stream = fields.flag("stream")?.unwrap_or(false);
        let stateless = fields.flag("stateless")?.unwrap_or(*stateless);
        fields.end()?;
        let system = match (system.clone(), context) {
            (Some(system), Some(context)) => Some(format!("{system}\n\n{context}")),
            (system, context) => system.or(context),
        };
        Ok(Ask { model, system, history: History::default(), prompt, work: own.over(work), stream, stateless })
    }

    /// Answers a request.
    pub async fn complete(self, ask: Ask, spell: Spell, gate: Inside) -> Result {
        self.ask(ask, &spell, &gate).await.result.map(|answer| answer.show())
    }

    /// Runs an agent.
    pub async fn run(self, agent: Arc<Agent>, ask: Ask, spell: Spell, gate: Inside) -> Result {
        let mut running = Running::begin(&agent)?;
        let mut ask = ask;
        if !ask.stateless {
            ask.history = agent.status().history.clone();
        }
        let stateless = ask.stateless;
        let Ran { result, spent, history } = self.ask(ask, &spell, &gate).await;
        running.end(&result, spent);
        let mut answer = result?;
        if !stateless {
            agent.remember(history);
        }
        answer.agent = Some(agent.definition.name.clone());
        Ok(answer.show())
    }

    /// Ends an agent.
    pub async fn shutdown(self, agent: Arc<Agent>, spell: Spell, gate: Inside) -> Result {
        let _ = (spell, gate);
        let now = agent.now();
        agent.status().terminate(now);
        Ok(Value::Null)
    }
}

impl Agent {
    /// Its definition, with what was filled in.
    pub fn describe(&self) -> Value {
        let mut all = self.definition.show();
        all.insert("id".into(), self.id.as_str().into());
        Value::Object(all)
    }

    pub fn show_status(&self) -> Value {
        self.status().show()
    }

    pub fn set_state(&self, state: &str, message: Option<String>) -> Result<()> {
        self.status().set(&self.definition.name, state, message, self.now())
    }

    pub fn history(&self) -> Value {
        self.status().history.show()
    }

    pub fn set_history(&self, messages: &str) -> Result<()> {
        let messages: Value =
            serde_json::from_str(messages).map_err(|error| Failure::invalid(format!("the messages: {error}")))?;
        let mut history = History::read(&messages)?;
        self.definition.kept.trim(&mut history);
        self.status().history = history;
        Ok(())
    }

    fn remember(&self, said: History) {
        let mut status = self.status();
        if status.is_terminated() {
            return;
        }
        status.history.append(said);
        self.definition.kept.trim(&mut status.history);
    }

    fn now(&self) -> u64 {
        self.clock.elapsed() / 1_000_000
    }

    /// Locked for a moment only.
    fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run that is counted, also when it is dropped half-way.
struct Running {
    agent: Arc<Agent>,
    over: bool,
}

impl Running {
    fn begin(agent: &Arc<Agent>) -> Result<Running> {
        agent.status().begin(&agent.definition.name, agent.now())?;
        Ok(Running { agent: agent.clone(), over: false })
    }

    fn end<T>(&mut self, result: &Result<T>, spent: Spent) {
        self.over = true;
        let now = self.agent.now();
        self.agent.status().end(Some(result.as_ref().map(|_| ())), &spent, now);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.over {
            let now = self.agent.now();
            self.agent.status().end(None, &Spent::default(), now);
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
