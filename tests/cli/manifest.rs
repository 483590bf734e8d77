//! A spell that is a folder: its manifest, and the templates that the binary carries.

use crate::harness::{Harness, Ran};

const MANIFEST: &str = "name: greeter
version: 1.0.0
engine: lua
entry: src/main.lua
parameters:
  who: {type: string, required: true, description: whom to greet}
  times: {type: integer, default: 2}
capabilities: [storage.read, log.write]
env: [SHOWN]
";

#[test]
fn a_folder_with_a_manifest_is_run() {
    let code = "local words = require('lib.words') return words.greet(params.who) .. '|' .. math.type(params.times)";
    let harness = Harness::new()
        .with("greeter/spell.yaml", MANIFEST)
        .with("greeter/src/main.lua", code)
        .with("greeter/lib/words.lua", "return { greet = function(who) return 'hello ' .. who end }");
    let ran = harness.run(&["run", "greeter", "--param", "who=you"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "hello you|integer\n"), "{}", ran.err);
    harness.run(&["run", "greeter"]).refuses(2, &["requires the parameter 'who' (whom to greet)"]);
    harness
        .run(&["run", "greeter", "--param", "who=x", "--param", "times=many"])
        .refuses(2, &["'many' is no whole number"]);
    harness.run(&["run", "greeter", "--param", "whom=x"]).refuses(2, &["no such parameter; did you mean 'who'?"]);
}

#[test]
fn what_a_manifest_asks_for_is_never_more_than_is_granted() {
    let harness =
        Harness::new().with("s/spell.yaml", "capabilities: [storage.read, net.get, teleport]\nenv: [SHOWN]\n");
    let code = "local function code(f, ...) local ok, why = pcall(f, ...) return ok and 'ok' or why.code end
        return code(State.set, 'a', 1) .. code(State.get, 'a') .. code(llm.complete, {prompt = 'x'})";
    let harness = harness.with("s/main.lua", code);
    let ran = harness.run(&["run", "s", "--offline"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "denieddenieddenied\n"), "{}", ran.err);
    let refused =
        "'storage.read' is refused: no policy can grant it without more; ask for 'storage', which is all of [state]";
    for part in ["it asks for 'teleport'", "SHOWN", "the host '*' is not granted", refused] {
        assert!(ran.err.contains(part), "{part:?} is not in {}", ran.err);
    }
    let harness = harness.with("s/spell.yaml", "capabilities: [storage.read, storage.write]\n");
    let ran = harness.run(&["run", "s", "--offline"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "okokdenied\n"), "{}", ran.err);
    let harness = Harness::new().with("s/spell.yaml", "timeout: 5\nmemory_limit: 64MB\n").with("s/main.js", "return 1");
    harness.run(&["run", "s"]).is(0, "1\n", "");
}

#[test]
fn variables_are_narrowed_without_capabilities_as_well() {
    let code = "State.set('a', 1) return tostring(env.ONE) .. tostring(env.TWO)";
    let harness = Harness::new().with("s/spell.yaml", "env: [ONE]\n").with("s/main.lua", code);
    let run = |arguments: &[&str]| {
        let mut command = harness.command(&[&["run", "s"], arguments].concat());
        Ran::of(command.env("ONE", "1").env("TWO", "2").output().unwrap())
    };
    let ran = run(&["--allow-env", "ONE", "--allow-env", "TWO"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "1nil\n"), "{}", ran.err);
    assert!(ran.err.lines().count() == 1 && ran.err.contains("'TWO' is not what the spell asks for"), "{}", ran.err);
    let explained = harness.run(&["policy", "explain", "--spell", "s"]);
    assert!(explained.code == 0 && explained.out.contains("ONE"), "{}{}", explained.out, explained.err);
    let harness = harness.with("s/spell.yaml", "capabilities: [storage.read]\n");
    let explained = harness.run(&["policy", "explain", "--spell", "s"]);
    assert!(explained.err.contains("'storage.read' is refused"), "{}", explained.err);
    let checked = harness.run(&["validate", "s"]);
    assert!(checked.code == 0 && checked.err.contains("'storage.read' is refused"), "{}{}", checked.out, checked.err);
}

#[test]
fn what_a_manifest_asks_for_holds_when_its_workflow_is_resumed() {
    let code = "local words = require('lib.words')
local flow
flow = Workflow.sequential{name = 'w', steps = {
  {name = 'a', type = 'function', execute = function() if words.first() then flow:pause() end return 1 end},
  {name = 'b', type = 'function', execute = function() return 2 end}}}
local result = flow:execute({}, {checkpoint = 'w'})
local ok, why = pcall(State.set, 'x', 1)
return result.status .. '|' .. math.type(params.times) .. '|' .. (ok and 'ok' or why.code)";
    let words = "return {first = function() return env.AGAIN == nil end}";
    let harness = Harness::new()
        .with("s/spell.yaml", "entry: src/main.lua\ncapabilities: [log.write, \"state:checkpoint:w\"]\nenv: [AGAIN]\nparameters: {times: {type: integer, default: '2'}}\n")
        .with("s/src/main.lua", code)
        .with("s/lib/words.lua", words);
    let flags = ["--store", "store", "--allow-env", "AGAIN", "--quiet"];
    let first = harness.run(&[&["run", "s"], &flags[..]].concat());
    assert_eq!((first.code, first.out.as_str()), (0, "paused|integer|denied\n"), "{}", first.err);
    let resume = |harness: &Harness| {
        let mut command = harness.command(&[&["workflow", "resume", "w"], &flags[..]].concat());
        Ran::of(command.env("AGAIN", "1").output().unwrap())
    };
    let manifest = std::fs::read_to_string(harness.path("s/spell.yaml")).unwrap();
    let harness = harness.with("s/spell.yaml", "entry: src/main.lua\n");
    resume(&harness).refuses(2, &["has changed since the checkpoint 'w' was begun"]);
    let harness = harness.with("s/spell.yaml", manifest);
    let ran = resume(&harness);
    assert_eq!((ran.code, ran.out.as_str()), (0, "completed|integer|denied\n"), "{}", ran.err);
}

#[test]
fn the_address_of_a_provider_is_known_where_its_host_is_granted() {
    let config = "[providers.near]\nkind = 'ollama'\nbase_url = 'http://127.0.0.1:7'\n";
    let code = "return tostring(Config.get('providers.near.address'))";
    let harness = Harness::new().with("c.toml", config).with("s.lua", code);
    let run = |grants: &[&str]| harness.run(&[&["run", "s.lua", "--config", "c.toml"], grants].concat());
    run(&[]).is(0, "nil\n", "");
    run(&["--allow-net", "127.0.0.1:8"]).is(0, "nil\n", "");
    run(&["--allow-net", "127.0.0.1:7"]).is(0, "http://127.0.0.1:7\n", "");
}

#[test]
fn an_entry_is_opened_as_modules_are() {
    let harness = Harness::new().with("out/secret.lua", "return 'leaked'").with("s/.hidden.lua", "return 'leaked'");
    let harness = harness.with("s/spell.yaml", "entry: main.lua\n");
    std::os::unix::fs::symlink(harness.path("out/secret.lua"), harness.path("s/main.lua")).unwrap();
    std::os::unix::fs::symlink(harness.path("out"), harness.path("s/lib")).unwrap();
    harness.run(&["run", "s"]).refuses(2, &["'main.lua' leads out of the spell's folder"]);
    let tries = [
        ("lib/secret.lua", "leads out of the spell's folder"),
        (".hidden.lua", "is a hidden file"),
        ("keys.txt", "is no spell, by the end of its name"),
    ];
    for (entry, part) in tries {
        std::fs::write(harness.path("s/spell.yaml"), format!("engine: lua\nentry: {entry}\n")).unwrap();
        harness.run(&["run", "s"]).refuses(2, &[part]);
    }
    std::fs::remove_file(harness.path("s/spell.yaml")).unwrap();
    std::os::unix::fs::symlink(harness.path("out/secret.lua"), harness.path("s/spell.yaml")).unwrap();
    harness.run(&["run", "s"]).refuses(2, &["'spell.yaml' leads out of the spell's folder"]);
}

#[test]
fn a_manifest_that_is_wrong_is_told_in_one_line() {
    let run = |text: &str| Harness::new().with("s/spell.yaml", text).with("s/main.lua", "return 1").run(&["run", "s"]);
    run("entry: ../x.lua\n").refuses(2, &["spell.yaml", "leads out of the spell's folder"]);
    run("entry: [\n").refuses(2, &["spell.yaml"]);
    run("engine: cobol\n").refuses(2, &["there is no language 'cobol'"]);
    run("parameters: {a: {type: strnig}}\n").refuses(2, &["did you mean 'string'?"]);
    let bomb: String = (1..30).map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1)).collect();
    run(&format!("a0: &a0 x\n{bomb}")).refuses(2, &["spell.yaml"]);
    Harness::new().with("s/x.lua", "").run(&["run", "s"]).refuses(2, &["it is a folder"]);
}

#[test]
fn templates_are_listed_shown_and_run() {
    let harness = Harness::new().with("m.jsonl", "{\"text\": \"bad\"}\n{\"text\": \"first\"}\n");
    let ran = harness.run(&["template", "list"]);
    assert!(ran.code == 0 && ran.out.lines().count() == 10 && ran.out.contains("code-review"), "{}", ran.out);
    let ran = harness.run(&["template", "info", "code-review"]);
    for part in
        ["code-review: Looks at", "category  code", "the program (string; required)", "default [\"correctness\""]
    {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
    harness.run(&["template", "info", "code-reviw"]).refuses(2, &["did you mean 'code-review'?"]);
    harness.run(&["template", "list", "--category", "cod"]).refuses(2, &["did you mean 'code'?"]);
    let concerns = "concerns=[\"security\"]";
    let ran = harness.run(&[
        "template",
        "exec",
        "code-review",
        "--model-script",
        "m.jsonl",
        "--param",
        "code=x",
        "--param",
        concerns,
    ]);
    assert!(ran.code == 0 && ran.out.contains("\"summary\": \"first\""), "{} {}", ran.out, ran.err);
    let ran = harness.run(&["template", "exec", "code-review", "--offline"]);
    assert!(ran.code == 1 && ran.err.contains("code-review needs `code`"), "{} {}", ran.code, ran.err);
}
