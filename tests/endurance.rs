//! Ten thousand runs of two tenants in one process, healthy and hostile ones mixed, eight at a time: every outcome is right,
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
        kind(lua, "return require('../../etc/passwd')", limits(), Ending::ScriptError),
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
fn ten_thousand_runs_leave_nothing_behind() {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        let mut config = Config::from_toml("", &|_| None).unwrap();
        (config.models, config.instances) = (Models::offline(), 8);
        let runtime = Arc::new(Runtime::new(config).unwrap());
        // What is made once: the pool's memory, tables, caches.
        runs(&runtime, 480).await;
        let before = held();
        runs(&runtime, 10_000).await;
        let after = held();
        assert_eq!(before.1, after.1, "descriptors");
        // Some come and go with the work that waits for a disk.
        assert!(after.2 <= before.2 + 2, "threads: {} before, {} after", before.2, after.2);
        assert!(after.0 < before.0 + (16 << 20), "resident memory: {} before, {} after", before.0, after.0);
    });
}
