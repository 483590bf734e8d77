//! Languages that the user installed: for each a folder with the component, what it was compiled to, and a record of both.
//!
//! What a component was compiled to is native code that runs with all the rights of this user. So the folders are the user's
//! alone, which is looked at each time, and the bytes that are run are those whose hash was recorded. Components and images are
//! named after their hashes and never changed; what counts is the record, which is replaced at once.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use llmspell_wasm::guest::Guest;
use llmspell_wasm::hash;

mod names;
mod own;
mod record;

pub use names::{check_extensions, check_name};
pub use record::{Image, Record, check_apart};

use super::guest_file::{MOST_BYTES, MOST_IMAGE_BYTES};

const RECORD: &str = "guest.json";

/// A record of more bytes is none of ours.
const MOST_RECORD_BYTES: u64 = 64 << 10;

/// How many languages may be installed: each run looks at all.
const MOST: usize = 64;

/// The folder of all installed languages.
pub struct Installed(PathBuf);

/// What is in it.
#[derive(Default)]
pub struct Entries {
    /// By name.
    pub records: Vec<Record>,
    /// What can't be used: its name, and why.
    pub broken: Vec<(String, String)>,
}

impl Entries {
    /// The record of this language: an error where it can't be used.
    pub fn find(&self, name: &str) -> anyhow::Result<Option<&Record>> {
        match self.broken.iter().find(|(broken, _)| broken == name) {
            Some((_, problem)) => bail!("{problem}"),
            None => Ok(self.records.iter().find(|record| record.name == name)),
        }
    }

    /// What to add to a message about a language that was not found.
    pub fn remark(&self) -> String {
        self.broken.first().map(|(_, problem)| format!("; {problem}")).unwrap_or_default()
    }
}

impl Installed {
    /// In the folder that the system has for what the user keeps.
    pub fn open() -> anyhow::Result<Installed> {
        Ok(Installed(super::store::data_folder()?.join("guests")))
    }

    /// All of them. None where nothing was ever installed; an error where others could have changed them.
    pub fn all(&self) -> anyhow::Result<Entries> {
        let mut entries = Entries::default();
        if !own::is_there(&self.0)? {
            return Ok(entries);
        }
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(&self.0).with_context(|| self.0.display().to_string())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        for name in names {
            match self.record(&name) {
                Ok(record) => entries.records.push(record),
                Err(error) => entries.broken.push((name, format!("{error:#}"))),
            }
        }
        Ok(entries)
    }

    fn record(&self, name: &str) -> anyhow::Result<Record> {
        let folder = self.0.join(name);
        let read = || {
            own::is_there(&folder)?;
            Record::parse(name, &own::read(&folder.join(RECORD), MOST_RECORD_BYTES)?)
        };
        read().with_context(|| {
            format!("{}: remove it (llmspell-wasm guest remove {name}), and install it again", folder.display())
        })
    }

    /// The component as it was installed.
    pub fn component(&self, record: &Record) -> anyhow::Result<Vec<u8>> {
        self.bytes(record, &component_name(record), &record.hash, MOST_BYTES)
    }

    /// What runs. `None` where it was compiled for other engines only.
    pub fn guest(&self, record: &Record) -> anyhow::Result<Option<Guest>> {
        let Some(image) = record.image() else { return Ok(None) };
        let bytes = self.bytes(record, &image_name(image), &image.hash, MOST_IMAGE_BYTES)?;
        Ok(Some(record.guest(bytes)))
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

    /// Puts a language in its place, or another image to one that is there. Until the record is replaced, what was there counts.
    pub fn put(&self, record: &Record, wasm: &[u8], image: &[u8]) -> anyhow::Result<()> {
        let text = record.write(MOST_RECORD_BYTES)?;
        let folder = self.0.join(&record.name);
        if !folder.exists() && self.all()?.records.len() >= MOST {
            bail!("{MOST} languages are installed, the most allowed: remove one first");
        }
        own::make(&self.0)?;
        own::make(&folder)?;
        own::put(&folder, &component_name(record), wasm)?;
        if let Some(current) = record.image() {
            own::put(&folder, &image_name(current), image)?;
        }
        own::put(&folder, RECORD, &text)?;
        let needed: Vec<String> =
            record.images.iter().map(image_name).chain([component_name(record), RECORD.into()]).collect();
        own::sweep(&folder, &needed);
        Ok(())
    }

    /// Removes a language, also one whose record can't be read, and what else lies there. `false`: there is none.
    pub fn remove(&self, name: &str) -> anyhow::Result<bool> {
        let mut parts = Path::new(name).components();
        if !matches!((parts.next(), parts.next()), (Some(Component::Normal(only)), None) if only == name) {
            bail!("'{}' is no name of a language", name.escape_debug().take(64).collect::<String>());
        }
        if !own::is_there(&self.0)? {
            return Ok(false);
        }
        let place = self.0.join(name);
        let removed = match fs::symlink_metadata(&place) {
            Err(error) => Err(error),
            Ok(about) if about.is_dir() => {
                // First what counts: whatever is left of it then is no language.
                drop(fs::remove_file(place.join(RECORD)));
                fs::remove_dir_all(&place)
            }
            Ok(_) => fs::remove_file(&place),
        };
        match removed {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| place.display().to_string()),
        }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

fn component_name(record: &Record) -> String {
    format!("{}.wasm", record.hash)
}

fn image_name(image: &Image) -> String {
    format!("{}.cwasm", image.hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(wasm: &[u8], image: &[u8]) -> Record {
        Record {
            name: "mine".into(),
            version: "1".into(),
            extensions: vec!["my".into()],
            imports: Vec::new(),
            hash: hash(wasm),
            bytes: wasm.len() as u64,
            images: vec![Image::of(image).unwrap()],
        }
    }

    #[test]
    fn what_is_broken_keeps_no_other_from_use_and_can_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let installed = Installed(folder.path().join("guests"));
        installed.put(&record(b"wasm", b"image"), b"wasm", b"image").unwrap();
        own::make(&installed.0.join("Foo")).unwrap();
        fs::write(installed.0.join("file"), "x").unwrap();
        let all = installed.all().unwrap();
        assert_eq!((all.records.len(), all.broken.len()), (1, 2));
        assert!(all.find("mine").unwrap().is_some() && all.find("none").unwrap().is_none() && all.find("Foo").is_err());
        assert!(all.remark().contains("guest remove Foo"), "{}", all.remark());
        assert!(
            installed.remove("Foo").unwrap() && installed.remove("file").unwrap() && !installed.remove("Foo").unwrap()
        );
        assert!(["", ".", "..", "/", "a/b", "../x", "a/"].iter().all(|name| installed.remove(name).is_err()));
        assert!(installed.all().unwrap().broken.is_empty());
    }

    #[test]
    fn a_language_is_there_at_each_moment_of_being_put() {
        let folder = tempfile::tempdir().unwrap();
        let installed = Installed(folder.path().join("guests"));
        installed.put(&record(b"old", b"old image"), b"old", b"old image").unwrap();
        // Killed before the record was replaced.
        let place = installed.0.join("mine");
        let new = record(b"new", b"new image");
        own::put(&place, &component_name(&new), b"new").unwrap();
        own::write(&place.join(".new-left"), b"half").unwrap();
        let old = installed.all().unwrap().records.remove(0);
        assert_eq!(installed.component(&old).unwrap(), b"old");
        assert!(installed.guest(&old).unwrap().is_some());
        // Many at once: none is in the way of another, and none leaves anything unfinished.
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| installed.put(&new, b"new", b"new image").unwrap());
            }
        });
        assert_eq!(installed.component(&installed.all().unwrap().records[0]).unwrap(), b"new");
        let left = fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        assert_eq!(left.iter().filter(|name| name.to_string_lossy().starts_with(".new-")).count(), 1, "{left:?}");
    }

    #[test]
    fn each_engine_has_its_own_image_and_a_record_too_large_is_not_written() {
        let mut record = record(b"wasm", b"image");
        record.images[0].compatibility = "another".into();
        assert!(record.image().is_none());
        record.add(Image::of(b"image").unwrap());
        assert_eq!((record.images.len(), record.image().is_some()), (2, true));
        (0..9).for_each(|n| record.add(Image { compatibility: n.to_string(), ..Image::of(b"x").unwrap() }));
        assert_eq!(record.images.len(), 4);
        record.imports = vec!["x".repeat(1000); 70];
        assert!(record.write(MOST_RECORD_BYTES).unwrap_err().to_string().contains("imports"));
    }
}
