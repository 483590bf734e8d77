//! Tasks of the project that Cargo alone can't do. `make build` runs them in order.

mod bindings;
mod conformance;
mod declaration_rules;
mod fusion_rules;
mod glue;
mod guests;
mod javascript;
mod javascript_rules;
mod jq;
mod language;
mod lua;
mod lua_rules;
mod notices;
mod prelude;
mod rules;
mod sanitize;
mod shim;
mod snapshot;
mod stamp;
mod switch;
mod toolchain;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

const USAGE: &str = "usage: xtask guests [language]... | xtask notices | xtask sanitize [language]...
       xtask conformance --lua|--test262 FOLDER

  guests    builds the guests into target/guests (all, or those named)
  notices   gathers the licences of everything in the binary into target/guests/notices.txt
  sanitize  runs the guests as native programs under AddressSanitizer and UndefinedBehaviorSanitizer
  conformance
            runs an official test suite of Lua or ECMAScript from FOLDER:
            --lua FOLDER      lua-5.4.x-tests, as from www.lua.org/tests
            --test262 FOLDER  a checkout of tc39/test262
            --filter TEXT     files with TEXT in their name
            --list-failures   all of them, and known differences
            --binary FILE     instead of target/debug/llmspell-wasm
            --guest FILE      a component instead of the binary's own, such as target/guests/lua.wasm
            --known FILE      known differences, instead of guests/<language>/conformance.txt
            --jobs N          processes at a time (default: one a core)
            Exit code 1: something failed that is no known difference.";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("guests") => root().and_then(|root| guests::build(&root, &arguments.collect::<Vec<_>>())),
        Some("sanitize") => root().and_then(|root| sanitize::play(&root, &arguments.collect::<Vec<_>>())),
        Some("notices") => root().and_then(|root| notices::write(&root)),
        Some("conformance") => match root().and_then(|root| conformance::run(&root, &arguments.collect::<Vec<_>>())) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => {
                eprintln!("error: {error:#}");
                return ExitCode::from(2);
            }
        },
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder: the one that holds the crate `xtask`.
fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is in no workspace")?;
    Ok(root.to_path_buf())
}
