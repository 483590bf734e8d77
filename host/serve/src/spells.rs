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

/// As many keys of a scope as one commit deletes.
const MOST_VERSIONS: u64 = 10_000;

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
        if version > MOST_VERSIONS {
            let detail = format!("the spell '{name}' has {MOST_VERSIONS} versions, as many as may be: delete it first");
            return Err(Problem::conflict(detail));
        }
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
        let forever = Lifetime::Unlimited;
        let changes = vec![
            stored::put(SPELLS, name, &head, condition, forever)?,
            stored::put(&versions(name), &key(version), &whole, Condition::Any, forever)?,
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
    let found = stored::get::<StoredSpell>(store, tenant, &versions(name), &key(version)).await?;
    let last = latest.version;
    found
        .filter(|_| version <= last)
        .map(|(found, _)| found)
        .ok_or_else(|| Problem::not_found(format!("the spell '{name}' has no version {version}: its latest is {last}")))
}

/// The latest versions, page by page.
pub async fn list(store: &Store, tenant: &str, after: Option<String>, limit: usize) -> Result<SpellPage, StoreError> {
    let list = List { after, limit, ..List::default() };
    let (spells, next) = stored::page::<StoredSpell>(store, tenant, SPELLS, list).await?;
    Ok(SpellPage { spells: spells.into_iter().map(|(_, spell)| spell).collect(), next })
}

/// Deletes a spell with all its versions, or nothing: whether there was one.
pub async fn remove(store: &Store, tenant: &str, name: &str) -> Result<bool, StoreError> {
    for _ in 0..ATTEMPTS {
        let Some((_, version)) = stored::get::<StoredSpell>(store, tenant, SPELLS, name).await? else {
            return Ok(false);
        };
        let head = stored::delete(SPELLS, name, Condition::Version(version));
        match stored::commit(store, tenant, vec![head, stored::clear(&versions(name))]).await {
            // Somebody stored a version meanwhile.
            Err(StoreError::Conflict { .. }) => {}
            done => return done.map(|()| true),
        }
    }
    Err(StoreError::Conflict { what: "others keep storing this spell".into(), current: None })
}

/// The scope of a spell's versions.
fn versions(name: &str) -> String {
    format!("{VERSIONS}.{name}")
}

/// In the order of versions.
fn key(version: u64) -> String {
    format!("{version:020}")
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use llmspell_wasm::state::{Place, Settings};

    use super::*;

    async fn stored(store: &Store, source: &str) -> u64 {
        let new = NewSpell { language: "lua".into(), source: source.into(), description: String::new() };
        put(store, "acme", "x", new).await.unwrap().0.version
    }

    #[tokio::test]
    async fn what_a_client_deletes_that_hangs_up_does_not_come_back() {
        let store = Store::new(Settings::new(Place::Memory));
        for number in 1..=3 {
            assert_eq!(stored(&store, &format!("return {number}")).await, number);
        }
        let mut removing = Box::pin(remove(&store, "acme", "x"));
        // As far as the name is gone, and no further.
        while (&mut removing).now_or_never().is_none() && get(&store, "acme", "x", None).await.is_ok() {
            tokio::task::yield_now().await;
        }
        drop(removing);
        assert_eq!(get(&store, "acme", "x", None).await.unwrap_err().status, 404);
        for number in 1..=3 {
            assert_eq!(stored(&store, &format!("return 'new {number}'")).await, number);
            let found = get(&store, "acme", "x", Some(number + 1)).await;
            assert_eq!(found.unwrap_err().status, 404, "of the spell that was deleted");
        }
        assert!(remove(&store, "acme", "x").await.unwrap() && !remove(&store, "acme", "x").await.unwrap());
    }
}
