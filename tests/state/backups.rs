//! Copies of what a tenant has, and putting them back.

use llmspell_state::{Change, Condition, Lifetime, StoreError};

use crate::harness::{BEGAN, Harness, Kind, delete, on_every_store, put, text};

on_every_store!(
    what_is_restored_is_what_was_there,
    a_backup_is_listed_checked_and_deleted,
    a_version_from_before_a_restore_is_too_old,
    what_is_no_backup_changes_nothing,
    what_a_killed_process_left_is_removed,
);

async fn what_is_restored_is_what_was_there(mut harness: Harness) {
    let large = text(&"large ".repeat(30_000));
    let many = (0..900).map(|number| put("many", &format!("{number}"), &number.to_string())).collect();
    harness.commit("t", many).await.unwrap();
    harness.commit("t", vec![put("s", "a", "1"), put("s", "large", &large)]).await.unwrap();
    harness.put("other", "s", "a", "0").await;
    let id = harness.backend().await.backup("t", "before", &|_| ()).await.unwrap().id;
    harness.commit("t", vec![put("s", "a", "2"), delete("s", "large"), put("s", "new", "3")]).await.unwrap();
    harness.commit("t", vec![Change::Clear { scope: "many".into() }]).await.unwrap();
    let heard = std::sync::Mutex::new(0);
    let restored = harness.backend().await.restore("t", &id, &|count| *heard.lock().unwrap() = count).await.unwrap();
    assert_eq!((restored.keys, restored.description.as_str()), (902, "before"));
    harness.reopen();
    assert_eq!(harness.all("t", "s").await, [("a".into(), "1".into()), ("large".into(), large)]);
    assert_eq!(harness.all("t", "many").await.len(), 900);
    assert_eq!(harness.get("other", "s", "a").await.as_deref(), Some("0"));
    harness.well().await;
}

async fn a_backup_is_listed_checked_and_deleted(mut harness: Harness) {
    harness.put("t", "s", "k", "1").await;
    let mut made = Vec::new();
    for description in ["one", "two", "three"] {
        made.push(harness.backend().await.backup("t", description, &|_| ()).await.unwrap());
    }
    harness.reopen();
    let listed = harness.backend().await.backups("t").await.unwrap();
    assert_eq!(listed.iter().map(|one| one.description.as_str()).collect::<Vec<_>>(), ["three", "two", "one"]);
    assert_eq!((listed[0].keys, listed[0].created_at), (1, BEGAN));
    for backup in &made {
        let checked = harness.backend().await.check_backup("t", &backup.id).await.unwrap();
        assert_eq!(&checked, backup);
    }
    let usage = harness.backend().await.usage("t").await.unwrap();
    assert_eq!((usage.backups, usage.backup_bytes), (3, made.iter().map(|one| one.bytes).sum()));
    assert_eq!(harness.backend().await.delete_backup("t", &made[1].id).await, Ok(true));
    assert_eq!(harness.backend().await.delete_backup("t", &made[1].id).await, Ok(false));
    let gone = harness.backend().await.restore("t", &made[1].id, &|_| ()).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    assert_eq!(harness.backend().await.backups("t").await.unwrap().len(), 2);
    let long = harness.backend().await.backup("t", &"x".repeat(2_000), &|_| ()).await;
    assert!(matches!(long, Err(StoreError::Invalid(_))));
}

async fn a_version_from_before_a_restore_is_too_old(harness: Harness) {
    let version = harness.put("t", "s", "k", "1").await;
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    harness.backend().await.restore("t", &id, &|_| ()).await.unwrap();
    let (scope, key, value) = ("s".into(), "k".into(), "2".into());
    let condition = Condition::Version(version);
    let put = Change::Put { scope, key, value, condition, lifetime: Lifetime::Unlimited };
    assert!(matches!(harness.commit("t", vec![put]).await, Err(StoreError::Conflict { .. })));
}

async fn what_is_no_backup_changes_nothing(mut harness: Harness) {
    if harness.kind == Kind::Memory {
        return;
    }
    harness.put("t", "s", "k", "1").await;
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    harness.put("t", "s", "k", "2").await;
    let file = harness.backend().await.backup_file("t", &id).unwrap().unwrap();
    let good = std::fs::read(&file).unwrap();
    for length in 0..good.len() {
        std::fs::write(&file, &good[..length]).unwrap();
        assert!(harness.backend().await.restore("t", &id, &|_| ()).await.is_err(), "{length}");
    }
    for place in 0..good.len() {
        let mut bad = good.clone();
        bad[place] ^= 0x11;
        std::fs::write(&file, &bad).unwrap();
        assert!(harness.backend().await.restore("t", &id, &|_| ()).await.is_err(), "{place}");
    }
    let verified = harness.backend().await.verify(&|_| ()).await.unwrap();
    assert_eq!(verified.problems.len(), 1, "{:?}", verified.problems);
    harness.reopen();
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("2"));
    std::fs::write(&file, &good).unwrap();
    harness.backend().await.restore("t", &id, &|_| ()).await.unwrap();
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("1"));
    // From a file that was copied elsewhere, into another tenant.
    let copy = harness.folder.path().join("copy");
    std::fs::write(&copy, &good).unwrap();
    harness.backend().await.restore_file("copy", &copy, &|_| ()).await.unwrap();
    assert_eq!(harness.get("copy", "s", "k").await.as_deref(), Some("1"));
    harness.well().await;
}

async fn what_a_killed_process_left_is_removed(harness: Harness) {
    if harness.kind == Kind::Memory {
        return;
    }
    harness.put("t", "s", "k", "1").await;
    let id = harness.backend().await.backup("t", "", &|_| ()).await.unwrap().id;
    let file = harness.backend().await.backup_file("t", &id).unwrap().unwrap();
    let [left, at_work] = ["left", "at-work"].map(|name| file.with_file_name(format!("{name}.draft")));
    for draft in [&left, &at_work] {
        std::fs::write(draft, "the beginning of a backup").unwrap();
    }
    let before = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    std::fs::File::options().write(true).open(&left).unwrap().set_modified(before).unwrap();
    assert_eq!(harness.backend().await.backups("t").await.unwrap().len(), 1);
    harness.backend().await.backup("t", "", &|_| ()).await.unwrap();
    assert!(!left.exists() && at_work.exists());
}
