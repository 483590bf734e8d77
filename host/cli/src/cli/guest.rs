//! The commands about languages of third parties.

use std::process::ExitCode;

use clap::Subcommand;

mod check;
mod info;
mod install;
mod list;
mod new;
mod remove;
mod test;

/// Make, check, test, install and remove languages of your own: guest components
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(new::Args),
    Check(check::Args),
    Test(test::Args),
    Install(install::Args),
    List(list::Args),
    Info(info::Args),
    Remove(remove::Args),
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::New(args) => new::exec(&args),
        Command::Check(args) => check::exec(args),
        Command::Test(args) => test::exec(args),
        Command::Install(args) => install::exec(args),
        Command::List(args) => list::exec(args),
        Command::Info(args) => info::exec(args),
        Command::Remove(args) => remove::exec(&args),
    }
}
