//! Languages that the user installed: for each a folder with the component, what it was compiled to, and a record of both.
//!
//! What a component was compiled to is native code that runs with all the rights of this user. So the folders are the user's
//! alone, which is looked at each time, and the bytes that are run are those whose hash was recorded.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use llmspell_wasm::guest::{self, Guest};
use llmspell_wasm::hash;
use serde::{Deserialize, Serialize};

mod own;

use super::guest_file::{CUSTOM, MOST_BYTES, MOST_IMAGE_BYTES};

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
    /// What it was compiled to, and for which engine.
    pub image: Image,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    pub hash: String,
    pub bytes: u64,
    /// See [`guest::compatibility`].
    pub compatibility: String,
}

impl Image {
    /// Of these bytes, which this llmspell-wasm made.
    pub fn of(bytes: &[u8]) -> anyhow::Result<Image> {
        let compatibility = guest::compatibility().map_err(|error| anyhow!("{error:#}"))?;
        Ok(Image { hash: hash(bytes), bytes: bytes.len() as u64, compatibility })
    }

    /// Whether this llmspell-wasm can run it.
    pub fn is_current(&self) -> bool {
        guest::compatibility().is_ok_and(|now| now == self.compatibility)
    }
}

const COMPONENT: &str = "component.wasm";
const IMAGE: &str = "image.cwasm";
const RECORD: &str = "guest.json";

/// A record of more bytes is none of ours.
const MOST_RECORD_BYTES: u64 = 64 << 10;

/// How many languages may be installed: each run looks at all.
const MOST: usize = 64;

/// What is being written, until it is whole.
const UNFINISHED: &str = ".new-";

/// The folder of all installed languages.
pub struct Installed(PathBuf);

impl Installed {
    /// In the folder that the system has for what the user keeps.
    pub fn open() -> anyhow::Result<Installed> {
        Ok(Installed(super::store::data_folder()?.join("guests")))
    }

    /// All of them, by name. None where nothing was ever installed; an error where others could have changed them.
    pub fn all(&self) -> anyhow::Result<Vec<Record>> {
        if !own::is_there(&self.0)? {
            return Ok(Vec::new());
        }
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(&self.0).with_context(|| self.0.display().to_string())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        names.iter().map(|name| self.record(name)).collect()
    }

    fn record(&self, name: &str) -> anyhow::Result<Record> {
        let folder = self.0.join(name);
        own::is_there(&folder)?;
        let read = || {
            let record: Record = serde_json::from_slice(&own::read(&folder.join(RECORD), MOST_RECORD_BYTES)?)?;
            if record.name != name {
                bail!("it is of another language");
            }
            check_name(&record.name)?;
            check_extensions(&record.extensions)?;
            Ok(record)
        };
        read().with_context(|| {
            format!("{}: remove it (llmspell-wasm guest remove {name}), and install it again", folder.display())
        })
    }

    /// The component as it was installed.
    pub fn component(&self, record: &Record) -> anyhow::Result<Vec<u8>> {
        self.bytes(record, COMPONENT, &record.hash, MOST_BYTES)
    }

    /// What runs. `None` where it was compiled for another engine.
    pub fn guest(&self, record: &Record) -> anyhow::Result<Option<Guest>> {
        if !record.image.is_current() {
            return Ok(None);
        }
        let image = self.bytes(record, IMAGE, &record.image.hash, MOST_IMAGE_BYTES)?;
        Ok(Some(Guest::of_image(record.hash.clone(), image, record.extensions.clone())))
    }

    fn bytes(&self, record: &Record, name: &str, expected: &str, most: u64) -> anyhow::Result<Vec<u8>> {
        let folder = self.0.join(&record.name);
        own::is_there(&self.0)?;
        own::is_there(&folder)?;
        let file = folder.join(name);
        let bytes = own::read(&file, most)?;
        if hash(&bytes) != expected {
            bail!("{}: it is not what was installed; install '{}' again", file.display(), record.name);
        }
        Ok(bytes)
    }

    /// Puts a language in its place, whole or not at all.
    pub fn put(&self, record: &Record, wasm: &[u8], image: &[u8]) -> anyhow::Result<()> {
        if !self.0.join(&record.name).exists() && self.all()?.len() >= MOST {
            bail!("{MOST} languages are installed, the most allowed: remove one first");
        }
        own::make(&self.0)?;
        let unfinished = self.0.join(format!("{UNFINISHED}{}", std::process::id()));
        let _ = fs::remove_dir_all(&unfinished);
        own::make(&unfinished)?;
        let write = || {
            own::write(&unfinished.join(COMPONENT), wasm)?;
            own::write(&unfinished.join(IMAGE), image)?;
            own::write(&unfinished.join(RECORD), &serde_json::to_vec_pretty(record)?)?;
            let place = self.0.join(&record.name);
            if own::is_there(&place)? {
                fs::remove_dir_all(&place)?;
            }
            fs::rename(&unfinished, &place)?;
            anyhow::Ok(())
        };
        write().inspect_err(|_| drop(fs::remove_dir_all(&unfinished))).with_context(|| self.0.display().to_string())
    }

    /// Removes a language, also one whose record can't be read. `false`: there is none.
    pub fn remove(&self, name: &str) -> anyhow::Result<bool> {
        check_name(name)?;
        if !own::is_there(&self.0)? {
            return Ok(false);
        }
        let folder = self.0.join(name);
        match fs::remove_dir_all(&folder) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| folder.display().to_string()),
        }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

/// A name is a folder's, a key of policies and a word of receipts.
pub fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_+".contains(c);
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_lowercase());
    if !starts || name.len() > 32 || !name.chars().all(plain) {
        bail!(
            "'{}' is no name of a language: 1 to 32 of a-z, 0-9, '-', '_', '+', a letter first (--as NAME gives another)",
            name.escape_debug().take(64).collect::<String>()
        );
    }
    if guest::Language::named(name).is_some() || name == CUSTOM {
        bail!("the name '{name}' is taken by this program: give another with --as NAME");
    }
    Ok(())
}

/// Extensions that no language of the binary has.
pub fn check_extensions(extensions: &[String]) -> anyhow::Result<()> {
    let plain = |one: &String| {
        (1..=16).contains(&one.len()) && one.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    if extensions.is_empty() || extensions.len() > 16 || !extensions.iter().all(plain) {
        bail!("its extensions have to be 1 to 16, each of 1 to 16 of a-z and 0-9: give others with --extensions a,b");
    }
    match extensions.iter().find(|one| guest::Language::of_extension(one).is_some()) {
        Some(taken) => bail!("files .{taken} are of a language of this program: give others with --extensions a,b"),
        None => Ok(()),
    }
}
