//! Commits: their changes, and applying them.

use serde_json::{Number, Value};

use crate::error::StoreError;
use crate::keys::{self, Space};
use crate::lease;
use crate::record::{self, Head};
use crate::staged::Staged;
use crate::tenant_record::TenantRecord;
use llmspell_base::toml_span::shown;

/// What has to hold for a change; otherwise nothing of the commit is applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Condition {
    /// The key may be there or not, with any version.
    #[default]
    Any,
    /// There is no such key.
    Absent,
    /// The key has this version.
    Version(u64),
}

/// How long a value stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is deleted.
    #[default]
    Unlimited,
    /// As it was for the value before; unlimited for a new one.
    Kept,
    /// For so many milliseconds from now.
    Milliseconds(u64),
    /// Until this time, in milliseconds since 1970.
    Until(u64),
}

impl Lifetime {
    /// When a value ends that is written now; `before` is when the one before it would have ended.
    pub(crate) fn from(self, now: u64, before: Option<u64>) -> Option<u64> {
        match self {
            Lifetime::Unlimited => None,
            Lifetime::Kept => before,
            Lifetime::Milliseconds(milliseconds) => Some(now.saturating_add(milliseconds).max(1)),
            Lifetime::Until(at) => Some(at.max(1)),
        }
    }
}

/// One change of a commit.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Sets a value.
    Put {
        /// 1 to 512 bytes.
        scope: String,
        /// 1 to 4,096 bytes.
        key: String,
        /// JSON text.
        value: String,
        /// What has to hold for the key, or the commit is a conflict.
        condition: Condition,
        /// How long the new value stays.
        lifetime: Lifetime,
    },
    /// Deletes a key; one that is not there is no error.
    Delete {
        /// 1 to 512 bytes.
        scope: String,
        /// 1 to 4,096 bytes.
        key: String,
        /// What has to hold for the key, or the commit is a conflict.
        condition: Condition,
    },
    /// Adds to a number; an absent one counts as 0. Whole numbers stay whole, and an overflow is an error.
    Increment {
        /// 1 to 512 bytes.
        scope: String,
        /// 1 to 4,096 bytes.
        key: String,
        /// What is added; may be negative or have a fraction.
        by: Number,
        /// How long the new value stays.
        lifetime: Lifetime,
    },
    /// Changes nothing: a condition on a key that is only read.
    Check {
        /// 1 to 512 bytes.
        scope: String,
        /// 1 to 4,096 bytes.
        key: String,
        /// What has to hold for the key, or the commit is a conflict.
        condition: Condition,
    },
    /// Deletes all keys of a scope.
    Clear {
        /// 1 to 512 bytes.
        scope: String,
    },
    /// The same change of the host's own values, which no function of a spell reaches: their scopes and keys are others than
    /// those of spells, also where they have the same names.
    Internal(Box<Change>),
    /// Changes nothing: the lease must still be held under this token.
    Held {
        /// The name of the lease.
        lease: String,
        /// The token that [`crate::Lease`] gave its holder.
        token: u64,
    },
    /// Changes nothing: the commit may take the tenant beyond its quota. For what the host has promised, such as the end of a
    /// run that it accepted; the promise itself has to be within the quota.
    BeyondQuota,
}

/// The result of one change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many keys that it is about existed before.
    pub existed: u64,
    /// The number that an increment made.
    pub value: Option<String>,
}

/// A commit that was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The version of all that it put; 0 where nothing changed.
    pub version: u64,
    /// One for each change.
    pub changed: Vec<Changed>,
}

/// The most changes of one commit, and the most keys that it clears.
pub const MOST_CHANGES: usize = 1_000;
const MOST_CLEARED: usize = 10_000;

/// The most bytes of one commit.
pub const MOST_BYTES: usize = 16 << 20;

impl Change {
    /// The scope that it is about, if it is about one.
    pub fn scope(&self) -> Option<&str> {
        match self {
            Change::Put { scope, .. }
            | Change::Delete { scope, .. }
            | Change::Increment { scope, .. }
            | Change::Check { scope, .. }
            | Change::Clear { scope } => Some(scope),
            Change::Internal(change) => change.scope(),
            Change::Held { .. } | Change::BeyondQuota => None,
        }
    }

    /// The key that it is about, if it is about one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Change::Put { key, .. }
            | Change::Delete { key, .. }
            | Change::Increment { key, .. }
            | Change::Check { key, .. } => Some(key),
            Change::Internal(change) => change.key(),
            Change::Clear { .. } | Change::Held { .. } | Change::BeyondQuota => None,
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Change::Put { value, .. } => value.len(),
            Change::Internal(change) => change.bytes(),
            _ => 0,
        }
    }
}

/// Whether a commit is well-formed.
pub fn check(tenant: &str, changes: &[Change]) -> Result<(), StoreError> {
    if changes.len() > MOST_CHANGES {
        let count = changes.len();
        return Err(StoreError::TooLarge(format!("a commit of {count} changes; at most {MOST_CHANGES} are allowed")));
    }
    let bytes: usize = changes.iter().map(Change::bytes).sum();
    if bytes > MOST_BYTES {
        return Err(StoreError::TooLarge(format!("a commit of {bytes} bytes; at most {MOST_BYTES} are allowed")));
    }
    keys::check(tenant, "", "")?;
    changes.iter().try_for_each(|change| match change.scope() {
        Some(scope) => keys::check_names(scope, change.key()),
        None => Ok(()),
    })
}

pub fn commit(staged: &mut Staged<'_>, tenant: &str, changes: &[Change]) -> Result<Committed, StoreError> {
    let before = staged.tenant_record(tenant)?;
    let space = Space::new(tenant, before.generation);
    let mut commit = Commit { space, section: keys::VALUES, tenant, tenant_record: before, wrote: false, staged };
    let changed = changes.iter().map(|change| commit.change(change)).collect::<Result<_, _>>()?;
    if !commit.wrote {
        return Ok(Committed { version: 0, changed });
    }
    let Commit { mut tenant_record, staged, .. } = commit;
    if !changes.contains(&Change::BeyondQuota) {
        tenant_record.within(&before, staged.quota)?;
    }
    tenant_record.changed = staged.version()?;
    staged.set_tenant_record(tenant, &tenant_record);
    Ok(Committed { version: tenant_record.changed, changed })
}

struct Commit<'a, 'b> {
    staged: &'a mut Staged<'b>,
    tenant: &'a str,
    space: Space,
    /// Whose values the change at hand is about.
    section: u8,
    tenant_record: TenantRecord,
    wrote: bool,
}

impl Commit<'_, '_> {
    fn change(&mut self, change: &Change) -> Result<Changed, StoreError> {
        match change {
            Change::Put { scope, key, value, condition, lifetime } => {
                let old = self.expect(scope, key, *condition)?;
                self.put(scope, key, value, old, *lifetime)?;
                Ok(Changed { existed: old.is_some().into(), value: None })
            }
            Change::Delete { scope, key, condition } => {
                let old = self.expect(scope, key, *condition)?;
                if old.is_some() {
                    self.write(self.place(scope, key), None)?;
                }
                Ok(Changed { existed: old.is_some().into(), value: None })
            }
            Change::Increment { scope, key, by, lifetime } => self.increment(scope, key, by, *lifetime),
            Change::Check { scope, key, condition } => {
                let old = self.expect(scope, key, *condition)?;
                Ok(Changed { existed: old.is_some().into(), value: None })
            }
            Change::Clear { scope } => self.clear(scope),
            Change::Internal(change) => {
                let before = std::mem::replace(&mut self.section, keys::INTERNAL);
                let changed = self.change(change);
                self.section = before;
                changed
            }
            Change::Held { lease, token } => {
                lease::held(self.staged, self.tenant, lease, *token)?;
                Ok(Changed::default())
            }
            Change::BeyondQuota => Ok(Changed::default()),
        }
    }

    fn place(&self, scope: &str, key: &str) -> Vec<u8> {
        self.space.value_in(self.section, scope, key)
    }

    /// What is there now; what has expired is not.
    fn expect(&self, scope: &str, key: &str, condition: Condition) -> Result<Option<Head>, StoreError> {
        let head = self.staged.head(&self.place(scope, key))?.filter(|head| !head.is_expired(self.staged.now));
        let current = head.map(|head| head.version);
        let met = match condition {
            Condition::Any => true,
            Condition::Absent => current.is_none(),
            Condition::Version(version) => current == Some(version),
        };
        if met {
            return Ok(head);
        }
        let is = current.map_or("is not there".into(), |version| format!("has version {version}"));
        let wanted = match condition {
            Condition::Version(version) => format!("not {version}: it was changed meanwhile"),
            _ => "though it should not be there".into(),
        };
        let (scope, key) = (shown(scope), shown(key));
        Err(StoreError::Conflict { what: format!("the key '{key}' of scope '{scope}' {is}, {wanted}"), current })
    }

    fn put(
        &mut self,
        scope: &str,
        key: &str,
        value: &str,
        old: Option<Head>,
        lifetime: Lifetime,
    ) -> Result<(), StoreError> {
        let expires_at = lifetime.from(self.staged.now, old.and_then(|old| old.expiry()));
        let place = self.place(scope, key);
        let record = record::encode(keys::label(&place), self.staged.version()?, expires_at, value);
        self.write(place, Some(record))
    }

    fn write(&mut self, key: Vec<u8>, record: Option<Vec<u8>>) -> Result<(), StoreError> {
        self.wrote = true;
        self.staged.write(&mut self.tenant_record, key, record)
    }

    fn increment(&mut self, scope: &str, key: &str, by: &Number, lifetime: Lifetime) -> Result<Changed, StoreError> {
        let old = self.expect(scope, key, Condition::Any)?;
        let number = match old {
            None => Number::from(0),
            Some(_) => {
                let place = self.place(scope, key);
                let decode = |record| record::decode(keys::label(&place), record);
                let value =
                    self.staged.get(&place)?.map(decode).transpose()?.map(|entry| entry.value).unwrap_or_default();
                serde_json::from_str(&value).map_err(|_| {
                    StoreError::Invalid(format!(
                        "the key '{}' of scope '{}' holds no number: nothing can be added to it",
                        shown(key),
                        shown(scope)
                    ))
                })?
            }
        };
        let sum = add(&number, by).ok_or_else(|| {
            StoreError::Invalid(format!("{number} and {by} add up to more than a number can hold; nothing was changed"))
        })?;
        let value = Value::Number(sum).to_string();
        self.put(scope, key, &value, old, lifetime)?;
        Ok(Changed { existed: old.is_some().into(), value: Some(value) })
    }

    fn clear(&mut self, scope: &str) -> Result<Changed, StoreError> {
        let from = self.space.scope(self.section, scope);
        let end = keys::after(from.clone());
        let found = self.staged.keys((&from, &end), MOST_CLEARED + 1)?;
        if found.len() > MOST_CLEARED {
            return Err(StoreError::TooLarge(format!(
                "the scope '{}' has more than {MOST_CLEARED} keys: delete some first, key by key",
                shown(scope)
            )));
        }
        let mut existed = 0;
        for key in found {
            let head = self.staged.head(&key)?;
            existed += u64::from(head.is_some_and(|head| !head.is_expired(self.staged.now)));
            self.write(key, None)?;
        }
        Ok(Changed { existed, value: None })
    }
}

/// Whole numbers stay whole.
fn add(one: &Number, other: &Number) -> Option<Number> {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => one.checked_add(other).map(Number::from),
        _ => Number::from_f64(one.as_f64()? + other.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_whole_and_nothing_overflows() {
        let number = |text: &str| serde_json::from_str::<Number>(text).unwrap();
        let sum = |one, other| add(&number(one), &number(other)).map(|sum| sum.to_string());
        assert_eq!(sum("9007199254740993", "1").as_deref(), Some("9007199254740994"));
        assert_eq!(sum("1", "0.5").as_deref(), Some("1.5"));
        assert_eq!(sum("9223372036854775807", "1"), None);
        assert_eq!(sum("1e308", "1e308"), None);
    }
}
