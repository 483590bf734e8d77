//! What is asked of a server, checked.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use llmspell_api::network as api;
use llmspell_base::Failure;
use llmspell_policy::{Permission, Right};
use url::Url;

use crate::error::NetworkError;
use crate::secrets::Secrets;

/// A request of a spell or a tool, with an address, a method and headers that can be sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub(crate) url: Url,
    pub(crate) host: String,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) redirect: api::Redirect,
    pub(crate) timeout_ms: Option<u64>,
    /// The address is a server's: `secret:NAME` in it is nothing but text.
    is_address_found: bool,
}

const MOST_URL: usize = 16 << 10;
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 64 << 10;

/// Of the connection, which is the host's.
const OWN: &[HeaderName] = &[
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
    header::ACCEPT_ENCODING,
    header::PROXY_AUTHORIZATION,
];

/// By these, some servers do something else than what was asked of the policy.
const OVERRIDING: &[&str] =
    &["x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"];

impl Request {
    /// Reads what a spell wrote.
    pub fn read(json: &str, body: Option<Vec<u8>>) -> Result<Request, Failure> {
        let asked: api::Request =
            serde_json::from_str(json).map_err(|error| Failure::invalid(format!("the request: {error}")))?;
        Request::of(asked, body)
    }

    /// Checks the parts of a request.
    pub fn of(asked: api::Request, body: Option<Vec<u8>>) -> Result<Request, Failure> {
        let url = parse(&asked.url)?;
        let method = asked.method.as_deref().unwrap_or("GET");
        let method = method_of(method).ok_or_else(|| {
            Failure::invalid(format!(
                "'{}' is no method that can be used",
                method.escape_debug().take(40).collect::<String>()
            ))
        })?;
        if body.is_some() && (method == Method::GET || method == Method::HEAD) {
            return Err(Failure::invalid(format!("a request by {method} has no body")));
        }
        let headers = headers(&asked.headers)?;
        let redirect = asked.redirect.unwrap_or_default();
        Ok(Request {
            host: host_of(&url),
            url,
            method,
            headers,
            body,
            redirect,
            timeout_ms: asked.timeout_ms,
            is_address_found: false,
        })
    }

    /// What it has to be granted.
    pub fn permission(&self) -> Permission<'_> {
        Permission::of(Right::NETWORK, &self.host).of_request(self.method.as_str(), self.url.path())
    }

    /// The same where the address was found in a response: `secret:NAME` in it refers to no secret, else servers could ask for them.
    pub fn of_found_address(self) -> Request {
        Request { is_address_found: true, ..self }
    }

    /// The names of the secrets that it refers to.
    pub(crate) fn secrets(&self) -> Vec<String> {
        Secrets::of((!self.is_address_found).then_some(&self.url), &self.headers)
    }

    /// The address as it is sent.
    pub(crate) fn filled_url(&self, secrets: &Secrets) -> Result<Url, Failure> {
        match self.is_address_found {
            true => Ok(self.url.clone()),
            false => secrets.fill_url(&self.url, &self.host),
        }
    }

    /// The host and the port, as grants name them.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where it goes next, after a response that refers to `location`.
    ///
    /// To another origin it goes without what proves who the spell is; what a method is turned into has no body.
    pub(crate) fn redirected(&self, status: u16, location: &str) -> Result<Request, NetworkError> {
        let bad = |what: String| NetworkError::Broken(format!("it redirects to {what}"));
        if location.len() > MOST_URL {
            return Err(bad(format!("an address of more than {} KiB", MOST_URL >> 10)));
        }
        let next = self.url.join(location).map_err(|error| bad(format!("no address: {error}")))?;
        let mut next =
            check(next).map_err(|failure| bad(format!("an address that is not followed: {}", failure.message)))?;
        if next.fragment().is_none() {
            next.set_fragment(self.url.fragment());
        }
        let mut request = Request { host: host_of(&next), url: next, ..self.clone() }.of_found_address();
        let turned = match status {
            301 | 302 => self.method == Method::POST,
            303 => self.method != Method::GET && self.method != Method::HEAD,
            _ => false,
        };
        if turned {
            (request.method, request.body) = (Method::GET, None);
            for name in
                [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, header::CONTENT_LOCATION]
            {
                request.headers.remove(name);
            }
        }
        if request.url.origin() != self.url.origin() {
            request.headers = without_credentials(&request.headers);
        }
        Ok(request)
    }
}

/// What proves who somebody is, by the names that servers have for it.
fn is_credential(name: &HeaderName, value: &HeaderValue) -> bool {
    let name = name.as_str();
    let words =
        ["auth", "cookie", "token", "secret", "api-key", "apikey", "password", "session", "signature", "credential"];
    words.iter().any(|word| name.contains(word)) || value.as_bytes().windows(7).any(|part| part == b"secret:")
}

fn without_credentials(headers: &HeaderMap) -> HeaderMap {
    headers
        .iter()
        .filter(|(name, value)| !is_credential(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The host and the port of an address, as grants name them. `None` where it is none, or holds a password.
pub fn public_host_of(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| url.username().is_empty() && url.password().is_none())?;
    Some(host_of(&url))
}

/// The host and the port, as grants name them.
fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{}:{}", host.strip_suffix('.').unwrap_or(host), url.port_or_known_default().unwrap_or_default())
}

fn parse(text: &str) -> Result<Url, Failure> {
    if text.len() > MOST_URL {
        return Err(Failure::invalid(format!("the URL has more than {} KiB", MOST_URL >> 10)));
    }
    // The standard drops these wherever they stand, so that an address would not be what it seems to be.
    if text.trim().contains(|sign: char| sign.is_control()) {
        return Err(Failure::invalid("the URL has a line break or another control character in it"));
    }
    let shown = || text.escape_debug().take(200).collect::<String>();
    check(Url::parse(text).map_err(|error| Failure::invalid(format!("'{}' is no URL: {error}", shown())))?)
}

fn check(url: Url) -> Result<Url, Failure> {
    if !matches!(url.scheme(), "http" | "https") {
        let scheme = url.scheme().chars().take(40).collect::<String>();
        return Err(Failure::invalid(format!("'{scheme}:' is not reached by a request: only http: and https: are")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::invalid("a URL with a name and a password in it: write the header Authorization"));
    }
    Ok(url)
}

/// A method in capitals, where it is one of those that everybody writes in any case.
fn method_of(text: &str) -> Option<Method> {
    let upper = text.to_ascii_uppercase();
    let usual = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&upper.as_str());
    let method = Method::from_bytes(if usual { upper.as_bytes() } else { text.as_bytes() }).ok()?;
    let refused = ["CONNECT", "TRACE", "TRACK"].contains(&upper.as_str()) || text.len() > 40;
    (!refused).then_some(method)
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, Failure> {
    let bytes: usize = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if given.len() > MOST_HEADERS || bytes > MOST_HEADER_BYTES {
        let most = MOST_HEADER_BYTES >> 10;
        return Err(Failure::invalid(format!("there are more than {MOST_HEADERS} headers, or {most} KiB of them")));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let shown = || name.escape_debug().take(80).collect::<String>();
        let known = HeaderName::from_bytes(name.as_bytes());
        let known = known.map_err(|_| Failure::invalid(format!("'{}' is no name of a header", shown())))?;
        if OWN.contains(&known) || known.as_str().starts_with("proxy-") || known.as_str() == "keep-alive" {
            return Err(Failure::invalid(format!("the header '{known}' is about the connection: the host sets it")));
        }
        let plain = value.trim_matches([' ', '\t']);
        if OVERRIDING.contains(&known.as_str()) {
            return Err(Failure::invalid(format!(
                "the header '{known}' asks for another method or path than the request has: write these as they are"
            )));
        }
        let value = HeaderValue::from_bytes(plain.as_bytes()).map_err(|_| {
            Failure::invalid(format!(
                "the value of the header '{known}' has a line break or another control character in it"
            ))
        })?;
        headers.append(known, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, headers: &[(&str, &str)]) -> Result<Request, Failure> {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        Request::of(api::Request { url: url.into(), method: None, headers, redirect: None, timeout_ms: None }, None)
    }

    #[test]
    fn every_spelling_of_a_host_is_one_name() {
        for (url, host) in [
            ("http://EXAMPLE.org./x", "example.org:80"),
            ("https://example.org", "example.org:443"),
            ("http://0x7f.1/", "127.0.0.1:80"),
            ("http://2130706433/", "127.0.0.1:80"),
            ("http://017700000001/", "127.0.0.1:80"),
            ("http://127.1:8080/", "127.0.0.1:8080"),
            ("http://\u{ff11}27.0.0.1/", "127.0.0.1:80"),
            ("http://127.0.0.1./", "127.0.0.1:80"),
            ("http://%31%32%37.0.0.1/", "127.0.0.1:80"),
            ("http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]:80"),
            ("http://[0:0::1]/", "[::1]:80"),
        ] {
            assert_eq!(request(url, &[]).unwrap().host, host, "{url}");
        }
    }

    #[test]
    fn what_can_not_be_sent_is_refused() {
        for url in [
            "",
            "example.org",
            "ftp://example.org",
            "file:///etc/passwd",
            "http://",
            "http://u@example.org",
            "http://u:p@h/",
            "http://exa\nmple.org/",
            "http://[fe80::1%25eth0]/",
            "http://a b/",
            "javascript:1",
            "http://h:99999/",
        ] {
            assert!(request(url, &[]).is_err(), "{url}");
        }
        for header in [
            ("a\r\nb", "x"),
            ("a", "x\r\nb: c"),
            ("a", "x\0"),
            ("", "x"),
            ("a b", "x"),
            ("Host", "h"),
            ("Content-Length", "5"),
            ("Transfer-Encoding", "chunked"),
            ("Proxy-Connection", "x"),
            ("keep-alive", "x"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("x-original-url", "/admin"),
        ] {
            assert!(request("http://h/", &[header]).is_err(), "{header:?}");
        }
    }

    #[test]
    fn a_redirect_to_another_origin_loses_what_proves_who_asks() {
        let all = [("Authorization", "x"), ("Cookie", "x"), ("X-Api-Key", "x"), ("Accept", "a"), ("X-Odd", "secret:A")];
        let asked = request("https://a.org/1", &all).unwrap();
        let names = |request: Request| request.headers.keys().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(names(asked.redirected(307, "/2").unwrap()).len(), 5);
        for other in ["https://b.org/", "http://a.org/1", "https://a.org:8443/", "//a.org.b.org/"] {
            assert_eq!(names(asked.redirected(307, other).unwrap()), ["accept"], "{other}");
        }
        for bad in ["file:///etc/passwd", "http://u:p@a.org/", "http://[", "javascript:1"] {
            let problem = asked.redirected(302, bad).unwrap_err();
            assert!(problem.to_string().starts_with("it redirects to "), "{bad}: {problem}");
        }
        assert!(asked.redirected(302, &"/".repeat(MOST_URL + 1)).is_err());
    }

    #[test]
    fn a_server_refers_to_no_secrets() {
        let asked = request("https://a.org/?k=secret:A", &[("x", "secret:B")]).unwrap();
        assert_eq!(asked.secrets(), ["A", "B"]);
        assert_eq!(asked.redirected(307, "/?k=secret:C").unwrap().secrets(), ["B"]);
        assert!(asked.redirected(307, "https://b.org/?k=secret:C").unwrap().secrets().is_empty());
        assert!(request("https://a.org/?k=secret:A", &[]).unwrap().of_found_address().secrets().is_empty());
    }
}
