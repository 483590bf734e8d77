//! What each pattern does.

use super::*;

#[tokio::test(start_paused = true)]
async fn steps_follow_each_other_and_see_what_was_before() {
    let bench = Bench::new();
    let steps = json!([
        echo("first", "$input.topic"),
        { "tool": "echo", "input": { "value": { "was": "{{previous.output}}", "number": "$input.n" } } },
        echo("last", "$first.output and $step2.output.number: {{topic}}"),
        { "name": "never", "tool": "echo", "when": { "type": "step_failed", "step": "first" } },
    ]);
    let result = bench
        .execute(definition("sequential", json!({ "steps": steps })), json!({ "topic": "owls", "n": 3 }))
        .await
        .unwrap();
    assert_eq!(result["output"], json!("owls and 3: owls"));
    assert_eq!(result["text"], result["output"]);
    assert_eq!((&result["success"], &result["status"]), (&json!(true), &json!("completed")));
    assert_eq!(
        result["outputs"],
        json!({ "first": "owls", "step2": { "was": "owls", "number": 3 }, "last": "owls and 3: owls" })
    );
    assert_eq!(result["steps"]["never"]["status"], json!("skipped"));
    assert_eq!(result["data"]["steps_executed"], json!(3));
}

#[tokio::test(start_paused = true)]
async fn branches_run_at_the_same_time_up_to_a_bound() {
    let branches: Vec<Value> = (0..6)
        .map(|at| json!({ "name": format!("b{at}"), "steps": [{ "tool": "meet", "input": { "count": 6 } }] }))
        .collect();
    let bench = Bench::new();
    let result = bench.execute(definition("parallel", json!({ "branches": branches })), json!(null)).await.unwrap();
    assert_eq!(result["data"]["successful_branches"], json!(6));
    assert_eq!(result["outputs"]["b3:step1"], json!("met"));
    let waiting: Vec<Value> = (0..6)
        .map(|at| json!({ "name": format!("b{at}"), "steps": [{ "tool": "wait", "input": { "ms": 100 - at, "value": at } }] }))
        .collect();
    let bench = Bench::new();
    let two = definition("parallel", json!({ "branches": waiting, "max_concurrency": 2, "merge": "list" }));
    let result = bench.execute(two, json!(null)).await.unwrap();
    assert_eq!(bench.calls.most_under_way.load(SeqCst), 2);
    // In the order of the definition, and not in that of their ends.
    assert_eq!(result["output"], json!([0, 1, 2, 3, 4, 5]));
}

#[tokio::test(start_paused = true)]
async fn outputs_of_branches_are_merged() {
    let branches = || {
        json!([
            { "name": "a", "steps": [echo("x", "1")] },
            { "name": "b", "required": false, "steps": [{ "tool": "fail" }] },
            { "name": "c", "steps": [echo("x", json!({ "n": 2 }))] },
            { "name": "d", "steps": [echo("y", "{{branch:d:y:output}}-$x.output")] },
        ])
    };
    // A name of two branches is theirs alone.
    let all = branches();
    let message = refused(definition("parallel", json!({ "branches": all })));
    assert!(message.contains("there is no step 'x' to refer to; known are: a:x, step1, c:x, y"), "{message}");
    let mut some = branches().as_array().unwrap().clone();
    some.pop();
    for (merge, expected) in [
        ("object", json!({ "a": "1", "c": { "n": 2 } })),
        ("list", json!(["1", null, { "n": 2 }])),
        ("concat", json!("1\n{\"n\":2}")),
        ("first", json!("1")),
        ("last", json!({ "n": 2 })),
    ] {
        let definition = definition("parallel", json!({ "branches": some, "merge": merge }));
        let result = Bench::new().execute(definition, json!(null)).await.unwrap();
        assert_eq!(result["output"], expected, "{merge}");
        assert_eq!((&result["success"], &result["data"]["successful_branches"]), (&json!(true), &json!(2)));
    }
}

#[tokio::test(start_paused = true)]
async fn the_branch_runs_whose_condition_holds() {
    let conditions = [
        (json!(true), true),
        (json!({ "type": "never" }), false),
        (json!({ "type": "shared_data_equals", "key": "k", "value": { "a": 1 } }), true),
        (json!({ "type": "shared_data_equals", "key": "k", "value": 1 }), false),
        (json!({ "type": "shared_data_exists", "key": "k" }), true),
        (json!({ "type": "shared_data_exists", "key": "none" }), false),
        (json!({ "type": "and", "conditions": [true, { "type": "always" }] }), true),
        (json!({ "type": "and", "conditions": [true, false] }), false),
        (json!({ "type": "or", "conditions": [false, { "type": "not", "condition": false }] }), true),
        (json!({ "type": "custom", "expression": "{{n}} > 2" }), true),
        (json!({ "type": "custom", "expression": "input.n >= 4" }), false),
        (json!({ "type": "custom", "expression": "$input.word == 'a > b'" }), true),
        (json!({ "type": "custom", "expression": "input.word ~= \"a > b\"" }), false),
        (json!({ "type": "custom", "expression": "state.k.a == 1.0" }), true),
        (json!({ "type": "custom", "expression": "{{nothing}}" }), true),
        (json!({ "type": "custom", "expression": "$input.nothing" }), false),
        (json!({ "type": "custom", "expression": "input.nothing == nil" }), true),
    ];
    for (condition, holds) in conditions {
        let branch = json!({ "name": "a", "condition": condition, "steps": [echo("x", "yes")] });
        let more = json!({ "branches": [branch], "otherwise": [echo("y", "no")], "state": { "k": { "a": 1 } } });
        let input = json!({ "n": 3, "word": "a > b" });
        let result = Bench::new().execute(definition("conditional", more), input).await.unwrap();
        assert_eq!(result["output"], json!(if holds { "yes" } else { "no" }), "{condition}");
    }
}

#[tokio::test(start_paused = true)]
async fn conditions_ask_about_steps() {
    let on = |kind: &str, step: &str, more: Value| {
        let mut condition = json!({ "type": kind, "step": step });
        condition.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        condition
    };
    let conditions = [
        (on("step_succeeded", "said", json!({})), true),
        (on("step_succeeded", "broken", json!({})), false),
        (on("step_failed", "broken", json!({})), true),
        (on("step_result_equals", "said", json!({ "value": " Yes, Sir " })), true),
        (on("step_result_equals", "counted", json!({ "value": 2.0 })), true),
        (on("step_output_contains", "step1", json!({ "search_text": "Sir" })), true),
        (on("step_output_contains", "broken", json!({ "search_text": "" })), false),
        (on("agent_classification", "said", json!({ "expected": "YES, SIR" })), true),
        (on("agent_classification", "said", json!({ "expected": "no" })), false),
    ];
    for (condition, holds) in conditions {
        let steps = json!([
            echo("said", " Yes, Sir "),
            echo("counted", 2),
            { "name": "broken", "tool": "fail", "optional": true },
            { "name": "asked", "tool": "echo", "input": {}, "when": condition },
        ]);
        let result =
            Bench::new().execute(definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap();
        let expected = if holds { "completed" } else { "skipped" };
        assert_eq!(result["steps"]["asked"]["status"], json!(expected), "{condition}");
    }
    let steps = json!([echo("a", 1), { "tool": "echo", "when": { "type": "step_failed", "step": "b" } }]);
    let message = refused(definition("sequential", json!({ "steps": steps })));
    assert_eq!(message, "step 'step2': there is no step 'b' to refer to; known are: a, step2");
}

#[tokio::test(start_paused = true)]
async fn all_branches_run_whose_conditions_hold_where_that_is_asked_for() {
    let branch = |name: &str, holds: bool| json!({ "name": name, "condition": holds, "steps": [echo("x", name)] });
    let more = json!({ "branches": [branch("a", true), branch("b", false), branch("c", true)], "all_matching": true });
    let result = Bench::new().execute(definition("conditional", more), json!(null)).await.unwrap();
    assert_eq!((&result["output"], &result["data"]["executed_branches"]), (&json!("c"), &json!(2)));
    assert_eq!(result["outputs"], json!({ "a:x": "a", "c:x": "c" }));
}

#[tokio::test(start_paused = true)]
async fn loops_go_through_ranges_lists_and_conditions() {
    let repeat = |more: Value| {
        definition("loop", {
            let mut all = json!({ "steps": [echo("x", "$iteration:{{loop:index}}:{{loop:current_value}}")] });
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        })
    };
    let input = json!({ "list": ["a", { "k": 1 }] });
    let table = [
        (json!({ "range": { "start": 1, "end": 4 } }), json!(["1:0:1", "2:1:2", "3:2:3"])),
        (json!({ "range": { "start": 5, "end": 0, "step": -2 } }), json!(["1:0:5", "2:1:3", "3:2:1"])),
        (json!({ "range": { "start": 1, "end": 1 } }), json!([])),
        (json!({ "collection": [7] }), json!(["1:0:7"])),
        (json!({ "collection": "$input.list" }), json!(["1:0:a", "2:1:{\"k\":1}"])),
        (json!({ "collection": "{{list}}", "aggregation": "last_only" }), json!(["2:1:{\"k\":1}"])),
        (json!({ "range": { "start": 0, "end": 9 }, "aggregation": "first_n", "keep": 1 }), json!(["1:0:0"])),
        (json!({ "range": { "start": 0, "end": 9 }, "aggregation": "last_n", "keep": 1 }), json!(["9:8:8"])),
        (json!({ "range": { "start": 0, "end": 9 }, "aggregation": "none" }), json!(null)),
        (json!({ "while": { "type": "custom", "expression": "loop:index < 2" } }), json!(["1:0:0", "2:1:1"])),
        (
            json!({
                "range": { "start": 0, "end": 9 },
                "break": [{ "condition": { "type": "step_output_contains", "step": "x", "search_text": "1:0" }, "message": "found" }],
            }),
            json!(["1:0:0"]),
        ),
    ];
    for (more, expected) in table {
        let result = Bench::new().execute(repeat(more.clone()), input.clone()).await.unwrap();
        assert_eq!(result["data"]["iteration_outputs"], expected, "{more}");
        let is_broken = more.get("break").is_some();
        assert_eq!(result["data"]["break_message"], if is_broken { json!("found") } else { json!(null) });
    }
    let refused = |more: Value| refused(repeat(more));
    assert!(refused(json!({})).contains("exactly one of range, collection, while"));
    assert!(refused(json!({ "range": { "start": 0, "end": 1001 } })).contains("1001 iterations"));
    assert!(refused(json!({ "collection": "list" })).contains("'collection' must be a list"));
    let more = json!({ "collection": "$input.list", "max_iterations": 1 });
    let failure = Bench::new().execute(repeat(more), input).await.unwrap_err();
    assert_eq!(failure.code, "invalid");
}

#[tokio::test(start_paused = true)]
async fn a_while_loop_ends_at_its_bound_and_tells_how_far_it_came() {
    let more = json!({ "while": true, "max_iterations": 5, "steps": [echo("x", "$iteration")] });
    let failure = Bench::new().execute(definition("loop", more), json!(null)).await.unwrap_err();
    assert_eq!(failure.code, "budget");
    assert_eq!(failure.message, "the loop reached its 'max_iterations' of 5, and its condition still holds");
    let result = failure.details.unwrap();
    assert_eq!((&result["status"], &result["data"]["completed_iterations"]), (&json!("failed"), &json!(5)));
    assert_eq!(result["data"]["iteration_outputs"], json!([1, 2, 3, 4, 5]));
}

#[tokio::test(start_paused = true)]
async fn a_loop_hands_on_its_last_output() {
    let more = json!({ "range": { "start": 0, "end": 3 }, "steps": [echo("x", "{{previous.output}}+")] });
    let result = Bench::new().execute(definition("loop", more), json!("0")).await.unwrap();
    assert_eq!(result["output"], json!("0+++"));
}

#[tokio::test(start_paused = true)]
async fn steps_begin_as_soon_as_those_that_they_depend_on_are_over() {
    let wait = |name: &str, ms: u64, needs: Value| json!({ "name": name, "tool": "wait", "input": { "ms": ms, "value": name }, "depends_on": needs });
    let steps = json!([
        { "name": "end", "tool": "echo", "input": { "value": "{{previous.output}}" }, "depends_on": ["b", "c"] },
        wait("a", 10, json!([])),
        wait("b", 50, json!(["a"])),
        wait("c", 50, json!(["a"])),
    ]);
    let bench = Bench::new();
    let began = tokio::time::Instant::now();
    let result = bench.execute(definition("dag", json!({ "steps": steps })), json!(null)).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_millis(60));
    assert_eq!(result["output"], json!({ "b": "b", "c": "c" }));
    let step = |name: &str, needs: Value| json!({ "name": name, "tool": "echo", "depends_on": needs });
    let circle =
        json!([step("a", json!([])), step("b", json!(["a", "d"])), step("c", json!(["b"])), step("d", json!(["c"]))]);
    let message = refused(definition("dag", json!({ "steps": circle })));
    assert_eq!(message, "steps depend on each other in a circle: b -> d -> c -> b");
    let mut jumping = step("a", json!([]));
    jumping["on_error"] = json!({ "step": "b" });
    let jumping = json!([jumping, step("b", json!([]))]);
    assert!(refused(definition("dag", json!({ "steps": jumping }))).starts_with("'on_error' of step 'a' names a step"));
    let unknown = json!([step("a", json!(["bee"]))]);
    assert!(refused(definition("dag", json!({ "steps": unknown }))).contains("no such step"));
    assert!(refused(definition("sequential", json!({ "steps": [step("a", json!(["a"]))] }))).contains("'depends_on'"));
}

#[tokio::test(start_paused = true)]
async fn a_workflow_can_be_a_step() {
    let inner = definition(
        "sequential",
        json!({ "steps": [echo("x", "<{{state.who}} $input>")], "state": { "who": "inner" } }),
    );
    let steps = json!([echo("a", "1"), { "name": "in", "workflow": inner }, echo("z", "$in.output!")]);
    let more = json!({ "steps": steps, "state": { "who": "outer" } });
    let result = Bench::new().execute(definition("sequential", more), json!(null)).await.unwrap();
    assert_eq!(result["output"], json!("<outer 1>!"));
    assert_eq!(result["data"]["steps_executed"], json!(4));
}

#[tokio::test(start_paused = true)]
async fn events_tell_of_it() {
    let bench = Bench::new();
    let heard = bench.run.events.subscribe("workflow.**", None, "{}").unwrap();
    let steps = json!([echo("a", 1), { "name": "b", "tool": "fail", "optional": true }]);
    bench.execute(definition("sequential", json!({ "steps": steps, "name": "my.flow" })), json!(null)).await.unwrap();
    let events: Value = serde_json::from_str(&bench.run.events.take(heard, 100, 1 << 20).unwrap()).unwrap();
    let types: Vec<&str> = events.as_array().unwrap().iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(
        types,
        [
            "workflow.my_flow.started",
            "workflow.my_flow.step_completed",
            "workflow.my_flow.step_failed",
            "workflow.my_flow.completed"
        ]
    );
    assert_eq!(events[2]["data"]["error"]["message"], json!("it broke"));
}
