//! Reads, writes and migrations where the spell has hooks on them: they are asked before and after.

use serde_json::{Value, json};

use super::access::{failure, operation};
use super::{Access, request};
use llmspell_api::hook::{Failed, state as api};
use llmspell_api::journal::{StateWriteArg, StateWriteOutcome};
use llmspell_api::state::{Found, MigratedEvent, MigrationSkipped};
use llmspell_base::{Code, Failure};
use llmspell_kernel::hook::{Decision, Point, Rounds, Stage};
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::{Permission, Right};
use llmspell_state::{Change, Changed, Committed, Condition, Entry, Plan, StoreError};

const BEFORE_READ: Stage = Stage::of(&Point::BEFORE_STATE_READ).without_redirect(None).without_retry();
const AFTER_READ: Stage = Stage::of(&Point::AFTER_STATE_READ).without_redirect(None).without_retry();
const BEFORE_WRITE: Stage = Stage::of(&Point::BEFORE_STATE_WRITE).without_redirect(None).without_retry();
const CONFLICT: Stage = Stage::of(&Point::STATE_CONFLICT).without_skip().without_redirect(None);
const MIGRATION: Stage = Stage::of(&Point::STATE_MIGRATION).without_replace().without_redirect(None).without_retry();

impl Access {
    /// As [`Access::get`]. `state:before_read` may send it to another key (`data` is `{scope, key}`); what
    /// `state:after_read` makes of the value is what the spell gets. A value that a hook made up has version 0.
    pub async fn read(self, mut scope: String, mut key: String, cx: CallContext) -> Result {
        let wanted = json!(api::BeforeRead { scope: &scope, key: &key });
        match self.hooks.decide(&cx, &BEFORE_READ, &scope, wanted.clone(), || wanted.clone()).await? {
            Decision::Continue(changed) if changed == wanted => {}
            Decision::Continue(changed) => {
                let text = |name| changed.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
                (scope, key) = (text("scope"), text("key"));
                request::names(&scope, &key)?;
            }
            Decision::Replace(value) => return Ok(made_up(value)),
            _ => return Ok(Value::Null),
        }
        let recorded = || json!(api::BeforeRead { scope: &scope, key: &key });
        let call =
            cx.call("state.read", recorded).needs(Permission::of(Right::STATE, &scope).to_read()).begin().await?;
        let found = self.get(&scope, &key, cx.limits().reply_bytes).await;
        let found = found.map_err(|problem| failure(&cx, &problem));
        let mut found =
            call.settle_value(found.and_then(|entry| entry.map_or(Ok(Value::Null), |entry| show(&entry))))?;
        let value = found.get("value").cloned().unwrap_or_default();
        let version = found.get("version").and_then(Value::as_u64);
        let more = || json!(api::AfterReadContext { scope: &scope, key: &key, version });
        match self.hooks.decide(&cx, &AFTER_READ, &scope, value, more).await? {
            Decision::Continue(changed) | Decision::Replace(changed) => {
                match found.as_object_mut() {
                    Some(found) => drop(found.insert("value".into(), changed)),
                    None if changed.is_null() => {}
                    None => found = made_up(changed),
                }
                Ok(found)
            }
            _ => Ok(Value::Null),
        }
    }

    /// As [`Access::commit`], each change as `state:before_write` leaves it. A change that a hook leaves out counts as
    /// one that changed nothing. What `state:after_write` answers changes nothing.
    pub async fn write(self, changes: Vec<Change>, cx: CallContext) -> Result<Committed> {
        let mut written = Vec::new();
        let mut places = Vec::new();
        for change in changes {
            let kept = self.before_write(change, &cx).await?;
            places.push(kept.is_some());
            written.extend(kept);
        }
        let committed = self.commit_or_ask(&written, &cx).await?;
        for change in &written {
            if let (Some(scope), Some(data)) = (change.scope(), data(change)) {
                let more = || json!(api::AfterWriteContext { change: about(change), version: committed.version });
                self.hooks.observe(&cx, &Point::AFTER_STATE_WRITE, scope, || data, more).await;
            }
        }
        let mut changed = committed.changed.into_iter();
        let changed = places.into_iter().map(|kept| match kept {
            true => changed.next().unwrap_or_default(),
            false => Changed::default(),
        });
        Ok(Committed { version: committed.version, changed: changed.collect() })
    }

    /// `None`: it is left out.
    async fn before_write(&self, change: Change, cx: &CallContext) -> Result<Option<Change>> {
        let (Some(scope), Some(before)) = (change.scope(), data(&change)) else { return Ok(Some(change)) };
        let more = || json!(about(&change));
        match self.hooks.decide(cx, &BEFORE_WRITE, scope, before.clone(), more).await? {
            Decision::Continue(after) | Decision::Replace(after) if after == before => Ok(Some(change)),
            Decision::Continue(after) | Decision::Replace(after) => with_data(change, after, cx).map(Some),
            _ => Ok(None),
        }
    }

    /// At a conflict, a hook may have it tried again.
    async fn commit_or_ask(&self, changes: &[Change], cx: &CallContext) -> Result<Committed> {
        let mut rounds = Rounds::of("the commit");
        loop {
            let recorded = |change: &Change| json!(StateWriteArg { change: about(change), data: data(change) });
            let recorded = || changes.iter().map(recorded).collect();
            let scopes: Vec<String> = changes.iter().map(|change| change.scope().unwrap_or("*").to_owned()).collect();
            let call = cx.call("state.write", recorded).needs(Permission::all(Right::STATE, &scopes)).begin().await?;
            let tell = || cx.clone();
            let committed = self.commit(changes.to_vec(), &tell).await;
            let shown = committed.as_ref().map(|committed| json!(StateWriteOutcome { version: committed.version }));
            let settled = call.settle_value(shown.map_err(|problem| failure(cx, problem)));
            let conflict = match (committed, settled) {
                (Ok(committed), Ok(_)) => return Ok(committed),
                (Err(StoreError::Conflict { .. }), Err(failure)) if failure.is(Code::Conflict) => failure,
                (_, Err(failure)) => return Err(failure),
                (Err(problem), Ok(_)) => return Err(Failure::from(&problem)),
            };
            let change = changes.iter().find(|change| is_conditional(change)).or(changes.first());
            let Some((change, scope)) = change.and_then(|change| Some((change, change.scope()?))) else {
                return Err(conflict);
            };
            let more = || json!(api::ConflictContext { change: about(change), error: &conflict });
            match self.hooks.decide(cx, &CONFLICT, scope, json!(Failed { error: &conflict }), more).await? {
                Decision::Retry(policy) if rounds.may_retry(policy) => tokio::time::sleep(policy.delay).await,
                _ => return Err(conflict),
            }
        }
    }

    /// `plan` was parsed before, so that what is wrong with it is told before hooks are asked.
    pub async fn migrate(self, plan: Plan, text: String, cx: CallContext) -> Result {
        let (mut plan, scope) = (plan.clone(), plan.scope.clone().unwrap_or_default());
        if self.hooks.any(&Point::STATE_MIGRATION, &scope) {
            let wanted = parse(&text)?;
            let more = || json!(api::MigrationContext { dry_run: plan.dry_run });
            match self.hooks.decide(&cx, &MIGRATION, &scope, wanted.clone(), more).await? {
                Decision::Continue(changed) if changed == wanted => {}
                Decision::Continue(changed) => plan = Plan::parse(&changed.to_string(), plan.value_bytes)?,
                Decision::Skip(reason) => return Ok(json!(MigrationSkipped { applied: false, skipped: reason })),
                _ => {}
            }
        }
        let scope = plan.scope.clone();
        plan.allowance = self.work.clone();
        let migrated = async {
            let (backend, tenant) = self.backend().await?;
            backend.migrate(tenant, plan).await
        };
        let migrated = migrated.await.map_err(|problem| failure(&cx, &problem))?;
        if migrated.applied {
            self.events.announce("state.migrated", &cx, || {
                json!(MigratedEvent {
                    from_version: &migrated.from_version,
                    to_version: &migrated.to_version,
                    changed: migrated.changed,
                    scope: scope.as_deref(),
                })
            });
        }
        Ok(json!(migrated))
    }
}

/// What a hook sees of a change, and may rewrite; `None` for what changes nothing.
fn data(change: &Change) -> Option<Value> {
    match change {
        Change::Put { value, .. } => Some(parse(value).unwrap_or_default()),
        Change::Increment { by, .. } => Some(Value::Number(by.clone())),
        Change::Delete { .. } | Change::Clear { .. } => Some(Value::Null),
        Change::Check { .. } | Change::Held { .. } | Change::Internal(_) | Change::BeyondQuota => None,
    }
}

fn with_data(change: Change, data: Value, cx: &CallContext) -> Result<Change> {
    match (change, data) {
        (Change::Put { scope, key, condition, lifetime, .. }, value) => {
            cx.bound(&value, "the value that a hook on state:before_write gave")?;
            Ok(Change::Put { scope, key, value: value.to_string(), condition, lifetime })
        }
        (Change::Increment { scope, key, lifetime, .. }, Value::Number(by)) => {
            Ok(Change::Increment { scope, key, by, lifetime })
        }
        (change, _) => {
            let what = operation(&change);
            Err(Failure::invalid(format!("a hook on state:before_write gave data that makes no sense for '{what}'")))
        }
    }
}

fn about(change: &Change) -> api::WriteContext<'_> {
    api::WriteContext { scope: change.scope(), operation: operation(change), key: change.key() }
}

fn is_conditional(change: &Change) -> bool {
    match change {
        Change::Put { condition, .. } | Change::Delete { condition, .. } | Change::Check { condition, .. } => {
            *condition != Condition::Any
        }
        _ => false,
    }
}

/// A value that a hook made up.
fn made_up(value: Value) -> Value {
    json!(Found { value, version: 0, expires_at: None })
}

fn show(entry: &Entry) -> Result {
    let (value, version) = (parse(&entry.value)?, entry.version);
    Ok(json!(Found { value, version, expires_at: entry.expires_at }))
}

fn parse(text: &str) -> Result {
    serde_json::from_str(text).map_err(|error| Failure::new(Code::Internal, format!("the store gave no JSON: {error}")))
}
