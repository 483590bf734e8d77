//! Requests to a server that has an address. What comes back is bounded as the lines of a process are. Of what goes wrong, addresses are told to nobody: there may be a key in one.

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream::BoxStream;
use reqwest::header::{HeaderName, HeaderValue};
use rmcp::model::ClientJsonRpcMessage;
use rmcp::transport::streamable_http_client::{
    SseError, StreamableHttpClient, StreamableHttpError, StreamableHttpPostResponse, StreamableHttpResponseLimits,
};
use sse_stream::Sse;

use crate::flow::Flow;
use crate::tail::Tail;

/// What sends the requests.
#[derive(Clone)]
pub struct Exchange {
    pub client: reqwest::Client,
    /// The server's name.
    pub server: String,
    /// For the operator: why requests failed.
    pub tail: Tail,
    pub flow: Arc<Flow>,
}

type Headers = HashMap<HeaderName, HeaderValue>;
type Events = BoxStream<'static, Result<Sse, SseError>>;
type Exchanged<T> = Result<T, StreamableHttpError<reqwest::Error>>;

impl Exchange {
    /// As far as they may come.
    fn bounded(&self, events: Events) -> Events {
        let flow = self.flow.clone();
        let admit = move |event: &Result<Sse, SseError>| {
            let data = event.as_ref().ok().and_then(|event| event.data.as_deref());
            std::future::ready(flow.admit(data.unwrap_or_default()))
        };
        events.take_while(admit).boxed()
    }

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
        Ok(match sent.await.map_err(|error| self.told(error))? {
            StreamableHttpPostResponse::Sse(events, session) => {
                StreamableHttpPostResponse::Sse(self.bounded(events), session)
            }
            StreamableHttpPostResponse::Json(message, session) => {
                // One at most for each request of ours, and its bytes are bounded: it counts as something that was heard.
                self.flow.admit("");
                StreamableHttpPostResponse::Json(message, session)
            }
            other => other,
        })
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
    ) -> Exchanged<Events> {
        let opened = self.client.get_stream(uri, session, last_event, token, headers);
        Ok(self.bounded(opened.await.map_err(|error| self.told(error))?))
    }

    async fn get_stream_with_max_sse_event_size(
        &self,
        uri: Arc<str>,
        session: Option<Arc<str>>,
        last_event: Option<String>,
        token: Option<String>,
        headers: Headers,
        longest: usize,
    ) -> Exchanged<Events> {
        let opened = self.client.get_stream_with_max_sse_event_size(uri, session, last_event, token, headers, longest);
        Ok(self.bounded(opened.await.map_err(|error| self.told(error))?))
    }
}
