use std::process::ExitCode;

use anyhow::bail;

use crate::cli::installed::Installed;

/// Remove a language that was installed
#[derive(clap::Args)]
pub struct Args {
    /// Its name
    name: String,
}

pub fn exec(args: &Args) -> anyhow::Result<ExitCode> {
    if !Installed::open()?.remove(&args.name)? {
        bail!("'{}' is not installed", args.name);
    }
    Ok(ExitCode::SUCCESS)
}
