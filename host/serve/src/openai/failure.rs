//! Runs that give no answer, as clients of OpenAI's API understand them.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::{ErrorBody, OpenAiError, kind_of};
use crate::run::{Run, Status};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub struct Failed {
    pub status: StatusCode,
    /// Whether the same request may go better when it is sent again.
    again: bool,
    code: String,
    message: String,
}

impl Failed {
    /// That of a run that did not complete. Statuses that clients answer with a second try (408, 409, 429, 5xx) are only for
    /// what a second try may mend.
    pub fn of(run: &Run) -> Failed {
        let outcome = match run.status {
            Status::Interrupted => "interrupted",
            _ => run.outcome.as_deref().unwrap_or("interrupted"),
        };
        let code = run.error.as_ref().map_or(outcome, |fault| &fault.code);
        let status = match (outcome, code) {
            ("token-budget" | "cost-budget", _) | ("script-error", "budget") => StatusCode::PAYMENT_REQUIRED,
            ("denied", _) => StatusCode::FORBIDDEN,
            // Whoever cancels a run does not want it begun again, unless it is the server that ends.
            ("store-busy" | "store-damaged" | "store-unusable" | "interrupted", _) | ("cancelled", "closed") => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            ("host-fault" | "guest-fault" | "invalid-guest", _) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let message = run.error.as_ref().map_or("the run was interrupted", |fault| &fault.message);
        let code = if code == outcome { outcome.to_owned() } else { code.to_owned() };
        let again = status == StatusCode::SERVICE_UNAVAILABLE;
        Failed { status, again, message: format!("the spell gave no answer ({outcome}): {message}"), code }
    }

    /// The same to a client that named its request: sent again, it gets this run again.
    pub fn for_good(self) -> Failed {
        Failed { again: false, ..self }
    }

    /// The client read too slowly.
    pub fn lost() -> Failed {
        Failed::internal("a part of the answer was dropped, as it was read too slowly ([server] max_events)")
    }

    /// The run is over, and its answer was given once.
    pub fn not_kept() -> Failed {
        Failed::internal("the run completed, and its answer was too large to be kept for a second request")
    }

    pub fn unreadable() -> Failed {
        Failed::internal("the end of the run can't be read")
    }

    fn internal(message: &str) -> Failed {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Failed { status, again: false, code: "internal".into(), message: message.into() }
    }

    /// `{"message", "type", "code", "param"}`, as it stands in a stream.
    pub fn body(&self) -> ErrorBody {
        let kind = kind_of(self.status.as_u16());
        ErrorBody { message: self.message.clone(), kind, code: self.code.clone(), param: None }
    }

    /// `{"code", "message"}`, as a response of `/v1/responses` has it.
    pub fn of_response(&self) -> Value {
        json!({ "code": self.code, "message": self.message })
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let again = if self.again { "true" } else { "false" };
        let mut response = (self.status, Json(OpenAiError { error: self.body() })).into_response();
        response.headers_mut().insert("x-should-retry", HeaderValue::from_static(again));
        response
    }
}
