//! What is recorded of an installed language.

use anyhow::{anyhow, bail};
use llmspell_wasm::guest::{self, Guest};
use llmspell_wasm::hash;
use serde::{Deserialize, Serialize};

use super::{check_extensions, check_name};
use crate::cli::guest_file;

/// One installed language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What spells in it go by.
    pub name: String,
    /// Of the interpreter, as it says itself.
    pub version: String,
    /// Of files in it, without the dot.
    pub extensions: Vec<String>,
    /// All that it imports.
    pub imports: Vec<String>,
    /// SHA-256 of the component.
    pub hash: String,
    pub bytes: u64,
    /// What it was compiled to, for each engine that ran it; the newest is the first.
    pub images: Vec<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    pub hash: String,
    pub bytes: u64,
    /// See [`guest::compatibility`].
    pub compatibility: String,
}

/// Versions of llmspell-wasm that are used in turn.
const MOST_IMAGES: usize = 4;

impl Image {
    /// Of these bytes, which this llmspell-wasm made.
    pub fn of(bytes: &[u8]) -> anyhow::Result<Image> {
        let compatibility = guest::compatibility().map_err(|error| anyhow!("{error:#}"))?;
        Ok(Image { hash: hash(bytes), bytes: bytes.len() as u64, compatibility })
    }
}

impl Record {
    /// Reads the record of the language of this name.
    pub fn parse(name: &str, text: &[u8]) -> anyhow::Result<Record> {
        let record: Record = serde_json::from_slice(text)?;
        if record.name != name {
            bail!("it is of another language");
        }
        check_name(&record.name)?;
        check_extensions(&record.extensions)?;
        let hashes = record.images.iter().map(|image| &image.hash).chain([&record.hash]);
        // They name files.
        if !hashes.into_iter().all(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            bail!("its hashes are none");
        }
        Ok(record)
    }

    /// As it is kept: nothing that could not be read again.
    pub fn write(&self, most: u64) -> anyhow::Result<Vec<u8>> {
        let text = serde_json::to_vec_pretty(self)?;
        if text.len() as u64 > most {
            bail!(
                "'{}' has too many imports, or too long ones: what is recorded of it has more than {most} bytes",
                self.name
            );
        }
        Record::parse(&self.name, &text)?;
        Ok(text)
    }

    /// What this llmspell-wasm can run.
    pub fn image(&self) -> Option<&Image> {
        let now = guest::compatibility().ok()?;
        self.images.iter().find(|image| image.compatibility == now)
    }

    /// Adds what it was compiled to; of too many, the oldest goes.
    pub fn add(&mut self, image: Image) {
        self.images.retain(|one| one.compatibility != image.compatibility);
        self.images.insert(0, image);
        self.images.truncate(MOST_IMAGES);
    }

    /// The guest, of bytes that were compiled here or whose hash was recorded.
    pub fn guest(&self, image: Vec<u8>) -> Guest {
        guest_file::compiled(self.hash.clone(), image, self.extensions.clone())
    }
}
