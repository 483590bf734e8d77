//! What a spell is given, and what becomes of what it says.

use crate::harness::{Harness, Ran};

#[test]
fn what_a_spell_returns_is_shown_as_what_it_is() {
    let harness = Harness::new();
    for (code, out) in [
        ("return 'a b'", "a b\n"),
        ("return 42", "42\n"),
        ("return 1.5", "1.5\n"),
        ("return false", "false\n"),
        ("return nil", ""),
        ("return {b = 1, a = {true}}", "{\n  \"a\": [\n    true\n  ],\n  \"b\": 1\n}\n"),
        ("io.write('x') print('y') return 'z'", "xy\nz\n"),
    ] {
        harness.run(&["exec", code]).is(0, out, "");
    }
}

#[test]
fn a_spell_comes_from_a_file_or_standard_input_or_the_command_line() {
    let harness = Harness::new().with("a.lua", "return 'file'").with("b.txt", "return 'text'");
    harness.run(&["run", "a.lua"]).is(0, "file\n", "");
    harness.run(&["run", "--lang", "lua", "b.txt"]).is(0, "text\n", "");
    harness.run_with_input(&["run", "-"], "return 'input'").is(0, "input\n", "");
    harness.run(&["exec", "-- a comment\nreturn 'line'"]).is(0, "line\n", "");
}

#[test]
fn parameters_and_arguments_reach_the_spell() {
    let code = "return params.k .. '|' .. params.e .. '|' .. arg[1] .. '|' .. arg[2]";
    let harness = Harness::new();
    harness.run(&["exec", code, "--param", "k=v=w", "--param", "e=", "--", "-x", "--y"]).is(0, "v=w||-x|--y\n", "");
}

#[test]
fn modules_lie_beside_the_spell_and_not_in_the_current_folder() {
    let harness = Harness::new()
        .with("spells/main.lua", "return (require('part'))")
        .with("spells/part.lua", "return 'beside'")
        .with("part.lua", "return 'current'");
    harness.run(&["run", "spells/main.lua"]).is(0, "beside\n", "");
    assert_eq!(harness.run(&["exec", "return require('part')"]).code, 1);
}

#[test]
fn the_same_seed_repeats() {
    let harness = Harness::new();
    let draw = |seed| harness.run(&["exec", "--seed", seed, "return math.random(1, 1 << 50)"]).out;
    assert_eq!(draw("7"), draw("7"));
    assert_ne!(draw("7"), draw("8"));
}

#[test]
fn the_environment_is_closed_but_for_what_is_allowed() {
    let harness = Harness::new();
    let run = |flags: &[&str]| {
        let code = "return tostring(os.getenv('SHOWN')) .. tostring(os.getenv('HIDDEN'))";
        let mut command = harness.command(&[&["exec", code], flags].concat());
        Ran::of(command.env("SHOWN", "one").env("HIDDEN", "two").output().unwrap())
    };
    let ran = run(&["--allow-env", "SHOWN"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "onenil\n"));
    assert!(ran.err.contains("--allow-env HIDDEN grants it"), "{}", ran.err);
    assert_eq!(run(&["--allow-env", "SHOWN", "--allow-env", "HIDDEN"]).out, "onetwo\n");
}

#[test]
fn a_providers_key_can_not_be_granted() {
    let harness = Harness::new().with("c.toml", "[grants]\nenvironment = ['OPENAI_API_KEY']\n");
    harness
        .run(&["exec", "return 1", "--allow-env", "OPENAI_API_KEY"])
        .refuses(2, &["OPENAI_API_KEY", "the key of a provider"]);
    harness.run(&["exec", "return 1", "--config", "c.toml"]).refuses(2, &["OPENAI_API_KEY"]);
}

#[test]
fn output_bytes_pass_a_pipe_unchanged_and_log_lines_are_one_line() {
    let harness = Harness::new();
    let code = r#"io.write("\27[31m\255\0\r") console.warn("a\nerror: b\27[2J", {k = "\n"})"#;
    let output = harness.command(&["exec", code]).output().unwrap();
    assert_eq!(output.stdout, b"\x1b[31m\xff\0\r");
    assert_eq!(output.stderr, b"warn a\\nerror: b\\u{1b}[2J {\"k\":\"\\n\"}\n");
}

#[test]
fn offline_answers_itself_and_a_script_answers_for_the_model() {
    let harness = Harness::new().with("m.jsonl", "{\"text\": \"scripted\"}\n");
    let code = "return llm.complete({model = 'gpt-4', messages = {{role = 'user', content = 'hi'}}}).content";
    let ran = harness.run(&["exec", code, "--offline"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("offline"), "{}", ran.out);
    harness.run(&["exec", code, "--model-script", "m.jsonl"]).is(0, "scripted\n", "");
    let ran = harness.run(&["exec", code]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.lines().next().unwrap().contains("OPENAI_API_KEY"), "{}", ran.err);
}

#[test]
fn first_mistakes_end_in_what_to_do() {
    let harness = Harness::new().with("a.lua", "return 1");
    let ran = harness.run(&["a.lua"]);
    ran.refuses(2, &["there is no command 'a.lua'", "llmspell-wasm run a.lua"]);
    for (arguments, code, parts) in [
        (vec!["exec", "const a = 1; console.log(a)"], 4, ["help: it looks like javascript", "--lang javascript"]),
        (
            vec!["exec", "--lang", "javascript", "local a = 1 if a then print(a) end"],
            4,
            ["looks like lua", "--lang lua"],
        ),
        (
            vec!["exec", "return Agent.create{name = 'a', model = 'openai/gpt-4'}:run('hi')"],
            1,
            ["OPENAI_API_KEY", "--offline"],
        ),
        (vec!["exec", "return Agent.create{name = 'a'}:run('hi')"], 1, ["has no default_model", "\"openai/MODEL\""]),
    ] {
        let ran = harness.run(&arguments);
        assert_eq!((ran.code, ran.out.as_str()), (code, ""), "{}", ran.err);
        parts.iter().for_each(|part| assert!(ran.err.contains(part), "{part:?} is not in {}", ran.err));
    }
    // What is wrong in the language that it is taken for needs no other.
    assert!(!harness.run(&["exec", "print(1"]).err.contains("help:"));
}

#[test]
fn what_is_no_function_is_named() {
    let harness = Harness::new();
    for (code, name) in [
        ("const list = {a: {}};\nlist.a.map(1)", "list.a.map is not a function"),
        ("let z; z()", "z is not a function"),
        ("(() => ({}))().run()", "run is not a function"),
        ("const ä = {}; /* ü */ ä.größe()", "ä.größe is not a function"),
    ] {
        let ran = harness.run(&["exec", "--lang", "javascript", code]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let first = ran.err.lines().next().unwrap();
        assert!(first.ends_with(&format!("TypeError: {name}")), "{first}");
    }
}

#[test]
fn a_file_that_may_not_be_opened_is_told_with_its_flag() {
    let harness =
        Harness::new().with("a.lua", "io.open('/nowhere/x', 'w') io.open('/nowhere/x', 'w') return 'went on'");
    let ran = harness.run(&["run", "a.lua"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (0, "went on\n", 1), "{}", ran.err);
    assert!(ran.err.contains("--allow-write /nowhere/x grants it"), "{}", ran.err);
}
