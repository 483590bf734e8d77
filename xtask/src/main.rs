//! Tasks of the project that Cargo alone can't do. `make build` runs them in order.

mod bindings;
mod guests;
mod javascript;
mod javascript_rules;
mod language;
mod lua;
mod lua_rules;
mod notices;
mod rules;
mod sanitize;
mod snapshot;
mod stamp;
mod switch;
mod toolchain;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

const USAGE: &str = "usage: xtask guests [language]... | xtask sanitize [language]... | xtask notices

  guests    builds the guests into target/guests (all, or those named)
  sanitize  plays the guests as native programs under AddressSanitizer and UndefinedBehaviorSanitizer
  notices   gathers the licences of what the binary carries into target/guests/notices.txt";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match arguments.next().as_deref() {
        Some("guests") => root().and_then(|root| guests::build(&root, &arguments.collect::<Vec<_>>())),
        Some("sanitize") => root().and_then(|root| sanitize::play(&root, &arguments.collect::<Vec<_>>())),
        Some("notices") => root().and_then(|root| notices::write(&root)),
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in no workspace")?;
    Ok(root.to_path_buf())
}
