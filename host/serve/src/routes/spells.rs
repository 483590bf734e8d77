//! Stored spells.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::Page;
use crate::app::Shared;
use crate::body;
use crate::caller::Caller;
use crate::keys::Right;
use crate::names::{self, file_name};
use crate::path::{Named, Parameters};
use crate::problem::Problem;
use crate::spells::{self, NewSpell, SpellPage, StoredSpell};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Version {
    /// Which version; the latest where there is none.
    version: Option<u64>,
}

/// List the tenant's spells, by name
#[utoipa::path(get, path = "/v1/spells", tag = "spells", params(Page), responses((status = 200, body = SpellPage)))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(page): Parameters<Page>,
) -> Result<Json<SpellPage>, Problem> {
    caller.needs(Right::Spells)?;
    let limit = page.limit()?;
    Ok(Json(spells::list(app.store(), caller.tenant(), page.after, limit).await?))
}

/// Store a spell, as a new version if there is one of that name
///
/// Its syntax is checked, and the policy that it requests; nothing of it runs. What is the latest version already makes no
/// new one.
#[utoipa::path(post, path = "/v1/spells/{name}", tag = "spells",
    params(("name" = String, Path, description = "1 to 64 letters, digits, '-', '_' and '.'")),
    request_body = NewSpell,
    responses((status = 201, description = "A new version", body = StoredSpell),
        (status = 200, description = "It is the latest version already", body = StoredSpell)))]
pub async fn put(
    State(app): State<Shared>,
    caller: Caller,
    Named(name): Named,
    body::Json { value: mut new, .. }: body::Json<NewSpell>,
) -> Result<Response, Problem> {
    caller.needs(Right::Spells)?;
    names::check_spell(&name)?;
    let (language, extension) = app.language(&new.language)?;
    let file = file_name(&name, extension);
    spells::check(&app, &caller.0, &language, &file, &new.source).await?;
    new.language = language;
    let (stored, is_new) = spells::put(app.store(), caller.tenant(), &name, new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(stored)).into_response())
}

/// Show a spell with its source
#[utoipa::path(get, path = "/v1/spells/{name}", tag = "spells",
    params(("name" = String, Path, description = "The spell's name"), Version),
    responses((status = 200, body = StoredSpell)))]
pub async fn get(
    State(app): State<Shared>,
    caller: Caller,
    Named(name): Named,
    Parameters(Version { version }): Parameters<Version>,
) -> Result<Json<StoredSpell>, Problem> {
    caller.needs(Right::Spells)?;
    names::check_spell(&name)?;
    Ok(Json(spells::get(app.store(), caller.tenant(), &name, version).await?))
}

/// Delete a spell with all its versions; runs of it go on
#[utoipa::path(delete, path = "/v1/spells/{name}", tag = "spells",
    params(("name" = String, Path, description = "The spell's name")),
    responses((status = 204, description = "It is gone")))]
pub async fn delete(State(app): State<Shared>, caller: Caller, Named(name): Named) -> Result<StatusCode, Problem> {
    caller.needs(Right::Spells)?;
    names::check_spell(&name)?;
    match spells::remove(app.store(), caller.tenant(), &name).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found(format!("there is no spell '{name}'"))),
    }
}
