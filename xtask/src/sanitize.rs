//! Plays the guests as native programs, watched by AddressSanitizer and UndefinedBehaviorSanitizer.
//!
//! In WebAssembly a fault of the C glue stays within the guest's own memory, and goes unnoticed. So it is compiled once
//! more for this machine, with a host that only pretends (guests/native), and plays the spells of all cases.

mod build;
mod jobs;
mod log;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, bail, ensure};

use crate::guests;
use crate::language::Language;
use log::Log;

/// Reports that are no fault of ours: what they contain, and why it is left.
const KNOWN: &[(&str, &str)] = &[];

/// Plays the guests `names`, or all. An error where a sanitizer has spoken.
pub fn play(root: &Path, names: &[String]) -> Result<()> {
    let mut faults = 0;
    for language in guests::named(names)? {
        faults += play_one(root, language).with_context(|| format!("sanitizing the guest {}", language.name))?;
    }
    ensure!(faults == 0, "{faults} different faults, reported above");
    Ok(())
}

fn play_one(root: &Path, language: &Language) -> Result<usize> {
    let folder = root.join("target").join("sanitize").join(language.name);
    fs::create_dir_all(&folder)?;
    let program = build::build(root, language, &folder)?;
    let lists = jobs::write(root, language, &folder, processes())?;
    println!("{}: playing", language.name);
    let players = lists.iter().map(|list| start(root, &program, list)).collect::<Result<Vec<_>>>()?;
    let mut log = Log::default();
    for (mut child, path) in players {
        let status = child.wait()?;
        log.read(&String::from_utf8_lossy(&fs::read(&path)?));
        if !status.success() {
            bail!("it ended early, {status}: see {}", path.display());
        }
    }
    Ok(log.show(language.name, KNOWN))
}

/// One player, and the file of what it says.
fn start(root: &Path, program: &Path, list: &Path) -> Result<(Child, PathBuf)> {
    let path = list.with_extension("log");
    let log = File::create(&path)?;
    let child = Command::new(program)
        .arg(list)
        .current_dir(root)
        // Runs end where they stand, with all their memory. A refused allocation is an answer, not a fault.
        .env(
            "ASAN_OPTIONS",
            "detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=1:quarantine_size_mb=64",
        )
        .env("UBSAN_OPTIONS", "print_stacktrace=1")
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    Ok((child, path))
}

fn processes() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
