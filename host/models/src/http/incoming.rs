//! A reply that is arriving.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use rig_core::http_client::Result;
use tokio::time::Instant;

use super::calls::Calls;
use super::fault::Fault;
use super::fault::within;
use super::frames::Frames;
use super::one::OneRequest;
use super::received::check_whole;
use super::values::Values;
use crate::provider::Timeouts;
use crate::redact::Redactor;
use crate::secret::Secret;

/// How much of an error's body is read: its message stands at the start.
const ERROR_BYTES: usize = 64 * 1024;

/// A stream wraps each word into some hundred bytes of JSON.
const STREAM_FACTOR: usize = 8;

/// Reading a frame takes up to 0.1 ms. What else waits on the thread has its turn after up to 61 such turns (Tokio's
/// interval for events), and this is some milliseconds then.
const FRAMES_IN_TURN: usize = 2;

/// So much of a reply is looked at in one turn.
const PIECE_BYTES: usize = 32 << 10;

/// A frame of so many bytes takes milliseconds.
const LONG_FRAME: usize = 32 << 10;

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
    /// The frames of a stream; `None` for a whole reply, and for an error's body.
    frames: Option<Frames>,
    /// What has come and was not looked at yet.
    arrived: Bytes,
    /// All of it has come.
    ended: bool,
    /// How many frames were passed on since others could work.
    in_turn: usize,
    one: Arc<OneRequest>,
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
        one: Arc<OneRequest>,
    ) -> Incoming {
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let events = kind.get(..EVENTS.len()).is_some_and(|kind| kind.eq_ignore_ascii_case(EVENTS));
        let streamed = match form {
            Form::Whole => false,
            Form::Events => events || kind.is_empty(),
            Form::Lines => true,
        };
        let instead_of_stream = (form == Form::Events && !streamed).then(|| kind.to_owned());
        let framed = streamed && response.status().is_success();
        let frames = framed.then(|| Frames::new(form == Form::Events, reply_bytes));
        let limit = if streamed { reply_bytes.saturating_mul(STREAM_FACTOR) } else { reply_bytes };
        let values = if streamed { Values::of_frames(reply_bytes, events) } else { Values::of_body(reply_bytes) };
        let (redactor, secret) = (Redactor::new(secret), secret.cloned());
        let (left, begun) = (limit, false);
        Incoming {
            response,
            deadline,
            timeouts,
            frames,
            arrived: Bytes::new(),
            ended: false,
            in_turn: 0,
            one,
            instead_of_stream,
            left,
            limit,
            values,
            begun,
            redactor,
            secret,
        }
    }

    /// The next piece, or the next frame of a stream.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        if self.frames.is_none() {
            return Ok(self.piece().await?.map(Bytes::from));
        }
        loop {
            if let Some(frame) = self.frames.as_mut().and_then(Frames::next) {
                self.take_turn().await;
                if frame.len() > LONG_FRAME {
                    self.one.apart.before_long_work().await;
                }
                return Ok(Some(frame));
            }
            if self.ended {
                return Ok(None);
            }
            let piece = self.piece().await?;
            let ends = piece.as_ref().is_none_or(|piece| memchr::memchr(b'\n', piece).is_some());
            if ends && self.frames.as_ref().is_some_and(|frames| frames.pending() > LONG_FRAME) {
                self.one.apart.before_long_work().await;
            }
            let Some(frames) = &mut self.frames else { continue };
            frames.take(piece.as_deref().unwrap_or_default())?;
            if self.ended {
                frames.end()?;
                if self.values.all_are_many() {
                    self.one.apart.before_long_work().await;
                }
            }
        }
    }

    /// Lets others work: what follows a frame is at once ready, however many have come.
    async fn take_turn(&mut self) {
        self.in_turn += 1;
        if self.in_turn >= FRAMES_IN_TURN {
            self.in_turn = 0;
            tokio::task::yield_now().await;
        }
    }

    /// What comes next, without the key; `None` at the end.
    async fn piece(&mut self) -> Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        if self.arrived.is_empty() {
            self.receive().await?;
        } else {
            tokio::task::yield_now().await;
        }
        if self.ended {
            return Ok(Some(self.redactor.end()));
        }
        let part = self.arrived.split_to(self.arrived.len().min(PIECE_BYTES));
        self.values.count(&part)?;
        self.one.hold(self.values.weight())?;
        Ok(Some(self.redactor.pass(&part)))
    }

    /// Waits for what arrives.
    async fn receive(&mut self) -> Result<()> {
        let limit = if self.begun { self.timeouts.read } else { self.timeouts.first_byte };
        let chunk = match within(self.deadline, limit, self.response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => {
                self.ended = true;
                return Ok(());
            }
            Ok(Err(error)) => return Err(Fault::receiving(error).into()),
            Err(true) => return Err(Fault::incomplete(self.timeouts.whole).into()),
            Err(false) if self.begun => return Err(Fault::stalled(limit).into()),
            Err(false) => return Err(Fault::silent(limit).into()),
        };
        self.begun = true;
        self.left = self.left.checked_sub(chunk.len()).ok_or(Fault::TooLarge { limit: self.limit })?;
        self.arrived = chunk;
        Ok(())
    }

    /// All of a whole reply, as it came. What follows reads it at once.
    pub async fn whole(mut self) -> Result<Vec<u8>> {
        let body = self.all().await?;
        if self.values.are_many() {
            self.one.apart.before_long_work().await;
        }
        Calls::new(self.limit).take(&body)?;
        Ok(body)
    }

    async fn all(&mut self) -> Result<Vec<u8>> {
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
