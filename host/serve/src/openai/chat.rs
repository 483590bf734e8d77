//! `POST /v1/chat/completions`.

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
use super::message::{Conversation, of_chat};
use super::stream::{data, stream};
use crate::app::Shared;
use crate::body;
use crate::caller::Caller;
use crate::problem::Problem;

/// What is read of the request. The spell gets all else as `params.options`.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ChatRequest {
    /// "spell/NAME" or "spell/NAME@VERSION".
    model: String,
    /// The conversation, which the spell reads as `params.messages`; the user's last text is `params.prompt`.
    #[schema(value_type = Vec<Object>)]
    messages: Vec<Value>,
    /// Whether the answer is wanted piece by piece.
    stream: Option<bool>,
    /// `include_usage` asks for the usage at the end of a stream.
    stream_options: Option<StreamOptions>,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    rest: Map<String, Value>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct StreamOptions {
    include_usage: Option<bool>,
}

/// Have a stored spell answer a conversation
#[utoipa::path(post, path = "/v1/chat/completions", tag = "openai", request_body = ChatRequest, responses(
    (status = 200, description = "A chat completion; where `stream` is true, server-sent events with pieces of one", content(
        (Object = "application/json"), (String = "text/event-stream")))))]
pub async fn complete(
    State(app): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    body::Json { value, text }: body::Json<ChatRequest>,
) -> Result<Response, Problem> {
    let ChatRequest { model, messages, stream: streams, stream_options, rest } = value;
    let conversation = Conversation { messages: of_chat(messages)?, options: options(rest)? };
    let request = Request { caller, headers: &headers, path: "/v1/chat/completions", body: &text };
    let mut asked = ask(&app, request, &model, conversation).await?;
    let created = now();
    if streams.unwrap_or_default() {
        let wants_usage = stream_options.and_then(|options| options.include_usage).unwrap_or_default();
        return Ok(streamed(asked, created, wants_usage));
    }
    let (id, model, headers) = (format!("chatcmpl-{}", asked.id), asked.model.clone(), asked.headers());
    Ok(match asked.answer().await {
        Err(failed) => (headers, failed).into_response(),
        Ok((text, usage)) => {
            let message = json!({ "role": "assistant", "content": text, "refusal": null });
            let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" });
            let completion = json!({
                "id": id, "object": "chat.completion", "created": created, "model": model, "choices": [choice],
                "usage": usage_of(usage), "system_fingerprint": null,
            });
            (headers, Json(completion)).into_response()
        }
    })
}

/// Seconds since 1970.
pub fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn usage_of(usage: Usage) -> Value {
    let Usage { input, output } = usage;
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input.saturating_add(output) })
}

fn streamed(asked: Asked, created: u64, wants_usage: bool) -> Response {
    let (id, model) = (format!("chatcmpl-{}", asked.id), asked.model.clone());
    let chunk = move |choices: Value, usage: Option<Usage>| {
        let mut chunk = json!({
            "id": id, "object": "chat.completion.chunk", "created": created, "model": model, "choices": choices,
            "system_fingerprint": null,
        });
        if let (Value::Object(chunk), true) = (&mut chunk, wants_usage) {
            chunk.insert("usage".into(), usage.map_or(Value::Null, usage_of));
        }
        data(&chunk)
    };
    let choice = |delta: Value, reason: Value| json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": reason }]);
    // At once, so that the client knows that it is heard.
    let first = chunk(choice(json!({ "role": "assistant", "content": "" }), Value::Null), None);
    let rest = pieces(asked.events.clone()).flat_map(move |piece| {
        let events: Vec<Event> = match piece {
            Piece::Text(text) => vec![chunk(choice(json!({ "content": text }), Value::Null), None)],
            Piece::Failed(failed) => vec![data(&json!({ "error": failed.body() }))],
            Piece::Done(usage) => {
                let last = chunk(choice(json!({}), "stop".into()), None);
                let usage = wants_usage.then(|| chunk(json!([]), Some(usage)));
                [last].into_iter().chain(usage).chain([Event::default().data("[DONE]")]).collect()
            }
        };
        futures::stream::iter(events)
    });
    stream(asked, futures::stream::iter([first]).chain(rest))
}
