//! Who has a store: a lock that the system gives back when its process ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};

use super::change::shown;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "holding it is its use")] File);

/// The file of the lock, in the store's folder.
pub const FILE: &str = "lock";

/// The most that is read of what the owner wrote.
const MOST: u64 = 4_096;

/// Takes the lock, or tells who has it.
pub fn take(folder: &Path, owner: &str) -> io::Result<Result<Lock, String>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(FILE))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut text = String::new();
            // Whoever has it may be about to write.
            let _ = file.take(MOST).read_to_string(&mut text);
            return Ok(Err(read(&text)));
        }
        Err(error) => return Err(error.into()),
    }
    let since = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    let text = json!({ "pid": std::process::id(), "owner": owner, "since": since }).to_string();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    Ok(Ok(Lock(file)))
}

/// "pid 4711 (run a.lua, since 2026-01-02T03:04:05Z)".
fn read(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let text = |name| value.get(name).and_then(Value::as_str);
    match (value.get("pid").and_then(Value::as_u64), text("owner"), text("since")) {
        (Some(pid), Some(owner), Some(since)) => format!("pid {pid} ({}, since {})", shown(owner), shown(since)),
        _ => "another process".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_learns_who_was_first() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path(), "run a\n.lua").unwrap().unwrap();
        let owner = take(folder.path(), "run b.lua").unwrap().unwrap_err();
        assert!(owner.starts_with(&format!("pid {} (run a\\n.lua, since 2", std::process::id())), "{owner}");
        drop(first);
        assert!(take(folder.path(), "run b.lua").unwrap().is_ok());
        assert_eq!(read("garbage"), "another process");
    }
}
