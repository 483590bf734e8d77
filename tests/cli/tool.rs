//! What a person at a prompt sees of the host's tools.

use serde_json::{Value, json};

use crate::harness::Harness;

#[test]
fn tools_are_listed_and_shown_with_what_grants_them() {
    let harness = Harness::new().with("p.toml", "[tools]\ndeny = ['hash_calculator']\n");
    let ran = harness.run(&["tool", "list"]);
    assert!(ran.code == 0 && ran.out.contains("calculator") && ran.out.contains("granted"), "{}", ran.out);
    let ran = harness.run(&["tool", "info", "template_engine"]);
    for part in
        ["template-creator: Fills a template", "granted            yes: standard", "variables (context)", "\"input\""]
    {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
    let ran = harness.run(&["tool", "info", "hash-calculator", "--policy", "p.toml", "--output", "json"]);
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    let because = "the tool 'hash-calculator' is denied by [tools] deny = \"hash_calculator\" in p.toml, line 2";
    assert_eq!((&shown["granted"], &shown["because"]), (&json!(false), &json!(because)));
    harness
        .run(&["tool", "info", "calculater"])
        .refuses(2, &["there is no tool 'calculater'; did you mean 'calculator'?"]);
    let ran = harness.run(&["policy", "explain", "p.toml"]);
    assert!(
        ran.out.contains("graphql-query, hash-calculator, http-requester")
            && ran.out.contains("base64-encoder, calculator"),
        "{}",
        ran.out
    );
}

#[test]
fn a_tool_is_invoked_under_the_grants_of_a_spell() {
    let harness = Harness::new().with("p.toml", "[tools]\ndeny = ['calculator']\n");
    let invoke = |flags: &[&str]| harness.run(&[&["tool", "invoke", "calculator"], flags].concat());
    let ran = invoke(&["--input", r#"{"expression": "6 * 7"}"#, "--output", "json"]);
    let receipt: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &receipt["result"]["result"]["result"]), (0, &json!(42)), "{}", ran.out);
    let ran = invoke(&["--input", r#"{"input": "1"}"#, "--policy", "p.toml"]);
    assert!(ran.code == 3 && ran.err.contains("the tool 'calculator' is denied"), "{} {}", ran.code, ran.err);
    let ran = invoke(&["--input", r#"{"input": "1 +"}"#]);
    assert!(ran.code == 1 && ran.err.contains("a number is expected"), "{} {}", ran.code, ran.err);
    invoke(&["--input", "[1]"]).refuses(2, &["the input must be a JSON object"]);
}
