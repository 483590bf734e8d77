//! What is recorded of an installed language.

use anyhow::{anyhow, bail};
use llmspell_wasm::guest::{self, Guest};
use llmspell_wasm::hash;
use serde::{Deserialize, Serialize};

use super::names::{check_extensions, check_name};
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

/// No language goes by what another one goes by: neither its name nor an extension.
pub fn check_apart(record: &Record, others: &[Record]) -> anyhow::Result<()> {
    for other in others.iter().filter(|other| other.name != record.name) {
        let shared = |one: &Record, two: &Record| {
            one.extensions.iter().any(|name| *name == two.name || two.extensions.contains(name))
        };
        if shared(record, other) || shared(other, record) {
            bail!(
                "'{}' is installed for .{} already: remove it, or give others with --as NAME and --extensions a,b",
                other.name,
                other.extensions.join(", .")
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_language_goes_by_what_another_goes_by() {
        let record = |name: &str, extension: &str| Record {
            name: name.into(),
            version: String::new(),
            extensions: vec![extension.into()],
            imports: Vec::new(),
            hash: String::new(),
            bytes: 0,
            images: Vec::new(),
        };
        let there = [record("python", "py")];
        for (name, extension, fits) in [
            ("ruby", "rb", true),
            ("python", "py", true),
            ("ruby", "py", false),
            ("py", "x", false),
            ("x", "python", false),
        ] {
            assert_eq!(check_apart(&record(name, extension), &there).is_ok(), fits, "{name} .{extension}");
        }
    }
}
