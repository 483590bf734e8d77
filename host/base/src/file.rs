//! Files that the operator names on the command line or in the configuration.
//!
//! Errors here are one line that says what is wrong and what to do, without the file's name: the caller puts that before.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use crate::nearest::near;
use crate::text::invisible;

/// The most bytes of a text file: a longer one is a mistake, such as a device.
const TEXT_BYTES: u64 = 16 << 20;

/// The most files of a folder that are listed where none is named like the one that is missing.
const MOST_LISTED: usize = 10;

/// What a named file should be.
#[derive(Debug, Clone, Copy)]
pub struct FileKind<'a> {
    /// With its article, such as "a configuration file".
    pub name: &'a str,
    /// The extensions of such files, without the dot; empty if they may have any.
    pub extensions: &'a [&'a str],
}

/// Opens a file to read it. A folder is an error. A pipe is waited for: see [`is_pipe`].
pub fn open(path: &Path, kind: FileKind<'_>) -> Result<File> {
    let open = || match File::open(path)? {
        file if file.metadata()?.is_dir() => Err(ErrorKind::IsADirectory.into()),
        file => Ok(file),
    };
    open().map_err(|error| unreadable(path, kind, error))
}

/// As [`open`], but refuses what is no plain file, such as a pipe: it could keep its reader waiting for ever.
pub fn open_plain(path: &Path, kind: FileKind<'_>) -> Result<File> {
    let open = || {
        // Opening a pipe waits for its writer.
        let file = File::options().read(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(path)?;
        match file.metadata()?.file_type() {
            about if about.is_dir() => Err(ErrorKind::IsADirectory.into()),
            about if about.is_file() => Ok(file),
            _ => {
                let what = format!("it is no plain file; give the path of {}", kind.name);
                Err(Error::new(ErrorKind::InvalidInput, what))
            }
        }
    };
    open().map_err(|error| unreadable(path, kind, error))
}

/// Whether reading it waits for another program, however long that takes.
pub fn is_pipe(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo())
}

/// Reads at most `most` bytes and one more, which tells the caller that there are too many.
pub fn read(path: &Path, kind: FileKind<'_>, most: u64) -> Result<Vec<u8>> {
    read_from(open(path, kind)?, path, kind, most)
}

fn read_from(file: File, path: &Path, kind: FileKind<'_>, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(path, kind, error))?;
    Ok(bytes)
}

/// Reads a whole text of at most 16 MiB in UTF-8. Anything else is an error.
pub fn read_text(path: &Path, kind: FileKind<'_>) -> Result<String> {
    read_text_within(path, kind, TEXT_BYTES)
}

/// As [`read_text`], of a plain file.
pub fn read_plain_text(path: &Path, kind: FileKind<'_>) -> Result<String> {
    text_of(read_from(open_plain(path, kind)?, path, kind, TEXT_BYTES)?, kind, TEXT_BYTES)
}

/// As [`read_text`], of at most `most` bytes.
pub fn read_text_within(path: &Path, kind: FileKind<'_>, most: u64) -> Result<String> {
    text_of(read(path, kind, most)?, kind, most)
}

fn text_of(bytes: Vec<u8>, kind: FileKind<'_>, most: u64) -> Result<String> {
    let wrong =
        |problem: String| Error::new(ErrorKind::InvalidData, format!("{problem}; give the path of {}", kind.name));
    if bytes.len() as u64 > most {
        let size = if most < 1 << 20 { format!("{} KiB", most >> 10) } else { format!("{} MiB", most >> 20) };
        return Err(wrong(format!("it has more than {size}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (before, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        wrong(format!("it is not UTF-8: byte 0x{:02x} in line {line}", rest.first().copied().unwrap_or_default()))
    })
}

fn unreadable(path: &Path, kind: FileKind<'_>, error: Error) -> Error {
    let what = kind.name;
    let line = match error.kind() {
        ErrorKind::NotFound => missing(path, kind),
        ErrorKind::IsADirectory => format!("it is a folder; give the path of {what}"),
        ErrorKind::NotADirectory => format!("its path leads through a file; give the path of {what}"),
        ErrorKind::PermissionDenied => "permission denied; give this user the right to read it".into(),
        _ => return error,
    };
    Error::new(error.kind(), line)
}

/// The error for a file that is to be written and could not be created.
pub fn unwritable(error: Error) -> Error {
    let line = match error.kind() {
        ErrorKind::NotFound => "its folder does not exist; make it first, or name another file",
        ErrorKind::IsADirectory => "it is a folder; name a file in it",
        ErrorKind::NotADirectory => "its path leads through a file; name another one",
        ErrorKind::PermissionDenied => "permission denied; give this user the right to write it, or name another file",
        _ => return error,
    };
    Error::new(error.kind(), line)
}

fn missing(path: &Path, kind: FileKind<'_>) -> String {
    let what = kind.name;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = folder.read_dir() else {
        return format!("no such file, nor the folder that it is in; give the path of {what}");
    };
    let is_kind = |name: &str| {
        let extension = Path::new(name).extension().unwrap_or_default();
        kind.extensions.is_empty() || kind.extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| is_kind(name) && !name.contains(invisible)).collect();
    names.sort();
    let stems: Vec<&str> = names.iter().map(|name| stem(name)).collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    if let Some(name) = near(stem(&wanted), &stems).and_then(|near| names.iter().find(|name| stem(name) == near)) {
        return format!("no such file; did you mean '{name}'?");
    }
    let listed = match names.len() {
        1..=MOST_LISTED if !kind.extensions.is_empty() => format!(" (in its folder: {})", names.join(", ")),
        _ => String::new(),
    };
    format!("no such file; give the path of {what}{listed}")
}

/// A name without its extension: names that differ in nothing else are near.
fn stem(name: &str) -> &str {
    Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: FileKind<'_> = FileKind { name: "a table", extensions: &["toml"] };
    const ANY: FileKind<'_> = FileKind { name: "notes", extensions: &[] };

    fn said(path: &Path, kind: FileKind<'_>) -> String {
        read_text_within(path, kind, 2 << 10).unwrap_err().to_string()
    }

    #[test]
    fn each_error_says_what_to_do_on_one_line_without_numbers_of_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(said(&at("x.toml"), TABLE), "no such file; give the path of a table");
        assert_eq!(
            said(&at("none/x.toml"), TABLE),
            "no such file, nor the folder that it is in; give the path of a table"
        );
        for (name, text) in [("deny.toml", &b"a = 1"[..]), ("bad.toml", b"\n\xff"), ("long.toml", &[b' '; 3 << 10])] {
            std::fs::write(at(name), text).unwrap();
        }
        std::fs::write(at("todo"), "").unwrap();
        std::fs::write(at("den\u{1b}.toml"), "").unwrap();
        std::fs::create_dir(at("nap.toml")).unwrap();
        assert_eq!(said(&at("den.toml"), TABLE), "no such file; did you mean 'deny.toml'?");
        assert_eq!(said(&at("deny"), TABLE), "no such file; did you mean 'deny.toml'?");
        assert_eq!(
            said(&at("nope.toml"), TABLE),
            "no such file; give the path of a table (in its folder: bad.toml, deny.toml, long.toml)"
        );
        assert_eq!(said(&at("todos"), ANY), "no such file; did you mean 'todo'?");
        assert_eq!(said(&at("quite different"), ANY), "no such file; give the path of notes");
        assert_eq!(said(folder.path(), TABLE), "it is a folder; give the path of a table");
        assert_eq!(said(&at("deny.toml/x"), TABLE), "its path leads through a file; give the path of a table");
        assert_eq!(said(&at("bad.toml"), TABLE), "it is not UTF-8: byte 0xff in line 2; give the path of a table");
        assert_eq!(said(&at("long.toml"), TABLE), "it has more than 2 KiB; give the path of a table");
        assert_eq!(read_text(&at("deny.toml"), TABLE).unwrap(), "a = 1");
    }

    #[test]
    fn a_pipe_is_no_plain_file_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let [pipe, plain] = ["pipe.toml", "plain.toml"].map(|name| folder.path().join(name));
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        std::fs::write(&plain, "a").unwrap();
        let refused = |path: &Path| read_plain_text(path, TABLE).unwrap_err().to_string();
        assert_eq!(refused(&pipe), "it is no plain file; give the path of a table");
        assert_eq!(refused(Path::new("/dev/null")), "it is no plain file; give the path of a table");
        assert_eq!(refused(folder.path()), "it is a folder; give the path of a table");
        assert_eq!(read_plain_text(&plain, TABLE).unwrap(), "a");
        assert!(is_pipe(&pipe) && !is_pipe(&plain) && !is_pipe(&folder.path().join("none")));
    }

    #[test]
    fn of_what_is_not_permitted_the_right_is_named() {
        let denied = || Error::from(ErrorKind::PermissionDenied);
        let read = unreadable(Path::new("x"), TABLE, denied()).to_string();
        assert_eq!(read, "permission denied; give this user the right to read it");
        assert!(unwritable(denied()).to_string().contains("the right to write it"));
    }
}
