//! Agents and single requests: from what a spell wrote to what models are asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use llmspell_api::agent::Description;
use serde_json::{Value, json};

use llmspell_base::Failure;
use llmspell_base::clock::Clock;
use llmspell_base::fields::Fields;
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_budget::Account;
use llmspell_capability_session::Memory;
use llmspell_capability_tool::Tools;
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::Hooks;
use llmspell_kernel::{CallContext, Marker, Result};
use llmspell_models::History;

mod agent_hooks;
mod ask;
mod charge;
mod definition;
mod direct;
mod execute;
mod knowledge;
mod life;
mod listing;
mod memory;
mod model_call;
mod model_hooks;
mod model_run;
mod options;
mod prompt;
mod reply;
mod retention;
mod retrieve;
mod schema;
mod status;
mod tool_calls;
mod tool_loop;
mod vectors;

use ask::Ask;
use definition::Definition;
pub use definition::ModelChoice;
pub use direct::of_model;
pub use knowledge::Knowledge;
use model_run::ModelRun;
use status::Status;

/// Reads the requests of a run's spell to models, and carries them out.
#[derive(Clone)]
pub struct Agents {
    pub(crate) models: ModelChoice,
    pub(crate) tools: Tools,
    pub(crate) hooks: Hooks,
    pub(crate) events: Events,
    pub(crate) clock: Clock,
    pub(crate) tenant: String,
    pub(crate) bounds: Bounds,
    /// The tenant's budgets, where there are any.
    pub(crate) account: Option<Account>,
    pub(crate) named: Arc<Named>,
    pub(crate) memory: Memory,
}

/// What a run may use as a whole.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// Bytes of the spell's own memory.
    pub spell_memory: u64,
    pub host_memory: HostMemory,
}

/// The run's agents by name, as long as there is a handle to them; of two with the same name, the younger.
#[derive(Default)]
pub struct Named(Mutex<HashMap<String, Weak<Agent>>>);

/// A model with instructions, tools and a history of its own.
pub struct Agent {
    /// In order of creation, from 1.
    number: u64,
    definition: Mutex<Arc<Definition>>,
    clock: Clock,
    status: Mutex<Status>,
    /// Set when what was said in earlier runs of the spell is in its history.
    recalled: tokio::sync::OnceCell<()>,
    /// What its definition takes of the host's memory.
    _kept: Held,
}

impl Agents {
    /// A definition of `agent.create`.
    pub async fn define(&self, definition: &str, marker: &Marker) -> Result<Definition> {
        let fields = Fields::parse("the agent's definition", definition)?;
        let definition = Definition::read(fields, &self.models, &self.bounds)?;
        // Reported here and not at the first run, far from the mistake.
        for name in definition.work.tools.iter().flatten() {
            self.tools.ready(name, marker).await;
            self.tools.usable(name)?;
        }
        Ok(definition)
    }

    /// `kept` is what the definition takes of the host's memory.
    pub fn make(&self, number: u64, definition: Definition, kept: Held) -> Arc<Agent> {
        let (clock, status) = (self.clock.clone(), Mutex::default());
        let name = definition.name.clone();
        let definition = Mutex::new(Arc::new(definition));
        let agent =
            Arc::new(Agent { number, definition, clock, status, recalled: tokio::sync::OnceCell::new(), _kept: kept });
        let mut named = self.named.0.lock().unwrap_or_else(PoisonError::into_inner);
        if named.len() >= 64 && named.len().is_power_of_two() {
            named.retain(|_, agent| agent.strong_count() > 0);
        }
        named.insert(name, Arc::downgrade(&agent));
        agent
    }

    /// The run's agent of this name, of several the youngest, as long as there is a handle to it.
    pub fn named(&self, name: &str) -> Option<Arc<Agent>> {
        self.named.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).and_then(Weak::upgrade)
    }

    /// Answers a request.
    pub async fn complete(self, ask: Ask, cx: CallContext) -> Result {
        let model_run = ModelRun::new(self, cx, None).with_budget(ask.work.limits.budget);
        match model_run.ask(&ask).await {
            Ok((mut answer, _)) => {
                answer.spent = model_run.spent();
                Ok(json!(answer.show()))
            }
            Err(failure) => Err(reply::with_spent(failure, &model_run.spent())),
        }
    }
}

impl Agent {
    /// "agent-1" and so on.
    fn id(&self) -> String {
        format!("agent-{}", self.number)
    }

    /// As it was created, or configured since.
    pub fn name(&self) -> String {
        self.definition().name.clone()
    }

    pub(crate) fn definition(&self) -> Arc<Definition> {
        self.definition.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its definition, with what was filled in.
    pub fn describe(&self) -> Value {
        json!(Description { id: Some(self.id()), ..self.definition().show() })
    }

    pub(crate) fn show_status(&self) -> Value {
        json!(self.status().show())
    }

    pub(crate) fn set_state(&self, state: &str, message: Option<String>) -> Result<()> {
        self.status().set(&self.definition().name, state, message, self.now())
    }

    pub(crate) fn history(&self) -> Value {
        self.status().history().show()
    }

    pub(crate) fn set_history(&self, messages: &str, memory: &HostMemory) -> Result<()> {
        let messages: Value =
            serde_json::from_str(messages).map_err(|error| Failure::invalid(format!("the messages: {error}")))?;
        let mut history = History::read(&messages)?;
        let size = self.definition().kept.trim(&mut history);
        self.status().keep(history, size, memory)
    }

    /// Keeps it from being used until its hooks have been called.
    pub fn hold(&self) {
        self.status().hold(self.now());
    }

    fn ready(&self) {
        self.status().ready(self.now());
    }

    fn redefine(&self, definition: Definition) {
        *self.definition.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(definition);
    }

    /// Milliseconds since the spell began.
    fn now(&self) -> u64 {
        self.clock.elapsed() / 1_000_000
    }

    /// Locked for a moment only.
    fn status(&self) -> MutexGuard<'_, Status> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
