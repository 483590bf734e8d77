//! What a store takes of the disk.

use std::fs;
use std::path::Path;

use crate::desk::{Desk, Kind, on_every_store, put, text};

on_every_store!(what_is_overwritten_gives_its_room_back);

const KEYS: usize = 20;
const BYTES: usize = 20_000;

async fn what_is_overwritten_gives_its_room_back(desk: Desk) {
    for round in 0..100 {
        let value = text(&format!("{round} {}", "x".repeat(BYTES)));
        let changes = (0..KEYS).map(|key| put("s", &format!("k{key}"), &value)).collect();
        desk.commit("t", changes).await.unwrap();
    }
    if desk.kind != Kind::Memory {
        let taken = size(desk.folder.path());
        // 40 MB were written.
        assert!(taken < 30 * (KEYS * BYTES) as u64, "{taken}");
    }
}

fn size(path: &Path) -> u64 {
    let about = fs::metadata(path).unwrap();
    if about.is_dir() {
        fs::read_dir(path).unwrap().map(|entry| size(&entry.unwrap().path())).sum()
    } else {
        about.len()
    }
}
