//! What the command line promises, asked of the binary itself.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of its own, which is also the current one and the home.
struct Desk(TempDir);

/// What became of a call.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Desk {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Nothing of the environment that the tests run in gets through.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llmspell-wasm"));
        command.env_clear().env("HOME", self.0.path()).current_dir(self.0.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.start(arguments);
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

impl Ran {
    fn of(output: Output) -> Ran {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    fn is(&self, code: i32, out: &str, err: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (code, out, err));
    }

    /// Exactly one line, which holds all of these.
    #[track_caller]
    fn refuses(&self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {}", self.err);
        }
    }
}

#[test]
fn what_a_spell_returns_is_shown_as_what_it_is() {
    let desk = Desk::new();
    for (code, out) in [
        ("return 'a b'", "a b\n"),
        ("return 42", "42\n"),
        ("return 1.5", "1.5\n"),
        ("return false", "false\n"),
        ("return nil", ""),
        ("return {b = 1, a = {true}}", "{\n  \"a\": [\n    true\n  ],\n  \"b\": 1\n}\n"),
        ("io.write('x') print('y') return 'z'", "xy\nz\n"),
    ] {
        desk.run(&["exec", code]).is(0, out, "");
    }
}

#[test]
fn a_spell_comes_from_a_file_or_standard_input_or_the_command_line() {
    let desk = Desk::new().with("a.lua", "return 'file'").with("b.txt", "return 'text'");
    desk.run(&["run", "a.lua"]).is(0, "file\n", "");
    desk.run(&["run", "--lang", "lua", "b.txt"]).is(0, "text\n", "");
    desk.run_with_input(&["run", "-"], "return 'input'").is(0, "input\n", "");
    desk.run(&["exec", "-- a comment\nreturn 'line'"]).is(0, "line\n", "");
}

#[test]
fn parameters_and_arguments_reach_the_spell() {
    let code = "return params.k .. '|' .. params.e .. '|' .. arg[1] .. '|' .. arg[2]";
    let desk = Desk::new();
    desk.run(&["exec", code, "--param", "k=v=w", "--param", "e=", "--", "-x", "--y"]).is(0, "v=w||-x|--y\n", "");
}

#[test]
fn modules_lie_beside_the_spell_and_not_in_the_current_folder() {
    let desk = Desk::new()
        .with("spells/main.lua", "return require('part')")
        .with("spells/part.lua", "return 'beside'")
        .with("part.lua", "return 'current'");
    desk.run(&["run", "spells/main.lua"]).is(0, "beside\n", "");
    assert_eq!(desk.run(&["exec", "return require('part')"]).code, 1);
}

#[test]
fn the_same_seed_repeats() {
    let desk = Desk::new();
    let draw = |seed| desk.run(&["exec", "--seed", seed, "return math.random(1, 1 << 50)"]).out;
    assert_eq!(draw("7"), draw("7"));
    assert_ne!(draw("7"), draw("8"));
}

#[test]
fn the_environment_is_closed_but_for_what_is_allowed() {
    let desk = Desk::new();
    let run = |flags: &[&str]| {
        let code = "return tostring(os.getenv('SHOWN')) .. tostring(os.getenv('HIDDEN'))";
        let mut command = desk.command(&[&["exec", code], flags].concat());
        Ran::of(command.env("SHOWN", "one").env("HIDDEN", "two").output().unwrap())
    };
    let ran = run(&["--allow-env", "SHOWN"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "onenil\n"));
    assert!(ran.err.contains("--allow-env HIDDEN grants it"), "{}", ran.err);
    assert_eq!(run(&["--allow-env", "SHOWN", "--allow-env", "HIDDEN"]).out, "onetwo\n");
}

#[test]
fn a_providers_key_can_not_be_granted() {
    let desk = Desk::new().with("c.toml", "[grants]\nenvironment = ['OPENAI_API_KEY']\n");
    desk.run(&["exec", "return 1", "--allow-env", "OPENAI_API_KEY"]).refuses(2, &["OPENAI_API_KEY", "'openai'"]);
    desk.run(&["exec", "return 1", "--config", "c.toml"]).refuses(2, &["OPENAI_API_KEY"]);
}

#[test]
fn every_wrong_flag_is_told_in_one_line_with_exit_2() {
    let desk = Desk::new().with("a.py", "x").with("script.jsonl", "{\"txt\": 1}\n").with("s.lua", "");
    for (arguments, part) in [
        (vec!["exec"], "<CODE>"),
        (vec!["run"], "<FILE>"),
        (vec!["rum", "s.lua"], "tip: a similar subcommand exists: 'run'"),
        (vec!["exec", "", "--feul", "1"], "--fuel"),
        (vec!["exec", "--offlien"], "no such flag"),
        (vec!["exec", "", "--fuel", "0"], "fuel is a number from 1"),
        (vec!["exec", "", "--fuel", "-1"], "fuel is a number from 1"),
        (vec!["exec", "", "--fuel", "99999999999G"], "fuel is a number from 1"),
        (vec!["exec", "", "--memory", "0"], "4 to 4096 MiB"),
        (vec!["exec", "", "--memory", "1TiB"], "is not a size"),
        (vec!["exec", "", "--memory", "8GiB"], "4 to 4096 MiB"),
        (vec!["exec", "", "--timeout", "0s"], "between 1ms and a year"),
        (vec!["exec", "", "--timeout", "soon"], "is not a duration"),
        (vec!["exec", "", "--seed", "-1"], "--seed"),
        (vec!["exec", "", "--param", "k"], "NAME=VALUE"),
        (vec!["exec", "", "--param", "k=1", "--param", "k=2"], "given twice"),
        (vec!["exec", "", "--allow-env", "A=b"], "environment variable"),
        (vec!["exec", "", "--tenant", "a/b"], "tenant"),
        (vec!["exec", "", "--lang", "cobol"], "known are: lua"),
        (vec!["exec", "", "--output", "xml"], "possible values: text, json"),
        (vec!["exec", "", "--offline", "--model-script", "script.jsonl"], "--model-script"),
        (vec!["exec", "", "--model-script", "none.jsonl"], "none.jsonl"),
        (vec!["exec", "", "--model-script", "script.jsonl"], "line 1"),
        (vec!["exec", "", "--model", "opnai/x"], "openai"),
        (vec!["exec", "", "--receipt", "no/such/r.json"], "--receipt no/such/r.json"),
        (vec!["exec", "", "--trace-calls=no/such/t"], "--trace-calls no/such/t"),
        (vec!["exec", "", "--trace-calls=same", "--receipt", "same"], "same file"),
        (vec!["exec", "", "--config", "none.toml"], "none.toml"),
        (vec!["exec", "", "--guest", "none.wasm"], "none.wasm"),
        (vec!["run", "none.lua"], "none.lua"),
        (vec!["run", "a.py"], "known are: .lua"),
        (vec!["run", "."], "extension"),
    ] {
        desk.run(&arguments).refuses(2, &["error: ", part]);
    }
}

#[test]
fn a_file_name_can_not_forge_a_line() {
    Desk::new().run(&["run", "x\nerror: y\u{1b}[2J.lua"]).refuses(2, &["x\\nerror: y\\u{1b}[2J.lua"]);
}

#[test]
fn nothing_runs_when_the_receipt_could_not_be_written() {
    Desk::new().run(&["exec", "print('ran')", "--receipt", "."]).refuses(2, &["--receipt ."]);
}

#[test]
fn a_configuration_error_names_file_line_and_key() {
    let desk = Desk::new().with("c.toml", "[limits]\nfule = 1\n");
    desk.run(&["exec", "", "--config", "c.toml"]).refuses(2, &["c.toml", "line 2", "'fule'", "'fuel'"]);
    desk.run(&["info", "--config", "c.toml"]).refuses(2, &["c.toml"]);
    let mut command = desk.command(&["exec", ""]);
    Ran::of(command.env("LLMSPELL_CONFIG", "c.toml").output().unwrap()).refuses(2, &["c.toml"]);
}

#[test]
fn a_configuration_in_the_current_folder_is_never_read() {
    let desk = Desk::new().with("llmspell.toml", "nonsense").with("s/llmspell.toml", "nonsense").with("s/s.lua", "");
    desk.run(&["run", "s/s.lua"]).is(0, "", "");
}

#[test]
fn a_script_error_is_told_with_place_and_traceback() {
    let desk = Desk::new().with("dir/bad.lua", "local function f()\n  error('boom\\nerror: forged')\nend\nf()\n");
    let ran = desk.run(&["run", "dir/bad.lua"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "error: dir/bad.lua:2: boom\\nerror: forged");
    assert!(lines.len() > 2 && lines[1..].iter().all(|line| line.starts_with("  bad.lua:")), "{lines:?}");
}

#[test]
fn every_ending_has_its_exit_code() {
    let desk = Desk::new().with("c.toml", "[limits]\noutput = '1KiB'\nhost_calls = 50\n");
    for (code, flags, exit, word) in [
        ("return 1", vec![], 0, "completed"),
        ("os.exit(10)", vec![], 10, "completed"),
        ("error('x')", vec![], 1, "script-error"),
        ("return +", vec![], 4, "invalid-spell"),
        ("while true do end", vec!["--fuel", "1M"], 10, "fuel"),
        ("while true do end", vec!["--timeout", "100ms"], 12, "wall-time"),
        ("util.sleep(60000)", vec!["--timeout", "100ms"], 12, "wall-time"),
        ("while true do pcall(string.rep, 'x', 1e8) end", vec!["--memory", "8MiB"], 11, "memory"),
        ("while true do print(('x'):rep(100)) end", vec!["--config", "c.toml"], 13, "output"),
        ("while true do os.time() end", vec!["--config", "c.toml"], 14, "host-calls"),
    ] {
        let ran = desk.run(&[&["exec", code, "--receipt", "r.json"], flags.as_slice()].concat());
        let receipt = desk.json("r.json");
        assert_eq!((ran.code, receipt["outcome"].as_str().unwrap()), (exit, word), "{code}: {}", ran.err);
        assert_eq!(receipt["exit_code"], exit, "{code}");
        let told = ran.err.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(told, usize::from(word != "completed"), "{}", ran.err);
    }
}

#[test]
fn a_spent_limit_names_its_flag() {
    let ran = Desk::new().run(&["exec", "while true do end", "--fuel", "2M"]);
    ran.refuses(10, &["error: fuel: ", "2000000", "--fuel"]);
}

#[test]
fn a_flag_raises_what_the_configuration_says() {
    let desk = Desk::new().with("c.toml", "[limits]\nfuel = 1000\n");
    let run = |flags: &[&str]| desk.run(&[&["exec", "return 1", "--config", "c.toml"], flags].concat()).code;
    assert_eq!(run(&[]), 10);
    assert_eq!(run(&["--fuel", "1G"]), 0);
}

#[test]
fn a_file_that_is_no_text_is_an_invalid_spell() {
    let desk = Desk::new().with("s.lua", b"return\n'\xff'");
    desk.run(&["run", "s.lua", "--receipt", "r.json"]).refuses(4, &["error: s.lua:2: not UTF-8: byte 0xff"]);
    let receipt = desk.json("r.json");
    assert_eq!(receipt["outcome"], "invalid-spell");
    assert_eq!(receipt["error"]["line"], 2);
    assert_eq!(receipt["hashes"]["spell"].as_str().unwrap().len(), 64);
}

#[test]
fn a_file_without_end_is_refused() {
    let desk = Desk::new();
    desk.run(&["run", "/dev/zero", "--lang", "lua"]).refuses(4, &["more than 16 MiB"]);
}

#[test]
fn validate_names_the_place_and_says_nothing_of_good_files() {
    let desk =
        Desk::new().with("ok.lua", "print('not run')").with("d/bad.lua", "x = 1\ny = = 2\n").with("worse.lua", "(");
    desk.run(&["validate", "ok.lua"]).is(0, "", "");
    let ran = desk.run(&["validate", "d/bad.lua", "ok.lua", "worse.lua"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("d/bad.lua:2:5: ") && lines[1].starts_with("worse.lua:1:2: "), "{lines:?}");
    desk.run(&["validate", "none.lua", "ok.lua"]).refuses(2, &["none.lua"]);
    assert_eq!(desk.run_with_input(&["validate", "-"], "return +").code, 4);
}

#[test]
fn json_output_is_one_document_and_prints_go_to_standard_error() {
    let ran = Desk::new().run(&["exec", "print('hello') return {n = 1}", "--output", "json", "--tenant", "acme"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, ran.err.as_str()), (0, "hello\n"));
    assert_eq!(document["result"], json!({ "n": 1 }));
    assert_eq!((&document["outcome"], &document["exit_code"]), (&json!("completed"), &json!(0)));
    assert_eq!((&document["tenant"], &document["language"]), (&json!("acme"), &json!("lua")));
    assert!(document["ledger"]["fuel"].as_u64().unwrap() > 0);

    let ran = Desk::new().run(&["exec", "error('x')", "--output", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &document["error"]["line"]), (1, &json!(1)));
    assert!(ran.err.starts_with("error: exec:1: x\n"));
}

#[test]
fn a_receipt_tells_hashes_limits_and_when() {
    let desk = Desk::new()
        .with("s.lua", "require('m') os.exit(7)")
        .with("m.lua", "return 1")
        .with("c.toml", "[limits]\nhandles = 9\n");
    desk.run(&["run", "s.lua", "--config", "c.toml", "--receipt", "r.json", "--fuel", "5M"]).is(7, "", "");
    let receipt = desk.json("r.json");
    assert_eq!((&receipt["outcome"], &receipt["exit_requested"]), (&json!("completed"), &json!(7)));
    assert_eq!((&receipt["limits"]["fuel"], &receipt["limits"]["handles"]), (&json!(5_000_000), &json!(9)));
    assert_eq!(receipt["hashes"]["modules"][0]["path"], "m.lua");
    for hash in ["spell", "guest", "config"] {
        assert_eq!(receipt["hashes"][hash].as_str().unwrap().len(), 64, "{hash}");
    }
    let started = receipt["started_at"].as_str().unwrap();
    assert!(humantime::parse_rfc3339(started).is_ok(), "{started}");
}

#[test]
fn a_receipt_replaces_what_a_link_points_to_and_leaves_no_draft() {
    let desk = Desk::new().with("real.json", "old");
    std::os::unix::fs::symlink("real.json", desk.path("link.json")).unwrap();
    desk.run(&["exec", "", "--receipt", "link.json"]).is(0, "", "");
    assert_eq!(desk.json("real.json")["outcome"], "completed");
    assert!(desk.path("link.json").is_symlink());
    assert_eq!(std::fs::read_dir(desk.0.path()).unwrap().count(), 2);
}

#[test]
fn what_can_not_be_written_at_the_end_is_exit_2() {
    let desk = Desk::new();
    for flag in ["--receipt=/dev/full", "--trace-calls=/dev/full"] {
        let ran = desk.run(&["exec", "print('ran')", flag]);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "ran\n", 1), "{}", ran.err);
    }
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = desk.command(&["exec", "return 1"]).stdout(full).output().unwrap();
    Ran::of(output).refuses(2, &["standard output can't be written"]);
}

#[test]
fn the_trace_is_a_line_of_json_for_each_call() {
    let desk = Desk::new();
    let code = "print('a\u{202e}b')";
    desk.run(&["exec", code, "--trace-calls=t.jsonl"]).is(0, "a\u{202e}b\n", "");
    let trace = desk.read("t.jsonl");
    let calls: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let print = calls.iter().find(|call| call["call"] == "output.write").unwrap();
    assert_eq!(print["args"], "a\u{202e}b\n");
    assert!(trace.contains("a\\u202eb"), "{trace}");

    let ran = desk.run(&["exec", code, "--trace-calls"]);
    assert_eq!(ran.err.lines().filter(|line| line.contains("output.write")).count(), 1);
}

#[test]
fn output_bytes_pass_a_pipe_unchanged_and_log_lines_are_one_line() {
    let desk = Desk::new();
    let code = r#"io.write("\27[31m\255\0\r") console.warn("a\nerror: b\27[2J", {k = "\n"})"#;
    let output = desk.command(&["exec", code]).output().unwrap();
    assert_eq!(output.stdout, b"\x1b[31m\xff\0\r");
    assert_eq!(output.stderr, b"warn a\\nerror: b\\u{1b}[2J {\"k\":\"\\n\"}\n");
}

#[test]
fn offline_answers_itself_and_a_script_answers_for_the_model() {
    let desk = Desk::new().with("m.jsonl", "{\"text\": \"scripted\"}\n");
    let code = "return llm.complete({model = 'gpt-4', messages = {{role = 'user', content = 'hi'}}}).content";
    let ran = desk.run(&["exec", code, "--offline"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("offline"), "{}", ran.out);
    desk.run(&["exec", code, "--model-script", "m.jsonl"]).is(0, "scripted\n", "");
    let ran = desk.run(&["exec", code]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.lines().next().unwrap().contains("OPENAI_API_KEY"), "{}", ran.err);
}

#[test]
fn info_tells_languages_providers_limits_and_where_they_come_from() {
    let config = "[limits]\nmemory = '32MiB'\n[providers.local]\nkind = 'openai'\nbase_url = 'http://localhost:1/secret/v1'\n\
                  api_key_env = 'LOCAL_KEY'\ndefault_model = 'm'\n";
    let desk = Desk::new().with("c.toml", config);
    let arguments = ["info", "--config", "c.toml", "--fuel", "1M", "--output", "json"];
    let output = desk.command(&arguments).env("LOCAL_KEY", "canary-value").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("canary") && !text.contains("secret"), "{text}");
    let info: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(info["config"], "c.toml");
    assert_eq!(info["limits"]["fuel"], json!({ "value": 1_000_000, "from": "flag" }));
    assert_eq!(info["limits"]["memory_bytes"], json!({ "value": 32 << 20, "from": "c.toml" }));
    assert_eq!(info["limits"]["handles"]["from"], "default");
    let lua = &info["languages"][0];
    assert_eq!((&lua["name"], lua["hash"].as_str().unwrap().len()), (&json!("lua"), 64), "{lua}");
    let providers = info["providers"].as_array().unwrap();
    let local = providers.iter().find(|one| one["name"] == "local").unwrap();
    assert_eq!(
        (&local["host"], &local["key_variable"], &local["key_set"]),
        (&json!("localhost:1"), &json!("LOCAL_KEY"), &json!(true))
    );

    let ran = desk.run(&["info", "--config", "c.toml"]);
    assert_eq!(ran.code, 0);
    for part in ["lua 5.", "not set: LOCAL_KEY", "memory_bytes", "c.toml", "localhost:1"] {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
}

#[test]
fn licences_are_printed_alone() {
    let ran = Desk::new().run(&["info", "--licenses"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(!ran.out.is_empty() && !ran.out.contains("\nProviders\n"));
}

#[test]
fn a_guest_from_a_file_is_compiled_and_runs() {
    let desk = Desk::new();
    let wasm = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/guests/lua.wasm");
    desk.run(&["exec", "return 'custom'", "--guest", wasm, "--receipt", "r.json"]).is(0, "custom\n", "");
    assert_eq!(desk.json("r.json")["language"], "custom");
}

#[test]
fn a_file_that_is_no_guest_is_refused_in_one_line() {
    let desk = Desk::new()
        .with("text.wasm", "not wasm\n\u{1b}[2J")
        .with("module.wasm", b"\0asm\x01\0\0\0")
        .with("empty.wasm", b"\0asm\x0d\0\x01\0")
        .with("nothing.wasm", "");
    for file in ["text.wasm", "module.wasm", "empty.wasm", "nothing.wasm"] {
        desk.run(&["exec", "", "--guest", file, "--receipt", "r.json"]).refuses(5, &["error: invalid-guest: "]);
        assert_eq!(desk.json("r.json")["outcome"], "invalid-guest");
    }
}

/// A spell that has said that it runs.
fn started(desk: &Desk, code: &str, flags: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = desk.start(&[&["exec", code], flags].concat());
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    if line != "ready\n" {
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        panic!("it did not start: {line:?} {err}");
    }
    (child, out)
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    rustix::process::kill_process(rustix::process::Pid::from_child(child), signal).unwrap();
}

#[test]
fn a_signal_cancels_whether_the_spell_waits_or_works() {
    use rustix::process::Signal;
    for (code, sent) in [
        ("print('ready') util.sleep(60000)", Signal::INT),
        ("print('ready') while true do end", Signal::INT),
        ("print('ready') while true do pcall(error) end", Signal::TERM),
    ] {
        let desk = Desk::new();
        let (child, _out) = started(&desk, code, &["--receipt", "r.json", "--trace-calls=t.jsonl"]);
        signal(&child, sent);
        let ran = Ran::of(child.wait_with_output().unwrap());
        ran.refuses(130, &["error: cancelled: "]);
        assert_eq!(desk.json("r.json")["outcome"], "cancelled");
        assert!(desk.read("t.jsonl").contains("ready"));
    }
}

#[test]
fn a_signal_ends_it_also_while_nobody_reads_its_output() {
    let desk = Desk::new();
    let code = "print('ready') while true do print(('x'):rep(1000)) end";
    let (mut child, out) = started(&desk, code, &["--receipt", "r.json"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(out);
}

#[test]
fn a_signal_ends_it_also_while_nobody_reads_its_trace() {
    let desk = Desk::new();
    let code = "print('ready') while true do os.time() end";
    let (mut child, _out) = started(&desk, code, &["--receipt", "r.json", "--trace-calls"]);
    std::thread::sleep(std::time::Duration::from_millis(1000));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(desk.json("r.json")["outcome"], "cancelled");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let desk = Desk::new();
    let (mut child, _out) = started(&desk, "print('ready') while true do print(('x'):rep(1000)) end", &[]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    let began = std::time::Instant::now();
    signal(&child, rustix::process::Signal::INT);
    std::thread::sleep(std::time::Duration::from_millis(100));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(began.elapsed() < std::time::Duration::from_millis(900), "{:?}", began.elapsed());
}

#[test]
fn the_time_limit_holds_while_nobody_reads_its_output() {
    let desk = Desk::new();
    let code = "print('ready') while true do io.write('x') util.sleep(1) io.write(('x'):rep(10000)) end";
    let (child, mut out) = started(&desk, code, &["--timeout", "500ms", "--receipt", "r.json"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(desk.json("r.json")["outcome"], "wall-time");
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    assert_eq!(Ran::of(child.wait_with_output().unwrap()).code, 12);
    assert!(rest.len() > 100_000, "{} bytes", rest.len());
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let desk = Desk::new();
    let (child, out) = started(&desk, "print('ready') while true do print('more') end", &[]);
    drop(out);
    Ran::of(child.wait_with_output().unwrap()).is(130, "", "");
}

#[test]
fn help_and_version_go_to_standard_output() {
    for flag in ["--help", "--version"] {
        let ran = Desk::new().run(&[flag]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("llmspell-wasm"));
    }
    let ran = Desk::new().run(&["run", "--help"]);
    for flag in ["--param", "--model", "--offline", "--fuel", "--memory", "--timeout", "--receipt", "--trace-calls"] {
        assert!(ran.out.contains(flag), "{flag}");
    }
    assert!(!ran.out.contains("--guest") && !Desk::new().run(&["--help"]).out.contains("compile-guest"));
}
