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
    let names: Vec<&str> = all.records.iter().map(|one| one.name.as_str()).collect();
    let record = all
        .find(&args.name)?
        .ok_or_else(|| anyhow!("'{}' is not installed{}", args.name, nearest(&args.name, &names)))?;
    if args.output == Format::Json {
        terminal::print(&(terminal::pretty(&json!(shown(record.clone()))) + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let wasm = installed.component(record)?;
    let read = signals::run(async |cancel| guest_file::examine(&record.name, &wasm, cancel).await);
    let report = match read.map_err(System)? {
        Ok(report) => report,
        Err((ending, problem)) => {
            crate::cli::complain(&format!("{}: {problem}", ending.word()));
            return Ok(ExitCode::from(ending.exit_code()));
        }
    };
    let title = format!("{} {} (.{})", record.name, record.version, record.extensions.join(", ."));
    let about = shown(record.clone());
    let anew = if about.is_current { "" } else { "; of another engine: the next run compiles it anew" };
    terminal::print(&format!(
        "{}\nIn {}\n  guest    {}\n  image    {} bytes{anew}\n",
        show(&title, &report),
        installed.folder().join(&record.name).display(),
        record.hash,
        about.image_bytes
    ))?;
    Ok(ExitCode::SUCCESS)
}
