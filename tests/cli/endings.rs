//! How a run ends, and what is left of it.

use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

#[test]
fn a_script_error_is_told_with_place_and_traceback() {
    let harness = Harness::new().with("dir/bad.lua", "local function f()\n  error('boom\\nerror: forged')\nend\nf()\n");
    let ran = harness.run(&["run", "dir/bad.lua"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "error: dir/bad.lua:2: boom\\nerror: forged");
    assert!(lines.len() > 2 && lines[1..].iter().all(|line| line.starts_with("  bad.lua:")), "{lines:?}");
}

#[test]
fn every_ending_has_its_exit_code() {
    let harness = Harness::new().with("c.toml", "[limits]\nmax-output = '1KiB'\nmax-host-calls = 50\n");
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
        let ran = harness.run(&[&["exec", code, "--receipt", "r.json"], flags.as_slice()].concat());
        let receipt = harness.json("r.json");
        assert_eq!((ran.code, receipt["outcome"].as_str().unwrap()), (exit, word), "{code}: {}", ran.err);
        assert_eq!(receipt["exit_code"], exit, "{code}");
        let told = ran.err.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(told, usize::from(word != "completed"), "{}", ran.err);
    }
}

#[test]
fn a_spent_limit_names_its_flag() {
    let ran = Harness::new().run(&["exec", "while true do end", "--fuel", "2M"]);
    ran.refuses(10, &["error: fuel: ", "2000000", "--fuel"]);
}

#[test]
fn a_flag_raises_what_the_configuration_says() {
    let harness = Harness::new().with("c.toml", "[limits]\nfuel = 1000\n");
    let run = |flags: &[&str]| harness.run(&[&["exec", "return 1", "--config", "c.toml"], flags].concat()).code;
    assert_eq!(run(&[]), 10);
    assert_eq!(run(&["--fuel", "1G"]), 0);
}

#[test]
fn json_output_is_one_document_and_prints_go_to_standard_error() {
    let ran = Harness::new().run(&["exec", "print('hello') return {n = 1}", "--output", "json", "--tenant", "acme"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, ran.err.as_str()), (0, "hello\n"));
    assert_eq!(document["result"], json!({ "n": 1 }));
    assert_eq!((&document["outcome"], &document["exit_code"]), (&json!("completed"), &json!(0)));
    assert_eq!((&document["tenant"], &document["language"]), (&json!("acme"), &json!("lua")));
    assert!(document["ledger"]["fuel"].as_u64().unwrap() > 0);

    let ran = Harness::new().run(&["exec", "error('x')", "--output", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &document["error"]["line"]), (1, &json!(1)));
    assert!(ran.err.starts_with("error: exec:1: x\n"));
}

#[test]
fn a_receipt_tells_hashes_limits_and_when() {
    let harness = Harness::new()
        .with("s.lua", "require('m') os.exit(7)")
        .with("m.lua", "return 1")
        .with("c.toml", "[limits]\nmax-handles = 9\n");
    harness.run(&["run", "s.lua", "--config", "c.toml", "--receipt", "r.json", "--fuel", "5M"]).is(7, "", "");
    let receipt = harness.json("r.json");
    assert_eq!((&receipt["outcome"], &receipt["exit_requested"]), (&json!("completed"), &json!(7)));
    assert_eq!((&receipt["limits"]["fuel"], &receipt["limits"]["max-handles"]), (&json!(5_000_000), &json!(9)));
    assert_eq!(receipt["hashes"]["modules"][0]["path"], "m.lua");
    for hash in ["spell", "guest", "config"] {
        assert_eq!(receipt["hashes"][hash].as_str().unwrap().len(), 64, "{hash}");
    }
    let started = receipt["started_at"].as_str().unwrap();
    assert!(humantime::parse_rfc3339(started).is_ok(), "{started}");
}

#[test]
fn a_receipt_replaces_what_a_link_points_to_and_leaves_no_draft() {
    let harness = Harness::new().with("real.json", "old");
    std::os::unix::fs::symlink("real.json", harness.path("link.json")).unwrap();
    harness.run(&["exec", "", "--receipt", "link.json"]).is(0, "", "");
    assert_eq!(harness.json("real.json")["outcome"], "completed");
    assert!(harness.path("link.json").is_symlink());
    assert_eq!(std::fs::read_dir(harness.path(".")).unwrap().count(), 2);
}

#[test]
fn what_can_not_be_written_at_the_end_is_exit_2() {
    let harness = Harness::new();
    for flag in ["--receipt=/dev/full", "--trace-calls=/dev/full"] {
        let ran = harness.run(&["exec", "print('ran')", flag]);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "ran\n", 1), "{}", ran.err);
    }
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = harness.command(&["exec", "return 1"]).stdout(full).output().unwrap();
    Ran::of(output).refuses(2, &["standard output can't be written"]);
}

#[test]
fn the_trace_is_a_line_of_json_for_each_call() {
    let harness = Harness::new();
    let code = "print('a\u{202e}b')";
    harness.run(&["exec", code, "--trace-calls=t.jsonl"]).is(0, "a\u{202e}b\n", "");
    let trace = harness.read("t.jsonl");
    let calls: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let print = calls.iter().find(|call| call["call"] == "output.write").unwrap();
    assert_eq!(print["args"], json!({ "text": "a\u{202e}b\n" }));
    assert!(trace.contains("a\\u202eb"), "{trace}");

    let ran = harness.run(&["exec", code, "--trace-calls"]);
    assert_eq!(ran.err.lines().filter(|line| line.contains("output.write")).count(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_reserves_no_more_than_a_few_gigabytes_of_address_space() {
    // In KiB. A pool of the size that a service wants would reserve hundreds of gigabytes.
    let shell = format!("ulimit -v 12000000; exec {} exec 'return 1'", env!("CARGO_BIN_EXE_llmspell-wasm"));
    let output = std::process::Command::new("sh").args(["-c", &shell]).output().unwrap();
    Ran::of(output).is(0, "1\n", "");
}
