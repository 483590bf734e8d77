//! Reads a record, entry by entry.

use std::io::Read;
use std::sync::Arc;

use llmspell_api::record::Header;

use crate::bounds::{Bounds, NAME_BYTES, has_too_many_parts};
use crate::bytes::{Bytes, Malformed};
use crate::entry::{self, Arguments, Call, Entry, Outcome, Shown};
use crate::error::RecordError;
use crate::frame::{Unpacked, Unpacker};

/// Reads a record from anybody, within [`Bounds`].
pub struct Reader<R> {
    frames: Unpacker<R>,
    bounds: Bounds,
    /// Unpacked and not yet read, from `at` on.
    stream: Vec<u8>,
    at: usize,
    names: Vec<Arc<str>>,
    contents: Vec<Arc<[u8]>>,
    held: u64,
    entries: u64,
    state: State,
    header: Box<Header>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Ended,
    /// It was cut off, or the run was killed.
    Cut,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub fn new(source: R) -> Result<Reader<R>, RecordError> {
        Reader::within(source, Bounds::default())
    }

    /// The same with other bounds.
    pub fn within(source: R, bounds: Bounds) -> Result<Reader<R>, RecordError> {
        let mut reader = Reader {
            frames: Unpacker::new(source, bounds)?,
            bounds,
            stream: Vec::new(),
            at: 0,
            names: Vec::new(),
            contents: Vec::new(),
            held: 0,
            entries: 0,
            state: State::Open,
            header: Box::default(),
        };
        match reader.next()? {
            Some(Entry::Header(header)) => reader.header = header,
            Some(_) => return Err(reader.malformed(Malformed("it does not begin with what was run"))),
            None => return Err(RecordError::Empty),
        }
        Ok(reader)
    }

    /// What was run.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Whether the end of the run was read.
    pub fn has_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// The next entry. `None`: there are no more; [`Reader::has_ended`] tells a whole record from one that was cut off.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator's items would be results, and it could go on after one"
    )]
    pub fn next(&mut self) -> Result<Option<Entry>, RecordError> {
        loop {
            let Some((start, end)) = self.fetch()? else { return Ok(None) };
            if self.state == State::Ended {
                return Err(self.malformed(Malformed("something follows the end of the run")));
            }
            self.entries += 1;
            if self.entries > self.bounds.entries {
                return Err(RecordError::TooLarge { what: "entries", most: self.bounds.entries });
            }
            let body = self.stream.get(start..end).unwrap_or_default();
            // Taken apart, so that the names and contents can be added to.
            let found = parse(body, &self.names, &self.contents).map_err(|problem| self.malformed(problem))?;
            match found {
                Parsed::Entry(Entry::Header(_)) if self.entries > 1 => {
                    return Err(self.malformed(Malformed("what was run is said twice")));
                }
                Parsed::Entry(entry) => {
                    if matches!(entry, Entry::End(_)) {
                        self.state = State::Ended;
                    }
                    return Ok(Some(entry));
                }
                Parsed::Name(name) => self.add_name(name)?,
                Parsed::Content(content) => self.add_content(content)?,
            }
        }
    }

    fn add_name(&mut self, name: Arc<str>) -> Result<(), RecordError> {
        if self.names.len() as u64 >= self.bounds.names {
            return Err(RecordError::TooLarge { what: "names of calls", most: self.bounds.names });
        }
        self.names.push(name);
        Ok(())
    }

    fn add_content(&mut self, content: Arc<[u8]>) -> Result<(), RecordError> {
        if self.contents.len() as u64 >= self.bounds.contents {
            return Err(RecordError::TooLarge { what: "values", most: self.bounds.contents });
        }
        self.held += content.len() as u64;
        if self.held > self.bounds.held_bytes {
            return Err(RecordError::TooLarge { what: "bytes of values", most: self.bounds.held_bytes });
        }
        self.contents.push(content);
        Ok(())
    }

    /// Where the next entry's body lies in the stream.
    fn fetch(&mut self) -> Result<Option<(usize, usize)>, RecordError> {
        loop {
            let mut rest = Bytes(self.stream.get(self.at..).unwrap_or_default());
            let had = rest.0.len();
            let length = match rest.number() {
                Ok(length) => Some(length),
                // Ten bytes are enough for any number.
                Err(problem) if had >= 10 => return Err(self.malformed(problem)),
                Err(_) => None,
            };
            if let Some(length) = length {
                if length > self.bounds.entry_bytes {
                    return Err(RecordError::TooLarge { what: "bytes in one entry", most: self.bounds.entry_bytes });
                }
                if length <= rest.0.len() as u64 {
                    let start = self.at + had - rest.0.len();
                    self.at = start + length as usize;
                    return Ok(Some((start, self.at)));
                }
            }
            match self.frames.next()? {
                Unpacked::Frame(bytes) => {
                    self.stream.drain(..self.at);
                    self.at = 0;
                    self.stream.extend_from_slice(&bytes);
                }
                Unpacked::Over { cut } => {
                    if self.state == State::Ended && (cut || had > 0) {
                        let (frame, what) = (self.frames.number(), "something follows the end of the run");
                        return Err(RecordError::Damaged { frame, what });
                    }
                    if self.state == State::Open {
                        self.state = State::Cut;
                    }
                    return Ok(None);
                }
            }
        }
    }

    fn malformed(&self, problem: Malformed) -> RecordError {
        RecordError::Malformed { entry: self.entries, problem }
    }
}

enum Parsed {
    Entry(Entry),
    Name(Arc<str>),
    Content(Arc<[u8]>),
}

fn parse<'a>(body: &'a [u8], names: &[Arc<str>], contents: &[Arc<[u8]>]) -> Result<Parsed, Malformed> {
    let mut bytes = Bytes(body);
    let tag = bytes.byte()?;
    let text = |bytes: Bytes<'a>| std::str::from_utf8(bytes.0).map_err(|_| Malformed("a text is no UTF-8"));
    Ok(match tag {
        entry::HEADER => Parsed::Entry(Entry::Header(from_json(bytes.0)?)),
        entry::NAME if bytes.0.len() > NAME_BYTES => return Err(Malformed("the name of a call is too long")),
        entry::NAME => Parsed::Name(text(bytes)?.into()),
        entry::CONTENT => Parsed::Content(bytes.0.into()),
        entry::CALL => {
            let number = bytes.number()?;
            let name = usize::try_from(number).ok().and_then(|number| names.get(number));
            let name = name.ok_or(Malformed("a call has no name"))?.clone();
            let what = bytes.byte()?;
            let arguments = match what & entry::DIGEST_ONLY {
                0 => Arguments::Whole(value(&mut bytes, contents)?),
                _ => Arguments::Digest(bytes.take(32)?.try_into().map_err(|_| Malformed("a digest is too short"))?),
            };
            let outcome = match what & !entry::DIGEST_ONLY {
                entry::ANSWERED => Outcome::Answer(value(&mut bytes, contents)?),
                entry::STOPPED => Outcome::Stop(bounded(bytes.text()?)?.into()),
                entry::SEALED => Outcome::Sealed,
                _ => return Err(Malformed("a call has an unknown outcome")),
            };
            bytes.end()?;
            Parsed::Entry(Entry::Call(Call { name, arguments, outcome }))
        }
        entry::SHOWN => {
            let kind = bytes.byte()?;
            Parsed::Entry(Entry::Shown(Shown { kind, text: bounded(text(bytes)?)?.into() }))
        }
        entry::END => Parsed::Entry(Entry::End(from_json(bytes.0)?)),
        _ => return Err(Malformed("it is of an unknown kind")),
    })
}

fn value(bytes: &mut Bytes<'_>, contents: &[Arc<[u8]>]) -> Result<Arc<[u8]>, Malformed> {
    let number = bytes.number()?;
    if number & 1 == 0 {
        return Ok(bytes.take(number >> 1)?.into());
    }
    let content = usize::try_from(number >> 1).ok().and_then(|number| contents.get(number));
    content.cloned().ok_or(Malformed("a value is not there"))
}

/// A text that whoever reads the record may parse.
fn bounded(text: &str) -> Result<&str, Malformed> {
    if has_too_many_parts(text) { Err(Malformed("a text has too many parts")) } else { Ok(text) }
}

/// The parser bounds the depth. Parsed, each part takes many times its bytes.
fn from_json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Malformed> {
    const UNREADABLE: Malformed = Malformed("what was run, or how it ended, can't be read");
    let text = std::str::from_utf8(bytes).map_err(|_| UNREADABLE)?;
    if has_too_many_parts(text) {
        return Err(Malformed("what was run, or how it ended, has too many parts"));
    }
    serde_json::from_str(text).map_err(|_| UNREADABLE)
}
