//! What was asked for, checked before anything is played.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Suite {
    Lua,
    Test262,
}

#[derive(Debug)]
pub struct Options {
    pub suite: Suite,
    pub folder: PathBuf,
    pub binary: PathBuf,
    /// A component instead of the one in the binary.
    pub guest: Option<PathBuf>,
    pub filter: Option<String>,
    /// The file with the known differences.
    pub known: PathBuf,
    pub jobs: usize,
    pub list_failures: bool,
}

pub fn read(root: &Path, arguments: &[String]) -> Result<Options> {
    let mut chosen = None;
    let (mut binary, mut guest, mut filter, mut known, mut jobs) = (None, None, None, None, None);
    let mut list_failures = false;
    let mut arguments = arguments.iter();
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{flag} needs a value"));
        match flag.as_str() {
            "--lua" | "--test262" => {
                ensure!(chosen.is_none(), "one suite at a time: --lua FOLDER or --test262 FOLDER");
                let suite = if flag == "--lua" { Suite::Lua } else { Suite::Test262 };
                chosen = Some((suite, PathBuf::from(value()?)));
            }
            "--binary" => binary = Some(PathBuf::from(value()?)),
            "--guest" => guest = Some(PathBuf::from(value()?)),
            "--filter" => filter = Some(value()?.clone()),
            "--known" => known = Some(PathBuf::from(value()?)),
            "--jobs" => jobs = Some(number(value()?)?),
            "--list-failures" => list_failures = true,
            _ => bail!(
                "conformance knows no {flag}: there is --lua, --test262, --filter, --list-failures, --binary, --guest, --known, --jobs"
            ),
        }
    }
    let (suite, folder) = chosen.context("which suite? --lua FOLDER or --test262 FOLDER")?;
    check_suite(suite, &folder)?;
    let own_binary = format!("llmspell-wasm{}", std::env::consts::EXE_SUFFIX);
    let binary = binary.unwrap_or_else(|| root.join("target").join("debug").join(own_binary));
    ensure!(binary.is_file(), "no binary {}: `make build` makes it, --binary FILE names another", binary.display());
    if let Some(guest) = &guest {
        ensure!(guest.is_file(), "no guest {}: `xtask guests` makes it", guest.display());
    }
    let own_list = if suite == Suite::Lua { "lua-wasm" } else { "quickjs-wasm" };
    let known = known.unwrap_or_else(|| root.join("guests").join(own_list).join("conformance.txt"));
    let jobs = jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    Ok(Options { suite, folder, binary, guest, filter, known, jobs, list_failures })
}

fn number(text: &str) -> Result<usize> {
    let number = text.parse().ok().filter(|number| (1..=256).contains(number));
    number.with_context(|| format!("--jobs is a number from 1 to 256, not `{text}`"))
}

/// Files that tell a suite.
fn check_suite(suite: Suite, folder: &Path) -> Result<()> {
    ensure!(folder.is_dir(), "no folder {}", folder.display());
    let (what, from, marks): (_, _, &[&str]) = match suite {
        Suite::Lua => ("Lua's tests", "lua-5.4.x-tests of www.lua.org/tests", &["all.lua", "strings.lua", "calls.lua"]),
        Suite::Test262 => ("test262", "a checkout of tc39/test262", &["test", "harness/assert.js", "harness/sta.js"]),
    };
    for mark in marks {
        let shown = folder.display();
        ensure!(folder.join(mark).exists(), "{shown} is not {what}: it has no {mark}; wanted is {from}");
    }
    Ok(())
}
