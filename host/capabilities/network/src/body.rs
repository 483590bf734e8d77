//! The body of a response, as far as it was received.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use llmspell_base::host_memory::{Held, HostMemory};
use llmspell_base::{Code, Failure};
use llmspell_models::Redactor;
use tokio::time::{Instant, timeout_at};

use crate::connect::Connection;
use crate::error::NetworkError;
use crate::inflate::Inflate;

/// A body under way. Bytes are unpacked, bounded, without secrets, and charged to the run's memory.
pub struct Body {
    incoming: Incoming,
    /// `None` when it is over.
    connection: Option<Connection>,
    inflate: Inflate,
    redactor: Redactor,
    ready: Vec<u8>,
    held: Held,
    most: u64,
    limit: Duration,
    began: Instant,
    is_over: bool,
    is_whole: bool,
    received: u64,
    /// Why it did not come to its end. What is there of it is not shown any more: it would look like all.
    failed: Option<NetworkError>,
}

/// Pieces that are unpacked at once: what comes of one is at most a thousand times as much.
const PIECE: usize = 1 << 10;

impl Body {
    /// A body of at most so many bytes, of a response that has to be there as a whole within `limit` of `began`.
    pub fn new(
        incoming: Incoming,
        connection: Connection,
        inflate: Inflate,
        redactor: Redactor,
        memory: &HostMemory,
        (most, limit, began): (u64, Duration, Instant),
    ) -> Result<Body, NetworkError> {
        let held = memory.take(0)?;
        let connection = Some(connection);
        let (ready, is_over, is_whole, received, failed) = (Vec::new(), false, false, 0, None);
        Ok(Body {
            incoming,
            connection,
            inflate,
            redactor: redactor.steady(),
            ready,
            held,
            most,
            limit,
            began,
            is_over,
            is_whole,
            received,
            failed,
        })
    }

    /// Waits until there is something to take, or with `whole` all of it, of at most so many bytes. How much there is.
    ///
    /// Dropped, it has lost nothing.
    pub async fn receive(&mut self, whole: bool, most: usize) -> Result<usize, NetworkError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let received = self.receive_now(whole, most).await;
        if let Err(error) = &received {
            (self.is_over, self.connection, self.failed) = (true, None, Some(error.clone()));
            self.ready = Vec::new();
            let _ = self.held.resize(0);
        }
        received
    }

    async fn receive_now(&mut self, whole: bool, most: usize) -> Result<usize, NetworkError> {
        self.is_whole |= whole;
        let deadline = if whole { self.began + self.limit } else { Instant::now() + self.limit };
        while !self.is_over && (whole || self.ready.is_empty()) {
            let late = |_| NetworkError::Timeout { what: "the response did not come to its end", limit: self.limit };
            let frame = timeout_at(deadline, self.incoming.frame()).await.map_err(late)?;
            match frame {
                None => {
                    self.is_over = true;
                    self.connection = None;
                    let rest = if self.received == 0 { Vec::new() } else { self.inflate.end(self.most)? };
                    self.add(&rest)?;
                    let held_back = self.redactor.end();
                    self.keep(held_back)?;
                }
                Some(Err(error)) => return Err(NetworkError::broken("the response broke off", &error)),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    self.received += data.len() as u64;
                    for piece in data.chunks(PIECE) {
                        self.held.resize(self.ready.len() + piece.len())?;
                        let made = self.inflate.pass(piece, self.most)?;
                        self.add(&made)?;
                    }
                }
            }
            if self.ready.len() > most {
                return Err(NetworkError::TooLarge(most as u64));
            }
        }
        Ok(self.ready.len())
    }

    /// What there is, and whether nobody will ask for more.
    pub fn take(&mut self) -> Result<(Vec<u8>, bool), NetworkError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let _ = self.held.resize(0);
        Ok((std::mem::take(&mut self.ready), self.is_over && self.is_whole))
    }

    fn add(&mut self, made: &[u8]) -> Result<(), NetworkError> {
        let shown = self.redactor.pass(made);
        self.keep(shown)
    }

    fn keep(&mut self, shown: Vec<u8>) -> Result<(), NetworkError> {
        self.held.resize(self.ready.len() + shown.len())?;
        self.ready.extend_from_slice(&shown);
        Ok(())
    }
}

/// What a body that is not there any more answers.
pub fn closed(number: u64) -> Failure {
    let message = format!("the body {number} was read to its end or released, or 64 others were left unread after it");
    Failure::new(Code::Closed, message)
}
