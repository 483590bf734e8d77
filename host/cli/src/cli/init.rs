//! `init`: the folder of a new spell.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::{languages, terminal, types};

/// Make a folder for a new spell: the spell, its manifest, a test that runs, and what editors need
#[derive(clap::Args)]
pub struct Args {
    /// The folder, and the spell's name
    name: String,
    /// The language that it is written in
    #[arg(long, alias = "language", value_name = "NAME", default_value = "lua", value_parser = languages::parse)]
    lang: String,
}

/// A text of sdk/templates/spell.
macro_rules! template {
    ($path:literal) => {
        include_str!(concat!("../../../../sdk/templates/spell/", $path))
    };
}

const LONGEST: usize = 64;

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let name = args.name.as_str();
    check_name(name)?;
    let folder = PathBuf::from(name);
    if folder.symlink_metadata().is_ok() {
        bail!("{name}: there is something of this name already; choose another, or remove it");
    }
    let (entry, text, configuration, settings) = match args.lang.as_str() {
        "lua" => ("main.lua", template!("main.lua"), ".luarc.json", template!("luarc.json")),
        "javascript" => ("main.js", template!("main.js"), "jsconfig.json", template!("jsconfig.json")),
        other => bail!("--lang {other}: there is no template for it; known are: lua, javascript"),
    };
    let (types_name, declarations) = types::declarations(&args.lang)?;
    let fill = |text: &str| {
        let text = text.replace("CONFIGURATION", configuration).replace("ENGINE", &args.lang);
        text.replace("ENTRY", entry).replace("NAME", name)
    };
    let files = [
        (entry, text.to_owned()),
        ("spell.yaml", fill(template!("spell.yaml"))),
        ("README.md", fill(template!("README.md"))),
        ("tests/replies.jsonl", template!("replies.jsonl").to_owned()),
        ("tests/expected.txt", template!("expected.txt").to_owned()),
        ("tests/run.sh", template!("run.sh").to_owned()),
        (configuration, settings.to_owned()),
        (&format!("types/{types_name}"), declarations),
    ];
    for (path, text) in &files {
        write(&folder.join(path), text)?;
    }
    terminal::print(&format!(
        "made {name}/: `llmspell-wasm run {name} --offline --param topic=tea` runs it without a key, `sh {name}/tests/run.sh` tests it\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// A word that is a folder's name everywhere, and needs no quotes in YAML.
fn check_name(name: &str) -> anyhow::Result<()> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
    if !name.starts_with(|sign: char| sign.is_ascii_alphabetic()) || name.len() > LONGEST || !name.chars().all(plain) {
        let shown: String = name.escape_debug().take(LONGEST).collect();
        bail!("'{shown}' is no name of a spell: 1 to {LONGEST} of letters, digits, '-' and '_', a letter first");
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).and_then(|()| fs::write(file, text)).with_context(|| file.display().to_string())
}
