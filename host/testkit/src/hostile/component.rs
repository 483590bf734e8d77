//! An untrusted guest component, given to the command line.

use std::io::Read;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Host;
use super::case::{Case, Recipe};
use super::harness::Harness;
use super::process::command;

/// The compiler's own bounds come first.
const LONGEST: Duration = Duration::from_secs(50);

fn file(harness: &Harness) -> PathBuf {
    harness.folder.path().join("untrusted.wasm")
}

/// Makes the component.
pub fn write(harness: &Harness, host: &Host, recipe: &Recipe) {
    std::fs::write(file(harness), bytes(host, recipe)).unwrap();
}

pub fn play(harness: &Harness, host: &Host, case: &Case) -> Vec<String> {
    let file = file(harness);
    let (code, shown) = run(host, &["exec", "return 1", "--guest", file.to_str().unwrap(), "--fuel", "1G"]);
    let word = shown.strip_prefix("error: ").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    let ends = if code == Some(0) { "completed" } else { word };
    let mut problems = case.check("", ends, &shown, &[&shown]);
    if case.ends.is_none() && !matches!(code, Some(0 | 1 | 4 | 5 | 6 | 10 | 11 | 17)) {
        problems.push(format!("exit code {code:?}: {shown}"));
    }
    if code != Some(0) && shown.lines().count() != 1 {
        problems.push(format!("no one line: {shown:?}"));
    }
    problems
}

/// The command line to its end: its exit code, and what it says of errors.
fn run(host: &Host, arguments: &[&str]) -> (Option<i32>, String) {
    let home = tempfile::tempdir().unwrap();
    let mut command = command(host, home.path(), arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        pipe.read_to_end(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    });
    let began = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if began.elapsed() > LONGEST => {
                child.kill().unwrap();
                break child.wait().unwrap();
            }
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    (status.code(), reader.join().unwrap())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a place in a file"
)]
fn bytes(host: &Host, recipe: &Recipe) -> Vec<u8> {
    let at = |part: f64, length: usize| (part * length as f64) as usize;
    match recipe {
        Recipe::Truncated(part) => {
            let mut bytes = std::fs::read(&host.component).unwrap();
            let length = if *part < 1.0 { at(*part, bytes.len()) } else { *part as usize };
            bytes.truncate(length);
            bytes
        }
        Recipe::Flipped(part) => {
            let mut bytes = std::fs::read(&host.component).unwrap();
            let place = at(*part, bytes.len());
            bytes[place] ^= 1 << (place % 8);
            bytes
        }
        Recipe::Text(text) => wat::parse_str(text).unwrap(),
        Recipe::Bytes(text) => text.clone().into_bytes(),
        Recipe::Functions(count) => {
            let functions = "(func (param i32) (result i32) local.get 0 i32.const 7 i32.mul)".repeat(*count);
            wat::parse_str(format!("(component (core module {functions}))")).unwrap()
        }
    }
}
