//! Stored spells: by name, in versions that do not change.

use std::time::Duration;

use llmspell_base::hash::hash;
use llmspell_wasm::policy::requested_policies;
use llmspell_wasm::state::{Condition, Lifetime, List, Store, StoreError};
use llmspell_wasm::{Clock, Ending, Fault, Limits, Spell};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Shared;
use crate::keys::Key;
use crate::problem::Problem;
use crate::stored::{self, SPELLS, VERSIONS};

/// A version of a stored spell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredSpell {
    /// 1 to 64 letters, digits, '-', '_' and '.'.
    pub name: String,
    /// From 1. A version is never changed.
    pub version: u64,
    /// Such as "lua" or "javascript".
    pub language: String,
    /// SHA-256 of the source, in hex.
    pub hash: String,
    /// What it is for, in its author's words.
    #[serde(default)]
    pub description: String,
    /// RFC 3339.
    pub created_at: String,
    /// Its text. Not shown in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// A spell to be stored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSpell {
    /// Such as "lua" or "javascript".
    pub language: String,
    /// Its text.
    pub source: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

/// A page of stored spells.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpellPage {
    /// In the order of their names, each in its latest version, without its source.
    pub spells: Vec<StoredSpell>,
    /// What `after` is for the next page; null on the last one.
    pub next: Option<String>,
}

const MOST_DESCRIPTION: usize = 4_096;

/// How long a check may take; the parser of a language is done within milliseconds.
const CHECK_TIME: Duration = Duration::from_secs(5);

/// How long it may wait for a place among the tenant's runs.
const CHECK_WAIT: Duration = Duration::from_secs(20);

/// How often it is tried anew where somebody else stores the same spell.
const ATTEMPTS: usize = 10;

/// Looks at a spell as `validate` does: its syntax, and the policy that it requests. It takes a place of the tenant's and
/// has the limits of the key, as a run does.
pub async fn check(app: &Shared, key: &Key, language: &str, name: &str, source: &str) -> Result<(), Problem> {
    requested_policies(None, name, source).map_err(|error| {
        let number = |number: usize| u32::try_from(number).ok().filter(|number| *number > 0);
        let (line, column) = (number(error.line), number(error.column));
        let fault = Fault::new(Ending::InvalidSpell.word(), error.problem);
        Problem::of_spell(Fault { file: Some(error.file), line, column, ..fault })
    })?;
    if app.is_draining() {
        return Err(Problem::draining());
    }
    let (_, limits) = app.bound(key)?;
    let limits = Limits { wall_time: limits.wall_time.min(CHECK_TIME), ..limits };
    let ticket = app.places.accept(&key.tenant)?;
    let Ok(_place) = tokio::time::timeout(CHECK_WAIT, ticket.enter()).await else {
        return Err(Problem::busy(
            "no place for the check of a spell came free: all are taken by the tenant's runs",
            2,
        ));
    };
    let spell = Spell { tenant: key.tenant.clone(), ..Spell::new(language, name, source) };
    let outcome = app.runtime.check(spell, limits).await;
    match (outcome.error, outcome.ending) {
        (None, _) => Ok(()),
        (Some(fault), Ending::InvalidSpell) => Err(Problem::of_spell(fault)),
        (Some(fault), Ending::HostFault) => Err(Problem::internal(fault.message)),
        (Some(fault), _) => Err(Problem::of_spell(fault)),
    }
}

/// Stores a spell that was checked: its version, and whether that is new. The source of the latest version makes none.
pub async fn put(store: &Store, tenant: &str, name: &str, new: NewSpell) -> Result<(StoredSpell, bool), Problem> {
    let NewSpell { language, source, description } = new;
    if description.len() > MOST_DESCRIPTION {
        return Err(Problem::invalid(format!("description: has more than {MOST_DESCRIPTION} bytes")));
    }
    let (hash, created_at) = (hash(source.as_bytes()), Clock::stamp(std::time::SystemTime::now()));
    for _ in 0..ATTEMPTS {
        let latest = stored::get::<StoredSpell>(store, tenant, SPELLS, name).await?;
        let (version, condition) = match &latest {
            Some((latest, _))
                if latest.hash == hash && latest.language == language && latest.description == description =>
            {
                return Ok((latest.clone(), false));
            }
            Some((latest, version)) => (latest.version + 1, Condition::Version(*version)),
            None => (1, Condition::Absent),
        };
        let head = StoredSpell {
            name: name.into(),
            version,
            language: language.clone(),
            hash: hash.clone(),
            description: description.clone(),
            created_at: created_at.clone(),
            source: None,
        };
        let whole = StoredSpell { source: Some(source.clone()), ..head.clone() };
        let (key, forever) = (key(name, version), Lifetime::Unlimited);
        let changes = vec![
            stored::put(SPELLS, name, &head, condition, forever)?,
            stored::put(VERSIONS, &key, &whole, Condition::Any, forever)?,
        ];
        match stored::commit(store, tenant, changes).await {
            Err(StoreError::Conflict { .. }) => {}
            done => return Ok((head, done.map(|()| true)?)),
        }
    }
    let what = "others keep storing this spell";
    Err(StoreError::Conflict { what: what.into(), current: None }.into())
}

/// A version with its source; the latest where none is named.
pub async fn get(store: &Store, tenant: &str, name: &str, version: Option<u64>) -> Result<StoredSpell, Problem> {
    let latest = stored::get::<StoredSpell>(store, tenant, SPELLS, name).await?;
    let Some((latest, _)) = latest else {
        return Err(Problem::not_found(format!("there is no spell '{name}': POST /v1/spells/{name} stores one")));
    };
    let version = version.unwrap_or(latest.version);
    let found = stored::get::<StoredSpell>(store, tenant, VERSIONS, &key(name, version)).await?;
    let last = latest.version;
    found
        .map(|(found, _)| found)
        .ok_or_else(|| Problem::not_found(format!("the spell '{name}' has no version {version}: its latest is {last}")))
}

/// The latest versions, page by page.
pub async fn list(store: &Store, tenant: &str, after: Option<String>, limit: usize) -> Result<SpellPage, StoreError> {
    let list = List { after, limit, ..List::default() };
    let (spells, next) = stored::page::<StoredSpell>(store, tenant, SPELLS, list).await?;
    Ok(SpellPage { spells: spells.into_iter().map(|(_, spell)| spell).collect(), next })
}

/// Deletes a spell with all its versions: whether there was one.
pub async fn remove(store: &Store, tenant: &str, name: &str) -> Result<bool, StoreError> {
    if stored::get::<StoredSpell>(store, tenant, SPELLS, name).await?.is_none() {
        return Ok(false);
    }
    stored::commit(store, tenant, vec![stored::delete(SPELLS, name)]).await?;
    // What is left of a spell whose server ended here is nobody's, and a spell of that name writes over it.
    for (key, _) in stored::all::<StoredSpell>(store, tenant, VERSIONS, &format!("{name}@")).await? {
        stored::commit(store, tenant, vec![stored::delete(VERSIONS, &key)]).await?;
    }
    Ok(true)
}

/// In the order of versions. No name has an '@'.
fn key(name: &str, version: u64) -> String {
    format!("{name}@{version:020}")
}
