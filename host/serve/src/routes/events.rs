//! The events of a run, as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;

use super::runs::visible;
use crate::app::Shared;
use crate::caller::Caller;
use crate::events::{Event, HEARTBEAT};
use crate::path::{Named, Parameters};
use crate::problem::Problem;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// Continue behind the event with this id; the header Last-Event-ID comes first.
    after: Option<u64>,
}

/// Follow a run: its events so far, and then as they come
///
/// `status`, `output`, `log`, `notice`, `text` (what a model streams), `tool`, `model`, `workflow`, `lost` and, as the last,
/// `ended` with the run. Reading too slowly loses the oldest, and `lost` says how many.
#[utoipa::path(get, path = "/v1/runs/{id}/events", tag = "runs",
    params(("id" = String, Path, description = "The run's id"), After,
        ("Last-Event-ID" = Option<u64>, Header, description = "Continue behind the event with this id")),
    responses((status = 200, description = "Server-sent events with JSON as data", body = String,
        content_type = "text/event-stream")))]
pub async fn events(
    State(app): State<Shared>,
    caller: Caller,
    Named(id): Named,
    Parameters(After { after }): Parameters<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visible(&app, &caller, &id).await?;
    let permit = app.places.answer(caller.tenant())?;
    let after = match headers.get("last-event-id") {
        None => after.unwrap_or(0),
        Some(text) => {
            let number = text.to_str().ok().and_then(|text| text.parse().ok());
            number.ok_or_else(|| Problem::invalid("the header Last-Event-ID is not the id of an event"))?
        }
    };
    let events = app.runs.events(caller.tenant(), &id).await?;
    let stream = Arc::clone(&events).follow(after).map(move |event| {
        let _open = &permit;
        Ok::<_, Infallible>(written(&event))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response())
}

fn written(event: &Event) -> SseEvent {
    // JSON as serde_json writes it is one line.
    SseEvent::default().id(event.id.to_string()).event(&event.kind).data(event.data.to_string())
}
