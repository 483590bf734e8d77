//! `types`: declarations of the script API, by which editors complete and check spells.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use llmspell_script_api::{Table, lua_declarations, typescript_declarations};

use super::{languages, terminal};

/// Write the declarations of the script API for editors: llmspell.d.ts or llmspell.lua
#[derive(clap::Args)]
pub struct Args {
    /// The language of the spells
    #[arg(long, alias = "language", value_name = "NAME", value_parser = languages::parse)]
    lang: String,
    /// The folder that they are written to; without it they go to standard output
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let (name, text) = declarations(&args.lang)?;
    match args.to {
        None => terminal::print(&text)?,
        Some(folder) => {
            let path = write(&folder, name, &text)?;
            terminal::tell(&format!("{} is written", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The file's name, and what is in it.
pub fn declarations(language: &str) -> anyhow::Result<(&'static str, String)> {
    let table = Table::load()?;
    match language {
        "lua" => Ok(("llmspell.lua", lua_declarations(&table))),
        "javascript" => Ok(("llmspell.d.ts", typescript_declarations(&table))),
        other => anyhow::bail!("there are no declarations for '{other}': known are: lua, javascript"),
    }
}

fn write(folder: &Path, name: &str, text: &str) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| path.display().to_string())?;
    Ok(path)
}
