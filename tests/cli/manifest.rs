//! A spell that is a folder: its manifest, and the templates that the binary carries.

use crate::harness::Harness;

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
    let harness = harness
        .with("s/main.lua", "State.set('a', 1) local ok, why = pcall(llm.complete, {prompt = 'x'}) return why.code");
    let ran = harness.run(&["run", "s", "--offline"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "denied\n"), "{}", ran.err);
    for part in ["it asks for 'teleport'", "SHOWN", "the host '*' is not granted"] {
        assert!(ran.err.contains(part), "{part:?} is not in {}", ran.err);
    }
    let harness = Harness::new().with("s/spell.yaml", "timeout: 5\nmemory_limit: 64MB\n").with("s/main.js", "return 1");
    harness.run(&["run", "s"]).is(0, "1\n", "");
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
