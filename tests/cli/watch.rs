//! `run --watch`: a spell runs again when it changes, or what it depends on.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::harness::Harness;

/// A run that is watched: what it says, line by line, of both streams.
struct Watched {
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(harness: &Harness, arguments: &[&str]) -> Watched {
        let mut child = harness.start(&[&["run", "--watch"], arguments].concat());
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let all: [Box<dyn std::io::Read + Send>; 2] = [Box::new(out), Box::new(err)];
        for from in all {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Watched { child, lines }
    }

    /// Waits for a line with this in it; what comes before is not looked at.
    #[track_caller]
    fn says(&self, part: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) if line.contains(part) => return line,
                Ok(line) => before.push(line),
                Err(_) => panic!("{part:?} is not said: {before:?}"),
            }
        }
    }

    fn interrupt(mut self) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), rustix::process::Signal::INT)
            .unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(130));
    }
}

/// As editors save: beside it, and then under its name.
fn rename(harness: &Harness, name: &str, text: &str) {
    let beside = harness.path(&format!("{name}.new"));
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, harness.path(name)).unwrap();
}

fn write(harness: &Harness, name: &str, text: &str) {
    std::fs::write(harness.path(name), text).unwrap();
}

const LANGUAGES: [(&str, &str, &str, &str); 2] = [
    (
        "lua",
        "local m = require('m') print(m.text, (State.load('global', 'n') or 0)) State.save('global', 'n', 7)",
        "return {text = '%'}",
        "return {",
    ),
    (
        "js",
        "import { text } from './m.js'; print(text, await State.load('global', 'n') ?? 0); await State.save('global', 'n', 7)",
        "export const text = '%'",
        "export const text = {",
    ),
];

#[test]
fn a_module_that_changes_runs_the_spell_again_and_state_survives() {
    for (extension, spell, module, broken) in LANGUAGES {
        let (name, m) = (format!("s.{extension}"), format!("m.{extension}"));
        let harness = Harness::new().with(&name, spell).with(&m, module.replace('%', "one"));
        let watched = Watched::start(&harness, &[&name]);
        watched.says("one");
        watched.says("the run has ended: waiting until one of 2 files changes");
        rename(&harness, &m, &module.replace('%', "two"));
        watched.says(&format!("{m} changed: running again"));
        let line = watched.says("two");
        assert!(line.ends_with('7'), "{line}");
        watched.says("the run has ended");
        // What does not check is told, and that is all.
        write(&harness, &m, broken);
        let line = watched.says("the last good one stays");
        assert!(line.starts_with("watch: ") && line.contains(&format!("{m}:1")), "{line}");
        write(&harness, &m, &module.replace('%', "three"));
        watched.says("three");
        watched.says("the run has ended");
        rename(&harness, &name, &spell.replace("0)", "'none')"));
        watched.says(&format!("{name} changed: running again"));
        watched.says("three");
        watched.interrupt();
    }
}

#[test]
fn a_run_under_way_goes_on_until_a_change_that_checks() {
    let spell = "print('round 1') util.sleep(600000)";
    let harness = Harness::new().with("s.lua", spell).with("p.toml", "[tools]\nallow = [\"*\"]\n");
    let watched = Watched::start(&harness, &["s.lua", "--policy", "p.toml"]);
    watched.says("round 1");
    write(&harness, "s.lua", "print('round 2'");
    let line = watched.says("the last good one stays; the run under way goes on");
    assert!(line.contains("s.lua:1"), "{line}");
    write(&harness, "p.toml", "[tools]\nallow = 1\n");
    let line = watched.says("the last good one stays; the run under way goes on");
    assert!(line.contains("s.lua") || line.contains("p.toml"), "{line}");
    write(&harness, "s.lua", &spell.replace('1', "3"));
    let line = watched.says("the last good one stays; the run under way goes on");
    assert!(line.contains("p.toml:2"), "{line}");
    write(&harness, "p.toml", "[tools]\nallow = []\n");
    watched.says("p.toml changed: the run under way is cancelled, and the next one begins");
    watched.says("round 3");
    watched.interrupt();
}

#[test]
fn a_model_script_and_a_module_that_was_not_there_are_watched() {
    let harness = Harness::new()
        .with("s.lua", "print(llm.complete('hi')) print(pcall(require, 'late'))")
        .with("r.jsonl", "{\"text\": \"first reply\"}\n");
    let watched = Watched::start(&harness, &["s.lua", "--model-script", "r.jsonl"]);
    watched.says("first reply");
    watched.says("false");
    write(&harness, "r.jsonl", "{\"text\": \"second reply\"}\n");
    watched.says("r.jsonl changed: running again");
    watched.says("second reply");
    watched.says("the run has ended");
    write(&harness, "late.lua", "return 'now it is there'");
    watched.says("now it is there");
    watched.interrupt();
}

#[test]
fn what_can_not_be_watched_is_refused() {
    let harness = Harness::new().with("s.lua", "print(1");
    harness.run(&["run", "--watch", "-"]).refuses(2, &["--watch needs a file"]);
    harness.run(&["run", "--watch", "none.lua"]).refuses(2, &["none.lua"]);
}
