//! A server that is reached by streamable HTTP.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use llmspell_capability_network::{Reach, reach};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderName, HeaderValue};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;

use crate::exchange::Exchange;

/// Where a server is, and how it is asked.
#[derive(Clone)]
pub struct Remote {
    /// https, or a host of this machine or of a private network.
    pub url: String,
    /// Whether its name may lead to a private address.
    pub private: bool,
    /// With every request.
    pub headers: Vec<(String, String)>,
    /// Sent as a bearer's.
    pub token: Option<String>,
}

const CONNECT: Duration = Duration::from_secs(10);
const ERROR_BYTES: usize = 4 << 10;

impl Remote {
    /// What is wrong with its address.
    pub fn check(&self) -> Result<(), String> {
        let url = reqwest::Url::parse(&self.url).map_err(|error| format!("'{}' is no address: {error}", self.url))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user or a password: name a variable with token_env".into());
        }
        let host = url.host_str().unwrap_or_default();
        let is_own = host == "localhost" || address(host).is_some_and(|address| reach(address) == Reach::Loopback);
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_own || self.private => Ok(()),
            "http" => Err("http is for this machine, or with private = true: write https".into()),
            other => Err(format!("'{other}' can't be used: write https")),
        }
    }

    /// What reaches it, and nothing else.
    pub fn client(&self) -> Result<reqwest::Client, String> {
        // Fails where another part of the process was first; there is only ring to install.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .dns_resolver(Checked { private: self.private });
        client = if self.url.starts_with("http:") { client.tls_certs_only([]) } else { client.https_only(true) };
        client.build().map_err(|_| "there is no HTTPS on this machine".to_owned())
    }

    /// A transport that speaks with it. `longest` are the bytes of an answer, and of each event of a stream.
    pub fn transport(
        &self,
        exchange: Exchange,
        longest: usize,
    ) -> Result<StreamableHttpClientTransport<Exchange>, String> {
        let mut config = StreamableHttpClientTransportConfig::with_uri(self.url.as_str())
            .max_sse_event_size(longest)
            .max_json_response_size(longest)
            .max_error_response_size(ERROR_BYTES)
            .custom_headers(self.headers()?);
        if let Some(token) = &self.token {
            config = config.auth_header(token.clone());
        }
        Ok(StreamableHttpClientTransport::with_client(exchange, config))
    }

    /// The address without what may be a key.
    pub fn shown(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }

    /// What is sent with every request beside the token: headers, and the parts of the address's query. Each with its name.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split(['&', '#']).map(|pair| pair.split_once('=').unwrap_or(("", pair)));
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(query)
    }

    /// Fails where one can't be sent.
    pub fn headers(&self) -> Result<HashMap<HeaderName, HeaderValue>, String> {
        let header = |(name, value): &(String, String)| {
            let wrong = || format!("the header '{}' can't be sent", name.escape_debug());
            let value = HeaderValue::try_from(value).map_err(|_| wrong())?;
            Ok((HeaderName::try_from(name).map_err(|_| wrong())?, value))
        };
        self.headers.iter().map(header).collect()
    }
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Names lead where the operator meant, and nowhere else: each address of a name is looked at.
#[derive(Clone, Copy)]
struct Checked {
    private: bool,
}

impl Checked {
    fn allows(self, name: &str, address: IpAddr) -> bool {
        match reach(address) {
            Reach::Public => true,
            Reach::Loopback => self.private || name == "localhost",
            Reach::Private => self.private,
            Reach::Never(_) => false,
        }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let checked = *self;
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
            if let Some(other) = found.iter().find(|one| !checked.allows(name, one.ip())) {
                let what = format!("'{name}' leads to {}: private = true allows a private address", other.ip());
                return Err(io::Error::other(what).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_what_they_seem() {
        let check = |url: &str, private| {
            let remote = Remote { url: url.into(), private, headers: Vec::new(), token: None };
            remote.check()
        };
        for (url, private) in [
            ("https://example.org/mcp", false),
            ("http://localhost:8080/mcp", false),
            ("http://127.0.0.1/", false),
            ("http://[::1]:1/", false),
            ("http://intranet/", true),
        ] {
            assert_eq!(check(url, private), Ok(()), "{url}");
        }
        for (url, part) in [
            ("http://example.org", "write https"),
            ("ftp://example.org", "'ftp' can't be used"),
            ("https://me:pass@example.org", "holds a user"),
            ("no address", "is no address"),
        ] {
            assert!(check(url, false).is_err_and(|error| error.contains(part)), "{url}");
        }
        let checked = |private| Checked { private };
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert!(checked(false).allows("a.org", ip("1.1.1.1")) && checked(false).allows("localhost", ip("::1")));
        assert!(!checked(false).allows("a.org", ip("127.0.0.1")) && !checked(false).allows("a.org", ip("10.0.0.1")));
        assert!(checked(true).allows("a.org", ip("10.0.0.1")) && !checked(true).allows("a.org", ip("169.254.169.254")));
    }
}
