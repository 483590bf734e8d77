//! What a person at a prompt is asked, and what is refused where nobody is there.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Harness, Ran};

const POLICY: &str =
    "[tools]\nallow = ['*']\n[approval]\ntools = ['calculator']\n[taint]\nfiles = {unless = ['models']}\n";
const SPELL: &str = "return Tool.execute('calculator', {input = params.sum}).result.result";

fn harness() -> Harness {
    Harness::new().with("s.lua", SPELL).with("p.toml", POLICY)
}

fn digest_in(ran: &Ran) -> String {
    assert_eq!(ran.code, 3, "{}", ran.err);
    let digest = ran.err.split("--approve ").nth(1).unwrap_or_else(|| panic!("{}", ran.err));
    digest.chars().take(64).collect()
}

#[test]
fn where_nobody_is_there_a_digest_accepts_one_call() {
    let harness = harness();
    let run = |sum: &str, flags: &[&str]| {
        harness.run(&[&["run", "s.lua", "--policy", "p.toml", "--param", &format!("sum={sum}")], flags].concat())
    };
    let refused = run("1+1", &["--audit", "a.log", "--trace-calls=t.jsonl"]);
    let digest = digest_in(&refused);
    assert!(
        refused
            .err
            .contains("tool.call of 'calculator' needs a yes ([approval] tools = \"calculator\" in p.toml, line 4)")
    );
    let told = |digest: &str| {
        format!("\"decision\":\"refused\",\"what\":{{\"tools\":[\"calculator\"],\"approval\":{{\"digest\":\"{digest}\"")
    };
    assert!(harness.read("a.log").contains(&told(&digest)), "{}", harness.read("a.log"));
    let lines = harness.read("t.jsonl");
    let line: Value = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|line: &Value| line["call"] == "tool.call")
        .unwrap();
    assert_eq!(line["approval"], serde_json::json!({ "digest": digest, "approved": false, "by": "nobody" }));
    run("1+1", &["--approve", &digest]).is(0, "2\n", "");
    // Another call has another digest, and one digest is for one call.
    assert_ne!(digest_in(&run("1+2", &["--approve", &digest])), digest);
    let twice = "local function sum() return Tool.execute('calculator', {input = '1+1'}) end sum() return sum()";
    let exec = |flags: &[&str]| harness.run(&[&["exec", twice, "--policy", "p.toml"], flags].concat());
    assert_eq!(digest_in(&exec(&["--approve", &digest])), digest);
    assert_eq!(exec(&["--approve", &digest, "--approve", &digest]).code, 0);
    exec(&["--approve", "5d0c"]).refuses(2, &["--approve", "64 digits"]);
}

#[test]
fn what_a_policy_wants_is_explained_and_suggested() {
    let harness = harness();
    let explained = harness.run(&["policy", "explain", "p.toml"]).out;
    assert!(
        explained.contains("[approval], which somebody has to say yes to\n  tools       calculator  p.toml:4:10\n"),
        "{explained}"
    );
    assert!(explained.contains("  files       not once it has taken in: models  p.toml:6:1\n"), "{explained}");
    let config = Harness::with(harness, "c.toml", "[policy]\noperator = \"p.toml\"\n[grants]\ntools = [\"calc*\"]\n");
    let info = config.run(&["info", "--config", "c.toml"]).out;
    assert!(info.contains("  tools        calc*  c.toml\n") && info.contains("p.toml:4:10"), "{info}");
    config.run(&["run", "s.lua", "--policy", "p.toml", "--param", "sum=1", "--trace-calls=t.jsonl"]);
    let suggested = config.run(&["policy", "suggest", "--from", "t.jsonl"]).out;
    assert!(suggested.contains("[approval]  # as in that run\ntools = [\"calculator\"]\n"), "{suggested}");
}

/// Runs the command in a terminal of its own, and types each line when the text before it has been shown.
#[cfg(target_os = "linux")]
fn at_a_terminal(harness: &Harness, arguments: &[&str], typed: &[(&str, &str)]) -> String {
    let words = arguments.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    let command = format!("{} {words}", env!("CARGO_BIN_EXE_llmspell-wasm"));
    let mut script = Command::new("script");
    script
        .args(["-qec", &command, "/dev/null"])
        .env_clear()
        .env("HOME", harness.path(""))
        .current_dir(harness.path(""));
    script.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut keys, mut shown, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap(), String::new());
    let mut typed = typed.iter();
    let mut next = typed.next();
    let (mut seen, mut buffer) = (0, [0; 4096]);
    loop {
        let count = shown.read(&mut buffer).unwrap();
        if count == 0 {
            break;
        }
        screen += &String::from_utf8_lossy(&buffer[..count]);
        while let Some((text, line)) = next.filter(|(text, _)| screen[seen..].contains(text)) {
            seen += screen[seen..].find(text).unwrap() + text.len();
            // As long as anybody takes to read it.
            std::thread::sleep(Duration::from_millis(900));
            keys.write_all(format!("{line}\n").as_bytes()).unwrap();
            next = typed.next();
        }
    }
    assert!(child.wait().is_ok() && next.is_none(), "{screen}");
    screen
}

#[test]
#[cfg(target_os = "linux")]
fn a_person_at_a_terminal_is_asked_with_the_exact_arguments() {
    let source = "local function sum(input) local ok, answer = pcall(Tool.execute, 'calculator', {input = input}) \
                  return ok and answer.result.result or answer.code end \
                  return table.concat({sum('1 + 1 \\27[2J\\u{202e}'), sum('2+2'), sum('2+2'), sum('3+3'), sum('4+4')}, ' ')";
    let harness = harness().with("t.lua", source);
    let answers =
        [("answer   yes", "y"), ("write yes, no or always", "no"), ("answer   yes", "no"), ("answer   yes", "always")];
    let screen = at_a_terminal(&harness, &["run", "t.lua", "--policy", "p.toml"], &answers);
    assert!(screen.contains("denied denied denied 6 8"), "{screen}");
    let asked = "\"input\": \"1 + 1 \\u001b[2J\\u202e\"";
    assert!(screen.contains(asked) && screen.contains("call the tool 'calculator'"), "{screen}");
    assert_eq!(screen.matches("approve?").count(), 3, "{screen}");
    assert!(!screen.contains("\u{1b}[2J") && !screen.contains('\u{202e}'), "{screen:?}");
}
