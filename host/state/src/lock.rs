//! The lock of a store, which the system releases when its process ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use serde_json::{Value, json};

use llmspell_base::clock::Clock;
use llmspell_base::toml_span::shown;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "holding it is its use")] File);

/// The file of the lock, in the store's folder.
pub const FILE: &str = "lock";

/// The most that is read of what the owner wrote.
const MOST: u64 = 4_096;

/// How often it is read, every two milliseconds, until there is something.
const PATIENCE: u32 = 50;

/// Takes the lock. The inner error describes the process that has it.
pub fn take(folder: &Path, owner: &str) -> io::Result<Result<Lock, String>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(FILE))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            return Ok(Err(first(&mut file)));
        }
        Err(error) => return Err(error.into()),
    }
    let since = Clock::stamp(std::time::SystemTime::now());
    let text = json!({ "pid": std::process::id(), "owner": owner, "since": since }).to_string();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    Ok(Ok(Lock(file)))
}

/// What the owner wrote. One that has it only just may be about to write.
fn first(file: &mut File) -> String {
    for _ in 0..PATIENCE {
        let mut text = String::new();
        let told = file.rewind().and_then(|()| Read::take(&mut *file, MOST).read_to_string(&mut text));
        if told.is_ok()
            && let Some(owner) = read(&text)
        {
            return owner;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    "another process".into()
}

/// "pid 4711 (run a.lua, since 2026-01-02T03:04:05.678Z)".
fn read(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let text = |name| value.get(name).and_then(Value::as_str);
    let pid = value.get("pid").and_then(Value::as_u64)?;
    Some(format!("pid {pid} ({}, since {})", shown(text("owner")?), shown(text("since")?)))
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
        assert_eq!(read("garbage"), None);
        let lock = OpenOptions::new().write(true).open(folder.path().join(FILE)).unwrap();
        flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
        lock.set_len(0).unwrap();
        assert_eq!(take(folder.path(), "run b.lua").unwrap().unwrap_err(), "another process");
    }
}
