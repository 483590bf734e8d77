//! `environment`: the environment variables that were granted by name.

use std::collections::{BTreeMap, BTreeSet};

use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState, Stop};
use llmspell_policy::{Permission, Right};

use bindings::llmspell::spell::environment;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/environment@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
    });
}

/// The interface `environment`.
pub struct EnvironmentCapability;

impl Capability for EnvironmentCapability {
    type Instance = Environment;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<Environment>) -> wasmtime::Result<()> {
        environment::add_to_linker::<_, ImportData<Environment>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<Environment> {
        Ok(Environment::new(run.grants.variables()))
    }
}

/// Granted names with what they hold, and the names that were asked for in vain.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    granted: BTreeMap<String, Option<String>>,
    refused: BTreeSet<String>,
}

/// How many names are remembered, so that each is told of only once; a spell could invent any number.
const REMEMBERED: usize = 100;

/// How much of a name is remembered: as much as the operator is told.
pub const NAME_CHARS: usize = 80;

/// What became of a question.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// The variable's value.
    Value(String),
    /// Granted, and not set.
    Unset,
    /// Not granted, and asked for the first time.
    Refused,
    /// Not granted, and the operator has been told.
    RefusedAgain,
}

impl Environment {
    /// The variables that are granted, by name; `None`: not set.
    pub fn new(granted: BTreeMap<String, Option<String>>) -> Environment {
        Environment { granted, refused: BTreeSet::new() }
    }

    /// Looks a variable up, and remembers a name that is not granted.
    pub fn get(&mut self, name: &str) -> Found {
        match self.granted.get(name) {
            Some(Some(value)) => Found::Value(value.clone()),
            Some(None) => Found::Unset,
            None if self.refused.len() < REMEMBERED && self.refused.insert(name.chars().take(NAME_CHARS).collect()) => {
                Found::Refused
            }
            None => Found::RefusedAgain,
        }
    }

    /// The granted names that are set, sorted.
    pub fn names(&self) -> Vec<String> {
        self.granted.iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name.clone()).collect()
    }
}

impl environment::Host for Import<'_, Environment> {
    async fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let Ok(admitted) = self.call("environment.get").text("name", &name).admit()? else { return Ok(None) };
        let denied = self.run.decide("environment.get", &Permission::of(Right::VARIABLE, &name))?;
        let value = match self.own.get(&name) {
            Found::Value(value) => Some(value),
            Found::Unset | Found::RefusedAgain => None,
            Found::Refused => {
                let name = name.escape_debug().take(NAME_CHARS).collect::<String>();
                self.run.count_output(name.len())?;
                let notice = match denied {
                    // A policy says where the grant goes.
                    Some(denied) if denied.details.is_some() => denied.message,
                    _ => format!("the spell asked for the environment variable {name}: --allow-env {name} grants it"),
                };
                self.run.listener.notice(&notice).map_err(Stop::output)?;
                None
            }
        };
        Ok(self.settle(admitted, Ok(value))?.unwrap_or_default())
    }

    async fn names(&mut self) -> wasmtime::Result<Vec<String>> {
        self.run.mark("env", "environment.names", "");
        Ok(self.call("environment.names").answer(|import| Ok(import.own.names()))?.unwrap_or_default())
    }
}
