//! Values that are there for a while.

use std::time::Duration;

use llmspell_state::{Change, Condition, Lifetime, List};

use crate::harness::{BEGAN, Harness, add, on_every_store, put};

on_every_store!(
    what_has_expired_is_absent,
    a_lifetime_is_kept_or_ends_with_the_next_value,
    what_has_expired_makes_room,
);

fn brief(key: &str, milliseconds: u64) -> Change {
    let lifetime = Lifetime::Milliseconds(milliseconds);
    Change::Put { scope: "s".into(), key: key.into(), value: "1".into(), condition: Condition::Any, lifetime }
}

async fn what_has_expired_is_absent(mut harness: Harness) {
    harness.commit("t", vec![brief("a", 1_000), put("s", "b", "2")]).await.unwrap();
    let entry = harness.backend().await.get("t", "s", "a").await.unwrap().unwrap();
    assert_eq!(entry.expires_at, Some(BEGAN + 1_000));
    tokio::time::advance(Duration::from_millis(999)).await;
    harness.reopen();
    assert!(harness.get("t", "s", "a").await.is_some());
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(harness.get("t", "s", "a").await, None);
    let page = harness.backend().await.list("t", "s", List::default()).await.unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["b"]);
    let Change::Put { scope, key, value, lifetime, .. } = put("s", "a", "3") else { panic!() };
    let absent = Change::Put { scope, key, value, condition: Condition::Absent, lifetime };
    harness.commit("t", vec![absent]).await.unwrap();
    assert_eq!(harness.get("t", "s", "a").await.as_deref(), Some("3"));
    harness.well().await;
}

async fn a_lifetime_is_kept_or_ends_with_the_next_value(harness: Harness) {
    harness.commit("t", vec![brief("kept", 1_000), brief("ended", 1_000)]).await.unwrap();
    harness.commit("t", vec![add("s", "kept", 1), put("s", "ended", "2")]).await.unwrap();
    tokio::time::advance(Duration::from_millis(2_000)).await;
    assert_eq!((harness.get("t", "s", "kept").await, harness.get("t", "s", "ended").await), (None, Some("2".into())));
    // Counting begins anew.
    harness.commit("t", vec![add("s", "kept", 5)]).await.unwrap();
    assert_eq!(harness.get("t", "s", "kept").await.as_deref(), Some("5"));
    let scopes = harness.backend().await.scopes("t", None, 10).await.unwrap();
    assert_eq!(scopes, ["s"]);
}

async fn what_has_expired_makes_room(harness: Harness) {
    for number in 0..150 {
        harness.commit("t", vec![brief(&number.to_string(), 1_000)]).await.unwrap();
    }
    assert_eq!(harness.backend().await.usage("t").await.unwrap().keys, 150);
    tokio::time::advance(Duration::from_millis(2_000)).await;
    assert_eq!(harness.backend().await.scopes("t", None, 10).await.unwrap(), [""; 0]);
    // Along with commits of any tenant.
    for number in 0..4 {
        harness.put("other", "s", &number.to_string(), "1").await;
    }
    let usage = harness.backend().await.usage("t").await.unwrap();
    assert_eq!((usage.keys, usage.bytes), (0, 0));
    harness.well().await;
}
