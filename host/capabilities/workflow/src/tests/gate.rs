//! Steps pass the gate as the calls that they stand for.

use llmspell_models::Script;

use super::*;

fn asking(name: &str, text: &str) -> Value {
    json!({ "name": name, "llm": { "model": "m", "messages": [{ "role": "user", "content": text }] } })
}

fn scripted(turns: &str, grants: Grants) -> Bench {
    Bench::with(Limits::default(), grants, Models::scripted(Script::parse(turns).unwrap()))
}

#[tokio::test(start_paused = true)]
async fn requests_are_made_and_what_they_used_is_added_up() {
    let turns = r#"
        {"expect": {"last": "About owls"}, "text": "Birds.", "usage": {"input_tokens": 3, "output_tokens": 1}}
        {"expect": {"last": "Shorter: Birds."}, "text": "B.", "usage": {"input_tokens": 4, "output_tokens": 2}}"#;
    let bench = scripted(turns, Grants::local());
    let steps = json!([asking("a", "About {{topic}}"), asking("b", "Shorter: $a.output")]);
    let result =
        bench.execute(definition("sequential", json!({ "steps": steps })), json!({ "topic": "owls" })).await.unwrap();
    assert_eq!(result["output"], json!("B."));
    assert_eq!((&result["usage"]["input_tokens"], &result["usage"]["output_tokens"]), (&json!(7), &json!(3)));
    assert_eq!(bench.run.ledger().models.input_tokens, 7);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_granted_is_denied_within_a_workflow_too() {
    let turns = r#"{"text": "Birds."}"#;
    let some = Grants { models: vec!["*/other".into()], tools: vec!["echo".into()], ..Grants::default() };
    for step in [asking("a", "x"), json!({ "name": "a", "tool": "wait" })] {
        let bench = scripted(turns, some.clone());
        let definition = definition("sequential", json!({ "steps": [step], "error_strategy": "retry" }));
        let failure = bench.execute(definition, json!(null)).await.unwrap_err();
        assert_eq!(failure.code, "denied", "{failure}");
        assert!(failure.message.starts_with("Step a failed: "), "{failure}");
        assert_eq!((bench.run.denials(), bench.calls.begun.load(SeqCst)), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_is_used_up_ends_it_whatever_the_strategy_says() {
    let turns = r#"{"text": "Birds.", "usage": {"input_tokens": 3, "output_tokens": 1}, "repeat": 9}"#;
    let limits = Limits { tool_calls: 2, ..Limits::default() };
    let bench = Bench::with(limits, Grants::local(), Models::scripted(Script::parse(turns).unwrap()));
    let steps = json!([echo("a", 1), echo("b", 1), echo("c", 1), asking("d", "x")]);
    let definition = definition("sequential", json!({ "steps": steps, "error_strategy": "continue" }));
    let failure = bench.execute(definition, json!(null)).await.unwrap_err();
    assert_eq!((failure.code.as_ref(), bench.run.ledger().models.model_calls), ("budget", 0));
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_is_not_there_is_not_found() {
    let steps = json!([{ "agent": { "name": "ada" }, "prompt": "x" }]);
    let failure =
        Bench::new().execute(definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap_err();
    assert_eq!(failure.code, "not-found");
}
