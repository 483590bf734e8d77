//! `POST /v1/responses`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response, sse::Event};
use futures::StreamExt;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::answer::{Piece, Usage, pieces};
use super::ask::{Asked, Request, ask, options};
use super::chat::now;
use super::failure::Failed;
use super::message::{Conversation, of_responses};
use super::stream::{named, stream};
use crate::app::Shared;
use crate::body;
use crate::caller::Caller;
use crate::problem::Problem;

/// What is read of the request. The spell gets all else as `params.options`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ResponsesRequest {
    /// "spell/NAME" or "spell/NAME@VERSION".
    model: String,
    /// A text, or messages, which the spell reads as `params.messages`; the user's last text is `params.prompt`.
    #[schema(value_type = Value)]
    input: Value,
    /// The first message, of the role "system".
    instructions: Option<String>,
    /// Whether the answer is wanted piece by piece.
    stream: Option<bool>,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    rest: Map<String, Value>,
}

/// Have a stored spell respond
///
/// Responses are not kept: `GET /v1/runs/{id}` with the id in the header x-llmspell-run shows the run.
#[utoipa::path(post, path = "/v1/responses", tag = "openai", request_body = ResponsesRequest, responses(
    (status = 200, description = "A response; where `stream` is true, server-sent events about one", content(
        (Object = "application/json"), (String = "text/event-stream")))))]
pub async fn respond(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body::Json { value, text }: body::Json<ResponsesRequest>,
) -> Result<Response, Problem> {
    let ResponsesRequest { model, input, instructions, stream: streams, rest } = value;
    let messages = of_responses(input, instructions.clone())?;
    let conversation = Conversation { messages, options: options(rest)? };
    let request = Request { caller, headers: &headers, path: "/v1/responses", body: &text };
    let mut asked = ask(&app, request, &model, conversation).await?;
    let about = Shown { id: asked.id.clone(), model, created: now(), instructions };
    if streams.unwrap_or_default() {
        return Ok(streamed(asked, about));
    }
    let headers = asked.headers();
    Ok(match asked.answer().await {
        Err(failed) => (headers, failed).into_response(),
        Ok((text, usage)) => (headers, Json(about.completed(&text, usage))).into_response(),
    })
}

/// What all forms of a response have in common.
struct Shown {
    id: String,
    model: String,
    created: u64,
    instructions: Option<String>,
}

impl Shown {
    fn response(&self, status: &str, output: Value, usage: Option<Usage>, error: Option<&Failed>) -> Value {
        let usage = usage.map(|Usage { input, output }| {
            json!({
                "input_tokens": input, "input_tokens_details": { "cached_tokens": 0 }, "output_tokens": output,
                "output_tokens_details": { "reasoning_tokens": 0 }, "total_tokens": input.saturating_add(output),
            })
        });
        json!({
            "id": format!("resp_{}", self.id), "object": "response", "created_at": self.created, "status": status,
            "background": false, "error": error.map(Failed::of_response), "incomplete_details": null,
            "instructions": self.instructions, "max_output_tokens": null, "model": self.model, "output": output,
            "parallel_tool_calls": true, "previous_response_id": null, "reasoning": { "effort": null, "summary": null },
            "store": false, "temperature": null, "text": { "format": { "type": "text" } }, "tool_choice": "auto",
            "tools": [], "top_p": null, "truncation": "disabled", "usage": usage, "user": null, "metadata": {},
        })
    }

    fn completed(&self, text: &str, usage: Usage) -> Value {
        self.response("completed", json!([self.message("completed", json!([part(text)]))]), Some(usage), None)
    }

    fn item(&self) -> String {
        format!("msg_{}", self.id)
    }

    fn message(&self, status: &str, content: Value) -> Value {
        json!({ "id": self.item(), "type": "message", "status": status, "role": "assistant", "content": content })
    }
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

/// The events of a stream, numbered.
struct Events {
    shown: Shown,
    text: String,
    number: u64,
}

impl Events {
    fn event(&mut self, kind: &str, fields: Value) -> Event {
        let mut event = json!({ "type": kind, "sequence_number": self.number });
        if let (Value::Object(event), Value::Object(fields)) = (&mut event, fields) {
            event.extend(fields);
        }
        self.number += 1;
        named(kind, &event)
    }

    fn begin(&mut self) -> Vec<Event> {
        let response = self.shown.response("in_progress", json!([]), None, None);
        let item = self.shown.message("in_progress", json!([]));
        let place = json!({ "item_id": self.shown.item(), "output_index": 0, "content_index": 0, "part": part("") });
        vec![
            self.event("response.created", json!({ "response": response })),
            self.event("response.output_item.added", json!({ "output_index": 0, "item": item })),
            self.event("response.content_part.added", place),
        ]
    }

    fn hear(&mut self, piece: Piece) -> Vec<Event> {
        let item = self.shown.item();
        match piece {
            Piece::Text(text) => {
                self.text.push_str(&text);
                let delta = json!({
                    "item_id": item, "output_index": 0, "content_index": 0, "delta": text, "logprobs": [],
                });
                vec![self.event("response.output_text.delta", delta)]
            }
            Piece::Failed(failed) => {
                let response = self.shown.response("failed", json!([]), None, Some(&failed));
                vec![self.event("response.failed", json!({ "response": response }))]
            }
            Piece::Done(usage) => {
                let text = std::mem::take(&mut self.text);
                let place = json!({ "item_id": item, "output_index": 0, "content_index": 0 });
                let with = |name: &str, value: Value| {
                    let mut place = place.clone();
                    if let Value::Object(place) = &mut place {
                        place.insert(name.into(), value);
                    }
                    place
                };
                let whole = self.shown.message("completed", json!([part(&text)]));
                let response = self.shown.completed(&text, usage);
                let mut done = with("text", text.as_str().into());
                if let Value::Object(done) = &mut done {
                    done.insert("logprobs".into(), json!([]));
                }
                vec![
                    self.event("response.output_text.done", done),
                    self.event("response.content_part.done", with("part", part(&text))),
                    self.event("response.output_item.done", json!({ "output_index": 0, "item": whole })),
                    self.event("response.completed", json!({ "response": response })),
                ]
            }
        }
    }
}

fn streamed(asked: Asked, shown: Shown) -> Response {
    let mut events = Events { shown, text: String::new(), number: 0 };
    let first = events.begin();
    let rest = pieces(asked.events.clone()).flat_map(move |piece| futures::stream::iter(events.hear(piece)));
    stream(asked, futures::stream::iter(first).chain(rest))
}
