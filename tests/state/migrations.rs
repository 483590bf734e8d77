//! Values that are rewritten, all or none.

use futures::FutureExt;
use llmspell_state::{MigrationWork, Plan, StoreError};
use serde_json::{Value, json};

use crate::harness::{Harness, on_every_store, put};

on_every_store!(
    all_values_of_a_scope_are_rewritten,
    a_dry_run_changes_nothing,
    one_that_can_not_be_rewritten_keeps_all_as_they_were,
    versions_are_recorded_and_followed,
    work_is_what_each_step_makes,
    one_that_is_no_longer_awaited_ends,
    what_is_shown_of_a_dry_run_has_an_end,
);

fn plan(plan: Value) -> Plan {
    Plan::parse(&plan.to_string(), 1 << 20).unwrap()
}

fn rename() -> Value {
    json!({"from_version": 1, "to_version": 2, "scope": "users", "transformations": [
        {"transform": "copy", "field": "name", "to": "full_name"},
        {"transform": "remove", "field": "name"},
        {"transform": "default", "field": "version", "value": 2},
    ]})
}

async fn fill(harness: &Harness) {
    let user = |number: u32| put("users", &number.to_string(), &json!({"name": format!("n{number}")}).to_string());
    harness.commit("t", (0..700).map(user).collect()).await.unwrap();
    harness.commit("t", vec![put("users", "count", "700"), put("other", "k", r#"{"name":"x"}"#)]).await.unwrap();
    harness.put("u", "users", "0", r#"{"name":"of another tenant"}"#).await;
}

async fn all_values_of_a_scope_are_rewritten(mut harness: Harness) {
    fill(&harness).await;
    let before = harness.backend().await.get("t", "users", "count").await.unwrap().unwrap();
    let done = harness.backend().await.migrate("t", plan(rename())).await.unwrap();
    assert_eq!((done.applied, done.examined, done.changed, done.skipped), (true, 701, 700, 1));
    harness.reopen();
    assert_eq!(harness.get("t", "users", "7").await.as_deref(), Some(r#"{"full_name":"n7","version":2}"#));
    assert_eq!(harness.get("t", "other", "k").await.as_deref(), Some(r#"{"name":"x"}"#));
    assert_eq!(harness.get("u", "users", "0").await.as_deref(), Some(r#"{"name":"of another tenant"}"#));
    // What was not rewritten is as it was.
    assert_eq!(harness.backend().await.get("t", "users", "count").await.unwrap().unwrap(), before);
    harness.well().await;
}

async fn a_dry_run_changes_nothing(harness: Harness) {
    fill(&harness).await;
    let mut dry = rename();
    dry["dry_run"] = true.into();
    let told = harness.backend().await.migrate("t", plan(dry)).await.unwrap();
    assert_eq!((told.applied, told.changed, told.changes.len()), (false, 700, 20));
    let first =
        json!({"scope": "users", "key": "0", "before": {"name": "n0"}, "after": {"full_name": "n0", "version": 2}});
    assert_eq!(told.changes[0], first);
    assert_eq!(harness.get("t", "users", "7").await.as_deref(), Some(r#"{"name":"n7"}"#));
    assert_eq!(harness.backend().await.schemas("t").await.unwrap(), []);
}

async fn one_that_can_not_be_rewritten_keeps_all_as_they_were(harness: Harness) {
    fill(&harness).await;
    harness.put("t", "users", "699", r#"{"name":"not a number"}"#).await;
    let convert = json!({"from_version": 1, "to_version": 2, "transformations": [
        {"transform": "split", "field": "name", "separator": "n", "to": ["nothing", "number"]},
        {"transform": "convert", "field": "number", "to_type": "integer"},
    ]});
    let failed = harness.backend().await.migrate("t", plan(convert)).await.unwrap_err();
    let text = failed.to_string();
    assert!(matches!(failed, StoreError::Invalid(_)) && text.contains("transformation 2"), "{text}");
    assert!(text.contains("'699'") && text.contains("nothing was changed"), "{text}");
    assert_eq!(harness.get("t", "users", "7").await.as_deref(), Some(r#"{"name":"n7"}"#));
    assert_eq!(harness.backend().await.schemas("t").await.unwrap(), []);
    harness.well().await;
}

async fn versions_are_recorded_and_followed(mut harness: Harness) {
    fill(&harness).await;
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    harness.backend().await.migrate("t", plan(rename())).await.unwrap();
    let again = harness.backend().await.migrate("t", plan(rename())).await.unwrap();
    assert_eq!((again.applied, again.changed), (false, 0));
    let mut later = rename();
    later["from_version"] = 3.into();
    later["to_version"] = 4.into();
    let gap = harness.backend().await.migrate("t", plan(later)).await.unwrap_err();
    assert!(gap.to_string().contains("version 2, not 3"), "{gap}");
    let mut next = rename();
    next["from_version"] = "2".into();
    next["to_version"] = 3.into();
    harness.backend().await.migrate("t", plan(next)).await.unwrap();
    harness.reopen();
    let schemas = harness.backend().await.schemas("t").await.unwrap();
    assert_eq!((schemas.len(), schemas[0].scope.as_str(), &schemas[0].version), (1, "users", &json!(3)));
    assert_eq!(schemas[0].history.len(), 2);
    // A version belongs to what it is the version of.
    harness.backend().await.restore("t", &id, &|_| ()).await.unwrap();
    assert_eq!(harness.backend().await.schemas("t").await.unwrap(), []);
}

#[test]
fn a_plan_says_what_is_wrong_with_it() {
    for (bad, part) in [
        (json!({"from_version": 1}), "'to_version' must be a number or a string"),
        (json!({"from_version": 1, "to_version": 2, "transformation": []}), "did you mean 'transformations'?"),
        (
            json!({"from_version": 1, "to_version": 2, "transformations": [{"transform": "copy"}]}),
            "transformation 1: 'copy'",
        ),
        (json!({"from_version": 1, "to_version": 2, "transformations": [3]}), "transformation 1"),
        (json!({"from_version": 1, "to_version": 2, "dry_run": "yes"}), "true or false"),
        (json!([]), "must be an object"),
    ] {
        let failure = Plan::parse(&bad.to_string(), 100).unwrap_err();
        assert!(failure.to_string().contains(part), "{bad}: {failure}");
    }
}

/// Small values, of which each step makes large ones.
fn swelling(bytes: usize, allowance: &MigrationWork) -> Plan {
    let step = |number: usize| match number {
        0 => json!({"transform": "default", "field": "a", "value": "x".repeat(bytes)}),
        odd if odd % 2 == 1 => json!({"transform": "rename", "field": "a", "to": "b"}),
        _ => json!({"transform": "rename", "field": "b", "to": "a"}),
    };
    let steps: Vec<Value> = (0..100).map(step).collect();
    let swells = json!({"from_version": 1, "to_version": 2, "dry_run": true, "transformations": steps});
    Plan { allowance: allowance.clone(), ..plan(swells) }
}

async fn work_is_what_each_step_makes(harness: Harness) {
    harness.commit("t", (0..100).map(|number| put("s", &number.to_string(), "{}")).collect()).await.unwrap();
    // 1 MB for each of them.
    let allowance = MigrationWork::new(30_000_000);
    let refused = harness.backend().await.migrate("t", swelling(10_000, &allowance)).await.unwrap_err();
    assert!(matches!(&refused, StoreError::TooLarge(what) if what.contains("too much to do")), "{refused}");
    assert!(allowance.left() < 1_000_000);
    // All that a run does comes from the same.
    let again = harness.backend().await.migrate("t", swelling(10_000, &allowance)).await;
    assert!(matches!(again, Err(StoreError::TooLarge(_))));
    let small = harness.backend().await.migrate("t", swelling(10, &MigrationWork::new(300_000))).await.unwrap();
    assert_eq!(small.changed, 100);
}

async fn one_that_is_no_longer_awaited_ends(harness: Harness) {
    harness.commit("t", (0..1_000).map(|number| put("s", &number.to_string(), "{}")).collect()).await.unwrap();
    let allowance = MigrationWork::new(u64::MAX);
    let backend = harness.backend().await;
    // Tens of gigabytes: not on this thread.
    assert!(backend.migrate("t", swelling(500_000, &allowance)).now_or_never().is_none());
    // It waits for that one, which ends at its next entry.
    let last = harness.backend().await.migrate("t", plan(rename())).await.unwrap();
    assert_eq!(last.examined, 0);
    loop {
        let left = allowance.left();
        std::thread::sleep(std::time::Duration::from_millis(100));
        if allowance.left() == left {
            break;
        }
    }
    assert!(u64::MAX - allowance.left() < 2_000_000_000, "{}", u64::MAX - allowance.left());
}

async fn what_is_shown_of_a_dry_run_has_an_end(harness: Harness) {
    harness.commit("t", (0..20).map(|number| put("s", &number.to_string(), "{}")).collect()).await.unwrap();
    let told = harness.backend().await.migrate("t", swelling(100_000, &MigrationWork::default())).await.unwrap();
    assert_eq!((told.changed, told.changes.len()), (20, 5));
}
