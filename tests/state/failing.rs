//! Stores that can't be used: one line each, and nothing is made anew over what is there.

use std::fs;
use std::path::Path;
use std::process::Command;

use llmspell_state::{Place, Settings, Store, StoreError};

use crate::crash;
use crate::harness::{Harness, Kind, paused, put, text};

async fn open(place: Place) -> StoreError {
    match Store::new(Settings::new(place)).open(|_| ()).await {
        Ok(_) => panic!("it opened"),
        Err(problem) => {
            assert_eq!(problem.to_string().lines().count(), 1, "{problem}");
            problem
        }
    }
}

/// A store with something in it, closed.
async fn filled(kind: Kind) -> (tempfile::TempDir, Place) {
    let harness = Harness::new(kind);
    for number in 0..50 {
        harness.put("t", "s", &number.to_string(), &text(&"value ".repeat(100))).await;
    }
    harness.backend().await.backup("t", "", &|_| ()).await.unwrap();
    let Harness { folder, settings, .. } = harness;
    (folder, settings.place)
}

fn is_damaged(problem: &StoreError, place: &Path) {
    let text = problem.to_string();
    assert!(matches!(problem, StoreError::Damaged { .. }), "{text}");
    assert!(text.contains(&place.display().to_string()) && text.contains("state restore --rebuild"), "{text}");
}

#[test]
fn a_damaged_sled_is_refused_and_left_as_it_is() {
    type Damage = fn(&Path);
    let damages: &[Damage] = &[
        |store| fs::remove_dir_all(store.join("db")).unwrap(),
        |store| fs::remove_file(store.join("db/db")).unwrap(),
        |store| fs::write(store.join("db/db"), "").unwrap(),
        |store| fs::write(store.join("db/db"), vec![0; 1 << 20]).unwrap(),
        |store| fs::write(store.join("db/db"), vec![0x5a; 1 << 20]).unwrap(),
        |store| fs::write(store.join("db/conf"), "garbage that is no configuration").unwrap(),
    ];
    for (number, damage) in damages.iter().enumerate() {
        paused(async {
            let (_folder, place) = filled(Kind::Sled).await;
            let Place::Sled(store) = &place else { panic!() };
            damage(store);
            is_damaged(&open(place.clone()).await, store);
            // Not anything is put in its place, also the second time.
            is_damaged(&open(place.clone()).await, store);
            println!("damage {number} is seen");
        });
    }
}

#[test]
fn a_damaged_sqlite_is_refused_and_left_as_it_is() {
    for damage in ["", "garbage "] {
        paused(async {
            let (_folder, place) = filled(Kind::Sqlite).await;
            let Place::Sqlite(file) = &place else { panic!() };
            let bytes = damage.repeat(1_000);
            fs::write(file, &bytes).unwrap();
            is_damaged(&open(place.clone()).await, file);
            assert_eq!(fs::read_to_string(file).unwrap(), bytes);
        });
    }
}

#[test]
fn what_is_garbled_inside_is_told_by_verify() {
    paused(async {
        let (_folder, place) = filled(Kind::Sqlite).await;
        let Place::Sqlite(file) = &place else { panic!() };
        let mut bytes = fs::read(file).unwrap();
        let length = bytes.len();
        bytes[length / 2..length / 2 + 3_000].fill(0x5a);
        fs::write(file, &bytes).unwrap();
        let store = Store::new(Settings::new(place.clone()));
        let told = match store.open(|_| ()).await {
            Ok(backend) => backend.verify(&|_| ()).await,
            Err(problem) => Err(problem),
        };
        assert!(told.as_ref().is_err_and(StoreError::is_of_the_store) || !told.unwrap().problems.is_empty());
    });
    paused(async {
        let harness = Harness::new(Kind::Sled);
        harness.put("t", "s", "large", &text(&"x".repeat(100_000))).await;
        let Place::Sled(store) = &harness.settings.place else { panic!() };
        let folder = fs::read_dir(store.join("values")).unwrap().next().unwrap().unwrap().path();
        let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
        fs::write(&file, "other").unwrap();
        let backend = harness.backend().await;
        assert!(matches!(backend.get("t", "s", "large").await, Err(StoreError::Damaged { .. })));
        assert!(!backend.verify(&|_| ()).await.unwrap_or_default().problems.is_empty());
    });
}

#[test]
fn a_place_that_is_no_store_is_refused() {
    paused(async {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("letter.txt"), "dear reader").unwrap();
        let inside = |name: &str| folder.path().join(name);
        fs::create_dir(inside("strange")).unwrap();
        fs::write(inside("strange/photo.jpg"), "x").unwrap();
        fs::write(inside("empty.db"), "").unwrap();
        for (place, part) in [
            (Place::Sled(inside("letter.txt")), "letter.txt"),
            (Place::Sled(inside("letter.txt/store")), "making the folder"),
            (Place::Sled(inside("strange")), "photo.jpg"),
            (Place::Sqlite(inside("strange")), "it is a folder"),
            (Place::Sqlite(inside("letter.txt")), "is no database"),
            (Place::Sqlite(inside("empty.db")), "is empty"),
            (Place::Sled("/proc/store".into()), "making the folder"),
        ] {
            let problem = open(place).await;
            assert!(matches!(&problem, StoreError::Unusable { .. }), "{problem}");
            assert!(problem.to_string().contains(part), "{problem}");
        }
        // And left as it is, without a lock of ours.
        assert_eq!(fs::read_dir(inside("strange")).unwrap().count(), 1);
        assert_eq!(fs::read_to_string(inside("letter.txt")).unwrap(), "dear reader");
        // A database of another program.
        let other = inside("other.db");
        let connection = rusqlite::Connection::open(&other).unwrap();
        connection.execute_batch("CREATE TABLE photos (id INTEGER)").unwrap();
        drop(connection);
        let problem = open(Place::Sqlite(other)).await;
        assert!(problem.to_string().contains("another program"), "{problem}");
        // A store of a version to come.
        fs::create_dir(inside("later")).unwrap();
        fs::write(inside("later/format"), "llmspell state, format 7, kind sled\n").unwrap();
        let problem = open(Place::Sled(inside("later"))).await;
        assert!(problem.to_string().contains("format 7"), "{problem}");
    });
}

#[test]
fn one_that_was_never_finished_is_made() {
    paused(async {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store");
        fs::create_dir_all(store.join("db")).unwrap();
        fs::write(store.join("db/db"), "the beginning of a log").unwrap();
        fs::write(store.join("creating"), "").unwrap();
        let store = Store::new(Settings::new(Place::Sled(store)));
        let backend = store.open(|_| ()).await.unwrap();
        backend.commit("t", vec![put("s", "k", "1")]).await.unwrap();
    });
}

/// Files may not grow over this many blocks of the shell: a disk that is full, without one.
fn with_little_room(kind: Kind) {
    let folder = tempfile::tempdir().unwrap();
    let place = crate::harness::place(kind, folder.path().join("store"));
    let tests = std::env::current_exe().unwrap();
    let shell = format!(
        "trap '' XFSZ; ulimit -f 6000; exec {} --exact crash::child --nocapture --test-threads 1",
        tests.display()
    );
    let output = Command::new("sh").args(["-c", &shell]).env(crash::JOB, format!("room 1 {place}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let acks = said.lines().filter(|line| line.contains("@ack ")).count();
    let problem = said.lines().find_map(|line| line.split_once("@problem ")).map(|(_, line)| line.to_string());
    let problem = problem.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)));
    assert!(problem.contains(&place.to_string()), "{problem}");
    assert!(problem.contains("too large") || problem.contains("I/O"), "{problem}");
    assert!(acks > 10, "{acks}");
    paused(async {
        let store = Store::new(Settings::new(place));
        let backend = store.open(|_| ()).await.unwrap();
        for number in 0..acks {
            assert!(backend.get("t", "s", &number.to_string()).await.unwrap().is_some(), "{number} of {acks}");
        }
        assert_eq!(backend.verify(&|_| ()).await.unwrap().problems, [""; 0]);
        backend.commit("t", vec![put("s", "again", "1")]).await.unwrap();
    });
}

#[test]
fn a_full_disk_takes_nothing_from_sled() {
    with_little_room(Kind::Sled);
}

#[test]
fn a_full_disk_takes_nothing_from_sqlite() {
    with_little_room(Kind::Sqlite);
}
