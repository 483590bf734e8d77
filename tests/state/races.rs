//! Many at once: nothing is counted twice or not at all.

use std::sync::Arc;

use llmspell_state::{Change, Condition, Lifetime, StoreError};

use crate::harness::{Harness, Kind, add, put};

/// On a runtime with threads, and with the machine's time.
fn on_threads(test: impl AsyncFn(Arc<Harness>)) {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    for kind in [Kind::Memory, Kind::Sled, Kind::Sqlite] {
        tokio.block_on(test(Arc::new(Harness::new(kind))));
    }
}

const TASKS: u64 = 8;
const EACH: u64 = 50;

async fn at_once<F: Future<Output = ()> + Send + 'static>(task: impl Fn(u64) -> F) {
    let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(task(number))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn increments_are_counted_exactly() {
    on_threads(async |harness| {
        at_once(|_| {
            let harness = harness.clone();
            async move {
                for _ in 0..EACH {
                    harness.commit("t", vec![add("s", "n", 1)]).await.unwrap();
                }
            }
        })
        .await;
        assert_eq!(harness.get("t", "s", "n").await, Some((TASKS * EACH).to_string()), "{:?}", harness.kind);
    });
}

#[test]
fn of_those_who_read_the_same_version_one_writes() {
    on_threads(async |harness| {
        harness.put("t", "s", "n", "0").await;
        at_once(|_| {
            let harness = harness.clone();
            async move {
                let mut done = 0;
                while done < EACH {
                    let entry = harness.backend().await.get("t", "s", "n").await.unwrap().unwrap();
                    let value = (entry.value.parse::<u64>().unwrap() + 1).to_string();
                    let (scope, key, condition) = ("s".into(), "n".into(), Condition::Version(entry.version));
                    let put = Change::Put { scope, key, value, condition, lifetime: Lifetime::Unlimited };
                    match harness.commit("t", vec![put]).await {
                        Ok(_) => done += 1,
                        Err(StoreError::Conflict { .. }) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            }
        })
        .await;
        assert_eq!(harness.get("t", "s", "n").await, Some((TASKS * EACH).to_string()), "{:?}", harness.kind);
    });
}

#[test]
fn only_one_finds_a_key_absent() {
    on_threads(async |harness| {
        let won = Arc::new(std::sync::atomic::AtomicU64::new(0));
        at_once(|number| {
            let (harness, won) = (harness.clone(), won.clone());
            async move {
                for round in 0..EACH {
                    let (scope, key, value) = ("s".into(), round.to_string(), number.to_string());
                    let condition = Condition::Absent;
                    let put = Change::Put { scope, key, value, condition, lifetime: Lifetime::Unlimited };
                    if harness.commit("t", vec![put]).await.is_ok() {
                        won.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                }
            }
        })
        .await;
        assert_eq!(won.load(std::sync::atomic::Ordering::Relaxed), EACH, "{:?}", harness.kind);
    });
}

#[test]
fn no_reader_sees_half_a_restore() {
    on_threads(async |harness| {
        let changes = |value: &str| (0..200).map(|key| put("s", &key.to_string(), value)).collect::<Vec<_>>();
        let mut ids = Vec::new();
        for value in ["1", "2"] {
            harness.commit("t", changes(value)).await.unwrap();
            ids.push(harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id);
        }
        let restoring = tokio::spawn({
            let harness = harness.clone();
            async move {
                for round in 0..10 {
                    harness.backend().await.restore("t", &ids[round % 2], &|_| ()).await.unwrap();
                }
            }
        });
        while !restoring.is_finished() {
            let all = harness.all("t", "s").await;
            let first = all.first().unwrap().1.clone();
            assert_eq!(all.len(), 200, "{:?}", harness.kind);
            assert!(all.iter().all(|(_, value)| *value == first), "{:?}", harness.kind);
            assert!(harness.get("t", "s", "7").await.is_some());
        }
        restoring.await.unwrap();
        harness.well().await;
    });
}
