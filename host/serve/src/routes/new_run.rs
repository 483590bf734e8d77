//! The body of `POST /v1/runs`.

use llmspell_base::hash::hash;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::Shared;
use crate::caller::Caller;
use crate::idempotency::Idempotency;
use crate::names::{self, file_name};
use crate::order::Order;
use crate::problem::Problem;
use crate::spells;

/// A run that is asked for: of a stored spell, or of a source that comes with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// A stored spell: "greeting", or a version of it: "greeting@3".
    pub spell: Option<String>,
    /// The text of a spell, in place of a stored one.
    pub source: Option<String>,
    /// Of `source`, such as "lua" or "javascript".
    pub language: Option<String>,
    /// The spell's `params`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub parameters: Map<String, Value>,
    /// The spell's `arg`.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The session of the tenant that it begins in.
    pub session: Option<String>,
    /// Makes its randomness repeatable.
    pub seed: Option<u64>,
    /// Limits by name, such as `{"fuel": 1000000, "timeout": "30s"}`. None may be above the key's.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub limits: Map<String, Value>,
    /// Answer when the run is over. A client that hangs up before cancels the run, unless it sent an Idempotency-Key.
    #[serde(default)]
    pub wait: bool,
    /// Keep a record, with which the run can be run again without anything outside.
    #[serde(default)]
    pub record: bool,
}

/// What a request asks for, checked.
pub async fn order(
    app: &Shared,
    caller: Caller,
    new: NewRun,
    idempotency: Option<Idempotency>,
) -> Result<Order, Problem> {
    let NewRun { spell, source, language, parameters, arguments, session, seed, limits, wait, record } = new;
    if let Some(session) = &session {
        llmspell_wasm::state::check_session_id(session)
            .map_err(|error| Problem::invalid(format!("session: {error}")))?;
    }
    let (spell, language, file, source) = match (spell, source) {
        (Some(_), Some(_)) => return Err(Problem::invalid("spell and source are both given: a run is of one of them")),
        (None, None) => {
            return Err(Problem::invalid("spell is missing: name a stored spell, or give source and language"));
        }
        (Some(_), None) if language.is_some() => {
            return Err(Problem::invalid("language: a stored spell has one; leave it out"));
        }
        (Some(name), None) => {
            let (name, version) = names::spell_and_version(&name)?;
            let stored = spells::get(app.store(), caller.tenant(), name, version).await?;
            let (language, extension) = app.language(&stored.language)?;
            let file = file_name(name, extension);
            (Some((stored.name, stored.version)), language, file, stored.source.unwrap_or_default())
        }
        (None, Some(source)) => {
            let language = language.ok_or_else(|| Problem::invalid("language is missing: say what source is in"))?;
            let (language, extension) = app.language(&language)?;
            (None, language, file_name("spell", extension), source)
        }
    };
    let hash = hash(source.as_bytes());
    Ok(Order {
        key: caller.0,
        spell,
        language,
        file,
        source,
        hash,
        parameters,
        arguments,
        session,
        seed,
        limits,
        record,
        ends_with_client: wait && idempotency.is_none(),
        idempotency,
    })
}
