//! What spells keep: for their next run and for the host program alone.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use llmspell_testkit::double::Buffer;
use llmspell_wasm::model::Models;
use llmspell_wasm::state::{Place, Settings, Store};
use llmspell_wasm::{Config, Ending, Grants, Limits, Outcome, Runtime, Spell, Transcript};
use serde_json::{Value, json};

fn runtime(settings: Settings) -> Arc<Runtime> {
    let mut config = Config::from_toml("", &|_| None).unwrap();
    (config.models, config.instances, config.store) = (Models::offline(), 8, settings);
    Arc::new(Runtime::new(config).unwrap())
}

fn spell(language: &str, tenant: &str, source: &str) -> Spell {
    Spell { tenant: tenant.into(), ..Spell::new(language, "spell", source) }
}

async fn run(runtime: &Runtime, tenant: &str, source: &str) -> Outcome {
    runtime.run(spell("lua", tenant, source), Grants::local(), Limits::default()).await
}

async fn result(runtime: &Runtime, tenant: &str, source: &str) -> Value {
    let outcome = run(runtime, tenant, source).await;
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    outcome.result.unwrap_or_default()
}

fn places(folder: &Path) -> [Place; 3] {
    [Place::Memory, Place::Sled(folder.join("sled")), Place::Sqlite(folder.join("store.db"))]
}

#[tokio::test]
async fn what_a_spell_saves_is_there_for_the_next_and_for_the_host() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let first = runtime(Settings::new(place.clone()));
        result(&first, "acme", "State.save('agent:a', 'history', { 'one', { n = 1.5 } }) State.increment('visits')")
            .await;
        let acme = first.store().tenant("acme");
        assert_eq!(acme.load("agent:a", "history").await.unwrap(), Some(json!(["one", { "n": 1.5 }])));
        // The other way round; and in the other language.
        acme.save("global", "greeting", &json!("from the host")).await.unwrap();
        let javascript = "return [await State.get('greeting'), await State.increment('visits'), await State.load('agent:a', 'history')]";
        let outcome = first.run(spell("javascript", "acme", javascript), Grants::local(), Limits::default()).await;
        assert_eq!(outcome.result, Some(json!(["from the host", 2, ["one", { "n": 1.5 }]])), "{:?}", outcome.error);
        if place == Place::Memory {
            continue;
        }
        // Another process, as it were.
        drop((acme, first));
        let second = runtime(Settings::new(place));
        assert_eq!(result(&second, "acme", "return State.increment('visits')").await, json!(3));
    }
}

/// Puts a canary everywhere where a spell can put something.
const KEEPS: &str = r#"
State.save("global", "shared", CANARY)
State.save("tenant:acme", CANARY, { CANARY })
State.save(CANARY, "k", CANARY)
State.increment("counter", 41)
State.increment("counter of " .. CANARY)
State.commit{ { op = "save", scope = "user:1", key = "x", value = { [CANARY] = CANARY } } }
State.migrate{ from_version = 1, to_version = CANARY, scope = CANARY, transformations = { { transform = "default", field = "x", value = CANARY } } }
zigllms.memory.store("m", CANARY)
local agent = Agent.create{ name = "guide" } agent:run(CANARY) agent:save_state()
return State.backup(CANARY)
"#;

/// Looks everywhere where a spell can look, also for what it can't know.
const LOOKS: &str = r#"
local seen = {}
local function try(name, ...)
  local ok, found = pcall(State[name], ...)
  seen[#seen + 1] = { name, ok and (found == nil and "nil" or found) or tostring(found), ok or found.details }
end
local heard = Event.subscribe("**")
for _, scope in ipairs{ "global", "tenant:acme", "acme", "../acme", "acme\0global", "\0", "user:1", "memory", "agent:guide", "*" } do
  for _, key in ipairs{ "shared", "k", "x", "m", "saved_state", "../shared", "*" } do
    try("load", scope, key) try("entry", scope, key) try("exists", scope, key) try("delete", scope, key) try("compare_and_set", scope, key, 1, "mine")
  end
  try("list_keys", scope) try("all", scope) try("page", scope, { values = true, prefix = "" }) try("clear", scope)
end
try("increment", "counter", 0) try("scopes") try("get_storage_usage") try("list_backups") try("schema_versions")
try("migrate", { from_version = 1, to_version = 2, dry_run = true })
for _, id in ipairs{ params.backup, "../acme/" .. params.backup, params.backup .. ".backup", "" } do
  try("restore", id) try("validate_backup", id) try("delete_backup", id)
end
try("backup", "own") try("restore", State.list_backups()[1].id)
try("cleanup_backups", { keep = 0 })
seen[#seen + 1] = Event.receive_batch(heard)
print(JSON.encode(seen))
Logger.warn("seen", { seen = seen })
return JSON.encode(seen)
"#;

#[tokio::test]
async fn no_tenant_sees_anything_of_another() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let runtime = runtime(Settings::new(place.clone()));
        let keeps = KEEPS.replace("CANARY", "'CANARY of acme'");
        let backup = result(&runtime, "acme", &keeps).await;
        // Names near to it, and to how a store may tell tenants apart.
        for other in
            ["", "acm", "acme2", "ACME", "acme:", "acme\0", "acme/..", "../acme", "tenant:acme", "*", "%", "\u{430}cme"]
        {
            let (heard, journal) = (Transcript::default(), Buffer::default());
            let mut looks = spell("lua", other, LOOKS);
            looks.parameters.insert("backup".into(), backup.clone());
            looks.listener = Box::new(heard.clone());
            looks.journal = Some(Box::new(journal.clone()));
            let outcome = runtime.run(looks, Grants::local(), Limits::default()).await;
            assert_eq!(outcome.ending, Ending::Completed, "{other:?}: {:?}", outcome.error);
            let journal = journal.take();
            let result = outcome.result.unwrap().to_string();
            assert!(result.len() > 10_000, "it looked: {result}");
            for text in [journal, format!("{:?}", heard.heard()), result] {
                assert!(!text.contains("CANARY"), "{place} {other:?}: {text}");
            }
        }
        // And the other tenants have changed nothing: all is as it was.
        let kept =
            "return { State.load('global', 'shared'), #State.scopes(), #State.list_backups(), State.get('counter') }";
        assert_eq!(result(&runtime, "acme", kept).await, json!(["CANARY of acme", 6, 1, 41]));
        // A tenant that may see it finds it this way.
        let mut looks = spell("lua", "acme", LOOKS);
        looks.parameters.insert("backup".into(), backup);
        let found = runtime.run(looks, Grants::local(), Limits::default()).await.result.unwrap().to_string();
        assert!(found.matches("CANARY").count() > 10, "{found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_at_the_same_time_lose_nothing_of_what_they_add() {
    let folder = tempfile::tempdir().unwrap();
    for place in places(folder.path()) {
        let runtime = runtime(Settings::new(place));
        let adds = "for i = 1, 20 do
            State.increment('added', 3)
            repeat
              local entry = State.entry('set') or { value = 0 }
            until State.compare_and_set('global', 'set', entry.version, entry.value + 1).ok
          end";
        let runs: Vec<_> = (0..8)
            .map(|_| {
                let runtime = runtime.clone();
                tokio::spawn(async move { result(&runtime, "acme", adds).await })
            })
            .collect();
        for run in runs {
            run.await.unwrap();
        }
        let acme = runtime.store().tenant("acme");
        let found = (acme.load("global", "added").await.unwrap(), acme.load("global", "set").await.unwrap());
        assert_eq!(found, (Some(json!(480)), Some(json!(160))));
    }
}

#[tokio::test]
async fn a_tenant_has_so_much_room_and_is_told_so() {
    let mut settings = Settings::new(Place::Memory);
    (settings.quota.keys, settings.quota.bytes) = (3, 10_000);
    let runtime = runtime(settings);
    let fills = "for i = 1, 3 do State.set('k' .. i, i) end
        local ok, keys = pcall(State.set, 'k4', 4)
        State.set('k1', 'changed')
        local ok2, bytes = pcall(State.set, 'k1', ('x'):rep(20000))
        State.delete('k3')
        return { keys.code, keys.message, bytes.code, State.get('k1'), State.set('k4', 4) }";
    let full = "the tenant's part of the store is full: 3 keys are allowed (state.tenant_keys in the configuration)";
    assert_eq!(result(&runtime, "acme", fills).await, json!(["quota", full, "quota", "changed", true]));
    assert_eq!(result(&runtime, "other", "State.set('k', 1) return State.get('k')").await, json!(1));
}

#[tokio::test]
async fn a_store_that_another_has_ends_the_run_as_store_busy() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::Sled(folder.path().join("store"));
    let owner = Store::new(Settings { owner: "run a.lua".into(), ..Settings::new(place.clone()) });
    owner.tenant("acme").save("global", "k", &json!(1)).await.unwrap();
    let waits = runtime(Settings { wait: Duration::from_millis(60), ..Settings::new(place) });
    let heard = Transcript::default();
    let mut loads = spell("lua", "acme", "return State.load('global', 'k')");
    loads.listener = Box::new(heard.clone());
    let outcome = waits.run(loads, Grants::local(), Limits::default()).await;
    assert_eq!((outcome.ending, outcome.exit_code()), (Ending::StoreBusy, 75), "{:?}", outcome.error);
    let error = outcome.error.unwrap();
    assert!(
        error.code == "store-busy" && error.message.contains("run a.lua") && error.message.contains("sqlite"),
        "{error:?}"
    );
    // One line, once.
    let notices = heard.heard().notices;
    assert!(notices.len() == 1 && notices[0].contains("run a.lua") && notices[0].contains("waiting"), "{notices:?}");
    // A spell may go on without it.
    let goes_on = "local ok, problem = pcall(State.load, 'global', 'k') return problem.code";
    assert_eq!(result(&waits, "acme", goes_on).await, json!("store-busy"));
    // It is told nothing of others: that is for the operator.
    let heard = Transcript::default();
    let catches =
        "local ok, problem = pcall(State.load, 'global', 'k') return tostring(problem) .. json.encode(problem)";
    let mut catches = spell("lua", "acme", catches);
    catches.listener = Box::new(heard.clone());
    let told = waits.run(catches, Grants::local(), Limits::default()).await.result.unwrap().to_string();
    let path = folder.path().display().to_string();
    assert!(told.contains("the store is in use by another process"), "{told}");
    assert!(!told.contains("a.lua") && !told.contains("pid") && !told.contains(&path), "{told}");
    let notices = heard.heard().notices;
    assert!(notices.iter().any(|line| line.starts_with("store-busy: ") && line.contains("run a.lua")), "{notices:?}");
    drop(owner);
    assert_eq!(result(&waits, "acme", "return State.load('global', 'k')").await, json!(1));
}

#[tokio::test]
async fn a_store_that_can_not_be_used_says_so_and_a_spell_can_not_make_that_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let runtime = runtime(Settings::new(Place::Sled(file)));
    let outcome = run(&runtime, "acme", "State.save('global', 'k', 1)").await;
    assert_eq!((outcome.ending, outcome.exit_code()), (Ending::StoreUnusable, 75), "{:?}", outcome.error);
    for code in ["store-busy", "store-damaged", "denied"] {
        let forged = spell("javascript", "acme", &format!("throw Object.assign(new Error('x'), {{ code: '{code}' }})"));
        let outcome = runtime.run(forged, Grants::local(), Limits::default()).await;
        assert_eq!(outcome.ending, Ending::ScriptError, "{code}");
    }
}
