//! The network of one run: what is sent, and the bodies that come back.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header::LOCATION;
use http::{HeaderMap, Method, StatusCode};
use llmspell_api::network as api;
use llmspell_base::host_memory::Held;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result, args};
use llmspell_models::Redactor;
use llmspell_policy::{Grants, Permission, Right};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::body::{Body, closed};
use crate::client::Client;
use crate::error::NetworkError;
use crate::inflate::Inflate;
use crate::request::Request;
use crate::secrets::clean;

/// The hosts that a run is granted. A tool gets it by `CallContext::offered`.
///
/// Each function is the work alone. Who calls one has passed the gate before, by a call that needs [`Request::permission`]; each redirect
/// and each secret passes it here.
#[derive(Clone)]
pub struct Network(Arc<Inner>);

struct Inner {
    client: Arc<Client>,
    grants: Arc<Grants>,
    redactor: Redactor,
    bodies: Mutex<Bodies>,
}

#[derive(Default)]
struct Bodies {
    last: u64,
    open: BTreeMap<u64, Arc<tokio::sync::Mutex<Body>>>,
}

/// A response with all of its body.
#[derive(Debug)]
pub struct Answer {
    /// What came before the body.
    pub response: api::Response,
    /// The body, without secrets.
    pub body: Vec<u8>,
    _held: Held,
}

/// Bodies that are kept, though nobody may want to read them: many spells look at the status alone.
const MOST_BODIES: usize = 64;

impl Network {
    pub(crate) fn new(client: Arc<Client>, grants: Arc<Grants>, redactor: Redactor) -> Network {
        Network(Arc::new(Inner { client, grants, redactor, bodies: Mutex::default() }))
    }

    /// Sends a request, follows where it is referred to, and keeps the body for [`Network::receive`].
    pub async fn request(&self, request: Request, cx: &CallContext) -> Result<api::Response> {
        let host = request.host.clone();
        let sent = self.follow(request, cx).await;
        let (mut response, body) = sent.map_err(|error| clean(&self.0.redactor, error.of(&host)))?;
        response.body = body.map(|body| self.keep(body));
        Ok(response)
    }

    /// Sends a request and reads the whole response.
    pub async fn fetch(&self, request: Request, cx: &CallContext) -> Result<Answer> {
        let host = request.host.clone();
        let fetched = async {
            let (response, body) = self.follow(request, cx).await?;
            let Some(mut body) = body else {
                return Ok(Answer { response, body: Vec::new(), _held: cx.memory().take(0)? });
            };
            let bytes = body.receive(true, cx.limits().reply_bytes).await?;
            // As it is, and as the text that is made of it.
            let held = cx.memory().take(bytes.saturating_mul(2))?;
            Ok(Answer { response, body: body.take()?.0, _held: held })
        };
        fetched.await.map_err(|error: NetworkError| clean(&self.0.redactor, error.of(&host)))
    }

    /// Waits for more of a body, or for all of it. How many bytes there are.
    pub async fn receive(&self, body: u64, whole: bool, cx: &CallContext) -> Result<usize> {
        let open = self.open(body)?;
        let mut open = open.lock().await;
        let received = open.receive(whole, cx.limits().reply_bytes).await;
        // Whoever wanted the whole takes it yet, empty as it is.
        if matches!(received, Ok(0)) && !whole {
            self.release(body);
        }
        received.map_err(|error| clean(&self.0.redactor, error.of("the response")))
    }

    /// What there is of a body. One that was read as a whole is dropped.
    pub fn take(&self, body: u64) -> Result<Vec<u8>> {
        let open = self.open(body)?;
        let mut open =
            open.try_lock().map_err(|_| Failure::invalid("the body is being received: wait for that first"))?;
        let (bytes, is_done) = open.take().map_err(|error| clean(&self.0.redactor, error.of("the response")))?;
        if is_done {
            self.release(body);
        }
        Ok(bytes)
    }

    /// Takes the secrets out of what was made of a response: an escape or a compression within it may have hidden one.
    pub fn clean(&self, value: &mut Value) {
        self.0.redactor.clean_value(value);
    }

    /// The same of a failure.
    pub fn clean_failure(&self, failure: Failure) -> Failure {
        clean(&self.0.redactor, failure)
    }

    /// Drops a body and its connection.
    pub fn release(&self, body: u64) {
        let dropped = self.0.bodies.lock().unwrap_or_else(PoisonError::into_inner).open.remove(&body);
        drop(dropped);
    }

    fn open(&self, body: u64) -> Result<Arc<tokio::sync::Mutex<Body>>> {
        let bodies = self.0.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.open.get(&body).cloned().ok_or_else(|| closed(body))
    }

    fn keep(&self, body: Body) -> u64 {
        let mut bodies = self.0.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.last += 1;
        let number = bodies.last;
        bodies.open.insert(number, Arc::new(tokio::sync::Mutex::new(body)));
        if bodies.open.len() > MOST_BODIES {
            bodies.open.pop_first();
        }
        number
    }

    async fn follow(
        &self,
        request: Request,
        cx: &CallContext,
    ) -> std::result::Result<(api::Response, Option<Body>), NetworkError> {
        let Inner { client, grants, redactor, .. } = &*self.0;
        let bytes = request.body.as_ref().map_or(0, Vec::len);
        if bytes as u64 > client.settings.max_request {
            let most = client.settings.max_request;
            return Err(NetworkError::Unusable(format!("the body has {bytes} bytes, and a request may have {most}")));
        }
        // Once for the request and once for what is sent.
        let _held = cx.memory().take(bytes.saturating_mul(2))?;
        let (began, limit) = (Instant::now(), client.limit(&request));
        let mut request = request;
        let mut redirects = 0;
        loop {
            self.use_secrets(&request, cx).await?;
            client.count(cx.tenant(), &request.host, grants)?;
            let sent = client.send(&request, grants, began).await;
            let (response, connection) = match sent {
                Ok(sent) => sent,
                Err(error) => return Err(self.told(error, &request.host, cx).await),
            };
            let (status, headers) = (response.status(), response.headers().clone());
            let location = headers.get(LOCATION).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
            let refers = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308).then_some(location).flatten();
            let Some(location) = refers.filter(|_| request.redirect != api::Redirect::Manual) else {
                let shown = self.response(&request, status, &headers, redirects > 0);
                let has_body = request.method != Method::HEAD && !matches!(status.as_u16(), 100..=199 | 204 | 304);
                if !has_body || headers.get("content-length").is_some_and(|length| length == "0") {
                    return Ok((shown, None));
                }
                let most = client.settings.max_response.min(grants.max_response(&request.host).unwrap_or(u64::MAX));
                let inflate = Inflate::new(&headers, most)?;
                let bounds = (most, limit, began);
                let body = Body::new(response.into_body(), connection, inflate, redactor.clone(), cx.memory(), bounds)?;
                return Ok((shown, Some(body)));
            };
            if request.redirect == api::Redirect::Error {
                return Err(NetworkError::Broken(format!(
                    "it refers to another address ({status}), which was not wanted"
                )));
            }
            redirects += 1;
            if redirects > client.settings.redirects {
                return Err(NetworkError::Broken(format!(
                    "it leads through more than {} redirects",
                    client.settings.redirects
                )));
            }
            let next = request.redirected(status.as_u16(), location)?;
            let call = cx.call("network.redirect", || json!({ "from": request.host, "to": next.host }));
            // The server chose where it goes: whoever is asked sees all of it.
            let content = cx.asks().then(|| {
                let body = next.body.as_deref().map(args::content);
                json!({ "status": status.as_u16(), "method": next.method.as_str(), "url": next.url.as_str(), "body": body })
            });
            let call = call.needs(next.permission()).content(content).begin().await?;
            call.settle(Ok(()))?;
            request = next;
        }
    }

    /// What became of a request to this host. What is denied beside the gate, such as an address, is recorded and counts as a denial.
    async fn told(&self, error: NetworkError, host: &str, cx: &CallContext) -> NetworkError {
        let failure = clean(&self.0.redactor, error.of(host));
        if failure.is(Code::Denied) {
            let call = cx.call("network.connect", || json!({ "host": host })).begin().await;
            if let Err(failure) = call.and_then(|call| call.settle::<()>(Err(failure.clone()))) {
                return NetworkError::Own(failure);
            }
        }
        NetworkError::Own(failure)
    }

    /// Asks for each secret that the request names.
    async fn use_secrets(&self, request: &Request, cx: &CallContext) -> Result<()> {
        for name in request.secrets() {
            let call = cx.call("network.secret", || json!({ "name": name, "to": request.host }));
            call.needs(Permission::of(Right::SECRET, &name)).begin().await?.settle(Ok(()))?;
        }
        Ok(())
    }

    fn response(&self, request: &Request, status: StatusCode, headers: &HeaderMap, redirected: bool) -> api::Response {
        let clean = |mut text: String| {
            self.0.redactor.clean(&mut text);
            text
        };
        let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // As the oldest servers write them.
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        let headers = headers.iter().map(|(name, value)| (clean(name.to_string()), clean(text(value.as_bytes()))));
        api::Response {
            status: status.as_u16(),
            reason: status.canonical_reason().unwrap_or_default().into(),
            url: clean(request.url.to_string()),
            redirected,
            headers: headers.collect(),
            body: None,
        }
    }
}
