//! Who makes a request, by its key.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::app::Shared;
use crate::keys::{Key, Right};
use crate::problem::Problem;

/// The key that a request brings.
#[derive(Clone)]
pub struct Caller(pub Arc<Key>);

impl Caller {
    /// Whether the key has the right.
    pub fn has(&self, right: Right) -> bool {
        self.0.rights.contains(&right)
    }

    /// Refuses a key without the right.
    pub fn needs(&self, right: Right) -> Result<(), Problem> {
        match self.has(right) {
            true => Ok(()),
            false => {
                let word = right.word();
                Err(Problem::denied(format!(
                    "this key has not the right '{word}': use one that was made with --right {word}"
                )))
            }
        }
    }

    /// Whose key it is.
    pub fn tenant(&self) -> &str {
        &self.0.tenant
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Caller, Problem> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else {
            return Err(Problem::unauthorized("a key is missing: send the header Authorization: Bearer KEY"));
        };
        let text = header.to_str().ok().and_then(|text| text.split_once(' '));
        let key = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key.trim());
        let Some(key) = key else {
            return Err(Problem::unauthorized("the header Authorization is not of the form: Bearer KEY"));
        };
        match app.keys.find(key).await? {
            Some(key) => Ok(Caller(Arc::new(key))),
            None => Err(Problem::unauthorized("the key is none of this server, or was revoked, or has expired")),
        }
    }
}
