//! From a model's name to the provider or double that answers for it.

use rig_agent::run::OutputMode;
use rig_core::catalog::Catalog;
use serde_json::Value;

use crate::connect::{Asked, Connection, find};
use crate::double::Double;
use crate::error::ModelError;
use crate::http::has_open_objects;
use crate::model_name::ModelName;
use crate::models::{Models, Source};
use crate::places::RequestPermit;
use crate::provider::Provider;
use crate::secret::Secret;
use crate::settings::Settings;
use llmspell_base::host_memory::HostMemory;
use llmspell_base::provider_kind::Kind;

/// The provider or double that answers for a model.
pub(crate) enum Target<'a> {
    Provider(&'a Connection),
    Double(&'a Double),
}

impl Models {
    /// The provider or double that answers for a model; "not-found" where there is no such provider.
    pub(crate) fn target(&self, name: &ModelName) -> Result<Target<'_>, ModelError> {
        match &*self.source {
            Source::Double(double) => Ok(Target::Double(double)),
            Source::Providers { connections, .. } => Ok(Target::Provider(find(connections, &name.provider)?)),
        }
    }

    /// Waits for a place, first among the tenant's requests: one tenant's requests never fill the provider's queue.
    /// Dropping the future leaves the queue.
    pub(crate) async fn place(&self, name: &ModelName, tenant: &str) -> Result<RequestPermit, ModelError> {
        let closed = |_| ModelError::failed(name, "its queue is closed".into());
        let tenant_permit = self.tenants.of(tenant).acquire_owned().await.map_err(closed)?;
        let provider_permit = match self.target(name)? {
            Target::Provider(connection) => Some(connection.slots().acquire_owned().await.map_err(closed)?),
            Target::Double(_) => None,
        };
        Ok(RequestPermit::new(tenant_permit, provider_permit))
    }
}

impl Target<'_> {
    /// The model, for a request with these settings and this schema of the answer.
    pub(crate) fn ask(
        &self,
        name: &ModelName,
        settings: &Settings,
        schema: Option<&Value>,
        memory: &HostMemory,
    ) -> Result<Asked, ModelError> {
        match self {
            Target::Provider(connection) => connection.ask(name, settings, schema, memory),
            Target::Double(double) => Ok(Asked::double(double, name)),
        }
    }

    pub(crate) fn provider(&self) -> Option<&Provider> {
        match self {
            Target::Provider(connection) => Some(connection.provider()),
            Target::Double(_) => None,
        }
    }

    pub(crate) fn key(&self) -> Option<&Secret> {
        self.provider()?.key.as_ref()
    }

    /// The name under which replies are shown.
    pub(crate) fn answerer(&self) -> &str {
        match self {
            Target::Provider(connection) => &connection.provider().name,
            Target::Double(double) => double.name(),
        }
    }

    /// How a model is made to keep to a schema: by the provider where it can, and else by telling the model.
    pub(crate) fn output_mode(&self, name: &ModelName, has_tools: bool, schema: Option<&Value>) -> OutputMode {
        let Some(provider) = self.provider() else { return OutputMode::Auto };
        // A model that is not in the catalog is taken to be newer than it.
        let spec = Catalog::builtin().resolve(&format!("{}/{}", provider.kind.vendor(), name.model));
        // Anthropic takes closed objects alone.
        let is_taken = provider.kind != Kind::Anthropic || !schema.is_some_and(has_open_objects);
        let is_able = is_taken && provider.kind.has_schemas() && spec.is_none_or(|spec| spec.structured_output);
        match (is_able, has_tools) {
            (true, _) => OutputMode::Auto,
            (false, true) => OutputMode::Tool,
            (false, false) => OutputMode::Prompted,
        }
    }
}
