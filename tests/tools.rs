//! Tools that a host program registers, as spells call them.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use llmspell_testkit::double::Buffer;
use llmspell_wasm::{Config, Ending, Grants, HostTool, Limit, Limits, Outcome, Runtime, Spell, ToolFailure};
use serde_json::{Value, json};

fn runtime() -> Runtime {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    config.instances = 2;
    Runtime::new(config).unwrap()
}

fn spell(source: &str) -> Spell {
    Spell::new("lua", "spell.lua", source)
}

async fn run(runtime: &Runtime, source: &str) -> Outcome {
    runtime.run(spell(source), Grants::local(), Limits::default()).await
}

async fn result(runtime: &Runtime, source: &str) -> Value {
    let outcome = run(runtime, source).await;
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    outcome.result.unwrap_or_default()
}

fn add() -> HostTool {
    let parameters = json!({
        "type": "object", "required": ["b"],
        "properties": { "b": { "type": "number" }, "a": { "type": "number" } },
    });
    HostTool::new("add-up", "Adds two numbers", parameters, |call| async move {
        let number = |name: &str| call.arguments[name].as_i64().unwrap_or(0);
        Ok(json!({ "b": number("b"), "a": number("a"), "sum": number("a") + number("b") }))
    })
    .category("math")
    .tags(["numbers"])
}

/// Fails every call in this way.
fn failing(name: &str, code: &'static str) -> HostTool {
    HostTool::new(name, "", json!({}), move |_| async move {
        Err(ToolFailure { details: Some(json!({ "status": 503 })), ..ToolFailure::new(code, "out of order") })
    })
}

#[tokio::test]
async fn a_spell_calls_a_tool_of_the_host() {
    let runtime = runtime();
    runtime.register_tool(add()).unwrap();
    let source = "
        local ok, failure = pcall(Tool.execute, 'add_up', { a = 'x' })
        local tool = Tool.list()[1]
        return { tools.add_up(1, 2), Tool.execute('add-up', { b = 3 }).sum, Tool.get('add_up').category, tool.source,
          tool.tags[1], failure.message, Tool.discover({ tag = 'numbers' })[1].name, tool.positional }";
    let expected = json!([
        { "a": 2, "b": 1, "sum": 3 }, 3, "math", "host", "numbers",
        "arguments of tool 'add-up': 'b' is required; '/a' must be a number, not \"x\"", "add-up", ["b", "a"],
    ]);
    assert_eq!(result(&runtime, source).await, expected);
}

#[tokio::test]
async fn what_a_tool_fails_with_reaches_the_spell() {
    let runtime = runtime();
    runtime.register_tool(failing("broken", "unavailable")).unwrap();
    runtime.register_tool(failing("odd", "Not A Code")).unwrap();
    let source = "
        local function try(name)
          local ok, failure = pcall(Tool.execute, name)
          return { failure.code, failure.message, failure.details.status }
        end
        return { try('broken'), try('odd') }";
    let expected = json!([["unavailable", "out of order", 503], ["tool", "out of order", 503]]);
    assert_eq!(result(&runtime, source).await, expected);
}

#[tokio::test]
async fn a_panic_is_the_failure_of_its_call() {
    let runtime = runtime();
    runtime
        .register_tool(HostTool::new("early", "", json!({}), |_| -> std::future::Ready<_> { panic!("secret") }))
        .unwrap();
    let late = HostTool::new("late", "", json!({}), |_| async {
        tokio::task::yield_now().await;
        panic!("secret")
    });
    runtime.register_tool(late).unwrap();
    let source = "
        local _, early = pcall(Tool.execute, 'early')
        local _, late = pcall(Tool.execute, 'late')
        return { early.code, early.message, late.code }";
    let expected = json!(["internal", "the tool 'early' broke; the operator has the details", "internal"]);
    assert_eq!(result(&runtime, source).await, expected);
}

/// How many calls of a tool that never ends have begun, and have been stopped.
#[derive(Clone, Default)]
struct Count(Arc<(AtomicUsize, AtomicUsize)>);

impl Count {
    fn endless(&self, time: Duration) -> HostTool {
        let count = self.clone();
        HostTool::new("endless", "", json!({}), move |_| {
            let count = count.clone();
            async move {
                count.0.0.fetch_add(1, SeqCst);
                let _stopped = Stopped(count);
                std::future::pending().await
            }
        })
        .time_limit(time)
    }

    fn read(&self) -> (usize, usize) {
        (self.0.0.load(SeqCst), self.0.1.load(SeqCst))
    }
}

struct Stopped(Count);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.0.1.fetch_add(1, SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn a_tool_that_takes_too_long_is_stopped() {
    let (runtime, count) = (runtime(), Count::default());
    runtime.register_tool(count.endless(Duration::from_secs(5))).unwrap();
    let source = "local _, failure = pcall(Tool.execute, 'endless') return { failure.code, failure.message }";
    let expected = json!(["timeout", "the tool 'endless' did not answer within 5000 ms"]);
    assert_eq!(result(&runtime, source).await, expected);
    assert_eq!(count.read(), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_spell_gives_up_is_stopped_and_on_record() {
    let (runtime, count) = (runtime(), Count::default());
    runtime.register_tool(count.endless(Duration::from_secs(3600))).unwrap();
    let journal = Buffer::default();
    let source = "
        local ok, failure = pcall(Task.timeout, 50, function() return Tool.execute('endless') end)
        util.sleep(10)
        return failure.code";
    let spell = Spell { journal: Some(Box::new(journal.clone())), ..spell(source) };
    let outcome = runtime.run(spell, Grants::local(), Limits::default()).await;
    assert_eq!(outcome.result, Some(json!("timeout")));
    assert_eq!(count.read(), (1, 1));
    let lines = journal.lines();
    let call = lines.iter().find(|line| line["call"] == "tool.call").unwrap();
    assert_eq!((&call["args"]["tool"], &call["outcome"]["failure"]["code"]), (&json!("endless"), &json!("cancelled")));
    assert_eq!(lines.last().unwrap()["call"], "run.end");
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_run_stops_what_its_tools_do() {
    let (runtime, count) = (runtime(), Count::default());
    runtime.register_tool(count.endless(Duration::from_secs(3600))).unwrap();
    let limits = Limits { wall_time: Duration::from_secs(1), ..Limits::default() };
    let outcome = runtime.run(spell("Tool.execute('endless')"), Grants::local(), limits).await;
    assert_eq!(outcome.ending, Ending::Spent(Limit::WallTime));
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(count.read(), (1, 1));
}

#[tokio::test]
async fn a_tool_knows_whose_spell_calls_it() {
    let runtime = runtime();
    let whose = |call: llmspell_wasm::Invocation| async move { Ok(json!([call.tenant, call.tool])) };
    runtime.register_tool(HostTool::new("whose", "", json!({}), whose)).unwrap();
    for tenant in ["anna", "otto"] {
        let spell = Spell { tenant: tenant.into(), ..spell("return Tool.execute('whose')") };
        let outcome = runtime.run(spell, Grants::local(), Limits::default()).await;
        assert_eq!(outcome.result, Some(json!([tenant, "whose"])));
    }
}

#[tokio::test]
async fn a_spell_has_the_tools_that_it_is_granted_and_no_others() {
    let runtime = runtime();
    runtime.register_tool(add()).unwrap();
    runtime.register_tool(failing("broken", "unavailable")).unwrap();
    let source = "
        local ok, failure = pcall(Tool.execute, 'broken')
        local told, why = pcall(Tool.get, 'broken')
        local valid, no = pcall(Tool.validate, 'broken', {})
        return { #Tool.discover({ tag = 'numbers' }), Tool.list()[1].name, failure.code, failure.message, why.code, no.code,
          Tool.exists('broken'), #Tool.discover({ text = 'adds two' }), Tool.execute('add_up', { b = 1 }).sum }";
    let grants = Grants { tools: vec!["add*".into()], ..Grants::default() };
    let outcome = runtime.run(spell(source), grants.clone(), Limits::default()).await;
    let message = "the tool 'broken' is not granted; granted are: add* ([grants] tools in the configuration)";
    let expected = json!([1, "add-up", "denied", message, "denied", "denied", false, 1, 1]);
    assert_eq!(outcome.result, Some(expected), "{:?}", outcome.error);
    // A denial that is not caught is how the run ends, and the ledger counts no call.
    let outcome = runtime.run(spell("tools.broken()"), grants, Limits::default()).await;
    assert_eq!((outcome.ending, outcome.ledger.tool_calls), (Ending::Denied, 0));
}

#[tokio::test]
async fn a_name_belongs_to_one_tool() {
    let runtime = runtime();
    runtime.register_tool(add()).unwrap();
    let again = HostTool::new("add_up", "", json!({}), |_| async { Ok(Value::Null) });
    assert_eq!(runtime.register_tool(again).unwrap_err().to_string(), "a tool 'add-up' is registered already");
    for (name, parameters) in [("a b", json!({})), ("text", json!("text")), ("loop", json!({ "$ref": "#" }))] {
        assert!(runtime.register_tool(HostTool::new(name, "", parameters, |_| async { Ok(Value::Null) })).is_err());
    }
    let source = "
        local ok, failure = pcall(Tool.register, { name = 'add_up', execute = function() return 'mine' end })
        local removed, why = pcall(Tool.remove, 'add-up')
        return { ok, failure and failure.message, removed, why and why.code, Tool.execute('add-up', { b = 1 }) }";
    let taken = "the tool 'add_up' can't be defined: the host has a tool 'add-up'";
    let expected = json!([false, taken, false, "denied", { "a": 0, "b": 1, "sum": 1 }]);
    assert_eq!(result(&runtime, source).await, expected);
    // One that it may not use is none of its business.
    let outcome = runtime.run(
        spell("Tool.register({ name = 'add_up', execute = function() return 'mine' end }) return tools.add_up()"),
        Grants::default(),
        Limits::default(),
    );
    assert_eq!(outcome.await.result, Some(json!("mine")));
}

#[tokio::test]
async fn a_tool_and_its_parameters_have_other_names() {
    let runtime = runtime();
    runtime.register_tool(add().aliases(["plus", "calculator"]).parameter_aliases([("first", "a")])).unwrap();
    let source = "
        local both, failure = pcall(tools.plus, { a = 1, first = 2, b = 3 })
        return { tools.plus({ first = 1, b = 2 }).sum, Tool.get('plus').name, both, tools.calculator('1 + 1').success }";
    // A name of its own comes before another's alias.
    assert_eq!(result(&runtime, source).await, json!([3, "add-up", true, true]));
    let wrong = HostTool::new("x", "", json!({}), |_| async { Ok(Value::Null) }).parameter_aliases([("a", "b")]);
    let error = runtime.register_tool(wrong).unwrap_err().to_string();
    assert_eq!(error, "tool 'x': 'a' can't be an alias of the parameter 'b'");
}

#[tokio::test]
async fn a_standard_tool_gives_way_to_the_programs_own() {
    let runtime = runtime();
    let own = HostTool::new("hash_calculator", "", json!({}), |_| async { Ok(json!("mine")) });
    runtime.register_tool(own).unwrap();
    assert_eq!(result(&runtime, "return tools.hash_calculator()").await, json!("mine"));
    // It has to be granted as any other; the standard ones need not be.
    let both = "local ok = pcall(Tool.execute, 'hash_calculator') return { ok, tools.calculator('1').result.result }";
    let outcome = runtime.run(spell(both), Grants::default(), Limits::default()).await;
    assert_eq!(outcome.result, Some(json!([false, 1])), "{:?}", outcome.error);
}

#[tokio::test]
async fn a_schema_alone_stands_for_the_hosts_tool() {
    let runtime = runtime();
    runtime.register_tool(add()).unwrap();
    let source = "local id = zigllms.tool.register({ name = 'add_up' }) return zigllms.tool.execute(id, { b = 2 }).sum";
    assert_eq!(result(&runtime, source).await, json!(2));
}

#[tokio::test]
async fn a_result_has_bounds() {
    let runtime = runtime();
    let large = |_| async { Ok("x".repeat(9 << 20).into()) };
    let deep = |_| async { Ok((0..70).fold(json!(1), |inner, _| json!([inner]))) };
    runtime.register_tool(HostTool::new("large", "", json!({}), large)).unwrap();
    runtime.register_tool(HostTool::new("deep", "", json!({}), deep)).unwrap();
    let source = "
        local _, large = pcall(Tool.execute, 'large')
        local _, deep = pcall(Tool.execute, 'deep')
        return { large.code, large.message, deep.code, deep.message }";
    let expected = json!([
        "too-large",
        "the result of tool 'large': too large: more than 8388608 bytes",
        "too-large",
        "the result of tool 'deep': too large: more than 64 levels deep",
    ]);
    assert_eq!(result(&runtime, source).await, expected);
}

#[tokio::test]
async fn a_tool_makes_calls_for_the_run_that_pass_the_gate() {
    let runtime = runtime();
    let twice = |call: llmspell_wasm::Invocation| async move {
        let count = async || call.context.call("tool.work", || json!({})).begin().await?.settle(Ok(true));
        let done = count().await.and(count().await);
        let done = done.map_err(|failure| ToolFailure::new(failure.code, failure.message))?;
        Ok(json!([done, call.context.tenant(), call.context.limits().tool_calls]))
    };
    runtime.register_tool(HostTool::new("twice", "", json!({}), twice)).unwrap();
    let lines = Buffer::default();
    let spell = Spell { journal: Some(Box::new(lines.clone())), ..spell("return tools.twice()") };
    let outcome = runtime.run(spell, Grants::local(), Limits::default()).await;
    assert_eq!(outcome.result, Some(json!([true, "local", 1000])), "{:?}", outcome.error);
    assert_eq!(lines.lines().iter().filter(|line| line["call"] == "tool.work").count(), 2);
}
