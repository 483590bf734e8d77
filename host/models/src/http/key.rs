//! Where a request carries its key.

use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Uri, header, request};

use super::Fault;
use super::KEY_HEADERS;
use super::hide;
use crate::secret::Secret;
use llmspell_base::provider_kind::Kind;

/// The header that carries the key.
pub struct Key {
    name: HeaderName,
    value: HeaderValue,
}

impl Key {
    pub fn new(kind: Kind, key: &Secret) -> Result<Key, String> {
        let (name, text) = match kind {
            Kind::Anthropic => (HeaderName::from_static("x-api-key"), key.expose().to_owned()),
            Kind::Gemini => (HeaderName::from_static("x-goog-api-key"), key.expose().to_owned()),
            _ => (header::AUTHORIZATION, format!("Bearer {}", key.expose())),
        };
        let mut value =
            HeaderValue::try_from(text).map_err(|_| "its key holds characters that no key has".to_owned())?;
        value.set_sensitive(true);
        Ok(Key { name, value })
    }

    pub fn put_into(&self, parts: &mut request::Parts) {
        parts.headers.insert(self.name.clone(), self.value.clone());
        hide(&mut parts.headers);
    }
}

/// Rig is given no key, so what it writes in its place goes. Gemini's would stand in the URL, which errors and logs show.
pub fn take_out(parts: &mut request::Parts) -> Result<(), Fault> {
    for name in KEY_HEADERS {
        parts.headers.remove(*name);
    }
    let Some(query) = parts.uri.query() else { return Ok(()) };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("key=")).collect();
    let path = match kept.is_empty() {
        true => parts.uri.path().to_owned(),
        false => format!("{}?{}", parts.uri.path(), kept.join("&")),
    };
    let broken = |cause: String| Fault::Broken { what: "the request cannot be sent", cause };
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(PathAndQuery::try_from(path).map_err(|error| broken(error.to_string()))?);
    parts.uri = Uri::from_parts(uri).map_err(|error| broken(error.to_string()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leaves_the_url_and_the_rest_stays() {
        for (url, wanted) in [
            ("http://h/v1?key=canary", "http://h/v1"),
            ("http://h/v1?alt=sse&key=canary", "http://h/v1?alt=sse"),
            ("http://h/v1?alt=sse", "http://h/v1?alt=sse"),
        ] {
            let (mut parts, ()) = http::Request::get(url).header("authorization", "x").body(()).unwrap().into_parts();
            take_out(&mut parts).unwrap();
            assert_eq!((parts.uri.to_string().as_str(), parts.headers.len()), (wanted, 0));
            Key::new(Kind::Gemini, &Secret::new("canary")).unwrap().put_into(&mut parts);
            assert!(!format!("{:?}", parts.headers).contains("canary"), "{:?}", parts.headers);
        }
    }
}
