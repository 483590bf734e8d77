//! Lists, page by page, and how much there may be.

use std::time::Duration;

use llmspell_state::{Change, Condition, Lifetime, List, Quota, StoreError};

use crate::harness::{Harness, Kind, on_every_store, put, text};

on_every_store!(
    pages_follow_each_other_without_gap,
    a_page_of_values_has_an_end,
    a_commit_has_an_end,
    what_has_expired_is_passed_over_in_steps,
);

async fn pages_follow_each_other_without_gap(harness: Harness) {
    let keys: Vec<String> = (0..2_500).map(|number| format!("k{number:05}")).collect();
    for some in keys.chunks(1_000) {
        harness.commit("t", some.iter().map(|key| put("s", key, "0")).collect()).await.unwrap();
    }
    harness.put("t", "r", "k", "0").await;
    harness.put("t", "t", "k", "0").await;
    for limit in [0, 7, 1_000, 5_000] {
        let (mut found, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let list = List { after, limit, ..List::default() };
            let page = harness.backend().await.list("t", "s", list).await.unwrap();
            found.extend(page.entries.into_iter().map(|entry| entry.key));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, keys, "{limit}");
        let wanted = if limit == 7 { 358 } else { 3 };
        assert_eq!(pages, wanted, "{limit}");
    }
    let list = List { prefix: "k0001".into(), after: Some("k00017".into()), ..List::default() };
    let page = harness.backend().await.list("t", "s", list).await.unwrap();
    assert_eq!(page.entries.into_iter().map(|entry| entry.key).collect::<Vec<_>>(), ["k00018", "k00019"]);
    // Behind the prefix there is nothing of it.
    let list = List { prefix: "k".into(), after: Some("l".into()), ..List::default() };
    assert_eq!(harness.backend().await.list("t", "s", list).await.unwrap().entries, []);
}

async fn a_page_of_values_has_an_end(harness: Harness) {
    let value = text(&"x".repeat(200_000));
    for key in ["a", "b", "c", "d", "e"] {
        harness.put("t", "s", key, &value).await;
    }
    let page = harness.backend().await.list("t", "s", List { values: true, ..List::default() }).await.unwrap();
    assert_eq!((page.entries.len(), page.next.as_deref()), (2, Some("b")));
    let page = harness.backend().await.list("t", "s", List::default()).await.unwrap();
    assert_eq!((page.entries.len(), page.next), (5, None));
    assert_eq!(harness.all("t", "s").await.len(), 5);
}

async fn a_commit_has_an_end(harness: Harness) {
    let many = (0..1_001).map(|number| put("s", &number.to_string(), "0")).collect();
    assert!(matches!(harness.commit("t", many).await, Err(StoreError::TooLarge(_))));
    let large = (0..17).map(|number| put("s", &number.to_string(), &text(&"x".repeat(1 << 20)))).collect();
    assert!(matches!(harness.commit("t", large).await, Err(StoreError::TooLarge(_))));
    assert_eq!(harness.all("t", "s").await, []);
}

#[test]
fn a_tenant_may_have_so_much_and_others_do_not_feel_it() {
    for kind in [Kind::Memory, Kind::Sled, Kind::Sqlite] {
        let quota = Quota { bytes: 10_000, keys: 10, backups: 2, ..Quota::default() };
        let harness = Harness::with(kind, |settings| settings.quota = quota);
        crate::harness::paused(async {
            for number in 0..10 {
                harness.put("t", "s", &number.to_string(), "0").await;
            }
            let full = harness.commit("t", vec![put("s", "10", "0")]).await.unwrap_err();
            assert!(matches!(&full, StoreError::Quota(what) if what.contains("10 keys")), "{full}");
            harness.put("t", "s", "1", "1").await;
            harness.put("other", "s", "10", "0").await;
            harness.commit("t", vec![crate::harness::delete("s", "1"), put("s", "10", "0")]).await.unwrap();
            let large = text(&"x".repeat(10_000));
            assert!(matches!(harness.commit("t", vec![put("s", "1", &large)]).await, Err(StoreError::Quota(_))));
            let backend = harness.backend().await;
            for _ in 0..2 {
                backend.backup("t", "", &|_| ()).await.unwrap();
            }
            assert!(matches!(backend.backup("t", "", &|_| ()).await, Err(StoreError::Quota(_))));
            assert!(backend.backup("other", "", &|_| ()).await.is_ok());
            // What the host has promised is kept, and counts from then on.
            harness.commit("t", vec![Change::BeyondQuota, put("s", "promised", &large)]).await.unwrap();
            let full = harness.commit("t", vec![put("s", "11", "0")]).await;
            assert!(matches!(full, Err(StoreError::Quota(_))), "{full:?}");
            harness.well().await;
        });
    }
}

async fn what_has_expired_is_passed_over_in_steps(harness: Harness) {
    for some in 0..3 {
        let brief = |number: u32| {
            let lifetime = Lifetime::Milliseconds(1_000);
            let (scope, key) =
                (if number < 500 { "s".into() } else { format!("s{some}.{number}") }, format!("{some}.{number}"));
            Change::Put { scope, key, value: "1".into(), condition: Condition::Any, lifetime }
        };
        harness.commit("t", (0..1_000).map(brief).collect()).await.unwrap();
    }
    harness.put("t", "s", "z", "1").await;
    tokio::time::advance(Duration::from_millis(2_000)).await;
    let page = harness.backend().await.list("t", "s", List::default()).await.unwrap();
    assert_eq!((page.entries.len(), page.next.is_some()), (0, true));
    let page = harness.backend().await.list("t", "s", List { after: page.next, ..List::default() }).await.unwrap();
    assert_eq!((page.entries.len(), page.next), (1, None));
    // Some that are empty are named, rather than that all are looked through.
    let scopes = harness.backend().await.scopes("t", None, 1_000).await.unwrap();
    assert!(scopes.len() > 1 && scopes.contains(&"s".to_string()), "{}", scopes.len());
}
