use std::path::PathBuf;
use std::process::ExitCode;

use llmspell_wasm::Ending;
use llmspell_wasm::api::cli::guest::GuestReport;
use serde_json::json;

use crate::cli::play::Format;
use crate::cli::{System, guest_file, signals, terminal};

/// Show what a component is built for, what it imports and what it will find there, and what keeps it from being a guest
///
/// Only its types are read: nothing is compiled or run.
#[derive(clap::Args)]
pub struct Args {
    /// The component
    file: PathBuf,
    /// Text for people, or one JSON document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Format,
}

pub fn exec(args: Args) -> anyhow::Result<ExitCode> {
    let wasm = guest_file::read(&args.file)?;
    let shown = args.file.display().to_string();
    let read = signals::run(async |cancel| guest_file::examine(&shown, &wasm, cancel).await);
    let report = match read.map_err(System)? {
        Ok(report) => report,
        Err((ending, problem)) => {
            crate::cli::complain(&format!("{}: {problem}", ending.word()));
            return Ok(ExitCode::from(ending.exit_code()));
        }
    };
    terminal::print(&match args.output {
        Format::Json => terminal::pretty(&json!(report)) + "\n",
        Format::Text => show(&shown, &report),
    })?;
    let ending = if report.problems.is_empty() { Ending::Completed } else { Ending::InvalidGuest };
    Ok(ExitCode::from(ending.exit_code()))
}

/// As people read it. What comes from the component is escaped.
pub fn show(file: &str, report: &GuestReport) -> String {
    let line = terminal::one_line;
    let (ours, others): (Vec<_>, Vec<_>) = report.imports.iter().partition(|one| one.found == "ours");
    let short = |name: &str| {
        let name = name.rsplit('/').next().unwrap_or(name);
        line(name.split('@').next().unwrap_or(name))
    };
    let words = |words: Vec<String>| if words.is_empty() { "none".into() } else { words.join(", ") };
    let built_for = report.version.as_deref().map_or("no version of the world".into(), line);
    let mut text = format!(
        "{}\n  world    built for {built_for}; this host has {}\n  size     {} bytes\n  exports  {}\n  imports  {}\n",
        line(file),
        report.host_version,
        report.bytes,
        words(report.exports.iter().map(|name| line(name)).collect()),
        words(ours.iter().map(|one| short(&one.name)).collect()),
    );
    let wide = others.iter().map(|one| one.name.chars().count()).max().unwrap_or_default().min(60);
    if !others.is_empty() {
        text += "\nBeyond the world, and what it will find there\n";
        for one in others {
            text += &format!("  {:<wide$}  {}\n", line(&one.name), one.found);
        }
    }
    if !report.problems.is_empty() {
        text += "\nWhat keeps it from being a guest\n";
        report.problems.iter().for_each(|problem| text += &format!("  {}\n", line(problem)));
    }
    text
}
