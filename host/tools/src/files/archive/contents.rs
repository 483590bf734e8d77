//! The members of an archive, in either format.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use llmspell_base::Failure;
use llmspell_capability_file::{FileError, Work};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::{AtMost, Bounded};

/// What all members together may unpack to; what a run may write bounds it, too.
pub const MOST_UNPACKED: u64 = 256 << 20;
/// Members of one archive.
const MOST_MEMBERS: usize = 10_000;
/// A zip of more is not opened: the library makes a list of its members first.
const MOST_ZIPPED: u64 = 32 << 20;
/// The record at a zip's end, without its comment.
const END_BYTES: usize = 22;
/// What the list in front of it has of a member at least.
const MEMBER_BYTES: u64 = 46;
/// What is searched at once.
const PIECE: usize = 64 << 10;
/// Of the name of a member of a tar, and what else is said of it.
const MOST_SAID: u64 = 8 << 10;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Zip,
    Tar,
    TarGz,
}

/// A file or folder in an archive.
pub struct Member {
    /// Its path, which is known to lead nowhere else.
    pub name: String,
    pub size: u64,
    pub is_folder: bool,
}

impl Member {
    pub fn show(&self) -> Value {
        json!({ "name": self.name, "size": self.size, "type": if self.is_folder { "directory" } else { "file" } })
    }

    /// Refuses what could lead out, and what is neither file nor folder.
    fn checked(name: &str, size: u64, is_folder: bool, is_plain: bool) -> Result<Member, FileError> {
        let refuse = |what: &str| {
            let name: String = name.escape_debug().take(120).collect();
            Err(FileError::Denied(format!("its member '{name}' {what}")))
        };
        if !is_plain {
            return refuse("is a link or no plain file");
        }
        if name.starts_with('/') || name.contains(['\\', '\0', ':']) || name.split('/').any(|part| part == "..") {
            return refuse("has a path that leads out of the folder, or means something else elsewhere");
        }
        if name.len() > 1024 {
            return refuse("has a name of more than 1024 bytes");
        }
        if name.split('/').all(|part| part.is_empty() || part == ".") {
            return if is_folder { Ok(Member { name: String::new(), size, is_folder }) } else { refuse("has no name") };
        }
        Ok(Member { name: name.trim_end_matches('/').into(), size, is_folder })
    }
}

type Each<'a> = &'a mut dyn FnMut(&Member, &mut dyn Read) -> Result<(), FileError>;

impl Format {
    pub fn of(path: &str) -> Result<Format, Failure> {
        let path = path.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
        match () {
            () if ends(&[".zip"]) => Ok(Format::Zip),
            () if ends(&[".tar.gz", ".tgz"]) => Ok(Format::TarGz),
            () if ends(&[".tar"]) => Ok(Format::Tar),
            () => Err(Failure::invalid("the archive's name has to end in .zip, .tar.gz, .tgz or .tar")),
        }
    }

    /// All members, each of which could be unpacked.
    pub fn members(self, file: File, work: &Work<'_>) -> Result<Vec<Member>, FileError> {
        let (mut members, mut unpacked) = (Vec::new(), 0_u64);
        self.each(file, &mut |member, _| {
            work.check()?;
            unpacked = unpacked.saturating_add(member.size);
            if unpacked > MOST_UNPACKED {
                return Err(FileError::TooLarge { bytes: unpacked, most: MOST_UNPACKED });
            }
            if members.len() >= MOST_MEMBERS {
                return Err(FileError::Unusable(format!("it has more than {MOST_MEMBERS} members")));
            }
            members.push(Member { name: member.name.clone(), ..*member });
            Ok(())
        })?;
        Ok(members)
    }

    /// Each member with what is in it.
    pub fn each(self, file: File, each: Each<'_>) -> Result<(), FileError> {
        match self {
            Format::Zip => each_of_zip(file, each),
            Format::Tar => each_of_tar(BufReader::new(file), each),
            Format::TarGz => each_of_tar(GzDecoder::new(BufReader::new(file)), each),
        }
    }

    pub fn writer(self, to: Bounded) -> Result<Writer, FileError> {
        Ok(match self {
            Format::Zip => Writer::Zip(Box::new(zip::ZipWriter::new(to))),
            Format::Tar => Writer::Tar(tar::Builder::new(to)),
            Format::TarGz => Writer::TarGz(Box::new(tar::Builder::new(GzEncoder::new(to, Compression::default())))),
        })
    }
}

fn each_of_zip(mut file: File, each: Each<'_>) -> Result<(), FileError> {
    check_end(&mut file)?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| broken(&error))?;
        // The file type of Unix, where one is given: a folder or a plain file.
        let is_plain = member.unix_mode().is_none_or(|mode| matches!(mode & 0o170_000, 0 | 0o040_000 | 0o100_000));
        let checked = Member::checked(member.name(), member.size(), member.is_dir(), is_plain)?;
        let mut content = AtMost { from: member, left };
        each(&checked, &mut content)?;
        left = content.left;
    }
    Ok(())
}

/// Refuses what has too many members, before the library makes a list of them: the end of a zip says how many there are. The
/// library looks for it in all of the file.
fn check_end(file: &mut File) -> Result<(), FileError> {
    let bytes = file.metadata()?.len();
    if bytes > MOST_ZIPPED {
        return Err(FileError::TooLarge { bytes, most: MOST_ZIPPED });
    }
    let mut pieces = vec![0; PIECE];
    let (mut kept, mut at) = (0, 0_u64);
    loop {
        let read = file.read(pieces.get_mut(kept..).unwrap_or_default())?;
        if read == 0 {
            break;
        }
        let piece = pieces.get(..kept + read).unwrap_or_default();
        for place in memchr::memmem::find_iter(piece, b"PK") {
            if piece.get(place..).is_some_and(|record| is_end_of_many(record, at + place as u64)) {
                return Err(FileError::Unusable(format!("it has more than {MOST_MEMBERS} members")));
            }
        }
        // A record may lie across two pieces.
        let overlap = piece.len().min(END_BYTES);
        at += (piece.len() - overlap) as u64;
        pieces.copy_within(kept + read - overlap..kept + read, 0);
        kept = overlap;
    }
    file.rewind()?;
    Ok(())
}

/// Whether a record at this place ends a zip of too many members. What only happens to begin like one is none: its list of
/// members would not fit in front of it.
fn is_end_of_many(record: &[u8], at: u64) -> bool {
    let number = |from: usize, bytes: usize| {
        let little = record.get(from..from + bytes)?;
        Some(little.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    match record.get(..4) {
        Some(b"PK\x05\x06") => number(10, 2).zip(number(12, 4)).is_some_and(|(members, bytes)| {
            members > MOST_MEMBERS as u64 && bytes >= members.saturating_mul(MEMBER_BYTES) && bytes <= at
        }),
        // Of a zip with 64 bits: of one disk, the first.
        Some(b"PK\x06\x07") => number(4, 4) == Some(0) && number(16, 4) == Some(1),
        _ => false,
    }
}

fn each_of_tar(from: impl Read, each: Each<'_>) -> Result<(), FileError> {
    // What is passed over is unpacked as well, and counts.
    let mut archive = tar::Archive::new(AtMost { from, left: MOST_UNPACKED });
    // Raw: the library would read a name of any length.
    let members = archive.entries().map_err(|error| broken(&error))?.raw(true);
    let mut long_name = None;
    for member in members {
        let mut member = member.map_err(|error| broken(&error))?;
        let kind = member.header().entry_type();
        if kind.is_gnu_longname() {
            let mut name = small(&mut member)?;
            name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
            long_name = Some(name);
            continue;
        }
        if kind.is_pax_local_extensions() {
            for one in tar::PaxExtensions::new(&small(&mut member)?) {
                let one = one.map_err(|error| broken(&error))?;
                match one.key_bytes() {
                    b"path" => long_name = Some(one.value_bytes().to_vec()),
                    b"size" => return Err(FileError::Unusable("it has a member of more than 8 GiB".into())),
                    _ => {}
                }
            }
            continue;
        }
        if kind.is_pax_global_extensions() {
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| member.path_bytes().into_owned());
        let name = String::from_utf8(name).map_err(|_| FileError::Unusable("a name in it is not UTF-8".into()))?;
        let is_plain = kind.is_file() || kind.is_dir() || kind.is_contiguous();
        let checked = Member::checked(&name, member.size(), kind.is_dir(), is_plain)?;
        each(&checked, &mut member)?;
    }
    Ok(())
}

/// What is said of a member beside its header.
fn small<R: Read>(member: &mut tar::Entry<'_, R>) -> Result<Vec<u8>, FileError> {
    if member.size() > MOST_SAID {
        return Err(FileError::Unusable("the name of a member is longer than a path can be".into()));
    }
    let mut bytes = Vec::new();
    member.read_to_end(&mut bytes).map_err(|error| broken(&error))?;
    Ok(bytes)
}

/// An archive that is being made.
pub enum Writer {
    Zip(Box<zip::ZipWriter<Bounded>>),
    Tar(tar::Builder<Bounded>),
    TarGz(Box<tar::Builder<GzEncoder<Bounded>>>),
}

impl Writer {
    /// Adds a file. Its time and owner are not told.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let added = match self {
            Writer::Zip(zip) => {
                let begun = zip.start_file(name, SimpleFileOptions::default()).map_err(|error| broken(&error));
                begun?;
                std::io::Write::write_all(zip, bytes)
            }
            Writer::Tar(tar) => tar.append_data(&mut header(bytes), name, bytes),
            Writer::TarGz(tar) => tar.append_data(&mut header(bytes), name, bytes),
        };
        added.map_err(|error| broken(&error))
    }

    pub fn finish(self) -> Result<Vec<u8>, FileError> {
        let finished = match self {
            Writer::Zip(zip) => zip.finish().map_err(|error| broken(&error))?,
            Writer::Tar(tar) => tar.into_inner().map_err(|error| broken(&error))?,
            Writer::TarGz(tar) => tar.into_inner().and_then(GzEncoder::finish).map_err(|error| broken(&error))?,
        };
        Ok(finished.into_bytes())
    }
}

fn header(bytes: &[u8]) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header
}

fn broken(error: &dyn std::fmt::Display) -> FileError {
    FileError::Unusable(format!("the archive can't be used: {error}"))
}
