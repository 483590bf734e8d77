//! What those who watch a run are told of its workflows.

use super::*;

fn told(bench: &Bench) -> Vec<String> {
    std::mem::take(&mut bench.told.0.lock().unwrap())
}

#[tokio::test(start_paused = true)]
async fn each_step_is_told_when_it_begins_and_when_it_is_over() {
    let bench = Bench::new();
    let inner = json!({ "name": "inner", "pattern": "sequential", "steps": [echo("x", 1)] });
    let steps = json!([
        { "name": "a", "tool": "wait", "input": { "ms": 20 } },
        { "name": "b", "workflow": inner },
        { "name": "c", "tool": "fail", "input": { "times": 1 }, "retry": { "max_attempts": 2, "delay_ms": 10 } },
        { "name": "d", "tool": "fail", "input": { "code": "mine" }, "optional": true },
        { "name": "e", "tool": "echo", "when": false },
    ]);
    bench.execute(definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap();
    let expected = [
        "0 w: began, 5",
        "0 w: a: began",
        "0 w: a: completed, 20 ms",
        "0 w: b: began",
        "1 inner: began, 1",
        "1 inner: x: began",
        "1 inner: x: completed, 0 ms",
        "1 inner: completed, 0 ms",
        "0 w: b: completed, 0 ms",
        "0 w: c: began",
        "0 w: c: waits 1 tool 10ms",
        "0 w: c: began",
        "0 w: c: completed, 10 ms",
        "0 w: d: began",
        "0 w: d: failed mine, 0 ms",
        "0 w: e: skipped",
        "0 w: completed, 30 ms",
    ];
    assert_eq!(told(&bench), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_is_told_to_be_over() {
    let bench = Bench::new();
    let wait = json!({ "tool": "wait", "input": { "ms": 60_000 }, "name": "wait" });
    let late = json!({ "name": "late", "pattern": "sequential", "steps": [wait] });
    let steps = json!([{ "name": "a", "workflow": late, "timeout_ms": 10 }]);
    bench.execute(definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap_err();
    let expected = [
        "0 w: began, 1",
        "0 w: a: began",
        "1 late: began, 1",
        "1 late: wait: began",
        "1 late: wait: stopped",
        "1 late: cancelled, 10 ms",
        "0 w: a: failed timeout, 10 ms",
        "0 w: failed, 10 ms",
    ];
    assert_eq!(told(&bench), expected);
    let steps = json!([echo("a", 1), { "name": "b", "tool": "cancel" }, { "tool": "wait", "input": { "ms": 1_000 } }]);
    let workflow = bench.create(definition("sequential", json!({ "steps": steps }))).unwrap();
    *bench.calls.workflow.lock().unwrap() = Some(workflow.clone());
    let request = Request { number: 1, input: None, checkpoint: None };
    workflow.execute(bench.services.clone(), request, bench.context()).await.unwrap_err();
    bench.calls.workflow.lock().unwrap().take();
    let all = told(&bench);
    assert_eq!(all.last().map(String::as_str), Some("0 w: cancelled, 0 ms"));
    let begun = all.iter().filter(|line| line.ends_with(": began")).count();
    let over = all.iter().filter(|line| line.contains(": completed, ") || line.ends_with(": stopped")).count();
    assert_eq!(begun, over, "{all:?}");
}
