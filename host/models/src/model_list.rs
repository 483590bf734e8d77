//! The models that a provider says it has.

use crate::connect::{Connection, anthropic, gemini, ollama, openai};
use crate::error::ModelError;
use crate::model_name::ModelName;
use crate::quiet::quietly;
use crate::settings::Settings;
use crate::text::clean;
use llmspell_base::host_memory::HostMemory;
use llmspell_base::provider_kind::Kind;

impl Connection {
    /// Asks for the list; `None`: the kind has none. `name` is for messages.
    pub(crate) async fn model_list(&self, name: &ModelName) -> Result<Option<Vec<String>>, ModelError> {
        let (provider, http) = (self.provider(), self.http(name, None, &HostMemory::default())?);
        let url = provider.base_url.as_deref();
        let list = match provider.kind {
            Kind::Cohere => return Ok(None),
            Kind::Anthropic => quietly(anthropic(url).connect(http).list_models()).await,
            Kind::Gemini => quietly(gemini(url).connect(http).list_models()).await,
            Kind::Ollama => quietly(ollama(url).connect(http).list_models()).await,
            _ => quietly(openai(provider, &Settings::default()).connect(http).list_models()).await,
        };
        let list = list.map_err(|error| ModelError::from_rig(error, name, Some(provider)))?;
        let id = |id: &str| clean(id.strip_prefix("models/").unwrap_or(id), provider.key.as_ref());
        Ok(Some(list.iter().map(|model| id(&model.id)).collect()))
    }
}
