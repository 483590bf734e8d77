//! What being limited costs, how far a run gets beyond its deadline, and how long it keeps others waiting.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use llmspell_kernel::event::Buses;
use llmspell_kernel::recorder::Recorders;
use llmspell_kernel::{Run, Setup};
use llmspell_wasm::policy::{Permission, Policy, Right};
use llmspell_wasm::{CancellationToken, Clock, Config, Ending, Grants, Limit, Limits, Runtime, Spell};
use serde_json::json;

use crate::measure::{Times, in_turn};
use crate::table::Table;

const ROUNDS: u32 = 7;
const CALLS: u32 = 100_000;
const STARTS: u32 = 200;
const RUNS: u32 = 20;

/// With something in every section.
const POLICY: &str = r#"
models = { allow = ["openai/gpt-4o*", "anthropic/*"], deny = ["openai/gpt-4o-audio*"] }
tools = { allow = ["web_*", "calculator", "mail"], deny = ["web_post"] }
env = { allow = ["LLM_MODEL", "LLM_STYLE"] }
state = { allow = ["user:*", "global"] }
events = { allow = ["progress.*"] }
hooks = { allow = ["tool:*"] }
[limits]
fuel = "60G"
memory = "64MiB"
timeout = "5m"
max-host-calls = 1000000
"#;

pub fn measure() -> Result<()> {
    let mut table = Table::new(["what", "least", "median"]);
    let policy = || Policy::parse("policy.toml", POLICY).map_err(|error| anyhow::anyhow!("{error}"));
    let (plain, bound) = (Grants::local(), Grants::local().within(policy()?).within(policy()?));
    let gate = |grants: &Grants, permission: Permission<'static>| {
        let limits = Limits { host_calls: u64::MAX, host_bytes: u64::MAX, ..Limits::default() };
        let setup = Setup {
            grants: Arc::new(grants.clone()),
            limits: Arc::new(limits),
            tenant: "bench".into(),
            language: "lua".into(),
            clock: Clock::system(),
            listener: Box::new(()),
            recorders: Recorders::default(),
            approver: None,
            approved: Vec::new(),
            memory_used: Arc::default(),
            seam: Default::default(),
        };
        let (cx, _channel) = Run::new(setup, &Buses::default()).context(1, None);
        tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
            for _ in 0..CALLS {
                let call = cx.call("bench.call", || json!({})).bytes(8).needs(permission.clone());
                let call = call.begin().await.map_err(|failure| anyhow::anyhow!("{failure}"))?;
                ensure!(call.settle(Ok(1u64)).is_ok());
            }
            Ok(String::new())
        })
    };
    let model = Permission::of(Right::MODEL, "openai/gpt-4o-mini");
    let calls = in_turn(
        ROUNDS,
        CALLS,
        &[&|| gate(&plain, Permission::NOTHING), &|| gate(&plain, model.clone()), &|| gate(&bound, model.clone())],
    )?;
    for (what, times) in ["the gate", "the gate, for a model", "the same under two policies"].iter().zip(&calls) {
        table.row([format!("{what}, ns"), nanoseconds(times.least()), nanoseconds(times.median())]);
    }
    let runtime = Runtime::new(Config { instances: 2, ..Config::from_toml("", &|_| None)? })?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let start = |grants: &Grants| {
        for _ in 0..STARTS {
            let spell = Spell::new("lua", "bench", "return 1");
            let outcome = tokio.block_on(runtime.run(spell, grants.clone(), Limits::default()));
            ensure!(outcome.ending == Ending::Completed);
        }
        Ok(String::new())
    };
    let starts = in_turn(ROUNDS, STARTS, &[&|| start(&plain), &|| start(&bound)])?;
    for (what, times) in ["a fresh spell", "a fresh spell under two policies"].iter().zip(&starts) {
        table.row([format!("{what}, µs"), microseconds(times.least()), microseconds(times.median())]);
    }
    for (what, language, source) in [
        ("Lua, an endless loop", "lua", "while true do end"),
        ("JavaScript, an endless loop", "javascript", "for (;;) {}"),
        ("Lua, waiting", "lua", "util.sleep(3600000)"),
    ] {
        let times = overshoot(&runtime, &tokio, language, source)?;
        table.row([
            format!("beyond a deadline: {what}, ms"),
            milliseconds(times.least()),
            milliseconds(times.median()),
        ]);
    }
    for (what, times) in
        [("alone", waits(&runtime, &tokio, false)?), ("beside an endless loop", waits(&runtime, &tokio, true)?)]
    {
        table.row([format!("a small spell, {what}, ms"), milliseconds(times.least()), milliseconds(times.median())]);
    }
    println!("## Limits\n");
    println!("CPU time of the gate and of fresh spells; of the others the time that passes, on one worker thread.\n");
    table.print();
    Ok(())
}

/// How long after its deadline a run has ended.
fn overshoot(runtime: &Runtime, tokio: &tokio::runtime::Runtime, language: &str, source: &str) -> Result<Times> {
    let limits = Limits { wall_time: Duration::from_millis(50), fuel: u64::MAX, ..Limits::default() };
    let run = |_| {
        let began = Instant::now();
        let outcome =
            tokio.block_on(runtime.run(Spell::new(language, "bench", source), Grants::default(), limits.clone()));
        ensure!(outcome.ending == Ending::Spent(Limit::WallTime), "{:?}", outcome.error);
        Ok((began.elapsed().as_secs_f64() - limits.wall_time.as_secs_f64()).max(0.0))
    };
    (0..RUNS).map(run).collect()
}

/// How long a small spell takes from start to end.
fn waits(runtime: &Runtime, tokio: &tokio::runtime::Runtime, beside: bool) -> Result<Times> {
    tokio.block_on(async {
        let cancel = CancellationToken::new();
        let mut busy = Spell::new("lua", "busy", "while true do end");
        busy.cancel = cancel.clone();
        let limits = Limits { fuel: u64::MAX, ..Limits::default() };
        let busy = async {
            if beside {
                drop(runtime.run(busy, Grants::default(), limits).await)
            }
        };
        let small = async {
            let mut times = Vec::new();
            for _ in 0..RUNS {
                let began = Instant::now();
                // About a millisecond.
                let spell = Spell::new("lua", "small", "local n = 0 for i = 1, 200000 do n = n + i end return n");
                let outcome = runtime.run(spell, Grants::default(), Limits::default()).await;
                ensure!(outcome.ending == Ending::Completed);
                times.push(began.elapsed().as_secs_f64());
            }
            cancel.cancel();
            Ok(times.into_iter().collect())
        };
        tokio::join!(busy, small).1
    })
}

fn nanoseconds(seconds: f64) -> String {
    format!("{:.0}", seconds * 1e9)
}

fn microseconds(seconds: f64) -> String {
    format!("{:.1}", seconds * 1e6)
}

fn milliseconds(seconds: f64) -> String {
    format!("{:.2}", seconds * 1e3)
}
