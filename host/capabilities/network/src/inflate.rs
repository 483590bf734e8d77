//! Unpacks what a server compressed, no further than its bound.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::error::NetworkError;

/// What comes of the bytes of a body.
pub enum Inflate {
    /// They are what they are.
    Plain(Bounded),
    /// They are gzip's.
    Gzip(Box<MultiGzDecoder<Bounded>>),
}

/// A buffer that takes no more than so many bytes in all.
pub struct Bounded {
    ready: Vec<u8>,
    left: u64,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(left) = self.left.checked_sub(bytes.len() as u64) else {
            self.is_full = true;
            return Err(io::Error::other("full"));
        };
        self.left = left;
        self.ready.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Inflate {
    /// As the headers of the response say.
    pub fn new(headers: &HeaderMap, most: u64) -> Result<Inflate, NetworkError> {
        let bounded = Bounded { ready: Vec::new(), left: most, is_full: false };
        let named: Vec<String> = headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .flat_map(|value| {
                String::from_utf8_lossy(value.as_bytes())
                    .split(',')
                    .map(|one| one.trim().to_ascii_lowercase())
                    .collect::<Vec<_>>()
            })
            .filter(|name| !name.is_empty() && name != "identity")
            .collect();
        match named.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [] => Ok(Inflate::Plain(bounded)),
            ["gzip" | "x-gzip"] => Ok(Inflate::Gzip(Box::new(MultiGzDecoder::new(bounded)))),
            _ => Err(NetworkError::Broken("its body is compressed in a way that was not asked for".into())),
        }
    }

    fn buffer(&mut self) -> &mut Bounded {
        match self {
            Inflate::Plain(bounded) => bounded,
            Inflate::Gzip(decoder) => decoder.get_mut(),
        }
    }

    /// What came of this piece.
    pub fn pass(&mut self, piece: &[u8], most: u64) -> Result<Vec<u8>, NetworkError> {
        let written = match self {
            Inflate::Plain(bounded) => bounded.write_all(piece),
            Inflate::Gzip(decoder) => decoder.write_all(piece).and_then(|()| decoder.flush()),
        };
        self.made(written, most)
    }

    /// What was left, at the end.
    pub fn end(&mut self, most: u64) -> Result<Vec<u8>, NetworkError> {
        let ended = match self {
            Inflate::Plain(_) => Ok(()),
            Inflate::Gzip(decoder) => decoder.try_finish(),
        };
        self.made(ended, most)
    }

    fn made(&mut self, done: io::Result<()>, most: u64) -> Result<Vec<u8>, NetworkError> {
        let buffer = self.buffer();
        match done {
            Ok(()) => Ok(std::mem::take(&mut buffer.ready)),
            Err(_) if buffer.is_full => Err(NetworkError::TooLarge(most)),
            Err(_) => Err(NetworkError::Broken("its body is not compressed as it says".into())),
        }
    }
}
