//! Runs.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::new_run::{NewRun, order};
use super::page::Page;
use crate::app::Shared;
use crate::begin::{Begun, begin as begin_run, earlier};
use crate::body;
use crate::caller::Caller;
use crate::idempotency::Idempotency;
use crate::keys::Right;
use crate::path::{Named, Parameters};
use crate::problem::Problem;
use crate::run::{Run, RunPage, StoredRun};
use crate::runs::Reached;
use crate::waiting::{CancelOnDrop, wait};

/// Run a spell
///
/// With an Idempotency-Key, a request that is sent again within a day with the same key gets the run that the first one began.
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
    let (waits, idempotency) = (value.wait, Idempotency::of(&headers, &caller.0, "/v1/runs", &text)?);
    let tenant = caller.tenant().to_owned();
    let _permit = waits.then(|| app.places.answer(&tenant)).transpose()?;
    let begun = match earlier(&app, &tenant, idempotency.as_ref()).await? {
        Some(id) => Begun::Earlier(id),
        None => begin_run(&app, order(&app, caller, value, idempotency).await?).await?,
    };
    let (id, is_replayed, guard) = match begun {
        Begun::Run(live, guard) => (live.id.clone(), false, guard),
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
    Ok(Json(app.runs.list(caller.tenant(), page.after.as_deref(), page.limit()?).await?))
}

/// Show a run
#[utoipa::path(get, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = Run)))]
pub async fn get(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Json<Run>, Problem> {
    Ok(Json(visible(&app, &caller, &id).await?.run))
}

/// Cancel a run: it ends with the outcome "cancelled", unless it is over
#[utoipa::path(delete, path = "/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "As it is when it is over", body = Run),
        (status = 202, description = "It ends; as many answers of the tenant as may wait do so already", body = Run)))]
pub async fn cancel(State(app): State<Shared>, caller: Caller, Named(id): Named) -> Result<Response, Problem> {
    caller.needs(Right::Run)?;
    visible(&app, &caller, &id).await?;
    let live = match app.runs.reach(caller.tenant(), &id).await? {
        Reached::Live(live) => live,
        Reached::Over(found) => return Ok(Json(found.run).into_response()),
    };
    // Whatever else the tenant waits for: what it has too many of, it can end.
    live.cancel.cancel();
    Ok(match app.places.answer(caller.tenant()) {
        Ok(_permit) => Json(live.ended().await).into_response(),
        Err(_) => (StatusCode::ACCEPTED, Json(live.run())).into_response(),
    })
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
    Problem::conflict("the run is not over yet: ask again when its status is \"ended\"")
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
