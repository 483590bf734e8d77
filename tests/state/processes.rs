//! Several processes on one store.

use crate::crash::count_at_once;
use crate::harness::{Kind, place};

fn nothing_is_lost(kind: Kind, processes: u64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let place = place(kind, folder.path().join("store"));
    let times = 40;
    let (sum, waited) = count_at_once(&place, processes, times);
    assert_eq!(sum, processes * times);
    waited
}

#[test]
fn two_and_eight_share_sqlite() {
    for processes in [2, 8] {
        assert_eq!(nothing_is_lost(Kind::Sqlite, processes), [""; 0]);
    }
}

#[test]
fn two_and_eight_take_turns_with_sled() {
    for processes in [2, 8] {
        for line in nothing_is_lost(Kind::Sled, processes) {
            assert!(line.contains("is in use by") && line.contains("--store-wait"), "{line}");
        }
    }
}
