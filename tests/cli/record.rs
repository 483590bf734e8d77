//! Runs that are recorded, and replayed where nothing of what they used is there.

use std::io::{BufRead, BufReader};

use llmspell_wasm::replay::record::{Answer, Arguments, Call, Entries, Entry, Frames, Outcome, Reader};

use crate::harness::Harness;

const LUA: &str = "
local seen = {}
Hook.register('agent:before_execution', function() seen[#seen + 1] = true end)
Event.subscribe('note.*', function(event) print('heard', event.data.n) end)
local tasks = {}
for i = 1, 10 do
  tasks[i] = Task.spawn(function() return Agent.create{name = 'a' .. i, model = 'test'}:run('question ' .. i).text end)
end
local answers = Task.all(tasks)
Event.emit('note.one', {n = 1})
State.save('global', 'answers', answers)
local slow = Task.spawn(function() Task.sleep(5000) return 1 end)
slow:cancel()
print(#State.load('global', 'answers'), math.random() < 2, os.time() > 0)
return {answers = answers, seen = #seen}
";

const JAVASCRIPT: &str = "
const answers = await Promise.all(Array.from({length: 10}, async (_, i) => {
  const agent = await Agent.create({name: 'a' + i, model: 'test'});
  const reply = await agent.run('question ' + i);
  return reply.text;
}));
await State.save('global', 'answers', answers);
console.log((await State.load('global', 'answers')).length, Math.random() < 2, Date.now() > 0);
return {answers};
";

/// Replies that come in another order than they are asked for.
fn replies() -> String {
    (0..10).map(|at| format!("{{\"text\": \"answer {at}\", \"delay_ms\": {}}}\n", (at * 7) % 10 * 6)).collect()
}

#[test]
fn what_went_on_at_once_comes_again() {
    for (file, text) in [("many.lua", LUA), ("many.js", JAVASCRIPT)] {
        let harness = Harness::new().with(file, text).with("replies.jsonl", replies());
        let ran = harness.run(&["run", file, "--model-script", "replies.jsonl", "--record", "r.spellrun"]);
        assert_eq!(ran.code, 0, "{file}: {}", ran.err);
        let alone = Harness::new();
        std::fs::copy(harness.path("r.spellrun"), alone.path("r.spellrun")).unwrap();
        let again = alone.run(&["replay", "r.spellrun"]);
        assert_eq!((again.code, again.out, again.err), (0, ran.out, ran.err), "{file}");
        let shown = alone.run(&["record", "show", "r.spellrun", "--call", "agent.run"]);
        assert_eq!(shown.out.matches("question").count(), 10, "{}", shown.out);
        assert!(shown.out.contains("10 model calls"), "{}", shown.out);
    }
}

#[test]
fn a_replay_ends_where_it_is_asked_to() {
    let spell = "State.save('global', 'a', 1) print('one') Tool.execute('calculator', {input = '1 + 1'}) print('two')";
    let harness = Harness::new().with("a.lua", spell);
    harness.run(&["run", "a.lua", "--store", "memory", "--record", "r.spellrun"]).is(0, "one\ntwo\n", "");
    harness.run(&["replay", "r.spellrun"]).is(0, "one\ntwo\n", "");
    let ran = harness.run(&["replay", "r.spellrun", "--break-on", "tool:calculator"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "one\n"), "{}", ran.err);
    assert!(ran.err.starts_with("replay: stopped after call "), "{}", ran.err);
    let ran = harness.run(&["replay", "r.spellrun", "--break-on", "state.put"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    harness.run(&["replay", "r.spellrun", "--until", "0"]).is(0, "", "replay: stopped after call 0\n");
    let ran = harness.run(&["replay", "r.spellrun", "--show"]);
    assert!(ran.err.contains("state.put") && ran.err.contains("tool.invoke"), "{}", ran.err);
}

#[test]
fn a_changed_spell_goes_on_as_long_as_it_asks_the_same() {
    let harness = Harness::new()
        .with("a.lua", "print('a') State.save('global', 'a', 1) State.save('global', 'b', 2)")
        .with("same.lua", "print('A', 'B') State.save('global', 'a', 1) State.save('global', 'b', 2) return 'same'")
        .with("other.lua", "State.save('global', 'a', 1) print('so far') State.save('global', 'b', 3)");
    harness.run(&["run", "a.lua", "--store", "memory", "--record", "r.spellrun"]).is(0, "a\n", "");
    harness.run(&["replay", "r.spellrun", "--spell", "same.lua"]).is(0, "A\tB\nsame\n", "");
    let ran = harness.run(&["replay", "r.spellrun", "--spell", "other.lua"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "so far\n"));
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    for part in
        ["error: the replay parts from the record at call ", "expected state.put", "got state.put", "\"2\"", "\"3\""]
    {
        assert!(ran.err.contains(part), "{part} is not in {}", ran.err);
    }
}

#[test]
fn a_run_that_was_stopped_ends_there_again() {
    for (spell, flag, code) in [
        ("print('on') while true do end", ["--timeout", "700ms"], 12),
        ("print('on') Task.sleep(60000)", ["--timeout", "700ms"], 12),
        ("print('on') while true do end", ["--fuel", "300M"], 10),
        ("print('on') local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end", ["--memory", "8MiB"], 11),
        ("print('on') for i = 1, 1e9 do State.load('global', 'a') end", ["--max-host-calls", "50"], 14),
        ("print('on') error('no')", ["--fuel", "1G"], 1),
        ("print('on') os.exit(7)", ["--fuel", "1G"], 7),
    ] {
        let harness = Harness::new().with("a.lua", spell);
        let ran = harness.run(&["run", "a.lua", "--store", "memory", flag[0], flag[1], "--record", "r.spellrun"]);
        assert_eq!((ran.code, ran.out.as_str()), (code, "on\n"), "{spell}: {}", ran.err);
        let again = harness.run(&["replay", "r.spellrun"]);
        assert_eq!((again.code, again.out, again.err), (code, ran.out, ran.err), "{spell}");
    }
}

#[test]
fn a_run_that_was_killed_leaves_what_was_there() {
    let harness = Harness::new().with("a.lua", "State.save('global', 'a', 1) print('on') Task.sleep(60000)");
    let mut child = harness.start(&["run", "a.lua", "--store", "memory", "--record", "r.spellrun"]);
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    // What is gathered is written within milliseconds; under load it may take more.
    let has = |harness: &Harness| harness.run(&["record", "show", "r.spellrun"]).out.contains("operation.sleep");
    let mut waited = 0;
    while !has(&harness) && waited < 100 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        waited += 1;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = harness.run(&["replay", "r.spellrun"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "on\n"), "{}", ran.err);
    assert!(ran.err.contains("the run was killed there, or the file was cut off"), "{}", ran.err);
}

#[test]
fn no_record_holds_a_key() {
    let config = "[providers.mine]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:9\"\napi_key_env = \"MINE_KEY\"\n";
    let key = "sk-0123456789abcdefghijklmnop";
    let harness = Harness::new()
        .with("llmspell.toml", config)
        .with("data.txt", format!("the key is {key}"))
        .with("a.lua", "print('on') local text = io.open('data.txt'):read('a') print(#text) print(text)")
        .with("b.lua", format!("print('{key}')"));
    let run = |file: &str| {
        let arguments = ["run", file, "--config", "llmspell.toml", "--record", "r.spellrun"];
        harness.command(&arguments).env("MINE_KEY", key).output().unwrap()
    };
    let ran = run("a.lua");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let shown = harness.run(&["record", "show", "r.spellrun", "--output", "json"]).out;
    assert!(!shown.contains(key) && shown.contains("left_out"), "{shown}");
    let ran = harness.run(&["replay", "r.spellrun"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "on\n"), "{}", ran.err);
    assert!(ran.err.contains("the replay can't go on at call "), "{}", ran.err);
    run("b.lua");
    let shown = harness.run(&["record", "show", "r.spellrun", "--output", "json"]).out;
    assert!(!shown.contains(key), "{shown}");
    harness.run(&["replay", "r.spellrun"]).refuses(2, &["r.spellrun: a key stood in the spell"]);
}

#[test]
fn what_is_no_good_record_is_refused_in_a_line() {
    let harness = Harness::new().with("a.lua", "return State.load('global', 'a')").with("text.spellrun", "return 1");
    harness.run(&["run", "a.lua", "--store", "memory", "--record", "r.spellrun"]);
    let whole = std::fs::read(harness.path("r.spellrun")).unwrap();
    let mut changed = whole.clone();
    let middle = whole.len() / 2;
    changed[middle] ^= 1;
    let mut newer = whole.clone();
    newer[8] = 2;
    let harness =
        harness.with("changed.spellrun", &changed).with("newer.spellrun", &newer).with("cut.spellrun", &whole[..20]);
    for command in [&["replay"][..], &["record", "show"]] {
        for (file, told) in [
            ("text.spellrun", "text.spellrun: this is no record of a run (a .spellrun file)"),
            ("changed.spellrun", "changed.spellrun: the record is damaged in frame "),
            ("newer.spellrun", "newer.spellrun: the record is of version 2, and this program reads version 1"),
            ("cut.spellrun", "cut.spellrun: the record is cut off before its first entry"),
            ("none.spellrun", "none.spellrun: "),
        ] {
            let ran = harness.run(&[command, &[file]].concat());
            assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{file}: {}", ran.err);
            assert!(ran.err.contains(told), "{}", ran.err);
        }
    }
    harness.run(&["run", "a.lua", "--record", "a.lua"]).refuses(2, &["--record would overwrite the spell"]);
    let store = ["run", "a.lua", "--store", "sled:kept", "--record", "kept/r.spellrun"];
    std::fs::create_dir(harness.path("kept")).unwrap();
    harness.run(&store).refuses(2, &["--record kept/r.spellrun would be written into the store"]);
}

#[test]
fn two_records_are_compared() {
    let harness = Harness::new().with("a.lua", "State.save('global', 'a', params.n) return 1");
    let run = |n: &str, to: &str| {
        harness.run(&[
            "run",
            "a.lua",
            "--store",
            "memory",
            "--seed",
            "1",
            "--param",
            &format!("n={n}"),
            "--record",
            to,
        ]);
    };
    run("1", "one");
    run("1", "same");
    run("2", "two");
    let ran = harness.run(&["record", "diff", "one", "same"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.starts_with("the runs are the same: "), "{}", ran.out);
    let ran = harness.run(&["record", "diff", "one", "two"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(
        ran.out
            .starts_with("the runs part before the first call: what they were run with is not the same (parameters)"),
        "{}",
        ran.out
    );
}

#[test]
fn a_record_takes_no_more_than_is_allowed_here() {
    let harness = Harness::new().with("a.lua", "return 1");
    harness.run(&["run", "a.lua", "--fuel", "900G", "--tenant", "acme", "--record", "r.spellrun"]).is(0, "1\n", "");
    harness.run(&["replay", "r.spellrun"]).refuses(2, &["another tenant's run", "'local'"]);
    let replay = ["replay", "r.spellrun", "--tenant", "acme"];
    harness.run(&replay).refuses(2, &["--fuel 120000000000, and it had 900000000000"]);
    harness.run(&[&replay[..], &["--fuel", "900G"]].concat()).is(0, "1\n", "");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(harness.path("r.spellrun")).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
    harness.run(&["run", "a.lua", "--record", "/dev/null"]).refuses(2, &["--record /dev/null: it is no plain file"]);
}

#[test]
fn a_record_is_for_its_owner_alone_and_not_for_the_spell() {
    let spell = "for _, mode in ipairs{'r', 'w'} do
  local done, file = pcall(io.open, 'r.spellrun', mode)
  print(done and file ~= nil)
end
local file = assert(io.open('other.txt', 'w')) file:write('a') file:close()";
    let harness = Harness::new().with("a.lua", spell).with("r.spellrun", "what was there before");
    let path = harness.path("r.spellrun");
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::create_dir(harness.path("records")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../r.spellrun", harness.path("records/link.spellrun")).unwrap();
    let run = ["run", "a.lua", "--store", "memory", "--allow-read", ".", "--allow-write", ".", "--record"];
    for name in ["r.spellrun", "records/link.spellrun"] {
        let ran = harness.run(&[&run[..], &[name]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (0, "false\nfalse\n"), "{name}: {}", ran.err);
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(&path).unwrap().permissions();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
        }
        harness.run(&["replay", "r.spellrun"]).is(0, "false\nfalse\n", "");
    }
}

#[test]
fn a_replay_that_takes_too_long_is_no_difference() {
    let spell = "print('on') local n = 0 for i = 1, 2e8 do n = n + i end return n";
    let harness = Harness::new().with("a.lua", spell);
    let ran = harness.run(&[
        "run",
        "a.lua",
        "--store",
        "memory",
        "--timeout",
        "5m",
        "--fuel",
        "100G",
        "--record",
        "r.spellrun",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    harness.run(&["replay", "r.spellrun"]).refuses(2, &["--timeout"]);
}

#[test]
fn a_run_that_was_denied_its_language_is_recorded_to_its_end() {
    let harness =
        Harness::new().with("a.lua", "print('on')").with("p.toml", "[guests]\nlanguages = [\"javascript\"]\n");
    let ran = harness.run(&["run", "a.lua", "--store", "memory", "--policy", "p.toml", "--record", "r.spellrun"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    let again = harness.run(&["replay", "r.spellrun"]);
    assert_eq!((again.code, again.out, again.err), (3, ran.out, ran.err));
}

/// The record with its calls changed, with frames and checksums that fit.
fn forged(harness: &Harness, from: &str, to: &str, change: impl FnOnce(&mut Vec<Call>)) {
    let bytes = std::fs::read(harness.path(from)).unwrap();
    let (mut reader, mut calls, mut end) = (Reader::new(&bytes[..]).unwrap(), Vec::new(), None);
    while let Some(entry) = reader.next().unwrap() {
        match entry {
            Entry::Call(call) => calls.push(call),
            Entry::End(last) => end = Some(last),
            Entry::Header(_) | Entry::Shown(_) => {}
        }
    }
    change(&mut calls);
    let mut entries = Entries::default();
    entries.header(reader.header());
    for Call { name, arguments, outcome } in &calls {
        let Arguments::Whole(arguments) = arguments else { panic!("{arguments:?}") };
        let answer = match outcome {
            Outcome::Answer(value) => Answer::Value(value),
            Outcome::Stop(text) => Answer::Stop(text),
            Outcome::Sealed => Answer::Sealed,
        };
        entries.call(name, arguments, false, answer);
    }
    entries.end(&end.unwrap());
    std::fs::write(harness.path(to), Frames::default().pack(&entries.take()).unwrap()).unwrap();
}

#[test]
fn a_forged_record_is_a_difference() {
    let spell = "State.save('global', 'a', 'one') State.save('global', 'b', 'two')
        print(State.load('global', 'a'), State.load('global', 'b'))";
    let harness = Harness::new().with("a.lua", spell);
    harness.run(&["run", "a.lua", "--store", "memory", "--record", "r.spellrun"]).is(0, "one\ttwo\n", "");
    forged(&harness, "r.spellrun", "same.spellrun", |_| {});
    harness.run(&["replay", "same.spellrun"]).is(0, "one\ttwo\n", "");
    let at = |calls: &[Call], name: &str| calls.iter().position(|call| &*call.name == name).unwrap();
    let refused = |change: &dyn Fn(&mut Vec<Call>), told: &str| {
        forged(&harness, "r.spellrun", "forged.spellrun", |calls| change(calls));
        let ran = harness.run(&["replay", "forged.spellrun"]);
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{}", ran.err);
        assert!(ran.err.starts_with("error: the replay parts from the record at call "), "{}", ran.err);
        assert!(ran.err.contains(told), "{told:?} is not in {}", ran.err);
    };
    // Answers that change places: what is printed then is not what was.
    refused(
        &|calls| {
            let first = at(calls, "state.get");
            let other = calls[first + 1].outcome.clone();
            calls[first + 1].outcome = std::mem::replace(&mut calls[first].outcome, other);
        },
        "expected output.write \"one\\ttwo\\n\"; got output.write \"two\\tone\\n\"",
    );
    refused(&|calls| drop(calls.remove(at(calls, "state.get"))), "got state.get [\"global\",\"a\",null]");
    refused(&|calls| calls.push(calls[at(calls, "state.get")].clone()), "got the end of the run");
    // An answer of another type, and a text that no import ends a run by.
    refused(&|calls| calls[0].outcome = Outcome::Answer([1][..].into()), "an answer to state.put");
    forged(&harness, "r.spellrun", "forged.spellrun", |calls| calls[0].outcome = Outcome::Stop("{}".into()));
    harness.run(&["replay", "forged.spellrun"]).refuses(1, &["how a call ended the run can't be read"]);
}
