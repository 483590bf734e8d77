//! Models by name.
//!
//! Plain Rust: no wasmtime here, and no Rig type leaves this folder. Rig breaks its API every few weeks, so the rest
//! of the host knows only the types below.

mod connect;
mod delegate;
mod double;
mod error;
mod exchange;
mod failure;
mod history;
mod http;
mod image;
mod message;
mod places;
mod provider;
mod question;
mod redact;
mod reply;
mod run;
mod script;
mod settings;
#[cfg(test)]
mod tests;
mod text;
mod tools;
mod turn;

pub use delegate::{After, Before, Call, Delegate, FailedTurn, Remedy, Request, ToolAnswer, ToolEvent, Turn};
pub use error::ModelError;
pub use history::History;
pub use image::Image;
pub use message::{Message, Part, Role, ToolCall};
pub use provider::{Kind, Provider, Secret, Timeouts};
pub use question::Question;
pub use reply::{NanoDollars, Reply, Usage};
pub use run::{Run, RunError, RunReply};
pub use script::{Script, ScriptError};
pub use settings::{Reasoning, Settings, ToolChoice, ToolSpec};
pub use text::invisible;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use connect::{Connection, Target};
use double::Double;
use places::Tenants;

/// The provider that a bare model name belongs to when the operator names no other.
const DEFAULT_PROVIDER: &str = "openai";

/// No provider has longer names; a longer one would only swell messages and receipts.
const NAME_CHARS: usize = 200;

/// What a spell can ask: the operator's providers, or one double that stands in for all of them.
#[derive(Clone)]
pub struct Models {
    source: Arc<Source>,
    tenants: Tenants,
}

enum Source {
    Providers { connections: BTreeMap<String, Connection>, default_provider: String },
    Double(Double),
}

impl From<Source> for Models {
    fn from(source: Source) -> Models {
        Models { source: Arc::new(source), tenants: Tenants::default() }
    }
}

/// A model at a provider. Displayed as "provider/model".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelName {
    pub provider: String,
    pub model: String,
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}

impl Models {
    /// The operator's providers. A reply over `reply_bytes` is "too-large".
    ///
    /// Refuses ("invalid") what could send a key where it does not belong; connects to nobody yet.
    pub fn new(
        providers: Vec<Provider>,
        default_provider: Option<String>,
        reply_bytes: usize,
    ) -> Result<Models, ModelError> {
        let mut connections = BTreeMap::new();
        for provider in providers {
            let name = provider.name.clone();
            let connection = Connection::new(provider, reply_bytes)?;
            if connections.insert(name.clone(), connection).is_some() {
                return Err(ModelError::invalid(format!("provider '{name}' is configured twice")));
            }
        }
        if let Some(name) = &default_provider
            && !connections.contains_key(name)
        {
            return Err(ModelError::no_provider(name, connections.keys().map(String::as_str)));
        }
        let default_provider = default_provider.unwrap_or_else(|| DEFAULT_PROVIDER.to_owned());
        Ok(Models::from(Source::Providers { connections, default_provider }))
    }

    /// A double that asks nobody and says so: for `--offline`.
    ///
    /// It has no tokenizer: its usage counts words.
    pub fn offline() -> Models {
        Models::from(Source::Double(Double::Offline))
    }

    /// A double that plays the operator's script: for `--model-script`.
    pub fn scripted(script: Script) -> Models {
        Models::from(Source::Double(Double::Scripted(script)))
    }

    /// The configured providers by name; none with a double.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        let connections = match &*self.source {
            Source::Providers { connections, .. } => Some(connections.values()),
            Source::Double(_) => None,
        };
        connections.into_iter().flatten().map(Connection::provider)
    }

    /// The name of the double that answers instead of the providers, if one does.
    pub fn double(&self) -> Option<&'static str> {
        match &*self.source {
            Source::Providers { .. } => None,
            Source::Double(double) => Some(double.name()),
        }
    }

    /// What will be asked.
    ///
    /// With a `provider`, `model` is that provider's own name for the model, slashes included. Without one, `model` is
    /// "provider/model", or a bare name that goes to the default provider. Without a `model` it is the provider's
    /// default model.
    ///
    /// Errors: "not-found" (no such provider), "invalid" (no model to ask, or an impossible name). With a double every
    /// provider exists; what was not written is "default".
    pub fn resolve(&self, provider: Option<&str>, model: Option<&str>) -> Result<ModelName, ModelError> {
        let (provider, model) = match (provider, model) {
            (None, Some(model)) => match model.split_once('/') {
                Some((provider, model)) => (Some(provider), Some(model)),
                None => (None, Some(model)),
            },
            both => both,
        };
        for part in provider.iter().chain(&model) {
            check_name(part)?;
        }
        let (provider, model) = match &*self.source {
            Source::Double(_) => (provider.unwrap_or("default"), model.unwrap_or("default")),
            Source::Providers { connections, default_provider } => {
                let name = provider.unwrap_or(default_provider);
                let connection = find(connections, name)?;
                let default_model = connection.provider().default_model.as_deref();
                let model = model.or(default_model).ok_or_else(|| {
                    ModelError::invalid(format!("no model is named, and provider '{name}' has no default_model"))
                })?;
                (name, model)
            }
        };
        Ok(ModelName { provider: provider.to_owned(), model: model.to_owned() })
    }

    /// Who answers for a model.
    fn target(&self, name: &ModelName) -> Result<Target<'_>, ModelError> {
        match &*self.source {
            Source::Double(double) => Ok(Target::Double(double)),
            Source::Providers { connections, .. } => Ok(Target::Provider(find(connections, &name.provider)?)),
        }
    }
}

fn find<'a>(connections: &'a BTreeMap<String, Connection>, name: &str) -> Result<&'a Connection, ModelError> {
    connections.get(name).ok_or_else(|| ModelError::no_provider(name, connections.keys().map(String::as_str)))
}

/// Names end up in messages, receipts and request bodies: nothing invisible, nothing endless.
fn check_name(name: &str) -> Result<(), ModelError> {
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(text::invisible) {
        return Err(ModelError::invalid(format!(
            "'{}' is no model name: it is empty, over {NAME_CHARS} characters or holds control characters",
            text::clean(name, None)
        )));
    }
    Ok(())
}
