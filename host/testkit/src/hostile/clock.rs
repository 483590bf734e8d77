//! A machine whose clock is set while spells run: forwards, back, and to times before 1970 and behind the year 9999.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Host;
use super::process::{command, told, wait};

/// Seconds, of which each look at the clock gets the next: hours, months, years.
const JUMPS: [i64; 13] = [
    0,
    300_000_000_000,
    -2_000_000_000,
    3_600,
    -3_600,
    4_000_000,
    -4_000_000,
    -1,
    100,
    -100,
    0,
    40_000_000,
    -40_000_000,
];

/// Each sees the time go back and the time that passes not; keeps values that end and one that does not.
const WORKS: [(&str, &str); 2] = [
    (
        "lua",
        "
local last, back, began = os.time(), 0, os.clock()
for i = 1, 60 do
  local now, passed = os.time(), os.clock()
  if now < last then back = back + 1 end
  assert(passed >= began, 'time that passes went back')
  last, began = now, passed
  State.increment('s', 'n', 1)
  State.save('s', 'short' .. i, i, {ttl = 60})
  State.load('s', 'short' .. i)
  local before = State.entry('s', 'kept')
  State.save('s', 'kept', i)
  local after = State.entry('s', 'kept')
  assert(after.value == i and (not before or after.version > before.version), 'a version went back')
  if i % 20 == 0 then util.sleep(1) Event.publish('tick', {i = i}) end
end
assert(back > 10, 'the clock was not set at all')
return 'worked'",
    ),
    (
        "javascript",
        "
const holds = (is, what) => { if (!is) throw new Error(what) };
let last = Date.now(), back = 0, began = performance.now();
for (let i = 1; i <= 60; i++) {
  const now = Date.now(), passed = performance.now();
  if (now < last) back++;
  holds(passed >= began, 'time that passes went back');
  last = now, began = passed;
  await State.increment('s', 'n', 1);
  await State.save('s', 'short' + i, i, {ttl: 60});
  await State.load('s', 'short' + i);
  const before = await State.entry('s', 'kept');
  await State.save('s', 'kept', i);
  const after = await State.entry('s', 'kept');
  holds(after.value === i && (!before || after.version > before.version), 'a version went back');
  if (i % 20 === 0) {
    await new Promise(done => setTimeout(done, 1));
    await Event.publish('tick', {i});
  }
}
holds(back > 10, 'the clock was not set at all');
return 'worked'",
    ),
];

/// Whatever the time of day, these end at their timeout and not before.
const LASTS: [(&str, &str); 6] = [
    ("lua", "while true do pcall(os.time) end"),
    ("lua", "while true do pcall(util.sleep, 1e9) end"),
    ("lua", "Event.receive(Event.subscribe('never'), 1e9) util.sleep(1e9)"),
    ("javascript", "for (;;) { try { Date.now() } catch {} }"),
    ("javascript", "for (;;) { try { await util.sleep(1e9) } catch {} }"),
    (
        "javascript",
        "await Event.receive(Event.subscribe('never'), 1e9); await new Promise(done => setTimeout(done, 1e9))",
    ),
];

/// In each language.
const RUNS: usize = 5;

/// What it ends as is `exit 0`, or what went wrong.
pub fn play(host: &Host, place: &TempDir, store: &str) -> (String, String) {
    let library = library(place.path());
    let run_at = |jumps: &[i64], arguments: &[&str]| {
        let mut command = command(host, place.path(), arguments);
        let jumps = jumps.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        command.env("LD_PRELOAD", &library).env("JUMPS", jumps).stdout(Stdio::piped()).stderr(Stdio::piped());
        told(&wait(command.spawn().unwrap()))
    };
    // sled opens no store before 1970, and says so.
    let (earliest, before_1970, says) = if store.starts_with("sqlite:") {
        (i64::MIN, "exit 0", "1")
    } else {
        (-1_500_000_000, "exit 75", "before 1970")
    };
    let mut jumps = JUMPS.map(|seconds| seconds.max(earliest));
    let mut run = |arguments: &[&str]| {
        // Each begins at another time.
        jumps.rotate_left(1);
        run_at(&jumps, arguments)
    };
    let mut wrong = Vec::new();
    let mut is = |what: &str, (ends, shown): (String, String), wanted: &str, says: &str| {
        if ends != wanted || !shown.contains(says) || shown.contains("panicked") {
            wrong.push(format!("{what}: {ends}: {shown}"));
        }
    };
    let saves = "State.save('s', 'old', 1) return State.load('s', 'old')";
    is("a clock before 1970", run_at(&[-2_000_000_000], &["exec", saves, "--store", store]), before_1970, says);
    for (language, code) in LASTS {
        let limits = ["--fuel", "1000G", "--max-host-calls", "100M", "--timeout", "300ms", "--audit", "a.log"];
        is(code, run(&[&["exec", code, "--language", language], limits.as_slice()].concat()), "exit 12", "wall time");
    }
    for (language, works) in WORKS.iter().cycle().take(RUNS * WORKS.len()) {
        let options = ["--language", language, "--store", store, "--audit", "a.log", "--receipt", "r.json"];
        is(language, run(&[&["exec", works], options.as_slice()].concat()), "exit 0", "worked");
        let receipt: Value =
            serde_json::from_slice(&std::fs::read(place.path().join("r.json")).unwrap_or_default()).unwrap_or_default();
        let passed = receipt["ledger"]["wall_time_ms"].as_f64();
        // As long as the test itself would wait, at most.
        if passed.is_none_or(|passed| passed > 20_000.0) {
            is("its receipt", (receipt.to_string(), String::new()), "right", "");
        }
    }
    // By the right time again.
    let look = |arguments: &[&str]| told(&command(host, place.path(), arguments).output().unwrap());
    is(
        "the sum",
        look(&["state", "get", "s", "n", "--store", store]),
        "exit 0",
        &(RUNS * WORKS.len() * 60).to_string(),
    );
    is("the value that has no end", look(&["state", "get", "s", "kept", "--store", store]), "exit 0", "60");
    is("the store", look(&["state", "verify", "--store", store]), "exit 0", "");
    is("the record of decisions", look(&["audit", "verify", "a.log"]), "exit 0", "");
    match wrong.is_empty() {
        true => ("exit 0".into(), String::new()),
        false => ("wrong".into(), wrong.join("\n")),
    }
}

/// Built by the compiler that Rust links with.
fn library(place: &Path) -> PathBuf {
    let (source, library) = (place.join("clock.c"), place.join("clock.so"));
    std::fs::write(&source, include_str!("clock.c")).unwrap();
    let mut compiler = Command::new("cc");
    let built = compiler.args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    library
}
