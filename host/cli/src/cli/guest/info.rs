use std::process::ExitCode;

use anyhow::anyhow;
use llmspell_wasm::nearest;
use serde_json::json;

use super::check::show;
use super::list::shown;
use crate::cli::installed::Installed;
use crate::cli::play::Format;
use crate::cli::{System, guest_file, signals, terminal};

/// Show a language that was installed: as `guest list` and `guest check` do
#[derive(clap::Args)]
pub struct Args {
    /// Its name
    name: String,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let installed = Installed::open()?;
    let all = installed.all()?;
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let found = all.iter().find(|one| one.name == args.name);
    let record = found.ok_or_else(|| anyhow!("'{}' is not installed{}", args.name, nearest(&args.name, &names)))?;
    if args.output == Format::Json {
        terminal::print(&(terminal::pretty(&json!(shown(record.clone()))) + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let wasm = installed.component(record)?;
    let tokio = signals::runtime(tokio::runtime::Builder::new_current_thread()).map_err(System)?;
    let report = tokio.block_on(guest_file::examine(&record.name, &wasm)).map_err(|(_, problem)| anyhow!(problem))?;
    let title = format!("{} {} (.{})", record.name, record.version, record.extensions.join(", ."));
    let anew = if record.image.is_current() { "" } else { "; of another engine: the next run compiles it anew" };
    terminal::print(&format!(
        "{}\nIn {}\n  guest    {}\n  image    {} bytes{anew}\n",
        show(&title, &report),
        installed.folder().join(&record.name).display(),
        record.hash,
        record.image.bytes
    ))?;
    Ok(ExitCode::SUCCESS)
}
