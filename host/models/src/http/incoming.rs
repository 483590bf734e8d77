//! A reply that is arriving.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use rig_core::http_client::Result;
use tokio::time::Instant;

use super::fault::Fault;
use super::fault::within;
use super::values::Values;
use crate::provider::Timeouts;
use crate::redact::Redactor;
use crate::secret::Secret;

/// How much of an error's body is read: its message stands at the start.
const ERROR_BYTES: usize = 64 * 1024;

/// A stream wraps each word into some hundred bytes of JSON.
const STREAM_FACTOR: usize = 8;

pub struct Incoming {
    response: reqwest::Response,
    deadline: Instant,
    timeouts: Timeouts,
    /// How much may still come.
    left: usize,
    limit: usize,
    values: Values,
    /// Whether any of the body has come.
    begun: bool,
    /// A gateway may echo the request. What is below us may log what it gets.
    redactor: Redactor,
    secret: Option<Secret>,
}

impl Incoming {
    pub fn new(
        response: reqwest::Response,
        deadline: Instant,
        timeouts: Timeouts,
        reply_bytes: usize,
        streamed: bool,
        secret: Option<&Secret>,
    ) -> Incoming {
        let limit = if streamed { reply_bytes.saturating_mul(STREAM_FACTOR) } else { reply_bytes };
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let events = kind.starts_with("text/event-stream");
        let values = if streamed { Values::of_frames(reply_bytes, events) } else { Values::of_body(reply_bytes) };
        let (redactor, secret) = (Redactor::new(secret), secret.cloned());
        Incoming { response, deadline, timeouts, left: limit, limit, values, begun: false, redactor, secret }
    }

    /// The next piece; it may be empty.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let limit = if self.begun { self.timeouts.read } else { self.timeouts.first_byte };
        let chunk = match within(self.deadline, limit, self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => return Ok(Some(self.redactor.end()).filter(|rest| !rest.is_empty()).map(Bytes::from)),
            Ok(Err(error)) => return Err(Fault::receiving(error).into()),
            Err(true) => return Err(Fault::incomplete(self.timeouts.whole).into()),
            Err(false) if self.begun => return Err(Fault::stalled(limit).into()),
            Err(false) => return Err(Fault::silent(limit).into()),
        };
        self.begun = true;
        self.left = self.left.checked_sub(chunk.len()).ok_or(Fault::TooLarge { limit: self.limit })?;
        self.values.count(&chunk)?;
        Ok(Some(self.redactor.pass(&chunk).into()))
    }

    pub async fn body(mut self) -> Result<Bytes> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    /// The start of an error's body, or what came of it: a broken explanation does not replace the status.
    pub async fn error_body(&mut self) -> String {
        let mut body = Vec::new();
        while body.len() < ERROR_BYTES
            && let Ok(Some(chunk)) = self.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(ERROR_BYTES);
        String::from_utf8_lossy(&body).into_owned()
    }

    pub fn headers(&self) -> HeaderMap {
        let mut headers = self.response.headers().clone();
        if let Some(secret) = self.secret.as_ref().map(|secret| secret.expose().as_bytes()) {
            let echoes = |value: &HeaderValue| value.as_bytes().windows(secret.len().max(1)).any(|part| part == secret);
            let named: Vec<_> =
                headers.iter().filter(|(_, value)| echoes(value)).map(|(name, _)| name.clone()).collect();
            named.iter().for_each(|name| drop(headers.remove(name)));
        }
        headers
    }

    pub fn head(&self) -> Response<()> {
        let mut head = Response::new(());
        *head.status_mut() = self.response.status();
        *head.headers_mut() = self.headers();
        head
    }
}
