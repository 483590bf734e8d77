//! Resolves names of models to a provider and its model.

use std::collections::BTreeMap;

use crate::connect::{Connection, find};
use crate::error::ModelError;
use crate::model_name::{ModelName, check_name};
use crate::models::{Models, Source};
use crate::provider::Provider;
use llmspell_base::provider_kind::Kind;

/// The provider that a bare model name belongs to when neither the name nor the operator tells another.
pub(crate) const DEFAULT_PROVIDER: &str = "openai";

impl Models {
    /// The provider that is asked where none is named; the double, if one stands in for all.
    pub fn default_provider(&self) -> &str {
        match &*self.source {
            Source::Double(double) => double.name(),
            Source::Providers { default_provider, .. } => default_provider.as_deref().unwrap_or(DEFAULT_PROVIDER),
        }
    }

    /// Resolves a provider and a model, either of which may be missing.
    ///
    /// With a `provider`, `model` is that provider's own name for the model, slashes included. Without one, `model` is
    /// "provider/model", or a bare name: of the provider whose models are called so, if it is configured, and else of
    /// the default provider. Without a `model` it is the provider's default model.
    ///
    /// Errors: "not-found" (no such provider), "auth" (a bare name whose provider has no key), "invalid" (no model to
    /// ask, or an impossible name). With a double every provider exists; what was not written is "default".
    pub fn resolve(&self, provider: Option<&str>, model: Option<&str>) -> Result<ModelName, ModelError> {
        let (provider, model) = match (provider, model) {
            (None, Some(model)) => match model.split_once('/') {
                Some((provider, model)) => (Some(provider), Some(model)),
                None => (None, Some(model)),
            },
            both => both,
        };
        for part in provider.iter().chain(&model) {
            check_name(part).map_err(ModelError::invalid)?;
        }
        let (provider, model) = match &*self.source {
            Source::Double(_) => (provider.unwrap_or("default"), model.unwrap_or("default")),
            Source::Providers { connections, default_provider } => {
                let name = match (provider, model) {
                    (Some(name), _) => alias(connections, name),
                    (None, Some(model)) => maker(connections, model, default_provider.as_deref())?,
                    (None, None) => default_provider.as_deref().unwrap_or(DEFAULT_PROVIDER),
                };
                let connection = find(connections, name)?;
                let default_model = connection.provider().default_model.as_deref();
                let model = model.or(default_model).ok_or_else(|| {
                    ModelError::invalid(format!("no model is named, and provider '{name}' has no default_model: name one, as in \"{name}/MODEL\""))
                })?;
                (name, model)
            }
        };
        Ok(ModelName { provider: provider.to_owned(), model: model.to_owned() })
    }
}

/// What the operator calls something is so called; else a provider may have other names.
fn alias<'a>(connections: &BTreeMap<String, Connection>, name: &'a str) -> &'a str {
    match Kind::of_alias(name) {
        Some(kind) if !connections.contains_key(name) => kind.name(),
        _ => name,
    }
}

/// The provider of a bare model name. One that is not configured and has no key is passed over, and named in the error
/// where no other provider was chosen.
fn maker<'a>(
    connections: &'a BTreeMap<String, Connection>,
    model: &str,
    default: Option<&'a str>,
) -> Result<&'a str, ModelError> {
    let Some(kind) = Kind::of_model(model) else { return Ok(default.unwrap_or(DEFAULT_PROVIDER)) };
    let named = connections.get(kind.name()).map(Connection::provider).filter(|provider| provider.kind == kind);
    // A server of one's own has models of its own.
    let own = |provider: &&Provider| provider.kind == kind && provider.base_url.is_none();
    let mut candidates = named.into_iter().chain(connections.values().map(Connection::provider).filter(own));
    let Some(first) = candidates.next() else { return Ok(default.unwrap_or(DEFAULT_PROVIDER)) };
    if !first.is_builtin || first.is_available() {
        return Ok(&first.name);
    }
    match candidates.find(|provider| provider.is_available()) {
        Some(provider) => Ok(&provider.name),
        None => default.ok_or_else(|| first.no_key()),
    }
}
