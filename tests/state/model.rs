//! Random operations, each compared with what a plain map would do.

use std::collections::BTreeMap;
use std::time::Duration;

use llmspell_state::{Change, Condition, Lifetime, List, StoreError};

use crate::harness::{BEGAN, Dice, Harness, Kind, add, on_every_store, text};

on_every_store!(it_does_what_a_map_would_do);

const TENANTS: &[&str] = &["a", "b", ""];
const SCOPES: &[&str] = &["global", "agent:x", "\0"];
const KEYS: &[&str] = &["k", "k1", "l", " ", "k\0", "é"];

type Name = (String, String, String);

#[derive(Clone, Debug, PartialEq)]
struct Held {
    value: String,
    version: u64,
    expires_at: Option<u64>,
}

#[derive(Clone, Default)]
struct Model {
    held: BTreeMap<Name, Held>,
    last: u64,
    now: u64,
}

impl Model {
    fn get(&self, name: &Name) -> Option<&Held> {
        self.held.get(name).filter(|held| held.expires_at.is_none_or(|at| at > self.now))
    }

    /// What a commit of it makes, or `None` where it is refused.
    fn commit(&self, tenant: &str, changes: &[Change], version: u64) -> Option<Model> {
        let mut after = self.clone();
        for change in changes {
            let name = (
                tenant.to_string(),
                change.scope().unwrap_or_default().to_string(),
                change.key().unwrap_or_default().to_string(),
            );
            let old = after.get(&name).cloned();
            let met = |condition: &Condition| match condition {
                Condition::Any => true,
                Condition::Absent => old.is_none(),
                Condition::Version(version) => old.as_ref().is_some_and(|old| old.version == *version),
            };
            match change {
                Change::Put { value, condition, lifetime, .. } => {
                    if !met(condition) {
                        return None;
                    }
                    let expires_at = match lifetime {
                        Lifetime::Unlimited => None,
                        Lifetime::Kept => old.and_then(|old| old.expires_at),
                        Lifetime::Milliseconds(time) => Some(self.now + time),
                        Lifetime::Until(at) => Some(*at),
                    };
                    after.held.insert(name, Held { value: value.clone(), version, expires_at });
                }
                Change::Delete { condition, .. } => {
                    if !met(condition) {
                        return None;
                    }
                    if old.is_some() {
                        after.held.remove(&name);
                    }
                }
                Change::Increment { by, .. } => {
                    let number: i64 = old.as_ref().map_or(Some(0), |old| old.value.parse().ok())?;
                    let expires_at = old.and_then(|old| old.expires_at);
                    let value = number.checked_add(by.as_i64().unwrap())?.to_string();
                    after.held.insert(name, Held { value, version, expires_at });
                }
                Change::Check { condition, .. } => {
                    if !met(condition) {
                        return None;
                    }
                }
                Change::Clear { scope } => {
                    after.held.retain(|(owner, of, _), _| (owner.as_str(), of) != (tenant, scope))
                }
                Change::Held { .. } | Change::Internal(_) | Change::BeyondQuota => unreachable!(),
            }
        }
        Some(after)
    }
}

fn change(dice: &mut Dice, model: &Model, tenant: &str) -> Change {
    let (scope, key) = (dice.one_of(SCOPES).to_string(), dice.one_of(KEYS).to_string());
    let held = model.get(&(tenant.into(), scope.clone(), key.clone()));
    let condition = match dice.below(6) {
        0 => Condition::Absent,
        1 => Condition::Version(held.map_or(1, |held| held.version)),
        2 => Condition::Version(dice.below(model.last + 2)),
        _ => Condition::Any,
    };
    let lifetime = match dice.below(6) {
        0 => Lifetime::Milliseconds(1 + dice.below(5_000)),
        1 => Lifetime::Kept,
        _ => Lifetime::Unlimited,
    };
    match dice.below(12) {
        0..=5 => {
            let value = match dice.below(8) {
                0 => text(&"large ".repeat(20_000)),
                1 => text(&"page ".repeat(6_000)),
                2 => "null".into(),
                _ => dice.below(1_000).to_string(),
            };
            Change::Put { scope, key, value, condition, lifetime }
        }
        6 | 7 => Change::Delete { scope, key, condition },
        8 | 9 => add(&scope, &key, dice.below(100) as i64 - 50),
        10 => Change::Check { scope, key, condition },
        _ => Change::Clear { scope },
    }
}

async fn it_does_what_a_map_would_do(mut harness: Harness) {
    let steps = if harness.kind == Kind::Memory { 3_000 } else { 500 };
    let mut dice = Dice::new(17);
    let mut model = Model { now: BEGAN, ..Model::default() };
    let mut backups: Vec<(String, String, Model)> = Vec::new();
    for step in 0..steps {
        let tenant = *dice.one_of(TENANTS);
        match dice.below(40) {
            0 if harness.kind != Kind::Memory && dice.below(3) == 0 => harness.reopen(),
            1 => {
                tokio::time::advance(Duration::from_millis(800)).await;
                model.now += 800;
            }
            2 if backups.len() < 20 => {
                let backup = harness.backend().await.backup(tenant, "step", &|_| ()).await.unwrap();
                backups.push((tenant.into(), backup.id, model.clone()));
            }
            3 if !backups.is_empty() => {
                let (tenant, id, then) = dice.one_of(&backups).clone();
                harness.backend().await.restore(&tenant, &id, &|_| ()).await.unwrap();
                model.held.retain(|(owner, ..), _| *owner != tenant);
                let back = then.held.iter().filter(|((owner, ..), _)| *owner == tenant);
                for (name, held) in back.filter(|(name, _)| then.get(name).is_some()) {
                    // Versions are new: a client that read before the restore must see that something has changed.
                    let (_, scope, key) = name;
                    let entry = harness.backend().await.get(&tenant, scope, key).await.unwrap();
                    let version = entry.map_or(0, |entry| entry.version);
                    model.last = model.last.max(version);
                    model.held.insert(name.clone(), Held { version, ..held.clone() });
                }
            }
            4..=9 => {
                let (scope, prefix) = (*dice.one_of(SCOPES), *dice.one_of(&["", "k", "\0"]));
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let list = List { prefix: prefix.into(), after, limit: 2, values: true };
                    let page = harness.backend().await.list(tenant, scope, list).await.unwrap();
                    assert!(page.entries.len() <= 2);
                    found.extend(page.entries);
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                let found: Vec<_> = found.into_iter().map(|one| (one.key, one.value.unwrap(), one.version)).collect();
                let names = model.held.keys().filter(|(owner, of, key)| {
                    (owner.as_str(), of.as_str()) == (tenant, scope) && key.starts_with(prefix)
                });
                let wanted: Vec<_> = names
                    .filter_map(|name| model.get(name).map(|held| (name.2.clone(), held.value.clone(), held.version)))
                    .collect();
                assert_eq!(found, wanted, "step {step}");
            }
            10..=19 => {
                let name = (tenant.to_string(), dice.one_of(SCOPES).to_string(), dice.one_of(KEYS).to_string());
                let found = harness.backend().await.get(&name.0, &name.1, &name.2).await.unwrap();
                let found =
                    found.map(|one| Held { value: one.value, version: one.version, expires_at: one.expires_at });
                assert_eq!(found.as_ref(), model.get(&name), "step {step}");
            }
            _ => {
                let count = 1 + dice.below(4);
                let changes: Vec<Change> = (0..count).map(|_| change(&mut dice, &model, tenant)).collect();
                let done = harness.commit(tenant, changes.clone()).await;
                let version = done.as_ref().map_or(0, |done| done.version);
                match (done, model.commit(tenant, &changes, version)) {
                    (Ok(_), Some(after)) => {
                        assert!(version == 0 || version > model.last, "step {step}: {version} was given before");
                        model = Model { last: model.last.max(version), ..after };
                    }
                    // A version that a put in the same commit has is not known before: the model refuses or not as it is.
                    (Err(StoreError::Conflict { .. } | StoreError::Invalid(_)), None) => {}
                    (done, wanted) => panic!("step {step}: {done:?}, wanted {}: {changes:?}", wanted.is_some()),
                }
            }
        }
    }
    harness.reopen();
    harness.well().await;
    for tenant in TENANTS {
        for scope in SCOPES {
            let found = harness.all(tenant, scope).await;
            let names = model.held.keys().filter(|(owner, of, _)| (owner.as_str(), of.as_str()) == (*tenant, *scope));
            let wanted: Vec<_> =
                names.filter_map(|name| Some((name.2.clone(), model.get(name)?.value.clone()))).collect();
            assert_eq!(found, wanted);
        }
        let scopes = harness.backend().await.scopes(tenant, None, 100).await.unwrap();
        let mut wanted: Vec<String> = model
            .held
            .keys()
            .filter(|name| name.0 == *tenant && model.get(name).is_some())
            .map(|name| name.1.clone())
            .collect();
        wanted.dedup();
        wanted.sort_by_key(|scope| (scope.len(), scope.clone()));
        assert_eq!(scopes, wanted);
    }
}
