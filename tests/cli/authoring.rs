//! What helps those who write spells: a folder to begin with, declarations for editors, help about names.

use crate::harness::Harness;

#[test]
fn a_new_spell_runs_and_its_test_passes() {
    for (language, entry) in [("lua", "main.lua"), ("js", "main.js")] {
        let harness = Harness::new();
        let ran = harness.run(&["init", "--lang", language, "verses"]);
        assert!(ran.code == 0 && ran.out.starts_with("made verses/"), "{}{}", ran.out, ran.err);
        let ran =
            harness.run(&["run", "verses", "--param", "topic=the sea", "--model-script", "verses/tests/replies.jsonl"]);
        assert_eq!((ran.code, ran.out), (0, harness.read("verses/tests/expected.txt")), "{}", ran.err);
        assert!(harness.run(&["validate", &format!("verses/{entry}")]).code == 0);
        // The test that it comes with fails where the spell prints something else.
        let test = || {
            let mut command = std::process::Command::new("sh");
            command.arg("verses/tests/run.sh").env("LLMSPELL", env!("CARGO_BIN_EXE_llmspell-wasm"));
            command.current_dir(harness.path(".")).output().unwrap()
        };
        assert!(test().status.success(), "{language}: {}", String::from_utf8_lossy(&test().stdout));
        std::fs::write(harness.path("verses/tests/expected.txt"), "something else\n").unwrap();
        assert!(!test().status.success());
        harness.run(&["init", "verses"]).refuses(2, &["verses: there is something of this name already"]);
    }
    Harness::new().run(&["init", "../up"]).refuses(2, &["'../up' is no name of a spell"]);
}

#[test]
fn help_of_a_spell_tells_its_parameters() {
    let harness = Harness::new();
    harness.run(&["init", "verses"]);
    let ran = harness.run(&["run", "verses", "--help"]);
    assert_eq!(ran.code, 0);
    for part in [
        "topic: string, has to be given: what the verses are about",
        "count: integer, 2 if it is not given: how many verses",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
    // Without a terminal nobody is asked.
    harness.run(&["run", "verses"]).refuses(2, &["requires the parameter 'topic'"]);
}

#[test]
fn a_name_of_the_api_is_explained() {
    let harness = Harness::new();
    let ran = harness.run(&["doc", "Agent.create"]);
    assert!(ran.code == 0 && ran.out.contains("Agent.create(definition: AgentOptions): Agent"), "{}", ran.out);
    assert!(harness.run(&["doc"]).out.contains("  State "));
    harness
        .run(&["doc", "Agent.crate"])
        .refuses(2, &["there is no 'Agent.crate' in the script API; did you mean 'Agent.create'?"]);
}

#[test]
fn declarations_completions_and_the_man_page_are_printed() {
    let harness = Harness::new();
    assert!(harness.run(&["types", "--lang", "javascript"]).out.contains("declare const Agent: AgentNamespace;"));
    assert!(harness.run(&["types", "--lang", "lua", "--to", "types"]).code == 0);
    assert!(harness.read("types/llmspell.lua").starts_with("---@meta llmspell\n"));
    for (shell, sign) in
        [("bash", "complete -F"), ("zsh", "#compdef llmspell-wasm"), ("fish", "complete -c llmspell-wasm")]
    {
        let ran = harness.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains(sign) && ran.out.contains("validate"), "{shell}: {}", ran.err);
    }
    assert!(harness.run(&["man"]).out.contains(".TH llmspell"));
}

#[test]
fn validate_tells_names_that_there_are_not() {
    let harness = Harness::new()
        .with("a.lua", "local a = Agent.create{}\nlocal b = Agent.creat{}\n")
        .with("b.js", "await State.sav('a', 1);\n");
    let ran = harness.run(&["validate", "a.lua", "b.js"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let told = "a.lua:2:17: Agent has no 'creat'; did you mean 'create'?\nb.js:1:13: State has no 'sav'; did you mean 'save'?\n";
    assert_eq!(ran.err, told);
    let ran = harness.run(&["validate", "a.lua", "--output", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&json[0]["ok"], &json[0]["remarks"][0]["column"]), (&true.into(), &17.into()));
}
