//! Plays the official test suites of Lua and JavaScript in the guests, to see that our builds of the interpreters are
//! whole. The suites are not part of the repository: the caller names a folder.

mod known;
mod lua;
mod options;
mod player;
mod pool;
mod report;
mod test262;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use known::Known;
use options::{Options, Suite};
use player::{Binary, Player};
use report::{Play, Report};

/// Whether all that was played is as it should be.
pub fn run(root: &Path, arguments: &[String]) -> Result<bool> {
    let options = options::read(root, arguments)?;
    let known = Known::read(&options.known)?;
    let files = files(&options)?;
    let player = Binary::new(&options)?;
    eprintln!("{} files, {} at a time", files.len(), options.jobs);
    let report = play(&options, &known, &files, &player)?;
    print!("{}", report.text(options.list_failures));
    Ok(report.is_good())
}

fn files(options: &Options) -> Result<Vec<PathBuf>> {
    let mut files = match options.suite {
        Suite::Lua => lua::files(&options.folder)?,
        Suite::Test262 => test262::files(&options.folder)?,
    };
    if let Some(filter) = &options.filter {
        files.retain(|file| name(&options.folder, file).contains(filter.as_str()));
        ensure!(!files.is_empty(), "no file of {} has `{filter}` in its name", options.folder.display());
    }
    Ok(files)
}

fn play(options: &Options, known: &Known, files: &[PathBuf], player: &dyn Player) -> Result<Report> {
    let harness = match options.suite {
        Suite::Lua => None,
        Suite::Test262 => Some(test262::Harness::new(&options.folder)),
    };
    let plays = pool::map(files, options.jobs, |file| -> Result<Vec<Play>> {
        let name = name(&options.folder, file);
        let played = match &harness {
            None => lua::play(file, &name, known, player),
            Some(harness) => test262::play(file, &name, harness, known, player),
        };
        played.with_context(|| format!("playing {name}"))
    })?;
    Ok(Report::new(plays, known))
}

/// The file's name within the suite, with slashes.
fn name(folder: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(folder).unwrap_or(file);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    let name = parts.join("/");
    name.strip_prefix("test/").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests;
