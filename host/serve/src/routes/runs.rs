//! Runs.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};
use llmspell_base::Code;
use llmspell_base::hash::hash;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::spells::{file_name, limit};
use super::{Named, Parameters};
use crate::app::Shared;
use crate::body;
use crate::caller::Caller;
use crate::idempotency::Idempotency;
use crate::keys::Right;
use crate::names;
use crate::play::{Begun, Order, begin as begin_run};
use crate::problem::Problem;
use crate::runs::{Run, RunPage, StoredRun};
use crate::spells;
use crate::waiting::{CancelOnDrop, wait};

/// A run that is asked for: of a stored spell, or of a source that comes with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// A stored spell: "greeting", or a version of it: "greeting@3".
    pub spell: Option<String>,
    /// The text of a spell, in place of a stored one.
    pub source: Option<String>,
    /// Of `source`, such as "lua" or "javascript".
    pub language: Option<String>,
    /// The spell's `params`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub parameters: Map<String, Value>,
    /// The spell's `arg`.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The session of the tenant that it begins in.
    pub session: Option<String>,
    /// Makes its randomness repeatable.
    pub seed: Option<u64>,
    /// Limits by name, such as `{"fuel": 1000000, "timeout": "30s"}`. None may be above the key's.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub limits: Map<String, Value>,
    /// Answer when the run is over. A client that hangs up before cancels the run, unless it sent an Idempotency-Key.
    #[serde(default)]
    pub wait: bool,
    /// Keep a record, with which the run can be run again without anything outside.
    #[serde(default)]
    pub record: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Continue behind this run.
    after: Option<String>,
    /// At most so many, from 1 to 1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u16>,
}

/// Run a spell
///
/// With an Idempotency-Key, a request that is sent again within a day gets the run that the first one began.
#[utoipa::path(post, path = "/v1/runs", tag = "runs", request_body = NewRun,
    params(("Idempotency-Key" = Option<String>, Header, description = "What the client calls this request: 1 to 255 characters")),
    responses((status = 200, description = "It is over: `outcome` says how it ended", body = Run),
        (status = 202, description = "It was accepted", body = Run)))]
pub async fn begin(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body::Json { value, text }: body::Json<NewRun>,
) -> Result<Response, Problem> {
    caller.needs(Right::Run)?;
    let (waits, idempotency) = (value.wait, Idempotency::of(&headers, "/v1/runs", &text)?);
    let (is_safe, tenant) = (idempotency.is_some(), caller.tenant().to_owned());
    let order = order(&app, caller, value, idempotency).await?;
    let (id, is_replayed, guard) = match begin_run(&app, order).await? {
        Begun::Run(live) => {
            (live.id.clone(), false, (waits && !is_safe).then(|| CancelOnDrop::new(live.cancel.clone())))
        }
        Begun::Earlier(id) => (id, true, None),
    };
    let run = if waits { wait(&app, &tenant, &id).await? } else { app.runs.find(&tenant, &id).await?.run };
    guard.into_iter().for_each(CancelOnDrop::disarm);
    let status = if waits { StatusCode::OK } else { StatusCode::ACCEPTED };
    let mut response = (status, [(LOCATION, format!("/v1/runs/{id}"))], Json(run)).into_response();
    if is_replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn order(app: &Shared, caller: Caller, new: NewRun, idempotency: Option<Idempotency>) -> Result<Order, Problem> {
    let NewRun { spell, source, language, parameters, arguments, session, seed, limits, record, .. } = new;
    if let Some(session) = &session {
        llmspell_wasm::state::check_session_id(session)
            .map_err(|error| Problem::invalid(format!("session: {error}")))?;
    }
    let (spell, language, file, source) = match (spell, source) {
        (Some(_), Some(_)) => return Err(Problem::invalid("spell and source are both given: a run is of one of them")),
        (None, None) => {
            return Err(Problem::invalid("spell is missing: name a stored spell, or give source and language"));
        }
        (Some(_), None) if language.is_some() => {
            return Err(Problem::invalid("language: a stored spell has one; leave it out"));
        }
        (Some(name), None) => {
            let (name, version) = names::spell_and_version(&name)?;
            let stored = spells::get(app.store(), caller.tenant(), name, version).await?;
            let (language, extension) = app.language(&stored.language)?;
            let file = file_name(name, extension);
            (Some((stored.name, stored.version)), language, file, stored.source.unwrap_or_default())
        }
        (None, Some(source)) => {
            let language = language.ok_or_else(|| Problem::invalid("language is missing: say what source is in"))?;
            let (language, extension) = app.language(&language)?;
            (None, language, file_name("spell", extension), source)
        }
    };
    let hash = hash(source.as_bytes());
    Ok(Order {
        key: caller.0,
        spell,
        language,
        file,
        source,
        hash,
        parameters,
        arguments,
        session,
        seed,
        limits,
        record,
        idempotency,
    })
}

/// What this key may see: all runs of its tenant, or those that it began itself.
pub async fn visible(app: &Shared, caller: &Caller, id: &str) -> Result<StoredRun, Problem> {
    if !caller.has(Right::Read) {
        caller.needs(Right::Run)?;
    }
    let found = app.runs.find(caller.tenant(), id).await?;
    match caller.has(Right::Read) || found.run.key == caller.0.id {
        true => Ok(found),
        // As if there were none.
        false => Err(Problem::not_found("there is no such run of this key: others need the right 'read'")),
    }
}

/// List the tenant's runs, the latest first
#[utoipa::path(get, path = "/v1/runs", tag = "runs", params(Page), responses((status = 200, body = RunPage)))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Parameters(page): Parameters<Page>,
) -> Result<Json<RunPage>, Problem> {
    caller.needs(Right::Read)?;
    Ok(Json(app.runs.list(caller.tenant(), page.after.as_deref(), limit(page.limit)?).await?))
}

/// Show a run
#[utoipa::path(get, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = Run)))]
pub async fn get(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Json<Run>, Problem> {
    Ok(Json(visible(&app, &caller, &id).await?.run))
}

/// Cancel a run: it ends with the outcome "cancelled", unless it is over
#[utoipa::path(delete, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "As it is when it is over", body = Run)))]
pub async fn cancel(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Json<Run>, Problem> {
    caller.needs(Right::Run)?;
    visible(&app, &caller, &id).await?;
    if let Some(live) = app.runs.find_live(caller.tenant(), &id) {
        live.cancel.cancel();
        return Ok(Json(live.ended().await));
    }
    Ok(Json(app.runs.find(caller.tenant(), &id).await?.run))
}

/// The receipt of a run that is over
#[utoipa::path(get, path = "/v1/runs/{id}/receipt", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = ref("#/components/schemas/Receipt"))))]
pub async fn receipt(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Response, Problem> {
    match visible(&app, &caller, &id).await?.receipt {
        Some(receipt) => Ok(Json(receipt).into_response()),
        None => Err(not_over()),
    }
}

fn not_over() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        Code::Conflict,
        "the run is not over yet: ask again when its status is \"ended\"",
    )
}

/// The record of a run that was begun with `record`
#[utoipa::path(get, path = "/v1/runs/{id}/record", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "A file for `llmspell-wasm replay`", body = Vec<u8>,
        content_type = "application/octet-stream")))]
pub async fn record(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Response, Problem> {
    let StoredRun { run, receipt, .. } = visible(&app, &caller, &id).await?;
    if receipt.is_none() {
        return Err(not_over());
    }
    if !run.recorded {
        return Err(Problem::not_found("this run has no record: it is kept where a run begins with \"record\": true"));
    }
    let record = crate::record::read(app.store(), caller.tenant(), &id).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], record).into_response())
}
