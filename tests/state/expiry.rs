//! Values that are there for a while.

use std::time::Duration;

use llmspell_wasm::state::{Change, Condition, Lifetime, List};

use crate::desk::{BEGAN, Desk, add, on_every_store, put};

on_every_store!(
    what_has_expired_is_absent,
    a_lifetime_is_kept_or_ends_with_the_next_value,
    what_has_expired_makes_room,
);

fn brief(key: &str, milliseconds: u64) -> Change {
    let lifetime = Lifetime::Milliseconds(milliseconds);
    Change::Put { scope: "s".into(), key: key.into(), value: "1".into(), condition: Condition::Any, lifetime }
}

async fn what_has_expired_is_absent(mut desk: Desk) {
    desk.commit("t", vec![brief("a", 1_000), put("s", "b", "2")]).await.unwrap();
    let entry = desk.backend().await.get("t", "s", "a").await.unwrap().unwrap();
    assert_eq!(entry.expires_at, Some(BEGAN + 1_000));
    tokio::time::advance(Duration::from_millis(999)).await;
    desk.reopen();
    assert!(desk.get("t", "s", "a").await.is_some());
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(desk.get("t", "s", "a").await, None);
    let page = desk.backend().await.list("t", "s", List::default()).await.unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["b"]);
    let Change::Put { scope, key, value, lifetime, .. } = put("s", "a", "3") else { panic!() };
    let absent = Change::Put { scope, key, value, condition: Condition::Absent, lifetime };
    desk.commit("t", vec![absent]).await.unwrap();
    assert_eq!(desk.get("t", "s", "a").await.as_deref(), Some("3"));
    desk.well().await;
}

async fn a_lifetime_is_kept_or_ends_with_the_next_value(desk: Desk) {
    desk.commit("t", vec![brief("kept", 1_000), brief("ended", 1_000)]).await.unwrap();
    desk.commit("t", vec![add("s", "kept", 1), put("s", "ended", "2")]).await.unwrap();
    tokio::time::advance(Duration::from_millis(2_000)).await;
    assert_eq!((desk.get("t", "s", "kept").await, desk.get("t", "s", "ended").await), (None, Some("2".into())));
    // Counting begins anew.
    desk.commit("t", vec![add("s", "kept", 5)]).await.unwrap();
    assert_eq!(desk.get("t", "s", "kept").await.as_deref(), Some("5"));
    let scopes = desk.backend().await.scopes("t", None, 10).await.unwrap();
    assert_eq!(scopes, ["s"]);
}

async fn what_has_expired_makes_room(desk: Desk) {
    for number in 0..150 {
        desk.commit("t", vec![brief(&number.to_string(), 1_000)]).await.unwrap();
    }
    assert_eq!(desk.backend().await.usage("t").await.unwrap().keys, 150);
    tokio::time::advance(Duration::from_millis(2_000)).await;
    assert_eq!(desk.backend().await.scopes("t", None, 10).await.unwrap(), [""; 0]);
    // Along with commits of anybody.
    for number in 0..4 {
        desk.put("other", "s", &number.to_string(), "1").await;
    }
    let usage = desk.backend().await.usage("t").await.unwrap();
    assert_eq!((usage.keys, usage.bytes), (0, 0));
    desk.well().await;
}
