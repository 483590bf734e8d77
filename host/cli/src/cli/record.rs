//! The commands about records of runs.

use std::process::ExitCode;

use clap::Subcommand;

mod diff;
mod show;

/// Look at records of runs, which `run --record` writes and `replay` runs again
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(show::Args),
    Diff(diff::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Show(args) => show::exec(args),
        Command::Diff(args) => diff::exec(args),
    }
}
