//! What all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use llmspell_wasm::config::ServerSettings;
use llmspell_wasm::guest::{LANGUAGES, Language};
use llmspell_wasm::policy::Right;
use llmspell_wasm::state::{Lifetime, Store};
use llmspell_wasm::{Grants, Limits, Runtime, nearest};

use crate::keys::{Key, Keys};
use crate::limits;
use crate::metrics::Metrics;
use crate::places::Places;
use crate::problem::Problem;
use crate::runs::Runs;

/// The state of a server.
pub struct App {
    pub runtime: Runtime,
    pub keys: Keys,
    pub runs: Runs,
    pub places: Arc<Places>,
    pub metrics: Metrics,
    /// What every run is granted, before policies have a say.
    grants: Grants,
    is_draining: AtomicBool,
}

pub type Shared = Arc<App>;

impl App {
    pub fn new(runtime: Runtime, grants: Grants) -> App {
        let (store, places) = (runtime.store().clone(), Arc::new(Places::new(runtime.config())));
        App {
            keys: Keys::new(store.clone()),
            runs: Runs::new(store),
            metrics: Metrics::new(places.clone()),
            places,
            runtime,
            grants,
            is_draining: AtomicBool::new(false),
        }
    }

    pub fn settings(&self) -> &ServerSettings {
        &self.runtime.config().server
    }

    /// How long a run that is over is kept.
    pub fn kept(&self) -> Lifetime {
        Lifetime::Milliseconds(u64::try_from(self.settings().keep_runs.as_millis()).unwrap_or(u64::MAX))
    }

    pub fn store(&self) -> &Store {
        self.runtime.store()
    }

    /// From now on no run begins.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// What a run of this key is granted, and its limits: those of the server, of the tenant's policies and of the key.
    pub fn bound(&self, key: &Key) -> Result<(Grants, Limits), Problem> {
        let tenant = &key.tenant;
        let (mut grants, changes) = self.runtime.bound(self.grants.clone(), tenant).map_err(|error| {
            tracing::error!(tenant, "no policy to run under: {error}");
            Problem::denied(format!("there is no policy that the tenant '{tenant}' could run under: tell the operator"))
        })?;
        changes.iter().for_each(|change| tracing::warn!(tenant, "{change}"));
        if !grants.policies.is_empty() {
            // What a policy names is granted, as all policies narrow it.
            grants.network = named(&grants, Right::NETWORK);
            grants.mcp = named(&grants, Right::MCP);
            (grants.read, grants.write) = (named(&grants, Right::READ), named(&grants, Right::WRITE));
        }
        let outer = grants.tighten(self.runtime.config().limits.clone());
        let limits = limits::read(&key.limits, &outer).map_err(|problem| {
            tracing::error!(tenant, key = key.id, "the key's {problem}");
            Problem::internal("the limits of this key can't be read: tell the operator")
        })?;
        Ok((grants, limits))
    }

    /// A language by its name or an extension of its files, and the extension.
    pub fn language(&self, text: &str) -> Result<(String, Option<&'static str>), Problem> {
        let guests = &self.runtime.config().guests;
        if guests.contains_key(text) {
            return Ok((text.into(), None));
        }
        if let Some(known) = Language::named(text).or_else(|| Language::of_extension(text)) {
            return Ok((known.name.into(), known.extensions.first().copied()));
        }
        let names = LANGUAGES.iter().map(|one| one.name).chain(guests.keys().map(String::as_str));
        let hint = nearest(text, &names.collect::<Vec<_>>());
        let shown: String = text.escape_debug().take(60).collect();
        Err(Problem::invalid(format!("language: there is no language '{shown}'{hint}")))
    }
}

fn named(grants: &Grants, right: Right) -> Vec<String> {
    let mut names: Vec<String> =
        grants.policies.iter().flat_map(|policy| policy.allowed(right)).map(String::from).collect();
    names.sort();
    names.dedup();
    names
}
