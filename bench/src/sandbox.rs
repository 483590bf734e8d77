//! Spells as users run them: through the library, with both stops on.

use anyhow::{Result, bail};
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell, state};
use serde_json::Value;

use crate::native::Environment;

pub struct Sandbox {
    runtime: Runtime,
    /// On this thread, so that the thread's CPU time is all there is.
    tokio: tokio::runtime::Runtime,
    pub grants: Grants,
}

/// Calls are counted by the million here.
const CONFIG: &str =
    "limits = { max-host-calls = '1G', max-tool-calls = '1G', max-host-bytes = '1GiB', max-output = '1GiB' }";

impl Sandbox {
    pub fn new(environment: &Environment) -> Result<Sandbox> {
        let runtime = Runtime::new(Config::from_toml(CONFIG, &|_| None)?)?;
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Sandbox { runtime, tokio, grants: Grants { environment: environment.clone(), ..Grants::default() } })
    }

    /// With a store, and with all that a person at a prompt grants.
    pub fn with_store(store: state::Settings) -> Result<Sandbox> {
        let runtime = Runtime::new(Config { store, instances: 1, ..Config::from_toml(CONFIG, &|_| None)? })?;
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Sandbox { runtime, tokio, grants: Grants::local() })
    }

    /// The one that the spells use.
    pub fn store(&self) -> &state::Store {
        self.runtime.store()
    }

    /// The result of a Lua spell that returns text.
    pub fn run(&self, source: &str) -> Result<String> {
        self.run_in("lua", source)
    }

    /// The result of a spell that returns text.
    pub fn run_in(&self, language: &str, source: &str) -> Result<String> {
        match self.value(language, source)? {
            Value::String(text) => Ok(text),
            other => bail!("the spell returned {other}"),
        }
    }

    pub fn value(&self, language: &str, source: &str) -> Result<Value> {
        let spell = Spell::new(language, "bench", source);
        let outcome = self.tokio.block_on(self.runtime.run(spell, self.grants.clone(), self.limits()));
        match (outcome.ending, outcome.result) {
            (Ending::Completed, Some(value)) => Ok(value),
            (ending, _) => bail!("{}: {}", ending.word(), outcome.error.unwrap_or_default().message),
        }
    }

    /// SHA-256 of the guest component.
    pub fn guest(&self, language: &str) -> Result<String> {
        match self.tokio.block_on(self.runtime.describe(language)) {
            Ok(guest) => Ok(guest.hash),
            Err(fault) => bail!("{}", fault.message),
        }
    }

    fn limits(&self) -> Limits {
        self.runtime.config().limits.clone()
    }
}
