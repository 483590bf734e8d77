//! The whole command line, from its start to its end, beside other interpreters that are installed.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Result;

use crate::measure::Times;
use crate::table::Table;

const ROUNDS: u32 = 30;

pub fn compare() -> Result<()> {
    let ours = std::env::current_exe()?.with_file_name("llmspell-wasm");
    // A version manager's `python3` is a shell script that takes longer than Python.
    let python = said("python3", &["-c", "import sys; print(sys.executable)"]).unwrap_or_default();
    let commands: [(&str, PathBuf, &[&str]); 5] = [
        ("llmspell-wasm exec --lang lua", ours.clone(), &["exec", "print(1+1)", "--lang", "lua"]),
        ("llmspell-wasm exec --lang javascript", ours, &["exec", "print(1+1)", "--lang", "javascript"]),
        ("lua5.4 -e", "lua5.4".into(), &["-e", "print(1+1)"]),
        ("python3 -c", python.into(), &["-c", "print(1+1)"]),
        ("node -e", "node".into(), &["-e", "console.log(1+1)"]),
    ];
    let there: Vec<_> = commands
        .into_iter()
        .filter(|(_, program, arguments)| said(program, arguments).as_deref() == Some("2"))
        .collect();
    let mut times: Vec<Vec<f64>> = there.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for ((_, program, arguments), times) in there.iter().zip(&mut times) {
            let began = Instant::now();
            Command::new(program).args(*arguments).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            times.push(began.elapsed().as_secs_f64());
        }
    }
    let mut table = Table::new(["command", "least, ms", "median, ms"]);
    for ((name, ..), times) in there.iter().zip(times) {
        let times = Times::from_iter(times);
        let milliseconds = |seconds: f64| format!("{:.1}", seconds * 1e3);
        table.row([String::from(*name), milliseconds(times.least()), milliseconds(times.median())]);
    }
    println!("## Processes\n");
    println!("Wall time of a process that prints 1 + 1, {ROUNDS} runs of each. What is not installed is left out.\n");
    table.print();
    Ok(())
}

/// What a command prints, if it can be run.
fn said(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let out = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&out.stdout).trim().to_string())
}
