//! `completions` and `man`: what shells and `man` need of the command line.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Cli;

const NAME: &str = "llmspell-wasm";

/// Print completions for a shell: `llmspell-wasm completions bash > ~/.local/share/bash-completion/completions/llmspell-wasm`
#[derive(clap::Args)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Print the man page: `llmspell-wasm man > ~/.local/share/man/man1/llmspell-wasm.1`
#[derive(clap::Args)]
pub struct ManArgs {}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let mut made = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut made);
    printed(&made)
}

pub fn man(_: ManArgs) -> anyhow::Result<ExitCode> {
    let mut made = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut made)?;
    printed(&made)
}

/// A closed pipe is no error.
fn printed(text: &[u8]) -> anyhow::Result<ExitCode> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
