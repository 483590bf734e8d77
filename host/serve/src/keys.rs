//! Keys of tenants. The store has their hashes; a key itself is shown once, when it is made.

use std::time::Duration;

use llmspell_base::hash::{hash, hex};
use llmspell_base::random::Random;
use llmspell_wasm::nearest;
use llmspell_wasm::state::{Condition, Lifetime, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

use crate::{names, stored};

/// The tenant of the store that holds keys. No spell runs for it.
const TENANT: &str = "~serve";

const SCOPE: &str = "keys";

/// What a key looks like: this, its id and its secret, as "llmspell_0123456789abcdef_…".
const PREFIX: &str = "llmspell_";
const ID_BYTES: usize = 8;
/// As many as nobody guesses: the hash of such a secret needs no salt and no time.
const SECRET_BYTES: usize = 32;

/// What somebody with a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Right {
    /// Run spells, stored ones and others, see these runs and cancel them.
    Run,
    /// Store and delete spells, and list them.
    Spells,
    /// Read every run of the tenant, its events, record and receipt.
    Read,
    /// Read the metrics of the server.
    Operator,
}

impl Right {
    /// All of them.
    pub const ALL: [Right; 4] = [Right::Run, Right::Spells, Right::Read, Right::Operator];

    /// The right in a word, such as "run".
    pub fn word(self) -> &'static str {
        match self {
            Right::Run => "run",
            Right::Spells => "spells",
            Right::Read => "read",
            Right::Operator => "operator",
        }
    }

    /// What [`Right::word`] wrote.
    pub fn parse(text: &str) -> Result<Right, String> {
        let known = Right::ALL.map(Right::word);
        let right = Right::ALL.into_iter().find(|right| right.word() == text);
        right.ok_or_else(|| format!("there is no right '{}'{}", text.escape_debug(), nearest(text, &known)))
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// 16 digits of 0-9 and a-f, which are a part of the key.
    pub id: String,
    /// Whose key it is.
    pub tenant: String,
    /// What it is for, in the operator's words.
    pub name: String,
    /// What it may be used for.
    pub rights: Vec<Right>,
    /// Limits of each run that it begins, by name; see [`crate::read_limits`].
    pub limits: Map<String, Value>,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// Milliseconds since 1970; null for a key that is good until it is revoked.
    pub expires_at: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct StoredKey {
    #[serde(flatten)]
    key: Key,
    /// SHA-256 of the secret, in hex.
    hash: String,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose key it is: 1 to 64 letters, digits, '-', '_' and '.'.
    pub tenant: String,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub rights: Vec<Right>,
    /// Limits of each run that it begins, by name.
    pub limits: Map<String, Value>,
    /// How long it is good. `None`: until it is revoked.
    pub lifetime: Option<Duration>,
}

/// The keys in a store.
#[derive(Clone)]
pub struct Keys(Store);

impl Keys {
    /// The keys of this store.
    pub fn new(store: Store) -> Keys {
        Keys(store)
    }

    /// Makes a key. With it, its text, which is not kept.
    pub async fn add(&self, new: NewKey) -> Result<(Key, String), StoreError> {
        names::check_tenant(&new.tenant).map_err(StoreError::Invalid)?;
        let mut random = Random::new(None);
        let (id, secret) = (hex(&random.bytes(ID_BYTES)), hex(&random.bytes(SECRET_BYTES)));
        let now = self.0.settings().clock.now() / 1_000_000;
        let lifetime = new.lifetime.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        let NewKey { tenant, name, rights, limits, .. } = new;
        let expires_at = lifetime.map(|time| now.saturating_add(time));
        let key = Key { id: id.clone(), tenant, name, rights, limits, created_at: now, expires_at };
        let kept = StoredKey { key: key.clone(), hash: hash(secret.as_bytes()) };
        let lifetime = lifetime.map_or(Lifetime::Unlimited, Lifetime::Milliseconds);
        stored::commit(&self.0, TENANT, vec![stored::put(SCOPE, &id, &kept, Condition::Absent, lifetime)?]).await?;
        Ok((key, format!("{PREFIX}{id}_{secret}")))
    }

    /// All keys, in the order of their ids.
    pub async fn list(&self) -> Result<Vec<Key>, StoreError> {
        let all = stored::all::<StoredKey>(&self.0, TENANT, SCOPE, "").await?;
        Ok(all.into_iter().map(|(_, kept)| kept.key).collect())
    }

    /// Revokes a key, also for a server that runs: whether there was one.
    pub async fn revoke(&self, id: &str) -> Result<bool, StoreError> {
        if stored::get::<StoredKey>(&self.0, TENANT, SCOPE, id).await?.is_none() {
            return Ok(false);
        }
        stored::commit(&self.0, TENANT, vec![stored::delete(SCOPE, id, Condition::Any)]).await?;
        Ok(true)
    }

    /// Whether there is any.
    pub async fn are_there(&self) -> Result<bool, StoreError> {
        Ok(!self.list().await?.is_empty())
    }

    /// The key with this text; `None` where it is forged, revoked or expired.
    pub async fn find(&self, text: &str) -> Result<Option<Key>, StoreError> {
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
        let is_hex = |text: &str, bytes: usize| {
            text.len() == 2 * bytes && text.bytes().all(|one| one.is_ascii_digit() || (b'a'..=b'f').contains(&one))
        };
        let Some((id, secret)) = parts.filter(|(id, secret)| is_hex(id, ID_BYTES) && is_hex(secret, SECRET_BYTES))
        else {
            return Ok(None);
        };
        let Some((kept, _)) = stored::get::<StoredKey>(&self.0, TENANT, SCOPE, id).await? else { return Ok(None) };
        let is_right = bool::from(hash(secret.as_bytes()).as_bytes().ct_eq(kept.hash.as_bytes()));
        Ok(is_right.then_some(kept.key))
    }
}
