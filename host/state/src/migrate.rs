//! Rewrites a tenant's values, all or none, and records which version they have then.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::engine::{Read, Want};
use crate::error::StoreError;
use crate::generation::Builder;
use crate::inner::Inner;
use crate::keys::{self, Space};
use crate::record;
use crate::tenant_locks::Task;
use llmspell_base::toml_span::shown;

mod plan;
mod transform;

pub use plan::Plan;
use transform::Transformation;

/// The recorded version of a scope's values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// "" for all scopes.
    pub scope: String,
    /// A number or a string.
    pub version: Value,
    /// Milliseconds since 1970.
    pub migrated_at: u64,
    /// Earlier migrations, the newest last, at most 20: `{from, to, at, changed}`.
    pub history: Vec<Value>,
}

/// What a migration did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Migrated {
    /// The version that the plan expects.
    pub from_version: Value,
    /// The version that the values have afterwards.
    pub to_version: Value,
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    /// `false` where the values had the new version already.
    pub applied: bool,
    /// Values that were looked at.
    pub examined: u64,
    /// Values that were, or would be, rewritten.
    pub changed: u64,
    /// Values that are no objects: no transformation is for them.
    pub skipped: u64,
    /// The first of what a dry run would change: `{scope, key, before, after}`.
    pub changes: Vec<Value>,
}

const SHOWN: usize = 20;
const HISTORY: usize = 20;

/// How much work all migrations of a run may do, in bytes that they read and that each step produces. It bounds work that
/// is not charged to the run: the default, 2 GiB, takes some seconds. Clones share it.
#[derive(Debug, Clone)]
pub struct MigrationWork(Arc<AtomicU64>);

impl Default for MigrationWork {
    fn default() -> MigrationWork {
        MigrationWork::new(2 << 30)
    }
}

impl MigrationWork {
    /// An allowance of so many bytes.
    pub fn new(bytes: u64) -> MigrationWork {
        MigrationWork(Arc::new(AtomicU64::new(bytes)))
    }

    /// How many bytes are left.
    pub fn left(&self) -> u64 {
        self.0.load(Relaxed)
    }

    fn take(&self, bytes: u64) -> Result<(), StoreError> {
        let taken = self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        taken.map(drop).map_err(|_| {
            let what =
                "the migrations of this run have too much to do: give them a scope or a prefix, and do it in parts";
            StoreError::TooLarge(what.into())
        })
    }
}

/// An entry that is only looked at, and perhaps copied, is that much less work than one that is rewritten.
const LOOK: u64 = 8;

/// What is shown of a dry run has at most so many bytes, as the host holds it for a while.
const SHOWN_BYTES: usize = 512 << 10;

/// How often it begins anew where the tenant goes on writing.
const ATTEMPTS: u32 = 5;

pub fn schemas(read: &dyn Read, space: &Space) -> Result<Vec<Schema>, StoreError> {
    let (from, end) = space.all(keys::SCHEMAS);
    let mut found = Vec::new();
    read.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        found.push(schema(keys::label(key), value.to_vec())?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

fn schema(label: &[u8], record: Vec<u8>) -> Result<Schema, StoreError> {
    let text = record::decode(label, record)?.value;
    serde_json::from_str(&text).map_err(|_| record::garbled(label))
}

pub fn migrate(inner: &Inner, tenant: &str, plan: &Plan, task: &Task) -> Result<Migrated, StoreError> {
    keys::check(tenant, plan.scope.as_deref().unwrap_or_default(), &plan.prefix)?;
    let mut attempt = 0;
    loop {
        attempt += 1;
        match once(inner, tenant, plan, task) {
            Err(StoreError::Conflict { what, current: Some(_) }) if attempt == ATTEMPTS => {
                return Err(StoreError::Conflict { what: format!("{what} ({ATTEMPTS} attempts)"), current: None });
            }
            Err(StoreError::Conflict { current: Some(_), .. }) => {}
            other => return other,
        }
    }
}

fn once(inner: &Inner, tenant: &str, plan: &Plan, task: &Task) -> Result<Migrated, StoreError> {
    let tenant_record = inner.tenant_record(tenant)?;
    let space = Space::new(tenant, tenant_record.generation);
    let scope = plan.scope.clone().unwrap_or_default();
    let own = space.schema(&scope);
    let own = keys::label(&own);
    let old = inner.reader.get(&space.schema(&scope))?.map(|record| schema(own, record)).transpose()?;
    let mut report = Migrated {
        from_version: plan.from.clone(),
        to_version: plan.to.clone(),
        dry_run: plan.dry_run,
        applied: true,
        ..Migrated::default()
    };
    match old.as_ref().map(|old| &old.version) {
        Some(version) if same(version, &plan.to) => {
            report.applied = false;
            return Ok(report);
        }
        Some(version) if !same(version, &plan.from) => {
            let what = format!("the values have version {version}, not {} as the migration expects", plan.from);
            return Err(StoreError::Conflict { what, current: None });
        }
        _ => {}
    }
    if plan.dry_run {
        report.applied = false;
        rewrite((inner, task), &space, plan, &mut report, &mut |_, _, _| Ok(()))?;
        return Ok(report);
    }
    let mut builder = Builder::begin(inner, tenant)?;
    let written = rewrite((inner, task), &space, plan, &mut report, &mut |suffix, record, fresh| {
        if suffix == own { Ok(()) } else { builder.add(suffix, record, fresh) }
    });
    let written = written.and_then(|()| {
        let now = inner.now();
        let mut history = old.map(|old| old.history).unwrap_or_default();
        history.push(json!({ "from": plan.from, "to": plan.to, "at": now, "changed": report.changed }));
        history.drain(..history.len().saturating_sub(HISTORY));
        let schema = json!(Schema { scope, version: plan.to.clone(), migrated_at: now, history });
        builder.add(own.to_vec(), record::encode(own, 0, None, &schema.to_string()), true)
    });
    match written {
        Ok(()) => builder.put_in_force(Some(tenant_record.changed))?,
        Err(problem) => {
            builder.drop_it()?;
            return Err(problem);
        }
    }
    Ok(report)
}

/// 1 and "1" and 1.0 are the same version.
fn same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    text(one) == text(other) || (one.is_number() && one.as_f64() == other.as_f64())
}

/// Hands on everything, with the values of the plan rewritten; the last argument says which.
fn rewrite(
    (inner, task): (&Inner, &Task),
    space: &Space,
    plan: &Plan,
    report: &mut Migrated,
    hand_on: &mut dyn FnMut(Vec<u8>, Vec<u8>, bool) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let now = inner.now();
    let mut shown = 0;
    let (from, end) = space.everything();
    inner.reader.scan((&from, &end), Want::Whole, &mut |key, value, _| {
        task.go_on()?;
        plan.allowance.take(value.len() as u64 / LOOK)?;
        let suffix = keys::label(key);
        let head = record::whole(suffix, value)?;
        if head.is_expired(now) && !keys::is_bound_up(suffix) {
            return Ok(ControlFlow::Continue(()));
        }
        let (section, scope, name) = keys::suffix(suffix).ok_or_else(|| record::garbled(suffix))?;
        let name = std::str::from_utf8(name).ok();
        let meant = section == keys::VALUES && plan.means(scope, name.unwrap_or_default());
        let mut fresh = None;
        if let (true, Some(name)) = (meant, name) {
            report.examined += 1;
            let text = record::decode(suffix, value.to_vec())?.value;
            plan.allowance.take(text.len() as u64)?;
            let before: Value = serde_json::from_str(&text).map_err(|_| record::garbled(suffix))?;
            match transform(&before, plan, scope, name)? {
                None => report.skipped += 1,
                Some(after) if after == before => {}
                Some(after) => {
                    report.changed += 1;
                    let written = after.to_string();
                    shown += text.len() + written.len();
                    if plan.dry_run && report.changes.len() < SHOWN && shown <= SHOWN_BYTES {
                        report.changes.push(json!({ "scope": scope, "key": name, "before": before, "after": after }));
                    }
                    fresh = Some(record::encode(suffix, 0, head.expiry(), &written));
                }
            }
        }
        let is_fresh = fresh.is_some();
        hand_on(suffix.to_vec(), fresh.unwrap_or_else(|| value.to_vec()), is_fresh)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// `None`: it is no object.
fn transform(before: &Value, plan: &Plan, scope: &str, key: &str) -> Result<Option<Value>, StoreError> {
    if !before.is_object() {
        return Ok(None);
    }
    let mut value = before.clone();
    for (number, transformation) in plan.transformations.iter().enumerate() {
        let made = Transformation::apply(transformation, &mut value, plan.value_bytes).map_err(|what| {
            StoreError::Invalid(format!(
                "transformation {} can't be done for the key '{}' of scope '{}': {what}; nothing was changed",
                number + 1,
                shown(key),
                shown(scope)
            ))
        })?;
        plan.allowance.take(made as u64)?;
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use llmspell_api::state as api;

    use super::*;

    #[test]
    fn reports_have_the_form_that_spells_are_told() {
        let report = Migrated {
            from_version: json!(1),
            to_version: json!("2.0"),
            applied: true,
            changes: vec![json!({ "scope": "s", "key": "k", "before": null, "after": {} })],
            ..Migrated::default()
        };
        let typed: api::Migrated = serde_json::from_value(json!(report)).unwrap();
        assert_eq!(json!(typed).to_string(), json!(report).to_string());
        let history = vec![json!({ "from": 1.5, "to": "2.0", "at": 3, "changed": 4 })];
        let schema = Schema { scope: String::new(), version: json!("2.0"), migrated_at: 3, history };
        let typed: api::SchemaVersion = serde_json::from_value(json!(schema)).unwrap();
        assert_eq!(json!(typed).to_string(), json!(schema).to_string());
    }
}
