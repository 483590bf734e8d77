use std::process::ExitCode;

use llmspell_script_api::{Table, help};

use super::terminal;

/// Tell what a name of the script API does: its parameters, result and errors, in both languages
#[derive(clap::Args)]
pub struct Args {
    /// Such as Agent, Agent.create, agent:run or AgentOptions; without one, all globals
    name: Option<String>,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let table = Table::load()?;
    terminal::print(&help(&table, args.name.as_deref())?)?;
    Ok(ExitCode::SUCCESS)
}
