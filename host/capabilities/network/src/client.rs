//! Sends one request: resolves, looks at the addresses, connects, puts the secrets in.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderValue, USER_AGENT};
use http::{Method, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use llmspell_base::Failure;
use llmspell_policy::Grants;
use rustls::ClientConfig;
use tokio::time::{Instant, timeout, timeout_at};

use crate::address::{Reach, reach};
use crate::config::Settings;
use crate::connect::{Connection, certificates, connect};
use crate::error::NetworkError;
use crate::rate::Rates;
use crate::request::Request;
use crate::secrets::Secrets;

/// What all runs share: the settings, the counters, the certificates.
pub struct Client {
    pub settings: Settings,
    pub secrets: Secrets,
    rates: Rates,
    /// Read at the first request by https: it takes milliseconds that most runs can save.
    tls: OnceLock<Result<Arc<ClientConfig>, String>>,
}

/// Addresses of a host that are tried.
const MOST_ADDRESSES: usize = 8;

impl Client {
    pub fn new(settings: Settings, secrets: Secrets) -> Client {
        Client { settings, secrets, rates: Rates::default(), tls: OnceLock::new() }
    }

    /// How long a request may take.
    pub fn limit(&self, request: &Request) -> Duration {
        let asked = request.timeout_ms.map_or(Duration::MAX, Duration::from_millis);
        asked.min(self.settings.timeout)
    }

    /// Counts a request against the rates of its tenant and of its host.
    pub fn count(&self, tenant: &str, host: &str, grants: &Grants) -> Result<(), NetworkError> {
        let most = self.settings.requests_per_minute;
        let too_many = |what: String| move |wait| NetworkError::TooMany { what, wait };
        let own = self.rates.count(tenant.into(), most);
        own.map_err(too_many(format!("more than {most} requests in a minute ([network] requests_per_minute)")))?;
        for (entry, most) in grants.request_rates(host) {
            let counted = self.rates.count(format!("{tenant}\0{entry}"), most);
            counted.map_err(too_many(format!("more than {most} requests in a minute are not granted")))?;
        }
        Ok(())
    }

    /// Sends a request that is granted, and waits for the beginning of the response.
    pub async fn send(
        &self,
        request: &Request,
        grants: &Grants,
        began: Instant,
    ) -> Result<(http::Response<Incoming>, Connection), NetworkError> {
        let limit = self.limit(request);
        let sent = timeout_at(began + limit, self.send_now(request, grants)).await;
        sent.unwrap_or(Err(NetworkError::Timeout { what: "no response came", limit }))
    }

    async fn send_now(
        &self,
        request: &Request,
        grants: &Grants,
    ) -> Result<(http::Response<Incoming>, Connection), NetworkError> {
        let addresses = self.addresses(request, grants).await?;
        let wire = self.on_wire(request, &addresses)?;
        let is_secure = request.url.scheme() == "https";
        let tls = match is_secure {
            true => Some((self.certificates()?, request.url.host_str().unwrap_or_default())),
            false => None,
        };
        let (mut sender, connection) = connect(&addresses, tls, self.settings.connect_timeout).await?;
        let response = sender.send_request(wire).await.map_err(|error| NetworkError::broken("no response", &error))?;
        Ok((response, connection))
    }

    /// All addresses of the host, each of them one that it may have.
    async fn addresses(&self, request: &Request, grants: &Grants) -> Result<Vec<SocketAddr>, NetworkError> {
        let port = request.url.port_or_known_default().unwrap_or_default();
        let found = match request.url.host() {
            Some(url::Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(url::Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
            Some(url::Host::Domain(name)) => {
                let limit = self.settings.connect_timeout;
                let late = |_| NetworkError::Timeout { what: "its name was not resolved", limit };
                let found = timeout(limit, self.settings.resolver.resolve(name, port)).await.map_err(late)?;
                // What the system says of it differs from system to system.
                found.map_err(|_| NetworkError::NoHost)?
            }
            None => Vec::new(),
        };
        let is_own_name = request.host.starts_with("localhost:");
        let may_be_private = grants.may_be_private(&request.host);
        for address in &found {
            let problem = match reach(address.ip()) {
                Reach::Public if !is_own_name => continue,
                Reach::Loopback if may_be_private => continue,
                Reach::Private if may_be_private && !is_own_name => continue,
                Reach::Public => "an address that is not this machine's".to_owned(),
                Reach::Loopback => "an address of this machine".into(),
                Reach::Private => "an address of a private network".into(),
                Reach::Never(what) => {
                    return Err(NetworkError::Address(format!("it has an address that nobody is granted: {what}")));
                }
            };
            let host = &request.host;
            return Err(NetworkError::Address(format!(
                "it has {problem}, for which a grant of its name is not enough: {{host = \"{host}\", private = true}} in \
                 [network] allow of a policy grants it, or that address by --allow-net"
            )));
        }
        match found.is_empty() {
            true => Err(NetworkError::NoHost),
            false => Ok(found.into_iter().take(MOST_ADDRESSES).collect()),
        }
    }

    /// The request as it is sent: with the secrets, and with what the host itself says.
    fn on_wire(&self, request: &Request, addresses: &[SocketAddr]) -> Result<http::Request<Full<Bytes>>, NetworkError> {
        let names = request.secrets();
        let stays = addresses.iter().all(|address| reach(address.ip()) == Reach::Loopback);
        if let Some(name) = names.first().filter(|_| request.url.scheme() != "https" && !stays) {
            let message = format!("the secret '{name}' goes out by https only");
            return Err(NetworkError::Own(Failure::denied(message)));
        }
        let url = request.filled_url(&self.secrets)?;
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let unusable = |_| NetworkError::Unusable("it has no path that can be sent".into());
        let mut wire =
            http::Request::builder().method(request.method.clone()).uri(Uri::try_from(path).map_err(unusable)?);
        if let Some(headers) = wire.headers_mut() {
            let authority = match (request.url.host_str(), request.url.port()) {
                (Some(host), Some(port)) => format!("{host}:{port}"),
                (host, _) => host.unwrap_or_default().to_owned(),
            };
            let text = |text: String| {
                HeaderValue::try_from(text).map_err(|_| NetworkError::Unusable("no header has its name".into()))
            };
            headers.insert(HOST, text(authority)?);
            headers.insert(USER_AGENT, HeaderValue::from_static(concat!("llmspell-wasm/", env!("CARGO_PKG_VERSION"))));
            headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
            for name in request.headers.keys() {
                headers.remove(name);
            }
            for (name, value) in &request.headers {
                headers.append(name, self.secrets.fill_header(value, &request.host)?);
            }
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            let usually_has_one = [Method::POST, Method::PUT, Method::PATCH].contains(&request.method);
            if let Some(length) = request.body.as_ref().map(Vec::len).or(usually_has_one.then_some(0)) {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            }
        }
        let body = Bytes::from(request.body.clone().unwrap_or_default());
        wire.body(Full::new(body)).map_err(|error| NetworkError::broken("it can't be sent", &error))
    }

    fn certificates(&self) -> Result<Arc<ClientConfig>, NetworkError> {
        let read = self.tls.get_or_init(certificates);
        read.clone().map_err(|what| NetworkError::Broken(format!("no HTTPS on this machine: {what}")))
    }
}
