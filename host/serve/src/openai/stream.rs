//! Server-sent events as clients of OpenAI's API read them.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use serde_json::Value;

use super::ask::Asked;
use crate::events::HEARTBEAT;

/// A stream of these. Its run is cancelled where the client hangs up before the end.
pub fn stream(mut asked: Asked, events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let headers = asked.headers();
    let guard = asked.guard.take();
    let permit = asked.permit;
    let end = futures::stream::once(async move {
        guard.into_iter().for_each(crate::waiting::CancelOnDrop::disarm);
        None
    });
    let events = events.map(move |event| {
        let _open = &permit;
        event
    });
    let all = events.map(Some).chain(end).filter_map(std::future::ready).map(Ok::<_, Infallible>);
    (headers, Sse::new(all).keep_alive(KeepAlive::new().interval(HEARTBEAT))).into_response()
}

/// An event without a name: of chat completions.
pub fn data(value: &Value) -> Event {
    Event::default().data(value.to_string())
}

/// An event with a name: of responses.
pub fn named(name: &str, value: &Value) -> Event {
    data(value).event(name)
}
