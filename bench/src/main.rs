//! Side by side with native Lua: what the sandbox costs. Prints Markdown.

mod agents;
mod callbacks;
mod calls;
mod measure;
mod memory;
mod native;
mod processes;
mod programs;
mod sandbox;
mod state;
mod stops;
mod table;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use sandbox::Sandbox;

/// lua-src 551 holds Lua 5.4.9 on both sides; mlua does not tell at run time what it was built with.
const HEAD: &str = "# Beside native Lua

Native is PUC Lua 5.4.9 in the same process (mlua's, C compiler at -O2), without any limit. The contenders take turns in
each round, and must agree on the result. A figure is CPU time of the thread, user and system, the least of the rounds;
a ratio is sandbox to native, lower is better. Where the ratio of the medians differs much, the machine was busy.
";

const PARTS: [&str; 8] = ["calls", "callbacks", "tools", "agents", "programs", "state", "memory", "processes"];

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Without arguments everything is measured, else what they name.
fn bench() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, kind] = arguments.as_slice()
        && first == memory::ARGUMENT
    {
        return memory::measure(kind);
    }
    if let Some(unknown) = arguments.iter().find(|argument| !PARTS.contains(&argument.as_str())) {
        anyhow::bail!("there is no part '{unknown}'; known are: {}", PARTS.join(", "));
    }
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    println!("{HEAD}");
    println!("{}\n", machine());
    let sandbox = Sandbox::new(&calls::environment())?;
    if wanted("calls") {
        calls::compare(&sandbox)?;
    }
    if wanted("callbacks") {
        callbacks::measure(&sandbox)?;
    }
    if wanted("tools") {
        tools::measure(&sandbox)?;
    }
    if wanted("agents") {
        agents::measure()?;
    }
    if wanted("programs") {
        programs::compare(&sandbox)?;
    }
    if wanted("state") {
        state::measure()?;
    }
    if wanted("memory") {
        memory::compare()?;
    }
    if wanted("processes") {
        processes::compare()?;
    }
    Ok(())
}

/// How busy the machine is: with other work on it, no figure is better than a hint.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    format!("Cores: {cores}. Load before the run: {load}.")
}
