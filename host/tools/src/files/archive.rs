//! `archive-handler`: zip and tar.gz. What an archive holds is not trusted: it is looked through before anything is written.

use std::io::{self, Cursor, Read, Write};

use llmspell_base::{Code, Failure};
use llmspell_capability_file::{FileError, Location, Way, Work};
use llmspell_kernel::Recordable;
use llmspell_policy::Right;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tool::{FileTool, RunFiles};
use crate::answer::Found;
use crate::standard::{long_call, word};
use contents::{Format, Member};

mod contents;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveHandler {
    operation: Operation,
    /// The archive: its name ends in .zip, .tar, .tar.gz or .tgz.
    path: String,
    /// extract: the folder that it is unpacked to.
    #[serde(default)]
    target_path: Option<String>,
    /// create: files and folders that go into it.
    #[serde(default)]
    files: Vec<String>,
}

/// list: what is in it. extract: unpacks it. create: packs files.
#[derive(Deserialize, Serialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Operation {
    List,
    Extract,
    Create,
}

impl FileTool for ArchiveHandler {
    const NAME: &'static str = "archive-handler";
    const DESCRIPTION: &'static str = "Lists, unpacks and makes zip and tar.gz archives.";
    const PARAMETER_ALIASES: &'static [(&'static str, &'static str)] = &[
        ("op", "operation"),
        ("action", "operation"),
        ("archive_path", "path"),
        ("archive", "path"),
        ("file_path", "path"),
        ("output_dir", "target_path"),
        ("destination", "target_path"),
        ("to", "target_path"),
        ("input", "files"),
        ("paths", "files"),
        ("source_paths", "files"),
    ];
    const RIGHTS: &'static [Right] = &[Right::READ, Right::WRITE];

    fn operation(&self) -> String {
        word(self.operation)
    }

    async fn run(self, files: &RunFiles) -> Result<Found, Failure> {
        let format = Format::of(&self.path)?;
        match self.operation {
            Operation::List => list(files, self.path, format).await,
            Operation::Extract => extract(files, self.path, self.target_path, format).await,
            Operation::Create => create(files, self.path, self.files, format).await,
        }
        .map(Into::into)
    }
}

async fn list(files: &RunFiles, path: String, format: Format) -> Result<Value, Failure> {
    let at = files.files.locate(Right::READ, &path);
    let (there, place) = (at.clone(), long_call().await);
    let of = [&at];
    let work = files.files.apart(&files.cx, "file.read", (&path, &of), move |work| {
        let _place = place;
        let members = format.members(work.open(&there)?, work)?;
        Ok(json!({ "entries": members.iter().map(Member::show).collect::<Vec<_>>(), "count": members.len() })
            .to_string())
    });
    let listed = files.call("file.read", &at, json!({ "path": path }), None, work).await?;
    serde_json::from_str(&listed).map_err(|error| Failure::new(Code::Internal, error.to_string()))
}

async fn extract(files: &RunFiles, path: String, target: Option<String>, format: Format) -> Result<Value, Failure> {
    let target =
        target.ok_or_else(|| Failure::invalid("'target_path' is required: the folder that it is unpacked to"))?;
    let (from, to) = (files.files.locate(Right::READ, &path), files.target(&target));
    let place = long_call().await;
    let of = [&from, &to];
    let work = files.files.apart(&files.cx, "file.extract", (&path, &of), {
        let (from, to) = (from.clone(), to.clone());
        move |work| {
            let _place = place;
            unpack(work, &from, &to, format)
        }
    });
    // The archive is read, and the folder is written to: two calls, each with its own permission.
    let reading = files.cx.call("file.read", || json!({ "path": path })).needs(from.permission());
    let reading = reading.begin().await.map_err(|failure| from.told(failure))?;
    let arguments = json!({ "path": path, "target": target });
    let unpacked = files.call("file.extract", &to, arguments, None, work).await;
    reading.settle(unpacked.as_ref().map(|_| ()).map_err(Clone::clone))?;
    let Done { files, bytes } = unpacked?;
    Ok(json!({ "path": path, "target_path": target, "extracted": files, "size": bytes }))
}

/// How many files, and how many bytes. Nothing is written of an archive with a member that is refused.
fn unpack(work: &Work<'_>, from: &Location, to: &Location, format: Format) -> Result<Done, FileError> {
    format.members(work.open(from)?, work)?;
    let (mut count, mut bytes) = (0, 0);
    work.make_folder(to)?;
    format.each(work.open(from)?, &mut |member, content| {
        work.check()?;
        let at = to.join(&member.name);
        if member.is_folder {
            work.make_folder(&at)?;
        } else {
            bytes += work.write(&at, content)?;
            count += 1;
        }
        Ok(())
    })?;
    Ok(Done { files: count, bytes })
}

async fn create(files: &RunFiles, path: String, sources: Vec<String>, format: Format) -> Result<Value, Failure> {
    if sources.is_empty() {
        return Err(Failure::invalid("'files' is required: the files and folders that go into the archive"));
    }
    let to = files.target(&path);
    let most = files.cx.limits().reply_bytes;
    let _held = files.cx.memory().take(most)?;
    let mut from = Vec::new();
    for source in &sources {
        let at = files.files.locate(Right::READ, source);
        let read = files.cx.call("file.read", || json!({ "path": source })).needs(at.permission());
        read.begin().await.and_then(|call| call.settle(Ok(()))).map_err(|failure| at.told(failure))?;
        from.push(at);
    }
    let place = long_call().await;
    let given = from.clone();
    let of: Vec<&Location> = given.iter().chain([&to]).collect();
    let work = files.files.apart(&files.cx, "file.write", (&path, &of), {
        let to = to.clone();
        move |work| {
            let _place = place;
            pack(work, &from, &to, format, most)
        }
    });
    let Done { files, bytes } = files.call("file.write", &to, json!({ "path": path }), None, work).await?;
    Ok(json!({ "path": path, "files": files, "size": bytes }))
}

fn pack(work: &Work<'_>, from: &[Location], to: &Location, format: Format, most: usize) -> Result<Done, FileError> {
    let mut archive = format.writer(Bounded { bytes: Cursor::new(Vec::new()), most })?;
    let mut count = 0;
    for at in from {
        let name = at.given().trim_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
        let mut is_file = false;
        work.each(at, &Way { levels: usize::MAX, enters: &|_| true }, &mut |entry| {
            // A file is its own name, and what lies in a folder is below the folder's.
            is_file |= entry.path == at.given();
            let inner = if is_file || name == "." { entry.below.clone() } else { format!("{name}/{}", entry.below) };
            archive.add(&inner, &entry.read(most as u64)?)?;
            count += 1;
            Ok(true)
        })?;
    }
    let bytes = archive.finish()?;
    Ok(Done { files: count, bytes: work.write(to, bytes.as_slice())? })
}

/// An archive that is made, in memory that was reserved for it.
pub struct Bounded {
    bytes: Cursor<Vec<u8>>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.bytes.get_ref().len().saturating_add(data.len()) > self.most {
            return Err(io::Error::other(format!("the archive would have more than {} bytes", self.most)));
        }
        self.bytes.write(data)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl io::Seek for Bounded {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

impl Bounded {
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_inner()
    }
}

/// Reads at most so much, and then fails: what unpacks to more than it may is no archive for a spell.
pub struct AtMost<R> {
    pub from: R,
    pub left: u64,
}

impl<R: Read> Read for AtMost<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(to)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!("it unpacks to more than {} MiB", contents::MOST_UNPACKED >> 20))
        })?;
        Ok(read)
    }
}

/// What was packed or unpacked.
struct Done {
    files: u64,
    bytes: u64,
}

impl Recordable for Done {
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        json!({ "files": self.files, "bytes": self.bytes })
    }
}
