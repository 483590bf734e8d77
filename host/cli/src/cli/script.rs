//! The spell as it was given: a file, standard input or the command line itself.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use llmspell_wasm::file::{self, FileKind};
use llmspell_wasm::policy::{Policy, PolicyError, misspelt, requested_policies};
use llmspell_wasm::{Fault, guest};

use super::languages;
use super::manifest::Manifest;

/// More than this is no script, and may be a device that never ends.
const MOST_BYTES: u64 = 16 << 20;

type Open = fn(&Path, FileKind<'_>) -> io::Result<File>;

/// A spell that has been read and not yet checked.
pub struct Script {
    pub language: String,
    /// What messages to the spell call it: the file's name, without the folders that lead to it.
    pub name: String,
    /// What the user calls it.
    pub shown: String,
    /// What is run here, shown by processes that wait for the store.
    pub owner: String,
    /// Where its modules lie.
    pub folder: Option<PathBuf>,
    pub bytes: Vec<u8>,
    /// Of a spell that is a folder.
    pub manifest: Option<Manifest>,
}

impl Script {
    /// Reads a file, a folder with a manifest, or standard input for "-". `language` comes before the file's extension.
    pub fn read(file: &Path, language: Option<&str>) -> anyhow::Result<Script> {
        Script::read_by(file, language, file::open)
    }

    /// As [`Script::read`], of plain files: nothing else is waited for.
    pub fn read_plain(file: &Path, language: Option<&str>) -> anyhow::Result<Script> {
        Script::read_by(file, language, file::open_plain)
    }

    fn read_by(file: &Path, language: Option<&str>, open: Open) -> anyhow::Result<Script> {
        let Some(manifest) = Manifest::find(file)? else { return Script::read_with(file, language, open) };
        let named = match &manifest.engine {
            Some(name) if language.is_none() => Some(languages::parse(name)?),
            _ => language.map(Into::into),
        };
        let opened = manifest.open_entry(file)?;
        let script = Script::read_with(&file.join(&manifest.entry), named.as_deref(), |_, _| Ok(opened))?;
        // Its modules lie in its folder, wherever in there it begins.
        Ok(Script { folder: Some(file.into()), name: manifest.entry.clone(), manifest: Some(manifest), ..script })
    }

    fn read_with(
        file: &Path,
        language: Option<&str>,
        open: impl FnOnce(&Path, FileKind<'_>) -> io::Result<File>,
    ) -> anyhow::Result<Script> {
        if file == Path::new("-") {
            let language = language.unwrap_or(DEFAULT_LANGUAGE);
            let bytes = read(io::stdin()).context("standard input")?;
            return Ok(Script { bytes, owner: "run -".into(), ..Script::inline(language, "stdin", "") });
        }
        // Before its language is guessed: of a file that is not there, the name is the mistake.
        let extensions = languages::all_extensions();
        let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
        let opened = open(file, FileKind { name: "a spell", extensions: &extensions });
        let opened = opened.with_context(|| file.display().to_string())?;
        let language = match language {
            Some(language) => language.to_owned(),
            None => languages::of_file(file)?,
        };
        let bytes = read(opened).with_context(|| file.display().to_string())?;
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = Some(folder_of(file));
        let shown = file.display().to_string();
        Ok(Script { language, name, owner: format!("run {shown}"), shown, folder, bytes, manifest: None })
    }

    /// A spell without a file.
    pub fn inline(language: &str, name: &str, text: &str) -> Script {
        let (language, name, bytes) = (language.into(), String::from(name), text.into());
        Script { language, shown: name.clone(), owner: name.clone(), name, folder: None, bytes, manifest: None }
    }

    /// All that it asks for: beside it, in its first lines and in its manifest.
    pub fn requested(&self, text: &str) -> Result<Vec<Policy>, PolicyError> {
        let mut all = requested_policies(self.folder.as_deref(), &self.shown, text)?;
        all.extend(self.manifest.as_ref().and_then(|manifest| manifest.requested.clone()));
        Ok(all)
    }

    /// What its manifest has without effect, a line each.
    pub fn idle(&self) -> &[String] {
        self.manifest.as_ref().map_or(&[], |manifest| &manifest.remarks)
    }

    /// Comments that look like a requested policy but are not one, a line each.
    pub fn misspelt(&self, text: &str) -> Vec<String> {
        let remarks = misspelt(&self.language, text).into_iter();
        remarks.map(|remark| format!("{}:{}: {}", self.shown, remark.line, remark.what)).collect()
    }

    /// The language that a text without a file seems to be in, where that is not the one it was taken for.
    pub fn other_language(&self) -> Option<&'static str> {
        let text = std::str::from_utf8(&self.bytes).ok().filter(|_| self.folder.is_none())?;
        let has = |signs: &[&str]| signs.iter().any(|sign| text.contains(sign));
        let seems = match () {
            () if has(JAVASCRIPT_SIGNS) => "javascript",
            () if has(LUA_SIGNS) => "lua",
            () => return None,
        };
        (seems != self.language).then_some(seems)
    }

    /// Its text, or where it stops being one.
    pub fn text(&self) -> Result<&str, Box<Fault>> {
        let fault = |message: String, line| {
            Box::new(Fault {
                code: "invalid-spell".into(),
                message,
                file: Some(self.name.clone()),
                line,
                ..Fault::default()
            })
        };
        if self.bytes.len() as u64 > MOST_BYTES {
            return Err(fault(format!("the spell has more than {} MiB, the most allowed", MOST_BYTES >> 20), None));
        }
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let (before, wrong) = self.bytes.split_at(error.valid_up_to());
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let wrong = wrong.first().copied().unwrap_or_default();
            fault(format!("not UTF-8: byte 0x{wrong:02x}"), u32::try_from(line).ok())
        })
    }
}

/// What the other language's programs do not have, outside of their texts.
const JAVASCRIPT_SIGNS: &[&str] = &["const ", "let ", "=>", "===", "await ", "async ", "`"];
const LUA_SIGNS: &[&str] = &["local ", " then", " do ", "~=", " .. "];

/// Of what comes from standard input.
pub const DEFAULT_LANGUAGE: &str = match guest::LANGUAGES.first() {
    Some(language) => language.name,
    None => "",
};

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn read(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
