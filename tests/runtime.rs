//! The library as a service uses it: many spells, none of which may touch another.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use llmspell_wasm::model::Models;
use llmspell_wasm::{CancellationToken, Config, Ending, Grants, Limit, Limits, Outcome, Runtime, Spell, Transcript};
use serde_json::{Value, json};

#[path = "runtime/together.rs"]
mod together;

fn runtime(instances: u32) -> Runtime {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.models = Models::offline();
    config.instances = instances;
    Runtime::new(config).unwrap()
}

async fn run(runtime: &Runtime, source: &str) -> Outcome {
    runtime.run(Spell::new("lua", "spell.lua", source), Grants::local(), Limits::default()).await
}

async fn result(runtime: &Runtime, source: &str) -> Value {
    let outcome = run(runtime, source).await;
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    outcome.result.unwrap_or_default()
}

#[tokio::test]
async fn nothing_of_a_run_is_left_for_the_next() {
    let runtime = runtime(1);
    let source =
        "local old = canary; canary = ('secret'):rep(100000); string.canary = 1; return old == nil and string.canary";
    for _ in 0..5 {
        assert_eq!(result(&runtime, source).await, json!(1));
        let left = "local n = 0; for k in pairs(_G) do n = n + (k == 'canary' and 1 or 0) end; return n";
        assert_eq!(result(&runtime, left).await, json!(0));
    }
}

#[tokio::test]
async fn runs_draw_different_numbers_and_the_same_seed_repeats_them() {
    let runtime = runtime(1);
    let draw = async |seed| {
        let mut spell = Spell::new("lua", "spell.lua", "return math.random(0)");
        spell.seed = seed;
        runtime.run(spell, Grants::default(), Limits::default()).await.result.unwrap()
    };
    assert_ne!(draw(None).await, draw(None).await);
    assert_eq!(draw(Some(7)).await, draw(Some(7)).await);
    assert_ne!(draw(Some(7)).await, draw(Some(8)).await);
}

#[tokio::test]
async fn nothing_is_granted_by_default() {
    let spell = Spell::new("lua", "spell.lua", "return llm.complete('x')");
    let spell_of = |source| Spell::new("lua", "spell.lua", source);
    let runtime = runtime(1);
    assert!(runtime.run(spell, Grants::default(), Limits::default()).await.result.is_none());
    for source in ["llm.agent{model = 'm'}", "require 'x'"] {
        let outcome = runtime.run(spell_of(source), Grants::default(), Limits::default()).await;
        assert_eq!(outcome.ending, Ending::Denied, "{source}: {:?}", outcome.error);
    }
}

#[tokio::test]
async fn limits_of_a_run_only_tighten_those_of_the_configuration() {
    let mut config = Config::from_toml("[limits]\nfuel = 100000000", &|_| None).unwrap();
    config.instances = 1;
    let runtime = Runtime::new(config).unwrap();
    for (fuel, allowed) in [(u64::MAX, 100_000_000), (50_000_000, 50_000_000)] {
        let limits = Limits { fuel, ..Limits::default() };
        let spell = Spell::new("lua", "spell.lua", "while true do end");
        let outcome = runtime.run(spell, Grants::default(), limits).await;
        assert_eq!((outcome.ending, outcome.ledger.fuel), (Ending::Spent(Limit::Fuel), allowed));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_spells_share_few_instances_and_a_runaway_holds_up_none() {
    let runtime = Arc::new(runtime(4));
    let runaway = {
        let runtime = runtime.clone();
        tokio::spawn(async move {
            let limits = Limits { wall_time: Duration::from_secs(60), ..Limits::default() };
            runtime.run(Spell::new("lua", "spell.lua", "while true do end"), Grants::default(), limits).await.ending
        })
    };
    let runs: Vec<_> = (0..40)
        .map(|n| {
            let runtime = runtime.clone();
            let source = format!("util.sleep(5); local t = {{}} for i = 1, 1000 do t[i] = i end; return #t + {n}");
            tokio::spawn(async move { result(&runtime, &source).await })
        })
        .collect();
    for (n, run) in runs.into_iter().enumerate() {
        assert_eq!(run.await.unwrap(), json!(1000 + n));
    }
    runaway.abort();
}

#[tokio::test]
async fn a_cancelled_run_has_an_outcome_with_its_ledger() {
    let runtime = runtime(1);
    for source in ["print('x') util.sleep(1000000)", "print('x') while true do end"] {
        let (cancel, heard) = (CancellationToken::new(), Transcript::default());
        let mut spell = Spell::new("lua", "spell.lua", source);
        (spell.cancel, spell.listener) = (cancel.clone(), Box::new(heard.clone()));
        let stop = async {
            while heard.heard().output.is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            cancel.cancel();
        };
        let (outcome, ()) = tokio::join!(runtime.run(spell, Grants::default(), Limits::default()), stop);
        assert_eq!((outcome.ending, outcome.exit_code()), (Ending::Cancelled, 130));
        assert!(outcome.ledger.fuel > 0 && outcome.ledger.output_bytes == 2);
    }
    assert_eq!(result(&runtime, "return 1").await, json!(1));
}

#[tokio::test]
async fn a_cancelled_run_that_waits_for_a_place_does_not_begin() {
    let runtime = runtime(1);
    let first = CancellationToken::new();
    let mut holds = Spell::new("lua", "spell.lua", "util.sleep(1000000)");
    holds.cancel = first.clone();
    let waits = Spell::new("lua", "spell.lua", "return 1");
    waits.cancel.cancel();
    let (held, waited) = tokio::join!(runtime.run(holds, Grants::default(), Limits::default()), async {
        let outcome = runtime.run(waits, Grants::default(), Limits::default()).await;
        first.cancel();
        outcome
    });
    assert_eq!((held.ending, waited.ending, waited.ledger.fuel), (Ending::Cancelled, Ending::Cancelled, 0));
}

#[tokio::test]
async fn a_dropped_run_leaves_its_place() {
    let runtime = runtime(1);
    for source in ["util.sleep(1000000)", "while true do end"] {
        let spell = Spell::new("lua", "spell.lua", source);
        let run = runtime.run(spell, Grants::default(), Limits::default());
        assert!(tokio::time::timeout(Duration::from_millis(50), run).await.is_err());
        assert_eq!(result(&runtime, "return 1").await, json!(1));
    }
}

#[tokio::test]
async fn syntax_is_checked_without_running_anything() {
    let runtime = runtime(1);
    let check = |source: &str, limits| runtime.check(Spell::new("lua", "a.lua", source), limits);
    assert_eq!(check("error('ran')", Limits::default()).await.ending, Ending::Completed);
    let outcome = check("x = 1\ny = = 2", Limits::default()).await;
    let fault = outcome.error.unwrap();
    assert_eq!((outcome.ending, fault.file.as_deref(), fault.line), (Ending::InvalidSpell, Some("a.lua"), Some(2)));
    let little = Limits { fuel: 1, ..Limits::default() };
    assert_eq!(check("return 1", little).await.ending, Ending::Spent(Limit::Fuel));
}

#[tokio::test]
async fn an_unknown_language_names_the_nearest() {
    let outcome = runtime(1).run(Spell::new("luau", "a", ""), Grants::default(), Limits::default()).await;
    assert_eq!(outcome.ending, Ending::InvalidGuest);
    assert!(outcome.error.unwrap().message.contains("did you mean 'lua'?"));
}

#[tokio::test]
async fn a_component_that_is_no_guest_is_refused() {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.instances = 1;
    let wasm = wat("(component (import \"llmspell:spell/nothing@0.1.0\" (instance (export \"f\" (func)))))");
    config.guests.insert("mine".into(), llmspell_wasm::guest::Guest::compile(&wasm).unwrap());
    let runtime = Runtime::new(config).unwrap();
    let outcome = runtime.run(Spell::new("mine", "a", ""), Grants::default(), Limits::default()).await;
    assert_eq!((outcome.ending, outcome.exit_code()), (Ending::InvalidGuest, 5), "{:?}", outcome.error);
    assert!(llmspell_wasm::guest::compile(b"\0asm nonsense").is_err());
}

fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

#[tokio::test]
async fn ten_times_as_many_steps_cost_at_most_twelve_times_as_much() {
    let limits = Limits { host_calls: 1_000_000, fuel: 100_000_000_000, ..Limits::default() };
    let mut config = Config::from_toml("limits = { max-host-calls = '1M', fuel = '100G' }", &|_| None).unwrap();
    config.instances = 1;
    let runtime = Runtime::new(config).unwrap();
    let cost = async |language: &str, source: String| {
        let outcome = runtime.run(Spell::new(language, "spell", &source), Grants::local(), limits.clone()).await;
        assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
        (outcome.ledger.fuel, outcome.ledger.host_calls)
    };
    for (language, shape) in [
        (
            "lua",
            "Workflow.loop{range = {start = 0, ['end'] = N}, max_iterations = N, aggregation = 'none', body = {function() return 1 end}}:execute()",
        ),
        (
            "javascript",
            "await Workflow.loop({range: {start: 0, end: N}, maxIterations: N, aggregation: 'none', body: [() => 1]}).execute();",
        ),
        (
            "lua",
            "local s = {} for i = 1, N // 10 do s[i] = function() return 1 end end Workflow.sequential{steps = s}:execute()",
        ),
        ("javascript", "await Workflow.sequential({steps: Array.from({length: N / 10}, () => () => 1)}).execute();"),
        (
            "lua",
            "local s = {} for i = 1, N // 10 do s[i] = function() return 1 end end Workflow.parallel{steps = s}:execute()",
        ),
        ("javascript", "await Workflow.parallel({steps: Array.from({length: N / 10}, () => () => 1)}).execute();"),
        (
            "lua",
            "local s = {} for i = 1, N // 10 do s[i] = {name = 's' .. i, handler = function() return 1 end, depends_on = i > 1 and {'s' .. (i - 1)} or nil} end Workflow.dag{steps = s}:execute()",
        ),
        (
            "javascript",
            "await Workflow.dag({steps: Array.from({length: N / 10}, (_, i) => ({name: 's' + i, handler: () => 1, dependsOn: i ? ['s' + (i - 1)] : undefined}))}).execute();",
        ),
    ] {
        let empty = cost(language, String::new()).await;
        let few = cost(language, shape.replace('N', "1000")).await;
        let many = cost(language, shape.replace('N', "10000")).await;
        let growth = (many.0 - empty.0) as f64 / (few.0 - empty.0) as f64;
        assert!(growth <= 12.0, "{language}: {growth:.1} times the fuel: {shape}");
        assert!(many.1 <= few.1 * 10, "{language}: {} and {} calls: {shape}", few.1, many.1);
    }
}
