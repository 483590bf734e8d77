//! What an agent is, as a spell wrote it.

use llmspell_api::agent::{Description, KnowledgeSource, MemoryPlace};
use llmspell_capability_session::check_session;
use serde_json::Value;

use super::Bounds;
use super::knowledge;
use super::options::GenerationOptions;
use super::retention::HistoryLimit;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;
use llmspell_base::text::invisible;
use llmspell_kernel::Result;
use llmspell_models::{ModelName, Models};

#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub description: Option<String>,
    pub model: ModelName,
    pub system: Option<String>,
    pub work: GenerationOptions,
    /// No run sees or adds to the history.
    pub stateless: bool,
    /// The session in whose memory what is said is kept; "": the current one, or what belongs to none.
    pub memory: Option<String>,
    pub kept: HistoryLimit,
    /// What is looked up before each run.
    pub knowledge: Vec<KnowledgeSource>,
}

const NAME_CHARS: usize = 128;

impl Definition {
    pub fn read(mut fields: Fields, models: &ModelChoice, bounds: &Bounds) -> Result<Definition> {
        let is_named = fields.has(&["name"]);
        let name = name(&mut fields)?;
        let memory = memory(&mut fields, is_named)?;
        let definition = Definition {
            name,
            description: fields.text("description")?,
            model: models.read(&mut fields)?,
            system: fields.text("system")?,
            work: GenerationOptions::read(&mut fields, bounds)?,
            stateless: fields.flag("stateless")?.unwrap_or(false),
            memory,
            kept: HistoryLimit::read(&mut fields)?,
            knowledge: knowledge::read(&mut fields)?,
        };
        if definition.stateless && definition.memory.is_some() {
            return Err(Failure::invalid("an agent is `stateless` or has a `memory`, not both"));
        }
        fields.end()?;
        Ok(definition)
    }

    /// With what was filled in, but for its id.
    pub fn show(&self) -> Description {
        Description {
            name: self.name.clone(),
            description: self.description.clone(),
            model: self.model.to_string(),
            system: self.system.clone(),
            stateless: self.stateless.then_some(true),
            memory: self.memory.as_ref().map(|session| match session.as_str() {
                "" => MemoryPlace::Current(true),
                id => MemoryPlace::Session(id.into()),
            }),
            history: self.kept.show(),
            options: self.work.show(),
            knowledge: Some(self.knowledge.clone()).filter(|knowledge| !knowledge.is_empty()),
            id: None,
        }
    }
}

/// `memory`: true, or the id of a session. What is kept is found again by the agent's name.
fn memory(fields: &mut Fields, is_named: bool) -> Result<Option<String>> {
    let session = match fields.take("memory") {
        None | Some(Value::Bool(false)) => return Ok(None),
        Some(Value::Bool(true)) => String::new(),
        Some(Value::String(id)) if !id.is_empty() => {
            check_session(&id)?;
            id
        }
        Some(other) => return Err(fields.wrong("memory", "true or the id of a session", &other)),
    };
    match is_named {
        true => Ok(Some(session)),
        false => Err(Failure::invalid("an agent with a memory needs a `name`: by that it finds what was said before")),
    }
}

fn name(fields: &mut Fields) -> Result<String> {
    let Some(name) = fields.text("name")? else { return Ok("agent".into()) };
    // It goes into hooks' points, events, logs and messages.
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(invisible) {
        let problem = format!("a text of 1 to {NAME_CHARS} characters without control characters");
        return Err(fields.wrong("name", &problem, &name.into()));
    }
    Ok(name)
}

/// Which model is meant by what a spell wrote.
#[derive(Clone)]
pub struct ModelChoice {
    pub models: Models,
    /// Asked in place of any model that the spell names.
    pub instead: Option<String>,
}

impl ModelChoice {
    /// The fields `model`, `provider` and `base_url`; without any, the default model.
    pub fn read(&self, fields: &mut Fields) -> Result<ModelName> {
        let (provider, model, base_url) = (fields.text("provider")?, fields.text("model")?, fields.text("base_url")?);
        let provider = match base_url {
            None => provider,
            Some(url) => Some(self.at(&url, provider.as_deref())?),
        };
        self.named(provider.as_deref(), model.as_deref())
    }

    pub fn named(&self, provider: Option<&str>, model: Option<&str>) -> Result<ModelName> {
        Ok(match &self.instead {
            Some(model) => self.models.resolve(None, Some(model))?,
            None => self.models.resolve(provider, model)?,
        })
    }

    /// The provider that the operator configured with this address. A spell can't send a key anywhere else.
    fn at(&self, url: &str, provider: Option<&str>) -> Result<String> {
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        let mut known = self.models.providers().filter(|one| {
            one.base_url.as_deref().map(plain) == Some(plain(url)) && provider.is_none_or(|name| name == one.name)
        });
        known.next().map(|one| one.name.clone()).ok_or_else(|| {
            Failure::denied(
                "base_url: no provider is configured with this address: the operator adds one to the configuration, \
                 and a spell names it",
            )
        })
    }
}
