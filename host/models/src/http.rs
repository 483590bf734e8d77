//! The HTTP client that Rig sends through. It trusts no reply.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use rig_core::http_client::{BoxedStream, Error, HttpClientExt, LazyBody, MultipartForm, Result, StreamingResponse};
use serde_json::Value;
use tokio::time::Instant;

use crate::apart::Apart;
use crate::provider::{Provider, Retries, Timeouts};
use crate::secret::Secret;
use incoming::{Form, Incoming};
use key::Key;
use llmspell_base::host_memory::HostMemory;
use llmspell_base::integers::LongIntegers;
use llmspell_base::provider_kind::Kind;
use one::OneRequest;

mod calls;
mod fault;
mod frames;
mod incoming;
mod key;
mod one;
mod prefix;
mod received;
mod request;
mod retry;
mod schema;
mod shape;
mod values;
mod vectors;

pub(crate) use fault::Fault;
pub(crate) use received::NO_REASON;
pub(crate) use retry::retry_after;
pub(crate) use schema::has_open_objects;

/// Built on reqwest directly: rig-reqwest reads the body of an error to its end, however long that is.
///
/// No proxy and no redirects (a key goes to its own host only), no decompression (no feature for it is enabled, so
/// bytes received are bytes held), no cookies. The key is put in here: Rig never has it, and can't show it.
#[derive(Clone)]
pub(crate) struct Http {
    shared: Arc<Shared>,
    one: Arc<OneRequest>,
    asks: Asks,
    /// Of what the server answered.
    long_integers: LongIntegers,
    /// Of the answer, where there is one.
    schema: Option<Arc<Value>>,
}

/// What is asked for, as far as it matters to the client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    Reply,
    /// Vectors, of a length that the caller wants or of the model's own.
    Vectors {
        sized: bool,
    },
}

struct Shared {
    client: reqwest::Client,
    kind: Kind,
    key: Option<Key>,
    /// Those of the operator.
    headers: HeaderMap,
    /// The key, to be taken out of replies.
    secret: Option<Secret>,
    timeouts: Timeouts,
    retries: Retries,
    reply_bytes: usize,
}

impl Http {
    pub(crate) fn new(provider: &Provider, reply_bytes: usize) -> std::result::Result<Http, String> {
        // Fails where another part of the process was first; there is only ring to install.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("llmspell-wasm/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(provider.timeouts.connect);
        client = match &provider.base_url {
            // Without this a machine that has no certificates could not even ask a server of its own.
            Some(url) if url.starts_with("http:") => client.tls_certs_only([]),
            _ => client.https_only(true),
        };
        let client = client.build().map_err(|error| format!("no HTTPS on this machine: {}", fault::cause(&error)))?;
        let shared = Shared {
            client,
            kind: provider.kind,
            key: provider.key.as_ref().map(|key| Key::new(provider.kind, key)).transpose()?,
            headers: provider.headers.clone(),
            secret: provider.key.clone(),
            timeouts: provider.timeouts.clone(),
            retries: provider.retries.clone(),
            reply_bytes,
        };
        let (long_integers, schema) = (LongIntegers::default(), None);
        Ok(Http { shared: Arc::new(shared), one: Arc::default(), asks: Asks::Reply, long_integers, schema })
    }

    /// The same client, for a request whose reply is read in this memory. `schema`: of the answer.
    pub(crate) fn for_one_request(&self, schema: Option<&Value>, memory: &HostMemory) -> Http {
        Http {
            shared: self.shared.clone(),
            one: Arc::new(OneRequest::new(memory)),
            asks: Asks::Reply,
            long_integers: LongIntegers::default(),
            schema: schema.map(|schema| Arc::new(schema.clone())),
        }
    }

    /// The same client, for vectors. `sized`: of a length that the caller wants.
    pub(crate) fn for_vectors(self, sized: bool) -> Http {
        Http { asks: Asks::Vectors { sized }, ..self }
    }

    /// How often a server was asked.
    pub(crate) fn attempts(&self) -> u32 {
        self.one.attempts()
    }

    /// Tells when reading the reply takes long.
    pub(crate) fn apart(&self) -> &Apart {
        &self.one.apart
    }

    /// Those of the replies so far.
    pub(crate) fn long_integers(&self) -> &LongIntegers {
        &self.long_integers
    }

    /// Sends, as often as it has to, and returns at the reply's headers. Only a success has its body left to read.
    async fn open(self, request: Request<Bytes>, form: Form) -> Result<Incoming> {
        let deadline = Instant::now() + self.shared.timeouts.whole;
        let retries = self.shared.retries.clone();
        let request = request.map(|body| match self.asks {
            Asks::Vectors { sized: false } => request::without_dimensions(body),
            _ => request::plain(self.shared.kind, body, self.schema.as_deref()),
        });
        let attempt = || self.clone().attempt(request.clone(), deadline, form);
        retry::repeat(&retries, deadline, attempt).await
    }

    async fn attempt(self, request: Request<Bytes>, deadline: Instant, form: Form) -> Result<Incoming> {
        self.one.attempt();
        let (mut parts, body) = request.into_parts();
        key::take_out(&mut parts)?;
        for (name, value) in &self.shared.headers {
            parts.headers.insert(name, value.clone());
        }
        if let Some(key) = &self.shared.key {
            key.put_into(&mut parts);
        }
        let request = reqwest::Request::try_from(Request::from_parts(parts, body)).map_err(Fault::sending)?;
        let Timeouts { connect, first_byte, whole, .. } = self.shared.timeouts;
        let sent = self.shared.client.execute(request);
        let response = match fault::within(deadline, first_byte, sent).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Fault::asking(error, connect).into()),
            Err(true) => return Err(Fault::incomplete(whole).into()),
            Err(false) => return Err(Fault::silent(first_byte).into()),
        };
        let status = response.status();
        let Shared { timeouts, reply_bytes, secret, .. } = &*self.shared;
        let one = self.one.clone();
        let mut incoming =
            Incoming::new(response, deadline, timeouts.clone(), *reply_bytes, form, secret.as_ref(), one);
        if status.is_success() {
            return Ok(incoming);
        }
        let body = incoming.error_body().await;
        Err(Error::non_success_with_details(status, incoming.headers(), body))
    }
}

impl HttpClientExt for Http {
    fn send<T, U>(&self, request: Request<T>) -> impl Future<Output = Result<Response<LazyBody<U>>>> + Send + 'static
    where
        T: Into<Bytes> + Send,
        U: From<Bytes> + Send + 'static,
    {
        let (opening, asks) = (self.clone().open(request.map(Into::into), Form::Whole), self.asks);
        let longs = self.long_integers.clone();
        async move {
            let incoming = opening.await?;
            let head = incoming.head();
            Ok(head.map(|()| -> LazyBody<U> {
                Box::pin(async move {
                    let body = incoming.body().await?;
                    longs.note(&body);
                    Ok(U::from(match asks {
                        Asks::Reply => body,
                        Asks::Vectors { .. } => vectors::in_order(&body)?.map_or(body, Bytes::from),
                    }))
                })
            }))
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
        std::future::ready(Err(Fault::Unsupported.into()))
    }

    fn send_streaming<T>(&self, request: Request<T>) -> impl Future<Output = Result<StreamingResponse>> + Send
    where
        T: Into<Bytes> + Send,
    {
        let form = if self.shared.kind == Kind::Ollama { Form::Lines } else { Form::Events };
        let (opening, longs) = (self.clone().open(request.map(Into::into), form), self.long_integers.clone());
        async move {
            let incoming = opening.await?;
            let mut head = incoming.head();
            // Some servers name no type, which Rig does not take.
            if form == Form::Events {
                head.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
            }
            if let Some(kind) = incoming.instead_of_stream().map(str::to_owned) {
                let events = received::as_stream(&incoming.whole().await?, &kind)?;
                longs.note(&events);
                let events = stream::once(std::future::ready(Ok(Bytes::from(events))));
                return Ok(head.map(|()| -> BoxedStream { Box::pin(events) }));
            }
            // Of whole lines.
            let chunks = stream::try_unfold((incoming, longs), |(mut incoming, longs)| async move {
                let chunk = incoming.chunk().await?;
                chunk.iter().for_each(|chunk| longs.note(chunk));
                Ok(chunk.map(|chunk| (chunk, (incoming, longs))))
            });
            Ok(head.map(|()| -> BoxedStream { Box::pin(chunks) }))
        }
    }
}

/// How a duration is written.
pub(crate) fn seconds(limit: Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// The headers that carry API keys.
pub(crate) const KEY_HEADERS: &[&str] = &["authorization", "api-key", "x-api-key", "x-goog-api-key"];

/// Sensitive headers are left out of the HTTP stack's own trace logs.
fn hide(headers: &mut HeaderMap) {
    for name in KEY_HEADERS {
        if let Some(value) = headers.get_mut(*name) {
            value.set_sensitive(true);
        }
    }
}
