//! How an audit is written: its lines, and the file beside it with the number and hash of the last one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde_json::Value;

use llmspell_base::hash::hash;

/// What the first line has in place of the hash of the line before.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What separates a line's own hash from the text that it is the hash of.
pub const HASH: &str = ",\"hash\":\"";
/// The longest line of an audit, in bytes.
pub const MOST_LINE: u64 = 256 << 10;

/// A line's number and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub seq: u64,
    pub hash: String,
}

impl std::fmt::Display for Link {
    /// The content of the `.head` file: every head has the same length.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:020} {}", self.seq, self.hash)
    }
}

/// The path of the `.head` file beside an audit.
pub fn head_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".head");
    name.into()
}

/// The content of a `.head` file; `None` where it is empty.
pub fn read_head(head: &mut File) -> io::Result<Option<Link>> {
    let mut text = String::new();
    head.seek(SeekFrom::Start(0))?;
    head.take(200).read_to_string(&mut text)?;
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = text.trim_end().split_once(' ').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash)));
    match parsed {
        Some((seq, hash)) if hash.len() == NOTHING.len() => Ok(Some(Link { seq, hash: hash.into() })),
        _ => Err(refused("the file beside it (.head) is no head of an audit")),
    }
}

/// A line without its line break: its number, the hash before it and its own. `Err`: it is not as it was written, and
/// what number it has, if it still is a line at all.
pub fn read_line(line: &str) -> Result<(Link, String), Option<u64>> {
    let seq = |body: &str| serde_json::from_str::<Value>(body).ok()?.get("seq")?.as_u64();
    let parts = line.rsplit_once(HASH).and_then(|(body, rest)| Some((format!("{body}}}"), rest.strip_suffix("\"}")?)));
    let Some((body, own)) = parts else { return Err(seq(line)) };
    let value: Value = serde_json::from_str(&body).map_err(|_| None)?;
    match (value.get("seq").and_then(Value::as_u64), value.get("previous").and_then(Value::as_str)) {
        (Some(seq), Some(previous)) if hash(body.as_bytes()) == own => {
            Ok((Link { seq, hash: own.into() }, previous.into()))
        }
        (seq, _) => Err(seq),
    }
}

/// The error for a file that was changed: nothing is added to it.
pub fn refused(problem: &str) -> io::Error {
    io::Error::other(format!("{problem}: see `llmspell-wasm audit verify`, and move it away to begin a new one"))
}

/// The problem of an audit without the `.head` file beside it.
pub fn no_head(path: &Path) -> String {
    format!(
        "{} is missing or empty, so that it can't be told whether lines were cut off at the end",
        head_of(path).display()
    )
}
