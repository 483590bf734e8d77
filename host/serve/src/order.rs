//! A run that is asked for.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::idempotency::Idempotency;
use crate::keys::Key;

/// A run that is asked for.
pub struct Order {
    pub key: Arc<Key>,
    /// The stored spell and its version.
    pub spell: Option<(String, u64)>,
    /// The spell's, by its name.
    pub language: String,
    /// What errors call the spell.
    pub file: String,
    pub source: String,
    /// SHA-256 of the source, in hex.
    pub hash: String,
    pub parameters: Map<String, Value>,
    pub arguments: Vec<String>,
    pub session: Option<String>,
    pub seed: Option<u64>,
    /// By name; none may ask for more than the key may have.
    pub limits: Map<String, Value>,
    pub record: bool,
    pub idempotency: Option<Idempotency>,
    /// Whether a client that hangs up cancels it.
    pub ends_with_client: bool,
}
