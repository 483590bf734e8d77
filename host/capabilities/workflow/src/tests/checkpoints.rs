//! Executions that another run goes on with.

use llmspell_api::workflow::{Ask, RecordedStatus, RecordedStepStatus};

use super::*;
use crate::checkpoint::{AskedFor, Checkpoints};

/// Several runs on one store.
struct Runs(Store);

impl Runs {
    fn new() -> Runs {
        Runs(Store::new(Settings::new(Place::Memory)))
    }

    fn bench(&self) -> Bench {
        Bench::on(
            self.0.clone(),
            Limits { tool_calls: u64::MAX, ..Limits::default() },
            Grants::local(),
            Models::offline(),
        )
    }

    async fn with<T>(&self, work: impl AsyncFnOnce(Checkpoints<'_>) -> T) -> T {
        let backend = self.0.open(|_| ()).await.unwrap();
        work(Checkpoints::new(&self.0, backend, "t")).await
    }

    async fn status(&self, id: &str) -> RecordedStatus {
        self.with(async |all| all.show(id).await.unwrap().status).await
    }
}

fn mark(name: &str, value: impl Into<Value>) -> Value {
    json!({ "name": name, "tool": "mark", "input": { "value": value.into() } })
}

fn marks(from: usize, to: usize) -> Vec<Value> {
    (from..to).map(|number| mark(&format!("s{number}"), format!("{number} of {{{{input.name}}}}"))).collect()
}

/// Twenty calls of `mark` in each.
fn shapes() -> Vec<Value> {
    let branch = |number: usize| json!({ "name": format!("b{number}"), "steps": marks(5 * number, 5 * number + 5) });
    let body =
        json!([mark("a", "a{{loop:index}}"), mark("b", "b $a.output"), mark("c", "c"), mark("d", "$previous_outputs")]);
    let inner = |number: usize| {
        let steps = json!([mark("x", format!("x{number} $input")), mark("y", "y $x.output")]);
        json!({ "name": "inner", "pattern": "sequential", "steps": steps })
    };
    let nested = |number: usize| json!({ "name": format!("n{number}"), "workflow": inner(number), "input": "$previous_outputs" });
    let mixed = json!([
        mark("first", "1"),
        nested(1),
        { "name": "many", "workflow": { "name": "many", "pattern": "loop", "collection": [1, 2, 3], "steps": [mark("m", "{{loop:current_value}}"), nested(2)] } },
        { "name": "both", "workflow": { "name": "both", "pattern": "parallel", "branches": [{ "name": "l", "steps": marks(0, 2) }, { "name": "r", "steps": [nested(3), mark("z", "z")] }] } },
        { "name": "choice", "workflow": { "name": "choice", "pattern": "conditional", "branches": [{ "name": "no", "condition": false, "steps": marks(0, 1) }, { "name": "yes", "condition": true, "steps": [mark("taken", "t")] }] } },
        mark("last", "$many.output and $both.output.r"),
    ]);
    vec![
        definition("sequential", json!({ "steps": marks(0, 20) })),
        definition("parallel", json!({ "branches": (0..4).map(branch).collect::<Vec<_>>() })),
        definition("loop", json!({ "range": { "start": 0, "end": 5 }, "steps": body })),
        definition("sequential", json!({ "steps": mixed })),
        definition(
            "dag",
            json!({ "steps": (0..20).map(|number| {
            let needs: Vec<String> = [number / 2, number / 3].iter().filter(|need| **need < number).map(|need| format!("s{need}")).collect();
            let mut step = mark(&format!("s{number}"), number);
            step["depends_on"] = json!(needs.iter().collect::<std::collections::BTreeSet<_>>());
            step
        }).collect::<Vec<_>>() }),
        ),
    ]
}

/// What has to be the same whether it was interrupted or not.
fn essence(mut result: Value) -> Value {
    let fields = result.as_object_mut().unwrap();
    fields.remove("duration_ms");
    for (_, step) in fields["steps"].as_object_mut().unwrap() {
        let step = step.as_object_mut().unwrap();
        step.remove("duration_ms");
        step.remove("attempts");
    }
    fields["data"].as_object_mut().unwrap().remove("steps_executed");
    result
}

/// Executes it until the call of `mark` that does not end, and then drops it.
async fn interrupt(runs: &Runs, definition: &Value, stop_at: usize) -> Vec<String> {
    let bench = runs.bench();
    bench.calls.stop_at.store(stop_at, SeqCst);
    tokio::select! {
        result = bench.keep("id", definition.clone(), json!({ "name": "n" })) => panic!("it came to its end: {result:?}"),
        () = bench.calls.stopped.notified() => {}
    }
    // What is given back where it was dropped.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.free(), Bench::new().free());
    bench.calls.marks.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn whatever_step_it_is_interrupted_at_it_goes_on_there() {
    for definition in shapes() {
        let whole = Bench::new();
        let expected = essence(whole.execute(definition.clone(), json!({ "name": "n" })).await.unwrap());
        let mut all = whole.calls.marks.lock().unwrap().clone();
        let count = all.len();
        assert!(count >= 17, "{count}");
        all.sort();
        for stop_at in 1..=count {
            let runs = Runs::new();
            let mut marked = interrupt(&runs, &definition, stop_at).await;
            assert_eq!(runs.status("id").await, RecordedStatus::Interrupted);
            let bench = runs.bench();
            let result = bench.keep("id", definition.clone(), json!({ "name": "n" })).await.unwrap();
            assert_eq!(essence(result), expected, "{stop_at}");
            marked.extend(bench.calls.marks.lock().unwrap().clone());
            marked.sort();
            assert_eq!(marked, all, "{stop_at}");
            // Once more: nothing is done.
            let again = runs.bench();
            assert_eq!(essence(again.keep("id", definition.clone(), json!({ "name": "n" })).await.unwrap()), expected);
            assert_eq!(again.calls.marked.load(SeqCst), 0);
            assert_eq!(runs.status("id").await, RecordedStatus::Completed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_one_that_is_over_nothing_is_asked_or_done_again() {
    let runs = Runs::new();
    let late = json!({ "name": "late", "required": false, "timeout_ms": 5, "steps": [{ "tool": "wait", "input": { "ms": 60_000 } }, mark("z", 1)] });
    let branches = json!([late, { "name": "good", "steps": [mark("g", 2)] }]);
    let parallel = definition("parallel", json!({ "branches": branches }));
    let bench = runs.bench();
    let first = bench.keep("p", parallel.clone(), json!(null)).await.unwrap();
    assert_eq!((first["success"].clone(), bench.calls.marked.load(SeqCst)), (json!(true), 1), "{first}");
    let again = runs.bench();
    let second = again.keep("p", parallel, json!(null)).await.unwrap();
    assert_eq!((essence(second), again.calls.marked.load(SeqCst)), (essence(first), 0));
}

#[tokio::test(start_paused = true)]
async fn what_may_have_run_is_told_by_its_attempts() {
    let runs = Runs::new();
    let definition = definition("sequential", json!({ "steps": marks(0, 3) }));
    interrupt(&runs, &definition, 2).await;
    let shown = runs.with(async |all| all.show("id").await.unwrap()).await;
    let states: Vec<_> = shown.steps.iter().map(|step| (step.step.as_str(), step.status, step.attempts)).collect();
    let (completed, begun, pending) =
        (RecordedStepStatus::Completed, RecordedStepStatus::Begun, RecordedStepStatus::Pending);
    assert_eq!(states, [("s0", completed, 1), ("s1", begun, 1), ("s2", pending, 0)]);
    let result = runs.bench().keep("id", definition, json!({ "name": "n" })).await.unwrap();
    let attempts = ["s0", "s1", "s2"].map(|step| result["steps"][step]["attempts"].as_u64().unwrap());
    assert_eq!(attempts, [1, 2, 1]);
    assert_eq!(result["data"]["steps_executed"], json!(4));
}

#[tokio::test(start_paused = true)]
async fn it_pauses_before_the_next_step_and_goes_on() {
    let runs = Runs::new();
    let steps = json!([mark("a", 1), { "name": "p", "tool": "pause" }, mark("b", "$a.output")]);
    let sequence = definition("sequential", json!({ "steps": steps }));
    let branches = json!([{ "name": "l", "steps": steps }, { "name": "r", "steps": [{ "name": "w", "tool": "wait", "input": { "ms": 50 } }, mark("c", 2)] }]);
    let nested = json!([{ "name": "n", "workflow": sequence }, mark("last", 3)]);
    for (id, definition, done) in [
        ("s", sequence.clone(), 1),
        ("p", definition("parallel", json!({ "branches": branches })), 1),
        ("n", definition("sequential", json!({ "steps": nested })), 1),
    ] {
        let bench = runs.bench();
        let workflow = bench.create(definition.clone()).unwrap();
        *bench.calls.workflow.lock().unwrap() = Some(workflow.clone());
        let request = Request { number: 1, input: Some(json!(null)), checkpoint: Some(id.into()) };
        let result = workflow.execute(bench.services.clone(), request, bench.context()).await.unwrap();
        assert_eq!((&result["status"], &result["success"]), (&json!("paused"), &json!(false)), "{result}");
        assert_eq!(bench.calls.marked.load(SeqCst), done, "{id}");
        assert_eq!(runs.status(id).await, RecordedStatus::Paused);
        bench.calls.workflow.lock().unwrap().take();
        let bench = runs.bench();
        let result = bench.keep(id, definition, json!(null)).await.unwrap();
        assert_eq!(result["success"], json!(true), "{id}: {result}");
        assert!(
            result["steps"].as_object().unwrap().values().all(|step| step["attempts"] == json!(1)),
            "{id}: {result}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn another_definition_or_input_is_refused_and_a_cancelled_one_too() {
    let runs = Runs::new();
    let two = |value: &str| definition("sequential", json!({ "steps": [mark("a", 1), mark("b", value)] }));
    runs.bench().keep("id", two("x"), json!(1)).await.unwrap();
    let failure = runs.bench().keep("id", two("y"), json!(1)).await.unwrap_err();
    assert_eq!(failure.code, "conflict");
    let expected = "is of another definition: steps[2].input.value was \"x\" and is \"y\"";
    assert!(failure.message.contains(expected), "{failure}");
    let failure = runs.bench().keep("id", two("x"), json!(2)).await.unwrap_err();
    assert!(failure.message.contains("was begun with another input: it was 1 and is 2"), "{failure}");
    let bench = runs.bench();
    let stops = definition(
        "sequential",
        json!({ "steps": [mark("a", 1), { "name": "c", "tool": "cancel" }, { "tool": "wait", "input": { "ms": 1 } }] }),
    );
    let workflow = bench.create(stops.clone()).unwrap();
    *bench.calls.workflow.lock().unwrap() = Some(workflow.clone());
    let request = Request { number: 1, input: Some(json!(null)), checkpoint: Some("stops".into()) };
    let failure = workflow.execute(bench.services.clone(), request, bench.context()).await.unwrap_err();
    assert_eq!(failure.code, "cancelled", "{failure}");
    bench.calls.workflow.lock().unwrap().take();
    assert_eq!(runs.status("stops").await, RecordedStatus::Cancelled);
    let failure = runs.bench().keep("stops", stops, json!(null)).await.unwrap_err();
    assert!(failure.message.contains("was cancelled"), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_is_tried_again_and_those_before_it_are_not() {
    let runs = Runs::new();
    let inner = json!({ "name": "inner", "pattern": "sequential", "steps": [mark("x", 1), { "name": "f", "tool": "fail", "input": { "times": 1 } }] });
    let steps = json!([mark("a", 1), { "name": "n", "workflow": inner }, mark("b", 2)]);
    let definition = definition("sequential", json!({ "steps": steps }));
    let bench = runs.bench();
    let failure = bench.keep("id", definition.clone(), json!(null)).await.unwrap_err();
    assert!(failure.message.starts_with("Step n failed: Step f failed"), "{failure}");
    assert_eq!(runs.status("id").await, RecordedStatus::Failed);
    let again = runs.bench();
    again.calls.failed.store(1, SeqCst);
    let result = again.keep("id", definition, json!(null)).await.unwrap();
    assert_eq!((result["output"].clone(), again.calls.marked.load(SeqCst)), (json!(2), 1));
}

#[tokio::test(start_paused = true)]
async fn one_has_it_and_the_other_is_told_who() {
    let runs = Runs::new();
    let waits =
        definition("sequential", json!({ "steps": [{ "tool": "wait", "input": { "ms": 60_000 } }, mark("a", 1)] }));
    let (first, second) = (runs.bench(), runs.bench());
    let both = tokio::join!(first.keep("id", waits.clone(), json!(null)), async {
        tokio::time::sleep(Duration::from_secs(40)).await;
        let told = second.keep("id", waits.clone(), json!(null)).await;
        let deleted = runs.with(async |all| all.delete("id").await).await;
        let asked = runs.with(async |all| all.ask("id", Ask::Pause).await).await;
        (told, deleted, asked)
    });
    let (told, deleted, asked) = both.1;
    let failure = told.unwrap_err();
    assert!(failure.message.contains("is being executed by llmspell-wasm (pid "), "{failure}");
    assert!(deleted.unwrap_err().to_string().contains("cancel it first"));
    assert!(matches!(asked, Ok(AskedFor::Asked(_))));
    // What was asked is heard of where the first step ends.
    assert_eq!(both.0.unwrap()["status"], json!("paused"));
    runs.with(async |all| all.delete("id").await).await.unwrap();
    assert!(runs.with(async |all| all.ids().await).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_tampered_with_is_told_and_memory_comes_back() {
    for item in [
        "garbage",
        "[]",
        r#"{"records":[]}"#,
        r#"{"records":["run"],"totals":{"usage":{},"steps_executed":0,"duration_ms":0}}"#,
        r#"{"records":[{"what":1}],"totals":{"usage":{},"steps_executed":0,"duration_ms":0}}"#,
        r#"{"records":[{"turn":{"place":"","index":7,"output":1,"keeps":"all","any_completed":true}}],"totals":{"usage":{},"steps_executed":0,"duration_ms":0}}"#,
    ] {
        for follows in [false, true] {
            let runs = Runs::new();
            let definition = definition("sequential", json!({ "steps": marks(0, 3) }));
            if follows {
                interrupt(&runs, &definition, 2).await;
            }
            let backend = runs.0.open(|_| ()).await.unwrap();
            backend.append("t", "checkpoint:id", item.into(), None).await.unwrap();
            let bench = runs.bench();
            let free = bench.free();
            let result = bench.keep("id", definition.clone(), json!({ "name": "n" })).await;
            if follows && item.contains("\"run\"") {
                assert!(result.is_ok(), "{result:?}");
                continue;
            }
            let failure = result.unwrap_err();
            assert_eq!(failure.code, "store-damaged", "{failure}");
            assert_eq!((bench.free(), bench.calls.marked.load(SeqCst)), (free, 0), "{item}");
            // It can be removed, and then it begins anew.
            runs.with(async |all| all.delete("id").await).await.unwrap();
            assert!(runs.bench().keep("id", definition, json!({ "name": "n" })).await.is_ok());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_the_memory_does_not_hold_is_refused() {
    let runs = Runs::new();
    let definition = definition("sequential", json!({ "steps": [echo("a", "x".repeat(100_000)), mark("s", 1)] }));
    interrupt(&runs, &definition, 1).await;
    let limits = Limits { host_memory_bytes: 280_000, ..Limits::default() };
    let bench = Bench::on(runs.0.clone(), limits, Grants::local(), Models::offline());
    let free = bench.free();
    let failure = bench.keep("id", definition, json!({ "name": "n" })).await.unwrap_err();
    assert_eq!((failure.code.as_ref(), bench.free()), ("handles", free), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn branches_that_end_at_once_share_one_write() {
    let runs = Runs::new();
    let branch = |number: usize| json!({ "name": format!("b{number}"), "steps": [echo("x", 1), echo("y", 2)] });
    let branches: Vec<Value> = (0..8).map(branch).collect();
    runs.bench().keep("id", definition("parallel", json!({ "branches": branches })), json!(null)).await.unwrap();
    let backend = runs.0.open(|_| ()).await.unwrap();
    let items = backend.read("t", "checkpoint:id", 1, 100).await.unwrap().len();
    // Its beginning, that of the first steps, that of the second ones, and its end.
    assert!(items <= 5, "{items}");
    let steps: Vec<Value> = (0..20).map(|number| echo(&format!("s{number}"), number)).collect();
    runs.bench().keep("row", definition("sequential", json!({ "steps": steps })), json!(null)).await.unwrap();
    let items = backend.read("t", "checkpoint:row", 1, 100).await.unwrap().len();
    assert!(items <= 22, "{items}");
}

#[tokio::test(start_paused = true)]
async fn ids_are_a_tenants_own_and_are_checked() {
    let runs = Runs::new();
    let definition = definition("sequential", json!({ "steps": marks(0, 1) }));
    runs.bench().keep("id", definition, json!({ "name": "n" })).await.unwrap();
    let backend = runs.0.open(|_| ()).await.unwrap();
    let others = Checkpoints::new(&runs.0, backend, "other");
    assert!(others.ids().await.unwrap().is_empty());
    assert!(others.show("id").await.unwrap_err().to_string().contains("has no checkpoint 'id'"));
    for id in ["", "a b", "a/b", "a:b", "ä", &"x".repeat(129)] {
        assert!(
            crate::checkpoint::check_id(id).unwrap_err().message.starts_with("a checkpoint's id has 1 to 128"),
            "{id}"
        );
    }
    assert!(crate::checkpoint::check_id(&"a.B_-9".repeat(20)).is_ok());
}
