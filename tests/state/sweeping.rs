//! What is removed in parts: no half of it is ever seen, nothing waits for long, and what is damaged keeps nothing else from going.

use std::time::Duration;

use llmspell_api::artifact::Kind as Type;
use llmspell_state::{
    Backend, GLOBAL, Lifetime, ListArtifacts, NewArtifact, NewContent, Place, SessionChange, Settings, Store,
    StoreError, Upload, Uploaded,
};
use serde_json::Map;

use crate::harness::{BEGAN, Harness, Kind, on_every_store, paused};

on_every_store!(
    a_piece_that_was_lost_is_no_part_of_an_artifact,
    an_upload_does_not_go_on_in_what_was_restored,
    no_clock_brings_back_half_of_what_was_removed,
    one_commit_removes_so_much_and_no_more,
    the_id_of_a_session_that_has_expired_is_free,
);

fn new(session: &str, name: &str) -> NewArtifact {
    NewArtifact {
        session: session.into(),
        name: name.into(),
        kind: Type::Custom,
        mime_type: "text/plain".into(),
        tags: Vec::new(),
        metadata: Map::new(),
        lifetime: Lifetime::Unlimited,
    }
}

async fn keep(backend: &dyn Backend, session: &str, name: &str, content: &[u8]) -> u64 {
    backend.keep_artifact("t", new(session, name), NewContent::Whole(content.into())).await.unwrap().sequence
}

async fn session(backend: &dyn Backend, id: &str, milliseconds: u64) -> Result<(), StoreError> {
    let change = SessionChange { lifetime: Some(Lifetime::Milliseconds(milliseconds)), ..SessionChange::default() };
    backend.create_session("t", Some(id.into()), None, change).await.map(drop)
}

#[track_caller]
fn is_conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict { .. })), "{result:?}");
}

async fn a_piece_that_was_lost_is_no_part_of_an_artifact(mut harness: Harness) {
    harness = Harness::with(harness.kind, |settings| settings.quota.bytes = 4 << 20);
    let backend = harness.backend().await;
    let other = keep(backend, GLOBAL, "other", &vec![1; 2 << 20]).await;
    let mut upload = Upload::begin(backend, "t", 1 << 30).await.unwrap();
    let number = upload.number();
    let piece = vec![2; 1 << 20];
    upload.add(backend, "t", &piece).await.unwrap();
    let full = upload.add(backend, "t", &piece).await;
    assert!(matches!(full, Err(StoreError::Quota(_))), "{full:?}");
    // There is room again, and the piece is lost all the same.
    backend.delete_artifact("t", GLOBAL, other).await.unwrap();
    is_conflict(upload.add(backend, "t", &piece).await);
    is_conflict(upload.finish(backend, "t", new(GLOBAL, "half")).await);
    // The store itself takes no such upload either.
    is_conflict(backend.upload_chunk("t", number, 2, piece.clone()).await);
    let uploaded = Uploaded { upload: number, chunks: 2, size: 2 << 20, hash: "0".repeat(64) };
    is_conflict(backend.keep_artifact("t", new(GLOBAL, "half"), NewContent::Uploaded(uploaded)).await);
    backend.discard_upload("t", number).await.unwrap();
    assert_eq!(backend.artifacts("t", ListArtifacts::default()).await.unwrap().artifacts, []);
    harness.well().await;
}

async fn an_upload_does_not_go_on_in_what_was_restored(harness: Harness) {
    let backend = harness.backend().await;
    let mut upload = Upload::begin(backend, "t", 1 << 30).await.unwrap();
    let piece = vec![1; 1 << 20];
    upload.add(backend, "t", &piece).await.unwrap();
    let made = backend.backup("t", "", &|_| ()).await.unwrap();
    upload.add(backend, "t", &piece).await.unwrap();
    backend.restore("t", &made.id, &|_| ()).await.unwrap();
    is_conflict(upload.add(backend, "t", &piece).await);
    is_conflict(upload.finish(backend, "t", new(GLOBAL, "half")).await);
    // What came before is swept.
    harness.put("t", "s", "k", "1").await;
    assert_eq!(backend.usage("t").await.unwrap().keys, 1);
    harness.well().await;
}

async fn no_clock_brings_back_half_of_what_was_removed(harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let backend = harness.backend().await;
    let upload = backend.begin_upload("t").await.unwrap();
    for number in 0..100 {
        backend.upload_chunk("t", upload, number, vec![1]).await.unwrap();
    }
    let uploaded = Uploaded { upload, chunks: 100, size: 100, hash: "0".repeat(64) };
    session(backend, "s", 1_000).await.unwrap();
    for number in 0..300 {
        harness.put("t", "session:s", &number.to_string(), "1").await;
    }
    let before = backend.usage("t").await.unwrap().keys;
    tokio::time::advance(Duration::from_secs(11 * 60)).await;
    harness.put("t", "s", "k", "1").await;
    harness.put("t", "s", "k", "1").await;
    let left = backend.usage("t").await.unwrap().keys;
    assert!(left < before && left > 1, "{left} of {before}");
    harness.settings.clock.set(Duration::from_millis(BEGAN));
    assert_eq!(backend.session("t", "s").await, Ok(None));
    is_conflict(backend.keep_artifact("t", new(GLOBAL, "half"), NewContent::Uploaded(uploaded)).await);
    for _ in 0..4 {
        harness.put("t", "s", "k", "1").await;
    }
    assert_eq!(backend.usage("t").await.unwrap().keys, 1);
    harness.well().await;
}

async fn one_commit_removes_so_much_and_no_more(harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let backend = harness.backend().await;
    for id in ["a", "b", "c"] {
        session(backend, id, 1_000).await.unwrap();
        for number in 0..200 {
            harness.put("t", &format!("session:{id}"), &number.to_string(), "1").await;
        }
    }
    tokio::time::advance(Duration::from_secs(1)).await;
    let mut before = backend.usage("t").await.unwrap().keys;
    for _ in 0..5 {
        harness.put("t", "s", "k", "1").await;
        let left = backend.usage("t").await.unwrap().keys;
        assert!(before - left <= 256 + 3, "{left} of {before}");
        before = left;
    }
    assert_eq!(before, 1);
    harness.well().await;
}

async fn the_id_of_a_session_that_has_expired_is_free(harness: Harness) {
    let backend = harness.backend().await;
    session(backend, "s", 1_000).await.unwrap();
    for number in 0..100 {
        keep(backend, "s", &number.to_string(), b"1").await;
    }
    is_conflict(session(backend, "s", 1_000).await);
    tokio::time::advance(Duration::from_secs(1)).await;
    session(backend, "s", 1_000).await.unwrap();
    let page = backend.artifacts("t", ListArtifacts::default()).await.unwrap();
    assert_eq!(page.artifacts, []);
    assert_eq!(keep(backend, "s", "new", b"1").await, 1);
    harness.well().await;
}

/// A session with an artifact that is damaged, and with much that is not.
async fn damaged() -> (tempfile::TempDir, Place) {
    let harness = Harness::new(Kind::Sqlite);
    let backend = harness.backend().await;
    session(backend, "s", 1 << 45).await.unwrap();
    for number in 0..80 {
        keep(backend, "s", &format!("n{number}"), &[number]).await;
    }
    keep(backend, "s", "canary", b"canary").await;
    harness.put("t", "session:s", "k", "1").await;
    let Harness { folder, settings, .. } = harness;
    (folder, settings.place)
}

#[test]
fn a_damaged_artifact_keeps_nothing_else_of_its_session_from_going() {
    paused(async {
        let (_folder, place) = damaged().await;
        let Place::Sqlite(file) = &place else { unreachable!() };
        let mut bytes = std::fs::read(file).unwrap();
        let starts = |at: &usize| bytes[*at..].starts_with(b"\"name\":\"canary\"");
        let found: Vec<usize> = (0..bytes.len()).filter(starts).collect();
        assert!(!found.is_empty());
        found.iter().for_each(|at| bytes[at + 9] ^= 1);
        std::fs::write(file, bytes).unwrap();
        let store = Store::new(Settings::new(place));
        let backend = store.open(|_| ()).await.unwrap();
        assert_eq!(backend.delete_session("t", "s").await, Ok(true));
        assert_eq!(backend.session("t", "s").await, Ok(None));
        assert!(backend.usage("t").await.unwrap().keys < 10, "{:?}", backend.usage("t").await);
        let problems = backend.verify(&|_| ()).await.unwrap().problems;
        assert!(problems.iter().any(|problem| problem.contains("artifact 81 of 's'")), "{problems:?}");
        // Nobody gets a session in which it lies.
        let again = session(backend, "s", 1_000).await;
        assert!(again.as_ref().is_err_and(|problem| problem.to_string().contains("state verify")), "{again:?}");
        session(backend, "other", 1_000).await.unwrap();
    });
}
