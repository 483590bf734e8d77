//! Refusals, as problem details for HTTP (RFC 9457).

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use llmspell_base::{Code, Failure};
use llmspell_wasm::Fault;
use llmspell_wasm::state::StoreError;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Why a request was refused: the body of every answer with a status from 400 on, as `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always "about:blank": `code` tells the kinds apart.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// The status in words.
    pub(crate) title: &'static str,
    /// The status.
    pub status: u16,
    /// The code of the failure, such as "invalid", "denied", "not-found" or "rate-limited".
    #[schema(value_type = String)]
    pub code: &'static str,
    /// One line for people: what is wrong, where, what to do.
    pub detail: String,
    /// JSON for programs; its fields depend on the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<Box<Value>>,
    /// Seconds until it may go better.
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Problem {
        Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code: code.word(),
            detail: detail.into(),
            details: None,
            retry_after: None,
        }
    }

    /// The request has no meaning here.
    pub fn invalid(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, Code::Invalid, detail)
    }

    /// It is well-formed, and can't be done.
    pub fn unprocessable(code: Code, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, Code::NotFound, detail)
    }

    pub fn denied(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, Code::Denied, detail)
    }

    /// The key is missing or is none.
    pub fn unauthorized(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, Code::Auth, detail)
    }

    /// It may go better after so many seconds.
    pub fn busy(detail: impl Into<String>, seconds: u64) -> Problem {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, detail);
        Problem { retry_after: Some(seconds), ..problem }
    }

    /// The server is about to end.
    pub fn draining() -> Problem {
        let detail = "the server is about to end and begins no more runs: ask again, it may be another one then";
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, Code::Closed, detail);
        Problem { retry_after: Some(5), ..problem }
    }

    /// It does not fit what is there now.
    pub fn conflict(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, Code::Conflict, detail)
    }

    pub fn internal(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, detail)
    }

    /// What is wrong with a spell, and where.
    pub fn of_spell(fault: Fault) -> Problem {
        let place = [fault.line, fault.column].into_iter().map_while(|number| number);
        let place: String = place.map(|number| format!(":{number}")).collect();
        let file = fault.file.as_deref().map(|file| format!("{file}{place}: ")).unwrap_or_default();
        let problem = Problem::unprocessable(Code::Invalid, format!("{file}{}", fault.message));
        Problem { details: serde_json::to_value(fault).ok().map(Box::new), ..problem }
    }
}

/// Without the operator's paths and without other tenants' work, which go to the log.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        let status = match &error {
            StoreError::Busy { .. } | StoreError::Damaged { .. } | StoreError::Unusable { .. } => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            StoreError::Conflict { .. } => StatusCode::CONFLICT,
            StoreError::Invalid(_) => StatusCode::BAD_REQUEST,
            StoreError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            StoreError::Quota(_) => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::NotFound(_) => StatusCode::NOT_FOUND,
            StoreError::Cancelled | StoreError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status.is_server_error() {
            tracing::error!("the store: {error}");
        }
        let failure = Failure::from(&error);
        Problem { details: failure.details.map(Box::new), ..Problem::new(status, error.code(), failure.message) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        // For clients that want errors in another form: see `openai`.
        response.extensions_mut().insert(self);
        response
    }
}
