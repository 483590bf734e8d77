//! Definitions that want too much.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_loop_without_end_ends_at_the_limit_of_calls() {
    let bench = Bench::within(Limits { host_calls: 5_000, tool_calls: u64::MAX, ..Limits::default() });
    let skipped = json!({ "tool": "echo", "when": false });
    let inner = definition("loop", json!({ "while": true, "max_iterations": 100_000, "steps": [skipped] }));
    let more = json!({ "while": true, "max_iterations": 100_000, "steps": [{ "workflow": inner, "optional": true }] });
    let failure = bench.execute(definition("loop", more), json!(null)).await.unwrap_err();
    assert_eq!((failure.code.as_ref(), failure.details), ("budget", None));
    assert!(bench.run.ledger().host_calls <= 5_001);
}

#[test]
fn nesting_and_steps_have_a_bound() {
    let mut nested = definition("sequential", json!({ "steps": [echo("a", 1)] }));
    for _ in 0..15 {
        nested = definition("sequential", json!({ "steps": [{ "workflow": nested }] }));
    }
    assert!(Plan::create(nested.clone(), 0).is_ok());
    let deeper = definition("sequential", json!({ "steps": [{ "workflow": nested }] }));
    assert!(refused(deeper).ends_with("workflows may be nested 16 deep"));
    let many = |count| definition("sequential", json!({ "steps": vec![json!({ "tool": "echo" }); count] }));
    assert!(Plan::create(many(1_000), 0).is_ok());
    let failure = Plan::create(many(1_001), 0).unwrap_err();
    assert_eq!(
        (failure.code.as_ref(), failure.message.as_str()),
        ("too-large", "steps: a workflow may have 1000 steps in all")
    );
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_steps_cost_as_many_calls() {
    let count = |iterations: u64| async move {
        let bench = Bench::new();
        let steps: Vec<Value> = (0..100).map(|_| json!({ "tool": "echo", "when": false })).collect();
        let more = json!({ "range": { "start": 0, "end": iterations }, "steps": steps, "aggregation": "none" });
        bench.execute(definition("loop", more), json!(null)).await.unwrap();
        bench.run.ledger().host_calls
    };
    assert_eq!((count(10).await, count(1_000).await), (1_000, 100_000));
}

#[tokio::test(start_paused = true)]
async fn memory_is_given_back() {
    let bench = Bench::new();
    let all = bench.free();
    let definition = definition("sequential", json!({ "steps": [echo("a", "$input"), echo("b", "$input")] }));
    let workflow = bench.create(definition).unwrap();
    let defined = bench.free();
    let execute = |bytes: usize| {
        workflow.clone().execute(bench.services.clone(), plain(1, "x".repeat(bytes).into()), bench.context())
    };
    execute(100_000).await.unwrap();
    assert!((200_000..202_000).contains(&(defined - bench.free())), "{}", defined - bench.free());
    // Executed anew, only what is new is kept.
    execute(1_000).await.unwrap();
    assert!((2_000..4_000).contains(&(defined - bench.free())), "{}", defined - bench.free());
    workflow.set_state("k", "x".repeat(1_000).into()).unwrap();
    drop(workflow);
    assert_eq!(bench.free(), all);
}

#[tokio::test(start_paused = true)]
async fn outputs_that_do_not_fit_are_a_failure() {
    let bench = Bench::within(Limits { host_memory_bytes: 1 << 20, tool_calls: u64::MAX, ..Limits::default() });
    let all = bench.free();
    let steps = vec![json!({ "tool": "echo", "input": { "value": "$input" } }); 10];
    let definition = definition("sequential", json!({ "steps": steps }));
    let failure = bench.execute(definition, "x".repeat(100_000).into()).await.unwrap_err();
    assert_eq!(failure.code, "handles");
    assert_eq!(bench.free(), all);
}

#[tokio::test(start_paused = true)]
async fn templates_that_grow_are_a_failure() {
    let steps = json!([echo("a", "$input$input"), echo("b", "$a.output$a.output")]);
    let failure =
        Bench::new().execute(definition("sequential", json!({ "steps": steps })), "x".repeat(500_000).into()).await;
    assert_eq!(failure.unwrap_err().code, "too-large");
}

#[tokio::test(start_paused = true)]
async fn what_a_tool_said_is_not_interpolated() {
    let steps = json!([echo("a", "$input.said"), echo("b", "<$a.output> {{previous.output}}")]);
    let said = "$input.secret {{secret}} {{step:nowhere:output}} $$";
    let input = json!({ "said": said, "secret": "S" });
    let result = Bench::new().execute(definition("sequential", json!({ "steps": steps })), input).await.unwrap();
    assert_eq!(result["output"], json!(format!("<{said}> {said}")));
}

#[tokio::test(start_paused = true)]
async fn cancelling_stops_what_is_under_way() {
    let bench = Bench::new();
    let wait = |name: &str| json!({ "name": name, "steps": [{ "tool": "wait", "input": { "ms": 60_000 } }] });
    let workflow = bench.create(definition("parallel", json!({ "branches": [wait("a"), wait("b")] }))).unwrap();
    assert!(!workflow.cancel());
    let execution = workflow.clone().execute(bench.services.clone(), plain(1, json!(null)), bench.context());
    let stopped = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(bench.calls.under_way.load(SeqCst), 2);
        let again = workflow.clone().execute(bench.services.clone(), plain(2, json!(null)), bench.context()).await;
        assert_eq!(again.unwrap_err().code, "closed");
        assert!(workflow.cancel());
    };
    let (result, ()) = tokio::join!(execution, stopped);
    let failure = result.unwrap_err();
    assert_eq!((failure.code.as_ref(), &failure.details.unwrap()["status"]), ("cancelled", &json!("cancelled")));
    assert_eq!((bench.calls.under_way.load(SeqCst), bench.calls.ended.load(SeqCst)), (0, 0));
    assert_eq!(workflow.look("status", bench.run.memory()), Ok(Some(json!("cancelled"))));
    assert!(!workflow.cancel());
}

#[tokio::test(start_paused = true)]
async fn dropping_the_execution_stops_it_and_frees_the_workflow() {
    let bench = Bench::new();
    let steps = json!([{ "tool": "wait", "input": { "ms": 1_000 } }]);
    let workflow = bench.create(definition("sequential", json!({ "steps": steps }))).unwrap();
    let execution = workflow.clone().execute(bench.services.clone(), plain(1, json!(null)), bench.context());
    assert!(tokio::time::timeout(Duration::from_millis(10), execution).await.is_err());
    assert_eq!(bench.calls.under_way.load(SeqCst), 0);
    assert_eq!(workflow.look("status", bench.run.memory()), Ok(Some(json!("cancelled"))));
    assert!(workflow.clone().execute(bench.services.clone(), plain(2, json!(null)), bench.context()).await.is_ok());
    assert_eq!(workflow.look("outputs", bench.run.memory()), Ok(Some(json!({ "step1": null }))));
}

#[tokio::test(start_paused = true)]
async fn a_step_can_cancel_its_own_workflow() {
    let bench = Bench::new();
    let steps = json!([echo("a", 1), { "name": "b", "tool": "cancel" }, { "tool": "wait", "input": { "ms": 1_000 } }]);
    let workflow = bench.create(definition("sequential", json!({ "steps": steps }))).unwrap();
    *bench.calls.workflow.lock().unwrap() = Some(workflow.clone());
    let failure = workflow.execute(bench.services.clone(), plain(1, json!(null)), bench.context()).await.unwrap_err();
    assert_eq!((failure.code.as_ref(), failure.message.as_str()), ("cancelled", "the workflow 'w' was cancelled"));
    assert_eq!(failure.details.unwrap()["outputs"]["a"], json!(1));
    assert_eq!(bench.calls.ended.load(SeqCst), 0);
    bench.calls.workflow.lock().unwrap().take();
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_never_answers_is_late() {
    let bench = Bench::new();
    let more = json!({ "while": { "function": 1 }, "timeout_ms": 100, "steps": [echo("a", 1)] });
    let workflow = bench.create(definition("loop", more)).unwrap();
    // Nobody fetches the call.
    let (cx, _channel) = bench.run.context(1, None);
    let failure = workflow.execute(bench.services.clone(), plain(1, json!(null)), cx).await.unwrap_err();
    assert_eq!(
        (failure.code.as_ref(), failure.message.as_str()),
        ("timeout", "the workflow took longer than its timeout of 100 ms")
    );
}
