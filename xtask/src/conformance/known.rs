//! The known differences between a guest and the plain language: guests/<language>/conformance.txt.
//!
//! A line is `<kind> <name>: <why>`; `#` begins a comment. Kinds:
//!
//! - `word`: what mentions this text is not played (Lua: these tokens in a row);
//! - `feature`: what needs this feature, by its front matter, is not played (test262);
//! - `folder`, `file`: not played;
//! - `test`: is played and may fail. The name is as reports show it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

#[derive(Debug, Default)]
pub struct Known {
    pub words: Vec<Difference>,
    pub features: Vec<Difference>,
    pub places: Vec<Difference>,
    pub tests: Vec<Difference>,
}

#[derive(Debug)]
pub struct Difference {
    pub name: String,
    pub why: String,
}

impl Known {
    pub fn read(file: &Path) -> Result<Known> {
        let shown = file.display();
        let text = fs::read_to_string(file).with_context(|| format!("reading the known differences, {shown}"))?;
        Known::parse(&text).with_context(|| format!("{shown}"))
    }

    pub fn parse(text: &str) -> Result<Known> {
        let mut known = Known::default();
        for (index, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let halves = line.split_once(": ").and_then(|(left, why)| Some((left.split_once(' ')?, why.trim())));
            let Some(((kind, name), why)) = halves else { bail!("line {number}: wanted is `kind name: why`") };
            let (name, why) = (name.trim().to_owned(), why.to_owned());
            ensure!(!name.is_empty() && !why.is_empty(), "line {number}: wanted is `kind name: why`");
            let list = match kind {
                "word" => &mut known.words,
                "feature" => &mut known.features,
                "folder" | "file" => &mut known.places,
                "test" => &mut known.tests,
                _ => bail!("line {number}: no kind `{kind}`: there is word, feature, folder, file, test"),
            };
            let name = if kind == "folder" { format!("{}/", name.trim_end_matches('/')) } else { name };
            list.push(Difference { name, why });
        }
        Ok(known)
    }

    /// Why the file of this name is not played.
    pub fn place(&self, name: &str) -> Option<&str> {
        let found = self
            .places
            .iter()
            .find(|one| one.name == name || (one.name.ends_with('/') && name.starts_with(one.name.as_str())));
        found.map(|one| one.why.as_str())
    }

    pub fn feature(&self, name: &str) -> Option<&str> {
        self.features.iter().find(|one| one.name == name).map(|one| one.why.as_str())
    }

    /// Why the test may fail. In test262 a name is for both modes.
    pub fn test(&self, name: &str) -> Option<&Difference> {
        let bare = name.strip_suffix(" (strict)").unwrap_or(name);
        self.tests.iter().find(|one| one.name == name || one.name == bare)
    }
}
