//! Writes entries.

use std::collections::HashMap;

use llmspell_api::record::{End, Header};
use serde::Serialize;
use serde_json::to_string;
use sha2::{Digest, Sha256};

use crate::bounds::{Bounds, has_too_many_parts};
use crate::bytes::{put_bytes, put_number};
use crate::entry::{ANSWERED, CALL, CONTENT, DIGEST_ONLY, END, HEADER, NAME, SEALED, SHOWN, STOPPED};

/// A value that is longer is stored once, whatever refers to it.
const INLINE_BYTES: usize = 96;

/// Of arguments that are longer, only a digest is kept: the guest makes them anew.
const ARGUMENT_BYTES: usize = 64 << 10;

/// Beyond so many, no content is stored on its own: a reader holds them.
const CONTENTS: usize = 1 << 16;

/// And beyond so many bytes.
const MOST_CONTENT_BYTES: usize = 256 << 20;

/// What came of a call that is to be written.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// What the guest got.
    Value(&'a [u8]),
    /// The run was ended by it.
    Stop(&'a str),
    /// Not to be kept.
    Sealed,
}

/// Turns what happens in a run into the stream of entries.
#[derive(Debug, Default)]
pub struct Entries {
    out: Vec<u8>,
    body: Vec<u8>,
    names: HashMap<String, u64>,
    /// By their SHA-256.
    contents: HashMap<[u8; 32], u64>,
    stored_bytes: usize,
    too_large: bool,
}

impl Entries {
    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// How much waits to be taken.
    pub fn pending(&self) -> usize {
        self.out.len()
    }

    /// Whether something was too large to be recorded: no reader takes it. It was left out, and what follows is of no use.
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// The first entry.
    pub fn header(&mut self, header: &Header) {
        self.json(HEADER, header);
    }

    /// A call that was answered. `seal_arguments`: only their digest is kept.
    pub fn call(&mut self, name: &str, arguments: &[u8], seal_arguments: bool, answer: Answer<'_>) {
        let name = match self.names.get(name) {
            Some(number) => *number,
            None => {
                self.whole(NAME, name.as_bytes());
                let number = self.names.len() as u64;
                self.names.insert(name.to_owned(), number);
                number
            }
        };
        let digest_only = seal_arguments || arguments.len() > ARGUMENT_BYTES;
        // What it refers to comes before it.
        let arguments_at = if digest_only { None } else { self.content(arguments) };
        let answer_at = match answer {
            Answer::Value(value) => self.content(value),
            Answer::Stop(_) | Answer::Sealed => None,
        };
        let mut body = std::mem::take(&mut self.body);
        body.clear();
        body.push(CALL);
        put_number(&mut body, name);
        let what = match answer {
            Answer::Value(_) => ANSWERED,
            Answer::Stop(_) => STOPPED,
            Answer::Sealed => SEALED,
        };
        body.push(if digest_only { what | DIGEST_ONLY } else { what });
        match digest_only {
            true => body.extend_from_slice(&Sha256::digest(arguments)),
            false => put_value(&mut body, arguments, arguments_at),
        }
        match answer {
            Answer::Value(value) => put_value(&mut body, value, answer_at),
            Answer::Stop(text) => put_bytes(&mut body, text.as_bytes()),
            Answer::Sealed => {}
        }
        let stopped = matches!(answer, Answer::Stop(text) if has_too_many_parts(text));
        if self.fits(body.len(), stopped) {
            put_bytes(&mut self.out, &body);
        }
        self.body = body;
    }

    /// What the host told the listener.
    pub fn shown(&mut self, kind: u8, text: &str) {
        let length = text.len() + 2;
        if self.fits(length, has_too_many_parts(text)) {
            put_number(&mut self.out, length as u64);
            self.out.extend_from_slice(&[SHOWN, kind]);
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// The last entry.
    pub fn end(&mut self, end: &End) {
        self.json(END, end);
    }

    fn json(&mut self, tag: u8, value: &impl Serialize) {
        let text = to_string(value).unwrap_or_default();
        if self.fits(text.len(), has_too_many_parts(&text)) {
            self.whole(tag, text.as_bytes());
        }
    }

    fn whole(&mut self, tag: u8, bytes: &[u8]) {
        let length = bytes.len() + 1;
        if self.fits(length, false) {
            put_number(&mut self.out, length as u64);
            self.out.push(tag);
            self.out.extend_from_slice(bytes);
        }
    }

    /// Whether a reader takes an entry of so many bytes.
    fn fits(&mut self, length: usize, has_too_many_parts: bool) -> bool {
        let fits = length as u64 <= Bounds::default().entry_bytes && !has_too_many_parts;
        self.too_large |= !fits;
        fits
    }

    /// The number of a value that is stored on its own.
    fn content(&mut self, value: &[u8]) -> Option<u64> {
        if value.len() <= INLINE_BYTES {
            return None;
        }
        let digest: [u8; 32] = Sha256::digest(value).into();
        if let Some(number) = self.contents.get(&digest) {
            return Some(*number);
        }
        if self.contents.len() >= CONTENTS || self.stored_bytes + value.len() > MOST_CONTENT_BYTES {
            return None;
        }
        let number = self.contents.len() as u64;
        self.stored_bytes += value.len();
        self.contents.insert(digest, number);
        self.whole(CONTENT, value);
        Some(number)
    }
}

/// In its place, or the number of its content: the lowest bit says which.
fn put_value(out: &mut Vec<u8>, value: &[u8], content: Option<u64>) {
    match content {
        Some(number) => put_number(out, number << 1 | 1),
        None => {
            put_number(out, (value.len() as u64) << 1);
            out.extend_from_slice(value);
        }
    }
}
