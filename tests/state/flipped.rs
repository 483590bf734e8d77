//! Bits that changed on the disk: whatever reads them says so, and no value is ever another one or gone in silence.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use llmspell_state::{Change, List, Place, Settings, Store, StoreError, Unreadable};

use crate::harness::{Dice, Harness, Kind, paused, place, put, text};

type All = BTreeMap<(String, String), String>;

/// A store with all that there is in it, closed; and what its tenant has.
async fn filled(kind: Kind) -> (tempfile::TempDir, Place, All) {
    let harness = Harness::new(kind);
    let mut all = All::new();
    for number in 0..30 {
        let (scope, key) = (format!("scope {}", number % 3), format!("key {number}"));
        let value = text(&format!("value {number} ").repeat(1 + 7 * number));
        harness.put("t", &scope, &key, &value).await;
        all.insert((scope, key), value);
    }
    let backend = harness.backend().await;
    for _ in 0..3 {
        backend.append("t", "log", "{}".into(), None).await.unwrap();
    }
    backend.lease("t", "lease", "me", 1_000_000).await.unwrap();
    harness.put("t", "scope 0", "last", "\"acknowledged\"").await;
    all.insert(("scope 0".into(), "last".into()), "\"acknowledged\"".into());
    let Harness { folder, settings, .. } = harness;
    (folder, settings.place, all)
}

/// The store again, as often as it is wanted.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    match path.is_dir() {
        true => fs::read_dir(path).unwrap().for_each(|entry| files(&entry.unwrap().path(), found)),
        false => found.push(path.into()),
    }
}

/// Whether the readers report damage. Fails where one does and another does not.
async fn verdict(place: &Place, all: &All) -> bool {
    let store = Store::new(Settings::new(place.clone()));
    let backend = match store.open(|_| ()).await {
        Ok(backend) => backend,
        Err(problem) => {
            assert!(problem.is_of_the_store(), "{problem}");
            return true;
        }
    };
    let damaged = match backend.verify(&|_| ()).await {
        Ok(verified) => !verified.problems.is_empty(),
        Err(problem) if problem.is_of_the_store() => true,
        Err(problem) => panic!("{problem}"),
    };
    for ((scope, key), value) in all {
        match backend.get("t", scope, key).await {
            Ok(Some(entry)) => assert_eq!(entry.value, *value),
            Ok(None) => assert!(damaged, "{key} is gone, and verify finds nothing"),
            Err(problem) => assert!(damaged && problem.is_of_the_store(), "{problem}"),
        }
    }
    let mut whole = vec![backend.backup("t", "", &|_| ()).await.map(drop)];
    for scope in ["scope 0", "scope 1", "scope 2"] {
        whole.push(backend.list("t", scope, List { values: true, ..List::default() }).await.map(drop));
    }
    whole.push(backend.read("t", "log", 0, 10).await.map(drop));
    for result in whole {
        assert!(result.is_ok() || damaged, "{result:?}, and verify finds nothing");
    }
    damaged
}

/// Flips a bit of `count` bytes that are not 0, one at a time. Gives how many were noticed.
fn flip(kind: Kind, count: usize) -> usize {
    let mut noticed = 0;
    paused(async {
        let (folder, original, all) = filled(kind).await;
        let copied = folder.path().join("copy");
        let (from, to) = match (&original, place(kind, copied)) {
            (Place::Sled(from), to @ Place::Sled(_)) | (Place::Sqlite(from), to @ Place::Sqlite(_)) => {
                (from.clone(), to)
            }
            _ => unreachable!(),
        };
        let (Place::Sled(path) | Place::Sqlite(path)) = &to else { unreachable!() };
        let mut dice = Dice::new(count as u64);
        for round in 0..count {
            let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
            copy(&from, path);
            let mut parts = Vec::new();
            files(path, &mut parts);
            parts.retain(|part| !part.ends_with("lock") && fs::metadata(part).unwrap().len() > 0);
            parts.sort();
            let part = dice.one_of(&parts);
            let mut bytes = fs::read(part).unwrap();
            let live: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
            let at = *dice.one_of(&live);
            bytes[at] ^= 1 << dice.below(8);
            fs::write(part, bytes).unwrap();
            println!("round {round}: byte {at} of {}", part.display());
            noticed += usize::from(verdict(&to, &all).await);
            let _ = fs::remove_dir_all(path.with_extension("db.backups"));
        }
    });
    noticed
}

#[test]
fn there_is_one_verdict_about_a_flipped_bit_in_sqlite() {
    let noticed = flip(Kind::Sqlite, 300);
    assert!(noticed > 200, "{noticed} of 300");
}

#[test]
fn there_is_one_verdict_about_a_flipped_bit_in_sled() {
    let noticed = flip(Kind::Sled, 150);
    assert!(noticed > 75, "{noticed} of 150");
}

#[track_caller]
fn names_the_key<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    match result {
        Err(StoreError::Damaged { what, .. }) => assert!(what.contains("the key 'key 7' of scope 'scope 1'"), "{what}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_flipped_value_is_damage_to_all_who_read_it_and_to_no_others() {
    paused(async {
        let (folder, place, all) = filled(Kind::Sqlite).await;
        let Place::Sqlite(file) = &place else { unreachable!() };
        let mut bytes = fs::read(file).unwrap();
        // Wherever it lies, also in room that is free again; and it is JSON still.
        let starts = |at: &usize| bytes[*at..].starts_with(b"\"value 7 v");
        let all_of_it: Vec<usize> = (0..bytes.len()).filter(starts).collect();
        all_of_it.iter().for_each(|at| bytes[at + 3] ^= 1);
        fs::write(file, bytes).unwrap();
        let store = Store::new(Settings::new(place));
        let backend = store.open(|_| ()).await.unwrap();
        names_the_key(backend.get("t", "scope 1", "key 7").await);
        names_the_key(backend.list("t", "scope 1", List { values: true, ..List::default() }).await);
        names_the_key(backend.backup("t", "", &|_| ()).await);
        let export = folder.path().join("export");
        names_the_key(backend.export("t", &export, Unreadable::Refuse, &|_| ()).await);
        let add = Change::Increment {
            scope: "scope 1".into(),
            key: "key 7".into(),
            by: 1.into(),
            lifetime: Default::default(),
        };
        names_the_key(backend.commit("t", vec![add]).await);
        let verified = backend.verify(&|_| ()).await.unwrap();
        assert_eq!(verified.problems, ["tenant 't': the key 'key 7' of scope 'scope 1' is not what was put there"]);
        assert!(
            verified.advice.contains("no backups") && verified.advice.contains("export FILE --skip-damaged"),
            "{verified:?}"
        );
        assert!(backend.get("t", "scope 2", "key 8").await.unwrap().is_some());
        // What is sound is saved, and can be imported.
        let done = backend.export("t", &export, Unreadable::LeaveOut, &|_| ()).await.unwrap();
        assert_eq!((done.entries, done.missing.len()), (all.len() as u64 - 1 + 4, 1), "{:?}", done.missing);
        let new = Store::new(Settings::new(Place::Memory));
        let done =
            new.open(|_| ()).await.unwrap().import("t", &export, llmspell_state::Existing::Refuse, &|_| ()).await;
        assert_eq!(done.unwrap().imported, all.len() as u64 + 3);
        // Written anew, all is well again.
        backend.commit("t", vec![put("scope 1", "key 7", "7")]).await.unwrap();
        assert_eq!(backend.verify(&|_| ()).await.unwrap().problems, [""; 0]);
    });
}

#[test]
fn what_sled_takes_for_a_torn_end_of_its_log_is_missed() {
    paused(async {
        let (folder, place, all) = filled(Kind::Sled).await;
        let Place::Sled(path) = &place else { unreachable!() };
        let log = path.join("db/db");
        let mut bytes = fs::read(&log).unwrap();
        let at = bytes.windows(12).rposition(|window| window == b"acknowledged").unwrap();
        bytes[at] ^= 1;
        fs::write(&log, bytes).unwrap();
        for _ in 0..2 {
            let problem = Store::new(Settings::new(place.clone())).open(|_| ()).await.err().unwrap();
            assert!(matches!(&problem, StoreError::Damaged { .. }), "{problem}");
            assert!(problem.to_string().contains("was acknowledged"), "{problem}");
        }
        let settings = Settings { salvage: true, ..Settings::new(place) };
        let store = Store::new(settings);
        let backend = store.open(|_| ()).await.unwrap();
        let done = backend.export("t", &folder.path().join("e"), Unreadable::LeaveOut, &|_| ()).await.unwrap();
        assert_eq!(done.entries, all.len() as u64 - 1 + 4, "{:?}", done.missing);
    });
}

#[test]
fn a_store_whose_mark_is_gone_or_older_is_well() {
    paused(async {
        let (_folder, place, all) = filled(Kind::Sled).await;
        let Place::Sled(path) = &place else { unreachable!() };
        let mark = path.join("acknowledged");
        assert_eq!(fs::read(&mark).unwrap().len(), 12);
        for bytes in [vec![], vec![0; 12], vec![0xff; 12]] {
            fs::write(&mark, bytes).unwrap();
            assert!(!verdict(&place, &all).await);
        }
        fs::remove_file(&mark).unwrap();
        assert!(!verdict(&place, &all).await);
    });
}
