//! A run that is asked for.

use std::sync::Arc;

use llmspell_wasm::policy::requested_policies;
use llmspell_wasm::{Ending, Fault, Grants, Limits};
use serde_json::{Map, Value};

use crate::app::App;
use crate::idempotency::Idempotency;
use crate::keys::Key;
use crate::limits;
use crate::problem::Problem;

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

impl Order {
    /// What it is granted and its limits, as policies are now; without the limits that it asks for itself.
    fn bound(&self, app: &App) -> Result<(Grants, Limits), Problem> {
        let (mut grants, outer) = app.bound(&self.key)?;
        let requested = requested_policies(None, &self.file, &self.source);
        let invalid = |error: &dyn ToString| Fault::new(Ending::InvalidSpell.word(), error.to_string());
        for policy in requested.map_err(|error| Problem::of_spell(invalid(&error)))? {
            grants = grants.within(policy);
        }
        Ok((grants, outer))
    }

    /// The same with these limits. Asking for more than there is is refused.
    pub fn check(&self, app: &App) -> Result<(), Problem> {
        let (_, outer) = self.bound(app)?;
        limits::read_strictly(&self.limits, &outer, "this key").map(drop).map_err(Problem::invalid)
    }

    /// The same when it begins: what it was accepted with may be less since.
    pub fn grants(&self, app: &App) -> Result<(Grants, Limits), Problem> {
        let (grants, outer) = self.bound(app)?;
        let limits = limits::read(&self.limits, &outer).map_err(Problem::invalid)?;
        let limits = grants.tighten(limits);
        Ok((grants, limits))
    }
}
