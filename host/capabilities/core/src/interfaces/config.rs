//! `config`: what a spell may know of the operator's configuration. Never a key: what it is made from holds none.

use std::cell::LazyCell;
use std::sync::Arc;

use llmspell_api::config::{self as api, Operator};
use llmspell_kernel::{Capability, Import, ImportData, ImportOf, Linker, Options, Run, RunState};
use serde_json::{Value, json};

use bindings::llmspell::spell::config;

mod bindings {
    #![allow(clippy::all, clippy::pedantic, missing_docs, reason = "generated")]

    wasmtime::component::bindgen!({
        path: "../../../wit",
        inline: "package llmspell:capability; world capability { import llmspell:spell/config@0.1.0; }",
        imports: { default: async | trappable },
        wasmtime_crate: llmspell_kernel::engine,
        with: {
            "llmspell:spell/types": llmspell_kernel::bindings::types,
        },
    });
}

/// The interface `config`.
pub struct ConfigCapability {
    /// What spells may know.
    pub known: Arc<Known>,
}

/// What spells may know of the configuration.
pub struct Known {
    /// What every spell may know.
    pub operator: Operator,
    /// Known where the host is granted.
    pub addresses: Vec<Address>,
}

/// Where a provider answers.
pub struct Address {
    /// Its name in the configuration.
    pub provider: String,
    /// The host and the port, as grants name them.
    pub host: String,
    /// The address itself.
    pub url: String,
}

impl Capability for ConfigCapability {
    type Instance = View;

    fn link(linker: &mut Linker<RunState>, import: ImportOf<View>) -> wasmtime::Result<()> {
        config::add_to_linker::<_, ImportData<View>>(linker, import)
    }

    fn prepare(&self, run: &mut Run, _: &Options) -> wasmtime::Result<View> {
        let (known, tenant, limits) = (self.known.clone(), run.tenant().to_owned(), run.limits().clone());
        let granted: Vec<bool> = known.addresses.iter().map(|one| run.grants_host(&one.host)).collect();
        Ok(View::new(move || {
            let mut operator = known.operator.clone();
            let granted = known.addresses.iter().zip(granted).filter(|(_, granted)| *granted);
            for (Address { provider, url, .. }, _) in granted {
                let provider = operator.providers.get_mut(provider).and_then(Value::as_object_mut);
                provider.map(|provider| provider.insert("address".into(), url.as_str().into()));
            }
            json!(api::View { operator, tenant, limits: limits.show() })
        }))
    }
}

/// A read-only object, made when it is first looked at: most spells never do.
pub struct View(LazyCell<Value, Make>);

type Make = Box<dyn FnOnce() -> Value + Send>;

impl View {
    /// An object that `make` gives when it is first looked at.
    pub fn new(make: impl FnOnce() -> Value + Send + 'static) -> View {
        View(LazyCell::new(Box::new(make)))
    }

    /// The value at a dotted path; the whole for "".
    pub fn get(&self, path: &str) -> Option<&Value> {
        if path.is_empty() {
            return Some(&self.0);
        }
        path.split('.').try_fold(&*self.0, |value, part| value.get(part))
    }
}

impl config::Host for Import<'_, View> {
    async fn get(&mut self, path: String) -> wasmtime::Result<Option<String>> {
        let value = self.call("config.get").text("path", &path);
        Ok(value.answer(|import| Ok(import.own.get(&path).map(ToString::to_string)))?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_path_leads_into_objects_only() {
        let view = View::new(|| json!({"providers": {"local": {"kind": "openai"}}, "list": [1]}));
        assert_eq!(view.get("providers.local.kind"), Some(&json!("openai")));
        assert_eq!((view.get("list.0"), view.get("providers..local"), view.get("nope")), (None, None, None));
    }
}
