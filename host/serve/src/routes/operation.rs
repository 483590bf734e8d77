//! How the server is, for those who operate it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;
use crate::caller::Caller;
use crate::keys::Right;
use crate::metrics;
use crate::problem::Problem;

/// That all is well.
#[derive(Serialize, ToSchema)]
pub struct Well {
    /// "ok"
    status: &'static str,
    /// Of llmspell-wasm.
    version: &'static str,
}

fn well() -> Json<Well> {
    Json(Well { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the process answers
#[utoipa::path(get, path = "/health", tag = "operation", security(()), responses((status = 200, body = Well)))]
pub async fn health() -> Json<Well> {
    well()
}

/// Whether runs can begin: the store is open, and the server is not about to end
#[utoipa::path(get, path = "/ready", tag = "operation", security(()), responses(
    (status = 200, body = Well),
    (status = 503, description = "Not now", body = Problem, content_type = "application/problem+json"),
))]
pub async fn ready(State(app): State<Shared>) -> Result<Json<Well>, Problem> {
    if app.is_draining() {
        return Err(Problem::draining());
    }
    app.store().open(|_| ()).await?;
    Ok(well())
}

/// Figures for Prometheus; the key needs the right "operator"
#[utoipa::path(get, path = "/metrics", tag = "operation", responses(
    (status = 200, description = "Text in the exposition format", body = String, content_type = "text/plain"),
))]
pub async fn metrics(State(app): State<Shared>, caller: Caller) -> Result<Response, Problem> {
    caller.needs(Right::Operator)?;
    let text = app.metrics.text().map_err(|error| Problem::internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

/// This document
#[utoipa::path(get, path = "/openapi.json", tag = "operation", security(()), responses(
    (status = 200, description = "OpenAPI 3.1", body = Object),
))]
pub async fn openapi() -> Json<&'static serde_json::Value> {
    Json(super::openapi())
}
