//! Frames: pieces of the stream of entries, numbered, compressed and checked.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::bounds::Bounds;
use crate::error::{RecordError, VERSION};

/// The most that one frame unpacks to.
pub const FRAME_BYTES: usize = 256 << 10;

/// What every record begins with, before the version.
pub(crate) const MARK: &[u8; 8] = b"spellrun";

/// Number, method, length unpacked, length packed, checksum of the bytes, checksum of all of these.
const HEAD: usize = 4 + 1 + 4 + 4 + 4 + 4;

const STORED: u8 = 0;
const DEFLATED: u8 = 1;

/// Packs a stream of entries into frames.
#[derive(Debug, Default)]
pub struct Frames {
    number: u32,
    read: u64,
    /// Of frames that are compressed: the others take what they hold.
    unpacked: u64,
}

impl Frames {
    /// The frames of so much of the stream; before the first one what a record begins with.
    pub fn pack(&mut self, entries: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(entries.len() / 4 + 64);
        if self.read == 0 {
            out.extend_from_slice(MARK);
            out.extend_from_slice(&VERSION.to_le_bytes());
            self.read = out.len() as u64;
        }
        for piece in entries.chunks(FRAME_BYTES) {
            self.frame(piece, &mut out)?;
        }
        Ok(out)
    }

    fn frame(&mut self, piece: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::with_capacity(piece.len() / 3), Compression::new(4));
        encoder.write_all(piece)?;
        let packed = encoder.finish()?;
        // What is repeated very often is not packed: a reader refuses what unpacks to too much.
        let bounds = Bounds::default();
        let unpacked = self.unpacked + piece.len() as u64;
        let allowed = bounds.free_bytes.max(bounds.ratio * (self.read + (HEAD + packed.len()) as u64));
        let (method, bytes) = if packed.len() < piece.len() && unpacked <= allowed {
            (DEFLATED, packed.as_slice())
        } else {
            (STORED, piece)
        };
        let start = out.len();
        out.extend_from_slice(&self.number.to_le_bytes());
        out.push(method);
        out.extend_from_slice(&(piece.len() as u32).to_le_bytes());
        out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        out.extend_from_slice(&crc32fast::hash(bytes).to_le_bytes());
        let check = crc32fast::hash(out.get(start..).unwrap_or_default());
        out.extend_from_slice(&check.to_le_bytes());
        out.extend_from_slice(bytes);
        self.number += 1;
        if method == DEFLATED {
            self.unpacked = unpacked;
        }
        self.read += (HEAD + bytes.len()) as u64;
        Ok(())
    }
}

/// Unpacks frames, one after the other.
pub(crate) struct Unpacker<R> {
    source: R,
    bounds: Bounds,
    number: u32,
    read: u64,
    unpacked: u64,
}

/// One frame's bytes, or what there is instead.
pub(crate) enum Unpacked {
    Frame(Vec<u8>),
    /// Nothing follows. `cut`: it ended within a frame.
    Over {
        cut: bool,
    },
}

impl<R: Read> Unpacker<R> {
    /// Reads what every record begins with.
    pub fn new(mut source: R, bounds: Bounds) -> Result<Unpacker<R>, RecordError> {
        let mut mark = [0; 8];
        let length = fill(&mut source, &mut mark)?;
        if length == 0 {
            return Err(RecordError::Empty);
        }
        if mark.get(..length) != MARK.get(..length) {
            return Err(RecordError::Foreign);
        }
        let mut version = [0; 4];
        if fill(&mut source, &mut version)? < version.len() {
            return Err(RecordError::Empty);
        }
        match u32::from_le_bytes(version) {
            VERSION => Ok(Unpacker { source, bounds, number: 0, read: 12, unpacked: 0 }),
            other => Err(RecordError::OtherVersion(other)),
        }
    }

    /// How many frames were read.
    pub fn number(&self) -> u32 {
        self.number
    }

    pub fn next(&mut self) -> Result<Unpacked, RecordError> {
        let mut head = [0; HEAD];
        match fill(&mut self.source, &mut head)? {
            0 => return Ok(Unpacked::Over { cut: false }),
            HEAD => {}
            _ => return Ok(Unpacked::Over { cut: true }),
        }
        let [n0, n1, n2, n3, method, u0, u1, u2, u3, p0, p1, p2, p3, c0, c1, c2, c3, h0, h1, h2, h3] = head;
        let number = |bytes: [u8; 4]| u32::from_le_bytes(bytes);
        if crc32fast::hash(head.get(..HEAD - 4).unwrap_or_default()) != number([h0, h1, h2, h3]) {
            return Err(self.damaged("its head's checksum does not fit"));
        }
        if number([n0, n1, n2, n3]) != self.number {
            return Err(self.damaged("another frame stands in its place"));
        }
        let (unpacked, packed) = (number([u0, u1, u2, u3]) as usize, number([p0, p1, p2, p3]) as usize);
        // Before anything of the size is made.
        if unpacked == 0 || unpacked > FRAME_BYTES || packed > FRAME_BYTES + HEAD {
            return Err(self.damaged("it is larger than a frame may be"));
        }
        let mut bytes = vec![0; packed];
        if fill(&mut self.source, &mut bytes)? < packed {
            return Ok(Unpacked::Over { cut: true });
        }
        if crc32fast::hash(&bytes) != number([c0, c1, c2, c3]) {
            return Err(self.damaged("its checksum does not fit"));
        }
        self.read += (HEAD + packed) as u64;
        if method != STORED {
            self.unpacked += unpacked as u64;
        }
        let most = self.bounds.free_bytes.max(self.bounds.ratio.saturating_mul(self.read));
        if self.unpacked > most {
            return Err(RecordError::TooLarge { what: "bytes for what is packed into it", most });
        }
        let bytes = match method {
            STORED => bytes,
            DEFLATED => self.inflate(&bytes, unpacked)?,
            _ => return Err(self.damaged("it is packed in an unknown way")),
        };
        if bytes.len() != unpacked {
            return Err(self.damaged("it unpacks to another length than it says"));
        }
        self.number += 1;
        Ok(Unpacked::Frame(bytes))
    }

    fn inflate(&self, packed: &[u8], length: usize) -> Result<Vec<u8>, RecordError> {
        let mut bytes = Vec::with_capacity(length);
        // One more, to see what is longer than it says.
        let mut decoder = DeflateDecoder::new(packed).take(length as u64 + 1);
        decoder.read_to_end(&mut bytes).map_err(|_| self.damaged("it can't be unpacked"))?;
        Ok(bytes)
    }

    fn damaged(&self, what: &'static str) -> RecordError {
        RecordError::Damaged { frame: self.number, what }
    }
}

/// Reads as much as there is, up to the whole.
fn fill(source: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = into.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}
