//! What the build must know about one guest language.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::glue::Writer;
use crate::rules::Rule;
use crate::words::Style;

/// One guest: an interpreter written in C, and our glue around it.
pub struct Language {
    /// Of the guest, and of its files in `target/guests`.
    pub name: &'static str,
    /// Our C and script files, relative to the workspace.
    pub folder: &'static str,
    /// The crate that carries the interpreter's sources, and their folder in it.
    pub interpreter: (&'static str, &'static str),
    /// The interpreter's files to compile. Those that a file of ours includes are not among them.
    pub sources: &'static [&'static str],
    /// What is changed in them.
    pub rules: &'static [&'static [Rule]],
    pub flags: &'static [&'static str],
    /// Whether small jump tables become comparisons. It makes Lua faster, and QuickJS slower.
    pub unrolls_switches: bool,
    /// Of spells and of the prelude's scripts, without the dot.
    pub extension: &'static str,
    /// What begins a line of comment in them.
    pub comment: &'static str,
    /// Writes the C around the imports.
    pub writer: Writer,
    /// How the words that all preludes share are written.
    pub words: Style,
    /// What else is changed in the native build, and its flags.
    pub native_rules: &'static [Rule],
    pub native_flags: &'static [&'static str],
}

impl Language {
    /// Where Cargo keeps the interpreter's sources: whatever Cargo.lock says, fetched if need be.
    pub fn find_interpreter(&self, root: &Path) -> Result<PathBuf> {
        let (name, folder) = self.interpreter;
        find_sources(root, name, folder)
    }
}

/// The folder `folder` of the crate `name` that xtask depends on.
pub fn find_sources(root: &Path, name: &str, folder: &str) -> Result<PathBuf> {
    // No platform filter: the crate is listed under a target that never matches, so that Cargo never builds it.
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(vec!["--locked".into()])
        .exec()
        .context("asking cargo where the interpreter's sources are")?;
    // The lock file may hold further versions for other members: ours is the one that xtask asks for.
    let nodes = metadata.resolve.map(|resolve| resolve.nodes).unwrap_or_default();
    let wanted = nodes.iter().filter(|node| node.id.repr.contains("xtask")).flat_map(|node| node.dependencies.iter());
    let found = wanted
        .filter_map(|id| metadata.packages.iter().find(|package| &package.id == id))
        .find(|package| package.name.as_str() == name);
    let manifest = &found.with_context(|| format!("xtask has no dependency `{name}`"))?.manifest_path;
    let crate_folder = manifest.parent().context("a manifest lies in a folder")?;
    let sources = crate_folder.join(folder).into_std_path_buf();
    anyhow::ensure!(sources.is_dir(), "the crate {name} has no folder `{folder}`");
    Ok(sources)
}
