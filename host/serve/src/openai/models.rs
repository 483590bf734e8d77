//! `GET /v1/models`: the tenant's stored spells.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::PREFIX;
use crate::app::Shared;
use crate::caller::Caller;
use crate::keys::Right;
use crate::names;
use crate::path::Named;
use crate::problem::Problem;
use crate::spells::{self, StoredSpell};

/// A stored spell as a model.
#[derive(Serialize, ToSchema)]
pub struct Model {
    /// "spell/NAME".
    id: String,
    /// "model".
    object: &'static str,
    /// Of its latest version, in seconds since 1970.
    created: u64,
    /// "llmspell".
    owned_by: &'static str,
}

/// All of them.
#[derive(Serialize, ToSchema)]
pub struct Models {
    /// "list".
    object: &'static str,
    data: Vec<Model>,
}

fn model(spell: &StoredSpell) -> Model {
    let created = humantime::parse_rfc3339(&spell.created_at).ok();
    let since = created.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    Model {
        id: format!("{PREFIX}{}", spell.name),
        object: "model",
        created: since.unwrap_or_default().as_secs(),
        owned_by: "llmspell",
    }
}

/// List stored spells as models
#[utoipa::path(get, path = "/v1/models", tag = "openai", responses((status = 200, body = Models)))]
pub async fn list(State(app): State<Shared>, caller: Caller) -> Result<Json<Models>, Problem> {
    caller.needs(Right::Run)?;
    let (mut data, mut after) = (Vec::new(), None);
    loop {
        let page = spells::list(app.store(), caller.tenant(), after, 0).await?;
        data.extend(page.spells.iter().map(model));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(Json(Models { object: "list", data })),
        }
    }
}

/// Show a stored spell as a model, by its id with the '/' as %2F
#[utoipa::path(get, path = "/v1/models/{model}", tag = "openai",
    params(("model" = String, Path, description = "\"spell/NAME\"")), responses((status = 200, body = Model)))]
pub async fn get(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Json<Model>, Problem> {
    let unknown = || Problem::not_found(format!("there is no such model: a stored spell is the model {PREFIX}NAME"));
    find(&app, &caller, id.strip_prefix(PREFIX).ok_or_else(unknown)?).await
}

/// Show a stored spell as a model
#[utoipa::path(get, path = "/v1/models/spell/{name}", tag = "openai",
    params(("name" = String, Path, description = "The spell's name")), responses((status = 200, body = Model)))]
pub async fn get_named(State(app): State<Shared>, caller: Caller, Named(name): Named) -> Result<Json<Model>, Problem> {
    find(&app, &caller, &name).await
}

async fn find(app: &Shared, caller: &Caller, name: &str) -> Result<Json<Model>, Problem> {
    caller.needs(Right::Run)?;
    let (name, version) = names::spell_and_version(name)?;
    Ok(Json(model(&spells::get(app.store(), caller.tenant(), name, version).await?)))
}
