//! The HTTP client that Rig sends through. It trusts no reply.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::stream;
use http::{Request, Response, header};
use rig_core::http_client::{BoxedStream, Error, HttpClientExt, LazyBody, MultipartForm, Result, StreamingResponse};

use super::{Provider, Timeouts};

/// How much of an error's body is read: its message stands at the start.
const ERROR_BYTES: usize = 64 * 1024;

/// A parsed JSON value takes up to 100 bytes, however few it had in the text: 8 MiB of "[0,0,0,…" would grow to
/// hundreds of MiB. Honest replies hold far fewer values than a sixteenth of their bytes.
const BYTES_PER_VALUE: usize = 16;

/// Built on reqwest directly: rig-reqwest reads the body of an error to its end, however long that is.
///
/// No proxy and no redirects (a key goes to its own host only), no decompression (no feature for it is enabled, so
/// bytes received are bytes held), no cookies, no retries.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    timeouts: Timeouts,
    reply_bytes: usize,
}

/// What went wrong on the way, without the URL (Gemini's holds the key).
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("{what} within {}", seconds(*limit))]
    Timeout { what: &'static str, limit: Duration },
    #[error("the reply is over {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the reply holds over {limit} JSON values")]
    TooManyValues { limit: usize },
    #[error("{what}: {cause}")]
    Broken { what: &'static str, cause: String },
    #[error("multipart requests are not sent from here")]
    Unsupported,
}

impl Http {
    pub(super) fn new(provider: &Provider, reply_bytes: usize) -> std::result::Result<Http, String> {
        let timeouts = &provider.timeouts;
        // Fails where another part of the process was first; there is only ring to install.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("llmspell-wasm/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(timeouts.connect)
            .read_timeout(timeouts.read)
            .timeout(timeouts.whole);
        client = match &provider.base_url {
            // Without this a machine that has no certificates could not even ask a server of its own.
            Some(url) if url.starts_with("http:") => client.tls_certs_only([]),
            _ => client.https_only(true),
        };
        let client = client.build().map_err(|error| format!("no HTTPS on this machine: {}", root_cause(&error)))?;
        Ok(Http { client, timeouts: timeouts.clone(), reply_bytes })
    }

    /// Sends, and returns at the reply's headers. Only a success has its body left to read.
    async fn open(self, request: Request<Bytes>) -> Result<Incoming> {
        let (mut parts, body) = request.into_parts();
        // Sensitive headers are left out of the HTTP stack's own trace logs.
        for name in [header::AUTHORIZATION.as_str(), "api-key", "x-api-key", "x-goog-api-key"] {
            if let Some(value) = parts.headers.get_mut(name) {
                value.set_sensitive(true);
            }
        }
        let mut incoming = Incoming {
            started: Instant::now(),
            timeouts: self.timeouts,
            left: self.reply_bytes,
            limit: self.reply_bytes,
            response: None,
        };
        let request = reqwest::Request::try_from(Request::from_parts(parts, body))
            .map_err(|error| incoming.fault(error, "the request cannot be sent"))?;
        let response = self.client.execute(request).await;
        let response = response.map_err(|error| incoming.fault(error, "the request failed"))?;
        let (status, headers) = (response.status(), response.headers().clone());
        incoming.response = Some(response);
        if status.is_success() {
            return Ok(incoming);
        }
        let body = incoming.error_body().await;
        Err(Error::non_success_with_details(status, headers, body))
    }
}

/// A reply that is arriving.
struct Incoming {
    started: Instant,
    timeouts: Timeouts,
    /// How much may still come.
    left: usize,
    limit: usize,
    response: Option<reqwest::Response>,
}

impl Incoming {
    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let Some(response) = &mut self.response else {
            return Ok(None);
        };
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(None),
            Err(error) => return Err(self.fault(error, "the reply broke off")),
        };
        self.left = (self.left.checked_sub(chunk.len()))
            .ok_or_else(|| Error::instance(Fault::TooLarge { limit: self.limit }))?;
        Ok(Some(chunk))
    }

    async fn body(mut self) -> Result<Bytes> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let limit = self.limit / BYTES_PER_VALUE;
        if json_values(&body) > limit {
            return Err(Error::instance(Fault::TooManyValues { limit }));
        }
        Ok(body.into())
    }

    /// The start of an error's body, or what came of it: a broken explanation does not replace the status.
    async fn error_body(&mut self) -> String {
        let mut body = Vec::new();
        while body.len() < ERROR_BYTES
            && let Ok(Some(chunk)) = self.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(ERROR_BYTES);
        String::from_utf8_lossy(&body).into_owned()
    }

    fn head<B>(&self, body: B) -> Response<B> {
        let mut head = Response::new(body);
        if let Some(response) = &self.response {
            *head.status_mut() = response.status();
            *head.headers_mut() = response.headers().clone();
        }
        head
    }

    fn fault(&self, error: reqwest::Error, what: &'static str) -> Error {
        let (what, limit) = if !error.is_timeout() {
            let what = if error.is_connect() { "cannot connect" } else { what };
            let cause = root_cause(&error.without_url());
            return Error::instance(Fault::Broken { what, cause });
        } else if error.is_connect() {
            ("no connection", self.timeouts.connect)
        } else if self.started.elapsed() >= self.timeouts.whole {
            ("the reply was not complete", self.timeouts.whole)
        } else {
            ("nothing came", self.timeouts.read)
        };
        Error::instance(Fault::Timeout { what, limit })
    }
}

impl HttpClientExt for Http {
    fn send<T, U>(&self, request: Request<T>) -> impl Future<Output = Result<Response<LazyBody<U>>>> + Send + 'static
    where
        T: Into<Bytes> + Send,
        U: From<Bytes> + Send + 'static,
    {
        let opening = self.clone().open(request.map(Into::into));
        async move {
            let incoming = opening.await?;
            let head = incoming.head(());
            Ok(head.map(|()| -> LazyBody<U> { Box::pin(async move { incoming.body().await.map(U::from) }) }))
        }
    }

    /// No part of a chat is sent this way (Rig's audio and files are).
    fn send_multipart<U>(
        &self,
        _request: Request<MultipartForm>,
    ) -> impl Future<Output = Result<Response<LazyBody<U>>>> + Send + 'static
    where
        U: From<Bytes> + Send + 'static,
    {
        std::future::ready(Err(Error::instance(Fault::Unsupported)))
    }

    fn send_streaming<T>(&self, request: Request<T>) -> impl Future<Output = Result<StreamingResponse>> + Send
    where
        T: Into<Bytes> + Send,
    {
        let opening = self.clone().open(request.map(Into::into));
        async move {
            let incoming = opening.await?;
            let head = incoming.head(());
            let chunks = stream::try_unfold(incoming, |mut incoming| async move {
                Ok(incoming.chunk().await?.map(|chunk| (chunk, incoming)))
            });
            Ok(head.map(|()| -> BoxedStream { Box::pin(chunks) }))
        }
    }
}

/// reqwest's own words end at "error sending request"; the reason is at the bottom of the chain.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Counts, without parsing, at least as many values as a parser would make.
fn json_values(text: &[u8]) -> usize {
    let (mut values, mut in_string, mut escaped) = (0, false, false);
    for byte in text {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b',' | b':' | b'[' | b'{') => values += 1,
            _ => {}
        }
    }
    values
}

fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::json_values;

    #[test]
    fn only_structure_counts_as_values() {
        assert_eq!(json_values(br#"{"a": "[,:{\",[", "b": [1, 2]}"#), 6);
        assert_eq!(json_values(b"[0,0,0,0"), 4);
        assert_eq!(json_values(b"\"never closed, [[[["), 0);
    }
}
