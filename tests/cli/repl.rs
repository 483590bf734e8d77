//! The prompt: what lines show, by way of a pipe and at a terminal.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::harness::Harness;

/// What is typed in Lua, in JavaScript, and what is shown then. Where one is empty, the language has no such line.
const LINES: &[(&str, &str, &str)] = &[
    ("1 + 1", "1 + 1", "2"),
    ("'a\"b\\n'", "'a\"b\\n'", r#""a\"b\n""#),
    ("x = 20", "x = 20;", "_20"),
    ("x + 1", "x + 1", "21"),
    ("", "const c = 1, d = 2", ""),
    ("", "c + d", "3"),
    ("", "const c = 5", ""),
    ("", "let c = 6; c", "6"),
    ("local y = 1", "var y = 1", ""),
    ("y", "y", "nil_1"),
    ("{1, 2, {a = true}}", "[1, 2, {a: true}]", "{1, 2, {a = true}}_[1, 2, {a: true}]"),
    (
        "{a = {b = {c = {d = {e = 1}}}}}",
        "{a: {b: {c: {d: {e: 1}}}}}",
        "{a = {b = {c = {d = {…}}}}}_{a: {b: {c: {d: …}}}}",
    ),
    ("function f() error('no', 0) end", "function f() { throw new Error('no') }", ""),
    ("f()", "f()", "!no"),
    ("print('said')", "print('said')", "said"),
    ("for i = 1, 2 do\nprint(i)\nend", "for (let i = 1; i < 3; i++) {\nprint(i)\n}", "1\n2"),
    ("f(", "f(", "?"),
    (")", ")", "!no"),
    ("if", "if", "?"),
    ("then)", ")", "!syntax"),
    ("Agent.crate()", "Agent.crate()", "!crate"),
    ("(nil).x", "null.x", "!"),
    ("util.sleep(5)", "await util.sleep(5)", "*"),
    (
        "t = Task.spawn(function() util.sleep(1) return 7 end)",
        "let t = Task.spawn(async () => { await util.sleep(1); return 7 })",
        "",
    ),
    ("t:await()", "await t", "7"),
    (
        "Task.spawn(function() error('in a task', 0) end) util.sleep(1)",
        "Task.spawn(async () => { throw new Error('in a task') })",
        "!in a task",
    ),
    ("x", "x", "20"),
];

/// The languages of the table: which column, and its part of what is shown.
const LANGUAGES: [(&str, usize); 2] = [("lua", 0), ("javascript", 1)];

fn line_of(row: &(&'static str, &'static str, &'static str), language: usize) -> &'static str {
    if language == 0 { row.0 } else { row.1 }
}

#[test]
fn lines_from_a_pipe_show_values_and_errors_and_keep_what_they_define() {
    for (language, column) in LANGUAGES {
        let harness = Harness::new();
        let rows: Vec<_> = LINES.iter().filter(|row| !line_of(row, column).is_empty() && row.2 != "?").collect();
        let (mut input, mut expected, mut errors) = (String::new(), String::new(), Vec::new());
        let mut before = String::new();
        for row in LINES {
            let line = line_of(row, column);
            if line.is_empty() {
                continue;
            }
            input += &format!("{line}\n");
            match row.2 {
                "?" => before = format!("{line}\n"),
                "*" | "" => {}
                shown if shown.starts_with('!') => errors.push((&shown[1..], before.clone() + line)),
                shown => {
                    let part = shown.split('_').nth(column).filter(|_| shown.contains('_')).unwrap_or(shown);
                    if !part.is_empty() {
                        expected += &format!("{part}\n");
                    }
                }
            }
        }
        assert!(rows.len() > 15);
        let ran = harness.run_with_input(&["repl", "--lang", language], &input);
        // `util.sleep` has whatever value it has.
        let out: Vec<&str> = ran.out.lines().filter(|line| *line != "null" && *line != "true").collect();
        assert_eq!(out.join("\n") + "\n", expected, "{language}: {}", ran.err);
        let told: Vec<&str> = ran.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(told.len(), errors.len(), "{language}: {}", ran.err);
        for ((part, line), told) in errors.iter().zip(told) {
            let part = if *part == "syntax" { "" } else { part };
            assert!(told.contains(part) && told.contains(&format!("{language}:")), "{line}: {told}");
        }
        assert_ne!(ran.code, 0);
    }
}

#[test]
fn a_limit_ends_the_line_and_its_instance_and_not_the_prompt() {
    for (language, keeps, spends) in
        [("lua", "x = 1", "while true do end"), ("javascript", "globalThis.x = 1", "while (true);")]
    {
        let harness = Harness::new();
        let arguments = ["repl", "--lang", language, "--fuel", "100M"];
        let lines = format!("{keeps}\n{spends}\nx == {}\n", if language == "lua" { "nil" } else { "1" });
        let ran = harness.run_with_input(&arguments, &lines);
        assert_eq!(ran.code, 10, "{}", ran.err);
        assert!(
            ran.err.contains("fuel: the run's fuel is used up") && ran.err.contains("a fresh instance"),
            "{}",
            ran.err
        );
        // In JavaScript a global that is not there is an error.
        assert!(
            ran.out.contains("true") || ran.err.contains("'x' is not defined") || ran.err.contains("x is not defined")
        );
        // Each line has its own.
        let many = format!(
            "{}\n",
            if language == "lua" { "for i = 1, 1000000 do end" } else { "for (let i = 0; i < 300000; i++);" }
        );
        harness.run_with_input(&arguments, &many.repeat(40)).is(0, "", "");
    }
}

#[test]
fn tokens_are_counted_over_all_lines_and_instances() {
    let harness = Harness::new();
    let ask = "a = Agent.create{model = 'openai/gpt-4o-mini', max_tokens = 50} print(a:run('hello').usage.total_tokens > 0)\n";
    let spend = "while true do end\n";
    let ran = harness.run_with_input(
        &["repl", "--offline", "--token-budget", "150", "--fuel", "200M"],
        &format!("{ask}{spend}{}", ask.repeat(12)),
    );
    assert!(ran.out.starts_with("true\n"), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains("token"), "{}", ran.err);
    assert!(ran.out.lines().count() < 12, "{}", ran.out);
}

#[test]
fn commands_load_save_and_tell() {
    let harness = Harness::new().with("lib.lua", "function twice(n)\n  return 2 * n\nend\n");
    let lines = ".load lib.lua\ntwice(21)\nx = 1\nnonsense(\n)\n.save out.lua\n.save out.lua\n.doc Agent.create\n.budget\n.agents\n.laod x\n.help\n.exit\nprint('not reached')\n";
    let ran = harness.run_with_input(&["repl"], lines);
    for part in ["42\n", "out.lua: 3 texts\n", "Agent.create: ", "  fuel: ", "of all lines together:", "  .load FILE "]
    {
        assert!(ran.out.contains(part), "{part:?}: {}", ran.out);
    }
    assert!(!ran.out.contains("not reached"));
    for part in ["out.lua: File exists", "did you mean '.load'?"] {
        assert!(ran.err.contains(part), "{part:?}: {}", ran.err);
    }
    assert_eq!(harness.read("out.lua"), "function twice(n)\n  return 2 * n\nend\n\ntwice(21)\nx = 1\n");
    harness.run(&["run", "out.lua"]).is(0, "", "");
    harness.run_with_input(&["repl"], "f(\n").refuses(4, &["lua:1: the input ends within a text"]);
    assert_eq!(harness.run_with_input(&["repl"], "os.exit(7)\n").code, 7);
}

/// A program at a terminal of its own.
struct Terminal {
    child: Child,
    keys: std::fs::File,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn start(harness: &Harness, arguments: &[&str]) -> Terminal {
        let pair = nix::pty::openpty(None, None).unwrap();
        let side = |fd: &OwnedFd| Stdio::from(fd.try_clone().unwrap());
        let child = harness
            .command(arguments)
            .env("TERM", "xterm")
            .stdin(side(&pair.slave))
            .stdout(side(&pair.slave))
            .stderr(side(&pair.slave))
            .spawn()
            .unwrap();
        drop(pair.slave);
        let (sender, shown) = channel();
        let mut from = std::fs::File::from(pair.master.try_clone().unwrap());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The end of a terminal is an error.
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal { child, keys: pair.master.into(), shown, seen: String::new() }
    }

    /// Waits until this is shown, after what was waited for before.
    #[track_caller]
    fn sees(&mut self, part: &str) {
        let mut found = self.seen.find(part);
        while found.is_none() {
            match self.shown.recv_timeout(Duration::from_secs(60)) {
                Ok(bytes) => self.seen += &String::from_utf8_lossy(&bytes),
                Err(_) => panic!("{part:?} is not shown: {:?}", self.seen),
            }
            found = self.seen.find(part);
        }
        self.seen.drain(..found.unwrap_or_default() + part.len());
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// What Ctrl-C does while a line runs, for a terminal that controls nothing.
    fn interrupts(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    }

    #[track_caller]
    fn ends(mut self, code: i32) {
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(code), "{:?}", self.seen);
    }
}

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const UP: &str = "\x1b[A";

#[test]
fn a_terminal_has_a_prompt_a_history_and_completion() {
    for (language, define, show, member) in
        [("lua", "n = 6 * 7", "n", "Agent.list_in\t"), ("javascript", "const n = 6 * 7", "n", "Agent.listIn\t")]
    {
        let harness = Harness::new();
        let mut terminal = Terminal::start(&harness, &["repl", "--lang", language]);
        terminal.sees(&format!("{language}:1> "));
        terminal.types(&format!("{define}\r"));
        terminal.sees(&format!("{language}:2> "));
        terminal.types(&format!("{show}\r"));
        terminal.sees("\n42");
        terminal.sees(&format!("{language}:3> "));
        terminal.types(member);
        terminal.sees("nstances");
        terminal.types("()\r");
        terminal.sees(if language == "lua" { "{}" } else { "[]" });
        terminal.sees(&format!("{language}:4> "));
        // A text of several lines, which the history keeps as one.
        terminal.types("print(\r");
        terminal.sees(".. ");
        terminal.types("'two lines')\r");
        terminal.sees("\ntwo lines");
        terminal.sees(&format!("{language}:5> "));
        terminal.types(CTRL_D);
        terminal.ends(0);
        let place = format!(".local/state/llmspell/history.{language}");
        let mode = std::os::unix::fs::PermissionsExt::mode(&harness.path(&place).metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        let mut again = Terminal::start(&harness, &["repl", "--lang", language]);
        again.sees(&format!("{language}:1> "));
        again.types(&format!("{UP}\r"));
        again.sees("\ntwo lines");
        again.sees(&format!("{language}:2> "));
        again.types(CTRL_D);
        again.ends(0);
        // What the user typed is none of a spell's business.
        let read = format!("return io.open('{place}', 'r') == nil");
        let ran = harness.run(&["exec", &read, "--allow-read", "."]);
        assert_eq!(ran.out, "true\n", "{}", ran.err);
    }
}

#[test]
fn ctrl_c_stops_a_line_and_keeps_what_was_defined() {
    for (language, define, sleep, spin) in [
        ("lua", "kept = 'here'", "print('go') util.sleep(100000)", "print('go') while true do end"),
        ("javascript", "let kept = 'here'", "print('go'); await util.sleep(100000)", "print('go'); while (true);"),
    ] {
        let harness = Harness::new();
        let mut terminal = Terminal::start(&harness, &["repl", "--lang", language, "--fuel", "1000G"]);
        terminal.sees(&format!("{language}:1> "));
        terminal.types(&format!("{define}\r"));
        terminal.sees(&format!("{language}:2> "));
        terminal.types(&format!("{sleep}\r"));
        terminal.sees("\ngo");
        terminal.interrupts();
        terminal.sees("cancelled");
        terminal.sees(&format!("{language}:3> "));
        terminal.types("kept\r");
        terminal.sees("\"here\"");
        terminal.sees(&format!("{language}:4> "));
        // What does not wait can only be ended with its instance.
        terminal.types(&format!("{spin}\r"));
        terminal.sees("\ngo");
        terminal.interrupts();
        terminal.sees("a fresh instance begins");
        terminal.sees(&format!("{language}:5> "));
        // What is half typed is dropped; at an empty line the second one leaves.
        terminal.types(&format!("half{CTRL_C}"));
        terminal.sees(&format!("{language}:5> "));
        terminal.types(CTRL_C);
        terminal.sees("Ctrl-C again leaves");
        terminal.sees(&format!("{language}:5> "));
        terminal.types(CTRL_C);
        terminal.ends(0);
    }
}

#[test]
fn a_call_that_needs_a_yes_is_asked_about_at_the_prompt() {
    let harness = Harness::new().with("p.toml", "[approval]\ntools = [\"calculator\"]\n");
    let mut terminal = Terminal::start(&harness, &["repl", "--policy", "p.toml"]);
    let line = "Tool.execute('calculator', {input = '20 + 1'}).result.result\r";
    terminal.sees("lua:1> ");
    terminal.types(line);
    terminal.sees("yes, no or always: ");
    terminal.types("yes\r");
    terminal.sees("\n21");
    terminal.sees("lua:2> ");
    terminal.types(line);
    terminal.sees("yes, no or always: ");
    terminal.types("no\r");
    terminal.sees("needs a yes");
    terminal.sees("lua:3> ");
    terminal.types(CTRL_D);
    terminal.ends(0);
}

#[test]
fn what_a_prompt_can_not_do_is_told_in_a_line() {
    let harness = Harness::new();
    harness.run(&["repl", "--lang", "cobol"]).refuses(2, &["there is no language 'cobol'"]);
    harness.run(&["repl", "--param", "a=1", "--param", "a=2"]).refuses(2, &["--param a is given twice"]);
    harness.run(&["repl"]).is(0, "", "");
}
