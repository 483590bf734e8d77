//! Guests that are ready to be instantiated: that a component fits the world is checked here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::Engine;
use wasmtime::component::InstancePre;

use crate::bindings::SpellIndices;
use crate::bindings::prompt::PromptIndices;
use crate::config::Config;
use crate::examine::refusal;
use crate::guest::{Guest, LANGUAGES, Language};
use crate::text::one_line;
use llmspell_base::nearest::nearest;
use llmspell_kernel::{Capabilities, RunState};

/// A guest with all that it imports.
pub struct Loaded {
    pub ready: InstancePre<RunState>,
    /// Where the world's exports lie.
    pub exports: SpellIndices,
    /// `None`: it has no prompt.
    pub prompt: Option<PromptIndices>,
    pub hash: String,
    pub imports: Vec<String>,
}

/// Cache of linked guests, by language.
#[derive(Default)]
pub struct LoadedGuests(Mutex<HashMap<String, Arc<Loaded>>>);

impl LoadedGuests {
    /// The guest of a language, or why there is none.
    pub fn get(
        &self,
        engine: &Engine,
        capabilities: &Capabilities,
        config: &Config,
        language: &str,
    ) -> Result<Arc<Loaded>, String> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = all.get(language) {
            return Ok(loaded.clone());
        }
        let loaded = link(engine, capabilities, &find(config, language)?)
            .map_err(|error| format!("the guest for '{language}' can't be used: {}", one_line(&error)))?;
        Ok(all.entry(language.into()).or_insert(Arc::new(loaded)).clone())
    }
}

/// The interface that a prompt is, before its version.
const PROMPT: &str = "llmspell:spell/repl@";

fn find(config: &Config, language: &str) -> Result<Guest, String> {
    if let Some(guest) = config.guests.get(language) {
        return Ok(guest.clone());
    }
    let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
    let known =
        Language::named(language).ok_or_else(|| format!("no language '{language}'{}", nearest(language, &names)))?;
    Guest::embedded(known).ok_or_else(|| {
        format!("this binary was built without the guest for '{language}': run `make build`, which builds it first")
    })
}

fn link(engine: &Engine, capabilities: &Capabilities, guest: &Guest) -> wasmtime::Result<Loaded> {
    let component = guest.load(engine)?;
    let imports: Vec<String> = component.component_type().imports(engine).map(|(name, _)| name.to_string()).collect();
    let foreign = imports
        .iter()
        .find(|name| !name.starts_with("llmspell:") && llmspell_capability_wasi::what_is_there(name).is_none());
    if let Some(name) = foreign {
        return Err(wasmtime::Error::msg(refusal(name)));
    }
    let mut linker = capabilities.linker(engine)?;
    // Only third parties' guests ask for WASI, and setting it up takes time.
    if imports.iter().any(|name| name.starts_with("wasi:")) {
        llmspell_capability_wasi::link(&mut linker)?;
    }
    let ready = linker.instantiate_pre(&component)?;
    let has_prompt = component.component_type().exports(engine).any(|(name, _)| name.starts_with(PROMPT));
    let prompt = has_prompt.then(|| PromptIndices::new(&ready)).transpose()?;
    Ok(Loaded { exports: SpellIndices::new(&ready)?, prompt, ready, hash: guest.hash.clone(), imports })
}
