//! Requests that are sent twice with one key: the second gets what the first began.

use std::time::Duration;

use http::HeaderMap;
use llmspell_base::Code;
use llmspell_base::hash::hash;
use llmspell_wasm::state::{Change, Condition, Lifetime, Store, StoreError};
use serde::{Deserialize, Serialize};

use crate::keys::Key;
use crate::problem::Problem;
use crate::stored::{self, IDEMPOTENCY};

/// The header that names it.
pub const HEADER: &str = "idempotency-key";

/// How long it is remembered: a day, and no longer than the run is kept.
const KEPT: Duration = Duration::from_secs(86_400);

const MOST_BYTES: usize = 255;

/// What a client calls its request, and what the request was.
#[derive(Debug, Clone)]
pub struct Idempotency {
    key: String,
    request: String,
}

#[derive(Serialize, Deserialize)]
struct Begun {
    request: String,
    run: String,
}

impl Idempotency {
    /// That of a request, if it has one: by the path and the body of the request. What one key of a tenant calls its request is
    /// its own: it may not be allowed to see what another began.
    pub fn of(headers: &HeaderMap, key: &Key, path: &str, body: &[u8]) -> Result<Option<Idempotency>, Problem> {
        let Some(value) = headers.get(HEADER) else { return Ok(None) };
        let text = value.to_str().ok().filter(|text| (1..=MOST_BYTES).contains(&text.len()));
        let Some(text) = text else {
            let detail = format!("the header Idempotency-Key is a text of 1 to {MOST_BYTES} plain characters");
            return Err(Problem::invalid(detail));
        };
        let request = hash(&[path.as_bytes(), b"\n", body].concat());
        // No id of a key has a newline.
        Ok(Some(Idempotency { key: hash(format!("{}\n{text}", key.id).as_bytes()), request }))
    }

    /// The run that an earlier request with the same key began.
    pub async fn find(&self, store: &Store, tenant: &str) -> Result<Option<String>, Problem> {
        match stored::get::<Begun>(store, tenant, IDEMPOTENCY, &self.key).await? {
            None => Ok(None),
            Some((begun, _)) if begun.request == self.request => Ok(Some(begun.run)),
            Some(_) => {
                let detail = "another request was sent with this Idempotency-Key: a new request needs a new key";
                Err(Problem::unprocessable(Code::Conflict, detail))
            }
        }
    }

    /// Remembers the run: a conflict where an earlier request began one.
    pub fn change(&self, run: &str, keep_runs: Duration) -> Result<Change, StoreError> {
        let begun = Begun { request: self.request.clone(), run: run.into() };
        let kept = u64::try_from(KEPT.min(keep_runs).as_millis()).unwrap_or(u64::MAX);
        stored::put(IDEMPOTENCY, &self.key, &begun, Condition::Absent, Lifetime::Milliseconds(kept))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_forgotten_with_its_run() {
        let named = Idempotency { key: "k".into(), request: "r".into() };
        for (days, kept) in [(7, 86_400_000), (0, 1_000)] {
            let change = named.change("run", Duration::from_secs(days * 86_400 + 1)).unwrap();
            let Change::Internal(change) = change else { panic!("{change:?}") };
            let Change::Put { lifetime, .. } = *change else { panic!("{change:?}") };
            assert_eq!(lifetime, Lifetime::Milliseconds(kept));
        }
    }
}
