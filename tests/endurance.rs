//! A thousand runs of two tenants in one process (ten thousand in `make soak`), healthy and hostile ones mixed, eight at a time: every outcome is right,
//! neither sees what is the other's, and nothing is left of them. Alone in its process, as it counts what the process has.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use llmspell_wasm::model::Models;
use llmspell_wasm::{Config, Ending, Grants, Limit, Limits, Runtime, Spell, Transcript};
use serde_json::Map;

struct Kind {
    language: &'static str,
    source: &'static str,
    limits: Limits,
    ending: Ending,
}

/// What each tenant keeps, and the other must not see.
const CANARIES: [&str; 2] = ["canary-of-alice", "canary-of-bob"];

fn kinds() -> Vec<Kind> {
    let limits = || Limits { fuel: 3_000_000_000, ..Limits::default() };
    let brief = || Limits { fuel: 20_000_000, ..Limits::default() };
    let small = || Limits { memory_bytes: 8 << 20, ..limits() };
    let few = || Limits { host_calls: 50, output_bytes: 1_000, tool_calls: 3, tokens: Some(40), ..limits() };
    let short = || Limits { wall_time: Duration::from_millis(20), ..limits() };
    let kind = |language, source, limits, ending| Kind { language, source, limits, ending };
    let (lua, javascript, spent) = ("lua", "javascript", Ending::Spent);
    vec![
        kind(lua, "local a = Agent.create{name = 'a'} return a:run('hello').text", limits(), Ending::Completed),
        kind(javascript, "return (await Agent.create({name: 'a'}).run('hello')).text", limits(), Ending::Completed),
        kind(lua, "State.save('global', 'kept', params.canary) return 1", limits(), Ending::Completed),
        kind(lua, "return State.load('global', 'kept')", limits(), Ending::Completed),
        kind(javascript, "return await State.load('global', 'kept')", limits(), Ending::Completed),
        kind(
            javascript,
            "Event.subscribe('**', e => console.log(e)); await Event.emit('x', params.canary); await util.sleep(1)",
            limits(),
            Ending::Completed,
        ),
        kind(lua, "local s = Event.subscribe('**') return Event.receive(s, 1)", limits(), Ending::Completed),
        kind(lua, "while true do pcall(error, params.canary) end", brief(), spent(Limit::Fuel)),
        kind(javascript, "for (;;) { try { x() } catch {} }", brief(), spent(Limit::Fuel)),
        kind(lua, "return (('a'):rep(60)):find(('a-'):rep(30) .. 'b')", brief(), spent(Limit::Fuel)),
        kind(javascript, "/^(a+)+$/.test('a'.repeat(60) + 'b')", brief(), spent(Limit::Fuel)),
        kind(
            lua,
            "local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(1e6) .. params.canary end) end",
            small(),
            spent(Limit::Memory),
        ),
        kind(
            javascript,
            "const t = []; for (;;) { try { t.push('x'.repeat(1e6) + params.canary + t.length) } catch {} }",
            small(),
            spent(Limit::Memory),
        ),
        kind(lua, "util.sleep(3600000)", short(), spent(Limit::WallTime)),
        kind(javascript, "await Event.receive(await Event.subscribe('never'), 1e9)", short(), spent(Limit::WallTime)),
        kind(lua, "while true do pcall(print, params.canary) end", few(), spent(Limit::HostCalls)),
        kind(javascript, "print('x'.repeat(2000))", few(), spent(Limit::Output)),
        kind(lua, "while true do pcall(llm.complete, 'go on and on and on') end", few(), spent(Limit::Tokens)),
        kind(
            lua,
            "Tool.create{name = 't', execute = function() end} while true do pcall(tools.t) end",
            few(),
            spent(Limit::ToolCalls),
        ),
        kind(lua, "local function f() return f() + 1 end return f()", limits(), Ending::ScriptError),
        kind(javascript, "const f = () => f() + 1; f()", limits(), Ending::ScriptError),
        kind(javascript, "await Promise.reject(new Error(params.canary))", limits(), Ending::ScriptError),
        kind(
            lua,
            "for i = 1, 50 do Task.spawn(util.sleep, 1e7) end util.sleep(1) error('x')",
            limits(),
            Ending::ScriptError,
        ),
        kind(javascript, "const t = {}; t.t = t; return t", limits(), Ending::ScriptError),
        kind(lua, "return require('../../etc/passwd')", limits(), Ending::Denied),
        kind(lua, "return (", limits(), Ending::InvalidSpell),
        kind(
            javascript,
            "Object.prototype.left = globalThis.left = params.canary; return 1",
            limits(),
            Ending::Completed,
        ),
        kind(lua, "local was = left left = params.canary return was", limits(), Ending::Completed),
        kind(javascript, "return globalThis.left", limits(), Ending::Completed),
    ]
}

/// Resident memory in bytes, open descriptors, threads.
fn held() -> (usize, usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| -> usize {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    };
    (field("VmRSS:") << 10, std::fs::read_dir("/proc/self/fd").unwrap().count(), field("Threads:"))
}

async fn runs(runtime: &Arc<Runtime>, count: usize) {
    let kinds = Arc::new(kinds());
    let run = |number: usize| {
        let (runtime, kinds) = (runtime.clone(), kinds.clone());
        async move {
            // Every kind of each tenant, in an order in which they take turns.
            let (kind, tenant) = (&kinds[(number / 2) % kinds.len()], number % 2);
            let heard = Transcript::default();
            let mut spell = Spell::new(kind.language, "spell", kind.source);
            spell.tenant = ["alice", "bob"][tenant].into();
            spell.parameters = Map::from_iter([("canary".to_owned(), CANARIES[tenant].into())]);
            spell.listener = Box::new(heard.clone());
            let outcome = runtime.run(spell, Grants::local(), kind.limits.clone()).await;
            assert_eq!(outcome.ending, kind.ending, "{}: {:?}", kind.source, outcome.error);
            let heard = heard.heard();
            let shown = format!("{outcome:?} {} {:?}", String::from_utf8_lossy(&heard.output), heard.log);
            assert!(!shown.contains(CANARIES[1 - tenant]), "{}: {shown}", kind.source);
        }
    };
    futures::stream::iter(0..count)
        .map(|number| tokio::spawn(run(number)))
        .buffer_unordered(8)
        .for_each(|ended| async { ended.unwrap() })
        .await;
}

#[test]
#[cfg(target_os = "linux")]
fn many_runs_leave_nothing_behind() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        let mut config = Config::from_toml("", &|_| None).unwrap();
        (config.models, config.instances, config.tenant_runs) = (Models::offline(), 8, 8);
        let runtime = Arc::new(Runtime::new(config).unwrap());
        // What is made once: the pool's memory, tables, caches.
        runs(&runtime, 480).await;
        let before = held();
        let count = std::env::var("ENDURANCE_RUNS").map_or(1_000, |count| count.parse().unwrap());
        runs(&runtime, count).await;
        let after = held();
        assert_eq!(before.1, after.1, "descriptors");
        // Some come and go with the work that waits for a disk.
        assert!(after.2 <= before.2 + 2, "threads: {} before, {} after", before.2, after.2);
        assert!(after.0 < before.0 + (16 << 20), "resident memory: {} before, {} after", before.0, after.0);
        for source in HOARDERS {
            hoard(&runtime, source).await;
        }
    });
}

/// Spells that have the host keep parsed JSON, each as much as it may, and tell how often they were let.
const HOARDERS: &[&str] = &[
    // Arguments of calls that are under way.
    "local given, kept, refused = {}, 0, 0 for i = 1, 49000 do given[i] = {[''] = 0} end
     Tool.create{name = 'slow', parallel = true, execute = function() kept = kept + 1 util.sleep(3600000) end}
     for i = 1, 60 do Task.spawn(function() if not pcall(Tool.execute, 'slow', {a = given}) then refused = refused + 1 end end) end
     while kept + refused < 60 do util.sleep(10) end
     os.exit(kept)",
    // Histories.
    "local given, kept = {}, {} for i = 1, 45000 do given[i] = {[''] = 0} end
     local said = {{role = 'user', content = 'x'},
       {role = 'assistant', content = '', tool_calls = {{id = 'c', name = 'add', arguments = {a = given}}}},
       {role = 'tool', tool_call_id = 'c', content = '3'}}
     for i = 1, 60 do kept[i] = Agent.create{} if not pcall(kept[i].set_history, kept[i], said) then os.exit(i - 1) end end
     os.exit(60)",
    // Schemas of agents, and of tools.
    "local given, kept = {}, {} for i = 1, 9000 do given[i] = {[''] = 0} end
     for i = 1, 200 do local ok, one = pcall(Agent.create, {schema = {type = 'object', default = given}})
       if not ok then os.exit(i - 1) end kept[i] = one end os.exit(200)",
    "local given = {} for i = 1, 9000 do given[i] = {[''] = 0} end
     for i = 1, 200 do
       if not pcall(Tool.create, {name = 't' .. i, parameters = {default = given}, execute = print}) then os.exit(i - 1) end
     end os.exit(200)",
    // Metadata of events that wait: the oldest give way.
    "local given, ids = {}, {} for i = 1, 480 do given[i] = {[''] = 0} end
     for s = 1, 7 do ids[s] = Event.subscribe('e' .. s) end
     for s = 1, 7 do for i = 1, 1000 do Event.emit('e' .. s, {data = 1, metadata = {a = given}}) end end
     os.exit(Event.stats().queued // 2)",
];

/// The most that the host may take beside the guest's own memory: its bound, and what is there for a moment.
async fn hoard(runtime: &Runtime, source: &str) {
    let before = held().0;
    let spell = Spell::new("lua", "hoarder", source);
    let (cancel, run) = (spell.cancel.clone(), runtime.run(spell, Grants::local(), Limits::default()));
    tokio::pin!(run);
    let mut most = 0;
    let outcome = loop {
        tokio::select! {
            outcome = &mut run => break outcome,
            () = tokio::time::sleep(Duration::from_millis(5)) => most = held().0.saturating_sub(before).max(most),
        }
        if most > 400 << 20 {
            cancel.cancel();
        }
    };
    let kept = outcome.exit_requested.unwrap_or_default();
    assert!((1..60).contains(&kept), "{kept} kept, {:?}: {source}", outcome.error);
    assert!(most < 400 << 20, "{most} bytes: {source}");
}
