//! Failures: strategies, attempts, times.

use super::*;

fn failing(more: Value) -> Value {
    let mut step = json!({ "name": "b", "tool": "fail" });
    step.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    step
}

fn three(step: Value, more: Value) -> Value {
    let mut all = json!({ "steps": [echo("a", "A"), step, echo("c", "C")] });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    definition("sequential", all)
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_ends_the_workflow_and_is_named() {
    let failure = Bench::new().execute(three(failing(json!({})), json!({})), json!(null)).await.unwrap_err();
    assert_eq!((failure.code.as_ref(), failure.message.as_str()), ("tool", "Step b failed: it broke"));
    let result = failure.details.unwrap();
    assert_eq!((&result["success"], &result["status"]), (&json!(false), &json!("failed")));
    assert_eq!(result["outputs"], json!({ "a": "A" }));
    assert_eq!(result["error"], json!({ "code": "tool", "message": "it broke", "step": "b" }));
    assert_eq!(result["steps"]["b"]["error"], json!({ "code": "tool", "message": "it broke" }));
}

#[tokio::test(start_paused = true)]
async fn steps_go_on_where_failures_are_tolerated() {
    let continues = json!({ "error_strategy": "continue" });
    let table = [
        (three(failing(json!({})), continues), "partially_completed"),
        (three(failing(json!({ "optional": true })), json!({})), "completed"),
        (three(failing(json!({ "on_error": "continue" })), json!({})), "completed"),
    ];
    for (definition, status) in table {
        let result = Bench::new().execute(definition.clone(), json!(null)).await.unwrap();
        assert_eq!((&result["status"], &result["output"]), (&json!(status), &json!("C")), "{definition}");
        assert_eq!(result["success"], json!(status == "completed"));
        assert_eq!(result["steps"]["b"]["status"], json!("failed"));
        assert_eq!(result.get("error").is_some(), status != "completed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_can_lead_to_a_later_step() {
    let steps = json!([failing(json!({ "on_error": { "step": "d" } })), echo("c", "C"), echo("d", "D")]);
    let result = Bench::new().execute(definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap();
    assert_eq!((&result["output"], &result["steps"]["c"]["status"]), (&json!("D"), &json!("skipped")));
    for target in ["a", "b", "nowhere"] {
        let message = refused(three(failing(json!({ "on_error": { "step": target } })), json!({})));
        assert!(message.contains("there is no later step"), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_made_after_growing_waits() {
    let retry = json!({ "max_attempts": 4, "delay_ms": 100, "multiplier": 2 });
    let step = failing(json!({ "input": { "times": 3 }, "retry": retry }));
    let (bench, began) = (Bench::new(), tokio::time::Instant::now());
    let result = bench.execute(three(step, json!({})), json!(null)).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(700));
    let told = &result["steps"]["b"];
    assert_eq!((&told["output"], &told["attempts"], &told["duration_ms"]), (&json!("mended"), &json!(4), &json!(700)));
}

#[tokio::test(start_paused = true)]
async fn the_strategy_retry_is_for_steps_that_say_nothing() {
    let bench = Bench::new();
    let began = tokio::time::Instant::now();
    let failure = bench.execute(three(failing(json!({})), json!({ "error_strategy": "retry" })), json!(null)).await;
    assert_eq!(failure.unwrap_err().message, "Step b failed: it broke");
    assert_eq!((bench.calls.failed.load(SeqCst), began.elapsed()), (3, Duration::from_secs(2)));
    // What will not change is not tried again.
    let step = failing(json!({ "input": { "code": "denied" } }));
    let bench = Bench::new();
    assert!(bench.execute(three(step, json!({ "error_strategy": "retry" })), json!(null)).await.is_err());
    assert_eq!(bench.calls.failed.load(SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn steps_branches_and_workflows_have_a_time() {
    let wait = json!({ "name": "b", "tool": "wait", "input": { "ms": 500 } });
    let mut timed = wait.clone();
    timed["timeout_ms"] = json!(100);
    let branches = json!([{ "name": "x", "steps": [wait.clone()], "timeout_ms": 100 }]);
    let table = [
        (three(timed, json!({})), "Step b failed: it took longer than its timeout of 100 ms"),
        (
            three(wait.clone(), json!({ "step_timeout_ms": 100 })),
            "Step b failed: it took longer than its timeout of 100 ms",
        ),
        (three(wait, json!({ "timeout_ms": 100 })), "the workflow took longer than its timeout of 100 ms"),
        (
            definition("parallel", json!({ "branches": branches })),
            "the branch 'x' took longer than its timeout of 100 ms",
        ),
    ];
    for (definition, message) in table {
        let (bench, began) = (Bench::new(), tokio::time::Instant::now());
        let failure = bench.execute(definition, json!(null)).await.unwrap_err();
        assert_eq!((failure.code.as_ref(), failure.message.as_str()), ("timeout", message));
        assert_eq!(began.elapsed(), Duration::from_millis(100));
        // What was under way is gone.
        assert_eq!((bench.calls.under_way.load(SeqCst), bench.calls.ended.load(SeqCst)), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_required_branch_that_fails_stops_the_others() {
    let branch =
        |name: &str, required: bool, step: Value| json!({ "name": name, "required": required, "steps": [step] });
    let wait = || json!({ "tool": "wait", "input": { "ms": 500, "value": "W" } });
    let branches = |required| json!([branch("x", true, wait()), branch("y", required, failing(json!({})))]);
    let bench = Bench::new();
    let failure = bench.execute(definition("parallel", json!({ "branches": branches(true) })), json!(null)).await;
    assert_eq!(failure.unwrap_err().message, "Step b failed: it broke");
    assert_eq!((bench.calls.under_way.load(SeqCst), bench.calls.ended.load(SeqCst)), (0, 0));
    let result = Bench::new()
        .execute(definition("parallel", json!({ "branches": branches(false) })), json!(null))
        .await
        .unwrap();
    assert_eq!((&result["output"], &result["success"]), (&json!({ "x": "W" }), &json!(true)));
    let more = json!({ "branches": branches(true), "error_strategy": "continue" });
    let result = Bench::new().execute(definition("parallel", more), json!(null)).await.unwrap();
    assert_eq!((&result["status"], &result["error"]["step"]), (&json!("partially_completed"), &json!("b")));
}

#[tokio::test(start_paused = true)]
async fn a_dag_passes_over_what_depends_on_a_failure() {
    let step = |name: &str, needs: Value| json!({ "name": name, "tool": "echo", "input": { "value": name }, "depends_on": needs });
    let steps = json!([failing(json!({})), step("c", json!(["b"])), step("d", json!(["c"])), step("e", json!([]))]);
    let more = json!({ "steps": steps, "error_strategy": "continue" });
    let result = Bench::new().execute(definition("dag", more), json!(null)).await.unwrap();
    let status = |name: &str| result["steps"][name]["status"].as_str().unwrap().to_owned();
    assert_eq!([status("b"), status("c"), status("d"), status("e")], ["failed", "skipped", "skipped", "completed"]);
}

#[test]
fn what_is_wrong_with_a_definition_is_told_with_its_place() {
    let step = |step: Value| definition("sequential", json!({ "steps": [echo("a", 1), step] }));
    let table = [
        (json!([]), "the workflow must be an object, not a list"),
        (
            json!({ "name": "w" }),
            "the workflow: 'pattern' is missing; known are: sequential, parallel, conditional, loop, dag",
        ),
        (
            json!({ "name": "w", "pattern": "seqential" }),
            "the workflow: 'pattern' must be one of sequential, parallel, conditional, loop, dag (did you mean \
             'sequential'?), not \"seqential\"",
        ),
        (definition("sequential", json!({ "steps": [] })), "steps: a list of at least one step is needed here"),
        (
            definition("sequential", json!({ "steps": [echo("a", 1)], "name": "" })),
            "the workflow: 'name' must be a text of 1 to 128 characters without control characters, not \"\"",
        ),
        (step(json!({})), "steps[2]: a step needs exactly one of agent, tool, llm, function, workflow, and has none"),
        (
            step(json!({ "tool": "x", "llm": {} })),
            "steps[2]: a step needs exactly one of agent, tool, llm, function, workflow, and has tool and llm",
        ),
        (
            step(json!({ "tool": "x", "promt": 1 })),
            "steps[2]: unknown field 'promt'; known are: name, agent, tool, input, when, depends_on, timeout_ms, retry, optional, on_error",
        ),
        (
            step(json!({ "tool": "x", "timeout_ms": 0 })),
            "steps[2]: 'timeout_ms' must be a whole number from 1 to 86400000, not 0",
        ),
        (step(json!({ "tool": "x", "name": "a" })), "steps[2]: there is another step 'a' in this list"),
        (
            step(json!({ "tool": "x", "when": { "type": "sometimes" } })),
            "steps[2].when: there is no condition of type 'sometimes'; known are: always, never, shared_data_equals, shared_data_exists, step_result_equals, step_succeeded, step_failed, step_output_contains, agent_classification, and, or, not, custom",
        ),
        (step(json!({ "agent": { "handle": 0 } })), "steps[2].agent: there is no agent 0: 0 were given"),
        (
            step(json!({ "tool": "x", "input": { "q": "$nothing.output" } })),
            "step 'step2': there is no step 'nothing' to refer to; known are: a, step2",
        ),
        (
            step(json!({ "workflow": { "name": "in", "pattern": "dag", "steps": [{ "tool": "x" }, {}] } })),
            "steps[2].workflow.steps[2]: a step needs exactly one of agent, tool, llm, function, workflow, and has none",
        ),
    ];
    for (definition, message) in table {
        assert_eq!(refused(definition.clone()), message, "{definition}");
    }
    let (_, remarks) =
        Plan::read(definition("sequential", json!({ "steps": [{}, echo("a", 1), { "tool": 1 }] })), None);
    let places: Vec<String> = remarks.errors.iter().map(|problem| problem.show().path).collect();
    assert_eq!(places, ["steps[1]", "steps[3]"]);
}
