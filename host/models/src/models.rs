//! The models that can be asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::apart::Places;
use crate::connect::Connection;
use crate::double::Double;
use crate::error::ModelError;
use crate::places::Tenants;
use crate::provider::Provider;
use crate::script::Script;

/// The models that can be asked: the operator's providers, or one double that stands in for all of them. Clones share it.
#[derive(Clone)]
pub struct Models {
    pub(crate) source: Arc<Source>,
    pub(crate) tenants: Tenants,
    pub(crate) apart: Places,
}

pub(crate) enum Source {
    /// `default_provider`: as the operator chose it.
    Providers {
        connections: BTreeMap<String, Connection>,
        default_provider: Option<String>,
    },
    Double(Double),
}

impl From<Source> for Models {
    fn from(source: Source) -> Models {
        Models { source: Arc::new(source), tenants: Tenants::default(), apart: Places::default() }
    }
}

impl Models {
    /// The operator's providers. A reply over `reply_bytes` is "too-large".
    ///
    /// Refuses ("invalid") what could send a key where it does not belong; opens no connection yet.
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
        Ok(Models::from(Source::Providers { connections, default_provider }))
    }

    /// A double that asks no model and says so in its answers: for `--offline`.
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

    /// Sets how many requests of one tenant may be under way at once, whatever the provider; `None` is the default, 16.
    pub fn with_tenant_requests(mut self, most: Option<usize>) -> Models {
        self.tenants = Tenants::new(most);
        self
    }
}
