//! Stored spells as models, for clients of OpenAI's API.
//!
//! What the spell writes is the answer; a spell that writes nothing answers with what it returns.

use axum::body::Body;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes as documented;

use crate::app::Shared;
use crate::problem::Problem;

mod answer;
mod ask;
mod chat;
mod failure;
mod message;
mod models;
mod responses;
mod stream;

/// Refusals in the form that clients of OpenAI's API understand: in another one they lose the message.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiError {
    error: ErrorBody,
}

/// What is wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    /// One line for people.
    pub message: String,
    /// "invalid_request_error", "authentication_error", "permission_error", "rate_limit_error", "spell_error" or "server_error".
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: &'static str,
    /// The code of the failure, such as "not-found".
    pub code: String,
    /// The parameter that it is about.
    pub param: Option<String>,
}

/// The routes, and the form of their refusals.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(documented!(chat::complete))
        .routes(documented!(responses::respond))
        .routes(documented!(models::list))
        .routes(documented!(models::get))
        .routes(documented!(models::get_named))
        .layer(map_response(translate))
}

/// What a status means to such a client.
pub fn kind_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 | 403 => "permission_error",
        422 => "spell_error",
        429 => "rate_limit_error",
        400..500 => "invalid_request_error",
        _ => "server_error",
    }
}

/// A problem in the other form.
async fn translate(mut response: Response) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let mut status = response.status();
    if status == StatusCode::CONFLICT {
        // Clients would send it again.
        status = StatusCode::BAD_REQUEST;
    }
    let param = problem.details.as_ref().and_then(|details| details.get("param")).and_then(Value::as_str);
    let body = ErrorBody {
        message: problem.detail,
        kind: kind_of(status.as_u16()),
        code: problem.code.into(),
        param: param.map(String::from),
    };
    let text = serde_json::to_string(&OpenAiError { error: body }).unwrap_or_default();
    let mut answer = (status, [(CONTENT_TYPE, "application/json")], Body::from(text)).into_response();
    // Official clients send all but refusals of the request again, unless they are told.
    let again = if response.headers().contains_key(RETRY_AFTER) { "true" } else { "false" };
    answer.headers_mut().insert("x-should-retry", http::HeaderValue::from_static(again));
    if let Some(after) = response.headers_mut().remove(RETRY_AFTER) {
        answer.headers_mut().insert(RETRY_AFTER, after);
    }
    answer
}
