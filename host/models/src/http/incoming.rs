//! A reply that is arriving.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use rig_core::http_client::Result;
use tokio::time::Instant;

use super::fault::Fault;
use super::fault::within;
use super::received::{Lines, check_whole};
use super::values::Values;
use crate::provider::Timeouts;
use crate::redact::Redactor;
use crate::secret::Secret;

/// How much of an error's body is read: its message stands at the start.
const ERROR_BYTES: usize = 64 * 1024;

/// A stream wraps each word into some hundred bytes of JSON.
const STREAM_FACTOR: usize = 8;

/// The content type of a stream of events, in any case.
const EVENTS: &str = "text/event-stream";

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON text.
    Whole,
    /// A stream of server-sent events.
    Events,
    /// A stream with a JSON text on each line.
    Lines,
}

pub struct Incoming {
    response: reqwest::Response,
    deadline: Instant,
    timeouts: Timeouts,
    /// The lines of a stream; `None` for a whole reply, and for an error's body.
    lines: Option<Lines>,
    /// Its content type, where a stream was asked for and this is none.
    instead_of_stream: Option<String>,
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
        form: Form,
        secret: Option<&Secret>,
    ) -> Incoming {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let events = kind.get(..EVENTS.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(EVENTS));
        let streamed = match form {
            Form::Whole => false,
            Form::Events => events || kind.is_empty(),
            Form::Lines => true,
        };
        let instead_of_stream = (form == Form::Events && !streamed).then(|| kind.to_owned());
        let lines = (streamed && response.status().is_success()).then(|| Lines::new(form == Form::Events, reply_bytes));
        let limit = if streamed { reply_bytes.saturating_mul(STREAM_FACTOR) } else { reply_bytes };
        let values = if streamed { Values::of_frames(reply_bytes, events) } else { Values::of_body(reply_bytes) };
        let (redactor, secret) = (Redactor::new(secret), secret.cloned());
        let (left, begun) = (limit, false);
        Incoming {
            response,
            deadline,
            timeouts,
            lines,
            instead_of_stream,
            left,
            limit,
            values,
            begun,
            redactor,
            secret,
        }
    }

    /// The next piece; it may be empty.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let limit = if self.begun { self.timeouts.read } else { self.timeouts.first_byte };
        let chunk = match within(self.deadline, limit, self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => {
                let mut rest = self.redactor.end();
                if let Some(lines) = &mut self.lines {
                    rest = lines.pass(&rest)?;
                    rest.extend(lines.end()?);
                }
                return Ok(Some(rest).filter(|rest| !rest.is_empty()).map(Bytes::from));
            }
            Ok(Err(error)) => return Err(Fault::receiving(error).into()),
            Err(true) => return Err(Fault::incomplete(self.timeouts.whole).into()),
            Err(false) if self.begun => return Err(Fault::stalled(limit).into()),
            Err(false) => return Err(Fault::silent(limit).into()),
        };
        self.begun = true;
        self.left = self.left.checked_sub(chunk.len()).ok_or(Fault::TooLarge { limit: self.limit })?;
        self.values.count(&chunk)?;
        let shown = self.redactor.pass(&chunk);
        Ok(Some(match &mut self.lines {
            Some(lines) => lines.pass(&shown)?.into(),
            None => shown.into(),
        }))
    }

    /// All of a whole reply, as it came.
    pub async fn whole(mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// All of a whole reply, in the form that Rig reads.
    pub async fn body(self) -> Result<Bytes> {
        let body = self.whole().await?;
        Ok(check_whole(&body)?.unwrap_or(body).into())
    }

    /// The content type of what came where a stream was asked for; `None` where it is one, or none was asked for.
    pub fn instead_of_stream(&self) -> Option<&str> {
        self.instead_of_stream.as_deref()
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
