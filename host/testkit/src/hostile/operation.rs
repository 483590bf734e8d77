//! What befalls a process: signals, full disks, tight limits of the system, files that are none, clocks that are set.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::case::Case;
use super::process::{command, told, wait};
use super::{Host, clock};

/// An operation, by its name in the file of cases. What it ends as is `exit N`, or what it found wrong.
pub fn play(host: &Host, case: &Case, name: &str) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let (ends, shown) = match name.split_once(' ') {
        Some(("shell", script)) => shell(host, &place, script),
        Some(("signal", which)) => signal(host, &place, which),
        Some(("kill", store)) => kill(host, &place, store),
        Some(("damage", store)) => damage(host, &place, store),
        Some(("clock", store)) => clock::play(host, &place, store),
        _ => panic!("no operation '{name}'"),
    };
    let mut problems = case.check("", &ends, &shown, &[&shown]);
    if shown.contains("panicked") || shown.contains("SIGSEGV") {
        problems.push(shown);
    }
    problems
}

/// A line of shell, in which `$SPELL` is the command line.
fn shell(host: &Host, place: &TempDir, script: &str) -> (String, String) {
    let mut command = Command::new("sh");
    command.env_clear().env("HOME", place.path()).env("PATH", "/usr/bin:/bin").env("SPELL", &host.binary);
    command.current_dir(place.path()).args(["-c", script]).stdin(Stdio::null());
    told(&command.output().unwrap())
}

/// A signal to a spell that works, that waits, and whose handlers are at work.
fn signal(host: &Host, place: &TempDir, which: &str) -> (String, String) {
    let signal = match which {
        "TERM" => Signal::TERM,
        "INT" => Signal::INT,
        "HUP" => Signal::HUP,
        _ => panic!("no signal '{which}'"),
    };
    let mut worst = ("exit 130".to_owned(), String::new());
    for code in ["print('on') while true do pcall(error) end", "print('on') while true do pcall(util.sleep, 1e9) end"] {
        let mut child = command(host, place.path(), &["exec", code, "--fuel", "1000G", "--timeout", "1h"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        first_line(&mut child);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let (ends, shown) = told(&wait(child));
        if ends != "exit 130" {
            worst = (ends, shown);
        }
    }
    worst
}

fn first_line(child: &mut Child) {
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
}

/// Killed while it writes, again and again: what it said is written, is written.
fn kill(host: &Host, place: &TempDir, store: &str) -> (String, String) {
    let code =
        "local n = State.load('global', 'n') or 0 while true do n = n + 1 State.save('global', 'n', n) print(n) end";
    let mut said = 0;
    for round in 0..5 {
        let mut child = command(host, place.path(), &["exec", code, "--store", store, "--fuel", "1000G"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..=round * 7 {
            said = lines.next().unwrap().unwrap().parse::<u64>().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        said = lines.map_while(Result::ok).filter_map(|line| line.parse().ok()).fold(said, u64::max);
    }
    let output = command(host, place.path(), &["state", "get", "global", "n", "--store", store]).output().unwrap();
    let (ends, shown) = told(&output);
    match shown.trim().parse::<u64>() {
        // The last one may have been written and not said.
        Ok(found) if found == said || found == said + 1 => (ends, shown),
        _ => (format!("it said {said} and has {shown}"), shown),
    }
}

/// Bits turned in every file of a store: each time it is either refused or whole, and never a wrong value.
fn damage(host: &Host, place: &TempDir, store: &str) -> (String, String) {
    let run = |arguments: &[&str]| told(&command(host, place.path(), arguments).output().unwrap());
    let code = "for i = 1, 50 do State.save('s', 'k' .. i, ('value %d '):rep(20):format(i)) end";
    let code = code.replace("('value %d '):rep(20):format(i)", "('value ' .. i .. ' '):rep(20)");
    let (ends, shown) = run(&["exec", &code, "--store", store]);
    if ends != "exit 0" {
        return (ends, shown);
    }
    let mut wrong = Vec::new();
    for file in files(place.path()) {
        let whole = std::fs::read(&file).unwrap();
        for part in 1..6 {
            let at = whole.len() * part / 6;
            let Some(byte) = whole.get(at) else { continue };
            let mut turned = whole.clone();
            turned[at] = byte ^ 0x10;
            std::fs::write(&file, turned).unwrap();
            let (ends, shown) = run(&["state", "get", "s", "k7", "--store", store]);
            let right = shown.trim() == format!("\"{}\"", "value 7 ".repeat(20))
                || shown.trim() == "value 7 ".repeat(20).trim();
            if !(ends == "exit 75" || (ends == "exit 0" && right)) || shown.contains("panicked") {
                wrong.push(format!("{} at {at}: {ends}: {shown}", file.display()));
            }
            std::fs::write(&file, &whole).unwrap();
        }
    }
    match wrong.is_empty() {
        true => ("exit 0".into(), String::new()),
        false => ("wrong".into(), wrong.join("\n")),
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}
