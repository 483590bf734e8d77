//! What stops a run from outside.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use crate::harness::{Harness, Ran};

/// A spell that has said that it runs.
fn started(harness: &Harness, code: &str, flags: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = harness.start(&[&["exec", code], flags].concat());
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
        let harness = Harness::new();
        let (child, _out) = started(&harness, code, &["--receipt", "r.json", "--trace-calls=t.jsonl"]);
        signal(&child, sent);
        let ran = Ran::of(child.wait_with_output().unwrap());
        ran.refuses(130, &["error: cancelled: "]);
        assert_eq!(harness.json("r.json")["outcome"], "cancelled");
        assert!(harness.read("t.jsonl").contains("ready"));
    }
}

#[test]
fn a_signal_ends_it_also_while_its_output_is_not_read() {
    let harness = Harness::new();
    let code = "print('ready') while true do print(('x'):rep(1000)) end";
    let (mut child, out) = started(&harness, code, &["--receipt", "r.json"]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(out);
}

#[test]
fn a_signal_ends_it_also_while_its_trace_is_not_read() {
    let harness = Harness::new();
    let code = "print('ready') while true do os.time() end";
    let (mut child, _out) = started(&harness, code, &["--receipt", "r.json", "--trace-calls"]);
    std::thread::sleep(std::time::Duration::from_millis(1000));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(harness.json("r.json")["outcome"], "cancelled");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let harness = Harness::new();
    let (mut child, _out) = started(&harness, "print('ready') while true do print(('x'):rep(1000)) end", &[]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    let began = std::time::Instant::now();
    signal(&child, rustix::process::Signal::INT);
    std::thread::sleep(std::time::Duration::from_millis(100));
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(began.elapsed() < std::time::Duration::from_millis(900), "{:?}", began.elapsed());
}

#[test]
fn the_time_limit_holds_while_its_output_is_not_read() {
    let harness = Harness::new();
    let code = "print('ready') while true do io.write('x') util.sleep(1) io.write(('x'):rep(10000)) end";
    let (child, mut out) = started(&harness, code, &["--timeout", "500ms", "--receipt", "r.json"]);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(harness.json("r.json")["outcome"], "wall-time");
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    assert_eq!(Ran::of(child.wait_with_output().unwrap()).code, 12);
    assert!(rest.len() > 100_000, "{} bytes", rest.len());
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let harness = Harness::new();
    let (child, out) = started(&harness, "print('ready') while true do print('more') end", &[]);
    drop(out);
    Ran::of(child.wait_with_output().unwrap()).is(130, "", "");
}
