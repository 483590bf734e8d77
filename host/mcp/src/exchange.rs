//! Requests to a server that has an address. Of what goes wrong, addresses are told to nobody: there may be a key in one.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use reqwest::header::{HeaderName, HeaderValue};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse, StreamableHttpResponseLimits,
};
use sse_stream::Sse;

use crate::process::Tail;

/// What sends the requests.
#[derive(Clone)]
pub struct Exchange {
    pub client: reqwest::Client,
    /// The server's name.
    pub server: String,
    /// For the operator: why requests failed.
    pub tail: Tail,
}

type Headers = HashMap<HeaderName, HeaderValue>;
type Exchanged<T> = Result<T, StreamableHttpError<reqwest::Error>>;

impl Exchange {
    fn told(&self, error: StreamableHttpError<reqwest::Error>) -> StreamableHttpError<reqwest::Error> {
        let StreamableHttpError::Client(error) = error else { return error };
        let error = error.without_url();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            text += &format!(": {error}");
            source = error.source();
        }
        tracing::warn!(server = self.server, "{text}");
        self.tail.note(&text);
        StreamableHttpError::Client(error)
    }
}

impl StreamableHttpClient for Exchange {
    type Error = reqwest::Error;

    async fn post_message(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: Headers,
    ) -> Exchanged<StreamableHttpPostResponse> {
        let limits = StreamableHttpResponseLimits::default();
        self.post_message_with_response_limits(uri, message, session, token, headers, limits).await
    }

    async fn post_message_with_response_limits(
        &self,
        uri: Arc<str>,
        message: ClientJsonRpcMessage,
        session: Option<Arc<str>>,
        token: Option<String>,
        headers: Headers,
        limits: StreamableHttpResponseLimits,
    ) -> Exchanged<StreamableHttpPostResponse> {
        let sent = self.client.post_message_with_response_limits(uri, message, session, token, headers, limits);
        sent.await.map_err(|error| self.told(error))
    }

    async fn delete_session(
        &self,
        uri: Arc<str>,
        session: Arc<str>,
        token: Option<String>,
        headers: Headers,
    ) -> Exchanged<()> {
        self.client.delete_session(uri, session, token, headers).await.map_err(|error| self.told(error))
    }

    async fn get_stream(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        token: Option<String>,
        headers: Headers,
    ) -> Exchanged<BoxStream<'static, Result<Sse, SseError>>> {
        self.client.get_stream(uri, session, last_event, token, headers).await.map_err(|error| self.told(error))
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        token: Option<String>,
        headers: Headers,
        longest: usize,
    ) -> Exchanged<BoxStream<'static, Result<Sse, SseError>>> {
        let opened = self.client.get_stream_with_max_sse_event_size(uri, session, last_event, token, headers, longest);
        opened.await.map_err(|error| self.told(error))
    }
}
