//! Executions of workflows that are kept: a process that is killed, and another that goes on.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::SeqCst;

use llmspell_testkit::double::{completion, respond, serve};
use serde_json::Value;

use crate::harness::{Harness, Ran};

/// Twenty requests to a model in each shape. Before its n-th step, where STOP says so, it waits to be killed.
const SPELL: &str = r#"
local stop, count = tonumber(env.STOP or "0"), 0
Hook.register("workflow:before_step", function(event)
  count = count + 1
  if count == stop then print("@stop") util.sleep(60000) end
end)
local function ask(name, text) return {name = name, llm = "local/m", prompt = text or "About {{topic}}"} end
local function row(name, number)
  local steps = {}
  for i = 1, number do steps[i] = ask(name .. i) end
  return steps
end
local shapes = {}
function shapes.sequential() return Workflow.sequential{name = "row", steps = row("s", 20)} end
function shapes.parallel()
  local branches = {}
  for i = 1, 4 do branches[i] = {name = "b" .. i, steps = row("s" .. i .. "_", 5)} end
  return Workflow.parallel{name = "both", branches = branches, max_concurrency = 4}
end
function shapes.loop() return Workflow.loop{name = "again", range = {0, 5}, body = row("s", 4)} end
function shapes.nested()
  return Workflow.sequential{name = "outer", steps = {
    ask("first"), {name = "in", workflow = Workflow.sequential{name = "in", steps = row("i", 5)}, input = "$input"},
    {name = "loop", type = "loop", range = {0, 3}, body = {ask("l"), {name = "deep", type = "sequential", steps = row("d", 2)}}},
    {name = "both", type = "parallel", branches = {{name = "l", steps = row("x", 2)}, {name = "r", steps = row("y", 2)}}}, ask("last"),
  }}
end
local result = shapes[params.shape]():execute({topic = "owls"}, {checkpoint = params.shape})
for _, step in pairs(result.steps) do step.duration_ms, step.attempts = nil, nil end
return {outputs = result.outputs, output = result.output, steps = result.steps, usage = result.usage, status = result.status}
"#;

const SHAPES: [(&str, u64); 4] = [("sequential", 20), ("parallel", 20), ("loop", 20), ("nested", 20)];

/// A spell, and a model whose calls cost something: how often it was asked.
fn harness() -> (Harness, Arc<AtomicU64>) {
    let asked = Arc::<AtomicU64>::default();
    let count = asked.clone();
    let url = serve(move |_, stream| {
        count.fetch_add(1, SeqCst);
        respond(stream, "200 OK", "", &completion("Birds."));
    });
    let config =
        format!("[providers.local]\nkind = 'openai'\nbase_url = '{url}/v1'\ninput_price = '10'\noutput_price = '20'\n");
    (Harness::new().with("spell.lua", SPELL).with("c.toml", config), asked)
}

const FLAGS: [&str; 5] = ["--config", "c.toml", "--allow-env", "STOP", "--output=json"];

fn start(harness: &Harness, arguments: &[&str], stop: u64) -> Child {
    let mut command = harness.command(&[arguments, &FLAGS].concat());
    command.env("STOP", stop.to_string()).stdin(std::process::Stdio::null());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
}

/// Runs it until it is before the step where it stops, and kills it there.
fn kill(harness: &Harness, arguments: &[&str], stop: u64) {
    let mut child = start(harness, arguments, stop);
    let err = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let stopped = err.lines().map_while(Result::ok).any(|line| {
        said += &line;
        line.contains("@stop")
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(stopped, "{said}");
}

fn run(harness: &Harness, arguments: &[&str]) -> Value {
    let ran = Ran::of(start(harness, arguments, 0).wait_with_output().unwrap());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

fn show(harness: &Harness, store: &str, id: &str) -> Value {
    let ran = harness.run(&["workflow", "show", id, "--store", store, "--output", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// The calls of models and their money, in billionths of a dollar, that a run accounts for.
fn spent(receipt: &Value) -> (u64, u64) {
    let sum = |name: &str| receipt["ledger"][name].as_u64().unwrap();
    (sum("model_calls"), sum("cost_nano_dollars"))
}

/// What one call of the model costs: 9 tokens at 10 dollars a million, and 3 at 20.
const PRICE: u64 = 150_000;

/// Kills it at these steps, and has another process go on.
fn go_on((shape, steps): (&str, u64), store: impl Fn(u64) -> String, stops: &[u64]) {
    let (harness, asked) = harness();
    let parameter = format!("shape={shape}");
    let whole = run(&harness, &["run", "spell.lua", "--param", &parameter, "--store", "memory"]);
    assert_eq!(spent(&whole), (steps, steps * PRICE));
    for &stop in stops {
        asked.store(0, SeqCst);
        let store = store(stop);
        let arguments = ["run", "spell.lua", "--param", &parameter, "--store", &store];
        kill(&harness, &arguments, stop);
        let shown = show(&harness, &store, shape);
        let before = shown["usage"]["input_tokens"].as_u64().unwrap_or(0) / 9;
        // Half by the command that knows how it was run.
        let resume = ["workflow", "resume", shape, "--store", &store];
        let rest = run(&harness, if stop % 2 == 0 { &resume } else { &arguments });
        assert_eq!(rest["result"], whole["result"], "{shape} {stop}");
        // What was asked before is not asked again, and paid once.
        assert_eq!(spent(&rest), (steps - before, (steps - before) * PRICE), "{shape} {stop}");
        if ["sequential", "loop"].contains(&shape) {
            assert_eq!((before, asked.load(SeqCst)), (stop - 1, steps), "{shape} {stop}");
        }
        let after = show(&harness, &store, shape);
        assert_eq!((&after["status"], &after["usage"]), (&"completed".into(), &whole["result"]["usage"]));
    }
}

#[test]
fn killed_at_any_step_it_goes_on_from_a_sled_store() {
    killed_at_any_step("s");
}

#[test]
fn killed_at_any_step_it_goes_on_from_a_store_that_processes_share() {
    killed_at_any_step("sqlite:s");
}

fn killed_at_any_step(store: &str) {
    std::thread::scope(|scope| {
        for shape in SHAPES {
            scope.spawn(move || go_on(shape, |stop| format!("{store}{stop}"), &(1..=shape.1).collect::<Vec<_>>()));
        }
    });
}

#[test]
fn the_second_process_is_told_who_has_it_and_the_first_is_asked_to_stop() {
    let (harness, _) = harness();
    let arguments = ["run", "spell.lua", "--param", "shape=sequential", "--store", "sqlite:s"];
    let mut first = start(&harness, &arguments, 5);
    let mut err = BufReader::new(first.stderr.take().unwrap()).lines();
    assert!(err.any(|line| line.unwrap().contains("@stop")));
    assert_eq!(show(&harness, "sqlite:s", "sequential")["status"], "running");
    let second = Ran::of(start(&harness, &arguments, 0).wait_with_output().unwrap());
    let told: Value = serde_json::from_str(&second.out).unwrap();
    let message = told["error"]["message"].as_str().unwrap();
    assert!(message.contains("is being executed by run spell.lua (pid "), "{message}");
    let deleted = harness.run(&["workflow", "delete", "sequential", "--yes", "--store", "sqlite:s"]);
    deleted.refuses(1, &["is being executed by run spell.lua", "cancel it first"]);
    let asked = harness.run(&["workflow", "cancel", "sequential", "--store", "sqlite:s"]);
    assert!(asked.code == 0 && asked.out.contains("will be cancelled within seconds"), "{}{}", asked.out, asked.err);
    first.kill().unwrap();
    first.wait().unwrap();
    let again = harness.run(&["workflow", "resume", "sequential", "--store", "sqlite:s", "--config", "c.toml"]);
    again.refuses(1, &["'sequential' was cancelled"]);
}

#[test]
fn executions_are_listed_shown_cancelled_and_deleted() {
    let (harness, _) = harness();
    let arguments = ["run", "spell.lua", "--param", "shape=sequential", "--store", "s"];
    harness.run(&["workflow", "list", "--store", "s"]).refuses(1, &["there is no store"]);
    kill(&harness, &arguments, 3);
    let listed = harness.run(&["workflow", "list", "--store", "s"]);
    assert!(listed.out.contains("sequential  row       interrupted  2 of 20"), "{}", listed.out);
    let shown = harness.run(&["workflow", "show", "sequential", "--store", "s"]).out;
    for part in [
        "workflow  row (sequential)",
        "status    interrupted",
        "/0     s1    completed  1",
        "9 + 3 tokens",
        "$0.00015",
        "/2     s3    begun      1",
        "/3     s4    pending    0",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let workflow = |command: &str, id: &str| harness.run(&["workflow", command, id, "--store", "s"]);
    workflow("show", "nothing").refuses(1, &["has no checkpoint 'nothing'"]);
    workflow("show", "a b").refuses(2, &["a checkpoint's id has 1 to 128 letters"]);
    workflow("pause", "sequential").refuses(1, &["there is nothing to pause"]);
    let other = harness.run(&["workflow", "show", "sequential", "--store", "s", "--tenant", "other"]);
    other.refuses(1, &["the tenant 'other' has no checkpoint"]);
    // The spell has changed since.
    let harness = harness.with("spell.lua", format!("{SPELL}\n"));
    let resume = |harness: &Harness| harness.run(&["workflow", "resume", "sequential", "--store", "s"]);
    resume(&harness).refuses(2, &["has changed since the checkpoint 'sequential' was begun"]);
    std::fs::remove_file(harness.path("spell.lua")).unwrap();
    resume(&harness).refuses(2, &["the checkpoint 'sequential' is of this spell", "spell.lua"]);
    let cancelled = harness.run(&["workflow", "cancel", "sequential", "--store", "s"]);
    cancelled.is(0, "'sequential' is cancelled\n", "");
    resume(&harness).refuses(1, &["was cancelled"]);
    let delete = harness.run(&["workflow", "delete", "sequential", "--store", "s"]);
    delete.refuses(2, &["this has to be confirmed"]);
    harness.run(&["workflow", "delete", "sequential", "--yes", "--store", "s"]).is(0, "'sequential' is deleted\n", "");
    harness.run(&["workflow", "list", "--store", "s"]).is(0, "tenant 'local' has no executions that are kept\n", "");
}
