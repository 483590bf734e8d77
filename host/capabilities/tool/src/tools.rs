//! Tools: functions with a name and a schema that spells and models call, of the spell itself or of the host program.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llmspell_api::tool::Source;
use serde_json::{Value, json};

use llmspell_base::host_memory::Held;
use llmspell_base::nearest::nearest;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{Marker, Result};
use llmspell_policy::{Grants, Permission};

mod bounds;
mod chance;
mod definition;
mod discover;
mod host_tool;
mod invoke;
mod known;
mod mend;
mod problem;
mod quoted;
pub mod schema;
mod sources;
#[cfg(test)]
mod tests;
mod words;

pub use chance::Chance;
use definition::{Definition, Manner, same_name};
use host_tool::Registered;
pub use host_tool::{HostTool, HostTools, Invocation, ToolError, ToolFailure, ToolMap};
pub use invoke::Observers;
use quoted::quoted;
pub use sources::{Sources, ToolSet, ToolSource};

/// The tools of one run: the spell's own, and those of the host program that it is granted.
#[derive(Clone)]
pub struct Tools(Arc<Registry>);

struct Registry {
    /// In the order in which they were defined.
    own: Mutex<Vec<Arc<Own>>>,
    host: ToolMap,
    /// Those of other programs.
    sources: Sources,
    /// Which of the host's are granted, or why not.
    granted: Arc<Grants>,
    chance: Chance,
    observers: Observers,
    /// Held while arguments are checked: the order in which calls begin is that in which they were made, also where a long check has a
    /// thread of its own.
    checking: tokio::sync::Mutex<()>,
}

/// A tool that can be called, or at least asked for.
#[derive(Clone)]
pub enum Tool {
    /// A tool that the spell defined.
    Own(Arc<Own>),
    /// A tool of the host program.
    Host(Arc<Registered>),
}

/// A tool of the spell's own.
pub struct Own {
    definition: Definition,
    manner: Manner,
    handler: u64,
    /// What it takes of the host's memory.
    _kept: Held,
    /// Held during a call of it.
    turn: tokio::sync::Mutex<()>,
}

const MOST_TOOLS: usize = 256;
/// Names that a message lists, where none is near.
const MOST_NAMES: usize = 20;

impl Tools {
    pub(crate) fn new(
        host: ToolMap,
        sources: Sources,
        granted: Arc<Grants>,
        chance: Chance,
        observers: Observers,
    ) -> Tools {
        Tools(Arc::new(Registry {
            own: Mutex::default(),
            host,
            sources,
            granted,
            chance,
            observers,
            checking: tokio::sync::Mutex::default(),
        }))
    }

    /// What a spell gave a tool, as it was meant: an empty table of Lua is a list where the tool takes one.
    pub fn with_lists(&self, name: &str, arguments: Value) -> Value {
        match self.resolve(name) {
            Ok(tool) => tool.definition().with_lists(arguments),
            Err(_) => arguments,
        }
    }

    /// What a model gave a tool, as it was meant: many write null for what they leave out.
    pub fn without_nulls(&self, name: &str, arguments: Value) -> Value {
        match self.resolve(name) {
            Ok(tool) => tool.definition().schema.without_nulls(tool.definition().respelt(arguments)),
            Err(_) => arguments,
        }
    }

    /// What a model may be offered. Fails as a call would: "not-found", "denied".
    pub fn usable(&self, name: &str) -> Result<Tool> {
        let tool = self.resolve(name)?;
        if let Tool::Host(host) = &tool {
            self.0.granted.check(&host.permission())?;
            self.not_withheld(&tool)?;
        }
        Ok(tool)
    }

    /// Adds a tool of the spell's own; `kept` is what it takes of the host's memory.
    pub fn define(&self, definition: &str, handler: u64, kept: Held) -> Result<()> {
        let (definition, manner) = Definition::parse(definition)?;
        let name = &definition.name;
        let taken = |by: String| Failure::invalid(format!("the tool '{name}' can't be defined: {by}"));
        if let Some(other) = self.host_tool(name).filter(|other| !other.standard && self.grants(other)) {
            return Err(taken(format!("the host has a tool '{}'", other.definition.name)));
        }
        if let Some(server) = self.0.sources.of_alias(name) {
            return Err(taken(format!("names that begin with '{server}__' are those of the MCP server '{server}'")));
        }
        let mut own = self.own();
        if let Some(other) = own.iter().find(|other| same_name(&other.definition.name, name)) {
            let other = &other.definition.name;
            return Err(taken(format!("there is a tool '{other}' already; remove that first")));
        }
        if own.len() >= MOST_TOOLS {
            return Err(Failure::new(Code::Handles, format!("{MOST_TOOLS} tools are defined: remove some first")));
        }
        own.push(Arc::new(Own { definition, manner, handler, _kept: kept, turn: tokio::sync::Mutex::default() }));
        Ok(())
    }

    /// Whether a tool could be so; its name is not compared with others.
    pub fn check(&self, definition: &str) -> Result<()> {
        Definition::parse(definition).map(drop)
    }

    /// The handler of the spell's own tool that was removed.
    pub fn remove(&self, name: &str) -> Result<Option<u64>> {
        let mut own = self.own();
        if let Some(place) = own.iter().position(|tool| same_name(&tool.definition.name, name)) {
            return Ok(Some(own.remove(place).handler));
        }
        drop(own);
        match self.host_tool(name).filter(|tool| self.grants(tool)) {
            Some(tool) => {
                Err(Failure::denied(format!("the tool '{}' is the host's: it can't be removed", tool.definition.name)))
            }
            None => Ok(None),
        }
    }

    /// The spell's own, then the host's that are granted, by name.
    pub fn list(&self) -> Value {
        self.all().iter().map(Tool::show).collect()
    }

    /// The tool of this name. Fails, as "not-found", with the nearest name; whether it is granted is not asked.
    pub fn resolve(&self, name: &str) -> Result<Tool> {
        if let Some(own) = self.own().iter().find(|own| same_name(&own.definition.name, name)) {
            return Ok(Tool::Own(own.clone()));
        }
        match self.host_tool(name) {
            Some(tool) => Ok(Tool::Host(tool)),
            None => Err(self.0.sources.why_missing(name).unwrap_or_else(|| self.missing(name))),
        }
    }

    /// Asks the program whose tool a name is, where it is one: what is known of it afterwards stays so in this run.
    pub async fn ready(&self, name: &str, marker: &Marker) {
        self.0.sources.ready(name, marker).await;
    }

    /// The same for all that the spell may use.
    pub async fn all_ready(&self, marker: &Marker) {
        self.0.sources.all_ready(marker).await;
    }

    fn all(&self) -> Vec<Tool> {
        let own: Vec<Tool> = self.own().iter().cloned().map(Tool::Own).collect();
        // A standard tool steps back behind the spell's own of that name.
        let hidden = |tool: &Registered| own.iter().any(|one| same_name(&one.definition().name, &tool.definition.name));
        let granted = self.0.host.values().filter(|tool| !hidden(tool) && self.grants(tool)).cloned().map(Tool::Host);
        let granted: Vec<Tool> = granted.collect();
        let foreign = self.0.sources.all().into_iter().filter(|tool| self.grants(tool)).map(Tool::Host);
        let foreign: Vec<Tool> = foreign.collect();
        own.into_iter().chain(granted).chain(foreign).collect()
    }

    fn host_tool(&self, name: &str) -> Option<Arc<Registered>> {
        host_tool::find(&self.0.host, name).cloned().or_else(|| self.0.sources.find(name))
    }

    fn grants(&self, tool: &Registered) -> bool {
        self.0.granted.check(&tool.permission()).is_ok() && tool.withheld(&self.0.granted).is_none()
    }

    /// Fails, as "denied", for a tool of which the spell could use nothing.
    pub(crate) fn not_withheld(&self, tool: &Tool) -> Result<()> {
        match tool {
            Tool::Host(host) => host.withheld(&self.0.granted).map_or(Ok(()), Err),
            Tool::Own(_) => Ok(()),
        }
    }

    fn missing(&self, name: &str) -> Failure {
        if let Some(why) = known::why_missing(name) {
            let message = format!(
                "the tool '{name}' {why}; a host program can register it with Runtime::register_tool, or the spell can \
                 define it"
            );
            return Failure::new(Code::NotFound, message);
        }
        let all = self.all();
        let names: Vec<&str> = all.iter().map(|tool| tool.definition().name.as_str()).collect();
        let mut hint = nearest(name, &names);
        if names.len() > MOST_NAMES && hint.starts_with("; known") {
            let some: Vec<&str> = names.iter().take(MOST_NAMES).copied().collect();
            hint = format!("; known are: {} and {} more", some.join(", "), names.len() - MOST_NAMES);
        }
        if names.is_empty() {
            hint = "; there are none".into();
        }
        Failure::new(Code::NotFound, format!("there is no tool {}{hint}", quoted(name)))
    }

    fn own(&self) -> MutexGuard<'_, Vec<Arc<Own>>> {
        // Nothing in here can panic half-way.
        self.0.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tool {
    /// The tool's name, description and schema.
    pub fn definition(&self) -> &Definition {
        match self {
            Tool::Own(own) => &own.definition,
            Tool::Host(host) => &host.definition,
        }
    }

    /// The tool as `tool.list` shows it.
    pub fn show(&self) -> Value {
        json!(self.definition().show(match self {
            Tool::Own(_) => Source::Spell,
            Tool::Host(host) => host.source,
        }))
    }

    /// What models know it by: its name, where they take that.
    pub fn model_name(&self) -> &str {
        match self {
            Tool::Own(own) => &own.definition.name,
            Tool::Host(host) => host.model_name(),
        }
    }

    /// What calling it, and knowing of it, has to be granted.
    pub fn permission(&self) -> Permission<'_> {
        match self {
            Tool::Own(_) => Permission::NOTHING,
            Tool::Host(tool) => tool.permission(),
        }
    }
}

/// Its name says enough.
impl std::fmt::Debug for Tool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tool({})", self.definition().name)
    }
}
