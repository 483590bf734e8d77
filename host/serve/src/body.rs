//! The JSON in the body of a request, within its bounds.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use llmspell_base::Code;
use llmspell_base::value::check_usual;
use serde::de::DeserializeOwned;

use crate::app::Shared;
use crate::problem::Problem;

/// A body as it was parsed, and its text.
pub struct Json<T> {
    pub value: T,
    pub text: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Json<T>, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let detail = "the body has to be JSON: send the header Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::Invalid, detail));
        }
        let text = read(request, app).await?;
        let json = std::str::from_utf8(&text).map_err(|_| Problem::invalid("the body is not UTF-8"))?;
        // Parsed, a value takes many times its bytes.
        check_usual(json).map_err(|failure| {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, format!("the body: {}", failure.message))
        })?;
        let value = serde_json::from_str(json).map_err(|error| Problem::invalid(format!("the body: {error}")))?;
        Ok(Json { value, text })
    }
}

async fn read(request: Request, app: &Shared) -> Result<Bytes, Problem> {
    let settings = app.settings();
    let most = settings.body_bytes;
    let too_large = || {
        let detail = format!("the body has more than {most} bytes ([server] max_body)");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, detail)
    };
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most as u64) {
        return Err(too_large());
    }
    let body = Limited::new(request.into_body(), most).collect();
    match tokio::time::timeout(settings.body_time, body).await {
        Err(_) => {
            let detail = "the body took too long to arrive ([server] body_timeout)";
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, Code::Timeout, detail))
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => Err(Problem::invalid(format!("the body broke off: {error}"))),
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}
