//! What lies in the store: a collection's settings, a mark that changes with each of its commits, and its documents.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use llmspell_retrieval::{Chunk, Document, Format, MOST_CHUNKS, MOST_TEXT, check_vector, most_bytes};
use llmspell_state::{Change, Condition, Lifetime};

use crate::settings::Settings;

/// What stands before a collection's name in the store.
pub const SCOPE: &str = "rag:";

/// The key of the settings, that of the mark, and that of the number which the last rebuild claimed for its generation.
pub const SETTINGS: &str = "s";
pub const MARK: &str = "v";
pub const CLAIM: &str = "g";

/// A document, as the store keeps it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    /// A checksum of text, format and metadata.
    pub hash: String,
    pub format: StoredFormat,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    pub metadata: Map<String, Value>,
    pub text: String,
    /// The headings of each chunk, and where it begins and ends in the text.
    pub chunks: Vec<(String, usize, usize)>,
    /// 32-bit numbers, the low byte first, in base64: one vector after the other.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub vectors: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoredFormat {
    Text,
    Markdown,
    Code,
}

impl From<Format> for StoredFormat {
    fn from(format: Format) -> StoredFormat {
        match format {
            Format::Text => StoredFormat::Text,
            Format::Markdown => StoredFormat::Markdown,
            Format::Code => StoredFormat::Code,
        }
    }
}

impl From<StoredFormat> for Format {
    fn from(format: StoredFormat) -> Format {
        match format {
            StoredFormat::Text => Format::Text,
            StoredFormat::Markdown => Format::Markdown,
            StoredFormat::Code => Format::Code,
        }
    }
}

/// A document as an index takes it.
pub struct Loaded {
    pub document: Document,
    pub chunks: Vec<Chunk>,
    pub vectors: Vec<Vec<f32>>,
}

impl Stored {
    pub fn set_vectors(&mut self, vectors: &[Vec<f32>]) {
        let bytes: Vec<u8> = vectors.iter().flatten().flat_map(|number| number.to_le_bytes()).collect();
        self.vectors = STANDARD.encode(bytes);
    }

    /// Its chunks and vectors. What a store or a backup says is believed only as far as it fits together.
    pub fn load(self, id: String, version: u64, settings: &Settings) -> Result<Loaded, String> {
        self.check_places()?;
        let mut chunks = Vec::new();
        for (heading, start, end) in self.chunks {
            let text = self.text.get(start..end).ok_or("a chunk lies outside of its text")?.to_string();
            chunks.push(Chunk { text, heading, range: start..end });
        }
        let numbers = settings.dimensions.filter(|_| !self.vectors.is_empty()).map(|count| count * chunks.len());
        if let Some(numbers) = numbers
            && self.vectors.len() != base64::encoded_len(numbers * 4, true).unwrap_or_default()
        {
            return Err(format!("its vectors are not {} of {} numbers", chunks.len(), numbers / chunks.len().max(1)));
        }
        let bytes = STANDARD.decode(&self.vectors).map_err(|error| error.to_string())?;
        let numbers: Vec<f32> =
            bytes.chunks_exact(4).filter_map(|four| Some(f32::from_le_bytes(*four.first_chunk()?))).collect();
        let mut vectors = Vec::new();
        if !numbers.is_empty() {
            if chunks.is_empty() || !numbers.len().is_multiple_of(chunks.len()) {
                return Err("it has not one vector for each chunk".into());
            }
            for vector in numbers.chunks_exact(numbers.len() / chunks.len()) {
                check_vector(vector)?;
                vectors.push(vector.to_vec());
            }
        }
        let (bytes, hash, metadata) = (self.text.len() as u64, self.hash, self.metadata);
        let document = Document { id, source: self.source, metadata, hash, bytes, version };
        Ok(Loaded { document, chunks, vectors })
    }

    /// Before anything is copied: a few entries of a forged record could stand for any number of bytes.
    fn check_places(&self) -> Result<(), String> {
        if self.chunks.len() > MOST_CHUNKS {
            return Err(format!("a document has {} chunks; at most {MOST_CHUNKS} are allowed", self.chunks.len()));
        }
        if self.text.len() > MOST_TEXT {
            return Err(format!("a document's text has {} bytes; at most {MOST_TEXT} are allowed", self.text.len()));
        }
        if !self.chunks.is_sorted_by(|(_, one, _), (_, next, _)| one < next) {
            return Err("its chunks do not follow each other".into());
        }
        let bytes = self.chunks.iter().map(|(_, start, end)| end.saturating_sub(*start));
        if bytes.fold(0, usize::saturating_add) > most_bytes(self.text.len()) {
            return Err("its chunks repeat more of the text than an overlap does".into());
        }
        Ok(())
    }
}

pub fn scope(collection: &str) -> String {
    format!("{SCOPE}{collection}")
}

/// What stands before the ids of a generation's documents.
pub fn documents(generation: u32) -> String {
    format!("d{generation:08x}")
}

/// The generation of a document's key.
pub fn generation(key: &str) -> Option<u32> {
    u32::from_str_radix(key.get(1..9)?, 16).ok()
}

pub fn put(scope: &str, key: String, value: String) -> Change {
    let (scope, condition, lifetime) = (scope.into(), Condition::Any, Lifetime::Unlimited);
    Change::Internal(Box::new(Change::Put { scope, key, value, condition, lifetime }))
}

pub fn delete(scope: &str, key: String) -> Change {
    Change::Internal(Box::new(Change::Delete { scope: scope.into(), key, condition: Condition::Any }))
}

/// Marks a commit; fails where somebody else made one since `before`.
pub fn mark(scope: &str, before: Option<u64>) -> Change {
    let condition = before.map_or(Condition::Absent, Condition::Version);
    let (scope, key, value, lifetime) = (scope.into(), MARK.into(), "{}".into(), Lifetime::Unlimited);
    Change::Internal(Box::new(Change::Put { scope, key, value, condition, lifetime }))
}

/// Fails where another rebuild has begun since, or the collection is gone.
pub fn still_claimed(scope: &str, version: u64) -> Change {
    let (scope, key, condition) = (scope.into(), CLAIM.into(), Condition::Version(version));
    Change::Internal(Box::new(Change::Check { scope, key, condition }))
}

pub fn clear(scope: &str) -> Change {
    Change::Internal(Box::new(Change::Clear { scope: scope.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(chunks: Vec<(String, usize, usize)>, numbers: usize) -> Stored {
        let (hash, format, text) = (String::new(), StoredFormat::Text, "some words".repeat(10));
        let mut stored =
            Stored { hash, format, source: None, metadata: Map::new(), text, chunks, vectors: String::new() };
        stored.set_vectors(&[vec![1.0; numbers]]);
        stored
    }

    #[test]
    fn a_record_that_stands_for_more_than_it_holds_is_refused() {
        let chunk = |start: usize, end: usize| (String::new(), start, end);
        let settings = Settings { dimensions: Some(4), ..Settings::default() };
        for (chunks, numbers, message) in [
            ((0..=MOST_CHUNKS).map(|at| chunk(at, at)).collect(), 0, "a document has 10001 chunks"),
            (vec![chunk(0, 100); 2], 0, "its chunks do not follow"),
            (vec![chunk(5, 9), chunk(0, 4)], 0, "its chunks do not follow"),
            ((0..50).map(|at| chunk(at, 100)).collect(), 0, "its chunks repeat more"),
            (vec![chunk(0, 101)], 0, "a chunk lies outside"),
            (vec![chunk(0, 100)], 5, "its vectors are not 1 of 4 numbers"),
            (Vec::new(), 4, "its vectors are not 0 of"),
        ] {
            let told = stored(chunks, numbers).load("a".into(), 1, &settings).err().unwrap_or_default();
            assert!(told.starts_with(message), "{told}");
        }
        assert!(stored(vec![chunk(0, 100)], 4).load("a".into(), 1, &settings).is_ok());
    }
}
