//! Streams and leases.

use std::time::Duration;

use llmspell_state::{Change, StoreError};

use crate::harness::{BEGAN, Harness, on_every_store, put};

on_every_store!(
    a_stream_keeps_its_order,
    streams_are_named_and_forgotten,
    a_lease_is_held_by_one,
    who_has_lost_a_lease_writes_nothing
);

async fn a_stream_keeps_its_order(mut harness: Harness) {
    for number in 1..=5 {
        let added = harness.backend().await.append("t", "log", format!("\"{number}:x\""), Some(number - 1)).await;
        assert_eq!(added, Ok(number));
    }
    let late = harness.backend().await.append("t", "log", "0".into(), Some(3)).await;
    assert!(matches!(late, Err(StoreError::Conflict { current: Some(5), .. })), "{late:?}");
    harness.reopen();
    let items = harness.backend().await.read("t", "log", 2, 3).await.unwrap();
    let items: Vec<_> = items.into_iter().map(|item| (item.number, item.at, item.body)).collect();
    assert_eq!(items, [2, 3, 4].map(|number| (number, BEGAN, format!("\"{number}:x\""))));
    assert_eq!(harness.backend().await.read("other", "log", 0, 3).await.unwrap(), []);
    assert_eq!(harness.backend().await.trim("t", "log", 10).await, Ok(5));
    // A number is given once, whatever was trimmed.
    assert_eq!(harness.backend().await.append("t", "log", "6".into(), None).await, Ok(6));
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    harness.backend().await.clear("t").await.unwrap();
    assert_eq!(harness.backend().await.read("t", "log", 0, 3).await.unwrap(), []);
    harness.backend().await.restore("t", &id, &|_| ()).await.unwrap();
    assert_eq!(harness.backend().await.append("t", "log", "7".into(), Some(6)).await, Ok(7));
    harness.well().await;
}

async fn streams_are_named_and_forgotten(mut harness: Harness) {
    for stream in ["b", "a", "longer"] {
        harness.backend().await.append("t", stream, "1".into(), None).await.unwrap();
    }
    harness.reopen();
    let names = harness.backend().await.streams("t", None, 2).await.unwrap();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(harness.backend().await.streams("t", names.last().cloned(), 2).await.unwrap(), ["longer"]);
    assert!(harness.backend().await.streams("other", None, 9).await.unwrap().is_empty());
    let kept = harness.backend().await.forget("t", "a").await;
    assert!(matches!(kept, Err(StoreError::Conflict { current: Some(1), .. })), "{kept:?}");
    assert_eq!(harness.backend().await.trim("t", "a", u64::MAX).await, Ok(1));
    assert_eq!(harness.backend().await.forget("t", "a").await, Ok(true));
    assert_eq!(harness.backend().await.forget("t", "a").await, Ok(false));
    assert_eq!(harness.backend().await.streams("t", None, 9).await.unwrap(), ["b", "longer"]);
    assert_eq!(harness.backend().await.append("t", "a", "1".into(), Some(0)).await, Ok(1));
    harness.well().await;
}

async fn a_lease_is_held_by_one(mut harness: Harness) {
    let first = harness.backend().await.lease("t", "work", "one", 1_000).await.unwrap();
    assert_eq!(first.expires_at, BEGAN + 1_000);
    assert_eq!(harness.backend().await.holder("t", "work").await, Ok(Some(first.clone())));
    let taken = harness.backend().await.lease("t", "work", "two", 1_000).await.unwrap_err();
    assert!(taken.to_string().contains("held by one"), "{taken}");
    harness.reopen();
    let renewed = harness.backend().await.renew("t", "work", first.token, 5_000).await.unwrap();
    assert_eq!((renewed.token, renewed.expires_at), (first.token, BEGAN + 5_000));
    assert!(harness.backend().await.lease("other", "work", "two", 1_000).await.is_ok());
    tokio::time::advance(Duration::from_millis(5_000)).await;
    assert_eq!(harness.backend().await.holder("t", "work").await, Ok(None));
    let second = harness.backend().await.lease("t", "work", "two", 1_000).await.unwrap();
    assert!(second.token > first.token);
    assert!(harness.backend().await.renew("t", "work", first.token, 1_000).await.is_err());
    assert_eq!(harness.backend().await.release("t", "work", first.token).await, Ok(false));
    assert_eq!(harness.backend().await.release("t", "work", second.token).await, Ok(true));
    assert!(harness.backend().await.lease("t", "work", "three", 1_000).await.unwrap().token > second.token);
}

async fn who_has_lost_a_lease_writes_nothing(harness: Harness) {
    let lease = harness.backend().await.lease("t", "work", "one", 1_000).await.unwrap();
    let held = || Change::Held { lease: "work".into(), token: lease.token };
    harness.commit("t", vec![held(), put("s", "k", "1")]).await.unwrap();
    tokio::time::advance(Duration::from_millis(1_000)).await;
    assert!(harness.commit("t", vec![put("s", "k", "2"), held()]).await.is_err());
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("1"));
}
