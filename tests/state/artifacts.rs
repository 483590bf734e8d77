//! Artifacts and sessions: whole or not at all, kept once for each tenant, and gone when they are deleted.

use std::time::Duration;

use llmspell_api::artifact::{Artifact, Kind as Type};
use llmspell_api::session::Status;
use llmspell_base::hash::hash;
use llmspell_state::{
    Backend, CHUNK_BYTES, Existing, GLOBAL, Lifetime, ListArtifacts, NewArtifact, NewContent, SessionChange,
    StoreError, Unreadable, Uploaded, Which,
};
use serde_json::Map;

use crate::harness::{Harness, on_every_store, put};

on_every_store!(
    a_content_is_kept_once_for_each_tenant,
    versions_are_numbered_and_none_is_given_again,
    what_is_deleted_is_gone,
    an_upload_that_was_cut_short_leaves_nothing,
    what_has_expired_makes_room_with_its_content,
    a_session_takes_along_all_that_belongs_to_it,
    writers_of_one_session_both_have_their_way,
    backups_and_migrations_keep_artifacts_whole,
    imports_leave_artifacts_alone,
    the_quota_counts_contents_once,
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

async fn keep(backend: &dyn Backend, tenant: &str, session: &str, name: &str, content: &[u8]) -> Artifact {
    backend.keep_artifact(tenant, new(session, name), NewContent::Whole(content.into())).await.unwrap()
}

/// Chunk by chunk.
async fn upload(backend: &dyn Backend, tenant: &str, content: &[u8]) -> Uploaded {
    let upload = backend.begin_upload(tenant).await.unwrap();
    let mut chunks = 0;
    for piece in content.chunks(CHUNK_BYTES) {
        backend.upload_chunk(tenant, upload, chunks, piece.into()).await.unwrap();
        chunks += 1;
    }
    Uploaded { upload, chunks, size: content.len() as u64, hash: hash(content) }
}

async fn content(backend: &dyn Backend, tenant: &str, artifact: &Artifact) -> Vec<u8> {
    let content = backend.content(tenant, &artifact.content_hash).await.unwrap().unwrap();
    let mut all = Vec::new();
    for number in 0..content.chunks {
        all.extend(backend.chunk(tenant, content.blob, number).await.unwrap().unwrap());
    }
    all
}

fn large(seed: u8) -> Vec<u8> {
    (0..2 * CHUNK_BYTES + 7).map(|at| seed.wrapping_add((at % 251) as u8)).collect()
}

async fn usage(harness: &Harness, tenant: &str) -> (u64, u64) {
    let usage = harness.backend().await.usage(tenant).await.unwrap();
    (usage.keys, usage.bytes)
}

async fn a_content_is_kept_once_for_each_tenant(mut harness: Harness) {
    let backend = harness.backend().await;
    let bytes = large(1);
    let first = keep(backend, "t", GLOBAL, "one", &bytes).await;
    let before = usage(&harness, "t").await.1;
    let second = keep(backend, "t", GLOBAL, "two", &bytes).await;
    let uploaded = upload(backend, "t", &bytes).await;
    let third = backend.keep_artifact("t", new(GLOBAL, "three"), NewContent::Uploaded(uploaded)).await.unwrap();
    assert_eq!((&first.content_hash, &second.content_hash), (&third.content_hash, &hash(&bytes)));
    assert!(usage(&harness, "t").await.1 < before + 3_000, "the content is there more than once");
    // Another tenant has nothing of it, and nothing tells it that somebody has.
    assert_eq!(backend.content("other", &first.content_hash).await, Ok(None));
    keep(backend, "other", GLOBAL, "one", &bytes).await;
    assert!(usage(&harness, "other").await.1 > bytes.len() as u64);
    for artifact in [&first, &second, &third] {
        assert!(content(backend, "t", artifact).await == bytes);
    }
    backend.delete_artifact("t", GLOBAL, first.sequence).await.unwrap();
    backend.delete_artifact("t", GLOBAL, third.sequence).await.unwrap();
    harness.reopen();
    assert!(content(harness.backend().await, "t", &second).await == bytes);
    harness.well().await;
}

async fn versions_are_numbered_and_none_is_given_again(harness: Harness) {
    let backend = harness.backend().await;
    for number in 1..=5_u64 {
        let kept = keep(backend, "t", GLOBAL, "n\0ame", number.to_string().as_bytes()).await;
        assert_eq!((kept.version, kept.sequence), (number, number));
    }
    // Names that begin alike are other names.
    assert_eq!(keep(backend, "t", GLOBAL, "n\0ame2", b"x").await.version, 1);
    let newest = backend.artifact("t", GLOBAL, Which::Newest("n\0ame".into())).await.unwrap().unwrap();
    assert_eq!(newest.version, 5);
    assert!(backend.delete_artifact("t", GLOBAL, 5).await.unwrap());
    assert!(!backend.delete_artifact("t", GLOBAL, 5).await.unwrap());
    let newest = backend.artifact("t", GLOBAL, Which::Newest("n\0ame".into())).await.unwrap().unwrap();
    assert_eq!(newest.version, 4);
    assert_eq!(backend.artifact("t", GLOBAL, Which::Version("n\0ame".into(), 5)).await, Ok(None));
    let kept = keep(backend, "t", GLOBAL, "n\0ame", b"6").await;
    assert_eq!((kept.version, kept.sequence), (6, 7));
    let mut all = ListArtifacts { session: Some(GLOBAL.into()), name: Some("n\0ame".into()), limit: 2, after: None };
    let mut versions = Vec::new();
    loop {
        let page = backend.artifacts("t", all.clone()).await.unwrap();
        versions.extend(page.artifacts.iter().map(|artifact| artifact.version));
        match page.next {
            Some(next) => all.after = Some(next),
            None => break,
        }
    }
    assert_eq!(versions, [6, 4, 3, 2, 1]);
    harness.well().await;
}

fn files(path: &std::path::Path, found: &mut Vec<u8>) {
    match path.is_dir() {
        true => std::fs::read_dir(path).unwrap().for_each(|entry| files(&entry.unwrap().path(), found)),
        false => found.extend(std::fs::read(path).unwrap()),
    }
}

async fn what_is_deleted_is_gone(mut harness: Harness) {
    let empty = {
        harness.put("t", "s", "k", "1").await;
        usage(&harness, "t").await
    };
    let canary = b"canary-of-an-artifact-yranac".repeat(100_000);
    let backend = harness.backend().await;
    backend.create_session("t", Some("s".into()), None, SessionChange::default()).await.unwrap();
    let one = keep(backend, "t", "s", "canary-name", &canary).await;
    keep(backend, "t", "s", "other", b"x").await;
    assert!(backend.delete_artifact("t", "s", one.sequence).await.unwrap());
    assert_eq!(backend.content("t", &one.content_hash).await, Ok(None));
    backend.delete_session("t", "s").await.unwrap();
    assert_eq!(usage(&harness, "t").await, empty);
    harness.well().await;
    // What the engines keep of it is overwritten with what comes.
    for number in 0..200 {
        harness.put("t", "s", "k", &number.to_string()).await;
    }
    harness.reopen();
    harness.well().await;
    let mut found = Vec::new();
    files(harness.folder.path(), &mut found);
    let pattern = b"canary-of-an-artifact-yranac";
    assert!(!found.windows(pattern.len()).any(|window| window == pattern), "the content is still on the disk");
}

async fn an_upload_that_was_cut_short_leaves_nothing(mut harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let empty = usage(&harness, "t").await;
    let cut = upload(harness.backend().await, "t", &large(2)).await;
    assert!(usage(&harness, "t").await.1 > 2 * CHUNK_BYTES as u64, "what is not stored yet counts");
    harness.well().await;
    harness.reopen();
    let given_up = upload(harness.backend().await, "t", &large(3)).await;
    harness.backend().await.discard_upload("t", given_up.upload).await.unwrap();
    // Nobody but its own upload gets at it.
    let other = harness.backend().await.upload_chunk("other", cut.upload, 0, b"x".to_vec()).await;
    assert!(matches!(other, Err(StoreError::Conflict { .. })), "{other:?}");
    tokio::time::advance(Duration::from_secs(11 * 60)).await;
    let late = harness.backend().await.keep_artifact("t", new(GLOBAL, "late"), NewContent::Uploaded(cut)).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    for _ in 0..4 {
        harness.put("t", "s", "k", "1").await;
    }
    assert_eq!(usage(&harness, "t").await, empty);
    harness.well().await;
}

async fn what_has_expired_makes_room_with_its_content(mut harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let backend = harness.backend().await;
    let brief = NewArtifact { lifetime: Lifetime::Milliseconds(1_000), ..new(GLOBAL, "brief") };
    let bytes = large(4);
    let gone = backend.keep_artifact("t", brief.clone(), NewContent::Whole(bytes.clone())).await.unwrap();
    let shelved = usage(&harness, "t").await;
    let stays = keep(backend, "t", GLOBAL, "stays", &bytes).await;
    tokio::time::advance(Duration::from_millis(1_000)).await;
    harness.reopen();
    let backend = harness.backend().await;
    assert_eq!(backend.artifact("t", GLOBAL, Which::Sequence(gone.sequence)).await, Ok(None));
    assert_eq!(backend.artifact("t", GLOBAL, Which::Newest("brief".into())).await, Ok(None));
    let page = backend.artifacts("t", ListArtifacts::default()).await.unwrap();
    assert_eq!(page.artifacts.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["stays"]);
    for _ in 0..4 {
        harness.put("t", "s", "k", "1").await;
    }
    harness.well().await;
    assert!(content(harness.backend().await, "t", &stays).await == bytes);
    harness.backend().await.delete_artifact("t", GLOBAL, stays.sequence).await.unwrap();
    assert!(usage(&harness, "t").await.1 < 1_000, "{:?}, and {shelved:?} before", usage(&harness, "t").await);
    harness.well().await;
}

async fn a_session_takes_along_all_that_belongs_to_it(mut harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let empty = usage(&harness, "t").await;
    let backend = harness.backend().await;
    let brief = SessionChange { lifetime: Some(Lifetime::Milliseconds(1_000)), ..SessionChange::default() };
    let id = backend.create_session("t", None, None, brief).await.unwrap().id;
    let other = backend.create_session("t", None, None, SessionChange::default()).await.unwrap().id;
    assert_ne!(id, other);
    for number in 0..200 {
        keep(backend, "t", &id, &number.to_string(), number.to_string().as_bytes()).await;
    }
    for number in 0..600 {
        harness.put("t", &format!("session:{id}"), &number.to_string(), "1").await;
    }
    backend.append("t", &format!("memory:{id}"), "{}".into(), None).await.unwrap();
    keep(backend, "t", &other, "stays", b"1").await;
    tokio::time::advance(Duration::from_millis(1_000)).await;
    harness.reopen();
    let backend = harness.backend().await;
    assert_eq!(backend.session("t", &id).await, Ok(None));
    assert_eq!(backend.artifact("t", &id, Which::Sequence(1)).await, Ok(None));
    let seen = backend.artifacts("t", ListArtifacts::default()).await.unwrap().artifacts;
    assert!(seen.iter().all(|artifact| artifact.session_id == other), "{seen:?}");
    let late = backend.keep_artifact("t", new(&id, "late"), NewContent::Whole(Vec::new())).await;
    assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
    for _ in 0..20 {
        harness.put("t", "s", "k", "1").await;
    }
    harness.well().await;
    let backend = harness.backend().await;
    assert!(backend.delete_session("t", &other).await.unwrap());
    assert_eq!(usage(&harness, "t").await, empty);
    assert_eq!(backend.streams("t", None, 10).await.unwrap(), [""; 0]);
    harness.well().await;
}

async fn writers_of_one_session_both_have_their_way(harness: Harness) {
    let backend = harness.backend().await;
    backend.create_session("t", Some("s".into()), None, SessionChange::default()).await.unwrap();
    let taken = backend.create_session("t", Some("s".into()), None, SessionChange::default()).await;
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
    let named = SessionChange { name: Some("n".into()), ..SessionChange::default() };
    let tagged = SessionChange { tags: Some(vec!["x".into()]), ..SessionChange::default() };
    let (one, two) = futures::join!(backend.update_session("t", "s", named), backend.update_session("t", "s", tagged));
    one.and(two).unwrap();
    let session = backend.session("t", "s").await.unwrap().unwrap();
    assert_eq!((session.name.as_str(), session.tags.as_slice()), ("n", ["x".to_string()].as_slice()));
    let ended = SessionChange { status: Some(Status::Completed), ..SessionChange::default() };
    backend.update_session("t", "s", ended).await.unwrap();
    let late = backend.keep_artifact("t", new("s", "late"), NewContent::Whole(Vec::new())).await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(backend.session("other", "s").await, Ok(None));
    harness.well().await;
}

async fn backups_and_migrations_keep_artifacts_whole(mut harness: Harness) {
    let backend = harness.backend().await;
    backend.create_session("t", Some("s".into()), None, SessionChange::default()).await.unwrap();
    let bytes = large(5);
    let kept = keep(backend, "t", "s", "one", &bytes).await;
    let brief = NewArtifact { lifetime: Lifetime::Milliseconds(1_000), ..new(GLOBAL, "brief") };
    backend.keep_artifact("t", brief, NewContent::Whole(large(6))).await.unwrap();
    upload(backend, "t", &large(7)).await;
    // Expired, and not swept yet: what counts it goes with it into the backup.
    tokio::time::advance(Duration::from_millis(1_000)).await;
    let made = backend.backup("t", "", &|_| ()).await.unwrap();
    backend.delete_session("t", "s").await.unwrap();
    keep(backend, "t", GLOBAL, "later", b"x").await;
    harness.reopen();
    let backend = harness.backend().await;
    backend.restore("t", &made.id, &|_| ()).await.unwrap();
    harness.well().await;
    assert!(content(backend, "t", &kept).await == bytes);
    assert_eq!(backend.artifact("t", GLOBAL, Which::Newest("later".into())).await, Ok(None));
    tokio::time::advance(Duration::from_secs(20 * 60)).await;
    for _ in 0..8 {
        harness.put("t", "s", "k", "1").await;
    }
    harness.well().await;
    let backend = harness.backend().await;
    backend.delete_session("t", "s").await.unwrap();
    assert!(usage(&harness, "t").await.1 < 1_000, "{:?}", usage(&harness, "t").await);
    harness.well().await;
}

async fn imports_leave_artifacts_alone(harness: Harness) {
    let backend = harness.backend().await;
    harness.put("t", "s", "k", "1").await;
    let bytes = large(8);
    let kept = keep(backend, "t", GLOBAL, "one", &bytes).await;
    let file = harness.folder.path().join("export");
    let exported = backend.export("t", &file, Unreadable::Refuse, &|_| ()).await.unwrap();
    assert_eq!((exported.entries, exported.missing.len()), (1, 0));
    assert!(exported.apart > 5, "{exported:?}");
    let saved = backend.export("t", &file, Unreadable::LeaveOut, &|_| ()).await.unwrap();
    assert_eq!(saved.missing.len(), 1, "{saved:?}");
    assert!(saved.missing[0].contains("sessions, artifacts and memory, which"), "{saved:?}");
    let memory = harness.folder.path().join("memory");
    let lines = [
        r#"{"format":"llmspell state export 1"}"#,
        r#"{"stream":"memory:x","number":1,"at":1,"body":{}}"#,
        r#"{"stream":"memory:x","head":1}"#,
        r#"{"entries":2}"#,
    ];
    std::fs::write(&memory, lines.map(|line| format!("{line}\n")).concat()).unwrap();
    let refused = backend.import("t", &memory, Existing::Keep, &|_| ()).await;
    assert!(
        refused.as_ref().is_err_and(|problem| problem.to_string().contains("line 2: the stream 'memory:x'")),
        "{refused:?}"
    );
    backend.import("t", &file, Existing::Replace, &|_| ()).await.unwrap();
    assert!(content(backend, "t", &kept).await == bytes);
    harness.well().await;
    backend.clear("t").await.unwrap();
    assert_eq!(usage(&harness, "t").await, (0, 0));
    harness.well().await;
}

async fn the_quota_counts_contents_once(mut harness: Harness) {
    harness = Harness::with(harness.kind, |settings| settings.quota.bytes = 5 << 20);
    let backend = harness.backend().await;
    let bytes = large(9);
    for number in 0..10 {
        keep(backend, "t", GLOBAL, &number.to_string(), &bytes).await;
    }
    keep(backend, "t", GLOBAL, "other", &large(10)).await;
    let full = backend.keep_artifact("t", new(GLOBAL, "full"), NewContent::Whole(large(11))).await;
    assert!(matches!(full, Err(StoreError::Quota(_))), "{full:?}");
    assert_eq!(backend.artifact("t", GLOBAL, Which::Newest("full".into())).await, Ok(None));
    // In pieces as well, and the pieces that fit are no artifact.
    let upload = backend.begin_upload("t").await.unwrap();
    let mut refused = None;
    for number in 0..3 {
        let sent = backend.upload_chunk("t", upload, number, vec![1; CHUNK_BYTES]).await.err();
        refused = refused.or(sent);
    }
    assert!(matches!(refused, Some(StoreError::Quota(_))), "{refused:?}");
    backend.discard_upload("t", upload).await.unwrap();
    let value = backend.commit("t", vec![put("s", "k", "1")]).await;
    assert!(value.is_ok(), "{value:?}");
    harness.well().await;
}
