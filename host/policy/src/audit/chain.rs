//! A file of lines, each with the hash of the one before.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use llmspell_api::AuditLine;

use super::format::{HASH, Link, MOST_LINE, NOTHING, head_of, no_head, read_head, read_line, refused};
use super::{AuditError, block_in_place_if_multithreaded};
use llmspell_base::file::unwritable;
use llmspell_base::hash::hash;

/// How long another process may keep the file.
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Chain {
    path: PathBuf,
    file: File,
    head: File,
    /// Where the last line ends, as far as is known here.
    end: u64,
    last: Link,
}

impl Chain {
    pub fn open(path: &Path) -> Result<Chain, AuditError> {
        let open = || {
            if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
                return Err(io::Error::other("it is no plain file"));
            }
            let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(unwritable)?;
            // Only beside an empty file a head may be new: without one, cut-off lines go unnoticed.
            let is_empty = file.metadata()?.len() == 0;
            let head = OpenOptions::new().read(true).write(true).create(is_empty).truncate(false).open(head_of(path));
            let head = head.map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => refused(&no_head(path)),
                _ => error,
            })?;
            let first = Link { seq: 0, hash: NOTHING.into() };
            // Nothing is known yet of what is there.
            let mut chain = Chain { path: path.into(), file, head, end: u64::MAX, last: first };
            let _lock = chain.lock()?;
            chain.look()?;
            Ok(chain)
        };
        open().map_err(|error: io::Error| AuditError { file: path.display().to_string(), problem: error.to_string() })
    }

    /// Adds the line that `line` makes of its number and of the hash before it. `sync`: to the disk, before it returns.
    /// Gives its number and its bytes.
    pub fn append(&mut self, sync: bool, line: impl FnOnce(u64, &str) -> AuditLine) -> Result<(u64, u64), AuditError> {
        let file = self.path.display().to_string();
        self.try_append(sync, line).map_err(|error| AuditError { file, problem: error.to_string() })
    }

    fn try_append(&mut self, sync: bool, line: impl FnOnce(u64, &str) -> AuditLine) -> io::Result<(u64, u64)> {
        let _lock = self.lock()?;
        self.look()?;
        let seq = self.last.seq + 1;
        let body = ascii(&serde_json::to_string(&line(seq, &self.last.hash))?);
        let hash = hash(body.as_bytes());
        let line = format!("{}{HASH}{hash}\"}}\n", body.strip_suffix('}').unwrap_or(&body));
        let written = self.file.write_all(line.as_bytes());
        if let Err(error) = written {
            // Half a line would be the end of the whole file.
            let _ = self.file.set_len(self.end);
            return Err(error);
        }
        self.end += line.len() as u64;
        self.last = Link { seq, hash };
        self.write_head(&self.last.clone())?;
        if sync {
            self.file.sync_data()?;
            self.head.sync_data()?;
        }
        Ok((seq, line.len() as u64))
    }

    /// Learns what others have added meanwhile. Called under the lock.
    fn look(&mut self) -> io::Result<()> {
        let about = self.file.metadata()?;
        if !is_at(&about, &self.path) {
            return Err(io::Error::other("it was moved away or replaced since it was opened"));
        }
        if about.len() == self.end {
            return Ok(());
        }
        let last = last_line(&mut self.file, about.len())?;
        match read_head(&mut self.head)? {
            Some(head) if head == last => {}
            None if last.seq == 0 => self.write_head(&last)?,
            None => return Err(refused(&no_head(&self.path))),
            Some(head) if head.seq > last.seq => {
                return Err(refused("lines are missing at its end, as the file beside it (.head) says"));
            }
            // A process that was killed between a line and its head left the head behind; the lines show anything else.
            Some(_) => match super::verify(&self.path)?.problems.first() {
                None => {}
                Some(problem) => return Err(refused(problem)),
            },
        }
        (self.last, self.end) = (last, about.len());
        Ok(())
    }

    fn write_head(&mut self, last: &Link) -> io::Result<()> {
        self.head.seek(SeekFrom::Start(0))?;
        self.head.write_all(last.to_string().as_bytes())
    }

    fn lock(&self) -> io::Result<Locked> {
        let file = self.file.try_clone()?;
        match file.try_lock() {
            Ok(()) => return Ok(Locked(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) => {}
        }
        block_in_place_if_multithreaded(move || {
            let began = Instant::now();
            loop {
                match file.try_lock() {
                    Ok(()) => return Ok(Locked(file)),
                    Err(TryLockError::Error(error)) => return Err(error),
                    Err(TryLockError::WouldBlock) if began.elapsed() > PATIENCE => {
                        return Err(io::Error::other("another process keeps it locked"));
                    }
                    Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
                }
            }
        })
    }
}

/// Gives the lock back when it is dropped.
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

fn last_line(file: &mut File, length: u64) -> io::Result<Link> {
    if length == 0 {
        return Ok(Link { seq: 0, hash: NOTHING.into() });
    }
    file.seek(SeekFrom::Start(length.saturating_sub(MOST_LINE)))?;
    let mut bytes = Vec::new();
    file.take(MOST_LINE).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let whole = text.strip_suffix('\n').ok_or_else(|| refused("its last line is cut short"))?;
    let last = whole.rsplit('\n').next().unwrap_or_default();
    let link = read_line(last).map_err(|_| refused("its last line is no line of an audit, or was changed"))?;
    Ok(link.0)
}

#[cfg(unix)]
fn is_at(about: &std::fs::Metadata, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn is_at(_: &std::fs::Metadata, path: &Path) -> bool {
    path.exists()
}

/// JSON text with nothing but printable ASCII in it: the same value, as `\u` is part of JSON.
fn ascii(json: &str) -> String {
    let mut plain = String::new();
    for sign in json.chars() {
        if matches!(sign, ' '..='~') {
            plain.push(sign);
        } else {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                let _ = write!(plain, "\\u{unit:04x}");
            }
        }
    }
    plain
}
