//! Side by side with the native interpreters: what the sandbox costs. Prints Markdown.

mod agents;
mod callbacks;
mod calls;
mod language;
mod limits;
mod measure;
mod memory;
mod native;
mod processes;
mod programs;
mod retrieval;
mod sandbox;
mod standard_tools;
mod state;
mod stops;
mod table;
mod tools;
mod workflows;

use std::process::ExitCode;

use anyhow::Result;
use language::{LANGUAGES, Language};
use sandbox::Sandbox;

/// The sources of both sides are the same: lua-src 551 holds Lua 5.4.9, rquickjs-sys 0.14 holds QuickJS-ng.
const HEAD: &str = "# Beside the native interpreters

Native is PUC Lua 5.4.9 and QuickJS-ng in the same process (C compiler at -O2), without any limit. The contenders take
turns in each round, and must agree on the result. A figure is CPU time of the thread, user and system, the least of the
rounds; a ratio is sandbox to native, lower is better. Where the ratio of the medians differs much, the machine was busy.
";

const PARTS: [&str; 12] = [
    "calls",
    "callbacks",
    "tools",
    "standard-tools",
    "agents",
    "workflows",
    "retrieval",
    "programs",
    "limits",
    "state",
    "memory",
    "processes",
];

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Without arguments everything is measured in each language, else what they name. Callbacks, tools, agents, workflows and retrieval are in
/// Lua alone: their work is the host's.
fn bench() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, kind] = arguments.as_slice()
        && first == memory::ARGUMENT
    {
        return memory::measure(kind);
    }
    let is_language = |argument: &String| LANGUAGES.iter().any(|language| language.word == argument);
    let known = |argument: &String| PARTS.contains(&argument.as_str()) || is_language(argument);
    if let Some(unknown) = arguments.iter().find(|argument| !known(argument)) {
        let languages: Vec<_> = LANGUAGES.iter().map(|language| language.word).collect();
        anyhow::bail!("there is no part '{unknown}'; known are: {}, {}", PARTS.join(", "), languages.join(", "));
    }
    let all_parts = arguments.iter().all(is_language);
    let all_languages = !arguments.iter().any(is_language);
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    let wanted = |part: &str| all_parts || named(part);
    let languages: Vec<&Language> = LANGUAGES.iter().filter(|language| all_languages || named(language.word)).collect();
    println!("{HEAD}");
    println!("{}\n", machine());
    let sandbox = Sandbox::new(&calls::environment())?;
    if wanted("calls") {
        languages.iter().try_for_each(|language| calls::compare(&sandbox, language))?;
    }
    let lua = all_languages || named("lua");
    if lua && wanted("callbacks") {
        callbacks::measure(&sandbox)?;
    }
    if lua && wanted("tools") {
        tools::measure(&sandbox)?;
    }
    if lua && wanted("standard-tools") {
        standard_tools::compare()?;
    }
    if lua && wanted("agents") {
        agents::measure()?;
    }
    if lua && wanted("workflows") {
        workflows::compare()?;
    }
    if lua && wanted("retrieval") {
        retrieval::measure(&sandbox)?;
    }
    if wanted("programs") {
        languages.iter().try_for_each(|language| programs::compare(&sandbox, language))?;
    }
    if all_languages && wanted("limits") {
        limits::measure()?;
    }
    if wanted("state") {
        state::measure()?;
    }
    if wanted("memory") {
        memory::compare(&languages)?;
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
