//! Several processes of the command line on one store.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use rustix::fs::{FlockOperation, flock};

use crate::harness::{Harness, Ran};

/// Has the store, as a run of another process would.
fn taken(harness: &Harness) -> File {
    assert_eq!(harness.run(&["state", "set", "s", "k", "1", "--store", "s"]).code, 0);
    let mut lock = File::options().write(true).truncate(true).open(harness.path("s/lock")).unwrap();
    flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
    lock.write_all(br#"{"pid": 4711, "owner": "run a.lua", "since": "2026-01-02T03:04:05Z"}"#).unwrap();
    lock
}

const OWNER: &str = "the store s is in use by pid 4711 (run a.lua, since 2026-01-02T03:04:05Z)";

#[test]
fn who_does_not_wait_is_told_who_has_it_and_of_sqlite() {
    let harness = Harness::new();
    let _lock = taken(&harness);
    let ran = harness.run(&["state", "list", "--store", "s", "--store-wait", "0s"]);
    ran.refuses(75, &["error: ", OWNER, "gave up after 0s (--store-wait)", "--store sqlite:FILE"]);
}

#[test]
fn who_waits_is_told_once_and_goes_on() {
    let harness = Harness::new();
    let lock = taken(&harness);
    let mut child = harness.start(&["state", "get", "s", "k", "--store", "s", "--store-wait", "10m"]);
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    assert_eq!(line, format!("note: {OWNER}: waiting for it, up to 10m (--store-wait)\n"));
    drop(lock);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "1\n", ""));
    line.clear();
    assert_eq!(err.read_line(&mut line).unwrap(), 0, "{line}");
}

#[test]
fn eight_at_once_all_get_their_turn() {
    for store in ["s", "sqlite:s.db"] {
        let harness = Harness::new();
        let start = |number: u64| -> Child {
            let key = format!("k{number}");
            let arguments = ["state", "set", "s", &key, "1", "--store", store, "--store-wait", "10m"];
            let mut command = harness.command(&arguments);
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let children: Vec<Child> = (0..8).map(start).collect();
        for child in children {
            let ran = Ran::of(child.wait_with_output().unwrap());
            assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
            assert!(ran.err.is_empty() || (store == "s" && ran.err.contains("is in use by")), "{}", ran.err);
        }
        let listed = harness.run(&["state", "list", "s", "--store", store]);
        assert_eq!(listed.out.lines().count(), 9, "{}", listed.out);
    }
}

#[test]
fn spells_of_two_and_of_eight_processes_count_exactly() {
    let count = "for i = 1, 20 do State.increment('global', 'n', 1) end";
    for (store, processes) in [("s", 2), ("s", 8), ("sqlite:s.db", 2), ("sqlite:s.db", 8)] {
        let harness = Harness::new();
        let start = |_| harness.start(&["exec", count, "--store", store, "--store-wait", "10m"]);
        for child in (0..processes).map(start).collect::<Vec<_>>() {
            let ran = Ran::of(child.wait_with_output().unwrap());
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert!(ran.err.is_empty() || (store == "s" && ran.err.contains("is in use by pid ")), "{}", ran.err);
        }
        let ran = harness.run(&["state", "get", "global", "n", "--store", store]);
        assert_eq!(ran.out, format!("{}\n", processes * 20));
    }
}

#[test]
fn a_spell_that_may_not_wait_is_told_who_has_the_store() {
    let harness = Harness::new();
    let _lock = taken(&harness);
    let ran = harness.run(&["exec", "State.save('global', 'k', 1)", "--store", "s", "--store-wait", "0s"]);
    assert_eq!(ran.code, 75);
    assert!(ran.err.starts_with(&format!("error: store-busy: {OWNER}; gave up")), "{}", ran.err);
    assert!(ran.err.contains("--store sqlite:FILE"), "{}", ran.err);
}
