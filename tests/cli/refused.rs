//! Bad input: one line each, and nothing runs.

use crate::harness::{Harness, Ran};

#[test]
fn every_wrong_flag_is_told_in_one_line_with_exit_2() {
    let harness = Harness::new().with("a.py", "x").with("script.jsonl", "{\"txt\": 1}\n").with("s.lua", "");
    let harness = harness.with("replies.jsonl", "{\"text\": \"a\"}\n");
    for (arguments, part) in [
        (vec!["exec"], "<CODE>"),
        (vec!["run"], "<FILE>"),
        (vec!["rum", "s.lua"], "tip: a similar subcommand exists: 'run'"),
        (vec!["exec", "", "--feul", "1"], "--fuel"),
        (vec!["exec", "--offlien"], "no such flag"),
        (vec!["exec", "--offlien", "return 1"], "unexpected argument '--offlien' found; did you mean '--offline'?"),
        (
            vec!["exec", "--language=lua", "--fule=1G", "return 1"],
            "unexpected argument '--fule' found; did you mean '--fuel'?",
        ),
        (vec!["exec", "return 1", "return 2"], "unexpected argument 'return 2' found"),
        (vec!["exec", "", "--fuel", "0"], "must be from 1 to"),
        (vec!["exec", "", "--fuel", "-1"], "is not a number such as"),
        (vec!["exec", "", "--fuel", "99999999999G"], "is not a number such as"),
        (vec!["exec", "", "--memory", "0"], "must be from 4MiB to 4GiB"),
        (vec!["exec", "", "--memory", "1TiB"], "is not a size"),
        (vec!["exec", "", "--memory", "8GiB"], "must be from 4MiB to 4GiB"),
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
        (vec!["exec", "", "--trace-calls=./same", "--receipt", "same"], "same file"),
        (vec!["exec", "", "--audit", "log", "--receipt", "log.head"], "the head of --audit name the same file"),
        (vec!["exec", "", "--audit", "log", "--trace-calls=./log.head"], "the head of --audit name the same file"),
        (vec!["run", "s.lua", "--receipt", "./s.lua"], "--receipt would overwrite the spell"),
        (
            vec!["run", "s.lua", "--model-script", "replies.jsonl", "--audit", "replies.jsonl"],
            "overwrite --model-script",
        ),
        (vec!["exec", "", "--store", "sqlite:db", "--receipt", "db"], "--receipt db would be written into the store"),
        (
            vec!["exec", "", "--store", "sqlite:db", "--trace-calls=db-wal"],
            "--trace-calls db-wal would be written into the store",
        ),
        (vec!["exec", "", "--model", "openai//gpt-4o"], "a '/' with nothing on one side"),
        (vec!["exec", "", "--model", "openai/gpt-4o "], "it has a blank in it"),
        (vec!["exec", "", "--model", "openai/x/../gpt-4o"], "a part that is '.' or '..'"),
        (vec!["exec", "", "--config", "none.toml"], "none.toml"),
        (vec!["exec", "", "--guest", "none.wasm"], "none.wasm"),
        (vec!["run", "none.lua"], "none.lua"),
        (vec!["run", "a.py"], "known are: .lua"),
        (vec!["run", "."], "it is a folder"),
    ] {
        harness.run(&arguments).refuses(2, &["error: ", part]);
    }
}

#[test]
fn a_language_may_be_called_by_its_extension() {
    let harness = Harness::new();
    harness.run(&["exec", "return [1, 2].map((n) => n * 2).join()", "--lang", "js"]).is(0, "2,4\n", "");
    harness.run(&["exec", "return 7 // 2", "--language", "lua"]).is(0, "3\n", "");
    harness.run(&["exec", "", "--lang", "javscript"]).refuses(2, &["did you mean 'javascript'?"]);
}

#[test]
fn of_several_values_the_first_is_the_result_and_the_rest_is_told() {
    let harness = Harness::new();
    let told = "warn the spell returned 3 values: only the first is its result; a table holds several\n";
    harness.run(&["exec", "return 1, 2, 3"]).is(0, "1\n", told);
    harness.run(&["exec", "return 1"]).is(0, "1\n", "");
    harness.run(&["exec", "print('none')"]).is(0, "none\n", "");
}

#[test]
fn a_file_name_can_not_forge_a_line() {
    Harness::new().run(&["run", "x\nerror: y\u{1b}[2J.lua"]).refuses(2, &["x\\nerror: y\\u{1b}[2J.lua"]);
}

#[test]
fn nothing_runs_when_the_receipt_could_not_be_written() {
    Harness::new().run(&["exec", "print('ran')", "--receipt", "."]).refuses(2, &["--receipt ."]);
}

#[test]
fn a_configuration_error_names_file_line_and_key() {
    let harness = Harness::new().with("c.toml", "[limits]\nfule = 1\n");
    harness.run(&["exec", "", "--config", "c.toml"]).refuses(2, &["c.toml:2:1: ", "'fule'", "'fuel'"]);
    let harness = harness.with("d.toml", "[providers.local]\nkind = 'opnai'\n").with("e.toml", "instances = 0\n");
    harness.run(&["info", "--config", "d.toml"]).refuses(2, &["d.toml:2:8: ", "did you mean 'openai'?"]);
    harness.run(&["info", "--config", "e.toml"]).refuses(2, &["e.toml:1:13: instances: must be from 1"]);
    harness.run(&["info", "--config", "c.toml"]).refuses(2, &["c.toml"]);
    let mut command = harness.command(&["exec", ""]);
    Ran::of(command.env("LLMSPELL_CONFIG", "c.toml").output().unwrap()).refuses(2, &["c.toml"]);
}

#[test]
fn a_configuration_in_the_current_folder_is_never_read() {
    let harness =
        Harness::new().with("llmspell.toml", "nonsense").with("s/llmspell.toml", "nonsense").with("s/s.lua", "");
    harness.run(&["run", "s/s.lua"]).is(0, "", "");
}

#[test]
fn a_file_that_is_no_text_is_an_invalid_spell() {
    let harness = Harness::new().with("s.lua", b"return\n'\xff'");
    harness.run(&["run", "s.lua", "--receipt", "r.json"]).refuses(4, &["error: s.lua:2: not UTF-8: byte 0xff"]);
    let receipt = harness.json("r.json");
    assert_eq!(receipt["outcome"], "invalid-spell");
    assert_eq!(receipt["error"]["line"], 2);
    assert_eq!(receipt["hashes"]["spell"].as_str().unwrap().len(), 64);
}

#[test]
fn of_a_spell_that_is_not_there_the_nearest_is_named() {
    let harness = Harness::new();
    let missing = |harness: &Harness, name: &str, says: &str| {
        harness.run(&["run", name]).refuses(2, &[&format!("error: {name}: no such file{says}\n")]);
    };
    missing(&harness, "spell.lua", "; give the path of a spell");
    missing(&harness, "nowhere/spell.lua", ", nor the folder that it is in; give the path of a spell");
    let mut harness =
        harness.with("spell.lua", "").with("notes.txt", "").with("other.js", "").with("spill\u{1b}.lua", "");
    for name in ["spel.lua", "spell", "spell.txt"] {
        missing(&harness, name, "; did you mean 'spell.lua'?");
    }
    missing(&harness, "quite different.mjs", "; give the path of a spell (in its folder: other.js, spell.lua)");
    for number in 0..10 {
        harness = harness.with(&format!("number {number}.lua"), "");
    }
    missing(&harness, "quite different.mjs", "; give the path of a spell");
}

#[test]
fn of_a_file_that_can_not_be_used_it_is_said_what_to_do() {
    let harness = Harness::new()
        .with("folder.lua/x", "")
        .with("file", "")
        .with("latin.toml", b"# \n# caf\xe9\n")
        .with("config.toml", "");
    for (arguments, says) in [
        (vec!["exec", "", "--config", "nope.toml"], "nope.toml: no such file; give the path of a configuration file"),
        (vec!["exec", "", "--config", "confg.toml"], "confg.toml: no such file; did you mean 'config.toml'?"),
        (vec!["exec", "", "--config", "folder.lua"], "it is a folder; give the path of a configuration file"),
        (vec!["exec", "", "--config", "file/x.toml"], "file/x.toml: its path leads through a file"),
        (vec!["exec", "", "--config", "latin.toml"], "latin.toml: it is not UTF-8: byte 0xe9 in line 2"),
        (vec!["exec", "", "--config", "/dev/zero"], "/dev/zero: it has more than 16 MiB"),
        (vec!["exec", "", "--policy", "nope.toml"], "nope.toml: no such file; give the path of a policy file"),
        (vec!["exec", "", "--policy", "latin.toml"], "latin.toml: it is not UTF-8: byte 0xe9 in line 2"),
        (vec!["policy", "explain", "folder.lua"], "folder.lua: it is a folder; give the path of a policy file"),
        (vec!["policy", "suggest", "--from", "nope"], "nope: no such file; give the path of a journal"),
        (vec!["exec", "", "--guest", "nope.wasm"], "nope.wasm: no such file; give the path of a guest component"),
        (vec!["exec", "", "--guest", "folder.lua"], "it is a folder; give the path of a guest component"),
        (vec!["exec", "", "--model-script", "nope"], "nope: no such file; give the path of a file of replies"),
        (vec!["audit", "verify", "nope"], "nope: no such file; give the path of an audit"),
        (vec!["audit", "verify", "folder.lua"], "folder.lua: it is a folder; give the path of an audit"),
        (vec!["run", "folder.lua"], "folder.lua: it is a folder; give the path of a spell"),
        (vec!["validate", "folder.lua"], "folder.lua: it is a folder; give the path of a spell"),
        (vec!["exec", "", "--receipt", "no/r.json"], "no/r.json: its folder does not exist; make it first"),
        (vec!["exec", "", "--audit", "no/audit"], "no/audit: its folder does not exist; make it first"),
        (vec!["exec", "", "--trace-calls=folder.lua"], "folder.lua: it is a folder; name a file in it"),
        (vec!["exec", "", "--trace-calls=file/x"], "file/x: its path leads through a file"),
    ] {
        let ran = harness.run(&arguments);
        ran.refuses(2, &["error: ", says]);
        assert!(!ran.err.contains("os error"), "{}", ran.err);
    }
    let mut command = harness.command(&["exec", ""]);
    let ran = Ran::of(command.env("LLMSPELL_CONFIG", "nope.toml").output().unwrap());
    ran.refuses(2, &["nope.toml: no such file; give the path of a configuration file", "($LLMSPELL_CONFIG)"]);
}

#[test]
fn a_file_without_end_is_refused() {
    let harness = Harness::new();
    harness.run(&["run", "/dev/zero", "--lang", "lua"]).refuses(4, &["more than 16 MiB"]);
}

#[test]
fn validate_names_the_place_and_says_nothing_of_good_files() {
    let harness =
        Harness::new().with("ok.lua", "print('not run')").with("d/bad.lua", "x = 1\ny = = 2\n").with("worse.lua", "(");
    harness.run(&["validate", "ok.lua"]).is(0, "", "");
    let ran = harness.run(&["validate", "d/bad.lua", "ok.lua", "worse.lua"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("d/bad.lua:2:5: ") && lines[1].starts_with("worse.lua:1:2: "), "{lines:?}");
    let ran = harness.run(&["validate", "d/bad.lua", "ok.lua", "none.lua", "--output", "json"]);
    let seen: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, ran.err.as_str(), seen.as_array().unwrap().len()), (2, "", 3));
    assert_eq!((&seen[0]["ok"], &seen[1]["ok"], &seen[2]["ok"]), (&false.into(), &true.into(), &false.into()));
    let error = &seen[0]["errors"][0];
    assert_eq!((&error["file"], &error["line"], &error["column"]), (&"d/bad.lua".into(), &2.into(), &5.into()));
    harness.run(&["validate", "none.lua", "ok.lua"]).refuses(2, &["none.lua"]);
    assert_eq!(harness.run_with_input(&["validate", "-"], "return +").code, 4);
}

#[test]
fn a_file_that_is_no_guest_is_refused_in_one_line() {
    let harness = Harness::new()
        .with("text.wasm", "not wasm\n\u{1b}[2J")
        .with("module.wasm", b"\0asm\x01\0\0\0")
        .with("empty.wasm", b"\0asm\x0d\0\x01\0")
        .with("nothing.wasm", "");
    for file in ["text.wasm", "module.wasm", "empty.wasm", "nothing.wasm"] {
        harness.run(&["exec", "", "--guest", file, "--receipt", "r.json"]).refuses(5, &["error: invalid-guest: "]);
        assert_eq!(harness.json("r.json")["outcome"], "invalid-guest");
    }
}

#[test]
fn a_pipe_that_nothing_writes_is_waited_for_as_long_as_a_run_may_take() {
    let harness = Harness::new().with("s.lua", "return 1");
    let pipe = |name| {
        assert!(std::process::Command::new("mkfifo").arg(harness.path(name)).status().unwrap().success());
    };
    ["pipe.lua", "pipe.toml", "pipe.jsonl", "pipe.wasm"].into_iter().for_each(pipe);
    for arguments in [
        vec!["run", "pipe.lua"],
        vec!["run", "s.lua", "--config", "pipe.toml"],
        vec!["run", "s.lua", "--policy", "pipe.toml"],
        vec!["run", "s.lua", "--model-script", "pipe.jsonl"],
        vec!["run", "s.lua", "--guest", "pipe.wasm"],
    ] {
        let name = arguments.iter().find(|name| name.contains("pipe.")).unwrap();
        let ran = harness.run(&[arguments.clone(), vec!["--timeout", "100ms"]].concat());
        ran.refuses(12, &[name, "nothing has written this pipe", "100ms (--timeout)"]);
    }
    harness.run(&["validate", "s.lua", "--config", "pipe.toml"]).refuses(2, &["pipe.toml", "it is no plain file"]);
    harness.run(&["validate", "pipe.lua"]).refuses(2, &["pipe.lua", "it is no plain file"]);
}
