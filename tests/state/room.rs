//! What a store takes of the disk.

use std::fs;
use std::path::Path;

use crate::harness::{Harness, Kind, on_every_store, put, text};

on_every_store!(what_is_overwritten_gives_its_room_back, restores_at_once_take_the_room_of_one);

const KEYS: usize = 20;
const BYTES: usize = 20_000;

async fn what_is_overwritten_gives_its_room_back(harness: Harness) {
    for round in 0..100 {
        let value = text(&format!("{round} {}", "x".repeat(BYTES)));
        let changes = (0..KEYS).map(|key| put("s", &format!("k{key}"), &value)).collect();
        harness.commit("t", changes).await.unwrap();
    }
    if harness.kind != Kind::Memory {
        let taken = size(harness.folder.path());
        // 40 MB were written.
        assert!(taken < 30 * (KEYS * BYTES) as u64, "{taken}");
    }
}

async fn restores_at_once_take_the_room_of_one(harness: Harness) {
    let value = text(&"x".repeat(100_000));
    let changes = (0..20).map(|key| put("s", &key.to_string(), &value)).collect();
    harness.commit("t", changes).await.unwrap();
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    let backend = harness.backend().await;
    let done = futures::future::join_all((0..12).map(|_| backend.restore("t", &id, &|_| ()))).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    if harness.kind == Kind::Sqlite {
        // The data, one copy of it, the log and the backup; all at once would be 26 MB and more.
        let taken = size(harness.folder.path());
        assert!(taken < 14_000_000, "{taken}");
    }
    harness.well().await;
}

fn size(path: &Path) -> u64 {
    let about = fs::metadata(path).unwrap();
    if about.is_dir() {
        fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
    } else {
        about.len()
    }
}
