//! Reads an export, from its head to its end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::line;
use super::line::End;
use super::line::FORMAT;
use super::line::Head;
use super::line::Line;
use crate::error::StoreError;
use crate::keys;
use llmspell_base::file::{FileKind, open};
use llmspell_base::toml_span::shown;

/// A suffix and its record.
pub type Entry = (Vec<u8>, Vec<u8>);

/// The longest line of an export, in bytes.
const MOST_LINE: u64 = 32 << 20;

/// Reads entries, and refuses a file that is cut off, changed or never was one, with the number of the line.
pub struct Lines {
    from: BufReader<File>,
    name: String,
    hash: Sha256,
    /// Of the line that was read last, from 1.
    number: u64,
    entries: u64,
    /// Of each stream: its highest item, and its head where that was told.
    streams: BTreeMap<String, (u64, Option<u64>)>,
    line: Vec<u8>,
}

impl Lines {
    pub fn open(path: &Path) -> Result<Lines, StoreError> {
        let name = path.display().to_string();
        let kind = FileKind { name: "an export, as `state export` writes it", extensions: &[] };
        let file = open(path, kind).map_err(|error| StoreError::Invalid(format!("{name}: {error}")))?;
        let mut lines = Lines {
            from: BufReader::new(file),
            name,
            hash: Sha256::new(),
            number: 0,
            entries: 0,
            streams: BTreeMap::new(),
            line: Vec::new(),
        };
        let no_export = "it does not begin as an export of state does";
        let first = lines.text()?.ok_or_else(|| lines.wrong("it is empty"))?;
        let head: Head = serde_json::from_str(&first).map_err(|_| lines.wrong(no_export))?;
        if head.format != FORMAT {
            let what = format!("its format is '{}', and '{FORMAT}' is what is known here", shown(&head.format));
            return Err(lines.wrong(&what));
        }
        lines.hash();
        Ok(lines)
    }

    /// The suffix and the record of the next entry; `None` at the end, where all of it was right.
    pub fn entry(&mut self) -> Result<Option<Entry>, StoreError> {
        let cut = "its end is missing: the last line of an export counts its entries";
        let text = self.text()?.ok_or_else(|| self.wrong(cut))?;
        match line::read(&text).map_err(|what| self.wrong(&what))? {
            Line::Entry(suffix, record) => {
                self.entries += 1;
                self.follow(&suffix, &record)?;
                self.hash();
                Ok(Some((suffix, record)))
            }
            Line::End(end) => self.end(&end).map(|()| None),
        }
    }

    /// SHA-256 of all that was read, the last line left out: to tell whether a second reading finds the same.
    pub fn fingerprint(&self) -> String {
        llmspell_base::hash::hex(&self.hash.clone().finalize())
    }

    fn end(&mut self, end: &End) -> Result<(), StoreError> {
        if end.entries != self.entries {
            let what = format!("{} entries are announced, and {} are there", end.entries, self.entries);
            return Err(self.wrong(&what));
        }
        if end.sha256.as_ref().is_some_and(|hash| *hash != self.fingerprint()) {
            return Err(self.wrong(
                "the file was changed: its checksum is wrong (leave 'sha256' out of a file that was edited on purpose)",
            ));
        }
        if self.text()?.is_some() {
            return Err(self.wrong("something stands behind the last line of the export"));
        }
        for (stream, (highest, head)) in &self.streams {
            let name = shown(stream);
            match head {
                None => return Err(self.wrong(&format!("the stream '{name}' has no line with its head"))),
                Some(head) if head < highest => {
                    return Err(self.wrong(&format!("the stream '{name}' has item {highest} behind its head, {head}")));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn follow(&mut self, suffix: &[u8], record: &[u8]) -> Result<(), StoreError> {
        let Some((section, name, rest)) = keys::suffix(suffix) else { return Ok(()) };
        let known = match section {
            keys::ITEMS | keys::HEADS => self.streams.entry(name.into()).or_default(),
            _ => return Ok(()),
        };
        if section == keys::ITEMS {
            let number = rest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
            known.0 = known.0.max(number);
            return if number == 0 { Err(self.wrong("items of a stream are numbered from 1")) } else { Ok(()) };
        }
        let entry = crate::record::decode(suffix, record.to_vec())?;
        known.1 = entry.value.parse().ok();
        Ok(())
    }

    /// The next line, without its end.
    fn text(&mut self) -> Result<Option<String>, StoreError> {
        self.line.clear();
        self.number += 1;
        let read = Read::take(&mut self.from, MOST_LINE).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| self.wrong(&format!("it can't be read: {error}")))?;
        if read == 0 {
            return Ok(None);
        }
        let Some(text) = self.line.strip_suffix(b"\n") else {
            let what =
                if read as u64 == MOST_LINE { "it is longer than any entry can be" } else { "its end is missing" };
            return Err(self.wrong(what));
        };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        std::str::from_utf8(text).map(|text| Some(text.into())).map_err(|_| self.wrong("it is not UTF-8"))
    }

    /// Counts the line that was read last.
    fn hash(&mut self) {
        self.hash.update(&self.line);
    }

    pub fn wrong(&self, what: &str) -> StoreError {
        StoreError::Invalid(format!("{}, line {}: {what}; nothing was imported", self.name, self.number))
    }
}
