//! A damaged store is set aside, and its backups take its place.

use std::fs;

use llmspell_state::{Backend, Place, Store, StoreError};

use crate::harness::{Harness, Kind, on_every_store, put};

on_every_store!(
    the_newest_good_backup_of_each_tenant_takes_its_place,
    a_store_that_is_well_or_has_no_backups_is_left_alone,
    one_that_was_cut_short_is_refused_and_done_again,
    a_file_that_ends_within_a_page_is_damaged_and_rebuilt,
);

fn damage(harness: &Harness) {
    match &harness.settings.place {
        Place::Memory => {}
        Place::Sled(folder) => fs::write(folder.join("db/db"), vec![0x5a; 1 << 16]).unwrap(),
        Place::Sqlite(file) => {
            // Its first bytes stay: a file that begins in another way and has no backups is none of ours.
            let mut bytes = fs::read(file).unwrap();
            bytes.truncate(100);
            bytes.extend("garbage ".repeat(1_000).as_bytes());
            fs::write(file, bytes).unwrap();
            for ending in ["-wal", "-shm"] {
                let _ = fs::remove_file(file.with_extension(format!("db{ending}")));
            }
        }
    }
}

async fn a_file_that_ends_within_a_page_is_damaged_and_rebuilt(mut harness: Harness) {
    let Place::Sqlite(file) = harness.settings.place.clone() else { return };
    // A value so large that its end has pages of its own.
    let large = format!("\"{}\"", "x".repeat(30_000));
    harness.put("t", "s", "a", "1").await;
    harness.put("t", "s", "large", &large).await;
    harness.backend().await.backup("t", "", &|_| ()).await.unwrap();
    harness.reopen();
    let whole = fs::read(&file).unwrap();
    for left in [1, 100, 511, 512, 2_000] {
        let cut = whole.len() - 4_096 + left;
        fs::write(&file, &whole[..cut]).unwrap();
        let store = Store::new(harness.settings.clone());
        let seen = match store.open(|_| ()).await {
            Err(error) => Err(error),
            Ok(open) => open.get("t", "s", "large").await.map(drop),
        };
        // What was cut off may have been empty.
        if let Err(error) = seen {
            assert!(matches!(error, StoreError::Damaged { .. }), "{left}: {error}");
        }
    }
    fs::write(&file, &whole[..whole.len() - 4_095]).unwrap();
    let store = Store::new(harness.settings.clone());
    let advice = match store.open(|_| ()).await {
        Ok(open) => open.verify(&|_| ()).await.unwrap().advice,
        Err(StoreError::Damaged { advice, .. }) => advice,
        Err(error) => panic!("{error}"),
    };
    assert!(advice.contains("--rebuild"), "{advice}");
    drop(store);
    harness.reopen();
    let store = Store::new(harness.settings.clone());
    assert!(store.rebuild(|_| (), &|_| ()).await.unwrap().tenants[0].1.is_ok());
    harness.reopen();
    assert_eq!(harness.get("t", "s", "large").await.as_deref(), Some(large.as_str()));
}

fn is_damaged(result: Result<&dyn Backend, StoreError>) -> bool {
    matches!(result, Err(StoreError::Damaged { .. }))
}

async fn the_newest_good_backup_of_each_tenant_takes_its_place(mut harness: Harness) {
    if harness.kind == Kind::Memory {
        return;
    }
    let mut newest = None;
    for value in ["1", "2", "3"] {
        for tenant in ["t", "\0", ""] {
            harness.put(tenant, "s", "k", value).await;
            newest = Some(harness.backend().await.backup(tenant, value, &|_| ()).await.unwrap());
        }
    }
    // The newest of the last tenant is no good: then the one before it is taken.
    let file = harness.backend().await.backup_file("", &newest.unwrap().id).unwrap().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() - 60;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    harness.commit("t", vec![put("s", "later", "4")]).await.unwrap();
    harness.reopen();
    damage(&harness);
    let store = Store::new(harness.settings.clone());
    assert!(is_damaged(store.open(|_| ()).await));
    let rebuilt = store.rebuild(|_| (), &|_| ()).await.unwrap();
    assert!(rebuilt.aside.exists());
    assert_eq!(rebuilt.tenants.len(), 3);
    assert!(rebuilt.tenants.iter().all(|(_, done)| done.is_ok()), "{rebuilt:?}");
    harness.reopen();
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("3"));
    assert_eq!(harness.get("\0", "s", "k").await.as_deref(), Some("3"));
    assert_eq!(harness.get("", "s", "k").await.as_deref(), Some("2"));
    assert_eq!(harness.get("t", "s", "later").await, None);
    assert_eq!(harness.backend().await.backups("t").await.unwrap().len(), 3);
}

async fn a_store_that_is_well_or_has_no_backups_is_left_alone(mut harness: Harness) {
    if harness.kind == Kind::Memory {
        let refused = Store::new(harness.settings.clone()).rebuild(|_| (), &|_| ()).await;
        return assert!(matches!(refused, Err(StoreError::Invalid(_))));
    }
    harness.put("t", "s", "k", "1").await;
    harness.reopen();
    let refused = Store::new(harness.settings.clone()).rebuild(|_| (), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid(_)), "{refused}");
    assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("1"));
    harness.reopen();
    damage(&harness);
    let store = Store::new(harness.settings.clone());
    let refused = store.rebuild(|_| (), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotFound(_)), "{refused}");
    assert!(is_damaged(store.open(|_| ()).await));
}

async fn one_that_was_cut_short_is_refused_and_done_again(mut harness: Harness) {
    if harness.kind == Kind::Memory {
        return;
    }
    harness.put("t", "s", "k", "1").await;
    harness.backend().await.backup("t", "", &|_| ()).await.unwrap();
    harness.reopen();
    // As after a kill between the steps: the note is there, and nothing or a part of the store.
    let (note, gone) = match &harness.settings.place {
        Place::Sled(folder) => (folder.join("rebuilding"), vec![folder.join("format"), folder.join("db")]),
        Place::Sqlite(file) => (file.with_extension("db.rebuilding"), vec![file.clone()]),
        Place::Memory => unreachable!(),
    };
    for path in gone {
        fs::write(&note, "").unwrap();
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        let store = Store::new(harness.settings.clone());
        assert!(is_damaged(store.open(|_| ()).await));
        store.rebuild(|_| (), &|_| ()).await.unwrap();
        assert!(!note.exists());
        harness.reopen();
        assert_eq!(harness.get("t", "s", "k").await.as_deref(), Some("1"));
        harness.well().await;
        harness.reopen();
    }
    // Without the note: what is missing is missed.
    if let Place::Sqlite(file) = &harness.settings.place {
        fs::remove_file(file).unwrap();
        assert!(is_damaged(Store::new(harness.settings.clone()).open(|_| ()).await));
    }
}
